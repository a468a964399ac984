//! Which deadline holds for an engine now, and whether it has passed. Pure: time comes from outside.
//!
//! Three clocks run beside each other. *Heard*: any message, heartbeats too, winds it up again. *Stage*: while stages
//! are owed, from a request to its first stage, within each stage, and between two. *Answer*: a save has to be
//! answered. What heartbeats say of `busy_ms` covers the rest: one step, one command.

use std::fmt;
use std::time::Duration;

use atheria_shared::engine::{EngineEvent, EngineRequest};
use atheria_shared::session::{Stage, StageState};
use tokio::time::Instant;

use super::Deadlines;
use super::error::{Seconds, stage_name};

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
    /// One step or one command was not done.
    Busy {
        /// How long it had.
        deadline: Duration,
    },
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
    Stage { stage: Stage, since: Instant },
}

/// The clocks of one engine.
#[derive(Debug)]
pub struct Watchdog {
    deadlines: Deadlines,
    heard: Instant,
    owed: Owed,
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
            answer_since: None,
            busy_since: None,
        }
    }

    /// The stage that the engine is in.
    pub fn stage(&self) -> Option<Stage> {
        match self.owed {
            Owed::Stage { stage, .. } => Some(stage),
            Owed::Nothing | Owed::NextStage { .. } => None,
        }
    }

    /// A request was written.
    pub fn asked(&mut self, request: &EngineRequest, now: Instant) {
        match request {
            EngineRequest::Export { .. } | EngineRequest::Open { .. } => {
                self.owed = Owed::NextStage { since: now };
            }
            EngineRequest::Save { .. } => {
                self.answer_since.get_or_insert(now);
            }
            EngineRequest::World(_) | EngineRequest::Run { .. } | EngineRequest::Stop => {}
        }
    }

    /// A message was read. `exports_only`: the request in hand ends with [`EngineEvent::Exported`].
    pub fn heard(&mut self, event: &EngineEvent, exports_only: bool, now: Instant) {
        self.heard = now;
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
                    StageState::Done { .. } | StageState::Failed { .. } => Owed::NextStage { since: now },
                };
            }
            EngineEvent::Exported(_) if exports_only => self.owed = Owed::Nothing,
            EngineEvent::Ready(_) => self.owed = Owed::Nothing,
            EngineEvent::Failed { .. } => {
                self.owed = Owed::Nothing;
                self.answer_since = None;
            }
            EngineEvent::Saved { .. } => self.answer_since = None,
            EngineEvent::Hello { .. }
            | EngineEvent::Exported(_)
            | EngineEvent::Status(_)
            | EngineEvent::Progress { .. }
            | EngineEvent::Ran { .. } => {}
        }
        self.busy_since = None;
    }

    /// We ourselves were away for so long (stopped, suspended, starved) and could hear nothing: no clock ran.
    pub fn excuse(&mut self, away: Duration) {
        self.heard += away;
        match &mut self.owed {
            Owed::Nothing => {}
            Owed::NextStage { since } | Owed::Stage { since, .. } => *since += away,
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
mod tests {
    use atheria_shared::session::StageReport;

    use super::*;

    const STAGE: Duration = Duration::from_secs(5);

    fn deadlines() -> Deadlines {
        Deadlines {
            stage: |_| STAGE,
            between_stages: Duration::from_secs(2),
            heartbeat: Duration::from_secs(3),
            busy: Duration::from_secs(4),
            ..Deadlines::default()
        }
    }

    fn at(start: Instant, seconds: f32) -> Instant {
        start + Duration::from_secs_f32(seconds)
    }

    fn started(stage: Stage) -> EngineEvent {
        EngineEvent::Stage(StageReport {
            stage,
            state: StageState::Started,
        })
    }

    fn heartbeat(busy_ms: u64) -> EngineEvent {
        EngineEvent::Heartbeat { busy_ms }
    }

    #[test]
    fn silence_is_missed() {
        let start = Instant::now();
        let mut dog = Watchdog::new(deadlines(), start);
        dog.heard(&heartbeat(0), false, at(start, 1.0));
        let deadline = Duration::from_secs(3);
        assert_eq!(dog.next(), (at(start, 4.0), Missed::Heartbeat { deadline }));
    }

    #[test]
    fn heartbeats_do_not_save_a_stage() {
        let start = Instant::now();
        let mut dog = Watchdog::new(deadlines(), start);
        dog.heard(&started(Stage::Export), false, start);
        for second in 1..5u16 {
            dog.heard(
                &heartbeat(u64::from(second) * 1000),
                false,
                at(start, f32::from(second)),
            );
        }
        let (when, missed) = dog.next();
        assert_eq!(when, at(start, 5.0));
        let stage = Stage::Export;
        assert_eq!(
            missed,
            Missed::Stage {
                stage,
                deadline: STAGE
            }
        );
        assert_eq!(dog.stage(), Some(stage));
    }

    #[test]
    fn the_next_stage_is_owed_until_the_world_is_ready() {
        let start = Instant::now();
        let mut dog = Watchdog::new(deadlines(), start);
        let done = EngineEvent::Stage(StageReport {
            stage: Stage::Export,
            state: StageState::Done {
                seconds: 1.0,
                error: None,
                cached: false,
            },
        });
        dog.heard(&done, false, start);
        let deadline = Duration::from_secs(2);
        assert_eq!(dog.next(), (at(start, 2.0), Missed::NextStage { deadline }));
        let failed = EngineEvent::Failed {
            error: atheria_shared::ApiError::new(atheria_shared::ErrorCode::ExportFailed, "x"),
        };
        dog.heard(&failed, false, start);
        assert!(matches!(dog.next().1, Missed::Heartbeat { .. }));
    }

    #[test]
    fn a_long_step_is_missed_by_its_own_account() {
        let start = Instant::now();
        let mut dog = Watchdog::new(deadlines(), at(start, -0.0));
        dog.heard(&heartbeat(3_500), false, at(start, 10.0));
        let deadline = Duration::from_secs(4);
        assert_eq!(dog.next(), (at(start, 10.5), Missed::Busy { deadline }));
        dog.heard(&EngineEvent::Progress { step: 3 }, false, at(start, 10.2));
        assert!(matches!(dog.next().1, Missed::Heartbeat { .. }));
    }

    #[test]
    fn time_that_we_were_away_does_not_count() {
        let start = Instant::now();
        let mut dog = Watchdog::new(deadlines(), start);
        dog.heard(&started(Stage::Export), false, start);
        dog.excuse(Duration::from_mins(1));
        let deadline = Duration::from_secs(3);
        assert_eq!(dog.next(), (at(start, 63.0), Missed::Heartbeat { deadline }));
        dog.heard(&heartbeat(0), false, at(start, 63.0));
        assert_eq!(dog.next().0, at(start, 65.0));
    }

    #[test]
    fn a_save_has_to_be_answered() {
        let start = Instant::now();
        let mut dog = Watchdog::new(deadlines(), start);
        dog.asked(&EngineRequest::Save { path: "x".into() }, start);
        dog.heard(&heartbeat(0), false, at(start, 2.0));
        assert_eq!(dog.next().0, at(start, 4.0));
        let saved = EngineEvent::Saved {
            path: "x".into(),
            step: 1,
        };
        dog.heard(&saved, false, at(start, 2.5));
        assert!(matches!(dog.next().1, Missed::Heartbeat { .. }));
    }
}
