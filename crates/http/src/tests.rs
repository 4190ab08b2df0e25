//! The desk as callers meet it, on a SQLite file of its own, without a socket.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use firsthand_domain::policy::Policy;
use firsthand_domain::staff::NewStaff;
use firsthand_domain::time::Timestamp;
use firsthand_storage::{Database, Wiring, staff};
use futures_util::stream;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::app::{App, Limits, Settings};
use crate::call::{Call, Headers};
use crate::desk::{self, Asked, Sent};
use crate::problem::Problem;
use crate::rights::Right;
use crate::routes::{self, Route, get, post};
use crate::webhooks::Outbound;

static COUNT: AtomicU64 = AtomicU64::new(1);

/// An id nobody has had; in the order they were made.
fn next_id() -> Uuid {
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    Uuid::from_u128((u128::from(std::process::id()) << 64) | (7 << 76) | (2 << 62) | u128::from(n))
}

pub(crate) struct Desk {
    pub(crate) app: Arc<App>,
    /// What the desk takes for the present, in microseconds.
    clock: Arc<AtomicI64>,
    folder: PathBuf,
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Desk {
    pub(crate) async fn open(routes: Vec<Route>) -> Self {
        let folder = std::env::temp_dir().join(format!("firsthand-http-{}", next_id()));
        let url = format!("sqlite://{}", folder.join("desk.db").display());
        let clock = Arc::new(AtomicI64::new(Timestamp::parse("2026-11-22T09:30:00Z").unwrap().micros()));
        let told = Arc::clone(&clock);
        let wiring = Wiring {
            now: Arc::new(move || Timestamp::from_micros(told.load(Ordering::Relaxed))),
            new_id: Arc::new(|_| next_id()),
            policy: Policy::DEFAULT,
        };
        let settings = firsthand_storage::Settings { url, connections: 2 };
        let database = Database::open(&settings, wiring).await.unwrap();
        let settings = Settings {
            body_limit_bytes: 10_000,
            url: "http://desk".to_owned(),
            zone: jiff::tz::TimeZone::UTC,
            language: "en".to_owned(),
            deadline: Duration::from_secs(30),
            limits: Limits {
                connections: 100,
                connections_per_address: 50,
                trusted_proxies: Vec::new(),
                requests_per_minute: 60_000,
                failures_per_minute: 60,
            },
            ledger_key: None,
            outbound: Outbound { inside: vec!["127.0.0.0/8".parse().unwrap()], ports: vec![443] },
            new_id: Arc::new(next_id),
            micros: Arc::new(|| COUNT.load(Ordering::Relaxed)),
            new_token: Arc::new(|| format!("a-token-told-once-{}", next_id())),
        };
        let app = App::with_routes(database, settings, routes).unwrap();
        Self { app, clock, folder }
    }

    /// Lets so much time pass.
    pub(crate) fn pass_seconds(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }

    /// Adds a person whose token is their name.
    pub(crate) async fn person(&self, name: &'static str, role: &'static str) -> String {
        let added = self.app.database.change(move |unit| {
            Box::pin(async move {
                let email = format!("{name}@example.com");
                let new: NewStaff =
                    serde_json::from_value(json!({ "name": name, "email": email, "role": role }))?;
                staff::add(unit, &new, Some(&Sha256::digest(name.as_bytes()))).await
            })
        });
        added.await.unwrap().id.to_string()
    }

    pub(crate) async fn send(&self, who: &str, call: &str, body: Value, headers: Headers) -> Sent {
        let (method, target) = call.split_once(' ').unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let authorization = (!who.is_empty()).then(|| format!("Bearer {who}"));
        let asked = Asked {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: Headers { authorization, ..headers },
            caller: "192.0.2.1".parse().unwrap(),
            browser: false,
            encoding: None,
            malformed: None,
        };
        let body = if body.is_null() { String::new() } else { body.to_string() };
        desk::answer(&self.app, asked, stream::iter([Ok::<_, std::io::Error>(body)])).await
    }

    /// Somebody signed in at a browser: the number of their session. They must have been added by that name.
    pub(crate) async fn sign_in(&self, name: &'static str) -> String {
        let number = format!("session-of-{name}");
        let hash = crate::session::hash_of(&number);
        let begun = self.app.database.change(move |unit| {
            Box::pin(async move {
                let email = firsthand_domain::contact::Email::parse(&format!("{name}@example.com")).unwrap();
                let person = staff::by_email(&mut unit.tx, &email).await?.unwrap();
                firsthand_storage::sessions::begin(unit, &hash, person.id, false, Some("a test")).await
            })
        });
        begun.await.unwrap();
        number
    }

    /// What a browser with that session gets: `visit(&sid, "GET /complaints?q=a", &[])`, or sends, with the token a
    /// page of the session would hold.
    pub(crate) async fn visit(&self, session: &str, call: &str, fields: &[(&str, &str)]) -> Sent {
        self.browse(session, call, fields, None).await
    }

    /// What a browser gets that asks for this language.
    pub(crate) async fn visit_in(&self, session: &str, call: &str, language: &str) -> Sent {
        self.browse(session, call, &[], Some(language.to_owned())).await
    }

    async fn browse(
        &self,
        session: &str,
        call: &str,
        fields: &[(&str, &str)],
        accept_language: Option<String>,
    ) -> Sent {
        let (method, target) = call.split_once(' ').unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let headers = Headers {
            cookie: Some(format!("sid={session}")),
            origin: (method == "POST").then(|| "http://desk".to_owned()),
            host: Some("desk".to_owned()),
            content_type: Some("application/x-www-form-urlencoded".to_owned()),
            accept_language,
            ..Headers::default()
        };
        let signed_in = crate::session::of(&self.app, &headers, false).await.unwrap().map(|found| found.0);
        let token = signed_in.map(|s| s.form_token(next_id())).unwrap_or_default();
        let mut fields = fields.to_vec();
        fields.push(("_token", &token));
        let escaped = crate::query::encode;
        let pairs: Vec<_> = fields.iter().map(|(n, v)| format!("{}={}", escaped(n), escaped(v))).collect();
        let body = if method == "POST" { pairs.join("&") } else { String::new() };
        let asked = Asked {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers,
            caller: "192.0.2.1".parse().unwrap(),
            browser: true,
            encoding: None,
            malformed: None,
        };
        desk::answer(&self.app, asked, stream::iter([Ok::<_, std::io::Error>(body)])).await
    }

    /// What a browser sends of a form with files; `token` says whether the form stood on a page of that session.
    pub(crate) async fn send_files(
        &self,
        session: &str,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &[u8])],
        token: bool,
    ) -> Sent {
        let headers = Headers {
            cookie: Some(format!("sid={session}")),
            origin: Some("http://desk".to_owned()),
            host: Some("desk".to_owned()),
            content_type: Some("multipart/form-data; boundary=----x".to_owned()),
            ..Headers::default()
        };
        let signed_in = crate::session::of(&self.app, &headers, false).await.unwrap().map(|found| found.0);
        let made = signed_in.filter(|_| token).map(|s| s.form_token(next_id())).unwrap_or_default();
        let mut body = Vec::new();
        let part = |name: &str, more: &str| {
            format!("------x\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n").into_bytes()
        };
        for (name, value) in [("_token", made.as_str())].iter().chain(fields) {
            body.extend(part(name, ""));
            body.extend(value.as_bytes());
            body.extend(b"\r\n");
        }
        for (name, bytes) in files {
            body.extend(part("file", &format!("; filename=\"{name}\"\r\nContent-Type: image/png")));
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"------x--\r\n");
        let asked = Asked {
            method: "POST".to_owned(),
            path: path.to_owned(),
            query: String::new(),
            headers,
            caller: "192.0.2.1".parse().unwrap(),
            browser: true,
            encoding: None,
            malformed: None,
        };
        let pieces: Vec<_> = body.chunks(1000).map(|p| Ok::<_, std::io::Error>(p.to_vec())).collect();
        desk::answer(&self.app, asked, stream::iter(pieces)).await
    }

    pub(crate) async fn ask(&self, who: &str, call: &str, body: Value) -> (u16, Value) {
        let sent = self.send(who, call, body, Headers::default()).await;
        (sent.status, serde_json::from_str(&sent.body).unwrap_or(Value::Null))
    }
}

fn header<'s>(sent: &'s Sent, name: &str) -> Option<&'s str> {
    sent.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str())
}

fn complaint() -> Value {
    json!({ "channel": "phone", "customer": { "name": "Ana", "phone": "0612345678" }, "narrative": "Late again." })
}

#[tokio::test]
async fn a_handler_that_panics_is_answered_with_a_request_id_and_nothing_else() {
    async fn panics(_: Call) -> Result<crate::call::Answer, Problem> {
        panic!("Ana Kovács, +36 1 234 5678")
    }
    let desk = Desk::open(vec![get("/boom", Right::Public, "Panics.", panics)]).await;
    let sent = desk.send("", "GET /boom", Value::Null, Headers::default()).await;
    assert_eq!(sent.status, 500);
    assert_eq!(header(&sent, "content-type"), Some("application/problem+json"));
    let body: Value = serde_json::from_str(&sent.body).unwrap();
    assert_eq!(body["request_id"].as_str(), header(&sent, "x-request-id"));
    assert_eq!(body.as_object().unwrap().len(), 5, "{body}");
    assert!(!sent.body.contains("Ana"));
}

/// F30, more often than the pool has connections: a panic gives its connection back and undoes its change.
#[tokio::test]
async fn f30_panics_cost_neither_connections_nor_data_nor_others() {
    async fn while_reading(call: Call) -> Result<crate::call::Answer, Problem> {
        let _held = call.app.database.read().await?;
        panic!("while a connection is held")
    }
    async fn while_changing(call: Call) -> Result<crate::call::Answer, Problem> {
        let by = call.caller()?.id;
        let change = call.app.database.change(move |unit| {
            let log: firsthand_domain::verb::Log = serde_json::from_value(complaint()).unwrap();
            Box::pin(async move {
                firsthand_storage::complaints::log(unit, by, &log).await?;
                panic!("in a transaction")
            })
        });
        Ok(change.await?)
    }
    let mut all = routes::all();
    all.push(post("/api/v1/reads", Right::Writer, "Panics.", while_reading));
    all.push(post("/api/v1/changes", Right::Writer, "Panics.", while_changing));
    let desk = Desk::open(all).await;
    desk.person("eve", "agent").await;
    for _ in 0..30 {
        for call in ["POST /api/v1/reads", "POST /api/v1/changes"] {
            let (status, body) = desk.ask("eve", call, Value::Null).await;
            assert_eq!((status, body["request_id"].is_string()), (500, true), "{call}: {body}");
        }
        assert_eq!(desk.ask("eve", "GET /api/v1/me", Value::Null).await.0, 200);
    }
    let (_, list) = desk.ask("eve", "GET /api/v1/complaints?view=all", Value::Null).await;
    assert_eq!(list["items"], json!([]));
    assert_eq!(desk.ask("eve", "POST /api/v1/complaints", complaint()).await.0, 201);
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_503() {
    async fn sleeps(_: Call) -> Result<crate::call::Answer, Problem> {
        std::future::pending().await
    }
    let mut desk = Desk::open(vec![]).await;
    let settings = Settings { deadline: Duration::from_millis(5), ..desk.app.settings.clone() };
    let routes = vec![post("/slow", Right::Public, "Sleeps.", sleeps)];
    desk.app = App::with_routes(desk.app.database.clone(), settings, routes).unwrap();
    let sent = desk.send("", "POST /slow", Value::Null, Headers::default()).await;
    assert_eq!((sent.status, header(&sent, "retry-after")), (503, Some("5")));
}

#[tokio::test]
async fn every_error_is_a_problem() {
    let desk = Desk::open(routes::all()).await;
    desk.person("eve", "agent").await;
    desk.person("otto", "auditor").await;
    let long = json!({ "body": "x".repeat(10_000) });
    let table = [
        ("", "GET /nowhere", Value::Null, 404, "not-found"),
        ("", "DELETE /healthz", Value::Null, 405, "method-not-allowed"),
        ("", "GET /api/v1/complaints", Value::Null, 401, "unauthenticated"),
        ("nobody", "GET /api/v1/complaints", Value::Null, 401, "unauthenticated"),
        ("otto", "POST /api/v1/complaints", complaint(), 403, "read-only"),
        ("eve", "POST /api/v1/staff", json!({}), 403, "not-yours"),
        ("eve", "POST /api/v1/complaints", long, 413, "too-large"),
        ("eve", "POST /api/v1/complaints", json!({}), 422, "invalid-field"),
        ("eve", "GET /api/v1/complaints/C-2026-000009", Value::Null, 404, "not-found"),
        ("eve", "GET /api/v1/complaints/1/similar", Value::Null, 404, "not-found"),
        ("eve", "GET /api/v1/handoffs/1", Value::Null, 404, "not-found"),
        ("eve", "GET /api/v1/complaints?stage=lost", Value::Null, 422, "invalid-field"),
        ("eve", "GET /api/v1/complaints?q=%21", Value::Null, 422, "invalid-field"),
        ("eve", "GET /api/v1/complaints?cursor=w.1", Value::Null, 422, "invalid-field"),
        ("eve", "GET /api/v1/complaints?received_from=2026-02-30", Value::Null, 422, "invalid-field"),
        ("eve", "POST /api/v1/complaints/C-2026-000009/notes", json!({ "body": "x" }), 404, "not-found"),
    ];
    for (who, call, body, status, name) in table {
        let sent = desk.send(who, call, body, Headers::default()).await;
        let problem: Value = serde_json::from_str(&sent.body).unwrap();
        assert_eq!((sent.status, &problem["type"]), (status, &json!(format!("/problems/{name}"))), "{call}");
        assert_eq!(problem["status"], status);
        assert_eq!(header(&sent, "content-type"), Some("application/problem+json"));
        assert_eq!(problem["request_id"].as_str(), header(&sent, "x-request-id"));
        assert_eq!(header(&sent, "x-content-type-options"), Some("nosniff"));
        assert_eq!(header(&sent, "www-authenticate").is_some(), status == 401);
        assert_eq!(header(&sent, "allow").is_some(), status == 405);
    }
}

#[tokio::test]
async fn the_same_request_again_gives_the_same_answer() {
    let desk = Desk::open(routes::all()).await;
    desk.person("eve", "agent").await;
    let key = |key: &str| Headers { idempotency_key: Some(key.to_owned()), ..Headers::default() };
    let first = desk.send("eve", "POST /api/v1/complaints", complaint(), key("k")).await;
    let again = desk.send("eve", "POST /api/v1/complaints", complaint(), key("k")).await;
    assert_eq!(first.status, 201);
    assert_eq!((again.status, &again.body), (201, &first.body));
    for name in ["location", "etag", "content-type"] {
        assert_eq!(header(&again, name), header(&first, name));
    }
    let (_, list) = desk.ask("eve", "GET /api/v1/complaints?view=all", Value::Null).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let mut other = complaint();
    other["narrative"] = json!("Something else.");
    let reused = desk.send("eve", "POST /api/v1/complaints", other, key("k")).await;
    assert_eq!(reused.status, 422);
    let long = desk.send("eve", "POST /api/v1/complaints", complaint(), key(&"k".repeat(256))).await;
    assert_eq!(long.status, 422);
    // An error keeps nothing: the same key works for the request as mended.
    let bad = desk.send("eve", "POST /api/v1/complaints/none/notes", json!({ "body": "x" }), key("n")).await;
    assert_eq!(bad.status, 404);
    let good = desk.send("eve", "POST /api/v1/complaints", complaint(), key("n")).await;
    assert_eq!(good.status, 201);
}

#[tokio::test]
async fn a_stale_version_is_412_and_another_form_400() {
    let desk = Desk::open(routes::all()).await;
    desk.person("eve", "agent").await;
    let logged = desk.send("eve", "POST /api/v1/complaints", complaint(), Headers::default()).await;
    let (path, tag) = (header(&logged, "location").unwrap(), header(&logged, "etag").unwrap());
    let note = format!("POST {path}/notes");
    let matching = |tag: &str| Headers { if_match: Some(tag.to_owned()), ..Headers::default() };
    for (tag, status) in
        [("W/\"1\"", 400), ("1", 400), ("*", 400), ("\"1\", \"2\"", 400), ("\"99\"", 412), (tag, 200)]
    {
        let sent = desk.send("eve", &note, json!({ "body": "x" }), matching(tag)).await;
        assert_eq!(sent.status, status, "{tag}: {}", sent.body);
    }
    let stale = desk.send("eve", &note, json!({ "body": "x" }), matching(tag)).await;
    let body: Value = serde_json::from_str(&stale.body).unwrap();
    assert_eq!((stale.status, &body["version"]), (412, &json!(2)));
    let unchanged = Headers { if_none_match: Some("\"2\"".to_owned()), ..Headers::default() };
    assert_eq!(desk.send("eve", &format!("GET {path}"), Value::Null, unchanged).await.status, 304);
}

#[tokio::test]
async fn what_a_verb_makes_is_answered_with_its_place() {
    let desk = Desk::open(routes::all()).await;
    desk.person("eve", "agent").await;
    let bob = desk.person("bob", "agent").await;
    let (_, logged) = desk.ask("eve", "POST /api/v1/complaints", complaint()).await;
    let reference = logged["reference"].as_str().unwrap();
    assert_eq!(logged["customer"]["name"], "Ana");
    let offer = json!({ "to": bob, "reason": "Knows the line.", "request": "Look into it." });
    let call = format!("POST /api/v1/complaints/{reference}/handoffs");
    let sent = desk.send("eve", &call, offer, Headers::default()).await;
    let handoff: Value = serde_json::from_str(&sent.body).unwrap();
    assert_eq!(
        (sent.status, &handoff["state"], &handoff["to"]["name"]),
        (201, &json!("offered"), &json!("bob"))
    );
    assert_eq!((&handoff["complaint"], &handoff["version"]), (&logged["id"], &json!(2)));
    let path = header(&sent, "location").unwrap();
    assert_eq!(desk.ask("bob", &format!("GET {path}"), Value::Null).await, (200, handoff));
    let (status, refused) = desk.ask("eve", &format!("POST {path}/accept"), Value::Null).await;
    assert_eq!((status, &refused["type"]), (403, &json!("/problems/not-the-receiver")));
    let (status, changed) = desk.ask("bob", &format!("POST {path}/accept"), Value::Null).await;
    assert_eq!((status, &changed["handler"]["id"], &changed["version"]), (200, &json!(bob), &json!(3)));
    let (_, history) =
        desk.ask("bob", &format!("GET /api/v1/complaints/{reference}/history?limit=2"), Value::Null).await;
    assert_eq!((history["items"].as_array().unwrap().len(), &history["next"]), (2, &json!("2")));
    assert_eq!(history["items"][0]["text"]["narrative"], "Late again.");
    let (_, list) = desk.ask("bob", "GET /api/v1/complaints?handler=me", Value::Null).await;
    assert_eq!(list["items"][0]["reference"], reference);
}

#[tokio::test]
async fn a_token_is_told_once() {
    let desk = Desk::open(routes::all()).await;
    desk.person("ada", "admin").await;
    let new = json!({ "name": "Bob", "email": "bob@example.com", "role": "agent" });
    let (_, made) = desk.ask("ada", "POST /api/v1/staff", new).await;
    let bob = made["id"].as_str().unwrap().to_owned();
    let key = Headers { idempotency_key: Some("t".to_owned()), ..Headers::default() };
    let call = format!("POST /api/v1/staff/{bob}/tokens");
    let first = desk.send("ada", &call, Value::Null, key.clone()).await;
    let token = serde_json::from_str::<Value>(&first.body).unwrap()["token"].as_str().unwrap().to_owned();
    let again = desk.send("ada", &call, Value::Null, key).await;
    assert_eq!((first.status, again.status, again.body.contains(&token)), (201, 201, false));
    assert_eq!(desk.ask(&token, "GET /api/v1/me", Value::Null).await.1["id"], bob.as_str());
    // A second one is for the person alone: an administrator acts in nobody's name.
    assert_eq!(desk.ask("ada", &call, Value::Null).await.0, 403);
    let (status, _) = desk.ask("ada", &format!("POST /api/v1/staff/{bob}/disable"), Value::Null).await;
    assert_eq!((status, desk.ask(&token, "GET /api/v1/me", Value::Null).await.0), (200, 401));
}

#[tokio::test]
async fn the_nouns_of_the_desk_are_kept() {
    let desk = Desk::open(routes::all()).await;
    desk.person("lea", "lead").await;
    let eve = desk.person("eve", "agent").await;
    let bob = desk.person("bob", "agent").await;
    let cause = json!({ "code": "cold-food", "name": { "en": "Cold food" }, "value_category": "product",
                        "servqual": "reliability", "family": "method" });
    assert_eq!(desk.ask("eve", "POST /api/v1/causes", cause.clone()).await.0, 403);
    assert_eq!(desk.ask("lea", "POST /api/v1/causes", cause.clone()).await.0, 201);
    assert_eq!(desk.ask("lea", "POST /api/v1/causes", cause).await.0, 409);
    let retire = json!({ "maps_to": "other" });
    let (_, retired) = desk.ask("lea", "POST /api/v1/causes/cold-food/retire", retire).await;
    assert_eq!(retired["retired"], true);
    let (_, page) = desk.ask("eve", "GET /api/v1/causes?limit=3", Value::Null).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 3);
    let rest = format!("GET /api/v1/causes?limit=200&cursor={}", page["next"].as_str().unwrap());
    assert!(desk.ask("eve", &rest, Value::Null).await.1["next"].is_null());
    let (status, ana) = desk.ask("eve", "POST /api/v1/customers", json!({ "name": "Ana" })).await;
    assert_eq!(status, 201);
    let path = format!("/api/v1/customers/{}", ana["id"].as_str().unwrap());
    let order = json!({ "kind": "order", "value": "A-17" });
    let (_, ana) = desk.ask("eve", &format!("POST {path}/identifiers"), order).await;
    assert_eq!(ana["identifiers"][0]["value"], "A-17");
    desk.ask("eve", "POST /api/v1/complaints", complaint()).await;
    let pass_on = json!({ "to": bob, "reason": "Eve leaves." });
    let (status, offered) = desk.ask("lea", &format!("POST /api/v1/staff/{eve}/successions"), pass_on).await;
    assert_eq!((status, offered["items"][0]["succession"].is_string()), (201, true), "{offered}");
    let away = json!({ "from": "2026-11-23T00:00:00Z", "to": "2026-11-24T00:00:00Z", "substitute": bob });
    assert_eq!(desk.ask("lea", &format!("POST /api/v1/staff/{eve}/absences"), away).await.0, 201);
    assert_eq!(desk.ask("eve", &format!("GET /api/v1/staff/{eve}/absences"), Value::Null).await.0, 200);
    for open in ["/healthz", "/readyz", "/openapi.json", "/docs", "/docs/style.css", "/problems/stale"] {
        let sent = desk.send("", &format!("GET {open}"), Value::Null, Headers::default()).await;
        assert_eq!(sent.status, 200, "{open}");
    }
    let figures = desk.app.metrics.text();
    assert!(figures.contains("route=\"/api/v1/staff/{id}/absences\",status=\"2xx\"} 1"), "{figures}");
}

#[tokio::test]
async fn a_form_is_taken_from_a_page_of_the_same_session_and_from_nowhere_else() {
    let desk = Desk::open(routes::all()).await;
    desk.person("eve", "agent").await;
    let sid = desk.sign_in("eve").await;
    let without = desk.visit("", "POST /sign-out", &[("text", "kept")]).await;
    assert_eq!(without.status, 401);
    assert!(
        without.body.contains("kept:text") && without.body.contains("value=\"kept\""),
        "{}",
        without.body
    );
    let headers = Headers {
        cookie: Some(format!("sid={sid}")),
        origin: Some("http://evil".to_owned()),
        host: Some("desk".to_owned()),
        content_type: Some("application/x-www-form-urlencoded".to_owned()),
        ..Headers::default()
    };
    assert_eq!(desk.send("", "POST /sign-out", Value::Null, headers.clone()).await.status, 403);
    let no_token = Headers { origin: Some("http://desk".to_owned()), ..headers };
    assert_eq!(desk.send("", "POST /sign-out", Value::Null, no_token).await.status, 403);
    assert_eq!(desk.visit(&sid, "POST /sign-out", &[]).await.status, 303);
    assert_eq!(desk.visit(&sid, "POST /sign-out", &[]).await.status, 401);
}
