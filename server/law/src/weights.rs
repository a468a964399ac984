//! A checkpoint's tensors, held against a graph one by one: shape, type and every value.
//!
//! Strict: nothing is filled in, cut, cast or renamed here. Which tensors of a file are held against which of the graph's is
//! [`crate::seek`]'s to say.

use atheria_checkpoint::{Dtype, Element, RawTensor, TensorMap, floats};
use atheria_shared::Architecture;
use atheria_shared::tensor::TensorKind;
use atheria_shared::unfit::{Misfit, Unfit};

use crate::error::LawError;
use crate::graph::{Graph, ParamRole, ParamSpec};

/// A tensor that fits its place in the graph. Bytes are little-endian and contiguous.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weight {
    /// Its place: name, shape, role.
    pub spec: ParamSpec,
    /// Its elements: float32, or int64 for [`ParamRole::IntegerBuffer`].
    pub bytes: Vec<u8>,
}

impl Weight {
    /// Takes a tensor's numbers for a place in the graph.
    ///
    /// # Errors
    /// What does not fit.
    pub(crate) fn fit(spec: &ParamSpec, tensor: RawTensor) -> Result<Self, Misfit> {
        let name = &spec.name;
        if tensor.shape != spec.shape {
            return Err(wrong_shape(name, &tensor.shape, &spec.shape));
        }
        let dtype = needed(spec.role);
        if tensor.dtype != dtype {
            return Err(wrong_type(name, Element::Number(tensor.dtype).kind(), spec.role));
        }
        let weight = Self {
            spec: spec.clone(),
            bytes: tensor.bytes,
        };
        if Some(weight.bytes.len()) != weight.elements().checked_mul(dtype.bytes()) {
            return Err(Misfit::Bytes {
                key: name.clone(),
                bytes: weight.bytes.len(),
                elements: weight.elements(),
            });
        }
        if dtype == Dtype::F32
            && let Some(element) = weight.floats().position(|value| !value.is_finite())
        {
            return Err(Misfit::NotFinite {
                key: name.clone(),
                element,
            });
        }
        // One step from rest never uses beta or the reset; a graded spike would scale the answer.
        if name.ends_with(".graded_spikes_factor")
            && let Some(factor) = weight
                .floats()
                .find(|&factor| (factor - 1.0).abs() > f32::EPSILON)
        {
            return Err(Misfit::Spike {
                key: name.clone(),
                factor: factor.into(),
            });
        }
        Ok(weight)
    }

    /// Its elements, for a float32 tensor.
    pub fn floats(&self) -> impl Iterator<Item = f32> {
        floats(&self.bytes)
    }

    /// Number of its elements.
    pub fn elements(&self) -> usize {
        self.spec.shape.iter().product()
    }
}

/// The graph's weights, in the graph's order, from tensors that have the graph's own names.
pub(crate) fn fit(
    architecture: Architecture,
    graph: &Graph,
    tensors: &TensorMap,
) -> Result<Vec<Weight>, LawError> {
    let mut problems = vec![];
    let mut weights = vec![];
    for spec in graph.params() {
        match tensors.get(&spec.name) {
            None => problems.push(missing(&spec.name)),
            Some(tensor) => match Weight::fit(spec, tensor.clone()) {
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
            .map(|name| unknown(name)),
    );
    if problems.is_empty() {
        return Ok(weights);
    }
    Err(LawError::Mismatch {
        architecture,
        place: None,
        unfit: Box::new(Unfit::Keys {
            problems: problems.clone(),
        }),
        problems,
    })
}

/// The type that a tensor needs for its role.
pub(crate) fn needed(role: ParamRole) -> Dtype {
    match role {
        ParamRole::Parameter | ParamRole::Buffer => Dtype::F32,
        ParamRole::IntegerBuffer => Dtype::I64,
    }
}

/// A tensor that is not there.
pub(crate) fn missing(name: &str) -> Misfit {
    Misfit::Missing { key: name.to_owned() }
}

/// A tensor that the law has no place for.
pub(crate) fn unknown(name: &str) -> Misfit {
    Misfit::Unknown { key: name.to_owned() }
}

/// A wrong shape.
pub(crate) fn wrong_shape(name: &str, found: &[usize], needed: &[usize]) -> Misfit {
    Misfit::Shape {
        key: name.to_owned(),
        found: found.to_vec(),
        needed: needed.to_vec(),
    }
}

/// A wrong type.
pub(crate) fn wrong_type(name: &str, found: TensorKind, role: ParamRole) -> Misfit {
    Misfit::Type {
        key: name.to_owned(),
        found,
        needed: needed(role).to_string(),
    }
}
