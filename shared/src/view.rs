//! What of a world is shown: the quantity, not its colours, which are the page's.

use serde::{Deserialize, Serialize};

use crate::geometry::Region;
use crate::limits::FRAME_SIDE_PIXELS;

/// The quantity that a frame carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// |psi - b|, b the background: what is matter. Logarithmic.
    #[default]
    Deviation,
    /// arg psi of one channel, -pi to pi. Cyclic.
    Phase,
    /// One channel: its modulus, real or imaginary part. Linear.
    Channel,
    /// The moduli of three channels, as red, green and blue.
    Rgb,
    /// |psi - psi a step ago|. Logarithmic.
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

/// A view of a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
            side_pixels: 1_024,
            region: None,
        }
    }
}

impl View {
    /// The view with its numbers brought into their ranges for a state of `channels` channels.
    #[must_use]
    pub fn within(mut self, channels: u16) -> Self {
        let last = channels.saturating_sub(1);
        self.channel = self.channel.min(last);
        self.rgb = self.rgb.map(|channel| channel.min(last));
        self.side_pixels = self.side_pixels.clamp(16, FRAME_SIDE_PIXELS);
        self
    }
}
