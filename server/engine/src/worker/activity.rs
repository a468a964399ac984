//! Whether the process is at something, and since when; said every so often by a thread of its own.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use atheria_shared::engine::EngineEvent;
use atheria_shared::limits::HEARTBEAT;

use super::outbox::Outbox;

/// When the activity in hand began. A cheap handle.
#[derive(Debug, Clone)]
pub(super) struct Activity {
    origin: Instant,
    /// Milliseconds from `origin`, plus 1; 0: nothing in hand.
    since: Arc<AtomicU64>,
}

impl Default for Activity {
    fn default() -> Self {
        Self {
            origin: Instant::now(),
            since: Arc::default(),
        }
    }
}

impl Activity {
    /// Something new begins: a request, a stage, a step.
    pub(super) fn begin(&self) {
        self.since.store(self.now(), Ordering::Relaxed);
    }

    /// Nothing is in hand.
    pub(super) fn rest(&self) {
        self.since.store(0, Ordering::Relaxed);
    }

    /// Milliseconds since the activity in hand began; 0 when there is none.
    pub(super) fn busy_ms(&self) -> u64 {
        match self.since.load(Ordering::Relaxed) {
            0 => 0,
            since => self.now().saturating_sub(since),
        }
    }

    fn now(&self) -> u64 {
        self.origin.elapsed().as_millis() as u64 + 1
    }
}

/// Starts the thread that says [`EngineEvent::Heartbeat`].
pub(super) fn start_heartbeat(activity: Activity, outbox: Outbox) -> io::Result<()> {
    thread::Builder::new()
        .name("heartbeat".to_owned())
        .spawn(move || {
            loop {
                thread::sleep(HEARTBEAT);
                outbox.say_if_room(&EngineEvent::Heartbeat {
                    busy_ms: activity.busy_ms(),
                });
            }
        })
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn busy_counts_from_the_last_beginning() {
        let activity = Activity::default();
        assert_eq!(activity.busy_ms(), 0);
        activity.begin();
        thread::sleep(std::time::Duration::from_millis(20));
        assert!(activity.busy_ms() >= 15);
        activity.begin();
        assert!(activity.busy_ms() < 15);
        activity.rest();
        assert_eq!(activity.busy_ms(), 0);
    }
}
