//! What a user should know of something that opens all the same: a remark is never a refusal, and never silence.
//!
//! Each kind carries its figures and names, no prose: the page builds its text from them in the user's language. [`Display`](std::fmt::Display) is the
//! English line of the command line.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::beside::Beside;
use crate::cause::IoFault;
use crate::error::ApiError;
use crate::name::NameError;
use crate::session::ExportMethod;
use crate::sniff::Kind;
use crate::text::{listed, listed_of};

/// Something to know of a folder, an experiment, a checkpoint or an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "remark", rename_all = "snake_case")]
pub enum Remark {
    /// Keys of `config.json` that may change a law and are not heeded here.
    UnheededKeys {
        /// As they are written there.
        keys: Vec<String>,
    },
    /// A value was taken from a key that is not its usual one.
    FoundUnder {
        /// The usual key.
        key: String,
        /// Where it was: `gamma_decay`, `MODEL_PARAMS.GAMMA_DECAY`.
        found: String,
    },
    /// A size is a default, since `config.json` does not say it.
    DefaultSize {
        /// `d_state` or `hidden_channels`.
        key: String,
        /// The default.
        value: u16,
    },
    /// A file among the checkpoints that is none that can be chosen.
    PassedOver {
        /// Its name, as far as it is text.
        file: String,
        /// Why.
        reason: PassedOver,
    },
    /// Neither name nor age tells which checkpoint is the latest.
    LatestTied {
        /// The one that was taken.
        taken: String,
        /// Those that may be it as well.
        others: Vec<String>,
    },
    /// More experiments than are listed.
    MoreExperiments {
        /// Those that are listed.
        listed: usize,
        /// Those that there are.
        there: usize,
    },
    /// Checkpoints that no experiment goes with: there is no `experiments/NAME/config.json`.
    CheckpointsAlone {
        /// The folders' names.
        names: Vec<String>,
    },
    /// Another folder inside the root could have been meant.
    OtherRoot {
        /// The folder that is listed.
        #[serde(with = "crate::path")]
        listed: PathBuf,
        /// The other one.
        #[serde(with = "crate::path")]
        other: PathBuf,
    },
    /// Which of a file's dictionaries of tensors the weights were taken from.
    WeightsFrom {
        /// Its place in the file: `model_state_dict`, `ema.shadow`; empty: the file itself.
        key: String,
        /// Places of others that fit the law as well, to be chosen by name.
        others: Vec<String>,
    },
    /// What wrappers put before every name, and was taken away: `module.`, `_orig_mod.`, `model.`.
    PrefixStripped {
        /// It, or `segment` ones separated by spaces.
        prefix: String,
    },
    /// A prefix that every name lacks, and was put before it.
    PrefixAdded {
        /// It.
        prefix: String,
    },
    /// Values beside the weights that were not read.
    LeftOut {
        /// Each with its place.
        what: Vec<Beside>,
        /// How many there are beyond these.
        more: usize,
    },
    /// The weights were given in parts, and multiplied out.
    Folded {
        /// How they were given.
        how: Folding,
        /// Of which parameters.
        names: Vec<String>,
    },
    /// The weights were of another type, and cast on the user's word.
    Cast {
        /// The type, as PyTorch calls it.
        from: String,
        /// How many tensors.
        tensors: usize,
    },
    /// Every weight is zero.
    AllZero,
    /// The weights are the mean of those of several steps.
    Averaged {
        /// `n_averaged`
        models: u64,
    },
    /// The file holds a whole model, and its parameters and buffers were taken by name.
    WholeModel {
        /// Its class.
        class: String,
    },
    /// The file carries no checksums, so that damage cannot be told from numbers.
    NoChecksums,
    /// The export does not lie beside its checkpoint, whose folder cannot be written.
    ExportElsewhere {
        /// Where it lies.
        #[serde(with = "crate::path")]
        folder: PathBuf,
    },
    /// The export could be written nowhere: it was verified, and will be made again the next time.
    ExportNotKept {
        /// The last place that was tried.
        #[serde(with = "crate::path")]
        path: PathBuf,
        /// Why it could not be written.
        why: IoFault,
    },
    /// The export was made again.
    ExportMadeAgain {
        /// Why.
        because: ExportStale,
    },
    /// A way to make the export failed.
    MethodFailed {
        /// The way.
        method: ExportMethod,
        /// Why.
        error: ApiError,
    },
}

crate::tagged::read_by_tag! {
    Remark by "remark":
    UnheededKeys { keys },
    FoundUnder { key, found },
    DefaultSize { key, value },
    PassedOver { file, reason },
    LatestTied { taken, others },
    MoreExperiments { listed, there },
    CheckpointsAlone { names },
    OtherRoot { listed in crate::path, other in crate::path },
    WeightsFrom { key, others },
    PrefixStripped { prefix },
    PrefixAdded { prefix },
    LeftOut { what, more },
    Folded { how, names },
    Cast { from, tensors },
    AllZero,
    Averaged { models },
    WholeModel { class },
    NoChecksums,
    ExportElsewhere { folder in crate::path },
    ExportNotKept { path in crate::path, why },
    ExportMadeAgain { because },
    MethodFailed { method, error },
}

/// Why a file is none of the checkpoints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum PassedOver {
    /// Its name cannot be used here.
    Name {
        /// What is wrong with it.
        wrong: NameError,
    },
    /// It is a link that leads out of the root.
    LinkOutside,
    /// It is a link that leads nowhere.
    LinkBroken,
    /// Its ending is none of a checkpoint's.
    Ending,
    /// It is no regular file.
    NotAFile,
    /// It was cut off, or is still being written.
    CutOff,
    /// It has more bytes than are read.
    TooLarge {
        /// How many it has.
        bytes: u64,
        /// How many are read.
        limit_bytes: u64,
    },
    /// By its first bytes it is something else.
    Kind {
        /// What it is.
        kind: Kind,
    },
    /// It is a state of a world, as trainers save them.
    State,
    /// There are more files than are looked at.
    TooMany {
        /// How many more.
        more: usize,
    },
}

crate::tagged::read_by_tag! {
    PassedOver by "reason":
    Name { wrong },
    LinkOutside,
    LinkBroken,
    Ending,
    NotAFile,
    CutOff,
    TooLarge { bytes, limit_bytes },
    Kind { kind },
    State,
    TooMany { more },
}

/// How weights were given in parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Folding {
    /// g v / |v|
    WeightNorm,
    /// original times mask
    Pruned,
}

/// Why an export was made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportStale {
    /// What lay there was not an export of ours.
    NotOurs,
    /// The checkpoint, its configuration, the method or the versions have changed.
    Changed,
    /// It had not been verified.
    NotVerified,
    /// Its bytes were not those that would be written.
    OtherBytes,
    /// It could not be read.
    Unreadable,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnheededKeys { keys } => write!(
                f,
                "not heeded in config.json: {}; the law may have been trained otherwise",
                listed(keys)
            ),
            Self::FoundUnder { key, found } => write!(f, "{key} was taken from {found}"),
            Self::DefaultSize { key, value } => {
                write!(f, "config.json does not say {key}: {value} is the default")
            }
            Self::PassedOver { file, reason } => write!(f, "{file} is not taken: {reason}"),
            Self::LatestTied { taken, others } => write!(
                f,
                "neither name nor age tells the latest checkpoint: {taken} was taken, {} may be it as well (choose with --checkpoint)",
                listed(others)
            ),
            Self::MoreExperiments { listed, there } => {
                write!(
                    f,
                    "{there} experiments are there, and the first {listed} are listed"
                )
            }
            Self::CheckpointsAlone { names } => write!(
                f,
                "training_checkpoints/ holds {} without an experiments/NAME/config.json",
                listed(names)
            ),
            Self::OtherRoot { listed, other } => write!(
                f,
                "{} is listed; {} holds experiments too (choose it with --root)",
                listed.display(),
                other.display()
            ),
            Self::WeightsFrom { key, others } => {
                let place = if key.is_empty() { "the file itself" } else { key };
                write!(f, "the weights are those of {place}")?;
                if !others.is_empty() {
                    write!(f, "; {} would fit too (choose with --weights)", listed(others))?;
                }
                Ok(())
            }
            Self::PrefixStripped { prefix } => write!(f, "{prefix} was taken from the weights' names"),
            Self::PrefixAdded { prefix } => write!(f, "{prefix} was put before the weights' names"),
            Self::LeftOut { what, more } => {
                let what = listed_of(what.iter().map(ToString::to_string), *more);
                write!(f, "beside the weights, not read: {what}")
            }
            Self::Folded { how, names } => write!(f, "{how}: {} were multiplied out", listed(names)),
            Self::Cast { from, tensors } => {
                write!(
                    f,
                    "{tensors} tensors were cast from {from} to float32, as was asked"
                )
            }
            Self::AllZero => {
                f.write_str("every weight is zero, as torch.serialization.skip_data writes them")
            }
            Self::Averaged { models } => {
                write!(f, "the weights are the mean of {models} models (n_averaged)")
            }
            Self::WholeModel { class } => write!(
                f,
                "the file is a whole model ({class}); its parameters and buffers were read, its code was not"
            ),
            Self::NoChecksums => {
                f.write_str("the file carries no checksums: damage to its numbers would not be seen")
            }
            Self::ExportElsewhere { folder } => write!(
                f,
                "the checkpoint's folder cannot be written; the export lies in {}",
                folder.display()
            ),
            Self::ExportNotKept { path, why } => write!(
                f,
                "the export could be written nowhere and is made again each time: {}: {why} (give a folder with --cache)",
                path.display()
            ),
            Self::ExportMadeAgain { because } => write!(f, "the export was made again: {because}"),
            Self::MethodFailed { method, error } => write!(f, "{method}: {error}"),
        }
    }
}

impl fmt::Display for PassedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name { wrong } => wrong.fmt(f),
            Self::LinkOutside => f.write_str(
                "it is a link that leads out of the folder of experiments (--follow-links allows it)",
            ),
            Self::LinkBroken => f.write_str("it is a link that leads nowhere"),
            Self::Ending => f.write_str("its ending is none of a checkpoint's"),
            Self::NotAFile => f.write_str("it is no file"),
            Self::CutOff => f.write_str("it is damaged, or still being written"),
            Self::TooLarge { bytes, limit_bytes } => {
                write!(f, "it has {bytes} bytes, and {limit_bytes} are read at most")
            }
            Self::Kind { kind } => write!(f, "it is {kind}"),
            Self::State => f.write_str("it is a state of a world, as trainers save them (--init opens it)"),
            Self::TooMany { more } => write!(f, "{more} more files were not looked at"),
        }
    }
}

impl fmt::Display for Folding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WeightNorm => "weight-normed",
            Self::Pruned => "pruned",
        })
    }
}

impl fmt::Display for ExportStale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotOurs => "what lay there was not an export of ours",
            Self::Changed => "the checkpoint, its configuration, the method or the versions have changed",
            Self::NotVerified => "it had not been verified",
            Self::OtherBytes => "its bytes were not those that were exported",
            Self::Unreadable => "it could not be read",
        })
    }
}
