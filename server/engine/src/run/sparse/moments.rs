//! Sums over the world, exactly: the same whatever tiles it is cut into, and in whatever order they come.
//!
//! A tile's sum is a float64 and hangs on its own cells alone. Sums of tiles are integers, in units of 2^-44: a tile that
//! is computed though it is empty adds what its ground would have stood for, to the last bit.

use rayon::prelude::*;

use super::super::layers::{GROUP_NORM_EPSILON, RMS_NORM_EPSILON};
use super::kernel::blocks;
use super::lanes::{Block, LANES, Number};
use super::plan::Plan;
use super::program::Norm;

/// Units of a sum's coarse part, and of its fine part in the coarse one's.
const COARSE: f64 = 4096.0;
const FINE: f64 = 4_294_967_296.0;
/// Beyond this a coarse part is too large.
const LARGEST: f64 = 1e15;
/// Tiles whose coarse parts, each below [`LARGEST`], have room in 63 bits together.
const TOGETHER: usize = 1024;
/// 1.5 * 2^52: adding it rounds a number below 2^51 to an integer, which is then in the low bits.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// A scale and a shift, by block.
pub(super) type Affine<F> = (Vec<Block<F>>, Vec<Block<F>>);

/// Exact sums of numbers side by side.
#[derive(Debug)]
struct Exact {
    /// Of tiles that count equally often, as many as [`TOGETHER`] at most.
    coarse: Vec<i64>,
    fine: Vec<i64>,
    /// All that was added before, in fine units.
    total: Vec<i128>,
}

impl Exact {
    fn new(width: usize) -> Self {
        Self {
            coarse: vec![0; width],
            fine: vec![0; width],
            total: vec![0; width],
        }
    }

    /// Adds some numbers. False: one is not finite, or too large.
    fn add(&mut self, values: &[f64]) -> bool {
        let mut fit = true;
        for ((value, coarse), fine) in values.iter().zip(&mut self.coarse).zip(&mut self.fine) {
            let scaled = value * COARSE;
            // Nor does a NaN.
            fit &= scaled.abs() < LARGEST;
            let (whole, units) = rounded(scaled);
            *coarse = coarse.wrapping_add(units);
            *fine = fine.wrapping_add(rounded((scaled - whole) * FINE).1);
        }
        fit
    }

    /// What was added since the last time counts so often.
    fn count(&mut self, times: i64) {
        for ((total, coarse), fine) in self.total.iter_mut().zip(&mut self.coarse).zip(&mut self.fine) {
            *total += ((i128::from(*coarse) << 32) + i128::from(*fine)) * i128::from(times);
            (*coarse, *fine) = (0, 0);
        }
    }
}

/// A number to the nearest integer, as a float and as an integer; without meaning for one of 2^51 or more.
fn rounded(x: f64) -> (f64, i64) {
    let shifted = x + ROUND;
    let units = shifted.to_bits().wrapping_sub(ROUND.to_bits()).cast_signed();
    (shifted - ROUND, units)
}

/// The sum of rows of so many numbers, each counted so often as `times` says of its place; none where one is not finite.
fn sum(rows: &[f64], width: usize, times: impl Fn(usize) -> i64 + Sync) -> Option<Vec<f64>> {
    let of_some = |(first, rows): (usize, &[f64])| {
        let mut exact = Exact::new(width);
        let mut before = 0;
        for (row, values) in rows.chunks_exact(width).enumerate() {
            let times = times(first * TOGETHER + row);
            if times == 0 {
                continue;
            }
            if times != before {
                exact.count(before);
                before = times;
            }
            if !exact.add(values) {
                return None;
            }
        }
        exact.count(before);
        Some(exact.total)
    };
    let total = rows
        .par_chunks(TOGETHER * width)
        .enumerate()
        .map(of_some)
        .try_reduce_with(|mut a, b| {
            for (a, b) in a.iter_mut().zip(b) {
                *a += b;
            }
            Some(a)
        })
        .unwrap_or_else(|| Some(vec![0; width]))?;
    Some(
        total
            .into_iter()
            .map(|units| units as f64 / (COARSE * FINE))
            .collect(),
    )
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
    let weights = plan.weights.get(stage)?;
    let times = |at: usize| {
        weights
            .get(plan.first + at)
            .copied()
            .unwrap_or(plan.matter_weight)
    };
    let total = sum(sums, 2 * padded, times)?;
    let (sum, square) = total.split_at(padded);
    let cells = plan.cells / f64::from(4_u32.pow(level));
    let mut scale = vec![[F::default(); LANES]; blocks(channels)];
    let mut shift = scale.clone();
    let size = norm.groups.map_or(1, |groups| channels / groups.max(1)).max(1);
    for group in 0..channels / size {
        let own = group * size..(group + 1) * size;
        let mean_of = |sums: &[f64]| sums[own.clone()].iter().sum::<f64>() / (cells * size as f64);
        let (mean, inverse) = match norm.groups {
            Some(_) => {
                let mean = mean_of(sum);
                let variance = (mean_of(square) - mean * mean).max(0.0);
                (mean, 1.0 / (variance + GROUP_NORM_EPSILON).sqrt())
            }
            None => (0.0, 1.0 / (mean_of(square) + RMS_NORM_EPSILON).sqrt()),
        };
        for channel in own {
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
        fn a_sum_is_the_same_in_any_order_and_cut(values in prop::collection::vec(-1e6_f64..1e6, 1..3000), times in 1_i64..1000) {
            let often = sum(&values, 1, |_| times).unwrap_or_default();
            let mut back = values.clone();
            back.reverse();
            let once_each: Vec<f64> = back.iter().flat_map(|value| vec![*value; 3]).collect();
            prop_assert_eq!(sum(&once_each, 1, |_| 1), sum(&values, 1, |_| 3));
            let plain: f64 = values.iter().sum::<f64>() * times as f64;
            prop_assert!((often[0] - plain).abs() <= 1e-9 * times as f64 * values.len() as f64);
        }
    }

    #[test]
    fn each_column_counts_by_itself_and_a_row_as_often_as_it_says() {
        let rows = [1.5, -2.0, 0.25, 4.0, 1e9, 1.0];
        assert_eq!(sum(&rows, 2, |row| [1, 3, 0][row]), Some(vec![2.25, 10.0]));
        assert_eq!(sum(&[], 2, |_| 1), Some(vec![0.0, 0.0]));
    }

    #[test]
    fn what_is_not_finite_is_not_added() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300] {
            assert_eq!(sum(&[0.0, bad], 2, |_| 1), None);
        }
    }
}
