//! Why weights are not those of a law: what is the matter in one line, and all that does not fit.
//!
//! Made by whoever reads a checkpoint; told in English by [`Display`](std::fmt::Display), and by the page in its user's language.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::beside::{Beside, Thing};
use crate::law::{Architecture, LawParams};
use crate::number::Number;
use crate::tensor::TensorKind;
use crate::text::listed;

/// What is the matter with weights that come nearest to a law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "unfit", rename_all = "snake_case")]
pub enum Unfit {
    /// Keys, shapes, types or values, and nothing that explains all of them.
    #[error("{} (it has other parameters, or config.json names another architecture or size)", summary(.problems))]
    Keys {
        /// All of them.
        problems: Vec<Misfit>,
    },
    /// Values that no law can have.
    #[error("{}", summary(.problems))]
    Values {
        /// All of them.
        problems: Vec<Misfit>,
    },
    /// Two names can be the same tensor.
    #[error("{first} and {second} can both be {name}; save the state_dict() of one law")]
    Doubled {
        /// The law's name.
        name: String,
        /// The one.
        first: String,
        /// The other.
        second: String,
    },
    /// Some names have a prefix, and the others another one or none.
    #[error("{with} of its {of} keys have the prefix {prefix:?}, and the others {}; save the state_dict() of one law", other_prefix(.other))]
    PrefixOfSome {
        /// The prefix.
        prefix: String,
        /// How many have it.
        with: usize,
        /// Of how many.
        of: usize,
        /// What the others have.
        other: String,
    },
    /// Tensors without numbers.
    #[error(
        "{tensors} of its tensors are meta tensors, which hold no numbers; save the state_dict() of a law that is on the CPU or on CUDA"
    )]
    Meta {
        /// How many.
        tensors: usize,
    },
    /// Numbers of a type that no cast makes weights of.
    #[error("{} {} {kind}, and the law needs float32", listed(names), is(names.len()))]
    Element {
        /// What they are.
        kind: TensorKind,
        /// Of which tensors.
        names: Vec<String>,
    },
    /// The same law at another size.
    #[error("{}", sizes(.found))]
    Size {
        /// In what it differs.
        found: Vec<OtherSize>,
    },
    /// Another law.
    #[error(
        "its weights are those of {} with d_state {} and hidden_channels {}; set MODEL_ARCHITECTURE in config.json",
        either(architectures), params.d_state, params.hidden_channels
    )]
    Architecture {
        /// The laws that have these parameters.
        architectures: Vec<Architecture>,
        /// Their size.
        params: LawParams,
    },
    /// Divided by their largest singular value.
    #[error(
        "{} {} spectral-normed, which is not multiplied out here; call torch.nn.utils.parametrize.remove_parametrizations(layer, \"weight\") or remove_spectral_norm(layer), and save again",
        listed(names), is(names.len())
    )]
    Spectral {
        /// Of which parameters.
        names: Vec<String>,
    },
    /// Computed by code that the file does not hold.
    #[error(
        "{} {} parametrized; call torch.nn.utils.parametrize.remove_parametrizations(layer, \"weight\"), and save again",
        listed(names), is(names.len())
    )]
    Parametrized {
        /// Of which parameters.
        names: Vec<String>,
    },
    /// What an optimizer keeps.
    #[error("it holds the state of an optimizer and no weights; save law.state_dict()")]
    Optimizer,
    /// No tensors at all.
    #[error("it holds no tensors; save law.state_dict()")]
    Nothing,
}

crate::tagged::read_by_tag! {
    Unfit by "unfit":
    Keys { problems },
    Values { problems },
    Doubled { name, first, second },
    PrefixOfSome { prefix, with, of, other },
    Meta { tensors },
    Element { kind, names },
    Size { found },
    Architecture { architectures, params },
    Spectral { names },
    Parametrized { names },
    Optimizer,
    Nothing,
}

/// One thing that does not fit, a line of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "misfit", rename_all = "snake_case")]
pub enum Misfit {
    /// A tensor of the law is not there.
    #[error("the key {key} is missing")]
    Missing {
        /// Its name.
        key: String,
    },
    /// A tensor that the law has no place for.
    #[error("the key {key} is not one of this law")]
    Unknown {
        /// Its name.
        key: String,
    },
    /// Something else lies under a tensor's name.
    #[error("the key {key} is no tensor that can be read: {what}")]
    NoTensor {
        /// The name.
        key: String,
        /// What lies there.
        what: Thing,
    },
    /// Something beside tensors, where there are none.
    #[error("{0}")]
    Beside(Beside),
    /// A shape.
    #[error("{key} has the shape {found:?}, and the law needs {needed:?}")]
    Shape {
        /// Whose.
        key: String,
        /// What it is.
        found: Vec<usize>,
        /// What it has to be.
        needed: Vec<usize>,
    },
    /// A type.
    #[error("{key} is {found}, and the law needs {needed}")]
    Type {
        /// Whose.
        key: String,
        /// What it is.
        found: TensorKind,
        /// What it has to be.
        needed: String,
    },
    /// Bytes that are not as many as its shape needs.
    #[error("{key} has {bytes} bytes for {elements} elements")]
    Bytes {
        /// Whose.
        key: String,
        /// How many.
        bytes: usize,
        /// For how many numbers.
        elements: usize,
    },
    /// A value that is not finite.
    #[error("{key} holds a value that is not finite (element {element})")]
    NotFinite {
        /// Where.
        key: String,
        /// Which element, from 0.
        element: usize,
    },
    /// A value that float32 does not reach.
    #[error("{key} holds {value:e}, which float32 does not reach (element {element})")]
    TooLarge {
        /// Where.
        key: String,
        /// It.
        value: Number,
        /// Which element, from 0.
        element: usize,
    },
    /// A spike of another height than 1.
    #[error("{key} is {factor}; only spikes of height 1 are supported")]
    Spike {
        /// Where.
        key: String,
        /// The height.
        factor: Number,
    },
    /// Two names can be the same tensor.
    #[error("{first} and {second} can both be {key}")]
    Doubled {
        /// The law's name.
        key: String,
        /// The one.
        first: String,
        /// The other.
        second: String,
    },
    /// A tensor that is given in parts, of which some are not there.
    #[error("the key {key} is given in parts, and only {part} is there")]
    Half {
        /// Its name.
        key: String,
        /// What is there.
        part: String,
    },
    /// A tensor that is divided by its largest singular value.
    #[error("the key {key} is spectral-normed ({part})")]
    Spectral {
        /// Its name.
        key: String,
        /// What tells it.
        part: String,
    },
    /// A tensor that code would have to compute.
    #[error("the key {key} is parametrized ({part})")]
    Parametrized {
        /// Its name.
        key: String,
        /// What tells it.
        part: String,
    },
    /// What is not told any more.
    #[error("and {more} more")]
    More {
        /// How many.
        more: usize,
    },
}

crate::tagged::read_by_tag! {
    Misfit by "misfit":
    Missing { key },
    Unknown { key },
    NoTensor { key, what },
    Beside(beside),
    Shape { key, found, needed },
    Type { key, found, needed },
    Bytes { key, bytes, elements },
    NotFinite { key, element },
    TooLarge { key, value, element },
    Spike { key, factor },
    Doubled { key, first, second },
    Half { key, part },
    Spectral { key, part },
    Parametrized { key, part },
    More { more },
}

/// A size that weights have and the law has not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherSize {
    /// `d_state` or `hidden_channels`.
    pub key: String,
    /// That of the weights.
    pub weights: u16,
    /// That of the law.
    pub law: u16,
    /// Whether the law's is a default, since `config.json` does not say it.
    pub defaulted: bool,
}

impl fmt::Display for OtherSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            key, weights, law, ..
        } = self;
        if self.defaulted {
            write!(
                f,
                "its weights are of {key} {weights}; config.json does not say {key}, and {law} is the default"
            )
        } else {
            write!(f, "its weights are of {key} {weights}; config.json says {law}")
        }
    }
}

fn sizes(found: &[OtherSize]) -> String {
    let lines: Vec<_> = found.iter().map(ToString::to_string).collect();
    lines.join(", and ")
}

fn either(architectures: &[Architecture]) -> String {
    let names: Vec<_> = architectures
        .iter()
        .map(|architecture| architecture.as_str())
        .collect();
    names.join(" or ")
}

fn other_prefix(other: &str) -> String {
    if other.is_empty() {
        "do not".to_owned()
    } else {
        format!("have {other:?}")
    }
}

fn summary(problems: &[Misfit]) -> String {
    match problems {
        [] => String::new(),
        [one] => one.to_string(),
        [first, rest @ ..] => format!("{first}, and {} more", count(rest)),
    }
}

/// How many things do not fit, with those that are only counted.
pub fn count(problems: &[Misfit]) -> usize {
    let of = |problem: &Misfit| match problem {
        Misfit::More { more } => *more,
        _ => 1,
    };
    problems.iter().map(of).sum()
}

fn is(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}
