//! Problems in progress, told to whoever is on the telephone: which complaint may be one of them, and which not.

use serde_json::{Value, json};

use super::{Desk, Person};
use crate::on_both_engines;

/// A complaint about a product, with its cause.
fn complained(person: &Person, product: &str, cause: &str) -> String {
    let id = log(person, product, &json!({}));
    person.tag(&id, cause).status(200);
    id
}

fn log(person: &Person, product: &str, more: &Value) -> String {
    let mut body = json!({ "channel": "phone", "customer": { "anonymous": true }, "product": product, "narrative": "x" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    person.log_with(body).text("/id")
}

fn known(person: &Person, asked: &str) -> Vec<Value> {
    let answer = person.get(&format!("/known-problems?{asked}")).status(200).body;
    answer["items"].as_array().unwrap().clone()
}

fn titles(found: &[Value]) -> Vec<&str> {
    found.iter().map(|one| one["title"].as_str().unwrap()).collect()
}

const HOSTILE: &str = "<img src=x onerror=alert(1)> {{7*7}} \u{202e}'; drop table problem; -- \u{1F4A5}";

on_both_engines! {
    fn a_problem_in_progress_is_known_by_the_product_or_the_cause(desk: &Desk) {
        let (lea, leo) = (desk.person("Lea", "lead"), desk.person("Leo", "lead"));
        let (ana, ben, audi) = (desk.person("Ana", "agent"), desk.person("Ben", "agent"), desk.person("Audi", "auditor"));
        for _ in 0..2 {
            complained(&ana, "Kettle", "damaged");
        }
        complained(&ana, "Kettle", "late");
        complained(&ana, "Lamp", "damaged");
        let body = json!({ "title": HOSTILE, "causes": ["damaged"], "say": { "en": HOSTILE, "vi": "Chúng tôi đã biết.", "zh-Hant": "已經知道。" } });
        let problem = lea.post("/problems", body).status(201).text("/id");
        let found = known(&ana, "product=Kettle");
        assert_eq!(titles(&found), [HOSTILE]);
        assert_eq!((&found[0]["id"], &found[0]["say"], &found[0]["action"]),
            (&json!(problem), &json!({ "language": "en", "text": HOSTILE }), &Value::Null));
        for (language, told) in [("vi", "vi"), ("vi-VN", "vi"), ("zh-Hans", "zh-Hant"), ("fr", "en")] {
            let found = known(&audi, &format!("product=Kettle&language={language}"));
            assert_eq!(found[0]["say"]["language"], told, "{language}");
        }
        ana.get("/known-problems?product=Kettle&language=a%20b").refused(422, "invalid-field");
        assert_eq!(ana.get("/known-problems?cause=nothing").refused(422, "invalid-field").body["field"], "cause");

        // One complaint may be anything, another cause is another matter, and of nothing nothing is known.
        for not in ["product=Lamp", "product=Other", "", "place=Kettle", "product=Kettle&cause=late", "cause=late", "product=%00", "product=kettle%25"] {
            assert_eq!(known(&ana, not).len(), 0, "{not}");
        }
        for so in ["cause=damaged", "cause=damaged&product=Lamp", "product=Kettle&cause=unknown", "product=Kettle&place=Anywhere", "product=Kettle&category=new"] {
            assert_eq!(known(&ana, so).len(), 1, "{so}");
        }

        // Who sees none of the complaints is told nothing that follows from them.
        for _ in 0..2 {
            let id = log(&ana, "Secret", &json!({ "restricted": true }));
            ana.tag(&id, "damaged").status(200);
        }
        assert_eq!((known(&ana, "product=Secret").len(), known(&ben, "product=Secret").len()), (1, 0));

        // What is done about it, once that is decided; a plan for one product is about that product.
        let action = json!({ "problem": problem, "title": "Thicker lids", "owner": ana.id, "due_at": "2099-01-01T10:00:00Z" });
        let action = lea.post("/corrective-actions", action).status(201).text("/id");
        let verb = |who: &Person, verb: &str, body: Value| who.post(&format!("/corrective-actions/{action}/{verb}"), body).status(200);
        assert_eq!(known(&ana, "product=Kettle")[0]["action"], Value::Null, "only proposed");
        verb(&leo, "approve", json!({}));
        let told = known(&ana, "product=Kettle")[0]["action"].clone();
        assert_eq!((&told["id"], &told["state"], &told["title"]), (&json!(action), &json!("approved"), &json!("Thicker lids")));
        verb(&ana, "start", json!({}));
        let plan = json!({
            "baseline": { "from": "2025-01-01", "to": "2025-05-01" }, "watch": { "from": "2025-06-01", "to": "2025-08-30" },
            "exposure": { "kind": "deliveries", "product": "Teapot", "place": "Vác" }, "verifier": ben.id,
        });
        verb(&lea, "plan", plan);
        for (asked, count) in [("product=Kettle", 0), ("product=Teapot", 1), ("product=Teapot&place=Eger", 0), ("product=Teapot&cause=late", 0), ("cause=damaged", 1)] {
            assert_eq!(known(&ana, asked).len(), count, "{asked}");
        }
        assert_eq!(known(&ana, "product=Teapot")[0]["action"]["state"], "implementing");
    }

    fn a_complaint_on_record_knows_them_too_until_they_are_over(desk: &Desk) {
        let (lea, ana, ben) = (desk.person("Lea", "lead"), desk.person("Ana", "agent"), desk.person("Ben", "agent"));
        let id = complained(&ana, "Kettle", "damaged");
        let other = complained(&ana, "Kettle", "late");
        let hidden = log(&ana, "Kettle", &json!({ "restricted": true }));
        let of = |who: &Person, id: &str| who.get(&format!("/complaints/{id}/known-problems"));
        assert_eq!(of(&ana, &id).status(200).body["items"], json!([]));
        let say = json!({ "vi": "Chúng tôi đã biết.", "en": "We know." });
        let problem = lea.post("/problems", json!({ "title": "Lids", "causes": ["damaged"], "say": say })).status(201).text("/id");
        let newer = lea.post("/problems", json!({ "title": "Lids again", "causes": ["damaged"] })).status(201).text("/id");
        let items = of(&ben, &id).status(200).body["items"].clone();
        assert_eq!(titles(items.as_array().unwrap()), ["Lids again", "Lids"], "the newer first");
        assert_eq!((&items[0]["say"], &items[1]["say"]["text"]), (&Value::Null, &json!("We know.")));
        assert_eq!(of(&ben, &other).status(200).body["items"], json!([]), "its cause is another");
        of(&ben, &hidden).refused(404, "not-found");
        of(&ben, "C-2026-999999").refused(404, "not-found");
        let speaks = ana.log_with(json!({
            "channel": "phone", "customer": { "name": "Lan", "phone": "0901234567", "language": "vi" }, "narrative": "x",
        })).text("/id");
        ana.tag(&speaks, "damaged").status(200);
        assert_eq!(of(&ana, &speaks).status(200).body["items"][1]["say"]["language"], "vi");

        // Over when a fix was shown to help: then nothing is told.
        let deliveries: Vec<Value> = ["2025-01", "2025-03"].iter().flat_map(|month| (1..=28).map(move |day| {
            json!({ "date": format!("{month}-{day:02}"), "kind": "deliveries", "count": 1000 })
        })).collect();
        lea.post("/exposure", json!({ "items": deliveries })).status(200);
        for day in 1..=28 {
            let at = format!("2025-01-{day:02}T09:00:00Z");
            let body = json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": "x", "received_at": at, "incident_at": at });
            let id = ana.log_with(body).text("/id");
            ana.tag(&id, "damaged").status(200);
        }
        let action = json!({ "problem": problem, "title": "Thicker lids", "owner": ana.id, "due_at": "2099-01-01T10:00:00Z" });
        let action = lea.post("/corrective-actions", action).status(201).text("/id");
        let verb = |who: &Person, verb: &str, body: Value| who.post(&format!("/corrective-actions/{action}/{verb}"), body).status(200).body;
        verb(&lea, "approve", json!({}));
        verb(&ana, "start", json!({}));
        verb(&lea, "plan", json!({
            "baseline": { "from": "2025-01-01", "to": "2025-01-29" }, "watch": { "from": "2025-03-01", "to": "2025-03-29" },
            "exposure": { "kind": "deliveries" }, "verifier": ben.id,
        }));
        verb(&ana, "implemented", json!({ "implemented_at": "2025-02-01T00:00:00Z" }));
        assert_eq!(verb(&ben, "verdict", json!({}))["verdict"], "effective");
        assert_eq!(known(&ana, "cause=damaged").len(), 2, "it helped, and it is still there");
        lea.post(&format!("/problems/{problem}/solve"), json!({ "reason": "none since" })).status(200);
        assert_eq!(known(&ana, "cause=damaged").iter().map(|one| &one["id"]).collect::<Vec<_>>(), [&json!(newer)]);
        lea.post(&format!("/problems/{problem}/reopen"), json!({ "reason": "there it is" })).status(200);
        assert_eq!(known(&ana, "cause=damaged").len(), 2);
    }
}
