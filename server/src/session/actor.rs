//! The task of a session: owns its engine and its [`Machine`], and does what the machine says.

use std::collections::VecDeque;
use std::future::pending;
use std::path::{Path, PathBuf};
use std::time::Duration;

use atheria_shared::engine::{EngineEvent, EngineRequest};
use atheria_shared::limits::PULSE;
use atheria_shared::pulse::Pulse;
use atheria_shared::session::{Event, SessionInfo};
use atheria_shared::{ApiError, SessionId};
use tokio::sync::broadcast::error::SendError;
use tokio::sync::{broadcast, mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at, sleep_until};
use tokio_util::sync::CancellationToken;

use super::audience::Audience;
use super::handle::{Command, SessionHandle};
use super::{Effect, Machine, SessionSettings};
use crate::supervisor::{Chosen, Engine, EngineError, Engines, Frame, Output};

/// Commands that wait for the actor.
const COMMANDS_WAITING: usize = 64;
/// How soon an engine that could not be asked for a frame is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(100);
/// Notices that are kept while nobody watches: the first viewer may come after the first of them.
const NOTICES_KEPT: usize = 16;

/// What an actor is made of.
pub(super) struct Parts {
    pub(super) machine: Machine,
    pub(super) engines: Engines,
    pub(super) settings: SessionSettings,
    pub(super) shut_down: CancellationToken,
}

/// A session that was closed.
pub(super) struct Closed {
    pub(super) id: SessionId,
    /// A saved world that it leaves behind.
    pub(super) stranded: Option<PathBuf>,
}

/// A session and the future that runs it until it is closed.
pub(super) fn session(parts: Parts) -> (SessionHandle, impl Future<Output = Closed> + Send + 'static) {
    let (commands, command_receiver) = mpsc::channel(COMMANDS_WAITING);
    let (info_sender, info) = watch::channel(parts.machine.info().clone());
    let (events, _) = broadcast::channel(parts.settings.events_waiting.max(1));
    let (frame_sender, frames) = watch::channel(None);
    let (abandoned_sender, abandoned) = watch::channel(None);
    let audience = Audience::new(parts.settings.viewers);
    let handle = SessionHandle {
        commands,
        info,
        events: events.downgrade(),
        frames,
        audience: audience.clone(),
        abandoned,
    };
    let actor = Actor {
        machine: parts.machine,
        engines: parts.engines,
        settings: parts.settings,
        shut_down: parts.shut_down,
        engine: None,
        engine_frames: None,
        frame_due: None,
        frame_asked: false,
        launching: None,
        info: info_sender,
        events,
        frames: frame_sender,
        audience,
        abandoned: abandoned_sender,
        unwatched_since: Some(Instant::now()),
        untold: VecDeque::new(),
    };
    (handle, actor.run(command_receiver))
}

/// An engine, and the device that its world is to be computed on.
type Launch = Result<(Engine, Chosen), EngineError>;

struct Actor {
    machine: Machine,
    engines: Engines,
    settings: SessionSettings,
    shut_down: CancellationToken,
    engine: Option<Engine>,
    engine_frames: Option<watch::Receiver<Option<Frame>>>,
    /// When the engine is to be asked for a frame; none: nobody wants one, or it was asked and has not made it yet.
    frame_due: Option<Instant>,
    frame_asked: bool,
    launching: Option<JoinHandle<Launch>>,
    info: watch::Sender<SessionInfo>,
    events: broadcast::Sender<Event>,
    frames: watch::Sender<Option<Frame>>,
    audience: Audience,
    abandoned: watch::Sender<Option<Instant>>,
    unwatched_since: Option<Instant>,
    untold: VecDeque<Event>,
}

enum Happening {
    Command(Option<Command>),
    Engine(Output),
    Launched(Launch),
    Frame,
    FrameWanted,
    FrameDue,
    Audience,
    SaveDue,
    /// How late it is: for so long nothing was heard here.
    Pulse(Duration),
    Unwatched,
    ShutDown,
}

impl Actor {
    async fn run(mut self, mut commands: mpsc::Receiver<Command>) -> Closed {
        let effects = self.machine.launch(Instant::now());
        self.act(effects);
        let mut autosave = interval_at(Instant::now() + self.settings.autosave, self.settings.autosave);
        autosave.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut pulse = interval(PULSE);
        pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let closing = loop {
            let unwatched = self.unwatched_since.map(|since| since + self.settings.unwatched);
            let happening = tokio::select! {
                command = commands.recv() => Happening::Command(command),
                output = next_output(&mut self.engine) => Happening::Engine(output),
                launched = launched(&mut self.launching) => Happening::Launched(launched),
                () = frame_changed(&mut self.engine_frames) => Happening::Frame,
                () = self.audience.frame_wanted() => Happening::FrameWanted,
                () = until(self.frame_due) => Happening::FrameDue,
                () = self.audience.changed() => Happening::Audience,
                _ = autosave.tick() => Happening::SaveDue,
                due = pulse.tick() => Happening::Pulse(due.elapsed()),
                () = until(unwatched) => Happening::Unwatched,
                () = self.shut_down.cancelled() => Happening::ShutDown,
            };
            match happening {
                Happening::Command(Some(Command::Close(reply))) => break Some(reply),
                Happening::Command(None) | Happening::Unwatched | Happening::ShutDown => break None,
                Happening::Command(Some(Command::World(command, reply))) => {
                    let result = self.machine.command(command, Instant::now());
                    let done = result.and_then(|effects| self.act_on_command(effects));
                    // Whoever asked may be gone.
                    let _ = reply.send(done);
                }
                Happening::Command(Some(Command::Events(reply))) => {
                    let _ = reply.send(self.machine.events());
                }
                Happening::Engine(output) => self.on_output(output),
                Happening::Launched(Ok((engine, chosen))) => {
                    self.launching = None;
                    self.engine_frames = Some(engine.frames());
                    self.engine = Some(engine);
                    let effects = self.machine.launched(chosen, Instant::now());
                    self.act(effects);
                }
                Happening::Launched(Err(error)) => {
                    self.launching = None;
                    let effects = self.machine.ended(error, Instant::now());
                    self.act(effects);
                }
                Happening::Frame => {
                    self.frame_asked = false;
                    self.forward_frame();
                }
                Happening::FrameWanted => {
                    if !self.frame_asked {
                        self.frame_due.get_or_insert_with(Instant::now);
                    }
                }
                Happening::FrameDue => self.ask_for_frame(),
                Happening::Audience => self.count_viewers(),
                Happening::SaveDue => {
                    let effects = self.machine.save_due(Instant::now());
                    self.act(effects);
                }
                Happening::Pulse(late) => self.tell(Event::Pulse(self.pulse(late))),
            }
        };
        let effects = self.machine.close();
        self.act(effects);
        let id = self.machine.info().id.clone();
        if let Some(launching) = self.launching.take() {
            self.engines.dispose(launching);
        }
        if let Some(engine) = self.engine.take() {
            engine.stop().await;
        }
        if let Some(reply) = closing {
            let _ = reply.send(());
        }
        Closed {
            id,
            stranded: self.machine.stranded().map(Path::to_owned),
        }
    }

    fn on_output(&mut self, output: Output) {
        let now = Instant::now();
        let effects = match output {
            Output::Event(event) => {
                if matches!(event, EngineEvent::Ready(_)) {
                    self.forward_frame();
                }
                self.machine.heard(event, now)
            }
            Output::Ended(error) => {
                self.drop_engine();
                self.machine.ended(error, now)
            }
        };
        self.act(effects);
    }

    fn forward_frame(&mut self) {
        if let Some(frames) = &mut self.engine_frames
            && let Some(frame) = frames.borrow_and_update().clone()
        {
            self.frames.send_replace(Some(frame));
        }
    }

    /// Asks the engine for a frame; one that is too busy to be asked is asked again, one that does not live yet shows itself.
    fn ask_for_frame(&mut self) {
        self.frame_due = None;
        if let Some(engine) = &self.engine {
            self.frame_asked = engine.send(EngineRequest::Frame).is_ok();
            if !self.frame_asked {
                self.frame_due = Some(Instant::now() + ASK_AGAIN);
            }
        }
    }

    fn count_viewers(&mut self) {
        let viewers = self.audience.count();
        let effects = self.machine.watched_by(viewers);
        self.act(effects);
        if viewers > 0 {
            self.unwatched_since = None;
            self.abandoned.send_replace(None);
            for event in std::mem::take(&mut self.untold) {
                self.tell(event);
            }
        } else if self.unwatched_since.is_none() {
            let now = Instant::now();
            self.unwatched_since = Some(now);
            self.abandoned.send_replace(Some(now));
        }
    }

    fn pulse(&self, late: Duration) -> Pulse {
        let now = Instant::now();
        let vital = self.engine.as_ref().map(Engine::vital);
        let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Pulse {
            engine_silent_ms: vital.map(|vital| ms(vital.silent(now, late))),
            busy_ms: vital.map_or(0, |vital| ms(vital.busy(now))),
            viewers: self.audience.count(),
        }
    }

    fn drop_engine(&mut self) {
        self.engine = None;
        self.frame_due = None;
        self.frame_asked = false;
        self.engine_frames = None;
    }

    /// Tells every viewer; when there is none, only notices are worth keeping.
    fn tell(&mut self, event: Event) {
        if let Err(SendError(event @ Event::Notice(_))) = self.events.send(event) {
            if self.untold.len() == NOTICES_KEPT {
                self.untold.pop_front();
            }
            self.untold.push_back(event);
        }
    }

    /// As [`Actor::act`], but a request that the engine does not take is the caller's to know.
    fn act_on_command(&mut self, effects: Vec<Effect>) -> Result<(), ApiError> {
        if let ([Effect::Send(request)], Some(engine)) = (effects.as_slice(), &self.engine) {
            let taken = engine.send(request.clone());
            if taken.is_err() {
                self.machine.not_taken(request);
            }
            taken?;
        } else {
            self.act(effects);
        }
        Ok(())
    }

    fn act(&mut self, effects: Vec<Effect>) {
        // The state is there before anybody is told of it: a viewer that comes now sees it twice, never not at all.
        self.info.send_replace(self.machine.info().clone());
        for effect in effects {
            match effect {
                Effect::Tell(event) => self.tell(event),
                Effect::Send(request) => {
                    if let Some(engine) = &self.engine
                        && let Err(error) = engine.send(request)
                    {
                        tracing::warn!(%error, "a request did not reach the engine");
                    }
                }
                Effect::Launch => {
                    self.drop_engine();
                    let engines = self.engines.clone();
                    let choice = self.machine.device_wanted();
                    self.launching = Some(tokio::spawn(async move { engines.take_for(choice).await }));
                }
                Effect::DropEngine => self.drop_engine(),
                Effect::Replenish => self.engines.replenish(),
            }
        }
    }
}

async fn next_output(engine: &mut Option<Engine>) -> Output {
    match engine {
        Some(engine) => engine.next().await,
        None => pending().await,
    }
}

async fn launched(launching: &mut Option<JoinHandle<Launch>>) -> Launch {
    match launching {
        Some(launch) => launch.await.unwrap_or_else(|_| {
            Err(EngineError::Died {
                status: None,
                stage: None,
                last_words: Vec::new(),
            })
        }),
        None => pending().await,
    }
}

async fn frame_changed(frames: &mut Option<watch::Receiver<Option<Frame>>>) {
    match frames {
        // A sender that is gone never changes again; the engine's end is told elsewhere.
        Some(receiver) => {
            if receiver.changed().await.is_err() {
                *frames = None;
                pending::<()>().await;
            }
        }
        None => pending().await,
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => pending().await,
    }
}
