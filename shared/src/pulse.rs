//! The sign of life that every viewer gets at a fixed rate, whether or not anything happens: what tells silence from rest.

use serde::{Deserialize, Serialize};

/// How a session does at a moment; told each [`crate::limits::PULSE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pulse {
    /// Milliseconds since its engine was last heard, which says at least each [`crate::limits::HEARTBEAT`] that it is there; none:
    /// there is no engine now.
    pub engine_silent_ms: Option<u64>,
    /// Milliseconds that its engine has been at one thing (a step, a command, a stage); 0 when it waits.
    pub busy_ms: u64,
    /// How many watch it.
    pub viewers: usize,
}
