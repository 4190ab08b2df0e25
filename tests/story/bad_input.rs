//! Bad input gets a clear answer, loses nothing and stops nothing.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value, json};

use super::{Desk, Person};
use crate::on_both_engines;

fn complaint() -> Value {
    json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": "late" })
}

/// One request as bytes, and the status line of its answer.
fn raw(desk: &Desk, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(desk.address()).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(40))).unwrap();
    // The desk may answer and close before it has read everything.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let mut chunk = [0; 4096];
    while !answer.contains(&b'\n') {
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => break,
            Ok(n) => answer.extend_from_slice(&chunk[..n]),
        }
    }
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}

fn logged(person: &Person) -> usize {
    person.get("/complaints?view=all&limit=200").status(200).body["items"].as_array().unwrap().len()
}

on_both_engines! {
    fn a_wrong_field_is_named(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let long = "x".repeat(50_001);
        let wrong: [(&str, Value, &str); 24] = [
            ("/channel", json!({ "phone": null }), "channel"),
            ("/received_at", json!("0001-01-01T00:00:00Z"), "received_at"),
            ("/customer", json!(["Kun"]), "customer"),
            ("/promise", json!(["a call", "2099-01-01T10:00:00Z", null]), "promise"),
            ("/settled", json!({ "reply": ["phone", "hi"] }), "settled.reply"),
            ("/settled", json!({ "reply": { "body": "hi" }, "cause": ["late"] }), "settled.cause"),
            ("/colour", json!("red"), "colour"),
            ("/channel", json!("pigeon"), "channel"),
            ("/channel", json!(7), "channel"),
            ("/channel", Value::Null, "channel"),
            ("/narrative", json!(""), "narrative"),
            ("/narrative", json!(" \n\t "), "narrative"),
            ("/narrative", json!(long), "narrative"),
            ("/narrative", json!("a\u{0}b"), "narrative"),
            ("/narrative", json!(["a"]), "narrative"),
            ("/received_at", json!("2099-01-01T00:00:00Z"), "received_at"),
            ("/incident_at", json!("2026-02-30T00:00:00Z"), "incident_at"),
            ("/incident_at", json!("yesterday"), "incident_at"),
            ("/about_staff", json!("0190f3b0-0000-7000-8000-00000000ffff"), "about_staff"),
            ("/about_staff", json!("nobody"), "about_staff"),
            ("/points", json!(["good", ""]), "points[1]"),
            ("/promise", json!({ "text": "x" }), "promise.due_at"),
            ("/promise", json!({ "text": "x", "due_at": "2001-01-01T00:00:00Z" }), "promise.due_at"),
            ("/settled", json!({ "reply": { "body": "" } }), "settled.reply.body"),
        ];
        for (pointer, value, field) in wrong {
            let mut body = complaint();
            body[&pointer[1..]] = value;
            let refused = ana.post("/complaints", body).refused(422, "invalid-field").body;
            assert_eq!(refused["field"], field, "{refused}");
            assert!(refused["detail"].as_str().is_some_and(|d| d.len() > 10), "{refused}");
        }
        for missing in ["channel", "customer", "narrative"] {
            let mut body = complaint();
            body.as_object_mut().unwrap().remove(missing);
            let refused = ana.post("/complaints", body).refused(422, "invalid-field").body;
            assert_eq!(refused["field"], missing, "{refused}");
        }
        for customer in [json!({}), json!({ "name": "A", "anonymous": true }), json!({ "phone": "123" }),
                         json!({ "name": "A", "email": "no address" }), json!({ "name": "A", "phone": "call me" }),
                         json!({ "id": "0190f3b0-0000-7000-8000-00000000ffff" }), json!("Ana")] {
            let mut body = complaint();
            body["customer"] = customer;
            let refused = ana.post("/complaints", body).refused(422, "invalid-field").body;
            assert!(refused["field"].as_str().unwrap().starts_with("customer"), "{refused}");
        }
        assert_eq!(logged(&ana), 0, "nothing half-written");
    }

    fn what_is_no_json_is_told_apart_from_what_is_wrong(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        for text in ["", "{", "{\"channel\": ", "not json", "[1, 2", "{\"a\": 01}"] {
            let answer = ana.post_with("/complaints", &[], text);
            let status = if text.is_empty() { 422 } else { 400 };
            assert_eq!(answer.status, status, "{text}: {}", answer.body);
            assert!(answer.header("content-type").unwrap().starts_with("application/problem+json"));
        }
        for depth in [100, 100_000] {
            let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            ana.post_with("/complaints", &[], &deep).status(422);
        }
        let twice = r#"{"channel":"phone","channel":"web","customer":{"anonymous":true},"narrative":"x"}"#;
        ana.post_with("/complaints", &[], twice).status(422);
        assert_eq!(logged(&ana), 0);
    }

    fn bodies_are_counted_whatever_they_claim(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let big = format!("{{\"narrative\": \"{}\"}}", "x".repeat(10 << 20));
        ana.post_with("/complaints", &[], &big).refused(413, "too-large");
        let head = format!(
            "POST /api/v1/complaints HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", ana.token);
        let mut endless = head.into_bytes();
        for _ in 0..64 {
            endless.extend_from_slice(format!("{:x}\r\n{}\r\n", 1 << 16, "[".repeat(1 << 16)).as_bytes());
        }
        assert!(raw(desk, &endless).contains(" 413 "), "chunks without end");
        let invalid = format!(
            "POST /api/v1/complaints HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: 4\r\n\r\n", ana.token);
        let invalid = [invalid.as_bytes(), b"\"\xff\xfe\""].concat();
        assert!(raw(desk, &invalid).contains(" 400 "), "invalid UTF-8");
        ana.log(json!({ "anonymous": true }), "still here");
    }

    fn doors_answer_with_problems(desk: &Desk) {
        let (ana, auditor) = (desk.person("Ana", "agent"), desk.person("Eye", "auditor"));
        let nobody = |token: &str| {
            let url = format!("http://{}/api/v1/complaints", desk.address());
            let answer = crate::support::Person::request(&url, token);
            answer.refused(401, "unauthenticated")
        };
        nobody("");
        nobody("fh_0000");
        ana.get("/nowhere").refused(404, "not-found");
        ana.get("/complaints/C-1999-000001").refused(404, "not-found");
        ana.get("/complaints/0190f3b0-0000-7000-8000-00000000ffff").refused(404, "not-found");
        ana.get("/complaints/%ff").status(404);
        let wrong_method = ana.get("/complaints/C-1999-000001/close").refused(405, "method-not-allowed");
        assert!(wrong_method.header("allow").is_some_and(|a| a.contains("POST")));
        auditor.post("/complaints", complaint()).refused(403, "read-only");
        ana.post("/staff", json!({ "name": "X", "email": "x@example.com", "role": "agent" })).status(403);
        for query in ["view=everything", "sort=delete_all", "limit=0", "limit=201", "limit=x", "cursor=zzz", "stage=open",
                      "first_contact=42", "received_from=tomorrow", "colour=red", "stage=received&stage=closed"] {
            let refused = ana.get(&format!("/complaints?{query}")).refused(422, "invalid-field").body;
            let field = query.split('=').next().unwrap();
            assert_eq!(refused["field"], field, "{refused}");
        }
    }

    fn versions_and_keys_are_held(desk: &Desk) {
        let (ana, lan) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"));
        let key = [("Idempotency-Key", "call-17")];
        let body = complaint().to_string();
        let first = ana.post_with("/complaints", &key, &body).status(201);
        let again = ana.post_with("/complaints", &key, &body).status(201);
        assert_eq!((&first.body, first.header("location")), (&again.body, again.header("location")));
        assert_eq!(first.header("etag"), again.header("etag"));
        let other = json!({ "channel": "web", "customer": { "anonymous": true }, "narrative": "late" }).to_string();
        ana.post_with("/complaints", &key, &other).refused(422, "key-reused");
        ana.post_with("/complaints", &[("Idempotency-Key", "")], &body).status(422);
        lan.post_with("/complaints", &key, &body).status(201);
        assert_eq!(logged(&ana), 2);
        // A refused request keeps nothing: the key is free for the mended one.
        let mend = [("Idempotency-Key", "call-18")];
        ana.post_with("/complaints", &mend, "{}").status(422);
        ana.post_with("/complaints", &mend, &body).status(201);
        let id = first.text("/id");
        let note = format!("/complaints/{id}/notes");
        let text = json!({ "body": "n" }).to_string();
        assert_eq!(first.header("etag"), Some("\"1\""));
        ana.post_with(&note, &[("If-Match", "\"1\"")], &text).status(200);
        let stale = ana.post_with(&note, &[("If-Match", "\"1\"")], &text).refused(412, "stale").body;
        assert_eq!(stale["version"], 2);
        for wrong in ["1", "*", "W/\"1\"", "\"x\""] {
            ana.post_with(&note, &[("If-Match", wrong)], &text).status(400);
        }
        assert_eq!(ana.get(&format!("/complaints/{id}")).header("etag"), Some("\"2\""));
    }

    /// A hundred equal requests under one key at once have one effect.
    fn equal_requests_at_once_have_one_effect(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let body = complaint().to_string();
        let answers: Vec<_> = std::thread::scope(|scope| {
            let send = || ana.post_with("/complaints", &[("Idempotency-Key", "once")], &body);
            let all: Vec<_> = (0..100).map(|_| scope.spawn(send)).collect();
            all.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert!(answers.iter().all(|a| a.status == 201 && a.body == answers[0].body));
        assert_eq!(logged(&ana), 1);
    }
}
