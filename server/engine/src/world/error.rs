//! What can fail in a world.

use std::io;
use std::path::PathBuf;

use atheria_shared::geometry::GridError;
use atheria_shared::limits::STATE_BYTES;
use atheria_shared::{ApiError, ErrorCode, GridShape};
use tch::TchError;

use crate::run::{RunError, first_line};

/// Why a world cannot be made, stepped, read or written.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// The grid does not suit the law, or is none.
    #[error(transparent)]
    Grid(#[from] GridError),
    /// A blob that is larger than its world.
    #[error("a blob of {side_cells}x{side_cells} cells does not fit into a grid of {grid}")]
    Blob {
        /// Its side.
        side_cells: u32,
        /// The grid.
        grid: GridShape,
    },
    /// There is no such state file, or it cannot be opened or followed.
    #[error("the state {} cannot be read: {source}", path.display())]
    ReadFile {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// More bytes than are read or written.
    #[error("the state {} takes {bytes} bytes; {STATE_BYTES} are allowed", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// How many it would be.
        bytes: u64,
    },
    /// It lacks an array.
    #[error("the state {} has no array {array:?}; it has {found}", path.display())]
    ArrayMissing {
        /// The file.
        path: PathBuf,
        /// The array.
        array: String,
        /// The names of those that it has.
        found: String,
    },
    /// An array is not what is needed.
    #[error("the array {array:?} of {} has {found}; {needed} is needed", path.display())]
    Array {
        /// The file.
        path: PathBuf,
        /// The array.
        array: String,
        /// What it has: dtype, shape.
        found: String,
        /// What it would have to have.
        needed: String,
    },
    /// An array that the law has no use for.
    #[error("the state {} carries memory ({array:?}), and this law has none", path.display())]
    NoMemory {
        /// The file.
        path: PathBuf,
        /// The array.
        array: String,
    },
    /// A value that is not finite.
    #[error("the array {array:?} of {} is not finite at element {element}", path.display())]
    ArrayNotFinite {
        /// The file.
        path: PathBuf,
        /// The array.
        array: String,
        /// Its first such element, counted in C order.
        element: usize,
    },
    /// The file is of another step than the one that was asked for.
    #[error("the state {} is of step {found}, and {needed} was asked for", path.display())]
    Step {
        /// The file.
        path: PathBuf,
        /// Its step.
        found: u64,
        /// The step that was asked for.
        needed: u64,
    },
    /// The file could not be written. What lay there before is untouched.
    #[error("the state {} cannot be written: {source} (is the folder there and writable, and the disk not full?)", path.display())]
    WriteFile {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The law made a value that is not finite. The world is still that of the step before.
    #[error("step {step} made a value that is not finite, {place}; the world stays at the step before")]
    NotFinite {
        /// The step that was not taken.
        step: u64,
        /// Where: a cell, a cell of the memory, the background.
        place: String,
    },
    /// The step could not be made.
    #[error(transparent)]
    Run(#[from] RunError),
    /// libtorch refused.
    #[error("libtorch failed while {operation}: {}", first_line(.source))]
    Libtorch {
        /// What was tried.
        operation: &'static str,
        /// libtorch's words.
        #[source]
        source: TchError,
    },
}

impl WorldError {
    /// For `map_err`: names what was tried.
    pub(super) fn torch(operation: &'static str) -> impl Fn(TchError) -> Self {
        move |source| Self::Libtorch { operation, source }
    }

    fn code(&self) -> ErrorCode {
        match self {
            Self::Grid(_) | Self::Blob { .. } => ErrorCode::GridInvalid,
            Self::ReadFile { .. }
            | Self::TooLarge { .. }
            | Self::ArrayMissing { .. }
            | Self::Array { .. }
            | Self::NoMemory { .. }
            | Self::ArrayNotFinite { .. }
            | Self::Step { .. } => ErrorCode::StateInvalid,
            Self::WriteFile { .. } => ErrorCode::StateUnwritable,
            Self::NotFinite { .. } => ErrorCode::NotFinite,
            Self::Run(_) | Self::Libtorch { .. } => ErrorCode::EngineFailed,
        }
    }
}

impl From<WorldError> for ApiError {
    fn from(error: WorldError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}
