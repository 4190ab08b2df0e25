//! The lists an administrator keeps: a name that is on one is written as the list has it, whichever way it comes.

use serde_json::{Value, json};

use super::Desk;
use crate::on_both_engines;
use crate::support::Person;

fn named(name: &str) -> Value {
    json!({ "name": name })
}

fn names(who: &Person, path: &str) -> Vec<String> {
    let list = who.get(path).status(200).body;
    list["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

/// What a complaint is about, where, and what went wrong.
fn about(who: &Person, id: &str) -> Value {
    let complaint = who.complaint(id);
    json!([complaint["product"], complaint["place"], complaint["category"]])
}

on_both_engines! {
    fn an_administrator_keeps_the_lists_and_everybody_reads_them(desk: &Desk) {
        let (ana, lea) = (desk.person("Ana", "agent"), desk.person("Lea", "lead"));
        let (ada, otto) = (desk.person("Ada", "admin"), desk.person("Otto", "auditor"));
        for list in ["teams", "categories", "products", "places"] {
            let all = format!("/lists/{list}");
            ana.post(&all, named("x")).refused(403, "not-yours");
            lea.post(&all, named("x")).refused(403, "not-yours");
            otto.post(&all, named("x")).refused(403, "read-only");
            let made = ada.post(&all, named("Nguyễn  Huệ")).status(201);
            assert_eq!((made.body["version"].as_i64(), made.body["retired"].as_bool()), (Some(1), Some(false)));
            assert_eq!(ada.post(&all, named(" NGUYEN HUE")).refused(409, "taken").body["field"], "name");
            for reader in [&ana, &lea, &ada, &otto] {
                assert_eq!(names(reader, &all), ["Nguyễn  Huệ"]);
            }
        }
        for (bad, field) in [(json!({}), "name"), (named("  "), "name"), (named(&"x".repeat(201)), "name"),
                             (json!({ "name": "x", "kind": "team" }), "kind")] {
            assert_eq!(ada.post("/lists/teams", bad).refused(422, "invalid-field").body["field"], field);
        }
        for list in ["team", "people", "Teams"] {
            ada.get(&format!("/lists/{list}")).refused(404, "not-found");
            ada.post(&format!("/lists/{list}"), named("x")).refused(404, "not-found");
        }
        let id = ada.post("/lists/places", named("Market")).status(201).text("/id");
        // One list knows nothing of what is on another.
        ada.get(&format!("/lists/products/{id}")).refused(404, "not-found");
        ada.post(&format!("/lists/products/{id}/retire"), json!({})).refused(404, "not-found");
        assert_eq!(names(&ana, "/lists/places"), ["Market", "Nguyễn  Huệ"]);
    }

    fn every_version_of_a_name_can_be_taken_up_again(desk: &Desk) {
        let (ana, lea, ada) = (desk.person("Ana", "agent"), desk.person("Lea", "lead"), desk.person("Ada", "admin"));
        let one = format!("/lists/products/{}", ada.post("/lists/products", named("Kettle")).status(201).text("/id"));
        let at = |verb: &str| format!("{one}/{verb}");
        lea.post(&at("amend"), named("b")).refused(403, "not-yours");
        lea.post(&at("retire"), json!({})).refused(403, "not-yours");
        lea.post(&at("restore"), json!({ "version": 1 })).refused(403, "not-yours");
        ada.post_with(&at("amend"), &[("If-Match", "\"7\"")], &named("Kettle 2").to_string()).refused(412, "stale");
        // Another spelling of its own name is no other name.
        assert_eq!(ada.post(&at("amend"), named("KETTLE")).status(200).body["version"], 2);
        assert_eq!(ada.post(&at("amend"), named("KETTLE")).status(200).body["version"], 2);
        ada.post_with(&at("retire"), &[("If-Match", "\"1\"")], "{}").refused(412, "stale");
        ada.post(&at("retire"), json!({})).status(200);
        assert_eq!((names(&ana, "/lists/products"), names(&ana, "/lists/products?retired=true")), (vec![], vec!["KETTLE".to_owned()]));
        let other = ada.post("/lists/products", named("kettle")).status(201).text("/id");
        ada.post(&at("restore"), json!({ "version": 1 })).refused(409, "taken");
        ada.post(&format!("/lists/products/{other}/retire"), json!({})).status(200);
        ada.post(&at("restore"), json!({ "version": 9 })).refused(422, "invalid-field");
        let back = ada.post(&at("restore"), json!({ "version": 1 })).status(200).body;
        assert_eq!((&back["name"], &back["version"], &back["retired"]), (&json!("Kettle"), &json!(4), &json!(false)));
        let versions = ana.get(&at("versions")).status(200).body;
        let told: Vec<_> = versions["items"].as_array().unwrap().iter()
            .map(|v| format!("{} {} {} {}", v["version"], v["by"]["name"].as_str().unwrap(), v["name"].as_str().unwrap(), v["retired"])).collect();
        assert_eq!(told, ["4 Ada Kettle false", "3 Ada KETTLE true", "2 Ada KETTLE false", "1 Ada Kettle false"]);
    }

    fn a_name_on_a_list_is_written_as_the_list_has_it(desk: &Desk) {
        let (ana, ada) = (desk.person("Ana", "agent"), desk.person("Ada", "admin"));
        let log = |product: &str, place: &str, category: &str| {
            ana.log_with(json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": "late",
                                 "product": product, "place": place, "category": category })).text("/id")
        };
        let before = log("kettle", "market", "late");
        assert_eq!(about(&ana, &before), json!(["kettle", "market", "late"]));
        for (list, name) in [("products", "Kettle"), ("places", "Market"), ("categories", "Láte"), ("categories", "Kettle?"), ("teams", "North")] {
            ada.post(&format!("/lists/{list}"), named(name)).status(201);
        }
        // What is on record stays as it was; what is said from now on is written as the lists have it.
        assert_eq!(about(&ana, &before), json!(["kettle", "market", "late"]));
        let one = log(" KETTLE ", "ｍａｒｋｅｔ", "LATE");
        assert_eq!(about(&ana, &one), json!(["Kettle", "Market", "Láte"]));
        let received = ana.get(&format!("/complaints/{one}/history?limit=1")).status(200).body;
        assert!(received.to_string().contains("\"Kettle\"") && !received.to_string().contains("KETTLE"), "{received}");
        // A name on no list is taken as it is, and so is one that is on another list.
        assert_eq!(about(&ana, &log("Market", "kettle", "Broken")), json!(["Market", "kettle", "Broken"]));
        // One by one, many at once and as a step of a macro it is the same.
        let assess = json!({ "product": "kettle", "category": "late", "place": "Elsewhere" });
        let other = log("x", "y", "z");
        assert_eq!(ana.post(&format!("/complaints/{other}/assessment"), assess.clone()).status(200).body["product"], "Kettle");
        assert_eq!(about(&ana, &other), json!(["Kettle", "Elsewhere", "Láte"]));
        let mut many = assess.clone();
        many["verb"] = json!("assess");
        many["complaints"] = json!([{ "id": before }]);
        ana.post("/complaints/bulk", many).status(200);
        assert_eq!(about(&ana, &before), json!(["Kettle", "Elsewhere", "Láte"]));
        let steps = json!({ "name": "m", "steps": [{ "verb": "assess", "product": "KETTLE", "place": "MARKET" }] });
        let run = ada.post("/macros", steps).status(201).text("/id");
        let third = log("x", "y", "z");
        ana.post(&format!("/complaints/{third}/macros"), json!({ "macro": run })).status(200);
        assert_eq!(about(&ana, &third), json!(["Kettle", "Market", "z"]));
        // A name that is retired is a name like any other.
        let list = ada.get("/lists/products").status(200).body;
        let kettle = list["items"][0]["id"].as_str().unwrap().to_owned();
        ada.post(&format!("/lists/products/{kettle}/retire"), json!({})).status(200);
        assert_eq!(about(&ana, &log("kettle", "market", "new")), json!(["kettle", "Market", "new"]));
    }

    /// What came from a file is written the same way, and coming again it is what it was, whatever the lists say by then.
    fn what_comes_from_a_file_is_written_as_the_list_has_it(desk: &Desk) {
        let (_, ada) = (desk.person("Ana", "agent"), desk.person("Ada", "admin"));
        let id = ada.post("/lists/products", named("Kettle")).status(201).text("/id");
        let (mapping, file) = (desk.folder().join("lists.toml"), desk.folder().join("lists.csv"));
        let rules = "name = 'lists'\nid = 'No'\nnarrative = 'Text'\nproduct = 'Item'\nplace = 'Where'\n\
                     received_at = { column = 'Day', format = '%Y-%m-%d' }\n";
        std::fs::write(&mapping, rules).unwrap();
        let import = |item: &str| {
            std::fs::write(&file, format!("No,Text,Item,Where,Day\n1,late,{item},Market,2020-02-01\n")).unwrap();
            let done = desk.command(&["import", file.to_str().unwrap(), "--mapping", mapping.to_str().unwrap(), "--as", "ana@example.com"]);
            assert!(done.status.success(), "{done:?}");
            String::from_utf8(done.stderr).unwrap()
        };
        import("KETTLE");
        let list = ada.get("/complaints?view=all").status(200).body;
        assert_eq!((&list["items"][0]["product"], &list["items"][0]["place"]), (&json!("Kettle"), &json!("Market")), "{list}");
        ada.post(&format!("/lists/products/{id}/amend"), named("Water kettle")).status(200);
        let again = import("KETTLE");
        assert!(again.contains("1 were here already") && !again.contains("line"), "{again}");
        let other = import("Pan");
        assert!(other.contains("1 were here already") && other.contains("line"), "{other}");
    }

    fn people_are_in_the_teams_of_the_list(desk: &Desk) {
        let ada = desk.person("Ada", "admin");
        let add = |email: &str, team: &str| {
            ada.post("/staff", json!({ "name": email, "email": format!("{email}@example.org"), "role": "agent", "team": team })).status(201)
        };
        assert_eq!(add("first", "north").body["team"], "north");
        ada.post("/lists/teams", named("North")).status(201);
        let second = add("second", " NORTH");
        assert_eq!(second.body["team"], "North");
        assert_eq!(add("third", "South").body["team"], "South");
        let place = |team: &str| ada.post(&format!("/staff/{}/place", second.text("/id")), json!({ "role": "agent", "team": team })).status(200).body["team"].clone();
        assert_eq!((place("west"), place("north")), (json!("west"), json!("North")));
    }
}
