//! What can fail on the way to an export.

use std::io;
use std::path::PathBuf;

use atheria_shared::session::Stage;
use atheria_shared::{ApiError, Architecture, Cause, ErrorCode};
use atheria_torchscript::ArchiveError;
use tch::TchError;

use crate::run::{RunError, first_line};

/// An export that could not be made. What lay there before is untouched.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The archive could not be put together.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A file could not be written, renamed or read.
    #[error("{operation} {} failed: {source} (is the folder writable, and the disk not full?)", path.display())]
    File {
        /// What was tried: "writing", "renaming".
        operation: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// libtorch does not load or run what was written.
    #[error("the export {} does not run in libtorch: {}", path.display(), first_line(source))]
    Load {
        /// The file.
        path: PathBuf,
        /// libtorch's words.
        #[source]
        source: TchError,
    },
    /// The law's own reading failed.
    #[error("the law itself does not run")]
    Law {
        /// Why.
        #[source]
        source: RunError,
    },
    /// The export's answer has another form than the law's.
    #[error("the export answers with {found}, and the law with {expected}")]
    Answer {
        /// What came.
        found: String,
        /// What was expected.
        expected: String,
    },
    /// A parameter is not the checkpoint's.
    #[error("the export's parameters are not the checkpoint's: {name}")]
    Parameter {
        /// The first that differs or is missing.
        name: String,
    },
    /// It computes something else than the law.
    #[error(
        "the export differs from the law by {error:.1e} on a grid of {height}x{width}, and {tolerance:.0e} is allowed{hint}"
    )]
    Differs {
        /// Largest absolute difference, relative to the answer where that exceeds 1.
        error: f64,
        /// Rows.
        height: i64,
        /// Columns.
        width: i64,
        /// What would be allowed.
        tolerance: f64,
        /// What to do.
        hint: &'static str,
    },
    /// A law with memory cannot be traced.
    #[error(
        "{architecture} has memory and cannot be traced: a trace made through tch has a single answer, and this law has three (use --method script)"
    )]
    TraceMemory {
        /// The law.
        architecture: Architecture,
    },
    /// A law that resizes cannot be traced.
    #[error(
        "{architecture} cannot be traced: its resize would bind the trace to the one grid that it was made on (use --method script)"
    )]
    TraceResize {
        /// The law.
        architecture: Architecture,
    },
    /// The tracing process failed.
    #[error("tracing failed: {reason}")]
    Trace {
        /// Its last line, or how it ended.
        reason: String,
    },
}

impl ExportError {
    /// The stage that failed.
    pub fn stage(&self) -> Stage {
        match self {
            Self::Load { .. }
            | Self::Law { .. }
            | Self::Answer { .. }
            | Self::Parameter { .. }
            | Self::Differs { .. } => Stage::VerifyCpu,
            Self::Archive(_)
            | Self::File { .. }
            | Self::Trace { .. }
            | Self::TraceMemory { .. }
            | Self::TraceResize { .. } => Stage::Export,
        }
    }

    pub(super) fn file(operation: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File {
            operation,
            path,
            source,
        }
    }
}

impl From<&ExportError> for ApiError {
    fn from(error: &ExportError) -> Self {
        let code = if error.stage() == Stage::VerifyCpu {
            ErrorCode::VerificationFailed
        } else {
            ErrorCode::ExportFailed
        };
        Self::new(code, error.to_string()).because(cause(error))
    }
}

fn cause(error: &ExportError) -> Option<Cause> {
    Some(match error {
        ExportError::File { path, source, .. } => Cause::Unwritable {
            path: path.display().to_string(),
            why: source.into(),
        },
        ExportError::Differs { error, tolerance, .. } => Cause::Differs {
            export: true,
            apart: (*error).into(),
            allowed: (*tolerance).into(),
        },
        ExportError::TraceMemory { architecture } => Cause::CannotTrace {
            architecture: *architecture,
            memory: true,
        },
        ExportError::TraceResize { architecture } => Cause::CannotTrace {
            architecture: *architecture,
            memory: false,
        },
        ExportError::Law {
            source: RunError::NotFinite { .. },
        } => Cause::NotFinite {
            step: None,
            place: None,
        },
        // The code says it, and libtorch's own words are beside it.
        ExportError::Archive(_)
        | ExportError::Load { .. }
        | ExportError::Law { .. }
        | ExportError::Answer { .. }
        | ExportError::Parameter { .. }
        | ExportError::Trace { .. } => return None,
    })
}
