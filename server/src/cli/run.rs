//! `ath run`: steps a world without a page and writes its state, or states on the way.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use atheria_shared::engine::{EngineEvent, EngineRequest, SeriesJob};
use atheria_shared::limits::{SERIES_STATES, STEPS_PER_REQUEST};
use atheria_shared::session::{ExportReport, SessionRequest, device_label};
use atheria_shared::tool::ToolEvent;
use atheria_shared::world::{ExecutionChoice, Precision, StartingMatter, WorldInfo, WorldNumbers};
use atheria_shared::{ApiError, ErrorCode};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::args::RunArgs;
use super::headless::{Headless, Opened, look_up, request};
use super::output::Output;
use super::place::Place;
use super::{events, foreign, numbers};
use crate::session::Plan;
use crate::supervisor::Launcher;

/// What is to be done with a world.
#[derive(Debug)]
struct Task {
    steps: u64,
    events: Vec<ToolEvent>,
    series: Option<(Place, u64)>,
    out: Option<Place>,
}

#[derive(Debug, Serialize)]
struct Ran {
    experiment: String,
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "atheria_shared::path::shown::optional"
    )]
    out: Option<PathBuf>,
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "atheria_shared::path::shown::optional"
    )]
    series: Option<PathBuf>,
    step: u64,
    /// What the steps took, without loading and writing.
    seconds: f64,
    numbers: WorldNumbers,
    world: WorldInfo,
    export: Option<ExportReport>,
    /// Why it is not on CUDA, when it was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    cuda_fell_back: Option<ApiError>,
}

/// Runs, and writes.
pub(super) async fn run(args: RunArgs, output: Output, end: CancellationToken) -> Result<(), ApiError> {
    let task = task(&args)?;
    if let Some(StartingMatter::File(file)) = &args.world.init {
        check_readable(file)?;
    }
    let catalog = args
        .law
        .root
        .catalog()
        .trusting_torchscript(args.trust.trust_torchscript);
    let mut plan = look_up(&catalog, &args.law, world_request(&args))?;
    plan.world.precision = args.world.dtype;
    let launcher = args.law.engine.launcher();
    let done = work(&launcher, output, end, plan, task).await;
    launcher.shut_down().await;
    let done = done?;
    output.result(&done, &words(&done))
}

fn world_request(args: &RunArgs) -> SessionRequest {
    let world = &args.world;
    SessionRequest {
        grid: world.grid,
        boundary: world.boundary,
        init: Some(world.init.clone().unwrap_or_default()),
        place: world.place,
        vacuum: world.vacuum,
        seed: world.seed,
        gamma: world.gamma,
        device: world.device,
        execution: world.execution,
        eps: world.eps,
        ..request(&args.law)
    }
}

async fn work(
    launcher: &Launcher,
    output: Output,
    end: CancellationToken,
    plan: Plan,
    task: Task,
) -> Result<Ran, ApiError> {
    let experiment = plan.law.experiment.clone();
    let execution = plan.world.execution;
    let mut headless = Headless::new(launcher, output, end);
    let Opened {
        mut engine,
        mut export,
        world,
        fell_back,
    } = headless.open(plan.law, plan.world).await?;
    if let Some(export) = &mut export {
        export.remarks.splice(..0, plan.remarks);
    }
    let steps = task.steps;
    let paths = [task.out.as_ref(), task.series.as_ref().map(|(place, _)| place)];
    let [out, series] = paths.map(|place| Some(place?.path().to_owned()));
    let job = |(place, every): (Place, u64)| SeriesJob {
        path: place.target().to_owned(),
        every,
    };
    if let (Some(place), ExecutionChoice::Dense) = (&task.out, execution) {
        place.reserve(dense_bytes(&world))?;
    }
    engine.send(EngineRequest::Run {
        steps,
        events: task.events,
        series: task.series.map(job),
    })?;
    let ran = |event| match event {
        EngineEvent::Progress { step } => {
            output.note(&format!("step {step} of {steps}"));
            None
        }
        EngineEvent::Ran {
            step,
            seconds,
            numbers,
            ..
        } => Some((step, seconds, numbers)),
        _ => None,
    };
    let (step, seconds, numbers) = headless.until(&mut engine, ran).await?;
    if let Some(place) = task.out {
        let path = place.target().to_owned();
        // The room that was kept for it is its own now.
        drop(place);
        engine.send(EngineRequest::Save { path })?;
        let saved = |event| matches!(event, EngineEvent::Saved { .. }).then_some(());
        headless.until(&mut engine, saved).await?;
    }
    engine.stop().await;
    Ok(Ran {
        experiment,
        out,
        series,
        step,
        seconds,
        numbers,
        world,
        export,
        cuda_fell_back: fell_back,
    })
}

fn bad(message: String) -> ApiError {
    ApiError::new(ErrorCode::BadRequest, message)
}

/// What can be told before an engine is started.
fn task(args: &RunArgs) -> Result<Task, ApiError> {
    let steps = args.steps;
    if steps > STEPS_PER_REQUEST {
        return Err(bad(format!("--steps {steps}: {STEPS_PER_REQUEST} at most")));
    }
    let out = match &args.out {
        Some(out) => Some(Place::of("--out", out, &["npz"])?),
        None => None,
    };
    let series = match (&args.series, args.every) {
        (Some(path), Some(every)) => Some(series(path, every, steps)?),
        _ => None,
    };
    if let (Some(out), Some((series, _))) = (&out, &series)
        && out.target() == series.target()
    {
        return Err(bad(
            "--out and --series are the same file; give each its own".to_owned()
        ));
    }
    let events = match &args.events {
        Some(file) => events::read(file, steps)?,
        None => Vec::new(),
    };
    Ok(Task {
        steps,
        events,
        series,
        out,
    })
}

fn series(path: &Path, every: u64, steps: u64) -> Result<(Place, u64), ApiError> {
    let place = Place::of("--series", path, &["npz", "zarr"])?;
    if every == 0 {
        return Err(bad("--every 0: it has to be 1 or more".to_owned()));
    }
    let states = steps / every + 1;
    if states > SERIES_STATES {
        return Err(bad(format!(
            "--every {every}: that makes {states} states, and {SERIES_STATES} there may be; take a larger one"
        )));
    }
    Ok((place, every))
}

/// Bytes of a world that is kept cell by cell, without its memory.
fn dense_bytes(world: &WorldInfo) -> u64 {
    let number = match world.precision {
        Precision::Float32 => 4,
        Precision::Float64 => 8,
    };
    let numbers = world
        .grid
        .cells()
        .saturating_mul(2 * u64::from(world.params.d_state));
    numbers.saturating_mul(number)
}

fn check_readable(file: &Path) -> Result<(), ApiError> {
    // Its kind is asked first: a pipe would be waited for.
    let about = std::fs::metadata(file).and_then(|about| {
        if about.is_file() {
            std::fs::File::open(file)?;
        }
        Ok(about)
    });
    match about {
        Ok(about) if about.is_file() => Ok(()),
        Ok(_) => Err(format!("--init {}: it is no file", file.display())),
        Err(error) => Err(format!("--init {} cannot be read: {error}", file.display())),
    }
    .map_err(|message| ApiError::new(ErrorCode::StateInvalid, message))
}

fn words(done: &Ran) -> String {
    let written: Vec<String> = [("written to", &done.out), ("series in", &done.series)]
        .into_iter()
        .filter_map(|(how, path)| Some(format!("{how} {}", path.as_ref()?.display())))
        .collect();
    let mut numbers = numbers::words(&done.numbers).replace('\n', "\n    ");
    if let Some(law) = &done.world.foreign {
        numbers.push_str("\n    ");
        numbers.push_str(&foreign::words(law).replace('\n', "\n    "));
    }
    for remark in done.export.iter().flat_map(|export| &export.remarks) {
        let _ = write!(numbers, "\n    {remark}");
    }
    if let Some(error) = &done.cuda_fell_back {
        let _ = write!(numbers, "\n    not on CUDA: {error}");
    }
    format!(
        "{} is at step {} after {:.2} s on {} ({} cells), {}\n    {numbers}",
        done.experiment,
        done.step,
        done.seconds,
        device_label(done.world.device),
        done.world.grid,
        written.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use atheria_shared::world::{DeviceChoice, Placement, Vacuum};
    use atheria_shared::{Boundary, ExperimentName, GridShape};
    use clap::Parser;

    use super::*;
    use crate::cli::args::{Args, Command};

    fn parsed(extra: &str) -> RunArgs {
        let line = format!("ath run --experiment e --steps 4 --out x.npz {extra}");
        match Args::try_parse_from(line.split_whitespace()).unwrap().command {
            Command::Run(args) => *args,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_argument_reaches_the_request() {
        let args = parsed(
            "--grid 8x12 --boundary unbounded --init random --place -1,2 --vacuum harmonic:0.5:2:3 --seed 7 \
             --gamma 0.25 --device cpu --execution sparse --eps 0.125",
        );
        let expected = SessionRequest {
            grid: GridShape::new(8, 12).ok(),
            boundary: Some(Boundary::Unbounded),
            init: Some(StartingMatter::Random),
            place: Placement::At(atheria_shared::Cell { y: -1, x: 2 }),
            vacuum: Vacuum::Harmonic {
                amplitude: 0.5,
                waves: 2,
                seed: 3,
            },
            seed: 7,
            gamma: Some(0.25),
            device: DeviceChoice::Cpu,
            execution: ExecutionChoice::Sparse,
            eps: Some(0.125),
            ..SessionRequest::new(ExperimentName::new("e").unwrap())
        };
        assert_eq!(world_request(&args), expected);
    }

    #[test]
    fn a_series_has_a_limit() {
        let states = |every, steps| series(Path::new("x.npz"), every, steps).is_ok();
        assert!(states(1, SERIES_STATES - 1));
        assert!(!states(1, SERIES_STATES));
        assert!(states(2, SERIES_STATES));
        assert!(!states(0, 1));
    }
}
