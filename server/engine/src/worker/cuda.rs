//! Whether CUDA is used, and whether it computes what the CPU computes.

use atheria_shared::world::{
    DeviceChoice, ExecutionChoice, Placement, Precision, StartingMatter, Vacuum, WorldSpec,
};
use atheria_shared::{ApiError, Boundary, ErrorCode, GridShape};
use tch::Device;

use crate::law::Law;
use crate::world::{Field, World, WorldError, WorldPlan};

/// The side of the world that both compute, in cells.
const SIDE_CELLS: u32 = 64;
/// The matter in it.
const BLOB_CELLS: u32 = 24;
/// How far apart they may be after one step.
const TOLERANCE: f64 = 1e-4;

/// Whether a world is to be computed on CUDA. `auto` leaves to the CPU what only the CPU can do.
pub(super) fn wanted(spec: &WorldSpec) -> Result<bool, ApiError> {
    let here = tch::Cuda::is_available();
    let obstacle = if spec.boundary == Boundary::Unbounded {
        Some("an unbounded world")
    } else if spec.precision == Precision::Float64 {
        Some("a world in float64")
    } else if spec.vacuum != Vacuum::One {
        Some("a harmonic vacuum")
    } else if spec.execution == ExecutionChoice::Sparse {
        Some("sparse execution")
    } else if spec.grid.is_some_and(|grid| grid.check_dense().is_err()) {
        Some("a world of so many cells")
    } else {
        None
    };
    match (spec.device, obstacle) {
        (DeviceChoice::Cpu, _) => Ok(false),
        (DeviceChoice::Auto, obstacle) => Ok(here && obstacle.is_none()),
        (DeviceChoice::Cuda, Some(obstacle)) => Err(ApiError::new(
            ErrorCode::BadRequest,
            format!("{obstacle} is computed on the CPU; choose the device cpu or auto"),
        )),
        (DeviceChoice::Cuda, None) if here => Ok(true),
        (DeviceChoice::Cuda, None) => Err(ApiError::new(
            ErrorCode::CudaMissing,
            "CUDA was asked for, and libtorch finds none; choose the device cpu or auto",
        )),
    }
}

/// Makes one step of the same small world on CUDA and densely on the CPU, and gives the largest difference.
pub(super) fn compare(law: &Law, plan: &WorldPlan) -> Result<f64, ApiError> {
    let stepped = |device: Device| -> Result<Field, ApiError> {
        let plan = WorldPlan {
            grid: Some(GridShape::new(SIDE_CELLS, SIDE_CELLS).map_err(WorldError::from)?),
            init: StartingMatter::Blob {
                side_cells: BLOB_CELLS,
            },
            place: Placement::Centre,
            seed: 1,
            step: 0,
            device,
            execution: ExecutionChoice::Dense,
            watched: false,
            ..plan.clone()
        };
        let mut world = World::make(plan, law)?;
        world.advance()?;
        Ok(world.field()?)
    };
    let (cuda, cpu) = (stepped(plan.device)?, stepped(Device::Cpu)?);
    let error = cuda
        .psi
        .iter()
        .zip(&cpu.psi)
        .map(|(cuda, cpu)| f64::from((cuda - cpu).abs()))
        .fold(0.0, f64::max);
    if error <= TOLERANCE {
        return Ok(error);
    }
    Err(ApiError::new(
        ErrorCode::CudaFailed,
        format!("a step on CUDA differs from the CPU's by {error:.1e}, and {TOLERANCE:.0e} is allowed"),
    ))
}
