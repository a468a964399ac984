//! A session as the page knows it, from the click to its end: what the server's events make of it.

use atheria_shared::SessionId;
use atheria_shared::error::ApiError;
use atheria_shared::session::{
    Event, ExportReport, Notice, Phase, SessionInfo, SessionRequest, StageReport, StageState,
};
use atheria_shared::world::{WorldInfo, WorldStatus};

/// Where the page's session is.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Standing {
    /// There is none.
    #[default]
    Idle,
    /// It was asked for.
    Asking,
    /// It was asked for, and nobody answered.
    Unanswered,
    /// It goes through its stages.
    Opening,
    /// Its world is there.
    Live,
    /// Its engine died, and another starts.
    Recovering,
    /// It cannot go on.
    Failed(ApiError),
    /// It is over.
    Closed,
}

impl Standing {
    /// Whether there is a world, or one is under way.
    pub fn lives(&self) -> bool {
        matches!(self, Self::Asking | Self::Opening | Self::Live | Self::Recovering)
    }
}

/// The page's session.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Opening {
    /// What was asked for.
    pub request: Option<SessionRequest>,
    /// Its address.
    pub id: Option<SessionId>,
    /// Where it is.
    pub standing: Standing,
    /// Its stages so far.
    pub stages: Vec<StageReport>,
    /// Its export.
    pub export: Option<ExportReport>,
    /// Its world.
    pub world: Option<WorldInfo>,
}

/// What an event says beyond the session itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct News {
    /// The world as it is now.
    pub status: Option<WorldStatus>,
    /// Something to tell the user.
    pub notice: Option<Notice>,
    /// Whether the world is there, and was not before.
    pub born: bool,
}

impl Opening {
    /// A session that was asked for.
    pub fn asked(request: SessionRequest) -> Self {
        Self {
            request: Some(request),
            standing: Standing::Asking,
            ..Self::default()
        }
    }

    /// Takes an event in.
    pub fn apply(&mut self, event: Event) -> News {
        match event {
            Event::Session(info) => self.apply_session(*info),
            Event::Stage(report) => {
                self.apply_stage(report);
                News::default()
            }
            Event::Status(status) => News {
                status: Some(status),
                ..News::default()
            },
            // The world's status counts a stroke, and its picture shows it; a pulse is felt elsewhere.
            Event::Tool(_) | Event::Pulse(_) => News::default(),
            Event::Notice(notice) => {
                if let Notice::Exported { export, .. } = &notice {
                    self.export = Some(export.clone());
                }
                News {
                    notice: Some(notice),
                    ..News::default()
                }
            }
        }
    }

    /// Takes the whole session in, as REST answers it or a viewer is told it.
    pub fn apply_session(&mut self, info: SessionInfo) -> News {
        let was_live = matches!(self.standing, Standing::Live | Standing::Recovering);
        self.standing = match info.phase {
            Phase::Opening => Standing::Opening,
            Phase::Live => Standing::Live,
            Phase::Recovering => Standing::Recovering,
            Phase::Failed { error } => Standing::Failed(error),
            Phase::Closed => Standing::Closed,
        };
        self.id = Some(info.id);
        self.stages = info.stages;
        self.export = info.export;
        self.world = info.world;
        News {
            status: info.status,
            notice: None,
            born: !was_live && self.standing == Standing::Live,
        }
    }

    fn apply_stage(&mut self, report: StageReport) {
        match self.stages.iter().position(|known| known.stage == report.stage) {
            // From here on it is gone through once more, in another process.
            Some(place) if report.state == StageState::Started => {
                self.stages.truncate(place);
                self.stages.push(report);
            }
            Some(place) => self.stages[place] = report,
            None => self.stages.push(report),
        }
    }

    /// Whether the user waits for the world.
    pub fn is_opening(&self) -> bool {
        matches!(self.standing, Standing::Asking | Standing::Opening)
    }

    /// Whether it is over, for good.
    pub fn is_over(&self) -> bool {
        matches!(self.standing, Standing::Failed(_) | Standing::Closed)
    }

    /// Whether commands reach a world.
    pub fn is_live(&self) -> bool {
        self.standing == Standing::Live
    }

    /// The stage that is under way.
    pub fn under_way(&self) -> Option<&StageReport> {
        self.stages
            .iter()
            .rev()
            .find(|report| report.state == StageState::Started)
    }

    /// Seconds that the stages took together.
    pub fn seconds(&self) -> f64 {
        self.stages
            .iter()
            .map(|report| match report.state {
                StageState::Started => 0.0,
                StageState::Done { seconds, .. } | StageState::Failed { seconds, .. } => seconds,
            })
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use atheria_shared::session::Stage;
    use atheria_shared::{ErrorCode, ExperimentName};

    use super::*;

    fn stage(stage: Stage, now: StageState) -> Event {
        Event::Stage(StageReport { stage, state: now })
    }

    fn done(seconds: f64) -> StageState {
        StageState::Done {
            seconds,
            error: None,
            cached: false,
        }
    }

    fn session(phase: Phase) -> SessionInfo {
        SessionInfo {
            id: SessionId::from_bits(7),
            request: SessionRequest::new(ExperimentName::new("flower").unwrap()),
            phase,
            stages: Vec::new(),
            export: None,
            world: None,
            status: None,
            viewers: 1,
        }
    }

    #[test]
    fn stages_come_and_go_by() {
        let mut opening = Opening::default();
        opening.apply(stage(Stage::Find, StageState::Started));
        assert_eq!(opening.under_way().map(|r| r.stage), Some(Stage::Find));
        opening.apply(stage(Stage::Find, done(0.25)));
        opening.apply(stage(Stage::Export, StageState::Started));
        opening.apply(stage(Stage::Export, done(0.5)));
        assert_eq!(opening.stages.len(), 2);
        assert_eq!(opening.under_way(), None);
        assert!((opening.seconds() - 0.75).abs() < 1e-9);
    }

    #[test]
    fn a_second_process_goes_through_them_again() {
        let mut opening = Opening::default();
        for name in [Stage::Start, Stage::Find, Stage::VerifyCuda] {
            opening.apply(stage(name, StageState::Started));
            opening.apply(stage(name, done(1.0)));
        }
        opening.apply(stage(Stage::Start, StageState::Started));
        assert_eq!(opening.stages.len(), 1);
    }

    #[test]
    fn a_world_is_born_once() {
        let mut opening = Opening::default();
        assert!(!opening.apply_session(session(Phase::Opening)).born);
        assert!(opening.is_opening());
        assert!(opening.apply_session(session(Phase::Live)).born);
        assert!(!opening.apply_session(session(Phase::Live)).born);
        assert!(!opening.apply_session(session(Phase::Recovering)).born);
        assert!(!opening.apply_session(session(Phase::Live)).born);
        assert!(opening.is_live());
    }

    #[test]
    fn a_failure_keeps_its_reason() {
        let error = ApiError::new(ErrorCode::EngineDied, "gone");
        let mut opening = Opening::default();
        opening.apply_session(session(Phase::Failed { error: error.clone() }));
        assert_eq!(opening.standing, Standing::Failed(error));
    }

    #[test]
    fn the_wire_is_understood() {
        let live = Event::Session(Box::new(session(Phase::Live)));
        let text = serde_json::to_string(&live).unwrap();
        let mut opening = Opening::default();
        assert!(opening.apply(serde_json::from_str(&text).unwrap()).born);
        let status = WorldStatus {
            step: 3,
            ..WorldStatus::default()
        };
        let text = serde_json::to_string(&Event::Status(status)).unwrap();
        let news = opening.apply(serde_json::from_str(&text).unwrap());
        assert_eq!(news.status.map(|s| s.step), Some(3));
    }
}
