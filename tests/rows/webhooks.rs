//! Rows on whom the desk reaches by itself.

use std::time::Duration;

use serde_json::json;

use crate::on_both_engines;
use crate::story::telling::{add, desk as open_desk, hook};
use crate::support::{Desk, Engine, Manner, Sink};

on_both_engines! {
    /// Nothing that is not on the open Internet may even be said, however it is written.
    fn row_26_no_address_of_the_inside_is_taken(desk: &Desk) {
        let eve = desk.person("Eve", "admin");
        for url in [
            "https://127.0.0.1/", "https://127.0.0.1:443/", "https://[::1]/", "https://[::ffff:10.0.0.1]/",
            "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest/meta-data/", "https://2130706433/",
            "https://0/", "https://0.0.0.0/", "https://0x7f.0.0.1/", "https://0177.0.0.1/", "https://127.1/",
            "https://10.0.0.1/", "https://172.16.0.1/", "https://192.168.1.1/", "https://100.64.0.1/",
            "https://100.100.100.200/", "https://168.63.129.16/", "https://224.0.0.1/", "https://255.255.255.255/",
            "https://[fd00:ec2::254]/", "https://[fe80::1]/", "https://[64:ff9b::a00:1]/", "https://[2002:a00:1::]/",
            "https://[ff02::1]/", "https://[::]/", "https://localhost/", "https://LOCALHOST/",
            "https://no-such-host.invalid/", "http://1.1.1.1/", "https://1.1.1.1:22/", "https://1.1.1.1:6379/",
            "https://u:p@1.1.1.1/", "https://1.1.1.1#x", "file:///etc/passwd", "gopher://1.1.1.1/", "ftp://1.1.1.1/",
            "dict://1.1.1.1/", "//1.1.1.1/", "1.1.1.1", "javascript:alert(1)", "", "https://", "https://1.1.1.1/\r\nX: y",
        ] {
            let refused = eve.post("/webhooks", hook(url)).refused(422, "invalid-field");
            assert_eq!(refused.body["field"], "url", "{url}: {}", refused.body);
        }
        // On the open Internet it may be said; nobody calls there, since nothing happens.
        let (id, _) = add(&eve, hook("https://1.1.1.1/hook"));
        let change = eve.post(&format!("/webhooks/{id}/amend"), hook("https://10.0.0.1/"));
        assert_eq!(change.refused(422, "invalid-field").body["field"], "url");
        let listed = eve.get("/webhooks").status(200).body;
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        for (field, value) in [("country", json!("Germany")), ("country", json!("D1")), ("kinds", json!(["all"])),
                               ("purpose", json!(" ")), ("recipient", json!("")), ("more", json!(1))] {
            let mut body = hook("https://1.1.1.1/hook");
            body[field] = value;
            let refused = eve.post("/webhooks", body).refused(422, "invalid-field").body;
            assert!(refused["field"].as_str().unwrap().starts_with(field), "{refused}");
        }
    }
}

/// Whoever is told and answers by pointing inward is not followed, and of what it answers nothing is shown.
#[test]
fn row_26_no_redirect_is_followed_and_no_answer_is_shown() {
    let desk = open_desk(Engine::Sqlite);
    let (ana, eve) = (desk.person("Ana", "agent"), desk.person("Eve", "admin"));
    let inside = Sink::open(Manner::Takes);
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let answer = format!(
            "HTTP/1.1 {status}\r\nLocation: {}\r\nRefresh: 0;url={}\r\n\r\nZebrafink",
            inside.url(),
            inside.url()
        );
        let outside = Sink::open(Manner::Answers(answer));
        let (id, _) = add(&eve, hook(&outside.url()));
        let tested = eve.post(&format!("/webhooks/{id}/test"), json!({})).status(200).body;
        assert_eq!(tested, json!({ "taken": false, "answer": &status[..3] }));
        ana.log(json!({ "anonymous": true }), "n");
        std::thread::sleep(Duration::from_secs(1));
        let deliveries = eve.get(&format!("/webhooks/{id}/deliveries")).status(200).body.to_string();
        assert!(!deliveries.contains("Zebrafink") && deliveries.contains("failing"), "{deliveries}");
        eve.post(&format!("/webhooks/{id}/disable"), json!({})).status(200);
    }
    assert_eq!(inside.connections(), 0);
}
