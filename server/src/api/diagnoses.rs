//! `/api/experiments/{name}/diagnosis`: start one, and ask how far it is.

use atheria_shared::diagnosis::DiagnosisState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::Shared;
use super::experiments::parse;
use super::failure::Failure;

/// `POST /api/experiments/{name}/diagnosis`: answers as soon as it is under way.
pub(super) async fn start(
    State(shared): State<Shared>,
    Path(name): Path<String>,
) -> Result<(StatusCode, Json<DiagnosisState>), Failure> {
    let state = shared.diagnoses.start(parse(&name)?).await?;
    Ok((StatusCode::ACCEPTED, Json(state)))
}

/// `GET /api/experiments/{name}/diagnosis`: the one that was started last.
pub(super) async fn get(
    State(shared): State<Shared>,
    Path(name): Path<String>,
) -> Result<Json<DiagnosisState>, Failure> {
    Ok(Json(shared.diagnoses.get(&parse(&name)?)?))
}
