//! `ath run`: steps a world without a page and writes its state.

use std::path::{Path, PathBuf};

use atheria_shared::engine::{EngineEvent, EngineRequest};
use atheria_shared::limits::STEPS_PER_REQUEST;
use atheria_shared::session::{ExportReport, device_label};
use atheria_shared::world::{StartingMatter, WorldInfo};
use atheria_shared::{ApiError, ErrorCode};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::args::RunArgs;
use super::headless::{Headless, Opened, absolute, look_up, request};
use super::output::Output;
use crate::session::Plan;
use crate::supervisor::Launcher;

#[derive(Debug, Serialize)]
struct Ran {
    experiment: String,
    out: PathBuf,
    step: u64,
    /// What the steps took, without loading and writing.
    seconds: f64,
    world: WorldInfo,
    export: Option<ExportReport>,
    /// Why it is not on CUDA, when it was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    cuda_fell_back: Option<ApiError>,
}

/// Runs, and writes.
pub(super) async fn run(args: RunArgs, output: Output, end: CancellationToken) -> Result<(), ApiError> {
    let out = check(&args)?;
    let mut request = request(&args.law);
    request.grid = args.grid;
    request.boundary = args.boundary;
    request.init = Some(args.init.clone().unwrap_or_default());
    request.seed = args.seed;
    request.gamma = args.gamma;
    request.device = args.device;
    if let Some(StartingMatter::File(file)) = &args.init {
        check_readable(file)?;
    }
    let plan = look_up(&args.law.root.catalog(), &args.law, request)?;
    let launcher = args.law.engine.launcher();
    let done = work(&launcher, output, end, plan, args.steps, out).await;
    launcher.shut_down().await;
    let done = done?;
    output.result(&done, &words(&done));
    Ok(())
}

async fn work(
    launcher: &Launcher,
    output: Output,
    end: CancellationToken,
    plan: Plan,
    steps: u64,
    out: PathBuf,
) -> Result<Ran, ApiError> {
    let experiment = plan.law.experiment.clone();
    let mut headless = Headless::new(launcher, output, end);
    let Opened {
        mut engine,
        export,
        world,
        fell_back,
    } = headless.open(plan.law, plan.world).await?;
    let mut seconds = 0.0;
    if steps > 0 {
        engine.send(EngineRequest::Run { steps })?;
        seconds = loop {
            match headless.next(&mut engine).await? {
                EngineEvent::Progress { step } => output.note(&format!("step {step} of {steps}")),
                EngineEvent::Ran { seconds, .. } => break seconds,
                _ => {}
            }
        };
    }
    engine.send(EngineRequest::Save { path: out.clone() })?;
    let step = loop {
        if let EngineEvent::Saved { step, .. } = headless.next(&mut engine).await? {
            break step;
        }
    };
    engine.stop().await;
    Ok(Ran {
        experiment,
        out,
        step,
        seconds,
        world,
        export,
        cuda_fell_back: fell_back,
    })
}

/// What can be told before an engine is started.
fn check(args: &RunArgs) -> Result<PathBuf, ApiError> {
    let bad = |message: String| ApiError::new(ErrorCode::BadRequest, message);
    if args.steps > STEPS_PER_REQUEST {
        return Err(bad(format!(
            "--steps {}: {STEPS_PER_REQUEST} at most",
            args.steps
        )));
    }
    if args.out.extension().is_none_or(|extension| extension != "npz") {
        return Err(bad(format!(
            "--out {}: the file has to end in .npz",
            args.out.display()
        )));
    }
    let out = absolute(&args.out)?;
    match out.parent() {
        Some(folder) if folder.is_dir() => Ok(out),
        _ => Err(bad(format!(
            "--out {}: its folder is not there; make it first",
            args.out.display()
        ))),
    }
}

fn check_readable(file: &Path) -> Result<(), ApiError> {
    let opened = std::fs::File::open(file).and_then(|file| file.metadata());
    match opened {
        Ok(about) if about.is_file() => Ok(()),
        Ok(_) => Err(format!("--init {}: it is no file", file.display())),
        Err(error) => Err(format!("--init {} cannot be read: {error}", file.display())),
    }
    .map_err(|message| ApiError::new(ErrorCode::StateInvalid, message))
}

fn words(done: &Ran) -> String {
    format!(
        "{} is at step {} after {:.2} s on {} ({} cells), written to {}",
        done.experiment,
        done.step,
        done.seconds,
        device_label(done.world.device),
        done.world.grid,
        done.out.display()
    )
}
