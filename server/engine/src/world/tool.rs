//! A stroke of a tool on a world's cells: which it touches, and what each becomes.
//!
//! Everything is a function of the stroke and of the cell's offset from its centre: the same whatever order cells are
//! visited in and however they are kept. Where a stroke wraps or ends is the world's to say: offsets are those of the
//! unbounded plane, so on a torus a cell can be visited at each of its copies within [`Brush::region`].

use std::f64::consts::TAU;
use std::ops::Range;

use atheria_shared::tool::{Stroke, Tool};
use atheria_shared::{Cell, Region};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use super::field::Field;
use super::pieces::deviates;
use super::turns::Turns;

/// A stroke, ready to be applied.
#[derive(Debug, Clone)]
pub(super) struct Brush<'a> {
    stroke: Stroke,
    channels: usize,
    /// For [`Tool::Inject`]: the seed that it plants.
    seed: Option<&'a Field<f32>>,
    /// Its generator; each cell takes a stream of its own.
    random: ChaCha8Rng,
    /// [`Tool::Wave`]: turns from one cell to the next, down and right.
    wave: [f64; 2],
}

impl<'a> Brush<'a> {
    /// A stroke that was checked, for a law of so many channels; `seed`: what [`Tool::Inject`] plants, of as many. Without
    /// one it touches nothing.
    pub(super) fn new(stroke: &Stroke, channels: u16, seed: Option<&'a Field<f32>>) -> Self {
        let (sine, cosine) = Turns::of(f64::from(stroke.angle_radians) / TAU).sin_cos();
        let length = f64::from(stroke.wavelength_cells);
        Self {
            stroke: *stroke,
            channels: usize::from(channels),
            seed: seed.filter(|_| stroke.tool == Tool::Inject),
            random: ChaCha8Rng::seed_from_u64(stroke.seed),
            wave: [sine / length, cosine / length],
        }
    }

    /// The smallest rectangle around the cells that it may touch.
    pub(super) fn region(&self) -> Region {
        let [rows, columns] = self.reach();
        let side = |cells: &Range<i64>| u32::try_from(cells.end - cells.start).unwrap_or(u32::MAX);
        Region {
            y: self.stroke.at.y.saturating_add(rows.start),
            x: self.stroke.at.x.saturating_add(columns.start),
            height: side(&rows),
            width: side(&columns),
        }
    }

    /// Rows and columns that it may touch, counted from its centre: a seed's own, whatever the radius is.
    fn reach(&self) -> [Range<i64>; 2] {
        if self.stroke.tool != Tool::Inject {
            let reach = self.stroke.radius_cells.floor() as i64;
            return [-reach..reach + 1, -reach..reach + 1];
        }
        let sides = self.seed.map_or([0, 0], |seed| [seed.height, seed.width]);
        sides.map(|side| {
            let first = -((side / 2) as i64);
            first..first + side as i64
        })
    }

    /// Whether it does anything to a cell.
    pub(super) fn touches(&self, cell: Cell) -> bool {
        let Some([y, x]) = self.offset(cell) else {
            return false;
        };
        if self.stroke.tool == Tool::Inject {
            return self.planted([y, x]).is_some();
        }
        let radius = f64::from(self.stroke.radius_cells);
        (y * y + x * x) as f64 <= radius * radius
    }

    /// Makes of a cell that is touched what the tool makes of it, at unit norm; erased in full, it is the background.
    ///
    /// `psi` and `background` are `[2d]`: the real parts of all channels, then the imaginary parts. A cell in which all
    /// cancels stays as it was.
    pub(super) fn apply(&self, cell: Cell, psi: &mut [f64], background: &[f64]) {
        let Some(offset) = self.offset(cell) else {
            return;
        };
        let before = psi.to_vec();
        let strength = f64::from(self.stroke.strength);
        let [y, x] = offset.map(|cells| cells as f64);
        match self.stroke.tool {
            Tool::Inject => {
                let Some(planted) = self.planted(offset) else {
                    return;
                };
                // [d, 2] to [2, d]
                let part = |part: usize| {
                    planted
                        .iter()
                        .skip(part)
                        .step_by(2)
                        .map(|&number| f64::from(number))
                };
                mix(psi, part(0).chain(part(1)), strength);
            }
            Tool::Noise => mix(psi, self.noise(offset), strength),
            Tool::Erase => {
                mix(psi, background.iter().copied(), strength);
                // All of it: the background as it is, which may be 0 and whose norm has roundings of its own.
                if strength >= 1.0 {
                    return;
                }
            }
            Tool::Collapse => self.collapse(offset, psi, strength),
            Tool::Vortex => rotate(psi, strength * y.atan2(x)),
            Tool::Wave => {
                let [down, right] = self.wave;
                let (sine, _) = Turns::of(y * down + x * right).sin_cos();
                rotate(psi, strength * sine);
            }
        }
        if !normalise(psi) {
            psi.copy_from_slice(&before);
        }
    }

    /// Rows and columns from the centre; none where nothing can be touched.
    fn offset(&self, cell: Cell) -> Option<[i64; 2]> {
        let y = cell.y.checked_sub(self.stroke.at.y)?;
        let x = cell.x.checked_sub(self.stroke.at.x)?;
        let [rows, columns] = self.reach();
        (rows.contains(&y) && columns.contains(&x)).then_some([y, x])
    }

    /// The seed's cell there, `[d, 2]`, where it has one that is not vacuum.
    fn planted(&self, [y, x]: [i64; 2]) -> Option<&'a [f32]> {
        let seed = self.seed?;
        let row = usize::try_from(y + (seed.height / 2) as i64).ok()?;
        let column = usize::try_from(x + (seed.width / 2) as i64).ok()?;
        seed.cell(row, column).filter(|cell| deviates(cell))
    }

    /// The generator of a cell, however many were drawn before.
    fn random(&self, [y, x]: [i64; 2]) -> ChaCha8Rng {
        let mut random = self.random.clone();
        random.set_stream(u64::from(y as i32 as u32) << 32 | u64::from(x as i32 as u32));
        random
    }

    /// Complex normal deviates over their 2-norm.
    fn noise(&self, offset: [i64; 2]) -> impl Iterator<Item = f64> {
        let mut random = self.random(offset);
        let mut drawn: Vec<f64> = (0..2 * self.channels)
            .map(|_| random.sample(StandardNormal))
            .collect();
        normalise(&mut drawn);
        drawn.into_iter()
    }

    /// With the probability of its strength, into one channel.
    fn collapse(&self, offset: [i64; 2], psi: &mut [f64], strength: f64) {
        let mut random = self.random(offset);
        let (falls, place): (f64, f64) = (random.random(), random.random());
        if falls >= strength {
            return;
        }
        let (real, imaginary) = psi.split_at(psi.len() / 2);
        let squares: Vec<f64> = real
            .iter()
            .zip(imaginary)
            .map(|(re, im)| re * re + im * im)
            .collect();
        let mut left = place * squares.iter().sum::<f64>();
        let mut chosen = None;
        for (channel, &square) in squares.iter().enumerate() {
            if square > 0.0 {
                chosen = Some(channel);
                if left < square {
                    break;
                }
            }
            left -= square;
        }
        let Some(chosen) = chosen else { return };
        let half = squares.len();
        for (part, number) in psi.iter_mut().enumerate() {
            if part % half != chosen {
                *number = 0.0;
            }
        }
    }
}

/// `psi <- (1-s) psi + s m`
fn mix(psi: &mut [f64], matter: impl Iterator<Item = f64>, strength: f64) {
    for (number, matter) in psi.iter_mut().zip(matter) {
        *number = (1.0 - strength) * *number + strength * matter;
    }
}

/// `psi <- psi exp(i angle)`
fn rotate(psi: &mut [f64], angle_radians: f64) {
    let (sine, cosine) = Turns::of(angle_radians / TAU).sin_cos();
    let (real, imaginary) = psi.split_at_mut(psi.len() / 2);
    for (re, im) in real.iter_mut().zip(imaginary) {
        (*re, *im) = (*re * cosine - *im * sine, *re * sine + *im * cosine);
    }
}

/// Brings a cell to unit norm; false where it has none.
fn normalise(psi: &mut [f64]) -> bool {
    let norm = psi.iter().map(|part| part * part).sum::<f64>().sqrt();
    if !(norm.is_finite() && norm > 0.0) {
        return false;
    }
    for part in psi {
        *part /= norm;
    }
    true
}

#[cfg(test)]
mod tests;
