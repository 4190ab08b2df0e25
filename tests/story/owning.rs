//! First-contact responsibility, seen from outside.

use serde_json::json;

use super::Desk;
use crate::on_both_engines;

on_both_engines! {
    /// S1: a delivery worker logs by phone in three fields; two accepted handoffs; the worker stays responsible,
    /// sends the reply and closes.
    fn s1_whoever_takes_it_stays_responsible(desk: &Desk) {
        let (worker, ana, lan) =
            (desk.person("Worker", "agent"), desk.person("Ana", "agent"), desk.person("Lan", "agent"));
        let logged = worker.log(json!({ "name": "Mai Trần", "phone": "090 123 456" }), "The bottle leaks.");
        assert_eq!(logged.header("location"), Some(&*format!("/api/v1/complaints/{}", logged.text("/id"))));
        assert!(logged.text("/reference").starts_with("C-20"));
        let id = logged.text("/id");
        worker.hand_to(&id, &ana);
        ana.hand_to(&id, &lan);
        let complaint = lan.complaint(&id);
        assert_eq!(complaint["first_contact"]["id"], worker.id);
        assert_eq!(complaint["handler"]["id"], lan.id);
        lan.decide(&id, "upheld").status(200);
        lan.tag(&id, "damaged").status(200);
        worker.reply(&id).status(201);
        worker.answer(&id, "accepted").status(200);
        lan.close(&id).refused(403, "not-yours");
        let closed = worker.close(&id).status(200).body;
        assert_eq!((&closed["stage"], &closed["closure"]), (&json!("closed"), &json!("accepted")));
        assert_eq!(closed["first_contact"]["id"], worker.id);
    }

    /// S2: two declines, then only a lead's arbitration; the clock never moved.
    fn s2_two_declines_force_arbitration(desk: &Desk) {
        let (ana, lan, lead) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"), desk.person("Bo", "lead"));
        let logged = ana.log(json!({ "anonymous": true }), "Nobody answers.");
        let id = logged.text("/id");
        for _ in 0..2 {
            let offer = ana.offer(&id, &lan).status(201);
            let decline = format!("/handoffs/{}/decline", offer.text("/id"));
            lan.post(&decline, json!({})).refused(422, "invalid-field");
            ana.post(&decline, json!({ "reason": "no" })).refused(403, "not-the-receiver");
            lan.post(&decline, json!({ "reason": "not mine" })).status(200);
            lan.post(&decline, json!({ "reason": "not mine" })).refused(409, "handoff-over");
        }
        ana.offer(&id, &lan).refused(409, "arbitration-needed");
        let order = json!({ "handler": lan.id, "reason": "it is yours" });
        ana.post(&format!("/complaints/{id}/arbitration"), order.clone()).refused(403, "not-yours");
        let assigned = lead.post(&format!("/complaints/{id}/arbitration"), order).status(200).body;
        assert_eq!(assigned["handler"]["id"], lan.id);
        assert_eq!(assigned["first_contact"]["id"], ana.id);
        assert_eq!(assigned["due"], logged.body["due"]);
        assert_eq!(assigned["received_at"], logged.body["received_at"]);
    }

    /// S3: somebody who holds complaints and promises leaves: refused, offered in bulk, each accepted, then gone.
    fn s3_nobody_leaves_with_open_duties(desk: &Desk) {
        let (ana, lan) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"));
        let (lead, admin) = (desk.person("Bo", "lead"), desk.person("Root", "admin"));
        let mut ids = Vec::new();
        for n in 0..12 {
            ids.push(ana.log(json!({ "name": format!("Customer {n}"), "phone": "12345" }), "late again").text("/id"));
        }
        for id in &ids[..3] {
            let promise = json!({ "text": "a call back", "due_at": "2099-01-01T10:00:00Z" });
            ana.post(&format!("/complaints/{id}/promises"), promise).status(201);
        }
        let disable = format!("/staff/{}/disable", ana.id);
        lead.post(&disable, json!({})).status(403);
        let refused = admin.post(&disable, json!({})).refused(409, "open-duties").body;
        assert_eq!(refused["first_contact"].as_array().unwrap().len(), 12);
        assert_eq!(refused["promises"].as_array().unwrap().len(), 3);
        let offer = json!({ "to": lan.id, "reason": "Ana is leaving" });
        let offered = lead.post(&format!("/staff/{}/successions", ana.id), offer).status(201).body;
        let offered = offered["items"].as_array().unwrap().clone();
        assert_eq!(offered.len(), 12);
        assert_eq!(lan.get("/complaints?view=offered").body["items"].as_array().unwrap().len(), 12);
        admin.post(&disable, json!({})).refused(409, "open-duties");
        for item in &offered {
            let id = item["succession"]["id"].as_str().or(item["succession"].as_str()).unwrap();
            lan.post(&format!("/successions/{id}/accept"), json!({})).status(200);
        }
        admin.post(&disable, json!({})).status(200);
        ana.get("/complaints").status(401);
        let taken = lan.complaint(&ids[0]);
        assert_eq!(taken["first_contact"]["id"], lan.id);
        assert_eq!(taken["handler"]["id"], lan.id);
        assert_eq!(taken["promises"][0]["responsible"]["id"], lan.id);
        let kinds = lan.history(&ids[0]);
        assert!(kinds.contains(&"succession_accepted".to_owned()), "{kinds:?}");
    }

    /// I-09: the person complained about neither sees it, nor handles it, nor decides.
    fn the_person_complained_about_is_kept_out(desk: &Desk) {
        let (ana, lan, rude) =
            (desk.person("Ana", "agent"), desk.person("Lan", "agent"), desk.person("Rude", "lead"));
        let body = json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": "He shouted at me.",
                           "about_staff": rude.id });
        let id = ana.log_with(body).text("/id");
        rude.get(&format!("/complaints/{id}")).refused(404, "not-found");
        rude.post(&format!("/complaints/{id}/notes"), json!({ "body": "not true" })).refused(404, "not-found");
        assert_eq!(rude.get("/complaints?view=all").body["items"].as_array().unwrap().len(), 0);
        ana.offer(&id, &rude).refused(422, "not-a-receiver");
        // Whoever is complained about and takes the call themselves names another handler and keeps sight of it.
        let mut own = json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": "You shouted at me.",
                              "about_staff": rude.id });
        rude.post("/complaints", own.clone()).refused(422, "invalid-field");
        own["handler"] = json!(lan.id);
        let own = rude.log_with(own);
        assert_eq!((own.text("/first_contact/id"), own.text("/handler/id")), (rude.id.clone(), lan.id.clone()));
        let id = own.text("/id");
        rude.get(&format!("/complaints/{id}")).status(200);
        rude.decide(&id, "rejected").refused(403, "complained-about");
    }

    /// Restricted complaints show to those with a duty, leads and auditors, and to nobody else.
    fn restricted_complaints_show_by_duty(desk: &Desk) {
        let (ana, lan, out) = (desk.person("Ana", "agent"), desk.person("Lan", "agent"), desk.person("Out", "agent"));
        let (lead, auditor, admin) =
            (desk.person("Bo", "lead"), desk.person("Eye", "auditor"), desk.person("Root", "admin"));
        let body = json!({ "channel": "counter", "customer": { "name": "Éva" }, "narrative": "private matter",
                           "restricted": true });
        let id = ana.log_with(body).text("/id");
        for blind in [&lan, &out, &admin] {
            blind.get(&format!("/complaints/{id}")).refused(404, "not-found");
            assert_eq!(blind.get("/complaints?view=all").body["items"], json!([]), "{}", blind.name);
        }
        for seeing in [&ana, &lead, &auditor] {
            seeing.get(&format!("/complaints/{id}")).status(200);
        }
        let offer = ana.offer(&id, &lan).status(201);
        lan.get(&format!("/complaints/{id}")).status(200);
        ana.post(&format!("/handoffs/{}/recall", offer.text("/id")), json!({})).status(200);
        lan.get(&format!("/complaints/{id}")).refused(404, "not-found");
        auditor.post(&format!("/complaints/{id}/notes"), json!({ "body": "x" })).refused(403, "read-only");
    }
}
