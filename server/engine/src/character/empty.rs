//! What a law does to an empty world: how long it takes to come to rest, and how deep walls are felt.

use std::ops::Range;

use super::allowance::Halt;
use super::probe::{Probe, Subject};
use crate::run::sparse::{Axis, Ground, LANES, Number, Program, Tiles, reach_cells};

/// What is no difference any more.
const EPS: f64 = atheria_shared::world::EPS;
/// Cells a side of the torus that is watched: one tile stands for any larger one.
const TORUS_CELLS: usize = 16;
/// Cells between the two walls.
pub(super) const WALLED_CELLS: u32 = 512;
/// Cells a side of the tiles there: the world repeats itself along a wall, so that narrow ones save work.
const WALLED_TILE_CELLS: usize = 8;
/// Operations that walls may take, at most.
const WALLS_FLOPS: f64 = 1e10;

/// The step from which an empty torus repeats itself; none: it did not within so many.
pub(super) fn settling_steps(subject: &Subject<'_>, steps: u32) -> Result<Option<u32>, Halt> {
    let mut world = Probe::<f32>::torus(subject, TORUS_CELLS as u32, TORUS_CELLS, EPS)?;
    let mut last_moved = 0;
    for step in 1..=steps {
        let before = world.step()?;
        if farthest_apart([&world.state, &before], [0, 0], 0..TORUS_CELLS) > EPS {
            last_moved = step;
        }
    }
    Ok((last_moved < steps).then_some(last_moved))
}

/// How far from a wall an empty world differs from its middle after so many steps, in cells; none where to find out would
/// take too much work. The world lies between two walls and is a ring along them: corners are not counted.
pub(super) fn wall_depth_cells(subject: &Subject<'_>, steps: u32) -> Result<Option<u32>, Halt> {
    let tile = WALLED_TILE_CELLS;
    let depth = Ground::depth_tiles(reach_cells(&Program::<f32>::of(subject.law)?), tile);
    let axes = [
        Axis::walled(WALLED_CELLS, tile, depth),
        Axis::ring(tile as u32, tile),
    ];
    let mut world = Probe::<f32>::empty(subject, axes, tile, EPS)?;
    for _ in 0..steps {
        world.step_on()?;
        if world.work_flops > WALLS_FLOPS {
            return Ok(None);
        }
    }
    Ok(Some(felt_cells(&world.state)))
}

/// Rows from a wall to the innermost that differs from its like in the middle.
fn felt_cells<F: Number>(state: &Tiles<F>) -> u32 {
    let ground = &state.ground;
    let tiles = ground.axes()[0].count().unwrap_or(0);
    let middle = ground.under([tiles / 2, 0]) as usize;
    let mut felt = 0;
    for place in 0..tiles {
        let slot = ground.under([place, 0]) as usize;
        if slot == middle {
            continue;
        }
        for row in 0..state.side {
            if farthest_apart([state, state], [slot, middle], row..row + 1) > EPS {
                let at = place as usize * state.side + row;
                let wall = at.min(WALLED_CELLS as usize - 1 - at);
                felt = felt.max(wall as u32 + 1);
            }
        }
    }
    felt
}

/// The largest 2-norm of the difference of two cells, over some rows of a slot of each of two states.
fn farthest_apart<F: Number>(states: [&Tiles<F>; 2], slots: [usize; 2], rows: Range<usize>) -> f64 {
    let side = states[0].side;
    let tiles = [states[0].tile(slots[0]), states[1].tile(slots[1])];
    let squares = (rows.start * side..rows.end * side).map(|cell| {
        let blocks = (cell..tiles[0].len()).step_by(side * side);
        blocks
            .flat_map(|at| (0..LANES).map(move |lane| (at, lane)))
            .map(|(at, lane)| (tiles[0][at][lane] - tiles[1][at][lane]).double())
            .map(|difference| difference * difference)
            .sum::<f64>()
    });
    squares.fold(0.0, f64::max).sqrt()
}
