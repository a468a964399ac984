//! A checkpoint that was read whole, as a source of one dictionary of tensors.

use super::{
    Checkpoint, CheckpointError, Element, RawTensor, TensorDict, TensorInfo, TensorMap, TensorSource,
};

/// The dictionary that the tensors are of.
pub(super) fn dict(key: Option<&str>, tensors: &TensorMap) -> TensorDict {
    TensorDict {
        key: key.unwrap_or_default().to_owned(),
        tensors: tensors
            .iter()
            .map(|(name, tensor)| {
                let info = TensorInfo {
                    element: Element::Number(tensor.dtype),
                    shape: tensor.shape.clone(),
                };
                (name.clone(), info)
            })
            .collect(),
        ..TensorDict::default()
    }
}

impl TensorSource for Checkpoint {
    fn dicts(&self) -> &[TensorDict] {
        &self.dicts
    }

    fn read(&self, dict: &TensorDict, name: &str) -> Result<RawTensor, CheckpointError> {
        let tensor = self.tensors.get(name).cloned();
        tensor.ok_or_else(|| CheckpointError::Incomplete {
            path: dict.key.clone().into(),
            names: vec![name.to_owned()],
        })
    }
}
