//! Paths on a wire: they are bytes, and JSON is text.
//!
//! `#[serde(with = "atheria_shared::path")]` writes a path that is UTF-8 as a string, and any other losslessly, as
//! `{"bytes": "72ff"}`, hexadecimal. [`optional`] is the same for a path that may be missing. [`shown`] is for documents that
//! people and scripts read: what is no text is replaced there.

#[cfg(unix)]
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::geometry::UnknownWord;
use crate::text::hexadecimal;

/// A path as JSON holds it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PathOnTheWire {
    /// UTF-8.
    Text(String),
    /// Anything else.
    Bytes {
        /// Hexadecimal.
        bytes: String,
    },
}

impl From<&Path> for PathOnTheWire {
    fn from(path: &Path) -> Self {
        match path.to_str() {
            Some(text) => Self::Text(text.to_owned()),
            None => Self::Bytes {
                bytes: hexadecimal(path.as_os_str().as_encoded_bytes()),
            },
        }
    }
}

impl PathOnTheWire {
    /// The path; none if the digits are no bytes, or the bytes no path here.
    pub fn path(self) -> Option<PathBuf> {
        match self {
            Self::Text(text) => Some(text.into()),
            #[cfg(unix)]
            Self::Bytes { bytes } => {
                let path: OsString = std::os::unix::ffi::OsStringExt::from_vec(bytes_of(&bytes)?);
                Some(path.into())
            }
            #[cfg(not(unix))]
            Self::Bytes { bytes } => String::from_utf8(bytes_of(&bytes)?).ok().map(PathBuf::from),
        }
    }

    /// A value that is a word or a file: a text is parsed, and bytes are the file if they have one of these endings.
    pub(crate) fn word_or_file<T: FromStr<Err = UnknownWord>>(
        self,
        endings: &[&str],
        file: fn(PathBuf) -> T,
        allowed: &'static str,
    ) -> Result<T, UnknownWord> {
        match self {
            Self::Text(text) => text.parse(),
            Self::Bytes { bytes } => Self::Bytes { bytes: bytes.clone() }
                .path()
                .filter(|path| has_ending(path, endings))
                .map(file)
                .ok_or(UnknownWord { text: bytes, allowed }),
        }
    }
}

/// Whether a path ends like one of these, without the dot.
pub(crate) fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension()
        .is_some_and(|extension| endings.iter().any(|known| extension == *known))
}

/// Writes a path.
pub fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    PathOnTheWire::from(path).serialize(serializer)
}

/// Reads a path.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    let there = PathOnTheWire::deserialize(deserializer)?;
    there.path().ok_or_else(|| D::Error::custom("no path"))
}

/// A path that may be missing.
pub mod optional {
    use super::{Deserialize, Deserializer, Path, PathBuf, PathOnTheWire, Serialize, Serializer};
    use serde::de::Error as _;

    /// Writes it.
    pub fn serialize<S: Serializer>(path: &Option<PathBuf>, serializer: S) -> Result<S::Ok, S::Error> {
        path.as_deref()
            .map(<PathOnTheWire as From<&Path>>::from)
            .serialize(serializer)
    }

    /// Reads it.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
        match Option::<PathOnTheWire>::deserialize(deserializer)? {
            None => Ok(None),
            Some(there) => there.path().map(Some).ok_or_else(|| D::Error::custom("no path")),
        }
    }
}

/// Paths in a document that is read and not opened: as far as they are text.
pub mod shown {
    use super::{Path, PathBuf, Serialize, Serializer};

    /// Writes it.
    pub fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
        path.to_string_lossy().serialize(serializer)
    }

    /// The same for a path that may be missing.
    pub fn optional<S: Serializer>(path: &Option<PathBuf>, serializer: S) -> Result<S::Ok, S::Error> {
        let text = path.as_deref().map(Path::to_string_lossy);
        text.serialize(serializer)
    }
}

fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let digit = |c: u8| char::from(c).to_digit(16).and_then(|n| u8::try_from(n).ok());
    if !rest.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|&[high, low]| Some(digit(high)? << 4 | digit(low)?))
        .collect()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Both {
        #[serde(with = "super")]
        path: PathBuf,
        #[serde(default, with = "super::optional")]
        other: Option<PathBuf>,
    }

    proptest! {
        #[test]
        fn a_path_of_any_bytes_survives(bytes: Vec<u8>, there: bool) {
            let path = PathBuf::from(OsString::from_vec(bytes));
            let both = Both { other: there.then(|| path.clone()), path };
            let json = serde_json::to_string(&both).unwrap();
            prop_assert_eq!(serde_json::from_str::<Both>(&json).unwrap(), both);
        }
    }

    #[test]
    fn text_stays_text_and_nonsense_is_no_path() {
        let both = Both {
            path: "a/b".into(),
            other: None,
        };
        assert_eq!(
            serde_json::to_string(&both).unwrap(),
            r#"{"path":"a/b","other":null}"#
        );
        let raw = r#"{"path":{"bytes":"72ff"}}"#;
        let read: Both = serde_json::from_str(raw).unwrap();
        assert_eq!(read.path.as_os_str().as_encoded_bytes(), b"r\xff");
        for bad in ["7", "zz", "+1"] {
            let bad = format!(r#"{{"path":{{"bytes":"{bad}"}}}}"#);
            assert!(serde_json::from_str::<Both>(&bad).is_err(), "{bad}");
        }
    }
}
