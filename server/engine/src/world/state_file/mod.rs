//! A world as a file: `.npz`, which numpy reads and writes.
//!
//! A world that is kept cell by cell has `psi` complex `[H, W, d]` (or `[1, H, W, d]`), and `h` and `c` `[C, H/4, W/4]`
//! where the law has memory. One that is kept sparsely has `grid` int64 `[2]`, `tile_cells` int64 (T), `tiles` int64
//! `[n, 2]`, `tiles_psi` complex `[n, T, T, d]`, `tiles_h` and `tiles_c` `[n, C, T/4, T/4]`. What was around its matter
//! is `ground_cells`, `ground_tiles`, `ground_psi`, `ground_h`, `ground_c`, of the same shapes; and it has `step`
//! int64: so it goes on from there bit for bit. `seed_psi`, complex `[h, w, d]`, is what a click plants in it. Numbers are complex64 and float32, or complex128 and float64; either is
//! read into either. Every size is compared with what there is before anything of that size is allocated.

mod archive;
mod read;
mod write;

use atheria_shared::GridShape;

use super::field::{Field, FieldMemory, MEMORY_CELLS};
use crate::real::Real;

pub use read::read;
pub use write::write;
pub(super) use write::{begin_array, integers};

/// Longest side of a tile, in cells.
const TILE_SIDE_CELLS: usize = 1024;

/// The array of what a click plants.
const SEED: &str = "seed_psi";

/// What is in a file, or goes into one.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedWorld<F: Real = f32> {
    /// The world's size.
    pub grid: GridShape,
    /// The world.
    pub substance: Substance<F>,
    /// What is around its matter; the places are the engine's own keys.
    pub ground: Option<Tiles<F>>,
    /// The step that it is of.
    pub step: Option<u64>,
    /// What a click plants in it.
    pub seed: Option<Field<f32>>,
}

/// A world's numbers.
#[derive(Debug, Clone, PartialEq)]
pub enum Substance<F: Real = f32> {
    /// Of every cell.
    Grid(Field<F>),
    /// Where there is matter. A place is the tile's row and column, counted in tiles from the grid's upper left.
    Tiles(Tiles<F>),
}

/// Square pieces of a world, n of them, of one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Tiles<F: Real = f32> {
    /// Cells a side, T.
    pub side_cells: usize,
    /// Where each is.
    pub places: Vec<[i64; 2]>,
    /// Complex channels of a cell, d.
    pub channels: usize,
    /// psi, `[n, T, T, d, 2]`.
    pub psi: Vec<F>,
    /// The law's memory, where there is one.
    pub memory: Option<TilesMemory<F>>,
}

/// The memory in tiles.
#[derive(Debug, Clone, PartialEq)]
pub struct TilesMemory<F: Real = f32> {
    /// Channels of it, C.
    pub channels: usize,
    /// What it shows, `[n, C, T/4, T/4]`.
    pub h: Vec<F>,
    /// What it keeps, `[n, C, T/4, T/4]`.
    pub c: Vec<F>,
}

/// What a law needs of a state.
#[derive(Debug, Clone, Copy)]
pub struct Needs {
    /// Complex channels of a cell.
    pub channels: u16,
    /// Channels of its memory, where it has one.
    pub memory_channels: Option<usize>,
    /// The size; none: that of the file.
    pub grid: Option<GridShape>,
}

impl<F: Real> Tiles<F> {
    /// Each tile as a field, with its place.
    pub fn fields(&self) -> impl Iterator<Item = ([i64; 2], Field<F>)> {
        let side = self.side_cells;
        let psi = self.psi.chunks_exact((2 * side * side * self.channels).max(1));
        let quarter = side / MEMORY_CELLS;
        let shape = self
            .memory
            .as_ref()
            .map(|memory| [memory.channels, quarter, quarter]);
        self.places
            .iter()
            .zip(psi)
            .enumerate()
            .map(move |(index, (&place, psi))| {
                let memory = self.memory.as_ref().zip(shape).map(|(memory, shape)| {
                    let count = shape.iter().product::<usize>();
                    let part = |numbers: &[F]| {
                        let part = numbers.get(index * count..(index + 1) * count);
                        part.unwrap_or_default().to_vec()
                    };
                    FieldMemory {
                        shape,
                        h: part(&memory.h),
                        c: part(&memory.c),
                    }
                });
                let field = Field {
                    height: side,
                    width: side,
                    channels: self.channels,
                    psi: psi.to_vec(),
                    memory,
                };
                (place, field)
            })
    }
}

#[cfg(test)]
mod tests;
