//! Why an experiment cannot be listed or opened.

use std::path::PathBuf;

use atheria_shared::name::{CheckpointChoice, NameError};
use atheria_shared::{ApiError, ErrorCode};

/// Why an experiment cannot be listed or opened.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The root is not there, or cannot be entered.
    #[error("the folder {} cannot be read ({source}); give the folder that holds experiments/ with --root", path.display())]
    Root {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The root holds no `experiments/`.
    #[error("{} holds neither experiments/ nor output/experiments/; give the folder that does with --root", path.display())]
    NoExperiments {
        /// The folder.
        path: PathBuf,
    },
    /// The folder's name cannot be opened.
    #[error("the folder {folder:?} cannot be opened: {source}; rename it")]
    Name {
        /// As far as it is text.
        folder: String,
        /// Why.
        #[source]
        source: NameError,
    },
    /// There is no such experiment.
    #[error("there is no experiment {name:?}; `ath experiments` lists those that there are")]
    Missing {
        /// Its name.
        name: String,
    },
    /// A path leads out of the root.
    #[error("{} leads out of the folder of experiments, and nothing outside is opened", path.display())]
    Outside {
        /// The path.
        path: PathBuf,
    },
    /// A file is missing or cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file is larger than is accepted.
    #[error("{} has {bytes} bytes, and {limit} are accepted", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The most.
        limit: u64,
    },
    /// A file is not the JSON that it should be.
    #[error("{} is not the JSON that it should be: {source}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// `config.json` names no architecture.
    #[error("{} lacks MODEL_ARCHITECTURE; add it, for example \"UNET\"", path.display())]
    NoArchitecture {
        /// The file.
        path: PathBuf,
    },
    /// `config.json` names an architecture that is not known here.
    #[error("the architecture {architecture:?} is not known; known are {}{}", known(), or_torchscript(torchscript.as_deref(), *trusted))]
    Architecture {
        /// What it names.
        architecture: String,
        /// A TorchScript beside its checkpoints that could be run instead.
        torchscript: Option<String>,
        /// Whether it would be, if there were one.
        trusted: bool,
    },
    /// A number of `config.json` cannot be used.
    #[error("{} has {key} = {value}; it has to be a number from {low} to {high}", path.display())]
    Number {
        /// The file.
        path: PathBuf,
        /// The key.
        key: &'static str,
        /// What it holds.
        value: String,
        /// The least.
        low: u16,
        /// The most.
        high: u16,
    },
    /// No checkpoint at all.
    #[error("{} holds no checkpoint (*.pth); train the experiment first", path.display())]
    NoCheckpoint {
        /// The folder.
        path: PathBuf,
    },
    /// Not the checkpoint that was asked for.
    #[error("there is no checkpoint {choice:?} in {}; there are: {}", path.display(), there.join(", "))]
    CheckpointMissing {
        /// What was asked for.
        choice: String,
        /// The folder.
        path: PathBuf,
        /// Those that there are.
        there: Vec<String>,
    },
}

fn known() -> String {
    atheria_shared::Architecture::ALL
        .map(atheria_shared::Architecture::as_str)
        .join(", ")
}

fn or_torchscript(file: Option<&str>, trusted: bool) -> String {
    match (file, trusted) {
        (Some(file), _) => {
            format!(
                "; or run its TorchScript {file} with --trust-torchscript, which executes code from that file"
            )
        }
        (None, true) => {
            "; there is no TorchScript (*.pt) beside its checkpoints to be run instead".to_owned()
        }
        (None, false) => String::new(),
    }
}

impl CatalogError {
    /// That a choice finds no checkpoint in a folder.
    pub fn checkpoint_missing(choice: &CheckpointChoice, path: PathBuf, there: Vec<String>) -> Self {
        Self::CheckpointMissing {
            choice: choice.to_string(),
            path,
            there,
        }
    }
}

impl From<CatalogError> for ApiError {
    fn from(error: CatalogError) -> Self {
        let code = match &error {
            CatalogError::Root { .. } | CatalogError::NoExperiments { .. } => ErrorCode::RootUnreadable,
            CatalogError::Name { .. } => ErrorCode::ExperimentName,
            CatalogError::Missing { .. } => ErrorCode::ExperimentNotFound,
            CatalogError::Outside { .. }
            | CatalogError::Read { .. }
            | CatalogError::TooLarge { .. }
            | CatalogError::Json { .. } => ErrorCode::ConfigUnreadable,
            CatalogError::NoArchitecture { .. } | CatalogError::Number { .. } => ErrorCode::ConfigInvalid,
            CatalogError::Architecture { .. } => ErrorCode::ArchitectureUnknown,
            CatalogError::NoCheckpoint { .. } | CatalogError::CheckpointMissing { .. } => {
                ErrorCode::CheckpointMissing
            }
        };
        Self::new(code, error.to_string())
    }
}
