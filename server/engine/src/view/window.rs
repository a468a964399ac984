//! Which cells are shown: pixels, each of a power of two of cells a side, and how they meet the tiles.
//!
//! Pixels lie on a lattice through the world's first cell, so they stand for the same cells wherever the camera is.
//! Pixels and places are rows first.

use std::ops::Range;

use atheria_shared::Boundary;
use atheria_shared::geometry::Region;
use atheria_shared::limits::{FRAME_SIDE_PIXELS, PLANE_CELLS};

use crate::run::sparse::{Number, Place};

use super::Scene;

/// The most cells along a side of a pixel: the whole plane is 1024 of them.
const PIXEL_CELLS: u64 = 1 << 31;

/// The pixels of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// Cells along each side of a pixel, a power of two.
    pub(super) cells_per_pixel: u32,
    /// The first pixel on the lattice.
    pub(super) first: [i64; 2],
    /// How many pixels.
    pub(super) size: [usize; 2],
}

impl Window {
    /// The pixels that show a region of a scene, or all of it, in about `side_pixels` along its longest side: one more
    /// where the region begins within a pixel.
    pub(super) fn new<F: Number>(scene: &Scene<'_, F>, region: Option<Region>, side_pixels: u32) -> Self {
        let grid = Region::of(scene.grid);
        let asked = region.map_or_else(|| everything(scene, grid), sides);
        let limits = match scene.boundary {
            Boundary::Walls | Boundary::Torus => sides(grid),
            Boundary::Unbounded => [-PLANE_CELLS..PLANE_CELLS, -PLANE_CELLS..PLANE_CELLS],
        };
        let cells = [0, 1].map(|axis| cut(&asked[axis], &limits[axis]));
        let longest = cells
            .iter()
            .map(|side| side.end.abs_diff(side.start))
            .max()
            .unwrap_or(1);
        let side_pixels = side_pixels.clamp(1, FRAME_SIDE_PIXELS);
        let cells_per_pixel = longest
            .div_ceil(side_pixels.into())
            .next_power_of_two()
            .min(PIXEL_CELLS);
        let pixel_of = |cell: i64| cell.div_euclid(cells_per_pixel as i64);
        let first = [0, 1].map(|axis| pixel_of(cells[axis].start));
        let size = [0, 1].map(|axis| {
            let count = pixel_of(cells[axis].end - 1) - first[axis] + 1;
            // The pixel too many of a frame that is as large as they get is left out.
            count.min(FRAME_SIDE_PIXELS.into()) as usize
        });
        Self {
            cells_per_pixel: cells_per_pixel as u32,
            first,
            size,
        }
    }

    /// The world's cell that the first pixel begins with.
    pub(super) fn origin(&self) -> [i64; 2] {
        self.first.map(|pixel| pixel * i64::from(self.cells_per_pixel))
    }
}

/// All that there is: the grid, and around it all tiles with matter.
fn everything<F: Number>(scene: &Scene<'_, F>, grid: Region) -> [Range<i64>; 2] {
    let mut all = sides(grid);
    if scene.boundary == Boundary::Unbounded {
        let side = scene.now.side as i64;
        for tile in &scene.now.matter {
            for (range, at) in all.iter_mut().zip(tile.place) {
                let first = at.saturating_mul(side);
                *range = range.start.min(first)..range.end.max(first.saturating_add(side));
            }
        }
    }
    all
}

fn sides(region: Region) -> [Range<i64>; 2] {
    [(region.y, region.height), (region.x, region.width)]
        .map(|(first, cells)| first..first.saturating_add(cells.into()))
}

/// What of a range lies within limits; the nearest cell where nothing does.
fn cut(range: &Range<i64>, limits: &Range<i64>) -> Range<i64> {
    let start = range.start.clamp(limits.start, limits.end - 1);
    start..range.end.clamp(start + 1, limits.end)
}

/// The blocks that a window touches: squares of `tiles` x `tiles` tiles and of `pixels` x `pixels` pixels, one of them 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Blocks {
    /// Tiles along each side of a block.
    pub(super) tiles: i64,
    /// Pixels along each side of a block.
    pub(super) pixels: usize,
    /// Cells of a tile along each side of a pixel.
    pub(super) cells: usize,
    /// Rows and columns of blocks.
    pub(super) ranges: [Range<i64>; 2],
    /// Pixels of the first block that lie before the window.
    pub(super) skipped: [usize; 2],
}

impl Blocks {
    /// Those of a window onto tiles of `side` cells, a power of two.
    pub(super) fn new(window: &Window, side: usize) -> Self {
        let cells = side.min(window.cells_per_pixel as usize);
        let pixels = side / cells;
        let block_of = |pixel: i64| pixel.div_euclid(pixels as i64);
        Self {
            tiles: i64::from(window.cells_per_pixel) / cells as i64,
            pixels,
            cells,
            ranges: [0, 1].map(|axis| {
                let (first, count) = (window.first[axis], window.size[axis] as i64);
                block_of(first)..block_of(first + count - 1) + 1
            }),
            skipped: window.first.map(|first| first.rem_euclid(pixels as i64) as usize),
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.rows() * self.columns()
    }

    /// Rows of blocks.
    pub(super) fn rows(&self) -> usize {
        (self.ranges[0].end - self.ranges[0].start) as usize
    }

    /// Columns of blocks.
    pub(super) fn columns(&self) -> usize {
        (self.ranges[1].end - self.ranges[1].start) as usize
    }

    /// The number of the block that a tile lies in, by rows; none outside of the window.
    pub(super) fn of_tile(&self, place: Place) -> Option<usize> {
        let [y, x] = place.map(|at| at.div_euclid(self.tiles));
        let [rows, columns] = &self.ranges;
        (rows.contains(&y) && columns.contains(&x))
            .then(|| (y - rows.start) as usize * self.columns() + (x - columns.start) as usize)
    }
}
