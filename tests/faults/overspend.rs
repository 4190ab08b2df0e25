//! F18, F19: many approvers at once on one budget, and on one award.

use std::sync::Barrier;
use std::time::Duration;

use serde_json::{Value, json};

use crate::on_both_engines;
use crate::story::awarding::{People, SHA, people, refund};
use crate::support::{Answer, Desk, Engine, Person};

const AT_ONCE: usize = 64;
const LEADS: usize = 16;

fn rounds() -> usize {
    std::env::var("FIRSTHAND_ROUNDS").map_or(2, |n| n.parse().expect("FIRSTHAND_ROUNDS is a number"))
}

/// Everybody approves at the same moment; the answers in the order of the awards.
fn approve_at_once(leads: &[Person], awards: &[String]) -> Vec<Answer> {
    let barrier = Barrier::new(awards.len());
    std::thread::scope(|scope| {
        let asking: Vec<_> = awards
            .iter()
            .enumerate()
            .map(|(at, award)| {
                let (lead, barrier) = (&leads[at % leads.len()], &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    let ask = || {
                        lead.post_with(&format!("/awards/{award}/approve"), &[("If-Match", "\"1\"")], "{}")
                    };
                    let mut answer = ask();
                    // On a machine busy with other things some are told to come again, and have done nothing: a
                    // second approval that took effect would be told that the award has changed.
                    for _ in 0..60 {
                        if answer.status != 503 {
                            break;
                        }
                        std::thread::sleep(Duration::from_millis(500));
                        answer = ask();
                    }
                    answer
                })
            })
            .collect();
        asking.into_iter().map(|a| a.join().unwrap()).collect()
    })
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|a| a.status == status).count()
}

/// 64 awards of a hundred to a customer who may get a thousand, all approved at once by these leads; round after round.
fn ten_of_sixty_four(desk: &Desk, p: &People, leads: &[Person]) {
    p.root("lead", json!({ "per_award": "100.00", "per_customer": { "amount": "1000.00", "days": 30 } }));
    let chief = desk.person("Chief", "agent");
    p.root(&chief.id, json!({ "per_award": "9000.00" }));
    for round in 0..rounds() {
        let customer: Value =
            json!({ "name": format!("C{round}"), "email": format!("c{round}@example.org") });
        let awards: Vec<String> = (0..AT_ONCE)
            .map(|_| {
                let id = p.ana.log(customer.clone(), "late").text("/id");
                p.ana.propose(&id, refund("100.00")).status(201).text("/id")
            })
            .collect();
        let answers = approve_at_once(leads, &awards);
        let told: Vec<u16> = answers.iter().map(|a| a.status).collect();
        assert_eq!((count(&answers, 200), count(&answers, 409)), (10, 54), "round {round}: {told:?}");
        for refused in answers.iter().filter(|a| a.status == 409) {
            assert_eq!(refused.text("/type"), "/problems/limit-exceeded");
            assert_eq!(refused.text("/remaining/amount"), "0.00", "{}", refused.body);
            assert_eq!(refused.text("/next_holders/0/name"), "Chief", "{}", refused.body);
        }
    }
    let verified = desk.command(&["ledger", "verify"]);
    assert_eq!(verified.status.code(), Some(0), "{}", String::from_utf8_lossy(&verified.stdout));
    eprintln!("{} rounds of {AT_ONCE}: ten approved, 54 refused", rounds());
}

fn leads(desk: &Desk) -> Vec<Person> {
    (0..LEADS).map(|n| desk.person(&format!("Lead {n}"), "lead")).collect()
}

/// `FIRSTHAND_ROUNDS=200 tests/run faults::overspend` runs the long version.
#[test]
fn f18_a_budget_for_ten_is_spent_by_ten_of_sixty_four_at_two_nodes() {
    let desk = Desk::open(Engine::Postgres);
    let other = desk.another_node();
    let p = people(&desk);
    let here = leads(&desk);
    let there = here.iter().map(|lead| lead.at(other.address()));
    let both: Vec<Person> =
        here.iter().map(|lead| lead.at(desk.address())).zip(there).flat_map(|(a, b)| [a, b]).collect();
    ten_of_sixty_four(&desk, &p, &both);
}

on_both_engines! {
    /// `FIRSTHAND_ROUNDS=200 tests/run faults::overspend` runs the long version.
    fn f18_a_budget_for_ten_is_spent_by_ten_of_sixty_four(desk: &Desk) {
        ten_of_sixty_four(desk, &people(desk), &leads(desk));
    }

    fn f19_one_award_is_approved_once_and_by_two_where_two_are_asked_for(desk: &Desk) {
        let p = people(desk);
        let leads = leads(desk);
        p.granted(json!({ "holder": "lead", "types": ["refund"], "bases": ["goodwill"], "currency": "EUR",
                          "limits": { "per_case": "900.00" }, "document": { "ref": "R", "sha256": SHA },
                          "four_eyes_above": "100.00", "approvers": 2 }));
        let id = p.ana.log(json!({ "name": "Mai" }), "late").text("/id");
        let award = p.ana.propose(&id, refund("90.00")).status(201).text("/id");
        let answers = approve_at_once(&leads, &vec![award.clone(); AT_ONCE]);
        // The rest is told that it has changed.
        assert_eq!((count(&answers, 200), count(&answers, 412)), (1, 63));
        let award = p.ana.propose(&id, refund("200.00")).status(201).text("/id");
        let mut approved = 0;
        while approved < 2 {
            let seen = p.lead.get(&format!("/awards/{award}"));
            let tag = seen.header("etag").unwrap().to_owned();
            let answers: Vec<Answer> = std::thread::scope(|scope| {
                let asking: Vec<_> = leads
                    .iter()
                    .map(|lead| {
                        let (award, tag) = (&award, tag.as_str());
                        scope.spawn(move || lead.post_with(&format!("/awards/{award}/approve"), &[("If-Match", tag)], "{}"))
                    })
                    .collect();
                asking.into_iter().map(|a| a.join().unwrap()).collect()
            });
            assert_eq!(count(&answers, 200), 1);
            approved += 1;
        }
        let given = p.lead.get(&format!("/awards/{award}")).status(200).body;
        assert_eq!((&given["state"], given["approvals"].as_array().unwrap().len()), (&json!("approved"), 2));
        assert_ne!(given["approvals"][0]["by"]["id"], given["approvals"][1]["by"]["id"]);
    }
}
