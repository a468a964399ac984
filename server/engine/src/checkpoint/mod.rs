//! A training checkpoint, from the bytes of a `.pth` to named tensors and what training says of itself.
//!
//! Pure Rust, and nothing in a file is ever executed: the pickle inside is walked, not run. What cannot be taken
//! over exactly is refused with its reason; nothing is dropped, filled in or renamed in silence. Whether the tensors
//! are those of a law is not known here: that is [`crate::law`]'s to say.
//!
//! The way: [`container`] finds out what kind of file it is and holds every byte against the file's own checksums;
//! [`entries`] finds the state dict among the saved values; [`tensor`] takes the numbers over; [`training`] the rest.

mod container;
mod dict;
mod entries;
mod error;
mod source;
mod tensor;
mod training;

#[cfg(test)]
mod tests;

use std::path::Path;

pub use dict::{Element, TensorDict, TensorInfo, TensorSource};
pub use error::CheckpointError;
pub use tensor::{Dtype, RawTensor, TensorMap};
pub use training::Training;

/// A checkpoint, read to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    /// The law's tensors, by their names in the training system.
    pub tensors: TensorMap,
    /// What training noted beside them.
    pub training: Training,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: String,
    /// Its dictionaries of tensors.
    pub dicts: Vec<TensorDict>,
    /// What should be known of the file.
    pub remarks: Vec<atheria_shared::Remark>,
}

impl Checkpoint {
    /// Reads a `.pth`: `model_state_dict` (V4 and V3), `state_dict`, or a state dict by itself, in a zip archive or in
    /// the stream that PyTorch wrote before 1.6. Fails on a file that changes meanwhile, and on one that is larger
    /// than [`CHECKPOINT_BYTES`](atheria_shared::limits::CHECKPOINT_BYTES).
    pub fn read(path: &Path) -> Result<Self, CheckpointError> {
        let seal = container::Seal::of(path)?;
        let container = container::Container::recognise(path)?;
        if container == container::Container::Zip {
            container::check_sums(path)?;
        }
        let entries = entries::Entries::read(path)?;
        let tensors = tensor::read_all(path, &entries)?;
        let training = Training::of(&entries.others);
        seal.check(path)?;
        Ok(Self {
            dicts: vec![source::dict(entries.key, &tensors)],
            remarks: vec![],
            tensors,
            training,
            sha256: seal.sha256,
        })
    }
}
