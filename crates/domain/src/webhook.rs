//! Other programs that are told what happens: which addresses may be asked for, and what is told to whom.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::history::KINDS;
use crate::text::{Line, Text};

/// The most targets of one desk.
pub const MOST: usize = 50;

/// Where a target is: taken apart by rules of our own, so that nothing reads it in another way later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// With TLS.
    pub https: bool,
    /// At whom.
    pub host: Host,
    /// At which port.
    pub port: u16,
    /// What is asked for there, from the slash on.
    pub path: String,
}

/// Who is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// A name that is looked up.
    Name(String),
    /// An address.
    Address(IpAddr),
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
            Self::Address(address) => address.fmt(f),
        }
    }
}

impl Target {
    /// Takes an address apart. There is one way to write each: no user, no fragment, no number in the place of a name.
    ///
    /// # Errors
    /// What was expected.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const EXPECTED: &str = "expected a web address such as https://example.com/hook";
        let (https, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err(EXPECTED),
        };
        let plain = |c: char| c.is_ascii_graphic() && !"\\#<>\"`{}|^".contains(c);
        if text.len() > 1000 || !text.chars().all(plain) {
            return Err(EXPECTED);
        }
        let (authority, path) = match rest.find(['/', '?']) {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (authority, None),
        };
        let port = match port {
            None if https => 443,
            None => 80,
            Some(port) if port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit()) => {
                port.parse().map_err(|_| EXPECTED)?
            }
            Some(_) => return Err(EXPECTED),
        };
        let host = Host::parse(host).filter(|_| port != 0).ok_or(EXPECTED)?;
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Ok(Self { https, host, port, path })
    }

    /// Host and port, as the header `Host` says them.
    #[must_use]
    pub fn authority(&self) -> String {
        let usual = if self.https { 443 } else { 80 };
        if self.port == usual { self.host.to_string() } else { format!("{}:{}", self.host, self.port) }
    }
}

impl Host {
    fn parse(text: &str) -> Option<Self> {
        if let Some(inner) = text.strip_prefix('[') {
            let address: Ipv6Addr = inner.strip_suffix(']')?.parse().ok()?;
            return Some(Self::Address(address.into()));
        }
        if let Ok(address) = text.parse::<Ipv4Addr>() {
            return Some(Self::Address(address.into()));
        }
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        // What ends in a number is another way to write an address: 2130706433, 0x7f.1, 127.1.
        let last = text.rsplit('.').next().unwrap_or_default();
        let number = last.starts_with("0x") || last.bytes().all(|b| b.is_ascii_digit());
        (text.len() <= 253 && text.split('.').all(label) && !number)
            .then(|| Self::Name(text.to_ascii_lowercase()))
    }
}

/// Is it an address of the open Internet? Everything else is somebody's inside: this machine, its network, its cloud.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            !INSIDE_V4.iter().any(|(network, prefix)| begins_like(v4.to_bits(), *network, *prefix))
        }
        IpAddr::V6(v6) => {
            // All that is given out begins with 001; of that, what stands for other addresses is left out.
            let outside = v6.segments()[0] >> 13 == 1;
            outside && !INSIDE_V6.iter().any(|(network, prefix)| begins_like_v6(v6, *network, *prefix))
        }
    }
}

/// Networks that are not of the open Internet (IANA's register of special addresses), and one that clouds use.
const INSIDE_V4: [([u8; 4], u32); 17] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([168, 63, 129, 16], 32),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 31, 196, 0], 24),
    ([192, 52, 193, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 3),
];
const INSIDE_V6: [([u16; 2], u32); 4] =
    [([0x2001, 0x0000], 23), ([0x2001, 0x0db8], 32), ([0x2002, 0], 16), ([0x3fff, 0], 20)];

fn begins_like(address: u32, network: [u8; 4], prefix: u32) -> bool {
    (address ^ Ipv4Addr::from(network).to_bits()) >> (32 - prefix) == 0
}

fn begins_like_v6(address: Ipv6Addr, network: [u16; 2], prefix: u32) -> bool {
    let [high, low, ..] = address.segments();
    let both = |high: u16, low: u16| (u32::from(high) << 16) | u32::from(low);
    (both(high, low) ^ both(network[0], network[1])) >> (32 - prefix) == 0
}

/// The address of a target, as asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookUrl(String, Target);

impl WebhookUrl {
    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Taken apart.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.1
    }
}

impl<'de> Deserialize<'de> for WebhookUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?.trim().to_owned();
        let target = Target::parse(&text).map_err(de::Error::custom)?;
        Ok(Self(text, target))
    }
}

impl JsonSchema for WebhookUrl {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "WebhookUrl".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "uri", "maxLength": 1000 })
    }
}

/// A country by its two letters (ISO 3166-1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Country(String);

impl Country {
    /// The two letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?.trim().to_ascii_uppercase();
        if text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) {
            return Ok(Self(text));
        }
        Err(de::Error::custom("expected the two letters of a country (ISO 3166-1), such as DE"))
    }
}

impl JsonSchema for Country {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Country".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[A-Z]{2}$" })
    }
}

/// A kind of fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FactKind(&'static str);

impl FactKind {
    /// The code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.0
    }
}

impl<'de> Deserialize<'de> for FactKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let kind = KINDS.iter().find(|kind| **kind == text).copied().map(Self);
        kind.ok_or_else(|| de::Error::custom("expected a kind of fact, such as received or closed"))
    }
}

impl JsonSchema for FactKind {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FactKind".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": KINDS })
    }
}

/// Who is told what, and where, as asked for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// Who receives it.
    pub recipient: Line,
    /// In which country the recipient is.
    pub country: Country,
    /// What for.
    pub purpose: Text<1000>,
    /// Where it is sent.
    pub url: WebhookUrl,
    /// Which kinds of facts are told; every kind when none is named.
    #[serde(default)]
    pub kinds: Vec<FactKind>,
    /// What people wrote goes along, save on restricted complaints and on those about a member of staff.
    #[serde(default)]
    pub with_text: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart_in_one_way_only() {
        let target = Target::parse("https://Hooks.example.com:8443/a/b?c=d").unwrap();
        assert_eq!((target.https, target.port, target.path.as_str()), (true, 8443, "/a/b?c=d"));
        assert_eq!(target.authority(), "hooks.example.com:8443");
        assert_eq!(Target::parse("https://example.com").unwrap().authority(), "example.com");
        assert_eq!(Target::parse("http://[2001:db8::1]?x").unwrap().path, "/?x");
        assert_eq!(Target::parse("http://[::1]:81").unwrap().authority(), "[::1]:81");
        for wrong in [
            "",
            "example.com",
            "//example.com",
            "file:///etc/passwd",
            "gopher://example.com/",
            "ftp://example.com",
            "https:/example.com",
            "https://",
            "https:///x",
            "https://2130706433/",
            "https://0/",
            "https://0x7f000001",
            "https://127.1/",
            "https://0177.0.0.1/",
            "https://1.2.3.4.5",
            "https://a@example.com/",
            "https://a:b@example.com/",
            "https://example.com#x",
            "https://example.com\\@10.0.0.1/",
            "https://exa mple.com/",
            "https://example.com:0/",
            "https://example.com:65536/",
            "https://example.com:/",
            "https://example.com:+80/",
            "https://example..com/",
            "https://-a.com/",
            "https://exämple.com/",
            "https://[::1/",
            "https://::1/",
            "https://[fe80::1%25eth0]/",
            "https://example.com./",
            "https://%31%32%37.0.0.1/",
            "https://example.com/\r\nX: y",
            "HTTPS://example.com/",
        ] {
            assert!(Target::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Target::parse(&format!("https://example.com/{}", "a".repeat(1000))).is_err());
    }

    #[test]
    fn only_the_open_internet_is_public() {
        for inside in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:a00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "126.255.255.255",
            "172.15.255.255",
            "172.32.0.1",
            "192.0.1.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450::1",
            "2001:4860:4860::8888",
            "2003::1",
        ] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }
}
