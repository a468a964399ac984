//! The main thread: takes requests one after the other, and lets the world step in between.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use atheria_shared::engine::{EngineEvent, EngineRequest, LawJob};
use atheria_shared::limits;
use atheria_shared::world::{WorldCommand, WorldSpec};
use atheria_shared::{ApiError, Cause, ErrorCode};

use crate::diagnose;
use crate::torchscript::Keep;

use super::activity::Activity;
use super::inbox::{Inbox, Next};
use super::live::{Live, Manner};
use super::opening::{self, Found, Opening};
use super::outbox::Outbox;
use super::run::Run;
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
                show,
                watched,
            } => self.open(
                &law,
                &Opening {
                    spec: world,
                    step,
                    steps_per_second,
                    manner: Manner { view, play, watched },
                    show,
                },
            ),
            EngineRequest::World(command) => {
                let outbox = self.outbox.clone();
                self.live().and_then(|live| live.drive(&command, &outbox))
            }
            EngineRequest::Hold { held } => self.live().map(|live| live.hold(held)),
            EngineRequest::Frame => {
                // It may have been asked before the world was there, or for one that is not any more.
                if let Some(live) = &mut self.live {
                    live.ask_for_frame();
                }
                Ok(())
            }
            EngineRequest::Inspect { law } => self.inspect(&law),
            EngineRequest::Diagnose { law, world, scratch } => {
                self.diagnose(&law, &world, &scratch);
                Ok(())
            }
            EngineRequest::Run {
                steps,
                events,
                series,
            } => return self.run_steps(Run::new(steps, events, series)),
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
        let (_, report) = opening::law(job, None, Keep::Must, &mut stages)?;
        self.outbox.say(&EngineEvent::Exported(report));
        Ok(())
    }

    /// A world that was there stays until the new one is.
    fn open(&mut self, job: &LawJob, opening: &Opening) -> Result<(), ApiError> {
        let mut stages = Stages::new(&self.outbox, &self.activity);
        let live = match opening::find(job, Some(&opening.spec.init), &mut stages)? {
            Found::Layers(law, report) => {
                self.outbox.say(&EngineEvent::Exported(report));
                opening::world(job, &law, opening, &mut stages)?
            }
            Found::Foreign(law, about) => opening::foreign_world(job, &law, about, opening, &mut stages)?,
        };
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

    fn inspect(&self, job: &LawJob) -> Result<(), ApiError> {
        let mut stages = Stages::new(&self.outbox, &self.activity);
        let law = match opening::find(job, None, &mut stages)? {
            Found::Layers(law, report) => {
                self.outbox.say(&EngineEvent::Exported(report));
                law
            }
            Found::Foreign(_, about) => {
                self.outbox.say(&EngineEvent::Probed(about));
                return Ok(());
            }
        };
        let mut measuring = opening::measuring(job, &law, job.gamma);
        let known = opening::character(&mut measuring, limits::CHARACTER, &mut stages)?;
        let character = known.character.ok_or_else(|| {
            ApiError::new(
                ErrorCode::NotFinite,
                "the law's character cannot be measured: it makes values that are not finite",
            )
            .because(Cause::NotFinite {
                step: None,
                place: None,
            })
        })?;
        self.outbox.say(&EngineEvent::Character(character));
        Ok(())
    }

    fn diagnose(&self, job: &LawJob, world: &WorldSpec, scratch: &Path) {
        diagnose::run(job, world, scratch, &mut |report| {
            self.activity.begin();
            self.outbox.say(&EngineEvent::Checked(report));
        });
        self.outbox.say(&EngineEvent::Diagnosed);
    }

    /// [`EngineRequest::Run`]: steps without frames. A pause ends it early, a save is made on the way, a stop ends all.
    fn run_steps(&mut self, run: Result<Run, ApiError>) -> ControlFlow<()> {
        match run.and_then(|run| self.make_steps(run)) {
            Ok(flow) => flow,
            Err(error) => {
                self.outbox.say(&EngineEvent::Failed { error });
                ControlFlow::Continue(())
            }
        }
    }

    fn make_steps(&mut self, mut run: Run) -> Result<ControlFlow<()>, ApiError> {
        let mut said = Instant::now();
        let (mut stepping, mut flops) = (Duration::ZERO, 0.0);
        self.live()?.pause();
        run.begin(self.live()?)?;
        for _ in 0..run.steps() {
            match self.inbox.look() {
                Next::Nothing | Next::Request(EngineRequest::Frame) => {}
                Next::Over | Next::Request(EngineRequest::Stop) => return Ok(ControlFlow::Break(())),
                Next::Request(EngineRequest::World(WorldCommand::Pause)) => break,
                Next::Request(EngineRequest::Save { path }) => {
                    if let Err(error) = self.save(path) {
                        self.outbox.say(&EngineEvent::Failed { error });
                    }
                }
                Next::Request(_) => self.outbox.say(&EngineEvent::Failed {
                    error: ApiError::new(ErrorCode::NotReady, "a run is under way; pause it first")
                        .because(Cause::Running),
                }),
            }
            self.activity.begin();
            let began = Instant::now();
            let live = self.live()?;
            live.step()?;
            stepping += began.elapsed();
            flops += live.world().flops_of_last();
            run.stepped(live)?;
            if said.elapsed() >= PROGRESS_EVERY {
                said = Instant::now();
                let step = live.world().step_count();
                self.outbox.say(&EngineEvent::Progress { step });
            }
        }
        run.finish()?;
        let live = self.live()?;
        let ran = EngineEvent::Ran {
            step: live.world().step_count(),
            seconds: stepping.as_secs_f64(),
            flops,
            numbers: live.numbers()?,
        };
        self.outbox.say(&ran);
        Ok(ControlFlow::Continue(()))
    }
}
