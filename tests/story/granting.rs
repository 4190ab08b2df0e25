//! Grants over the API: written by one, put in force by another, passed on never wider, stopped at once for all below.

use serde_json::{Value, json};

use super::awarding::{People, SHA, people};
use super::{Desk, Person};
use crate::on_both_engines;

fn root(holder: &Person) -> Value {
    json!({
        "holder": holder.id, "types": ["refund", "gift"], "bases": ["goodwill"], "currency": "EUR",
        "limits": { "per_award": "100.00", "per_case": "200.00", "per_holder": { "amount": "900.00", "days": 30 } },
        "scope": { "products": ["tea"], "channels": ["phone"] }, "valid_from": "2020-01-01T00:00:00Z",
        "valid_until": "2099-01-01T00:00:00Z", "document": { "ref": "Resolution 7", "sha256": SHA },
        "may_subdelegate": true, "max_depth": 2, "reason": "the board said so",
    })
}

fn child(parent: &str, holder: &Person) -> Value {
    json!({
        "holder": holder.id, "types": ["refund"], "bases": ["goodwill"], "currency": "EUR",
        "limits": { "per_award": "50.00" }, "scope": { "products": ["tea"], "channels": ["phone"] }, "parent": parent,
    })
}

/// A root grant of the lead, in force.
fn rooted(p: &People) -> String {
    let grant = p.writer.post("/grants", root(&p.lead)).status(201).text("/id");
    p.other.post(&format!("/grants/{grant}/activate"), json!({})).status(200);
    grant
}

on_both_engines! {
    fn a_grant_is_written_by_one_and_put_in_force_by_another(desk: &Desk) {
        let p = people(desk);
        p.writer.post("/grants", root(&p.writer)).refused(403, "self-grant");
        p.ana.post("/grants", root(&p.bo)).refused(403, "not-yours");
        let written = p.writer.post("/grants", root(&p.lead)).status(201);
        let id = written.text("/id");
        assert_eq!(written.header("location"), Some(&*format!("/api/v1/grants/{id}")));
        assert_eq!(written.header("etag"), Some("\"1\""));
        assert_eq!((&written.body["state"], &written.body["holder"]["id"]), (&json!("draft"), &json!(p.lead.id)));
        assert_eq!(written.body["limits"]["per_holder"], json!({ "amount": "900.00", "days": 30 }));
        let activate = format!("/grants/{id}/activate");
        p.writer.post(&activate, json!({})).refused(403, "self-grant");
        p.lead.post(&activate, json!({})).refused(403, "self-grant");
        p.ana.post(&activate, json!({})).refused(403, "not-yours");
        p.other.post_with(&activate, &[("If-Match", "\"9\"")], "{}").refused(412, "stale");
        let active = p.other.post_with(&activate, &[("If-Match", "\"1\"")], "{}").status(200);
        assert_eq!((&active.body["state"], active.header("etag")), (&json!("active"), Some("\"2\"")));
        p.other.post(&activate, json!({})).refused(409, "grant-over");
        let read = p.ana.get(&format!("/grants/{id}")).status(200);
        assert_eq!(read.body["steps"].as_array().unwrap().len(), 2);
        assert_eq!((&read.body["chain"], &read.body["children"]), (&json!([]), &json!(0)));
        let usage = p.ana.get(&format!("/grants/{id}/usage")).status(200).body;
        assert_eq!(usage["holder"]["id"], p.lead.id);
        let holder = usage["limits"].as_array().unwrap().iter().find(|l| l["over"] == "per_holder").unwrap();
        assert_eq!((&holder["used"]["amount"], &holder["remaining"]["amount"]), (&json!("0.00"), &json!("900.00")));
    }

    fn a_child_is_nowhere_wider_than_its_parent(desk: &Desk) {
        let p = people(desk);
        let grant = rooted(&p);
        for (field, wider) in [
            ("types", json!({ "types": ["refund", "voucher"] })),
            ("bases", json!({ "bases": ["liability"] })),
            ("currency", json!({ "currency": "USD" })),
            ("limits.per_award", json!({ "limits": { "per_award": "100.01" } })),
            ("limits.per_case", json!({ "limits": { "per_case": "200.01" } })),
            ("limits.per_holder.amount", json!({ "limits": { "per_holder": { "amount": "900.01", "days": 30 } } })),
            ("scope.products", json!({ "scope": { "products": ["coffee"] } })),
            ("scope.channels", json!({ "scope": { "channels": ["email"] } })),
            ("valid_from", json!({ "valid_from": "2019-01-01T00:00:00Z" })),
            ("valid_until", json!({ "valid_until": "2099-01-02T00:00:00Z" })),
            ("max_depth", json!({ "max_depth": 2 })),
            ("document", json!({ "document": { "ref": "R", "sha256": SHA } })),
            ("limits", json!({ "limits": {} })),
            ("limits.per_award", json!({ "limits": { "per_award": "-1.00" } })),
            ("limits.per_award", json!({ "limits": { "per_award": "0.00" } })),
            ("types", json!({ "types": [] })),
        ] {
            let mut body = child(&grant, &p.ana);
            for (member, value) in wider.as_object().unwrap() {
                body[member] = value.clone();
            }
            let refused = p.lead.post("/grants", body).refused(422, "invalid-field").body;
            assert_eq!(refused["field"], field, "{refused}");
        }
        p.lead.post("/grants", child("0190f3b0-0000-7000-8000-00000000ffff", &p.ana)).refused(422, "invalid-field");
        p.ana.post("/grants", child(&grant, &p.bo)).refused(403, "not-yours");
        p.lead.post("/grants", child(&grant, &p.lead)).refused(403, "self-grant");
        let gone = desk.person("Gone", "agent");
        p.writer.post(&format!("/staff/{}/disable", gone.id), json!({})).status(200);
        let refused = p.lead.post("/grants", child(&grant, &gone)).refused(422, "invalid-field").body;
        assert_eq!(refused["field"], "holder");
        let made = p.lead.post("/grants", child(&grant, &p.ana)).status(201).body;
        assert_eq!(made["valid_until"], "2099-01-01T00:00:00Z");
        // What may not be passed on is not.
        let id = made["id"].as_str().unwrap();
        p.writer.post(&format!("/grants/{id}/activate"), json!({})).status(200);
        p.ana.post("/grants", child(id, &p.bo)).refused(422, "invalid-field");
    }

    fn what_stops_a_grant_stops_all_below_it(desk: &Desk) {
        let p = people(desk);
        let grant = rooted(&p);
        let below = p.lead.post("/grants", child(&grant, &p.ana)).status(201).text("/id");
        p.lead.post(&format!("/grants/{below}/activate"), json!({})).refused(403, "self-grant");
        p.writer.post(&format!("/grants/{grant}/suspend"), json!({})).status(200);
        let refused = p.writer.post(&format!("/grants/{below}/activate"), json!({})).refused(409, "parent-not-in-force");
        assert_eq!((&refused.body["grant"], &refused.body["state"]), (&json!(grant), &json!("suspended")));
        p.lead.post("/grants", child(&grant, &p.bo)).refused(409, "parent-not-in-force");
        p.lead.post(&format!("/grants/{grant}/resume"), json!({})).refused(403, "not-yours");
        p.other.post(&format!("/grants/{grant}/resume"), json!({})).status(200);
        p.writer.post(&format!("/grants/{below}/activate"), json!({})).status(200);
        let revoke = format!("/grants/{grant}/revoke");
        p.writer.post(&revoke, json!({})).refused(422, "invalid-field");
        let revoked = p.writer.post(&revoke, json!({ "reason": "a new resolution", "for_cause": true })).status(200).body;
        assert_eq!((&revoked["state"], &revoked["for_cause"]), (&json!("revoked"), &json!(true)));
        p.writer.post(&format!("/grants/{grant}/resume"), json!({})).refused(409, "grant-over");
        let full = p.bo.get(&format!("/grants/{below}")).status(200).body;
        assert_eq!((&full["chain"][0]["id"], &full["chain"][0]["state"]), (&json!(grant), &json!("revoked")));
    }

    fn the_register_is_listed_and_read_as_it_stood(desk: &Desk) {
        let p = people(desk);
        let grant = rooted(&p);
        for holder in [&p.ana, &p.bo] {
            p.lead.post("/grants", child(&grant, holder)).status(201);
        }
        let ids = |path: &str| -> Vec<String> {
            let items = p.ana.get(path).status(200).body["items"].as_array().unwrap().clone();
            items.iter().map(|i| i["id"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(ids("/grants").len(), 3);
        assert_eq!(ids("/grants?state=active"), std::slice::from_ref(&grant));
        assert_eq!(ids(&format!("/grants?holder={}", p.bo.id)).len(), 1);
        assert_eq!(ids("/grants?currency=USD").len() + ids("/grants?holder=agent").len(), 0);
        assert_eq!(ids("/grants?as_of=2020-01-01").len(), 0);
        assert_eq!(ids("/grants?as_of=2098-01-01&state=active"), std::slice::from_ref(&grant));
        assert_eq!(ids("/grants?as_of=2099-06-01&state=expired").len(), 3);
        let first = p.ana.get("/grants?limit=2").status(200).body;
        assert_eq!(ids(&format!("/grants?limit=2&cursor={}", first["next"].as_str().unwrap())).len(), 1);
        p.ana.get("/grants?state=gone").refused(422, "invalid-field");
    }

    fn people_are_related_by_declaration(desk: &Desk) {
        let p = people(desk);
        let path = format!("/staff/{}/related", p.ana.id);
        let body = json!({ "staff": p.bo.id, "reason": "siblings" });
        p.lead.post(&path, body.clone()).refused(403, "not-yours");
        p.writer.post(&path, body.clone()).status(201);
        p.writer.post(&path, body).refused(409, "taken");
        p.writer.post(&path, json!({ "staff": p.ana.id, "reason": "same" })).refused(422, "invalid-field");
        let seen = p.lead.get(&format!("/staff/{}/related", p.bo.id)).status(200).body;
        assert_eq!(seen["items"][0]["staff"]["id"], p.ana.id);
        assert_eq!(seen["items"][0]["declared_by"]["id"], p.writer.id);
    }
}
