//! Values to levels: 0..=254 between `low` and `high`, 255 for what is not finite. A phase comes in pairs, angle and modulus.

use atheria_shared::frame::{NOT_FINITE, Scale, TOP_LEVEL};
use rayon::prelude::*;

/// Values that are worth a turn of another core.
const WORTH_A_TURN: usize = 1 << 12;

/// Where levels lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Levels {
    /// How.
    pub(super) scale: Scale,
    /// The value of level 0.
    pub(super) low: f32,
    /// The value of the top level.
    pub(super) high: f32,
    /// Of pairs: the modulus that is fully bright.
    pub(super) full: Option<f32>,
}

impl Levels {
    /// The levels of values: `round(254 (f(v) - f(low)) / (f(high) - f(low)))` within 0..=254, f the natural logarithm or
    /// v itself.
    pub(super) fn of(self, values: &[f32]) -> Vec<u8> {
        if let Some(full) = self.full {
            return self.of_pairs(full, values);
        }
        let values = values.par_iter().with_min_len(WORTH_A_TURN);
        match self.scale {
            Scale::Linear | Scale::Cyclic => {
                let level = self.level(f32::MIN, |value| value);
                values.map(|value| level(*value)).collect()
            }
            Scale::Logarithmic => {
                let level = self.level(self.low, f32::ln);
                values.map(|value| level(*value)).collect()
            }
        }
    }

    /// The levels of angles and moduli in turns; where one of a pair is not finite, neither is the other.
    fn of_pairs(self, full: f32, values: &[f32]) -> Vec<u8> {
        let brightness = Self {
            scale: Scale::Linear,
            low: 0.0,
            high: full,
            full: None,
        };
        let (angle, modulus) = (
            self.level(f32::MIN, |value| value),
            brightness.level(0.0, |value| value),
        );
        let mut levels = vec![0; values.len()];
        levels
            .par_chunks_exact_mut(2)
            .zip(values.par_chunks_exact(2))
            .with_min_len(WORTH_A_TURN)
            .for_each(|(levels, values)| {
                let pair = [angle(values[0]), modulus(values[1])];
                let marked = pair.contains(&NOT_FINITE);
                levels.copy_from_slice(&if marked { [NOT_FINITE; 2] } else { pair });
            });
        levels
    }

    fn level(self, least: f32, f: impl Fn(f32) -> f32) -> impl Fn(f32) -> u8 {
        let top = f32::from(TOP_LEVEL);
        let low = f(self.low);
        let scale = top / (f(self.high) - low).max(f32::MIN_POSITIVE);
        move |value| {
            if !value.is_finite() {
                NOT_FINITE
            } else if value <= least {
                // Most of a logarithmic picture: no logarithm is needed.
                0
            } else {
                (((f(value) - low) * scale).clamp(0.0, top) + 0.5) as u8
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same in float64.
    fn level(levels: Levels, value: f32) -> u8 {
        if !value.is_finite() {
            return NOT_FINITE;
        }
        let f = |v: f64| {
            if levels.scale == Scale::Logarithmic {
                v.ln()
            } else {
                v
            }
        };
        let (low, high) = (f64::from(levels.low), f64::from(levels.high));
        let value = f64::from(value);
        let value = if levels.scale == Scale::Logarithmic {
            value.max(low)
        } else {
            value
        };
        (254.0 * (f(value) - f(low)) / (f(high) - f(low)))
            .round()
            .clamp(0.0, 254.0) as u8
    }

    proptest! {
        #[test]
        fn levels_are_those_of_plain_arithmetic(
            mut values in prop::collection::vec(-4.0_f32..4.0, 1..60), small in 1e-9_f32..1.0, which in 0..3_usize,
        ) {
            values.extend([0.0, 1e-6, 2.0, small, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -std::f32::consts::PI]);
            let levels = [
                Levels { scale: Scale::Logarithmic, low: 1e-6, high: 2.0, full: None },
                Levels { scale: Scale::Linear, low: -small, high: small, full: None },
                Levels { scale: Scale::Cyclic, low: -std::f32::consts::PI, high: std::f32::consts::PI, full: None },
            ][which];
            for (value, made) in values.iter().zip(levels.of(&values)) {
                let expected = level(levels, *value);
                // float32 against float64 on a level's edge
                prop_assert!(made.abs_diff(expected) <= 1 && (made == 255) == (expected == 255), "{value} {made} {expected}");
            }
        }
    }

    #[test]
    fn the_ends_are_exact() {
        let levels = Levels {
            scale: Scale::Logarithmic,
            low: 1e-6,
            high: 2.0,
            full: None,
        };
        let made = levels.of(&[0.0, 1e-6, 2.0, 5.0, f32::NAN, f32::INFINITY]);
        assert_eq!(made, [0, 0, 254, 254, 255, 255]);
    }

    #[test]
    fn a_phase_has_an_angle_and_a_brightness() {
        let levels = Levels {
            scale: Scale::Cyclic,
            low: -std::f32::consts::PI,
            high: std::f32::consts::PI,
            full: Some(0.5),
        };
        let made = levels.of(&[0.0, 0.25, std::f32::consts::PI, 3.0, 1.0, 0.0, 1.0, f32::INFINITY]);
        assert_eq!(made[..4], [127, 127, 254, 254]);
        assert_eq!(made[5..], [0, 255, 255]);
    }
}
