//! Sums over the world, exactly: the same whatever tiles it is cut into, and in whatever order they come.
//!
//! A tile's sum is a float64 and hangs on its own cells alone. Sums of tiles are integers, in units of 2^-44: a tile that
//! is computed though it is empty adds what its ground would have stood for, to the last bit.

use super::super::layers::{GROUP_NORM_EPSILON, RMS_NORM_EPSILON};
use super::kernel::blocks;
use super::lanes::{Block, LANES, Number};
use super::plan::Plan;
use super::program::Norm;

/// Units of a sum's coarse part, and of its fine part in the coarse one's.
const COARSE: f64 = 4096.0;
const FINE: f64 = 4_294_967_296.0;
/// Beyond this a coarse part has no room in 63 bits.
const LARGEST: f64 = 1e15;

/// A scale and a shift, by block.
pub(super) type Affine<F> = (Vec<Block<F>>, Vec<Block<F>>);

/// A sum that is exact.
#[derive(Debug, Clone, Copy, Default)]
struct Exact(i128);

impl Exact {
    /// Adds a float so many times. False: it is not finite, or too large.
    fn add(&mut self, value: f64, times: i64) -> bool {
        let scaled = value * COARSE;
        // Also not for a NaN.
        let fits = scaled.abs() < LARGEST;
        if !fits {
            return false;
        }
        let coarse = scaled.round();
        let fine = ((scaled - coarse) * FINE).round();
        let units = (i128::from(coarse as i64) << 32) + i128::from(fine as i64);
        self.0 += units * i128::from(times);
        true
    }

    fn value(self) -> f64 {
        self.0 as f64 / (COARSE * FINE)
    }
}

/// The scale and the shift that a norm is, by block; none where a sum is not finite.
/// `sums`: for each slot from `plan.first` on, for each block, sums and then sums of squares.
pub(super) fn normalise<F: Number>(
    norm: &Norm,
    plan: &Plan,
    stage: usize,
    level: u32,
    sums: &[f64],
) -> Option<Affine<F>> {
    let channels = norm.weight.len();
    let padded = blocks(channels) * LANES;
    let mut total = vec![[Exact::default(); 2]; channels];
    let weights = plan.weights.get(stage)?;
    for (slot, sums) in (plan.first..).zip(sums.chunks_exact(2 * padded)) {
        let times = weights.get(slot).copied().unwrap_or(plan.matter_weight);
        if times == 0 {
            continue;
        }
        let (sum, square) = sums.split_at(padded);
        for ((total, sum), square) in total.iter_mut().zip(sum).zip(square) {
            if !(total[0].add(*sum, times) && total[1].add(*square, times)) {
                return None;
            }
        }
    }
    let cells = plan.cells / f64::from(4_u32.pow(level));
    let mut scale = vec![[F::default(); LANES]; blocks(channels)];
    let mut shift = scale.clone();
    let size = norm.groups.map_or(1, |groups| channels / groups.max(1)).max(1);
    for (group, total) in total.chunks(size).enumerate() {
        let mean_of = |part: usize| {
            let sum: f64 = total.iter().map(|sums| sums[part].value()).sum();
            sum / (cells * size as f64)
        };
        let (mean, inverse) = match norm.groups {
            Some(_) => {
                let mean = mean_of(0);
                let variance = (mean_of(1) - mean * mean).max(0.0);
                (mean, 1.0 / (variance + GROUP_NORM_EPSILON).sqrt())
            }
            None => (0.0, 1.0 / (mean_of(1) + RMS_NORM_EPSILON).sqrt()),
        };
        for channel in group * size..(group + 1) * size {
            let by = inverse * norm.weight[channel];
            scale[channel / LANES][channel % LANES] = F::of(by);
            shift[channel / LANES][channel % LANES] = F::of(norm.bias[channel] - mean * by);
        }
    }
    Some((scale, shift))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_sum_is_the_same_in_any_order_and_cut(values in prop::collection::vec(-1e6_f64..1e6, 1..50), times in 1_i64..1000) {
            let mut forth = Exact::default();
            for value in &values {
                prop_assert!(forth.add(*value, times));
            }
            let mut back = Exact::default();
            for value in values.iter().rev() {
                for _ in 0..times {
                    prop_assert!(back.add(*value, 1));
                }
            }
            prop_assert_eq!(forth.0, back.0);
            let plain: f64 = values.iter().sum::<f64>() * times as f64;
            prop_assert!((forth.value() - plain).abs() <= 1e-9 * times as f64 * values.len() as f64);
        }
    }

    #[test]
    fn what_is_not_finite_is_not_added() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300] {
            assert!(!Exact::default().add(bad, 1));
        }
    }
}
