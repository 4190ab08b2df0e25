//! Finding complaints over HTTP.

use serde_json::json;

use super::{Desk, Person};
use crate::on_both_engines;

pub fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |all, b| all + &format!("%{b:02x}"))
}

fn found(person: &Person, q: &str, more: &str) -> Vec<String> {
    let page = person.get(&format!("/complaints?view=all&q={}{more}", encode(q))).status(200).body;
    page["items"].as_array().unwrap().iter().map(|i| i["id"].as_str().unwrap().to_owned()).collect()
}

on_both_engines! {
    fn what_people_type_is_words_and_nothing_else(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let one = ana.log(json!({ "name": "Nguyễn Thị Đào", "phone": "+84 90 123-4567" }), "Đơn hàng trễ").text("/id");
        let two = ana.log(json!({ "anonymous": true }), "客户投诉产品，要求退款 near or and not").text("/id");
        for q in ["don hang", "ĐƠN HÀNG", "dao", "0901234567", "\"đơn\" hàng*", "don:hang", "đơn' hàng"] {
            assert_eq!(found(&ana, q, ""), [one.as_str()], "{q}");
        }
        for q in ["投诉", "款", "诉产品", "near", "OR", "NOT near", "投诉 \u{0} 退款", "a or"] {
            let right: Vec<String> = if q == "a or" { Vec::new() } else { vec![two.clone()] };
            assert_eq!(found(&ana, q, ""), right, "{q}");
        }
        assert_eq!(found(&ana, "don OR near", ""), Vec::<String>::new());
        for q in ["", " ", "\"", "*", ":&|!", "\u{0}", &"x".repeat(201)] {
            let refused = ana.get(&format!("/complaints?view=all&q={}", encode(q))).refused(422, "invalid-field");
            assert_eq!(refused.body["field"], "q", "{q}");
        }
        for (query, field) in [("rank=true", "rank"), ("q=a&rank=yes", "rank"), ("q=a&rank=true&sort=due", "sort")] {
            let refused = ana.get(&format!("/complaints?{query}")).refused(422, "invalid-field");
            assert_eq!(refused.body["field"], field, "{query}");
        }
    }

    fn what_may_not_be_seen_is_not_found(desk: &Desk) {
        let (ana, lan, bo) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"), desk.person("Bo", "lead"));
        let log = |more: serde_json::Value| {
            let mut body = json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": "the new kettle leaks" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            ana.log_with(body).text("/id")
        };
        let (open, hidden, about) = (log(json!({})), log(json!({ "restricted": true })), log(json!({ "about_staff": bo.id })));
        for rank in ["", "&rank=true"] {
            let sorted = |person: &Person| { let mut ids = found(person, "kettle", rank); ids.sort(); ids };
            assert_eq!(sorted(&ana), [open.clone(), hidden.clone(), about.clone()]);
            assert_eq!(sorted(&lan), [open.clone(), about.clone()]);
            assert_eq!(sorted(&bo), [open.clone(), hidden.clone()]);
        }
        let similar = |person: &Person, id: &str| -> Vec<String> {
            let page = person.get(&format!("/complaints/{id}/similar")).status(200).body;
            assert!(page["items"].as_array().unwrap().iter().all(|i| i["likeness"] == json!(1.0)), "{page}");
            page["items"].as_array().unwrap().iter().map(|i| i["complaint"]["id"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(similar(&lan, &open), [about.as_str()]);
        assert_eq!(similar(&bo, &open), [hidden.as_str()]);
        lan.get(&format!("/complaints/{hidden}/similar")).refused(404, "not-found");
    }

    fn the_index_is_made_again(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        ana.log(json!({ "anonymous": true }), "a kettle");
        let told = |arguments: &[&str]| String::from_utf8(desk.command(arguments).stderr).unwrap();
        assert!(told(&["search", "rebuild"]).contains("whole"));
        assert!(told(&["search", "rebuild", "--anyway"]).contains("1 complaints"));
        assert_eq!(found(&ana, "kettle", "").len(), 1);
    }
}

/// What an older program indexed may not be found: the desk says so when it starts, and what to do.
#[test]
fn a_stale_index_is_told_at_the_start() {
    let desk = Desk::open(crate::support::Engine::Postgres);
    desk.person("Ana", "agent").log(json!({ "anonymous": true }), "late");
    let warns = |desk: &Desk| {
        desk.stop().1.lines().any(|l| l.contains("WARN") && l.contains("firsthand search rebuild"))
    };
    assert!(!warns(&desk));
    let older =
        ["--no-psqlrc", "--quiet", "--dbname", desk.url(), "--command", "update search_fold set version = 0"];
    assert!(std::process::Command::new("psql").args(older).status().unwrap().success());
    desk.start();
    assert!(warns(&desk));
    assert!(desk.command(&["search", "rebuild"]).status.success());
    desk.start();
    assert!(!warns(&desk));
}
