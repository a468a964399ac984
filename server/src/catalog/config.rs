//! `config.json` as trainers old and new have written it: any key may be missing or of another type.
//!
//! Only what the law needs (architecture, size, gamma) can make an experiment unusable, and then it does: whatever reaches
//! the physics is checked as the command line checks it, and is never guessed. A training figure of a wrong type is merely
//! absent.

use std::path::Path;

use atheria_shared::experiment::Training;
use atheria_shared::law::LawParams;
use atheria_shared::limits::{HIDDEN_CHANNELS, STATE_CHANNELS};
use atheria_shared::{Architecture, Remark};

use super::json::{self, Object, Value};
use super::{CatalogError, encoding, unheeded};

const DEFAULT_D_STATE: u16 = 8;
const DEFAULT_HIDDEN_CHANNELS: u16 = 32;

/// Characters of a text that are kept, or quoted.
const SHOWN: usize = 64;

/// What a `config.json` says.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The law's architecture, as it is named there.
    pub named: String,
    /// The same, where there are layers for it.
    pub architecture: Option<Architecture>,
    /// The law's size.
    pub params: LawParams,
    /// Decay, from 0 to 1; 0 when it says nothing.
    pub gamma: f64,
    /// Training figures.
    pub training: Training,
    /// What is missing, lies elsewhere, or is not heeded.
    pub remarks: Vec<Remark>,
}

/// Whether a number can be a decay. The one rule for those of `config.json`, of the command line and of requests.
pub fn is_decay(gamma: f64) -> bool {
    (0.0..=1.0).contains(&gamma)
}

/// Reads the bytes of a `config.json`. The training figures come back even when the rest does not.
pub fn read_config(path: &Path, bytes: &[u8]) -> (Training, Result<Config, CatalogError>) {
    let json = encoding::text(bytes)
        .map_err(|source| CatalogError::Encoding {
            path: path.to_owned(),
            source,
        })
        .and_then(|text| {
            json::read(text).map_err(|source| CatalogError::Json {
                path: path.to_owned(),
                source,
            })
        });
    match json {
        Ok(json) => {
            let training = training(&json);
            let config = law(path, &json, &training);
            (training, config)
        }
        Err(error) => (Training::default(), Err(error)),
    }
}

fn law(path: &Path, json: &Object, training: &Training) -> Result<Config, CatalogError> {
    let keys = Keys::new(path, json)?;
    let mut remarks = Vec::new();
    let named = keys.architecture(&mut remarks)?;
    let architecture = named.trim().to_ascii_uppercase().parse().ok();
    let params = LawParams {
        d_state: keys.size("d_state", DEFAULT_D_STATE, STATE_CHANNELS, &mut remarks)?,
        hidden_channels: keys.size(
            "hidden_channels",
            DEFAULT_HIDDEN_CHANNELS,
            HIDDEN_CHANNELS,
            &mut remarks,
        )?,
    };
    let gamma = keys.gamma(&mut remarks)?;
    let heeded = |key: &str| {
        ["MODEL_ARCHITECTURE", "GAMMA_DECAY", "d_state", "hidden_channels"]
            .iter()
            .any(|heeded| heeded.eq_ignore_ascii_case(key))
    };
    remarks.extend(unheeded::remark(json, heeded));
    Ok(Config {
        named: shown(named),
        architecture,
        params,
        gamma,
        training: training.clone(),
        remarks,
    })
}

/// A value and where it lies.
#[derive(Debug, Clone, Copy)]
struct Found<'a> {
    /// In `MODEL_PARAMS`, or else beside it.
    in_params: bool,
    key: &'a str,
    value: &'a Value,
}

impl Found<'_> {
    fn place(&self) -> String {
        if self.in_params {
            format!("MODEL_PARAMS.{}", self.key)
        } else {
            self.key.to_owned()
        }
    }
}

/// The keys of a config, found in any case.
struct Keys<'a> {
    path: &'a Path,
    json: &'a Object,
    params: Option<&'a Object>,
}

impl<'a> Keys<'a> {
    fn new(path: &'a Path, json: &'a Object) -> Result<Self, CatalogError> {
        let there = |key: &str| matching(json, key).next();
        let params = match there("MODEL_PARAMS") {
            None => None,
            Some((_, Value::Object(params))) => Some(params),
            Some((_, value)) => {
                return Err(CatalogError::Params {
                    path: path.to_owned(),
                    kind: kind(value),
                    value: quoted(value),
                });
            }
        };
        Ok(Self { path, json, params })
    }

    fn architecture(&self, remarks: &mut Vec<Remark>) -> Result<&'a str, CatalogError> {
        let there = matching(self.json, "MODEL_ARCHITECTURE").next();
        let Some((key, Value::Text(named))) = there else {
            return Err(CatalogError::NoArchitecture {
                path: self.path.to_owned(),
            });
        };
        if key != "MODEL_ARCHITECTURE" {
            remarks.push(Remark::FoundUnder {
                key: "MODEL_ARCHITECTURE".into(),
                found: key.into(),
            });
        }
        Ok(named)
    }

    /// The number of a key, wherever it lies; an error if it is none that `suits`, or lies in two places that differ.
    fn number(
        &self,
        key: &str,
        (whole, low, high): (bool, u16, u16),
        suits: impl Fn(f64) -> bool,
    ) -> Result<Option<(f64, Found<'a>)>, CatalogError> {
        let inside = self.params.into_iter().flat_map(|params| matching(params, key));
        let beside = matching(self.json, key);
        let all = inside
            .map(|there| (true, there))
            .chain(beside.map(|there| (false, there)));
        let mut first: Option<(f64, Found<'a>)> = None;
        for (in_params, (key, value)) in all {
            let found = Found {
                in_params,
                key,
                value,
            };
            let number =
                as_number(value)
                    .filter(|&number| suits(number))
                    .ok_or_else(|| CatalogError::Number {
                        path: self.path.to_owned(),
                        key: found.place(),
                        value: quoted(value),
                        whole,
                        low,
                        high,
                    })?;
            match &first {
                None => first = Some((number, found)),
                // Bit for bit: what is nearly the same is not the same.
                Some((other, _)) if other.to_bits() == number.to_bits() => {}
                Some((_, other)) => {
                    return Err(CatalogError::Disagree {
                        path: self.path.to_owned(),
                        one: format!("{} = {}", other.place(), quoted(other.value)),
                        other: format!("{} = {}", found.place(), quoted(value)),
                    });
                }
            }
        }
        Ok(first)
    }

    /// A size: in `MODEL_PARAMS`, or in capitals beside it where older trainers put it, or the default.
    fn size(
        &self,
        key: &'static str,
        default: u16,
        high: u16,
        remarks: &mut Vec<Remark>,
    ) -> Result<u16, CatalogError> {
        let suits = |number: f64| number.fract() == 0.0 && (1.0..=f64::from(high)).contains(&number);
        let Some((size, found)) = self.number(key, (true, 1, high), suits)? else {
            remarks.push(Remark::DefaultSize {
                key: key.into(),
                value: default,
            });
            return Ok(default);
        };
        let usual = if found.in_params {
            found.key == key
        } else {
            found.key == key || found.key == key.to_ascii_uppercase()
        };
        if !usual {
            remarks.push(found_under(&format!("MODEL_PARAMS.{key}"), &found));
        }
        Ok(size as u16)
    }

    fn gamma(&self, remarks: &mut Vec<Remark>) -> Result<f64, CatalogError> {
        let Some((gamma, found)) = self.number("GAMMA_DECAY", (false, 0, 1), is_decay)? else {
            return Ok(0.0);
        };
        if found.in_params || found.key != "GAMMA_DECAY" {
            remarks.push(found_under("GAMMA_DECAY", &found));
        }
        Ok(gamma)
    }
}

fn found_under(key: &str, found: &Found<'_>) -> Remark {
    Remark::FoundUnder {
        key: key.to_owned(),
        found: found.place(),
    }
}

/// The keys that are this one in any case, as it is written first; those without a value are passed over.
fn matching<'a>(object: &'a Object, key: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let mut all: Vec<_> = object
        .iter()
        .filter(|(there, value)| there.eq_ignore_ascii_case(key) && **value != Value::Null)
        .collect();
    all.sort_by_key(|(there, _)| *there != key);
    all.into_iter()
}

/// A number, also one that was written as a text.
fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(text) | Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::Text(_) => "a text",
        Value::List => "a list",
        Value::Object(_) => "an object",
    }
}

/// A value as it may stand in a message.
fn quoted(value: &Value) -> String {
    match value {
        Value::Bool(word) => word.to_string(),
        Value::Number(number) => shown(number),
        Value::Text(text) => format!("{:?}", shown(text)),
        Value::Null => "null".to_owned(),
        Value::List => "[...]".to_owned(),
        Value::Object(_) => "{...}".to_owned(),
    }
}

fn shown(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

fn training(json: &Object) -> Training {
    let whole = |key: &str| match json.get(key)? {
        Value::Number(number) => number.parse::<u64>().ok(),
        _ => None,
    };
    let number = |key: &str| match json.get(key)? {
        Value::Number(number) => number.parse().ok().filter(|f: &f64| f.is_finite()),
        _ => None,
    };
    let text = |key: &str| match json.get(key)? {
        Value::Text(text) => Some(shown(text)),
        _ => None,
    };
    Training {
        grid_side_cells: whole("GRID_SIZE_TRAINING").and_then(|n| u32::try_from(n).ok()),
        steps: whole("QCA_STEPS_TRAINING"),
        episodes: whole("TOTAL_EPISODES"),
        learning_rate: number("LR_RATE_M"),
        noise_level: number("NOISE_LEVEL"),
        seconds: number("total_training_time"),
        trainer_version: text("TRAINER_VERSION"),
        updated_at: text("updated_at"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(json: &str) -> Result<Config, CatalogError> {
        read_config(Path::new("config.json"), json.as_bytes()).1
    }

    #[test]
    fn a_config_may_be_nearly_empty() {
        let config = read(r#"{"MODEL_ARCHITECTURE": "UNET"}"#).unwrap();
        assert_eq!((config.params.d_state, config.params.hidden_channels), (8, 32));
        assert_eq!((config.gamma, config.training), (0.0, Training::default()));
    }

    #[test]
    fn older_keys_are_read_and_two_places_have_to_agree() {
        let old = read(r#"{"MODEL_ARCHITECTURE": "MLP", "D_STATE": 4, "HIDDEN_CHANNELS": 16}"#).unwrap();
        assert_eq!((old.params.d_state, old.params.hidden_channels), (4, 16));
        assert_eq!(old.remarks, []);
        let both = |old: &str| {
            read(&format!(
                r#"{{"MODEL_ARCHITECTURE": "MLP", "D_STATE": {old}, "MODEL_PARAMS": {{"d_state": 6.0, "hidden_channels": 4}}}}"#
            ))
        };
        assert_eq!(both("6").unwrap().params.d_state, 6);
        assert_eq!(both("null").unwrap().params.d_state, 6);
        assert!(matches!(both("4"), Err(CatalogError::Disagree { .. })));
    }

    /// A config of an MLP with these keys beside its size, and these in it.
    fn with(beside: &str, inside: &str) -> Result<Config, CatalogError> {
        read(&format!(
            r#"{{"MODEL_ARCHITECTURE": "MLP", "MODEL_PARAMS": {{"d_state": 2, "hidden_channels": 4{inside}}}{beside}}}"#
        ))
    }

    #[test]
    fn a_decay_is_heeded_wherever_and_however_it_is_written() {
        for (beside, inside, found) in [
            (r#", "GAMMA_DECAY": 0.01"#, "", None),
            (r#", "GAMMA_DECAY": "0.01""#, "", None),
            (r#", "GAMMA_DECAY": " 1e-2 ""#, "", None),
            (r#", "gamma_decay": 0.01"#, "", Some("gamma_decay")),
            ("", r#", "GAMMA_DECAY": 0.01"#, Some("MODEL_PARAMS.GAMMA_DECAY")),
            ("", r#", "gamma_decay": "0.01""#, Some("MODEL_PARAMS.gamma_decay")),
        ] {
            let config = with(beside, inside).unwrap();
            assert_eq!(config.gamma.to_bits(), 0.01_f64.to_bits(), "{beside}{inside}");
            let remark = found.map(|found| Remark::FoundUnder {
                key: "GAMMA_DECAY".into(),
                found: found.into(),
            });
            assert_eq!(config.remarks, Vec::from_iter(remark));
        }
        for none in ["", r#", "GAMMA_DECAY": null"#, r#", "GAMMA_DECAY": 0"#] {
            assert_eq!(with(none, "").unwrap().gamma.to_bits(), 0.0_f64.to_bits());
        }
    }

    #[test]
    fn a_decay_that_is_none_is_refused_and_never_zero() {
        for bad in [
            "true",
            "false",
            "[]",
            "[0.01]",
            "{}",
            "-5",
            "1e30",
            "1.0000001",
            "-1e-9",
            "NaN",
            "Infinity",
            "1e400",
            r#""""#,
            r#""0,01""#,
            r#""nan""#,
            r#""inf""#,
            r#""much""#,
            r#""0x1""#,
        ] {
            for place in [
                with(&format!(r#", "GAMMA_DECAY": {bad}"#), ""),
                with(&format!(r#", "gamma_decay": {bad}"#), ""),
                with("", &format!(r#", "GAMMA_DECAY": {bad}"#)),
            ] {
                assert!(
                    matches!(place, Err(CatalogError::Number { .. })),
                    "{bad} {place:?}"
                );
            }
        }
        let two = with(r#", "GAMMA_DECAY": 0.01"#, r#", "gamma_decay": 0.02"#);
        assert!(matches!(two, Err(CatalogError::Disagree { .. })));
    }

    #[test]
    fn a_size_is_a_number_also_as_a_text() {
        let size = |json: &str| read(&format!(r#"{{"MODEL_ARCHITECTURE": "MLP", {json}}}"#));
        let text = size(r#""MODEL_PARAMS": {"d_state": "2", "hidden_channels": "4"}"#).unwrap();
        assert_eq!((text.params.d_state, text.params.hidden_channels), (2, 4));
        let elsewhere = size(r#""Model_Params": {"D_State": 2}, "Hidden_Channels": 4"#).unwrap();
        assert_eq!(
            (elsewhere.params.d_state, elsewhere.params.hidden_channels),
            (2, 4)
        );
        let said: Vec<String> = elsewhere.remarks.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "MODEL_PARAMS.d_state was taken from MODEL_PARAMS.D_State",
                "MODEL_PARAMS.hidden_channels was taken from Hidden_Channels"
            ]
        );
        for bad in ["true", "2.5", "-2", r#""2.5""#, "[2]", "NaN", "1e99", r#""two""#] {
            let bad = size(&format!(r#""MODEL_PARAMS": {{"d_state": {bad}}}"#));
            assert!(matches!(bad, Err(CatalogError::Number { .. })), "{bad:?}");
        }
    }

    #[test]
    fn sizes_that_are_missing_and_keys_that_are_not_heeded_are_told() {
        let config = read(
            r#"{"MODEL_ARCHITECTURE": "MLP", "MODEL_PARAMS": {"d_state": 2, "hidden_dim": 4, "activation": "gelu"},
                "STEP_RULE": "stochastic", "LR_RATE_M": 0.1}"#,
        )
        .unwrap();
        assert_eq!(
            config.remarks,
            [
                Remark::DefaultSize {
                    key: "hidden_channels".into(),
                    value: 32
                },
                Remark::UnheededKeys {
                    keys: ["hidden_dim", "activation", "STEP_RULE"]
                        .map(str::to_owned)
                        .into()
                }
            ]
        );
    }

    #[test]
    fn what_python_writes_does_not_hinder() {
        let history = "0.125, ".repeat(190_000);
        for beside in [
            r#", "LR_RATE_M": NaN, "best": -Infinity"#.to_owned(),
            r#", "seed": 123456789012345678901234567890, "x": 1e400"#.to_owned(),
            format!(r#", "x": {}{}"#, "[".repeat(200), "]".repeat(200)),
            format!(r#", "x": {}0{}"#, r#"{"y":"#.repeat(3000), "}".repeat(3000)),
            format!(r#", "history": [{history} 0]"#),
            r#", "note": "\ud800""#.to_owned(),
        ] {
            let config = with(&beside, "").unwrap();
            assert_eq!((config.params.d_state, config.remarks), (2, Vec::new()));
        }
        let json = r#"{"MODEL_ARCHITECTURE": "MLP"}"#;
        assert!(read(&format!("\u{feff}{json}")).is_ok());
    }

    #[test]
    fn a_file_that_is_no_utf_8_is_named() {
        let wide: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let messages = [&wide[..], b"", &[0; 9], b"{\"a\": \"\xf1\"}"].map(|bytes| {
            read_config(Path::new("config.json"), bytes)
                .1
                .unwrap_err()
                .to_string()
        });
        insta::assert_json_snapshot!(messages);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let messages: Vec<String> = [
            "{",
            "[]",
            "{}",
            r#"{"MODEL_ARCHITECTURE": 7}"#,
            r#"{"MODEL_ARCHITECTURE": "UNET", "MODEL_PARAMS": {"d_state": 0}}"#,
            r#"{"MODEL_ARCHITECTURE": "UNET", "MODEL_PARAMS": {"d_state": 65}}"#,
            r#"{"MODEL_ARCHITECTURE": "UNET", "MODEL_PARAMS": {"hidden_channels": "many"}}"#,
            r#"{"MODEL_ARCHITECTURE": "UNET", "MODEL_PARAMS": [2, 4]}"#,
            r#"{"MODEL_ARCHITECTURE": "UNET", "MODEL_PARAMS": "d_state=2"}"#,
            r#"{"MODEL_ARCHITECTURE": "UNET", "GAMMA_DECAY": true}"#,
            r#"{"MODEL_ARCHITECTURE": "UNET", "GAMMA_DECAY": "much"}"#,
            r#"{"MODEL_ARCHITECTURE": "UNET", "GAMMA_DECAY": 1e+30}"#,
            r#"{"MODEL_ARCHITECTURE": "UNET", "GAMMA_DECAY": 0.1, "MODEL_PARAMS": {"gamma_decay": "0.2"}}"#,
        ]
        .map(|json| read(json).unwrap_err().to_string())
        .into();
        insta::assert_json_snapshot!(messages);
    }

    #[test]
    fn an_architecture_that_is_not_known_keeps_its_name() {
        let config = read(r#"{"MODEL_ARCHITECTURE": "TRANSFORMER", "D_STATE": 3}"#).unwrap();
        assert_eq!(
            (config.architecture, config.named.as_str()),
            (None, "TRANSFORMER")
        );
        assert_eq!(config.params.d_state, 3);
        let known = read(r#"{"MODEL_ARCHITECTURE": " unet"}"#).unwrap();
        assert_eq!(known.architecture, Some(Architecture::Unet));
    }

    #[test]
    fn sizes_hold_at_their_limits() {
        let with = |d: u16| read(&format!(r#"{{"MODEL_ARCHITECTURE": "UNET", "D_STATE": {d}}}"#));
        assert!(with(STATE_CHANNELS - 1).is_ok());
        assert!(with(STATE_CHANNELS).is_ok());
        assert!(with(STATE_CHANNELS + 1).is_err());
    }

    #[test]
    fn a_figure_of_a_wrong_type_is_absent() {
        let config = read(
            r#"{"MODEL_ARCHITECTURE": "UNET", "LR_RATE_M": "fast", "TOTAL_EPISODES": -3, "GAMMA_DECAY": null}"#,
        )
        .unwrap();
        assert_eq!((config.training, config.gamma), (Training::default(), 0.0));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_config(Path::new("config.json"), &bytes);
        }
    }
}
