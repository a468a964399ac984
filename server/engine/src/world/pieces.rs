//! Matter as it is laid into a world: pieces of plain numbers, each at a place, with vacuum around them.
//!
//! Only the shape of it: [`super::matter`] draws pieces, [`super::lay`] puts them and those of files in their places.

use std::sync::Arc;

use atheria_shared::world::EPS;
use atheria_shared::{Cell, GridShape};

use super::field::Field;
use crate::real::Real;

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
    /// What a click planted in the world that they were saved from, where that is known.
    pub(super) seed: Option<Field<f32>>,
}

/// Whether a cell, `[d, 2]`, is something else than `psi_0` = 1.
pub(super) fn deviates<F: Real>(cell: &[F]) -> bool {
    cell.iter().enumerate().any(|(part, value)| {
        let vacuum = if part == 0 { 1.0 } else { 0.0 };
        (value.double() - vacuum).abs() > EPS
    })
}
