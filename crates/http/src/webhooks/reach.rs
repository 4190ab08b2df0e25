//! Reaching a target: its name is looked up here, every address it has is checked, and the address that was checked is the
//! one that is connected to. No proxy, no redirect, no more of an answer than its status.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use firsthand_domain::time::Timestamp;
use firsthand_domain::webhook::{Host, Target, is_public};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use super::{Message, Outbound, signature};
use crate::doors::peers::trusted;

/// From the look-up to the status, no longer.
const WHOLE: Duration = Duration::from_secs(10);
/// The look-up alone.
const LOOK_UP: Duration = Duration::from_secs(5);
/// So much of an answer is read for its status, and nothing after it.
const HEAD: usize = 16 << 10;
/// Of the addresses of a name, so many are tried.
const ADDRESSES: usize = 4;

/// Looks a name up.
type LookUp =
    Arc<dyn Fn(String) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> + Send + Sync>;

/// What reaches targets.
pub(crate) struct Reach {
    outbound: Outbound,
    tls: TlsConnector,
    look_up: LookUp,
}

/// Why a target was not reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreached {
    /// Its name has no address.
    Unknown,
    /// One of its addresses is not of the open Internet.
    Inside,
    /// Without TLS.
    Plain,
    /// At a port that is not allowed.
    Port,
    /// Nobody takes the connection, or it broke.
    Connection,
    /// TLS did not come about.
    Tls,
    /// It took too long.
    Slow,
    /// What it answered is no HTTP.
    NoHttp,
}

impl Unreached {
    /// The code.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown_host",
            Self::Inside => "address_not_allowed",
            Self::Plain => "tls_needed",
            Self::Port => "port_not_allowed",
            Self::Connection => "no_connection",
            Self::Tls => "tls_failed",
            Self::Slow => "too_slow",
            Self::NoHttp => "no_http",
        }
    }

    /// What was expected of the address instead, for those who may not be reached at all.
    pub(crate) const fn expected(self) -> &'static str {
        match self {
            Self::Inside => "expected a host on the open Internet, or inside a network of webhooks.inside",
            Self::Plain => "expected https",
            Self::Port => "expected a port of webhooks.ports",
            _ => "expected a host that can be found",
        }
    }
}

impl Reach {
    pub(crate) fn new(outbound: Outbound) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        Self::with(outbound, roots, Arc::new(|name| Box::pin(look_up(name))))
    }

    pub(super) fn with(outbound: Outbound, roots: RootCertStore, look_up: LookUp) -> Result<Self, String> {
        let provider = Arc::new(crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { outbound, tls: TlsConnector::from(Arc::new(tls)), look_up })
    }

    /// The addresses of a target, when every one of them may be reached.
    pub(crate) async fn check(&self, target: &Target) -> Result<Vec<SocketAddr>, Unreached> {
        let addresses = match &target.host {
            Host::Address(address) => vec![*address],
            Host::Name(name) => {
                let found = timeout(LOOK_UP, (self.look_up)(name.clone())).await;
                found.ok().and_then(Result::ok).ok_or(Unreached::Unknown)?
            }
        };
        if addresses.is_empty() {
            return Err(Unreached::Unknown);
        }
        for address in &addresses {
            if trusted(&self.outbound.inside, *address) {
                continue;
            }
            if !is_public(*address) {
                return Err(Unreached::Inside);
            }
            if !target.https {
                return Err(Unreached::Plain);
            }
            if !self.outbound.ports.contains(&target.port) {
                return Err(Unreached::Port);
            }
        }
        Ok(addresses.into_iter().map(|address| SocketAddr::new(address, target.port)).collect())
    }

    /// Sends a message; gives the status it was answered with.
    pub(crate) async fn send(
        &self,
        target: &Target,
        secrets: &[String],
        at: Timestamp,
        message: &Message,
    ) -> Result<u16, Unreached> {
        let request = request(target, secrets, at, message);
        timeout(WHOLE, self.exchange(target, &request)).await.unwrap_or(Err(Unreached::Slow))
    }

    async fn exchange(&self, target: &Target, request: &str) -> Result<u16, Unreached> {
        let addresses = self.check(target).await?;
        let mut stream = Err(Unreached::Connection);
        for address in addresses.into_iter().take(ADDRESSES) {
            stream = TcpStream::connect(address).await.map_err(|_| Unreached::Connection);
            if stream.is_ok() {
                break;
            }
        }
        let stream = stream?;
        if !target.https {
            return ask(stream, request).await;
        }
        let name = match &target.host {
            Host::Address(address) => ServerName::from(*address),
            Host::Name(name) => ServerName::try_from(name.clone()).map_err(|_| Unreached::Tls)?,
        };
        let stream = self.tls.connect(name, stream).await.map_err(|_| Unreached::Tls)?;
        ask(stream, request).await
    }
}

async fn look_up(name: String) -> io::Result<Vec<IpAddr>> {
    Ok(tokio::net::lookup_host((name, 0)).await?.map(|found| found.ip()).collect())
}

fn request(target: &Target, secrets: &[String], at: Timestamp, message: &Message) -> String {
    format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: Firsthand\r\nAccept: */*\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nFirsthand-Delivery: {}\r\nFirsthand-Kind: {}\r\nFirsthand-Signature: {}\r\n\
         Connection: close\r\n\r\n{}",
        target.path,
        target.authority(),
        message.body.len(),
        message.id,
        message.kind,
        signature(secrets, at, &message.body),
        message.body
    )
}

/// Asks, and reads as far as the status.
async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &str) -> Result<u16, Unreached> {
    // Who answers before all was read may be heard still.
    let wrote = async {
        stream.write_all(request.as_bytes()).await?;
        stream.flush().await
    };
    let wrote: io::Result<()> = wrote.await;
    let mut head = Vec::with_capacity(1024);
    loop {
        match status(&head) {
            Status::Is(status) => return Ok(status),
            Status::IsNone => return Err(Unreached::NoHttp),
            Status::Unread if head.len() >= HEAD => return Err(Unreached::NoHttp),
            Status::Unread => {}
        }
        let read = (&mut stream).take(1024).read_buf(&mut head).await;
        match read {
            Ok(0) if head.is_empty() && wrote.is_ok() => return Err(Unreached::NoHttp),
            Ok(0) | Err(_) => return Err(Unreached::Connection),
            Ok(_) => {}
        }
    }
}

/// What is known of the status.
#[derive(Debug, PartialEq, Eq)]
enum Status {
    Is(u16),
    IsNone,
    Unread,
}

/// The status of an answer as far as it was read; those that only announce another are passed over.
fn status(head: &[u8]) -> Status {
    let mut rest = head;
    loop {
        let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
            return if rest.len() > 1024 { Status::IsNone } else { Status::Unread };
        };
        let (line, _) = rest.split_at(end);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let after = line.strip_prefix(b"HTTP/1.1 ").or_else(|| line.strip_prefix(b"HTTP/1.0 "));
        let Some([a, b, c, others @ ..]) = after else { return Status::IsNone };
        let digits = [a, b, c].map(|digit| digit.wrapping_sub(b'0'));
        if digits.iter().any(|digit| *digit > 9) || others.first().is_some_and(|byte| *byte != b' ') {
            return Status::IsNone;
        }
        let status = digits.iter().fold(0_u16, |sum, digit| sum * 10 + u16::from(*digit));
        match status {
            100 | 102 | 103 => {}
            200..=599 => return Status::Is(status),
            _ => return Status::IsNone,
        }
        let Some(blank) = rest.windows(4).position(|four| four == b"\r\n\r\n") else { return Status::Unread };
        rest = rest.get(blank + 4..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_and_nothing_else() {
        for (head, expected) in [
            ("HTTP/1.1 200 OK\r\n", Status::Is(200)),
            ("HTTP/1.0 503\r\nX: y", Status::Is(503)),
            ("HTTP/1.1 204\n", Status::Is(204)),
            ("HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 302 Found\r\n", Status::Is(302)),
            ("HTTP/1.1 100 Continue\r\n\r\n", Status::Unread),
            ("HTTP/1.1 20", Status::Unread),
            ("", Status::Unread),
            ("HTTP/1.1 2000 OK\r\n", Status::IsNone),
            ("HTTP/1.1 099 OK\r\n", Status::IsNone),
            ("HTTP/1.1 101 Switching\r\n\r\n", Status::IsNone),
            ("HTTP/2 200\r\n", Status::IsNone),
            ("SSH-2.0-OpenSSH\r\n", Status::IsNone),
            ("\u{0}\n", Status::IsNone),
        ] {
            assert_eq!(status(head.as_bytes()), expected, "{head:?}");
        }
        assert_eq!(status(&vec![b'x'; 2000]), Status::IsNone);
    }
}
