//! How fast two worlds part company that differ by 1e-7 in one cell: above 1 a step the law is chaotic.
//!
//! In float64, every cell of a torus: rounding is far below what is watched.

use super::probe::Probe;
use super::seed::slope;
use crate::law::Law;
use crate::run::sparse::{Program, Tiles};
use crate::world::WorldError;

/// Cells a side of the torus: the first that is affordable, else the last.
const SIDES_CELLS: [u32; 3] = [64, 48, 32];
/// Cells a side of a tile.
const TILE_CELLS: usize = 16;
/// Cells a side of the matter at first.
const SEED_CELLS: usize = 16;
/// Steps that it settles for first.
const SETTLING: u32 = 32;
/// Steps that the difference is watched for, at most.
const STEPS: u32 = 40;
/// Operations that this may take, or a smaller torus is taken.
const WORK_FLOPS: f64 = 4e9;
/// The change.
const NUDGE: f64 = 1e-7;
/// A difference above is not small any more, and one below is rounding.
const SMALL: std::ops::Range<f64> = 1e-13..1e-2;

/// Growth per step of the 2-norm of the difference, by least squares of its logarithm over the steps at which it is small.
/// 0 where one step takes all of it away.
pub(super) fn growth(law: &Law, gamma: f64) -> Result<f64, WorldError> {
    let side = affordable(law)?;
    growth_with(law, gamma, side, SEED_CELLS, SETTLING, STEPS, false)
}

pub(super) fn growth_with(law: &Law, gamma: f64, side: u32, blob: usize, settling: u32, steps: u32, lively: bool) -> Result<f64, WorldError> {
    let mut world = Probe::<f64>::torus(law, gamma, side, TILE_CELLS, 1e-12)?;
    world.put_blob((side as usize - blob) / 2, blob);
    world.keep_every_cell();
    let mut at = [side as usize / 2; 2];
    for step in 0..settling {
        let before = world.step()?;
        if lively && step + 1 == settling {
            let a = &world.state;
            let mut most = 0.0;
            let mut x = vec![0.0; a.numbers];
            let mut y = vec![0.0; a.numbers];
            for (slot, tile) in (a.ground.len()..).zip(&a.matter) {
                for cell in 0..256 {
                    a.read_cell(slot, [cell / 16, cell % 16], &mut x);
                    before.read_cell(slot, [cell / 16, cell % 16], &mut y);
                    let d: f64 = x.iter().zip(&y).map(|(a, b)| (a - b) * (a - b)).sum();
                    if d > most { most = d; at = [tile.place[0] as usize * 16 + cell / 16, tile.place[1] as usize * 16 + cell % 16]; }
                }
            }
        }
    }
    let mut nudged = world.twin(law, gamma)?;
    nudged.nudge(at, NUDGE);
    let mut logarithms = Vec::new();
    for _ in 0..steps {
        world.step_on()?;
        nudged.step_on()?;
        let difference = difference(&world.state, &nudged.state);
        if !SMALL.contains(&difference) {
            break;
        }
        logarithms.push(difference.ln());
    }
    Ok(of_logarithms(&logarithms))
}

fn affordable(law: &Law) -> Result<u32, WorldError> {
    let program = Program::<f64>::of(law)?;
    let of_cell: f64 = program
        .passes
        .iter()
        .map(|pass| pass.flops_per_cell(program.level_of(pass)))
        .sum();
    let steps = f64::from(SETTLING + 2 * STEPS);
    let fits = |side: &u32| f64::from(side * side) * of_cell * steps <= WORK_FLOPS;
    let [.., last] = SIDES_CELLS;
    Ok(SIDES_CELLS.into_iter().find(fits).unwrap_or(last))
}

/// The growth per step of what has these logarithms after 1, 2, ... steps, and began as [`NUDGE`].
fn of_logarithms(logarithms: &[f64]) -> f64 {
    match (slope(logarithms), logarithms) {
        (Some(slope), _) => slope.exp(),
        (None, [only]) => (only - NUDGE.ln()).exp(),
        (None, _) => 0.0,
    }
}

/// The 2-norm of the difference of psi in two states with the same tiles.
fn difference(a: &Tiles<f64>, b: &Tiles<f64>) -> f64 {
    let blocks = a.psi.iter().flatten().zip(b.psi.iter().flatten());
    blocks.map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}
