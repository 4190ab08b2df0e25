//! S11 whole: complaints, what has begun to rise, a review, a problem, a fix with a locked plan, a verdict. Nine months,
//! as they pass.

use firsthand_domain::time::Timestamp;
use serde_json::{Value, json};

use super::Person;
use super::clocked::Clocked;
use crate::support::Engine;

/// A Monday.
const START: &str = "2025-01-06T08:00:00Z";
/// What people complain of beside the one thing, alike in every week.
const OTHERS: [&str; 4] = ["damaged", "billing-error", "misinformed", "conduct"];

fn at(week: i64, day: i64, hour: i64) -> Timestamp {
    Timestamp::parse(START).unwrap().plus_days(7 * week + day).plus_minutes(60 * (hour - 8))
}

/// The days from one Monday to another.
fn weeks(from: i64, to: i64) -> Value {
    let day = |week| at(week, 0, 8).to_string()[..10].to_owned();
    json!({ "from": day(from), "to": day(to) })
}

/// Somebody complains now of what happened then; gives its id.
fn complain(who: &Person, happened: Timestamp, cause: &str, confidence: &str) -> String {
    let body = json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": "again", "incident_at": happened });
    let id = who.log_with(body).text("/id");
    let tag = json!({ "cause": cause, "role": "primary", "confidence": confidence });
    who.post(&format!("/complaints/{id}/causes"), tag).status(200);
    id
}

/// A week's complaints, on Wednesday about Tuesday; gives what the desk found by itself on the Monday after.
fn week(desk: &Clocked, who: &Person, week: i64, late: usize, others: usize) -> (usize, Vec<String>) {
    assert_eq!(desk.becomes(at(week, 2, 9)), 0);
    let happened = at(week, 1, 9);
    let late = (0..late).map(|_| complain(who, happened, "late", "suspected")).collect();
    for cause in OTHERS {
        for _ in 0..others {
            complain(who, happened, cause, "confirmed");
        }
    }
    (desk.becomes(at(week + 1, 0, 8)), late)
}

/// A thousand deliveries in each of these weeks.
fn deliver(lead: &Person, weeks: std::ops::Range<i64>) {
    let row =
        |week| json!({ "date": &at(week, 0, 8).to_string()[..10], "kind": "deliveries", "count": 1000 });
    lead.post("/exposure", json!({ "items": weeks.map(row).collect::<Vec<_>>() })).status(200);
}

#[track_caller]
fn near(found: &Value, told: f64) {
    let found = found.as_f64().unwrap();
    assert!((found - told).abs() < 0.000_05, "{found} is not {told}");
}

fn length(person: &Person, link: &str) -> usize {
    let page = person.get(&format!("{}&limit=200", link.strip_prefix("/api/v1").unwrap())).status(200).body;
    assert_eq!(page["next"], Value::Null);
    page["items"].as_array().unwrap().len()
}

/// Twelve weeks of two complaints, two more, and one of twelve: found, looked at, and taken for what it is.
fn found_and_reviewed(desk: &Clocked, lead: &Person, ana: &Person) -> (Value, Vec<String>) {
    for quiet in 0..14 {
        assert_eq!(week(desk, ana, quiet, 2, 2).0, 0, "week {quiet}");
    }
    let (found, late) = week(desk, ana, 14, 12, 2);
    assert_eq!(found, 1, "the cause; nothing else of its branch rises");
    assert_eq!(desk.becomes(desk.now().plus_minutes(1)), 0, "once");
    let told = ana.get("/analysis/alerts?state=open").status(200).body;
    let alert =
        told["items"].as_array().unwrap().iter().find(|a| a["cause"]["code"] == "late").unwrap().clone();
    assert_eq!(
        (&alert["kind"], &alert["count"], &alert["expected"]),
        (&json!("spike"), &json!(12), &json!(2.0))
    );
    assert_eq!((&alert["week"], &alert["scatter"]), (&weeks(14, 15)["from"], &json!(1.0)));
    // 12 or more of 36 where 20 of 140 complaints fall in the week: 0.0031718, and the least of five causes.
    near(&alert["chance"], 0.015_859);
    assert_eq!(length(ana, alert["link"].as_str().unwrap()), 12);
    let review = format!("/alerts/{}/review", alert["id"].as_str().unwrap());
    ana.post(&review, json!({ "verdict": "real" })).refused(403, "not-yours");
    let said = json!({ "verdict": "real", "note": "all in the afternoon" });
    let reviewed = lead.post(&review, said).status(200).body;
    assert_eq!((&reviewed["verdict"], &reviewed["reviewed_by"]["id"]), (&json!("real"), &json!(lead.id)));
    lead.post(&review, json!({ "verdict": "known" })).refused(422, "invalid-field");
    let told = ana.get("/analysis/alerts?state=open").status(200).body;
    assert_eq!((told["items"].as_array().unwrap().len(), &told["precision"]["right"]), (0, &json!(1)));
    (alert, late)
}

/// The problem with its cause confirmed, and an action whose plan is locked; gives their ids.
fn planned(
    lead: &Person,
    (ana, ben): (&Person, &Person),
    alert: &Value,
    late: &[String],
) -> (String, String) {
    let body = json!({ "title": "Late in the afternoon", "causes": ["late"], "alert": alert["id"] });
    let problem = lead.post("/problems", body).status(201).body;
    assert_eq!((&problem["alert"], &problem["trigger"]), (&alert["id"], &weeks(14, 15)));
    let problem = problem["id"].as_str().unwrap().to_owned();
    for id in late {
        ana.tag(id, "late").status(200);
    }
    let tags = ana.complaint(&late[0])["causes"].clone();
    assert_eq!(
        (&tags[0]["current"], &tags[1]["current"], &tags[1]["confidence"]),
        (&json!(false), &json!(true), &json!("confirmed"))
    );
    deliver(lead, 0..12);
    let due = at(20, 0, 8);
    let body =
        json!({ "problem": problem, "title": "A second van after three", "owner": ana.id, "due_at": due });
    let id = lead.post("/corrective-actions", body).status(201).text("/id");
    let path = |verb: &str| format!("/corrective-actions/{id}/{verb}");
    lead.post(&path("approve"), json!({})).status(200);
    ana.post(&path("start"), json!({})).status(200);
    ana.post(&path("implemented"), json!({})).refused(409, "plan-missing");
    let mut plan = json!({
        "baseline": weeks(0, 15), "washout_days": 9, "watch": weeks(18, 27), "exposure": { "kind": "deliveries" },
        "target_ratio": 0.5, "alpha": 0.05, "verifier": ben.id,
    });
    // I-58: the week that gave rise to it is no baseline.
    assert_eq!(
        lead.post(&path("plan"), plan.clone()).refused(422, "invalid-field").body["field"],
        "baseline"
    );
    plan["baseline"] = weeks(0, 12);
    let locked = lead.post(&path("plan"), plan).status(200).body;
    assert_eq!((&locked["plan"]["number"], &locked["plan"]["trigger"]), (&json!(1), &weeks(14, 15)));
    let full = ana.get(&format!("/corrective-actions/{id}")).status(200).body;
    assert_eq!((&full["outlook"]["x1"], &full["outlook"]["t1"]), (&json!(24), &json!(12_000)));
    // C2.6: with 24 before, 13.29 % of the 84 days would do at the best.
    assert_eq!(full["outlook"]["least_days"], 12);
    (problem, id)
}

fn story(desk: &Clocked) {
    let (lead, ana, ben) =
        (desk.person("Lea", "lead"), desk.person("Ana", "agent"), desk.person("Ben", "agent"));
    let (alert, late) = found_and_reviewed(desk, &lead, &ana);
    let (problem, id) = planned(&lead, (&ana, &ben), &alert, &late);
    let path = |verb: &str| format!("/corrective-actions/{id}/{verb}");
    let judge = || ben.post(&path("verdict"), json!({})).status(200).body;
    assert_eq!(week(desk, &ana, 15, 2, 2).0, 0);
    ana.post(&path("implemented"), json!({})).status(200);
    lead.post(&format!("/problems/{problem}/solve"), json!({ "reason": "in place" }))
        .refused(409, "no-fix-proven");
    // Two weeks in which it settles, and nine that are watched, with six complaints in all.
    for (nth, count) in (16..).zip([2, 2, 1, 0, 1, 1, 0, 1, 1, 0, 1]) {
        assert_eq!(week(desk, &ana, nth, count, 1).0, 0, "week {nth}");
        let early = judge();
        assert_eq!(
            (&early["verdict"], &early["state"], &early["rate_ratio"]),
            (&json!("too_early"), &json!("implemented"), &Value::Null)
        );
        // Customers took a day to complain, so it is over a day later.
        assert_eq!(early["earliest_at"], json!(at(27, 1, 0)), "week {nth}");
    }
    deliver(&lead, 18..27);
    assert_eq!(desk.becomes(at(27, 0, 23)), 0);
    assert_eq!(judge()["verdict"], "too_early");
    desk.becomes(at(27, 1, 9));
    let verdict = judge();
    assert_eq!((&verdict["verdict"], &verdict["state"]), (&json!("effective"), &json!("effective")));
    assert_eq!(
        [&verdict["x1"], &verdict["t1"], &verdict["x2"], &verdict["t2"]],
        [24, 12_000, 6, 9_000].map(|n| json!(n)).each_ref()
    );
    near(&verdict["rate_ratio"], 0.3333);
    near(&verdict["interval"][0], 0.1243);
    near(&verdict["interval"][1], 0.7842);
    assert_eq!(
        (&verdict["phi"], &verdict["untagged"], &verdict["displacement"]),
        (&json!(1.0), &json!(0.0), &json!(false))
    );
    // Somebody complains only now of what happened before the fix: nothing is said anew.
    complain(&ana, at(14, 1, 9), "late", "confirmed");
    let again = judge();
    assert_eq!(
        (&again["version"], &again["x1"], &again["x2"], &again["interval"]),
        (&verdict["version"], &json!(24), &json!(6), &verdict["interval"])
    );
    let full = ana.get(&format!("/corrective-actions/{id}")).status(200).body;
    let kinds: Vec<&str> =
        full["history"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["proposed", "approved", "started", "plan_locked", "implemented", "judged"]);
    let solved = lead
        .post(&format!("/problems/{problem}/solve"), json!({ "reason": "the rate fell" }))
        .status(200)
        .body;
    assert_eq!(solved["state"], "solved");
    lead.post(&path("close"), json!({ "reason": "done" })).status(200);
    let closed = ana.get(&format!("/corrective-actions/{id}")).status(200).body;
    assert_eq!((&closed["state"], &closed["verdict"]["verdict"]), (&json!("closed"), &json!("effective")));
}

mod s11_a_rise_is_found_fixed_and_the_fix_is_judged {
    use super::*;

    #[test]
    fn on_sqlite() {
        story(&Clocked::open(Engine::Sqlite, START));
    }

    #[test]
    fn on_postgres() {
        story(&Clocked::open(Engine::Postgres, START));
    }
}
