//! The same request many times at once, and a stop in the midst of work.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;

use super::oracle::Oracle;
use crate::on_both_engines;
use crate::support::Desk;

const AT_ONCE: usize = 64;

fn rounds() -> usize {
    std::env::var("FIRSTHAND_ROUNDS").map_or(5, |n| n.parse().expect("FIRSTHAND_ROUNDS is a number"))
}

on_both_engines! {
    /// `FIRSTHAND_ROUNDS=1000 tests/run faults::once` runs the long version.
    fn equal_requests_under_one_key_have_one_effect(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let (barrier, rounds) = (Barrier::new(AT_ONCE), rounds());
        let answers: Vec<Vec<String>> = std::thread::scope(|scope| {
            let asking: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(|| {
                (0..rounds).map(|round| {
                    let key = format!("round-{round}");
                    let body = json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": key });
                    barrier.wait();
                    loop {
                        let answer = ana.post_with("/complaints", &[("Idempotency-Key", &key)], &body.to_string());
                        match answer.status {
                            201 => break answer.text("/id"),
                            503 => {}
                            _ => panic!("{} {}", answer.status, answer.body),
                        }
                    }
                }).collect()
            })).collect();
            asking.into_iter().map(|a| a.join().unwrap()).collect()
        });
        for round in 0..rounds {
            let ids: BTreeSet<_> = answers.iter().map(|ids| &ids[round]).collect();
            assert_eq!(ids.len(), 1, "round {round}: {ids:?}");
        }
        let oracle = Oracle::default();
        for (round, id) in answers[0].iter().enumerate() {
            oracle.sends(&format!("round-{round}"));
            oracle.is_answered(&format!("round-{round}"), &json!({ "id": id }));
        }
        let found = oracle.compare(desk);
        assert_eq!((found.answered, found.lost, found.doubled, found.phantom), (rounds, 0, 0, 0), "{found:?}");
        eprintln!("{rounds} rounds of {AT_ONCE}: one effect each");
    }

    fn a_stop_under_load_loses_nothing_and_leaves_nothing_half(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let oracle = Oracle::default();
        for run in 0..3 {
            let (ana, stop, answered) = (ana.at(desk.address()), AtomicBool::new(false), AtomicUsize::new(0));
            std::thread::scope(|scope| {
                for writer in 0..16 {
                    let (ana, stop, oracle, answered) = (&ana, &stop, &oracle, &answered);
                    scope.spawn(move || for seq in 0.. {
                        if stop.load(Ordering::Relaxed) {
                            return;
                        }
                        let key = format!("stop{run}-{writer}-{seq}");
                        oracle.sends(&key);
                        match ana.try_log(&key) {
                            Some(answer) => {
                                oracle.is_answered(&key, &answer);
                                answered.fetch_add(1, Ordering::Relaxed);
                            }
                            None => return,
                        }
                    });
                }
                std::thread::sleep(Duration::from_millis(700));
                let (status, log) = desk.stop();
                stop.store(true, Ordering::Relaxed);
                assert!(status.success(), "{log}");
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
        eprintln!("3 stops under load: {} answered, none lost", found.answered);
    }
}
