//! A whole conversation with the desk, as a snapshot: what is sent, what comes back. The same on both engines.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Desk, Person};
use crate::on_both_engines;
use crate::support::Answer;

/// A conversation with ids and times made the same in every run.
#[derive(Default)]
struct Transcript {
    text: String,
    ids: BTreeMap<String, usize>,
}

impl Transcript {
    fn post(&mut self, who: &Person, path: &str, body: Value) -> Answer {
        let answer = who.post(path, body.clone());
        self.line(&format!("{} POST {path}", who.name));
        self.value(&body);
        self.answer(&answer);
        answer
    }

    fn get(&mut self, who: &Person, path: &str) -> Answer {
        let answer = who.get(path);
        self.line(&format!("{} GET {path}", who.name));
        self.answer(&answer);
        answer
    }

    fn answer(&mut self, answer: &Answer) {
        let shown = ["content-type", "etag", "location"];
        let headers = answer.headers.iter().filter(|(name, _)| shown.contains(&&**name));
        let mut headers: Vec<String> = headers.map(|(name, value)| format!("{name}: {value}")).collect();
        headers.sort();
        self.line(&format!("{} {}", answer.status, headers.join(", ")));
        self.value(&answer.body);
        self.text.push('\n');
    }

    fn value(&mut self, value: &Value) {
        let pretty = serde_json::to_string_pretty(value).unwrap();
        self.line(&pretty);
    }

    fn line(&mut self, line: &str) {
        let redacted = self.redact(line);
        let _ = writeln!(self.text, "{redacted}");
    }

    /// Ids become numbers in the order they appear, instants one word.
    fn redact(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut word = String::new();
        for c in text.chars().chain(['\n']) {
            if c.is_ascii_alphanumeric() || "-:.".contains(c) {
                word.push(c);
                continue;
            }
            out.push_str(&self.redact_word(&word));
            word.clear();
            out.push(c);
        }
        out.pop();
        out
    }

    fn redact_word(&mut self, word: &str) -> String {
        if let Some(point) = word.strip_prefix("point:") {
            return format!("point:{}", self.redact_word(point));
        }
        let uuid = word.len() == 36 && word.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
        if uuid {
            let next = self.ids.len() + 1;
            return format!("id-{}", self.ids.entry(word.to_owned()).or_insert(next));
        }
        let instant = word.len() >= 20
            && word.ends_with('Z')
            && word.as_bytes()[10] == b'T'
            && !word.starts_with("2099");
        if instant {
            return "an-instant".to_owned();
        }
        if word.starts_with("C-20") { format!("C-YEAR-{}", &word[7..]) } else { word.to_owned() }
    }
}

on_both_engines! {
    fn from_the_call_to_the_close(desk: &Desk) {
        let (ana, lan) = (desk.member("Ana", "agent", "phones"), desk.member("Lan", "agent", "repairs"));
        let mut t = Transcript::default();
        let body = json!({ "channel": "phone", "customer": { "name": "Mai Trần", "phone": "090 123 4567" },
                           "narrative": "The new kettle leaks.", "points": ["it leaks"],
                           "promise": { "text": "a call back", "due_at": "2099-01-01T10:00:00Z" } });
        let logged = t.post(&ana, "/complaints", body);
        let (id, point) = (logged.text("/id"), logged.text("/points/0/id"));
        let offer = json!({ "to": lan.id, "reason": "a repair", "request": "please check the seal" });
        let handoff = t.post(&ana, &format!("/complaints/{id}/handoffs"), offer).text("/id");
        t.get(&lan, "/complaints?view=offered");
        t.post(&lan, &format!("/handoffs/{handoff}/accept"), json!({}));
        t.post(&lan, &format!("/complaints/{id}/decision"), json!({ "outcome": "upheld", "reasons": "No seal." }));
        t.post(&ana, &format!("/complaints/{id}/close"), json!({ "reason": "busy" }));
        let reply = json!({ "kind": "substantive", "channel": "phone", "body": "A new kettle is on its way.",
                            "delivered": true, "points_answered": [point] });
        t.post(&ana, &format!("/complaints/{id}/replies"), reply);
        t.post(&ana, &format!("/complaints/{id}/customer-answer"), json!({ "answer": "accepted", "channel": "phone" }));
        let promise = ana.complaint(&id)["promises"][0]["id"].as_str().unwrap().to_owned();
        t.post(&ana, &format!("/promises/{promise}/kept"), json!({ "evidence": "called at noon" }));
        let tag = json!({ "cause": "damaged", "role": "primary", "confidence": "confirmed", "whys": ["no seal", "no check"] });
        t.post(&lan, &format!("/complaints/{id}/causes"), tag);
        t.post(&ana, &format!("/complaints/{id}/close"), json!({ "reason": "content" }));
        t.get(&ana, &format!("/complaints/{id}/history"));
        t.post(&ana, &format!("/complaints/{id}/decision"), json!({ "outcome": "upheld" }));
        t.get(&lan, &format!("/customers/{}", logged.text("/customer/id")));
        insta::assert_snapshot!("from_the_call_to_the_close", t.text);
    }
}

/// The OpenAPI document as a whole: a field that changes its name or its type shows here.
#[test]
fn the_openapi_document() {
    let desk = Desk::open(crate::support::Engine::Sqlite);
    let document = desk.person("Ana", "agent").get("/openapi.json").status(200).body;
    insta::assert_snapshot!("openapi", serde_json::to_string_pretty(&document).unwrap());
}
