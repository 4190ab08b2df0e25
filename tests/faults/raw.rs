//! Requests byte by byte, past every library that would keep them in order.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use crate::support::{Desk, Engine};

/// A connection from an address of this machine's own.
pub fn connect_from(from: [u8; 4], address: &str) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let socket = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from((from, 0))).unwrap();
        socket.connect(address.parse().unwrap()).await.unwrap().into_std().unwrap()
    });
    socket.set_nonblocking(false).unwrap();
    socket
}

/// Sends that and gives everything that comes back until the desk closes, or nothing more comes for long.
pub fn told(desk: &Desk, bytes: &[u8]) -> String {
    let mut socket = TcpStream::connect(desk.address()).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(40))).unwrap();
    let _ = socket.write_all(bytes);
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer);
    let _ = socket.shutdown(Shutdown::Both);
    String::from_utf8_lossy(&answer).into_owned()
}

/// What may be read in two ways is refused, and nothing after it is read as a request.
#[test]
fn row_53_requests_are_not_smuggled() {
    let desk = Desk::open(Engine::Sqlite);
    let hidden = "GET /docs HTTP/1.1\r\nHost: desk\r\n\r\n";
    let post = |headers: &str, body: &str| {
        format!("POST /api/v1/complaints HTTP/1.1\r\nHost: desk\r\n{headers}\r\n\r\n{body}{hidden}")
    };
    for request in [
        post("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
        post("Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n"),
        post("Content-Length: 5\r\nContent-Length: 6", "hello"),
        post("Content-Length: 5\r\nContent-Length: 5", "hello"),
        post("Content-Length: +5", "hello"),
        post("Content-Length: 5, 5", "hello"),
        post("Content-Length : 5", "hello"),
        post("X-Folded: one\r\n two", ""),
        post("Transfer-Encoding: chunked, identity", "0\r\n\r\n"),
        post("Transfer-Encoding: xchunked", "0\r\n\r\n"),
        post("Host: other", ""),
        format!("GET /healthz HTTP/1.1\r\n\r\n{hidden}"),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        "\u{16}\u{3}\u{1} this is TLS\r\n\r\n".to_owned(),
    ] {
        let answer = told(&desk, request.as_bytes());
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{request}\n--\n{answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), usize::from(!answer.is_empty()), "{request}");
    }
    let chunked = post("Transfer-Encoding: chunked", "0\r\n\r\n");
    let answer = told(&desk, chunked.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 401 ") && answer.matches("HTTP/1.1 ").count() == 1, "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
    let many = format!("GET /healthz HTTP/1.1\r\nHost: desk\r\n{}\r\n", "X-Many: 1\r\n".repeat(101));
    let large = format!("GET /healthz HTTP/1.1\r\nHost: desk\r\nX-Large: {}\r\n\r\n", "x".repeat(17 << 10));
    for request in [many, large] {
        assert!(told(&desk, request.as_bytes()).starts_with("HTTP/1.1 431 "));
    }
    let packed = "POST /api/v1/complaints HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\
                  Content-Encoding: gzip\r\nContent-Length: 0\r\n";
    let person = desk.person("Ana", "agent");
    let answer = told(&desk, format!("{packed}Authorization: Bearer {}\r\n\r\n", person.token).as_bytes());
    assert!(answer.starts_with("HTTP/1.1 415 ") && answer.contains("/problems/unsupported-encoding"));
}

/// With a token, too, there is an end.
#[test]
fn a_token_has_a_limit_and_says_when_it_is_over() {
    let desk = Desk::open_with(Engine::Sqlite, &[("LIMITS__REQUESTS_PER_MINUTE", "20")]);
    let (ana, ben) = (desk.person("Ana", "agent"), desk.person("Ben", "agent"));
    (0..40).for_each(|_| drop(ana.get("/me")));
    let last = ana.get("/me").refused(429, "too-many-requests");
    assert!((1..=3).contains(&last.header("retry-after").unwrap().parse::<u32>().unwrap()));
    ben.get("/me").status(200);
}

/// The most that a body without end may add to the memory of the desk.
const MEMORY_KB: u64 = 64 << 10;

/// `FIRSTHAND_ENDLESS=10240` sends so many MiB; the test run a few.
#[test]
fn f14_a_body_without_end_does_not_fill_the_memory() {
    let mib: usize = std::env::var("FIRSTHAND_ENDLESS").map_or(64, |n| n.parse().expect("a number of MiB"));
    let desk = Desk::open(Engine::Sqlite);
    let ana = desk.person("Ana", "agent");
    let head = format!(
        "POST /api/v1/complaints HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {}\r\n\
         Transfer-Encoding: chunked\r\n\r\n",
        ana.token
    );
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(1 << 16));
    let (before, mut sent, mut most, mut connections) = (desk.resident_kb(), 0, 0, 0);
    while sent < mib << 20 {
        let mut socket = TcpStream::connect(desk.address()).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
        socket.write_all(head.as_bytes()).unwrap();
        connections += 1;
        while sent < mib << 20 && socket.write_all(chunk.as_bytes()).is_ok() {
            sent += 1 << 16;
        }
        most = most.max(desk.resident_kb());
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer);
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 413 "));
    }
    assert!(most - before < MEMORY_KB, "{before} KiB before, {most} KiB at most");
    ana.get("/me").status(200);
    eprintln!("{} MiB in {connections} connections: {before} KiB before, {most} KiB at most", sent >> 20);
}

/// Lengths that lie, heads and bodies of too many pieces, one text of a gigabyte: each refused, none kept.
/// `FIRSTHAND_ENDLESS=1024` sends so many MiB of the text.
#[test]
fn f14_huge_and_lying_requests_are_refused() {
    let mib: usize = std::env::var("FIRSTHAND_ENDLESS").map_or(16, |n| n.parse().expect("a number of MiB"));
    let desk = Desk::open(Engine::Sqlite);
    let ana = desk.person("Ana", "agent");
    let post = |headers: &str, body: &str| {
        let head = "POST /api/v1/complaints HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n";
        told(&desk, format!("{head}Authorization: Bearer {}\r\n{headers}\r\n{body}", ana.token).as_bytes())
    };
    let before = desk.resident_kb();
    let sized = |length: &str, body: &str| post(&format!("Content-Length: {length}\r\n"), body);
    // Ten gigabytes that never come: nothing is set aside for them, and the caller is told to hurry.
    assert!(sized("10737418240", "{}").starts_with("HTTP/1.1 408 "));
    for length in ["99999999999999999999", "-1", "0x10", "1e3"] {
        assert!(sized(length, "{}").starts_with("HTTP/1.1 400 "), "{length}");
    }
    // Shorter than what follows: the rest is no second request on a connection that is to be closed.
    let short = sized("2", "{}GET /docs HTTP/1.1\r\nHost: desk\r\n\r\n");
    assert!(short.starts_with("HTTP/1.1 422 ") && short.matches("HTTP/1.1 ").count() == 1, "{short}");
    assert!(post(&"X-Many: 1\r\n".repeat(100_000), "").starts_with("HTTP/1.1 431 "));
    let part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n";
    for (count, status) in [(20_000, "400"), (40_000, "413")] {
        let parts = part.repeat(count);
        let length = parts.len();
        let multipart =
            format!("Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {length}\r\n");
        let answer = post(&multipart, &parts);
        assert_eq!(answer.get(9..12), Some(status), "{count} parts: {answer}");
    }
    let text = format!("{{\"narrative\": \"{}\"}}", "x".repeat(mib << 20));
    let answer = sized(&text.len().to_string(), &text);
    // Of a text that does not end soon the caller may not hear why the desk hung up.
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let most = desk.resident_kb();
    assert!(most.saturating_sub(before) < MEMORY_KB, "{before} KiB before, {most} KiB after");
    ana.get("/me").status(200);
}
