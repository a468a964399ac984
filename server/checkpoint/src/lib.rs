//! A training checkpoint, from the bytes of its file to dictionaries of tensors and what training says of itself.
//!
//! Pure Rust, and nothing in a file is ever executed: the pickle inside is walked, not run. A fault beside good weights
//! refuses nothing: what cannot be read is told, and what can be is read exactly as `torch.load` gives it, or not at all.
//! Whether tensors are those of a law is not known here: that is the crate `atheria-law`'s to say, and it says so by the
//! tensors' names and shapes, before one number is read.
//!
//! ```
//! use atheria_checkpoint::{Checkpoint, CheckpointError, TensorSource};
//!
//! # fn main() -> Result<(), CheckpointError> {
//! # let demo = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/output/training_checkpoints");
//! # let path = demo.join("flower/checkpoint_ep1199.pth");
//! let checkpoint = Checkpoint::read(&path)?;
//! assert_eq!(checkpoint.training.episode, Some(1199));
//! for dict in &checkpoint.dicts {
//!     println!("{:?} has {} tensors", dict.key, dict.tensors.len());
//!     for name in dict.tensors.keys() {
//!         let tensor = checkpoint.read(dict, name)?;
//!         println!("{name}: {} numbers of {}", tensor.elements(), tensor.dtype);
//!     }
//! }
//! // Training may write the file meanwhile: asked once the last tensor has been read.
//! checkpoint.check_unchanged()?;
//! # Ok(())
//! # }
//! ```
//!
//! The way: `container` finds out what the file is, hashes it and holds every entry of an `archive` against its checksum;
//! the other kinds are a `stream` and `safetensors`. `pickle` makes values of the bytes, `places` finds the dictionaries of
//! tensors among them, a `module`'s too; `told` is the rest, `training` the figures. A `layout` says where numbers lie, and
//! `source` reads them.
//! `opened` is all of it together: [`Checkpoint`], which is a [`TensorSource`].

mod archive;
mod container;
mod dict;
mod error;
mod layout;
mod module;
mod name;
mod opened;
mod pickle;
mod places;
mod safetensors;
mod source;
mod stream;
mod tensor;
mod told;
mod training;

#[cfg(test)]
mod tests;

pub use archive::ArchiveError;
pub use dict::{Element, TensorDict, TensorInfo, TensorSource};
pub use error::CheckpointError;
pub use opened::Checkpoint;
pub use pickle::PickleError;
pub use safetensors::SafetensorsError;
pub use source::TensorError;
pub use tensor::{Dtype, RawTensor, TensorMap, floats};
pub use training::Training;
