//! The values that `torch.save` was given: which of them are the weights, and what lies beside.

use std::collections::HashMap;
use std::path::Path;

use pytorch_reader::{PickleValue, PytorchError, PytorchReader};

use super::CheckpointError;

/// Where the training systems put the weights, the later one first.
const STATE_DICT_KEYS: [&str; 2] = ["model_state_dict", "state_dict"];
/// How the reader names a tensor among values.
const TENSOR: &str = "torch.Tensor";
/// The layers' versions: an attribute of the dictionary that `Module.state_dict()` returns, which the reader shows as
/// an entry. It holds no number of the law.
const METADATA: &str = "_metadata";

/// A checkpoint's names, before any number is read.
pub(super) struct Entries {
    /// The key of the state dict; none: the whole file is one.
    pub(super) key: Option<&'static str>,
    /// The names of its tensors.
    pub(super) names: Vec<String>,
    /// The values beside the state dict.
    pub(super) others: HashMap<String, PickleValue>,
}

impl Entries {
    /// Finds the state dict and checks that it is flat and holds tensors alone, so that nothing of it gets lost.
    pub(super) fn read(path: &Path) -> Result<Self, CheckpointError> {
        let parse = |source: PytorchError| CheckpointError::Parse {
            path: path.to_owned(),
            source,
        };
        let PickleValue::Dict(mut root) = PytorchReader::read_pickle_data(path, None).map_err(parse)? else {
            return Err(CheckpointError::NoStateDict {
                path: path.to_owned(),
                found: vec!["a value that is no dictionary".to_owned()],
            });
        };
        for key in STATE_DICT_KEYS {
            if let Some(state) = root.remove(key) {
                let PickleValue::Dict(state) = state else {
                    return Err(CheckpointError::NoStateDict {
                        path: path.to_owned(),
                        found: vec![format!("{key}, which is no dictionary")],
                    });
                };
                return Ok(Self {
                    key: Some(key),
                    names: tensor_names(path, &state)?,
                    others: root,
                });
            }
        }
        if !root.values().any(is_tensor) {
            let mut found: Vec<_> = root.into_keys().collect();
            found.sort();
            return Err(CheckpointError::NoStateDict {
                path: path.to_owned(),
                found,
            });
        }
        Ok(Self {
            key: None,
            names: tensor_names(path, &root)?,
            others: HashMap::new(),
        })
    }
}

fn is_tensor(value: &PickleValue) -> bool {
    matches!(value, PickleValue::Unsupported(kind) if kind == TENSOR)
}

fn tensor_names(path: &Path, state: &HashMap<String, PickleValue>) -> Result<Vec<String>, CheckpointError> {
    let (mut names, mut others) = (Vec::new(), Vec::new());
    for (name, value) in state {
        if name == METADATA && matches!(value, PickleValue::Dict(_)) {
            continue;
        }
        let list = if is_tensor(value) { &mut names } else { &mut others };
        list.push(name.clone());
    }
    others.sort();
    names.sort();
    if !others.is_empty() {
        return Err(CheckpointError::NotTensors {
            path: path.to_owned(),
            names: others,
        });
    }
    if names.is_empty() {
        return Err(CheckpointError::NoStateDict {
            path: path.to_owned(),
            found: vec!["an empty state dict".to_owned()],
        });
    }
    Ok(names)
}
