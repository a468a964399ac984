//! The life of a session, pure: what happened goes in, what is to be done comes out as [`Effect`]s.
//!
//! ```text
//! Opening ── stages ──> Live ── engine died ──> Recovering ── stages ──> Live
//!    │ a CUDA stage failed: again on the CPU        │ too often
//!    └──────────── failed ──────────> Failed <──────┘            any ──> Closed
//! ```
//!
//! Invariants: a world is recovered only from a save that is of its present past (a reset voids older ones), and then the
//! record of what was done to it ends where that save does; CUDA is given up for good once it failed, and only when it was
//! not asked for by name; a world goes on with the weights that it was made with, or its session ends and says where it is saved.
//!
//! Its parts: `wish`, what the user asked last; `record`, what was done with tools; `saves`; `progress` of the stages.

mod progress;
mod record;
mod saves;
mod wish;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use atheria_shared::engine::{EngineEvent, EngineRequest, LawJob};
use atheria_shared::session::{Event, Notice, Phase, SessionInfo, Stage, StageReport, StageState};
use atheria_shared::tool::Events;
use atheria_shared::world::{Device, DeviceChoice, Placement, StartingMatter, WorldCommand, WorldSpec};
use atheria_shared::{ApiError, ErrorCode, SessionId};
use tokio::time::Instant;

use progress::Progress;
use record::Record;
use saves::Saves;
use wish::Wish;

use super::{Plan, SessionSettings};
use crate::supervisor::{Chosen, EngineError};

/// Something that the actor does for the machine.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a few at a time, done at once and never kept"
)]
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
    saves: Saves,
    record: Record,
    /// The checkpoint that the world was made with: another engine goes on with that one or not at all.
    weights_sha256: Option<String>,
    stranded: Option<PathBuf>,
    /// Whether the engine's world began with a save, so that its reset would lead there.
    resumed: bool,
    /// Whether somebody took the world into their own hands: then its show is over until a reset.
    own: bool,
    lost: Option<Lost>,
    /// Whether everybody who watched it has left.
    left: bool,
    restarts: VecDeque<Instant>,
    progress: Progress,
}

impl Machine {
    /// A session that is about to open. Its world is saved to one of `saves` and the other in turn.
    pub fn new(id: SessionId, plan: Plan, saves: [PathBuf; 2], settings: SessionSettings) -> Self {
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
            wish: Wish::of(&plan),
            plan,
            saves: Saves::new(saves),
            record: Record::default(),
            weights_sha256: None,
            stranded: None,
            resumed: false,
            own: false,
            lost: None,
            left: false,
            restarts: VecDeque::new(),
            progress: Progress::default(),
        }
    }

    /// The session as it is.
    pub fn info(&self) -> &SessionInfo {
        &self.info
    }

    /// What was done to its world.
    pub fn events(&self) -> Events {
        self.record.events()
    }

    /// So many watch it now. A world that everybody has left stands still until somebody comes back, and takes no time from one that is
    /// watched; one that nobody has watched yet is a script's, and goes on.
    pub fn watched_by(&mut self, viewers: usize) -> Vec<Effect> {
        let left = viewers == 0 && (self.info.viewers > 0 || self.left);
        self.info.viewers = viewers;
        if std::mem::replace(&mut self.left, left) == left || self.info.phase != Phase::Live {
            return Vec::new();
        }
        vec![Effect::Send(EngineRequest::Hold { held: left })]
    }

    /// Begins, or begins again.
    pub fn launch(&mut self, now: Instant) -> Vec<Effect> {
        self.saves.give_up();
        self.record.begin_again(self.saves.step().is_some());
        self.progress.begin_again(&mut self.info.stages);
        let started = self.stage(Stage::Start, StageState::Started, now);
        vec![
            Effect::Tell(Event::Session(Box::new(self.info.clone()))),
            started,
            Effect::Launch,
        ]
    }

    /// Which device an engine is launched for.
    pub fn device_wanted(&self) -> DeviceChoice {
        self.plan.world.device
    }

    /// There is an engine, for the device that was wanted or the one that is left.
    pub fn launched(&mut self, chosen: Chosen, now: Instant) -> Vec<Effect> {
        let done = StageState::Done {
            seconds: self.progress.seconds(now),
            error: None,
            cached: false,
        };
        let told = self.stage(Stage::Start, done, now);
        self.resumed = self.saves.step().is_some();
        let open = EngineRequest::Open {
            law: LawJob {
                expected_sha256: self.weights_sha256.clone(),
                ..self.plan.law.clone()
            },
            world: WorldSpec {
                device: chosen.device,
                ..self.world_to_open()
            },
            step: self.saves.step().unwrap_or(0),
            view: self.wish.view,
            steps_per_second: self.wish.steps_per_second,
            play: self.wish.playing,
            // Whoever took the world into their own hands keeps it, if what they did is not lost.
            show: self.plan.show.clone().filter(|_| !(self.resumed && self.own)),
            watched: true,
        };
        let mut effects = vec![told];
        // Told once: a recovery finds what the opening found.
        if let Some(error) = chosen.fell_back.filter(|_| self.info.world.is_none()) {
            effects.push(tell(Notice::CudaFellBack { error }));
        }
        effects.push(Effect::Send(open));
        effects
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
                let seconds = self.progress.export_seconds();
                vec![tell(Notice::Exported { export, seconds })]
            }
            EngineEvent::Ready(world) => {
                self.info.status.get_or_insert_with(|| self.wish.status());
                self.info.world = Some(world);
                if let Some(export) = self
                    .info
                    .export
                    .as_ref()
                    .filter(|export| !export.checkpoint_sha256.is_empty())
                {
                    self.weights_sha256
                        .get_or_insert_with(|| export.checkpoint_sha256.clone());
                }
                self.live()
            }
            EngineEvent::Status(status) => {
                self.own = self.plan.show.is_some() && status.show_ends.is_none();
                self.info.status = Some(status.clone());
                vec![Effect::Tell(Event::Status(status))]
            }
            EngineEvent::Saved { step, .. } => {
                if self.saves.arrived(step, now) {
                    self.record.saved();
                }
                Vec::new()
            }
            EngineEvent::Applied(event) if self.record.applied(event) => {
                vec![Effect::Tell(Event::Tool(event))]
            }
            EngineEvent::Played(event) => {
                self.record.played(event);
                vec![Effect::Tell(Event::Tool(event))]
            }
            EngineEvent::ShowOver => self.command(WorldCommand::Reset, now).unwrap_or_default(),
            EngineEvent::Reset => {
                self.record.reset();
                Vec::new()
            }
            EngineEvent::Failed { error } => self.request_failed(error, now),
            EngineEvent::Character(character) => match &mut self.info.world {
                Some(world) => {
                    world.character = Some(character);
                    vec![self.tell_session()]
                }
                None => Vec::new(),
            },
            EngineEvent::Applied(_)
            | EngineEvent::Hello { .. }
            | EngineEvent::Heartbeat { .. }
            | EngineEvent::Probed(_)
            | EngineEvent::Checked(_)
            | EngineEvent::Diagnosed
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
        let command = wish::checked(command, self.plan.law.params.d_state)?;
        self.wish.follow(&command);
        match command {
            WorldCommand::Tool { .. } => self.record.asked()?,
            WorldCommand::Reset => {
                self.saves.void();
                if self.resumed {
                    // The engine's own start is the saved world; the session's start needs a new one.
                    self.info.phase = Phase::Opening;
                    self.info.status = None;
                    return Ok(self.launch(now));
                }
            }
            _ => {}
        }
        Ok(vec![Effect::Send(EngineRequest::World(command))])
    }

    /// The engine did not take a request.
    pub fn not_taken(&mut self, request: &EngineRequest) {
        if matches!(request, EngineRequest::World(WorldCommand::Tool { .. })) {
            self.record.not_asked();
        }
    }

    /// The time for a save has come.
    pub fn save_due(&mut self, now: Instant) -> Vec<Effect> {
        let step = self.info.status.as_ref().map_or(0, |status| status.step);
        let touched = self.record.is_ahead_of_save();
        if self.info.phase != Phase::Live {
            return Vec::new();
        }
        let path = self.saves.begin(step, touched, now);
        path.map(|path| Effect::Send(EngineRequest::Save { path }))
            .into_iter()
            .collect()
    }

    /// Nobody wants it any more.
    pub fn close(&mut self) -> Vec<Effect> {
        self.info.phase = Phase::Closed;
        vec![self.tell_session()]
    }

    /// A saved world that the session could not go on from, though it is sound: not to be deleted with it.
    pub fn stranded(&self) -> Option<&Path> {
        self.stranded.as_deref()
    }

    /// What the session wants, where the saved world left it.
    fn world_to_open(&self) -> WorldSpec {
        let mut world = self.plan.world.clone();
        world.execution = self.wish.execution;
        if self.resumed {
            world.init = StartingMatter::File(self.saves.file().to_owned());
            world.place = Placement::Centre;
            world.grid = self.info.world.as_ref().map(|world| world.grid).or(world.grid);
        }
        world
    }

    fn live(&mut self) -> Vec<Effect> {
        self.info.phase = Phase::Live;
        let mut effects = vec![self.tell_session()];
        if let Some(Lost { error, step }) = self.lost.take() {
            let from_step = self.saves.step().unwrap_or(0);
            effects.push(tell(Notice::EngineRestarted {
                error,
                from_step,
                lost_steps: step.saturating_sub(from_step),
            }));
        }
        if self.left {
            effects.push(Effect::Send(EngineRequest::Hold { held: true }));
        }
        effects.push(Effect::Replenish);
        effects
    }

    fn request_failed(&mut self, error: ApiError, now: Instant) -> Vec<Effect> {
        match self.info.phase {
            Phase::Opening | Phase::Recovering => {
                self.open_failed(progress::current(&self.info.stages), error, now)
            }
            Phase::Live => {
                if error.code == ErrorCode::StateUnwritable {
                    self.saves.give_up();
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
        let cuda = error.code == ErrorCode::CudaFailed
            || self.progress.is_on_cuda()
            || stage.is_some_and(Stage::is_cuda);
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

    fn fail(&mut self, mut error: ApiError, now: Instant) -> Vec<Effect> {
        if let Some(step) = self.saves.step()
            && error.code == ErrorCode::CheckpointReplaced
        {
            let file = self.saves.file().to_owned();
            let words = "is saved, for as long as the server runs, in";
            error
                .details
                .push(format!("the world of step {step} {words} {}", file.display()));
            self.stranded = Some(file);
        }
        let mut effects = self.fail_stage(&error, now);
        self.info.phase = Phase::Failed { error };
        effects.extend([self.tell_session(), Effect::DropEngine, Effect::Replenish]);
        effects
    }

    fn tell_session(&self) -> Effect {
        Effect::Tell(Event::Session(Box::new(self.info.clone())))
    }

    fn fail_stage(&mut self, error: &ApiError, now: Instant) -> Vec<Effect> {
        let failed = self.progress.fail(&mut self.info.stages, error, now);
        failed
            .map(|report| Effect::Tell(Event::Stage(report)))
            .into_iter()
            .collect()
    }

    fn stage(&mut self, stage: Stage, how_far: StageState, now: Instant) -> Effect {
        let report = StageReport {
            stage,
            state: how_far,
        };
        Effect::Tell(Event::Stage(self.progress.note(
            &mut self.info.stages,
            report,
            now,
        )))
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
