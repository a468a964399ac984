//! The one place that turns errors into HTTP: `{code, message, details}` and a status.

use atheria_shared::{ApiError, ErrorCode};
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// An error on its way out.
#[derive(Debug)]
pub(super) struct Failure(pub(super) ApiError);

impl<E: Into<ApiError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl Failure {
    /// An error without details.
    pub(super) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self(ApiError::new(code, message))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (status(self.0.code), Json(self.0)).into_response()
    }
}

fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::BadRequest | ErrorCode::ExperimentName | ErrorCode::GridInvalid => StatusCode::BAD_REQUEST,
        ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        ErrorCode::NotFound | ErrorCode::ExperimentNotFound | ErrorCode::SessionNotFound => {
            StatusCode::NOT_FOUND
        }
        ErrorCode::NotReady | ErrorCode::NoSeed => StatusCode::CONFLICT,
        ErrorCode::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::ConfigUnreadable
        | ErrorCode::ConfigInvalid
        | ErrorCode::ArchitectureUnknown
        | ErrorCode::CheckpointMissing
        | ErrorCode::CheckpointUnreadable
        | ErrorCode::CheckpointMismatch
        | ErrorCode::LatestUnusable
        | ErrorCode::WeightsAmbiguous
        | ErrorCode::WeightsDtype
        | ErrorCode::CheckpointReplaced
        | ErrorCode::StateInvalid
        | ErrorCode::CudaMissing => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::EngineTimeout => StatusCode::GATEWAY_TIMEOUT,
        ErrorCode::EngineDied | ErrorCode::EngineFailed | ErrorCode::CudaFailed => StatusCode::BAD_GATEWAY,
        ErrorCode::RootUnreadable
        | ErrorCode::EngineMissing
        | ErrorCode::ExportFailed
        | ErrorCode::VerificationFailed
        | ErrorCode::StateUnwritable
        | ErrorCode::NotFinite
        | ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
