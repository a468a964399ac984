//! The page's files, as trunk built them.

use std::io;
use std::path::Path;

use atheria_shared::ErrorCode;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use tower_http::services::ServeDir;

use super::failure::Failure;
use super::{Shared, content_security_policy};

const NOT_BUILT: &str = include_str!("not_built.html");

/// A file of the page, or word of why there is none.
pub(super) async fn file(State(shared): State<Shared>, request: Request) -> Response {
    let path = request.uri().path();
    if path.starts_with("/api/") || path.starts_with("/ws/") {
        return missing(path).into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if path == "/" || path == "/index.html" {
        let host = request
            .headers()
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        return index(&shared.page, host.unwrap_or_default()).await;
    }
    let path = path.to_owned();
    let mut files = ServeDir::new(shared.page.as_path())
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    match files.try_call(request).await {
        Ok(response) if response.status() == StatusCode::NOT_FOUND => missing(&path).into_response(),
        Ok(response) => response.map(Body::new).into_response(),
        Err(error) => {
            if error.kind() != io::ErrorKind::NotFound {
                tracing::warn!(%error, path, "a file of the page cannot be read");
            }
            missing(&path).into_response()
        }
    }
}

/// Read anew each time, with the hashes of the scripts that are in it now: `trunk build` may have run since.
async fn index(page: &Path, host: &str) -> Response {
    match tokio::fs::read_to_string(page.join("index.html")).await {
        Ok(html) => {
            let policy = content_security_policy(&html, host);
            ([(header::CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
        }
        Err(error) => {
            if error.kind() != io::ErrorKind::NotFound {
                tracing::warn!(%error, "the page cannot be read");
            }
            let policy = content_security_policy(NOT_BUILT, host);
            let headers = [(header::CONTENT_SECURITY_POLICY, policy)];
            (StatusCode::SERVICE_UNAVAILABLE, headers, Html(NOT_BUILT)).into_response()
        }
    }
}

fn missing(path: &str) -> Failure {
    let shown: String = path.chars().take(200).collect();
    Failure::new(ErrorCode::NotFound, format!("there is nothing at {shown:?}"))
}
