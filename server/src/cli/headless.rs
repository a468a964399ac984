//! An engine without a session: what `ath export`, `run` and `inspect` share. Stages are shown, CUDA falls back to the CPU.

use std::path::PathBuf;

use atheria_shared::engine::{EngineEvent, EngineRequest, LawJob};
use atheria_shared::session::{ExportReport, SessionRequest, Stage, StageReport, StageState};
use atheria_shared::world::{DeviceChoice, StartingMatter, WorldInfo, WorldSpec};
use atheria_shared::{ApiError, ErrorCode};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::args::LawArgs;
use super::output::Output;
use crate::catalog::Catalog;
use crate::session::{Files, Plan, plan};
use crate::supervisor::{self, Chosen, Engine, Launcher};

/// The request that a law's arguments make, to be completed.
pub(super) fn request(args: &LawArgs) -> SessionRequest {
    SessionRequest {
        checkpoint: args.checkpoint.clone(),
        weights: args.weights.clone(),
        cast: args.cast,
        method: args.method,
        ..SessionRequest::new(args.experiment.clone())
    }
}

/// Looks the experiment up. Relative paths of the user are made absolute: the engine need not share our folder.
pub(super) fn look_up(
    catalog: &Catalog,
    args: &LawArgs,
    mut request: SessionRequest,
) -> Result<Plan, ApiError> {
    if let Some(StartingMatter::File(file)) = &mut request.init {
        *file = absolute(file)?;
    }
    let mut plan = plan(catalog, request, Files::Any)?;
    plan.law.force = args.force;
    Ok(plan)
}

/// The path from the root of the file system.
pub(super) fn absolute(path: &std::path::Path) -> Result<PathBuf, ApiError> {
    std::path::absolute(path).map_err(|error| {
        ApiError::new(
            ErrorCode::BadRequest,
            format!("{} is no path: {error}", path.display()),
        )
    })
}

/// An engine at work for a command.
pub(super) struct Headless<'a> {
    launcher: &'a Launcher,
    output: Output,
    end: CancellationToken,
    stage: Option<Stage>,
}

/// A world that is there.
pub(super) struct Opened {
    pub(super) engine: Engine,
    pub(super) export: Option<ExportReport>,
    pub(super) world: WorldInfo,
    /// Why it is not on CUDA, when it was tried.
    pub(super) fell_back: Option<ApiError>,
}

impl<'a> Headless<'a> {
    /// With no engine yet.
    pub(super) fn new(launcher: &'a Launcher, output: Output, end: CancellationToken) -> Self {
        Self {
            launcher,
            output,
            end,
            stage: None,
        }
    }

    /// Starts an engine.
    pub(super) async fn start(&mut self) -> Result<Engine, ApiError> {
        let began = Instant::now();
        let engine = tokio::select! {
            engine = self.launcher.launch() => engine?,
            () = self.end.cancelled() => return Err(interrupted()),
        };
        self.output.stage(&StageReport {
            stage: Stage::Start,
            state: StageState::Done {
                seconds: began.elapsed().as_secs_f64(),
                error: None,
                cached: false,
            },
        });
        Ok(engine)
    }

    /// What the engine says next; stages are shown on the way, a failure is an error.
    async fn next(&mut self, engine: &mut Engine) -> Result<EngineEvent, ApiError> {
        loop {
            let said = tokio::select! {
                said = engine.next() => said,
                () = self.end.cancelled() => return Err(interrupted()),
            };
            match said {
                supervisor::Output::Event(EngineEvent::Stage(report)) => {
                    self.stage = Some(report.stage);
                    self.output.stage(&report);
                }
                supervisor::Output::Event(EngineEvent::Failed { error }) => return Err(error),
                supervisor::Output::Event(event) => return Ok(event),
                supervisor::Output::Ended(error) => return Err(error.into()),
            }
        }
    }

    /// What the engine says next for which `pick` has an answer.
    pub(super) async fn until<T>(
        &mut self,
        engine: &mut Engine,
        mut pick: impl FnMut(EngineEvent) -> Option<T>,
    ) -> Result<T, ApiError> {
        loop {
            if let Some(found) = pick(self.next(engine).await?) {
                return Ok(found);
            }
        }
    }

    /// Opens a world, on the CPU when CUDA cannot be used or fails and was not asked for by name.
    pub(super) async fn open(&mut self, law: LawJob, world: WorldSpec) -> Result<Opened, ApiError> {
        self.stage = None;
        let failed = match self.try_open(law.clone(), world.clone()).await {
            Ok(opened) => return Ok(opened),
            Err(error) => error,
        };
        let on_cuda = failed.code == ErrorCode::CudaFailed || self.stage.is_some_and(Stage::is_cuda);
        if !on_cuda || world.device != DeviceChoice::Auto || self.end.is_cancelled() {
            return Err(failed);
        }
        self.output
            .note(&format!("CUDA failed ({failed}); going on with the CPU"));
        let device = DeviceChoice::Cpu;
        let law = LawJob { force: false, ..law };
        let opened = self.try_open(law, WorldSpec { device, ..world }).await?;
        Ok(Opened {
            fell_back: Some(failed),
            ..opened
        })
    }

    /// The device for a choice; says why it is not CUDA where it might have been.
    async fn device(&self, choice: DeviceChoice) -> Result<Chosen, ApiError> {
        let chosen = tokio::select! {
            chosen = self.launcher.device(choice) => chosen?,
            () = self.end.cancelled() => return Err(interrupted()),
        };
        if let Some(error) = &chosen.fell_back {
            self.output.note(&format!("{error}; going on with the CPU"));
        }
        Ok(chosen)
    }

    async fn try_open(&mut self, law: LawJob, mut world: WorldSpec) -> Result<Opened, ApiError> {
        self.launcher.ask_ahead(world.device);
        let mut engine = self.start().await?;
        let Chosen { device, fell_back } = self.device(world.device).await?;
        world.device = device;
        engine.send(EngineRequest::Open {
            law,
            world,
            step: 0,
            view: atheria_shared::view::View::default(),
            steps_per_second: None,
            play: false,
            show: None,
            watched: false,
        })?;
        let mut export = None;
        let ready = |event| match event {
            EngineEvent::Exported(report) => {
                export = Some(report);
                None
            }
            EngineEvent::Ready(world) => Some(world),
            _ => None,
        };
        let world = self.until(&mut engine, ready).await?;
        Ok(Opened {
            engine,
            export,
            world,
            fell_back,
        })
    }
}

fn interrupted() -> ApiError {
    ApiError::new(ErrorCode::EngineDied, "interrupted; nothing was written")
}
