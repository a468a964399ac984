//! Names that come from outside and later become part of a path or an address.
//!
//! One is made only from text that is a single, visible file name: nothing that climbs out of a
//! folder can be written in these types.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::limits::NAME_BYTES;

/// Why a text is not a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing was given.
    #[error("a name is missing")]
    Empty,
    /// Longer than [`NAME_BYTES`].
    #[error("a name may have {NAME_BYTES} bytes, this one has {bytes}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// It holds something that a file name of ours never holds.
    #[error(
        "the name {name:?} holds {found:?}; letters, digits, spaces and . _ - + = ( ) are allowed, the first one a letter, a digit or _"
    )]
    Character {
        /// The text.
        name: String,
        /// The first character that is not allowed.
        found: char,
    },
    /// A checkpoint's name that ends neither in `.pth` nor, for a TorchScript, in `.pt`.
    #[error("the checkpoint {name:?} does not end in .pth, nor in .pt as a TorchScript does")]
    NotACheckpoint {
        /// The text.
        name: String,
    },
}

fn check(text: &str) -> Result<(), NameError> {
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.len() > NAME_BYTES {
        return Err(NameError::TooLong { bytes: text.len() });
    }
    let inside = |c: char| c.is_alphanumeric() || " ._-+=()".contains(c);
    let found = match text.chars().next() {
        Some(first) if !(first.is_alphanumeric() || first == '_') => Some(first),
        _ => text.chars().find(|&c| !inside(c)),
    };
    match found {
        Some(found) => Err(NameError::Character {
            name: text.to_owned(),
            found,
        }),
        None => Ok(()),
    }
}

macro_rules! text_type {
    ($name:ident) => {
        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, NameError> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }
    };
}

/// The name of an experiment: that of its folder under `experiments/`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ExperimentName(String);

impl ExperimentName {
    /// Checks the text: a single file name of at most [`NAME_BYTES`] bytes.
    pub fn new(text: &str) -> Result<Self, NameError> {
        check(text)?;
        Ok(Self(text.to_owned()))
    }
}

text_type!(ExperimentName);

/// The file name of a checkpoint, `.pth` included, in an experiment's checkpoint folder; or that of a TorchScript, `.pt`, which
/// is the law of an experiment that the engine has no layers for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CheckpointFile(String);

impl CheckpointFile {
    /// Checks the text: a single file name that ends in `.pth` or `.pt`.
    pub fn new(text: &str) -> Result<Self, NameError> {
        check(text)?;
        let file = Self(text.to_owned());
        if file.stem() == text {
            return Err(NameError::NotACheckpoint { name: file.0 });
        }
        Ok(file)
    }

    /// The name without `.pth` or `.pt`.
    pub fn stem(&self) -> &str {
        let bare = self.0.strip_suffix(".pth").or_else(|| self.0.strip_suffix(".pt"));
        bare.unwrap_or(&self.0)
    }

    /// Whether it is that of a TorchScript.
    pub fn is_torchscript(&self) -> bool {
        self.0.strip_suffix(".pt").is_some()
    }
}

text_type!(CheckpointFile);

/// A session's address: 16 hexadecimal digits that nobody can guess.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SessionId(String);

impl SessionId {
    /// From random bits.
    pub fn from_bits(bits: u64) -> Self {
        Self(format!("{bits:016x}"))
    }

    /// Checks the text: 16 lower-case hexadecimal digits.
    pub fn new(text: &str) -> Result<Self, NameError> {
        check(text)?;
        match text
            .chars()
            .find(|c| !c.is_ascii_digit() && !('a'..='f').contains(c))
        {
            Some(found) => Err(NameError::Character {
                name: text.to_owned(),
                found,
            }),
            None if text.len() != 16 => Err(NameError::TooLong { bytes: text.len() }),
            None => Ok(Self(text.to_owned())),
        }
    }
}

text_type!(SessionId);

/// Which checkpoint of an experiment is meant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum CheckpointChoice {
    /// The one with the highest episode in its name; without such a file, the newest.
    #[default]
    Latest,
    /// `best_model.pth`.
    Best,
    /// `last_checkpoint.pth`.
    Last,
    /// This file.
    File(CheckpointFile),
}

impl fmt::Display for CheckpointChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Latest => "latest",
            Self::Best => "best",
            Self::Last => "last",
            Self::File(file) => file.as_str(),
        })
    }
}

impl FromStr for CheckpointChoice {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Ok(match text {
            "latest" => Self::Latest,
            "best" => Self::Best,
            "last" => Self::Last,
            file => Self::File(CheckpointFile::new(file)?),
        })
    }
}

impl TryFrom<String> for CheckpointChoice {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<CheckpointChoice> for String {
    fn from(choice: CheckpointChoice) -> String {
        choice.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_file_name() {
        for good in [
            "flower",
            "UNET-d4-h8-g32",
            "mi experimento (2)",
            "señal_ñ",
            "_x",
            "a.b=c+d",
        ] {
            assert_eq!(ExperimentName::new(good).map(String::from).as_deref(), Ok(good));
        }
        for bad in [
            "", ".", "..", "../x", "a/b", "a\\b", "-rf", ".hidden", "a\0b", "a\nb", " a", "a:b",
        ] {
            assert!(ExperimentName::new(bad).is_err(), "{bad:?}");
        }
        assert!(ExperimentName::new(&"a".repeat(NAME_BYTES)).is_ok());
        assert!(ExperimentName::new(&"a".repeat(NAME_BYTES + 1)).is_err());
    }

    #[test]
    fn names_are_checked_in_json_too() {
        assert!(serde_json::from_str::<ExperimentName>("\"../../etc\"").is_err());
        assert!(serde_json::from_str::<CheckpointChoice>("\"../x.pth\"").is_err());
        assert_eq!(
            serde_json::from_str::<CheckpointChoice>("\"best\"").ok(),
            Some(CheckpointChoice::Best)
        );
    }

    #[test]
    fn a_checkpoint_ends_in_pth_or_as_a_torchscript_in_pt() {
        for (file, stem, torchscript) in [
            ("checkpoint_ep9.pth", "checkpoint_ep9", false),
            ("model_jit_3.pt", "model_jit_3", true),
        ] {
            let file = CheckpointFile::new(file).unwrap();
            assert_eq!((file.stem(), file.is_torchscript()), (stem, torchscript));
        }
        for bad in ["model.pt.stale", "model.onnx", "model", "model.zip"] {
            assert!(bad.parse::<CheckpointChoice>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_session_id_is_sixteen_digits() {
        let id = SessionId::from_bits(0xab);
        assert_eq!(SessionId::new(id.as_str()), Ok(id));
        assert!(SessionId::new("00000000000000zz").is_err());
        assert!(SessionId::new("00ab").is_err());
    }
}
