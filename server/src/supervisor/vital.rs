//! What is known of an engine's life: when it was last heard, and since when it has been at one thing. Pure: time comes from outside.

use std::time::Duration;

use tokio::time::Instant;

/// The life of an engine, as far as it was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vital {
    pub(super) heard: Instant,
    pub(super) busy_since: Option<Instant>,
}

impl Vital {
    /// Of an engine that is heard now, and waits.
    pub fn new(now: Instant) -> Self {
        Self {
            heard: now,
            busy_since: None,
        }
    }

    /// How long it has been silent. `late` is how long we ourselves were away until now, and could hear nothing.
    pub fn silent(&self, now: Instant, late: Duration) -> Duration {
        now.saturating_duration_since(self.heard).saturating_sub(late)
    }

    /// How long it has been at one thing, by its own account; zero when it waits.
    pub fn busy(&self, now: Instant) -> Duration {
        self.busy_since
            .map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_in_which_we_could_hear_nothing_is_no_silence() {
        let start = Instant::now();
        let vital = Vital::new(start);
        let second = Duration::from_secs(1);
        assert_eq!(vital.silent(start + 3 * second, Duration::ZERO), 3 * second);
        assert_eq!(vital.silent(start + 60 * second, 59 * second), second);
        assert_eq!(vital.silent(start + second, 2 * second), Duration::ZERO);
    }

    #[test]
    fn one_that_waits_is_at_nothing() {
        let start = Instant::now();
        let mut vital = Vital::new(start);
        let later = start + Duration::from_secs(9);
        assert_eq!(vital.busy(later), Duration::ZERO);
        vital.busy_since = Some(start);
        assert_eq!(vital.busy(later), Duration::from_secs(9));
    }
}
