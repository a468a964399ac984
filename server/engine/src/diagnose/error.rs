//! What can fail while a check is made: then that check has failed, and the next one is made.

use atheria_checkpoint::CheckpointError;
use atheria_law::LawError;
use atheria_shared::diagnosis::Advice;
use atheria_shared::{ApiError, ErrorCode, GridShape};
use tch::TchError;

use crate::run::{RunError, first_line};
use crate::torchscript::ExportError;
use crate::view::ViewError;
use crate::world::WorldError;

/// A check that could not be made to its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum CheckError {
    /// A law without layers of its own here.
    #[error(
        "the law is a TorchScript, whose code is run as it is: there are no layers to be exported or compared"
    )]
    Foreign,
    /// The checkpoint could not be read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// It is not one of this law.
    #[error(transparent)]
    Law(LawError),
    /// The export could not be made.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// A world could not be made, stepped, written or read.
    #[error(transparent)]
    World(#[from] WorldError),
    /// A dense step could not be made.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A picture could not be made.
    #[error(transparent)]
    View(#[from] ViewError),
    /// libtorch refused.
    #[error("libtorch failed while {operation}: {}", first_line(.source))]
    Libtorch {
        /// What was tried.
        operation: &'static str,
        /// Its words.
        #[source]
        source: TchError,
    },
    /// Two worlds that were to be compared are not of one size.
    #[error("a world of {found} came back as another size than {needed}")]
    Size {
        /// What came back.
        found: GridShape,
        /// What was written.
        needed: GridShape,
    },
}

impl From<LawError> for CheckError {
    fn from(error: LawError) -> Self {
        match error {
            LawError::Read(error) => Self::Checkpoint(error),
            error => Self::Law(error),
        }
    }
}

impl CheckError {
    /// For `map_err`: names what was tried.
    pub(super) fn torch(operation: &'static str) -> impl Fn(TchError) -> Self {
        move |source| Self::Libtorch { operation, source }
    }

    /// What to do about it.
    pub(super) fn advice(&self) -> Advice {
        match self {
            Self::Foreign => Advice::Inspect,
            Self::Checkpoint(_) => Advice::OtherCheckpoint,
            Self::Law(_) => Advice::CompareConfig,
            Self::Export(_) => Advice::ExportAgain,
            Self::World(WorldError::NotFinite { .. }) => Advice::TrainOn,
            Self::World(WorldError::WriteFile { .. }) => Advice::MakeRoom,
            Self::World(_) => Advice::OtherWorld,
            Self::Run(_) | Self::Libtorch { .. } => Advice::TryCpu,
            Self::View(_) | Self::Size { .. } => Advice::Report,
        }
    }
}

impl From<CheckError> for ApiError {
    fn from(error: CheckError) -> Self {
        match error {
            CheckError::Checkpoint(error) => error.into(),
            CheckError::Law(error) => error.into(),
            CheckError::Export(error) => (&error).into(),
            CheckError::World(error) => error.into(),
            CheckError::View(error) => error.into(),
            error @ (CheckError::Foreign
            | CheckError::Run(_)
            | CheckError::Libtorch { .. }
            | CheckError::Size { .. }) => Self::new(ErrorCode::EngineFailed, error.to_string()),
        }
    }
}
