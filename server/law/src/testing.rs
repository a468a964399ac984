//! Files for tests: a checkpoint's tensors without a checkpoint.

use std::cell::RefCell;

use atheria_checkpoint::{
    CheckpointError, Element, RawTensor, TensorDict, TensorInfo, TensorMap, TensorSource,
};

/// A file of dictionaries of tensors that is kept in memory, and what was read from it.
#[derive(Debug, Default)]
pub(crate) struct Held {
    pub(crate) dicts: Vec<TensorDict>,
    pub(crate) tensors: Vec<TensorMap>,
    pub(crate) read: RefCell<Vec<String>>,
}

impl Held {
    /// A file of one dictionary.
    pub(crate) fn of(key: &str, tensors: TensorMap) -> Self {
        Self::default().and(key, tensors)
    }

    /// The same with another one.
    pub(crate) fn and(mut self, key: &str, tensors: TensorMap) -> Self {
        let info = |tensor: &RawTensor| TensorInfo {
            element: Element::Number(tensor.dtype),
            shape: tensor.shape.clone(),
        };
        self.dicts.push(TensorDict {
            key: key.to_owned(),
            tensors: tensors
                .iter()
                .map(|(name, tensor)| (name.clone(), info(tensor)))
                .collect(),
            ..TensorDict::default()
        });
        self.tensors.push(tensors);
        self
    }

    /// The same file with its last dictionary changed.
    pub(crate) fn but(mut self, change: impl FnOnce(&mut TensorDict)) -> Self {
        change(self.dicts.last_mut().unwrap());
        self
    }
}

impl TensorSource for Held {
    fn check_unchanged(&self) -> Result<(), CheckpointError> {
        Ok(())
    }

    fn dicts(&self) -> &[TensorDict] {
        &self.dicts
    }

    fn read(&self, dict: &TensorDict, name: &str) -> Result<RawTensor, CheckpointError> {
        self.read.borrow_mut().push(format!("{}/{name}", dict.key));
        let place = self.dicts.iter().position(|own| own.key == dict.key).unwrap();
        Ok(self.tensors[place][name].clone())
    }
}
