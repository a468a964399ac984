//! The range of values that a view shows when none is pinned: it follows the whole world, seldom and in steps that are worth
//! it, so that a picture neither flickers nor goes grey. Plain numbers; time and the world's statistics come from outside.

use std::time::{Duration, Instant};

/// How often the world is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Steps of a range, within a power of ten.
const RUNGS: [f64; 10] = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0];
/// The least that a range goes to.
const LEAST: f64 = 1e-30;
/// What exceeds a range by no more than this part of it does not widen it.
const SLACK: f32 = 0.05;
/// A range is narrowed when this part of it is enough ...
const NARROWER: f32 = 0.6;
/// ... at so many looks one after the other.
const LOOKS: u32 = 8;

/// The upper end of a range whose lower end is 0, or its negative, or a part of it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Reach {
    shown: Option<Shown>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Shown {
    value: f32,
    looked: Instant,
    /// Looks since more than [`NARROWER`] of it was last needed, and the most that was needed at them.
    idle: u32,
    most: f32,
}

impl Reach {
    /// The upper end for a frame made now. `wanted` is asked what would suit the world, at most once in [`LOOK_EVERY`].
    pub(super) fn follow(&mut self, now: Instant, wanted: impl FnOnce() -> f32) -> f32 {
        let Some(shown) = &mut self.shown else {
            let value = rung(wanted());
            self.shown = Some(Shown {
                value,
                looked: now,
                idle: 0,
                most: 0.0,
            });
            return value;
        };
        if now.saturating_duration_since(shown.looked) >= LOOK_EVERY {
            shown.looked = now;
            shown.take(wanted());
        }
        shown.value
    }
}

impl Shown {
    fn take(&mut self, wanted: f32) {
        let value = self.value;
        if wanted > value * (1.0 + SLACK) {
            self.set(wanted);
        } else if wanted > value * NARROWER {
            self.idle = 0;
            self.most = 0.0;
        } else {
            self.idle += 1;
            self.most = self.most.max(wanted);
            if self.idle == LOOKS {
                self.set(self.most);
            }
        }
    }

    fn set(&mut self, wanted: f32) {
        self.value = rung(wanted);
        self.idle = 0;
        self.most = 0.0;
    }
}

/// The least step of a range that is no less than a value; of a value that is none, the least there is.
pub(super) fn rung(value: f32) -> f32 {
    let value = f64::from(if value.is_finite() { value } else { 0.0 }).max(LEAST);
    let decade = 10_f64.powf(value.log10().floor());
    // The logarithm may be off by a rounding either way.
    [0.1, 1.0, 10.0]
        .iter()
        .flat_map(|power| RUNGS.map(|rung| rung * decade * power))
        .find(|rung| *rung >= value * (1.0 - 1e-5))
        .unwrap_or(value) as f32
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "numbers that were never rounded")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The upper ends of frames made so many times a second, of a world that wants what `wanted` says of the second.
    fn frames(seconds: u32, a_second: u32, wanted: impl Fn(f32) -> f32) -> Vec<f32> {
        let (mut reach, start) = (Reach::default(), Instant::now());
        (0..seconds * a_second)
            .map(|frame| {
                let at = frame as f32 / a_second as f32;
                reach.follow(start + Duration::from_secs_f32(at), || wanted(at))
            })
            .collect()
    }

    fn changes(frames: &[f32]) -> usize {
        frames.windows(2).filter(|pair| pair[0] != pair[1]).count()
    }

    #[test]
    fn it_follows_at_most_once_a_second_and_in_steps_that_are_worth_it() {
        let growing = frames(9, 30, |at| 0.1 + 0.1 * at);
        assert!((4..=8).contains(&changes(&growing)), "{growing:?}");
        assert!(growing.is_sorted());
        let last = growing.last().copied().unwrap_or_default();
        assert!((0.95..=1.2).contains(&last), "{last}");
        assert_eq!(changes(&frames(30, 30, |at| 0.5 + 0.02 * (at * 40.0).sin())), 0);
    }

    #[test]
    fn it_does_not_go_back_and_forth_with_a_world_that_does() {
        // Twice and half as bright every few seconds, at any pace.
        for period in [0.7, 2.0, 4.0, 7.0] {
            let seen = frames(60, 20, |at| if (at / period).fract() < 0.5 { 0.4 } else { 0.1 });
            assert!(changes(&seen) <= 1, "{period}: {}", changes(&seen));
        }
    }

    #[test]
    fn what_has_faded_is_shown_brightly_again_before_long() {
        let fading = frames(20, 10, |at| if at < 3.0 { 2.0 } else { 0.11 });
        assert_eq!(fading.last(), Some(&0.12));
        assert_eq!(changes(&fading), 1);
    }

    #[test]
    fn nothing_and_nonsense_still_span_something() {
        for bad in [0.0, -1.0, f32::NAN, f32::INFINITY] {
            assert!(rung(bad) > 0.0);
        }
    }

    proptest! {
        #[test]
        fn a_step_is_no_less_than_its_value_and_not_much_more(exponent in -20.0_f32..20.0) {
            let value = 10_f32.powf(exponent);
            let step = rung(value);
            prop_assert!(step >= value * 0.999 && step <= value * 1.35, "{value} {step}");
        }
    }
}
