//! The page's files, as trunk built them.

use std::io;
use std::ops::RangeInclusive;
use std::path::Path;

use atheria_shared::ErrorCode;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use tower_http::services::ServeDir;

use super::Shared;
use super::failure::Failure;
use super::headers::content_security_policy;
use super::reach::Seen;

const NOT_BUILT: &str = include_str!("not_built.html");
/// For files whose names change with their contents.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Digits of the hash that trunk puts into a name: 64 bits, without leading zeros.
const HASH_DIGITS: RangeInclusive<usize> = 8..=16;

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
        return index(&shared.page, request.extensions().get()).await;
    }
    let path = path.to_owned();
    let mut files = ServeDir::new(shared.page.as_path())
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    match files.try_call(request).await {
        Ok(response) if response.status() == StatusCode::NOT_FOUND => missing(&path).into_response(),
        Ok(response) => {
            let mut response = response.map(Body::new).into_response();
            if is_hashed(&path) && !response.status().is_client_error() {
                response.headers_mut().insert(header::CACHE_CONTROL, FOR_EVER);
            }
            response
        }
        Err(error) => {
            if error.kind() != io::ErrorKind::NotFound {
                tracing::warn!(%error, path, "a file of the page cannot be read");
            }
            missing(&path).into_response()
        }
    }
}

/// Read anew each time, with the hashes of the scripts that are in it now: `trunk build` may have run since.
async fn index(page: &Path, seen: Option<&Seen>) -> Response {
    match tokio::fs::read_to_string(page.join("index.html")).await {
        Ok(html) => {
            let policy = content_security_policy(&html, seen);
            ([(header::CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
        }
        Err(error) => {
            if error.kind() != io::ErrorKind::NotFound {
                tracing::warn!(%error, "the page cannot be read");
            }
            let policy = content_security_policy(NOT_BUILT, seen);
            let headers = [(header::CONTENT_SECURITY_POLICY, policy)];
            (StatusCode::SERVICE_UNAVAILABLE, headers, Html(NOT_BUILT)).into_response()
        }
    }
}

/// Whether a file's name says what is in it: `frontend-0123456789abcdef_bg.wasm`, `base-0123456789abcdef.css`.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    stem.rsplit_once('-').is_some_and(|(_, hash)| {
        HASH_DIGITS.contains(&hash.len())
            && hash
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

fn missing(path: &str) -> Failure {
    let shown: String = path.chars().take(200).collect();
    Failure::new(ErrorCode::NotFound, format!("there is nothing at {shown:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_hash_is_told_from_one_without() {
        for hashed in [
            "/frontend-1f2e3d4c5b6a7988_bg.wasm",
            "/base-f2e3d4c5b6a7988.css",
            "/a/b-0123456789abcdef.js",
        ] {
            assert!(is_hashed(hashed), "{hashed}");
        }
        for plain in [
            "/",
            "/index.html",
            "/inter-latin-wght-normal.woff2",
            "/picture-1.png",
            "/base.css",
            "/x-0123456789ABCDEF.js",
            "/x-0123456789abcdef0.js",
        ] {
            assert!(!is_hashed(plain), "{plain}");
        }
    }
}
