//! Why an experiment cannot be listed or opened.

use std::path::PathBuf;

use atheria_shared::cause::{EncodingFault, JsonFault};
use atheria_shared::name::NameError;
use atheria_shared::remark::PassedOver;
use atheria_shared::text::{LISTED, listed};
use atheria_shared::{ApiError, ErrorCode, Remark};

use super::presentation::PresentationFault;

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
    #[error("{} holds neither experiments/ nor output/experiments/{}; give the folder that does with --root", path.display(), and_yet(*checkpoints))]
    NoExperiments {
        /// The folder.
        path: PathBuf,
        /// Whether it holds `training_checkpoints/`.
        checkpoints: bool,
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
    #[error("{} leads out of the folder of experiments, and nothing outside is opened; --follow-links allows links that do", path.display())]
    Outside {
        /// The path.
        path: PathBuf,
    },
    /// A link leads nowhere, or in a circle.
    #[error("{} is a link that leads nowhere ({source}); mend it or delete it", path.display())]
    Link {
        /// The link.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The experiment's folder has nothing in it.
    #[error("{} is empty; put the experiment's config.json into it, or delete it", folder.display())]
    EmptyFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// The experiment's folder has no `config.json`.
    #[error("{} holds no config.json; restore it from the training run", folder.display())]
    NoConfig {
        /// The folder.
        folder: PathBuf,
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
    /// A file's bytes are no text.
    #[error("{} cannot be read: {source}", path.display())]
    Encoding {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: EncodingFault,
    },
    /// `config.json` is not the JSON that it should be.
    #[error("{} is not the JSON that it should be: {source}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: JsonFault,
    },
    /// `atheria.json` is not what it should be.
    #[error("{} is not the JSON that it should be: {source}", path.display())]
    Presentation {
        /// The file.
        path: PathBuf,
        /// Where, or which key.
        fault: PresentationFault,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// `MODEL_PARAMS` is no object.
    #[error("{} has MODEL_PARAMS, which is {kind}; it has to be an object, for example {{\"d_state\": 8, \"hidden_channels\": 32}}", path.display())]
    Params {
        /// The file.
        path: PathBuf,
        /// What it is.
        kind: &'static str,
        /// It, as it may stand in a message.
        value: String,
    },
    /// A number of `config.json` lies in two places, with two values.
    #[error("{} has {one} and {other}; take one of them away", path.display())]
    Disagree {
        /// The file.
        path: PathBuf,
        /// The one.
        one: String,
        /// The other.
        other: String,
    },
    /// `config.json` names no architecture.
    #[error("{} lacks MODEL_ARCHITECTURE; add it, for example \"UNET\"", path.display())]
    NoArchitecture {
        /// The file.
        path: PathBuf,
    },
    /// `config.json` names an architecture that is not known here.
    #[error("the architecture {architecture:?} is not known; known are {}{}", known(), or_torchscript(torchscript.as_deref(), *trusted, state.as_deref()))]
    Architecture {
        /// What it names.
        architecture: String,
        /// A TorchScript beside its checkpoints that could be run instead.
        torchscript: Option<String>,
        /// Whether it would be, if there were one.
        trusted: bool,
        /// A file that has the ending of one and is a checkpoint.
        state: Option<String>,
    },
    /// A number of `config.json` cannot be used.
    #[error("{} has {key} = {value}; it has to be {} from {low} to {high}", path.display(), if *whole { "a whole number" } else { "a number" })]
    Number {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// What it holds.
        value: String,
        /// Whether it has to be whole.
        whole: bool,
        /// The least.
        low: u16,
        /// The most.
        high: u16,
    },
    /// No checkpoint at all.
    #[error("{} holds no checkpoint (*.pth, *.ckpt, *.pt, *.bin, *.safetensors); {}", path.display(), instead(passed))]
    NoCheckpoint {
        /// The folder.
        path: PathBuf,
        /// What there is.
        passed: Vec<Remark>,
    },
    /// The file that would be the latest checkpoint cannot be used, and an older one is not taken in its place unasked.
    #[error("{file} is the latest checkpoint in {} and cannot be opened: {reason}{}", path.display(), or_before(before.as_deref()))]
    LatestUnusable {
        /// The folder.
        path: PathBuf,
        /// The file.
        file: String,
        /// Why.
        reason: Box<PassedOver>,
        /// The whole one before it.
        before: Option<String>,
    },
    /// Not the checkpoint that was asked for.
    #[error("there is no checkpoint {choice:?} in {}{}; there are: {}", path.display(), since(reason.as_deref()), listed(there))]
    CheckpointMissing {
        /// What was asked for.
        choice: String,
        /// The folder.
        path: PathBuf,
        /// Those that there are.
        there: Vec<String>,
        /// Why a file of that name is none.
        reason: Option<Box<PassedOver>>,
    },
}

fn and_yet(checkpoints: bool) -> &'static str {
    if checkpoints {
        " (it holds training_checkpoints/: each checkpoint needs the experiments/NAME/config.json that it was trained with)"
    } else {
        ""
    }
}

fn known() -> String {
    atheria_shared::Architecture::ALL
        .map(atheria_shared::Architecture::as_str)
        .join(", ")
}

fn or_torchscript(file: Option<&str>, trusted: bool, state: Option<&str>) -> String {
    match (file, trusted, state) {
        (Some(file), ..) => {
            format!(
                "; or run its TorchScript {file} with --trust-torchscript, which executes code from that file"
            )
        }
        (None, true, Some(state)) => format!(
            "; {state} is no TorchScript that could be run instead, but a state dict or checkpoint of torch.save: \
             save the law itself, with torch.jit.script(law).save(\"law.pt\")"
        ),
        (None, true, None) => {
            "; there is no TorchScript (*.pt) beside its checkpoints to be run instead".to_owned()
        }
        (None, false, _) => String::new(),
    }
}

fn instead(passed: &[Remark]) -> String {
    if passed.is_empty() {
        return "train the experiment first".to_owned();
    }
    let named: Vec<String> = passed.iter().take(LISTED).map(ToString::to_string).collect();
    named.join("; ")
}

fn or_before(file: Option<&str>) -> String {
    file.map_or_else(String::new, |file| {
        format!("; {file} is whole: choose it with --checkpoint {file}")
    })
}

fn since(reason: Option<&PassedOver>) -> String {
    reason.map_or_else(String::new, |reason| format!(": {reason}"))
}

impl From<CatalogError> for ApiError {
    fn from(error: CatalogError) -> Self {
        let code = match &error {
            CatalogError::Root { .. } | CatalogError::NoExperiments { .. } => ErrorCode::RootUnreadable,
            CatalogError::Name { .. } => ErrorCode::ExperimentName,
            CatalogError::Missing { .. } => ErrorCode::ExperimentNotFound,
            CatalogError::Outside { .. }
            | CatalogError::Link { .. }
            | CatalogError::EmptyFolder { .. }
            | CatalogError::NoConfig { .. }
            | CatalogError::Read { .. }
            | CatalogError::TooLarge { .. }
            | CatalogError::Encoding { .. }
            | CatalogError::Json { .. }
            | CatalogError::Presentation { .. } => ErrorCode::ConfigUnreadable,
            CatalogError::NoArchitecture { .. }
            | CatalogError::Number { .. }
            | CatalogError::Params { .. }
            | CatalogError::Disagree { .. } => ErrorCode::ConfigInvalid,
            CatalogError::Architecture { .. } => ErrorCode::ArchitectureUnknown,
            CatalogError::NoCheckpoint { .. } | CatalogError::CheckpointMissing { .. } => {
                ErrorCode::CheckpointMissing
            }
            CatalogError::LatestUnusable { .. } => ErrorCode::LatestUnusable,
        };
        let details = match &error {
            CatalogError::LatestUnusable { before, .. } => before.iter().cloned().collect(),
            _ => Vec::new(),
        };
        Self::new(code, error.to_string())
            .with_details(details)
            .because(error.cause())
    }
}
