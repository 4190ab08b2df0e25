//! One verb on many complaints at once: the rules of one, told row by row.

use std::thread;

use serde_json::{Value, json};

use super::{Desk, Person};
use crate::on_both_engines;

fn complaints(person: &Person, count: usize) -> Vec<String> {
    let mut made = Vec::new();
    for n in 0..count {
        made.push(
            person.log(json!({ "name": format!("Customer {n}"), "phone": "0901" }), "late").text("/id"),
        );
    }
    made
}

/// One that lacks nothing to be closed.
fn closable(person: &Person) -> String {
    let id = person.log(json!({ "name": "Mai", "phone": "0901" }), "late").text("/id");
    person.decide(&id, "upheld").status(200);
    person.tag(&id, "late").status(200);
    person.reply(&id).status(201);
    person.answer(&id, "accepted").status(200);
    id
}

fn chosen(ids: &[String]) -> Value {
    ids.iter().map(|id| json!({ "id": id })).collect()
}

fn with(body: &Value, complaints: Value) -> Value {
    let mut body = body.clone();
    body["complaints"] = complaints;
    body
}

fn close() -> Value {
    json!({ "verb": "close", "reason": "all said" })
}

fn assess() -> Value {
    json!({ "verb": "assess", "severity": "serious" })
}

/// What could be taken back, as the bulk that does it.
fn undo(done: &Value) -> Value {
    let rows = done["results"].as_array().unwrap().iter().filter(|row| row["can_undo"] == true);
    let rows: Vec<Value> =
        rows.map(|row| json!({ "id": row["complaint"], "version": row["version"] })).collect();
    json!({ "verb": "undo", "reason": "chosen by mistake", "complaints": rows })
}

fn counts(body: &Value) -> (i64, i64) {
    (body["done"].as_i64().unwrap(), body["refused"].as_i64().unwrap())
}

on_both_engines! {
    /// Closing in bulk closes what one by one would close, and says of each other what one by one would say.
    fn a_bulk_close_tells_each_refusal_and_closes_the_rest(desk: &Desk) {
        let (ana, lan) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"));
        let (one, two) = (closable(&ana), closable(&ana));
        let unready = ana.log(json!({ "anonymous": true }), "no answer yet").text("/id");
        let foreign = closable(&lan);
        let seen = ana.complaint(&two);
        let ids = json!([{ "id": one }, { "id": unready }, { "id": seen["reference"], "version": seen["version"] },
                         { "id": foreign }]);
        let told = ana.post("/complaints/bulk", with(&close(), ids)).status(200).body;
        assert_eq!((told["verb"].clone(), counts(&told)), (json!("close"), (2, 2)));
        let row = |at: usize| &told["results"][at];
        assert_eq!((&row(0)["complaint"], &row(0)["done"], &row(0)["problem"]), (&json!(one), &json!(true), &Value::Null));
        assert_eq!((&row(2)["reference"], &row(2)["done"]), (&seen["reference"], &json!(true)));
        // The very refusals of one.
        for (at, id) in [(1, &unready), (3, &foreign)] {
            let alone = ana.close(id).body;
            for fact in ["type", "title", "detail", "missing", "allowed"] {
                assert_eq!(row(at)["problem"][fact], alone[fact], "{fact}");
            }
            assert_eq!(row(at)["done"], false);
            assert_eq!(ana.complaint(id)["closure"], Value::Null);
        }
        assert_eq!(row(1)["problem"]["type"], "/problems/cannot-close");
        assert_eq!(row(3)["problem"]["type"], "/problems/not-yours");
        for id in [&one, &two] {
            let closed = ana.complaint(id);
            assert_eq!((&closed["stage"], &closed["closure"]), (&json!("closed"), &json!("accepted")));
            assert_eq!(ana.history(id).last().unwrap(), "closed");
        }
    }

    /// Offer, tag and assess; and back again as a bulk of its own, as far as the domain has a way.
    fn every_verb_goes_in_bulk_and_back_as_far_as_there_is_a_way(desk: &Desk) {
        let (ana, lan) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"));
        let ids = complaints(&ana, 3);
        let offer = json!({ "verb": "offer", "to": lan.id, "reason": "your line", "request": "look into it" });
        ana.offer(&ids[2], &lan).status(201);
        let told = ana.post("/complaints/bulk", with(&offer, chosen(&ids))).status(200).body;
        assert_eq!(counts(&told), (2, 1));
        assert_eq!(told["results"][2]["problem"]["type"], "/problems/handoff-pending");
        assert_eq!(lan.get("/complaints?view=offered").body["items"].as_array().unwrap().len(), 3);
        let back = ana.post("/complaints/bulk", undo(&told)).status(200).body;
        assert_eq!(counts(&back), (2, 0));
        assert_eq!(ana.history(&ids[0]).last().unwrap(), "handoff_recalled");
        assert_eq!(lan.get("/complaints?view=offered").body["items"].as_array().unwrap().len(), 1);
        // A first cause can only be replaced; one that took the place of another gives way to it.
        let tag = |cause: &str| json!({ "verb": "tag", "cause": cause, "role": "primary", "confidence": "suspected" });
        ana.tag(&ids[0], "damaged").status(200);
        let told = ana.post("/complaints/bulk", with(&tag("late"), chosen(&ids))).status(200).body;
        assert_eq!(counts(&told), (3, 0));
        let can: Vec<_> = (0..3).map(|at| told["results"][at]["can_undo"].as_bool().unwrap()).collect();
        assert_eq!(can, [true, false, false]);
        assert_eq!(counts(&ana.post("/complaints/bulk", undo(&told)).status(200).body), (1, 0));
        let causes = ana.complaint(&ids[0])["causes"].clone();
        let now = causes.as_array().unwrap().iter().find(|tag| tag["current"] == true).unwrap();
        assert_eq!((&now["cause"]["code"], &now["confidence"]), (&json!("damaged"), &json!("confirmed")));
        // How grave it was comes back; a category where there was none cannot be taken away again.
        let told = ana.post("/complaints/bulk", with(&assess(), chosen(&ids))).status(200).body;
        assert_eq!(counts(&ana.post("/complaints/bulk", undo(&told)).status(200).body), (3, 0));
        assert_eq!(ana.complaint(&ids[1])["severity"], "minor");
        let body = json!({ "verb": "assess", "category": "delivery" });
        let told = ana.post("/complaints/bulk", with(&body, chosen(&ids[..1]))).status(200).body;
        assert_eq!(told["results"][0]["can_undo"], false);
        let version = &told["results"][0]["version"];
        let wanted = json!({ "verb": "undo", "reason": "r", "complaints": [{ "id": ids[0], "version": version }] });
        let refused = ana.post("/complaints/bulk", wanted).status(200).body;
        assert_eq!(refused["results"][0]["problem"]["field"], "version");
    }

    /// What was closed is taken up again in a new round; whoever was faster is not undone over their head.
    fn a_bulk_close_is_taken_back_unless_something_came_after(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let ids = [closable(&ana), closable(&ana)];
        let told = ana.post("/complaints/bulk", with(&close(), chosen(&ids))).status(200).body;
        ana.post(&format!("/complaints/{}/notes", ids[1]), json!({ "body": "one more thing" })).status(200);
        let back = ana.post("/complaints/bulk", undo(&told)).status(200).body;
        assert_eq!(counts(&back), (1, 1));
        assert_eq!(back["results"][1]["problem"]["type"], "/problems/stale");
        let again = ana.complaint(&ids[0]);
        assert_eq!((&again["stage"], &again["cycle"]), (&json!("investigating"), &json!(2)));
        assert_eq!(ana.complaint(&ids[1])["stage"], "closed");
    }

    /// RELIABILITY 15: one that is not there, or not to be known of, among fifty: nothing is done and nothing says which.
    fn row_15_one_foreign_id_among_fifty_and_nothing_is_done(desk: &Desk) {
        let (ana, lan) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"));
        let mut secret = json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": "secret" });
        secret["restricted"] = json!(true);
        let mut about = secret.clone();
        about["restricted"] = json!(false);
        about["about_staff"] = json!(ana.id);
        let hidden = lan.log_with(secret).text("/id");
        let others = [
            hidden.clone(),
            lan.complaint(&hidden)["reference"].as_str().unwrap().to_owned(),
            lan.log_with(about).text("/id"),
            "0190f3b0-0000-7000-8000-00000000ffff".to_owned(),
            "C-2026-999999".to_owned(),
            "no reference".to_owned(),
        ];
        let mine = complaints(&ana, 49);
        let mut answers = Vec::new();
        for (n, other) in others.iter().enumerate() {
            let mut ids = mine.clone();
            ids.insert(n * 9, other.clone());
            let body = json!({ "verb": "tag", "cause": "late", "role": "primary", "confidence": "suspected" });
            let mut refused = ana.post("/complaints/bulk", with(&body, chosen(&ids))).refused(404, "not-found").body;
            refused["request_id"] = Value::Null;
            answers.push(refused.to_string());
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        for id in mine.iter().chain([&hidden]) {
            assert_eq!(lan.complaint(id)["version"], 1);
        }
    }

    /// Under one key it happens once, with one answer; the key belongs to that request.
    fn a_bulk_happens_once_under_its_key(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let ids = complaints(&ana, 3);
        let (key, body) = ([("Idempotency-Key", "bulk-1")], with(&assess(), chosen(&ids)).to_string());
        let first = ana.post_with("/complaints/bulk", &key, &body).status(200).body;
        let again = ana.post_with("/complaints/bulk", &key, &body).status(200).body;
        assert_eq!(first, again);
        assert_eq!(ana.history(&ids[0]), ["received", "assessed"]);
        let other = with(&assess(), chosen(&ids[..1])).to_string();
        ana.post_with("/complaints/bulk", &key, &other).refused(422, "key-reused");
        // What was refused as a whole leaves no key behind.
        let key = [("Idempotency-Key", "bulk-2")];
        let wrong = with(&assess(), json!([{ "id": "C-2026-999999" }])).to_string();
        ana.post_with("/complaints/bulk", &key, &wrong).refused(404, "not-found");
        ana.post_with("/complaints/bulk", &key, &other).status(200);
    }

    /// Nothing, too many, one twice, and whatever else is no bulk: told by the field, nothing done.
    fn what_is_no_bulk_is_told_by_its_field(desk: &Desk) {
        let (ana, otto) = (desk.person("Ana", "agent"), desk.person("Otto", "auditor"));
        let ids = complaints(&ana, 2);
        let reference = ana.complaint(&ids[0])["reference"].clone();
        let many: Value = (0..201).map(|_| json!({ "id": ids[0] })).collect();
        let body = |extra: Value| {
            let mut body = with(&assess(), chosen(&ids));
            for (name, value) in extra.as_object().unwrap() {
                body[name] = value.clone();
            }
            body
        };
        let wrong = [
            (with(&assess(), json!([])), "complaints"),
            (with(&assess(), many), "complaints"),
            (with(&assess(), json!([{ "id": ids[0] }, { "id": ids[0] }])), "complaints"),
            (with(&assess(), json!([{ "id": ids[0] }, { "id": reference }])), "complaints"),
            (with(&assess(), json!([{ "id": ids[0], "version": "1" }])), "complaints[0].version"),
            (with(&assess(), json!([{ "id": ids[0], "of": 1 }])), "complaints[0].of"),
            (with(&assess(), json!([{ "version": 1 }])), "complaints[0].id"),
            (with(&assess(), json!(ids[0])), "complaints"),
            (json!({ "verb": "assess" }), "complaints"),
            (json!({ "complaints": [{ "id": ids[0] }] }), "verb"),
            (body(json!({ "verb": "merge" })), "verb"),
            (body(json!({ "severity": "awful" })), "severity"),
            (body(json!({ "reason": "r" })), "reason"),
            (body(json!({ "verb": "close" })), "severity"),
            (with(&json!({ "verb": "close" }), chosen(&ids)), "reason"),
            (with(&json!({ "verb": "undo", "reason": "r" }), chosen(&ids)), "complaints[0].version"),
        ];
        for (body, field) in wrong {
            let refused = ana.post("/complaints/bulk", body.clone()).refused(422, "invalid-field").body;
            assert_eq!(refused["field"], field, "{body}");
        }
        // A body that says nothing on each is told on each.
        let told = ana.post("/complaints/bulk", with(&json!({ "verb": "assess" }), chosen(&ids))).status(200).body;
        assert_eq!(counts(&told), (0, 2));
        otto.post("/complaints/bulk", with(&assess(), chosen(&ids))).refused(403, "read-only");
        for id in &ids {
            assert_eq!(ana.complaint(id)["version"], 1);
        }
    }

    /// Two who change the same rows at once, each in another order: each row goes to one of them, the other is told.
    fn two_at_once_on_the_same_rows_each_have_some_and_are_told_of_the_rest(desk: &Desk) {
        let (ana, lan) = (desk.person("Ana", "agent"), desk.person("Bo", "lead"));
        let ids = complaints(&ana, 40);
        let at = |ids: &[String]| -> Value { ids.iter().map(|id| json!({ "id": id, "version": 1 })).collect() };
        let (mut there, mut back) = (ids.clone(), ids.clone());
        there.rotate_left(20);
        back.reverse();
        let told = thread::scope(|scope| {
            let all: Vec<_> = [(&ana, at(&there)), (&lan, at(&back)), (&ana, at(&ids[..30])), (&lan, at(&ids[10..]))]
                .into_iter()
                .map(|(who, rows)| scope.spawn(move || who.post("/complaints/bulk", with(&assess(), rows)).status(200).body))
                .collect();
            all.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>()
        });
        let done: i64 = told.iter().map(|one| counts(one).0).sum();
        assert_eq!(done, 40, "{told:?}");
        for row in told.iter().flat_map(|one| one["results"].as_array().unwrap()).filter(|row| row["done"] == false) {
            assert_eq!(row["problem"]["type"], "/problems/stale", "{row}");
            assert_eq!(row["problem"]["version"], 2);
        }
        for id in &ids {
            assert_eq!(ana.history(id), ["received", "assessed"]);
        }
        let checked = desk.command(&["check"]);
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    }

    /// Two hundred at once, the most there may be.
    fn two_hundred_at_once(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let ids = complaints(&ana, 200);
        let told = ana.post("/complaints/bulk", with(&assess(), chosen(&ids))).status(200).body;
        assert_eq!(counts(&told), (200, 0));
        let order: Vec<&str> = told["results"].as_array().unwrap().iter().map(|r| r["complaint"].as_str().unwrap()).collect();
        assert_eq!(order, ids, "told in the order they were named");
    }
}
