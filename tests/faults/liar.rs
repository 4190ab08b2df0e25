//! A proxy that answers before the desk has: what no desk may do, to prove that the harness would see it.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// Stands before a desk.
pub struct Liar {
    address: String,
}

impl Liar {
    /// Starts before the desk at an address. It ends with the test.
    pub fn before(desk: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let desk = desk.clone();
                std::thread::spawn(move || lie(stream, &desk));
            }
        });
        Self { address }
    }

    pub fn address(&self) -> String {
        self.address.clone()
    }
}

/// Takes one request, says it is done, and only then, a moment later, hands it on.
fn lie(mut stream: TcpStream, desk: &str) {
    let Some(request) = one_request(&mut stream) else { return };
    let body = "{\"id\":\"\"}";
    let answer = format!(
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    if stream.write_all(answer.as_bytes()).is_err() {
        return;
    }
    drop(stream);
    std::thread::sleep(Duration::from_millis(20));
    let Ok(mut desk) = TcpStream::connect(desk) else { return };
    let _ = desk.set_read_timeout(Some(Duration::from_secs(5)));
    let _ = desk.write_all(&request);
    let _ = desk.read(&mut [0; 1024]);
}

/// The bytes of one request: its head, and as much body as it announces.
fn one_request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let (mut request, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        if let Some(end) = request.windows(4).position(|w| w == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
            let announced =
                head.lines().find_map(|l| l.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
            if request.len() >= end + 4 + announced.unwrap_or(0) {
                return Some(request);
            }
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return None,
            Ok(n) => request.extend_from_slice(&chunk[..n]),
        }
    }
}
