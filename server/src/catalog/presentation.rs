//! `atheria.json`: how its author wants an experiment shown; and of one that cannot be read, where it is no JSON or which key has
//! a value that cannot be used.

use std::path::Path;

use atheria_shared::cause::{Expected, JsonFault, Needed, Range};
use atheria_shared::experiment::Presentation;
use serde_json::{Map, Value};

use super::{CatalogError, encoding, json};

/// Characters of a value that are told.
const SHOWN: usize = 64;

/// What is wrong with an `atheria.json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PresentationFault {
    /// It is no JSON.
    Json(JsonFault),
    /// A key has a value that cannot be used.
    Value {
        /// The key.
        key: String,
        /// The value, cut where it is long.
        value: String,
        /// What it has to be.
        needed: Needed,
    },
}

/// Reads the bytes of an `atheria.json`.
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Presentation, CatalogError> {
    let text = encoding::text(bytes).map_err(|source| CatalogError::Encoding {
        path: path.to_owned(),
        source,
    })?;
    // A list would be taken for the values of an object's keys.
    if text.trim_start().starts_with('[') {
        return Err(CatalogError::Json {
            path: path.to_owned(),
            source: JsonFault::NotAnObject,
        });
    }
    serde_json::from_str(text).map_err(|source| CatalogError::Presentation {
        path: path.to_owned(),
        fault: fault(text, &source),
        source,
    })
}

fn fault(text: &str, error: &serde_json::Error) -> PresentationFault {
    if let Err(fault) = json::read(text) {
        return PresentationFault::Json(fault);
    }
    let object: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
    // Each by itself: the one that is refused is the one.
    let wrong = object.into_iter().find(|(key, value)| {
        let alone = Map::from_iter([(key.clone(), value.clone())]);
        serde_json::from_value::<Presentation>(Value::Object(alone)).is_err()
    });
    match wrong {
        Some((key, value)) => PresentationFault::Value {
            value: value.to_string().chars().take(SHOWN).collect(),
            needed: needed(&key),
            key,
        },
        // Python writes more than JSON has, and a key may be there twice.
        None => PresentationFault::Json(JsonFault::Syntax {
            line: error.line(),
            column: error.column(),
            expected: Expected::Value,
        }),
    }
}

/// What a key's value has to be.
pub(crate) fn needed(key: &str) -> Needed {
    let number = |whole, range| Needed::Number { whole, range };
    let example = match key {
        "eps" => return number(false, Range::above_zero(1.0)),
        "channel" => return number(true, Range::of(0.0, f64::from(u16::MAX))),
        "steps_per_second" => {
            return number(
                false,
                Range::above_zero(atheria_shared::limits::STEPS_PER_SECOND.into()),
            );
        }
        "title" | "description" | "try" => r#"{"en": "Flower", "es": "Flor"}"#,
        "grid" => "[128, 192]",
        "boundary" => "\"torus\"",
        "init" => "\"blob:16\"",
        "place" => "\"centre\"",
        "view" => "\"deviation\"",
        "rgb" => "[0, 1, 2]",
        "seed" => "\"disc:3:1\"",
        "show" => r#"{"steps": 600}"#,
        _ => return Needed::Text,
    };
    Needed::Like {
        example: example.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faulty(text: &str) -> PresentationFault {
        match read(Path::new("atheria.json"), text.as_bytes()) {
            Err(CatalogError::Presentation { fault, .. }) => fault,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn what_is_no_json_is_told_with_its_place() {
        let syntax = JsonFault::Syntax {
            line: 2,
            column: 10,
            expected: Expected::Value,
        };
        assert_eq!(faulty("{\n \"grid\": oops}"), PresentationFault::Json(syntax));
        assert_eq!(faulty("3"), PresentationFault::Json(JsonFault::NotAnObject));
        let list = read(Path::new("atheria.json"), b"[]");
        assert!(matches!(
            list,
            Err(CatalogError::Json {
                source: JsonFault::NotAnObject,
                ..
            })
        ));
        let nan = JsonFault::Syntax {
            line: 1,
            column: 9,
            expected: Expected::Value,
        };
        assert_eq!(faulty("{\"eps\": NaN}"), PresentationFault::Json(nan));
    }

    #[test]
    fn the_key_of_a_wrong_value_is_told() {
        for (text, key, value) in [
            (r#"{"boundary": "torus", "grid": [0, 4]}"#, "grid", "[0,4]"),
            (r#"{"grid": [64, 64], "view": "colours"}"#, "view", "\"colours\""),
            (r#"{"rgb": [0, 1]}"#, "rgb", "[0,1]"),
            (r#"{"title": "Flower"}"#, "title", "\"Flower\""),
            (r#"{"colormap": 3}"#, "colormap", "3"),
        ] {
            let expected = PresentationFault::Value {
                key: key.to_owned(),
                value: value.to_owned(),
                needed: needed(key),
            };
            assert_eq!(faulty(text), expected);
        }
    }

    #[test]
    fn an_example_is_one_that_is_read() {
        for key in [
            "title",
            "description",
            "grid",
            "boundary",
            "init",
            "place",
            "view",
            "rgb",
        ] {
            let Needed::Like { example } = needed(key) else {
                panic!("{key} has no example");
            };
            let text = format!("{{\"{key}\": {example}}}");
            assert!(read(Path::new("atheria.json"), text.as_bytes()).is_ok(), "{text}");
        }
    }
}
