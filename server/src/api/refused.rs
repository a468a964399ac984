//! What a person sees whose browser calls the server by a host that it does not have.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::reach::HostName;

const PAGE: &str = include_str!("refused.html");
const POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");

/// The page, for a host that was checked to hold nothing but letters, digits and `.:-_[]`.
pub(super) fn page(host: &HostName, hint: Option<&str>) -> Response {
    let hint = hint
        .map(|hint| format!("<p><small>{hint}</small></p>"))
        .unwrap_or_default();
    let html = PAGE.replace("{host}", &host.to_string()).replace("{hint}", &hint);
    let headers = [(header::CONTENT_SECURITY_POLICY, POLICY)];
    (StatusCode::FORBIDDEN, headers, Html(html)).into_response()
}
