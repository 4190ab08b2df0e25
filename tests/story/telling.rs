//! Other programs are told what happens: whom administrators say, signed, in order, and no more than they should know.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Desk, Person};
use crate::support::{Engine, Manner, Message, Sink};

/// A desk whose own machine may be told, which no desk does by itself.
pub fn desk(engine: Engine) -> Desk {
    Desk::open_with(engine, &[("WEBHOOKS__INSIDE", "[\"127.0.0.0/8\"]")])
}

/// The values of a target.
pub fn hook(url: &str) -> Value {
    json!({ "recipient": "Warehouse", "country": "DE", "purpose": "repairs are planned", "url": url })
}

/// A new target, and its secret.
pub fn add(eve: &Person, body: Value) -> (String, String) {
    let added = eve.post("/webhooks", body).status(201);
    (added.text("/webhook/id"), added.text("/secret"))
}

/// The kinds of what was told of a complaint, in the order it came.
fn told(messages: &[Message], id: &str) -> Vec<String> {
    let of = messages.iter().map(Message::json).filter(|m| m["complaint"]["id"] == id);
    of.map(|m| m["kind"].as_str().unwrap().to_owned()).collect()
}

/// Does the header fit the body under this secret?
fn signed(message: &Message, secret: &str) -> bool {
    let header = message.header("Firsthand-Signature");
    let mut parts = header.split(',');
    let time = parts.next().unwrap().strip_prefix("t=").unwrap();
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
    let expected = ring::hmac::sign(&key, format!("{time}.{}", message.body).as_bytes());
    let expected = firsthand_storage::hex(expected.as_ref());
    parts.any(|part| part == format!("v1={expected}"))
}

fn everything_is_told_in_order(engine: Engine) {
    let desk = desk(engine);
    let (ana, lan) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"));
    let eve = desk.person("Eve", "admin");
    let sink = Sink::open(Manner::Takes);
    let before = ana.log(json!({ "name": "Mai Zebrafink" }), "before anybody listens").text("/id");
    let (hook_id, secret) = add(&eve, hook(&sink.url()));
    let id = ana.log(json!({ "name": "Mai Zebrafink" }), "The kettle leaks, says Zebrafink.").text("/id");
    ana.hand_to(&id, &lan);
    lan.decide(&id, "upheld").status(200);
    ana.reply(&id).status(201);
    ana.answer(&id, "accepted").status(200);
    lan.tag(&id, "damaged").status(200);
    ana.close(&id).status(200);
    let history = ana.history(&id);
    let messages = sink.wait_until(|messages| told(messages, &id).len() >= history.len());
    assert_eq!(told(&messages, &id), history);
    assert_eq!(told(&messages, &before), Vec::<String>::new());
    for (seq, message) in (1..).zip(&messages) {
        let body = message.json();
        assert_eq!(body["version"], seq);
        assert_eq!(body["id"], format!("{id}.{seq}"));
        assert_eq!(message.header("Firsthand-Delivery"), format!("{id}.{seq}"));
        assert!(body["complaint"]["reference"].as_str().unwrap().starts_with("C-"), "{body}");
        assert!(body["at"].is_string() && body.get("text").is_none() && body.get("fact").is_none(), "{body}");
        assert!(!message.body.contains("Zebrafink") && !message.body.contains("kettle"), "{body}");
        assert!(signed(message, &secret) && !signed(message, "another"), "{}", message.head);
    }
    assert_eq!(sink.most_open(), 1);
    // It is written down after it was taken.
    let list = || eve.get(&format!("/webhooks/{hook_id}/deliveries?limit=200")).status(200).body;
    let whole = |listed: &Value| listed["items"].as_array().is_some_and(|items| items.len() == history.len());
    for _ in 0..600 {
        if whole(&list()) {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let listed = list();
    let listed = listed["items"].as_array().unwrap();
    assert!(
        listed.iter().all(|d| d["state"] == "sent" && d["answer"] == "204" && d["attempts"] == 1),
        "{listed:?}"
    );
    assert_eq!(listed.len(), history.len());
    assert!(desk.command(&["check"]).status.success());
}

#[test]
fn everything_is_told_in_order_on_sqlite() {
    everything_is_told_in_order(Engine::Sqlite);
}

#[test]
fn everything_is_told_in_order_on_postgres() {
    everything_is_told_in_order(Engine::Postgres);
}

/// What people wrote goes along only where an administrator says so, and never of what not everybody may see.
fn text_goes_only_where_it_may(engine: Engine) {
    let desk = desk(engine);
    let (ana, lan, eve) =
        (desk.person("Ana", "agent"), desk.person("Lan", "agent"), desk.person("Eve", "admin"));
    let (bare, whole) = (Sink::open(Manner::Takes), Sink::open(Manner::Takes));
    let mut with_text = hook(&whole.url());
    with_text["with_text"] = json!(true);
    with_text["kinds"] = json!(["received", "closed"]);
    add(&eve, hook(&bare.url()));
    let (id, _) = add(&eve, with_text.clone());
    let log = |narrative: &str, more: Value| {
        let mut body = json!({ "channel": "phone", "customer": { "name": "Mai" }, "narrative": narrative });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ana.log_with(body).text("/id")
    };
    let open = log("Zebrafink open", json!({}));
    log("Zebrafink secret", json!({ "restricted": true }));
    log("Zebrafink secret", json!({ "about_staff": lan.id }));
    ana.post(&format!("/complaints/{open}/notes"), json!({ "body": "Zebrafink note" })).status(200);
    let last = log("Zebrafink last", json!({}));
    let told_whole = whole.wait_until(|messages| !told(messages, &last).is_empty());
    let told_bare = bare.wait_until(|messages| !told(messages, &last).is_empty());
    assert!(told_bare.iter().all(|m| !m.body.contains("Zebrafink")));
    assert_eq!(told(&told_bare, &open), ["received", "note_added"]);
    // Only the kinds that were asked for, of the guarded ones without a word.
    assert_eq!(told_whole.len(), 4);
    let with_words: Vec<_> = told_whole.iter().filter(|m| m.body.contains("Zebrafink")).collect();
    assert_eq!(with_words.len(), 2, "{told_whole:#?}");
    assert!(told_whole.iter().all(|m| !m.body.contains("secret")), "{told_whole:#?}");
    assert_eq!(with_words[0].json()["text"]["narrative"], "Zebrafink open");
    // What is changed is told from then on; who looks at another state is refused.
    with_text["kinds"] = json!(["note_added"]);
    with_text["with_text"] = json!(false);
    let path = format!("/webhooks/{id}/amend");
    eve.post_with(&path, &[("If-Match", "\"7\"")], &with_text.to_string()).refused(412, "stale");
    eve.post(&path, with_text).status(200);
    ana.post(&format!("/complaints/{open}/notes"), json!({ "body": "Zebrafink note" })).status(200);
    let messages = whole.wait_for(5);
    assert!(messages[4].json()["kind"] == "note_added" && !messages[4].body.contains("Zebrafink"));
}

#[test]
fn text_goes_only_where_it_may_on_sqlite() {
    text_goes_only_where_it_may(Engine::Sqlite);
}

#[test]
fn text_goes_only_where_it_may_on_postgres() {
    text_goes_only_where_it_may(Engine::Postgres);
}

/// Off and on, another secret, a test, a message that is left out, and who may.
fn administrators_keep_them(engine: Engine) {
    let desk = desk(engine);
    let (ana, eve) = (desk.person("Ana", "agent"), desk.person("Eve", "admin"));
    let auditor = desk.person("Uma", "auditor");
    let sink = Sink::open(Manner::Takes);
    let (id, secret) = add(&eve, hook(&sink.url()));
    for path in ["/webhooks".to_owned(), format!("/webhooks/{id}"), format!("/webhooks/{id}/deliveries")] {
        assert!(!auditor.get(&path).status(200).body.to_string().contains(&secret));
        assert!(!eve.get(&path).status(200).body.to_string().contains(&secret));
        ana.get(&path).refused(403, "not-yours");
    }
    auditor.post("/webhooks", hook(&sink.url())).refused(403, "read-only");
    ana.post("/webhooks", hook(&sink.url())).refused(403, "not-yours");
    // The answer to a repeated request holds no secret.
    let body = hook(&sink.url()).to_string();
    let first = eve.post_with("/webhooks", &[("Idempotency-Key", "k")], &body).status(201);
    let again = eve.post_with("/webhooks", &[("Idempotency-Key", "k")], &body).status(201);
    assert!(again.body["secret"].is_null() && again.text("/webhook/id") == first.text("/webhook/id"));
    eve.post(&format!("/webhooks/{}/disable", first.text("/webhook/id")), json!({})).status(200);
    // A test says what came of it.
    let tested = eve.post(&format!("/webhooks/{id}/test"), json!({})).status(200).body;
    assert_eq!(tested, json!({ "taken": true, "answer": "204" }));
    let message = sink.wait_for(1).remove(0);
    assert!(message.json()["kind"] == "test" && signed(&message, &secret));
    // For a day the secret of before is good too.
    let rotated = eve.post(&format!("/webhooks/{id}/secret"), json!({})).status(200).text("/secret");
    assert_ne!(rotated, secret);
    ana.log(json!({ "anonymous": true }), "one");
    let message = sink.wait_for(2).remove(1);
    assert!(signed(&message, &secret) && signed(&message, &rotated));
    // What happens while it is off is never told.
    eve.post(&format!("/webhooks/{id}/disable"), json!({})).status(200);
    let untold = ana.log(json!({ "anonymous": true }), "two").text("/id");
    eve.post(&format!("/webhooks/{id}/enable"), json!({})).status(200);
    eve.post(&format!("/webhooks/{id}/skip"), json!({})).refused(422, "invalid-field");
    let three = ana.log(json!({ "anonymous": true }), "three").text("/id");
    let messages = sink.wait_for(3);
    assert!(told(&messages, &untold).is_empty() && told(&messages, &three) == ["received"]);
    // What does not come through stays first, until it is left out.
    sink.becomes(Manner::Answers("HTTP/1.1 400 No\r\n\r\nZebrafink".to_owned()));
    let bad = ana.log(json!({ "anonymous": true }), "four").text("/id");
    let failing = || {
        let listed = eve.get(&format!("/webhooks/{id}/deliveries")).status(200).body;
        let first = listed["items"][0].clone();
        assert!(!listed.to_string().contains("Zebrafink"), "{listed}");
        (first["state"] == "failing").then_some(first)
    };
    let first = std::iter::repeat_with(|| {
        std::thread::sleep(Duration::from_millis(50));
        failing()
    })
    .take(600)
    .flatten()
    .next()
    .expect("it fails");
    assert_eq!((&first["answer"], &first["complaint"]), (&json!("400"), &json!(bad)));
    assert!(eve.get(&format!("/webhooks/{id}")).status(200).body["failing_since"].is_string());
    sink.becomes(Manner::Answers("HTTP/1.1 500 No\r\n\r\n".to_owned()));
    eve.post(&format!("/webhooks/{id}/skip"), json!({})).status(200);
    sink.becomes(Manner::Takes);
    let five = ana.log(json!({ "anonymous": true }), "five").text("/id");
    let messages = sink.wait_for(4);
    assert!(told(&messages, &bad).is_empty() && told(&messages, &five) == ["received"]);
}

#[test]
fn administrators_keep_them_on_sqlite() {
    administrators_keep_them(Engine::Sqlite);
}

#[test]
fn administrators_keep_them_on_postgres() {
    administrators_keep_them(Engine::Postgres);
}

/// Two nodes of one desk: each message is sent once, and never two at a time.
#[test]
fn of_two_nodes_one_sends() {
    let desk = desk(Engine::Postgres);
    let (ana, eve) = (desk.person("Ana", "agent"), desk.person("Eve", "admin"));
    let other = desk.another_node();
    let sink = Sink::open(Manner::Slow(Duration::from_millis(30)));
    add(&eve, hook(&sink.url()));
    let there = ana.at(other.address());
    std::thread::scope(|scope| {
        for person in [&ana, &there] {
            scope.spawn(move || {
                for n in 0..20 {
                    let id = person.log(json!({ "anonymous": true }), &format!("number {n}")).text("/id");
                    person.post(&format!("/complaints/{id}/notes"), json!({ "body": "b" })).status(200);
                }
            });
        }
    });
    let messages = sink.wait_for(80);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!((sink.messages().len(), sink.most_open()), (80, 1));
    in_order(&messages);
    // The one that sends is gone without a word: the other goes on.
    desk.kill();
    let id = there.log(json!({ "anonymous": true }), "after").text("/id");
    sink.wait_until(|messages| !told(messages, &id).is_empty());
}

/// Of each complaint, versions come from 1 without gaps, whatever is sent again.
pub fn in_order(messages: &[Message]) {
    let mut last = std::collections::BTreeMap::new();
    for message in messages {
        let body = message.json();
        let (id, version) =
            (body["complaint"]["id"].as_str().unwrap().to_owned(), body["version"].as_i64().unwrap());
        let before = last.entry(id).or_insert(0);
        assert!(version <= *before + 1, "version {version} came after {before}: {body}");
        *before = version.max(*before);
    }
}
