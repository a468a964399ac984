//! Who watches a session: a number of seats, a nudge when it changes, and another when somebody can take a frame.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

#[derive(Debug)]
struct Inner {
    limit: usize,
    taken: AtomicUsize,
    changed: Notify,
    frame_wanted: Notify,
}

/// The seats of one session.
#[derive(Debug, Clone)]
pub(super) struct Audience(Arc<Inner>);

/// A viewer's seat; dropping it frees it.
#[derive(Debug)]
pub struct Seat(Arc<Inner>);

impl Audience {
    /// `limit` seats.
    pub(super) fn new(limit: usize) -> Self {
        Self(Arc::new(Inner {
            limit,
            taken: AtomicUsize::new(0),
            changed: Notify::new(),
            frame_wanted: Notify::new(),
        }))
    }

    /// How many seats there are.
    pub(super) fn limit(&self) -> usize {
        self.0.limit
    }

    /// A seat, when one is free.
    pub(super) fn sit(&self) -> Option<Seat> {
        let more = |taken| (taken < self.0.limit).then_some(taken + 1);
        let before = self
            .0
            .taken
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, more);
        self.0.changed.notify_one();
        before.ok().map(|_| Seat(self.0.clone()))
    }

    /// Seats taken.
    pub(super) fn count(&self) -> usize {
        self.0.taken.load(Ordering::Acquire)
    }

    /// Comes back when a seat was taken or freed since the last time. For one waiter.
    pub(super) async fn changed(&self) {
        self.0.changed.notified().await;
    }

    /// Comes back when somebody has asked for a frame since the last time. For one waiter.
    pub(super) async fn frame_wanted(&self) {
        self.0.frame_wanted.notified().await;
    }
}

impl Seat {
    /// Says that whoever sits here can take a frame.
    pub(super) fn ask_for_frame(&self) {
        self.0.frame_wanted.notify_one();
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, Ordering::AcqRel);
        self.0.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_are_counted_and_limited() {
        let audience = Audience::new(2);
        let first = audience.sit().unwrap();
        let _second = audience.sit().unwrap();
        assert!(audience.sit().is_none());
        drop(first);
        assert_eq!(audience.count(), 1);
        assert!(audience.sit().is_some());
    }
}
