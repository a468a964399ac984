//! Headers that every response carries, and the policy that tells a browser what the page may load: our own files,
//! wasm, and the one inline script by which trunk starts it.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::reach::{Scheme, Seen};

/// Adds what is missing; to an address that is not [trustworthy](super::reach::Seen::is_trustworthy), nothing that browsers
/// would complain about there.
pub(super) fn add(mut response: Response, trustworthy: bool) -> Response {
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
    if trustworthy {
        default(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        );
    }
    default(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    );
    default(header::CACHE_CONTROL, "no-cache");
    response
}

/// The policy of a page: its inline scripts are allowed by their hashes, and no others; and its `WebSocket` by the host
/// and scheme that the browser calls us by, checked by the guard: not every browser takes `'self'` for one.
pub(super) fn content_security_policy(html: &str, seen: Option<&Seen>) -> String {
    let hashes: String = inline_scripts(html)
        .map(|script| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(script.as_bytes()))))
        .collect::<Vec<_>>()
        .concat();
    let sockets = seen.map_or_else(String::new, |seen| {
        let host = &seen.authority;
        match seen.scheme {
            Some(Scheme::Http) => format!(" ws://{host}"),
            Some(Scheme::Https) => format!(" wss://{host}"),
            None => format!(" ws://{host} wss://{host}"),
        }
    });
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hashes}; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data: blob:; font-src 'self'; connect-src 'self'{sockets}; worker-src 'self' blob:; \
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
    use crate::api::reach::{Authority, BasePath};

    fn seen(scheme: Option<Scheme>) -> Seen {
        Seen {
            authority: Authority::parse("lab.example:8443").unwrap(),
            scheme,
            prefix: BasePath::default(),
            client: None,
        }
    }

    #[test]
    fn inline_scripts_are_allowed_by_their_hash() {
        let html =
            "<script src=\"a.js\"></script><script type=\"module\">alert('x')</script><script></script>";
        let policy = content_security_policy(html, Some(&seen(None)));
        // printf "alert('x')" | openssl dgst -sha256 -binary | base64
        assert!(
            policy.contains("'sha256-JPoFjrDvGjII2ZQr0zVCLdwImped9XUzr7nzeL7Ser0='"),
            "{policy}"
        );
        assert_eq!(policy.matches("sha256-").count(), 1);
        assert!(!policy.contains("script-src 'self' 'unsafe-inline'"));
    }

    #[test]
    fn a_socket_is_allowed_as_the_page_will_open_it() {
        for (scheme, allowed) in [
            (
                None,
                "connect-src 'self' ws://lab.example:8443 wss://lab.example:8443;",
            ),
            (Some(Scheme::Http), "connect-src 'self' ws://lab.example:8443;"),
            (Some(Scheme::Https), "connect-src 'self' wss://lab.example:8443;"),
        ] {
            let policy = content_security_policy("", Some(&seen(scheme)));
            assert!(policy.contains(allowed), "{policy}");
        }
    }

    #[test]
    fn an_address_that_is_not_trustworthy_gets_no_header_that_is_for_others() {
        for trustworthy in [false, true] {
            let response = add(Response::default(), trustworthy);
            assert_eq!(
                response.headers().contains_key("cross-origin-opener-policy"),
                trustworthy
            );
        }
    }
}
