//! Every kind of fact there is has words in every language.

use std::collections::BTreeSet;

use firsthand_domain::history::{Actor, Entry};
use firsthand_domain::id::StaffId;
use firsthand_domain::time::Timestamp;
use firsthand_storage::complaints::HistoryItem;
use firsthand_storage::view;

use super::super::facts::Teller;
use super::super::names::Names;
use super::*;
use crate::speech::{Speech, languages};

/// The names of all kinds, as the domain itself tells them to who names one that is none.
fn kinds() -> BTreeSet<String> {
    let told = serde_json::from_value::<Fact>(json!({ "kind": "none", "body": {} })).unwrap_err().to_string();
    let list = told.split("expected one of ").nth(1).unwrap();
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// One fact of each kind, about the people and the complaint given.
fn one_of_each(a: &str, b: &str, other: &str, customer: &str) -> Vec<Value> {
    let (id, at) = ("00000000-0000-7000-8000-000000000001", "2026-11-23T10:00:00Z");
    let due = json!({ "acknowledge": at, "reply": at, "resolve": at });
    let euro = json!({ "amount": "12.50", "currency": "EUR" });
    let cited = json!({ "chain": [], "bounds": [], "four_eyes_above": null, "approvers": 1 });
    vec![
        json!({ "kind": "received", "body": { "channel": "phone", "language": null, "customer": customer, "product": null,
            "place": null, "category": null, "severity": "minor", "received_at": at, "incident_at": null, "logged_by": a,
            "first_contact": a, "handler": a, "about_staff": null, "restricted": false, "points": [], "due": due,
            "imported": true } }),
        json!({ "kind": "acknowledged", "body": { "channel": "phone" } }),
        json!({ "kind": "assessed", "body": { "severity": "serious", "category": "x", "product": "x", "place": "x",
            "about_staff": b, "restricted": true, "incident_at": at, "desired_remedy": true } }),
        json!({ "kind": "assessed", "body": { "desired_remedy": true } }),
        json!({ "kind": "handoff_offered", "body": { "handoff": id, "from": a, "to": b, "answer_by": at } }),
        json!({ "kind": "handoff_accepted", "body": { "handoff": id, "from": a, "to": b } }),
        json!({ "kind": "handoff_declined", "body": { "handoff": id } }),
        json!({ "kind": "handoff_recalled", "body": { "handoff": id } }),
        json!({ "kind": "handoff_lapsed", "body": { "handoff": id } }),
        json!({ "kind": "handler_assigned", "body": { "from": a, "to": b } }),
        json!({ "kind": "succession_offered", "body": { "succession": id, "from": a, "to": b } }),
        json!({ "kind": "succession_accepted", "body": { "succession": id, "from": a, "to": b, "first_contact": true,
            "handler": true, "promises": [] } }),
        json!({ "kind": "succession_declined", "body": { "succession": id } }),
        json!({ "kind": "succession_recalled", "body": { "succession": id } }),
        json!({ "kind": "customer_awaited", "body": { "due_at": at } }),
        json!({ "kind": "contact_recorded", "body": { "channel": "sms", "direction": "in", "reached": true } }),
        json!({ "kind": "contact_recorded", "body": { "channel": "sms", "direction": "out", "reached": true } }),
        json!({ "kind": "contact_recorded", "body": { "channel": "sms", "direction": "out", "reached": false } }),
        json!({ "kind": "note_added", "body": {} }),
        json!({ "kind": "attached", "body": { "attachment": id, "size": 5, "sha256": "ab", "media": "png" } }),
        json!({ "kind": "attachment_removed", "body": { "attachment": id } }),
        json!({ "kind": "attachment_erased", "body": { "attachment": id } }),
        json!({ "kind": "decided", "body": { "outcome": "upheld" } }),
        json!({ "kind": "reply_sent", "body": { "reply": id, "reply_kind": "substantive", "channel": "email",
            "to": [customer], "points_answered": [], "state": "sent" } }),
        json!({ "kind": "reply_delivered", "body": { "reply": id } }),
        json!({ "kind": "reply_failed", "body": { "reply": id } }),
        json!({ "kind": "customer_answered", "body": { "answer": "accepted", "channel": "phone" } }),
        json!({ "kind": "promise_made", "body": { "promise": id, "due_at": at, "responsible": b, "replaces": null } }),
        json!({ "kind": "promise_made", "body": { "promise": id, "due_at": at, "responsible": b, "replaces": id } }),
        json!({ "kind": "promise_kept", "body": { "promise": id } }),
        json!({ "kind": "promise_broken", "body": { "promise": id } }),
        json!({ "kind": "promise_superseded", "body": { "promise": id } }),
        json!({ "kind": "promise_voided", "body": { "promise": id } }),
        json!({ "kind": "promise_kept_late", "body": { "promise": id } }),
        json!({ "kind": "promise_abandoned", "body": { "promise": id } }),
        json!({ "kind": "cause_tagged", "body": { "cause": id, "role": "primary", "confidence": "suspected" } }),
        json!({ "kind": "closed", "body": { "closure": "accepted", "counted_apart": false } }),
        json!({ "kind": "reopened", "body": { "cycle": 2 } }),
        json!({ "kind": "merged_into", "body": { "complaint": other } }),
        json!({ "kind": "merge_taken", "body": { "complaint": other, "customers": [], "points": [] } }),
        json!({ "kind": "merge_undone", "body": {} }),
        json!({ "kind": "merge_released", "body": { "complaint": other } }),
        json!({ "kind": "linked", "body": { "to": other, "link": "related", "kept_away": [], "kept_away_teams": [] } }),
        json!({ "kind": "referred", "body": { "date": "2026-11-20" } }),
        json!({ "kind": "award_proposed", "body": { "award": id, "award_type": "refund", "basis": "goodwill",
            "value": euro, "incident": "the frozen pipe", "emergency": true } }),
        json!({ "kind": "award_amended", "body": { "award": id, "value": euro } }),
        json!({ "kind": "award_approved", "body": { "award": id, "cited": cited, "unit": null, "complete": true } }),
        json!({ "kind": "award_approved", "body": { "award": id, "cited": cited, "unit": null, "complete": false } }),
        json!({ "kind": "award_refused", "body": { "award": id } }),
        json!({ "kind": "award_withdrawn", "body": { "award": id } }),
        json!({ "kind": "award_offered", "body": { "award": id, "channel": "phone", "answer_by": at } }),
        json!({ "kind": "award_accepted", "body": { "award": id, "channel": "phone" } }),
        json!({ "kind": "award_declined", "body": { "award": id, "channel": "phone" } }),
        json!({ "kind": "award_lapsed", "body": { "award": id } }),
        json!({ "kind": "award_executed", "body": { "award": id } }),
        json!({ "kind": "award_reversed", "body": { "award": id, "cited": cited } }),
        json!({ "kind": "award_held", "body": { "award": id } }),
        json!({ "kind": "award_ratified", "body": { "award": id, "outcome": "ratified" } }),
        json!({ "kind": "award_ratified", "body": { "award": id, "outcome": "condemned" } }),
    ]
}

#[tokio::test]
async fn every_kind_of_fact_is_told_in_every_language() {
    let w = World::new().await;
    let c = w.complaint().await;
    let (eve, other) = (c["first_contact"]["id"].as_str().unwrap(), c["id"].as_str().unwrap());
    let facts = one_of_each(eve, &w.bob_id, other, c["customer"]["id"].as_str().unwrap());
    let told: BTreeSet<String> = facts.iter().map(|fact| fact["kind"].as_str().unwrap().to_owned()).collect();
    assert_eq!(told, kinds(), "a fact of each kind");
    let staff = StaffId(eve.parse().unwrap());
    let item = |(at, fact): (usize, Value)| HistoryItem {
        entry: Entry {
            seq: i64::try_from(at).unwrap(),
            at: Timestamp::parse("2026-11-22T09:30:00Z").unwrap(),
            actor: Actor::Staff(staff),
            fact: serde_json::from_value(fact).unwrap(),
        },
        text: [("body", "x"), ("reason", "x")].map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
    };
    let history: Vec<_> = facts.into_iter().enumerate().map(item).collect();
    let now = w.desk.app.database.now();
    let mut connection = w.desk.app.database.read().await.unwrap();
    let mut tx = connection.tx();
    let view = view::by_id(&mut tx, other.parse().unwrap(), now).await.unwrap().unwrap();
    for language in languages() {
        let f = Speech::new(Some(language.code), None, "en", jiff::tz::TimeZone::UTC, now);
        let names = Names::read(&mut tx, &view, &history, &f).await.unwrap();
        let teller = Teller { f: &f, names: &names, view: &view };
        for item in &history {
            let told = teller.tell(item);
            let words: String = told.words.iter().map(|piece| piece.text.as_str()).collect();
            let fact = &item.entry.fact;
            assert!(
                !words.trim().is_empty() && !words.contains("fact-"),
                "{}: {words} {fact:?}",
                language.code
            );
            for wrong in ["{", "}", "\u{e000}", "\u{e001}", "label-", "complaint-"] {
                assert!(!words.contains(wrong), "{}: {words}", language.code);
            }
            for quote in told.quotes.iter().chain(&told.body) {
                assert!(!quote.label.contains("label-"), "{}", quote.label);
            }
        }
    }
}

#[tokio::test]
async fn a_long_history_is_told_whole_and_runs_are_folded() {
    let w = World::new().await;
    let path = format!("POST /api/v1{}", w.at("assessment"));
    for at in 0..510 {
        let body = json!({ "product": format!("Kettle {at}") });
        assert_eq!(w.desk.ask("eve", &path, body).await.0, 200);
    }
    let page = w.page(&w.eve).await;
    assert!(page.contains("Kettle 0") && page.contains("Kettle 509") && page.contains("id=\"h511\""));
    assert!(page.contains("and 509 more like it"));
}

#[tokio::test]
async fn a_long_story_and_a_customer_without_a_name_have_their_place() {
    let story = format!("First line\n{}", "long ".repeat(1_900));
    let w =
        World::with(json!({ "channel": "counter", "customer": { "anonymous": true }, "narrative": story }))
            .await;
    let page = w.page(&w.eve).await;
    assert!(page.contains("Anonymous") && page.contains("Show all of it"));
    assert!(page.contains("Post it under the reference"));
    assert!(page.matches("long long").count() > 900);
}
