//! Which causes may fit, over HTTP: learnt from what staff tag, told with reasons, applied by nobody.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Desk, Person};
use crate::on_both_engines;

fn log(person: &Person, product: &str, narrative: &str, more: &Value) -> String {
    let mut body = json!({ "channel": "phone", "customer": { "anonymous": true }, "product": product, "narrative": narrative });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    person.log_with(body).text("/id")
}

/// What is suggested, once it is as it should be: tags are learnt within a second or two.
fn suggested(person: &Person, body: &Value, right: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let mut answer = Value::Null;
    for _ in 0..200 {
        answer = person.post("/cause-suggestions", body.clone()).status(200).body;
        let items = answer["items"].as_array().unwrap().clone();
        if right(&items) {
            return items;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("not learnt: {answer}");
}

fn is(code: &str) -> impl Fn(&[Value]) -> bool {
    move |items| items.first().is_some_and(|item| item["cause"]["code"] == code)
}

on_both_engines! {
    fn what_was_tagged_is_suggested_with_why(desk: &Desk) {
        let (ana, lan) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"));
        for n in 0..3 {
            let id = log(&ana, "Kettle", &format!("The LID leaks onto the table {n}"), &json!({}));
            ana.tag(&id, "damaged").status(200);
        }
        for n in 0..3 {
            let id = log(&ana, "Kettle", &format!("A week late {n}"), &json!({}));
            ana.tag(&id, "late").status(200);
        }
        let hidden = log(&ana, "Kettle", "The lid leaks", &json!({ "restricted": true }));
        ana.tag(&hidden, "damaged").status(200);
        let asked = json!({ "product": "Kettle", "text": "Mein Líd leaks" });
        let items = suggested(&lan, &asked, |items| is("damaged")(items) && items[0]["tagged"] == 3);
        assert_eq!(items[0]["words"], json!(["leaks", "Líd"]));
        let past: Vec<&str> = items[0]["complaints"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect();
        assert!(past.len() == 3 && !past.contains(&hidden.as_str()), "{items:?}");
        assert_eq!(items[0]["complaints"][0]["summary"], "The LID leaks onto the table 2");
        assert!(items[0]["cause"]["name"]["vi"].is_string());

        // Of a complaint: of itself it does not tell, and nothing is tagged by it.
        let id = log(&lan, "Kettle", "it leaks", &json!({}));
        let page = lan.get(&format!("/complaints/{id}/cause-suggestions")).status(200).body;
        assert_eq!(page["items"][0]["cause"]["code"], "damaged");
        assert_eq!(lan.complaint(&id)["causes"], json!([]));
        lan.get(&format!("/complaints/{hidden}/cause-suggestions")).refused(404, "not-found");
        lan.get("/complaints/C-2026-999999/cause-suggestions").refused(404, "not-found");

        // A changed tag teaches the new one.
        for id in past.iter().take(2) {
            ana.tag(id, "late").status(200);
        }
        suggested(&lan, &json!({ "product": "Kettle", "text": "x" }), is("late"));

        for (body, field) in [(json!({}), "text"), (json!({ "text": "" }), "text"), (json!({ "text": "a", "product": 1 }), "product")] {
            let refused = lan.post("/cause-suggestions", body).refused(422, "invalid-field");
            assert_eq!(refused.body["field"], field);
        }
        desk.person("Audi", "auditor").post("/cause-suggestions", asked).status(403);
    }

    fn what_is_alike_says_what_settled_it(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let done = log(&ana, "Kettle", "The lid leaks onto the table", &json!({}));
        ana.decide(&done, "partly_upheld").status(200);
        ana.tag(&done, "damaged").status(200);
        let id = log(&ana, "Kettle", "The lid leaks onto the table", &json!({}));
        let page = ana.get(&format!("/complaints/{id}/similar")).status(200).body;
        let settled = &page["items"][0]["settled"];
        assert_eq!((&settled["decision"], &settled["cause"]["code"]), (&json!("partly_upheld"), &json!("damaged")));
        assert_eq!((&settled["awards"], &settled["days"]), (&json!([]), &Value::Null));
    }
}
