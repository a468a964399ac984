//! Starting matter, drawn from a seed: the same seed is the same world on every run and machine.
//!
//! The numbers come from `ChaCha8`: first the places, where there is more than one piece, then piece by piece in the
//! order y, x, channel, real part, imaginary part. They are worked out on the host whatever the world's device.

use std::sync::Arc;

use atheria_shared::limits::DENSE_CELLS;
use atheria_shared::world::StartingMatter;
use atheria_shared::{Cell, GridShape};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use super::WorldError;
use super::field::Field;
use super::pieces::{Empty, Piece, Pieces};
use super::places::{Size, scatter};
use crate::real::Real;

/// Standard deviation of the phases of [`StartingMatter::ComplexNoise`], in radians: that of the training system.
const NOISE_RADIANS: f64 = 0.1;

/// The starting matter of a world; none for [`StartingMatter::File`], which is not drawn but read.
///
/// - `Blob`: a square at the centre whose cells are complex normal deviates, divided by their 2-norm.
/// - `Blobs`: such squares, each of its own numbers, at places of [`scatter`].
/// - `ComplexNoise`: every channel `exp(i a)`, a normal of standard deviation [`NOISE_RADIANS`].
/// - `Random`: real and imaginary parts uniform in -1..1, each cell divided by its 2-norm.
pub(super) fn draw<F: Real>(
    matter: &StartingMatter,
    grid: GridShape,
    channels: u16,
    seed: u64,
) -> Result<Option<Pieces<F>>, WorldError> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut vacuum = Empty::One;
    let pieces = match matter {
        StartingMatter::File(_) => return Ok(None),
        StartingMatter::Zeros => {
            vacuum = Empty::Zero;
            Vec::new()
        }
        StartingMatter::Blob { side_cells } => {
            let size = square(*side_cells, 1, grid)?;
            let centre = |length: u32| i64::from((length - side_cells) / 2);
            let at = Cell {
                y: centre(grid.height()),
                x: centre(grid.width()),
            };
            vec![piece(at, blob(&mut random, size, channels))]
        }
        StartingMatter::Blobs { count, side_cells } => {
            let size = square(*side_cells, *count, grid)?;
            let sides = Size {
                height: *side_cells,
                width: *side_cells,
            };
            scatter(&mut random, grid, sides, *count, 1)
                .into_iter()
                .map(|at| piece(at, blob(&mut random, size, channels)))
                .collect()
        }
        StartingMatter::Random => {
            grid.check_dense()?;
            let mut field = Field::zeros(grid, channels);
            for cell in field.cells_mut() {
                fill_unit(cell, || random.random_range(-1.0..1.0));
            }
            vec![piece(Cell::default(), field)]
        }
        StartingMatter::ComplexNoise => {
            grid.check_dense()?;
            let mut field = Field::zeros(grid, channels);
            for channel in field.psi.as_chunks_mut::<2>().0 {
                let normal: f64 = random.sample(StandardNormal);
                let (sine, cosine) = (NOISE_RADIANS * normal).sin_cos();
                *channel = [F::of(cosine), F::of(sine)];
            }
            vec![piece(Cell::default(), field)]
        }
    };
    Ok(Some(Pieces {
        grid,
        vacuum,
        alike: true,
        pieces,
        seed: None,
    }))
}

fn piece<F: Real>(at: Cell, field: Field<F>) -> Piece<F> {
    Piece {
        at,
        field: Arc::new(field),
    }
}

/// The shape of a blob, when it fits into the world, and as many of them into the memory.
fn square(side_cells: u32, count: u32, grid: GridShape) -> Result<GridShape, WorldError> {
    if side_cells > grid.height() || side_cells > grid.width() {
        return Err(WorldError::Blob { side_cells, grid });
    }
    let shape = GridShape::new(side_cells, side_cells)?;
    if shape.cells().saturating_mul(u64::from(count)) > DENSE_CELLS {
        return Err(WorldError::Blobs { count, side_cells });
    }
    Ok(shape)
}

fn blob<F: Real>(random: &mut ChaCha8Rng, shape: GridShape, channels: u16) -> Field<F> {
    let mut field = Field::zeros(shape, channels);
    for cell in field.cells_mut() {
        fill_unit(cell, || random.sample(StandardNormal));
    }
    field
}

/// Draws a cell's numbers and divides them by their 2-norm, worked out in float64.
fn fill_unit<F: Real>(cell: &mut [F], mut draw: impl FnMut() -> f64) {
    let mut square = 0.0;
    for part in cell.iter_mut() {
        let value = draw();
        square += value * value;
        *part = F::of(value);
    }
    let scale = square.sqrt().max(f64::MIN_POSITIVE).recip();
    for part in cell {
        *part = F::of(part.double() * scale);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(matter: &StartingMatter, height: u32, width: u32, seed: u64) -> Pieces<f32> {
        draw(matter, GridShape::new(height, width).unwrap(), 4, seed)
            .unwrap()
            .unwrap()
    }

    /// The numbers of a world of one piece.
    fn drawn(matter: &StartingMatter, height: u32, width: u32, seed: u64) -> Field<f32> {
        let pieces = pieces(matter, height, width, seed).pieces;
        assert_eq!(pieces.len(), 1);
        Field::clone(&pieces[0].field)
    }

    fn norm(cell: &[f32]) -> f32 {
        cell.iter().map(|part| part * part).sum::<f32>().sqrt()
    }

    #[test]
    fn a_blob_is_a_square_of_unit_cells_at_the_centre() {
        let blob = StartingMatter::Blob { side_cells: 6 };
        let world = pieces(&blob, 20, 33, 5);
        assert_eq!(
            (world.vacuum, world.pieces[0].at),
            (Empty::One, Cell { y: 7, x: 13 })
        );
        let field = &world.pieces[0].field;
        assert_eq!((field.height, field.width, field.psi.len()), (6, 6, 6 * 6 * 8));
        assert!(field.cells().all(|cell| (norm(cell) - 1.0).abs() < 1e-6));
        let far = pieces(&blob, 65_536, 65_536, 5);
        assert_eq!(far.pieces[0].at, Cell { y: 32_765, x: 32_765 });
        assert_eq!(far.pieces[0].field, world.pieces[0].field);
    }

    #[test]
    fn blobs_are_each_of_their_own() {
        let matter = StartingMatter::Blobs {
            count: 40,
            side_cells: 3,
        };
        let world = pieces(&matter, 100, 70, 9);
        assert_eq!(world, pieces(&matter, 100, 70, 9));
        assert_eq!(world.pieces.len(), 40);
        for (index, one) in world.pieces.iter().enumerate() {
            assert!(
                (0..=97).contains(&one.at.y) && (0..=67).contains(&one.at.x),
                "{}",
                one.at
            );
            assert!(one.field.cells().all(|cell| (norm(cell) - 1.0).abs() < 1e-6));
            for other in &world.pieces[..index] {
                assert_ne!(one.field, other.field);
                let (y, x) = (one.at.y - other.at.y, one.at.x - other.at.x);
                assert!(y.abs() >= 3 || x.abs() >= 3, "{} {}", one.at, other.at);
            }
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
        assert!(field.cells().all(|cell| (norm(cell) - 1.0).abs() < 1e-6));
    }

    #[test]
    fn zeros_are_a_vacuum_of_their_own() {
        let world = pieces(&StartingMatter::Zeros, 1 << 20, 1 << 20, 1);
        assert_eq!((world.vacuum, world.pieces.len()), (Empty::Zero, 0));
        let grid = GridShape::new(2, 3).unwrap();
        assert_eq!(Empty::Zero.fill::<f64>(grid, 1).psi, [0.0; 12]);
        assert_eq!(
            Empty::One.fill::<f64>(GridShape::new(1, 2).unwrap(), 2).psi,
            [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]
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
    fn float64_is_the_same_world_with_more_digits() {
        let matter = StartingMatter::Blobs {
            count: 3,
            side_cells: 2,
        };
        let grid = GridShape::new(16, 16).unwrap();
        let [short, long] = [
            pieces(&matter, 16, 16, 2),
            draw::<f64>(&matter, grid, 4, 2)
                .unwrap()
                .map(|world| Pieces {
                    grid,
                    vacuum: world.vacuum,
                    alike: world.alike,
                    pieces: world
                        .pieces
                        .iter()
                        .map(|one| piece(one.at, one.field.to_precision()))
                        .collect(),
                    seed: None,
                })
                .unwrap(),
        ];
        for (short, long) in short.pieces.iter().zip(&long.pieces) {
            assert_eq!(short.at, long.at);
            for (a, b) in short.field.psi.iter().zip(&long.field.psi) {
                assert!((a - b).abs() <= 1.2e-7 * b.abs(), "{a} {b}");
            }
        }
    }

    #[test]
    fn matter_fits_or_says_so() {
        let grid = GridShape::new(8, 12).unwrap();
        let made = |matter, grid| {
            draw::<f32>(&matter, grid, 2, 0)
                .map(drop)
                .map_err(|e| e.to_string())
        };
        assert!(made(StartingMatter::Blob { side_cells: 8 }, grid).is_ok());
        assert_eq!(
            made(StartingMatter::Blob { side_cells: 9 }, grid).unwrap_err(),
            "a blob of 9x9 cells does not fit into a grid of 8x12"
        );
        let wide = GridShape::new(4096, 4097).unwrap();
        for matter in [StartingMatter::Random, StartingMatter::ComplexNoise] {
            assert!(
                made(matter, wide)
                    .unwrap_err()
                    .contains("too large to keep every cell")
            );
        }
        let blobs = StartingMatter::Blobs {
            count: 100_000,
            side_cells: 13,
        };
        assert_eq!(
            made(blobs, wide).unwrap_err(),
            "100000 blobs of 13x13 cells are more than the 16777216 cells of matter that can be drawn"
        );
    }
}
