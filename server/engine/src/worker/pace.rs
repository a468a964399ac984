//! How fast a world steps: when the next step is due, and how many there were. Pure: time comes from outside.

use std::time::{Duration, Instant};

use atheria_shared::cause::{Quantity, Range};
use atheria_shared::limits::STEPS_PER_SECOND;
use atheria_shared::{ApiError, Cause, ErrorCode};

/// What a pace is measured over.
const WINDOW: Duration = Duration::from_millis(500);
/// The longest wait between two steps, in seconds.
const SLOWEST: f32 = 3600.0;

/// The pace of a world.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    target: Option<f32>,
    due: Instant,
    window_began: Instant,
    steps: u32,
    measured: f32,
}

impl Pace {
    /// A pace that begins now. `target` is in steps a second; none: as fast as it goes.
    pub(super) fn new(target: Option<f32>, now: Instant) -> Result<Self, ApiError> {
        let mut pace = Self {
            target: None,
            due: now,
            window_began: now,
            steps: 0,
            measured: 0.0,
        };
        pace.set(target, now)?;
        Ok(pace)
    }

    /// Changes the target.
    pub(super) fn set(&mut self, target: Option<f32>, now: Instant) -> Result<(), ApiError> {
        if let Some(pace) = target
            && !(pace > 0.0 && pace <= STEPS_PER_SECOND)
        {
            return Err(ApiError::new(
                ErrorCode::BadRequest,
                format!(
                    "{pace} steps a second: more than 0, and at most {STEPS_PER_SECOND}, can be asked for"
                ),
            )
            .because(Cause::OutOfRange {
                what: Quantity::StepsPerSecond,
                value: pace.into(),
                range: Range::above_zero(STEPS_PER_SECOND.into()),
            }));
        }
        self.target = target;
        self.due = now;
        Ok(())
    }

    /// The target.
    pub(super) fn target(&self) -> Option<f32> {
        self.target
    }

    /// Stepping begins, or begins again.
    pub(super) fn start(&mut self, now: Instant) {
        self.due = now;
        self.window_began = now;
        self.steps = 0;
        self.measured = 0.0;
    }

    /// How long until the next step.
    pub(super) fn until_due(&self, now: Instant) -> Duration {
        self.due.saturating_duration_since(now)
    }

    /// A step was made. One that came late does not make the next ones hurry.
    pub(super) fn stepped(&mut self, now: Instant) {
        let interval = self.target.map_or(Duration::ZERO, |pace| {
            Duration::from_secs_f32((1.0 / pace).min(SLOWEST))
        });
        self.due = (self.due + interval).max(now);
        self.steps += 1;
        let elapsed = now.saturating_duration_since(self.window_began);
        if elapsed >= WINDOW {
            self.measured = self.steps as f32 / elapsed.as_secs_f32();
            self.window_began = now;
            self.steps = 0;
        }
    }

    /// Steps a second, over the last window or over the one that has begun.
    pub(super) fn measured(&self, now: Instant) -> f32 {
        let elapsed = now.saturating_duration_since(self.window_began);
        if elapsed > 2 * WINDOW || (self.measured == 0.0 && !elapsed.is_zero()) {
            self.steps as f32 / elapsed.as_secs_f32()
        } else {
            self.measured
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_steps_a_second_are_ten_steps_a_second() {
        let start = Instant::now();
        let mut pace = Pace::new(Some(10.0), start).unwrap();
        let mut now = start;
        for _ in 0..25 {
            now += pace.until_due(now);
            pace.stepped(now);
        }
        let seconds = (now - start).as_secs_f32();
        assert!((seconds - 2.4).abs() < 0.01, "{seconds}");
        assert!((pace.measured(now) - 10.0).abs() < 0.5);
    }

    #[test]
    fn a_late_step_is_not_made_up_for() {
        let start = Instant::now();
        let mut pace = Pace::new(Some(10.0), start).unwrap();
        let late = start + Duration::from_secs(5);
        pace.stepped(late);
        assert_eq!(pace.until_due(late), Duration::ZERO);
        pace.stepped(late);
        assert_eq!(pace.until_due(late).as_millis(), 100);
    }

    #[test]
    fn paces_have_limits() {
        let now = Instant::now();
        for bad in [0.0, -1.0, f32::NAN, f32::INFINITY, STEPS_PER_SECOND * 1.01] {
            assert!(Pace::new(Some(bad), now).is_err(), "{bad}");
        }
        assert!(Pace::new(Some(STEPS_PER_SECOND), now).is_ok());
        assert!(Pace::new(None, now).is_ok());
    }
}
