//! The passes between convolutions, over numbers that lie cell by cell: `[H, W, C]`.
//!
//! Each goes over its numbers once, in pieces that both cores take turns at, with the widest vectors that the processor
//! has (chosen at run time). Sums are carried in float64.

#![expect(
    unsafe_code,
    reason = "to call what was compiled for a processor that was asked for first"
)]
#![expect(
    clippy::inline_always,
    reason = "each copy of a loop takes its body in, or it would not be compiled for the processor"
)]

use rayon::prelude::*;

/// Numbers that one core takes at a time: a piece stays in its cache.
const PIECE: usize = 1 << 15;
/// Below this many numbers one core does it all.
const ALONE: usize = 1 << 14;

/// Sum and sum of squares over the grid, by channel.
#[derive(Debug, Clone)]
pub(super) struct Moments {
    pub(super) sum: Vec<f64>,
    pub(super) square: Vec<f64>,
}

/// Compiles a loop for the processors that we know, and picks one of them when it is called.
macro_rules! widest {
    ($(#[$doc:meta])* fn $name:ident($($argument:ident: $type:ty),*) $body:block) => {
        $(#[$doc])*
        fn $name($($argument: $type),*) {
            #[inline(always)]
            fn body($($argument: $type),*) $body

            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,fma")]
                fn avx512($($argument: $type),*) {
                    body($($argument),*);
                }
                #[target_feature(enable = "avx2,fma")]
                fn avx2($($argument: $type),*) {
                    body($($argument),*);
                }
                if is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("fma")
                {
                    // SAFETY: the processor has what the function was compiled for.
                    return unsafe { avx512($($argument),*) };
                }
                if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                    // SAFETY: the processor has what the function was compiled for.
                    return unsafe { avx2($($argument),*) };
                }
            }
            body($($argument),*);
        }
    };
}

/// exp(x) for x in -87..=0, to 2e-7 of its value (Cephes' expf: 2^n times a polynomial of degree 6).
#[inline(always)]
fn exp(x: f32) -> f32 {
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    // Adding 1.5 * 2^23 rounds to the nearest integer, which is then in the low bits.
    const ROUND: f32 = 12_582_912.0;
    let shifted = x.mul_add(std::f32::consts::LOG2_E, ROUND);
    let n = shifted - ROUND;
    let r = n.mul_add(-LN2_LOW, n.mul_add(-LN2_HIGH, x));
    let p = 1.987_569_1e-4_f32;
    let p = p.mul_add(r, 1.398_199_9e-3);
    let p = p.mul_add(r, 8.333_452e-3);
    let p = p.mul_add(r, 4.166_579_6e-2);
    let p = p.mul_add(r, 1.666_666_5e-1);
    let p = p.mul_add(r, 0.5);
    let p = p.mul_add(r * r, r) + 1.0;
    let scale = f32::from_bits(shifted.to_bits().wrapping_shl(23).wrapping_add(127 << 23));
    p * scale
}

/// ELU: x above 0, exp(x) - 1 below. A NaN stays one.
#[inline(always)]
fn elu(x: f32) -> f32 {
    // Below -30 exp(x) - 1 is -1 in float32.
    let below = exp(x.clamp(-30.0, 0.0)) - 1.0;
    if x > 0.0 || x.is_nan() { x } else { below }
}

widest! {
    /// y = elu(x * scale + shift), by channel.
    fn scale_shift_elu_piece(numbers: &mut [f32], scale: &[f32], shift: &[f32]) {
        for cell in numbers.chunks_exact_mut(scale.len()) {
            for ((x, scale), shift) in cell.iter_mut().zip(scale).zip(shift) {
                *x = elu(x.mul_add(*scale, *shift));
            }
        }
    }
}

widest! {
    /// y = x * scale + shift, by channel.
    fn scale_shift_piece(numbers: &mut [f32], scale: &[f32], shift: &[f32]) {
        for cell in numbers.chunks_exact_mut(scale.len()) {
            for ((x, scale), shift) in cell.iter_mut().zip(scale).zip(shift) {
                *x = x.mul_add(*scale, *shift);
            }
        }
    }
}

widest! {
    /// y = elu(x).
    fn elu_piece(numbers: &mut [f32]) {
        for x in numbers {
            *x = elu(*x);
        }
    }
}

widest! {
    /// Adds sums and sums of squares, by channel.
    fn moments_piece(numbers: &[f32], sum: &mut [f64], square: &mut [f64]) {
        let channels = sum.len();
        for cell in numbers.chunks_exact(channels) {
            for ((x, sum), square) in cell.iter().zip(sum.iter_mut()).zip(square.iter_mut()) {
                let x = f64::from(*x);
                *sum += x;
                *square += x * x;
            }
        }
    }
}

/// What the end of a step needs to know.
#[derive(Debug, Clone, Copy)]
pub(super) struct StepEnd {
    /// Complex channels of a cell; the numbers of a cell are real parts, then imaginary parts.
    pub(super) d: usize,
    /// Decay.
    pub(super) gamma: f32,
    /// Whether the law's answer multiplies the state.
    pub(super) multiplies: bool,
}

widest! {
    /// next = (psi + delta - gamma psi) / (norm + 1e-9), by cell; delta times psi first where the law multiplies.
    fn advance_piece(next: &mut [f32], psi: &[f32], delta: &[f32], end: StepEnd) {
        let StepEnd { d, gamma, multiplies } = end;
        let cells = next.chunks_exact_mut(2 * d).zip(psi.chunks_exact(2 * d)).zip(delta.chunks_exact(2 * d));
        for ((next, psi), delta) in cells {
            let ((next_re, next_im), (re, im)) = (next.split_at_mut(d), psi.split_at(d));
            let (delta_re, delta_im) = delta.split_at(d);
            let mut norm = 0.0;
            for k in 0..d {
                let (a, b) = if multiplies {
                    (delta_re[k] * re[k] - delta_im[k] * im[k], delta_re[k] * im[k] + delta_im[k] * re[k])
                } else {
                    (delta_re[k], delta_im[k])
                };
                let a = re[k] + a - gamma * re[k];
                let b = im[k] + b - gamma * im[k];
                norm += a * a + b * b;
                next_re[k] = a;
                next_im[k] = b;
            }
            let norm = norm.sqrt() + 1e-9;
            for x in next.iter_mut() {
                *x /= norm;
            }
        }
    }
}

/// Whole cells to a piece.
fn piece(channels: usize) -> usize {
    (PIECE / channels).max(1) * channels
}

fn in_pieces(numbers: &mut [f32], channels: usize, work: impl Fn(&mut [f32]) + Sync + Send) {
    if numbers.len() < ALONE {
        work(numbers);
    } else {
        numbers.par_chunks_mut(piece(channels)).for_each(work);
    }
}

/// In place: `elu(x * scale + shift)`, or without the ELU.
pub(super) fn scale_shift(numbers: &mut [f32], scale: &[f32], shift: &[f32], with_elu: bool) {
    in_pieces(numbers, scale.len(), |numbers| {
        if with_elu {
            scale_shift_elu_piece(numbers, scale, shift);
        } else {
            scale_shift_piece(numbers, scale, shift);
        }
    });
}

/// In place: ELU.
pub(super) fn elu_all(numbers: &mut [f32]) {
    in_pieces(numbers, 1, elu_piece);
}

/// Sums over the grid, by channel. The pieces are always the same, so the sums are too.
pub(super) fn moments(numbers: &[f32], channels: usize) -> Moments {
    let zeros = || Moments {
        sum: vec![0.0; channels],
        square: vec![0.0; channels],
    };
    let of_piece = |numbers: &[f32]| {
        let mut moments = zeros();
        moments_piece(numbers, &mut moments.sum, &mut moments.square);
        moments
    };
    let pieces: Vec<Moments> = if numbers.len() < ALONE {
        numbers.chunks(piece(channels)).map(of_piece).collect()
    } else {
        numbers.par_chunks(piece(channels)).map(of_piece).collect()
    };
    pieces.into_iter().fold(zeros(), |mut total, moments| {
        for (total, x) in total.sum.iter_mut().zip(moments.sum) {
            *total += x;
        }
        for (total, x) in total.square.iter_mut().zip(moments.square) {
            *total += x;
        }
        total
    })
}

/// The end of a step, see [`StepEnd`].
pub(super) fn advance(next: &mut [f32], psi: &[f32], delta: &[f32], end: StepEnd) {
    if next.len() < ALONE {
        return advance_piece(next, psi, delta, end);
    }
    let piece = piece(2 * end.d);
    next.par_chunks_mut(piece)
        .zip(psi.par_chunks(piece))
        .zip(delta.par_chunks(piece))
        .for_each(|((next, psi), delta)| advance_piece(next, psi, delta, end));
}

/// Copies a grid into the middle of one that is wider by `cells` on each side; what is around it is the grid's other side.
pub(super) fn wrap(
    wide: &mut [f32],
    numbers: &[f32],
    channels: usize,
    height: usize,
    width: usize,
    cells: usize,
) {
    let (row, wide_row) = (width * channels, (width + 2 * cells) * channels);
    let fill = |(y, wide): (usize, &mut [f32])| {
        let source = (y + height * cells - cells) % height;
        let numbers = &numbers[source * row..(source + 1) * row];
        for (x, cell) in wide.chunks_exact_mut(channels).enumerate().take(cells) {
            let from = (x + width * cells - cells) % width * channels;
            cell.copy_from_slice(&numbers[from..from + channels]);
        }
        wide[cells * channels..cells * channels + row].copy_from_slice(numbers);
        for x in 0..cells {
            let (to, from) = ((cells + width + x) * channels, x % width * channels);
            wide[to..to + channels].copy_from_slice(&numbers[from..from + channels]);
        }
    };
    if wide.len() < ALONE {
        wide.chunks_exact_mut(wide_row).enumerate().for_each(fill);
    } else {
        wide.par_chunks_exact_mut(wide_row).enumerate().for_each(fill);
    }
}
