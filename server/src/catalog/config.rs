//! `config.json` as trainers old and new have written it: any key may be missing or of another type.
//!
//! Only what the law needs (architecture, size, gamma) can make an experiment unusable; a training figure of a wrong
//! type is merely absent.

use std::path::Path;

use atheria_shared::Architecture;
use atheria_shared::experiment::Training;
use atheria_shared::law::LawParams;
use atheria_shared::limits::{HIDDEN_CHANNELS, STATE_CHANNELS};
use serde_json::{Map, Value};

use super::CatalogError;

const DEFAULT_D_STATE: u16 = 8;
const DEFAULT_HIDDEN_CHANNELS: u16 = 32;

/// What a `config.json` says.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The law's architecture, as it is named there.
    pub named: String,
    /// The same, where there are layers for it.
    pub architecture: Option<Architecture>,
    /// The law's size.
    pub params: LawParams,
    /// Decay, 0 when it says nothing.
    pub gamma: f64,
    /// Training figures.
    pub training: Training,
}

/// Reads the bytes of a `config.json`. The training figures come back even when the rest does not.
pub fn read_config(path: &Path, bytes: &[u8]) -> (Training, Result<Config, CatalogError>) {
    let json: Map<String, Value> = match serde_json::from_slice(bytes) {
        Ok(json) => json,
        Err(source) => {
            let path = path.to_owned();
            return (Training::default(), Err(CatalogError::Json { path, source }));
        }
    };
    let training = training(&json);
    let config = law(path, &json, &training);
    (training, config)
}

fn law(path: &Path, json: &Map<String, Value>, training: &Training) -> Result<Config, CatalogError> {
    let named = json
        .get("MODEL_ARCHITECTURE")
        .and_then(Value::as_str)
        .ok_or_else(|| CatalogError::NoArchitecture {
            path: path.to_owned(),
        })?;
    let architecture = named.trim().to_ascii_uppercase().parse().ok();
    let params = LawParams {
        d_state: size(
            path,
            json,
            ("d_state", "D_STATE"),
            DEFAULT_D_STATE,
            STATE_CHANNELS,
        )?,
        hidden_channels: size(
            path,
            json,
            ("hidden_channels", "HIDDEN_CHANNELS"),
            DEFAULT_HIDDEN_CHANNELS,
            HIDDEN_CHANNELS,
        )?,
    };
    Ok(Config {
        named: named.chars().take(64).collect(),
        architecture,
        params,
        gamma: number(json, "GAMMA_DECAY").unwrap_or(0.0),
        training: training.clone(),
    })
}

/// A size: in `MODEL_PARAMS`, or where older trainers put it, or the default. One that is there has to be usable.
fn size(
    path: &Path,
    json: &Map<String, Value>,
    (new, old): (&'static str, &'static str),
    default: u16,
    high: u16,
) -> Result<u16, CatalogError> {
    let there = json
        .get("MODEL_PARAMS")
        .and_then(|params| params.get(new))
        .or_else(|| json.get(old))
        .filter(|value| !value.is_null());
    let Some(value) = there else { return Ok(default) };
    let whole = value.as_u64().or_else(|| {
        value
            .as_f64()
            .filter(|f| f.fract() == 0.0 && *f >= 0.0)
            .map(|f| f as u64)
    });
    whole
        .and_then(|n| u16::try_from(n).ok())
        .filter(|n| (1..=high).contains(n))
        .ok_or_else(|| CatalogError::Number {
            path: path.to_owned(),
            key: new,
            value: value.to_string().chars().take(64).collect(),
            low: 1,
            high,
        })
}

fn training(json: &Map<String, Value>) -> Training {
    let whole = |key: &str| json.get(key).and_then(Value::as_u64);
    let text = |key: &str| {
        let text = json.get(key).and_then(Value::as_str)?;
        Some(text.chars().take(64).collect())
    };
    Training {
        grid_side_cells: whole("GRID_SIZE_TRAINING").and_then(|n| u32::try_from(n).ok()),
        steps: whole("QCA_STEPS_TRAINING"),
        episodes: whole("TOTAL_EPISODES"),
        learning_rate: number(json, "LR_RATE_M"),
        noise_level: number(json, "NOISE_LEVEL"),
        seconds: number(json, "total_training_time"),
        trainer_version: text("TRAINER_VERSION"),
        updated_at: text("updated_at"),
    }
}

fn number(json: &Map<String, Value>, key: &str) -> Option<f64> {
    json.get(key).and_then(Value::as_f64).filter(|f| f.is_finite())
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
    fn older_keys_are_read_and_newer_ones_win() {
        let old = read(r#"{"MODEL_ARCHITECTURE": "MLP", "D_STATE": 4, "HIDDEN_CHANNELS": 16}"#).unwrap();
        assert_eq!((old.params.d_state, old.params.hidden_channels), (4, 16));
        let both = r#"{"MODEL_ARCHITECTURE": "MLP", "D_STATE": 4, "MODEL_PARAMS": {"d_state": 6.0}}"#;
        assert_eq!(read(both).unwrap().params.d_state, 6);
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
            r#"{"MODEL_ARCHITECTURE": "UNET", "LR_RATE_M": "fast", "TOTAL_EPISODES": -3, "GAMMA_DECAY": []}"#,
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
