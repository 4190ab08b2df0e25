//! A real answer before the end, on every route there is.

use serde_json::json;

use super::Desk;
use crate::on_both_engines;

on_both_engines! {
    /// No complaint closes without a delivered substantive reply; all that is missing is named at once.
    fn closing_names_all_that_is_missing(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let body = json!({ "channel": "phone", "customer": { "name": "Kovács Péter", "email": "kp@example.com" },
                           "narrative": "Két hibás termék.", "points": ["first item", "second item"] });
        let logged = ana.log_with(body);
        let id = logged.text("/id");
        let refused = ana.close(&id).refused(409, "cannot-close").body;
        assert_eq!(refused["missing"], json!(["substantive_reply", "unanswered_points", "customer_answer"]));
        assert_eq!(refused["stage"], "received");
        ana.decide(&id, "partly_upheld").status(200);
        // An acknowledgement, a progress note and a holding note are no answer (I-11).
        for kind in ["progress", "holding"] {
            let note = json!({ "kind": kind, "channel": "email", "body": "soon", "delivered": true });
            ana.post(&format!("/complaints/{id}/replies"), note).status(201);
        }
        let promise = json!({ "text": "a refund", "due_at": "2099-01-01T10:00:00Z" });
        let promise = ana.post(&format!("/complaints/{id}/promises"), promise).status(201).text("/id");
        // Sent is not delivered.
        let points = [logged.text("/points/0/id"), logged.text("/points/1/id")];
        let mut reply = json!({ "kind": "substantive", "channel": "email", "body": "We found a fault.",
                                "delivered": false, "points_answered": [points[0]] });
        let sent = ana.post(&format!("/complaints/{id}/replies"), reply.clone()).status(201);
        let refused = ana.close(&id).refused(409, "cannot-close").body;
        let all = json!(["substantive_reply", "unanswered_points", "open_promises", "primary_cause", "customer_answer"]);
        assert_eq!(refused["missing"], all);
        assert_eq!(refused["open_promises"], json!([promise]));
        ana.post(&format!("/replies/{}/delivered", sent.text("/id")), json!({})).status(200);
        assert_eq!(ana.complaint(&id)["stage"], "replied");
        reply["points_answered"] = json!([points[1]]);
        reply["delivered"] = json!(true);
        ana.post(&format!("/complaints/{id}/replies"), reply).status(201);
        ana.answer(&id, "accepted").status(200);
        ana.post(&format!("/promises/{promise}/kept"), json!({ "evidence": "transfer 12" })).status(200);
        let refused = ana.close(&id).refused(409, "cannot-close").body;
        assert_eq!(refused["missing"], json!(["primary_cause"]));
        // `unknown` counts when it says what was looked at (I-16).
        let unknown = json!({ "cause": "unknown", "role": "primary", "confidence": "suspected" });
        ana.post(&format!("/complaints/{id}/causes"), unknown).refused(422, "invalid-field");
        let unknown = json!({ "cause": "unknown", "role": "primary", "confidence": "suspected",
                              "evidence": "warehouse film and the returned part" });
        ana.post(&format!("/complaints/{id}/causes"), unknown).status(200);
        assert_eq!(ana.close(&id).status(200).body["closure"], "accepted");
        ana.close(&id).refused(409, "wrong-stage");
    }

    /// S5: whatever the customer writes, on whatever channel, ends the waiting for them.
    fn s5_any_word_from_the_customer_ends_the_waiting(desk: &Desk) {
        let (ana, other) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"));
        let id = ana.log(json!({ "name": "Li Wei", "phone": "13800000000" }), "退款没有到账").text("/id");
        for channel in ["web", "sms", "phone"] {
            let question = json!({ "question": "Which card?", "due_at": "2099-01-01T10:00:00Z" });
            let waiting = ana.post(&format!("/complaints/{id}/await-customer"), question).status(200).body;
            assert_eq!(waiting["awaiting_customer"], true);
            let due = waiting["due"].clone();
            let out = json!({ "channel": "phone", "direction": "out", "body": "no answer", "reached": false });
            assert_eq!(ana.post(&format!("/complaints/{id}/contacts"), out).status(200).body["awaiting_customer"], true);
            let word = json!({ "channel": channel, "direction": "in", "body": "the blue one" });
            let back = other.post(&format!("/complaints/{id}/contacts"), word).status(200).body;
            assert_eq!((&back["awaiting_customer"], &back["due"]), (&json!(false), &due));
        }
    }

    /// S13: a rejection says why, what instead and where next; a dispute goes to another decider; a deadlock names
    /// the external body.
    fn s13_rejection_dispute_deadlock(desk: &Desk) {
        let (ana, lan, lead) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"), desk.person("Bo", "lead"));
        let id = ana.log(json!({ "name": "Nagy Anna", "phone": "+36 1 234 5678" }), "Nem jó.").text("/id");
        let decision = format!("/complaints/{id}/decision");
        let refused = ana.decide(&id, "rejected").refused(422, "invalid-field").body;
        assert_eq!(refused["field"], "alternative");
        let rejection = json!({ "outcome": "rejected", "reasons": "worn by use", "alternative": "a repair at cost",
                                "next_route": "the conciliation board" });
        ana.post(&decision, rejection.clone()).status(200);
        ana.reply(&id).status(201);
        let disputed = ana.answer(&id, "disputed").status(200).body;
        assert_eq!((&disputed["stage"], &disputed["cycle"]), (&json!("investigating"), &json!(2)));
        ana.post(&decision, rejection.clone()).refused(403, "another-decider");
        ana.hand_to(&id, &lan);
        lan.post(&decision, rejection).status(200);
        ana.close(&id).refused(409, "cannot-close");
        ana.reply(&id).status(201);
        let disputed = ana.answer(&id, "disputed").status(200).body;
        assert_eq!((&disputed["stage"], &disputed["cycle"]), (&json!("replied"), &json!(2)));
        ana.close(&id).refused(403, "not-yours");
        let refused = lead.close(&id).refused(409, "cannot-close").body;
        assert_eq!(refused["missing"], json!(["external_body"]));
        let deadlock = json!({ "reason": "no agreement", "external_body": "Conciliation board" });
        let closed = lead.post(&format!("/complaints/{id}/close"), deadlock).status(200).body;
        assert_eq!(closed["closure"], "deadlock");
        assert_eq!(closed["replies"].as_array().unwrap().len(), 2);
    }

    /// S14: the outcome of an anonymous complaint is posted under its reference and counted apart.
    fn s14_an_anonymous_complaint_is_answered_under_its_reference(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let id = ana.log(json!({ "anonymous": true }), "The shop is dirty.").text("/id");
        ana.decide(&id, "upheld").status(200);
        ana.tag(&id, "conduct").status(200);
        let post = json!({ "kind": "substantive", "channel": "web", "body": "We cleaned it.", "delivered": false,
                           "posted": true });
        let posted = ana.post(&format!("/complaints/{id}/replies"), post.clone()).status(201);
        assert_eq!(posted.text("/state"), "posted");
        let closed = ana.close(&id).status(200).body;
        assert_eq!((&closed["closure"], &closed["counted_apart"]), (&json!("unanswered"), &json!(true)));
        // A customer who can be reached is told, not posted to.
        let id = ana.log(json!({ "name": "Mai", "phone": "0901" }), "The shop is dirty.").text("/id");
        ana.decide(&id, "upheld").status(200);
        ana.post(&format!("/complaints/{id}/replies"), post).refused(422, "invalid-field");
    }

    /// A silent customer is tried three times over two channels before the end.
    fn a_silent_customer_is_tried_before_the_end(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let id = ana.log(json!({ "name": "Mai", "phone": "0901" }), "late").text("/id");
        let attempt = |channel: &str| {
            let body = json!({ "channel": channel, "direction": "out", "body": "rang out", "reached": false });
            ana.post(&format!("/complaints/{id}/contacts"), body).status(200);
        };
        attempt("letter");
        ana.decide(&id, "upheld").status(200);
        ana.tag(&id, "late").status(200);
        ana.reply(&id).status(201);
        attempt("phone");
        attempt("phone");
        let refused = ana.answer(&id, "no_answer").refused(409, "attempts-missing").body;
        assert_eq!((&refused["attempts"], &refused["needed"]), (&json!(2), &json!(3)));
        attempt("phone");
        ana.answer(&id, "no_answer").refused(409, "attempts-missing");
        attempt("sms");
        // Whoever writes is not silent: the count begins anew, and what was said of their silence no longer holds.
        let word = json!({ "channel": "sms", "direction": "in", "body": "still angry" });
        ana.post(&format!("/complaints/{id}/contacts"), word.clone()).status(200);
        let refused = ana.answer(&id, "no_answer").refused(409, "attempts-missing").body;
        assert_eq!(refused["attempts"], 0);
        let silent = || ["phone", "phone", "sms"].into_iter().for_each(attempt);
        silent();
        ana.answer(&id, "no_answer").status(200);
        ana.post(&format!("/complaints/{id}/contacts"), word).status(200);
        ana.close(&id).refused(409, "cannot-close");
        silent();
        ana.answer(&id, "no_answer").status(200);
        assert_eq!(ana.close(&id).status(200).body["closure"], "unanswered");
        // Reopened within the window: a new cycle, the same receipt.
        let before = ana.complaint(&id);
        let reopened = ana.post(&format!("/complaints/{id}/reopen"), json!({ "reason": "she wrote" })).status(200).body;
        assert_eq!((&reopened["stage"], &reopened["cycle"]), (&json!("investigating"), &json!(2)));
        assert_eq!(reopened["received_at"], before["received_at"]);
        ana.decide(&id, "upheld").refused(403, "another-decider");
    }

    /// Promises over the API: kept, superseded with consent, broken by a change without consent, abandoned by a lead.
    fn promises_are_new_records(desk: &Desk) {
        let (ana, lead) = (desk.person("Ana", "agent"), desk.person("Bo", "lead"));
        let id = ana.log(json!({ "name": "Mai", "phone": "0901" }), "late").text("/id");
        let promise = |due: &str| {
            ana.post(&format!("/complaints/{id}/promises"), json!({ "text": "a call", "due_at": due }))
        };
        promise("2001-01-01T10:00:00Z").refused(422, "invalid-field");
        let first = promise("2099-01-01T10:00:01Z").status(201);
        assert_eq!(first.text("/due_at"), "2099-01-01T10:01:00Z");
        let supersede = json!({ "text": "a visit", "due_at": "2099-02-01T10:00:00Z", "reason": "she asked",
                                "consent": "by phone today" });
        ana.post(&format!("/promises/{}/supersede", first.text("/id")), supersede.clone()).status(200);
        ana.post(&format!("/promises/{}/supersede", first.text("/id")), supersede).refused(409, "promise-over");
        let second = ana.complaint(&id)["promises"][1]["id"].as_str().unwrap().to_owned();
        let moved = json!({ "text": "a visit", "due_at": "2099-03-01T10:00:00Z", "reason": "we are late" });
        let promises = ana.post(&format!("/promises/{second}/supersede"), moved).status(200).body["promises"].clone();
        let states: Vec<_> = promises.as_array().unwrap().iter().map(|p| p["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["superseded", "broken", "made"]);
        ana.post(&format!("/promises/{second}/abandon"), json!({ "reason": "gone" })).refused(403, "not-yours");
        lead.post(&format!("/promises/{second}/abandon"), json!({ "reason": "gone" })).status(200);
        let third = promises[2]["id"].as_str().unwrap();
        ana.post(&format!("/promises/{third}/void"), json!({ "reason": "she said no need" })).status(200);
        let voided = ana.post(&format!("/promises/{third}/kept"), json!({ "evidence": "x" }));
        assert_eq!(voided.refused(409, "promise-over").body["state"], "void");
    }
}
