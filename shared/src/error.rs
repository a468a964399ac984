//! What went wrong, in a form that a page can translate and a script can read.

use serde::{Deserialize, Serialize};

use crate::cause::Cause;

/// The kind of an error. The page has a text for each, in each language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request itself is wrong: a name, a grid, a number.
    BadRequest,
    /// No such page or address.
    NotFound,
    /// The folder of experiments is missing or cannot be read.
    RootUnreadable,
    /// No experiment of that name.
    ExperimentNotFound,
    /// The folder's name is not one that can be opened.
    ExperimentName,
    /// `config.json` is missing, unreadable or no JSON.
    ConfigUnreadable,
    /// `config.json` lacks something that is needed, or it is out of range.
    ConfigInvalid,
    /// An architecture that there is no layer graph for.
    ArchitectureUnknown,
    /// The experiment has no checkpoint, or not the one that was asked for.
    CheckpointMissing,
    /// The checkpoint is damaged, or no checkpoint.
    CheckpointUnreadable,
    /// The latest checkpoint cannot be used; the details are the whole one before it, if there is one, to be asked for by name.
    LatestUnusable,
    /// The checkpoint does not fit the law: keys, shapes, types or values.
    CheckpointMismatch,
    /// Several of the file's dictionaries fit the law; the details are their places, one each, to be chosen from.
    WeightsAmbiguous,
    /// The weights fit but for their float type; the user may ask for a cast.
    WeightsDtype,
    /// The checkpoint is not the one any more that a world was made with.
    CheckpointReplaced,
    /// The export could not be made or written.
    ExportFailed,
    /// The export does not compute what the law computes.
    VerificationFailed,
    /// The grid does not suit the law.
    GridInvalid,
    /// The starting matter cannot be read, or does not suit the law or the grid.
    StateInvalid,
    /// There is no seed to plant in this world.
    NoSeed,
    /// A state could not be written.
    StateUnwritable,
    /// CUDA was asked for and there is none.
    CudaMissing,
    /// A stage on CUDA failed or took too long.
    CudaFailed,
    /// The engine took longer than its deadline and was ended.
    EngineTimeout,
    /// The engine process died.
    EngineDied,
    /// The engine could not be started.
    EngineMissing,
    /// libtorch reported an error.
    EngineFailed,
    /// The law made a value that is not finite.
    NotFinite,
    /// No session of that name.
    SessionNotFound,
    /// As many sessions or viewers as there may be.
    TooMany,
    /// The session cannot do that now.
    NotReady,
    /// The request comes from another site or for another host.
    Forbidden,
    /// A fault of the program.
    Internal,
}

impl ErrorCode {
    /// All of them.
    pub const ALL: [Self; 33] = [
        Self::BadRequest,
        Self::NotFound,
        Self::RootUnreadable,
        Self::ExperimentNotFound,
        Self::ExperimentName,
        Self::ConfigUnreadable,
        Self::ConfigInvalid,
        Self::ArchitectureUnknown,
        Self::CheckpointMissing,
        Self::CheckpointUnreadable,
        Self::LatestUnusable,
        Self::CheckpointMismatch,
        Self::WeightsAmbiguous,
        Self::WeightsDtype,
        Self::CheckpointReplaced,
        Self::ExportFailed,
        Self::VerificationFailed,
        Self::GridInvalid,
        Self::StateInvalid,
        Self::NoSeed,
        Self::StateUnwritable,
        Self::CudaMissing,
        Self::CudaFailed,
        Self::EngineTimeout,
        Self::EngineDied,
        Self::EngineMissing,
        Self::EngineFailed,
        Self::NotFinite,
        Self::SessionNotFound,
        Self::TooMany,
        Self::NotReady,
        Self::Forbidden,
        Self::Internal,
    ];

    /// The exit status of a command that ends with this error: 2 wrong use, 3 a bad input file, 4 failed in the engine.
    pub fn exit_status(self) -> u8 {
        match self {
            Self::BadRequest
            | Self::NotFound
            | Self::ExperimentNotFound
            | Self::ExperimentName
            | Self::GridInvalid
            | Self::NoSeed
            | Self::CudaMissing
            | Self::SessionNotFound
            | Self::TooMany
            | Self::NotReady
            | Self::Forbidden => 2,
            Self::RootUnreadable
            | Self::ConfigUnreadable
            | Self::ConfigInvalid
            | Self::ArchitectureUnknown
            | Self::CheckpointMissing
            | Self::CheckpointUnreadable
            | Self::LatestUnusable
            | Self::CheckpointMismatch
            | Self::WeightsAmbiguous
            | Self::WeightsDtype
            | Self::CheckpointReplaced
            | Self::StateInvalid => 3,
            Self::ExportFailed
            | Self::VerificationFailed
            | Self::StateUnwritable
            | Self::CudaFailed
            | Self::EngineTimeout
            | Self::EngineDied
            | Self::EngineMissing
            | Self::EngineFailed
            | Self::NotFinite
            | Self::Internal => 4,
        }
    }
}

/// An error as it crosses every wire: HTTP body, WebSocket event, engine pipe, `--json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// The kind.
    pub code: ErrorCode,
    /// One English line: what failed, on what, and what to do.
    pub message: String,
    /// More lines, for the details of a notice: the keys that do not fit, an engine's last words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
    /// The reason with its figures and names, where the kind alone does not say it: what a page tells it from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Box<Cause>>,
}

impl ApiError {
    /// An error without details.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            details: Vec::new(),
            cause: None,
        }
    }

    /// The same with its cause.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Option<Cause>>) -> Self {
        self.cause = cause.into().map(Box::new);
        self
    }

    /// The same with details.
    #[must_use]
    pub fn with_details(mut self, details: Vec<String>) -> Self {
        self.details = details;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_all_codes_is_whole() {
        let places = ErrorCode::ALL.map(|code| code as usize);
        assert!(places.into_iter().eq(0..=ErrorCode::Internal as usize));
    }
}
