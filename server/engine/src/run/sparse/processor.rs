//! A tile's work, compiled for each processor that we know, and the choice among them at run time.

#![expect(
    unsafe_code,
    reason = "to call what was compiled for a processor that was asked for first"
)]

use super::lanes::{Block, LANES, Number};
use super::task::{Scratch, Task};

/// Works on one tile with the kernels that suit the processor.
pub(super) fn perform<F: Number>(
    task: &Task<'_, F>,
    slot: usize,
    out: &mut [Block<F>],
    sums: &mut [f64],
    scratch: &mut Scratch<F>,
) {
    #[cfg(target_arch = "x86_64")]
    {
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
    task.perform::<[F; LANES]>(slot, out, sums, scratch);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")]
fn avx512<F: Number>(
    task: &Task<'_, F>,
    slot: usize,
    out: &mut [Block<F>],
    sums: &mut [f64],
    scratch: &mut Scratch<F>,
) {
    task.perform::<F::Avx512>(slot, out, sums, scratch);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2<F: Number>(
    task: &Task<'_, F>,
    slot: usize,
    out: &mut [Block<F>],
    sums: &mut [f64],
    scratch: &mut Scratch<F>,
) {
    task.perform::<F::Avx2>(slot, out, sums, scratch);
}
