//! Why a checkpoint is not one of a law, with the cause in one line and all that does not fit as details.

use std::fmt;

use atheria_shared::Architecture;
use atheria_shared::law::LawParams;
use atheria_shared::limits::CHECKPOINT_TENSOR_BYTES;
use atheria_shared::text::listed;

use crate::checkpoint::CheckpointError;

/// Why a checkpoint is not one of this law.
#[derive(Debug, thiserror::Error)]
pub enum LawError {
    /// Keys, shapes, types or values.
    #[error("the checkpoint does not fit the law {architecture}: {}{cause}", of_place(.place.as_deref()))]
    Mismatch {
        /// The law.
        architecture: Architecture,
        /// The place in the file that comes nearest; none: there is one alone.
        place: Option<String>,
        /// What is the matter.
        cause: Box<Cause>,
        /// All that does not fit, a line each.
        problems: Vec<String>,
    },
    /// Several places hold weights that fit.
    #[error(
        "several places in the checkpoint hold weights that fit the law: {}; choose one with --weights KEY",
        listed(places)
    )]
    Ambiguous {
        /// They.
        places: Vec<String>,
    },
    /// The place that was asked for is not there.
    #[error("the checkpoint has no weights at {asked:?}: {}", offered(fitting, there))]
    NoSuchPlace {
        /// It.
        asked: String,
        /// Places of weights that fit.
        fitting: Vec<String>,
        /// All places that hold tensors.
        there: Vec<String>,
    },
    /// The weights fit but for their float type.
    #[error(
        "the weights{} are {dtypes}, and the law needs float32; save law.float().state_dict(), or open with --cast",
        at_place(place)
    )]
    Dtype {
        /// Their place; empty: the file itself.
        place: String,
        /// Their type, or their types.
        dtypes: String,
        /// Each tensor, with its type.
        tensors: Vec<String>,
    },
    /// More numbers than are read.
    #[error("the weights take {bytes} bytes; {CHECKPOINT_TENSOR_BYTES} are read at most")]
    TooManyNumbers {
        /// How many they would be.
        bytes: u64,
    },
    /// The numbers of a tensor cannot be had.
    #[error(transparent)]
    Read(#[from] CheckpointError),
    /// libtorch could not multiply out a weight norm.
    #[error("the weight norm of {name} cannot be multiplied out: {reason}")]
    Fold {
        /// The parameter.
        name: String,
        /// libtorch's words.
        reason: String,
    },
}

/// What is the matter with weights that come nearest to a law.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// Keys, shapes, types or values, and nothing that explains all of them.
    #[error("{} (it has other parameters, or config.json names another architecture or size)", summary(.problems))]
    Keys {
        /// All of them.
        problems: Vec<String>,
    },
    /// Values that no law can have.
    #[error("{}", summary(.problems))]
    Values {
        /// All of them.
        problems: Vec<String>,
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
        /// The type.
        kind: String,
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

/// A size that weights have and the law has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherSize {
    /// `d_state` or `hidden_channels`.
    pub key: &'static str,
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

fn of_place(place: Option<&str>) -> String {
    place.map_or(String::new(), |place| format!("{place} comes nearest: "))
}

fn at_place(place: &str) -> String {
    if place.is_empty() {
        String::new()
    } else {
        format!(" at {place}")
    }
}

fn offered(fitting: &[String], there: &[String]) -> String {
    match (fitting, there) {
        ([], []) => "it holds no tensors".to_owned(),
        ([], there) => format!(
            "there are tensors at {}, and none of them fit the law",
            listed(there)
        ),
        (fitting, _) => format!("weights that fit the law are at {}", listed(fitting)),
    }
}

fn summary(problems: &[String]) -> String {
    match problems {
        [] => String::new(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first}, and {} more", rest.len()),
    }
}

fn is(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}
