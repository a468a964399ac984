//! From a scene and a view to a picture.

use atheria_shared::frame::{FrameHeader, Scale};
use atheria_shared::view::{Part, Quantity, View};

use crate::run::sparse::Number;

use super::measure::Measure;
use super::mosaic::Mosaic;
use super::pair::Pair;
use super::quantise::Levels;
use super::range::Reach;
use super::window::Window;
use super::{Scene, ViewError};

/// The most that two cells of unit norm can differ.
const FARTHEST: f32 = 2.0;
/// About how many values a percentile is taken from.
const SAMPLE: usize = 1 << 14;
/// Of the values, this part lies within a linear view's range on each side.
const WITHIN: f64 = 0.99;

/// A frame before it is packed.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// What the bytes are.
    pub header: FrameHeader,
    /// One or three bytes a pixel, rows first.
    pub pixels: Vec<u8>,
}

impl Picture {
    /// The frame as it crosses the wire.
    pub fn encode(&self) -> Result<Vec<u8>, ViewError> {
        Ok(self.header.encode(&self.pixels)?)
    }
}

/// Shows a world through one view after the other; remembers the range of the current one.
#[derive(Debug, Default)]
pub struct Viewer {
    shown: Option<(Quantity, u16, Part, [u16; 3])>,
    reach: Reach,
}

impl Viewer {
    /// A scene as `view` shows it. It can fail only where a change is asked for, and the state before is of another world.
    pub(crate) fn picture<F: Number>(
        &mut self,
        scene: &Scene<'_, F>,
        view: &View,
    ) -> Result<Picture, ViewError> {
        let key = (view.quantity, view.channel, view.part, view.rgb);
        if self.shown.replace(key) != Some(key) {
            self.reach = Reach::default();
        }
        let pair = Pair::of(scene, view.quantity)?;
        let window = Window::new(scene, view.region, view.side_pixels);
        let mosaic = Mosaic::new(&pair, Measure::of(view, pair.channels()), &window);
        let levels = self.levels(scene.eps, view, &mosaic);
        let pixels = mosaic.lay_out(&levels.of(&mosaic.stamps));
        let [height, width] = window.size;
        let [origin_y, origin_x] = window.origin();
        Ok(Picture {
            header: FrameHeader {
                step: scene.step,
                quantity: view.quantity,
                scale: levels.scale,
                low: levels.low,
                high: levels.high,
                height: height as u32,
                width: width as u32,
                origin_y,
                origin_x,
                cells_per_pixel: window.cells_per_pixel,
            },
            pixels,
        })
    }

    /// Where the levels of a picture lie.
    fn levels(&mut self, eps: f64, view: &View, mosaic: &Mosaic) -> Levels {
        let (scale, low, high) = match view.quantity {
            Quantity::Deviation | Quantity::Change => (Scale::Logarithmic, eps as f32, FARTHEST),
            Quantity::Phase => (Scale::Cyclic, -std::f32::consts::PI, std::f32::consts::PI),
            Quantity::Channel => {
                let high = self.reach.follow(extent(mosaic));
                let low = if view.part == Part::Modulus { 0.0 } else { -high };
                (Scale::Linear, low, high)
            }
            Quantity::Rgb => (Scale::Linear, 0.0, self.reach.follow_rgb(mosaic.largest())),
        };
        Levels { scale, low, high }
    }
}

/// The modulus that [`WITHIN`] of the finite values do not pass, from a regular sample of them.
fn extent(mosaic: &Mosaic) -> f32 {
    // Odd, so that a sample of a picture whose width is a power of two is not one of few columns.
    let every = (mosaic.len() / SAMPLE).max(1) | 1;
    let mut sample: Vec<f32> = mosaic
        .sample(every)
        .map(f32::abs)
        .filter(|value| value.is_finite())
        .collect();
    let Some(last) = sample.len().checked_sub(1) else {
        return 0.0;
    };
    let rank = WITHIN * last as f64;
    let at = rank as usize;
    let (_, &mut below, above) = sample.select_nth_unstable_by(at, f32::total_cmp);
    let next = above.iter().copied().reduce(f32::min).unwrap_or(below);
    below + (next - below) * rank.fract() as f32
}
