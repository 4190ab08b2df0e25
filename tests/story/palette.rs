//! Going to anything by a few letters, and what people chose for their own pages, over HTTP.

use serde_json::{Value, json};

use super::fixing;
use super::searching::encode;
use super::{Desk, Person};
use crate::on_both_engines;

fn look(person: &Person, typed: &str) -> Value {
    person.get(&format!("/palette?q={}", encode(typed))).status(200).body
}

/// What of one kind is found, by one of its members.
#[track_caller]
fn of(found: &Value, kind: &str, member: &str) -> Vec<String> {
    let items = found[kind].as_array().unwrap_or_else(|| panic!("{kind}: {found}"));
    items.iter().map(|item| item[member].as_str().unwrap().to_owned()).collect()
}

on_both_engines! {
    fn each_kind_is_found_by_what_people_call_it(desk: &Desk) {
        let c = fixing::cast(desk);
        let action = c.in_place();
        let who = json!({ "name": "Nguyễn Thị Đào", "phone": "+84 90 123-4567", "email": "dao@example.com" });
        let logged = c.ana.log(who, "Ấm nước rò, 送水员没来");
        let (id, reference) = (logged.text("/id"), logged.text("/reference"));
        let customer = logged.text("/customer/id");
        for other in 0..8 {
            c.ana.log(json!({ "anonymous": true }), &format!("Ấm nước nguội {other}"));
        }
        let number = reference.rsplit('-').next().unwrap();
        for typed in [&reference, &reference.to_lowercase(), number, "am nuoc ro", "ẤM NƯỚC RÒ", "送水员"] {
            assert_eq!(of(&look(&c.ana, typed), "complaints", "id")[0], id, "{typed}");
        }
        // No more than a few of a kind, and none twice.
        let many = of(&look(&c.ana, "am nuoc"), "complaints", "id");
        assert_eq!(many.len(), 5);
        assert_eq!(of(&look(&c.ana, &reference), "complaints", "id").iter().filter(|one| **one == id).count(), 1);
        for typed in ["dao nguyen", "Đào", "84901234567", "+84 90 123", "dao@ex", number] {
            assert_eq!(of(&look(&c.ana, typed), "customers", "id"), [customer.as_str()], "{typed}");
        }
        let late = c.ana.get("/causes/late").status(200).body["name"].clone();
        for name in late.as_object().unwrap().values() {
            let codes = of(&look(&c.ana, name.as_str().unwrap()), "causes", "code");
            assert_eq!(codes[0], "late", "{name}");
        }
        for typed in ["second VAN", "van three"] {
            assert_eq!(of(&look(&c.ana, typed), "corrective_actions", "id"), [action.as_str()], "{typed}");
        }
        // What came in since is known too.
        let body = json!({ "code": "zip-gate", "name": { "en": "The zip gate jams", "hu": "Beragad a zipzár" },
            "value_category": "product", "servqual": "reliability", "family": "material" });
        assert_eq!(look(&c.ana, "zipzar")["causes"], json!([]));
        c.lead.post("/causes", body).status(201);
        assert_eq!(of(&look(&c.ana, "zipzar"), "causes", "code"), ["zip-gate"]);
        c.lead.post("/causes/zip-gate/retire", json!({})).status(200);
        assert_eq!(look(&c.ana, "zipzar")["causes"], json!([]));
    }

    /// Neither by its number, nor by its words, nor through who complained.
    fn what_may_not_be_known_of_is_not_found(desk: &Desk) {
        let (ana, lan, bo) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"), desk.person("Bo", "lead"));
        let log = |more: Value| {
            let mut body = json!({ "channel": "phone", "customer": { "name": "Péter Kovács" }, "narrative": "the kettle leaks" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let logged = ana.log_with(body);
            (logged.text("/id"), logged.text("/reference"))
        };
        let (hidden, of_bo) = (log(json!({ "restricted": true })), log(json!({ "about_staff": bo.id })));
        let sees = |person: &Person, typed: &str| {
            let mut found = of(&look(person, typed), "complaints", "id");
            found.sort();
            found
        };
        assert_eq!(sees(&ana, "kettle"), [hidden.0.clone(), of_bo.0.clone()]);
        assert_eq!(sees(&lan, "kettle"), std::slice::from_ref(&of_bo.0));
        assert_eq!(sees(&bo, "kettle"), std::slice::from_ref(&hidden.0));
        for (person, (_, reference), found) in [(&ana, &hidden, true), (&lan, &hidden, false), (&bo, &hidden, true),
                                                (&lan, &of_bo, true), (&bo, &of_bo, false)] {
            let number = reference.rsplit('-').next().unwrap();
            for typed in [reference.as_str(), number] {
                let page = look(person, typed);
                let here = of(&page, "complaints", "reference").contains(reference);
                assert_eq!(here, found, "{} {typed}", person.name);
                let customers = page["customers"].as_array().unwrap().len();
                assert_eq!(customers, usize::from(found), "{} {typed}", person.name);
            }
        }
    }

    fn pages_are_those_one_may_open_in_any_language(desk: &Desk) {
        let (ana, lea) = (desk.person("Ana", "agent"), desk.person("Lea", "lead"));
        let all = of(&ana.get("/palette").status(200).body, "pages", "path");
        assert!(all.contains(&"/complaints/new".to_owned()) && !all.contains(&"/floor".to_owned()), "{all:?}");
        assert!(of(&lea.get("/palette").status(200).body, "pages", "path").contains(&"/floor".to_owned()));
        for typed in ["setti", "cài đặt", "cai dat", "beallit", "设置"] {
            assert_eq!(of(&look(&ana, typed), "pages", "path")[0], "/settings", "{typed}");
        }
        for typed in ["\u{0}", "%", "'", "\"*", " ", "x", "a\u{0}b", &"ab ".repeat(66)] {
            let found = look(&ana, typed);
            assert_eq!((&found["complaints"], &found["customers"]), (&json!([]), &json!([])), "{typed:?}");
        }
        let long = ana.get(&format!("/palette?q={}", "x".repeat(201))).refused(422, "invalid-field");
        assert_eq!(long.body["field"], "q");
    }

    fn what_one_chose_is_ones_own(desk: &Desk) {
        let (ana, lan) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"));
        let usual = json!({ "single_keys": true });
        assert_eq!(ana.get("/me/looks").status(200).body, usual);
        let chosen = json!({ "language": "hu", "theme": "dark", "density": "compact", "single_keys": false });
        assert_eq!(ana.post("/me/looks", chosen.clone()).status(200).body, chosen);
        assert_eq!(ana.get("/me/looks").status(200).body, chosen);
        assert_eq!(lan.get("/me/looks").status(200).body, usual);
        let wrong = ana.post("/me/looks", json!({ "density": "tight", "single_keys": true })).refused(422, "invalid-field");
        assert_eq!(wrong.body["field"], "density");
        assert_eq!(ana.get("/me/looks").status(200).body, chosen);
        ana.post("/me/looks", json!({ "single_keys": true })).status(200);
        assert_eq!(ana.get("/me/looks").status(200).body, usual);
    }

    /// What is muted is neither told nor counted, and told again once it is not.
    fn nothing_is_told_of_what_is_muted(desk: &Desk) {
        let (ana, lan) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"));
        let id = ana.log(json!({ "name": "Mai" }), "The bottle leaks.").text("/id");
        ana.offer(&id, &lan).status(201);
        let told = |person: &Person| {
            let page = person.get("/notifications").status(200).body;
            (page["items"].as_array().unwrap().len(), page["unread"].as_i64().unwrap())
        };
        assert_eq!(told(&lan), (1, 1));
        #[expect(clippy::disallowed_methods, reason = "what is nearly due is what is tested")]
        let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(30);
        lan.log_with(json!({ "channel": "phone", "customer": { "name": "Bo" }, "narrative": "late",
            "promise": { "text": "a call", "due_at": soon.to_string() } }));
        assert_eq!(told(&lan), (2, 2));
        lan.post("/me/muted", json!({ "kinds": ["handoff_offered"] })).status(200);
        assert_eq!(told(&lan), (1, 1));
        lan.post("/me/muted", json!({ "kinds": ["promise_due", "handoff_offered"] })).status(200);
        assert_eq!(told(&lan), (0, 0));
        assert_eq!(lan.get("/me/muted").status(200).body, json!({ "kinds": ["handoff_offered", "promise_due"] }));
        assert_eq!(ana.get("/me/muted").status(200).body, json!({ "kinds": [] }));
        lan.post("/me/muted", json!({ "kinds": ["everything"] })).refused(422, "invalid-field");
        lan.post("/me/muted", json!({ "kinds": [] })).status(200);
        assert_eq!(told(&lan), (2, 2));
    }
}
