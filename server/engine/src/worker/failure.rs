//! The engine's errors as those that cross the wire. A C++ stack goes to standard error, its first line to the user.

use std::error::Error;

use atheria_shared::{ApiError, ErrorCode};

use crate::torchscript::{ExportError, ForeignError};

/// Of an export.
pub(super) fn of_export(error: &ExportError) -> ApiError {
    ApiError::from(error).with_details(log_causes(error))
}

/// Of a TorchScript that is no law.
pub(super) fn of_foreign(error: &ForeignError) -> ApiError {
    let api = ApiError::from(error);
    // What it answered with is told already; what libtorch said behind that is not.
    let mut causes = log_causes(error);
    causes.retain(|cause| !api.message.contains(cause));
    api.with_details(causes)
}

/// Writes an error's causes to the log, all of their lines, and gives the first line of each.
pub(super) fn log_causes(error: &dyn Error) -> Vec<String> {
    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        eprintln!("ath-engine: {text}");
        causes.extend(text.lines().next().map(str::to_owned));
        cause = error.source();
    }
    causes
}

/// What libtorch could not do on CUDA, the CPU may still do.
pub(super) fn on_cuda(mut error: ApiError) -> ApiError {
    if error.code == ErrorCode::EngineFailed {
        error.code = ErrorCode::CudaFailed;
    }
    error
}
