//! Where one looks, short enough for an address.

use std::fmt;
use std::str::FromStr;

use atheria_shared::geometry::UnknownWord;

use crate::camera::Xy;

/// Where a camera looks: the cell in the middle, and how large a cell is. Written `y,x,scale`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// The cell in the middle.
    pub centre: Xy,
    /// Pixels of the page, not of the screen, for a cell.
    pub scale: f64,
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Four digits of a scale are finer than a notch of the wheel; a thousandth of a cell is less than a pixel.
        let digits = (3.0 - self.scale.log10().floor()).clamp(0.0, 12.0) as usize;
        let (y, x) = (short(self.centre.y, 3), short(self.centre.x, 3));
        write!(f, "{y},{x},{}", short(self.scale, digits))
    }
}

impl FromStr for Spot {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let mut numbers = text.split(',').map(|word| word.trim().parse::<f64>().ok());
        let mut next = || numbers.next().flatten().filter(|number| number.is_finite());
        match (next(), next(), next()) {
            (Some(y), Some(x), Some(scale)) if scale > 0.0 && numbers.next().is_none() => Ok(Self {
                centre: Xy::new(x, y),
                scale,
            }),
            _ => Err(UnknownWord {
                text: text.to_owned(),
                allowed: "Y,X,SCALE",
            }),
        }
    }
}

/// A number with at most so many decimals.
fn short(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    match text {
        "-0" => "0".to_owned(),
        text => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_spot_is_short_and_lasts(y in -1e12..1e12f64, x in -1e5..1e5f64, zoom in -16.0..8.0f64) {
            let spot = Spot { centre: Xy::new(x, y), scale: zoom.exp2() };
            let text = spot.to_string();
            prop_assert!(text.len() < 44, "{text}");
            let read: Spot = text.parse().unwrap();
            prop_assert!((read.centre.x - x).abs() <= 6e-4 && (read.centre.y - y).abs() <= 6e-4, "{text}");
            prop_assert!((read.scale / spot.scale - 1.0).abs() < 1e-3, "{text}");
            prop_assert_eq!(read.to_string(), text);
        }
    }

    #[test]
    fn a_spot_that_is_none_is_left_out() {
        for text in ["", "1,2", "1,2,0", "1,2,-3", "1,2,inf", "NaN,2,3", "1,2,3,4"] {
            assert!(text.parse::<Spot>().is_err(), "{text:?}");
        }
        assert_eq!("64,32.5,8".parse::<Spot>().unwrap().to_string(), "64,32.5,8");
    }
}
