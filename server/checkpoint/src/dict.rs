//! The dictionaries of tensors in a file, by their places, before any number is read: what a law is held against.

use std::collections::BTreeMap;

use atheria_shared::beside::Beside;
use atheria_shared::tensor::TensorKind;

use crate::{CheckpointError, Dtype, RawTensor};

/// A dictionary of tensors somewhere in a file, with every key that it has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TensorDict {
    /// Its place in the file, segments joined by dots: `model_state_dict`, `ema.shadow`, `0.state`; empty: the file itself.
    pub key: String,
    /// Its tensors, by the names that they have there, nothing stripped.
    pub tensors: BTreeMap<String, TensorInfo>,
    /// Its other entries, by their names.
    pub others: Vec<Beside>,
    /// The class of the pickled module that its parameters and buffers were collected from, by name; none: it was saved as a dictionary.
    pub whole_model: Option<String>,
}

/// What is known of a tensor before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorInfo {
    /// The type of its elements.
    pub element: Element,
    /// Its extents, outermost first; none: one number.
    pub shape: Vec<usize>,
}

/// The type of a saved tensor's elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    /// One that can be read.
    Number(Dtype),
    /// One that cannot, or none.
    Other(TensorKind),
}

impl Element {
    /// What a tensor of it is.
    pub fn kind(&self) -> TensorKind {
        match self {
            Self::Number(dtype) => TensorKind::Numbers {
                dtype: dtype.to_string(),
            },
            Self::Other(kind) => kind.clone(),
        }
    }
}

/// Where tensors are read from, one at a time, once it is known that they are wanted.
pub trait TensorSource {
    /// The dictionaries that there are.
    fn dicts(&self) -> &[TensorDict];

    /// The numbers of a tensor, contiguous, exactly as `torch.load` gives them.
    fn read(&self, dict: &TensorDict, name: &str) -> Result<RawTensor, CheckpointError>;

    /// That it is still what it was when it was opened: asked once the last tensor has been read.
    fn check_unchanged(&self) -> Result<(), CheckpointError>;
}
