//! An address, or a range of them, that a proxy may have.

use std::net::IpAddr;
use std::str::FromStr;

use super::ReachError;

/// Addresses that agree in their first bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Whether an address is one of it. An IPv4 address that came in an IPv6 one is the same.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(other)) => {
                agree(ours.to_bits().into(), other.to_bits().into(), 32 - self.bits)
            }
            (IpAddr::V6(ours), IpAddr::V6(other)) => agree(ours.to_bits(), other.to_bits(), 128 - self.bits),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

/// Whether two addresses agree but for their last bits.
fn agree(a: u128, b: u128, but: u32) -> bool {
    (a ^ b).checked_shr(but).unwrap_or(0) == 0
}

impl FromStr for Network {
    type Err = ReachError;

    fn from_str(text: &str) -> Result<Self, ReachError> {
        let no = || ReachError::Network {
            text: text.to_owned(),
        };
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| no())?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().ok().filter(|&bits| bits <= all).ok_or_else(no)?,
            None => all,
        };
        Ok(Self { address, bits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_its_addresses_and_no_others() {
        for (network, inside, outside) in [
            ("127.0.0.1", "127.0.0.1", "127.0.0.2"),
            ("127.0.0.1", "::ffff:127.0.0.1", "::1"),
            ("10.1.0.0/16", "10.1.255.255", "10.2.0.0"),
            ("10.1.2.3/8", "10.255.0.0", "11.0.0.0"),
            ("fd00::/8", "fdff::1", "fe00::"),
            ("::1", "::1", "::2"),
        ] {
            let parsed: Network = network.parse().unwrap();
            assert!(parsed.contains(inside.parse().unwrap()), "{network} {inside}");
            assert!(!parsed.contains(outside.parse().unwrap()), "{network} {outside}");
        }
        let every: Network = "0.0.0.0/0".parse().unwrap();
        assert!(every.contains([255, 1, 2, 3].into()));
        assert!(
            "::/0"
                .parse::<Network>()
                .unwrap()
                .contains("ff::1".parse().unwrap())
        );
    }

    #[test]
    fn anything_else_is_none() {
        for text in [
            "",
            "proxy",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0.0/-1",
            "::/129",
            "10.0.0.0/8/8",
            "[::1]",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text:?}");
        }
    }
}
