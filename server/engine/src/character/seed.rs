//! What becomes of a seed: a blob of random cells on a torus, watched until its fate is clear or the work is done.

use atheria_shared::character::SeedFate;

use super::allowance::Halt;
use super::probe::{Probe, Subject};
use crate::run::sparse::{Eps, Tiles, psi_difference};

/// Cells a side of the torus: a front of a cell a step has room for as long as it is watched, and a law that fills any world
/// does not fill more than can be paid for.
pub(super) const SIDE_CELLS: u32 = 128;
/// Cells a side of the seed: the blob that a world begins with when nothing else is asked for.
const SEED_CELLS: usize = 16;
/// Cells a side of a tile.
const TILE_CELLS: usize = 16;
/// Steps that it is watched for, at most.
pub(super) const STEPS: u32 = 96;
/// Operations that this may take, at most.
const WORK_FLOPS: f64 = 3.5e10;
/// What counts as matter.
const EPS: f64 = atheria_shared::world::EPS;
/// A front that is slower is none: matter that stays within its bounds breathes by a few cells. In cells a step.
const SLOWEST: f64 = 0.1;

/// A seed's course.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Course {
    /// What became of it.
    pub(super) fate: SeedFate,
    /// Steps that it was watched for.
    pub(super) steps: u32,
}

/// Lays a seed and watches it.
pub(super) fn watch(subject: &Subject<'_>) -> Result<Course, Halt> {
    let mut world = Probe::<f32>::torus(subject, SIDE_CELLS, TILE_CELLS, EPS)?;
    world.put_blob((SIDE_CELLS as usize - SEED_CELLS) / 2, SEED_CELLS);
    let mut extents = vec![Extent::of(&world.state)];
    while world.steps < STEPS && world.work_flops < WORK_FLOPS {
        world.step_on()?;
        extents.push(Extent::of(&world.state));
        if world.state.matter.is_empty() {
            // Nothing is left that anything could come of.
            break;
        }
    }
    Ok(Course {
        fate: fate(&extents),
        // What has dissolved would be watched in vain.
        steps: if world.state.matter.is_empty() {
            STEPS
        } else {
            world.steps
        },
    })
}

/// How far matter reaches along each axis, in cells, the gap that is widest left out: on a torus it may lie across the seam.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Extent {
    rows: u32,
    columns: u32,
}

impl Extent {
    fn of(state: &Tiles<f32>) -> Self {
        let side = state.side as i64;
        let mut taken = [0, 1].map(|axis| {
            let cells = state.ground.axes()[axis].cells().unwrap_or(0);
            vec![false; cells as usize]
        });
        for (at, tile) in state.matter.iter().enumerate() {
            // Traces are kept too, and are no matter.
            let psi = psi_difference(state, at, Eps::matter_alone(EPS));
            let Some(bounds) = psi.bounds else { continue };
            let spans = [(bounds.top, bounds.bottom), (bounds.left, bounds.right)];
            for ((taken, place), (first, last)) in taken.iter_mut().zip(tile.place).zip(spans) {
                let from = (place * side + i64::from(first)).max(0) as usize;
                let to = (place * side + i64::from(last)).max(0) as usize;
                for cell in taken.iter_mut().take(to + 1).skip(from) {
                    *cell = true;
                }
            }
        }
        let [rows, columns] = taken.map(|taken| spanned(&taken));
        Self { rows, columns }
    }

    fn is_empty(self) -> bool {
        self.rows == 0
    }

    /// Whether it has come all the way round.
    fn is_full(self) -> bool {
        self.rows >= SIDE_CELLS || self.columns >= SIDE_CELLS
    }

    /// From its middle to its edge, the mean of both axes.
    fn radius(self) -> f64 {
        f64::from(self.rows + self.columns) / 4.0
    }
}

/// Cells of a ring but for the longest run of free ones.
fn spanned(taken: &[bool]) -> u32 {
    let (mut longest, mut run) = (0, 0);
    // Twice around: the longest run may go across the seam.
    for taken in taken.iter().chain(taken) {
        run = if *taken { 0 } else { run + 1 };
        longest = longest.max(run);
    }
    taken.len().saturating_sub(longest) as u32
}

/// The fate of a seed that reached so far at step 0, 1, ...
fn fate(extents: &[Extent]) -> SeedFate {
    let steps = extents.len().saturating_sub(1);
    let last_with_matter = extents.iter().rposition(|extent| !extent.is_empty());
    match last_with_matter {
        None => return SeedFate::Dissolves { by_step: 0 },
        Some(last) if last < steps => {
            return SeedFate::Dissolves {
                by_step: last as u32 + 1,
            };
        }
        Some(_) => {}
    }
    // A front that has met itself does not move any more: only what was before tells of it.
    let full = extents.iter().position(|extent| extent.is_full());
    let free = &extents[..full.unwrap_or(extents.len())];
    let half: Vec<f64> = free[free.len() / 2..]
        .iter()
        .map(|extent| extent.radius())
        .collect();
    let cells_per_step = match (slope(&half), full, extents.first()) {
        (Some(slope), _, _) => slope,
        (None, Some(step), Some(first)) if step > 0 => {
            (f64::from(SIDE_CELLS) / 2.0 - first.radius()) / step as f64
        }
        _ => 0.0,
    };
    if cells_per_step > SLOWEST || full.is_some() {
        SeedFate::Grows { cells_per_step }
    } else {
        SeedFate::Keeps
    }
}

/// The slope of a line through values a step apart, by least squares; none through fewer than two.
pub(super) fn slope(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let middle = (values.len() - 1) as f64 / 2.0;
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let (mut products, mut squares) = (0.0, 0.0);
    for (at, value) in values.iter().enumerate() {
        let x = at as f64 - middle;
        products += x * (value - mean);
        squares += x * x;
    }
    Some(products / squares)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(cells: u32) -> Extent {
        Extent {
            rows: cells,
            columns: cells,
        }
    }

    #[test]
    fn matter_that_is_gone_has_dissolved_by_the_first_step_without() {
        let extents = [16, 30, 8, 0, 4, 0, 0].map(square);
        assert_eq!(fate(&extents), SeedFate::Dissolves { by_step: 5 });
        assert_eq!(fate(&[16, 30, 8, 0, 4].map(square)), SeedFate::Keeps);
    }

    #[test]
    fn a_front_is_timed_before_it_meets_itself() {
        let growing: Vec<Extent> = (0..200)
            .map(|step| square((16 + 4 * step).min(SIDE_CELLS)))
            .collect();
        assert_eq!(fate(&growing), SeedFate::Grows { cells_per_step: 2.0 });
        let at_once = [16, SIDE_CELLS, SIDE_CELLS, SIDE_CELLS].map(square);
        assert_eq!(fate(&at_once), SeedFate::Grows { cells_per_step: 56.0 });
    }

    #[test]
    fn breathing_is_not_growing() {
        let breathing: Vec<Extent> = (0..96).map(|step| square(24 + 3 * (step % 3))).collect();
        assert_eq!(fate(&breathing), SeedFate::Keeps);
    }

    #[test]
    fn what_lies_across_the_seam_is_small() {
        let mut taken = vec![false; 256];
        for cell in [254, 255, 0, 1, 2] {
            taken[cell] = true;
        }
        assert_eq!(spanned(&taken), 5);
        assert_eq!(spanned(&[false; 256]), 0);
        assert_eq!(spanned(&[true; 256]), 256);
    }

    #[test]
    fn a_line_has_its_slope() {
        assert_eq!(slope(&[1.0]), None);
        assert!((slope(&[1.0, 3.5, 6.0, 8.5]).unwrap() - 2.5).abs() < 1e-12);
    }
}
