//! Who may talk to the server: nobody from another web site, nobody from another machine without the token.
//!
//! A page on another site can make a browser send requests here, and open a `WebSocket`, which no CORS rule holds back;
//! such a request carries that site's Origin. By rebinding a name it can also make its own Origin harmless; such a
//! request carries that name as its Host. So both are checked, on every route. What is let in goes on with its path as seen
//! from the server's base, and with a [`Seen`] beside it.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use atheria_shared::{ApiError, ErrorCode};
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::failure::Failure;
use super::headers;
use super::reach::{Authority, HostName, Place, Reach, Scheme, Seen};
use super::refused;

/// The rules of one server.
#[derive(Debug, Clone)]
pub struct Guard {
    bound: IpAddr,
    token: Option<[u8; 32]>,
    reach: Reach,
}

/// Why a request is not let in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// It is for a host that is none.
    #[error("{host:?} is no host that this server could have; open it by the address that it printed")]
    Unreadable {
        /// As it was given.
        host: String,
    },
    /// It is for another host.
    #[error(
        "the host {host} is not one of this server's; open it by the address that it printed, or start it with --allow-host {host}"
    )]
    Host {
        /// The host.
        host: HostName,
    },
    /// It comes from another site's page.
    #[error(
        "a page of {origin:?} may not use this server; if it is this server's own page, the proxy between them has to pass its host on (in nginx: proxy_set_header Host $http_host)"
    )]
    Origin {
        /// The site.
        origin: String,
    },
    /// It lacks the token.
    #[error("this server wants its token; send it as `Authorization: Bearer` or as ?token=")]
    Token,
    /// It is for a path that is not the server's.
    #[error("there is nothing at {path:?}: this server lies under {base}/")]
    Outside {
        /// The path.
        path: String,
        /// The server's.
        base: String,
    },
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let code = match &refusal {
            Refusal::Outside { .. } => ErrorCode::NotFound,
            _ => ErrorCode::Forbidden,
        };
        Self::new(code, refusal.to_string())
    }
}

/// What becomes of a request that is let in.
#[derive(Debug, PartialEq, Eq)]
enum Way {
    /// To the route of this path.
    To(String),
    /// To the same with a slash at its end.
    Slash,
}

impl Guard {
    /// For a server that listens on `bound` and is found at `reach`; with a token, whoever asks for data has to know it.
    pub fn new(bound: IpAddr, token: Option<&str>, reach: Reach) -> Self {
        Self {
            bound,
            token: token.map(digest),
            reach,
        }
    }

    /// Whether a host is this server: a loopback name, the address it listens on, or one that it was given.
    fn is_ours(&self, host: &HostName) -> bool {
        let listens = match host {
            // Bound to every address: names stay out, since a name can be rebound, and any address may be ours.
            HostName::Address(address) => *address == self.bound || self.bound.is_unspecified(),
            HostName::Name(_) => false,
        };
        listens || host.is_loopback() || self.reach.names.contains(host)
    }

    /// Whether a page of that origin is this server's own, as the request sees the server.
    fn is_own_page(&self, origin: &str, seen: &Seen) -> bool {
        let Some((scheme, authority)) = origin.split_once("://") else {
            return false;
        };
        let (Some(scheme), Some(page)) = (Scheme::parse(scheme), Authority::parse(authority)) else {
            return false;
        };
        let port = |authority: &Authority, scheme: Scheme| authority.port.unwrap_or(scheme.usual_port());
        let theirs = seen.scheme.unwrap_or(scheme);
        let same = scheme == theirs
            && page.host == seen.authority.host
            && port(&page, scheme) == port(&seen.authority, theirs);
        // The page under `trunk serve` is another port of this machine; and a proxy may call us by a loopback name only.
        let here = seen.authority.host.is_loopback();
        let beside = page.host.is_loopback();
        let lost = self.reach.names.contains(&page.host) && port(&page, scheme) == scheme.usual_port();
        same || here && (beside || lost)
    }

    /// Lets a request in, or says why not.
    fn check(&self, seen: &Seen, uri: &Uri, headers: &HeaderMap) -> Result<Way, Refusal> {
        if !self.is_ours(&seen.authority.host) {
            let host = seen.authority.host.clone();
            return Err(Refusal::Host { host });
        }
        for origin in headers.get_all(header::ORIGIN) {
            let origin = String::from_utf8_lossy(origin.as_bytes());
            if !self.is_own_page(&origin, seen) {
                let origin = origin.into_owned();
                return Err(Refusal::Origin { origin });
            }
        }
        let path = match self.place(seen, uri.path())? {
            Way::Slash => return Ok(Way::Slash),
            Way::To(path) => path,
        };
        let data = path.starts_with("/api/") || path.starts_with("/ws/");
        match self.token {
            Some(token) if data && !given_tokens(uri, headers).any(|given| same(&digest(&given), &token)) => {
                Err(Refusal::Token)
            }
            _ => Ok(Way::To(path)),
        }
    }

    /// The path from the server's base on, whether or not a proxy took that away.
    fn place(&self, seen: &Seen, path: &str) -> Result<Way, Refusal> {
        let base = &self.reach.base;
        let whole = format!("{}{path}", seen.prefix);
        for path in [path, &whole] {
            match base.place(path) {
                Place::Below(rest) => return Ok(Way::To(rest.to_owned())),
                Place::Itself => return Ok(Way::Slash),
                Place::Outside => {}
            }
        }
        Err(Refusal::Outside {
            path: path.chars().take(200).collect(),
            base: base.to_string(),
        })
    }

    /// What may be wrong with a proxy in front, for the details of a refusal.
    fn hint(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<String> {
        let peer = peer.filter(|_| headers.contains_key("x-forwarded-host"))?;
        (!self.reach.believes(Some(peer))).then(|| {
            format!("its X-Forwarded-Host is not heeded: {peer} sent it, which no --trust-proxy names")
        })
    }
}

/// Lets a request through, or answers it with 403.
pub(super) async fn enter(State(guard): State<Arc<Guard>>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|ConnectInfo(peer)| peer.ip());
    let (uri, given) = (request.uri(), request.headers());
    let seen = guard.reach.see(peer, uri, given);
    let seen = seen.map_err(|host| Refusal::Unreadable { host });
    let (seen, way) = match seen.and_then(|seen| Ok((guard.check(&seen, uri, given)?, seen))) {
        Ok((way, seen)) => (seen, way),
        Err(refusal) => {
            // Told here as well: who asked may be nobody that reads the answer.
            tracing::info!(peer = ?peer, forwarded_for = ?given.get("x-forwarded-for"), "refused: {refusal}");
            return headers::add(refuse(refusal, guard.hint(peer, given), given), false);
        }
    };
    let trustworthy = seen.is_trustworthy();
    let response = match way {
        Way::Slash => slash(guard.reach.base.last(), uri.query()),
        Way::To(path) => match moved(uri, &path) {
            Ok(uri) => {
                *request.uri_mut() = uri;
                request.extensions_mut().insert(seen);
                next.run(request).await
            }
            Err(failure) => failure.into_response(),
        },
    };
    headers::add(response, trustworthy)
}

/// A refusal as whoever asked can read it: a person with a browser, or a program.
fn refuse(refusal: Refusal, hint: Option<String>, headers: &HeaderMap) -> Response {
    let accepts = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok());
    if let Refusal::Host { host } = &refusal
        && accepts.is_some_and(|accepts| accepts.contains("text/html"))
    {
        return refused::page(host, hint.as_deref());
    }
    Failure(ApiError::from(refusal).with_details(hint.into_iter().collect())).into_response()
}

/// To the same with a slash at its end: relative, since only the browser knows what lies before.
fn slash(last: &str, query: Option<&str>) -> Response {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    match HeaderValue::try_from(format!("{last}/{query}")) {
        Ok(to) => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, to)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// The same address with another path.
fn moved(uri: &Uri, path: &str) -> Result<Uri, Failure> {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut parts = uri.clone().into_parts();
    let path = format!("{path}{query}");
    let wrong = || Failure::new(ErrorCode::BadRequest, "the request's address cannot be read");
    parts.path_and_query = Some(path.parse().map_err(|_| wrong())?);
    Uri::from_parts(parts).map_err(|_| wrong())
}

fn given_tokens(uri: &Uri, headers: &HeaderMap) -> impl Iterator<Item = String> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim().to_owned());
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
mod tests;
