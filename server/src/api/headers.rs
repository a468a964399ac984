//! Headers that every response carries, and the policy that tells a browser what the page may load: our own files,
//! wasm, and the one inline script by which trunk starts it.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Adds what is missing.
pub(super) async fn add(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let mut default = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(header::REFERRER_POLICY, "no-referrer");
    default(header::X_FRAME_OPTIONS, "DENY");
    default(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    default(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    default(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    );
    default(header::CACHE_CONTROL, "no-cache");
    response
}

/// The policy of a page: its inline scripts are allowed by their hashes, and no others. `host` is what the browser calls
/// us, checked by the guard: not every browser takes `'self'` for a WebSocket.
pub fn content_security_policy(html: &str, host: &str) -> String {
    let hashes: String = inline_scripts(html)
        .map(|script| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(script.as_bytes()))))
        .collect::<Vec<_>>()
        .concat();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hashes}; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data: blob:; font-src 'self'; connect-src 'self' ws://{host} wss://{host}; worker-src 'self' blob:; \
         manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// The contents of each `<script>` element that has no `src`.
fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (script, _) = rest.split_once("</script>")?;
        (!attributes.contains("src=") && !script.is_empty()).then_some(script)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_allowed_by_their_hash() {
        let html =
            "<script src=\"a.js\"></script><script type=\"module\">alert('x')</script><script></script>";
        let policy = content_security_policy(html, "localhost:8080");
        // printf "alert('x')" | openssl dgst -sha256 -binary | base64
        assert!(
            policy.contains("'sha256-JPoFjrDvGjII2ZQr0zVCLdwImped9XUzr7nzeL7Ser0='"),
            "{policy}"
        );
        assert_eq!(policy.matches("sha256-").count(), 1);
        assert!(!policy.contains("script-src 'self' 'unsafe-inline'"));
    }
}
