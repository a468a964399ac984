//! Reading enums that a tag in their object tells apart, `{"cause": "no_experiment", "name": …}`.
//!
//! What serde derives for such an enum is a visitor for each variant and each way to come to it: two fifths of the page's
//! code, when it was measured. `read_by_tag!` takes a variant's fields out of the object by their names instead. Writing is
//! derived, with `#[serde(tag = "…", rename_all = "snake_case")]`.

use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Error, Map, Value};

/// The object of a value, less its tag.
pub(crate) struct Fields {
    variant: String,
    map: Map<String, Value>,
}

impl Fields {
    /// Splits an object.
    pub(crate) fn of(mut map: Map<String, Value>, tag: &'static str) -> Result<Self, Error> {
        // The order of the others does not matter.
        match map.swap_remove(tag) {
            Some(Value::String(variant)) => Ok(Self { variant, map }),
            Some(_) => Err(Error::custom(["the tag ", tag, " is no text"].concat())),
            None => Err(Error::custom(["missing field ", tag].concat())),
        }
    }

    /// Whether it is of this variant, which is named as in Rust.
    pub(crate) fn are_of(&self, variant: &str) -> bool {
        let mut rest = self.variant.bytes();
        let same = variant.bytes().enumerate().all(|(at, letter)| {
            let begins = letter.is_ascii_uppercase() && at > 0;
            (!begins || rest.next() == Some(b'_')) && rest.next() == Some(letter.to_ascii_lowercase())
        });
        same && rest.next().is_none()
    }

    /// Takes a field out; null where there is none.
    pub(crate) fn value(&mut self, name: &str) -> Value {
        self.map.swap_remove(name).unwrap_or_default()
    }

    /// Takes a field out and reads it. One that is missing is read as null: as nothing, where that may be.
    pub(crate) fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, Error> {
        let value = self.value(name);
        T::deserialize(value).map_err(|error| self.fault(name, &error))
    }

    /// Reads all of them as another value.
    pub(crate) fn rest<T: DeserializeOwned>(self) -> Result<T, Error> {
        T::deserialize(Value::Object(self.map))
    }

    /// That there is no such variant.
    pub(crate) fn unknown(&self, tag: &str) -> Error {
        Error::custom(["unknown ", tag, ": ", &self.variant].concat())
    }

    fn fault(&self, name: &str, error: &Error) -> Error {
        Error::custom([&self.variant, ", field ", name, ": ", &error.to_string()].concat())
    }
}

/// For a field that may be missing, and is then what its type is by default.
pub(crate) mod or_default {
    use serde::Deserialize;
    use serde::de::DeserializeOwned;
    use serde_json::{Error, Value};

    /// Reads it.
    pub(crate) fn deserialize<T: DeserializeOwned + Default>(value: Value) -> Result<T, Error> {
        Ok(Option::deserialize(value)?.unwrap_or_default())
    }
}

/// `Deserialize` for an enum whose variants a tag tells apart. Names each variant and each field of it, as in Rust: what is
/// forgotten does not compile. `field in module` is read by `module::deserialize`; `Variant(inner)` has all its fields in one
/// other value.
macro_rules! read_by_tag {
    ($enum:ident by $tag:literal: $($variant:ident $({ $($field:ident $(in $how:path)?),+ $(,)? })? $(($inner:ident))?),+ $(,)?) => {
        impl<'de> serde::Deserialize<'de> for $enum {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                fn read(fields: $crate::tagged::Fields) -> Result<$enum, serde_json::Error> {
                    $(if fields.are_of(stringify!($variant)) {
                        return $crate::tagged::read_variant!($enum $variant fields $({ $($field $(in $how)?),+ })? $(($inner))?);
                    })+
                    Err(fields.unknown($tag))
                }
                let map = serde_json::Map::deserialize(from)?;
                $crate::tagged::Fields::of(map, $tag).and_then(read).map_err(serde::de::Error::custom)
            }
        }

        // All of them.
        const _: fn(&$enum) = |it| match it {
            $($enum::$variant $({ $($field: _),+ })? $(($inner))? => { $(let _ = $inner;)? })+
        };
    };
}

/// One variant of `read_by_tag!`.
macro_rules! read_variant {
    ($enum:ident $variant:ident $fields:ident) => {
        Ok($enum::$variant)
    };
    ($enum:ident $variant:ident $fields:ident ($inner:ident)) => {
        $fields.rest().map($enum::$variant)
    };
    ($enum:ident $variant:ident $fields:ident { $($field:ident $(in $how:path)?),+ }) => {{
        let mut fields = $fields;
        Ok($enum::$variant { $($field: $crate::tagged::read_field!(fields $field $(in $how)?)),+ })
    }};
}

/// One field of `read_by_tag!`.
macro_rules! read_field {
    ($fields:ident $field:ident) => {
        $fields.take(stringify!($field))?
    };
    ($fields:ident $field:ident in $how:path) => {{
        use $how as how;
        how::deserialize($fields.value(stringify!($field)))?
    }};
}

pub(crate) use {read_by_tag, read_field, read_variant};

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    enum Thing {
        Nothing,
        TwoWords {
            first: u64,
            second: Option<f32>,
        },
        AtPath {
            #[serde(with = "crate::path")]
            path: PathBuf,
            often: bool,
        },
        Within(Inner),
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Inner {
        things: Vec<Thing>,
    }

    read_by_tag! {
        Thing by "kind":
        Nothing,
        TwoWords { first, second },
        AtPath { path in crate::path, often in crate::tagged::or_default },
        Within(inner),
    }

    fn read(json: &str) -> Result<Thing, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_written_is_read() {
        let things = vec![
            Thing::Nothing,
            Thing::TwoWords {
                first: u64::MAX,
                second: Some(0.1),
            },
            Thing::AtPath {
                path: "a/b".into(),
                often: true,
            },
        ];
        let thing = Thing::Within(Inner { things });
        let json = serde_json::to_string(&thing).unwrap();
        assert!(
            json.starts_with(r#"{"kind":"within","things":[{"kind":"nothing"},"#),
            "{json}"
        );
        assert_eq!(read(&json).unwrap(), thing);
    }

    #[test]
    fn order_and_what_is_not_known_do_not_matter() {
        let json = r#"{"second": null, "new": [1], "first": 3, "kind": "two_words"}"#;
        let (first, second) = (3, None);
        assert_eq!(read(json), Ok(Thing::TwoWords { first, second }));
        let json = r#"{"kind": "two_words", "first": 3}"#;
        assert_eq!(
            read(json),
            Ok(Thing::TwoWords { first, second }),
            "nothing is nothing"
        );
        let json = r#"{"kind": "at_path", "path": {"bytes": "61"}}"#;
        let (path, often) = ("a".into(), false);
        assert_eq!(read(json), Ok(Thing::AtPath { path, often }));
    }

    #[test]
    fn what_is_no_value_is_refused_with_its_reason() {
        for (json, reason) in [
            ("[]", "invalid type: sequence, expected a map at line 1 column 0"),
            ("{}", "missing field kind"),
            (r#"{"kind": 1}"#, "the tag kind is no text"),
            (r#"{"kind": "two"}"#, "unknown kind: two"),
            (r#"{"kind": "two_words_more"}"#, "unknown kind: two_words_more"),
            (r#"{"kind": "TwoWords"}"#, "unknown kind: TwoWords"),
            (
                r#"{"kind": "two_words"}"#,
                "two_words, field first: invalid type: null, expected u64",
            ),
            (
                r#"{"kind": "two_words", "first": -1}"#,
                "two_words, field first: invalid value: integer `-1`, expected u64",
            ),
            (
                r#"{"kind": "within", "things": 1}"#,
                "invalid type: integer `1`, expected a sequence",
            ),
        ] {
            let refused = read(json).unwrap_err();
            assert!(refused.starts_with(reason), "{json}: {refused}");
        }
    }
}
