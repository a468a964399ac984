//! The export of a checkpoint: there already and current, or made now, verified, and put in its place.
//!
//! `model_<checkpoint stem>.pt` lies beside its checkpoint. A written one is current when its bytes are those that would be
//! written now, with the check that its manifest tells; a traced one when its manifest tells of the same origin. One
//! that is not current is kept as `.stale`.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use atheria_shared::engine::LawJob;
use atheria_shared::remark::{ExportStale, Remark};
use atheria_shared::session::{ExportMethod, ExportReport, Stage, StageReport, StageState};
use atheria_shared::{ApiError, ErrorCode};

use crate::checkpoint::Checkpoint;
use crate::durable::Temporary;
use crate::law::Law;

use super::archive;
use super::error::ExportError;
use super::manifest::{FORMAT_VERSION, Manifest, TORCH_VERSION, Verified};
use super::trace::trace;
use super::verify::{Form, verify};

/// What is exported.
#[derive(Debug, Clone, Copy)]
pub struct ExportJob<'a> {
    /// As it was asked for.
    pub job: &'a LawJob,
    /// The law.
    pub law: &'a Law,
    /// The checkpoint that it was read from.
    pub checkpoint: &'a Checkpoint,
    /// What is known of where its weights are from.
    pub remarks: &'a [Remark],
}

/// Finds the current export or makes it; reports [`Stage::Export`] and [`Stage::VerifyCpu`].
pub fn ensure(
    export: ExportJob<'_>,
    progress: &mut dyn FnMut(StageReport),
) -> Result<ExportReport, ExportError> {
    let job = export.job;
    let path = job
        .checkpoint_dir
        .join(format!("model_{}.pt", job.checkpoint.stem()));
    let mut stages = Stages {
        progress,
        started: Instant::now(),
    };

    stages.start(Stage::Export);
    let mut remarks = export.remarks.to_vec();
    if !job.force {
        match current(&export, &path) {
            Ok(Some(manifest)) => {
                let error = manifest.verified.as_ref().map(|verified| verified.max_abs_error);
                stages.done(Stage::Export, None, true);
                stages.start(Stage::VerifyCpu);
                stages.done(Stage::VerifyCpu, error, true);
                return Ok(report(&export, &path, &manifest, false, remarks));
            }
            Ok(None) => {}
            Err(because) => remarks.push(Remark::ExportMadeAgain { because }),
        }
    }
    let methods: &[ExportMethod] = match job.method {
        ExportMethod::Auto => &[ExportMethod::Script, ExportMethod::Trace],
        ExportMethod::Script => &[ExportMethod::Script],
        ExportMethod::Trace => &[ExportMethod::Trace],
    };
    let mut failure = None;
    for &method in methods {
        if failure.is_some() {
            stages.start(Stage::Export);
        }
        match make(&export, &path, method, &mut stages) {
            Ok(manifest) => return Ok(report(&export, &path, &manifest, true, remarks)),
            Err(error) => {
                remarks.push(Remark::MethodFailed {
                    method,
                    error: ApiError::new(ErrorCode::ExportFailed, error.to_string()),
                });
                failure.get_or_insert(error);
            }
        }
    }
    // There is at least one method, and the first one's failure is the one to tell.
    Err(failure.unwrap_or(ExportError::Trace {
        reason: "no method".to_owned(),
    }))
}

/// The stages' reports, timed.
struct Stages<'a> {
    progress: &'a mut dyn FnMut(StageReport),
    started: Instant,
}

impl Stages<'_> {
    fn start(&mut self, stage: Stage) {
        self.started = Instant::now();
        (self.progress)(StageReport {
            stage,
            state: StageState::Started,
        });
    }

    fn done(&mut self, stage: Stage, error: Option<f64>, cached: bool) {
        let seconds = self.started.elapsed().as_secs_f64();
        (self.progress)(StageReport {
            stage,
            state: StageState::Done {
                seconds,
                error,
                cached,
            },
        });
    }
}

fn manifest(export: &ExportJob<'_>, method: ExportMethod, verified: Option<Verified>) -> Manifest {
    let ExportJob {
        job, law, checkpoint, ..
    } = export;
    Manifest {
        format_version: FORMAT_VERSION,
        experiment: job.experiment.clone(),
        architecture: law.architecture(),
        parameters: law.params(),
        gamma: job.gamma,
        boundary: job.trained_boundary,
        memory: law.memory_channels().is_some(),
        checkpoint: job.checkpoint.to_string(),
        checkpoint_sha256: checkpoint.sha256.clone(),
        torch_version: TORCH_VERSION.to_owned(),
        method,
        verified,
    }
}

/// The manifest of the export that lies there, when it is current; none when nothing lies there.
///
/// # Errors
/// Why it has to be made again.
fn current(export: &ExportJob<'_>, path: &Path) -> Result<Option<Manifest>, ExportStale> {
    if !path.exists() {
        return Ok(None);
    }
    let found = Manifest::read(path).ok_or(ExportStale::NotOurs)?;
    let wanted_method = match export.job.method {
        ExportMethod::Auto => found.method,
        method => method,
    };
    if !found.same_origin(&manifest(export, wanted_method, None)) {
        return Err(ExportStale::Changed);
    }
    if found.verified.is_none() {
        return Err(ExportStale::NotVerified);
    }
    if found.method == ExportMethod::Script {
        let expected = archive::write(export.law, &found).map_err(|_| ExportStale::OtherBytes)?;
        let bytes = fs::read(path).map_err(|_| ExportStale::Unreadable)?;
        if bytes != expected {
            return Err(ExportStale::OtherBytes);
        }
    }
    Ok(Some(found))
}

fn report(
    export: &ExportJob<'_>,
    path: &Path,
    manifest: &Manifest,
    made: bool,
    remarks: Vec<Remark>,
) -> ExportReport {
    ExportReport {
        file: path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        checkpoint: manifest.checkpoint.clone(),
        checkpoint_sha256: manifest.checkpoint_sha256.clone(),
        method: manifest.method,
        made,
        max_abs_error: manifest
            .verified
            .as_ref()
            .map_or(0.0, |verified| verified.max_abs_error),
        episode: export.checkpoint.training.episode,
        loss: export.checkpoint.training.loss,
        remarks,
    }
}

/// Writes or traces, verifies, and puts in its place.
fn make(
    export: &ExportJob<'_>,
    path: &Path,
    method: ExportMethod,
    stages: &mut Stages<'_>,
) -> Result<Manifest, ExportError> {
    let ExportJob { job, law, .. } = export;
    let temporary = Temporary::beside(path).map_err(ExportError::file("writing", path))?;
    let place = temporary.path();
    let unverified = manifest(export, method, None);
    let (form, traced) = if method == ExportMethod::Trace {
        trace(job, law, place)?;
        (
            Form::Trace,
            fs::read(place).map_err(ExportError::file("reading", place))?,
        )
    } else {
        write(place, &archive::write(law, &unverified)?)?;
        (Form::Script, vec![])
    };
    stages.done(Stage::Export, None, false);

    stages.start(Stage::VerifyCpu);
    let verified = verify(place, law, job.trained_boundary, form)?;
    let error = verified.max_abs_error;
    let verified = Manifest {
        verified: Some(verified),
        ..unverified
    };
    let bytes = match form {
        Form::Script => archive::write(law, &verified)?,
        Form::Trace => archive::add_manifest(&traced, &verified)?,
    };
    let file = write(place, &bytes)?;
    keep_stale(path)?;
    temporary
        .finish(file)
        .map_err(ExportError::file("renaming", path))?;
    stages.done(Stage::VerifyCpu, Some(error), false);
    Ok(verified)
}

fn write(path: &Path, bytes: &[u8]) -> Result<File, ExportError> {
    let write = || {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        Ok(file)
    };
    write().map_err(ExportError::file("writing", path))
}

/// What lies in the export's place, if anything, is kept as `.stale`.
fn keep_stale(path: &Path) -> Result<(), ExportError> {
    if !path.exists() {
        return Ok(());
    }
    fs::rename(path, path.with_extension("pt.stale")).map_err(ExportError::file("renaming", path))
}
