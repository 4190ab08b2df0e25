//! F31: the desk is asked to stop in the midst of work.
//!
//! `FIRSTHAND_STOPS=100 tests/run faults::stops` runs the long version.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use super::oracle::Oracle;
use crate::on_both_engines;
use crate::support::{Cut, Desk, Person};

fn stops() -> usize {
    std::env::var("FIRSTHAND_STOPS").map_or(3, |n| n.parse().expect("FIRSTHAND_STOPS is a number"))
}

/// Logs under keys of its own until no answer comes any more; an answer that began also ends.
fn write(ana: &Person, writer: &str, oracle: &Oracle, stop: &AtomicBool, answered: &AtomicUsize) {
    for seq in 0.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let key = format!("{writer}-{seq}");
        oracle.sends(&key);
        let body = json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": key });
        match ana.try_post("/complaints", &[("Idempotency-Key", &key)], &body.to_string()) {
            Ok(answer) if answer.status == 201 => {
                oracle.is_answered(&key, &answer.body);
                answered.fetch_add(1, Ordering::Relaxed);
            }
            Ok(answer) => assert_eq!(answer.status, 503, "{}", answer.body),
            Err(Cut::Before) => return,
            Err(Cut::Midway) => panic!("half an answer"),
        }
    }
}

on_both_engines! {
    fn f31_a_stop_under_load_loses_nothing_and_leaves_nothing_half(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let (oracle, stops, mut longest) = (Oracle::default(), stops(), Duration::ZERO);
        for run in 0..stops {
            let (ana, stop, answered) = (ana.at(desk.address()), AtomicBool::new(false), AtomicUsize::new(0));
            std::thread::scope(|scope| {
                let writers: Vec<_> = (0..16).map(|writer| {
                    let (ana, stop, oracle, answered) = (&ana, &stop, &oracle, &answered);
                    scope.spawn(move || write(ana, &format!("stop{run}-{writer}"), oracle, stop, answered))
                }).collect();
                std::thread::sleep(Duration::from_millis(700));
                #[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
                let asked = Instant::now();
                let (status, log) = desk.stop();
                longest = longest.max(asked.elapsed());
                stop.store(true, Ordering::Relaxed);
                assert!(status.success(), "{log}");
                for writer in writers {
                    writer.join().expect("whole answers");
                }
            });
            assert!(answered.load(Ordering::Relaxed) > 16);
            desk.start();
        }
        let ana = ana.at(desk.address());
        let found = oracle.compare(desk);
        assert_eq!((found.lost, found.doubled, found.phantom), (0, 0, 0), "{found:?}");
        // What was asked and not answered was done whole or not at all: asked again there is one effect.
        for key in oracle.unanswered() {
            oracle.is_answered(&key, &ana.try_log(&key).expect("the desk is up"));
        }
        let found = oracle.compare(desk);
        assert_eq!((found.lost, found.doubled, found.phantom, found.open), (0, 0, 0, 0), "{found:?}");
        // Ten seconds for what is under way, and some for a machine that has other things to do.
        assert!(longest < Duration::from_secs(15), "{longest:?}");
        eprintln!("{stops} stops under load: {} answered, none lost, none half; the longest took {longest:?}", found.answered);
    }
}
