//! What training noted in a checkpoint beside the weights. All of it may be missing; none of it is needed.

use std::collections::{BTreeMap, HashMap};

use pytorch_reader::PickleValue;

/// Figures of a training run at the moment it was saved. A value that is no finite number is left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Training {
    /// The episode.
    pub episode: Option<i64>,
    /// The loss.
    pub loss: Option<f64>,
    /// `metrics`, and `combined_metric` and `reward` where they are.
    pub metrics: BTreeMap<String, f64>,
}

impl Training {
    /// Finds the figures among the values of a checkpoint.
    pub(super) fn of(values: &HashMap<String, PickleValue>) -> Self {
        let mut metrics = BTreeMap::new();
        if let Some(PickleValue::Dict(found)) = values.get("metrics") {
            metrics.extend(
                found
                    .iter()
                    .filter_map(|(name, value)| Some((name.clone(), number(value)?))),
            );
        }
        for name in ["combined_metric", "reward"] {
            if let Some(value) = values.get(name).and_then(number) {
                metrics.insert(name.to_owned(), value);
            }
        }
        Self {
            episode: match values.get("episode") {
                Some(PickleValue::Int(episode)) => Some(*episode),
                _ => None,
            },
            loss: values.get("loss").and_then(number),
            metrics,
        }
    }
}

fn number(value: &PickleValue) -> Option<f64> {
    match value {
        PickleValue::Int(value) => Some(*value as f64),
        PickleValue::Float(value) => Some(*value).filter(|value| value.is_finite()),
        _ => None,
    }
}
