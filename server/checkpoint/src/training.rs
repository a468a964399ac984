//! What training noted in a checkpoint beside the weights. All of it may be missing; none of it is needed.

use std::collections::BTreeMap;

use crate::pickle::{Id, Pickle, Value, number_of};
use crate::source::Source;

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
    /// Finds the figures among the values of a checkpoint: numbers of Python, of numpy, and tensors of one number.
    pub(crate) fn of(pickle: &Pickle, source: &Source) -> Self {
        let root = pickle.root();
        let number = |id: Id| match number(pickle, source, id)? {
            Value::Int(value) => Some(value as f64),
            Value::Float(value) | Value::BigInt(value) => Some(value).filter(|value| value.is_finite()),
            _ => None,
        };
        let mut metrics = BTreeMap::new();
        let found = pickle
            .get(root, "metrics")
            .and_then(|found| pickle.entries(found));
        for &(name, value) in found.unwrap_or_default() {
            if let (Some(name), Some(value)) = (pickle.str(name), number(value)) {
                metrics.insert(name.into_owned(), value);
            }
        }
        for name in ["combined_metric", "reward"] {
            if let Some(value) = pickle.get(root, name).and_then(number) {
                metrics.insert(name.to_owned(), value);
            }
        }
        Self {
            episode: pickle
                .get(root, "episode")
                .and_then(|id| match self::number(pickle, source, id) {
                    Some(Value::Int(episode)) => Some(episode),
                    _ => None,
                }),
            loss: pickle.get(root, "loss").and_then(number),
            metrics,
        }
    }
}

/// A number, also where a tensor holds it.
fn number(pickle: &Pickle, source: &Source, id: Id) -> Option<Value> {
    match pickle.value(id) {
        Value::Tensor(tensor) if tensor.numbers() == Some(1) => {
            let read = source.read(tensor, "").ok()?;
            number_of(read.dtype, &read.bytes)
        }
        Value::Int(value) => Some(Value::Int(*value)),
        Value::Float(value) | Value::BigInt(value) => Some(Value::Float(*value)),
        _ => None,
    }
}
