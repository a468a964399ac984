//! Matter as it is laid into a world: pieces of plain numbers, each at a place, with vacuum around them.
//!
//! Only the shape of it: [`super::matter`] draws pieces, [`super::lay`] puts them and those of files in their places.

use std::ops::Range;
use std::sync::Arc;

use atheria_shared::world::EPS;
use atheria_shared::{Cell, GridShape};

use super::field::Field;
use crate::real::Real;

/// Longest side of a piece that [`seed_piece`] hands out, in cells.
const SEED_SIDE_CELLS: usize = 96;

/// What is around the pieces at step 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Empty {
    /// `psi_0` = 1, the other channels 0.
    One,
    /// 0 in every channel.
    Zero,
}

#[cfg(test)]
impl Empty {
    /// A world of nothing else.
    pub(super) fn fill<F: Real>(self, grid: GridShape, channels: u16) -> Field<F> {
        let mut field = Field::zeros(grid, channels);
        if self == Self::One {
            for cell in field.cells_mut() {
                if let Some(real) = cell.first_mut() {
                    *real = F::of(1.0);
                }
            }
        }
        field
    }
}

/// Some matter, and the cell where its upper left lies.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece<F: Real> {
    /// Its upper left cell; beyond the grid only where a world is unbounded.
    pub(super) at: Cell,
    /// What it is made of. Copies share it.
    pub(super) field: Arc<Field<F>>,
}

/// A world at step 0. Pieces are laid in order: where two overlap, the later one is what is there.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_field_names, reason = "a world of pieces has pieces")]
pub(super) struct Pieces<F: Real> {
    /// The world's size.
    pub(super) grid: GridShape,
    /// What is around them.
    pub(super) vacuum: Empty,
    /// Whether they are of one kind, each whole by itself; otherwise parts of something larger.
    pub(super) alike: bool,
    /// The pieces.
    pub(super) pieces: Vec<Piece<F>>,
}

/// The compact piece that a world's starting matter is made of, cut to the box of the cells that are not vacuum; none
/// where there is no matter, where it is in parts, or where the box is larger than [`SEED_SIDE_CELLS`] a side.
pub(super) fn seed_piece<F: Real>(pieces: &Pieces<F>) -> Option<Field<f32>> {
    let piece = pieces.pieces.first().filter(|_| pieces.alike)?;
    let [rows, columns] = matter_box(&piece.field)?;
    if rows.len() > SEED_SIDE_CELLS || columns.len() > SEED_SIDE_CELLS {
        return None;
    }
    let mut seed = piece.field.cut(rows, columns)?.to_precision();
    seed.memory = None;
    Some(seed)
}

/// Rows and columns of the smallest box with every cell that is not vacuum.
fn matter_box<F: Real>(field: &Field<F>) -> Option<[Range<usize>; 2]> {
    let mut found: Option<[Range<usize>; 2]> = None;
    for (index, cell) in field.cells().enumerate() {
        if !deviates(cell) {
            continue;
        }
        let (y, x) = (index / field.width.max(1), index % field.width.max(1));
        found = Some(match found {
            None => [y..y + 1, x..x + 1],
            Some([rows, columns]) => [rows.start..y + 1, columns.start.min(x)..columns.end.max(x + 1)],
        });
    }
    found
}

/// Whether a cell, `[d, 2]`, is something else than `psi_0` = 1.
pub(super) fn deviates<F: Real>(cell: &[F]) -> bool {
    cell.iter().enumerate().any(|(part, value)| {
        let vacuum = if part == 0 { 1.0 } else { 0.0 };
        (value.double() - vacuum).abs() > EPS
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world(side: u32, matter: &[[usize; 2]], alike: bool) -> Pieces<f64> {
        let grid = GridShape::new(side, side).unwrap();
        let mut field = Empty::One.fill::<f64>(grid, 2);
        for &[y, x] in matter {
            field.psi[(y * side as usize + x) * 4 + 2] = 0.5;
        }
        Pieces {
            grid,
            vacuum: Empty::One,
            alike,
            pieces: vec![Piece {
                at: Cell::default(),
                field: Arc::new(field),
            }],
        }
    }

    #[test]
    fn a_seed_is_the_box_of_what_is_not_vacuum() {
        let seed = seed_piece(&world(200, &[[50, 90], [40, 99], [145 - 10, 70]], true)).unwrap();
        assert_eq!((seed.height, seed.width, seed.channels), (96, 30, 2));
        let matter: Vec<_> = seed
            .cells()
            .enumerate()
            .filter(|(_, cell)| deviates(cell))
            .map(|(index, _)| [index / 30, index % 30])
            .collect();
        assert_eq!(matter, [[0, 29], [10, 20], [95, 0]]);
    }

    #[test]
    fn what_is_empty_too_large_or_in_parts_is_no_seed() {
        assert!(seed_piece(&world(200, &[], true)).is_none());
        assert!(seed_piece(&world(200, &[[0, 0], [96, 0]], true)).is_none());
        assert!(seed_piece(&world(200, &[[0, 0], [0, 96]], true)).is_none());
        assert!(seed_piece(&world(200, &[[0, 0]], false)).is_none());
        assert!(seed_piece(&world(200, &[[0, 0], [95, 95]], true)).is_some());
    }
}
