//! Two complaints about one incident.

use serde_json::json;

use super::Desk;
use crate::on_both_engines;

on_both_engines! {
    /// S4: merged into the earlier one; both complainants are answered before the end; unmerging restores.
    fn s4_merging_keeps_the_earlier_receipt_and_answers_both(desk: &Desk) {
        let (ana, lan) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"));
        let early = ana.log(json!({ "name": "Mai", "phone": "0901" }), "no water").text("/id");
        let late = lan.log(json!({ "name": "Bình", "phone": "0902" }), "no water here either");
        let (late, late_customer) = (late.text("/id"), late.text("/customer/id"));
        let refused = ana.post(&format!("/complaints/{early}/merge"), json!({ "into": late }));
        assert_eq!(refused.refused(409, "merge-into-earlier").body["earlier"], early);
        lan.post(&format!("/complaints/{late}/assessment"), json!({ "product": "Pipe" })).status(200);
        let keep = |what: &str| json!({ "into": early, "reason": "one pipe", "keep": [what] });
        let refused = lan.post(&format!("/complaints/{late}/merge"), keep("place"));
        assert_eq!(refused.refused(422, "invalid-field").body["field"], "keep");
        let merged = lan.post(&format!("/complaints/{late}/merge"), keep("product"));
        let merged = merged.status(200).body;
        assert_eq!((&merged["stage"], &merged["closure"]), (&json!("closed"), &json!("merged")));
        let target = ana.complaint(&early);
        assert_eq!((&target["first_contact"]["id"], &target["product"]), (&json!(ana.id), &json!("Pipe")));
        ana.decide(&early, "upheld").status(200);
        ana.tag(&early, "late").status(200);
        let own = target["customer"]["id"].as_str().unwrap();
        let reply = json!({ "kind": "substantive", "channel": "phone", "body": "repaired", "delivered": true, "to": [own] });
        ana.post(&format!("/complaints/{early}/replies"), reply).status(201);
        ana.answer(&early, "accepted").status(200);
        let refused = ana.close(&early).refused(409, "cannot-close").body;
        assert_eq!(refused["customers_without_reply"], json!([late_customer]));
        // A mistake after all: the later one stands again where it stood.
        let unmerge = json!({ "complaint": late, "reason": "another pipe" });
        ana.post(&format!("/complaints/{early}/unmerge"), unmerge.clone()).status(200);
        let restored = lan.complaint(&late);
        assert_eq!((&restored["stage"], &restored["first_contact"]["id"]), (&json!("investigating"), &json!(lan.id)));
        assert_eq!(ana.complaint(&early)["product"], serde_json::Value::Null);
        ana.post(&format!("/complaints/{early}/unmerge"), unmerge).refused(409, "not-merged");
        // And merged again, answered, closed.
        lan.post(&format!("/complaints/{late}/merge"), json!({ "into": early })).status(200);
        let reply = json!({ "kind": "substantive", "channel": "phone", "body": "repaired", "delivered": true,
                            "to": [late_customer] });
        ana.post(&format!("/complaints/{early}/replies"), reply).status(201);
        ana.close(&early).status(200);
    }

    /// Withdrawn by the customer with a courtesy reply; void by a second person; neither with an open promise.
    fn withdrawn_and_void_have_rules_of_their_own(desk: &Desk) {
        let (ana, lan, lead) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"), desk.person("Bo", "lead"));
        let id = ana.log(json!({ "name": "Mai", "phone": "0901" }), "late").text("/id");
        let promise = json!({ "text": "a call", "due_at": "2099-01-01T10:00:00Z" });
        let promise = ana.post(&format!("/complaints/{id}/promises"), promise).status(201).text("/id");
        let withdraw = json!({ "reason": "it came", "channel": "phone",
                               "reply": { "channel": "phone", "body": "Thank you.", "delivered": true } });
        ana.post(&format!("/complaints/{id}/withdraw"), withdraw.clone()).refused(409, "open-promises");
        lead.post(&format!("/complaints/{id}/void"), json!({ "reason": "spam" })).refused(409, "open-promises");
        ana.post(&format!("/promises/{promise}/void"), json!({ "reason": "no need" })).status(200);
        ana.offer(&id, &lan).status(201);
        let closed = ana.post(&format!("/complaints/{id}/withdraw"), withdraw).status(200).body;
        assert_eq!((&closed["closure"], &closed["handoff"]), (&json!("withdrawn"), &json!(null)));
        assert_eq!(closed["replies"][0]["kind"], "courtesy");
        let id = ana.log(json!({ "anonymous": true }), "test test").text("/id");
        ana.post(&format!("/complaints/{id}/void"), json!({ "reason": "test" })).refused(403, "second-person-needed");
        lan.post(&format!("/complaints/{id}/void"), json!({ "reason": "test" })).refused(403, "not-yours");
        let closed = lead.post(&format!("/complaints/{id}/void"), json!({ "reason": "test" })).status(200).body;
        assert_eq!(closed["closure"], "void");
    }

    /// I-10: a complaint about handling keeps the earlier handlers and their team away.
    fn a_complaint_about_handling_goes_elsewhere(desk: &Desk) {
        let (ana, mate) = (desk.member("Ana", "agent", "north"), desk.member("Mate", "agent", "north"));
        let (lan, lead) = (desk.member("Lan", "agent", "south"), desk.member("Bo", "lead", "south"));
        let first = ana.log(json!({ "name": "Mai", "phone": "0901" }), "late").text("/reference");
        let second = ana.log(json!({ "name": "Mai", "phone": "0901" }), "Ana never called back").text("/id");
        let link = json!({ "to": first, "kind": "about_handling" });
        ana.post(&format!("/complaints/{second}/links"), link.clone()).refused(409, "hand-over-first");
        ana.hand_to(&second, &lan);
        lead.post(&format!("/complaints/{second}/links"), link).status(200);
        let back = json!({ "to": mate.id, "reason": "r", "request": "q" });
        lan.post(&format!("/complaints/{second}/handoffs"), back).refused(422, "not-a-receiver");
        ana.decide(&second, "rejected").refused(403, "kept-away");
    }

    /// Two complaints named by many calls at once, each way: no call waits for another that waits for it.
    fn verbs_on_two_complaints_never_wait_for_each_other(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let [one, two] = ["a", "b"].map(|text| ana.log(json!({ "anonymous": true }), text).text("/id"));
        let call = |n: usize| {
            let (from, to) = if n.is_multiple_of(2) { (&one, &two) } else { (&two, &one) };
            match n % 6 {
                0 | 1 => ana.post(&format!("/complaints/{from}/links"), json!({ "to": to, "kind": "related" })),
                2 | 3 => ana.post(&format!("/complaints/{from}/merge"), json!({ "into": to })),
                _ => ana.post(&format!("/complaints/{from}/unmerge"), json!({ "complaint": to })),
            }
        };
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..60).map(|n| scope.spawn(move || call(n).status)).collect();
            all.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert!(statuses.iter().all(|s| [200, 409].contains(s)), "{statuses:?}");
        assert!(desk.command(&["check"]).status.success());
    }
}
