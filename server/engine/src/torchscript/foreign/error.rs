//! Why a TorchScript of somebody else is no law.

use std::io;
use std::path::PathBuf;

use atheria_shared::{ApiError, Cause, ErrorCode};
use tch::TchError;

use crate::run::{ModuleError, first_line};

/// Why a TorchScript of somebody else is no law.
#[derive(Debug, thiserror::Error)]
pub enum ForeignError {
    /// The file cannot be read.
    #[error("the TorchScript {} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// libtorch does not load it.
    #[error("{} is not a TorchScript that libtorch {} loads: {}", path.display(), super::super::TORCH_VERSION, first_line(.source))]
    Load {
        /// The file.
        path: PathBuf,
        /// libtorch's words, a stack included.
        #[source]
        source: TchError,
    },
    /// It does not answer as a law does.
    #[error("the TorchScript is no law: {0}")]
    Answer(#[from] ModuleError),
    /// It makes values that are not finite.
    #[error("the TorchScript is no law: its answer to a state of unit norm is not finite")]
    NotFinite,
    /// It answers the same question in two ways.
    #[error(
        "the TorchScript is no law: its answers to the same state differ by {apart:.1e} from one call to the next"
    )]
    Fickle {
        /// The largest difference.
        apart: f64,
    },
    /// libtorch refused while answers were compared.
    #[error("libtorch failed while answers were compared: {}", first_line(.0))]
    Libtorch(#[from] TchError),
}

impl ForeignError {
    /// Whether the file could not be loaded at all.
    pub fn is_of_the_file(&self) -> bool {
        matches!(self, Self::Read { .. } | Self::Load { .. })
    }
}

impl From<&ForeignError> for ApiError {
    fn from(error: &ForeignError) -> Self {
        let code = if error.is_of_the_file() {
            ErrorCode::CheckpointUnreadable
        } else {
            ErrorCode::CheckpointMismatch
        };
        let cause = match error {
            ForeignError::Read { path, source } => Some(Cause::Unreadable {
                path: path.display().to_string(),
                why: source.into(),
            }),
            ForeignError::Load { path, .. } => Some(Cause::NotTorchScript {
                file: path
                    .file_name()
                    .map_or_else(String::new, |name| name.display().to_string()),
            }),
            ForeignError::Answer(_) => Some(Cause::NotALaw { apart: None }),
            ForeignError::NotFinite => Some(Cause::NotFinite {
                step: None,
                place: None,
            }),
            ForeignError::Fickle { apart } => Some(Cause::NotALaw {
                apart: Some((*apart).into()),
            }),
            ForeignError::Libtorch(_) => None,
        };
        Self::new(code, error.to_string()).because(cause)
    }
}
