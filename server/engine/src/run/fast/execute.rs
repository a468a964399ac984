//! Runs a plan: libtorch's convolutions, our passes between them.

use atheria_shared::Boundary;
use tch::{TchError, Tensor};

use crate::law::{Law, Op, ParamId, Value};

use super::super::error::RunError;
use super::super::layers::{GROUP_NORM_EPSILON, RMS_NORM_EPSILON, to_tensor};
use super::super::state::{Answer, State};
use super::super::values::{Field, Made, Values, common};
use super::kernels::{self, Moments, StepEnd};
use super::memory::Rows;
use super::plan::{Planned, last_reads, plan};

/// A law's layers, planned for the CPU.
#[derive(Debug)]
pub(in super::super) struct FastLayers {
    law: Law,
    boundary: Boundary,
    plan: Vec<Planned>,
    /// Tensors for convolutions, kernels channels-last.
    weights: Vec<Tensor>,
    /// The same numbers for our own passes.
    numbers: Vec<Vec<f32>>,
    last_reads: Vec<usize>,
}

impl FastLayers {
    pub(in super::super) fn new(law: &Law, boundary: Boundary) -> Result<Self, RunError> {
        let weights: Result<Vec<_>, TchError> = law
            .weights()
            .iter()
            .map(|weight| channels_last(&to_tensor(weight)?))
            .collect();
        let numbers = law
            .weights()
            .iter()
            .map(|weight| weight.floats().collect())
            .collect();
        let mut plan = plan(law).map_err(RunError::at("planning the layers"))?;
        for op in &mut plan {
            if let Planned::Composed { weight, .. } = op {
                *weight = channels_last(weight).map_err(RunError::at("planning the layers"))?;
            }
        }
        let weights = weights.map_err(RunError::at("laying out the weights"))?;
        let last_reads = last_reads(law.graph(), &plan);
        Ok(Self {
            law: law.clone(),
            boundary,
            plan,
            weights,
            numbers,
            last_reads,
        })
    }

    /// As [`super::super::Layers::forward`].
    pub(in super::super) fn forward(&self, fields: &[Field<'_>]) -> Result<Vec<Answer>, RunError> {
        let graph = self.law.graph();
        let mut values = Values::new(&self.last_reads);
        for (place, op) in self.plan.iter().enumerate() {
            let made = self
                .planned(op, &mut values, fields)
                .map_err(RunError::at(format!("layer {place} ({:?})", graph.ops()[place])))?;
            values.push(made);
        }
        Ok(values.answers(graph, fields.len()))
    }

    /// psi one step later, from psi and the law's answer.
    pub(in super::super) fn advance(
        &self,
        state: &State,
        delta: &Tensor,
        gamma: f64,
    ) -> Result<Tensor, TchError> {
        let (psi, delta) = (Rows::of(&state.psi)?, Rows::of(delta)?);
        let mut next = Rows::empty(psi.channels, psi.height, psi.width)?;
        let end = StepEnd {
            d: psi.channels / 2,
            gamma: gamma as f32,
            multiplies: self.law.multiplies(),
        };
        kernels::advance(next.numbers_mut(), psi.numbers(), delta.numbers(), end);
        Ok(next.into_tensor())
    }

    fn planned(&self, op: &Planned, values: &mut Values, fields: &[Field<'_>]) -> Made {
        match op {
            Planned::Absorbed => Ok(vec![]),
            Planned::Layer(op) => self.layer(op, values, fields, false),
            Planned::WithElu(op) => self.layer(op, values, fields, true),
            Planned::Composed {
                input,
                weight,
                bias,
                elu,
            } => values.each(*input, |x| {
                with_elu(self.conv3(x, weight, bias.as_ref(), 1)?, *elu)
            }),
        }
    }

    fn layer(&self, op: &Op, values: &mut Values, fields: &[Field<'_>], elu: bool) -> Made {
        if let Some(made) = common(op, values, fields, |id| self.weight(id)) {
            return made;
        }
        match *op {
            Op::Conv {
                input,
                weight,
                bias,
                side,
                groups,
            } => values.each(input, |x| {
                let (weight, bias) = (self.weight(weight), bias.map(|id| self.weight(id)));
                let out = if side == 1 {
                    x.f_conv2d(weight, bias, [1, 1], [0, 0], [1, 1], groups as i64)?
                } else {
                    self.conv3(x, weight, bias, groups as i64)?
                };
                with_elu(out, elu)
            }),
            Op::GroupNorm {
                input,
                groups,
                weight,
                bias,
            } => {
                let (scale, shift) = (self.numbers(weight), self.numbers(bias));
                let norm = |moments: &Moments, cells: usize| group_norm(moments, cells, groups, scale, shift);
                normed(self.writable(values, input)?, elu, norm)
            }
            Op::RmsNorm { input, weight } => {
                let scale = self.numbers(weight);
                let norm = |moments: &Moments, cells: usize| rms_norm(moments, cells, scale);
                normed(self.writable(values, input)?, elu, norm)
            }
            Op::Elu(input) => values.each(input, |x| with_elu(x.f_alias_copy()?, true)),
            Op::Input => fields
                .iter()
                .map(|(psi, _)| Ok(Rows::of(psi)?.into_tensor()))
                .collect(),
            _ => Err(TchError::Kind("spikes are left to the plain layers".to_owned())),
        }
    }

    /// Tensors that may be written over: a convolution's own result where nobody reads it later, a copy otherwise.
    fn writable(&self, values: &mut Values, value: Value) -> Made {
        let own = matches!(self.law.graph().ops()[value.index()], Op::Conv { .. });
        match own.then(|| values.take(value)).flatten() {
            Some(tensors) => Ok(tensors),
            None => values.each(value, Tensor::f_alias_copy),
        }
    }

    fn weight(&self, id: ParamId) -> &Tensor {
        &self.weights[id.index()]
    }

    fn numbers(&self, id: ParamId) -> &[f32] {
        &self.numbers[id.index()]
    }

    fn conv3(
        &self,
        x: &Tensor,
        weight: &Tensor,
        bias: Option<&Tensor>,
        groups: i64,
    ) -> Result<Tensor, TchError> {
        match self.boundary {
            Boundary::Walls => x.f_conv2d(weight, bias, [1, 1], [1, 1], [1, 1], groups),
            Boundary::Torus | Boundary::Unbounded => wrap(x)?.f_conv2d(weight, bias, [1, 1], [0, 0], [1, 1], groups),
        }
    }
}

/// A kernel `[out, in, k, k]` whose numbers lie as `[out, k, k, in]`; anything else as it is.
fn channels_last(weight: &Tensor) -> Result<Tensor, TchError> {
    if weight.dim() != 4 {
        return Ok(weight.shallow_clone());
    }
    weight
        .f_permute([0, 2, 3, 1])?
        .f_contiguous()?
        .f_permute([0, 3, 1, 2])
}

/// The grid with one cell of its other side around it.
fn wrap(x: &Tensor) -> Result<Tensor, TchError> {
    let x = Rows::of(x)?;
    let mut wide = Rows::empty(x.channels, x.height + 2, x.width + 2)?;
    kernels::wrap(wide.numbers_mut(), x.numbers(), x.channels, x.height, x.width, 1);
    Ok(wide.into_tensor())
}

/// ELU in place, of a tensor that nobody else holds.
fn with_elu(x: Tensor, elu: bool) -> Result<Tensor, TchError> {
    if !elu {
        return Ok(x);
    }
    let mut rows = Rows::of(&x)?;
    drop(x);
    kernels::elu_all(rows.numbers_mut());
    Ok(rows.into_tensor())
}

/// Every field scaled and shifted, in place, by what `norm` makes of the first one's moments.
fn normed(
    fields: Vec<Tensor>,
    elu: bool,
    norm: impl Fn(&Moments, usize) -> (Vec<f32>, Vec<f32>),
) -> Result<Vec<Tensor>, TchError> {
    let Some(world) = fields.first() else {
        return Ok(vec![]);
    };
    let world = Rows::of(world)?;
    let moments = kernels::moments(world.numbers(), world.channels);
    let (scale, shift) = norm(&moments, world.height * world.width);
    drop(world);
    fields
        .into_iter()
        .map(|x| {
            let mut rows = Rows::of(&x)?;
            drop(x);
            kernels::scale_shift(rows.numbers_mut(), &scale, &shift, elu);
            Ok(rows.into_tensor())
        })
        .collect()
}

/// Group norm as a scale and a shift by channel: mean 0 and variance 1 over `cells` and a group's channels.
fn group_norm(
    moments: &Moments,
    cells: usize,
    groups: usize,
    weight: &[f32],
    bias: &[f32],
) -> (Vec<f32>, Vec<f32>) {
    let size = weight.len() / groups;
    let count = (cells * size) as f64;
    let statistics: Vec<(f64, f64)> = moments
        .sum
        .chunks(size)
        .zip(moments.square.chunks(size))
        .map(|(sum, square)| {
            let mean = sum.iter().sum::<f64>() / count;
            let variance = (square.iter().sum::<f64>() / count - mean * mean).max(0.0);
            (mean, 1.0 / (variance + GROUP_NORM_EPSILON).sqrt())
        })
        .collect();
    weight
        .iter()
        .zip(bias)
        .enumerate()
        .map(|(channel, (weight, bias))| {
            let (mean, inverse) = statistics[channel / size];
            let scale = inverse * f64::from(*weight);
            (scale as f32, (f64::from(*bias) - mean * scale) as f32)
        })
        .unzip()
}

/// RMS norm as a scale by channel.
fn rms_norm(moments: &Moments, cells: usize, weight: &[f32]) -> (Vec<f32>, Vec<f32>) {
    let scale: Vec<f32> = moments
        .square
        .iter()
        .zip(weight)
        .map(|(square, weight)| {
            (f64::from(*weight) / (square / cells as f64 + RMS_NORM_EPSILON).sqrt()) as f32
        })
        .collect();
    let shift = vec![0.0; scale.len()];
    (scale, shift)
}
