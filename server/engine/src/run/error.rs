//! What can fail while a world is stepped.

use tch::TchError;

use super::module::ModuleError;
use super::sparse::Unsupported;

/// A step that could not be made. The state before it is untouched.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// libtorch refused.
    #[error("libtorch failed in {place}: {}", first_line(.source))]
    Libtorch {
        /// What was being computed.
        place: String,
        /// Its own words, a C++ stack included.
        #[source]
        source: TchError,
    },
    /// The law has a layer that has no reading on tiles.
    #[error("this law cannot be computed on tiles: {0}")]
    Unsupported(#[from] Unsupported),
    /// A TorchScript of somebody else did not answer as a law does.
    #[error("the TorchScript failed: {0}")]
    Module(#[from] ModuleError),
    /// The law made a value that is not finite.
    #[error("{layer} made a value that is not finite")]
    NotFinite {
        /// The layer.
        layer: String,
    },
    /// The law has memory and the state has none of its size, or the other way round.
    #[error("the state's memory does not suit the law")]
    Memory,
}

impl RunError {
    /// For `map_err`: names what was being computed.
    pub fn at(place: impl Into<String>) -> impl FnOnce(TchError) -> Self {
        let place = place.into();
        move |source| Self::Libtorch { place, source }
    }
}

/// The first line that says something of libtorch's words: what a user can read. The rest is a C++ stack, for the log.
pub fn first_line(error: &TchError) -> String {
    let text = match error {
        TchError::Torch(text) => text.clone(),
        other => other.to_string(),
    };
    text.lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default()
        .to_owned()
}
