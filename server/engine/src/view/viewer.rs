//! From a world and a view to a picture.

use atheria_shared::frame::{FrameHeader, Scale};
use atheria_shared::view::{Part, Quantity, View};
use tch::{Device, Kind, TchError, Tensor};

use crate::world::World;

use super::ViewError;
use super::quantise::Levels;
use super::quantity::{MATTER, change, channels, deviation, part};
use super::range::Reach;
use super::reduce::{factor, largest, mean};

/// The most that two cells of unit norm can differ.
const FARTHEST: f32 = 2.0;
/// Values that a percentile is taken from, at most.
const SAMPLE: i64 = 1 << 14;
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
    /// The world as `view` shows it.
    pub fn picture(&mut self, world: &World, view: &View) -> Result<Picture, ViewError> {
        let _guard = tch::no_grad_guard();
        let key = (view.quantity, view.channel, view.part, view.rgb);
        if self.shown.replace(key) != Some(key) {
            self.reach = Reach::default();
        }
        let grid = world.grid();
        let factor = factor(grid.height(), grid.width(), view.side_pixels);
        let (levels, planes) = self.planes(world, view, factor)?;
        let bytes = levels.of(&planes)?;
        let (_, height, width) = bytes.size3()?;
        Ok(Picture {
            header: FrameHeader {
                step: world.step_count(),
                quantity: view.quantity,
                scale: levels.scale,
                low: levels.low,
                high: levels.high,
                height: height as u32,
                width: width as u32,
                origin_y: 0,
                origin_x: 0,
                cells_per_pixel: factor,
            },
            pixels: fetch(&bytes)?,
        })
    }

    /// Planes at the picture's size, `[n, h, w]`, and where their levels lie.
    fn planes(&mut self, world: &World, view: &View, factor: u32) -> Result<(Levels, Tensor), TchError> {
        let psi = &world.state().psi;
        let logarithmic = Levels {
            scale: Scale::Logarithmic,
            low: MATTER as f32,
            high: FARTHEST,
        };
        Ok(match view.quantity {
            Quantity::Deviation => (logarithmic, largest(&deviation(world)?, factor)?),
            Quantity::Change => (logarithmic, largest(&change(world)?, factor)?),
            Quantity::Phase => {
                // The mean of a phase is that of its complex numbers.
                let (re, im) = channels(psi, &[view.channel])?;
                let levels = Levels {
                    scale: Scale::Cyclic,
                    low: -std::f32::consts::PI,
                    high: std::f32::consts::PI,
                };
                (levels, mean(&im, factor)?.f_atan2(&mean(&re, factor)?)?)
            }
            Quantity::Channel => {
                let (re, im) = channels(psi, &[view.channel])?;
                let values = mean(&part(view.part, &re, &im)?, factor)?;
                let high = self.reach.follow(extent(&values)?);
                let low = if view.part == Part::Modulus { 0.0 } else { -high };
                let levels = Levels {
                    scale: Scale::Linear,
                    low,
                    high,
                };
                (levels, values)
            }
            Quantity::Rgb => {
                let (re, im) = channels(psi, &view.rgb)?;
                let values = largest(&part(Part::Modulus, &re, &im)?, factor)?;
                let brightest = values.f_max()?.f_double_value(&[])?;
                let levels = Levels {
                    scale: Scale::Linear,
                    low: 0.0,
                    high: self.reach.follow_rgb(brightest as f32),
                };
                (levels, values)
            }
        })
    }
}

/// The modulus that [`WITHIN`] of the values do not pass, from a regular sample of them.
fn extent(values: &Tensor) -> Result<f32, TchError> {
    let flat = values.f_abs()?.f_flatten(0, -1)?;
    let count = flat.size1()?;
    let every = (count / SAMPLE).max(1);
    let sample = flat.f_slice(0, 0, count, every)?;
    let within = Tensor::f_from_slice(&[WITHIN as f32])?
        .f_to_device(values.device())?
        .f_to_kind(sample.f_kind()?)?;
    Ok(sample
        .f_quantile(&within, 0, false, "linear")?
        .f_double_value(&[0])? as f32)
}

/// The bytes of `[n, h, w]` levels in the order of a frame: `[h, w, n]`.
fn fetch(levels: &Tensor) -> Result<Vec<u8>, TchError> {
    let flat = levels
        .f_permute([1, 2, 0])?
        .f_contiguous()?
        .f_to_device(Device::Cpu)?
        .f_to_kind(Kind::Uint8)?
        .f_view([-1])?;
    let mut bytes = vec![0; flat.numel()];
    flat.f_copy_data(&mut bytes, flat.numel())?;
    Ok(bytes)
}
