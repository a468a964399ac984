//! From a request to a law with its export, and on to a living world.

use std::time::Instant;

use atheria_shared::engine::LawJob;
use atheria_shared::session::{ExportReport, Stage};
use atheria_shared::world::{Device, StartingMatter, WorldInfo, WorldSpec};
use atheria_shared::{ApiError, ErrorCode};

use crate::checkpoint::Checkpoint;
use crate::law::Law;
use crate::run::Dense;
use crate::torchscript::{self, ExportJob};
use crate::world::{World, WorldPlan};

use super::cuda;
use super::failure;
use super::live::{Live, Manner};
use super::pace::Pace;
use super::stages::Stages;

/// What a world is opened with, besides its law.
#[derive(Debug)]
pub(super) struct Opening {
    /// The world.
    pub(super) spec: WorldSpec,
    /// The step that its starting matter is of.
    pub(super) step: u64,
    /// Its pace.
    pub(super) steps_per_second: Option<f32>,
    /// How it begins.
    pub(super) manner: Manner,
}

/// Reads a law, and exports it where that is needed.
pub(super) fn law(
    job: &LawJob,
    init: Option<&StartingMatter>,
    stages: &mut Stages<'_>,
) -> Result<(Law, ExportReport), ApiError> {
    let path = job.checkpoint_dir.join(job.checkpoint.as_str());
    stages.run(Stage::Find, || {
        if !path.is_file() {
            return Err(ApiError::new(
                ErrorCode::CheckpointMissing,
                format!("the checkpoint {} is not there", path.display()),
            ));
        }
        match init {
            Some(StartingMatter::File(state)) if !state.is_file() => Err(ApiError::new(
                ErrorCode::StateInvalid,
                format!("the state {} is not there", state.display()),
            )),
            _ => Ok(()),
        }
    })?;
    let (checkpoint, law) = stages.run(Stage::ReadCheckpoint, || {
        let checkpoint = Checkpoint::read(&path)?;
        let law = Law::build(job.architecture, job.params, &checkpoint.tensors).map_err(failure::of_law)?;
        Ok((checkpoint, law))
    })?;
    let export = ExportJob {
        job,
        law: &law,
        checkpoint: &checkpoint,
    };
    let report = torchscript::ensure(export, &mut |report| stages.relay(report))
        .map_err(|error| stages.fail(error.stage(), failure::of_export(&error)))?;
    Ok((law, report))
}

/// Makes a world for a law: on CUDA where that is wanted and holds what it promises, on the CPU otherwise.
pub(super) fn world(
    job: &LawJob,
    law: &Law,
    opening: &Opening,
    stages: &mut Stages<'_>,
) -> Result<Live, ApiError> {
    let spec = &opening.spec;
    let gamma = spec.gamma.unwrap_or(job.gamma);
    if !gamma.is_finite() {
        return Err(ApiError::new(
            ErrorCode::BadRequest,
            format!("a decay of {gamma}: a finite number is needed"),
        ));
    }
    let pace = Pace::new(opening.steps_per_second, Instant::now())?;
    let mut plan = WorldPlan {
        grid: spec.grid,
        boundary: spec.boundary,
        init: spec.init.clone(),
        seed: spec.seed,
        step: opening.step,
        device: tch::Device::Cpu,
        with_background: opening.manner.watched,
    };
    let dense =
        |device| Dense::new(law, spec.boundary, gamma, device).map_err(crate::world::WorldError::from);
    let dense = if cuda::wanted(spec.device)? {
        plan.device = tch::Device::Cuda(0);
        let on_cuda = stages.run(Stage::MoveToCuda, || {
            dense(plan.device).map_err(|error| failure::on_cuda(error.into()))
        })?;
        stages.measure(Stage::VerifyCuda, || {
            let on_cpu = dense(tch::Device::Cpu)?;
            let error = cuda::compare(law, &on_cuda, &on_cpu, &plan).map_err(failure::on_cuda)?;
            Ok(((), Some(error)))
        })?;
        on_cuda
    } else {
        dense(tch::Device::Cpu)?
    };
    let on_cpu = plan.device == tch::Device::Cpu;
    let world = stages.run(Stage::WarmUp, || {
        let made = || -> Result<World, ApiError> {
            let world = World::make(plan.clone(), law)?;
            world.warm_up(&dense)?;
            Ok(world)
        };
        made().map_err(|error| if on_cpu { error } else { failure::on_cuda(error) })
    })?;
    stages.run(Stage::Ready, || {
        let info = WorldInfo {
            architecture: law.architecture(),
            params: law.params(),
            parameters: law.parameter_count(),
            grid: world.grid(),
            boundary: world.boundary(),
            gamma,
            device: if on_cpu { Device::Cpu } else { Device::Cuda },
            threads: u32::try_from(tch::get_num_threads()).unwrap_or_default(),
            has_memory: law.memory_channels().is_some(),
            seed: spec.seed,
        };
        Ok(Live::new(dense, world, info, pace, opening.manner))
    })
}
