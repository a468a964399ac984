//! From a request to a law with its export, and on to a living world.

use std::time::Instant;

use atheria_shared::character::LawCharacter;
use atheria_shared::engine::LawJob;
use atheria_shared::session::{ExportReport, Stage};
use atheria_shared::world::{Device, StartingMatter, WorldInfo, WorldSpec};
use atheria_shared::{ApiError, ErrorCode};

use crate::character;
use crate::checkpoint::Checkpoint;
use crate::law::Law;
use crate::run::Dense;
use crate::torchscript::{self, ExportJob};
use crate::world::{World, WorldError, WorldPlan};

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

/// A law, and what it was read from.
#[derive(Debug)]
pub(super) struct LawRead {
    /// The law.
    pub(super) law: Law,
    checkpoint_sha256: String,
}

/// Reads a law, and exports it where that is needed.
pub(super) fn law(
    job: &LawJob,
    init: Option<&StartingMatter>,
    stages: &mut Stages<'_>,
) -> Result<(LawRead, ExportReport), ApiError> {
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
    let read = LawRead {
        law,
        checkpoint_sha256: checkpoint.sha256,
    };
    Ok((read, report))
}

/// Makes a world for a law: on CUDA where that is wanted and holds what it promises, on the CPU otherwise.
pub(super) fn world(
    job: &LawJob,
    read: &LawRead,
    opening: &Opening,
    stages: &mut Stages<'_>,
) -> Result<Live, ApiError> {
    let law = &read.law;
    let spec = &opening.spec;
    let gamma = spec.gamma.unwrap_or(job.gamma);
    if !gamma.is_finite() {
        return Err(ApiError::new(
            ErrorCode::BadRequest,
            format!("a decay of {gamma}: a finite number is needed"),
        ));
    }
    if !(spec.eps > 0.0 && spec.eps <= 1.0) {
        return Err(ApiError::new(
            ErrorCode::BadRequest,
            format!("eps = {}: it has to be a number above 0, at most 1", spec.eps),
        ));
    }
    let pace = Pace::new(opening.steps_per_second, Instant::now())?;
    let mut plan = WorldPlan {
        grid: spec.grid,
        boundary: spec.boundary,
        init: spec.init.clone(),
        place: spec.place,
        vacuum: spec.vacuum,
        seed: spec.seed,
        step: opening.step,
        gamma,
        device: tch::Device::Cpu,
        execution: spec.execution,
        eps: spec.eps,
        precision: spec.precision,
        watched: opening.manner.watched,
    };
    if cuda::wanted(spec)? {
        plan.device = tch::Device::Cuda(0);
        stages.run(Stage::MoveToCuda, || {
            Dense::new(law, spec.boundary, gamma, plan.device)
                .map(drop)
                .map_err(|error| failure::on_cuda(WorldError::from(error).into()))
        })?;
        stages.measure(Stage::VerifyCuda, || {
            let error = cuda::compare(law, &plan).map_err(failure::on_cuda)?;
            Ok(((), Some(error)))
        })?;
    }
    let on_cpu = plan.device == tch::Device::Cpu;
    let character = character(job, read, gamma, stages)?;
    let world = stages.run(Stage::WarmUp, || {
        let made = || -> Result<World, ApiError> {
            let mut world = World::make(plan.clone(), law)?;
            if let Some(character) = &character {
                world.set_lambda(character.lambda);
            }
            world.warm_up()?;
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
            boundary: spec.boundary,
            vacuum: spec.vacuum,
            eps: spec.eps,
            precision: spec.precision,
            gamma,
            device: if on_cpu { Device::Cpu } else { Device::Cuda },
            threads: u32::try_from(tch::get_num_threads()).unwrap_or_default(),
            has_memory: law.memory_channels().is_some(),
            seed: spec.seed,
            character,
        };
        Ok(Live::new(world, info, pace, opening.manner))
    })
}

/// The law's character: measured, or read where it was kept; none for a law that makes values that are not finite.
pub(super) fn character(
    job: &LawJob,
    read: &LawRead,
    gamma: f64,
    stages: &mut Stages<'_>,
) -> Result<Option<LawCharacter>, ApiError> {
    let sha256 = &read.checkpoint_sha256;
    stages.recall(Stage::Character, || match character::kept_or_measured(job, &read.law, sha256, gamma) {
        Ok((character, cached)) => Ok((Some(character), cached)),
        Err(error) => {
            eprintln!("ath-engine: the law's character: {error}");
            Ok((None, false))
        }
    })
}
