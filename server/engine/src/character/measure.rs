//! All measurements of a law, one after the other, as far as there is time for them.

use atheria_law::Law;
use atheria_shared::character::{LawCharacter, Trait};

use super::allowance::{Allowance, Halt};
use super::probe::Subject;
use super::{empty, lambda, seed};
use crate::run::sparse::{Program, reach_cells};
use crate::world::WorldError;

/// Cells a side of the tiles that suit a law: what was measured for all of them, see the README.
pub(super) const TILE_CELLS: u32 = 16;

/// Measures a law, however long it takes. `gamma` is the decay a step. Deterministic; takes a few tenths of a second for laws of
/// the size of the demos.
///
/// # Errors
/// [`WorldError::NotFinite`] for a law that makes such a value on the way: it has no character, and may still be run.
pub fn of(law: &Law, gamma: f64) -> Result<LawCharacter, WorldError> {
    let subject = Subject {
        law,
        gamma,
        allowance: &Allowance::unlimited(),
    };
    complete(begin(law)?, &subject, &mut |_| {})
}

/// What is known of a law without making a step.
pub(super) fn begin(law: &Law) -> Result<LawCharacter, WorldError> {
    Ok(LawCharacter {
        period_cells: law.period(),
        reach_cells: reach_cells(&Program::<f32>::of(law)?),
        lambda: None,
        settling_steps: None,
        wall_depth_cells: None,
        seed: None,
        tile_cells: TILE_CELLS,
        measured_steps: 0,
        measured_side_cells: seed::SIDE_CELLS,
        missing: Trait::ALL.to_vec(),
    })
}

/// Measures what is missing, in order, until there is no time left; tells of each part.
pub(super) fn complete(
    mut known: LawCharacter,
    subject: &Subject<'_>,
    tell: &mut dyn FnMut(&LawCharacter),
) -> Result<LawCharacter, WorldError> {
    for part in known.missing.clone() {
        match measure(part, &mut known, subject) {
            Ok(()) => {
                known.missing.retain(|&missing| missing != part);
                tell(&known);
            }
            Err(Halt::NoTime) => break,
            Err(Halt::Failed(error)) => return Err(error),
        }
    }
    Ok(known)
}

fn measure(part: Trait, known: &mut LawCharacter, subject: &Subject<'_>) -> Result<(), Halt> {
    match part {
        Trait::Lambda => known.lambda = Some(lambda::growth(subject)?),
        Trait::Seed => {
            let course = seed::watch(subject)?;
            known.seed = Some(course.fate);
            known.measured_steps = course.steps;
        }
        Trait::Settling => known.settling_steps = empty::settling_steps(subject, known.measured_steps)?,
        Trait::Walls if known.reach_cells == 0 => known.wall_depth_cells = None,
        Trait::Walls => known.wall_depth_cells = empty::wall_depth_cells(subject, known.measured_steps)?,
    }
    Ok(())
}
