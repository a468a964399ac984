//! What a proxy says of a request in `X-Forwarded-*`. Not for: whether it is believed.
//!
//! Proxies append, and a browser can send such headers too: so the last value counts, which the proxy itself wrote.

use std::net::IpAddr;

use axum::http::HeaderMap;

use super::BasePath;

/// How a browser speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::api) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    /// From its name, that of a `WebSocket` too.
    pub(in crate::api) fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "http" | "ws" => Some(Self::Http),
            "https" | "wss" => Some(Self::Https),
            _ => None,
        }
    }

    /// The port where an address does not say it.
    pub(in crate::api) fn usual_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// What it says; what it does not say, or says in a way that cannot be read, is absent.
#[derive(Debug, Default)]
pub(super) struct Forwarded {
    /// `X-Forwarded-Host`
    pub(super) host: Option<String>,
    /// `X-Forwarded-Port`
    pub(super) port: Option<u16>,
    /// `X-Forwarded-Proto`
    pub(super) scheme: Option<Scheme>,
    /// `X-Forwarded-Prefix`
    pub(super) prefix: BasePath,
    /// Of `X-Forwarded-For` the last address that is none of a proxy.
    pub(super) client: Option<IpAddr>,
}

/// Reads what a proxy says.
pub(super) fn read(headers: &HeaderMap, is_proxy: impl Fn(IpAddr) -> bool) -> Forwarded {
    let values = |name| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
    };
    let last = |name| {
        values(name)
            .next_back()
            .map(str::trim)
            .filter(|value| !value.is_empty())
    };
    let addresses: Vec<IpAddr> = values("x-forwarded-for")
        .filter_map(|one| one.trim().parse().ok())
        .collect();
    Forwarded {
        host: last("x-forwarded-host").map(str::to_owned),
        port: last("x-forwarded-port").and_then(|port| port.parse().ok()),
        scheme: last("x-forwarded-proto").and_then(Scheme::parse),
        prefix: last("x-forwarded-prefix")
            .and_then(|prefix| prefix.parse().ok())
            .unwrap_or_default(),
        client: addresses
            .iter()
            .rev()
            .copied()
            .find(|&address| !is_proxy(address)),
    }
}
