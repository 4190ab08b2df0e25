//! Why complaints come back, by programs: every figure leads to a list as long as it says, and a report of last month stays
//! what it was.

use serde_json::{Value, json};

use super::awarding::{SHA, people, refund};
use super::{Desk, Person};
use crate::on_both_engines;

/// How many complaints a list holds, over all its pages.
fn length(person: &Person, link: &str) -> i64 {
    let path = link.strip_prefix("/api/v1").unwrap();
    let (mut count, mut cursor) = (0, String::new());
    loop {
        let page = person.get(&format!("{path}&limit=3{cursor}")).status(200).body;
        count += i64::try_from(page["items"].as_array().unwrap().len()).unwrap();
        let Some(next) = page["next"].as_str() else { return count };
        cursor = format!("&cursor={next}");
    }
}

fn items(body: &Value) -> &Vec<Value> {
    body["items"].as_array().unwrap()
}

/// Eleven complaints of four causes, two without one, one void, one merged and one about the lead.
fn lived_in(desk: &Desk) -> (Person, Person, Vec<String>) {
    let (ana, lead) = (desk.member("Ana", "agent", "north"), desk.member("Lea", "lead", "north"));
    let causes =
        ["late", "late", "late", "late", "damaged", "damaged", "conduct", "other", "", "", "late", "late"];
    let mut ids = Vec::new();
    for (n, cause) in causes.into_iter().enumerate() {
        let mut body = json!({
            "channel": if n % 2 == 0 { "phone" } else { "email" }, "narrative": format!("story {n}"),
            "customer": { "name": "Mai", "phone": "0901" }, "place": "Vác",
        });
        if n % 3 != 0 {
            body["product"] = json!(if n % 3 == 1 { "Kettle" } else { "Lamp, \"bright\" & new" });
        }
        if n == 5 {
            (body["about_staff"], body["handler"]) = (json!(lead.id), json!(ana.id));
        }
        let id = ana.log_with(body).text("/id");
        if !cause.is_empty() {
            let evidence =
                json!({ "cause": cause, "role": "primary", "confidence": "confirmed", "evidence": "seen" });
            ana.post(&format!("/complaints/{id}/causes"), evidence).status(200);
        }
        ids.push(id);
    }
    lead.post(&format!("/complaints/{}/void", ids[10]), json!({ "reason": "a test" })).status(200);
    ana.post(&format!("/complaints/{}/merge", ids[11]), json!({ "into": ids[0], "reason": "same" }))
        .status(200);
    (ana, lead, ids)
}

on_both_engines! {
    fn every_bar_leads_to_as_many_complaints_as_it_says(desk: &Desk) {
        let (ana, lead, ids) = lived_in(desk);
        let first = ana.get("/analysis/pareto").status(200).body;
        let told: Vec<(&str, i64)> =
            items(&first).iter().map(|bar| (bar["key"].as_str().unwrap(), bar["count"].as_i64().unwrap())).collect();
        assert_eq!(told, [("late", 4), ("damaged", 2), ("conduct", 1), ("other", 1)]);
        assert_eq!((&first["count"], &first["untagged"]["count"]), (&json!(8), &json!(2)));
        let vital: Vec<bool> = items(&first).iter().map(|bar| bar["vital_few"].as_bool().unwrap()).collect();
        assert_eq!(vital, [true, true, true, false]);
        assert_eq!((&items(&first)[0]["share"], &items(&first)[3]["cumulative"]), (&json!(0.5), &json!(1.0)));
        assert_eq!(length(&ana, first["untagged"]["link"].as_str().unwrap()), 2);
        // Whoever may not know of a complaint is told figures without it.
        let hers = lead.get("/analysis/pareto").status(200).body;
        assert_eq!(items(&hers)[1]["count"], 1);
        let mut bars = 0;
        for reader in [&ana, &lead] {
            for by in ["cause", "branch", "category", "product", "place", "channel", "value_category", "servqual", "family"] {
                for more in ["", "&product=Kettle", "&cause=late", "&channel=phone&place=V%C3%A1c", "&as_of=2099-01-01"] {
                    let body = reader.get(&format!("/analysis/pareto?by={by}{more}")).status(200).body;
                    for bar in items(&body) {
                        bars += 1;
                        let link = bar["link"].as_str().unwrap();
                        assert_eq!(length(reader, link), bar["count"].as_i64().unwrap(), "{by}{more}: {link}");
                    }
                }
            }
        }
        assert!(bars > 100, "only {bars}");
        for grain in ["day", "week", "month"] {
            let trend = ana.get(&format!("/analysis/trend?grain={grain}&cause=late")).status(200).body;
            assert_eq!(trend["exposure"], Value::Null, "no exposure is on record");
            let sum: i64 = items(&trend).iter().map(|point| point["count"].as_i64().unwrap()).sum();
            assert_eq!(sum, 4);
            for point in items(&trend).iter().filter(|point| point["count"] != 0) {
                assert_eq!(length(&ana, point["link"].as_str().unwrap()), point["count"].as_i64().unwrap());
                assert_eq!((&point["rate"], &point["signal"]), (&Value::Null, &json!(false)));
            }
        }
        for against in ["product", "place", "channel"] {
            let crossing = ana.get(&format!("/analysis/crossing?against={against}")).status(200).body;
            assert_eq!(items(&crossing).iter().map(|cell| cell["count"].as_i64().unwrap()).sum::<i64>(), 8);
            for cell in items(&crossing) {
                assert_eq!(length(&ana, cell["link"].as_str().unwrap()), cell["count"].as_i64().unwrap(), "{cell}");
            }
        }
        // A retired cause is counted under what it maps to, and so is its list.
        lead.post("/causes/damaged/retire", json!({ "maps_to": "late" })).status(200);
        let body = ana.get("/analysis/pareto").status(200).body;
        assert_eq!((&items(&body)[0]["count"], items(&body).len()), (&json!(6), 3));
        assert_eq!(length(&ana, items(&body)[0]["link"].as_str().unwrap()), 6);
        assert_eq!(ids.len(), 12);
    }

    /// S12, by programs: the same bytes.
    fn last_months_report_is_the_same_bytes(desk: &Desk) {
        let (ana, lead, ids) = lived_in(desk);
        let now = ana.get("/analysis/pareto").status(200).body["as_of"].as_str().unwrap().to_owned();
        let report = format!("/analysis/pareto?from=2020-01-01&to=2099-01-01&as_of={now}");
        let before = ana.get(&report).status(200).body.to_string();
        for id in &ids[..10] {
            ana.tag(id, "conduct").status(200);
        }
        lead.post("/causes/late/retire", json!({ "maps_to": "conduct" })).status(200);
        lead.post(&format!("/complaints/{}/void", ids[6]), json!({ "reason": "a test" })).status(200);
        assert_eq!(ana.get(&report).status(200).body.to_string(), before);
        let today = ana.get("/analysis/pareto?from=2020-01-01&to=2099-01-01").status(200).body;
        assert_eq!((items(&today).len(), &items(&today)[0]["count"]), (1, &json!(9)));
        // The bars of then lead to what they counted then.
        let then: Value = serde_json::from_str(&before).unwrap();
        assert_eq!(length(&ana, items(&then)[0]["link"].as_str().unwrap()), 4);
    }

    fn what_comes_back_is_told_beside_chance(desk: &Desk) {
        let (ana, ..) = lived_in(desk);
        let body = ana.get("/analysis/repeats?gap_days=0").status(200).body;
        // One customer: every further complaint of a cause repeats the first.
        assert_eq!((&body["complaints"], &body["repeats"]), (&json!(8), &json!(4)));
        assert_eq!((&body["expected"], &body["lift"]), (&json!(4.0), &json!(1.0)));
        assert_eq!(body["causes"][0]["cause"]["code"], "late");
        assert_eq!(items(&body).len(), 4);
        assert_eq!(ana.get("/analysis/repeats").status(200).body["repeats"], 0, "a day lies between");
    }

    fn what_a_cause_costs_names_what_it_is_made_of(desk: &Desk) {
        let (ana, ..) = lived_in(desk);
        let body = ana.get("/analysis/cost").status(200).body;
        assert_eq!((items(&body).len(), &body["currency"]), (0, &Value::Null), "nothing was given, and no currency named");
        let rates = "currency=EUR&minutes=30&hour=24.00&lost_share=0.05&margin=180.00";
        let body = ana.get(&format!("/analysis/cost?{rates}")).status(200).body;
        let late = &items(&body)[0];
        assert_eq!(late["cause"]["code"], "late");
        assert_eq!(late["handling"]["amount"], "48.00");
        assert_eq!(late["lost"]["amount"], "36.00");
        assert_eq!((&late["total"]["amount"], &late["per_complaint"]["amount"]), (&json!("84.00"), &json!("21.00")));
    }

    fn a_wrong_question_is_told_what_was_expected(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        for (path, field) in [
            ("/analysis/pareto?by=moon", "by"),
            ("/analysis/pareto?measure=luck", "measure"),
            ("/analysis/pareto?measure=money&currency=EURO", "currency"),
            ("/analysis/pareto?from=yesterday", "from"),
            ("/analysis/pareto?from=2026-01-01T10:00:00Z", "from"),
            ("/analysis/pareto?from=2026-02-01&to=2026-01-01", "to"),
            ("/analysis/pareto?from=0001-01-01", "from"),
            ("/analysis/pareto?cause=none", "cause"),
            ("/analysis/pareto?as_of=soon", "as_of"),
            ("/analysis/pareto?channel=pigeon", "channel"),
            ("/analysis/trend?grain=hour", "grain"),
            ("/analysis/trend?grain=day&from=1990-01-01", "grain"),
            ("/analysis/crossing?against=moon", "against"),
            ("/analysis/alerts?state=closed", "state"),
            ("/analysis/alerts?cursor=x", "cursor"),
            ("/analysis/repeats?gap_days=-1", "gap_days"),
            ("/analysis/repeats?within_days=999999999999", "within_days"),
            ("/analysis/cost?currency=EUR&minutes=1.5", "minutes"),
            ("/analysis/cost?currency=EUR&minutes=1&hour=1.234", "hour"),
            ("/analysis/cost?currency=EUR&lost_share=2&margin=1.00", "lost_share"),
            ("/complaints?view=all&as_of=2026-01-01", "as_of"),
            ("/complaints?view=all&without=product", "without"),
            ("/complaints?view=all&counted=maybe", "counted"),
            ("/complaints?view=all&counted=true&without=luck", "without"),
            ("/complaints?view=all&counted=true&servqual=luck", "servqual"),
        ] {
            let refused = ana.get(path).refused(422, "invalid-field");
            assert_eq!(refused.body["field"], field, "{path}");
        }
        // Nothing found is nothing, and no zero of something.
        let nothing = ana.get("/analysis/pareto?product=none%20such&from=1900-02-01&to=2262-01-01").status(200).body;
        assert_eq!((items(&nothing).len(), &nothing["count"]), (0, &json!(0)));
        let rate = ana.get("/analysis/pareto?measure=rate").status(200).body;
        assert_eq!(items(&rate).len(), 0);
        ana.get("/analysis/pareto?from=2026-01-01&to=2026-01-01").status(200);
        let unknown = json!({ "verdict": "real" });
        let lead = desk.person("Lea", "lead");
        lead.post("/alerts/00000000-0000-7000-8000-000000000001/review", unknown.clone()).refused(404, "not-found");
        ana.post("/alerts/00000000-0000-7000-8000-000000000001/review", unknown).refused(403, "not-yours");
    }

    /// Money is told of each currency apart, and no sum holds two.
    fn what_was_given_in_several_currencies_is_never_summed(desk: &Desk) {
        let p = people(desk);
        for currency in ["EUR", "USD", "JPY"] {
            let mut body = json!({
                "holder": p.ana.id, "types": ["refund"], "bases": ["goodwill"], "currency": currency,
                "limits": { "per_award": if currency == "JPY" { "90000" } else { "500.00" } },
                "document": { "ref": "Resolution 7", "sha256": SHA }, "reason": "the board said so",
            });
            body["valid_from"] = json!("2020-01-01T00:00:00Z");
            p.granted(body);
        }
        for (cause, gifts) in [
            ("late", [("120.00", "EUR"), ("80.00", "USD")].as_slice()),
            ("late", &[("30.50", "EUR")]),
            ("damaged", &[("5000", "JPY"), ("9.99", "USD")]),
            ("conduct", &[]),
        ] {
            let body = json!({ "channel": "phone", "customer": { "name": "Mai" }, "narrative": "n", "desired_remedy": "money back" });
            let id = p.ana.log_with(body).text("/id");
            p.ana.tag(&id, cause).status(200);
            for (amount, currency) in gifts {
                give(&p.ana, &id, amount, currency);
            }
        }
        let cost = |query: &str| p.lead.get(&format!("/analysis/cost{query}")).status(200).body;
        let given = |body: &Value| -> Vec<(String, String)> {
            let of = |item: &Value| (item["cause"]["code"].as_str().unwrap().to_owned(), item["given"]["amount"].as_str().unwrap().to_owned());
            items(body).iter().map(of).collect()
        };
        let told = |all: &[(&str, &str)]| -> Vec<(String, String)> {
            all.iter().map(|(code, amount)| ((*code).to_owned(), (*amount).to_owned())).collect()
        };
        // Each cause in one currency; what was given in others is named, and in no figure.
        let euro = cost("?currency=EUR");
        assert_eq!((&euro["currency"], &euro["other_currencies"]), (&json!("EUR"), &json!(["JPY", "USD"])));
        assert_eq!(given(&euro)[0], ("late".to_owned(), "150.50".to_owned()));
        assert_eq!((&items(&euro)[0]["total"]["amount"], &items(&euro)[0]["per_complaint"]["amount"]), (&json!("150.50"), &json!("75.25")));
        assert!(given(&euro)[1..].iter().all(|(_, amount)| amount == "0.00"), "{euro}");
        let dollar = cost("?currency=USD");
        assert_eq!(given(&dollar)[..2], told(&[("late", "80.00"), ("damaged", "9.99")]));
        let yen = cost("?currency=JPY&minutes=6&hour=1000");
        assert_eq!((&yen["other_currencies"], &items(&yen)[0]["total"]["amount"]), (&json!(["EUR", "USD"]), &json!("5100")), "{yen}");
        // One in which nothing was given holds nothing, and says what there is elsewhere.
        let forint = cost("?currency=HUF");
        assert_eq!((&forint["other_currencies"], given(&forint).iter().all(|(_, amount)| amount == "0.00")), (&json!(["EUR", "JPY", "USD"]), true));
        assert_eq!(cost("?currency=JPY&minutes=6&hour=1000")["items"], yen["items"]);
        p.lead.get("/analysis/cost?currency=JPY&minutes=6&hour=10.50").refused(422, "invalid-field");
        // The bars of money: all currencies beside each other, the order by one.
        let bars = p.lead.get("/analysis/pareto?measure=money&currency=USD").status(200).body;
        let late = &items(&bars)[0];
        assert_eq!((&late["key"], &late["value"]), (&json!("late"), &json!(80.0)));
        assert_eq!(late["money"], json!([{ "amount": "150.50", "currency": "EUR" }, { "amount": "80.00", "currency": "USD" }]));
        let all = items(&bars).iter().map(|bar| bar["value"].as_f64().unwrap()).sum::<f64>();
        assert!((all - 89.99).abs() < 1e-9, "{all}");
        // Taken back, it was never given.
        let awards = p.ana.get("/awards?limit=50").status(200).body;
        let euros = items(&awards).iter().find(|award| award["value"]["amount"] == "120.00").unwrap();
        p.ana.on_award(euros["id"].as_str().unwrap(), "reverse", json!({ "reason": "paid twice" })).status(200);
        assert_eq!(given(&cost("?currency=EUR"))[0], ("late".to_owned(), "30.50".to_owned()));
        assert_eq!(given(&cost("?currency=USD"))[0], ("late".to_owned(), "80.00".to_owned()));
    }
}

/// Asks for, offers and gives so much, the customer taking it.
fn give(who: &Person, complaint: &str, amount: &str, currency: &str) {
    let mut body = refund(amount);
    body["value"]["currency"] = json!(currency);
    let award = who.propose(complaint, body).status(201).text("/id");
    who.on_award(&award, "offer", json!({ "channel": "phone" })).status(200);
    who.on_award(&award, "customer-answer", json!({ "answer": "accepted", "channel": "phone" })).status(200);
    who.on_award(&award, "execute", json!({ "evidence": "transfer" })).status(200);
}
