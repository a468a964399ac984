//! Who may talk to the server: nobody from another web site, nobody from another machine without the token.
//!
//! A page on another site can make a browser send requests here, and open a `WebSocket`, which no CORS rule holds back;
//! such a request carries that site's Origin. By rebinding a name it can also make its own Origin harmless; such a
//! request carries that name as its Host. So both are checked, on every route.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use atheria_shared::ErrorCode;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::failure::Failure;

/// The rules of one server.
#[derive(Debug, Clone)]
pub struct Guard {
    bound: IpAddr,
    token: Option<[u8; 32]>,
}

impl Guard {
    /// For a server that listens on `bound`; with a token, whoever asks for data has to know it.
    pub fn new(bound: IpAddr, token: Option<&str>) -> Self {
        Self {
            bound,
            token: token.map(digest),
        }
    }

    /// Whether a Host or an Origin's host, port or not, is this server: a loopback name or the address it listens on.
    fn is_ours(&self, authority: &str) -> bool {
        let Some(host) = host_of(authority) else {
            return false;
        };
        if host.eq_ignore_ascii_case("localhost") {
            return true;
        }
        match host.parse::<IpAddr>() {
            // Bound to every address: names stay out, since a name can be rebound, and any address may be ours.
            Ok(address) => address.is_loopback() || address == self.bound || self.bound.is_unspecified(),
            Err(_) => false,
        }
    }

    fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Failure> {
        let forbidden = |what: String| Err(Failure::new(ErrorCode::Forbidden, what));
        let host = match headers.get(header::HOST) {
            Some(host) => host.to_str().unwrap_or_default(),
            None => uri
                .authority()
                .map(axum::http::uri::Authority::as_str)
                .unwrap_or_default(),
        };
        if !self.is_ours(host) {
            return forbidden(format!(
                "the host {host:?} is not this server; open it by the address that it printed"
            ));
        }
        for origin in headers.get_all(header::ORIGIN) {
            let origin = origin.to_str().unwrap_or_default();
            let authority = origin.split_once("://").map_or("", |(_, authority)| authority);
            if !self.is_ours(authority) {
                return forbidden(format!("a page of {origin:?} may not use this server"));
            }
        }
        let data = uri.path().starts_with("/api/") || uri.path().starts_with("/ws/");
        match self.token {
            Some(token) if data && !given_tokens(uri, headers).any(|given| same(&digest(&given), &token)) => {
                forbidden(
                    "this server wants its token; send it as `Authorization: Bearer` or as ?token=".into(),
                )
            }
            _ => Ok(()),
        }
    }
}

/// Lets a request through, or answers it with 403.
pub(super) async fn check(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    match guard.check(request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}

/// The host of `host`, `host:port`, `[address]` or `[address]:port`.
fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']')?;
            (
                host,
                if rest.is_empty() {
                    None
                } else {
                    Some(rest.strip_prefix(':')?)
                },
            )
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let port_is_one = port.is_none_or(|port| port.parse::<u16>().is_ok());
    (port_is_one && !host.is_empty()).then_some(host)
}

fn given_tokens(uri: &Uri, headers: &HeaderMap) -> impl Iterator<Item = String> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(|token| token.trim().to_owned());
    let query = Query::<HashMap<String, String>>::try_from_uri(uri)
        .ok()
        .and_then(|Query(mut query)| query.remove("token"));
    bearer.into_iter().chain(query)
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// In a time that does not depend on where they differ.
fn same(a: &[u8; 32], b: &[u8; 32]) -> bool {
    a.iter().zip(b).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(bound: &str) -> Guard {
        Guard::new(bound.parse().unwrap(), None)
    }

    #[test]
    fn loopback_names_and_the_bound_address_are_ours() {
        for ours in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1:1",
            "127.0.0.1",
            "[::1]:8080",
            "[::1]",
        ] {
            assert!(guard("127.0.0.1").is_ours(ours), "{ours}");
        }
        assert!(guard("10.0.0.7").is_ours("10.0.0.7:8080"));
        assert!(guard("0.0.0.0").is_ours("10.0.0.7:8080"));
    }

    #[test]
    fn everything_else_is_not() {
        for foreign in [
            "",
            "evil.example",
            "evil.example:8080",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "127.0.0.1@evil.example",
            "localhost:8080@evil.example",
            "10.0.0.7",
            "[::1",
            "[::1]x",
            "[::1]:",
            "::1",
            "null",
            "localhost:99999",
        ] {
            assert!(!guard("127.0.0.1").is_ours(foreign), "{foreign}");
        }
        assert!(!guard("0.0.0.0").is_ours("evil.example"));
    }

    fn checked(token: Option<&str>, uri: &str, headers: &[(header::HeaderName, &str)]) -> bool {
        let guard = Guard::new([127, 0, 0, 1].into(), token);
        let mut map = HeaderMap::new();
        map.insert(header::HOST, "localhost".parse().unwrap());
        for (name, value) in headers {
            map.insert(name, value.parse().unwrap());
        }
        guard.check(&uri.parse().unwrap(), &map).is_ok()
    }

    #[test]
    fn an_origin_has_to_be_ours_when_there_is_one() {
        assert!(checked(None, "/", &[]));
        assert!(checked(None, "/", &[(header::ORIGIN, "http://127.0.0.1:8081")]));
        for foreign in [
            "null",
            "https://evil.example",
            "http://localhost.evil.example",
            "",
        ] {
            assert!(!checked(None, "/", &[(header::ORIGIN, foreign)]), "{foreign}");
        }
    }

    #[test]
    fn data_needs_the_token_and_the_page_does_not() {
        let token = Some("s3 cret");
        assert!(checked(token, "/", &[]));
        assert!(!checked(token, "/api/health", &[]));
        assert!(!checked(token, "/ws/sessions/1", &[]));
        assert!(!checked(token, "/api/health?token=s3", &[]));
        assert!(checked(token, "/api/health?token=s3%20cret", &[]));
        assert!(checked(
            token,
            "/api/health",
            &[(header::AUTHORIZATION, "Bearer s3 cret")]
        ));
        assert!(!checked(
            token,
            "/api/health",
            &[(header::AUTHORIZATION, "Basic s3 cret")]
        ));
    }
}
