//! Whether CUDA is used, and whether it computes what the CPU computes.

use atheria_law::Law;
use atheria_shared::cause::CudaTrouble;
use atheria_shared::world::{DeviceChoice, Precision, Vacuum, WorldSpec};
use atheria_shared::{ApiError, Cause, ErrorCode};

use crate::world::{WorldPlan, farthest_from_cpu};

/// How far they may be apart after one step.
const TOLERANCE: f64 = 1e-4;

/// Whether a world is to be computed on CUDA where there is one. `auto` leaves to the CPU what it does better: float64, and a
/// vacuum that is worked out cell by cell. Asks no driver.
pub(super) fn wanted(spec: &WorldSpec) -> bool {
    match spec.device {
        DeviceChoice::Cpu => false,
        DeviceChoice::Auto => spec.precision == Precision::Float32 && spec.vacuum == Vacuum::One,
        DeviceChoice::Cuda => true,
    }
}

/// Asks libtorch for CUDA: whether there is any. One that was asked for by name has to be there.
pub(super) fn found(choice: DeviceChoice) -> Result<bool, ApiError> {
    let here = choice != DeviceChoice::Cpu && tch::Cuda::is_available();
    if here || choice != DeviceChoice::Cuda {
        return Ok(here);
    }
    Err(ApiError::new(
        ErrorCode::CudaMissing,
        "CUDA was asked for, and libtorch finds none; choose the device cpu or auto",
    )
    .because(Cause::Cuda {
        why: CudaTrouble::Missing,
    }))
}

/// Makes a step of the same small world on the plan's device and on the CPU, and gives the largest difference.
pub(super) fn compare(law: &Law, plan: &WorldPlan) -> Result<f64, ApiError> {
    let error = farthest_from_cpu(law, plan, plan.device)?;
    // Not for a NaN.
    if error <= TOLERANCE {
        return Ok(error);
    }
    Err(ApiError::new(
        ErrorCode::CudaFailed,
        format!("a step on CUDA differs from the CPU's by {error:.1e}, and {TOLERANCE:.0e} is allowed"),
    )
    .because(Cause::Differs {
        export: false,
        apart: error.into(),
        allowed: TOLERANCE.into(),
    }))
}
