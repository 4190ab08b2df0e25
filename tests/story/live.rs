//! What those who look on are told: in order, each once, after a cut too, and nothing they may not know of.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Desk, Person};
use crate::on_both_engines;
use crate::support::{Engine, Event, Events};

fn look_on(desk: &Desk, who: &Person, query: &str, last: Option<&str>) -> (Events, Vec<Event>) {
    Events::ready(&desk.address(), &who.token, query, last)
}

/// The reference and the version of a change.
fn told(event: &Event) -> (String, i64) {
    let reference = event.data["complaint"]["reference"].as_str().unwrap().to_owned();
    (reference, event.data["version"].as_i64().unwrap())
}

fn note(who: &Person, id: &str) {
    who.post(&format!("/complaints/{id}/notes"), json!({ "body": "seen" })).status(200);
}

fn present(data: &Value) -> Vec<(String, String)> {
    let people = data["people"].as_array().unwrap().iter();
    people
        .map(|p| (p["name"].as_str().unwrap().to_owned(), p["doing"].as_str().unwrap().to_owned()))
        .collect()
}

on_both_engines! {
    /// Every change comes once and in order; after a cut the stream goes on where it was.
    fn a_stream_goes_on_where_it_was_cut(desk: &Desk) {
        let (ana, lan) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"));
        let (stream, before) = look_on(desk, &lan, "", None);
        assert_eq!(before.len(), 1, "{before:?}");
        let logged = ana.log(json!({ "name": "Mai" }), "The bottle leaks.");
        let (id, reference) = (logged.text("/id"), logged.text("/reference"));
        let first = stream.change();
        assert_eq!(told(&first), (reference.clone(), logged.body["version"].as_i64().unwrap()));
        assert_eq!(first.data["kinds"][0], "received");
        assert_eq!(first.data["actor"], json!({ "id": ana.id, "name": "Ana" }));
        assert_eq!(first.data["yours"], false);
        note(&ana, &id);
        let second = stream.change();
        assert_eq!(second.data["kinds"], json!(["note_added"]));
        drop(stream);
        // While nobody looks on.
        for _ in 0..7 {
            note(&ana, &id);
        }
        ana.offer(&id, &lan).status(201);
        let (stream, mut missed) = look_on(desk, &lan, "", Some(&second.id));
        missed.retain(|e| e.kind == "complaint");
        // What the node has not heard of yet when the stream begins comes after it.
        while missed.len() < 8 {
            missed.push(stream.change());
        }
        let versions: Vec<i64> = missed.iter().map(|e| told(e).1).collect();
        let from = told(&second).1;
        assert_eq!(versions, (from + 1..=from + 8).collect::<Vec<_>>());
        assert_eq!(missed[7].data["yours"], true);
        // From the middle of what was missed, by the address too.
        let (_, rest) = look_on(desk, &lan, &format!("?after={}", missed[3].id), None);
        let rest: Vec<i64> = rest.iter().filter(|e| e.kind == "complaint").map(|e| told(e).1).collect();
        assert_eq!(rest, versions[4..]);
        note(&ana, &id);
        assert_eq!(told(&stream.change()).1, from + 9);
        // A place that never was, and what is none.
        for last in ["999999999", "nonsense", "1-2"] {
            let (_, before) = look_on(desk, &lan, "", Some(last));
            assert_eq!(before[0].kind, "reset", "{last} {before:?}");
        }
        lan.get("/events?after=nonsense").refused(422, "invalid-field");
        lan.get("/events?watch=C-2026-999999").refused(404, "not-found");
    }

    /// Many write at once while streams are cut again and again: in the end each has seen each change once.
    fn nothing_is_lost_and_nothing_comes_twice(desk: &Desk) {
        let (ana, lan) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"));
        let ids: Vec<String> =
            (0..4).map(|_| ana.log(json!({ "anonymous": true }), "Late again.").text("/id")).collect();
        let (stream, before) = look_on(desk, &lan, "", None);
        let mut last = before.last().unwrap().id.clone();
        drop(stream);
        let mut seen: Vec<(String, i64)> = Vec::new();
        std::thread::scope(|scope| {
            let writers: Vec<_> = ids.iter().map(|id| scope.spawn(|| for _ in 0..20 { note(&ana, id) })).collect();
            let mut cuts = 0;
            while seen.len() < 80 {
                let (stream, before) = look_on(desk, &lan, "", Some(&last));
                let mut all = before;
                if cuts < 6 {
                    cuts += 1;
                } else {
                    while seen.len() + all.iter().filter(|e| e.kind == "complaint").count() < 80 {
                        all.push(stream.next());
                    }
                }
                assert!(all.iter().all(|e| e.kind != "reset"), "{all:?}");
                if let Some(event) = all.iter().rev().find(|e| !e.id.is_empty()) {
                    last = event.id.clone();
                }
                seen.extend(all.iter().filter(|e| e.kind == "complaint").map(told));
            }
            for writer in writers {
                writer.join().unwrap();
            }
        });
        let mut once = seen.clone();
        once.sort();
        once.dedup();
        assert_eq!((seen.len(), once.len()), (80, 80));
        for id in &ids {
            let complaint = ana.complaint(id);
            let of: Vec<i64> = seen.iter().filter(|(r, _)| *r == complaint["reference"].as_str().unwrap()).map(|s| s.1).collect();
            assert!(of.is_sorted(), "{of:?}");
        }
    }

    /// Who may not know of a complaint is told nothing of it, also when it comes to be so.
    fn a_stream_tells_only_what_its_reader_may_know(desk: &Desk) {
        let (ana, eve, lead) = (desk.person("Ana", "agent"), desk.person("Eve", "agent"), desk.person("Bo", "lead"));
        let about = ana.log_with(json!({ "channel": "phone", "customer": { "anonymous": true },
            "narrative": "She was rude.", "about_staff": eve.id })).text("/id");
        let secret = ana.log_with(json!({ "channel": "phone", "customer": { "anonymous": true },
            "narrative": "Confidential.", "restricted": true })).text("/id");
        let open = ana.log(json!({ "anonymous": true }), "Anybody may know.").text("/id");
        let (stream, before) = look_on(desk, &eve, "", None);
        let start = before.last().unwrap().id.clone();
        let (leads, _) = look_on(desk, &lead, "", None);
        for id in [&about, &secret, &open] {
            note(&ana, id);
        }
        assert_eq!(stream.noted().data["complaint"]["id"], open.as_str());
        for id in [&about, &secret, &open] {
            assert_eq!(leads.noted().data["complaint"]["id"], id.as_str());
        }
        ana.post(&format!("/complaints/{open}/assessment"), json!({ "restricted": true })).status(200);
        note(&ana, &open);
        stream.is_silent(700);
        // Nor afterwards: what one could not know then is not made up for.
        let (_, before) = look_on(desk, &eve, "", Some(&start));
        assert!(before.iter().all(|e| e.kind != "complaint"), "{before:?}");
        for id in [&about, &secret] {
            eve.get(&format!("/complaints/{id}/presence")).refused(404, "not-found");
            eve.post(&format!("/complaints/{id}/presence"), json!({ "doing": "looking" })).refused(404, "not-found");
            eve.get(&format!("/events?watch={id}")).refused(404, "not-found");
        }
    }

    /// Who signs out, loses their token or is disabled is told nothing more.
    fn a_stream_ends_with_the_right_to_it(desk: &Desk) {
        let (ana, admin) = (desk.person("Ana", "agent"), desk.person("Root", "admin"));
        let (lan, mai) = (desk.person("Lan", "agent"), desk.person("Mai", "agent"));
        let (of_lan, _) = look_on(desk, &lan, "", None);
        let (of_mai, _) = look_on(desk, &mai, "", None);
        admin.post(&format!("/staff/{}/disable", lan.id), json!({})).status(200);
        of_lan.ends_within(3);
        let role = json!({ "role": "lead" });
        admin.post(&format!("/staff/{}/place", mai.id), role).status(200);
        of_mai.ends_within(3);
        for gone in [&lan, &mai] {
            let again = Events::open(&desk.address(), &gone.token, "", None);
            assert!(again.head.starts_with("HTTP/1.1 401 "), "{}", again.head);
        }
        // A person may have twenty; whoever hangs up makes room at once.
        let mut many: Vec<Events> = (0..20).map(|_| look_on(desk, &ana, "", None).0).collect();
        let refused = Events::open(&desk.address(), &ana.token, "", None);
        assert!(refused.head.starts_with("HTTP/1.1 429 ") && refused.head.contains("retry-after"), "{}", refused.head);
        many.pop();
        let again = (0..40).any(|_| {
            std::thread::sleep(Duration::from_millis(50));
            Events::open(&desk.address(), &ana.token, "", None).head.starts_with("HTTP/1.1 200 ")
        });
        assert!(again, "who hung up still counts");
    }

    /// Streams do not hold up a stop.
    fn a_stop_does_not_wait_for_streams(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let (stream, _) = look_on(desk, &ana, "", None);
        #[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
        let asked = Instant::now();
        let (status, log) = desk.stop();
        let took = asked.elapsed();
        assert!(status.success(), "{log}");
        stream.ends_within(3);
        assert!(took < Duration::from_secs(5), "the stop took {took:?}");
    }

    /// Who else is there: told as they come, write and go; on no record.
    fn those_at_a_complaint_see_each_other(desk: &Desk) {
        let (ana, lan) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"));
        let id = ana.log(json!({ "anonymous": true }), "Two of us.").text("/id");
        let history = ana.history(&id);
        let (stream, _) = look_on(desk, &ana, &format!("?watch={id}"), None);
        assert_eq!(present(&stream.presence()), []);
        let (of_lan, _) = look_on(desk, &lan, &format!("?watch={id}"), None);
        assert_eq!(present(&of_lan.presence()), [("Ana".to_owned(), "looking".to_owned())]);
        let words = stream.presence();
        assert_eq!(present(&words), [("Lan".to_owned(), "looking".to_owned())]);
        assert_eq!(words["words"], "Lan is looking");
        lan.post(&format!("/complaints/{id}/presence"), json!({ "doing": "writing" })).status(200);
        assert_eq!(stream.presence()["words"], "Lan is writing");
        let all = lan.get(&format!("/complaints/{id}/presence")).status(200).body;
        assert_eq!(present(&all), [("Lan".to_owned(), "writing".to_owned()), ("Ana".to_owned(), "looking".to_owned())]);
        lan.post(&format!("/complaints/{id}/presence"), json!({ "doing": "dancing" })).refused(422, "invalid-field");
        lan.post(&format!("/complaints/{id}/presence"), json!({ "doing": "away" })).status(200);
        assert_eq!(stream.presence()["words"], "Lan is looking");
        drop(of_lan);
        assert_eq!(present(&stream.presence()), []);
        assert_eq!(ana.history(&id), history);
    }

    /// Only what needs somebody is told to them, once, and no longer when it is settled.
    fn people_are_told_of_what_needs_them(desk: &Desk) {
        let (ana, lan, lead) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"), desk.person("Bo", "lead"));
        let kinds = |who: &Person| -> Vec<String> {
            let all = who.get("/notifications").status(200).body;
            let items = all["items"].as_array().unwrap();
            assert_eq!(all["unread"], items.iter().filter(|i| i["unread"] == true).count());
            items.iter().map(|i| i["kind"].as_str().unwrap().to_owned()).collect()
        };
        let id = ana.log(json!({ "name": "Mai", "phone": "0901" }), "The bottle leaks.").text("/id");
        note(&lan, &id);
        assert_eq!((kinds(&ana), kinds(&lan)), (vec![], vec![]));
        let offer = ana.offer(&id, &lan).status(201).text("/id");
        assert_eq!((kinds(&ana), kinds(&lan)), (vec![], vec!["handoff_offered".to_owned()]));
        lan.post(&format!("/handoffs/{offer}/decline"), json!({ "reason": "not mine" })).status(200);
        assert_eq!((kinds(&ana), kinds(&lan)), (vec!["offer_declined".to_owned()], vec![]));
        let contact = json!({ "channel": "phone", "direction": "in", "body": "When?" });
        lan.post(&format!("/complaints/{id}/contacts"), contact.clone()).status(200);
        assert_eq!(kinds(&ana), ["customer_wrote", "offer_declined"]);
        // What one did oneself is no news.
        ana.post(&format!("/complaints/{id}/contacts"), contact).status(200);
        assert_eq!(kinds(&ana).len(), 2);
        let first = ana.get("/notifications").status(200).body["items"][0].clone();
        assert_eq!((&first["actor"]["name"], &first["complaint"]["id"]), (&json!("Lan"), &json!(id)));
        let read = ana.post("/notifications/read", json!({ "up_to": first["at"] })).status(200).body;
        assert_eq!((read["unread"].as_i64(), read["items"].as_array().unwrap().len()), (Some(0), 2));
        // The mark never goes back, and not into the time to come.
        ana.post("/notifications/read", json!({ "up_to": "2020-01-01T00:00:00Z" })).status(200);
        ana.post("/notifications/read", json!({ "up_to": "2099-01-01T00:00:00Z" })).status(200);
        assert_eq!(ana.get("/notifications").status(200).body["unread"], 0);
        #[expect(clippy::disallowed_methods, reason = "what is nearly due is what is tested")]
        let soon = (jiff::Timestamp::now() + jiff::SignedDuration::from_mins(30)).to_string();
        let promise = json!({ "text": "A new bottle", "due_at": soon });
        let promise = ana.post(&format!("/complaints/{id}/promises"), promise).status(201).text("/id");
        assert_eq!(kinds(&ana), ["customer_wrote", "offer_declined", "promise_due"]);
        ana.post(&format!("/promises/{promise}/kept"), json!({ "evidence": "sent" })).status(200);
        assert_eq!(kinds(&ana), ["customer_wrote", "offer_declined"]);
        ana.decide(&id, "upheld").status(200);
        ana.tag(&id, "damaged").status(200);
        ana.reply(&id).status(201);
        ana.answer(&id, "accepted").status(200);
        ana.close(&id).status(200);
        assert_eq!(kinds(&ana), Vec::<String>::new());
        lead.post(&format!("/complaints/{id}/reopen"), json!({ "reason": "more came" })).status(200);
        assert_eq!(kinds(&ana)[0], "reopened");
        assert_eq!(ana.get("/notifications").status(200).body["unread"], 1);
        // Of a complaint one may no longer know of, nothing is told.
        assert!(kinds(&lan).is_empty());
    }
}

/// Two nodes on one PostgreSQL: what changes at one is seen at the other, and who is there; and a stream that was cut at
/// one goes on at the other.
#[test]
fn two_nodes_see_each_others_changes() {
    let desk = Desk::open(Engine::Postgres);
    let (ana, lan) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"));
    let other = desk.another_node();
    let id = ana.log(json!({ "anonymous": true }), "Here and there.").text("/id");
    let (there, _) = look_on(&other, &lan, &format!("?watch={id}"), None);
    assert_eq!(present(&there.presence()), []);
    let (mut slowest, mut last) = (Duration::ZERO, String::new());
    for _ in 0..10 {
        #[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
        let asked = Instant::now();
        note(&ana, &id);
        last = there.noted().id;
        slowest = slowest.max(asked.elapsed());
    }
    println!("seen at the other node within {slowest:?}");
    assert!(slowest < Duration::from_secs(3), "{slowest:?}");
    let (here, _) = look_on(&desk, &ana, &format!("?watch={id}"), None);
    let mut words = here.presence();
    // Who was there before is told again within twenty seconds.
    while present(&words).is_empty() {
        words = here.presence();
    }
    assert_eq!(words["words"], "Lan is looking");
    assert_eq!(there.presence()["words"], "Ana is looking");
    drop(there);
    note(&ana, &id);
    note(&lan.at(other.address()), &id);
    let (here, missed) = look_on(&desk, &lan, "", Some(&last));
    let mut versions: Vec<i64> = missed.iter().filter(|e| e.kind == "complaint").map(|e| told(e).1).collect();
    while versions.len() < 2 {
        versions.push(told(&here.change()).1);
    }
    let version = ana.complaint(&id)["version"].as_i64().unwrap();
    assert_eq!(versions, [version - 1, version]);
    // The end of a right holds at every node.
    let (there, _) = look_on(&other, &lan, "", None);
    let admin = desk.person("Root", "admin");
    admin.post(&format!("/staff/{}/disable", lan.id), json!({})).status(200);
    there.ends_within(3);
}
