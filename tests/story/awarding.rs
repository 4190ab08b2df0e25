//! Who may give what: within one's own authority in one step, above it by who is next, never more than is left.

use serde_json::{Value, json};

use super::{Desk, Person};
use crate::on_both_engines;
use crate::support::Answer;

/// A desk with an administrator who writes, one who activates, a lead and two agents.
pub struct People {
    pub writer: Person,
    pub other: Person,
    pub lead: Person,
    pub ana: Person,
    pub bo: Person,
}

pub fn people(desk: &Desk) -> People {
    People {
        writer: desk.person("Wen", "admin"),
        other: desk.person("Otto", "admin"),
        lead: desk.person("Lea", "lead"),
        ana: desk.person("Ana", "agent"),
        bo: desk.person("Bo", "agent"),
    }
}

pub const SHA: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

impl People {
    /// A root grant in force: 500 a case, 2,000 over 30 days, refunds and gifts out of goodwill or liability, in euro.
    pub fn root(&self, holder: &str, limits: Value) -> String {
        self.granted(json!({
            "holder": holder, "types": ["refund", "gift", "voucher"], "bases": ["goodwill", "liability"],
            "currency": "EUR", "limits": limits, "document": { "ref": "Resolution 7", "sha256": SHA },
            "may_subdelegate": true, "max_depth": 5, "reason": "the board said so",
        }))
    }

    pub fn granted(&self, body: Value) -> String {
        let grant = self.writer.post("/grants", body).status(201).text("/id");
        self.other.post(&format!("/grants/{grant}/activate"), json!({})).status(200);
        grant
    }
}

pub fn refund(amount: &str) -> Value {
    json!({ "type": "refund", "basis": "goodwill", "value": { "amount": amount, "currency": "EUR" }, "reason": "sorry" })
}

impl Person {
    pub fn propose(&self, complaint: &str, body: Value) -> Answer {
        self.post(&format!("/complaints/{complaint}/awards"), body)
    }

    /// Approves what it sees.
    pub fn approve(&self, award: &str) -> Answer {
        let seen = self.get(&format!("/awards/{award}"));
        let tag = seen.header("etag").unwrap_or("\"1\"").to_owned();
        self.post_with(&format!("/awards/{award}/approve"), &[("If-Match", &tag)], "{}")
    }

    pub fn on_award(&self, award: &str, verb: &str, body: Value) -> Answer {
        self.post(&format!("/awards/{award}/{verb}"), body)
    }

    fn complaint_of(&self, customer: &str) -> String {
        self.log_with(json!({ "channel": "phone", "customer": { "name": customer },
                              "narrative": "late again", "desired_remedy": "money back" }))
            .text("/id")
    }
}

on_both_engines! {
    fn an_award_goes_from_asking_to_given(desk: &Desk) {
        let p = people(desk);
        p.root(&p.ana.id, json!({ "per_case": "500.00", "per_holder": { "amount": "2000.00", "days": 30 } }));
        let id = p.ana.complaint_of("Mai");
        let may = p.ana.get(&format!("/complaints/{id}/authority")).status(200).body;
        assert_eq!(may["items"][0]["up_to"], json!({ "amount": "500.00", "currency": "EUR" }), "{may}");
        let award = p.ana.propose(&id, refund("120.00")).status(201);
        assert_eq!((award.text("/state"), award.body["version"].as_i64()), ("approved".into(), Some(2)));
        let name = award.text("/id");
        assert_eq!(award.header("location"), Some(format!("/api/v1/awards/{name}").as_str()));
        let missing = p.ana.close(&id).refused(409, "cannot-close").body;
        assert_eq!(missing["awards_under_way"], json!([name]), "{missing}");
        p.ana.on_award(&name, "execute", json!({})).refused(409, "award-over");
        assert_eq!(p.ana.on_award(&name, "offer", json!({ "channel": "phone" })).status(200).text("/state"), "offered");
        let taken = p.ana.on_award(&name, "customer-answer", json!({ "answer": "accepted", "channel": "phone" }));
        assert_eq!(taken.status(200).text("/state"), "accepted");
        p.ana.on_award(&name, "execute", json!({ "value": { "amount": "120.01", "currency": "EUR" } }))
            .refused(409, "approval-broken");
        p.ana.on_award(&name, "execute", json!({ "payee": "somebody else" })).refused(409, "approval-broken");
        let given = p.ana.on_award(&name, "execute", json!({ "evidence": "transfer 77" })).status(200);
        assert_eq!(given.text("/state"), "executed");
        p.ana.on_award(&name, "execute", json!({})).refused(409, "award-over");
        let may = p.ana.get(&format!("/complaints/{id}/authority")).status(200).body;
        assert_eq!(may["items"][0]["up_to"]["amount"], "380.00");
        // Taken back, the case has it again and the period has not.
        p.ana.on_award(&name, "reverse", json!({ "reason": "paid twice" })).status(200);
        let may = p.ana.get(&format!("/complaints/{id}/authority")).status(200).body;
        assert_eq!(may["items"][0]["up_to"]["amount"], "500.00");
        let limits = may["items"][0]["limits"].as_array().unwrap();
        let period = limits.iter().find(|l| l["over"] == "per_holder").unwrap();
        assert_eq!(period["used"]["amount"], "120.00");
        let proof = p.lead.get(&format!("/awards/{name}")).status(200).body;
        assert_eq!(proof["proof"][0]["agrees"], true, "{proof}");
        assert_eq!(proof["proof"][0]["limit"]["limit"]["amount"], "500.00");
        assert_eq!(desk.command(&["check"]).status.code(), Some(0));
        let verified = desk.command(&["ledger", "verify"]);
        assert_eq!(verified.status.code(), Some(0), "{}", String::from_utf8_lossy(&verified.stdout));
    }

    fn s7_a_case_gets_no_more_by_parts_and_the_next_holder_is_named(desk: &Desk) {
        let p = people(desk);
        p.root(&p.ana.id, json!({ "per_case": "500.00", "per_holder": { "amount": "2000.00", "days": 30 } }));
        p.root(&p.lead.id, json!({ "per_case": "5000.00" }));
        let id = p.ana.complaint_of("Mai");
        assert_eq!(p.ana.propose(&id, refund("500.00")).status(201).text("/state"), "approved");
        let more = p.ana.propose(&id, refund("0.01")).status(201);
        assert_eq!(more.text("/state"), "proposed");
        assert_eq!(more.body["next_holders"][0]["name"], "Lea", "{}", more.body);
        let name = more.text("/id");
        p.ana.approve(&name).refused(403, "self-approval");
        let beyond = p.bo.approve(&name).refused(409, "limit-exceeded").body;
        assert_eq!((&beyond["limit"]["amount"], &beyond["next_holders"][0]["name"]), (&json!("0.00"), &json!("Lea")));
        p.lead.post(&format!("/awards/{name}/approve"), json!({})).refused(428, "precondition-required");
        p.lead.post_with(&format!("/awards/{name}/approve"), &[("If-Match", "\"7\"")], "{}").refused(412, "stale");
        assert_eq!(p.lead.approve(&name).status(200).text("/state"), "approved");
        // A changed amount needs a new approval, and the version that was seen is over.
        p.ana.on_award(&name, "amend", json!({ "value": { "amount": "9.00", "currency": "EUR" }, "reason": "fees" }))
            .status(200);
        assert_eq!(p.lead.get(&format!("/awards/{name}")).text("/state"), "proposed");
        p.lead.post_with(&format!("/awards/{name}/approve"), &[("If-Match", "\"2\"")], "{}").refused(412, "stale");
        p.lead.approve(&name).status(200);
        let told = p.lead.get("/ledger?after=0&limit=200").status(200).body;
        let kinds: Vec<&str> = told["items"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds.iter().filter(|k| **k == "authority_refused").count(), 2, "{kinds:?}");
    }

    fn s8_revoked_leaves_what_stands_and_for_cause_holds_it(desk: &Desk) {
        let p = people(desk);
        let root = p.root(&p.lead.id, json!({ "per_case": "900.00" }));
        let child = json!({ "holder": p.ana.id, "types": ["refund"], "bases": ["goodwill"], "currency": "EUR",
                            "limits": { "per_case": "300.00" }, "parent": root });
        let child = p.lead.post("/grants", child).status(201).text("/id");
        p.writer.post(&format!("/grants/{child}/activate"), json!({})).status(200);
        let (first, second) = (p.ana.complaint_of("Mai"), p.ana.complaint_of("Nam"));
        let award = p.ana.propose(&first, refund("200.00")).status(201).text("/id");
        p.other.post(&format!("/grants/{root}/revoke"), json!({ "reason": "a new resolution" })).status(200);
        assert_eq!(p.ana.propose(&second, refund("1.00")).status(201).text("/state"), "proposed");
        p.ana.on_award(&award, "offer", json!({})).status(200);
        p.ana.on_award(&award, "customer-answer", json!({ "answer": "accepted" })).status(200);
        p.ana.on_award(&award, "execute", json!({})).status(200);

        let root = p.root("agent", json!({ "per_award": "50.00", "per_case": "300.00" }));
        let third = p.ana.complaint_of("Lan");
        let award = p.ana.propose(&third, refund("50.00")).status(201);
        assert_eq!(award.text("/state"), "approved");
        let award = award.text("/id");
        p.ana.on_award(&award, "offer", json!({})).status(200);
        let why = json!({ "reason": "signed by nobody", "for_cause": true });
        p.other.post(&format!("/grants/{root}/revoke"), why).status(200);
        assert_eq!(p.ana.get(&format!("/awards/{award}")).text("/state"), "held");
        p.ana.on_award(&award, "customer-answer", json!({ "answer": "accepted" })).refused(409, "award-over");
        p.root(&p.lead.id, json!({ "per_case": "900.00" }));
        // After a review it goes on where it was.
        assert_eq!(p.lead.approve(&award).status(200).text("/state"), "offered");
    }

    fn s9_a_batch_stops_exactly_at_its_cap(desk: &Desk) {
        let p = people(desk);
        p.root(&p.lead.id, json!({ "per_award": "100.00", "per_batch": "1000.00" }));
        let ids: Vec<String> = (0..13).map(|n| p.ana.complaint_of(&format!("C{n}"))).collect();
        let body = json!({ "complaints": ids, "incident": "the flood", "type": "voucher", "basis": "goodwill",
                           "value": { "amount": "90.00", "currency": "EUR" }, "reason": "the water" });
        let done = p.lead.post("/awards/batch", body).status(200).body;
        let states: Vec<&str> = done["items"].as_array().unwrap().iter().map(|i| i["state"].as_str().unwrap()).collect();
        assert_eq!(states.iter().filter(|s| **s == "approved").count(), 11);
        assert_eq!(states[11..], ["proposed", "proposed"]);
        assert_eq!(done["approved"]["amount"], "990.00");
        // What is left of the cap is given to the last unit, and no more.
        let rest = json!({ "complaints": [p.ana.complaint_of("R")], "incident": "the flood", "type": "voucher",
                           "basis": "goodwill", "value": { "amount": "10.00", "currency": "EUR" }, "reason": "the rest" });
        assert_eq!(p.lead.post("/awards/batch", rest.clone()).status(200).text("/items/0/state"), "approved");
        let mut over = rest;
        over["complaints"] = json!([p.ana.complaint_of("S"), "C-1999-000001"]);
        over["value"]["amount"] = json!("0.01");
        let over = p.lead.post("/awards/batch", over).status(200).body;
        assert_eq!((&over["items"][0]["state"], over["items"][1]["problem"]["type"].as_str()),
                   (&json!("proposed"), Some("/problems/not-found")));
    }

    fn s10_and_row_18_nobody_approves_for_themselves_by_any_road(desk: &Desk) {
        let p = people(desk);
        let body = json!({ "holder": p.writer.id, "types": ["refund"], "bases": ["goodwill"], "currency": "EUR",
                           "limits": { "per_case": "9.00" }, "document": { "ref": "R", "sha256": SHA } });
        p.writer.post("/grants", body.clone()).refused(403, "self-grant");
        let mut by_role = body.clone();
        by_role["holder"] = json!("admin");
        p.writer.post("/grants", by_role).refused(403, "self-grant");
        let mut to_other = body;
        to_other["holder"] = json!(p.other.id);
        let grant = p.writer.post("/grants", to_other).status(201).text("/id");
        // Neither who wrote it nor who would hold it puts it in force.
        p.writer.post(&format!("/grants/{grant}/activate"), json!({})).refused(403, "self-grant");
        p.other.post(&format!("/grants/{grant}/activate"), json!({})).refused(403, "self-grant");

        p.root("lead", json!({ "per_case": "500.00" }));
        let second = desk.person("Lea Two", "lead");
        let related = json!({ "staff": second.id, "reason": "married" });
        p.writer.post(&format!("/staff/{}/related", p.lead.id), related).status(201);
        let id = p.ana.complaint_of("Mai");
        p.lead.post(&format!("/complaints/{id}/arbitration"), json!({ "handler": p.lead.id, "reason": "mine" }));
        let award = p.lead.propose(&id, refund("600.00")).status(201);
        assert_eq!(award.text("/state"), "proposed");
        let award = award.text("/id");
        p.lead.approve(&award).refused(403, "self-approval");
        second.approve(&award).refused(403, "related-party");
        // A deputy has no authority by standing in.
        let absence = json!({ "from": "2020-01-01T00:00:00Z", "to": "2099-01-01T00:00:00Z", "substitute": p.bo.id });
        p.writer.post(&format!("/staff/{}/absences", p.lead.id), absence).status(201);
        p.bo.approve(&award).refused(409, "limit-exceeded");
        // A customer who works here is a party.
        let own = json!({ "channel": "phone", "customer": { "name": "Bo", "email": "bo@example.com" }, "narrative": "mine" });
        let own = p.ana.log_with(own).text("/id");
        p.root(&p.bo.id, json!({ "per_case": "500.00" }));
        let award = p.ana.propose(&own, refund("5.00")).status(201).text("/id");
        p.bo.approve(&award).refused(403, "related-party");
        let told = p.lead.get("/ledger?after=0&limit=200").status(200).body;
        let refused = told["items"].as_array().unwrap().iter().filter(|e| e["kind"] == "authority_refused").count();
        assert_eq!(refused, 8, "{told}");
    }

    fn row_19_amounts_are_exact_or_nothing(desk: &Desk) {
        let p = people(desk);
        p.root("agent", json!({ "per_award": "1000.00" }));
        let id = p.ana.complaint_of("Mai");
        let amounts = [json!("-1.00"), json!("0.00"), json!("0"), json!("0.001"), json!("1e308"), json!("NaN"),
                       json!("9223372036854775807"), json!("９９.００"), json!("1,000.00"), json!(1), json!(-1),
                       json!(null), json!([]), json!({ "$gt": 0 })];
        for amount in amounts {
            let mut body = refund("1.00");
            body["value"]["amount"] = amount.clone();
            p.ana.propose(&id, body).refused(422, "invalid-field");
        }
        for (field, value) in [("basis", json!(null)), ("basis", json!("because")), ("type", json!("cash")),
                               ("reason", json!("")), ("value", json!("1.00")), ("approver", json!(p.lead.id))] {
            let mut body = refund("1.00");
            body[field] = value;
            p.ana.propose(&id, body).refused(422, "invalid-field");
        }
        let mut dollars = refund("1.00");
        dollars["value"]["currency"] = json!("USD");
        assert_eq!(p.ana.propose(&id, dollars).status(201).text("/state"), "proposed");
        // Ten parts of 999 under a limit of 1000: one.
        let states: Vec<String> =
            (0..10).map(|_| p.ana.propose(&id, refund("999.00")).status(201).text("/state")).collect();
        assert_eq!(states.iter().filter(|s| *s == "approved").count(), 1);
        assert_eq!(states[0], "approved");
    }

    fn two_pairs_of_eyes_where_the_grant_asks_for_them(desk: &Desk) {
        let p = people(desk);
        p.granted(json!({ "holder": "lead", "types": ["refund"], "bases": ["goodwill"], "currency": "EUR",
                          "limits": { "per_case": "900.00" }, "document": { "ref": "R", "sha256": SHA },
                          "four_eyes_above": "100.00", "approvers": 2 }));
        let leads = [desk.person("Lin", "lead"), desk.person("Lou", "lead"), desk.person("Lu", "lead")];
        let id = p.ana.complaint_of("Mai");
        assert_eq!(p.lead.propose(&id, refund("100.00")).status(201).text("/state"), "approved");
        let award = p.lead.propose(&id, refund("100.01")).status(201);
        assert_eq!(award.text("/state"), "proposed");
        let award = award.text("/id");
        assert_eq!(leads[0].approve(&award).status(200).text("/state"), "proposed");
        leads[0].approve(&award).refused(409, "approved-already");
        assert_eq!(leads[1].approve(&award).status(200).text("/state"), "approved");
        leads[2].approve(&award).refused(409, "award-over");
        p.ana.on_award(&award, "offer", json!({})).status(200);
        p.ana.on_award(&award, "customer-answer", json!({ "answer": "accepted" })).status(200);
        // Who asked and who approved do not give.
        p.lead.on_award(&award, "execute", json!({})).refused(403, "another-person-needed");
        leads[1].on_award(&award, "execute", json!({})).refused(403, "another-person-needed");
        p.ana.on_award(&award, "execute", json!({})).status(200);
    }

    fn settled_with_an_award_in_one_call_or_not_at_all(desk: &Desk) {
        let p = people(desk);
        p.root("agent", json!({ "per_award": "50.00" }));
        let body = json!({ "channel": "counter", "customer": { "name": "Mai" }, "narrative": "wrong change",
                           "desired_remedy": "the ten back",
                           "settled": { "reply": { "body": "Here it is." }, "cause": { "cause": "billing-error" },
                                        "award": refund("50.00") } });
        let closed = p.ana.log_with(body.clone());
        assert_eq!((closed.text("/stage"), closed.text("/awards/0/state")), ("closed".into(), "executed".into()));
        let mut more = body.clone();
        more["settled"]["award"] = refund("50.01");
        p.ana.post("/complaints", more).refused(409, "limit-exceeded");
        let mut unasked = body;
        unasked["desired_remedy"] = json!(null);
        let refused = p.ana.post("/complaints", unasked).refused(422, "invalid-field").body;
        assert_eq!(refused["field"], "desired_remedy");
        assert_eq!(p.ana.get("/complaints?view=all").body["items"].as_array().unwrap().len(), 1);
        let told = p.lead.get("/ledger?after=0&limit=200").status(200).body;
        let last = told["items"].as_array().unwrap().last().unwrap();
        assert_eq!(last["kind"], "authority_refused", "{last}");
    }

    fn an_emergency_is_flagged_and_spoken_to_afterwards(desk: &Desk) {
        let p = people(desk);
        p.root("lead", json!({ "per_case": "100.00" }));
        let chief = desk.person("Chi", "lead");
        p.root(&chief.id, json!({ "per_case": "10000.00" }));
        let id = p.ana.complaint_of("Mai");
        let mut body = refund("400.00");
        body["emergency"] = json!(true);
        p.ana.propose(&id, body.clone()).refused(403, "not-yours");
        let award = p.lead.propose(&id, body).status(201);
        assert_eq!((award.text("/state"), &award.body["emergency"]), ("approved".into(), &json!(true)));
        let award = award.text("/id");
        let waiting = p.lead.get("/awards?unratified=true").status(200).body;
        assert_eq!(waiting["items"].as_array().unwrap().len(), 1);
        let why = json!({ "outcome": "ratified", "reason": "the house was cold" });
        p.lead.on_award(&award, "ratify", why.clone()).refused(403, "self-approval");
        let other = desk.person("Lou", "lead");
        other.on_award(&award, "ratify", why.clone()).refused(409, "limit-exceeded");
        chief.on_award(&award, "ratify", why.clone()).status(200);
        chief.on_award(&award, "ratify", why).refused(409, "nothing-to-ratify");
        assert!(p.lead.get("/awards?unratified=true").body["items"].as_array().unwrap().is_empty());
    }
}
