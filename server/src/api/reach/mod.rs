//! Where browsers find the server: under which names and which path, and through which proxies, as its owner says; and how
//! the browser behind a request sees it.
//!
//! Not for: whether a request is let in, which is [`super::guard`]'s. Flow: [`Reach`] is given once; of each request
//! [`Reach::see`] makes a [`Seen`], which heeds `X-Forwarded-*` only from a proxy that was named.

mod authority;
mod base;
mod forwarded;
mod network;

use std::net::IpAddr;

use axum::http::{HeaderMap, Uri, header};

pub use authority::{Authority, HostName};
pub use base::BasePath;
pub(super) use base::Place;
pub(super) use forwarded::Scheme;
pub use network::Network;

/// Why an argument says nothing about where the server is found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReachError {
    /// A host that is none.
    #[error(
        "{text:?} is no host: give a name such as lab.example, or an address, without scheme, port or path (a name of other letters as the browser sends it: xn--...)"
    )]
    Host {
        /// What was given.
        text: String,
    },
    /// A path that is none.
    #[error(
        "{text:?} is no base path: it begins with / and has letters, digits and - . _ ~ in each part, as in /lab"
    )]
    Base {
        /// What was given.
        text: String,
    },
    /// A proxy that is none.
    #[error("{text:?} is no address or network: give 10.0.0.7, 10.0.0.0/8 or fd00::/8")]
    Network {
        /// What was given.
        text: String,
    },
}

/// Where a server is found.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// Names, beside loopback ones and the address that it listens on.
    pub names: Vec<HostName>,
    /// The path that everything lies under.
    pub base: BasePath,
    /// Proxies whose `X-Forwarded-*` are believed.
    pub proxies: Vec<Network>,
}

/// How the browser behind a request sees the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    /// By which host and port.
    pub(super) authority: Authority,
    /// By which scheme; none: nobody who is believed says so.
    pub(super) scheme: Option<Scheme>,
    /// What a proxy took from the path.
    pub(super) prefix: BasePath,
    /// Who asks, as far as is known.
    pub(super) client: Option<IpAddr>,
}

impl Seen {
    /// Whether browsers treat it as they treat https: some headers are for such addresses only.
    pub(super) fn is_trustworthy(&self) -> bool {
        self.scheme == Some(Scheme::Https) || self.authority.host.is_loopback()
    }
}

impl Reach {
    /// Whether a peer is a proxy that was named.
    pub(super) fn believes(&self, peer: Option<IpAddr>) -> bool {
        peer.is_some_and(|peer| self.proxies.iter().any(|network| network.contains(peer)))
    }

    /// How the browser sees the server; or the host, as it was given, that is none.
    pub(super) fn see(&self, peer: Option<IpAddr>, uri: &Uri, headers: &HeaderMap) -> Result<Seen, String> {
        let said = if self.believes(peer) {
            forwarded::read(headers, |address| self.believes(Some(address)))
        } else {
            forwarded::Forwarded::default()
        };
        let mut hosts = headers.get_all(header::HOST).iter();
        let host = match (&said.host, hosts.next(), uri.authority()) {
            (Some(host), ..) => host.clone(),
            (None, Some(host), _) => String::from_utf8_lossy(host.as_bytes()).into_owned(),
            (None, None, authority) => authority.map(ToString::to_string).unwrap_or_default(),
        };
        let one = hosts.next().is_none();
        let mut authority = Authority::parse(&host).filter(|_| one).ok_or(host)?;
        authority.port = authority.port.or(said.port);
        Ok(Seen {
            authority,
            scheme: said.scheme,
            prefix: said.prefix,
            client: said.client.or(peer),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(proxies: &[&str], peer: &str, headers: &[(&'static str, &str)]) -> Result<Seen, String> {
        let reach = Reach {
            proxies: proxies.iter().map(|text| text.parse().unwrap()).collect(),
            ..Reach::default()
        };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        reach.see(Some(peer.parse().unwrap()), &"/".parse().unwrap(), &map)
    }

    const FORWARDED: [(&str, &str); 5] = [
        ("host", "127.0.0.1:8080"),
        ("x-forwarded-host", "lab.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-for", "203.0.113.9, 10.0.0.7"),
        ("x-forwarded-prefix", "/lab/"),
    ];

    #[test]
    fn a_proxy_that_was_named_is_believed() {
        let seen = seen(&["10.0.0.0/8"], "10.0.0.8", &FORWARDED).unwrap();
        assert_eq!(seen.authority.to_string(), "lab.example");
        assert_eq!(seen.scheme, Some(Scheme::Https));
        assert_eq!(seen.prefix.to_string(), "/lab");
        assert_eq!(seen.client, "203.0.113.9".parse().ok());
    }

    #[test]
    fn anybody_else_is_not() {
        for (proxies, peer) in [(&[][..], "127.0.0.1"), (&["10.0.0.0/8"][..], "127.0.0.1")] {
            let seen = seen(proxies, peer, &FORWARDED).unwrap();
            assert_eq!(seen.authority.to_string(), "127.0.0.1:8080");
            assert_eq!((seen.scheme, seen.client), (None, peer.parse().ok()));
            assert_eq!(seen.prefix, BasePath::default());
        }
    }

    #[test]
    fn what_a_client_put_before_a_proxys_word_does_not_count() {
        let headers = [
            ("host", "127.0.0.1"),
            ("x-forwarded-host", "evil.example, lab.example"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-proto", "http"),
            ("x-forwarded-port", "8088"),
        ];
        let seen = seen(&["127.0.0.1"], "127.0.0.1", &headers).unwrap();
        assert_eq!(seen.authority.to_string(), "lab.example:8088");
        assert_eq!(seen.scheme, Some(Scheme::Http));
    }

    #[test]
    fn a_request_has_one_host() {
        assert!(seen(&[], "127.0.0.1", &[]).is_err());
        let two = [("host", "localhost"), ("host", "evil.example")];
        assert!(seen(&[], "127.0.0.1", &two).is_err());
    }
}
