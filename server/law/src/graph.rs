//! The graph of layers: values in the order of their computation, each made by one operator from earlier ones.
//!
//! Not for: weights (a graph knows names and shapes), devices, or how an operator is computed.
//!
//! Invariants, kept by the builder, the only one who makes graphs: an operator's inputs come before it; channels fit.

/// A value of the graph: float32 `[1, channels, H/s, W/s]` with `s` the stride at that place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Value(pub(crate) usize);

impl Value {
    /// Its place in [`Graph::ops`].
    pub fn index(self) -> usize {
        self.0
    }
}

/// A parameter or buffer of the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ParamId(pub(crate) usize);

impl ParamId {
    /// Its place in [`Graph::params`].
    pub fn index(self) -> usize {
        self.0
    }
}

/// Whether a tensor was trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamRole {
    /// It was: float32.
    Parameter,
    /// It belongs to the law but was not: float32.
    Buffer,
    /// The same as an integer: int64.
    IntegerBuffer,
}

/// A tensor that the law has, by the name that the checkpoint gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParamSpec {
    /// For example `inc.conv_block.0.weight`.
    pub name: String,
    /// Its shape; `[]` for a scalar.
    pub shape: Vec<usize>,
    /// What it is.
    pub role: ParamRole,
}

/// A layer. Convolutions and what else has one see the world's boundary beyond an edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Op {
    /// The law's input: Re psi, then Im psi.
    Input,
    /// The memory h of the last step; zeros of this value's shape in the first.
    MemoryH(Value),
    /// The memory c of the last step; zeros of this value's shape in the first.
    MemoryC(Value),
    /// A convolution, 1x1 (no padding) or 3x3 (one cell of padding); weight `[out, in / groups, k, k]`.
    Conv {
        /// What it reads.
        input: Value,
        /// Its kernel.
        weight: ParamId,
        /// Its bias, `[out]`.
        bias: Option<ParamId>,
        /// 1 or 3.
        side: u8,
        /// Groups of channels that do not see each other.
        groups: usize,
    },
    /// A transposed 2x2 convolution of stride 2: doubles the grid; weight `[in, out, 2, 2]`.
    Upsample {
        /// What it reads.
        input: Value,
        /// Its kernel.
        weight: ParamId,
        /// Its bias, `[out]`.
        bias: ParamId,
    },
    /// Group norm: mean 0 and variance 1 over the grid and a group of channels, then scale and shift by channel.
    GroupNorm {
        /// What it reads.
        input: Value,
        /// Number of groups.
        groups: usize,
        /// Scale, `[channels]`.
        weight: ParamId,
        /// Shift, `[channels]`.
        bias: ParamId,
    },
    /// `x / sqrt(mean over the grid of x^2 + 1e-6)`, scaled by channel.
    RmsNorm {
        /// What it reads.
        input: Value,
        /// Scale, `[channels]`.
        weight: ParamId,
    },
    /// ELU: x above 0, exp(x) - 1 below.
    Elu(Value),
    /// The largest of each 2x2: halves the grid.
    MaxPool(Value),
    /// Channels of the one, then of the other.
    Concat(Value, Value),
    /// A part of the channels.
    Channels {
        /// What it reads.
        input: Value,
        /// The first channel.
        first: usize,
        /// How many.
        count: usize,
    },
    /// 1 / (1 + exp(-x))
    Sigmoid(Value),
    /// tanh(x)
    Tanh(Value),
    /// Product, by element.
    Mul(Value, Value),
    /// Sum, by element.
    Add(Value, Value),
    /// A neuron that starts from rest: 1 where its input exceeds its threshold, else 0.
    Spike {
        /// What it reads.
        input: Value,
        /// A scalar.
        threshold: ParamId,
    },
    /// Bilinear resize with antialiasing to the grid of another value.
    ResizeLike {
        /// What it reads.
        input: Value,
        /// Whose grid it takes.
        like: Value,
    },
}

impl Op {
    /// The values it reads.
    pub fn inputs(&self) -> Vec<Value> {
        match *self {
            Self::Input => vec![],
            Self::Conv { input, .. }
            | Self::Upsample { input, .. }
            | Self::GroupNorm { input, .. }
            | Self::RmsNorm { input, .. }
            | Self::Channels { input, .. }
            | Self::Spike { input, .. }
            | Self::MemoryH(input)
            | Self::MemoryC(input)
            | Self::Elu(input)
            | Self::MaxPool(input)
            | Self::Sigmoid(input)
            | Self::Tanh(input) => vec![input],
            Self::Concat(a, b) | Self::Mul(a, b) | Self::Add(a, b) => vec![a, b],
            Self::ResizeLike { input, like } => vec![input, like],
        }
    }
}

/// The memory of a law, as the graph's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryValues {
    /// h after the step.
    pub h: Value,
    /// c after the step.
    pub c: Value,
    /// Channels of each.
    pub channels: usize,
}

/// A whole law, without weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    pub(crate) ops: Vec<Op>,
    pub(crate) params: Vec<ParamSpec>,
    pub(crate) output: Value,
    pub(crate) memory: Option<MemoryValues>,
    pub(crate) period: u32,
}

impl Graph {
    /// The layers, in the order of their computation; [`Value::index`] is a place in here.
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// The value that the layer at a place makes.
    pub fn value(&self, place: usize) -> Option<Value> {
        (place < self.ops.len()).then_some(Value(place))
    }

    /// The tensors; [`ParamId::index`] is a place in here.
    pub fn params(&self) -> &[ParamSpec] {
        &self.params
    }

    /// The tensor of a parameter.
    pub fn param(&self, id: ParamId) -> &ParamSpec {
        &self.params[id.0]
    }

    /// The parameters in order, each with its id.
    pub fn param_ids(&self) -> impl Iterator<Item = (ParamId, &ParamSpec)> {
        self.params
            .iter()
            .enumerate()
            .map(|(place, spec)| (ParamId(place), spec))
    }

    /// The law's answer, `[1, 2d, H, W]`.
    pub fn output(&self) -> Value {
        self.output
    }

    /// The memory after the step, for a law that has one.
    pub fn memory(&self) -> Option<MemoryValues> {
        self.memory
    }

    /// Total stride p: the law commutes with shifts by p cells, and grids must be a multiple of it.
    pub fn period(&self) -> u32 {
        self.period
    }

    /// For each value the last layer that reads it, so that it can be let go after that; the output and the memory
    /// are read by the caller, beyond the last layer.
    pub fn last_reads(&self) -> Vec<usize> {
        let mut last: Vec<usize> = (0..self.ops.len()).collect();
        for (place, op) in self.ops.iter().enumerate() {
            for value in op.inputs() {
                last[value.0] = place;
            }
        }
        let kept = self.memory.iter().flat_map(|m| [m.h, m.c]).chain([self.output]);
        for value in kept {
            last[value.0] = self.ops.len();
        }
        last
    }
}
