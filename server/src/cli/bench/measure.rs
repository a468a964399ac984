//! One case, in an engine process of its own: opened, stepped until matter has its halo, then timed.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use atheria_shared::engine::{EngineEvent, EngineRequest};
use atheria_shared::session::SessionRequest;
use atheria_shared::world::{DeviceChoice, EPS, Placement, StartingMatter, WorldCommand, WorldNumbers};
use atheria_shared::{ApiError, ErrorCode, ExperimentName, GridShape};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::super::headless::{Headless, Opened};
use super::super::output::Output;
use super::case::{Case, Law, Matter};
use super::seed;
use crate::catalog::Catalog;
use crate::session::{Files, Plan, plan};
use crate::supervisor::{Engine, Launcher};

/// What is timed of a case in a round, at least.
const ENOUGH: Duration = Duration::from_secs(1);
/// How often, at most.
const MOST_TIMES: u64 = 100;

/// What the timed steps of a case showed.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    pub(super) ms_per_step: f64,
    /// Of their convolutions; 0 where nobody counts them.
    pub(super) gflops: f64,
    pub(super) numbers: WorldNumbers,
    /// From the engine's start until the world was there, the export's check included.
    pub(super) opening_seconds: f64,
    /// Of the engine process; none where the system does not say.
    pub(super) peak_resident_bytes: Option<u64>,
    pub(super) threads: u32,
}

/// A state that was written.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub(super) struct StateAt {
    pub(super) step: u64,
    pub(super) path: PathBuf,
}

/// Where cases are run.
#[derive(Debug)]
pub(super) struct Bench<'a> {
    pub(super) launcher: &'a Launcher,
    pub(super) output: Output,
    pub(super) end: CancellationToken,
    /// Where worlds are computed.
    pub(super) device: DeviceChoice,
    /// When no more is measured; none: when all of it is.
    pub(super) until: Option<Instant>,
    pub(super) trained: Catalog,
    /// Laws with seeded weights, where there are any.
    pub(super) seeded: Option<Catalog>,
    /// For starting matter and states.
    pub(super) folder: &'a Path,
}

impl Bench<'_> {
    /// Whether no more is measured.
    pub(super) fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }

    /// Does something, while there is time: then it is dropped.
    pub(super) async fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T, String>>,
    ) -> Result<T, String> {
        let Some(until) = self.until else {
            return work.await;
        };
        let over = || Err("there was no time left for it (--within)".to_owned());
        if self.is_over() {
            return over();
        }
        timeout_at(until, work).await.unwrap_or_else(|_| over())
    }

    /// What opening the case's world takes.
    pub(super) fn plan(&self, case: &Case) -> Result<Plan, ApiError> {
        let catalog = match case.law {
            Law::Trained(_) => &self.trained,
            Law::Seeded(_) => self.seeded.as_ref().ok_or_else(|| {
                let message = "it needs --laws: a folder of laws with seeded weights (tests/bench/laws.py)";
                ApiError::new(ErrorCode::BadRequest, message)
            })?,
        };
        let name = case.law.name();
        let bad = |error: &dyn std::fmt::Display| ApiError::new(ErrorCode::Internal, error.to_string());
        let experiment = ExperimentName::new(name).map_err(|error| bad(&error))?;
        let grid = GridShape::new(case.side_cells, case.side_cells).map_err(|error| bad(&error))?;
        let request = SessionRequest {
            grid: Some(grid),
            boundary: Some(case.boundary),
            device: self.device,
            execution: case.execution,
            eps: Some(EPS),
            ..SessionRequest::new(experiment)
        };
        let mut plan = plan(catalog, request, Files::Any)?;
        plan.world.place = match case.matter {
            Matter::Seeds(count) if count > 1 => Placement::Scatter { count },
            _ => Placement::Centre,
        };
        plan.world.init = match case.matter {
            Matter::Seeds(_) => {
                let path = self
                    .seed(plan.law.params.d_state)
                    .map_err(|error| bad(&format_args!("a seed cannot be written: {error}")))?;
                StartingMatter::File(path)
            }
            Matter::Blob => StartingMatter::Blob {
                side_cells: case.side_cells / 4,
            },
            Matter::Noise => StartingMatter::Random,
        };
        Ok(plan)
    }

    /// The file of the seed with so many channels.
    pub(super) fn seed(&self, channels: u16) -> io::Result<PathBuf> {
        let path = self.folder.join(format!("seed-{channels}.npz"));
        if !path.exists() {
            seed::write(&path, channels)?;
        }
        Ok(path)
    }

    /// Times a case.
    pub(super) async fn time(&self, case: &Case) -> Result<Measured, ApiError> {
        let plan = self.plan(case)?;
        let mut headless = Headless::new(self.launcher, self.output, self.end.clone());
        let began = Instant::now();
        let Opened {
            mut engine, world, ..
        } = headless.open(plan.law, plan.world).await?;
        let opening_seconds = began.elapsed().as_secs_f64();
        let [before, timed] = case.steps;
        step(&mut headless, &mut engine, before).await?;
        let (mut time, mut flops, mut numbers) = step(&mut headless, &mut engine, timed).await?;
        let mut times = 1;
        // What is over at once is made again from its beginning: a moment's disturbance would be all of it.
        while time < ENOUGH && times < MOST_TIMES {
            engine.send(EngineRequest::World(WorldCommand::Reset))?;
            step(&mut headless, &mut engine, before).await?;
            let more = step(&mut headless, &mut engine, timed).await?;
            time += more.0;
            flops += more.1;
            numbers = more.2;
            times += 1;
        }
        let seconds = time.as_secs_f64();
        let peak_resident_bytes = engine.process_id().and_then(peak_resident_bytes);
        engine.stop().await;
        Ok(Measured {
            ms_per_step: 1e3 * seconds / (times * timed) as f64,
            gflops: if seconds > 0.0 {
                1e-9 * flops / seconds
            } else {
                0.0
            },
            numbers,
            opening_seconds,
            peak_resident_bytes,
            threads: world.threads,
        })
    }

    /// Writes states of a case on the way.
    pub(super) async fn states(&self, case: &Case, at_steps: &[u64]) -> Result<Vec<StateAt>, ApiError> {
        let plan = self.plan(case)?;
        let mut headless = Headless::new(self.launcher, self.output, self.end.clone());
        let mut engine = headless.open(plan.law, plan.world).await?.engine;
        let (mut now, mut states) = (0, Vec::new());
        for &at in at_steps {
            step(&mut headless, &mut engine, at - now).await?;
            now = at;
            let path = self.folder.join(format!("{}-{at}.npz", case.name));
            engine.send(EngineRequest::Save { path: path.clone() })?;
            let saved = |event| matches!(event, EngineEvent::Saved { .. }).then_some(());
            headless.until(&mut engine, saved).await?;
            states.push(StateAt { step: at, path });
        }
        engine.stop().await;
        Ok(states)
    }
}

/// Makes steps: how long they took, their floating-point operations, and the world after them.
async fn step(
    headless: &mut Headless<'_>,
    engine: &mut Engine,
    steps: u64,
) -> Result<(Duration, f64, WorldNumbers), ApiError> {
    engine.send(EngineRequest::Run {
        steps,
        events: Vec::new(),
        series: None,
    })?;
    let ran = |event| match event {
        EngineEvent::Ran {
            seconds,
            flops,
            numbers,
            ..
        } => Some((
            Duration::try_from_secs_f64(seconds).unwrap_or_default(),
            flops,
            numbers,
        )),
        _ => None,
    };
    headless.until(engine, ran).await
}

/// The most memory that a process ever had, where the system says.
fn peak_resident_bytes(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim_end().parse().ok()?;
    kilobytes.checked_mul(1024)
}
