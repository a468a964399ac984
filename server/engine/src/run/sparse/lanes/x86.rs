//! Lanes in the registers of AVX-512 and AVX2.

#![expect(unsafe_code, reason = "the processor's own instructions")]
#![expect(
    clippy::inline_always,
    reason = "each copy of a kernel takes these in, or it would not be compiled for the processor"
)]

use std::arch::x86_64::{
    __m256, __m512, __m512d, _mm256_add_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps,
    _mm256_storeu_ps, _mm512_add_pd, _mm512_add_ps, _mm512_fmadd_pd, _mm512_fmadd_ps, _mm512_loadu_pd,
    _mm512_loadu_ps, _mm512_set1_pd, _mm512_set1_ps, _mm512_storeu_pd, _mm512_storeu_ps,
};

use super::{Block, Lanes};

/// AVX-512, float32.
#[derive(Clone, Copy)]
pub(crate) struct Wide(__m512);
/// AVX2, float32.
#[derive(Clone, Copy)]
pub(crate) struct Pair([__m256; 2]);
/// AVX-512, float64.
#[derive(Clone, Copy)]
pub(crate) struct DoublePair([__m512d; 2]);

// SAFETY, for all blocks below: these types are used by kernels alone that were compiled for a processor with the
// instructions, and are called after the processor was asked for them (`super::super::processor`). Loads and stores
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
    fn plus(self, a: Self) -> Self {
        // SAFETY: see above.
        unsafe { Self(_mm512_add_ps(self.0, a.0)) }
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
    fn plus(self, a: Self) -> Self {
        // SAFETY: see above.
        unsafe { Self([_mm256_add_ps(self.0[0], a.0[0]), _mm256_add_ps(self.0[1], a.0[1])]) }
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
    fn plus(self, a: Self) -> Self {
        // SAFETY: see above.
        unsafe { Self([_mm512_add_pd(self.0[0], a.0[0]), _mm512_add_pd(self.0[1], a.0[1])]) }
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
