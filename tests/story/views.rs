//! Saved views of the list: kept, shared, counted, taken away.

use serde_json::{Value, json};

use super::Desk;
use crate::on_both_engines;
use crate::support::Person;

fn names(person: &Person) -> Vec<String> {
    let views = person.get("/views").status(200).body;
    views["items"].as_array().unwrap().iter().map(|v| v["name"].as_str().unwrap().to_owned()).collect()
}

fn view(person: &Person, body: Value) -> String {
    person.post("/views", body).status(201).text("/id")
}

on_both_engines! {
    /// A view is its maker's alone until a lead shares one; who has no part in it does not know of it.
    fn views_are_seen_by_whom_they_are_shared_with(desk: &Desk) {
        let (ana, lea) = (desk.member("Ana", "agent", "north"), desk.member("Lea", "lead", "north"));
        let (sol, otto) = (desk.member("Sol", "agent", "south"), desk.member("Otto", "auditor", "south"));
        let boss = desk.member("Boss", "lead", "west");
        let own = view(&ana, json!({ "name": "Leaks", "query": { "view": "all", "product": "kettle", "sort": "due" } }));
        let team = view(&lea, json!({ "name": "Our week", "sharing": "team", "query": { "view": "team" } }));
        let all = view(&lea, json!({ "name": "Grave", "sharing": "all" }));
        let south = view(&lea, json!({ "name": "For the south", "sharing": "team", "team": "south" }));
        assert_eq!(names(&ana), ["Leaks", "Grave", "Our week"]);
        assert_eq!(names(&sol), ["For the south", "Grave"]);
        assert_eq!(names(&otto), ["For the south", "Grave"]);
        assert_eq!(names(&boss), ["For the south", "Grave", "Our week"]);
        // Sharing is for leads; an auditor writes nothing.
        for sharing in ["team", "all"] {
            ana.post("/views", json!({ "name": "x", "sharing": sharing })).refused(403, "not-yours");
            ana.post(&format!("/views/{own}"), json!({ "sharing": sharing })).refused(403, "not-yours");
        }
        otto.post("/views", json!({ "name": "x" })).refused(403, "read-only");
        // What is not shared with one is not there, what is shared is not everybody's to change.
        for (who, id, status, problem) in [
            (&lea, &own, 404, "not-found"),
            (&sol, &team, 404, "not-found"),
            (&ana, &south, 404, "not-found"),
            (&ana, &team, 403, "not-yours"),
            (&sol, &all, 403, "not-yours"),
            (&otto, &all, 403, "read-only"),
        ] {
            who.post(&format!("/views/{id}"), json!({ "name": "mine" })).refused(status, problem);
            who.post(&format!("/views/{id}/delete"), json!({})).refused(status, problem);
        }
        lea.get(&format!("/views/{own}")).refused(404, "not-found");
        // Another lead takes a shared one away, its maker too; then it is gone for all.
        boss.post(&format!("/views/{all}/delete"), json!({})).status(200);
        lea.post(&format!("/views/{team}/delete"), json!({})).status(200);
        assert_eq!(names(&ana), ["Leaks"]);
        lea.get(&format!("/views/{all}")).refused(404, "not-found");
        lea.post(&format!("/views/{all}/delete"), json!({})).refused(404, "not-found");
        // No longer shared, it is its maker's alone.
        boss.post(&format!("/views/{south}"), json!({ "sharing": "own" })).status(200);
        assert_eq!((names(&boss), names(&sol), names(&lea)), (vec![], vec![], vec!["For the south".to_owned()]));
    }

    /// Name, filters, columns in their order and width; changed by whoever saw the present version.
    fn a_view_is_kept_and_changed_as_it_was_asked(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let columns = json!([{ "column": "reference", "width": "narrow" }, { "column": "complaint", "width": "wide" },
                             { "column": "product", "width": "usual" }]);
        let query = json!({ "view": "all", "stage": "received", "first_contact": "me", "sort": "received" });
        let made = ana.post("/views", json!({ "name": "  Fresh ", "query": query, "columns": columns })).status(201);
        let id = made.text("/id");
        assert_eq!(made.header("location"), Some(&*format!("/api/v1/views/{id}")));
        let read = ana.get(&format!("/views/{id}")).status(200);
        assert_eq!(read.header("etag"), Some("\"1\""));
        let body = &read.body;
        assert_eq!((&body["name"], &body["query"], &body["columns"]), (&json!("Fresh"), &query, &columns));
        assert_eq!((&body["sharing"], &body["gone"], &body["owner"]["name"]), (&json!("own"), &json!([]), &json!("Ana")));
        let path = format!("/views/{id}");
        let renamed = ana.post_with(&path, &[("If-Match", "\"1\"")], &json!({ "name": "New" }).to_string()).status(200);
        assert_eq!((renamed.header("etag"), &renamed.body["columns"]), (Some("\"2\""), &columns));
        ana.post_with(&path, &[("If-Match", "\"1\"")], &json!({ "name": "Old" }).to_string()).refused(412, "stale");
        ana.post_with(&format!("{path}/delete"), &[("If-Match", "\"1\"")], "{}").refused(412, "stale");
        let bare = ana.post(&path, json!({ "columns": [], "query": {} })).status(200).body;
        assert_eq!((&bare["columns"], &bare["query"], &bare["name"]), (&json!([]), &json!({}), &json!("New")));
        // Twice under one key is one view.
        let key = [("Idempotency-Key", "view-1")];
        let body = json!({ "name": "Once" }).to_string();
        let (one, two) = (ana.post_with("/views", &key, &body), ana.post_with("/views", &key, &body));
        assert_eq!(one.text("/id"), two.text("/id"));
        assert_eq!(names(&ana), ["New", "Once"]);
    }

    /// What no list understands is no view; there are fifty of one person at most.
    fn what_is_no_view_is_told_by_its_field(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let complaint = json!({ "column": "complaint" });
        let reference = json!({ "column": "reference" });
        let wrong = [
            (json!({}), "name"),
            (json!({ "name": "  " }), "name"),
            (json!({ "name": "x".repeat(201) }), "name"),
            (json!({ "name": "x", "sharing": "friends" }), "sharing"),
            (json!({ "name": "x", "team": "north" }), "team"),
            (json!({ "name": "x", "query": { "stage": "lost" } }), "query.stage"),
            (json!({ "name": "x", "query": { "cause": "none-such" } }), "query.cause"),
            (json!({ "name": "x", "query": { "cursor": "w.1" } }), "query.cursor"),
            (json!({ "name": "x", "query": { "limit": "5" } }), "query.limit"),
            (json!({ "name": "x", "query": { "preview": "C-2026-000001" } }), "query.preview"),
            (json!({ "name": "x", "query": { "q": "!" } }), "query.q"),
            (json!({ "name": "x", "query": { "stage": 1 } }), "query.stage"),
            (json!({ "name": "x", "query": { "received_from": "2026-02-30" } }), "query.received_from"),
            (json!({ "name": "x", "query": [] }), "query"),
            (json!({ "name": "x", "columns": [complaint] }), "columns"),
            (json!({ "name": "x", "columns": [complaint, reference, complaint] }), "columns"),
            (json!({ "name": "x", "columns": [complaint, { "column": "secret" }] }), "columns[1].column"),
            (json!({ "name": "x", "columns": [complaint, { "column": "cause", "width": 40 }] }), "columns[1].width"),
            (json!({ "name": "x", "rows": 5 }), "rows"),
        ];
        for (body, field) in wrong {
            let refused = ana.post("/views", body.clone()).refused(422, "invalid-field").body;
            assert_eq!(refused["field"], field, "{body}");
        }
        for n in 0..50 {
            view(&ana, json!({ "name": format!("view {n}") }));
        }
        ana.post("/views", json!({ "name": "one more" })).refused(422, "invalid-field");
    }

    /// Counts are of what the reader sees, and bounded; what a view looks for and is gone since is told.
    fn views_tell_how_much_they_hold_and_what_is_gone(desk: &Desk) {
        let (ana, lan) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"));
        let (lea, root) = (desk.person("Lea", "lead"), desk.person("Root", "admin"));
        for n in 0..120 {
            let product = if n % 40 == 0 { "kettle" } else { "boiler" };
            let mut body = json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": "late" });
            (body["product"], body["restricted"]) = (json!(product), json!(n == 40));
            let id = ana.log_with(body).text("/id");
            if n < 3 {
                ana.tag(&id, "late").status(200);
            }
        }
        let share = |name: &str, query: Value| view(&lea, json!({ "name": name, "sharing": "all", "query": query }));
        share("a all", json!({ "view": "all" }));
        share("b kettles", json!({ "view": "all", "product": "kettle" }));
        share("c late", json!({ "view": "all", "cause": "late" }));
        share("d mine", json!({}));
        share("e none", json!({ "view": "all", "stage": "closed" }));
        share("f words", json!({ "view": "all", "q": "late" }));
        let left = share("g theirs", json!({ "view": "all", "handler": lan.id }));
        let counts = |person: &Person| -> Vec<Value> {
            let views = person.get("/views?counts=true").status(200).body;
            views["items"].as_array().unwrap().iter().map(|v| v["count"].clone()).collect()
        };
        let exactly = |n: i64| json!({ "found": n, "at_least": false });
        let many = json!({ "found": 99, "at_least": true });
        assert_eq!(counts(&ana), [many.clone(), exactly(3), exactly(3), many.clone(), exactly(0), Value::Null, exactly(0)]);
        // The restricted one is not Lan's to know of.
        assert_eq!(counts(&lan)[..4], [many, exactly(2), exactly(3), exactly(0)]);
        assert!(ana.get("/views").body["items"][0]["count"].is_null());
        let late = lea.get("/views").body["items"][2]["id"].as_str().unwrap().to_owned();
        lea.post("/causes/late/retire", json!({ "maps_to": "damaged" })).status(200);
        assert_eq!(ana.get(&format!("/views/{late}")).body["gone"], json!(["cause"]));
        root.post(&format!("/staff/{}/disable", lan.id), json!({})).status(200);
        assert_eq!(ana.get(&format!("/views/{left}")).body["gone"], json!(["handler"]));
    }
}
