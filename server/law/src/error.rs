//! Why a checkpoint is not one of a law, with what is the matter in one line and all that does not fit as details.

use atheria_checkpoint::CheckpointError;
use atheria_shared::limits::CHECKPOINT_TENSOR_BYTES;
use atheria_shared::text::listed;
use atheria_shared::unfit::{Misfit, Unfit};
use atheria_shared::{ApiError, Architecture, Cause, ErrorCode};

use crate::weight_norm::NormError;

/// Why a checkpoint is not one of this law.
#[derive(Debug, thiserror::Error)]
pub enum LawError {
    /// Keys, shapes, types or values.
    #[error("the checkpoint does not fit the law {architecture}: {}{unfit}", of_place(.place.as_deref()))]
    Mismatch {
        /// The law.
        architecture: Architecture,
        /// The place in the file that comes nearest, empty: the file itself; none: there is one alone.
        place: Option<String>,
        /// What is the matter.
        unfit: Box<Unfit>,
        /// All that does not fit.
        problems: Vec<Misfit>,
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
    /// A weight norm could not be multiplied out.
    #[error("the weight norm of {name} cannot be multiplied out: {source}")]
    Fold {
        /// The parameter.
        name: String,
        /// Why.
        #[source]
        source: NormError,
    },
}

/// All that does not fit, or the places to be chosen from, are details, a line each.
impl From<LawError> for ApiError {
    fn from(error: LawError) -> Self {
        let message = error.to_string();
        let (code, cause, details) = match error {
            LawError::Mismatch {
                architecture,
                place,
                unfit,
                problems,
            } => {
                let cause = Cause::Unfit {
                    architecture,
                    place,
                    with: *unfit,
                };
                let lines = problems.iter().map(ToString::to_string).collect();
                (ErrorCode::CheckpointMismatch, Some(cause), lines)
            }
            LawError::Ambiguous { places } => (ErrorCode::WeightsAmbiguous, None, places),
            LawError::NoSuchPlace {
                asked,
                fitting,
                there,
            } => {
                let places = if fitting.is_empty() { &there } else { &fitting }.clone();
                let cause = Cause::NoSuchWeights {
                    asked,
                    fitting,
                    there,
                };
                (ErrorCode::BadRequest, Some(cause), places)
            }
            LawError::Dtype { dtypes, tensors, .. } => {
                let cause = Cause::OtherType { types: dtypes };
                (ErrorCode::WeightsDtype, Some(cause), tensors)
            }
            LawError::TooManyNumbers { bytes } => {
                let cause = Cause::WeightsTooLarge {
                    bytes,
                    limit_bytes: CHECKPOINT_TENSOR_BYTES,
                };
                (ErrorCode::CheckpointUnreadable, Some(cause), vec![])
            }
            LawError::Fold { source, .. } => (ErrorCode::EngineFailed, None, vec![source.reason]),
            LawError::Read(error) => return error.into(),
        };
        Self::new(code, message).with_details(details).because(cause)
    }
}

fn of_place(place: Option<&str>) -> String {
    match place {
        None => String::new(),
        Some("") => "the file itself comes nearest: ".to_owned(),
        Some(place) => format!("{place} comes nearest: "),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_a_law_says_what_can_be_done() {
        let places = vec!["gen".to_owned(), "ema".to_owned()];
        let error = ApiError::from(LawError::Ambiguous {
            places: places.clone(),
        });
        assert_eq!(error.code, ErrorCode::WeightsAmbiguous);
        assert_eq!(error.details, places);
        let nowhere = |fitting: &[String]| {
            ApiError::from(LawError::NoSuchPlace {
                asked: "emma".to_owned(),
                fitting: fitting.to_vec(),
                there: vec!["state.0".to_owned()],
            })
        };
        let error = nowhere(&places);
        assert_eq!((error.code, error.details), (ErrorCode::BadRequest, places));
        assert_eq!(nowhere(&[]).details, ["state.0"]);
        let tensors = vec!["net.0.bias is float16".to_owned()];
        let error = ApiError::from(LawError::Dtype {
            place: String::new(),
            dtypes: "float16".to_owned(),
            tensors: tensors.clone(),
        });
        assert_eq!((error.code, error.details), (ErrorCode::WeightsDtype, tensors));
        let problems = vec![Misfit::Missing {
            key: "net.0.bias".to_owned(),
        }];
        let error = ApiError::from(LawError::Mismatch {
            architecture: Architecture::Mlp,
            place: None,
            unfit: Box::new(Unfit::Nothing),
            problems,
        });
        assert_eq!(error.code, ErrorCode::CheckpointMismatch);
        assert_eq!(error.details, ["the key net.0.bias is missing"]);
    }
}
