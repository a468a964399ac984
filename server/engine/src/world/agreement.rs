//! Whether a device computes what the CPU does: a step of the same small world on both.

use atheria_shared::world::{ExecutionChoice, Placement, StartingMatter, Vacuum};
use atheria_shared::{Boundary, GridShape};
use tch::Device;

use super::plan::WorldPlan;
use super::rule::Rule;
use super::{Field, World, WorldError};
use crate::law::Law;

/// The side of the world that both compute, in cells.
const SIDE_CELLS: u32 = 64;
/// The matter in it.
const BLOB_CELLS: u32 = 24;

/// The largest difference of a step on a device, of every cell and of tiles, from the CPU's dense one: of a small world
/// with a plan's boundary, decay and precision.
pub(crate) fn farthest_from_cpu(law: &Law, plan: &WorldPlan, device: Device) -> Result<f64, WorldError> {
    let plan = WorldPlan {
        grid: Some(GridShape::new(SIDE_CELLS, SIDE_CELLS)?),
        boundary: match plan.boundary {
            // Its operators are a torus's, which has an end.
            Boundary::Unbounded => Boundary::Torus,
            bounded => bounded,
        },
        init: StartingMatter::Blob {
            side_cells: BLOB_CELLS,
        },
        place: Placement::Centre,
        vacuum: Vacuum::One,
        seed: 1,
        step: 0,
        watched: false,
        ..plan.clone()
    };
    let stepped = |on: Option<Device>, execution: ExecutionChoice| -> Result<Field, WorldError> {
        let plan = WorldPlan {
            device: on.unwrap_or(Device::Cpu),
            execution,
            ..plan.clone()
        };
        let mut world = World::make_on(plan, Rule::from(law), on)?;
        world.advance()?;
        world.field()
    };
    let expected = stepped(None, ExecutionChoice::Dense)?;
    let mut farthest = 0.0_f64;
    for execution in [ExecutionChoice::Dense, ExecutionChoice::Sparse] {
        let found = stepped(Some(device), execution)?;
        for (found, expected) in found.psi.iter().zip(&expected.psi) {
            let apart = f64::from((found - expected).abs());
            // A NaN is farther than all else.
            if apart.is_nan() || apart > farthest {
                farthest = apart;
            }
            if farthest.is_nan() {
                return Ok(farthest);
            }
        }
    }
    Ok(farthest)
}

#[cfg(test)]
mod tests {
    use atheria_shared::Architecture;

    use super::super::tests::made::{BOUNDARIES, plan};
    use super::*;
    use crate::law::testing::golden;

    #[test]
    fn libtorch_on_the_cpu_agrees_with_the_kernels() {
        for architecture in Architecture::ALL {
            let law = golden(architecture);
            for boundary in BOUNDARIES {
                let plan = plan(boundary, [32, 32]);
                let apart = farthest_from_cpu(&law, &plan, Device::Cpu).unwrap();
                assert!(
                    apart > 0.0 && apart <= 1e-4,
                    "{architecture} {boundary}: {apart:e}"
                );
            }
        }
    }
}
