//! What is answered is kept: kill -9 under load, with an oracle outside the process that owns the truth.
//!
//! `FIRSTHAND_KILLS=20 tests/run faults::` runs the long version; the test run has a few kills.

mod crowd;
mod files;
mod flips;
mod held;
mod liar;
mod once;
mod oracle;
mod overspend;
pub mod raw;
mod slow;
mod stops;
mod streams;
mod telling;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;

use crate::support::{Desk, Engine, Person};
use liar::Liar;
use oracle::Oracle;

const WRITERS: usize = 32;

fn kills() -> usize {
    std::env::var("FIRSTHAND_KILLS").map_or(3, |n| n.parse().expect("FIRSTHAND_KILLS is a number"))
}

/// A small generator with a fixed seed: the same waits in every run.
struct Waits(u64);

impl Waits {
    fn next(&mut self) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_millis(5 + (self.0 >> 33) % 496)
    }
}

/// Where the writers send to; it changes with every start.
struct Address(Mutex<String>);

impl Address {
    fn get(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}

/// Writes until told to stop; every request is known to the oracle before it is sent.
fn write(writer: usize, ana: &Person, address: &Address, oracle: &Oracle, stop: &AtomicBool) {
    for seq in 0.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let key = format!("run1-{writer}-{seq}");
        oracle.sends(&key);
        match ana.at(address.get()).try_log(&key) {
            Some(answer) => oracle.is_answered(&key, &answer),
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// Kills the desk again and again under load; `through` is what stands between writers and desk.
fn kill_under_load(desk: &Desk, ana: &Person, through: impl Fn(String) -> String, kills: usize) -> Oracle {
    let (oracle, stop) = (Oracle::default(), AtomicBool::new(false));
    let address = Address(Mutex::new(through(desk.address())));
    let mut waits = Waits(2026);
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (address, oracle, stop) = (&address, &oracle, &stop);
            scope.spawn(move || write(writer, ana, address, oracle, stop));
        }
        for _ in 0..kills {
            std::thread::sleep(waits.next());
            desk.kill();
            desk.start();
            *address.0.lock().unwrap() = through(desk.address());
        }
        std::thread::sleep(waits.next());
        stop.store(true, Ordering::Relaxed);
    });
    oracle
}

fn answered_complaints_survive(engine: Engine) {
    let desk = Desk::open(engine);
    let ana = desk.person("Ana", "agent");
    let oracle = kill_under_load(&desk, &ana, |address| address, kills());
    let ana = ana.at(desk.address());
    let found = oracle.compare(&desk);
    assert!(found.answered > WRITERS, "too few answers to tell anything: {found:?}");
    assert_eq!((found.lost, found.doubled, found.phantom), (0, 0, 0), "{found:?}");
    // Whoever was not answered asks again under the same key, and there is one effect.
    for key in oracle.unanswered() {
        let answer = ana.try_log(&key).expect("the desk is up");
        oracle.is_answered(&key, &answer);
    }
    let found = oracle.compare(&desk);
    assert_eq!((found.lost, found.doubled, found.phantom, found.open), (0, 0, 0, 0), "{found:?}");
    let check = desk.command(&["check"]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
    eprintln!("{engine:?}: {} kills, {} answered, none lost, none twice", kills(), found.answered);
}

#[test]
fn answered_complaints_survive_kills_on_sqlite() {
    answered_complaints_survive(Engine::Sqlite);
}

#[test]
fn answered_complaints_survive_kills_on_postgres() {
    answered_complaints_survive(Engine::Postgres);
}

/// The control: something between writers and desk answers before the desk has. The same harness must catch it.
#[test]
fn an_answer_before_the_commit_is_caught() {
    let desk = Desk::open(Engine::Sqlite);
    let ana = desk.person("Ana", "agent");
    let oracle = kill_under_load(&desk, &ana, |address| Liar::before(address).address(), 3);
    let found = oracle.compare(&desk);
    assert!(found.lost > 0, "the harness does not see what a liar loses: {found:?}");
    eprintln!("the control lost {} of {} answers", found.lost, found.answered);
}

impl Person {
    /// Logs a complaint under a key that is in its text too; nothing when no whole answer came.
    fn try_log(&self, key: &str) -> Option<serde_json::Value> {
        let body = json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": key });
        let answer = self.try_post("/complaints", &[("Idempotency-Key", key)], &body.to_string()).ok()?;
        // 503 says that nothing is promised; anything else but success would be a defect.
        assert!([201, 503].contains(&answer.status), "{} {}", answer.status, answer.body);
        (answer.status == 201).then_some(answer.body)
    }
}
