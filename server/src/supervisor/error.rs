//! Why there is no engine, or no longer one.

use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use atheria_shared::cause::{Ending, Wait};
use atheria_shared::session::Stage;
use atheria_shared::{ApiError, Cause, ErrorCode};

use super::{Cuda, Missed};

/// Why there is no engine, or no longer one.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// It cannot be started.
    #[error("the engine {} cannot be started ({source}); build it with `make build`, or give it with --engine", program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It has not said hello in time.
    #[error("the engine did not start within {}", Seconds(*deadline))]
    NoHello {
        /// How long it had.
        deadline: Duration,
        /// Its last lines.
        last_words: Vec<String>,
    },
    /// It is of another build.
    #[error("the engine {} speaks version {found} of the protocol and this program {expected}; build both with `make build`", program.display())]
    Protocol {
        /// The program.
        program: PathBuf,
        /// Its version.
        found: u32,
        /// Ours.
        expected: u32,
    },
    /// A deadline passed, and it was ended.
    #[error("the engine {missed} and was ended")]
    Timeout {
        /// Which.
        missed: Missed,
        /// Its last lines.
        last_words: Vec<String>,
    },
    /// The process ended by itself.
    #[error("the engine process {}{}", ending(*status), During(*stage))]
    Died {
        /// How; none when even that is not known.
        status: Option<ExitStatus>,
        /// The stage that it was in.
        stage: Option<Stage>,
        /// Its last lines.
        last_words: Vec<String>,
    },
    /// It said what cannot be, and was ended.
    #[error("the engine broke the protocol{} and was ended: {reason}", During(*stage))]
    Nonsense {
        /// What.
        reason: String,
        /// The stage that it was in.
        stage: Option<Stage>,
        /// Its last lines.
        last_words: Vec<String>,
    },
    /// CUDA was asked for, and cannot be used.
    #[error("CUDA cannot be used: {cuda}")]
    NoCuda {
        /// What was found of it.
        cuda: Cuda,
    },
    /// It takes no more requests.
    #[error("the engine is busy with what was asked before; try again when it has answered")]
    Full,
}

impl EngineError {
    /// The stage that the engine was in.
    pub fn stage(&self) -> Option<Stage> {
        match self {
            Self::Timeout {
                missed: Missed::Stage { stage, .. },
                ..
            } => Some(*stage),
            Self::Died { stage, .. } | Self::Nonsense { stage, .. } => *stage,
            _ => None,
        }
    }
}

impl EngineError {
    /// The reason with its figures.
    fn cause(&self) -> Option<Cause> {
        Some(match self {
            Self::Start { program, source } => Cause::EngineNotStarted {
                program: program.display().to_string(),
                why: source.into(),
            },
            Self::NoHello { deadline, .. } => Cause::EngineSlow {
                wait: Wait::Hello,
                seconds: deadline.as_secs_f64().into(),
            },
            Self::Protocol { found, expected, .. } => Cause::EngineVersion {
                found: *found,
                expected: *expected,
            },
            Self::Timeout { missed, .. } => missed.cause(),
            Self::Died { status, stage, .. } => Cause::EngineDied {
                end: ending(*status),
                stage: *stage,
            },
            Self::Nonsense { stage, .. } => Cause::EngineNonsense { stage: *stage },
            Self::NoCuda { cuda } => Cause::Cuda { why: cuda.trouble()? },
            // The code says it.
            Self::Full => return None,
        })
    }
}

impl From<EngineError> for ApiError {
    fn from(error: EngineError) -> Self {
        let code = match &error {
            EngineError::Start { .. } | EngineError::Protocol { .. } => ErrorCode::EngineMissing,
            EngineError::NoHello { .. } | EngineError::Timeout { .. } => ErrorCode::EngineTimeout,
            EngineError::Died { .. } | EngineError::Nonsense { .. } => ErrorCode::EngineDied,
            EngineError::NoCuda { cuda } => cuda.code(),
            EngineError::Full => ErrorCode::NotReady,
        };
        let (message, cause) = (error.to_string(), error.cause());
        let details = match error {
            EngineError::NoHello { last_words, .. }
            | EngineError::Timeout { last_words, .. }
            | EngineError::Died { last_words, .. }
            | EngineError::Nonsense { last_words, .. } => last_words,
            _ => Vec::new(),
        };
        Self::new(code, message).with_details(details).because(cause)
    }
}

/// `120 s`, `0.25 s`
pub(super) struct Seconds(pub(super) Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.0.as_secs_f64())
    }
}

/// How a process ended.
pub(super) fn ending(status: Option<ExitStatus>) -> Ending {
    match status.map(|status| (status.signal(), status.code())) {
        Some((Some(signal), _)) => Ending::Signal { signal },
        Some((None, Some(status))) => Ending::Status { status },
        Some((None, None)) | None => Ending::Unknown,
    }
}

struct During(Option<Stage>);

impl fmt::Display for During {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(stage) => write!(f, " in the stage {:?}", stage_name(stage)),
            None => Ok(()),
        }
    }
}

/// A stage's name as on the wire, in words.
pub(crate) fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Start => "start",
        Stage::Find => "find",
        Stage::ReadCheckpoint => "read checkpoint",
        Stage::Export => "export",
        Stage::VerifyCpu => "verify on CPU",
        Stage::MoveToCuda => "move to CUDA",
        Stage::VerifyCuda => "verify on CUDA",
        Stage::Character => "measure character",
        Stage::WarmUp => "warm up",
        Stage::Ready => "ready",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_failed_where_and_what_to_do() {
        let stage = Some(Stage::Export);
        let last_words = || vec!["terminate called".to_owned()];
        let told: Vec<ApiError> = vec![
            EngineError::Start {
                program: "/opt/ath-engine".into(),
                source: std::io::Error::other("No such file or directory"),
            }
            .into(),
            EngineError::NoHello {
                deadline: Duration::from_mins(1),
                last_words: last_words(),
            }
            .into(),
            EngineError::Timeout {
                missed: Missed::Stage {
                    stage: Stage::VerifyCpu,
                    deadline: Duration::from_mins(2),
                },
                last_words: last_words(),
            }
            .into(),
            EngineError::Timeout {
                missed: Missed::Heartbeat {
                    deadline: Duration::from_secs(15),
                },
                last_words: Vec::new(),
            }
            .into(),
            EngineError::Died {
                status: Some(ExitStatus::from_raw(11)),
                stage,
                last_words: last_words(),
            }
            .into(),
            EngineError::Died {
                status: Some(ExitStatus::from_raw(3 << 8)),
                stage: None,
                last_words: Vec::new(),
            }
            .into(),
            EngineError::Nonsense {
                reason: "a packet of the unknown kind 9".into(),
                stage,
                last_words: Vec::new(),
            }
            .into(),
        ];
        insta::assert_json_snapshot!(told);
    }
}
