//! What can be wrong with a checkpoint.

use std::io;
use std::path::PathBuf;

use atheria_shared::limits::{CHECKPOINT_BYTES, CHECKPOINT_TENSOR_BYTES};
use atheria_shared::{ApiError, ErrorCode};

/// Names that an error lists before it only counts the rest.
const LISTED: usize = 8;

/// Why a checkpoint was refused.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// There is no such file.
    #[error("the checkpoint {} is not there", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The system would not give its bytes.
    #[error("the checkpoint {} cannot be read: {source}", path.display())]
    ReadFile {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// More bytes than are read.
    #[error("the checkpoint {} has {bytes} bytes; {CHECKPOINT_BYTES} are read at most", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its length.
        bytes: u64,
    },
    /// Something wrote to it at the same time.
    #[error("the checkpoint {} changed while it was read; wait until training has written it", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// Neither of the containers that are read.
    #[error("{} is no checkpoint: {found}; open it in PyTorch and save it again with torch.save", path.display())]
    Container {
        /// The file.
        path: PathBuf,
        /// What it looks like.
        found: &'static str,
    },
    /// Its zip directory is damaged, as in a file that was cut off.
    #[error("the checkpoint {} is damaged or was cut off: {source}", path.display())]
    OpenArchive {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: zip::result::ZipError,
    },
    /// A part of its zip archive does not have the checksum that it should have.
    #[error("the checkpoint {} is damaged at {entry:?}: {source}", path.display())]
    ReadEntry {
        /// The file.
        path: PathBuf,
        /// The part.
        entry: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Its pickle cannot be followed, or holds what is not read, such as a call.
    #[error("the checkpoint {} cannot be read: {source}", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: pytorch_reader::PytorchError,
    },
    /// It holds no state dict.
    #[error(
        "{} holds no weights: none of model_state_dict, state_dict and a state dict by itself was found, only {}",
        path.display(), listed(found)
    )]
    NoStateDict {
        /// The file.
        path: PathBuf,
        /// What it holds instead.
        found: Vec<String>,
    },
    /// Its state dict holds something that is no tensor, and so would be lost.
    #[error("the weights in {} hold what is no tensor: {}", path.display(), listed(names))]
    NotTensors {
        /// The file.
        path: PathBuf,
        /// Their names.
        names: Vec<String>,
    },
    /// Two tensors would have one name once a prefix is gone.
    #[error("the weights in {} hold {name:?} twice, with and without {prefix:?}", path.display())]
    Collision {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
        /// The prefix.
        prefix: &'static str,
    },
    /// A tensor was there when the names were read and not when the numbers were, or the other way around.
    #[error("the weights in {} cannot be taken over whole: {} differ between two readings", path.display(), listed(names))]
    Incomplete {
        /// The file.
        path: PathBuf,
        /// Their names.
        names: Vec<String>,
    },
    /// More numbers than are taken over: views can make them many more than the file has.
    #[error("the weights in {} take {bytes} bytes; {CHECKPOINT_TENSOR_BYTES} are taken at most", path.display())]
    TooManyNumbers {
        /// The file.
        path: PathBuf,
        /// How many bytes it would be.
        bytes: u64,
    },
    /// The numbers of a tensor are missing or damaged.
    #[error("the tensor {tensor:?} of {} cannot be read: {source}", path.display())]
    ReadTensor {
        /// The file.
        path: PathBuf,
        /// Its name.
        tensor: String,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl From<CheckpointError> for ApiError {
    fn from(error: CheckpointError) -> Self {
        let code = match &error {
            CheckpointError::Missing { .. } => ErrorCode::CheckpointMissing,
            _ => ErrorCode::CheckpointUnreadable,
        };
        Self::new(code, error.to_string())
    }
}

fn listed(names: &[String]) -> String {
    let first = names.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => "nothing".to_owned(),
        count if count > LISTED => format!("{first} and {} more", count - LISTED),
        _ => first,
    }
}
