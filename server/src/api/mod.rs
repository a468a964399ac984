//! HTTP and WebSocket: thin routes over [`crate::session::Sessions`], [`crate::diagnose::Diagnoses`] and the catalog, and
//! the page's files.
//!
//! Every request passes [`Guard`] first (Host, Origin, path, token), which sees the server as the browser does ([`Reach`]);
//! every response leaves with the headers of [`headers`];
//! every error is an [`atheria_shared::ApiError`] whose HTTP status is chosen in one place, `failure`.

mod diagnoses;
mod experiments;
mod failure;
mod guard;
mod halve;
mod headers;
mod pacing;
mod page;
mod reach;
mod refused;
mod sessions;
mod socket;

use std::path::PathBuf;
use std::sync::Arc;

use atheria_shared::limits::REQUEST_BYTES;
use atheria_shared::session::Health;
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};

pub use guard::Guard;
pub use reach::{Authority, BasePath, HostName, Network, Reach, ReachError};

use crate::diagnose::Diagnoses;
use crate::session::Sessions;

/// What the routes share.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    pub(crate) sessions: Sessions,
    pub(crate) diagnoses: Diagnoses,
    pub(crate) page: Arc<PathBuf>,
}

/// All routes of the server.
///
/// `GET /api/health`, `GET /api/experiments`, `GET /api/experiments/{name}`, `GET /api/experiments/{name}/thumbnail`,
/// `POST` and `GET /api/experiments/{name}/diagnosis`, `POST /api/sessions`, `GET /api/sessions`, `GET` and `DELETE /api/sessions/{id}`,
/// `POST /api/sessions/{id}/commands`, `GET /api/sessions/{id}/events`, `GET /ws/sessions/{id}`; everything else is a file of `page`.
/// All of them lie under the base path of the guard's [`Reach`].
pub fn router(sessions: Sessions, diagnoses: Diagnoses, page: PathBuf, guard: Guard) -> Router {
    let shared = Shared {
        sessions,
        diagnoses,
        page: Arc::new(page),
    };
    let routes = Router::new()
        .route("/api/health", get(health))
        .route("/api/experiments", get(experiments::list))
        .route("/api/experiments/{name}", get(experiments::one))
        .route("/api/experiments/{name}/thumbnail", get(experiments::thumbnail))
        .route(
            "/api/experiments/{name}/diagnosis",
            post(diagnoses::start).get(diagnoses::get),
        )
        .route("/api/sessions", post(sessions::open).get(sessions::list))
        .route("/api/sessions/{id}", get(sessions::one).delete(sessions::close))
        .route("/api/sessions/{id}/commands", post(sessions::command))
        .route("/api/sessions/{id}/events", get(sessions::events))
        .route("/ws/sessions/{id}", get(socket::upgrade))
        .fallback(page::file)
        .layer(DefaultBodyLimit::max(REQUEST_BYTES))
        .with_state(shared);
    // Around the router, not in it: the guard changes the path that it routes by.
    Router::new()
        .fallback_service(routes)
        .layer(middleware::from_fn_with_state(Arc::new(guard), guard::enter))
}

async fn health(State(shared): State<Shared>) -> Json<Health> {
    Json(Health {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        sessions: shared.sessions.count(),
    })
}
