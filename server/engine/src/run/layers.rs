//! The graph, executed on whole grids through libtorch.
//!
//! Several grids can be run side by side as *fields*: the first is the world, and every norm takes its statistics from it
//! alone. That is how the background's stand-in sees the same law as the world whose empty cells it stands for.
//!
//! A grid has an end: an unbounded world's wraps here, and whoever runs it makes it large enough.
//!
//! Plain operators on contiguous tensors: libtorch's float32 group norm on channels-last tensors is off by 2e-4 a layer on
//! a CPU. What exports are held against, and what runs on CUDA; worlds on a CPU are stepped by [`super::sparse`].

use atheria_law::{Law, Op, ParamId, ParamRole, Weight};
use atheria_shared::Boundary;
use tch::{Device, Kind, TchError, Tensor};

use super::error::RunError;
use super::state::{Answer, Memory};
use super::values::{Field, Made, Values};

/// Epsilon of PyTorch's group norm.
pub(super) const GROUP_NORM_EPSILON: f64 = 1e-5;
/// Epsilon of the RMS norm.
pub(super) const RMS_NORM_EPSILON: f64 = 1e-6;

/// A law's layers with their weights on a device.
#[derive(Debug)]
pub struct Layers {
    law: Law,
    boundary: Boundary,
    weights: Vec<Tensor>,
    last_reads: Vec<usize>,
}

impl Layers {
    /// Moves the weights to a device, as float32.
    pub fn new(law: &Law, boundary: Boundary, device: Device) -> Result<Self, RunError> {
        Self::of_kind(law, boundary, device, Kind::Float)
    }

    /// The same with weights of a kind of floats: float64 is the yardstick of everything else.
    pub fn of_kind(law: &Law, boundary: Boundary, device: Device, kind: Kind) -> Result<Self, RunError> {
        let to_kind = |weight: &Weight| {
            let tensor = to_tensor(weight)?.f_to_device(device)?;
            if weight.spec.role == ParamRole::IntegerBuffer {
                return Ok(tensor);
            }
            tensor.f_to_kind(kind)
        };
        let weights = law
            .weights()
            .iter()
            .map(to_kind)
            .collect::<Result<_, _>>()
            .map_err(RunError::at(format!("moving the weights to {device:?}")))?;
        Ok(Self {
            law: law.clone(),
            boundary,
            weights,
            last_reads: law.graph().last_reads(),
        })
    }

    /// The law's answer for each field: float32 `[1, 2d, H, W]`, with its memory or, in a first step, none. Norms
    /// take their statistics from the first field.
    pub fn forward(&self, fields: &[(&Tensor, Option<&Memory>)]) -> Result<Vec<Answer>, RunError> {
        let graph = self.law.graph();
        let mut values = Values::new(&self.last_reads);
        for (place, op) in graph.ops().iter().enumerate() {
            let made = self
                .layer(op, &values, fields)
                .map_err(RunError::at(format!("layer {place} ({op:?})")))?;
            values.push(made);
        }
        Ok(values.answers(graph, fields.len()))
    }

    fn layer(&self, op: &Op, values: &Values, fields: &[Field<'_>]) -> Made {
        match *op {
            Op::Input => fields.iter().map(|(psi, _)| psi.f_contiguous()).collect(),
            Op::MemoryH(like) => values.remembered(fields, like, |memory| &memory.h),
            Op::MemoryC(like) => values.remembered(fields, like, |memory| &memory.c),
            Op::Conv {
                input,
                weight,
                bias,
                side,
                groups,
            } => values.each(input, |x| self.conv(x, weight, bias, side, groups)),
            Op::Upsample { input, weight, bias } => values.each(input, |x| {
                let (kernel, bias) = (self.weight(weight), Some(self.weight(bias)));
                x.f_conv_transpose2d(kernel, bias, [2, 2], [0, 0], [0, 0], 1, [1, 1])
            }),
            Op::GroupNorm {
                input,
                groups,
                weight,
                bias,
            } => {
                let (weight, bias) = (self.weight(weight), self.weight(bias));
                group_norm(values.of(input), groups as i64, weight, bias)
            }
            Op::RmsNorm { input, weight } => rms_norm(values.of(input), self.weight(weight)),
            Op::Elu(input) => values.each(input, Tensor::f_elu),
            Op::MaxPool(input) => {
                values.each(input, |x| x.f_max_pool2d([2, 2], [2, 2], [0, 0], [1, 1], false))
            }
            Op::Concat(a, b) => values.pair(a, b, |a, b| Tensor::f_cat(&[a, b], 1)),
            Op::Channels { input, first, count } => {
                values.each(input, |x| x.f_narrow(1, first as i64, count as i64))
            }
            Op::Sigmoid(input) => values.each(input, Tensor::f_sigmoid),
            Op::Tanh(input) => values.each(input, Tensor::f_tanh),
            Op::Mul(a, b) => values.pair(a, b, Tensor::f_mul),
            Op::Add(a, b) => values.pair(a, b, Tensor::f_add),
            Op::Spike { input, threshold } => values.each(input, |x| {
                x.f_gt_tensor(self.weight(threshold))?.f_to_kind(x.kind())
            }),
            Op::ResizeLike { input, like } => values.pair(input, like, |x, like| self.resize_like(x, like)),
        }
    }

    fn weight(&self, id: ParamId) -> &Tensor {
        &self.weights[id.index()]
    }

    fn conv(
        &self,
        x: &Tensor,
        weight: ParamId,
        bias: Option<ParamId>,
        side: u8,
        groups: usize,
    ) -> Result<Tensor, TchError> {
        let (weight, bias, groups) = (self.weight(weight), bias.map(|id| self.weight(id)), groups as i64);
        let conv =
            |x: &Tensor, padding: i64| x.f_conv2d(weight, bias, [1, 1], [padding, padding], [1, 1], groups);
        match (side, self.boundary) {
            (1, _) => conv(x, 0),
            (_, Boundary::Walls) => conv(x, 1),
            (_, Boundary::Torus | Boundary::Unbounded) => conv(&wrap(x, 1)?, 0),
        }
    }

    /// On a torus the resize's four-cell window wraps too, so that the law commutes with every shift.
    fn resize_like(&self, x: &Tensor, like: &Tensor) -> Result<Tensor, TchError> {
        let (_, _, height, width) = like.size4()?;
        let resize = |x: &Tensor, height: i64, width: i64| {
            x.f_internal_upsample_bilinear2d_aa([height, width], false, None, None)
        };
        match self.boundary {
            Boundary::Walls => resize(x, height, width),
            Boundary::Torus | Boundary::Unbounded => resize(&wrap(x, 2)?, height + 2, width + 2)?
                .f_narrow(2, 1, height)?
                .f_narrow(3, 1, width),
        }
    }
}

/// A weight as a tensor on the CPU, of its own shape.
fn to_tensor(weight: &Weight) -> Result<Tensor, TchError> {
    let shape: Vec<i64> = weight.spec.shape.iter().map(|&n| n as i64).collect();
    let kind = match weight.spec.role {
        ParamRole::Parameter | ParamRole::Buffer => Kind::Float,
        ParamRole::IntegerBuffer => Kind::Int64,
    };
    Tensor::f_from_data_size(&weight.bytes, &shape, kind)
}

/// `x` with so many cells of its other side around it.
fn wrap(x: &Tensor, cells: i64) -> Result<Tensor, TchError> {
    x.f_pad([cells, cells, cells, cells], "circular", None)
}

/// Group norm of the first field; the others with its mean and deviation.
fn group_norm(
    fields: &[Tensor],
    groups: i64,
    weight: &Tensor,
    bias: &Tensor,
) -> Result<Vec<Tensor>, TchError> {
    let Some((world, others)) = fields.split_first() else {
        return Ok(vec![]);
    };
    let (n, channels, height, width) = world.size4()?;
    if others.is_empty() {
        return Ok(vec![world.f_group_norm(
            groups,
            Some(weight),
            Some(bias),
            GROUP_NORM_EPSILON,
            true,
        )?]);
    }
    let (normed, mean, inverse_deviation) = world.f_contiguous()?.f_native_group_norm(
        Some(weight),
        Some(bias),
        n,
        channels,
        height * width,
        groups,
        GROUP_NORM_EPSILON,
    )?;
    let by_channel = |statistic: &Tensor| {
        statistic
            .f_repeat_interleave_self_int(channels / groups, 1, channels)?
            .f_view([n, channels, 1, 1])
    };
    let (mean, inverse_deviation) = (by_channel(&mean)?, by_channel(&inverse_deviation)?);
    let scale = inverse_deviation.f_mul(&weight.f_view([1, -1, 1, 1])?)?;
    let shift = bias.f_view([1, -1, 1, 1])?.f_sub(&mean.f_mul(&scale)?)?;
    let others = others.iter().map(|x| x.f_mul(&scale)?.f_add(&shift));
    std::iter::once(Ok(normed)).chain(others).collect()
}

/// RMS norm of every field with the mean square of the first.
fn rms_norm(fields: &[Tensor], weight: &Tensor) -> Result<Vec<Tensor>, TchError> {
    let Some(world) = fields.first() else {
        return Ok(vec![]);
    };
    let mean_square = world
        .f_mul(world)?
        .f_mean_dim(Some([2, 3].as_slice()), true, None::<Kind>)?;
    let root = mean_square.f_add_scalar(RMS_NORM_EPSILON)?.f_sqrt()?;
    let weight = weight.f_view([1, -1, 1, 1])?;
    fields.iter().map(|x| x.f_div(&root)?.f_mul(&weight)).collect()
}
