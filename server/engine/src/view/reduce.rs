//! A large world in a small picture: blocks of `factor` x `factor` cells become one pixel. Blocks at the lower and the
//! right edge may have fewer cells.

use tch::{TchError, Tensor};

/// How many cells a pixel has along each side, so that the longest side has at most `side_pixels`.
pub(super) fn factor(height: u32, width: u32, side_pixels: u32) -> u32 {
    height.max(width).div_ceil(side_pixels.max(1)).max(1)
}

/// The largest value of each block: a single cell of matter stays visible. `[n, H, W]` to `[n, h, w]`.
pub(super) fn largest(planes: &Tensor, factor: u32) -> Result<Tensor, TchError> {
    if factor == 1 {
        return Ok(planes.shallow_clone());
    }
    let side = [i64::from(factor); 2];
    planes.f_max_pool2d(side, side, [0, 0], [1, 1], true)
}

/// The mean of each block. `[n, H, W]` to `[n, h, w]`.
pub(super) fn mean(planes: &Tensor, factor: u32) -> Result<Tensor, TchError> {
    if factor == 1 {
        return Ok(planes.shallow_clone());
    }
    let side = [i64::from(factor); 2];
    planes.f_avg_pool2d(side, side, [0, 0], true, false, None::<i64>)
}
