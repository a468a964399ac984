//! The calls that are understood, by name: what the standard library, PyTorch and numpy write for plain data. All others
//! become [`Object`]s. None is made.

use std::sync::Arc;

use super::value::{Id, Object, Pickle, Value};
use super::{arrays, tensors};
use crate::layout::Bytes;

/// Dictionaries of the standard library.
const DICTIONARIES: [&str; 3] = [
    "collections.OrderedDict",
    "collections.defaultdict",
    "collections.Counter",
];

/// What is called.
pub(super) enum Callee {
    /// A function or a class of this name.
    Named(Arc<str>),
    /// A class of this name, which an instance is made of without calling it.
    Class(Arc<str>),
    /// What is not understood whatever its name.
    Unknown(Arc<str>),
}

/// Whether an instance of this class is a dictionary, even without entries.
pub(super) fn is_dictionary_class(class: &str) -> bool {
    DICTIONARIES.contains(&class)
}

/// A full name, as Python 3 and numpy 2 spell it.
pub(super) fn full_name(module: &str, name: &str) -> Arc<str> {
    match module {
        "__builtin__" => format!("builtins.{name}"),
        "copy_reg" => format!("copyreg.{name}"),
        _ => match module.strip_prefix("numpy.core") {
            Some(rest) if rest.is_empty() || rest.starts_with('.') => format!("numpy._core{rest}.{name}"),
            _ => format!("{module}.{name}"),
        },
    }
    .into()
}

/// What a call stands for.
pub(super) fn call(pickle: &Pickle, callee: Callee, arguments: Id) -> Value {
    let (name, instance) = match callee {
        Callee::Named(name) => (name, false),
        Callee::Class(name) => (name, true),
        Callee::Unknown(name) => return object(Object::called(name)),
    };
    let Some(args) = pickle.items(arguments) else {
        return object(Object::called(name));
    };
    let known = match &*name {
        "collections.OrderedDict" | "collections.Counter" => filled(pickle, &name, args, args.first()),
        "collections.defaultdict" => filled(pickle, &name, args, args.get(1)),
        "collections.deque" => queue(pickle, &name, args),
        "builtins.set" | "builtins.frozenset" => match args {
            [] => Some(Value::Set(Vec::new())),
            [items] => pickle.items(*items).map(|items| Value::Set(items.to_vec())),
            _ => None,
        },
        "torch.Size" => match args {
            [items] => pickle.items(*items).map(|items| Value::Tuple(items.into())),
            _ => None,
        },
        "_codecs.encode" | "builtins.bytes" | "builtins.bytearray" => bytes(pickle, args),
        "copyreg._reconstructor" => reconstructed(pickle, args),
        "copyreg.__newobj__" => match args.first().map(|&class| pickle.value(class)) {
            Some(Value::Global(class)) => Some(object(Object::instance(Arc::clone(class)))),
            _ => None,
        },
        name => tensors::call(pickle, name, args).or_else(|| arrays::call(pickle, name, args)),
    };
    known.unwrap_or_else(|| {
        object(if instance {
            Object::instance(name)
        } else {
            Object::called(name)
        })
    })
}

/// What a value becomes that is given a state, where it is neither a dictionary nor an object; none where it can have none.
pub(super) fn build(pickle: &Pickle, value: Id, state: Id) -> Option<Value> {
    match pickle.value(value) {
        // What the state would do to the numbers, nobody can say.
        Value::Tensor(tensor) => Some(tensors::changed(tensor)),
        Value::EmptyArray => Some(arrays::filled(pickle, state)),
        Value::ArrayType(found) => Some(Value::ArrayType(Arc::new(arrays::of_order(pickle, found, state)))),
        _ => None,
    }
}

/// What a reference to something beside the pickle stands for: a storage, or the class of a module, which streams keep
/// with its source.
pub(super) fn persistent(pickle: &Pickle, id: Id) -> Value {
    let items = pickle.items(id).unwrap_or_default();
    let known = match items.first().and_then(|&kind| pickle.str(kind)).as_deref() {
        Some("storage") => tensors::storage(pickle, items).map(|storage| Value::Storage(Arc::new(storage))),
        Some("module") => match items.get(1).map(|&class| pickle.value(class)) {
            Some(Value::Global(class)) => Some(Value::Global(Arc::clone(class))),
            _ => None,
        },
        _ => None,
    };
    known.unwrap_or_else(|| object(Object::called("a reference beside the pickle".into())))
}

fn object(object: Object) -> Value {
    Value::Object(Box::new(object))
}

/// A dictionary that was given entries when it was made: pairs, or another dictionary.
fn filled(pickle: &Pickle, class: &Arc<str>, args: &[Id], given: Option<&Id>) -> Option<Value> {
    let entries = match given {
        None => Vec::new(),
        Some(&given) => match pickle.entries(given) {
            Some(entries) => entries.to_vec(),
            None => pickle
                .items(given)?
                .iter()
                .map(|&pair| match pickle.items(pair) {
                    Some(&[key, value]) => Some((key, value)),
                    _ => None,
                })
                .collect::<Option<Vec<_>>>()?,
        },
    };
    // `defaultdict(factory)` alone has an argument that is none of its entries.
    if given.is_none() && args.len() > 1 {
        return None;
    }
    Some(object(Object {
        entries,
        ..Object::called(Arc::clone(class))
    }))
}

fn queue(pickle: &Pickle, class: &Arc<str>, args: &[Id]) -> Option<Value> {
    let items = match args.first() {
        None => Vec::new(),
        Some(&items) => pickle.items(items)?.to_vec(),
    };
    Some(object(Object {
        items,
        ..Object::called(Arc::clone(class))
    }))
}

/// Bytes, which protocols up to 2 write as a text and the way back.
fn bytes(pickle: &Pickle, args: &[Id]) -> Option<Value> {
    let (first, encoding) = match args {
        [] => return Some(Value::Bytes(Bytes::Raw(0..0))),
        [first] => (*first, None),
        [first, encoding] => (*first, Some(pickle.str(*encoding)?)),
        _ => return None,
    };
    match (pickle.value(first), encoding.as_deref()) {
        (Value::Bytes(bytes), None) => Some(Value::Bytes(bytes.clone())),
        (Value::Str(text), Some("latin1" | "latin-1")) => match text {
            super::value::Text::Span(span) => Some(Value::Bytes(Bytes::Latin1(span.clone()))),
            super::value::Text::Owned(text) => Some(Value::Bytes(Bytes::Escaped(Arc::clone(text)))),
        },
        _ => None,
    }
}

/// An instance as protocols 0 and 1 write it: its class, the built-in class that this extends, and what of it there was.
fn reconstructed(pickle: &Pickle, args: &[Id]) -> Option<Value> {
    let &[class, base, given] = args else {
        return None;
    };
    let (Value::Global(class), Value::Global(base)) = (pickle.value(class), pickle.value(base)) else {
        return None;
    };
    let mut made = Object::instance(Arc::clone(class));
    match &**base {
        "builtins.dict" => made.entries = pickle.entries(given)?.to_vec(),
        "builtins.list" => made.items = pickle.items(given)?.to_vec(),
        _ => {}
    }
    Some(object(made))
}
