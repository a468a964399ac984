//! Whether a device computes what the CPU does: a step of the same small world on both.

use atheria_law::Law;
use atheria_shared::planting::SeedMatter;
use atheria_shared::world::{ExecutionChoice, Placement, StartingMatter, Vacuum};
use atheria_shared::{Boundary, GridShape};
use tch::Device;

use super::plan::WorldPlan;
use super::rule::Rule;
use super::{Field, World, WorldError};

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
        planted: SeedMatter::Start,
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
        farthest = worse(farthest, apart(&stepped(Some(device), execution)?, &expected));
    }
    Ok(farthest)
}

/// The largest difference of a number of psi or the memory, c relative to itself above 1; NaN where there is one.
fn apart(found: &Field, expected: &Field) -> f64 {
    let most = |found: &[f32], expected: &[f32], scale: fn(f32) -> f32| {
        let apart = found.iter().zip(expected);
        apart
            .map(|(found, expected)| f64::from((found - expected).abs() / scale(*expected)))
            .fold(0.0, worse)
    };
    let psi = most(&found.psi, &expected.psi, |_| 1.0);
    match (&found.memory, &expected.memory) {
        (None, None) => psi,
        (Some(found), Some(expected)) => {
            let h = most(&found.h, &expected.h, |_| 1.0);
            let c = most(&found.c, &expected.c, |c| c.abs().max(1.0));
            worse(worse(psi, h), c)
        }
        _ => f64::INFINITY,
    }
}

/// The larger of two; NaN where there is one.
fn worse(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        f64::NAN
    } else {
        a.max(b)
    }
}

#[cfg(test)]
mod tests {
    use atheria_shared::Architecture;

    use super::super::tests::made::{BOUNDARIES, plan};
    use super::*;
    use crate::testing::{device, golden};

    #[test]
    fn memory_and_what_is_no_number_count_too() {
        let law = golden(Architecture::UnetConvLstm);
        let mut world = World::make(plan(Boundary::Torus, [32, 32]), &law).unwrap();
        world.advance().unwrap();
        let field = world.field().unwrap();
        assert!(apart(&field, &field) <= 0.0);
        let changed = |change: fn(&mut Field)| {
            let mut other = field.clone();
            change(&mut other);
            apart(&other, &field)
        };
        assert!(changed(|field| field.psi[7] += 0.5) > 0.4);
        assert!(changed(|field| field.memory.as_mut().unwrap().h[3] += 0.5) > 0.4);
        assert!(changed(|field| field.memory.as_mut().unwrap().c[3] += 0.5) > 0.1);
        assert!(changed(|field| field.psi[7] = f32::NAN).is_nan());
        assert!(changed(|field| field.memory = None).is_infinite());
    }

    #[test]
    fn libtorch_on_the_device_agrees_with_the_kernels() {
        for architecture in Architecture::ALL {
            let law = golden(architecture);
            for boundary in BOUNDARIES {
                let plan = plan(boundary, [32, 32]);
                let apart = farthest_from_cpu(&law, &plan, device()).unwrap();
                assert!(
                    apart > 0.0 && apart <= 1e-4,
                    "{architecture} {boundary}: {apart:e}"
                );
            }
        }
    }
}
