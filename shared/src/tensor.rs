//! What a saved tensor is, as far as a user has to know of it: the type of its numbers, or why they cannot be read.
//!
//! Names are the file's own, as PyTorch, numpy and Python call them. [`Display`](fmt::Display) is the English of the command line.

use std::fmt;

use serde::Serialize;

/// What a saved tensor is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TensorKind {
    /// Numbers of a type.
    Numbers {
        /// The type, as PyTorch calls it: `complex64`, `float8_e4m3fn`, `qint8`.
        dtype: String,
    },
    /// A meta tensor: it has a shape and no numbers.
    Meta,
    /// A sparse tensor, whatever its layout.
    Sparse,
    /// A nested tensor.
    Nested,
    /// A quantised tensor of a type that cannot be told.
    Quantised,
    /// A numpy array that is not read.
    Array {
        /// Its type, as numpy calls it: `O8`; none: that cannot be told.
        code: Option<String>,
    },
    /// An instance of a class that may do anything with the tensor that it is.
    Subclass {
        /// The class.
        class: String,
    },
    /// A tensor that was given a state of its own, which could be other numbers.
    Stateful,
    /// What a function of PyTorch would make of something that is not understood.
    Rebuilt {
        /// The function, without `torch._utils._rebuild_`: `tensor_v2`.
        by: String,
    },
    /// Numbers of which more is said than is known here.
    Marked {
        /// Their type.
        dtype: String,
        /// What is said of them, by its name; none: it has none.
        mark: Option<String>,
    },
    /// Truth values that are to be negated.
    NegatedBool,
    /// More numbers than can be counted.
    Countless {
        /// Their type.
        dtype: String,
    },
}

crate::tagged::read_by_tag! {
    TensorKind by "kind":
    Numbers { dtype },
    Meta,
    Sparse,
    Nested,
    Quantised,
    Array { code },
    Subclass { class },
    Stateful,
    Rebuilt { by },
    Marked { dtype, mark },
    NegatedBool,
    Countless { dtype },
}

impl TensorKind {
    /// Writes it, with a noun behind the type where it has none by itself: `qint8` or `qint8 tensor`.
    pub(crate) fn write(&self, f: &mut fmt::Formatter<'_>, noun: &str) -> fmt::Result {
        match self {
            Self::Numbers { dtype } => write!(f, "{dtype}{noun}"),
            Self::Meta => f.write_str("meta tensor"),
            Self::Sparse => write!(f, "sparse{noun}"),
            Self::Nested => write!(f, "nested{noun}"),
            Self::Quantised => write!(f, "quantised{noun}"),
            Self::Array { code: Some(code) } => write!(f, "a numpy array of {code}"),
            Self::Array { code: None } => f.write_str("a numpy array"),
            Self::Subclass { class } => write!(f, "a {class}, which is more than a tensor"),
            Self::Stateful => f.write_str("a tensor with a state of its own"),
            Self::Rebuilt { by } => write!(f, "a {}, in a form that is not known", by.replace('_', " ")),
            Self::Marked {
                dtype,
                mark: Some(mark),
            } => write!(f, "{dtype}{noun} with {mark:?}, which is not known"),
            Self::Marked { dtype, mark: None } => write!(f, "{dtype}{noun} with what is not known"),
            Self::NegatedBool => write!(f, "bool{noun} that is negated"),
            Self::Countless { dtype } => write!(f, "{dtype}{noun} of more numbers than can be counted"),
        }
    }
}

/// What it is, behind *is*.
impl fmt::Display for TensorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Meta => f.write_str("a meta tensor"),
            _ => self.write(f, ""),
        }
    }
}
