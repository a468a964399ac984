//! Which deadline holds for an engine now, and whether it has passed. Pure: time comes from outside.
//!
//! Three clocks run beside each other. *Heard*: any message, heartbeats too, winds it up again. *Stage*: while stages
//! are owed, from a request to its first stage, within each stage, and between two; so with the checks of a diagnosis.
//! *Answer*: a save has to be answered. What heartbeats say of `busy_ms` covers the rest: one step, one command.

use std::fmt;
use std::time::Duration;

use atheria_shared::Cause;
use atheria_shared::cause::Wait;
use atheria_shared::engine::{EngineEvent, EngineRequest};
use atheria_shared::session::{Stage, StageState};
use tokio::time::Instant;

use super::error::{Seconds, stage_name};
use super::{Deadlines, Vital};

/// A deadline that passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missed {
    /// Nothing was heard.
    Heartbeat {
        /// How long it had.
        deadline: Duration,
    },
    /// A stage was not done.
    Stage {
        /// Which.
        stage: Stage,
        /// How long it had.
        deadline: Duration,
    },
    /// The next stage did not begin.
    NextStage {
        /// How long it had.
        deadline: Duration,
    },
    /// One check of a diagnosis was not made.
    Check {
        /// How long it had.
        deadline: Duration,
    },
    /// One step or one command was not done.
    Busy {
        /// How long it had.
        deadline: Duration,
    },
}

impl Missed {
    /// The reason with its figures.
    pub(super) fn cause(self) -> Cause {
        let (wait, deadline) = match self {
            Self::Heartbeat { deadline } => (Wait::Heartbeat, deadline),
            Self::Stage { stage, deadline } => (Wait::Stage { stage }, deadline),
            Self::NextStage { deadline } => (Wait::NextStage, deadline),
            Self::Check { deadline } => (Wait::Check, deadline),
            Self::Busy { deadline } => (Wait::Step, deadline),
        };
        Cause::EngineSlow {
            wait,
            seconds: deadline.as_secs_f64().into(),
        }
    }
}

impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Heartbeat { deadline } => write!(f, "gave no sign of life for {}", Seconds(*deadline)),
            Self::Stage { stage, deadline } => write!(
                f,
                "took longer than {} in the stage {:?}",
                Seconds(*deadline),
                stage_name(*stage)
            ),
            Self::NextStage { deadline } => {
                write!(f, "did not begin the next stage within {}", Seconds(*deadline))
            }
            Self::Check { deadline } => {
                write!(f, "took longer than {} for one check", Seconds(*deadline))
            }
            Self::Busy { deadline } => {
                write!(
                    f,
                    "took longer than {} for one step or one command",
                    Seconds(*deadline)
                )
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Owed {
    Nothing,
    NextStage { since: Instant },
    Check { since: Instant },
    Stage { stage: Stage, since: Instant },
}

/// What ends the request in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Exported,
    Ready,
    Character,
    Diagnosed,
}

impl End {
    fn is(self, event: &EngineEvent) -> bool {
        matches!(
            (self, event),
            (Self::Exported, EngineEvent::Exported(_))
                | (Self::Ready, EngineEvent::Ready(_))
                | (
                    Self::Character,
                    EngineEvent::Character(_) | EngineEvent::Probed(_)
                )
                | (Self::Diagnosed, EngineEvent::Diagnosed)
                | (_, EngineEvent::Failed { .. })
        )
    }

    /// What is owed when no stage is under way.
    fn owed(self, since: Instant) -> Owed {
        match self {
            Self::Exported | Self::Ready | Self::Character => Owed::NextStage { since },
            Self::Diagnosed => Owed::Check { since },
        }
    }
}

/// The clocks of one engine.
#[derive(Debug)]
pub struct Watchdog {
    deadlines: Deadlines,
    heard: Instant,
    owed: Owed,
    end: End,
    answer_since: Option<Instant>,
    /// When what keeps the engine busy began, by its own account.
    busy_since: Option<Instant>,
}

impl Watchdog {
    /// Of an engine that has just said hello.
    pub fn new(deadlines: Deadlines, now: Instant) -> Self {
        Self {
            deadlines,
            heard: now,
            owed: Owed::Nothing,
            end: End::Ready,
            answer_since: None,
            busy_since: None,
        }
    }

    /// When the engine was last heard, and since when it has been at one thing.
    pub fn vital(&self) -> Vital {
        Vital {
            heard: self.heard,
            busy_since: self.busy_since,
        }
    }

    /// The stage that the engine is in.
    pub fn stage(&self) -> Option<Stage> {
        match self.owed {
            Owed::Stage { stage, .. } => Some(stage),
            Owed::Nothing | Owed::NextStage { .. } | Owed::Check { .. } => None,
        }
    }

    /// A request was written.
    pub fn asked(&mut self, request: &EngineRequest, now: Instant) {
        self.end = match request {
            EngineRequest::Export { .. } => End::Exported,
            EngineRequest::Open { .. } => End::Ready,
            EngineRequest::Inspect { .. } => End::Character,
            EngineRequest::Diagnose { .. } => End::Diagnosed,
            EngineRequest::Save { .. } => {
                self.answer_since.get_or_insert(now);
                return;
            }
            EngineRequest::World(_)
            | EngineRequest::Hold { .. }
            | EngineRequest::Frame
            | EngineRequest::Run { .. }
            | EngineRequest::Stop => return,
        };
        self.owed = self.end.owed(now);
    }

    /// A message was read.
    pub fn heard(&mut self, event: &EngineEvent, now: Instant) {
        self.heard = now;
        if self.end.is(event) {
            self.owed = Owed::Nothing;
        }
        match event {
            EngineEvent::Heartbeat { busy_ms } => {
                let busy = Duration::from_millis(*busy_ms);
                self.busy_since = (*busy_ms > 0).then(|| now.checked_sub(busy).unwrap_or(now));
                return;
            }
            EngineEvent::Stage(report) => {
                self.owed = match report.state {
                    StageState::Started => Owed::Stage {
                        stage: report.stage,
                        since: now,
                    },
                    StageState::Done { .. } | StageState::Failed { .. } => self.end.owed(now),
                };
            }
            EngineEvent::Checked(_) => self.owed = self.end.owed(now),
            EngineEvent::Failed { .. } | EngineEvent::Saved { .. } => self.answer_since = None,
            _ => {}
        }
        self.busy_since = None;
    }

    /// We ourselves were away for so long (stopped, suspended, starved) and could hear nothing: no clock ran.
    pub fn excuse(&mut self, away: Duration) {
        self.heard += away;
        match &mut self.owed {
            Owed::Nothing => {}
            Owed::NextStage { since } | Owed::Check { since } | Owed::Stage { since, .. } => *since += away,
        }
        for since in [&mut self.answer_since, &mut self.busy_since]
            .into_iter()
            .flatten()
        {
            *since += away;
        }
    }

    /// The deadline that passes first, and when.
    pub fn next(&self) -> (Instant, Missed) {
        let Deadlines {
            heartbeat,
            busy,
            between_stages,
            check,
            ..
        } = self.deadlines;
        let mut next = (self.heard + heartbeat, Missed::Heartbeat { deadline: heartbeat });
        let mut sooner = |at: Instant, missed: Missed| {
            if at < next.0 {
                next = (at, missed);
            }
        };
        match self.owed {
            Owed::Stage { stage, since } => {
                let deadline = (self.deadlines.stage)(stage);
                sooner(since + deadline, Missed::Stage { stage, deadline });
            }
            Owed::NextStage { since } => {
                let deadline = between_stages;
                sooner(since + deadline, Missed::NextStage { deadline });
            }
            Owed::Check { since } => sooner(since + check, Missed::Check { deadline: check }),
            Owed::Nothing => {
                let since = [self.busy_since, self.answer_since].into_iter().flatten().min();
                if let Some(since) = since {
                    sooner(since + busy, Missed::Busy { deadline: busy });
                }
            }
        }
        next
    }
}

#[cfg(test)]
mod tests;
