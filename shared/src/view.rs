//! What of a world is shown: the quantity and its range, not its colours, which are the page's.

use serde::{Deserialize, Serialize};

use crate::geometry::Region;
use crate::limits::FRAME_SIDE_PIXELS;
use crate::range::ValueRange;

/// The quantity that a frame carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// |psi - b|, b the background: what is matter. Logarithmic, or linear.
    #[default]
    Deviation,
    /// arg psi of one channel, -pi to pi, and its modulus as brightness. Cyclic.
    Phase,
    /// One channel: its modulus, real or imaginary part. Linear; the modulus also logarithmic.
    Channel,
    /// The moduli of three channels, as red, green and blue.
    Rgb,
    /// |psi - psi a step ago|. Logarithmic, or linear.
    Change,
}

impl Quantity {
    /// All of them: a quantity's place is its code in a frame.
    pub const ALL: [Self; 5] = [
        Self::Deviation,
        Self::Phase,
        Self::Channel,
        Self::Rgb,
        Self::Change,
    ];
}

/// Which part of a complex channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// `|psi_k|`
    #[default]
    Modulus,
    /// `Re psi_k`
    Real,
    /// `Im psi_k`
    Imaginary,
}

/// How values lie between the two ends of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Evenly.
    Linear,
    /// Evenly in the logarithm; what is below the lower end is as if it were there.
    Logarithmic,
    /// Evenly, and the upper end is the lower one again.
    Cyclic,
}

/// A view of a world.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    /// The quantity.
    pub quantity: Quantity,
    /// The channel of [`Quantity::Phase`] and [`Quantity::Channel`]; counted from 0, and the last one if there are fewer.
    pub channel: u16,
    /// The part of [`Quantity::Channel`].
    pub part: Part,
    /// The channels of [`Quantity::Rgb`].
    pub rgb: [u16; 3],
    /// The range that is shown, pinned; none: it follows the whole world. A part with a sign is shown to both sides of 0, as far
    /// as the farther end; a phase has its own range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<ValueRange>,
    /// How values lie in it, one of [`View::scales`]; none: the first of those.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// Longest side of a frame, in pixels: a larger region is reduced by a power of two, to the largest value of each
    /// block where that shows matter, to its mean elsewhere.
    pub side_pixels: u32,
    /// The cells that are wanted; none: the whole grid. The frame says which it has: they begin at a multiple of the
    /// block, and on a walled world or a torus they are those of the region that lie in the grid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
}

impl Default for View {
    fn default() -> Self {
        Self {
            quantity: Quantity::Deviation,
            channel: 1,
            part: Part::Modulus,
            rgb: [1, 2, 3],
            range: None,
            scale: None,
            side_pixels: 1_024,
            region: None,
        }
    }
}

impl View {
    /// Whether its values lie to both sides of 0.
    pub fn is_signed(&self) -> bool {
        self.quantity == Quantity::Channel && self.part != Part::Modulus
    }

    /// Whether its range can be pinned.
    pub fn has_range(&self) -> bool {
        self.quantity != Quantity::Phase
    }

    /// The scales that suit it, the usual one first.
    pub fn scales(&self) -> &'static [Scale] {
        match self.quantity {
            Quantity::Deviation | Quantity::Change => &[Scale::Logarithmic, Scale::Linear],
            Quantity::Channel if self.part == Part::Modulus => &[Scale::Linear, Scale::Logarithmic],
            Quantity::Channel | Quantity::Rgb => &[Scale::Linear],
            Quantity::Phase => &[Scale::Cyclic],
        }
    }

    /// The scale that it is shown on.
    pub fn scale_shown(&self) -> Scale {
        let scales = self.scales();
        let asked = self.scale.filter(|scale| scales.contains(scale));
        asked.or(scales.first().copied()).unwrap_or(Scale::Linear)
    }

    /// The view of another quantity or part, with the range and the scale that are usual there.
    #[must_use]
    pub fn of(self, quantity: Quantity, part: Part) -> Self {
        let same = (self.quantity, self.part) == (quantity, part);
        Self {
            quantity,
            part,
            range: self.range.filter(|_| same),
            scale: self.scale.filter(|_| same),
            ..self
        }
    }

    /// The view with its numbers brought into their ranges for a state of `channels` channels.
    #[must_use]
    pub fn within(mut self, channels: u16) -> Self {
        let last = channels.saturating_sub(1);
        self.channel = self.channel.min(last);
        self.rgb = self.rgb.map(|channel| channel.min(last));
        self.side_pixels = self.side_pixels.clamp(16, FRAME_SIDE_PIXELS);
        let (scales, pinned) = (self.scales(), self.has_range());
        self.scale = self.scale.filter(|scale| scales.contains(scale));
        self.range = self.range.filter(|_| pinned);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_suit_a_view_is_left_out() {
        let asked = View {
            quantity: Quantity::Phase,
            range: ValueRange::new(0.0, 1.0).ok(),
            scale: Some(Scale::Logarithmic),
            channel: 9,
            ..View::default()
        };
        let kept = asked.within(4);
        assert_eq!((kept.range, kept.scale, kept.channel), (None, None, 3));
        assert_eq!(asked.scale_shown(), Scale::Cyclic);
        let deviation = asked.of(Quantity::Deviation, Part::Modulus);
        assert_eq!(
            (deviation.range, deviation.scale_shown()),
            (None, Scale::Logarithmic)
        );
    }

    #[test]
    fn a_range_goes_with_its_quantity_and_stays_with_another_channel() {
        let pinned = View {
            range: ValueRange::new(1e-3, 1.0).ok(),
            scale: Some(Scale::Linear),
            ..View::default()
        };
        assert_eq!(pinned.of(Quantity::Deviation, Part::Modulus), pinned);
        assert_eq!(pinned.of(Quantity::Change, Part::Modulus).range, None);
        let json = serde_json::to_value(pinned).unwrap();
        assert_eq!(json["scale"], "linear");
        assert_eq!(serde_json::from_value::<View>(json).unwrap(), pinned);
    }
}
