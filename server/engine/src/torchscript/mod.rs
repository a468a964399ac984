//! A law's export, which [`atheria_torchscript`] writes: made, verified and put in its place.
//!
//! [`ensure`] is the way in: is there a current export; if not, write one or trace one ([`trace`]), load it again and compare
//! it with the law ([`verify`]), and put it in its place ([`places`]), whole or not at all.
//!
//! What reaches libtorch's loader was written by this process a moment before: an archive that lies there is compared
//! with what would be written, byte for byte, and never loaded. Only [`foreign`] loads what others wrote, where the user
//! trusts it.

mod ensure;
mod error;
mod foreign;
mod places;
mod stale;
mod trace;
mod verify;
mod version;

#[cfg(test)]
mod tests;

pub use ensure::{ExportJob, Keep, ensure};
pub use error::ExportError;
pub use foreign::{ForeignError, ForeignFile};
pub use places::Places;
pub use trace::{TraceRequest, trace_process};
pub use version::TORCH_VERSION;
