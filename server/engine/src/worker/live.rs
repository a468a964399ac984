//! A world that is driven and watched: when it steps, when it is shown, what it reports.

use std::time::{Duration, Instant};

use atheria_shared::cause::{Quantity, Range};
use atheria_shared::engine::EngineEvent;
use atheria_shared::limits::{FRAMES_PER_SECOND, STEPS_PER_REQUEST};
use atheria_shared::show::Show;
use atheria_shared::tool::{Stroke, ToolEvent};
use atheria_shared::view::View;
use atheria_shared::world::{WorldCommand, WorldInfo, WorldNumbers, WorldStatus};
use atheria_shared::{ApiError, Cause, ErrorCode};
use tch::Device;

use crate::view::{Scene, Viewer};
use crate::world::{Sight, World};

use super::failure::on_cuda;
use super::measuring::Measuring;
use super::outbox::Outbox;
use super::pace::Pace;
use super::show::Showing;

/// Time between two statuses, at least.
const STATUS_EVERY: Duration = Duration::from_millis(100);
/// Time between two frames, at least.
const FRAME_EVERY: Duration = Duration::from_micros(1_000_000 / FRAMES_PER_SECOND as u64);
/// Frames may take one part in this many of the time.
const FRAME_SHARE: u32 = 3;
/// How soon a frame that found no room is tried again.
const FRAME_RETRY: Duration = Duration::from_millis(4);
/// How often it is asked what has become known of the law's character, while a world stands still.
const LEARN_EVERY: Duration = Duration::from_millis(500);

/// How a world begins its life.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    /// What is shown.
    pub(super) view: View,
    /// Whether it plays at once.
    pub(super) play: bool,
    /// Whether frames and statuses are wanted.
    pub(super) watched: bool,
}

/// What the world is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Motion {
    Paused,
    Playing,
    /// So many steps are left of a [`WorldCommand::Step`].
    Stepping(u64),
}

/// A world and all that belongs to it.
#[derive(Debug)]
pub(super) struct Live {
    world: World,
    info: WorldInfo,
    pace: Pace,
    motion: Motion,
    view: View,
    viewer: Viewer,
    watched: bool,
    /// Whether it stands still, whatever its motion is.
    held: bool,
    frame: Due,
    demand: Demand,
    status: Due,
    /// What is still found out of the law's character.
    learning: Option<Measuring>,
    /// What it plays by itself.
    show: Showing,
}

/// Whether anybody can take a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Demand {
    /// Nobody has said: each may be made.
    Unknown,
    /// The next may be made.
    One,
    /// None may be made until it is asked for.
    None,
}

/// Something that is made from time to time, after something has changed.
#[derive(Debug, Clone, Copy)]
struct Due {
    wanted: bool,
    next: Instant,
}

impl Due {
    fn want(&mut self) {
        self.wanted = true;
    }

    fn is_due(&self, now: Instant) -> bool {
        self.wanted && now >= self.next
    }

    fn wait(&self, now: Instant) -> Option<Duration> {
        self.wanted.then(|| self.next.saturating_duration_since(now))
    }
}

impl Live {
    /// A world that has just been made.
    pub(super) fn new(world: World, info: WorldInfo, pace: Pace, manner: Manner) -> Self {
        let first = Due {
            wanted: manner.watched,
            next: Instant::now(),
        };
        Self {
            view: manner.view.within(info.params.d_state),
            world,
            info,
            pace,
            motion: if manner.play {
                Motion::Playing
            } else {
                Motion::Paused
            },
            viewer: Viewer::default(),
            watched: manner.watched,
            held: false,
            frame: first,
            demand: Demand::Unknown,
            status: first,
            learning: None,
            show: Showing::default(),
        }
    }

    /// The same, while more becomes known of its law's character.
    pub(super) fn learning(self, learning: Option<Measuring>) -> Self {
        Self { learning, ..self }
    }

    /// The same with what it plays by itself, from its step on.
    pub(super) fn showing(self, show: Option<Show>) -> Self {
        Self {
            show: Showing::new(show, self.world.step_count()),
            ..self
        }
    }

    /// What does not change while it lives, but for what is found out of its law.
    pub(super) fn info(&self) -> &WorldInfo {
        &self.info
    }

    /// The world.
    pub(super) fn world(&self) -> &World {
        &self.world
    }

    /// How much there is in it.
    pub(super) fn numbers(&mut self) -> Result<WorldNumbers, ApiError> {
        self.world.numbers().map_err(|error| self.failed(error.into()))
    }

    /// How long there is nothing to do; none: until a request comes.
    pub(super) fn wait(&self, now: Instant) -> Option<Duration> {
        let step = self.until_step(now);
        let learn = self.learning.is_some().then_some(LEARN_EVERY);
        let frame = self.frame.wait(now).filter(|_| self.demand != Demand::None);
        [step, frame, self.status.wait(now), learn]
            .into_iter()
            .flatten()
            .min()
    }

    /// How long until the next step; none: there is none to be made.
    fn until_step(&self, now: Instant) -> Option<Duration> {
        if self.held {
            return None;
        }
        match self.motion {
            Motion::Paused => None,
            Motion::Playing if self.show.is_over() => None,
            Motion::Playing => Some(self.pace.until_due(now)),
            Motion::Stepping(_) => Some(Duration::ZERO),
        }
    }

    /// Stands still whatever was asked for, or goes on with it.
    pub(super) fn hold(&mut self, held: bool) {
        if std::mem::replace(&mut self.held, held) != held {
            self.pace.start(Instant::now());
            self.want_status();
        }
    }

    /// Somebody can take a frame.
    pub(super) fn ask_for_frame(&mut self) {
        self.demand = Demand::One;
    }

    /// Does what a viewer asks for.
    pub(super) fn drive(&mut self, command: &WorldCommand, outbox: &Outbox) -> Result<(), ApiError> {
        let now = Instant::now();
        match *command {
            WorldCommand::Play => {
                if self.motion != Motion::Playing {
                    self.pace.start(now);
                }
                self.motion = Motion::Playing;
                self.hold(false);
            }
            WorldCommand::Pause => self.motion = Motion::Paused,
            WorldCommand::Step { steps } => {
                check_steps(steps)?;
                self.pace.start(now);
                self.motion = Motion::Stepping(steps);
                self.hold(false);
            }
            WorldCommand::Reset => {
                self.reset()?;
                self.show.begin_again();
                outbox.say(&EngineEvent::Reset);
            }
            WorldCommand::Speed { steps_per_second } => self.pace.set(steps_per_second, now)?,
            WorldCommand::View(view) => {
                self.view = view.within(self.info.params.d_state);
                self.want_frame();
            }
            WorldCommand::Tool { ref stroke } => {
                let event = self.apply(stroke)?;
                self.show.leave();
                outbox.say(&EngineEvent::Applied(event));
                self.want_frame();
            }
            WorldCommand::Execution { execution } => self
                .world
                .set_execution(execution)
                .map_err(|error| self.failed(error.into()))?,
        }
        self.want_status();
        Ok(())
    }

    /// Makes the step, the frame and the status that are due now.
    pub(super) fn turn(&mut self, outbox: &Outbox) {
        let now = Instant::now();
        self.learn(outbox);
        let step = self.until_step(now) == Some(Duration::ZERO);
        if step && let Err(error) = self.go_on(outbox) {
            self.motion = Motion::Paused;
            self.want_status();
            outbox.say(&EngineEvent::Failed { error });
        }
        if self.demand != Demand::None && self.frame.is_due(Instant::now()) {
            self.show(outbox);
        }
        if self.status.is_due(Instant::now()) {
            self.report(outbox);
        }
    }

    /// Says what has become known of the law's character, and takes it into account.
    fn learn(&mut self, outbox: &Outbox) {
        let Some(learning) = &mut self.learning else {
            return;
        };
        let news = learning.news();
        if learning.is_over() {
            self.learning = None;
        }
        let Some(news) = news else { return };
        if let Some(lambda) = news.character.as_ref().and_then(|character| character.lambda) {
            self.world.set_lambda(lambda);
        }
        self.info.character = news.character;
        if let Some(character) = &self.info.character {
            outbox.say(&EngineEvent::Character(character.clone()));
        }
        self.want_status();
    }

    /// The strokes of the show that are due, and a step. At the show's end there is none: playing, the world is to begin again;
    /// by hand, it goes on without a show.
    fn go_on(&mut self, outbox: &Outbox) -> Result<(), ApiError> {
        let step = self.world.step_count();
        if self.show.ends_at(step) {
            if self.motion == Motion::Playing {
                self.show.end();
                self.want_status();
                outbox.say(&EngineEvent::ShowOver);
                return Ok(());
            }
            self.show.leave();
        }
        while let Some(stroke) = self.show.due(step) {
            match self.apply(&stroke) {
                Ok(event) => outbox.say(&EngineEvent::Played(event)),
                Err(error) => {
                    self.show.leave();
                    return Err(error);
                }
            }
        }
        self.step()
    }

    /// One step, and what follows from it.
    pub(super) fn step(&mut self) -> Result<(), ApiError> {
        self.world.advance().map_err(|error| self.failed(error.into()))?;
        self.pace.stepped(Instant::now());
        if let Motion::Stepping(left) = self.motion {
            self.motion = match left - 1 {
                0 => Motion::Paused,
                left => Motion::Stepping(left),
            };
        }
        self.want_frame();
        self.want_status();
        Ok(())
    }

    /// Does something to the world.
    pub(super) fn apply(&mut self, stroke: &Stroke) -> Result<ToolEvent, ApiError> {
        stroke.check()?;
        self.world
            .apply(stroke)
            .map_err(|error| self.failed(error.into()))
    }

    /// Stands still, until it is told otherwise.
    pub(super) fn pause(&mut self) {
        self.motion = Motion::Paused;
        self.want_status();
    }

    fn reset(&mut self) -> Result<(), ApiError> {
        let first = self.world.first_step();
        if first > 0 {
            return Err(ApiError::new(
                ErrorCode::NotReady,
                format!("this world was restored at step {first}; open it anew to go back to step 0"),
            )
            .because(Cause::Restored { step: first }));
        }
        self.world.reset().map_err(|error| self.failed(error.into()))?;
        // What was shown before says nothing of how far the values of a world that begins anew go.
        self.viewer = Viewer::default();
        self.pace.start(Instant::now());
        self.want_frame();
        Ok(())
    }

    fn show(&mut self, outbox: &Outbox) {
        let began = Instant::now();
        if !outbox.wants_frame() {
            self.frame.next = began + FRAME_RETRY;
            return;
        }
        match self.picture() {
            Ok(frame) => {
                outbox.show(&frame);
                if self.demand == Demand::One {
                    self.demand = Demand::None;
                }
            }
            Err(error) => {
                self.motion = Motion::Paused;
                outbox.say(&EngineEvent::Failed {
                    error: self.failed(error),
                });
            }
        }
        let now = Instant::now();
        self.frame = Due {
            wanted: false,
            next: (began + FRAME_EVERY).max(now + (now - began) * (FRAME_SHARE - 1)),
        };
    }

    fn picture(&mut self) -> Result<Vec<u8>, ApiError> {
        let (world, viewer, view, now) = (&self.world, &mut self.viewer, &self.view, Instant::now());
        let picture = match world.sight()? {
            Sight::Single(state, before) => viewer.picture(&Scene::of(world, state, before), view, now),
            Sight::Double(state, before) => viewer.picture(&Scene::of(world, state, before), view, now),
            Sight::Fetched(fetched) => {
                let (state, before) = *fetched;
                viewer.picture(&Scene::of(world, &state, before.as_ref()), view, now)
            }
        };
        Ok(picture.and_then(|picture| picture.encode())?)
    }

    fn report(&mut self, outbox: &Outbox) {
        let now = Instant::now();
        self.status = Due {
            wanted: false,
            next: now + STATUS_EVERY,
        };
        let numbers = match self.numbers() {
            Ok(numbers) => numbers,
            Err(error) => {
                self.motion = Motion::Paused;
                outbox.say(&EngineEvent::Failed { error });
                return;
            }
        };
        let moving = self.motion != Motion::Paused && !self.held;
        outbox.say(&EngineEvent::Status(WorldStatus {
            step: self.world.step_count(),
            playing: self.motion == Motion::Playing,
            target_steps_per_second: self.pace.target(),
            steps_per_second: if moving { self.pace.measured(now) } else { 0.0 },
            numbers,
            view: self.view,
            show_ends: self.show.ends(),
        }));
    }

    fn failed(&self, error: ApiError) -> ApiError {
        if self.world.plan().device == Device::Cpu {
            error
        } else {
            on_cuda(error)
        }
    }

    fn want_frame(&mut self) {
        if self.watched {
            self.frame.want();
        }
    }

    fn want_status(&mut self) {
        if self.watched {
            self.status.want();
        }
    }
}

/// That a number of steps can be asked for.
fn check_steps(steps: u64) -> Result<(), ApiError> {
    if (1..=STEPS_PER_REQUEST).contains(&steps) {
        return Ok(());
    }
    Err(ApiError::new(
        ErrorCode::BadRequest,
        format!("{steps} steps: 1 to {STEPS_PER_REQUEST} can be asked for at once"),
    )
    .because(Cause::OutOfRange {
        what: Quantity::Steps,
        value: (steps as f64).into(),
        range: Range::of(1.0, STEPS_PER_REQUEST as f64),
    }))
}
