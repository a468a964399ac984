//! The harmonic vacuum: plane waves on `psi_0 = 1`, a given function of place and step.
//!
//! `psi_k(y, x, t) = delta_k0 + (A / n) sum_j [channel_j = k] exp(2 pi i (p_j . (y, x) - f_j t + phase_j))`, brought to
//! unit norm. Places and steps enter as integers, in turns that wrap ([`super::turns`]): however far out or late, a
//! cell has the same bits on every machine, and none needs another.

use atheria_shared::Cell;
use atheria_shared::world::Vacuum;
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::turns::Turns;

/// Shortest and longest wave, in cells.
const WAVELENGTH_CELLS: [f64; 2] = [8.0, 64.0];
/// Shortest and longest time in which a wave turns once, in steps.
const TURN_STEPS: [f64; 2] = [16.0, 256.0];

/// A harmonic vacuum.
#[derive(Debug, Clone)]
pub(super) struct Harmonic {
    /// Amplitude of one wave.
    amplitude: f64,
    waves: Vec<Wave>,
}

/// A plane wave; angles from one cell, or step, to the next.
#[derive(Debug, Clone)]
struct Wave {
    down: Turns,
    right: Turns,
    back_per_step: Turns,
    phase: Turns,
    channel: usize,
}

impl Harmonic {
    /// The waves of a vacuum, for a law of so many channels; none for one that is not harmonic.
    ///
    /// Each is drawn in this order: direction, wavelength, time of a turn, phase, channel.
    pub(super) fn new(vacuum: &Vacuum, channels: u16) -> Option<Self> {
        let Vacuum::Harmonic {
            amplitude,
            waves,
            seed,
        } = *vacuum
        else {
            return None;
        };
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let between = |random: &mut ChaCha8Rng, [least, most]: [f64; 2]| {
            // 53 bits of a draw, so that this is not at the mercy of how a crate makes a float.
            let part = (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
            least + (most - least) * part
        };
        let waves = (0..waves)
            .map(|_| {
                let (sine, cosine) = Turns(random.next_u64()).sin_cos();
                let wavelength = between(&mut random, WAVELENGTH_CELLS);
                let steps = between(&mut random, TURN_STEPS);
                Wave {
                    down: Turns::of(sine / wavelength),
                    right: Turns::of(cosine / wavelength),
                    back_per_step: Turns::of(-1.0 / steps),
                    phase: Turns(random.next_u64()),
                    channel: (random.next_u64() % u64::from(channels.max(1))) as usize,
                }
            })
            .collect::<Vec<_>>();
        Some(Self {
            amplitude: amplitude / waves.len().max(1) as f64,
            waves,
        })
    }

    /// psi of a cell at a step, `[2d]`: the real parts of all channels, then the imaginary parts.
    pub(super) fn value(&self, at: Cell, step: u64, out: &mut [f64]) {
        out.fill(0.0);
        let (real, imaginary) = out.split_at_mut(out.len() / 2);
        if let Some(first) = real.first_mut() {
            *first = 1.0;
        }
        for wave in &self.waves {
            let angle = wave
                .down
                .times(at.y)
                .plus(wave.right.times(at.x))
                .plus(wave.back_per_step.times(step as i64))
                .plus(wave.phase);
            let (sine, cosine) = angle.sin_cos();
            if let (Some(re), Some(im)) = (real.get_mut(wave.channel), imaginary.get_mut(wave.channel)) {
                *re += self.amplitude * cosine;
                *im += self.amplitude * sine;
            }
        }
        let square: f64 = out.iter().map(|part| part * part).sum();
        // At amplitude 1 waves of the first channel can cancel it exactly: then there is nothing to bring to a norm.
        let scale = if square > 0.0 { square.sqrt().recip() } else { 0.0 };
        for part in out {
            *part *= scale;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use proptest::prelude::*;

    use super::*;

    const VACUUM: Vacuum = Vacuum::Harmonic {
        amplitude: 0.3,
        waves: 8,
        seed: 5,
    };

    fn value(vacuum: &Vacuum, channels: u16, y: i64, x: i64, step: u64) -> Vec<f64> {
        let mut out = vec![f64::NAN; 2 * usize::from(channels)];
        Harmonic::new(vacuum, channels)
            .unwrap()
            .value(Cell { y, x }, step, &mut out);
        out
    }

    /// The formula in radians, with the machine's own sine.
    fn plainly(waves: &Harmonic, channels: usize, [y, x, t]: [f64; 3]) -> Vec<f64> {
        let signed = |turns: Turns| turns.0 as i64 as f64 / 2_f64.powi(64);
        let mut out = vec![0.0; 2 * channels];
        out[0] = 1.0;
        for wave in &waves.waves {
            let turns = y * signed(wave.down) + x * signed(wave.right) + t * signed(wave.back_per_step);
            let radians = TAU * (turns + signed(wave.phase));
            out[wave.channel] += waves.amplitude * radians.cos();
            out[channels + wave.channel] += waves.amplitude * radians.sin();
        }
        let norm = out.iter().map(|part| part * part).sum::<f64>().sqrt();
        out.iter().map(|part| part / norm).collect()
    }

    proptest! {
        #[test]
        fn it_is_the_sum_of_waves_at_unit_norm(
            y in -500_i64..500, x in -500_i64..500, step in 0_u64..1000, channels in 1_u16..6, seed: u64,
            waves in 1_u32..64, amplitude in 0.01..0.9,
        ) {
            let vacuum = Vacuum::Harmonic { amplitude, waves, seed };
            let found = value(&vacuum, channels, y, x, step);
            let needed = plainly(
                &Harmonic::new(&vacuum, channels).unwrap(), channels.into(), [y as f64, x as f64, step as f64],
            );
            for (found, needed) in found.iter().zip(&needed) {
                prop_assert!((found - needed).abs() < 1e-10, "{found} {needed}");
            }
        }
    }

    #[test]
    fn waves_are_as_long_and_as_fast_as_they_may_be() {
        let vacuum = Vacuum::Harmonic {
            amplitude: 1.0,
            waves: 64,
            seed: 3,
        };
        let waves = Harmonic::new(&vacuum, 4).unwrap().waves;
        let signed = |turns: Turns| turns.0 as i64 as f64 / 2_f64.powi(64);
        for wave in &waves {
            let length = signed(wave.down).hypot(signed(wave.right)).recip();
            assert!((7.999..64.001).contains(&length), "{length}");
            let steps = -signed(wave.back_per_step).recip();
            assert!((15.999..256.001).contains(&steps), "{steps}");
        }
        for channel in 0..4 {
            assert!(waves.iter().any(|wave| wave.channel == channel));
        }
        assert!(
            waves.iter().any(|wave| signed(wave.down) < 0.0)
                && waves.iter().any(|wave| signed(wave.down) > 0.0)
        );
    }

    #[test]
    fn it_is_a_function_of_place_and_step_with_pinned_bits() {
        let bits = |value: Vec<f64>| value.iter().map(|part| part.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(value(&VACUUM, 2, 3, -7, 11)), PINNED_NEAR);
        assert_eq!(bits(value(&VACUUM, 2, 1 << 40, -(1 << 40), u64::MAX)), PINNED_FAR);
        assert!(Harmonic::new(&Vacuum::One, 2).is_none());
    }

    const PINNED_NEAR: [u64; 4] = [
        4_607_175_238_532_498_988,
        13_803_304_981_995_923_358,
        13_808_507_546_832_570_639,
        13_802_046_433_531_467_796,
    ];
    const PINNED_FAR: [u64; 4] = [
        4_607_126_500_195_362_054,
        4_591_517_365_356_203_668,
        4_588_320_798_731_969_382,
        4_577_655_219_695_247_366,
    ];
}
