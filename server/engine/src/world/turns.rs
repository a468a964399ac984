//! Sine and cosine of an angle in turns, the same to the last bit on every machine: a whole turn is 2^64, so that
//! adding and multiplying angles is exact integer arithmetic, and what remains is a polynomial in IEEE operations.
//!
//! Polynomials: the minimax approximations of fdlibm's `__kernel_sin` and `__kernel_cos` on ±pi/4 (Sun Microsystems,
//! 1993), without their corrections for a second word; the error is below one unit in the last place of 1.

use std::f64::consts::TAU;

/// Coefficients of x^3, x^5, ... in sin x.
const SINE: [f64; 6] = [
    -1.666_666_666_666_663_2e-1,
    8.333_333_333_322_49e-3,
    -1.984_126_982_985_795e-4,
    2.755_731_370_707_006_8e-6,
    -2.505_076_025_340_686_3e-8,
    1.589_690_995_211_55e-10,
];
/// Coefficients of x^4, x^6, ... in cos x.
const COSINE: [f64; 6] = [
    4.166_666_666_666_66e-2,
    -1.388_888_888_887_411e-3,
    2.480_158_728_947_673e-5,
    -2.755_731_435_139_066_3e-7,
    2.087_572_321_298_175e-9,
    -1.135_964_755_778_82e-11,
];
/// 2^64.
const WHOLE: f64 = 18_446_744_073_709_551_616.0;

/// An angle, in 2^64ths of a turn. Whole turns are nothing, so sums and products wrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Turns(pub(super) u64);

impl Turns {
    /// So many turns, of which what is beyond whole ones counts; to 2^-53 of a turn, or what a large number leaves of
    /// it.
    pub(super) fn of(turns: f64) -> Self {
        let fraction = turns - turns.floor();
        Self((fraction * WHOLE) as u64)
    }

    /// So many times this angle.
    pub(super) fn times(self, count: i64) -> Self {
        Self(self.0.wrapping_mul(count as u64))
    }

    /// Both angles.
    pub(super) fn plus(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0))
    }

    /// Sine and cosine, each within 2e-16.
    pub(super) fn sin_cos(self) -> (f64, f64) {
        // The nearest quarter, and what is over: -1/8 to 1/8 of a turn.
        let eighth = 1_u64 << 61;
        let quarter = self.0.wrapping_add(eighth) >> 62;
        let over = self.0.wrapping_sub(quarter << 62) as i64;
        let x = over as f64 / WHOLE * TAU;
        let square = x * x;
        let horner = |coefficients: &[f64]| coefficients.iter().rev().fold(0.0, |sum, c| sum * square + c);
        let sine = x + x * square * horner(&SINE);
        let cosine = 1.0 - (0.5 * square - square * square * horner(&COSINE));
        match quarter {
            0 => (sine, cosine),
            1 => (cosine, -sine),
            2 => (-sine, -cosine),
            _ => (-cosine, sine),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_are_those_of_the_machine(angle: u64) {
            let (sine, cosine) = Turns(angle).sin_cos();
            let radians = angle as f64 / WHOLE * TAU;
            prop_assert!((sine - radians.sin()).abs() < 1e-15, "{sine}");
            prop_assert!((cosine - radians.cos()).abs() < 1e-15, "{cosine}");
            prop_assert!((sine * sine + cosine * cosine - 1.0).abs() < 4e-16);
        }

        #[test]
        fn whole_turns_are_nothing(eighths in -800_i64..800, angle: u64, other: u64, count: i64) {
            prop_assert_eq!(Turns::of(eighths as f64 / 8.0), Turns((eighths as u64) << 61));
            let exact = i128::from(angle) * i128::from(count);
            prop_assert_eq!(Turns(angle).times(count), Turns((exact & i128::from(u64::MAX)) as u64));
            let exact = u128::from(angle) + u128::from(other);
            prop_assert_eq!(Turns(angle).plus(Turns(other)), Turns(exact as u64));
        }
    }

    #[test]
    fn quarters_are_exact() {
        let at = |quarter| Turns::of(f64::from(quarter) / 4.0).sin_cos();
        assert_eq!(
            [at(0), at(1), at(2), at(-1)],
            [(0.0, 1.0), (1.0, 0.0), (0.0, -1.0), (-1.0, 0.0)]
        );
    }
}
