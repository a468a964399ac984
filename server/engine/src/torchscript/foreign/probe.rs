//! Finds out what a law is like by asking it: perturb one cell, see what moves; shift the world, see that the answer shifts;
//! cut a window out of a world, see that its middle stays.
//!
//! All of it is evidence, no proof: neurons that are silent in these worlds may fire in others. So a cell is also perturbed by
//! a NaN, which goes through silent ones too, and the windows are tried on other worlds than the rest.

use tch::{Kind, TchError, Tensor};

use super::error::ForeignError;
use crate::run::Module;
use crate::run::sparse::BATCH;
use crate::torchscript::verify::random_cells;

/// The farthest that a cell is looked for, in cells.
pub(super) const REACH_CELLS: i64 = 24;
/// Periods that are tried, in cells.
const PERIODS: [i64; 4] = [1, 2, 4, 8];
/// Cells a side of the world that is asked about: what is felt at its middle does not come near its edges.
const SIDE: i64 = 96;
/// Where it is perturbed, from the middle on: one place for each row and each column of the longest period.
const PLACES: [[i64; 2]; 8] = [[0, 0], [1, 3], [2, 6], [3, 1], [4, 4], [5, 7], [6, 2], [7, 5]];
/// By how much, where a cell's norm is 1.
const PERTURBATIONS: [f64; 3] = [8.0, -8.0, f64::NAN];
/// Cells a side of a tile: what is in the middle of a window.
const TILE: i64 = 16;
/// How far two answers may differ that should be the same, relative to the largest number of them where that exceeds 1.
const SHIFT_TOLERANCE: f64 = 1e-5;
/// The same for a window's middle.
const WINDOW_TOLERANCE: f64 = 1e-6;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "all are in cells, and say so")]
pub(super) struct Found {
    /// How far one cell is felt; none: farther than [`REACH_CELLS`].
    pub(super) reach_cells: Option<u32>,
    /// The least shift that the answer follows; none: none was found.
    pub(super) period_cells: Option<u32>,
    /// Cells around a tile with which its answer is that of the whole grid; none: there are no such windows.
    pub(super) halo_cells: Option<usize>,
}

/// Asks a law for cells of so many channels.
pub(super) fn probe(module: &Module, channels: u16) -> Result<Found, ForeignError> {
    let world = random_cells(channels, [SIDE, SIDE], 11)?;
    let mut found = Found {
        reach_cells: None,
        period_cells: None,
        halo_cells: None,
    };
    let Some(reach) = reach(module, &world)? else {
        return Ok(found);
    };
    found.reach_cells = u32::try_from(reach).ok();
    let Some(period) = period(module, &world, reach)? else {
        return Ok(found);
    };
    found.period_cells = u32::try_from(period).ok();
    let other = random_cells(channels, [SIDE, SIDE], 12)?;
    // More than was felt, where that was not all.
    let halos = (0..=TILE).step_by(period as usize).filter(|halo| *halo >= reach);
    for halo in halos {
        if answers_in_windows(module, &other, halo)? {
            found.halo_cells = usize::try_from(halo).ok();
            break;
        }
    }
    Ok(found)
}

/// How far a cell is felt; none: farther than is looked for.
fn reach(module: &Module, world: &Tensor) -> Result<Option<i64>, ForeignError> {
    let before = module.answer(world)?;
    let mut reach = 0;
    for [down, right] in PLACES {
        let [y, x] = [SIDE / 2 + down, SIDE / 2 + right];
        for by in PERTURBATIONS {
            // The sum is another tensor, so the world itself stays.
            let perturbed = world.f_add_scalar(0.0)?;
            let _ = perturbed
                .f_narrow(2, y, 1)?
                .f_narrow(3, x, 1)?
                .f_add_scalar_(by)?;
            let after = match module.answer(&perturbed) {
                Ok(after) => after,
                // It may look for a NaN itself.
                Err(_) if by.is_nan() => continue,
                Err(error) => return Err(error.into()),
            };
            // A NaN is different from everything.
            let moved = after.f_ne_tensor(&before)?.f_any_dims([0, 1].as_slice(), false)?;
            reach = reach.max(farthest(&moved, [y, x])?);
            if reach > REACH_CELLS {
                return Ok(None);
            }
        }
    }
    Ok(Some(reach))
}

/// The largest distance, by rows or columns, of a cell that is marked.
fn farthest(marked: &Tensor, [y, x]: [i64; 2]) -> Result<i64, TchError> {
    let places = marked.f_nonzero()?;
    if places.size2()?.0 == 0 {
        return Ok(0);
    }
    let origin = Tensor::f_from_slice(&[y, x])?;
    places.f_sub(&origin)?.f_abs()?.f_max()?.f_int64_value(&[])
}

/// The least shift that the answer follows, away from the edges.
fn period(module: &Module, world: &Tensor, reach: i64) -> Result<Option<i64>, ForeignError> {
    let answer = module.answer(world)?;
    let allowed = SHIFT_TOLERANCE * largest(&answer)?.max(1.0);
    for period in PERIODS {
        let margin = reach + period;
        let inside = |tensor: &Tensor| {
            tensor
                .f_narrow(2, margin, SIDE - 2 * margin)?
                .f_narrow(3, margin, SIDE - 2 * margin)
        };
        let mut follows = true;
        for axis in [2, 3] {
            let shift = |tensor: &Tensor| tensor.f_roll([period].as_slice(), [axis].as_slice());
            let of_shifted = module.answer(&shift(world)?)?;
            let apart = largest(&inside(&of_shifted)?.f_sub(&inside(&shift(&answer)?)?)?)?;
            // Also false for a NaN.
            follows &= apart <= allowed;
        }
        if follows {
            return Ok(Some(period));
        }
    }
    Ok(None)
}

/// Whether the middle of a window is answered as in the whole world: in the open, and where a window ends at a wall.
fn answers_in_windows(module: &Module, world: &Tensor, halo: i64) -> Result<bool, ForeignError> {
    let whole = module.answer(world)?;
    let allowed = WINDOW_TOLERANCE * largest(&whole)?.max(1.0);
    let last = SIDE / TILE - 1;
    for tiles in [[2, 3], [0, 2], [3, last], [0, 0], [last, 0]] {
        let spans = tiles.map(|tile| {
            let (first, end) = (tile * TILE, (tile + 1) * TILE);
            let from = (first - halo).max(0);
            (from, (end + halo).min(SIDE) - from, first - from)
        });
        let [(top, height, row), (left, width, column)] = spans;
        let window = world.f_narrow(2, top, height)?.f_narrow(3, left, width)?;
        let batch = window.f_repeat([BATCH as i64, 1, 1, 1])?;
        // A module may be bound to one state at a time, or to the grid that it was traced on.
        let Ok(answers) = module.answer(&batch) else {
            return Ok(false);
        };
        let middle = answers.f_narrow(2, row, TILE)?.f_narrow(3, column, TILE)?;
        let there = whole
            .f_narrow(2, tiles[0] * TILE, TILE)?
            .f_narrow(3, tiles[1] * TILE, TILE)?;
        // Also false for a NaN.
        let fits = largest(&middle.f_sub(&there)?)? <= allowed;
        if !fits {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The largest absolute number; NaN where there is one.
pub(super) fn largest(tensor: &Tensor) -> Result<f64, TchError> {
    tensor
        .f_abs()?
        .f_max()?
        .f_to_kind(Kind::Double)?
        .f_double_value(&[])
}
