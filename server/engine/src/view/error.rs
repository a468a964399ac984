//! What can fail when a world is shown.

use atheria_shared::frame::FrameError;
use atheria_shared::{ApiError, ErrorCode};
use tch::TchError;

use crate::run::first_line;

/// A frame that could not be made. The world is untouched.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// libtorch refused.
    #[error("libtorch failed while a frame was made: {}", first_line(.source))]
    Libtorch {
        /// Its own words.
        #[from]
        source: TchError,
    },
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
