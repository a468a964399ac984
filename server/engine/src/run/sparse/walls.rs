//! What is different for the cells at a wall.

#![expect(
    clippy::inline_always,
    reason = "each copy of a kernel takes these in, or it would not be compiled for the processor"
)]

use super::lanes::{Block, LANES, Number};
use super::plan::{ABOVE, BELOW, LEFT, Plan, RIGHT};
use super::raised::TAPS;

/// What the cells at a wall count more in a resize: the weights that are left, 7/8, add up to one again.
pub(super) const EDGE_SCALE: f64 = 8.0 / 7.0;

/// At which sides of a tile there is a wall.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walls {
    /// Above, below, left, right.
    sides: [bool; 4],
    /// Rows and columns of the tile.
    size: [usize; 2],
}

impl Walls {
    /// Those around a slot, in cells of a level.
    pub(super) fn around(plan: &Plan, slot: usize, level: u32) -> Self {
        let wall = |part: usize| plan.neighbour(slot, part, plan.all()).is_none();
        Self {
            sides: [ABOVE, BELOW, LEFT, RIGHT].map(wall),
            size: plan.sizes[slot].map(|side| side >> level),
        }
    }

    fn none(self) -> bool {
        self.sides == [false; 4]
    }

    /// At which sides of a cell there is one.
    fn at(self, row: usize, column: usize) -> [bool; 4] {
        let ([height, width], [above, below, left, right]) = (self.size, self.sides);
        [
            above && row == 0,
            below && row + 1 == height,
            left && column == 0,
            right && column + 1 == width,
        ]
    }
}

/// At walls a resize has fewer cells to weigh, and its weights still add up to one: 1 / (1 - 1/8) at each edge.
#[inline(always)]
pub(super) fn weigh_edges<F: Number>(walls: Walls, bias: &[Block<F>], cells: usize, result: &mut [Block<F>]) {
    if walls.none() {
        return;
    }
    for (result, bias) in result.chunks_exact_mut(cells * cells).zip(bias) {
        for (cell, result) in result.iter_mut().enumerate() {
            let sides = walls.at(cell / cells, cell % cells);
            let scale = sides
                .iter()
                .filter(|wall| **wall)
                .fold(F::of(1.0), |scale, _| scale * F::of(EDGE_SCALE));
            for lane in 0..LANES {
                result[lane] = (result[lane] - bias[lane]) * scale + bias[lane];
            }
        }
    }
}

/// Takes away what a bias gave through the cells of a 3x3 kernel that lie beyond a wall.
#[inline(always)]
pub(super) fn take_away_bias<F: Number>(
    walls: Walls,
    of_bias: &[Vec<Block<F>>; TAPS],
    cells: usize,
    result: &mut [Block<F>],
) {
    if walls.none() {
        return;
    }
    for cell in 0..cells * cells {
        let [above, below, left, right] = walls.at(cell / cells, cell % cells);
        for (tap, of_bias) in of_bias.iter().enumerate() {
            let [row, column] = [tap / 3, tap % 3];
            let beyond =
                (above && row == 0) || (below && row == 2) || (left && column == 0) || (right && column == 2);
            if !beyond {
                continue;
            }
            for (result, of_bias) in result.chunks_exact_mut(cells * cells).zip(of_bias) {
                for lane in 0..LANES {
                    result[cell][lane] = result[cell][lane] - of_bias[lane];
                }
            }
        }
    }
}
