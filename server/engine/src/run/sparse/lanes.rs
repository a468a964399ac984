//! Sixteen numbers side by side, as the processor at hand keeps them.
//!
//! Channels come in blocks of [`LANES`]; a kernel is written once over [`Lanes`] and compiled for each processor that we
//! know, and [`Number::perform`] picks one of them at run time.

#![expect(
    unsafe_code,
    reason = "to call what was compiled for a processor that was asked for first"
)]
#![expect(
    clippy::inline_always,
    reason = "each copy of a kernel takes these in, or it would not be compiled for the processor"
)]

use crate::real::Real;

use super::task::{Scratch, Task};

/// Channels of a block.
pub(crate) const LANES: usize = 16;

/// A block's channels of one cell.
pub(crate) type Block<F> = [F; LANES];

/// [`LANES`] numbers in registers.
pub(super) trait Lanes: Copy {
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
    /// `self + a * b`
    fn plus_product(self, a: Self, b: Self) -> Self;
}

/// A number that kernels compute with.
pub(crate) trait Number: Real {
    /// ELU: x above 0, exp(x) - 1 below. A NaN stays one.
    fn elu(self) -> Self;
    /// `self * a + b`
    fn times_plus(self, a: Self, b: Self) -> Self;
    /// Square root.
    fn root(self) -> Self;
    /// 1 / (1 + exp(-x))
    fn sigmoid(self) -> Self;
    /// tanh(x)
    fn hyperbolic_tangent(self) -> Self;
    /// Whether it is neither infinite nor no number.
    fn finite(self) -> bool;
    /// Works on one tile with the kernels that suit the processor.
    fn perform(
        task: &Task<'_, Self>,
        slot: usize,
        out: &mut [Block<Self>],
        sums: &mut [f64],
        scratch: &mut Scratch<Self>,
    );
}

impl Lanes for [f32; LANES] {
    type Number = f32;
    const WIDE: bool = false;

    #[inline(always)]
    fn splat(number: f32) -> Self {
        [number; LANES]
    }

    #[inline(always)]
    fn load(block: &Block<f32>) -> Self {
        *block
    }

    #[inline(always)]
    fn store(self, block: &mut Block<f32>) {
        *block = self;
    }

    #[inline(always)]
    fn plus_product(mut self, a: Self, b: Self) -> Self {
        for ((x, a), b) in self.iter_mut().zip(a).zip(b) {
            *x += a * b;
        }
        self
    }
}

impl Lanes for [f64; LANES] {
    type Number = f64;
    const WIDE: bool = false;

    #[inline(always)]
    fn splat(number: f64) -> Self {
        [number; LANES]
    }

    #[inline(always)]
    fn load(block: &Block<f64>) -> Self {
        *block
    }

    #[inline(always)]
    fn store(self, block: &mut Block<f64>) {
        *block = self;
    }

    #[inline(always)]
    fn plus_product(mut self, a: Self, b: Self) -> Self {
        for ((x, a), b) in self.iter_mut().zip(a).zip(b) {
            *x += a * b;
        }
        self
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{
        __m256, __m512, __m512d, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps, _mm256_storeu_ps,
        _mm512_fmadd_pd, _mm512_fmadd_ps, _mm512_loadu_pd, _mm512_loadu_ps, _mm512_set1_pd, _mm512_set1_ps,
        _mm512_storeu_pd, _mm512_storeu_ps,
    };

    use super::{Block, Lanes};

    /// AVX-512, float32.
    #[derive(Clone, Copy)]
    pub(super) struct Wide(__m512);
    /// AVX2, float32.
    #[derive(Clone, Copy)]
    pub(super) struct Pair([__m256; 2]);
    /// AVX-512, float64.
    #[derive(Clone, Copy)]
    pub(super) struct DoublePair([__m512d; 2]);

    // SAFETY, for all blocks below: these types are used by kernels alone that were compiled for a processor with the
    // instructions, and are called after the processor was asked for them (`super::Number::perform`). Loads and stores
    // need no alignment, and go to the block that the reference leads to.
    impl Lanes for Wide {
        type Number = f32;
        const WIDE: bool = true;

        #[inline(always)]
        fn splat(number: f32) -> Self {
            // SAFETY: see above.
            unsafe { Self(_mm512_set1_ps(number)) }
        }

        #[inline(always)]
        fn load(block: &Block<f32>) -> Self {
            // SAFETY: see above.
            unsafe { Self(_mm512_loadu_ps(block.as_ptr())) }
        }

        #[inline(always)]
        fn store(self, block: &mut Block<f32>) {
            // SAFETY: see above.
            unsafe { _mm512_storeu_ps(block.as_mut_ptr(), self.0) }
        }

        #[inline(always)]
        fn plus_product(self, a: Self, b: Self) -> Self {
            // SAFETY: see above.
            unsafe { Self(_mm512_fmadd_ps(a.0, b.0, self.0)) }
        }
    }

    impl Lanes for Pair {
        type Number = f32;
        const WIDE: bool = false;

        #[inline(always)]
        fn splat(number: f32) -> Self {
            // SAFETY: see above.
            unsafe { Self([_mm256_set1_ps(number); 2]) }
        }

        #[inline(always)]
        fn load(block: &Block<f32>) -> Self {
            // SAFETY: see above; the second half begins 8 numbers into a block of 16.
            unsafe {
                Self([
                    _mm256_loadu_ps(block.as_ptr()),
                    _mm256_loadu_ps(block.as_ptr().add(8)),
                ])
            }
        }

        #[inline(always)]
        fn store(self, block: &mut Block<f32>) {
            // SAFETY: as in `load`.
            unsafe {
                _mm256_storeu_ps(block.as_mut_ptr(), self.0[0]);
                _mm256_storeu_ps(block.as_mut_ptr().add(8), self.0[1]);
            }
        }

        #[inline(always)]
        fn plus_product(self, a: Self, b: Self) -> Self {
            // SAFETY: see above.
            unsafe {
                Self([
                    _mm256_fmadd_ps(a.0[0], b.0[0], self.0[0]),
                    _mm256_fmadd_ps(a.0[1], b.0[1], self.0[1]),
                ])
            }
        }
    }

    impl Lanes for DoublePair {
        type Number = f64;
        const WIDE: bool = false;

        #[inline(always)]
        fn splat(number: f64) -> Self {
            // SAFETY: see above.
            unsafe { Self([_mm512_set1_pd(number); 2]) }
        }

        #[inline(always)]
        fn load(block: &Block<f64>) -> Self {
            // SAFETY: see above; the second half begins 8 numbers into a block of 16.
            unsafe {
                Self([
                    _mm512_loadu_pd(block.as_ptr()),
                    _mm512_loadu_pd(block.as_ptr().add(8)),
                ])
            }
        }

        #[inline(always)]
        fn store(self, block: &mut Block<f64>) {
            // SAFETY: as in `load`.
            unsafe {
                _mm512_storeu_pd(block.as_mut_ptr(), self.0[0]);
                _mm512_storeu_pd(block.as_mut_ptr().add(8), self.0[1]);
            }
        }

        #[inline(always)]
        fn plus_product(self, a: Self, b: Self) -> Self {
            // SAFETY: see above.
            unsafe {
                Self([
                    _mm512_fmadd_pd(a.0[0], b.0[0], self.0[0]),
                    _mm512_fmadd_pd(a.0[1], b.0[1], self.0[1]),
                ])
            }
        }
    }
}

/// Implements [`Number::perform`] for a type of numbers: the kernels compiled for each processor, and the choice.
macro_rules! perform {
    ($number:ty, $avx512:ty, $avx2:ty) => {
        fn perform(
            task: &Task<'_, Self>,
            slot: usize,
            out: &mut [Block<Self>],
            sums: &mut [f64],
            scratch: &mut Scratch<Self>,
        ) {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")]
                fn avx512(
                    task: &Task<'_, $number>,
                    slot: usize,
                    out: &mut [Block<$number>],
                    sums: &mut [f64],
                    scratch: &mut Scratch<$number>,
                ) {
                    task.perform::<$avx512>(slot, out, sums, scratch);
                }
                #[target_feature(enable = "avx2,fma")]
                fn avx2(
                    task: &Task<'_, $number>,
                    slot: usize,
                    out: &mut [Block<$number>],
                    sums: &mut [f64],
                    scratch: &mut Scratch<$number>,
                ) {
                    task.perform::<$avx2>(slot, out, sums, scratch);
                }
                if is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("fma")
                {
                    // SAFETY: the processor has what the function was compiled for.
                    return unsafe { avx512(task, slot, out, sums, scratch) };
                }
                if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                    // SAFETY: the processor has what the function was compiled for.
                    return unsafe { avx2(task, slot, out, sums, scratch) };
                }
            }
            task.perform::<[$number; LANES]>(slot, out, sums, scratch);
        }
    };
}

impl Number for f32 {
    #[inline(always)]
    fn elu(self) -> Self {
        // Below -30 exp(x) - 1 is -1 in float32.
        let below = exp(self.clamp(-30.0, 0.0)) - 1.0;
        if self > 0.0 || self.is_nan() { self } else { below }
    }

    #[inline(always)]
    fn times_plus(self, a: Self, b: Self) -> Self {
        self.mul_add(a, b)
    }

    #[inline(always)]
    fn root(self) -> Self {
        self.sqrt()
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

    perform!(f32, x86::Wide, x86::Pair);
}

impl Number for f64 {
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

    #[inline(always)]
    fn root(self) -> Self {
        self.sqrt()
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

    perform!(f64, x86::DoublePair, [f64; LANES]);
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
