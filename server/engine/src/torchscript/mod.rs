//! A law as a TorchScript archive (`.pt`), with the checkpoint's parameters under their own names.
//!
//! [`ensure`] is the way in: is there a current export; if not, write one ([`script`], [`pickle`], [`archive`]) or trace one
//! ([`trace`]), load it again and compare it with the law ([`verify`]), and put it in its place ([`places`]), whole or not at all.
//!
//! What reaches libtorch's loader was written by this process a moment before: an archive that lies there is compared
//! with what would be written, byte for byte, and never loaded. Only [`foreign`] loads what others wrote, where the user
//! trusts it.

mod archive;
mod ensure;
mod error;
mod foreign;
mod manifest;
mod pickle;
mod places;
mod script;
mod stale;
mod trace;
mod verify;

#[cfg(test)]
mod tests;

pub use ensure::{ExportJob, Keep, ensure};
pub use error::ExportError;
pub use foreign::{ForeignError, ForeignFile};
pub use manifest::{FORMAT_VERSION, Manifest, TORCH_VERSION, Verified};
pub use places::Places;
pub use trace::{TraceRequest, trace_process};
