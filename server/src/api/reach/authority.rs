//! Hosts, with and without a port: of a Host header, an Origin, an argument.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use super::ReachError;

/// Longest name of a host, in bytes (RFC 1035).
const NAME_BYTES: usize = 253;

/// A host: a name, in lower case and without the dot at its end, or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostName {
    /// A name.
    Name(String),
    /// An address.
    Address(IpAddr),
}

impl HostName {
    /// Whether it never leaves the machine.
    pub fn is_loopback(&self) -> bool {
        match self {
            Self::Name(name) => name == "localhost",
            Self::Address(address) => address.to_canonical().is_loopback(),
        }
    }

    /// From a name or an address without brackets.
    fn parse(text: &str) -> Option<Self> {
        if let Ok(address) = text.parse() {
            return Some(Self::Address(address));
        }
        let name = text.strip_suffix('.').unwrap_or(text);
        let is_label = |label: &str| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        };
        (name.len() <= NAME_BYTES && name.split('.').all(is_label))
            .then(|| Self::Name(name.to_ascii_lowercase()))
    }
}

impl FromStr for HostName {
    type Err = ReachError;

    fn from_str(text: &str) -> Result<Self, ReachError> {
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let found = match bare {
            Some(inside) => inside
                .parse::<Ipv6Addr>()
                .ok()
                .map(|address| Self::Address(address.into())),
            None => Self::parse(text),
        };
        found.ok_or_else(|| ReachError::Host {
            text: text.to_owned(),
        })
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(IpAddr::V4(address)) => address.fmt(f),
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}

/// A host and, where it is said, a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// The host.
    pub host: HostName,
    /// The port; none: the scheme's.
    pub port: Option<u16>,
}

impl Authority {
    /// From `host`, `host:port`, `[address]` or `[address]:port`, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (inside, rest) = rest.split_once(']')?;
                let port = if rest.is_empty() {
                    None
                } else {
                    Some(rest.strip_prefix(':')?)
                };
                (HostName::Address(inside.parse::<Ipv6Addr>().ok()?.into()), port)
            }
            None => match text.split_once(':') {
                Some((host, port)) => (HostName::parse(host)?, Some(port)),
                None => (HostName::parse(text)?, None),
            },
        };
        let port = match port {
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => Some(digits.parse().ok()?),
            Some(_) => return None,
            None => None,
        };
        Some(Self { host, port })
    }
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.host.fmt(f)?;
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_with_and_without_a_port() {
        for (text, shown) in [
            ("localhost", "localhost"),
            ("LAB.example.:8443", "lab.example:8443"),
            ("127.0.0.1:1", "127.0.0.1:1"),
            ("[::1]", "[::1]"),
            ("[::1]:8080", "[::1]:8080"),
            ("my_box", "my_box"),
        ] {
            assert_eq!(Authority::parse(text).unwrap().to_string(), shown, "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_host() {
        for text in [
            "",
            ":80",
            "a b",
            "a/b",
            "user@host",
            "localhost:8080@evil.example",
            "localhost:99999",
            "localhost:",
            "localhost:+80",
            "[::1",
            "[::1]x",
            "[::1]:",
            "[localhost]",
            "::1",
            "a..b",
            "señal.example",
            "a\"b",
        ] {
            assert_eq!(Authority::parse(text), None, "{text}");
        }
        assert_eq!(Authority::parse(&"a".repeat(NAME_BYTES + 1)), None);
    }

    #[test]
    fn an_argument_is_a_host_alone() {
        for (text, shown) in [
            ("Lab.example", "lab.example"),
            ("10.0.0.7", "10.0.0.7"),
            ("::1", "[::1]"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(
                text.parse::<HostName>().map(|host| host.to_string()).as_deref(),
                Ok(shown)
            );
        }
        for text in [
            "",
            "http://lab.example",
            "lab.example:80",
            "lab.example/lab",
            "*",
            "*.example",
        ] {
            let error = text.parse::<HostName>().unwrap_err().to_string();
            assert!(error.contains(&format!("{text:?}")), "{error}");
        }
    }
}
