//! The graph's layers as fewer, larger operators.
//!
//! A layer is taken into the one after it where nobody else reads what lies between: a norm or a convolution with the ELU
//! after it; a grouped 3x3 without a bias with the 1x1 after it, whose kernels multiply into one 3x3 kernel.

use tch::{Kind, TchError, Tensor};

use crate::law::{Graph, Law, Op, Value};

use super::super::layers::to_tensor;

/// An operator of the plan. Its result takes the place of the last layer that it stands for.
#[derive(Debug)]
pub(super) enum Planned {
    /// The layer as it is.
    Layer(Op),
    /// Stands in a later one.
    Absorbed,
    /// The layer and the ELU after it.
    WithElu(Op),
    /// Two convolutions as one 3x3 kernel `[out, in, 3, 3]`, then maybe an ELU.
    Composed {
        /// What it reads.
        input: Value,
        /// Its kernel.
        weight: Tensor,
        /// Its bias, `[out]`.
        bias: Option<Tensor>,
        /// Whether an ELU follows.
        elu: bool,
    },
}

impl Planned {
    /// The values it reads.
    fn inputs(&self) -> Vec<Value> {
        match self {
            Self::Layer(op) | Self::WithElu(op) => op.inputs(),
            Self::Absorbed => vec![],
            Self::Composed { input, .. } => vec![*input],
        }
    }
}

/// For each value the last operator of the plan that reads it, as [`Graph::last_reads`] for the graph: an absorbed layer's
/// inputs are read later than the layer itself stands.
pub(super) fn last_reads(graph: &Graph, plan: &[Planned]) -> Vec<usize> {
    let mut last = graph.last_reads();
    for (place, op) in plan.iter().enumerate() {
        for value in op.inputs() {
            last[value.index()] = last[value.index()].max(place);
        }
    }
    last
}

/// A planned graph: an entry for each of the graph's layers.
pub(super) fn plan(law: &Law) -> Result<Vec<Planned>, TchError> {
    let graph = law.graph();
    let mut planned: Vec<Planned> = graph.ops().iter().map(|op| Planned::Layer(*op)).collect();
    for place in 1..planned.len() {
        if let Some(op) = composed(law, place)? {
            planned[place] = op;
            planned[place - 1] = Planned::Absorbed;
        }
    }
    for place in 1..planned.len() {
        let Planned::Layer(Op::Elu(input)) = planned[place] else {
            continue;
        };
        if !only_reader(graph, input, place) {
            continue;
        }
        let before = std::mem::replace(&mut planned[place - 1], Planned::Absorbed);
        planned[place] = match before {
            Planned::Layer(op @ (Op::GroupNorm { .. } | Op::RmsNorm { .. } | Op::Conv { .. })) => {
                Planned::WithElu(op)
            }
            Planned::Composed {
                input, weight, bias, ..
            } => Planned::Composed {
                input,
                weight,
                bias,
                elu: true,
            },
            other => {
                planned[place - 1] = other;
                Planned::Layer(Op::Elu(input))
            }
        };
    }
    Ok(planned)
}

/// Whether the layer at `place` alone reads `value`, which the layer before it makes.
fn only_reader(graph: &Graph, value: Value, place: usize) -> bool {
    let readers = graph
        .ops()
        .iter()
        .filter(|op| op.inputs().contains(&value))
        .count();
    value.index() + 1 == place && readers == 1 && graph.last_reads()[value.index()] == place
}

/// The layer at `place` and the one before it as one convolution, where they are such a pair.
fn composed(law: &Law, place: usize) -> Result<Option<Planned>, TchError> {
    let graph = law.graph();
    let Op::Conv {
        input: between,
        weight: second,
        bias,
        side: 1,
        groups: 1,
    } = graph.ops()[place]
    else {
        return Ok(None);
    };
    let Op::Conv {
        input,
        weight: first,
        bias: None,
        side: 3,
        groups,
    } = graph.ops()[place - 1]
    else {
        return Ok(None);
    };
    if !only_reader(graph, between, place) {
        return Ok(None);
    }
    let weight = |id: crate::law::ParamId| to_tensor(&law.weights()[id.index()]);
    // first [groups * m, in / groups, 3, 3], second [out, groups * m, 1, 1]:
    // kernel[o, g * i + j] = sum over the m channels of group g of second[o, m] first[m, j]
    let (first, second) = (
        weight(first)?.f_to_kind(Kind::Double)?,
        weight(second)?.f_to_kind(Kind::Double)?,
    );
    let (middle, per_group, ..) = first.size4()?;
    let (groups, out) = (groups as i64, second.size4()?.0);
    let m = middle / groups;
    let first = first.f_view([groups, m, per_group * 9])?;
    let second = second.f_view([out, groups, m])?.f_permute([1, 0, 2])?;
    let kernel = second.f_bmm(&first)?.f_view([groups, out, per_group, 3, 3])?;
    let kernel = kernel
        .f_permute([1, 0, 2, 3, 4])?
        .f_reshape([out, groups * per_group, 3, 3])?;
    let bias = bias.map(weight).transpose()?;
    Ok(Some(Planned::Composed {
        input,
        weight: kernel.f_to_kind(Kind::Float)?,
        bias,
        elu: false,
    }))
}
