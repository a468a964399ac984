//! What is told of values that are not read: what each is, and what it is called as a key.

use atheria_shared::beside::{Beside, Thing};

use crate::name::shown;
use crate::pickle::{Id, Pickle, Value};

/// Things that are told: [`LEFT_OUT`](atheria_shared::limits::LEFT_OUT) of them, and how many more there are.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// They.
    pub(crate) first: Vec<Beside>,
    /// How many more.
    pub(crate) more: usize,
}

/// What a value is.
pub(crate) fn what(pickle: &Pickle, id: Id) -> Thing {
    match pickle.value(id) {
        Value::None => Thing::None,
        Value::Bool(_) | Value::Int(_) | Value::BigInt(_) | Value::Float(_) => Thing::Number,
        Value::Str(_) => Thing::Text,
        Value::Bytes(_) => Thing::Bytes,
        Value::List(_) => Thing::List,
        Value::Tuple(_) => Thing::Tuple,
        Value::Set(_) => Thing::Set,
        Value::Dict(entries) if entries.is_empty() => Thing::EmptyDictionary,
        Value::Dict(_) => Thing::Dictionary,
        Value::Global(class) => Thing::Object { class: shown(class) },
        Value::Object(object) => Thing::Object {
            class: shown(&object.class),
        },
        Value::Storage(_) => Thing::Storage,
        Value::EmptyArray | Value::ArrayType(_) => Thing::Numpy,
        Value::Tensor(tensor) => Thing::Tensor {
            of: tensor.element.kind(),
        },
    }
}

/// A key as a part of a place. Places are names, the same in every language: what is neither a text nor a number is called
/// by its type in Python.
pub(crate) fn key(pickle: &Pickle, key: Id) -> String {
    let Value::Tuple(items) = pickle.value(key) else {
        return part(pickle, key);
    };
    let parts: Vec<_> = items.iter().take(8).map(|&item| part(pickle, item)).collect();
    shown(&format!("({})", parts.join(", ")))
}

fn part(pickle: &Pickle, id: Id) -> String {
    let name = match pickle.value(id) {
        Value::Str(_) => return pickle.str(id).map(|text| shown(&text)).unwrap_or_default(),
        Value::Int(number) => return number.to_string(),
        Value::Float(number) => return number.to_string(),
        Value::Global(class) => return shown(class),
        Value::Object(object) => return shown(&object.class),
        Value::Bool(true) => "True",
        Value::Bool(false) => "False",
        Value::None => "None",
        Value::BigInt(_) => "int",
        Value::Bytes(_) => "bytes",
        Value::List(_) => "list",
        Value::Tuple(_) => "tuple",
        // A set that is not frozen is no key.
        Value::Set(_) => "frozenset",
        Value::Dict(_) => "dict",
        Value::Storage(_) => "torch.Storage",
        Value::EmptyArray => "numpy.ndarray",
        Value::ArrayType(_) => "numpy.dtype",
        Value::Tensor(_) => "torch.Tensor",
    };
    name.to_owned()
}
