//! What passes do to tensors of tiles, `[slots, rows, columns, channels]`.

use tch::{Device, Kind, TchError, Tensor};

use super::super::super::layers::{GROUP_NORM_EPSILON, RMS_NORM_EPSILON};
use super::super::kernel::Kernel;
use super::super::lanes::{Block, LANES, Number};
use super::super::program::{Elementwise, Finish};
use super::super::raised::Raised;

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

/// What [`Raised`] is, on a device.
#[derive(Debug)]
pub(super) struct Transposed {
    /// `[in, out, 4, 4]`: each cell of the level above goes to the four it is and to those around them.
    weight: Tensor,
    /// What a bias gave through each cell of a 3x3 kernel, `[out, 1, 3, 3]`.
    of_bias: Tensor,
}

impl Transposed {
    /// Moves it to a device.
    pub(super) fn new<F: Number>(raised: &Raised<F>, device: Device) -> Result<Self, TchError> {
        let out = raised.kernels[0].out_channels() as i64;
        let parts = raised.kernels.each_ref().map(|kernel| {
            let (weight, _) = kernel.unpacked();
            Tensor::f_from_slice(&weight)?.f_view([out, -1, 2, 2])
        });
        // [odd row, odd column, out, in, row, column]: cell (row, column) of the kernel of (odd, odd) has the place
        // 3 - odd - 2 row of a transposed kernel.
        let parts = parts.into_iter().collect::<Result<Vec<_>, _>>()?;
        let weight = Tensor::f_stack(&parts, 0)?
            .f_view([2, 2, out, -1, 2, 2])?
            .f_permute([3, 2, 4, 0, 5, 1])?
            .f_reshape([-1, out, 4, 4])?
            .f_flip([2, 3])?;
        let of_bias: Vec<F> = (0..out as usize)
            .flat_map(|channel| {
                let of = move |given: &Vec<Block<F>>| given[channel / LANES][channel % LANES];
                raised.of_bias.iter().map(of)
            })
            .collect();
        Ok(Self {
            weight: weight.f_contiguous()?.f_to_device(device)?,
            of_bias: Tensor::f_from_slice(&of_bias)?
                .f_view([out, 1, 3, 3])?
                .f_to_device(device)?,
        })
    }

    /// What tiles of the level above, with one cell around each, add to those of this level: channels first, both.
    pub(super) fn apply(&self, above: &Tensor) -> Result<Tensor, TchError> {
        above.f_conv_transpose2d(&self.weight, None::<Tensor>, [2, 2], [3, 3], [0, 0], 1, [1, 1])
    }

    /// What the bias gave through cells beyond a wall: `beyond` says which, `[n, rows + 2, columns + 2, 1]`.
    pub(super) fn through(&self, beyond: &Tensor) -> Result<Tensor, TchError> {
        let beyond = beyond
            .f_to_kind(self.of_bias.f_kind()?)?
            .f_permute([0, 3, 1, 2])?;
        beyond.f_conv2d(&self.of_bias, None::<Tensor>, [1, 1], [0, 0], [1, 1], 1)
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
