//! What can be wrong with a file: with its bytes, with the JSON in them, with what that says.

use std::fmt;
use std::io;

use serde::{Deserialize, Serialize};

use crate::limits::{CONFIG_DEPTH, CONFIG_KEYS};
use crate::number::Number;

/// Why the system would not open, read or write something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum IoFault {
    /// It is not there.
    NotThere,
    /// It may not be done by this user.
    Denied,
    /// There is no room for it.
    NoRoom,
    /// It is something else than a file, or than a folder, where one is needed.
    OtherKind,
    /// Anything else.
    Other {
        /// The system's own words.
        words: String,
    },
}

crate::tagged::read_by_tag! {
    IoFault by "fault":
    NotThere,
    Denied,
    NoRoom,
    OtherKind,
    Other { words },
}

impl From<&io::Error> for IoFault {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotThere,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::Denied,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoRoom,
            io::ErrorKind::IsADirectory | io::ErrorKind::NotADirectory => Self::OtherKind,
            _ => Self::Other {
                words: error.to_string(),
            },
        }
    }
}

impl fmt::Display for IoFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotThere => "it is not there",
            Self::Denied => "that is not allowed",
            Self::NoRoom => "there is no room",
            Self::OtherKind => "it is no file, or no folder",
            Self::Other { words } => words,
        })
    }
}

/// Why a file's bytes are no text that can be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum EncodingFault {
    /// Nothing, or blanks alone.
    #[error("it is empty")]
    Empty,
    /// Zeros alone.
    #[error("it holds zeros alone, as after a power cut; write it again")]
    Zeros,
    /// Two bytes a character.
    #[error("it is UTF-16; save it as UTF-8")]
    Utf16,
    /// Four bytes a character.
    #[error("it is UTF-32; save it as UTF-8")]
    Utf32,
    /// Bytes that are no UTF-8 at all.
    #[error("line {line} is not UTF-8 (it may be Latin-1); save it as UTF-8")]
    NotUtf8 {
        /// The first such line, from 1.
        line: usize,
    },
}

crate::tagged::read_by_tag! {
    EncodingFault by "fault":
    Empty,
    Zeros,
    Utf16,
    Utf32,
    NotUtf8 { line },
}

/// Why a text is no JSON object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum JsonFault {
    /// Something else than JSON has at that place.
    #[error("at line {line}, column {column} there should be {expected}")]
    Syntax {
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
        /// What JSON has there.
        expected: Expected,
    },
    /// It ends too early.
    #[error("it ends where there should be {expected}: it was cut off, or is still being written")]
    End {
        /// What JSON has there.
        expected: Expected,
    },
    /// Lists in lists without end.
    #[error("its lists and objects lie more than {CONFIG_DEPTH} deep in each other")]
    Depth,
    /// More keys than are kept.
    #[error("it has more than {CONFIG_KEYS} keys")]
    Keys,
    /// It is a list, a figure or a word.
    #[error("it is no object ({{...}})")]
    NotAnObject,
}

crate::tagged::read_by_tag! {
    JsonFault by "fault":
    Syntax { line, column, expected },
    End { expected },
    Depth,
    Keys,
    NotAnObject,
}

/// What JSON has at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// Nothing more.
    End,
    /// `"key"`
    Key,
    /// `:`
    Colon,
    /// `,` or `}`
    CommaOrBrace,
    /// `,` or `]`
    CommaOrBracket,
    /// A number, a text, a word, a list or an object.
    Value,
    /// 0 to 9.
    Digit,
    /// `"` at the end of a text.
    Quote,
    /// What may follow a backslash.
    Escape,
    /// What follows `\u`.
    HexDigits,
}

impl Expected {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::End,
        Self::Key,
        Self::Colon,
        Self::CommaOrBrace,
        Self::CommaOrBracket,
        Self::Value,
        Self::Digit,
        Self::Quote,
        Self::Escape,
        Self::HexDigits,
    ];
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::End => "the end",
            Self::Key => "a key in double quotes",
            Self::Colon => "a colon",
            Self::CommaOrBrace => "a comma or }",
            Self::CommaOrBracket => "a comma or ]",
            Self::Value => "a value",
            Self::Digit => "a digit",
            Self::Quote => "the end of a text (\")",
            Self::Escape => "an escape that JSON has",
            Self::HexDigits => "four hexadecimal digits",
        })
    }
}

/// What a value has to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "needed", rename_all = "snake_case")]
pub enum Needed {
    /// A number in a range.
    Number {
        /// Whether it has to be whole.
        whole: bool,
        /// Which.
        range: Range,
    },
    /// A text.
    Text,
    /// Anything that is written like this.
    Like {
        /// As it would stand in the file: `[128, 192]`.
        example: String,
    },
}

crate::tagged::read_by_tag! {
    Needed by "needed":
    Number { whole, range },
    Text,
    Like { example },
}

/// From where to where a number may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// The lower end.
    pub low: Number,
    /// The upper end, which may be reached.
    pub high: Number,
    /// Whether the lower end may not be reached.
    pub above_low: bool,
}

impl Range {
    /// Both ends may be reached.
    pub fn of(low: f64, high: f64) -> Self {
        Self {
            low: low.into(),
            high: high.into(),
            above_low: false,
        }
    }

    /// Above 0, up to `high`.
    pub fn above_zero(high: f64) -> Self {
        Self {
            above_low: true,
            ..Self::of(0.0, high)
        }
    }
}
