//! What can fail while a check is made: then that check has failed, and the next one is made.

use atheria_shared::GridShape;
use tch::TchError;

use crate::checkpoint::CheckpointError;
use crate::law::LawError;
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
    pub(super) fn advice(&self) -> &'static str {
        match self {
            Self::Foreign => "Inspect the law: its probe says what can be said of it.",
            Self::Checkpoint(_) => "Choose another checkpoint, or save this one again with torch.save.",
            Self::Law(_) => {
                "Compare MODEL_ARCHITECTURE and MODEL_PARAMS in config.json with what was trained."
            }
            Self::Export(_) => "Export again with --force; if that fails, see the engine's log.",
            Self::World(WorldError::NotFinite { .. }) => {
                "The law makes a value that is not finite: train on, or choose an earlier checkpoint."
            }
            Self::World(WorldError::WriteFile { .. }) => {
                "Make room on the disk, or make the folder writable."
            }
            Self::World(_) => "Choose another grid or starting matter, and diagnose again.",
            Self::Run(_) | Self::Libtorch { .. } => {
                "Diagnose again with the device cpu; if it fails there too, see the engine's log."
            }
            Self::View(_) | Self::Size { .. } => {
                "This is a fault of Atheria: report it with the engine's log."
            }
        }
    }
}
