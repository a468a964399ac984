//! How long an engine may take, in one value, so that a test can be impatient.

use std::time::Duration;

use atheria_shared::limits;
use atheria_shared::session::Stage;

/// How long an engine may take for what.
#[derive(Debug, Clone, Copy)]
pub struct Deadlines {
    /// To say hello. Default: [`limits::ENGINE_START`].
    pub start: Duration,
    /// To ask for CUDA. Default: [`limits::CUDA_PROBE`].
    pub cuda: Duration,
    /// For a stage. Default: [`Stage::deadline`].
    pub stage: fn(Stage) -> Duration,
    /// From a request to its first stage, and from one stage to the next.
    pub between_stages: Duration,
    /// Without a word, heartbeats included. Default: [`limits::HEARTBEAT_MISSED`].
    pub heartbeat: Duration,
    /// For one check of a diagnosis, without its stages. Default: [`limits::CHECK`].
    pub check: Duration,
    /// In one step or one command. Default: [`limits::ENGINE_BUSY`].
    pub busy: Duration,
    /// To end when it is asked to. Default: [`limits::ENGINE_STOP`].
    pub stop: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            start: limits::ENGINE_START,
            cuda: limits::CUDA_PROBE,
            stage: Stage::deadline,
            between_stages: Stage::Find.deadline(),
            heartbeat: limits::HEARTBEAT_MISSED,
            check: limits::CHECK,
            busy: limits::ENGINE_BUSY,
            stop: limits::ENGINE_STOP,
        }
    }
}
