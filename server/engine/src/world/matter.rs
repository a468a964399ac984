//! Starting matter, drawn from a seed: the same seed is the same world on every run and machine.
//!
//! The numbers come from `ChaCha8` in the order y, x, channel, real part, imaginary part, and are worked out on the host
//! whatever the world's device.

use atheria_shared::GridShape;
use atheria_shared::world::StartingMatter;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use super::WorldError;
use super::field::Field;

/// Standard deviation of the phases of [`StartingMatter::ComplexNoise`], in radians: that of the training system.
const NOISE_RADIANS: f64 = 0.1;

/// What empty space is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vacuum {
    /// `psi_0` = 1, the other channels 0.
    One,
    /// 0 in every channel.
    Zero,
}

impl Vacuum {
    /// What is around, or would be around, this matter.
    pub(super) fn of(matter: &StartingMatter) -> Self {
        match matter {
            StartingMatter::Zeros => Self::Zero,
            _ => Self::One,
        }
    }

    /// A world of nothing else.
    pub(super) fn fill(self, grid: GridShape, channels: u16) -> Field {
        let mut field = Field::zeros(grid, channels);
        if self == Self::One {
            for cell in field.psi.chunks_exact_mut(2 * usize::from(channels).max(1)) {
                if let Some(real) = cell.first_mut() {
                    *real = 1.0;
                }
            }
        }
        field
    }
}

/// The starting matter of a world; none for [`StartingMatter::File`], which is not drawn but read.
///
/// - `Blob`: vacuum, and at the centre a square whose cells are complex normal deviates, divided by their 2-norm.
/// - `ComplexNoise`: every channel `exp(i a)`, a normal of standard deviation [`NOISE_RADIANS`].
/// - `Random`: real and imaginary parts uniform in -1..1, each cell divided by its 2-norm.
pub(super) fn draw(
    matter: &StartingMatter,
    grid: GridShape,
    channels: u16,
    seed: u64,
) -> Result<Option<Field>, WorldError> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut field = Vacuum::of(matter).fill(grid, channels);
    let (width, per_cell) = (grid.width() as usize, 2 * usize::from(channels).max(1));
    match matter {
        StartingMatter::File(_) => return Ok(None),
        StartingMatter::Zeros => {}
        StartingMatter::Blob { side_cells } => {
            let side = *side_cells;
            if side > grid.height() || side > grid.width() {
                return Err(WorldError::Blob {
                    side_cells: side,
                    grid,
                });
            }
            let from = |length: u32| ((length - side) / 2) as usize;
            let (top, left, side) = (from(grid.height()), from(grid.width()), side as usize);
            for row in field.psi.chunks_exact_mut(per_cell * width).skip(top).take(side) {
                for cell in row.chunks_exact_mut(per_cell).skip(left).take(side) {
                    fill_unit(cell, || random.sample(StandardNormal));
                }
            }
        }
        StartingMatter::Random => {
            for cell in field.psi.chunks_exact_mut(per_cell) {
                fill_unit(cell, || random.random_range(-1.0..1.0));
            }
        }
        StartingMatter::ComplexNoise => {
            for channel in field.psi.as_chunks_mut::<2>().0 {
                let normal: f64 = random.sample(StandardNormal);
                let (sine, cosine) = (NOISE_RADIANS * normal).sin_cos();
                *channel = [cosine as f32, sine as f32];
            }
        }
    }
    Ok(Some(field))
}

/// Draws a cell's numbers and divides them by their 2-norm, worked out in float64.
fn fill_unit(cell: &mut [f32], mut draw: impl FnMut() -> f64) {
    let mut square = 0.0;
    for part in cell.iter_mut() {
        let value = draw();
        square += value * value;
        *part = value as f32;
    }
    let scale = square.sqrt().max(f64::MIN_POSITIVE).recip();
    for part in cell {
        *part = (f64::from(*part) * scale) as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(matter: &StartingMatter, height: u32, width: u32, seed: u64) -> Field {
        draw(matter, GridShape::new(height, width).unwrap(), 4, seed)
            .unwrap()
            .unwrap()
    }

    fn norm(cell: &[f32]) -> f32 {
        cell.iter().map(|part| part * part).sum::<f32>().sqrt()
    }

    #[test]
    fn a_blob_is_a_square_of_unit_cells_at_the_centre_of_vacuum() {
        let field = drawn(&StartingMatter::Blob { side_cells: 6 }, 20, 33, 5);
        for (index, cell) in field.psi.chunks_exact(8).enumerate() {
            let (y, x) = (index / 33, index % 33);
            assert!((norm(cell) - 1.0).abs() < 1e-6);
            let inside = (7..13).contains(&y) && (13..19).contains(&x);
            assert_eq!(
                cell != [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
                inside,
                "{y} {x}"
            );
        }
    }

    #[test]
    fn noise_has_the_moments_of_the_golden_noise() {
        let field = drawn(&StartingMatter::ComplexNoise, 48, 48, 1);
        let count = (field.psi.len() / 2) as f32;
        let channels = || field.psi.chunks_exact(2);
        assert!(channels().all(|channel| (norm(channel) - 1.0).abs() < 1e-6));
        let mean = channels().map(|channel| channel[0]).sum::<f32>() / count;
        let spread = (channels().map(|channel| channel[1] * channel[1]).sum::<f32>() / count).sqrt();
        assert!((mean - 0.995).abs() < 1e-3, "{mean}");
        assert!((spread - 0.0995).abs() < 3e-3, "{spread}");
    }

    #[test]
    fn random_cells_have_norm_one() {
        let field = drawn(&StartingMatter::Random, 9, 9, 1);
        assert!(
            field
                .psi
                .chunks_exact(8)
                .all(|cell| (norm(cell) - 1.0).abs() < 1e-6)
        );
    }

    #[test]
    fn a_seed_is_a_world() {
        let blob = StartingMatter::Blob { side_cells: 4 };
        assert_eq!(drawn(&blob, 16, 16, 3), drawn(&blob, 16, 16, 3));
        assert_ne!(drawn(&blob, 16, 16, 3), drawn(&blob, 16, 16, 4));
        let field = drawn(&blob, 4, 4, 0);
        let first: Vec<u32> = field.psi.iter().take(4).map(|part| part.to_bits()).collect();
        assert_eq!(
            first, PINNED,
            "the stream has changed: saved seeds would be other worlds"
        );
    }

    /// The first cell's first two channels for seed 0, by bits.
    const PINNED: [u32; 4] = [1_049_211_045, 3_177_362_760, 1_039_028_998, 3_204_919_527];

    #[test]
    fn a_blob_fits_or_says_so() {
        let grid = GridShape::new(8, 12).unwrap();
        let made = |side_cells| draw(&StartingMatter::Blob { side_cells }, grid, 2, 0);
        assert!(made(8).is_ok());
        assert_eq!(
            made(9).unwrap_err().to_string(),
            "a blob of 9x9 cells does not fit into a grid of 8x12"
        );
    }
}
