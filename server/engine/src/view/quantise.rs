//! Values to levels: 0..=254 between `low` and `high`, 255 for what is not finite.

use atheria_shared::frame::{NOT_FINITE, Scale, TOP_LEVEL};
use tch::{Kind, TchError, Tensor};

/// Where levels lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Levels {
    /// How.
    pub(super) scale: Scale,
    /// The value of level 0.
    pub(super) low: f32,
    /// The value of the top level.
    pub(super) high: f32,
}

impl Levels {
    /// The levels of values, uint8 of the same shape:
    /// `round(254 (f(v) - f(low)) / (f(high) - f(low)))` within 0..=254, f the natural logarithm or v itself.
    pub(super) fn of(self, values: &Tensor) -> Result<Tensor, TchError> {
        let finite = values.f_isfinite()?;
        let (low, high) = (f64::from(self.low), f64::from(self.high));
        let (values, low, high) = match self.scale {
            Scale::Linear | Scale::Cyclic => (values.shallow_clone(), low, high),
            Scale::Logarithmic => (values.f_clamp_min(low)?.f_log()?, low.ln(), high.ln()),
        };
        let top = f64::from(TOP_LEVEL);
        values
            .f_sub_scalar(low)?
            .f_mul_scalar(top / (high - low).max(f64::MIN_POSITIVE))?
            .f_round()?
            .f_clamp(0.0, top)?
            .f_masked_fill(&finite.f_logical_not()?, f64::from(NOT_FINITE))?
            .f_to_kind(Kind::Uint8)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same in plain Rust.
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
                Levels { scale: Scale::Logarithmic, low: 1e-6, high: 2.0 },
                Levels { scale: Scale::Linear, low: -small, high: small },
                Levels { scale: Scale::Cyclic, low: -std::f32::consts::PI, high: std::f32::consts::PI },
            ][which];
            let made = Vec::<u8>::try_from(&levels.of(&Tensor::from_slice(&values)).unwrap()).unwrap();
            for (value, made) in values.iter().zip(made) {
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
        };
        let values = Tensor::from_slice(&[0.0_f32, 1e-6, 2.0, 5.0, f32::NAN, f32::INFINITY]);
        let made = Vec::<u8>::try_from(&levels.of(&values).unwrap()).unwrap();
        assert_eq!(made, [0, 0, 254, 254, 255, 255]);
    }
}
