//! From a request to a law with its export, or to a TorchScript that takes its place, and on to a living world.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use atheria_checkpoint::{Checkpoint, CheckpointError};
use atheria_law::{Law, Wanted};
use atheria_shared::cause::{CudaTrouble, IoFault, Quantity, Range};
use atheria_shared::engine::LawJob;
use atheria_shared::law::{ForeignLaw, LawParams};
use atheria_shared::limits;
use atheria_shared::remark::Remark;
use atheria_shared::session::{ExportReport, Stage};
use atheria_shared::show::Show;
use atheria_shared::world::{Device, DeviceChoice, StartingMatter, WorldInfo, WorldSpec};
use atheria_shared::{ApiError, Cause, ErrorCode};

use crate::run::{Dense, ModuleLaw};
use crate::torchscript::{self, ExportJob, ForeignFile, Keep};
use crate::weight_norm::ByLibtorch;
use crate::world::{World, WorldError, WorldPlan};

use super::cuda;
use super::failure;
use super::live::{Live, Manner};
use super::measuring::{Knowledge, Measuring};
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
    /// What it plays by itself.
    pub(super) show: Option<Show>,
}

/// A law that the engine has layers for, and what it was read from.
#[derive(Debug)]
pub(super) struct LawRead {
    /// The law.
    pub(super) law: Law,
    checkpoint_sha256: String,
}

/// What a job's law turned out to be.
#[derive(Debug)]
pub(super) enum Found {
    /// Layers, with their export.
    Layers(LawRead, ExportReport),
    /// Somebody else's TorchScript.
    Foreign(ModuleLaw, ForeignLaw),
}

/// Reads a law, and exports it where that is needed; or loads a TorchScript that takes its place, and asks it what it is like.
pub(super) fn find(
    job: &LawJob,
    init: Option<&StartingMatter>,
    stages: &mut Stages<'_>,
) -> Result<Found, ApiError> {
    if job.architecture.is_some() {
        let (read, report) = law(job, init, Keep::May, stages)?;
        return Ok(Found::Layers(read, report));
    }
    let path = look(job, init, stages)?;
    let file = stages.run(Stage::ReadCheckpoint, || {
        ForeignFile::load(&path).map_err(|error| failure::of_foreign(&error))
    })?;
    let (law, about) = stages.run(Stage::VerifyCpu, || {
        file.ask(job.params).map_err(|error| failure::of_foreign(&error))
    })?;
    Ok(Found::Foreign(law, about))
}

/// Looks for the files that are needed.
fn look(job: &LawJob, init: Option<&StartingMatter>, stages: &mut Stages<'_>) -> Result<PathBuf, ApiError> {
    let path = job.checkpoint_dir.join(job.checkpoint.as_str());
    stages.run(Stage::Find, || {
        if !path.is_file() {
            return Err(CheckpointError::Missing { path: path.clone() }.into());
        }
        match init {
            Some(StartingMatter::File(state)) if !state.is_file() => {
                let error = ApiError::new(
                    ErrorCode::StateInvalid,
                    format!("the state {} is not there", state.display()),
                );
                Err(error.because(Cause::Unreadable {
                    path: state.display().to_string(),
                    why: IoFault::NotThere,
                }))
            }
            _ => Ok(()),
        }
    })?;
    Ok(path)
}

/// Reads a law that there are layers for, and exports it where that is needed.
pub(super) fn law(
    job: &LawJob,
    init: Option<&StartingMatter>,
    keep: Keep,
    stages: &mut Stages<'_>,
) -> Result<(LawRead, ExportReport), ApiError> {
    let path = look(job, init, stages)?;
    let (checkpoint, law, remarks) = stages.run(Stage::ReadCheckpoint, || read(job, &path))?;
    let export = ExportJob {
        job,
        law: &law,
        checkpoint_sha256: &checkpoint.sha256,
        training: &checkpoint.training,
        remarks: &remarks,
    };
    let report = torchscript::ensure(export, keep, &mut |report| stages.relay(report))
        .map_err(|error| stages.fail(error.stage(), failure::of_export(&error)))?;
    let read = LawRead {
        law,
        checkpoint_sha256: checkpoint.sha256,
    };
    Ok((read, report))
}

/// Reads a checkpoint and seeks the law's weights in it; the remarks say where they are from.
fn read(job: &LawJob, path: &Path) -> Result<(Checkpoint, Law, Vec<Remark>), ApiError> {
    let wanted = Wanted::of(job, &ByLibtorch).ok_or_else(|| {
        ApiError::new(
            ErrorCode::ArchitectureUnknown,
            "this needs a law that the engine has layers for, and this one is a TorchScript",
        )
    })?;
    let checkpoint = Checkpoint::read(path)?;
    if let Some(expected) = &job.expected_sha256
        && *expected != checkpoint.sha256
    {
        return Err(ApiError::new(
            ErrorCode::CheckpointReplaced,
            format!(
                "the checkpoint {} is not the one any more that this world was made with; open it anew to go on with its weights of now, \
                 or put the former one back",
                path.display()
            ),
        )
        .with_details(vec![
            format!("SHA-256 then: {expected}"),
            format!("SHA-256 now: {}", checkpoint.sha256),
        ]));
    }
    let (law, of_law) = Law::seek(&wanted, &checkpoint)?;
    let remarks = joined(&checkpoint.remarks, of_law);
    Ok((checkpoint, law, remarks))
}

/// The remarks on a file and those on its law, what both of them say told once; what they only count is counted together.
fn joined(of_file: &[Remark], of_law: Vec<Remark>) -> Vec<Remark> {
    let (mut remarks, mut left_out, mut unnamed) = (vec![], vec![], 0_usize);
    for remark in of_file.iter().cloned().chain(of_law) {
        let Remark::LeftOut { what, more } = remark else {
            if !remarks.contains(&remark) {
                remarks.push(remark);
            }
            continue;
        };
        unnamed = unnamed.saturating_add(more);
        for what in what {
            if !left_out.contains(&what) {
                left_out.push(what);
            }
        }
    }
    if !left_out.is_empty() {
        remarks.push(Remark::LeftOut {
            what: left_out,
            more: unnamed,
        });
    }
    remarks
}

/// How a world is to be made: on the CPU, until something else is wanted.
fn plan(job: &LawJob, opening: &Opening) -> Result<WorldPlan, ApiError> {
    let spec = &opening.spec;
    let gamma = spec.gamma.unwrap_or(job.gamma);
    if !gamma.is_finite() {
        return Err(ApiError::new(
            ErrorCode::BadRequest,
            format!("a decay of {gamma}: a finite number is needed"),
        )
        .because(Cause::OutOfRange {
            what: Quantity::Gamma,
            value: gamma.into(),
            range: Range::of(0.0, 1.0),
        }));
    }
    if !(spec.eps > 0.0 && spec.eps <= 1.0) {
        return Err(ApiError::new(
            ErrorCode::BadRequest,
            format!("eps = {}: it has to be a number above 0, at most 1", spec.eps),
        )
        .because(Cause::OutOfRange {
            what: Quantity::Eps,
            value: spec.eps.into(),
            range: Range::above_zero(1.0),
        }));
    }
    Ok(WorldPlan {
        grid: spec.grid,
        boundary: spec.boundary,
        init: spec.init.clone(),
        place: spec.place,
        vacuum: spec.vacuum,
        planted: spec.planted.clone(),
        seed: spec.seed,
        step: opening.step,
        gamma,
        device: tch::Device::Cpu,
        execution: spec.execution,
        eps: spec.eps,
        precision: spec.precision,
        watched: opening.manner.watched,
    })
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
    let mut plan = plan(job, opening)?;
    let gamma = plan.gamma;
    let pace = Pace::new(opening.steps_per_second, Instant::now())?;
    if cuda::wanted(spec) && to_cuda(law, spec, gamma, stages)? {
        plan.device = tch::Device::Cuda(0);
        stages.measure(Stage::VerifyCuda, || {
            let error = cuda::compare(law, &plan).map_err(failure::on_cuda)?;
            Ok(((), Some(error)))
        })?;
    }
    let on_cpu = plan.device == tch::Device::Cpu;
    let mut measuring = measuring(job, read, gamma);
    let Knowledge { character, .. } = character(&mut measuring, limits::CHARACTER_AT_OPENING, stages)?;
    measuring.go_quietly();
    let lambda = character.as_ref().and_then(|character| character.lambda);
    let world = stages.run(Stage::WarmUp, || {
        let made = || -> Result<World, ApiError> {
            let mut world = World::make(plan.clone(), law)?;
            if let Some(lambda) = lambda {
                world.set_lambda(lambda);
            }
            world.warm_up()?;
            Ok(world)
        };
        made().map_err(|error| if on_cpu { error } else { failure::on_cuda(error) })
    })?;
    stages.run(Stage::Ready, || {
        let info = WorldInfo {
            architecture: Some(law.architecture()),
            parameters: law.parameter_count(),
            has_memory: law.memory_channels().is_some(),
            character,
            ..info(&world, law.params())
        };
        // A world that nobody watches has nobody to tell, and needs every core for its steps.
        let rest = (opening.manner.watched && !measuring.is_over()).then_some(measuring);
        Ok(Live::new(world, info, pace, opening.manner)
            .learning(rest)
            .showing(opening.show.clone()))
    })
}

/// Moves a law to CUDA, where there is one: whether there is.
fn to_cuda(law: &Law, spec: &WorldSpec, gamma: f64, stages: &mut Stages<'_>) -> Result<bool, ApiError> {
    stages.recall(Stage::MoveToCuda, || {
        if !cuda::found(spec.device)? {
            return Ok((false, true));
        }
        Dense::new(law, spec.boundary, gamma, tch::Device::Cuda(0))
            .map(|_| (true, false))
            .map_err(|error| failure::on_cuda(WorldError::from(error).into()))
    })
}

/// Makes a world for somebody else's TorchScript, on the CPU.
pub(super) fn foreign_world(
    job: &LawJob,
    law: &ModuleLaw,
    about: ForeignLaw,
    opening: &Opening,
    stages: &mut Stages<'_>,
) -> Result<Live, ApiError> {
    if opening.spec.device == DeviceChoice::Cuda {
        return Err(ApiError::new(
            ErrorCode::BadRequest,
            "a TorchScript of somebody else is run on the CPU; choose the device cpu or auto",
        )
        .because(Cause::Cuda {
            why: CudaTrouble::TorchScript,
        }));
    }
    let plan = plan(job, opening)?;
    let pace = Pace::new(opening.steps_per_second, Instant::now())?;
    let world = stages.run(Stage::WarmUp, || {
        let mut world = World::make(plan, law)?;
        world.warm_up()?;
        Ok(world)
    })?;
    stages.run(Stage::Ready, || {
        let info = WorldInfo {
            foreign: Some(about),
            parameters: law.module.parameter_count(),
            ..info(&world, law.params)
        };
        Ok(Live::new(world, info, pace, opening.manner).showing(opening.show.clone()))
    })
}

/// What a world says of itself, but for its law.
fn info(world: &World, params: LawParams) -> WorldInfo {
    let plan = world.plan();
    WorldInfo {
        architecture: None,
        foreign: None,
        params,
        parameters: 0,
        grid: world.grid(),
        boundary: plan.boundary,
        vacuum: plan.vacuum,
        eps: plan.eps,
        precision: plan.precision,
        gamma: plan.gamma,
        device: if plan.device == tch::Device::Cpu {
            Device::Cpu
        } else {
            Device::Cuda
        },
        threads: u32::try_from(tch::get_num_threads()).unwrap_or_default(),
        has_memory: false,
        seed: plan.seed,
        planted: world.planted(),
        character: None,
    }
}

/// Begins to measure a law's character, or to read where it was kept.
pub(super) fn measuring(job: &LawJob, read: &LawRead, gamma: f64) -> Measuring {
    let sha256 = read.checkpoint_sha256.clone();
    Measuring::start(job.clone(), read.law.clone(), sha256, gamma)
}

/// As much of the law's character as there is after so long; nothing of a law that makes values that are not finite.
pub(super) fn character(
    measuring: &mut Measuring,
    at_most: Duration,
    stages: &mut Stages<'_>,
) -> Result<Knowledge, ApiError> {
    stages.recall(Stage::Character, || {
        let known = measuring.wait(at_most);
        let found = known.found;
        Ok((known, found))
    })
}

#[cfg(test)]
mod tests {
    use atheria_shared::beside::{Beside, Thing};

    use super::*;

    #[test]
    fn what_both_say_is_told_once() {
        let number = |place: &str| Beside {
            place: place.to_owned(),
            what: Thing::Number,
        };
        let left_out = |places: &[&str], more| Remark::LeftOut {
            what: places.iter().map(|&place| number(place)).collect(),
            more,
        };
        let of_file = [left_out(&["a", "b"], 2), Remark::NoChecksums];
        let of_law = vec![Remark::NoChecksums, Remark::AllZero, left_out(&["b", "c"], 3)];
        assert_eq!(
            joined(&of_file, of_law),
            [
                Remark::NoChecksums,
                Remark::AllZero,
                left_out(&["a", "b", "c"], 5),
            ]
        );
        assert_eq!(joined(&[], vec![]), []);
    }
}
