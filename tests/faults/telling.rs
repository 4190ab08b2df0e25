//! F32: whoever is told what happens is down, slow, wrong or endless; the desk does not notice, and nothing is lost.
//!
//! `FIRSTHAND_DOWN=3600 tests/run faults::telling` keeps it down for an hour.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::story::telling::{add, desk, hook, in_order};
use crate::support::{Engine, Manner, Person, Sink};

/// How long it is down, in seconds.
fn seconds() -> u64 {
    std::env::var("FIRSTHAND_DOWN").map_or(3, |n| n.parse().expect("FIRSTHAND_DOWN is a number of seconds"))
}

/// How long each of so many requests took, sorted.
fn changes(ana: &Person, count: usize) -> Vec<Duration> {
    #[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
    let now = Instant::now;
    let one = |n: usize| {
        let asked = now();
        ana.log(json!({ "anonymous": true }), &format!("number {n}"));
        asked.elapsed()
    };
    let mut took: Vec<_> = (0..count).map(one).collect();
    took.sort_unstable();
    took
}

fn nothing_is_lost(engine: Engine) {
    let desk = desk(engine);
    let (ana, eve) = (desk.person("Ana", "agent"), desk.person("Eve", "admin"));
    changes(&ana, 50);
    let before = changes(&ana, 150);
    let wrong = [
        Manner::Closes,
        Manner::Hangs,
        Manner::Endless,
        Manner::Answers("HTTP/1.1 500 Internal Server Error\r\n\r\n".to_owned()),
        Manner::Answers("\0\u{1}garbage".to_owned()),
        Manner::Answers("HTTP/1.1 999 What\r\n\r\n".to_owned()),
    ];
    let sinks: Vec<Sink> = wrong.into_iter().map(Sink::open).collect();
    for sink in &sinks {
        add(&eve, hook(&sink.url()));
    }
    let memory = desk.resident_kb();
    let during = changes(&ana, 150);
    let id = ana.log(json!({ "anonymous": true }), "the last").text("/id");
    std::thread::sleep(Duration::from_secs(seconds()));
    assert!(sinks.iter().all(|sink| sink.messages().is_empty()));
    let more = desk.resident_kb().saturating_sub(memory);
    assert!(more < 32 << 10, "{more} KiB more");
    let p99 = |took: &[Duration]| took[took.len() * 99 / 100];
    eprintln!(
        "{engine:?}: p50 {:?} / p99 {:?} before, {:?} / {:?} with six that do not take it, {more} KiB more",
        before[75],
        p99(&before),
        during[75],
        p99(&during)
    );
    assert!(p99(&during) < p99(&before) * 2 + Duration::from_millis(250), "{:?}", p99(&during));
    // They come back, one of them after a crash of the desk, and are owed everything in its order.
    for sink in &sinks {
        sink.becomes(Manner::Takes);
    }
    desk.kill();
    desk.start();
    for sink in &sinks {
        let messages =
            sink.wait_until(|messages| messages.iter().any(|m| m.json()["complaint"]["id"] == id.as_str()));
        in_order(&messages);
        let mut ids: Vec<String> = messages.iter().map(|m| m.header("Firsthand-Delivery")).collect();
        let all = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 151, "of {all}");
        assert!(all - ids.len() <= 32, "{} came twice", all - ids.len());
    }
}

#[test]
fn f32_nothing_is_lost_on_sqlite() {
    nothing_is_lost(Engine::Sqlite);
}

#[test]
fn f32_nothing_is_lost_on_postgres() {
    nothing_is_lost(Engine::Postgres);
}
