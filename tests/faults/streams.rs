//! Many who look on at once: what they cost in memory, and what they cost those who work.
//!
//! `FIRSTHAND_STREAMS=1000 tests/run faults::streams` runs the long version.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Desk, Engine, Person};

/// As many as a person may have open.
const EACH: usize = 20;
/// What a thousand may take together.
const MOST_KB: u64 = 64 * 1024;

fn streams() -> usize {
    std::env::var("FIRSTHAND_STREAMS").map_or(100, |n| n.parse().expect("FIRSTHAND_STREAMS is a number"))
}

/// A stream that is at the present; nobody reads on.
fn look_on(desk: &Desk, who: &Person) -> TcpStream {
    let mut socket = TcpStream::connect(desk.address()).unwrap();
    let request =
        format!("GET /api/v1/events HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {}\r\n\r\n", who.token);
    socket.write_all(request.as_bytes()).unwrap();
    let (mut told, mut piece) = (Vec::new(), [0; 1024]);
    while !String::from_utf8_lossy(&told).contains("event: ready") {
        let read = socket.read(&mut piece).unwrap();
        assert_ne!(read, 0, "{}", String::from_utf8_lossy(&told));
        told.extend_from_slice(&piece[..read]);
    }
    socket
}

/// The middle of how long the list takes, while somebody changes something again and again.
fn list_takes(ana: &Person, id: &str) -> Duration {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                ana.post(&format!("/complaints/{id}/notes"), json!({ "body": "seen" })).status(200);
                std::thread::sleep(Duration::from_millis(200));
            }
        });
        let mut took: Vec<Duration> = (0..200)
            .map(|_| {
                #[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
                let asked = Instant::now();
                ana.get("/complaints?view=all").status(200);
                asked.elapsed()
            })
            .collect();
        stop.store(true, Ordering::Relaxed);
        took.sort_unstable();
        took[took.len() / 2]
    })
}

#[test]
fn many_streams_cost_little() {
    let settings = [("HTTP__CONNECTIONS", "3000"), ("HTTP__CONNECTIONS_PER_ADDRESS", "3000")];
    let desk = Desk::open_with(Engine::Sqlite, &settings);
    let ana = desk.person("Ana", "agent");
    let id = ana.log(json!({ "anonymous": true }), "Late again.").text("/id");
    for _ in 0..60 {
        ana.log(json!({ "anonymous": true }), "One of many.");
    }
    let many = streams();
    let people: Vec<Person> =
        (0..many.div_ceil(EACH)).map(|n| desk.person(&format!("P{n}"), "agent")).collect();
    list_takes(&ana, &id);
    let (alone, before) = (list_takes(&ana, &id), desk.resident_kb());
    let open: Vec<TcpStream> = (0..many).map(|n| look_on(&desk, &people[n / EACH])).collect();
    let with = list_takes(&ana, &id);
    let cost = desk.resident_kb().saturating_sub(before);
    println!("{many} streams: {cost} KiB, the list in {with:?} and {alone:?} without them");
    assert_eq!(open.len(), many);
    assert!(cost < MOST_KB.max(MOST_KB * many as u64 / 1000), "{cost} KiB");
    // On a machine that does other things besides, as little as this is chance.
    assert!(with < alone * 3 / 2 + Duration::from_millis(10), "{with:?} and {alone:?}");
}
