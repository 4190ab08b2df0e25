//! What people read: lists, one complaint, its history, and what the desk says of itself.

use serde_json::{Value, json};

use super::{Desk, Person};
use crate::on_both_engines;

fn ids(person: &Person, query: &str) -> Vec<String> {
    let page = person.get(&format!("/complaints?{query}")).status(200).body;
    page["items"].as_array().unwrap().iter().map(|i| i["id"].as_str().unwrap().to_owned()).collect()
}

on_both_engines! {
    fn lists_show_what_waits(desk: &Desk) {
        let (ana, lan) = (desk.member("Ana", "agent", "north"), desk.member("Lan", "agent", "south"));
        let mate = desk.member("Mate", "agent", "north");
        let first = ana.log(json!({ "name": "Mai", "phone": "0901" }), "one").text("/id");
        let second = ana.log(json!({ "name": "Bình", "phone": "0902" }), "two").text("/id");
        let third = lan.log(json!({ "anonymous": true }), "three").text("/id");
        assert_eq!(ids(&ana, ""), [first.clone(), second.clone()]);
        assert_eq!(ids(&ana, "view=all&sort=received"), [third.clone(), second.clone(), first.clone()]);
        assert_eq!(ids(&mate, "view=team"), [first.clone(), second.clone()]);
        ana.offer(&second, &lan).status(201);
        assert_eq!(ids(&lan, "view=offered"), [second.as_str()]);
        assert_eq!(ids(&ana, "view=handed_over"), [second.as_str()]);
        let promise = json!({ "text": "a call", "due_at": "2099-01-01T10:00:00Z", "responsible": mate.id });
        ana.post(&format!("/complaints/{first}/promises"), promise).status(201);
        assert_eq!(ids(&mate, "view=promised"), [first.as_str()]);
        // Answered ones come last among those who wait.
        ana.decide(&first, "upheld").status(200);
        ana.reply(&first).status(201);
        assert_eq!(ids(&ana, "view=all"), [second.clone(), third.clone(), first.clone()]);
        let word = json!({ "channel": "phone", "direction": "in", "body": "and?" });
        ana.post(&format!("/complaints/{second}/contacts"), word).status(200);
        assert_eq!(ids(&ana, "view=all"), [third.clone(), second.clone(), first.clone()]);
        ana.tag(&first, "late").status(200);
        assert_eq!(ids(&ana, "view=all&cause=late"), [first.as_str()]);
        assert_eq!(ids(&ana, "view=all&stage=replied&channel=phone"), [first.as_str()]);
        assert_eq!(ids(&ana, &format!("view=all&first_contact={}", lan.id)), [third.as_str()]);
        // Page by page, each once.
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = ana.get(&format!("/complaints?view=all&limit=1{cursor}")).status(200).body;
            seen.push(page["items"][0]["id"].as_str().unwrap().to_owned());
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen, [third, second, first]);
    }

    fn the_history_tells_everything_in_order(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let logged = ana.log(json!({ "name": "Mai", "phone": "0901" }), "late again");
        let id = logged.text("/id");
        ana.post(&format!("/complaints/{id}/acknowledgement"), json!({ "channel": "sms", "body": "I am Ana." })).status(200);
        ana.post(&format!("/complaints/{id}/acknowledgement"), json!({ "channel": "sms", "body": "again" }))
            .refused(409, "wrong-stage");
        let refused = ana.post(&format!("/complaints/{id}/customer-answer"), json!({ "answer": "accepted", "channel": "sms" }));
        assert_eq!(refused.refused(409, "wrong-stage").body["allowed"], json!(["replied"]));
        let assessed = json!({ "severity": "serious", "category": "delivery", "points": ["two days late"] });
        let complaint = ana.post(&format!("/complaints/{id}/assessment"), assessed).status(200).body;
        assert_eq!((&complaint["stage"], &complaint["severity"]), (&json!("investigating"), &json!("serious")));
        let reference = logged.text("/reference");
        let items = ana.get(&format!("/complaints/{reference}/history")).status(200).body["items"].clone();
        let items = items.as_array().unwrap();
        assert_eq!(items.len(), 3);
        for (item, seq) in items.iter().zip(1..) {
            assert_eq!((&item["seq"], &item["actor"]["name"]), (&json!(seq), &json!("Ana")));
            assert!(item["at"].as_str().is_some_and(|at| at.ends_with('Z')));
        }
        assert_eq!(items[0]["text"]["narrative"], "late again");
        assert!(!items[0]["body"].to_string().contains("late again"), "facts hold no text");
        assert_eq!(items[1]["text"]["body"], "I am Ana.");
        assert_eq!(complaint["narrative"], "late again");
        assert_eq!(complaint["points"][0]["text"], "two days late");
        let due = |field: &str| complaint["due"][field].as_str().unwrap().to_owned();
        assert!(due("acknowledge") < due("reply") && due("reply") < due("resolve"));
    }

    fn the_same_customer_is_known_again(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let one = ana.log(json!({ "name": "Nguyễn Thị Đào", "phone": "+84 90 123-4567" }), "a");
        let two = ana.log(json!({ "name": "NGUYEN THI DAO", "phone": "8490 1234567", "email": "d@x.vn" }), "b");
        let three = ana.log(json!({ "name": "nguyễn thị đào", "email": "D@X.VN" }), "c");
        let other = ana.log(json!({ "name": "Nguyễn Thị Đào", "phone": "0999" }), "d");
        assert_eq!(one.text("/customer/id"), two.text("/customer/id"));
        assert_eq!(one.text("/customer/id"), three.text("/customer/id"));
        assert_ne!(one.text("/customer/id"), other.text("/customer/id"));
        let id = one.text("/customer/id");
        ana.post(&format!("/customers/{id}/identifiers"), json!({ "kind": "order", "value": "A-17" })).status(200);
        let customer = ana.get(&format!("/customers/{id}")).status(200).body;
        let kinds: Vec<_> = customer["identifiers"].as_array().unwrap().iter().map(|i| i["kind"].clone()).collect();
        assert_eq!(Value::from(kinds), json!(["email", "order", "phone"]));
        assert_eq!(ids(&ana, &format!("view=all&customer={id}")).len(), 3);
    }

    /// Two records of one person: their complaints are listed as one, and undoing it restores both.
    fn two_records_of_one_person_are_merged_and_unmerged(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let one = ana.log(json!({ "name": "Mai", "phone": "0901" }), "a");
        let two = ana.log(json!({ "name": "Mai Tran", "email": "mai@x.vn" }), "b");
        let (one, two) = (one.text("/customer/id"), two.text("/customer/id"));
        ana.post(&format!("/customers/{two}/merge"), json!({ "into": two })).refused(422, "invalid-field");
        let none = json!({ "into": one, "keep": ["language"] });
        assert_eq!(ana.post(&format!("/customers/{two}/merge"), none).refused(422, "invalid-field").body["field"], "keep");
        let keep = json!({ "into": one, "keep": ["name"] });
        let whole = ana.post(&format!("/customers/{two}/merge"), keep).status(200).body;
        assert_eq!(whole["name"], "Mai Tran");
        assert_eq!((&whole["id"], &whole["merged"]), (&json!(one), &json!([two])));
        ana.post(&format!("/customers/{one}/merge"), json!({ "into": two })).refused(409, "customer-merged");
        assert_eq!(ids(&ana, &format!("view=all&customer={one}")).len(), 2);
        assert_eq!(ids(&ana, &format!("view=all&customer={two}")).len(), 1);
        // Whoever is recognised by the second record is logged under the first.
        let third = ana.log(json!({ "name": "Mai Tran", "email": "mai@x.vn" }), "c");
        assert_eq!(third.text("/customer/id"), one);
        let whole = ana.post(&format!("/customers/{one}/unmerge"), json!({ "customer": two })).status(200).body;
        assert_eq!(whole["name"], "Mai");
        ana.post(&format!("/customers/{one}/unmerge"), json!({ "customer": two })).refused(409, "customer-not-merged");
        assert_eq!(ids(&ana, &format!("view=all&customer={one}")).len(), 2);
        assert_eq!(ids(&ana, &format!("view=all&customer={two}")).len(), 1);
    }

    fn the_desk_describes_itself(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        ana.get("/healthz").status(200);
        ana.get("/readyz").status(200);
        let document = ana.get("/openapi.json").status(200).body;
        let paths = document["paths"].as_object().unwrap();
        for path in ["/api/v1/complaints", "/api/v1/complaints/{id}/close", "/api/v1/promises/{id}/kept"] {
            assert!(paths.contains_key(path), "{path} is not described");
        }
        // Every verb on a complaint needs a token: without one it is 401 whatever the body.
        for (path, operations) in paths.iter().filter(|(path, _)| path.starts_with("/api/")) {
            let path = path.replace("{id}", "C-2026-000001");
            let url = format!("http://{}{path}", desk.address());
            if operations.get("get").is_some() {
                Person::patient_request(&url, "none").status(401);
            }
        }
        let causes = ana.get("/causes?limit=200").status(200).body;
        let codes: Vec<_> = causes["items"].as_array().unwrap().iter().map(|c| c["code"].as_str().unwrap()).collect();
        assert!(codes.contains(&"unknown") && codes.contains(&"other"), "{codes:?}");
    }

    /// I-08: an absence adds a substitute and removes no duty.
    fn an_absence_adds_a_substitute(desk: &Desk) {
        let (ana, lan, lead) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"), desk.person("Bo", "lead"));
        let id = ana.log(json!({ "name": "Mai", "phone": "0901" }), "late").text("/id");
        let away = json!({ "from": "2020-01-01T00:00:00Z", "to": "2099-01-01T00:00:00Z", "substitute": lan.id });
        ana.post(&format!("/staff/{}/absences", ana.id), away.clone()).status(403);
        lead.post(&format!("/staff/{}/absences", ana.id), away).status(201);
        let complaint = lead.complaint(&id);
        assert_eq!(complaint["first_contact"]["id"], ana.id);
        assert_eq!(complaint["first_contact"]["substitute"]["id"], lan.id);
        ana.decide(&id, "upheld").status(200);
    }
}
