//! What can be wrong with a checkpoint.

use std::io;
use std::path::{Path, PathBuf};

use atheria_shared::beside::{Beside, held};
use atheria_shared::limits::{CHECKPOINT_BYTES, CHECKPOINT_TENSOR_BYTES};
use atheria_shared::sniff::Kind;
use atheria_shared::{ApiError, Cause, ErrorCode};

use crate::{ArchiveError, PickleError, SafetensorsError, TensorError};

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
    /// A folder, a pipe or a device.
    #[error("{} is no file: give the checkpoint itself", path.display())]
    NotAFile {
        /// Where.
        path: PathBuf,
    },
    /// Something else than a checkpoint.
    #[error("{} is no checkpoint: it is {found}; {}", path.display(), found.advice())]
    Container {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: Kind,
    },
    /// Its zip archive is damaged, as in a file that was cut off.
    #[error(
        "the checkpoint {} is damaged, was cut off or is still being written: {source}; copy it again, or take an earlier one",
        path.display()
    )]
    Archive {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: ArchiveError,
    },
    /// Its pickle cannot be followed.
    #[error("the checkpoint {} is damaged or was cut off: {source}; copy it again, or take an earlier one", path.display())]
    Pickle {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: PickleError,
    },
    /// A stream lacks a storage, or has one of another size than its tensors say.
    #[error(
        "the checkpoint {} is damaged or was cut off at its storage {storage:?}; copy it again, or take an earlier one",
        path.display()
    )]
    Storage {
        /// The file.
        path: PathBuf,
        /// The storage.
        storage: String,
    },
    /// It says that it is a safetensors file, and is none that is whole.
    #[error("the safetensors file {} cannot be read: {source}", path.display())]
    Safetensors {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: SafetensorsError,
    },
    /// It holds no dictionary of tensors.
    #[error(
        "{} holds no weights: no dictionary of tensors was found in it, only {}; save {{\"model_state_dict\": law.state_dict()}} with torch.save",
        path.display(), held(found, *more)
    )]
    NoWeights {
        /// The file.
        path: PathBuf,
        /// What it holds instead, or what it is.
        found: Vec<Beside>,
        /// How much more it holds.
        more: usize,
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
        source: TensorError,
    },
}

impl CheckpointError {
    fn cause(&self) -> Cause {
        let shown = |path: &Path| path.display().to_string();
        let file = |path: &Path| shown(path.file_name().map_or(path, Path::new));
        let damaged = |path: &Path, part: Option<&str>, byte: Option<usize>| Cause::Damaged {
            file: file(path),
            part: part.map(str::to_owned),
            byte: byte.map(|byte| byte as u64),
        };
        match self {
            Self::Missing { path } => Cause::NoFile {
                file: file(path),
                folder: path.parent().map(shown).unwrap_or_default(),
            },
            Self::ReadFile { path, source } => Cause::Unreadable {
                path: shown(path),
                why: source.into(),
            },
            Self::TooLarge { path, bytes } => Cause::FileTooLarge {
                file: file(path),
                bytes: *bytes,
                limit_bytes: CHECKPOINT_BYTES,
            },
            Self::Changed { path } => Cause::Changed { file: file(path) },
            Self::NotAFile { path } => Cause::NotAFile { path: shown(path) },
            Self::Container { path, found } => Cause::NotACheckpoint {
                file: file(path),
                kind: *found,
            },
            Self::Archive { path, source } => damaged(path, source.entry(), None),
            Self::Pickle { path, source } => damaged(path, None, source.byte()),
            Self::Storage { path, storage } => damaged(path, Some(storage), None),
            Self::Safetensors { path, source } => damaged(path, source.tensor(), None),
            Self::NoWeights { path, found, more } => Cause::NoWeights {
                file: file(path),
                found: found.clone(),
                more: *more,
            },
            Self::TooManyNumbers { bytes, .. } => Cause::WeightsTooLarge {
                bytes: *bytes,
                limit_bytes: CHECKPOINT_TENSOR_BYTES,
            },
            Self::ReadTensor { path, tensor, .. } => damaged(path, Some(tensor), None),
        }
    }
}

impl From<CheckpointError> for ApiError {
    fn from(error: CheckpointError) -> Self {
        let code = match &error {
            CheckpointError::Missing { .. } => ErrorCode::CheckpointMissing,
            _ => ErrorCode::CheckpointUnreadable,
        };
        Self::new(code, error.to_string()).because(error.cause())
    }
}
