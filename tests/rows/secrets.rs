//! Rows on what must never be written down.

use serde_json::{Value, json};

use super::{document, encoded, routes};
use crate::on_both_engines;
use crate::story::rights::{Cast, body, filled};
use crate::support::{Desk, Engine};

/// The texts of a body, each with the canary in it, so that it is seen wherever it goes.
fn told_to(value: Value, canary: &str) -> Value {
    match value {
        Value::String(text) if ["r", "b", "q", "e", "c", "n", "t"].contains(&text.as_str()) => json!(canary),
        Value::Object(fields) => fields.into_iter().map(|(name, v)| (name, told_to(v, canary))).collect(),
        other => other,
    }
}

fn canaries_are_written_nowhere(engine: Engine) {
    let desk = Desk::open_with(engine, &[("METRICS__LISTEN", "127.0.0.1:0"), ("LOG__LEVEL", "debug")]);
    let cast = Cast::of(&desk);
    let (lead, canary) = (&cast.roles[1], "Zebrafink 4111111111111111");
    // Line breaks that would begin a line of their own in the log, and what a terminal would obey.
    let forged = format!(
        "{canary}\r\n{{\"level\":\"ERROR\",\"fields\":{{\"message\":\"forged\"}}}}\u{1b}[2J\u{1b}[31m"
    );
    let document = document(lead);
    let made = cast.complaint(lead, "own");
    for path in routes(&document, "post") {
        let call = filled(&cast, &path, Some(&made));
        let whole = told_to(body(&cast, &path).unwrap(), &forged);
        let key = format!("key-{canary}-{}", path.len());
        let headers = [
            ("Idempotency-Key", key.as_str()),
            ("User-Agent", canary),
            ("Cookie", canary),
            ("Referer", canary),
            ("X-Forwarded-For", canary),
            ("If-None-Match", canary),
        ];
        lead.post_with(&call, &headers, &whole.to_string());
        lead.post_with(&format!("{call}?{}={}", encoded(&forged), encoded(&forged)), &headers, &forged);
        lead.post(&format!("{call}/{}", encoded(&forged)), whole);
    }
    for path in routes(&document, "get").iter().filter(|path| path.starts_with("/api/")) {
        let call = path.trim_start_matches("/api/v1");
        // What is answered is not looked at here, and a stream is never over.
        lead.status_of(&format!("{}?q={}", filled(&cast, path, Some(&made)), encoded(&forged)));
        lead.status_of(&call.replace("{id}", &encoded(&forged)));
    }
    lead.get(&format!("/complaints?view=all&q={}", encoded(canary))).status(200);
    for token in [canary, "fh_4111111111111111"] {
        let url = format!("http://{}/api/v1/me", desk.address());
        crate::support::Person::request(&url, token).refused(401, "unauthenticated");
    }
    let own = lead.post(&format!("/staff/{}/tokens", lead.id), json!({})).status(201).body;
    let token = own["token"].as_str().unwrap().to_owned();
    let figures = desk.figures();
    assert!(figures.contains("firsthand_http_requests_total"), "{figures}");
    let (status, log) = desk.stop();
    assert!(status.success());
    for secret in [
        "Zebrafink",
        "4111111111111111",
        "zebrafink",
        "forged",
        "\u{1b}",
        &token,
        &lead.token,
        &lead.token[3..],
    ] {
        assert!(!log.contains(secret), "{secret} in the log");
        assert!(!figures.contains(secret), "{secret} in the figures");
    }
    let mut events = 0;
    // Besides events there is what a newcomer is told on the terminal.
    let newcomer =
        |line: &str| line.starts_with("Nobody is at the desk yet.") || line.contains("/setup?code=");
    for line in log.lines().filter(|line| !newcomer(line)) {
        let event: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no event: {line}"));
        assert!(event["level"].is_string() && event["fields"].is_object(), "{event}");
        events += usize::from(event["fields"]["request_id"].is_string());
    }
    assert!(events > 150, "{events}");
}

#[test]
fn row_41_and_56_secrets_are_written_nowhere_and_nothing_forges_a_line_on_sqlite() {
    canaries_are_written_nowhere(Engine::Sqlite);
}

#[test]
fn row_41_and_56_secrets_are_written_nowhere_and_nothing_forges_a_line_on_postgres() {
    canaries_are_written_nowhere(Engine::Postgres);
}

on_both_engines! {
    /// What customers and staff write never reaches the log, and a line break in it forges nothing.
    fn row_41_and_56_the_log_holds_no_personal_data(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let canary = "Zebrafink";
        let body = json!({ "channel": "phone", "customer": { "name": canary, "phone": "0901555777" },
                           "narrative": format!("{canary}\n{{\"level\":\"ERROR\"}}"), "order_ref": canary });
        let id = ana.log_with(body).text("/id");
        ana.post(&format!("/complaints/{id}/notes"), json!({ "body": canary })).status(200);
        ana.get(&format!("/complaints/{canary}")).status(404);
        ana.get(&format!("/complaints?category={canary}")).status(200);
        ana.get(&format!("/complaints?{canary}=1")).status(422);
        ana.post_with("/complaints", &[], &format!("{{\"narrative\": \"{canary}")).status(400);
        ana.post("/complaints", json!({ "channel": canary })).status(422);
        let (status, log) = desk.stop();
        assert!(status.success());
        for secret in [canary, "0901555777", &ana.token] {
            assert!(!log.contains(secret), "{secret} in the log:\n{log}");
        }
        for line in log.lines().filter(|l| l.starts_with('{')) {
            serde_json::from_str::<Value>(line).expect("one JSON object a line");
        }
        assert!(log.contains("request_id"), "{log}");
    }
}
