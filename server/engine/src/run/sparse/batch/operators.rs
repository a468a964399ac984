//! What passes do to tensors of tiles, `[slots, rows, columns, channels]`.

use tch::{Device, Kind, TchError, Tensor};

use super::super::super::layers::{GROUP_NORM_EPSILON, RMS_NORM_EPSILON};
use super::super::kernel::Kernel;
use super::super::lanes::Number;
use super::super::program::{Elementwise, Finish};

/// A kernel on a device.
#[derive(Debug)]
pub(super) struct Weights {
    /// `[out, in]` of a kernel of one cell, else `[out, in, 3, 3]`.
    pub(super) weight: Tensor,
    /// `[out]`
    pub(super) bias: Tensor,
}

impl Weights {
    /// Moves a kernel to a device.
    pub(super) fn new<F: Number>(kernel: &Kernel<F>, device: Device) -> Result<Self, TchError> {
        let (weight, bias) = kernel.unpacked();
        let out = kernel.out_channels() as i64;
        let weight = Tensor::f_from_slice(&weight)?;
        let weight = match kernel.side() as i64 {
            1 => weight.f_view([out, -1])?,
            side => weight.f_view([out, -1, side, side])?,
        };
        Ok(Self {
            weight: weight.f_to_device(device)?,
            bias: Tensor::f_from_slice(&bias)?.f_to_device(device)?,
        })
    }
}

/// A scale and a shift, by channel.
#[derive(Debug)]
pub(super) struct Affine {
    pub(super) scale: Tensor,
    pub(super) shift: Tensor,
}

/// The scale and the shift that a norm is. `sums`: sums and sums of squares, float64 `[2, channels]`, over so many cells.
pub(super) fn affine(
    groups: Option<usize>,
    norm: &Affine,
    sums: &Tensor,
    cells: f64,
    kind: Kind,
) -> Result<Affine, TchError> {
    let (_, channels) = sums.size2()?;
    let size = groups.map_or(1, |groups| channels / groups.max(1) as i64).max(1);
    let means = sums
        .f_view([2, -1, size])?
        .f_sum_dim_intlist(Some([2].as_slice()), false, None::<Kind>)?
        .f_div_scalar(cells * size as f64)?
        .f_repeat_interleave_self_int(size, 1, channels)?;
    let (mean, square) = (means.f_get(0)?, means.f_get(1)?);
    let (mean, inverse) = match groups {
        Some(_) => {
            let variance = square.f_sub(&mean.f_square()?)?.f_clamp_min(0.0)?;
            (mean, variance.f_add_scalar(GROUP_NORM_EPSILON)?.f_rsqrt()?)
        }
        None => (
            mean.f_zeros_like()?,
            square.f_add_scalar(RMS_NORM_EPSILON)?.f_rsqrt()?,
        ),
    };
    let scale = inverse.f_mul(&norm.scale)?;
    let shift = norm.shift.f_sub(&mean.f_mul(&scale)?)?;
    Ok(Affine {
        scale: scale.f_to_kind(kind)?,
        shift: shift.f_to_kind(kind)?,
    })
}

/// What is done to numbers between two kernels of a pass, or before the first. Norms are of whole sheets: they stand elsewhere.
pub(super) fn finish(x: &Tensor, finish: Finish) -> Result<Tensor, TchError> {
    match finish {
        Finish::Plain | Finish::Norm { .. } => Ok(x.shallow_clone()),
        Finish::Elu => x.f_elu(),
        Finish::Spike { threshold } => x.f_gt(threshold)?.f_to_kind(x.f_kind()?),
    }
}

/// A kernel of one cell.
pub(super) fn linear(x: &Tensor, Weights { weight, bias }: &Weights) -> Result<Tensor, TchError> {
    x.f_linear(weight, Some(bias))
}

/// The largest of each 2x2.
pub(super) fn pool(x: &Tensor) -> Result<Tensor, TchError> {
    let (slots, rows, columns, channels) = x.size4()?;
    x.f_reshape([slots, rows / 2, 2, columns / 2, 2, channels])?
        .f_amax([2, 4].as_slice(), false)
}

/// A transposed convolution: each cell becomes four, by rows, each of its kernel.
pub(super) fn up(x: &Tensor, kernels: &[Weights]) -> Result<Tensor, TchError> {
    let (slots, rows, columns, _) = x.size4()?;
    let parts: Vec<Tensor> = kernels
        .iter()
        .map(|kernel| linear(x, kernel))
        .collect::<Result<_, _>>()?;
    Tensor::f_stack(&parts, 3)?
        .f_reshape([slots, rows, columns, 2, 2, -1])?
        .f_permute([0, 1, 3, 2, 4, 5])?
        .f_reshape([slots, 2 * rows, 2 * columns, -1])
}

/// An operation by element; of channels, so many.
pub(super) fn map(op: Elementwise, read: &[Tensor], channels: usize) -> Result<Tensor, TchError> {
    match (op, read) {
        (Elementwise::Channels { first }, [x]) => {
            x.f_narrow(3, first as i64, channels as i64)?.f_contiguous()
        }
        (Elementwise::Sigmoid, [x]) => x.f_sigmoid(),
        (Elementwise::Tanh, [x]) => x.f_tanh(),
        (Elementwise::Mul, [a, b]) => a.f_mul(b),
        (Elementwise::Add, [a, b]) => a.f_add(b),
        _ => Err(TchError::Shape(format!("{op:?} of {} sheets", read.len()))),
    }
}

/// Tensors side by side along an axis. A single one is not copied.
pub(super) fn joined(mut parts: Vec<Tensor>, axis: i64) -> Result<Tensor, TchError> {
    match parts.len() {
        1 => Ok(parts.remove(0)),
        _ => Tensor::f_cat(&parts, axis),
    }
}
