//! Makes all checks of a subject, one after the other, and tells of each.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use atheria_shared::cause::IoFault;
use atheria_shared::diagnosis::{CheckId, CheckReport, Finding};
use atheria_shared::engine::{EngineEvent, EngineRequest};
use atheria_shared::world::WorldSpec;
use atheria_shared::{ApiError, Cause, ErrorCode};
use tempfile::TempDir;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::subject::Specimen;
use super::{Subject, restore, verdicts};
use crate::supervisor::{Chosen, Launcher, Output};

/// Makes the checks and tells of each, not always in their order. Fails only when it is ended from outside or can write nowhere;
/// whatever is wrong with the subject or an engine is a check that failed.
pub async fn diagnose(
    launcher: &Launcher,
    subject: &Subject,
    mut tell: impl FnMut(CheckReport),
    end: &CancellationToken,
) -> Result<(), ApiError> {
    let specimen = match &subject.specimen {
        Ok(specimen) => specimen,
        Err(error) => {
            tell(verdicts::failed(CheckId::Export, error, 0.0));
            let others = CheckId::ALL.into_iter().filter(|&check| check != CheckId::Export);
            others.for_each(|check| tell(verdicts::skipped(check, Finding::Unopened)));
            return Ok(());
        }
    };
    let scratch = scratch()?;
    let all = async {
        let engines_there = engine_checks(launcher, specimen, &scratch, &mut tell).await;
        tell(if engines_there {
            restore::check(launcher, specimen, scratch.path()).await
        } else {
            verdicts::skipped(CheckId::Restore, Finding::NoEngine)
        });
    };
    tokio::select! {
        () = all => Ok(()),
        () = end.cancelled() => Err(interrupted()),
    }
}

/// A folder of this user's alone, gone with the diagnosis.
fn scratch() -> Result<TempDir, ApiError> {
    tempfile::Builder::new()
        .prefix("atheria-diagnosis-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir()
        .map_err(|source| {
            ApiError::new(
                ErrorCode::StateUnwritable,
                format!(
                    "no folder for the diagnosis can be made: {source}; set TMPDIR to a folder that can be written"
                ),
            )
            .because(Cause::Unwritable {
                path: std::env::temp_dir().display().to_string(),
                why: IoFault::from(&source),
            })
        })
}

fn interrupted() -> ApiError {
    ApiError::new(
        ErrorCode::EngineDied,
        "the diagnosis was ended before it was over",
    )
    .because(Cause::DiagnosisEnded)
}

/// The checks that an engine makes of itself; whether an engine could be started.
async fn engine_checks(
    launcher: &Launcher,
    specimen: &Specimen,
    scratch: &TempDir,
    tell: &mut impl FnMut(CheckReport),
) -> bool {
    let mut owed: Vec<CheckId> = CheckId::ALL
        .into_iter()
        .filter(|&check| check != CheckId::Restore)
        .collect();
    let mut began = Instant::now();
    let (started, chosen) = tokio::join!(launcher.launch(), launcher.device(specimen.world.device));
    let there = started.is_ok();
    let mut no_cuda = None;
    let ended: Result<(), ApiError> = async {
        let mut engine = started?;
        let Chosen { device, fell_back } = chosen?;
        no_cuda = fell_back;
        engine.send(EngineRequest::Diagnose {
            law: specimen.law.clone(),
            world: WorldSpec {
                device,
                ..specimen.world.clone()
            },
            scratch: scratch.path().to_owned(),
        })?;
        loop {
            match engine.next().await {
                Output::Event(EngineEvent::Checked(report)) => {
                    // One that was not owed is not believed.
                    if let Some(place) = owed.iter().position(|&check| check == report.check) {
                        owed.remove(place);
                        began = Instant::now();
                        tell(verdicts::without_cuda(report, no_cuda.as_ref()));
                    }
                }
                Output::Event(EngineEvent::Diagnosed) => {
                    engine.stop().await;
                    return Ok(());
                }
                Output::Event(EngineEvent::Failed { error }) => return Err(error),
                Output::Event(_) => {}
                Output::Ended(error) => return Err(error.into()),
            }
        }
    }
    .await;
    let mut left = owed.into_iter();
    let why = match ended {
        Ok(()) => Finding::LeftOut,
        Err(error) => {
            if let Some(check) = left.next() {
                tell(verdicts::failed(check, &error, began.elapsed().as_secs_f64()));
            }
            Finding::EngineEnded
        }
    };
    left.for_each(|check| tell(verdicts::skipped(check, why.clone())));
    there
}
