//! The range of the picture on the canvas, in words.

use atheria_shared::frame::{FrameHeader, NOT_FINITE, Scale};
use atheria_shared::view::Quantity;

use crate::format::Numbers;

/// What a legend has to know of a frame: that which rarely changes from one to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// What is shown.
    pub quantity: Quantity,
    /// How levels lie.
    pub scale: Scale,
    /// The value of the lowest.
    pub low: f32,
    /// The value of the highest.
    pub high: f32,
    /// Whether a pixel of it is not finite.
    pub loud: bool,
}

impl Range {
    /// Of a frame.
    pub fn of(header: &FrameHeader, pixels: &[u8]) -> Self {
        Self {
            quantity: header.quantity,
            scale: header.scale,
            low: header.low,
            high: header.high,
            loud: pixels.contains(&NOT_FINITE),
        }
    }

    /// Both ends as text.
    pub fn ends(&self, numbers: Numbers) -> (String, String) {
        if self.scale == Scale::Cyclic {
            return ("−π".to_owned(), "π".to_owned());
        }
        (
            numbers.level(f64::from(self.low)),
            numbers.level(f64::from(self.high)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn a_range_in_words() {
        let mut range = Range {
            quantity: Quantity::Deviation,
            scale: Scale::Logarithmic,
            low: 1e-6,
            high: 2.0,
            loud: false,
        };
        let numbers = Numbers(Lang::Es);
        assert_eq!(range.ends(numbers), ("1e-6".to_owned(), "2".to_owned()));
        range.scale = Scale::Cyclic;
        assert_eq!(range.ends(numbers).1, "π");
    }
}
