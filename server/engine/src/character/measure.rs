//! All measurements of a law, one after the other.

use atheria_shared::character::LawCharacter;

use super::{empty, lambda, seed};
use crate::law::Law;
use crate::run::sparse::{Program, reach_cells};
use crate::world::WorldError;

/// Cells a side of the tiles that suit a law: what was measured for all of them, see the README.
const TILE_CELLS: u32 = 16;

/// Measures a law. `gamma` is the decay a step. Deterministic; takes a few tenths of a second for laws of the size of the
/// demos.
///
/// # Errors
/// [`WorldError::NotFinite`] for a law that makes such a value on the way: it has no character, and may still be run.
pub fn of(law: &Law, gamma: f64) -> Result<LawCharacter, WorldError> {
    let reach_cells = reach_cells(&Program::<f32>::of(law)?);
    let course = seed::watch(law, gamma)?;
    let wall_depth_cells = match reach_cells {
        0 => None,
        _ => empty::wall_depth_cells(law, gamma, course.steps)?,
    };
    Ok(LawCharacter {
        period_cells: law.period(),
        reach_cells,
        lambda: lambda::growth(law, gamma)?,
        settling_steps: empty::settling_steps(law, gamma, course.steps)?,
        wall_depth_cells,
        seed: course.fate,
        tile_cells: TILE_CELLS,
        measured_steps: course.steps,
        measured_side_cells: seed::SIDE_CELLS,
    })
}
