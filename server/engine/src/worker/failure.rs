//! The engine's errors as those that cross the wire. A C++ stack goes to standard error, its first line to the user.

use std::error::Error;

use atheria_shared::session::Stage;
use atheria_shared::{ApiError, ErrorCode};

use crate::law::LawError;
use crate::torchscript::{ExportError, ForeignError};

/// Of a law that does not fit its checkpoint: all that does not fit, or the places to be chosen from, a line each.
pub(super) fn of_law(error: LawError) -> ApiError {
    let message = error.to_string();
    let (code, details) = match error {
        LawError::Mismatch { problems, .. } => (ErrorCode::CheckpointMismatch, problems),
        LawError::Ambiguous { places } => (ErrorCode::WeightsAmbiguous, places),
        LawError::NoSuchPlace { fitting, there, .. } => {
            let places = if fitting.is_empty() { there } else { fitting };
            (ErrorCode::BadRequest, places)
        }
        LawError::Dtype { tensors, .. } => (ErrorCode::WeightsDtype, tensors),
        LawError::TooManyNumbers { .. } => (ErrorCode::CheckpointUnreadable, vec![]),
        LawError::Fold { reason, .. } => (ErrorCode::EngineFailed, vec![reason]),
        LawError::Read(error) => return error.into(),
    };
    ApiError::new(code, message).with_details(details)
}

/// Of an export.
pub(super) fn of_export(error: &ExportError) -> ApiError {
    let code = if error.stage() == Stage::VerifyCpu {
        ErrorCode::VerificationFailed
    } else {
        ErrorCode::ExportFailed
    };
    ApiError::new(code, error.to_string()).with_details(log_causes(error))
}

/// Of a TorchScript that is no law.
pub(super) fn of_foreign(error: &ForeignError) -> ApiError {
    let code = if error.is_of_the_file() {
        ErrorCode::CheckpointUnreadable
    } else {
        ErrorCode::CheckpointMismatch
    };
    let message = error.to_string();
    // What it answered with is told already; what libtorch said behind that is not.
    let mut causes = log_causes(error);
    causes.retain(|cause| !message.contains(cause));
    ApiError::new(code, message).with_details(causes)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::Cause;

    #[test]
    fn the_code_of_a_law_says_what_can_be_done() {
        let places = vec!["gen".to_owned(), "ema".to_owned()];
        let error = of_law(LawError::Ambiguous {
            places: places.clone(),
        });
        assert_eq!(error.code, ErrorCode::WeightsAmbiguous);
        assert_eq!(error.details, places);
        let nowhere = |fitting: &[String]| LawError::NoSuchPlace {
            asked: "emma".to_owned(),
            fitting: fitting.to_vec(),
            there: vec!["state.0".to_owned()],
        };
        let error = of_law(nowhere(&places));
        assert_eq!((error.code, error.details), (ErrorCode::BadRequest, places));
        assert_eq!(of_law(nowhere(&[])).details, ["state.0"]);
        let tensors = vec!["net.0.bias is float16".to_owned()];
        let error = of_law(LawError::Dtype {
            place: String::new(),
            dtypes: "float16".to_owned(),
            tensors: tensors.clone(),
        });
        assert_eq!((error.code, error.details), (ErrorCode::WeightsDtype, tensors));
        let problems = vec!["the key net.0.bias is missing".to_owned()];
        let error = of_law(LawError::Mismatch {
            architecture: atheria_shared::Architecture::Mlp,
            place: None,
            cause: Box::new(Cause::Nothing),
            problems: problems.clone(),
        });
        assert_eq!(
            (error.code, error.details),
            (ErrorCode::CheckpointMismatch, problems)
        );
    }
}
