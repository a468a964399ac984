//! What can fail while an archive is put together.

/// An archive that could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Its container could not be written, or that of a traced one not be read.
    #[error("the TorchScript archive could not be put together")]
    Container {
        /// Why.
        #[source]
        source: zip::result::ZipError,
    },
    /// The manifest could not be written as JSON.
    #[error("the export's manifest could not be written")]
    Manifest {
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}
