//! What a user can do about a world that did not open, by asking for it otherwise.

use atheria_shared::error::{ApiError, ErrorCode};
use atheria_shared::session::SessionRequest;
use atheria_shared::{CheckpointChoice, CheckpointFile};

/// Places that are offered as buttons; more are named in the details only.
const OFFERED: usize = 8;

/// One way to ask otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// With the weights of this place in the file.
    Weights(String),
    /// With this checkpoint.
    Checkpoint(CheckpointFile),
    /// With weights cast to float32.
    Cast,
    /// The same again, with the checkpoint as it is now.
    NewCheckpoint,
}

impl Remedy {
    /// Those that there are for an error, best first.
    pub fn of(error: &ApiError) -> Vec<Self> {
        match error.code {
            ErrorCode::WeightsAmbiguous => error
                .details
                .iter()
                .take(OFFERED)
                .cloned()
                .map(Self::Weights)
                .collect(),
            ErrorCode::LatestUnusable => {
                let files = error.details.iter().take(OFFERED);
                files
                    .filter_map(|file| file.parse().ok())
                    .map(Self::Checkpoint)
                    .collect()
            }
            ErrorCode::WeightsDtype => vec![Self::Cast],
            ErrorCode::CheckpointReplaced => vec![Self::NewCheckpoint],
            _ => Vec::new(),
        }
    }

    /// The request with it.
    #[must_use]
    pub fn apply(&self, mut request: SessionRequest) -> SessionRequest {
        match self {
            Self::Weights(place) => request.weights = Some(place.clone()),
            Self::Checkpoint(file) => request.checkpoint = CheckpointChoice::File(file.clone()),
            Self::Cast => request.cast = true,
            Self::NewCheckpoint => {}
        }
        request
    }
}

#[cfg(test)]
mod tests {
    use atheria_shared::ExperimentName;

    use super::*;

    fn asked_again(error: &ApiError) -> Vec<(Option<String>, bool)> {
        let request = SessionRequest::new(ExperimentName::new("flower").unwrap());
        let ask = |remedy: &Remedy| remedy.apply(request.clone());
        Remedy::of(error)
            .iter()
            .map(ask)
            .map(|r| (r.weights, r.cast))
            .collect()
    }

    #[test]
    fn places_are_offered_as_they_are_named() {
        let places = vec!["model_state_dict".to_owned(), ".".to_owned()];
        let error = ApiError::new(ErrorCode::WeightsAmbiguous, "which?").with_details(places.clone());
        let expected: Vec<_> = places.into_iter().map(|place| (Some(place), false)).collect();
        assert_eq!(asked_again(&error), expected);
        let many = (0..99).map(|n| n.to_string()).collect();
        assert_eq!(Remedy::of(&error.with_details(many)).len(), OFFERED);
    }

    #[test]
    fn the_whole_checkpoint_before_is_offered() {
        let error = ApiError::new(ErrorCode::LatestUnusable, "cut off");
        assert_eq!(Remedy::of(&error), []);
        let file: CheckpointFile = "ep1.pth".parse().unwrap();
        let remedies = Remedy::of(&error.with_details(vec!["ep1.pth".to_owned()]));
        assert_eq!(remedies, [Remedy::Checkpoint(file.clone())]);
        let request = SessionRequest::new(ExperimentName::new("flower").unwrap());
        assert_eq!(
            remedies[0].apply(request).checkpoint,
            CheckpointChoice::File(file)
        );
    }

    #[test]
    fn other_types_are_cast_and_new_checkpoints_opened() {
        assert_eq!(
            asked_again(&ApiError::new(ErrorCode::WeightsDtype, "")),
            [(None, true)]
        );
        assert_eq!(
            asked_again(&ApiError::new(ErrorCode::CheckpointReplaced, "")),
            [(None, false)]
        );
        let other = ApiError::new(ErrorCode::CheckpointMismatch, "").with_details(vec!["a".to_owned()]);
        assert_eq!(Remedy::of(&other), []);
    }
}
