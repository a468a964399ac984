//! `/api/experiments`: reads the disk, so each answer comes from a thread that may block.

use atheria_shared::experiment::{Experiment, ExperimentList};
use atheria_shared::{ApiError, Cause, ErrorCode, ExperimentName};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::Shared;
use super::failure::Failure;
use crate::catalog::{Catalog, CatalogError};

/// `GET /api/experiments`
pub(super) async fn list(State(shared): State<Shared>) -> Result<Json<ExperimentList>, Failure> {
    blocking(&shared, |catalog| Ok(catalog.list())).await.map(Json)
}

/// `GET /api/experiments/{name}`
pub(super) async fn one(
    State(shared): State<Shared>,
    Path(name): Path<String>,
) -> Result<Json<Experiment>, Failure> {
    let name = parse(&name)?;
    blocking(&shared, move |catalog| catalog.get(&name))
        .await
        .map(Json)
}

/// `GET /api/experiments/{name}/thumbnail`
pub(super) async fn thumbnail(
    State(shared): State<Shared>,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let name = parse(&name)?;
    let found = blocking(&shared, {
        let name = name.clone();
        move |catalog| match catalog.thumbnail(&name) {
            Err(CatalogError::Read { .. }) => Ok(None),
            other => other.map(Some),
        }
    });
    match found.await? {
        Some(picture) => Ok(([(header::CONTENT_TYPE, picture.content_type)], picture.bytes).into_response()),
        None => Err(Failure::new(
            ErrorCode::NotFound,
            format!("{name} has no thumbnail"),
        )),
    }
}

/// The name in an address.
pub(super) fn parse(name: &str) -> Result<ExperimentName, Failure> {
    ExperimentName::new(name).map_err(|wrong| {
        let error = ApiError::new(ErrorCode::ExperimentName, wrong.to_string());
        Failure(error.because(Cause::Name {
            name: name.to_owned(),
            wrong,
        }))
    })
}

async fn blocking<T: Send + 'static>(
    shared: &Shared,
    work: impl FnOnce(&Catalog) -> Result<T, CatalogError> + Send + 'static,
) -> Result<T, Failure> {
    let catalog = shared.sessions.catalog().clone();
    let done = tokio::task::spawn_blocking(move || work(&catalog)).await;
    let fault = |_| ApiError::new(ErrorCode::Internal, "the experiments could not be read");
    Ok(done.map_err(fault)??)
}
