//! Names that come from outside and later become part of a path or an address.
//!
//! One is made only from text that is a single, visible file name: nothing that climbs out of a
//! folder can be written in these types.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::limits::{CHECKPOINT_NAME_BYTES, NAME_BYTES};

/// What a checkpoint's name ends in, in any case. The longer ones first: `.pth.tar` is one ending.
const ENDINGS: [&str; 6] = [".pth.tar", ".pth", ".pt", ".ckpt", ".bin", ".safetensors"];

/// Why a text is not a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum NameError {
    /// Nothing was given.
    #[error("a name is missing")]
    Empty,
    /// Longer than a name of its kind may be.
    #[error("a name may have {limit} bytes, this one has {bytes}")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// The most.
        limit: usize,
    },
    /// It begins as a hidden file or as an option does.
    #[error("the name {name:?} begins with {found:?}")]
    Start {
        /// The text.
        name: String,
        /// Its first character.
        found: char,
    },
    /// It holds something that no file name holds, or that would make a line show what it does not say.
    #[error("the name {name:?} holds {found:?}; a name has neither / nor control characters")]
    Character {
        /// The text.
        name: String,
        /// The first character that is not allowed.
        found: char,
    },
    /// Its bytes are no text.
    #[error("the name {shown:?} is not UTF-8")]
    NotText {
        /// As far as it is text.
        shown: String,
    },
    /// A checkpoint's name with an ending of another kind of file.
    #[error("the checkpoint {name:?} does not end in .pth, .pt, .ckpt, .pth.tar, .bin or .safetensors")]
    NotACheckpoint {
        /// The text.
        name: String,
    },
}

crate::tagged::read_by_tag! {
    NameError by "fault":
    Empty,
    TooLong { bytes, limit },
    Start { name, found },
    Character { name, found },
    NotText { shown },
    NotACheckpoint { name },
}

/// What neither `/` nor a control character is, but lets a line break or run backwards where it is shown.
fn misleads(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn check(text: &str, limit: usize) -> Result<(), NameError> {
    let name = || text.to_owned();
    if text.len() > limit {
        return Err(NameError::TooLong {
            bytes: text.len(),
            limit,
        });
    }
    match text.chars().next() {
        None => return Err(NameError::Empty),
        Some(found @ ('.' | '-')) => return Err(NameError::Start { name: name(), found }),
        Some(_) => {}
    }
    match text.chars().find(|&c| c == '/' || c.is_control() || misleads(c)) {
        Some(found) => Err(NameError::Character { name: name(), found }),
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
///
/// Whatever a folder may be called, but for a first `.` or `-`, control characters, and those that turn a line's direction or
/// break it. Two spellings that look the same (NFC and NFD) are two names; the catalog finds the folder by either.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ExperimentName(String);

impl ExperimentName {
    /// Checks the text: a single file name of at most [`NAME_BYTES`] bytes.
    pub fn new(text: &str) -> Result<Self, NameError> {
        check(text, NAME_BYTES)?;
        Ok(Self(text.to_owned()))
    }
}

text_type!(ExperimentName);

/// The file name of a checkpoint, its ending included, in an experiment's checkpoint folder; or that of a TorchScript, `.pt`,
/// which is the law of an experiment that the engine has no layers for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CheckpointFile(String);

impl CheckpointFile {
    /// Checks the text: a single file name of at most [`CHECKPOINT_NAME_BYTES`] bytes, with the ending of a checkpoint or none.
    pub fn new(text: &str) -> Result<Self, NameError> {
        check(text, CHECKPOINT_NAME_BYTES)?;
        if ending(text).is_none() && !is_bare(text) {
            return Err(NameError::NotACheckpoint {
                name: text.to_owned(),
            });
        }
        Ok(Self(text.to_owned()))
    }

    /// What its export and the like are named after: the name without `.pth`, or the whole name with any other ending.
    ///
    /// No two checkpoints of a folder share one: a name without an ending is given a dot, and one whose rest could be another
    /// checkpoint's keeps its `.pth`.
    pub fn stem(&self) -> Cow<'_, str> {
        match self.0.strip_suffix(".pth") {
            Some(rest) if ending(rest).is_none() && !rest.ends_with('.') => Cow::Borrowed(rest),
            None if self.ending().is_none() => Cow::Owned(format!("{}.", self.0)),
            _ => Cow::Borrowed(&self.0),
        }
    }

    /// Its ending, as it is written: `.pth`, `.ckpt`; none for a name without one.
    pub fn ending(&self) -> Option<&str> {
        ending(&self.0)
    }

    /// Whether it ends as a TorchScript does, `.pt`, which a checkpoint may end in as well.
    pub fn is_pt(&self) -> bool {
        self.ending()
            .is_some_and(|ending| ending.eq_ignore_ascii_case(".pt"))
    }
}

text_type!(CheckpointFile);

/// The ending of a checkpoint's name, if it has one that something comes before; the rest of the name may be anything.
pub fn checkpoint_ending(text: &str) -> Option<&str> {
    ending(text)
}

fn ending(text: &str) -> Option<&str> {
    ENDINGS.iter().find_map(|ending| {
        let (before, there) = text.split_at_checked(text.len().checked_sub(ending.len())?)?;
        (!before.is_empty() && there.eq_ignore_ascii_case(ending)).then_some(there)
    })
}

/// Whether a name has no ending: nothing after its last dot, if there is one, but digits.
fn is_bare(text: &str) -> bool {
    text.rsplit_once('.')
        .is_none_or(|(_, last)| !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit()))
}

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
        check(text, NAME_BYTES)?;
        match text
            .chars()
            .find(|c| !c.is_ascii_digit() && !('a'..='f').contains(c))
        {
            Some(found) => Err(NameError::Character {
                name: text.to_owned(),
                found,
            }),
            None if text.len() != 16 => Err(NameError::TooLong {
                bytes: text.len(),
                limit: 16,
            }),
            None => Ok(Self(text.to_owned())),
        }
    }
}

text_type!(SessionId);

/// Which checkpoint of an experiment is meant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum CheckpointChoice {
    /// The one with the highest number in its name; without such a file, the newest.
    #[default]
    Latest,
    /// The latest of those that are called `best`.
    Best,
    /// The latest of those that are called `last`, `latest` or `final`.
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
            "2026-11-27T10:00:00",
            "lr=1e-3,bs=4",
            "run[3]",
            "हिन्दी",
            "ภาษาไทย",
            "flor🌸",
            "👩\u{200d}🔬",
            "corazo\u{301}n",
            "a\\b",
            " a",
            "*?\"'$;&|<>",
        ] {
            assert_eq!(ExperimentName::new(good).map(String::from).as_deref(), Ok(good));
        }
        for bad in [
            "",
            ".",
            "..",
            "../x",
            "a/b",
            "/",
            "-rf",
            ".hidden",
            "a\0b",
            "a\nb",
            "a\tb",
            "a\u{7f}",
            "a\u{85}b",
            "a\u{9b}31m",
            "a\u{2028}b",
            "a\u{202e}b",
            "a\u{2066}b",
        ] {
            assert!(ExperimentName::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_name_is_as_long_as_a_folders_may_be() {
        assert!(ExperimentName::new(&"花".repeat(43)).is_ok());
        assert!(ExperimentName::new(&"花".repeat(85)).is_ok());
        assert!(ExperimentName::new(&"a".repeat(NAME_BYTES)).is_ok());
        assert!(ExperimentName::new(&"a".repeat(NAME_BYTES + 1)).is_err());
        let checkpoint = |bytes: usize| CheckpointFile::new(&format!("{}.pth", "a".repeat(bytes - 4)));
        assert!(checkpoint(CHECKPOINT_NAME_BYTES).is_ok());
        assert!(checkpoint(CHECKPOINT_NAME_BYTES + 1).is_err());
    }

    #[test]
    fn a_message_shows_no_character_that_misleads() {
        for bad in ["a\u{1b}[2Jb", "a\u{202e}gpj.pth", "a\u{2029}b"] {
            let message = ExperimentName::new(bad).unwrap_err().to_string();
            assert!(
                !message.chars().any(|c| c.is_control() || misleads(c)),
                "{message:?}"
            );
        }
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
    fn a_checkpoint_has_one_of_its_endings_or_none() {
        for (file, stem, ending, pt) in [
            ("checkpoint_ep9.pth", "checkpoint_ep9", Some(".pth"), false),
            ("model_jit_3.pt", "model_jit_3.pt", Some(".pt"), true),
            ("a.PTH", "a.PTH", Some(".PTH"), false),
            (
                "epoch=3-step=40.ckpt",
                "epoch=3-step=40.ckpt",
                Some(".ckpt"),
                false,
            ),
            (
                "checkpoint_ep9.pth.tar",
                "checkpoint_ep9.pth.tar",
                Some(".pth.tar"),
                false,
            ),
            ("pytorch_model.bin", "pytorch_model.bin", Some(".bin"), false),
            (
                "model.safetensors",
                "model.safetensors",
                Some(".safetensors"),
                false,
            ),
            (
                "checkpoint_ep2,loss=0.1.pth",
                "checkpoint_ep2,loss=0.1",
                Some(".pth"),
                false,
            ),
            ("checkpoint_ep9", "checkpoint_ep9.", None, false),
            ("step_2.5", "step_2.5.", None, false),
        ] {
            let file = CheckpointFile::new(file).unwrap();
            assert_eq!((&*file.stem(), file.ending(), file.is_pt()), (stem, ending, pt));
        }
        for bad in [
            "model.pt.stale",
            "model.onnx",
            "model.zip",
            "notes.txt",
            "model.",
            ".pth",
            "a.pth.tmp",
        ] {
            assert!(bad.parse::<CheckpointChoice>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn no_two_checkpoints_share_a_stem() {
        let parts = [
            "a",
            "a.",
            "a.pth",
            "a.ckpt",
            "a.pt",
            "a.PTH",
            "a.pth.tar",
            "a.3",
            "a..",
        ];
        let mut stems = std::collections::BTreeMap::new();
        for part in parts {
            for tail in ["", ".pth", ".pt", ".ckpt", ".PTH", ".pth.tar", ".bin"] {
                let Ok(file) = CheckpointFile::new(&format!("{part}{tail}")) else {
                    continue;
                };
                let other = stems.insert(file.stem().into_owned(), file.clone());
                assert!(
                    other.as_ref().is_none_or(|other| *other == file),
                    "{file} {other:?}"
                );
            }
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
