//! A checkpoint's tensors, held against a graph: every key, shape, dtype and value.
//!
//! Whatever does not fit is refused and listed, all of it at once; nothing is filled in, cut or cast.

use crate::checkpoint::{Dtype, RawTensor, TensorMap};

use super::graph::{Graph, ParamRole, ParamSpec};

/// A tensor that fits its place in the graph. Bytes are little-endian and contiguous.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weight {
    /// Its place: name, shape, role.
    pub spec: ParamSpec,
    /// Its elements: float32, or int64 for [`ParamRole::IntegerBuffer`].
    pub bytes: Vec<u8>,
}

impl Weight {
    /// Its elements, for a float32 tensor.
    pub fn floats(&self) -> impl Iterator<Item = f32> {
        self.bytes
            .as_chunks::<4>()
            .0
            .iter()
            .map(|bytes| f32::from_le_bytes(*bytes))
    }

    /// Number of its elements.
    pub fn elements(&self) -> usize {
        self.spec.shape.iter().product()
    }
}

/// Why a checkpoint is not one of this law.
#[derive(Debug, thiserror::Error)]
pub enum LawError {
    /// Keys, shapes, dtypes or values.
    #[error("the checkpoint does not fit the law {architecture}: {} (it has other parameters, or config.json names another architecture or size)", summary(.problems))]
    Mismatch {
        /// The law.
        architecture: String,
        /// All that does not fit, a line each.
        problems: Vec<String>,
    },
}

fn summary(problems: &[String]) -> String {
    match problems {
        [] => String::new(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first}, and {} more", rest.len()),
    }
}

/// The graph's weights, in the graph's order.
pub(super) fn fit(architecture: &str, graph: &Graph, tensors: &TensorMap) -> Result<Vec<Weight>, LawError> {
    let mut problems = vec![];
    let mut weights = vec![];
    for spec in graph.params() {
        match tensors.get(&spec.name) {
            None => problems.push(format!("the key {} is missing", spec.name)),
            Some(tensor) => match fit_one(spec, tensor) {
                Ok(weight) => weights.push(weight),
                Err(problem) => problems.push(problem),
            },
        }
    }
    let known = |name: &str| graph.params().iter().any(|spec| spec.name == name);
    problems.extend(
        tensors
            .keys()
            .filter(|name| !known(name))
            .map(|name| format!("the key {name} is not one of this law")),
    );
    if problems.is_empty() {
        return Ok(weights);
    }
    Err(LawError::Mismatch {
        architecture: architecture.to_owned(),
        problems,
    })
}

fn fit_one(spec: &ParamSpec, tensor: &RawTensor) -> Result<Weight, String> {
    let name = &spec.name;
    if tensor.shape != spec.shape {
        return Err(format!(
            "{name} has the shape {:?}, and the law needs {:?}",
            tensor.shape, spec.shape
        ));
    }
    let dtype = match spec.role {
        ParamRole::Parameter | ParamRole::Buffer => Dtype::F32,
        ParamRole::IntegerBuffer => Dtype::I64,
    };
    if tensor.dtype != dtype {
        return Err(format!("{name} is {}, and the law needs {dtype}", tensor.dtype));
    }
    let weight = Weight {
        spec: spec.clone(),
        bytes: tensor.bytes.clone(),
    };
    let element_bytes = if dtype == Dtype::F32 { 4 } else { 8 };
    if weight.bytes.len() != weight.elements() * element_bytes {
        return Err(format!(
            "{name} has {} bytes for {} elements",
            weight.bytes.len(),
            weight.elements()
        ));
    }
    if dtype == Dtype::F32
        && let Some(place) = weight.floats().position(|value| !value.is_finite())
    {
        return Err(format!(
            "{name} holds a value that is not finite (element {place})"
        ));
    }
    // One step from rest never uses beta or the reset; a graded spike would scale the answer.
    if name.ends_with(".graded_spikes_factor")
        && let Some(factor) = weight
            .floats()
            .find(|&factor| (factor - 1.0).abs() > f32::EPSILON)
    {
        return Err(format!(
            "{name} is {factor}; only spikes of height 1 are supported"
        ));
    }
    Ok(weight)
}
