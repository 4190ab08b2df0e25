//! Reply texts: what stands in them is text, but for a closed list of fields; every version of them can be taken up again.

use serde_json::{Value, json};

use super::Desk;
use crate::on_both_engines;
use crate::support::Person;

fn new(name: &str, text: &str) -> Value {
    json!({ "name": name, "texts": { "en": text } })
}

fn names(who: &Person, path: &str) -> Vec<String> {
    let list = who.get(path).status(200).body;
    list["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

/// A reply text as it is offered on a complaint: the language, the text, what is missing.
fn offered(who: &Person, id: &str, name: &str, language: &str) -> (String, String, Vec<String>) {
    let asked = if language.is_empty() { String::new() } else { format!("?language={language}") };
    let list = who.get(&format!("/complaints/{id}/canned-replies{asked}")).status(200).body;
    let item = list["items"].as_array().unwrap().iter().find(|item| item["name"] == name).unwrap().clone();
    let text = |field: &str| item[field].as_str().unwrap().to_owned();
    let missing =
        item["missing"].as_array().unwrap().iter().map(|m| m.as_str().unwrap().to_owned()).collect();
    (text("language"), text("text"), missing)
}

on_both_engines! {
    fn a_text_is_filled_in_for_a_complaint_and_what_is_not_known_is_told(desk: &Desk) {
        let (ana, lea) = (desk.person("Ana", "agent"), desk.person("Lea", "lead"));
        let text = "Dear {customer}, {responsible} sees to {reference} ({product}): {promise} by {due}. {staff}";
        let texts = json!({ "name": "Promise", "texts": { "en": text, "hu": "Kedves {customer}! {received}" } });
        let made = lea.post("/canned-replies", texts).status(201);
        let reply = made.text("/id");
        assert_eq!((made.body["version"].as_i64(), made.body["retired"].as_bool()), (Some(1), Some(false)));
        let id = ana.log_with(json!({ "channel": "phone", "customer": { "name": "Mai", "phone": "0901", "language": "hu-HU" },
                                      "narrative": "late", "product": "Kettle" })).text("/id");
        let reference = ana.complaint(&id)["reference"].as_str().unwrap().to_owned();
        // In the customer's language where nothing is asked, in another where the text is in that.
        let (language, told, missing) = offered(&ana, &id, "Promise", "");
        assert!(language == "hu" && told.starts_with("Kedves Mai! ") && !told.contains('{') && missing.is_empty(), "{told}");
        assert_eq!(offered(&ana, &id, "Promise", "zh").0, "en");
        let first = format!("Dear Mai, Ana sees to {reference} (Kettle): {{promise}} by {{due}}. Lea");
        assert_eq!(offered(&lea, &id, "Promise", "en"), ("en".into(), first.clone(), vec!["promise".into(), "due".into()]));
        // A gap never goes out, neither to say who has it, nor as an answer, nor as a question.
        let gap = |who: &Person, verb: &str, body: Value, field: &str| {
            let refused = who.post(&format!("/complaints/{id}/{verb}"), body).refused(422, "invalid-field");
            assert_eq!(refused.body["field"], field);
            let told = refused.body["detail"].as_str().unwrap();
            assert!(told.contains("{promise}, {due}"), "{told}");
        };
        gap(&ana, "acknowledgement", json!({ "channel": "email", "body": first }), "body");
        let progress = |body: &str| json!({ "kind": "progress", "channel": "email", "body": body, "delivered": false });
        gap(&ana, "replies", progress(&first), "body");
        gap(&ana, "await-customer", json!({ "question": first, "due_at": "2099-01-02T10:00:00Z" }), "question");
        ana.post(&format!("/complaints/{id}/notes"), json!({ "body": first })).status(200);
        ana.post(&format!("/complaints/{id}/promises"), json!({ "text": "a new one", "due_at": "2099-01-02T10:00:00Z" })).status(201);
        ana.post(&format!("/complaints/{id}/promises"), json!({ "text": "later", "due_at": "2099-03-02T10:00:00Z" })).status(201);
        let one = ana.get(&format!("/canned-replies/{reply}/filled?complaint={reference}&language=en")).status(200).body;
        let told = one["text"].as_str().unwrap();
        assert!(told.contains(": a new one by ") && told.contains("2099") && told.ends_with(". Ana"), "{told}");
        assert_eq!(one["missing"], json!([]));
        ana.post(&format!("/complaints/{id}/replies"), progress(told)).status(201);
        ana.get(&format!("/canned-replies/{reply}/filled")).refused(422, "invalid-field");
        ana.get(&format!("/canned-replies/{reply}/filled?complaint=C-2020-000001")).refused(404, "not-found");
        ana.get(&format!("/complaints/{id}/canned-replies?language=de")).refused(422, "invalid-field");
    }

    fn row_47_what_looks_like_more_than_text_stays_text(desk: &Desk) {
        let (ana, lea) = (desk.person("Ana", "agent"), desk.person("Lea", "lead"));
        let tricks = "{{7*7}} ${7*7} ${customer} {{customer}} %s %(name)s <OTRS_CUSTOMER_Body> #{7*7} <%= 7*7 %>";
        lea.post("/canned-replies", new("tricks", tricks)).status(201);
        lea.post("/canned-replies", new("name", "Dear {customer}")).status(201);
        // What people say is not filled in either, whatever it looks like.
        let id = ana.log_with(json!({ "channel": "phone", "customer": { "name": "{reference} {{7*7}} %s", "phone": "0901" },
                                      "narrative": tricks, "summary": tricks })).text("/id");
        assert_eq!(offered(&ana, &id, "tricks", "").1, tricks);
        assert_eq!(offered(&ana, &id, "name", "").1, "Dear {reference} {{7*7}} %s");
        assert_eq!(ana.complaint(&id)["narrative"], tricks);
        for field in ["password_hash", "token", "customer_phone", "note"] {
            let refused = lea.post("/canned-replies", new("x", &format!("{{{field}}}"))).refused(422, "invalid-field");
            assert_eq!(refused.body["field"], "texts.en");
            let told = refused.body["detail"].as_str().unwrap();
            assert!(told.contains(&format!("no field {{{field}}}: there are {{customer}}, ")), "{told}");
        }
    }

    fn leads_write_them_and_an_administrator_takes_up_any_version_again(desk: &Desk) {
        let (ana, lea) = (desk.person("Ana", "agent"), desk.person("Lea", "lead"));
        let (ada, otto) = (desk.person("Ada", "admin"), desk.person("Otto", "auditor"));
        ana.post("/canned-replies", new("x", "y")).refused(403, "not-yours");
        otto.post("/canned-replies", new("x", "y")).refused(403, "read-only");
        lea.post("/canned-replies", json!({ "name": "x", "texts": {} })).refused(422, "invalid-field");
        lea.post("/canned-replies", json!({ "name": "x", "texts": { "de": "y" } })).refused(422, "invalid-field");
        let id = lea.post("/canned-replies", new("Sorry", "one")).status(201).text("/id");
        let one = format!("/canned-replies/{id}");
        let at = |verb: &str| format!("{one}/{verb}");
        // A name is taken however it is written.
        assert_eq!(ada.post("/canned-replies", new("  SÓRRY ", "x")).refused(409, "taken").body["field"], "name");
        ana.post(&at("amend"), new("Sorry", "b")).refused(403, "not-yours");
        let stale = [("If-Match", "\"7\"")];
        ada.post_with(&at("amend"), &stale, &new("Sorry", "two").to_string()).refused(412, "stale");
        ada.post(&at("amend"), new("Sorry", "two")).status(200);
        // What changes nothing is no version.
        assert_eq!(ada.post(&at("amend"), new("Sorry", "two")).status(200).body["version"], 2);
        lea.post(&at("retire"), json!({})).status(200);
        assert_eq!((names(&ana, "/canned-replies"), names(&ana, "/canned-replies?retired=true")), (vec![], vec!["Sorry".to_owned()]));
        let complaint = ana.log(json!({ "anonymous": true }), "late").text("/id");
        assert_eq!(names(&ana, &format!("/complaints/{complaint}/canned-replies")), Vec::<String>::new());
        ana.get(&format!("{one}/filled?complaint={complaint}")).refused(404, "not-found");
        let undo = |version: i64| json!({ "version": version });
        lea.post(&at("restore"), undo(1)).refused(403, "not-yours");
        ada.post(&at("restore"), undo(9)).refused(422, "invalid-field");
        // While it was retired somebody else took the name.
        let other = lea.post("/canned-replies", new("Sorry", "other")).status(201).text("/id");
        ada.post(&at("restore"), undo(1)).refused(409, "taken");
        lea.post(&format!("/canned-replies/{other}/retire"), json!({})).status(200);
        let back = ada.post(&at("restore"), undo(1)).status(200).body;
        assert_eq!((&back["texts"]["en"], &back["version"], &back["retired"]), (&json!("one"), &json!(4), &json!(false)));
        let versions = ana.get(&at("versions")).status(200).body;
        let told: Vec<_> = versions["items"].as_array().unwrap().iter()
            .map(|v| format!("{} {} {} {}", v["version"], v["by"]["name"].as_str().unwrap(), v["texts"]["en"].as_str().unwrap(), v["retired"])).collect();
        assert_eq!(told, ["4 Ada one false", "3 Lea two true", "2 Ada two false", "1 Lea one false"]);
        ana.get("/canned-replies/0190f3b0-0000-7000-8000-00000000ffff/versions").refused(404, "not-found");
        assert_eq!(ana.get(&one).status(200).body["name"], "Sorry");
    }
}
