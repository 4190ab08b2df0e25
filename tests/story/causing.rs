//! Why complaints happen: leads keep the tree, everybody tags its leaves, and a second person says why again.

use serde_json::{Value, json};

use super::{Desk, Person};
use crate::on_both_engines;

fn new(code: &str, parent: Value) -> Value {
    json!({ "code": code, "name": { "en": "Seal missing", "hu": "Hiányzó tömítés" }, "parent": parent,
            "value_category": "product", "servqual": "reliability", "family": "material" })
}

/// A complaint with this main cause, and its id.
fn tagged(who: &Person, cause: &str) -> String {
    let id = who.log(json!({ "anonymous": true }), "It leaks.").text("/id");
    who.tag(&id, cause).status(200);
    id
}

on_both_engines! {
    fn a_lead_keeps_the_tree_and_nothing_is_lost(desk: &Desk) {
        let (lea, ana) = (desk.person("Lea", "lead"), desk.person("Ana", "agent"));
        ana.post("/causes", new("seal", json!("product"))).refused(403, "not-yours");
        let product = lea.get("/causes/product").status(200).body;
        assert_eq!((&product["leaf"], &product["parent"]), (&json!(false), &json!(null)));
        let seal = lea.post("/causes", new("seal", json!("product"))).status(201);
        assert_eq!(seal.body["parent"], product["id"]);
        assert_eq!((&seal.body["leaf"], &seal.body["process_step"]), (&json!(true), &json!(null)));
        let mut whole = new("seal-old", product["id"].clone());
        whole["process_step"] = json!("make");
        whole["controllable_by"] = json!("supplier");
        let old = lea.post("/causes", whole).status(201).body;
        assert_eq!((&old["process_step"], &old["controllable_by"]), (&json!("make"), &json!("supplier")));
        assert_eq!(old["version"], json!(seal.body["version"].as_i64().unwrap() + 1));
        let mut wrong = new("seal-new", json!("product"));
        wrong["controllable_by"] = json!("them");
        assert_eq!(lea.post("/causes", wrong).refused(422, "invalid-field").body["field"], "controllable_by");

        let id = tagged(&ana, "seal");
        ana.tag(&id, "product").refused(422, "invalid-field");
        for parent in ["seal", "unknown", "nowhere"] {
            let refused = lea.post("/causes", new("seal-new", json!(parent))).refused(422, "invalid-field").body;
            assert_eq!(refused["field"], "parent", "{parent}");
        }
        let moved = lea.post("/causes/seal/move", json!({ "parent": "mindset" })).status(200).body;
        assert_eq!(moved["parent"], lea.get("/causes/mindset").body["id"]);
        assert_eq!(lea.post("/causes/seal/move", json!({ "parent": null })).status(200).body["parent"], json!(null));
        assert_eq!(lea.post("/causes/seal/move", json!({})).refused(422, "invalid-field").body["field"], "parent");
        ana.post("/causes/seal/move", json!({ "parent": null })).refused(403, "not-yours");
        lea.post("/causes/product/move", json!({ "parent": "seal-old" })).refused(422, "invalid-field");
        lea.post("/causes/product/retire", json!({})).refused(422, "invalid-field");
        let retired = lea.post("/causes/seal/retire", json!({ "maps_to": "seal-old" })).status(200).body;
        assert_eq!((&retired["retired"], &retired["maps_to"]), (&json!(true), &old["id"]));
        ana.tag(&id, "seal").refused(422, "invalid-field");
        assert_eq!(ana.complaint(&id)["causes"][0]["cause"]["code"], "seal", "what was said stays");

        // Page by page the whole tree, each cause once.
        let (mut codes, mut cursor): (Vec<String>, _) = (Vec::new(), String::new());
        loop {
            let page = ana.get(&format!("/causes?limit=20{cursor}")).status(200).body;
            codes.extend(page["items"].as_array().unwrap().iter().map(|c| c["code"].as_str().unwrap().to_owned()));
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert!(codes.is_sorted() && codes.len() > 80 && codes.contains(&"seal".to_owned()), "{codes:?}");
    }
}

on_both_engines! {
    fn whys_are_answers_with_evidence_that_end_at_something_of_ours(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let id = ana.log(json!({ "anonymous": true }), "It leaks.").text("/id");
        let path = format!("/complaints/{id}/causes");
        let tag = |whys: Value| json!({ "cause": "damaged", "role": "primary", "confidence": "confirmed", "whys": whys,
                                        "escape_point": "the last look before packing" });
        let chain = json!(["no seal", { "answer": "none in store", "evidence": "the stock list" }]);
        let kept = ana.post(&path, tag(chain)).status(200).body["causes"][0].clone();
        assert_eq!(kept["whys"], json!(["no seal", "none in store"]));
        assert_eq!(kept["why_chain"][1], json!({ "answer": "none in store", "evidence": "the stock list" }));
        assert_eq!((&kept["external"], &kept["escape_point"]), (&json!(false), &json!("the last look before packing")));
        let outside = json!([{ "answer": "a flood", "external": true }]);
        let kept = ana.post(&path, tag(outside)).status(200).body["causes"].clone();
        assert_eq!((&kept[1]["external"], &kept[0]["current"]), (&json!(true), &json!(false)));
        for (wrong, field) in [
            (json!([{ "answer": "a", "external": true }, "b"]), "whys[0].external"),
            (json!([{ "evidence": "a" }]), "whys[0].answer"),
            (json!([{ "answer": "a", "proof": "b" }]), "whys[0].proof"),
            (json!([{ "answer": " " }]), "whys[0].answer"),
            (json!([7]), "whys[0]"),
            (json!(vec!["a"; 21]), "whys"),
        ] {
            assert_eq!(ana.post(&path, tag(wrong)).refused(422, "invalid-field").body["field"], field);
        }
    }
}

on_both_engines! {
    fn one_in_ten_is_rated_again_by_somebody_else(desk: &Desk) {
        let (ana, bo, otto) = (desk.person("Ana", "agent"), desk.person("Bo", "agent"), desk.person("Otto", "auditor"));
        let none = ana.get("/causes/agreement").status(200).body;
        assert_eq!((&none["n"], &none["kappa"], &none["below"]), (&json!(0), &json!(null), &json!(false)));
        // By chance; that none of so many is of the sample does not happen.
        let next = (0..200).find_map(|_| {
            tagged(&ana, "late");
            let next = bo.get("/causes/second-rating").status(200).body["complaint"].clone();
            (!next.is_null()).then_some(next)
        });
        let next = next.expect("one of two hundred");
        assert_eq!((&next["narrative"], &next["causes"]), (&json!("It leaks."), &json!(null)));
        assert_eq!(ana.get("/causes/second-rating").status(200).body, json!({ "complaint": null }));
        otto.get("/causes/second-rating").refused(403, "read-only");
        let path = format!("/complaints/{}/second-rating", next["id"].as_str().unwrap());
        ana.post(&path, json!({ "cause": "late" })).refused(422, "invalid-field");
        bo.post(&path, json!({ "cause": "convenience" })).refused(422, "invalid-field");
        let kept = bo.post(&path, json!({ "cause": "late" })).status(200).body;
        assert_eq!((&kept["complaint"], &kept["code"]), (&next["id"], &json!("late")));
        bo.post(&path, json!({ "cause": "damaged" })).refused(409, "taken");
        let told = otto.get("/causes/agreement").status(200).body;
        // Both said the one thing there is: chance alone would agree as much.
        let expected = json!({ "n": 1, "po": 1.0, "pe": 1.0, "kappa": null, "least": 0.6, "below": false });
        assert_eq!(told, expected);
        otto.get("/causes/agreement?from=yesterday").refused(422, "invalid-field");
    }
}
