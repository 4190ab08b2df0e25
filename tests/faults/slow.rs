//! F13: callers who take their time, in numbers, while others work.
//!
//! `FIRSTHAND_SLOW=5000 tests/run faults::slow` runs the long version.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::raw;
use crate::support::{Desk, Engine, Person};

/// Half of them drip their headers, half their bodies.
fn callers() -> usize {
    std::env::var("FIRSTHAND_SLOW").map_or(200, |n| n.parse().expect("FIRSTHAND_SLOW is a number"))
}

/// The median of how long reading takes, over a second of it.
fn median_of_reads(ana: &Person, during: Duration) -> Duration {
    #[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
    let now = Instant::now;
    let (start, mut took) = (now(), Vec::new());
    while start.elapsed() < during {
        let one = now();
        ana.get("/complaints").status(200);
        took.push(one.elapsed());
        std::thread::sleep(Duration::from_millis(10));
    }
    took.sort_unstable();
    took[took.len() / 2]
}

/// One that drips.
struct Slow {
    socket: TcpStream,
    answer: Vec<u8>,
}

/// A round of one byte each; gives those that are still open.
fn drip(slow: Vec<Slow>, answers: &mut Vec<Vec<u8>>) -> Vec<Slow> {
    let mut open = Vec::new();
    for mut one in slow {
        let wrote = one.socket.write(b"x");
        let mut piece = [0; 4096];
        let over = loop {
            match one.socket.read(&mut piece) {
                Ok(0) => break true,
                Ok(n) => one.answer.extend_from_slice(&piece[..n]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break wrote.is_err(),
                Err(_) => break true,
            }
        };
        if over {
            answers.push(one.answer);
        } else {
            open.push(one);
        }
    }
    open
}

#[test]
fn f13_those_who_drip_are_cut_and_others_do_not_notice() {
    let callers = callers();
    let desk = Desk::open_with(Engine::Sqlite, &[("HTTP__CONNECTIONS_PER_ADDRESS", "10000")]);
    let ana = desk.person("Ana", "agent");
    let before = median_of_reads(&ana, Duration::from_secs(2));
    let body = format!(
        "POST /api/v1/complaints HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {}\r\n\
         Content-Length: 10000\r\n\r\n",
        ana.token
    );
    let (during, answers, took) = std::thread::scope(|scope| {
        let dripping = scope.spawn(|| {
            let mut slow = Vec::new();
            for n in 0..callers {
                let mut socket = raw::connect_from([127, 0, 0, 2], &desk.address());
                let begin = if n % 2 == 0 { "GET /healthz HTTP/1.1\r\nX-Slow: " } else { &body };
                socket.write_all(begin.as_bytes()).unwrap();
                socket.set_nonblocking(true).unwrap();
                slow.push(Slow { socket, answer: Vec::new() });
            }
            let (mut seconds, mut answers) = (0, Vec::new());
            while !slow.is_empty() {
                assert!(seconds < 40, "{} of {callers} still open after {seconds} seconds", slow.len());
                std::thread::sleep(Duration::from_secs(1));
                slow = drip(slow, &mut answers);
                seconds += 1;
            }
            (answers, seconds)
        });
        let during = median_of_reads(&ana, Duration::from_secs(9));
        let (answers, took) = dripping.join().unwrap();
        (during, answers, took)
    });
    let told = answers.iter().filter(|a| a.starts_with(b"HTTP/1.1 408 ")).count();
    assert_eq!(answers.iter().filter(|a| a.starts_with(b"HTTP/1.1 2")).count(), 0);
    assert!(told >= callers / 2 - callers / 20, "{told} of {} bodies were told 408", callers / 2);
    assert!(took <= 30, "the last was cut after {took} seconds");
    // Every honest read was answered. How fast says something only when this test has the machine to itself, so the
    // long version looks at it; below a few milliseconds the machine makes more difference than the desk.
    let alone = std::env::var("FIRSTHAND_SLOW").is_ok();
    assert!(
        !alone || during < (2 * before).max(Duration::from_millis(20)),
        "{before:?} before, {during:?} during"
    );
    eprintln!("{callers} slow ones cut in {took} s, {told} told 408; honest median {before:?} -> {during:?}");
}

/// Connects with little room for what comes in, asks, and leaves it at that.
fn ask_and_hardly_read(desk: &Desk, request: &str) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut socket = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        socket.connect(desk.address().parse().unwrap()).await.unwrap().into_std().unwrap()
    });
    socket.set_nonblocking(false).unwrap();
    socket.write_all(request.as_bytes()).unwrap();
    socket
}

/// The third kind: readers at a byte a second of an answer that is too large to be sent ahead of them. A hundred in the
/// long version, since each of their answers is megabytes.
#[test]
fn f13_those_who_hardly_read_are_cut() {
    let readers = (callers() / 50).max(10);
    let desk = Desk::open(Engine::Sqlite);
    let ana = desk.person("Ana", "agent");
    let id = ana.log(serde_json::json!({ "anonymous": true }), "late").text("/id");
    let long = serde_json::json!({ "body": "\u{1F4E6}".repeat(10_000) });
    for _ in 0..180 {
        ana.post(&format!("/complaints/{id}/notes"), long.clone()).status(200);
    }
    let request = format!(
        "GET /api/v1/complaints/{id}/history?limit=200 HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {}\r\n\r\n",
        ana.token
    );
    let before = desk.sockets();
    let mut sockets: Vec<_> = (0..readers).map(|_| ask_and_hardly_read(&desk, &request)).collect();
    let (mut seconds, mut most) = (0, 0);
    loop {
        let open = desk.sockets().saturating_sub(before);
        most = most.max(open);
        // The connection of the honest reader may come and go.
        if seconds > 5 && open <= 1 {
            break;
        }
        assert!(seconds < 35, "{open} of {readers} still open after {seconds} seconds");
        std::thread::sleep(Duration::from_secs(1));
        for socket in &mut sockets {
            let _ = socket.read(&mut [0]);
        }
        ana.get("/me").status(200);
        seconds += 1;
    }
    // Honest connections that were counted before may be gone.
    assert!(most * 10 >= readers * 9, "{most} of {readers} were waited for");
    eprintln!("{readers} who hardly read were cut within {seconds} s");
}
