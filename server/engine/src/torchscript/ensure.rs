//! The export of a checkpoint: there already and current, or made now, verified, and put in its place.
//!
//! `model_<checkpoint stem>.pt` lies beside its checkpoint, or in the cache where that folder cannot be written. A written one is current when its bytes are those that would be
//! written now, with the check that its manifest tells; a traced one when its manifest tells of the same origin. One
//! that is not current is kept as `.stale`. Nothing is written before it was verified.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use atheria_checkpoint::Training;
use atheria_law::Law;
use atheria_shared::ApiError;
use atheria_shared::engine::LawJob;
use atheria_shared::remark::{ExportStale, Remark};
use atheria_shared::session::{ExportMethod, ExportReport, Stage, StageReport, StageState};
use atheria_torchscript::{FORMAT_VERSION, Manifest, Verified};

use crate::durable::Temporary;

use super::error::ExportError;
use super::places::{Places, Unwritable};
use super::stale;
use super::trace::trace;
use super::verify::{Form, verify};
use super::version::TORCH_VERSION;

/// What is exported.
#[derive(Debug, Clone, Copy)]
pub struct ExportJob<'a> {
    /// As it was asked for.
    pub job: &'a LawJob,
    /// The law.
    pub law: &'a Law,
    /// SHA-256 of the checkpoint that it was read from, hexadecimal.
    pub checkpoint_sha256: &'a str,
    /// What training noted there.
    pub training: &'a Training,
    /// What is known of where its weights are from.
    pub remarks: &'a [Remark],
}

/// Whether an export has to lie somewhere in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// It was asked for: an export that no place takes is an error.
    Must,
    /// A world is to open: it is verified, and kept where there is a place for it.
    May,
}

/// Finds the current export or makes it; reports [`Stage::Export`] and [`Stage::VerifyCpu`].
pub fn ensure(
    export: ExportJob<'_>,
    keep: Keep,
    progress: &mut dyn FnMut(StageReport),
) -> Result<ExportReport, ExportError> {
    let job = export.job;
    let places = Places::of(job, &format!("model_{}.pt", job.checkpoint.stem()));
    let mut stages = Stages {
        progress,
        started: Instant::now(),
    };

    stages.start(Stage::Export);
    let mut remarks = export.remarks.to_vec();
    if !job.force {
        match found(&export, &places) {
            Found::Current(path, manifest) => {
                let error = manifest.verified.as_ref().map(|verified| verified.max_abs_error);
                stages.done(Stage::Export, None, true);
                stages.start(Stage::VerifyCpu);
                stages.done(Stage::VerifyCpu, error, true);
                return Ok(report(&export, (&places, Some(path)), &manifest, false, remarks));
            }
            Found::Nothing => {}
            Found::Stale(because) => remarks.push(Remark::ExportMadeAgain { because }),
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
        match make(&export, &places, (method, keep), &mut stages) {
            Ok((manifest, kept)) => {
                if let Err(Unwritable { path, source }) = &kept {
                    remarks.push(Remark::ExportNotKept {
                        path: path.clone(),
                        why: source.into(),
                    });
                }
                return Ok(report(&export, (&places, kept.ok()), &manifest, true, remarks));
            }
            // Another method finds no other place.
            Err(error @ ExportError::File { .. }) => return Err(failure.unwrap_or(error)),
            Err(error) => {
                remarks.push(Remark::MethodFailed {
                    method,
                    error: ApiError::from(&error),
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
    let ExportJob { job, law, .. } = export;
    Manifest {
        format_version: FORMAT_VERSION,
        experiment: job.experiment.clone(),
        architecture: law.architecture(),
        parameters: law.params(),
        gamma: job.gamma,
        boundary: job.trained_boundary,
        memory: law.memory_channels().is_some(),
        checkpoint: job.checkpoint.to_string(),
        checkpoint_sha256: export.checkpoint_sha256.to_owned(),
        torch_version: TORCH_VERSION.to_owned(),
        method,
        verified,
    }
}

/// What lies where an export may lie.
enum Found<'a> {
    Nothing,
    Stale(ExportStale),
    Current(&'a Path, Manifest),
}

/// The first current export; what is wrong with the one beside the checkpoint is told before what is wrong with another.
fn found<'a>(export: &ExportJob<'_>, places: &'a Places) -> Found<'a> {
    let mut found = Found::Nothing;
    for path in places.all() {
        match current(export, path) {
            Ok(Some(manifest)) => return Found::Current(path, manifest),
            Err(because) if matches!(found, Found::Nothing) => found = Found::Stale(because),
            Ok(None) | Err(_) => {}
        }
    }
    found
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
        let expected = atheria_torchscript::write(export.law, &found).map_err(|_| ExportStale::OtherBytes)?;
        let bytes = fs::read(path).map_err(|_| ExportStale::Unreadable)?;
        if bytes != expected {
            return Err(ExportStale::OtherBytes);
        }
    }
    Ok(Some(found))
}

fn report(
    export: &ExportJob<'_>,
    (places, place): (&Places, Option<&Path>),
    manifest: &Manifest,
    made: bool,
    mut remarks: Vec<Remark>,
) -> ExportReport {
    let folder = place.and_then(|place| places.elsewhere(place));
    if let Some(folder) = folder {
        let folder = folder.to_owned();
        remarks.push(Remark::ExportElsewhere { folder });
    }
    ExportReport {
        folder: folder.map(Path::to_owned),
        file: places
            .home()
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
        episode: export.training.episode,
        loss: export.training.loss,
        remarks,
    }
}

/// Writes or traces, verifies, and puts in the first place that takes it: which one, or why there is none.
fn make<'a>(
    export: &ExportJob<'_>,
    places: &'a Places,
    (method, keep): (ExportMethod, Keep),
    stages: &mut Stages<'_>,
) -> Result<(Manifest, Result<&'a Path, Unwritable>), ExportError> {
    let ExportJob { job, law, .. } = *export;
    let unverified = manifest(export, method, None);
    let (form, archive) = match method {
        ExportMethod::Trace => (Form::Trace, traced(job, law)?),
        ExportMethod::Script | ExportMethod::Auto => {
            (Form::Script, atheria_torchscript::write(law, &unverified)?)
        }
    };
    stages.done(Stage::Export, None, false);

    stages.start(Stage::VerifyCpu);
    let verified = verify(&archive, places.home(), law, job.trained_boundary, form)?;
    let error = verified.max_abs_error;
    let verified = Manifest {
        verified: Some(verified),
        ..unverified
    };
    let bytes = match form {
        Form::Script => atheria_torchscript::write(law, &verified)?,
        Form::Trace => atheria_torchscript::add_manifest(&archive, &verified)?,
    };
    let kept = match (places.write(|path| put(path, &bytes)), keep) {
        (Err(Unwritable { path, source }), Keep::Must) => {
            return Err(ExportError::file("writing", path)(source));
        }
        (kept, _) => kept,
    };
    stages.done(Stage::VerifyCpu, Some(error), false);
    Ok((verified, kept))
}

/// An archive by tracing, which leaves it in a file: in a folder of its own, gone when it was read.
fn traced(job: &LawJob, law: &Law) -> Result<Vec<u8>, ExportError> {
    let folder = tempfile::Builder::new()
        .prefix("atheria-trace-")
        .tempdir()
        .map_err(ExportError::file("making a folder in", std::env::temp_dir()))?;
    let path = folder.path().join("traced.pt");
    trace(job, law, &path)?;
    fs::read(&path).map_err(ExportError::file("reading", path))
}

/// Puts an archive in its place; what lay there is put aside.
fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = Temporary::beside(path)?;
    temporary.file()?.write_all(bytes)?;
    stale::keep(path)?;
    temporary.finish()
}
