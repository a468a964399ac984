//! The limits of sessions, in one value, so that a test can be impatient.

use std::time::Duration;

use atheria_shared::limits;

/// Limits of sessions. The defaults are those of [`atheria_shared::limits`].
#[derive(Debug, Clone, Copy)]
pub struct SessionSettings {
    /// Sessions open at once.
    pub sessions: usize,
    /// Viewers of one session.
    pub viewers: usize,
    /// Events that wait for one viewer.
    pub events_waiting: usize,
    /// How often a world that changed is saved.
    pub autosave: Duration,
    /// How long a session lives without viewers.
    pub unwatched: Duration,
    /// Engines started again within `restart_window` before a session fails.
    pub restarts: usize,
    /// See `restarts`.
    pub restart_window: Duration,
    /// How long a viewer may take no message.
    pub viewer_stalled: Duration,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self {
            sessions: limits::SESSIONS,
            viewers: limits::VIEWERS,
            events_waiting: limits::EVENTS_WAITING,
            autosave: limits::AUTOSAVE,
            unwatched: limits::SESSION_UNWATCHED,
            restarts: limits::RESTARTS,
            restart_window: limits::RESTART_WINDOW,
            viewer_stalled: limits::VIEWER_STALLED,
        }
    }
}
