//! Macros: several verbs under one name, by the rules of each, all of them or none.

use serde_json::{Value, json};

use super::Desk;
use crate::on_both_engines;
use crate::support::Person;

/// What happened on a complaint, by kind.
fn kinds(who: &Person, id: &str) -> Vec<String> {
    let history = who.get(&format!("/complaints/{id}/history")).status(200).body;
    history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["kind"].as_str().unwrap().to_owned())
        .collect()
}

fn text(who: &Person, name: &str, text: &str) -> String {
    who.post("/canned-replies", json!({ "name": name, "texts": { "en": text } })).status(201).text("/id")
}

fn made(who: &Person, name: &str, steps: Value) -> String {
    who.post("/macros", json!({ "name": name, "steps": steps })).status(201).text("/id")
}

on_both_engines! {
    fn a_macro_does_all_its_steps_in_one_change_or_none_of_them(desk: &Desk) {
        let (ana, ben) = (desk.person("Ana", "agent"), desk.person("Ben", "agent"));
        let (ada, otto) = (desk.person("Ada", "admin"), desk.person("Otto", "auditor"));
        let sorry = text(&ada, "Sorry", "Dear {customer}, we look into {reference}.");
        let promise = text(&ada, "Promise", "We keep: {promise} by {due}.");
        let late = made(&ada, "Late delivery", json!([
            { "verb": "acknowledge", "canned_reply": sorry },
            { "verb": "assess", "severity": "serious", "category": "Delivery" },
            { "verb": "tag", "cause": "late", "role": "primary", "confidence": "suspected" },
            { "verb": "promise", "text": "We call you.", "due_in_hours": 48 },
            { "verb": "reply", "kind": "progress", "channel": "email", "canned_reply": promise },
            { "verb": "note", "body": "Ask the carrier." },
            { "verb": "offer", "to": ben.id, "reason": "carrier", "request": "Please ask." },
        ]));
        let log = || ana.log_with(json!({ "channel": "phone", "customer": { "name": "Mai", "phone": "0901" }, "narrative": "late" })).text("/id");
        let id = log();
        let before = kinds(&ana, &id);
        let run = |who: &Person, id: &str, which: &str| who.post(&format!("/complaints/{id}/macros"), json!({ "macro": which }));
        // By the rules of the first verb: neither the auditor nor somebody without a part in it.
        otto.post(&format!("/complaints/{id}/macros"), json!({ "macro": late })).refused(403, "read-only");
        assert_eq!(run(&ben, &id, &late).refused(403, "not-yours").body["step"], 1);
        assert_eq!(kinds(&ana, &id), before);
        let stale = ana.post_with(&format!("/complaints/{id}/macros"), &[("If-Match", "\"99\"")], &json!({ "macro": late }).to_string());
        stale.refused(412, "stale");
        let done = run(&ana, &id, &late).status(200).body;
        assert_eq!((&done["stage"], &done["severity"], &done["category"]), (&json!("investigating"), &json!("serious"), &json!("Delivery")));
        assert_eq!((&done["handoff"]["to"]["id"], done["promises"].as_array().unwrap().len()), (&json!(ben.id), 1));
        let body = done["replies"][0]["body"].as_str().unwrap();
        assert!(body.starts_with("We keep: We call you. by ") && !body.contains('{'), "{body}");
        let last = done["version"].as_i64().unwrap();
        assert_eq!(kinds(&ana, &id).len(), usize::try_from(last).unwrap());
        // A second time the acknowledgement is out of place, as it is alone; and nothing at all is done.
        let alone = ana.post(&format!("/complaints/{id}/acknowledgement"), json!({ "channel": "phone", "body": "x" })).refused(409, "wrong-stage").body;
        let refused = run(&ana, &id, &late).refused(409, "wrong-stage").body;
        assert_eq!((&refused["step"], &refused["detail"], &refused["stage"]), (&json!(1), &alone["detail"], &alone["stage"]));
        // When a later step is refused, what the earlier ones did is undone.
        let third = made(&ada, "Third is refused", json!([
            { "verb": "note", "body": "one" }, { "verb": "assess", "product": "Kettle" }, { "verb": "close", "reason": "r" }, { "verb": "note", "body": "four" },
        ]));
        let alone = ana.post(&format!("/complaints/{id}/close"), json!({ "reason": "r" })).refused(409, "cannot-close").body;
        let refused = run(&ana, &id, &third).refused(409, "cannot-close").body;
        assert_eq!((&refused["step"], &refused["detail"]), (&json!(3), &alone["detail"]));
        assert_eq!(ana.complaint(&id)["version"], last);
        assert_eq!(kinds(&ana, &id).len(), usize::try_from(last).unwrap());
        // A field without a value is no gap in what goes out.
        let gap = made(&ada, "Gap", json!([{ "verb": "note", "body": "n" }, { "verb": "reply", "kind": "progress", "canned_reply": promise }]));
        let fresh = log();
        let refused = run(&ana, &fresh, &gap).refused(422, "invalid-field").body;
        assert_eq!((&refused["step"], &refused["field"]), (&json!(2), &json!("body")));
        assert_eq!(kinds(&ana, &fresh), before);
        // Twice under one key is once.
        let key = [("Idempotency-Key", "one")];
        let body = json!({ "macro": late }).to_string();
        let one = ana.post_with(&format!("/complaints/{fresh}/macros"), &key, &body).status(200).body;
        assert_eq!(ana.post_with(&format!("/complaints/{fresh}/macros"), &key, &body).status(200).body, one);
    }

    fn an_administrator_keeps_macros_and_takes_any_version_up_again(desk: &Desk) {
        let (ana, ada, lea) = (desk.person("Ana", "agent"), desk.person("Ada", "admin"), desk.person("Lea", "lead"));
        let note = json!([{ "verb": "note", "body": "n" }]);
        lea.post("/macros", json!({ "name": "x", "steps": note })).refused(403, "not-yours");
        for (steps, field) in [
            (json!([{ "verb": "award" }]), "steps[0].verb"),
            (json!([{ "verb": "note", "body": "n" }, { "verb": "note" }]), "steps[1].body"),
            (json!([{ "verb": "note", "body": "n", "secret": "x" }]), "steps[0].secret"),
            (json!([{ "verb": "tag", "cause": "nowhere", "role": "primary", "confidence": "suspected" }]), "steps[0].cause"),
            (json!([{ "verb": "offer", "to": "0190f3b0-0000-7000-8000-00000000ffff", "reason": "r", "request": "q" }]), "steps[0].to"),
            (json!([{ "verb": "reply", "kind": "progress", "canned_reply": ana.id }]), "steps[0].canned_reply"),
            (json!([{ "verb": "promise", "text": "t", "due_in_hours": 0 }]), "steps[0].due_in_hours"),
            (json!((0..11).map(|_| json!({ "verb": "note", "body": "n" })).collect::<Vec<_>>()), "steps"),
        ] {
            let refused = ada.post("/macros", json!({ "name": "x", "steps": steps })).refused(422, "invalid-field");
            assert_eq!(refused.body["field"], field, "{}", refused.body);
        }
        let id = made(&ada, "Note", note);
        let one = format!("/macros/{id}");
        assert_eq!(ana.get(&one).status(200).body["steps"][0]["body"], "n");
        ada.post(&format!("{one}/amend"), json!({ "name": "Note", "steps": [] })).status(200);
        let complaint = ana.log(json!({ "anonymous": true }), "late").text("/id");
        let run = json!({ "macro": id });
        ana.post(&format!("/complaints/{complaint}/macros"), run.clone()).refused(422, "invalid-field");
        lea.post(&format!("{one}/restore"), json!({ "version": 1 })).refused(403, "not-yours");
        ada.post(&format!("{one}/restore"), json!({ "version": 1 })).status(200);
        ana.post(&format!("/complaints/{complaint}/macros"), run.clone()).status(200);
        ada.post(&format!("{one}/retire"), json!({})).status(200);
        assert_eq!(ana.post(&format!("/complaints/{complaint}/macros"), run).refused(422, "invalid-field").body["field"], "macro");
        assert_eq!(ana.get("/macros").status(200).body["items"], json!([]));
        let versions = ana.get(&format!("{one}/versions")).status(200).body;
        assert_eq!(versions["items"].as_array().unwrap().len(), 4);
    }
}
