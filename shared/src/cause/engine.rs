//! What can become of an engine process, and of CUDA.

use std::fmt;

use serde::Serialize;

use crate::cuda::CudaVersion;
use crate::number::Number;
use crate::session::Stage;

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "ending", rename_all = "snake_case")]
pub enum Ending {
    /// A signal killed it.
    Signal {
        /// Its number: 9, 11.
        signal: i32,
    },
    /// By itself.
    Status {
        /// Its exit status.
        status: i32,
    },
    /// That is not known.
    Unknown,
}

crate::tagged::read_by_tag! {
    Ending by "ending":
    Signal { signal },
    Status { status },
    Unknown,
}

/// The name of a signal: `SIGSEGV`; none of those that say nothing.
pub fn signal_name(signal: i32) -> Option<&'static str> {
    Some(match signal {
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        15 => "SIGTERM",
        _ => return None,
    })
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signal = match self {
            Self::Signal { signal } => *signal,
            Self::Status { status } => return write!(f, "ended with status {status}"),
            Self::Unknown => return f.write_str("died"),
        };
        let meaning = match signal {
            4 => "illegal instruction",
            6 => "abort",
            7 => "bus error",
            8 => "arithmetic",
            9 => "killed from outside; perhaps out of memory",
            11 => "segmentation fault",
            15 => "ended from outside",
            _ => "",
        };
        match signal_name(signal) {
            Some(name) => write!(f, "was killed by {name} ({meaning})"),
            None => write!(f, "was killed by signal {signal}"),
        }
    }
}

/// What an engine was waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "wait", rename_all = "snake_case")]
pub enum Wait {
    /// Its start.
    Hello,
    /// Any sign of life.
    Heartbeat,
    /// The end of a stage.
    Stage {
        /// Which.
        stage: Stage,
    },
    /// The beginning of the next stage.
    NextStage,
    /// A check of a diagnosis.
    Check,
    /// A step, or a command.
    Step,
}

crate::tagged::read_by_tag! {
    Wait by "wait":
    Hello,
    Heartbeat,
    Stage { stage },
    NextStage,
    Check,
    Step,
}

/// Why CUDA cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "trouble", rename_all = "snake_case")]
pub enum CudaTrouble {
    /// There is no driver, or no device.
    Missing,
    /// libtorch was built without it.
    NotInLibtorch,
    /// The driver is too old.
    TooOld {
        /// The newest CUDA that it speaks.
        driver: CudaVersion,
        /// The one that libtorch needs.
        runtime: CudaVersion,
    },
    /// The driver or the device refuses.
    Refused {
        /// Its own words.
        words: String,
    },
    /// The driver never answers.
    Hung {
        /// How long it had.
        seconds: Number,
    },
    /// The driver took down the process that asked.
    Aborted {
        /// How that ended.
        end: Ending,
    },
    /// It could not be asked for.
    Unknown {
        /// The system's own words.
        words: String,
    },
    /// The law is somebody else's TorchScript, which is run on the CPU.
    TorchScript,
}

crate::tagged::read_by_tag! {
    CudaTrouble by "trouble":
    Missing,
    NotInLibtorch,
    TooOld { driver, runtime },
    Refused { words },
    Hung { seconds },
    Aborted { end },
    Unknown { words },
    TorchScript,
}
