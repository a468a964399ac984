//! A law as a TorchScript archive (`.pt`), with the checkpoint's parameters under their own names: what `torch.jit.load` and
//! libtorch run, written without either.
//!
//! ```
//! use atheria_law::{Law, seeded_tensors};
//! use atheria_shared::law::LawParams;
//! use atheria_shared::session::ExportMethod;
//! use atheria_shared::{Architecture, Boundary};
//! use atheria_torchscript::{FORMAT_VERSION, Manifest};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let size = LawParams { d_state: 2, hidden_channels: 4 };
//! let law = Law::build(Architecture::Mlp, size, &seeded_tensors(Architecture::Mlp, size, 7))?;
//! let manifest = Manifest {
//!     format_version: FORMAT_VERSION,
//!     experiment: "untrained".to_owned(),
//!     architecture: law.architecture(),
//!     parameters: law.params(),
//!     gamma: 0.01,
//!     boundary: Boundary::Torus,
//!     memory: law.memory_channels().is_some(),
//!     checkpoint: "none".to_owned(),
//!     checkpoint_sha256: String::new(),
//!     torch_version: String::new(),
//!     method: ExportMethod::Script,
//!     verified: None,
//! };
//! let archive = atheria_torchscript::write(&law, &manifest)?;
//! // The same law and manifest give the same bytes: what lies on a disk is compared with them, and never loaded unseen.
//! assert_eq!(archive, atheria_torchscript::write(&law, &manifest)?);
//! # Ok(())
//! # }
//! ```
//!
//! The way: `script` writes the law's graph as TorchScript's source, and by `pickle` the tree of modules that holds its
//! parameters; [`write()`] puts both into an `archive`, with the [`Manifest`]. An archive that libtorch made by tracing gets its
//! manifest by [`add_manifest`]. Whether an archive computes the law is not known here: the engine loads it and compares.

mod archive;
mod error;
mod manifest;
mod pickle;
mod script;

#[cfg(test)]
mod tests;

pub use archive::{add_manifest, write};
pub use error::ArchiveError;
pub use manifest::{FORMAT_VERSION, Manifest, Verified};
