//! What can fail when a world is shown.

use atheria_shared::frame::FrameError;
use atheria_shared::{ApiError, ErrorCode};

/// A frame that could not be made. The world is untouched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// The state a step ago does not lie over the present one.
    #[error(
        "a change cannot be shown: the state before it has other tiles, channels or sides than the present one; make a step"
    )]
    Before,
    /// What was made is no frame.
    #[error("a frame could not be put together: {source}")]
    Encode {
        /// Why.
        #[from]
        source: FrameError,
    },
}

impl From<ViewError> for ApiError {
    fn from(error: ViewError) -> Self {
        Self::new(ErrorCode::EngineFailed, error.to_string())
    }
}
