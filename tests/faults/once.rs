//! F16: the same request many times.

use std::collections::BTreeSet;
use std::sync::Barrier;

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
    fn f16_equal_requests_under_one_key_have_one_effect(desk: &Desk) {
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

    /// One key: the same request again has the same answer, also after a crash; another request under it is refused, and
    /// the key of another person is another key. (How long a key is kept is told in `storage/keys.rs`.)
    fn f16_a_key_gives_the_same_answer_again_and_to_nobody_else(desk: &Desk) {
        let (ana, lan) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"));
        let key = [("Idempotency-Key", "call-17")];
        let body = |text: &str| json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": text }).to_string();
        let answers: Vec<_> = std::thread::scope(|scope| {
            let asking: Vec<_> =
                (0..100).map(|_| scope.spawn(|| ana.post_with("/complaints", &key, &body("late")))).collect();
            asking.into_iter().map(|a| a.join().unwrap().status(201)).collect()
        });
        let first = &answers[0];
        assert!(answers.iter().all(|a| (&a.body, a.header("etag")) == (&first.body, first.header("etag"))));
        ana.post_with("/complaints", &key, &body("else")).refused(422, "key-reused");
        let theirs = lan.post_with("/complaints", &key, &body("late")).status(201);
        assert_ne!(theirs.text("/id"), first.text("/id"));
        desk.kill();
        desk.start();
        let (ana, lan) = (ana.at(desk.address()), lan.at(desk.address()));
        let again = ana.post_with("/complaints", &key, &body("late")).status(201);
        assert_eq!((&again.body, again.header("location")), (&first.body, first.header("location")));
        ana.post_with("/complaints", &key, &body("else")).refused(422, "key-reused");
        assert_eq!(lan.post_with("/complaints", &key, &body("late")).status(201).body, theirs.body);
        let all = ana.get("/complaints?view=all").status(200).body;
        assert_eq!(all["items"].as_array().unwrap().len(), 2);
    }
}
