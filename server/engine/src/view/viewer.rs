//! From a scene and a view to a picture.

use std::time::Instant;

use atheria_shared::frame::{FrameHeader, NOT_FINITE};
use atheria_shared::view::{Part, Quantity, Scale, View};

use crate::run::sparse::Number;

use super::extent::{extent, least};
use super::measure::Measure;
use super::mosaic::Mosaic;
use super::pair::Pair;
use super::quantise::Levels;
use super::range::Reach;
use super::window::Window;
use super::{Scene, ViewError};

/// The most that two cells of unit norm can differ.
const FARTHEST: f32 = 2.0;
/// Of a range that is logarithmic though its values go down to 0: the lower end, in parts of the upper one.
const DECADES: f32 = 1e-4;
/// The same, of a range that was pinned down to 0 or below it.
const LEAST_PART: f32 = 1e-9;

/// A frame before it is packed.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// What the bytes are.
    pub header: FrameHeader,
    /// One, two or three bytes a pixel, rows first.
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
    /// A scene as `view` shows it now. It can fail only where a change is asked for, and the state before is of another world.
    pub(crate) fn picture<F: Number>(
        &mut self,
        scene: &Scene<'_, F>,
        view: &View,
        now: Instant,
    ) -> Result<Picture, ViewError> {
        let key = (view.quantity, view.channel, view.part, view.rgb);
        if self.shown.replace(key) != Some(key) || view.range.is_some() {
            self.reach = Reach::default();
        }
        let pair = Pair::of(scene, view.quantity)?;
        let window = Window::new(scene, view.region, view.side_pixels);
        let mosaic = Mosaic::new(&pair, Measure::of(view, pair.channels()), &window);
        let reach = || extent(&pair, view, least(view, scene.eps));
        let levels = levels(scene.eps, view, || self.reach.follow(now, reach));
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
                full: levels.full.unwrap_or(0.0),
                finite: !pixels.contains(&NOT_FINITE),
                height: height as u32,
                width: width as u32,
                origin_y,
                origin_x,
                cells_per_pixel: window.cells_per_pixel,
            },
            pixels,
        })
    }
}

/// Where the levels of a picture lie: as they are pinned, else so that the whole world, which `reach` says how far goes, has
/// room. What can be seen of matter, and of a change, is known beforehand: it lies between eps and [`FARTHEST`].
fn levels(eps: f64, view: &View, reach: impl FnOnce() -> f32) -> Levels {
    let scale = view.scale_shown();
    let distance = matches!(view.quantity, Quantity::Deviation | Quantity::Change);
    let mut full = None;
    let (low, high) = match (view.range, scale) {
        (_, Scale::Cyclic) => {
            full = Some(reach());
            (-std::f32::consts::PI, std::f32::consts::PI)
        }
        (Some(range), _) if view.is_signed() => (-range.reach(), range.reach()),
        (Some(range), Scale::Logarithmic) => {
            let high = range.high().max(f32::MIN_POSITIVE);
            (range.low().max(high * LEAST_PART), high)
        }
        (Some(range), Scale::Linear) => (range.low(), range.high()),
        (None, Scale::Logarithmic) if distance => (eps as f32, FARTHEST),
        (None, Scale::Logarithmic) => {
            let high = reach();
            (high * DECADES, high)
        }
        (None, Scale::Linear) => {
            let high = reach();
            (if view.is_signed() { -high } else { 0.0 }, high)
        }
    };
    Levels {
        scale,
        low,
        high,
        full,
    }
}
