//! Builds a [`Graph`] layer by layer; names parameters as PyTorch's modules do.
//!
//! Keeps track of each value's channels, so that a parameter's shape follows from the drawing.

use crate::graph::{Graph, MemoryValues, Op, ParamId, ParamRole, ParamSpec, Value};

/// A graph that is being drawn.
pub(crate) struct Builder {
    ops: Vec<Op>,
    channels: Vec<usize>,
    params: Vec<ParamSpec>,
}

impl Builder {
    /// A graph whose input has so many channels.
    pub(crate) fn new(input_channels: usize) -> (Self, Value) {
        let mut builder = Self {
            ops: vec![],
            channels: vec![],
            params: vec![],
        };
        let input = builder.push(Op::Input, input_channels);
        (builder, input)
    }

    fn push(&mut self, op: Op, channels: usize) -> Value {
        self.ops.push(op);
        self.channels.push(channels);
        Value(self.ops.len() - 1)
    }

    /// Channels of a value.
    pub(crate) fn channels(&self, value: Value) -> usize {
        self.channels[value.0]
    }

    fn param(&mut self, layer: &str, tensor: &str, shape: &[usize], role: ParamRole) -> ParamId {
        self.params.push(ParamSpec {
            name: format!("{layer}.{tensor}"),
            shape: shape.to_vec(),
            role,
        });
        ParamId(self.params.len() - 1)
    }

    /// A convolution with a bias; `side` is 1 or 3.
    pub(crate) fn conv(&mut self, layer: &str, input: Value, out: usize, side: u8) -> Value {
        let k = usize::from(side);
        let weight = self.param(
            layer,
            "weight",
            &[out, self.channels(input), k, k],
            ParamRole::Parameter,
        );
        let bias = Some(self.param(layer, "bias", &[out], ParamRole::Parameter));
        self.push(
            Op::Conv {
                input,
                weight,
                bias,
                side,
                groups: 1,
            },
            out,
        )
    }

    /// A 3x3 convolution without a bias, its channels in `groups`.
    pub(crate) fn conv3_plain(&mut self, layer: &str, input: Value, out: usize, groups: usize) -> Value {
        let weight = self.param(
            layer,
            "weight",
            &[out, self.channels(input) / groups, 3, 3],
            ParamRole::Parameter,
        );
        self.push(
            Op::Conv {
                input,
                weight,
                bias: None,
                side: 3,
                groups,
            },
            out,
        )
    }

    /// A transposed convolution that doubles the grid.
    pub(crate) fn upsample(&mut self, layer: &str, input: Value, out: usize) -> Value {
        let weight = self.param(
            layer,
            "weight",
            &[self.channels(input), out, 2, 2],
            ParamRole::Parameter,
        );
        let bias = self.param(layer, "bias", &[out], ParamRole::Parameter);
        self.push(Op::Upsample { input, weight, bias }, out)
    }

    /// Group norm with the number of groups that the training system takes: one for eight channels.
    pub(crate) fn group_norm(&mut self, layer: &str, input: Value) -> Value {
        let channels = self.channels(input);
        let eighth = if channels > 8 { channels / 8 } else { 1 };
        let groups = if channels.is_multiple_of(eighth) {
            eighth
        } else {
            1
        };
        let weight = self.param(layer, "weight", &[channels], ParamRole::Parameter);
        let bias = self.param(layer, "bias", &[channels], ParamRole::Parameter);
        self.push(
            Op::GroupNorm {
                input,
                groups,
                weight,
                bias,
            },
            channels,
        )
    }

    /// RMS norm over the grid.
    pub(crate) fn rms_norm(&mut self, layer: &str, input: Value) -> Value {
        let channels = self.channels(input);
        let weight = self.param(layer, "weight", &[channels], ParamRole::Parameter);
        self.push(Op::RmsNorm { input, weight }, channels)
    }

    /// ELU.
    pub(crate) fn elu(&mut self, input: Value) -> Value {
        self.push(Op::Elu(input), self.channels(input))
    }

    /// The largest of each 2x2.
    pub(crate) fn max_pool(&mut self, input: Value) -> Value {
        self.push(Op::MaxPool(input), self.channels(input))
    }

    /// Channels of `a`, then of `b`.
    pub(crate) fn concat(&mut self, a: Value, b: Value) -> Value {
        self.push(Op::Concat(a, b), self.channels(a) + self.channels(b))
    }

    /// The channels in equal parts.
    pub(crate) fn split<const N: usize>(&mut self, input: Value) -> [Value; N] {
        let count = self.channels(input) / N;
        std::array::from_fn(|i| {
            self.push(
                Op::Channels {
                    input,
                    first: i * count,
                    count,
                },
                count,
            )
        })
    }

    /// Sigmoid.
    pub(crate) fn sigmoid(&mut self, input: Value) -> Value {
        self.push(Op::Sigmoid(input), self.channels(input))
    }

    /// Hyperbolic tangent.
    pub(crate) fn tanh(&mut self, input: Value) -> Value {
        self.push(Op::Tanh(input), self.channels(input))
    }

    /// Product by element.
    pub(crate) fn mul(&mut self, a: Value, b: Value) -> Value {
        self.push(Op::Mul(a, b), self.channels(a))
    }

    /// Sum by element.
    pub(crate) fn add(&mut self, a: Value, b: Value) -> Value {
        self.push(Op::Add(a, b), self.channels(a))
    }

    /// The memory of the last step, h and c, each of the shape of `like`.
    pub(crate) fn memory(&mut self, like: Value) -> (Value, Value) {
        let channels = self.channels(like);
        (
            self.push(Op::MemoryH(like), channels),
            self.push(Op::MemoryC(like), channels),
        )
    }

    /// A leaky integrate-and-fire neuron that starts from rest. Only its threshold matters for one step; the other
    /// tensors are what such a layer has in a checkpoint.
    pub(crate) fn spike(&mut self, layer: &str, input: Value) -> Value {
        let threshold = self.param(layer, "threshold", &[], ParamRole::Buffer);
        self.param(layer, "graded_spikes_factor", &[], ParamRole::Buffer);
        self.param(layer, "reset_mechanism_val", &[], ParamRole::IntegerBuffer);
        self.param(layer, "beta", &[], ParamRole::Buffer);
        self.push(Op::Spike { input, threshold }, self.channels(input))
    }

    /// Resized to the grid of `like`.
    pub(crate) fn resize_like(&mut self, input: Value, like: Value) -> Value {
        self.push(Op::ResizeLike { input, like }, self.channels(input))
    }

    /// The finished graph of a law without memory.
    pub(crate) fn finish(self, output: Value, period: u32) -> Graph {
        Graph {
            ops: self.ops,
            params: self.params,
            output,
            memory: None,
            period,
        }
    }

    /// The finished graph of a law with memory.
    pub(crate) fn finish_with_memory(self, output: Value, h: Value, c: Value, period: u32) -> Graph {
        let memory = Some(MemoryValues {
            h,
            c,
            channels: self.channels(h),
        });
        Graph {
            memory,
            ..self.finish(output, period)
        }
    }
}
