//! The range of values that a linear view shows: it follows the world, slowly, so that a picture neither flickers nor
//! goes grey. Plain numbers; the world's statistics come from outside.

/// A range is left alone while what would suit differs by no more than this part of it.
const SLACK: f32 = 0.1;
/// The part of the way that a range goes in one frame.
const PACE: f32 = 0.15;
/// The least that the brightest level of an RGB view stands for.
const RGB_FLOOR: f32 = 0.05;
/// The least that a range spans.
const FLOOR: f32 = 1e-6;

/// The upper end of a range whose lower end is 0, or its negative.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Reach {
    value: Option<f32>,
    moving: bool,
}

impl Reach {
    /// The upper end for this frame, when `wanted` would suit it best.
    pub(super) fn follow(&mut self, wanted: f32) -> f32 {
        let wanted = if wanted.is_finite() {
            wanted.max(FLOOR)
        } else {
            FLOOR
        };
        let Some(value) = self.value else {
            self.value = Some(wanted);
            return wanted;
        };
        let apart = (wanted - value).abs();
        if apart > SLACK * value {
            self.moving = true;
        } else if apart < SLACK * SLACK * value {
            self.moving = false;
        }
        let value = if self.moving {
            value + PACE * (wanted - value)
        } else {
            value
        };
        self.value = Some(value);
        value
    }

    /// The same for an RGB view.
    pub(super) fn follow_rgb(&mut self, wanted: f32) -> f32 {
        self.follow(wanted.max(RGB_FLOOR))
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "numbers that were never rounded")]
mod tests {
    use super::*;

    #[test]
    fn a_range_starts_where_it_should_be_and_ignores_what_is_near() {
        let mut reach = Reach::default();
        assert_eq!(reach.follow(0.5), 0.5);
        assert_eq!(reach.follow(0.54), 0.5);
        assert_eq!(reach.follow(0.46), 0.5);
    }

    #[test]
    fn it_follows_without_a_jump_until_it_is_there() {
        let mut reach = Reach::default();
        let mut before = reach.follow(0.2);
        for _ in 0..60 {
            let now = reach.follow(1.0);
            assert!(now >= before && now - before <= 0.15 * 0.8 + 1e-6);
            before = now;
        }
        assert!((before - 1.0).abs() < 0.02);
    }

    #[test]
    fn nothing_and_nonsense_still_span_something() {
        let mut reach = Reach::default();
        assert!(reach.follow(0.0) > 0.0);
        assert!(reach.follow(f32::NAN) > 0.0);
        assert_eq!(Reach::default().follow_rgb(0.0), 0.05);
    }
}
