//! How fast two worlds part company that differ by 1e-7 in one cell: above 1 a step the law is chaotic.
//!
//! Measured twice, with the cell in the middle of matter and with it in an empty world, and the faster growth counts. A law
//! whose empty world is unstable is one: its matter is a front that moves into it, and rounding grows there as well.
//! In float64, every cell of a torus: rounding is far below what is watched.

use atheria_law::Law;

use super::allowance::Halt;
use super::probe::{Probe, Subject};
use super::seed::slope;
use crate::run::sparse::{Program, Tiles};

/// Cells a side of the torus with matter: the first that is affordable, else the last. The empty one is of the last.
const SIDES_CELLS: [u32; 3] = [64, 48, 32];
/// Cells a side of a tile.
const TILE_CELLS: usize = 16;
/// Cells a side of the matter at first.
const SEED_CELLS: usize = 16;
/// Steps that a world settles for first.
const SETTLING: u32 = 24;
/// Steps that the difference is watched for, at most.
const STEPS: u32 = 40;
/// Operations that the torus with matter may take, or a smaller one is taken.
const WORK_FLOPS: f64 = 1e10;
/// The change.
const NUDGE: f64 = 1e-7;
/// A difference above is not small any more, and one below is rounding.
const SMALL: std::ops::Range<f64> = 1e-13..1e-2;

/// Growth per step of the 2-norm of the difference. 0 where a step takes all of it away.
pub(super) fn growth(subject: &Subject<'_>) -> Result<f64, Halt> {
    let side = affordable(subject.law)?;
    let mut with_matter = Probe::<f64>::torus(subject, side, TILE_CELLS, 1e-12)?;
    with_matter.put_blob((side as usize - SEED_CELLS) / 2, SEED_CELLS);
    let [.., small] = SIDES_CELLS;
    let empty = Probe::<f64>::torus(subject, small, TILE_CELLS, 1e-12)?;
    let mut most = 0.0_f64;
    for (mut world, side) in [(with_matter, side), (empty, small)] {
        world.keep_every_cell();
        for _ in 0..SETTLING {
            world.step_on()?;
        }
        let mut nudged = world.twin(subject)?;
        nudged.nudge([side as usize / 2; 2], NUDGE);
        most = most.max(of_differences(&differences(&mut world, &mut nudged)?));
    }
    Ok(most)
}

/// The longest side that can be paid for.
fn affordable(law: &Law) -> Result<u32, Halt> {
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

/// How far two worlds are apart after 1, 2, ... steps, as long as that is small.
fn differences(a: &mut Probe<f64>, b: &mut Probe<f64>) -> Result<Vec<f64>, Halt> {
    let mut differences = Vec::new();
    for _ in 0..STEPS {
        a.step_on()?;
        b.step_on()?;
        let difference = apart(&a.state, &b.state);
        if !SMALL.contains(&difference) {
            break;
        }
        differences.push(difference);
    }
    Ok(differences)
}

/// The 2-norm of the difference of psi in two states with the same tiles.
fn apart(a: &Tiles<f64>, b: &Tiles<f64>) -> f64 {
    let numbers = a.psi.iter().flatten().zip(b.psi.iter().flatten());
    numbers.map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

/// The growth of differences after 1, 2, ... steps, by least squares of their logarithms over the later half: at first what
/// fades hides what grows.
fn of_differences(differences: &[f64]) -> f64 {
    let logarithms: Vec<f64> = differences.iter().map(|difference| difference.ln()).collect();
    match (slope(&logarithms[logarithms.len() / 2..]), logarithms.as_slice()) {
        (Some(slope), _) => slope.exp(),
        (None, [.., last]) => ((last - NUDGE.ln()) / logarithms.len() as f64).exp(),
        (None, []) => 0.0,
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "numbers that were never rounded")]
mod tests {
    use super::*;

    #[test]
    fn what_grows_is_seen_behind_what_fades() {
        let both: Vec<f64> = (1..=40)
            .map(|step| 1e-7 * 0.5_f64.powi(step) + 1e-9 * 1.1_f64.powi(step))
            .collect();
        assert!(
            (of_differences(&both) - 1.1).abs() < 1e-3,
            "{}",
            of_differences(&both)
        );
        let fading: Vec<f64> = (1..=20).map(|step| 1e-7 * 0.6_f64.powi(step)).collect();
        assert!((of_differences(&fading) - 0.6).abs() < 1e-9);
    }

    #[test]
    fn what_is_gone_at_once_does_not_grow() {
        assert_eq!(of_differences(&[]), 0.0);
        assert!((of_differences(&[1e-10]) - 1e-3).abs() < 1e-9);
    }
}
