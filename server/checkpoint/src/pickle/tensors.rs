//! The calls that make a tensor of a storage. All that such a call is given is heeded; a tensor with a property that is not
//! known here is one that cannot be read.

use std::sync::Arc;

use atheria_shared::tensor::TensorKind;

use super::value::{Id, Pickle, Value};
use crate::layout::{AXES, ByteOrder, Layout, NamedStorage, SavedTensor, Storage};
use crate::name::shown;
use crate::{Dtype, Element};

/// The functions that PyTorch writes for its tensors, all with the same beginning.
const REBUILD: &str = "torch._utils._rebuild_";
/// Attributes that are a tensor's numbers.
const NUMBERS: [&str; 3] = ["data", "real", "imag"];
/// Classes of tensors whose instances are tensors and no more.
const PLAIN: [&str; 4] = [
    "torch.Tensor",
    "torch._tensor.Tensor",
    "torch.nn.parameter.Parameter",
    "torch.nn.parameter.Buffer",
];

/// What a call stands for, if it makes a tensor.
pub(super) fn call(pickle: &Pickle, name: &str, args: &[Id]) -> Option<Value> {
    let tensor = if name == "torch._tensor._rebuild_from_type_v2" {
        of_type(pickle, args)
    } else {
        rebuilt(pickle, name.strip_prefix(REBUILD)?, args)
    };
    Some(Value::Tensor(tensor))
}

/// A tensor that was given a state, which could be other numbers.
pub(super) fn changed(tensor: &SavedTensor) -> Value {
    Value::Tensor(Arc::new(SavedTensor::unreadable(
        TensorKind::Stateful,
        tensor.shape.clone(),
    )))
}

/// A storage that the file keeps: `("storage", class, name, device, count)`, and in streams a part of another one.
pub(super) fn storage(pickle: &Pickle, items: &[Id]) -> Option<Storage> {
    let (&[_, class, key, device, count], rest) = items.split_first_chunk::<5>()?;
    let Value::Global(class) = pickle.value(class) else {
        return None;
    };
    let name = class.rsplit('.').next()?.strip_suffix("Storage")?;
    if !class.starts_with("torch.") {
        return None;
    }
    let element = Dtype::of_storage(name);
    let element_bytes = match (&element, name) {
        (Element::Number(dtype), _) => dtype.bytes() as u64,
        (_, "ComplexDouble") => 16,
        (_, "ComplexFloat") => 8,
        (_, "QInt32") => 4,
        _ => 1,
    };
    let whole = count_of(pickle, count)?.checked_mul(element_bytes)?;
    let part = match rest {
        [] => None,
        [view] if matches!(pickle.value(*view), Value::None) => None,
        [view] => {
            let &[_, offset, size] = pickle.items(*view)? else {
                return None;
            };
            let start = count_of(pickle, offset)?.checked_mul(element_bytes)?;
            let end = start.checked_add(count_of(pickle, size)?.checked_mul(element_bytes)?)?;
            Some(start..end)
        }
        _ => return None,
    };
    let key = match pickle.value(key) {
        Value::Int(key) => key.to_string(),
        _ => pickle.str(key)?.into_owned(),
    };
    Some(Storage::Named(NamedStorage {
        key,
        element,
        element_bytes,
        bytes: whole,
        part,
        meta: pickle.str(device).as_deref() == Some("meta"),
    }))
}

/// `torch._utils._rebuild_…`
fn rebuilt(pickle: &Pickle, function: &str, args: &[Id]) -> Arc<SavedTensor> {
    let made = match (function, args) {
        ("tensor", [storage, offset, size, stride]) => {
            view(pickle, [*storage, *offset, *size, *stride], None, None)
        }
        ("tensor_v2", [storage, offset, size, stride, _grad, _hooks, rest @ ..]) if rest.len() < 2 => {
            view(pickle, [*storage, *offset, *size, *stride], None, rest.first())
        }
        ("tensor_v3", [storage, offset, size, stride, _grad, _hooks, dtype, rest @ ..]) if rest.len() < 2 => {
            view(
                pickle,
                [*storage, *offset, *size, *stride],
                Some(*dtype),
                rest.first(),
            )
        }
        ("parameter", [tensor, ..]) => match pickle.value(*tensor) {
            Value::Tensor(tensor) => return Arc::clone(tensor),
            _ => None,
        },
        ("parameter_with_state", [tensor, _grad, _hooks, state]) => match pickle.value(*tensor) {
            Value::Tensor(tensor) if is_harmless(pickle, *state) => return Arc::clone(tensor),
            _ => None,
        },
        ("meta_tensor_no_storage", [_dtype, size, ..]) => sizes(pickle, *size).map(|shape| SavedTensor {
            element: Element::Other(TensorKind::Meta),
            shape,
            layout: None,
        }),
        ("qtensor", [storage, _offset, size, ..]) => {
            let kind = match pickle.value(*storage) {
                Value::Storage(storage) => match &**storage {
                    Storage::Named(NamedStorage {
                        element: Element::Other(kind),
                        ..
                    }) => kind.clone(),
                    _ => TensorKind::Quantised,
                },
                _ => TensorKind::Quantised,
            };
            sizes(pickle, *size).map(|shape| SavedTensor::unreadable(kind, shape))
        }
        ("sparse_tensor" | "sparse_csr_tensor", [_layout, parts]) => {
            // Indices, values, size and more; or two kinds of indices, values, size.
            let parts = pickle.items(*parts).unwrap_or_default();
            let size = if function == "sparse_tensor" { 2 } else { 3 };
            let shape = parts.get(size).and_then(|&size| sizes(pickle, size));
            Some(SavedTensor::unreadable(
                TensorKind::Sparse,
                shape.unwrap_or_default(),
            ))
        }
        ("nested_tensor", _) => Some(SavedTensor::unreadable(TensorKind::Nested, Vec::new())),
        _ => None,
    };
    let by = || shown(function);
    Arc::new(made.unwrap_or_else(|| SavedTensor::unreadable(TensorKind::Rebuilt { by: by() }, Vec::new())))
}

/// `_rebuild_from_type_v2(function, class, arguments, state)`: a tensor of a class, with attributes.
fn of_type(pickle: &Pickle, args: &[Id]) -> Arc<SavedTensor> {
    let made = || {
        let &[function, class, inner, state] = args else {
            return None;
        };
        let (Value::Global(function), Value::Global(class)) = (pickle.value(function), pickle.value(class))
        else {
            return None;
        };
        let tensor = rebuilt(pickle, function.strip_prefix(REBUILD)?, pickle.items(inner)?);
        if !PLAIN.contains(&&**class) {
            return Some(Arc::new(SavedTensor::unreadable(
                TensorKind::Subclass { class: shown(class) },
                tensor.shape.clone(),
            )));
        }
        is_harmless(pickle, state).then_some(tensor)
    };
    made().unwrap_or_else(|| Arc::new(SavedTensor::unreadable(TensorKind::Stateful, Vec::new())))
}

/// Whether attributes leave a tensor's numbers as they are: there are none, or they are named, and none of them is the numbers.
fn is_harmless(pickle: &Pickle, state: Id) -> bool {
    let harmless = |state: Id| match pickle.value(state) {
        Value::None => true,
        Value::Dict(entries) => entries
            .iter()
            .all(|&(name, _)| pickle.str(name).is_some_and(|name| !NUMBERS.contains(&&*name))),
        _ => false,
    };
    match pickle.value(state) {
        // Attributes, and those of slots.
        Value::Tuple(both) => both.len() <= 2 && both.iter().all(|&state| harmless(state)),
        _ => harmless(state),
    }
}

/// A view of a storage, with what else is said of it; none where the description itself is damaged.
fn view(
    pickle: &Pickle,
    [storage, offset, size, stride]: [Id; 4],
    dtype: Option<Id>,
    metadata: Option<&Id>,
) -> Option<SavedTensor> {
    let Value::Storage(storage) = pickle.value(storage) else {
        return None;
    };
    let Storage::Named(named) = &**storage else {
        return None;
    };
    let shape = sizes(pickle, size)?;
    let strides: Vec<u64> = sizes(pickle, stride)?
        .into_iter()
        .map(|stride| stride as u64)
        .collect();
    let offset = count_of(pickle, offset)?;
    if strides.len() != shape.len() {
        return None;
    }
    let element = match dtype.map(|dtype| pickle.value(dtype)) {
        None => named.element.clone(),
        Some(Value::Global(name)) => {
            let name = name.strip_prefix("torch.")?;
            let other = |name| Element::Other(TensorKind::Numbers { dtype: shown(name) });
            Dtype::named(name).map_or_else(|| other(name), Element::Number)
        }
        Some(_) => return None,
    };
    let Element::Number(dtype) = element else {
        return Some(SavedTensor {
            element,
            shape,
            layout: None,
        });
    };
    if named.meta {
        return Some(SavedTensor {
            element: Element::Other(TensorKind::Meta),
            shape,
            layout: None,
        });
    }
    let negate = match metadata.map_or(Ok(false), |&metadata| negated(pickle, metadata, dtype)) {
        Ok(negate) => negate,
        Err(kind) => return Some(SavedTensor::unreadable(kind, shape)),
    };
    let tensor = SavedTensor {
        element: Element::Number(dtype),
        shape,
        layout: Some(Layout {
            storage: Arc::clone(storage),
            offset,
            strides,
            negate,
            order: ByteOrder::OfFile,
        }),
    };
    if tensor.bytes().is_none() {
        return Some(SavedTensor::unreadable(
            TensorKind::Countless {
                dtype: dtype.to_string(),
            },
            tensor.shape,
        ));
    }
    Some(tensor)
}

/// Whether a tensor's numbers are to be negated; else what it is, with what else is said of it.
fn negated(pickle: &Pickle, metadata: Id, dtype: Dtype) -> Result<bool, TensorKind> {
    let marked = |mark| TensorKind::Marked {
        dtype: dtype.to_string(),
        mark,
    };
    if matches!(pickle.value(metadata), Value::None) {
        return Ok(false);
    }
    let Some(entries) = pickle.entries(metadata) else {
        return Err(marked(None));
    };
    let mut negate = false;
    for &(key, value) in entries {
        let key = pickle.str(key).unwrap_or_default();
        match (&*key, pickle.value(value)) {
            ("neg", Value::Bool(value)) => negate = *value,
            // A number that is not complex is its own conjugate, and PyTorch never says so of one.
            ("conj", Value::Bool(false)) => {}
            _ => return Err(marked(Some(shown(&key)))),
        }
    }
    if negate && dtype == Dtype::Bool {
        return Err(TensorKind::NegatedBool);
    }
    Ok(negate)
}

fn count_of(pickle: &Pickle, id: Id) -> Option<u64> {
    match pickle.value(id) {
        Value::Int(count) => u64::try_from(*count).ok(),
        _ => None,
    }
}

/// Extents or strides.
pub(super) fn sizes(pickle: &Pickle, id: Id) -> Option<Vec<usize>> {
    let items = pickle.items(id).filter(|items| items.len() <= AXES)?;
    items
        .iter()
        .map(|&item| usize::try_from(count_of(pickle, item)?).ok())
        .collect()
}
