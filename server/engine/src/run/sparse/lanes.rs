//! Sixteen numbers side by side, as the processor at hand keeps them.
//!
//! Channels come in blocks of [`LANES`]; a kernel is written once over [`Lanes`] and compiled for each processor that we
//! know ([`super::processor`]).

#![expect(
    clippy::inline_always,
    reason = "each copy of a kernel takes these in, or it would not be compiled for the processor"
)]

#[cfg(target_arch = "x86_64")]
mod x86;

use crate::real::Real;

/// Channels of a block.
pub(crate) const LANES: usize = 16;

/// A block's channels of one cell.
pub(crate) type Block<F> = [F; LANES];

/// [`LANES`] numbers in registers.
pub(crate) trait Lanes: Copy {
    /// What they are.
    type Number: Number;
    /// Cells that a kernel computes at once: as many as there are registers for, with one block or more.
    const WIDE: bool;

    /// The same number everywhere.
    fn splat(number: Self::Number) -> Self;
    /// Reads a block.
    fn load(block: &Block<Self::Number>) -> Self;
    /// Writes a block.
    fn store(self, block: &mut Block<Self::Number>);
    /// `self + a`
    fn plus(self, a: Self) -> Self;
    /// `self + a * b`
    fn plus_product(self, a: Self, b: Self) -> Self;
}

/// A number that kernels compute with.
pub(crate) trait Number: Real {
    /// Its lanes on a processor with AVX-512.
    #[cfg(target_arch = "x86_64")]
    type Avx512: Lanes<Number = Self>;
    /// Its lanes on a processor with AVX2.
    #[cfg(target_arch = "x86_64")]
    type Avx2: Lanes<Number = Self>;

    /// ELU: x above 0, exp(x) - 1 below. A NaN stays one.
    fn elu(self) -> Self;
    /// `self * a + b`
    fn times_plus(self, a: Self, b: Self) -> Self;
    /// 1 / (1 + exp(-x))
    fn sigmoid(self) -> Self;
    /// tanh(x)
    fn hyperbolic_tangent(self) -> Self;
    /// Whether it is neither infinite nor no number.
    fn finite(self) -> bool;
}

/// Any processor.
impl<F: Number> Lanes for [F; LANES] {
    type Number = F;
    const WIDE: bool = false;

    #[inline(always)]
    fn splat(number: F) -> Self {
        [number; LANES]
    }

    #[inline(always)]
    fn load(block: &Block<F>) -> Self {
        *block
    }

    #[inline(always)]
    fn store(self, block: &mut Block<F>) {
        *block = self;
    }

    #[inline(always)]
    fn plus(mut self, a: Self) -> Self {
        for (x, a) in self.iter_mut().zip(a) {
            *x += a;
        }
        self
    }

    #[inline(always)]
    fn plus_product(mut self, a: Self, b: Self) -> Self {
        for ((x, a), b) in self.iter_mut().zip(a).zip(b) {
            *x += a * b;
        }
        self
    }
}

impl Number for f32 {
    #[cfg(target_arch = "x86_64")]
    type Avx512 = x86::Wide;
    #[cfg(target_arch = "x86_64")]
    type Avx2 = x86::Pair;

    #[inline(always)]
    fn elu(self) -> Self {
        // Below -30 it is -1 in float32.
        let below = exp_m1(self.clamp(-30.0, 0.0));
        if self > 0.0 || self.is_nan() { self } else { below }
    }

    #[inline(always)]
    fn times_plus(self, a: Self, b: Self) -> Self {
        self.mul_add(a, b)
    }

    fn sigmoid(self) -> Self {
        f64::from(self).sigmoid() as Self
    }

    fn hyperbolic_tangent(self) -> Self {
        f64::from(self).tanh() as Self
    }

    #[inline(always)]
    fn finite(self) -> bool {
        self.is_finite()
    }
}

impl Number for f64 {
    #[cfg(target_arch = "x86_64")]
    type Avx512 = x86::DoublePair;
    #[cfg(target_arch = "x86_64")]
    type Avx2 = [f64; LANES];

    fn elu(self) -> Self {
        if self > 0.0 || self.is_nan() {
            self
        } else {
            self.exp_m1()
        }
    }

    #[inline(always)]
    fn times_plus(self, a: Self, b: Self) -> Self {
        self * a + b
    }

    fn sigmoid(self) -> Self {
        1.0 / (1.0 + (-self).exp())
    }

    fn hyperbolic_tangent(self) -> Self {
        self.tanh()
    }

    #[inline(always)]
    fn finite(self) -> bool {
        self.is_finite()
    }
}

/// exp(x) - 1 for x in -30..=0, to 3e-7 of its value (the polynomial is that of Cephes' expf: x = n ln 2 + r, and
/// exp(x) - 1 = 2^n (exp(r) - 1) + (2^n - 1), so that nothing is lost where x is small).
#[inline(always)]
fn exp_m1(x: f32) -> f32 {
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
    let p = p.mul_add(r * r, r);
    let scale = f32::from_bits(shifted.to_bits().wrapping_shl(23).wrapping_add(127 << 23));
    p.mul_add(scale, scale - 1.0)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "numbers that were never rounded")]
mod tests {
    use proptest::prelude::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::super::kernel::{Kernel, Target, View, blocks};
    use super::*;

    /// A kernel, a tile with what lies around it, and what a plain loop makes of them.
    struct Case<F> {
        kernel: Kernel<F>,
        side: usize,
        cells: usize,
        x: Vec<Block<F>>,
        expected: Vec<f64>,
        out: usize,
    }

    fn case<F: Number>(seed: u64, side: usize, cells: usize, sources: &[usize], out: usize) -> Case<F> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut number = || f64::from(random.random_range(-8_i32..8)) / 8.0;
        let total: usize = sources.iter().sum();
        let weights: Vec<f64> = (0..out * total * side * side).map(|_| number()).collect();
        let bias: Vec<f64> = (0..out).map(|_| number()).collect();
        let kernel = Kernel::pack(
            side,
            out,
            sources,
            |o, i, cell| weights[(o * total + i) * side * side + cell],
            |o| bias[o],
        );
        let pitch = cells + side - 1;
        let mut x = Vec::new();
        let mut planes = Vec::new();
        for &channels in sources {
            let first = x.len();
            x.resize(first + blocks(channels) * pitch * pitch, [F::default(); LANES]);
            for channel in 0..channels {
                let plane: Vec<f64> = (0..pitch * pitch).map(|_| number()).collect();
                for (at, value) in plane.iter().enumerate() {
                    x[first + channel / LANES * pitch * pitch + at][channel % LANES] = F::of(*value);
                }
                planes.push(plane);
            }
        }
        let mut expected = Vec::new();
        for o in 0..out {
            for at in 0..cells * cells {
                let (y, column) = (at / cells, at % cells);
                let mut sum = bias[o];
                for (i, plane) in planes.iter().enumerate() {
                    for cell in 0..side * side {
                        let from = (y + cell / side) * pitch + column + cell % side;
                        sum += weights[(o * total + i) * side * side + cell] * plane[from];
                    }
                }
                expected.push(sum);
            }
        }
        Case {
            kernel,
            side,
            cells,
            x,
            expected,
            out,
        }
    }

    impl<F: Number> Case<F> {
        /// The largest difference of what `convolve` makes.
        fn error(&self, convolve: impl Fn(&Kernel<F>, &[Block<F>], usize, usize, &mut [Block<F>])) -> f64 {
            let area = self.cells * self.cells;
            let mut made = vec![[F::default(); LANES]; blocks(self.out) * area];
            let pitch = self.cells + self.side - 1;
            convolve(&self.kernel, &self.x, pitch, self.cells, &mut made);
            let of = |o: usize, at: usize| made[o / LANES * area + at][o % LANES].double();
            (0..self.out)
                .flat_map(|o| (0..area).map(move |at| (o, at)))
                .map(|(o, at)| (of(o, at) - self.expected[o * area + at]).abs())
                .fold(0.0, f64::max)
        }
    }

    fn with<V: Lanes>(
        kernel: &Kernel<V::Number>,
        x: &[Block<V::Number>],
        pitch: usize,
        cells: usize,
        out: &mut [Block<V::Number>],
    ) {
        kernel.convolve::<V>(View::all(x, pitch), cells, Target::all(out, cells));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Numbers are eighths, so that every sum is exact and the order does not matter.
        #[test]
        fn every_processor_convolves_as_a_plain_loop_does(
            seed: u64, side in 1_usize..4, cells in prop::sample::select(vec![1_usize, 2, 4, 8, 16]),
            sources in prop::collection::vec(1_usize..40, 1..3), out in 1_usize..70,
        ) {
            let single = case::<f32>(seed, side, cells, &sources, out);
            prop_assert_eq!(single.error(with::<[f32; LANES]>), 0.0);
            let double = case::<f64>(seed, side, cells, &sources, out);
            prop_assert_eq!(double.error(with::<[f64; LANES]>), 0.0);
            #[cfg(target_arch = "x86_64")]
            {
                if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                    prop_assert_eq!(single.error(with::<x86::Pair>), 0.0);
                }
                if is_x86_feature_detected!("avx512f") {
                    prop_assert_eq!(single.error(with::<x86::Wide>), 0.0);
                    prop_assert_eq!(double.error(with::<x86::DoublePair>), 0.0);
                }
            }
        }

        #[test]
        fn elu_is_elu(x in -100_f32..10.0) {
            let expected = if x > 0.0 { f64::from(x) } else { f64::from(x).exp_m1() };
            prop_assert!((f64::from(x.elu()) - expected).abs() <= 3e-7 * expected.abs());
        }

        /// Most activations are small, and keep all their figures.
        #[test]
        fn elu_is_elu_near_nought(exponent in -30_f32..0.0) {
            let x = -exponent.exp2();
            let expected = f64::from(x).exp_m1();
            prop_assert!((f64::from(x.elu()) - expected).abs() <= 3e-7 * expected.abs());
        }
    }

    #[test]
    fn a_value_that_is_not_finite_is_not_hidden() {
        assert!(f32::NAN.elu().is_nan() && f64::NAN.elu().is_nan());
        assert_eq!(f32::INFINITY.elu().to_bits(), f32::INFINITY.to_bits());
        assert_eq!(f32::NEG_INFINITY.elu().to_bits(), (-1.0_f32).to_bits());
    }
}
