//! Who is at the other end: the socket's address, or what a proxy that is trusted says of it.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

/// An address, or a network such as `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?}: expected an address or a network, as \"10.0.0.0/8\"");
        let (address, prefix) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let whole = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(whole), str::parse).map_err(|_| wrong())?;
        if prefix > whole {
            return Err(wrong());
        }
        Ok(Self { address, prefix })
    }
}

impl Network {
    fn holds(self, address: IpAddr) -> bool {
        let shift = |whole: u32| whole - u32::from(self.prefix);
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let differ = network.to_bits() ^ address.to_bits();
                differ.checked_shr(shift(32)).unwrap_or(0) == 0
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let differ = network.to_bits() ^ address.to_bits();
                differ.checked_shr(shift(128)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

/// Is it the address of a proxy whose word is taken?
pub(crate) fn trusted(proxies: &[Network], address: IpAddr) -> bool {
    proxies.iter().any(|network| network.holds(address))
}

/// The caller: from the right of `X-Forwarded-For`, the first address that is no trusted proxy. What is not an address
/// ends the reading there. From any other peer the header is as good as absent, since anybody can write one.
pub(crate) fn caller<'h>(
    proxies: &[Network],
    peer: IpAddr,
    forwarded: impl DoubleEndedIterator<Item = &'h [u8]>,
) -> IpAddr {
    let mut caller = peer;
    for line in forwarded.rev() {
        let Ok(line) = std::str::from_utf8(line) else { return caller };
        for part in line.rsplit(',') {
            if !trusted(proxies, caller) {
                return caller;
            }
            let Ok(address) = part.trim().parse::<IpAddr>() else { return caller };
            caller = address.to_canonical();
        }
    }
    caller
}

/// What counts as one caller: an IPv4 address, or a /64 of IPv6, which is what one line is given.
pub(crate) fn line(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
    }
}

/// Connections that are open, by caller.
#[derive(Default)]
pub(crate) struct Open(Mutex<HashMap<IpAddr, usize>>);

/// One connection of a caller; counts until it is dropped.
pub(crate) struct Held {
    open: Arc<Open>,
    line: IpAddr,
}

impl Open {
    /// Counts one more, unless the caller has `most` already.
    pub(crate) fn hold(self: &Arc<Self>, address: IpAddr, most: usize) -> Option<Held> {
        let line = line(address);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(line).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Held { open: Arc::clone(self), line })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut counts = self.open.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.line) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.line);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_holds_what_begins_like_it() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.0"),
            ("10.1.2.3", "10.1.2.3", "10.1.2.2"),
            ("0.0.0.0/0", "203.0.113.9", "::1"),
            ("fd00::/8", "fd12::1", "fe80::1"),
            ("::/0", "2001:db8::1", "127.0.0.1"),
            ("2001:db8::/65", "2001:db8::7fff:0:0:1", "2001:db8::8000:0:0:1"),
        ] {
            let parsed: Network = network.parse().unwrap();
            assert!(parsed.holds(ip(inside)), "{network} {inside}");
            assert!(!parsed.holds(ip(outside)), "{network} {outside}");
        }
        for wrong in ["", "10.0.0.0/33", "::/129", "proxy.example", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_about_its_own_caller() {
        let proxies: Vec<Network> = ["10.0.0.1", "10.0.0.2"].map(|n| n.parse().unwrap()).into();
        let told = |peer: &str, lines: &[&str]| {
            caller(&proxies, ip(peer), lines.iter().map(|l| l.as_bytes())).to_string()
        };
        assert_eq!(told("192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
        assert_eq!(told("10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(told("10.0.0.1", &["1.1.1.1, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(told("10.0.0.1", &["1.1.1.1", "203.0.113.9 , 10.0.0.2"]), "203.0.113.9");
        assert_eq!(told("10.0.0.1", &["203.0.113.9, nonsense"]), "10.0.0.1");
        assert_eq!(told("10.0.0.1", &["::ffff:203.0.113.9"]), "203.0.113.9");
        assert_eq!(told("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn connections_are_counted_by_line_and_forgotten_when_they_end() {
        let open = Arc::new(Open::default());
        let first = open.hold(ip("2001:db8::1"), 2);
        let _second = open.hold(ip("2001:db8::2"), 2);
        assert!(open.hold(ip("2001:db8::3"), 2).is_none());
        assert!(open.hold(ip("2001:db8:0:1::3"), 2).is_some());
        drop(first);
        assert!(open.hold(ip("2001:db8::3"), 2).is_some());
        assert_eq!(open.0.lock().unwrap().len(), 1);
    }
}
