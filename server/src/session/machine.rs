//! The life of a session, pure: what happened goes in, what is to be done comes out as [`Effect`]s.
//!
//! ```text
//! Opening ── stages ──> Live ── engine died ──> Recovering ── stages ──> Live
//!    │ a CUDA stage failed: again on the CPU        │ too often
//!    └──────────── failed ──────────> Failed <──────┘            any ──> Closed
//! ```
//!
//! Invariants: a world is recovered only from a save that is of its present past (a reset voids older ones); CUDA is
//! given up for good once it failed, and only when it was not asked for by name.

use std::collections::VecDeque;
use std::path::PathBuf;

use atheria_shared::engine::{EngineEvent, EngineRequest};
use atheria_shared::limits::{STEPS_PER_REQUEST, STEPS_PER_SECOND};
use atheria_shared::session::{Event, Notice, Phase, SessionInfo, Stage, StageReport, StageState};
use atheria_shared::view::View;
use atheria_shared::world::{Device, DeviceChoice, StartingMatter, WorldCommand, WorldStatus};
use atheria_shared::{ApiError, ErrorCode, SessionId};
use tokio::time::Instant;

use super::{Plan, SessionSettings};
use crate::supervisor::EngineError;

/// A world is saved for at most one part in so many of its time.
const SAVING_SHARE: u32 = 20;

/// Something that the actor does for the machine.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Tell every viewer.
    Tell(Event),
    /// Ask the engine.
    Send(EngineRequest),
    /// End the engine, if there is one, and get another.
    Launch,
    /// End the engine.
    DropEngine,
    /// An engine may be started ahead for the next session.
    Replenish,
}

/// What the user last asked of the world: a new engine goes on with it.
#[derive(Debug, Clone, Copy)]
struct Wish {
    playing: bool,
    steps_per_second: Option<f32>,
    view: View,
}

/// A save on its way.
#[derive(Debug, Clone, Copy)]
struct Saving {
    since: Instant,
    /// Whether it still counts when it arrives.
    counts: bool,
}

/// Why there is a recovery, and how far the world was.
#[derive(Debug, Clone)]
struct Lost {
    error: ApiError,
    step: u64,
}

/// The state of one session.
#[derive(Debug)]
pub struct Machine {
    settings: SessionSettings,
    info: SessionInfo,
    plan: Plan,
    wish: Wish,
    save_path: PathBuf,
    /// The step of the world in `save_path`.
    saved: Option<u64>,
    /// A save is on its way.
    saving: Option<Saving>,
    /// Not before this: a large world is not to spend its time on being saved.
    next_save: Option<Instant>,
    /// Whether the engine's world began with `save_path`, so that its reset would lead there.
    resumed: bool,
    lost: Option<Lost>,
    restarts: VecDeque<Instant>,
    /// Whether this engine has come to a stage on CUDA.
    on_cuda: bool,
    stage_began: Option<Instant>,
    export_seconds: f64,
}

impl Machine {
    /// A session that is about to open. Its world is saved to `save_path`.
    pub fn new(id: SessionId, plan: Plan, save_path: PathBuf, settings: SessionSettings) -> Self {
        Self {
            settings,
            info: SessionInfo {
                id,
                request: plan.request.clone(),
                phase: Phase::Opening,
                stages: Vec::new(),
                export: None,
                world: None,
                status: None,
                viewers: 0,
            },
            wish: Wish {
                playing: true,
                steps_per_second: plan.steps_per_second,
                view: plan.view,
            },
            plan,
            save_path,
            saved: None,
            saving: None,
            next_save: None,
            resumed: false,
            lost: None,
            restarts: VecDeque::new(),
            on_cuda: false,
            stage_began: None,
            export_seconds: 0.0,
        }
    }

    /// The session as it is.
    pub fn info(&self) -> &SessionInfo {
        &self.info
    }

    /// So many watch it now.
    pub fn watched_by(&mut self, viewers: usize) {
        self.info.viewers = viewers;
    }

    /// Begins, or begins again.
    pub fn launch(&mut self, now: Instant) -> Vec<Effect> {
        self.on_cuda = false;
        self.saving = None;
        // A CUDA stage that failed stays in sight; everything else comes again.
        self.info
            .stages
            .retain(|report| report.stage.is_cuda() && matches!(report.state, StageState::Failed { .. }));
        let started = self.stage(Stage::Start, StageState::Started, now);
        vec![
            Effect::Tell(Event::Session(Box::new(self.info.clone()))),
            started,
            Effect::Launch,
        ]
    }

    /// There is an engine.
    pub fn launched(&mut self, now: Instant) -> Vec<Effect> {
        let done = StageState::Done {
            seconds: self.stage_seconds(now),
            error: None,
            cached: false,
        };
        let told = self.stage(Stage::Start, done, now);
        self.resumed = self.saved.is_some();
        let mut world = self.plan.world.clone();
        if self.resumed {
            world.init = StartingMatter::File(self.save_path.clone());
            world.grid = self.info.world.as_ref().map(|world| world.grid).or(world.grid);
        }
        let open = EngineRequest::Open {
            law: self.plan.law.clone(),
            world,
            step: self.saved.unwrap_or(0),
            view: self.wish.view,
            steps_per_second: self.wish.steps_per_second,
            play: self.wish.playing,
            watched: true,
        };
        vec![told, Effect::Send(open)]
    }

    /// The engine said something.
    pub fn heard(&mut self, event: EngineEvent, now: Instant) -> Vec<Effect> {
        match event {
            EngineEvent::Stage(StageReport { stage, state }) => vec![self.stage(stage, state, now)],
            EngineEvent::Exported(export) => {
                self.info.export = Some(export.clone());
                if !export.made {
                    return Vec::new();
                }
                let seconds = self.export_seconds;
                vec![tell(Notice::Exported { export, seconds })]
            }
            EngineEvent::Ready(world) => {
                self.info.status.get_or_insert_with(|| WorldStatus {
                    playing: self.wish.playing,
                    target_steps_per_second: self.wish.steps_per_second,
                    view: self.wish.view,
                    ..WorldStatus::default()
                });
                self.info.world = Some(world);
                self.live()
            }
            EngineEvent::Status(status) => {
                self.info.status = Some(status.clone());
                vec![Effect::Tell(Event::Status(status))]
            }
            EngineEvent::Saved { step, .. } => {
                if let Some(Saving { since, counts }) = self.saving.take() {
                    self.saved = if counts { Some(step) } else { self.saved };
                    self.next_save = Some(now + now.duration_since(since) * SAVING_SHARE);
                }
                Vec::new()
            }
            EngineEvent::Failed { error } => self.request_failed(error, now),
            EngineEvent::Hello { .. }
            | EngineEvent::Heartbeat { .. }
            | EngineEvent::Progress { .. }
            | EngineEvent::Ran { .. } => Vec::new(),
        }
    }

    /// The engine is no more, or could not be started.
    pub fn ended(&mut self, error: EngineError, now: Instant) -> Vec<Effect> {
        let stage = error.stage();
        let error = ApiError::from(error);
        match self.info.phase {
            Phase::Opening => self.open_failed(stage, error, now),
            Phase::Recovering if self.may_fall_back(stage, &error) => self.fall_back(error, now),
            Phase::Live | Phase::Recovering => self.recover(error, now),
            Phase::Failed { .. } | Phase::Closed => Vec::new(),
        }
    }

    /// A viewer drives the world.
    pub fn command(&mut self, command: WorldCommand, now: Instant) -> Result<Vec<Effect>, ApiError> {
        if self.info.phase != Phase::Live {
            let message = "the world is not there yet; wait until the session is live";
            return Err(ApiError::new(ErrorCode::NotReady, message));
        }
        let command = self.checked(command)?;
        match &command {
            WorldCommand::Play => self.wish.playing = true,
            WorldCommand::Pause | WorldCommand::Step { .. } => self.wish.playing = false,
            WorldCommand::Speed { steps_per_second } => self.wish.steps_per_second = *steps_per_second,
            WorldCommand::View(view) => self.wish.view = *view,
            WorldCommand::Reset => {
                self.saved = None;
                self.saving = self.saving.map(|saving| Saving {
                    counts: false,
                    ..saving
                });
                if self.resumed {
                    // The engine's own start is the saved world; the session's start needs a new one.
                    self.info.phase = Phase::Opening;
                    self.info.status = None;
                    return Ok(self.launch(now));
                }
            }
        }
        Ok(vec![Effect::Send(EngineRequest::World(command))])
    }

    /// The time for a save has come.
    pub fn save_due(&mut self, now: Instant) -> Vec<Effect> {
        let step = self.info.status.as_ref().map_or(0, |status| status.step);
        let changed = self.saved.map_or(step > 0, |saved| saved != step);
        let early = self.next_save.is_some_and(|at| now < at);
        if self.info.phase != Phase::Live || self.saving.is_some() || !changed || early {
            return Vec::new();
        }
        self.saving = Some(Saving {
            since: now,
            counts: true,
        });
        let path = self.save_path.clone();
        vec![Effect::Send(EngineRequest::Save { path })]
    }

    /// Nobody wants it any more.
    pub fn close(&mut self) -> Vec<Effect> {
        self.info.phase = Phase::Closed;
        vec![self.tell_session()]
    }

    fn checked(&self, command: WorldCommand) -> Result<WorldCommand, ApiError> {
        let refused = |message: String| Err(ApiError::new(ErrorCode::BadRequest, message));
        match command {
            WorldCommand::Step { steps } if !(1..=STEPS_PER_REQUEST).contains(&steps) => refused(format!(
                "{steps} steps: it has to be a number from 1 to {STEPS_PER_REQUEST}"
            )),
            WorldCommand::Speed {
                steps_per_second: Some(pace),
            } if !(pace > 0.0 && pace <= STEPS_PER_SECOND) => refused(format!(
                "{pace} steps a second: it has to be a number above 0, up to {STEPS_PER_SECOND}, or null for as fast as it goes"
            )),
            WorldCommand::View(view) => Ok(WorldCommand::View(view.within(self.plan.law.params.d_state))),
            command => Ok(command),
        }
    }

    fn live(&mut self) -> Vec<Effect> {
        self.info.phase = Phase::Live;
        let mut effects = vec![self.tell_session()];
        if let Some(Lost { error, step }) = self.lost.take() {
            let from_step = self.saved.unwrap_or(0);
            effects.push(tell(Notice::EngineRestarted {
                error,
                from_step,
                lost_steps: step.saturating_sub(from_step),
            }));
        }
        effects.push(Effect::Replenish);
        effects
    }

    fn request_failed(&mut self, error: ApiError, now: Instant) -> Vec<Effect> {
        match self.info.phase {
            Phase::Opening | Phase::Recovering => self.open_failed(self.current_stage(), error, now),
            Phase::Live => {
                if error.code == ErrorCode::StateUnwritable {
                    self.saving = None;
                }
                if error.code == ErrorCode::NotFinite {
                    self.wish.playing = false;
                }
                vec![tell(Notice::CommandRefused { error })]
            }
            Phase::Failed { .. } | Phase::Closed => Vec::new(),
        }
    }

    fn open_failed(&mut self, stage: Option<Stage>, error: ApiError, now: Instant) -> Vec<Effect> {
        if self.may_fall_back(stage, &error) {
            return self.fall_back(error, now);
        }
        self.fail(error, now)
    }

    /// Whether the CPU is left: CUDA was not asked for by name, and this came of it.
    fn may_fall_back(&self, stage: Option<Stage>, error: &ApiError) -> bool {
        let cuda = error.code == ErrorCode::CudaFailed || self.on_cuda || stage.is_some_and(Stage::is_cuda);
        cuda && self.plan.world.device == DeviceChoice::Auto
    }

    fn fall_back(&mut self, error: ApiError, now: Instant) -> Vec<Effect> {
        self.plan.world.device = DeviceChoice::Cpu;
        let mut effects = self.fail_stage(&error, now);
        effects.push(tell(Notice::CudaFellBack { error }));
        effects.extend(self.launch(now));
        effects
    }

    fn recover(&mut self, error: ApiError, now: Instant) -> Vec<Effect> {
        let window = self.settings.restart_window;
        while self
            .restarts
            .front()
            .is_some_and(|&at| now.duration_since(at) > window)
        {
            self.restarts.pop_front();
        }
        if self.restarts.len() >= self.settings.restarts {
            return self.fail(error, now);
        }
        self.restarts.push_back(now);
        let step = self.info.status.as_ref().map_or(0, |status| status.step);
        self.lost.get_or_insert(Lost { error, step });
        self.info.phase = Phase::Recovering;
        self.launch(now)
    }

    fn fail(&mut self, error: ApiError, now: Instant) -> Vec<Effect> {
        let mut effects = self.fail_stage(&error, now);
        self.info.phase = Phase::Failed { error };
        effects.extend([self.tell_session(), Effect::DropEngine, Effect::Replenish]);
        effects
    }

    fn tell_session(&self) -> Effect {
        Effect::Tell(Event::Session(Box::new(self.info.clone())))
    }

    fn current_stage(&self) -> Option<Stage> {
        let last = self
            .info
            .stages
            .iter()
            .rfind(|report| !matches!(report.state, StageState::Done { .. }))?;
        Some(last.stage)
    }

    /// The stage that had begun is over, badly: the engine cannot say so itself when it died in it.
    fn fail_stage(&mut self, error: &ApiError, now: Instant) -> Vec<Effect> {
        let begun = self
            .info
            .stages
            .iter()
            .rfind(|report| report.state == StageState::Started);
        let Some(stage) = begun.map(|report| report.stage) else {
            return Vec::new();
        };
        let failed = StageState::Failed {
            seconds: self.stage_seconds(now),
            error: error.clone(),
        };
        vec![self.stage(stage, failed, now)]
    }

    fn stage_seconds(&self, now: Instant) -> f64 {
        self.stage_began
            .map_or(0.0, |began| now.duration_since(began).as_secs_f64())
    }

    /// Notes how far a stage is: each stage once, in order.
    fn stage(&mut self, stage: Stage, how_far: StageState, now: Instant) -> Effect {
        self.on_cuda |= stage.is_cuda();
        match &how_far {
            StageState::Started => self.stage_began = Some(now),
            StageState::Done { seconds, .. } if stage == Stage::Export => self.export_seconds = *seconds,
            StageState::Done { .. } | StageState::Failed { .. } => {}
        }
        let report = StageReport {
            stage,
            state: how_far,
        };
        let stages = &mut self.info.stages;
        match stages.binary_search_by_key(&stage, |report| report.stage) {
            Ok(there) => {
                if let Some(known) = stages.get_mut(there) {
                    *known = report.clone();
                }
            }
            Err(place) => stages.insert(place, report.clone()),
        }
        Effect::Tell(Event::Stage(report))
    }

    /// Where the world is computed, once it is there.
    pub fn device(&self) -> Option<Device> {
        self.info.world.as_ref().map(|world| world.device)
    }
}

fn tell(notice: Notice) -> Effect {
    Effect::Tell(Event::Notice(notice))
}

#[cfg(test)]
mod tests;
