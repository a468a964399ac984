//! Keys of a `config.json` that may change a law and are not heeded here.
//!
//! In `MODEL_PARAMS` that is whatever is not heeded: it is what the trainer builds its model with. Beside it lie figures of
//! training and of the machine, so that only names which speak of a law are told.

use atheria_shared::Remark;

use super::json::{Object, Value};

/// What a trainer may put before such a name.
const BEFORE: [&str; 5] = ["model", "law", "nca", "qca", "ca"];

/// Names that speak of a law, in small letters and without separators.
const OF_A_LAW: [&str; 62] = [
    "act",
    "activation",
    "activationfn",
    "activationfunction",
    "alivemask",
    "alivethreshold",
    "beta",
    "bias",
    "boundary",
    "boundaryconditions",
    "channels",
    "clamp",
    "decay",
    "depth",
    "dilation",
    "dim",
    "dmodel",
    "dropout",
    "dropoutrate",
    "dt",
    "firerate",
    "gamma",
    "gatedupdate",
    "groupnorm",
    "groups",
    "heads",
    "hiddendim",
    "hiddensize",
    "integrator",
    "kernel",
    "kernelsize",
    "layernorm",
    "layers",
    "livingmask",
    "nblocks",
    "ngroups",
    "nheads",
    "nlayers",
    "nonlinearity",
    "norm",
    "normalization",
    "normalize",
    "normtype",
    "numblocks",
    "numgroups",
    "numheads",
    "numlayers",
    "padding",
    "paddingmode",
    "residual",
    "rule",
    "skip",
    "stepfunction",
    "steprule",
    "stepsize",
    "stochastic",
    "stochasticupdate",
    "stride",
    "tau",
    "timestep",
    "updaterate",
    "updaterule",
];

/// The remark of a config's keys; `heeded` says which keys of `MODEL_PARAMS`, given by their place, were heeded.
pub(super) fn remark(json: &Object, heeded: impl Fn(&str) -> bool) -> Option<Remark> {
    let mut keys = Vec::new();
    for (key, value) in json.iter().filter(|(_, value)| **value != Value::Null) {
        if key.eq_ignore_ascii_case("MODEL_PARAMS") {
            if let Value::Object(params) = value {
                let inner = params.iter().filter(|(_, value)| **value != Value::Null);
                keys.extend(
                    inner
                        .map(|(key, _)| key)
                        .filter(|key| !heeded(key))
                        .map(str::to_owned),
                );
            }
        } else if !heeded(key) && is_of_a_law(key) {
            keys.push(key.to_owned());
        }
    }
    for key in &mut keys {
        key.truncate(key.floor_char_boundary(64));
    }
    (!keys.is_empty()).then_some(Remark::UnheededKeys { keys })
}

fn is_of_a_law(key: &str) -> bool {
    let bare: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
    let bare = bare.to_ascii_lowercase();
    let known = |name: &str| OF_A_LAW.binary_search(&name).is_ok();
    known(&bare)
        || BEFORE
            .iter()
            .any(|before| bare.strip_prefix(before).is_some_and(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(json: &str) -> Vec<String> {
        let json = super::super::json::read(json).unwrap();
        let heeded = |key: &str| key == "d_state" || key == "GAMMA_DECAY";
        match remark(&json, heeded) {
            Some(Remark::UnheededKeys { keys }) => keys,
            _ => Vec::new(),
        }
    }

    #[test]
    fn the_names_are_in_order() {
        assert!(OF_A_LAW.is_sorted());
    }

    #[test]
    fn keys_that_may_change_a_law_are_told_in_any_spelling() {
        assert_eq!(
            told(
                r#"{"MODEL_ARCHITECTURE": "MLP", "MODEL_PARAMS": {"d_state": 2, "activation": "gelu", "padding_mode": "circular",
                    "whatever": [1], "gone": null}, "STEP_RULE": "stochastic", "ALIVE_MASK": true, "NormType": "rms",
                    "model.kernel-size": 5, "n_layers": null, "GAMMA_DECAY": 0.1}"#
            ),
            [
                "activation",
                "padding_mode",
                "whatever",
                "STEP_RULE",
                "ALIVE_MASK",
                "NormType",
                "model.kernel-size"
            ]
        );
    }

    #[test]
    fn figures_of_training_are_not() {
        assert_eq!(
            told(
                r#"{"EXPERIMENT_NAME": "a", "LR_RATE_M": 0.1, "DEVICE": "cpu", "weight_decay": 0.1, "BATCH_SIZE": 4, "GRAD_CLIP": 1,
                    "optimizer": "adam", "TOTAL_EPISODES": 3, "loss_history": [1], "seed": 1, "NOISE_LEVEL": 0, "grid": 3}"#
            ),
            Vec::<String>::new()
        );
    }
}
