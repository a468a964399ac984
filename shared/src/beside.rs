//! What lies in a checkpoint beside its weights, or where weights should be: each thing with its place, and what it is.
//!
//! Places and classes are the file's own names. What a thing is, is a type that the page says in its user's language;
//! [`Display`](fmt::Display) is the English of the command line.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::tensor::TensorKind;
use crate::text::listed_of;

/// Something at a place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beside {
    /// Its place, segments joined by dots: `optimizer`, `ema.shadow`; empty: the file itself.
    pub place: String,
    /// What lies there.
    pub what: Thing,
}

/// What something is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "thing", rename_all = "snake_case")]
pub enum Thing {
    /// Python's `None`.
    None,
    /// A number, or a truth value.
    Number,
    /// A text.
    Text,
    /// Bytes.
    Bytes,
    /// A list.
    List,
    /// A tuple.
    Tuple,
    /// A set, frozen or not.
    Set,
    /// A dictionary with entries.
    Dictionary,
    /// A dictionary without entries.
    EmptyDictionary,
    /// An object of a class, what a function made, or one of these by its name alone.
    Object {
        /// The full name of the class or the function: `torch.optim.adam.Adam`.
        class: String,
    },
    /// Numbers that tensors are views of.
    Storage,
    /// A part of a numpy array.
    Numpy,
    /// A tensor.
    Tensor {
        /// What it is.
        of: TensorKind,
    },
    /// The tensors of a module.
    Tensors {
        /// How many.
        count: usize,
    },
    /// Modules beyond those that are read.
    MoreModules,
    /// A dictionary of tensors beyond those that are told of.
    MoreTensors,
}

crate::tagged::read_by_tag! {
    Thing by "thing":
    None,
    Number,
    Text,
    Bytes,
    List,
    Tuple,
    Set,
    Dictionary,
    EmptyDictionary,
    Object { class },
    Storage,
    Numpy,
    Tensor { of },
    Tensors { count },
    MoreModules,
    MoreTensors,
}

/// What a file holds, as a line lists it; nothing, where that is all. What lies at no place is the file itself, and told
/// without it.
pub fn held(found: &[Beside], more: usize) -> String {
    let told = |one: &Beside| match &*one.place {
        "" => one.what.to_string(),
        _ => one.to_string(),
    };
    match found {
        [] => "nothing".to_owned(),
        _ => listed_of(found.iter().map(told), more),
    }
}

/// `optimizer (torch.optim.adam.Adam)`
impl fmt::Display for Beside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match &*self.place {
            "" => "the file itself",
            place => place,
        };
        write!(f, "{place} ({})", self.what)
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Bytes => "bytes",
            Self::List => "a list",
            Self::Tuple => "a tuple",
            Self::Set => "a set",
            Self::Dictionary => "a dictionary",
            Self::EmptyDictionary => "an empty dictionary",
            Self::Object { class } => class,
            Self::Storage => "a storage",
            Self::Numpy => "numpy's",
            Self::Tensor { of } => return of.write(f, " tensor"),
            Self::Tensors { count: 1 } => "1 tensor",
            Self::Tensors { count } => return write!(f, "{count} tensors"),
            Self::MoreModules => "more modules than are read",
            Self::MoreTensors => "one dictionary of tensors too many",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(of: TensorKind) -> Thing {
        Thing::Tensor { of }
    }

    #[test]
    fn a_thing_crosses_the_wire_and_reads_as_a_line() {
        let text = |text: &str| text.to_owned();
        let marked = |mark: Option<&str>| TensorKind::Marked {
            dtype: text("float32"),
            mark: mark.map(text),
        };
        for (thing, line) in [
            (Thing::None, "None"),
            (Thing::EmptyDictionary, "an empty dictionary"),
            (Thing::Object { class: text("a.B") }, "a.B"),
            (Thing::Tensors { count: 1 }, "1 tensor"),
            (Thing::Tensors { count: 3 }, "3 tensors"),
            (tensor(TensorKind::Meta), "meta tensor"),
            (tensor(TensorKind::Sparse), "sparse tensor"),
            (
                tensor(TensorKind::Numbers { dtype: text("qint8") }),
                "qint8 tensor",
            ),
            (
                tensor(TensorKind::Array {
                    code: Some(text("O8")),
                }),
                "a numpy array of O8",
            ),
            (tensor(TensorKind::Array { code: None }), "a numpy array"),
            (
                tensor(marked(Some("permute"))),
                "float32 tensor with \"permute\", which is not known",
            ),
            (tensor(marked(None)), "float32 tensor with what is not known"),
        ] {
            let one = Beside {
                place: text("ema.shadow"),
                what: thing,
            };
            let json = serde_json::to_string(&one).unwrap();
            assert_eq!(serde_json::from_str::<Beside>(&json).unwrap(), one, "{json}");
            assert_eq!(one.to_string(), format!("ema.shadow ({line})"));
        }
    }

    #[test]
    fn a_tensor_is_named_behind_is() {
        let meta = TensorKind::Meta;
        assert_eq!(format!("it is {meta}"), "it is a meta tensor");
        let dtype = "qint8".to_owned();
        assert_eq!(TensorKind::Numbers { dtype }.to_string(), "qint8");
    }

    #[test]
    fn the_file_itself_is_told_by_what_it_is() {
        let itself = [Beside {
            place: String::new(),
            what: Thing::List,
        }];
        assert_eq!(itself[0].to_string(), "the file itself (a list)");
        assert_eq!(held(&itself, 0), "a list");
        assert_eq!(held(&[], 0), "nothing");
    }
}
