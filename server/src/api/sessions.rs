//! `/api/sessions`: open, look at, drive, ask for its past, close.

use atheria_shared::session::{SessionInfo, SessionRequest};
use atheria_shared::tool::Events;
use atheria_shared::world::WorldCommand;
use atheria_shared::{ErrorCode, SessionId};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;

use super::Shared;
use super::failure::Failure;
use crate::session::SessionHandle;

type Body = Result<Bytes, BytesRejection>;

/// `POST /api/sessions`: answers as soon as it is on its way; its stages are told on its WebSocket.
pub(super) async fn open(
    State(shared): State<Shared>,
    body: Body,
) -> Result<(StatusCode, Json<SessionInfo>), Failure> {
    let request: SessionRequest = parse(body)?;
    let info = shared.sessions.open(request).await?;
    Ok((StatusCode::CREATED, Json(info)))
}

/// `GET /api/sessions`
pub(super) async fn list(State(shared): State<Shared>) -> Json<Vec<SessionInfo>> {
    Json(shared.sessions.list())
}

/// `GET /api/sessions/{id}`
pub(super) async fn one(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<SessionInfo>, Failure> {
    Ok(Json(find(&shared, &id)?.info()))
}

/// `DELETE /api/sessions/{id}`: answers when its engine is over.
pub(super) async fn close(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    find(&shared, &id)?.close().await;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/sessions/{id}/commands`: for scripts; answers when the engine has been asked.
pub(super) async fn command(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Failure> {
    let session = find(&shared, &id)?;
    let command: WorldCommand = parse(body)?;
    session.command(command).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/sessions/{id}/events`: what was done to its world, for `ath run --events`.
pub(super) async fn events(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Events>, Failure> {
    Ok(Json(find(&shared, &id)?.events().await?))
}

/// The session of that address.
pub(super) fn find(shared: &Shared, id: &str) -> Result<SessionHandle, Failure> {
    let id = SessionId::new(id).map_err(|_| {
        let message = format!(
            "{:?} is no session's address",
            id.chars().take(64).collect::<String>()
        );
        Failure::new(ErrorCode::SessionNotFound, message)
    })?;
    Ok(shared.sessions.get(&id)?)
}

fn parse<T: DeserializeOwned>(body: Body) -> Result<T, Failure> {
    let bad = |message: String| Failure::new(ErrorCode::BadRequest, message);
    let bytes = body.map_err(|error| bad(format!("the request's body cannot be taken: {error}")))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| bad(format!("the request is not what it has to be: {error}")))
}
