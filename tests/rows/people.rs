//! Rows on who may see and do what.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{document, routes};
use crate::on_both_engines;
use crate::story::rights::{Cast, body, filled};
use crate::support::{Desk, Person};

/// The fields that a body of this route may have.
fn fields(document: &Value, path: &str) -> BTreeSet<String> {
    let mut schema = &document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"];
    if let Some(name) = schema["$ref"].as_str() {
        schema = document.pointer(name.trim_start_matches('#')).unwrap();
    }
    schema["properties"].as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default()
}

/// A body that names another complaint.
type Naming = fn(&str) -> Value;

const NOBODY: &str = "0190f3b0-0000-7000-8000-00000000ffff";

on_both_engines! {
    fn row_12_who_is_not_known_sees_nothing_of_a_complaint(desk: &Desk) {
        let cast = Cast::of(desk);
        let ana = &cast.roles[0];
        let made = cast.complaint(ana, "own");
        ana.post(&format!("/complaints/{}/notes", made.id), json!({ "body": "Zebrafink" })).status(200);
        ana.log(json!({ "name": "Zebrafink", "phone": "0901555777", "email": "zebrafink@example.com" }), "Zebrafink");
        let mut open = Vec::new();
        for path in routes(&document(ana), "get") {
            let (base, name) = if path.starts_with("/api/") { ("/api/v1", "") } else { ("", "not-found") };
            let url = format!("http://{}{base}{}", desk.address(), filled(&cast, &path, Some(&made)));
            let answer = Person::patient_request(&url.replace("{name}", name), "");
            assert!(!format!("{answer:?}").to_lowercase().contains("zebrafink"), "{path}: {answer:?}");
            if path.starts_with("/api/") {
                let refused = answer.refused(401, "unauthenticated").body;
                let told: Vec<_> = refused.as_object().unwrap().keys().collect();
                assert_eq!(told, ["detail", "request_id", "status", "title", "type"]);
            } else {
                assert_eq!(answer.status, 200, "{path}");
                open.push(path);
            }
        }
        let expected = ["/docs", "/docs/style.css", "/healthz", "/openapi.json", "/problems/{name}", "/readyz"];
        assert_eq!(open, expected);
    }

    /// What a route does not know it refuses by name: nobody gives themselves a role, or acts in another's name.
    fn row_14_and_17_a_field_that_is_not_asked_for_is_refused_by_name(desk: &Desk) {
        let cast = Cast::of(desk);
        let (lead, admin) = (&cast.roles[1], &cast.roles[2]);
        let made = cast.complaint(lead, "own");
        let before = (lead.complaint(&made.id), lead.get("/staff?limit=200").status(200).body);
        let document = document(lead);
        let extra = [
            ("role", json!("admin")), ("approval_limit", json!(99_999_999)), ("team_id", json!("north")),
            ("actor", json!(cast.far.id)), ("author_id", json!(cast.far.id)), ("approver_id", json!(cast.far.id)),
            ("on_behalf_of", json!(cast.far.id)), ("first_contact", json!(cast.far.id)), ("version", json!(1)),
            ("stage", json!("closed")), ("logged_by", json!(cast.far.id)), ("__proto__", json!({ "role": "admin" })),
        ];
        let mut paths: Vec<_> = routes(&document, "post");
        // What is sent there has no fields: it is a file.
        paths.retain(|path| !path.ends_with("/uploads"));
        assert!(paths.len() > 40, "{paths:?}");
        let mut asked = 0;
        for path in paths {
            let known = fields(&document, &path);
            let whole = body(&cast, &path).unwrap();
            let admins = ["/staff", "/disable", "/tokens", "/invitations", "/place", "/end-second-factor", "/related",
                          "/restore"];
            let kept = ["/api/v1/webhooks", "/api/v1/macros", "/api/v1/lists"].iter().any(|start| path.starts_with(start));
            let for_admin = kept || admins.iter().any(|end| path.ends_with(end));
            let me = if for_admin { admin } else { lead };
            let call = filled(&cast, &path, Some(&made));
            for (field, value) in extra.iter().filter(|(field, _)| !known.contains(*field)) {
                let mut more = whole.clone();
                more.as_object_mut().unwrap().remove("nothing");
                more[*field] = value.clone();
                let refused = me.post(&call, more).refused(422, "invalid-field").body;
                assert_eq!(refused["field"], *field, "{path}: {refused}");
                let query = me.post(&format!("{call}?{field}=1"), whole.clone()).refused(422, "invalid-field").body;
                assert_eq!(query["field"], *field, "{path}: {query}");
                asked += 1;
            }
            let form = [("Content-Type", "application/x-www-form-urlencoded")];
            me.post_with(&call, &form, "role=admin&team_id=1").status(400);
        }
        assert!(asked > 400, "{asked}");
        let nested = json!({ "channel": "sms", "customer": { "name": "A", "role": "admin" }, "narrative": "n" });
        let refused = lead.post("/complaints", nested).refused(422, "invalid-field").body;
        assert!(refused["field"].as_str().unwrap().starts_with("customer"), "{refused}");
        let twice = r#"{"body": "a", "body": "b"}"#;
        lead.post_with(&format!("/complaints/{}/notes", made.id), &[], twice).refused(422, "invalid-field");
        assert_eq!(before, (lead.complaint(&made.id), lead.get("/staff?limit=200").status(200).body));
    }

    /// A second thing that is named is looked at with the same eyes; what is hidden is as if it were not there.
    fn row_15_a_hidden_thing_that_is_named_is_as_one_that_is_not_there(desk: &Desk) {
        let (ana, far) = (desk.member("Ana", "agent", "north"), desk.member("Far", "agent", "south"));
        let mine = ana.log(json!({ "name": "Mai", "phone": "0901" }), "mine").text("/id");
        let hidden = far.log_with(json!({ "channel": "phone", "customer": { "name": "Mai", "phone": "0901" },
                                          "narrative": "hidden", "restricted": true }));
        let mut others: Vec<String> =
            (0..49).map(|n| ana.log(json!({ "anonymous": true }), &format!("{n}")).text("/id")).collect();
        others.insert(17, hidden.text("/id"));
        let before = (ana.history(&mine), far.complaint(&hidden.text("/id")));
        let calls: [(&str, Naming); 3] = [
            ("merge", |other| json!({ "into": other })),
            ("unmerge", |other| json!({ "complaint": other })),
            ("links", |other| json!({ "to": other, "kind": "related" })),
        ];
        for (verb, body) in calls {
            let ask = |other: &str| {
                let mut answer = ana.post(&format!("/complaints/{mine}/{verb}"), body(other));
                answer.body["request_id"] = Value::Null;
                (answer.status, answer.body)
            };
            let (nobody, nothing) = (ask(NOBODY), ask("C-1999-000001"));
            assert_eq!(nobody.0, 404, "{verb}: {nobody:?}");
            assert_eq!((ask(&hidden.text("/id")), ask(&hidden.text("/reference"))), (nobody, nothing), "{verb}");
        }
        // And from the other side: what is hidden is not worked on, whatever is named beside it.
        let calls = [
            ("notes", json!({ "body": "b" })), ("links", json!({ "to": mine, "kind": "related" })),
            ("merge", json!({ "into": mine })), ("handoffs", json!({ "to": ana.id, "reason": "r", "request": "q" })),
            ("close", json!({ "reason": "r" })), ("unmerge", json!({ "complaint": mine })),
        ];
        for (verb, body) in calls {
            ana.post(&format!("/complaints/{}/{verb}", hidden.text("/id")), body).refused(404, "not-found");
        }
        assert_eq!(before, (ana.history(&mine), far.complaint(&hidden.text("/id"))));
        // One of the fifty is hidden: linking each leaves out that one and says no more than that there is none.
        let link = |other: &String| {
            ana.post(&format!("/complaints/{mine}/links"), json!({ "to": other, "kind": "related" })).status
        };
        let told: BTreeMap<u16, usize> = others.iter().map(link).fold(BTreeMap::new(), |mut all, status| {
            *all.entry(status).or_default() += 1;
            all
        });
        assert_eq!(told, BTreeMap::from([(200, 49), (404, 1)]));
    }

    fn row_16_nobody_takes_over_what_another_holds(desk: &Desk) {
        let cast = Cast::of(desk);
        let (ana, far) = (&cast.roles[0], &cast.far);
        for relation in ["own", "closed"] {
            let made = cast.complaint(ana, relation);
            let before = (ana.complaint(&made.id), ana.history(&made.id));
            let id = &made.id;
            let taking = [
                (format!("/complaints/{id}/handoffs"), json!({ "to": far.id, "reason": "r", "request": "q" })),
                (format!("/complaints/{id}/arbitration"), json!({ "handler": far.id, "reason": "r" })),
                (format!("/complaints/{id}/succession"), json!({ "to": far.id, "reason": "r" })),
                (format!("/complaints/{id}/reopen"), json!({ "reason": "r" })),
                (format!("/complaints/{id}/close"), json!({ "reason": "r" })),
                (format!("/complaints/{id}/withdraw"), body(&cast, "/withdraw").unwrap()),
                (filled(&cast, "/handoffs/{id}/accept", Some(&made)), json!({})),
                (filled(&cast, "/handoffs/{id}/recall", Some(&made)), json!({})),
                (filled(&cast, "/successions/{id}/accept", Some(&made)), json!({})),
                (format!("/staff/{}/successions", ana.id), json!({ "to": far.id, "reason": "r" })),
            ];
            for (call, body) in taking {
                let answer = far.post(&call, body);
                assert!([403, 404].contains(&answer.status), "{call}: {} {}", answer.status, answer.body);
            }
            assert_eq!(before, (ana.complaint(id), ana.history(id)));
        }
    }

    /// A complaint one may not see changes no list, no search and no order.
    fn row_24_lists_are_no_oracle(desk: &Desk) {
        let (ana, far) = (desk.member("Ana", "agent", "north"), desk.member("Far", "agent", "south"));
        let seen = ana.log_with(json!({ "channel": "phone", "customer": { "name": "Mai", "phone": "0901" },
                                        "narrative": "the kettle leaks", "product": "Kettle" }));
        let customer = seen.text("/customer/id");
        let first = &ana.id;
        let mut queries: Vec<String> = ["waiting", "received", "due"].iter().flat_map(|sort| {
            ["", "&q=zebrafink", "&q=kettle", "&q=0901555777", "&q=zebra", "&category=Zebrafink", "&product=Kettle",
             "&place=Zebrafink", "&channel=letter", "&stage=received", &format!("&customer={customer}"),
             &format!("&first_contact={first}"), &format!("&handler={first}"), "&limit=1"]
                .map(|filter| format!("/complaints?view=all&sort={sort}{filter}"))
        }).collect();
        queries.extend(["mine", "offered", "promised", "handed_over", "team"].map(|v| format!("/complaints?view={v}")));
        queries.push(format!("/complaints/{}/similar", seen.text("/id")));
        let ask = || queries.iter().map(|query| far.get(query).status(200).body).collect::<Vec<_>>();
        let before = ask();
        let hidden = ana.log_with(json!({
            "channel": "letter", "customer": { "id": customer }, "narrative": "the kettle leaks, Zebrafink 0901555777",
            "product": "Kettle", "category": "Zebrafink", "place": "Zebrafink", "restricted": true, "severity": "critical",
        }));
        ana.post(&format!("/complaints/{}/notes", hidden.text("/id")), json!({ "body": "Zebrafink" })).status(200);
        let found = ana.get("/complaints?view=all&q=zebrafink").status(200).body;
        assert_eq!(found["items"].as_array().unwrap().len(), 1, "it is there");
        for ((query, before), after) in queries.iter().zip(before).zip(ask()) {
            assert_eq!(before, after, "{query}");
        }
        for query in ["sort=password_hash", "sort=token_hash", "sort=about_staff", "token_hash=0", "password_hash=0",
                      "notes=Zebrafink", "narrative=Zebrafink", "about_staff=1", "restricted=true", "count=true",
                      "facet=category", "logged_by=1"] {
            let refused = far.get(&format!("/complaints?view=all&{query}")).refused(422, "invalid-field").body;
            assert_eq!(refused["field"], query.split('=').next().unwrap(), "{refused}");
        }
    }
}

/// A token is all of its bytes, and follows from nothing else that one may know.
#[test]
fn row_46_a_token_is_not_forged() {
    let settings = [("LIMITS__FAILURES_PER_MINUTE", "10000")];
    let desk = Desk::open_with(crate::support::Engine::Sqlite, &settings);
    let ana = desk.person("Ana", "agent");
    let url = format!("http://{}/api/v1/me", desk.address());
    let mut forged: Vec<String> = Vec::new();
    for at in 0..ana.token.len() {
        for flip in [0x01, 0x20] {
            let mut bytes = ana.token.clone().into_bytes();
            bytes[at] ^= flip;
            forged.extend(String::from_utf8(bytes).ok().filter(|t| t.bytes().all(|b| b.is_ascii_graphic())));
        }
    }
    let id = &ana.id;
    forged.extend([id.clone(), format!("fh_{id}"), format!("fh_{}", id.replace('-', "")), "fh_".to_owned()]);
    forged
        .extend([&ana.token[..66], &ana.token[3..], "null", "undefined", "%", "*", "''"].map(str::to_owned));
    forged.push(format!("{}0", ana.token));
    forged.push(ana.token.to_uppercase());
    assert!(forged.len() > 100, "{}", forged.len());
    for token in forged {
        Person::request(&url, &token).refused(401, "unauthenticated");
    }
    Person::request(&url, &ana.token).status(200);
    let cookie = |header: &str| {
        let head = format!("GET /api/v1/me HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n{header}\r\n\r\n");
        crate::faults::raw::told(&desk, head.as_bytes())
    };
    for header in [
        format!("Cookie: sid={0}; token={0}; Authorization=Bearer {0}", ana.token),
        format!("Authorization: Basic {}", ana.token),
        format!("Authorization: {}", ana.token),
        format!("X-Api-Key: {}", ana.token),
    ] {
        assert!(cookie(&header).starts_with("HTTP/1.1 401 "), "{header}");
    }
}
