//! Whether CUDA is used, and whether it computes what the CPU computes.

use atheria_shared::world::{DeviceChoice, StartingMatter};
use atheria_shared::{ApiError, ErrorCode, GridShape};
use tch::{Device, Kind};

use crate::law::Law;
use crate::run::{Dense, first_line};
use crate::world::{World, WorldPlan};

/// The side of the world that both compute, in cells.
const SIDE_CELLS: u32 = 64;
/// The matter in it.
const BLOB_CELLS: u32 = 24;
/// How far apart they may be after one step.
const TOLERANCE: f64 = 1e-4;

/// Whether a world is to be computed on CUDA.
pub(super) fn wanted(choice: DeviceChoice) -> Result<bool, ApiError> {
    match choice {
        DeviceChoice::Cpu => Ok(false),
        DeviceChoice::Auto => Ok(tch::Cuda::is_available()),
        DeviceChoice::Cuda if tch::Cuda::is_available() => Ok(true),
        DeviceChoice::Cuda => Err(ApiError::new(
            ErrorCode::CudaMissing,
            "CUDA was asked for, and libtorch finds none; choose the device cpu or auto",
        )),
    }
}

/// Makes one step of the same small world on both devices and gives the largest difference.
pub(super) fn compare(law: &Law, on_cuda: &Dense, on_cpu: &Dense, plan: &WorldPlan) -> Result<f64, ApiError> {
    let stepped = |dense: &Dense, device: Device| -> Result<World, ApiError> {
        let plan = WorldPlan {
            grid: Some(GridShape::new(SIDE_CELLS, SIDE_CELLS).map_err(crate::world::WorldError::from)?),
            init: StartingMatter::Blob {
                side_cells: BLOB_CELLS,
            },
            seed: 1,
            step: 0,
            device,
            with_background: false,
            ..plan.clone()
        };
        let mut world = World::make(plan, law)?;
        world.advance(dense)?;
        Ok(world)
    };
    let (cuda, cpu) = (stepped(on_cuda, plan.device)?, stepped(on_cpu, Device::Cpu)?);
    let error = cuda
        .state()
        .psi
        .f_to_device(Device::Cpu)
        .and_then(|psi| psi.f_sub(&cpu.state().psi))
        .and_then(|difference| difference.f_abs())
        .and_then(|difference| difference.f_max())
        .and_then(|largest| largest.f_to_kind(Kind::Double))
        .and_then(|largest| largest.f_double_value(&[]))
        .map_err(|source| ApiError::new(ErrorCode::CudaFailed, first_line(&source)))?;
    if error <= TOLERANCE {
        return Ok(error);
    }
    Err(ApiError::new(
        ErrorCode::CudaFailed,
        format!("a step on CUDA differs from the CPU's by {error:.1e}, and {TOLERANCE:.0e} is allowed"),
    ))
}
