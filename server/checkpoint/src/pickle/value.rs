//! What a pickle holds: values that refer to each other by number, so that one can be part of several, or of itself.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use atheria_shared::limits::TENSOR_NAME_BYTES;

use crate::layout::{Bytes, SavedTensor, Storage};

/// A value's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Id(pub(super) u32);

impl Id {
    /// As an index.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A text: where it lies in the pickle, or what its escapes stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Text {
    /// UTF-8 in the pickle.
    Span(Range<usize>),
    /// A text by itself.
    Owned(Arc<str>),
}

/// A value.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// `None`
    None,
    /// `True`, `False`
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// One that does not; as near as a float64 comes.
    BigInt(f64),
    /// A float.
    Float(f64),
    /// A text.
    Str(Text),
    /// Bytes.
    Bytes(Bytes),
    /// A list.
    List(Vec<Id>),
    /// A tuple, or a `torch.Size`.
    Tuple(Box<[Id]>),
    /// A set, frozen or not.
    Set(Vec<Id>),
    /// A `dict`, with its entries in the order in which they were set; the last one of a key counts.
    Dict(Vec<(Id, Id)>),
    /// A class or a function, by its name alone.
    Global(Arc<str>),
    /// What came of a call that is not understood, or an instance of a class that is not known.
    Object(Box<Object>),
    /// The numbers that tensors are views of.
    Storage(Arc<Storage>),
    /// A tensor, or a numpy array.
    Tensor(Arc<SavedTensor>),
    /// A numpy array whose numbers are still to come.
    EmptyArray,
    /// The type of a numpy array's elements.
    ArrayType(Arc<ArrayType>),
}

/// What came of a call that is not understood, or an instance of a class that is not known. Dictionaries and lists of other classes than
/// `dict` and `list` are of these: with entries, or with items.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object {
    /// The full name of the class, or of what was called.
    pub(crate) class: Arc<str>,
    /// Whether it is an instance of a class that was made without calling anything.
    pub(crate) instance: bool,
    /// What it was given as its attributes.
    pub(crate) state: Option<Id>,
    /// Whether it was given attributes twice: then nobody can say what it has.
    pub(crate) rebuilt: bool,
    /// What was appended to it.
    pub(crate) items: Vec<Id>,
    /// What was set in it by key.
    pub(crate) entries: Vec<(Id, Id)>,
}

/// numpy's `dtype`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ArrayType {
    /// Kind and bytes: `f4`.
    pub(crate) code: String,
    /// Whether the first byte of a number is its highest.
    pub(crate) big_endian: bool,
    /// Whether it has no fields and no shape of its own.
    pub(crate) plain: bool,
}

/// A pickle's values.
#[derive(Debug, Clone)]
pub(crate) struct Pickle {
    pub(super) data: Arc<[u8]>,
    pub(super) values: Vec<Value>,
    pub(super) root: Id,
}

impl Pickle {
    /// What it is a pickle of.
    pub(crate) fn root(&self) -> Id {
        self.root
    }

    /// Its bytes.
    pub(crate) fn data(&self) -> &Arc<[u8]> {
        &self.data
    }

    /// All values; each one's number is its place.
    pub(crate) fn values(&self) -> &[Value] {
        &self.values
    }

    /// A value.
    pub(crate) fn value(&self, id: Id) -> &Value {
        // A number is made with its value, and none is taken away.
        self.values.get(id.index()).unwrap_or(&Value::None)
    }

    /// A text, where the value is one that can be a name: a longer one than [`TENSOR_NAME_BYTES`] is none, so that one that is
    /// referred to a million times is not read as often.
    pub(crate) fn str(&self, id: Id) -> Option<Cow<'_, str>> {
        match self.value(id) {
            Value::Str(text) if text.bytes() <= TENSOR_NAME_BYTES => Some(text.read(&self.data)),
            _ => None,
        }
    }

    /// The entries of a dictionary, whatever its class.
    pub(crate) fn entries(&self, id: Id) -> Option<&[(Id, Id)]> {
        match self.value(id) {
            Value::Dict(entries) => Some(entries),
            Value::Object(object) if object.is_dictionary() => Some(&object.entries),
            _ => None,
        }
    }

    /// The items of a tuple or a list.
    pub(crate) fn items(&self, id: Id) -> Option<&[Id]> {
        match self.value(id) {
            Value::List(items) => Some(items),
            Value::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// What a dictionary has for a key; the last one that was set.
    pub(crate) fn get(&self, dictionary: Id, key: &str) -> Option<Id> {
        self.entries(dictionary)?
            .iter()
            .rev()
            .find(|(found, _)| self.str(*found).as_deref() == Some(key))
            .map(|(_, value)| *value)
    }
}

impl Text {
    fn bytes(&self) -> usize {
        match self {
            Self::Span(span) => span.len(),
            Self::Owned(text) => text.len(),
        }
    }

    /// The text. What is no UTF-8, as a lone surrogate, is shown as U+FFFD.
    fn read<'a>(&'a self, data: &'a [u8]) -> Cow<'a, str> {
        match self {
            Self::Span(span) => String::from_utf8_lossy(data.get(span.clone()).unwrap_or_default()),
            Self::Owned(text) => Cow::Borrowed(text),
        }
    }
}

impl Object {
    /// What came of a call, before anything was put into it.
    pub(super) fn called(class: Arc<str>) -> Self {
        Self {
            class,
            ..Self::default()
        }
    }

    /// An instance of a class, before anything was put into it.
    pub(super) fn instance(class: Arc<str>) -> Self {
        Self {
            instance: true,
            ..Self::called(class)
        }
    }

    /// Whether it is a dictionary of another class than `dict`: one of those of the standard library, or any that has entries.
    pub(crate) fn is_dictionary(&self) -> bool {
        !self.entries.is_empty() || super::calls::is_dictionary_class(&self.class)
    }
}
