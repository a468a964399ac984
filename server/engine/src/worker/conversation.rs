//! The main thread: takes requests one after the other, and lets the world step in between.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use atheria_shared::engine::{EngineEvent, EngineRequest, LawJob};
use atheria_shared::world::WorldCommand;
use atheria_shared::{ApiError, ErrorCode};

use super::activity::Activity;
use super::inbox::{Inbox, Next};
use super::live::{Live, Manner, check_steps};
use super::opening::{self, Opening};
use super::outbox::Outbox;
use super::stages::Stages;

/// Time between two [`EngineEvent::Progress`].
const PROGRESS_EVERY: Duration = Duration::from_millis(250);

/// What is being talked about: at most one world.
#[derive(Debug)]
pub(super) struct Conversation {
    inbox: Inbox,
    outbox: Outbox,
    activity: Activity,
    live: Option<Live>,
}

impl Conversation {
    pub(super) fn new(inbox: Inbox, outbox: Outbox, activity: Activity) -> Self {
        Self {
            inbox,
            outbox,
            activity,
            live: None,
        }
    }

    /// Runs until it is told to stop, or there is nobody to talk to.
    pub(super) fn run(&mut self) {
        loop {
            match self.next() {
                Next::Request(request) => {
                    self.activity.begin();
                    if self.answer(request).is_break() {
                        return;
                    }
                }
                Next::Nothing => {}
                Next::Over => return,
            }
            if let Some(live) = &mut self.live {
                self.activity.begin();
                live.turn(&self.outbox);
            }
        }
    }

    fn next(&self) -> Next {
        let wait = self
            .live
            .as_ref()
            .map_or(Some(None), |live| match live.wait(Instant::now()) {
                Some(Duration::ZERO) => None,
                wait => Some(wait),
            });
        let Some(wait) = wait else {
            return self.inbox.look();
        };
        self.activity.rest();
        self.inbox.wait(wait)
    }

    fn answer(&mut self, request: EngineRequest) -> ControlFlow<()> {
        let answered = match request {
            EngineRequest::Stop => return ControlFlow::Break(()),
            EngineRequest::Export { law } => self.export(&law),
            EngineRequest::Open {
                law,
                world,
                step,
                view,
                steps_per_second,
                play,
                watched,
            } => self.open(
                &law,
                &Opening {
                    spec: world,
                    step,
                    steps_per_second,
                    manner: Manner { view, play, watched },
                },
            ),
            EngineRequest::World(command) => self.live().and_then(|live| live.drive(&command)),
            EngineRequest::Run { steps } => return self.make_steps(steps),
            EngineRequest::Save { path } => self.save(path),
        };
        if let Err(error) = answered {
            self.outbox.say(&EngineEvent::Failed { error });
        }
        ControlFlow::Continue(())
    }

    fn live(&mut self) -> Result<&mut Live, ApiError> {
        self.live
            .as_mut()
            .ok_or_else(|| ApiError::new(ErrorCode::NotReady, "there is no world yet"))
    }

    fn export(&self, job: &LawJob) -> Result<(), ApiError> {
        let mut stages = Stages::new(&self.outbox, &self.activity);
        let (_, report) = opening::law(job, None, &mut stages)?;
        self.outbox.say(&EngineEvent::Exported(report));
        Ok(())
    }

    /// A world that was there stays until the new one is.
    fn open(&mut self, job: &LawJob, opening: &Opening) -> Result<(), ApiError> {
        let mut stages = Stages::new(&self.outbox, &self.activity);
        let (law, report) = opening::law(job, Some(&opening.spec.init), &mut stages)?;
        self.outbox.say(&EngineEvent::Exported(report));
        let live = opening::world(job, &law, opening, &mut stages)?;
        self.outbox.say(&EngineEvent::Ready(live.info().clone()));
        self.live = Some(live);
        Ok(())
    }

    fn save(&mut self, path: PathBuf) -> Result<(), ApiError> {
        let world = self.live()?.world();
        world.save(&path)?;
        let step = world.step_count();
        self.outbox.say(&EngineEvent::Saved { path, step });
        Ok(())
    }

    /// [`EngineRequest::Run`]: steps without frames. A pause ends it early, a save is made on the way, a stop ends all.
    fn make_steps(&mut self, steps: u64) -> ControlFlow<()> {
        let began = Instant::now();
        let mut said = began;
        let fail = |outbox: &Outbox, error| outbox.say(&EngineEvent::Failed { error });
        match check_steps(steps).and_then(|()| self.live()) {
            Ok(live) => live.pause(),
            Err(error) => {
                fail(&self.outbox, error);
                return ControlFlow::Continue(());
            }
        }
        for _ in 0..steps {
            match self.inbox.look() {
                Next::Nothing => {}
                Next::Over | Next::Request(EngineRequest::Stop) => return ControlFlow::Break(()),
                Next::Request(EngineRequest::World(WorldCommand::Pause)) => break,
                Next::Request(EngineRequest::Save { path }) => {
                    if let Err(error) = self.save(path) {
                        fail(&self.outbox, error);
                    }
                }
                Next::Request(_) => fail(
                    &self.outbox,
                    ApiError::new(ErrorCode::NotReady, "a run is under way; pause it first"),
                ),
            }
            self.activity.begin();
            let step = match self.live() {
                Ok(live) => live.step().map(|()| live.world().step_count()),
                Err(error) => Err(error),
            };
            match step {
                Ok(step) if said.elapsed() >= PROGRESS_EVERY => {
                    said = Instant::now();
                    self.outbox.say(&EngineEvent::Progress { step });
                }
                Ok(_) => {}
                Err(error) => {
                    fail(&self.outbox, error);
                    return ControlFlow::Continue(());
                }
            }
        }
        if let Some(live) = &self.live {
            self.outbox.say(&EngineEvent::Ran {
                step: live.world().step_count(),
                seconds: began.elapsed().as_secs_f64(),
            });
        }
        ControlFlow::Continue(())
    }
}
