use std::collections::BTreeSet;

use firsthand_domain::alert::{Found, Kind};
use firsthand_domain::id::CauseId;
use firsthand_domain::time::Timestamp;
use firsthand_storage::alerts;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::routes;
use crate::speech::Speech;
use crate::tests::Desk;

pub(in crate::pages) async fn complaint(desk: &Desk, day: &str, customer: Value, cause: &str) -> Value {
    let body = json!({
        "channel": "phone", "customer": customer, "narrative": "Again.", "received_at": format!("{day}T09:00:00Z"),
    });
    let (status, logged) = desk.ask("eve", "POST /api/v1/complaints", body).await;
    assert_eq!(status, 201, "{logged}");
    if !cause.is_empty() {
        let tag = json!({ "cause": cause, "role": "primary", "confidence": "confirmed", "evidence": "Asked twice." });
        let call = format!("POST /api/v1/complaints/{}/causes", logged["id"].as_str().unwrap());
        let (status, told) = desk.ask("eve", &call, tag).await;
        assert_eq!(status, 200, "{told}");
    }
    logged
}

/// A desk with lea (lead), eve (agent) and otto (auditor), where twelve damaged things came in the week of 9 November,
/// ten late ones in the weeks before, and nine of which nobody knows why.
pub(in crate::pages) async fn risen() -> Desk {
    let desk = Desk::open(routes::all()).await;
    for (name, role) in [("lea", "lead"), ("eve", "agent"), ("otto", "auditor")] {
        desk.person(name, role).await;
    }
    let nobody = || json!({ "anonymous": true });
    for day in 0..10 {
        complaint(&desk, &format!("2026-09-{:02}", 7 + 2 * day), nobody(), "late").await;
    }
    for _ in 0..9 {
        complaint(&desk, "2026-10-28", nobody(), "unknown").await;
    }
    for _ in 0..12 {
        complaint(&desk, "2026-11-10", nobody(), "damaged").await;
    }
    assert!(alerts::look(&desk.app.database).await.unwrap() > 0);
    desk
}

async fn spike(desk: &Desk) -> String {
    let (_, told) = desk.ask("lea", "GET /api/v1/analysis/alerts", Value::Null).await;
    let all = told["items"].as_array().unwrap();
    let spike = all.iter().find(|alert| alert["cause"]["code"] == "damaged").unwrap();
    spike["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_has_begun_to_rise_is_told_in_words_with_its_complaints() {
    let desk = risen().await;
    let (_, told) = desk.ask("lea", "GET /api/v1/analysis/alerts", Value::Null).await;
    let alerts = told["items"].as_array().unwrap();
    let found = |code: &str| alerts.iter().find(|alert| alert["cause"]["code"] == code).unwrap();
    let at = found("damaged")["found_at"].as_str().unwrap().replace(':', "%3A");
    let list = format!(
        "/complaints?view=all&sort=received&counted=true&received_from=2026-11-09&received_to=2026-11-16&as_of={at}&cause=damaged"
    );
    // Every alert opens as many complaints as it tells of.
    for alert in alerts {
        let (_, behind) =
            desk.ask("lea", &format!("GET {}", alert["link"].as_str().unwrap()), Value::Null).await;
        assert_eq!(behind["items"].as_array().unwrap().len(), alert["count"], "{alert}");
    }
    assert_eq!(found("unknown")["from"], "2026-10-19");
    for who in ["eve", "otto", "lea"] {
        let sid = desk.sign_in(who).await;
        let page = desk.visit(&sid, "GET /analysis/alerts", &[]).await;
        assert_eq!(page.status, 200, "{}", page.body);
        for words in [
            "12 in the week of 9 Nov",
            "mere chance about once in 721 times",
            "Too many say nothing: 9 of 21",
            "/analysis/causes/damaged",
            &list.replace('&', "&#38;"),
            "Nobody has looked at an alert yet",
        ] {
            assert!(page.body.contains(words), "{who}: {words}: {}", page.body);
        }
        assert_eq!(page.body.contains("/review\""), who == "lea", "{who}: {}", page.body);
        assert_eq!(page.body.contains("/actions/problems/new?alert="), who == "lea", "{who}");
        let behind = desk.visit(&sid, &format!("GET {list}"), &[]).await;
        assert!(behind.body.contains("12 complaints"), "{}", behind.body);
    }
    let sid = "session-of-eve".to_owned();
    let page = desk.visit(&sid, "GET /analysis/alerts?open=rubbish&seen=1.2&veiw=a", &[]).await;
    assert!(page.status == 200 && page.body.contains("was left out"), "{}", page.body);
    for (language, title) in
        [("vi", "Điều gì bắt đầu tăng"), ("zh", "哪些开始上升"), ("hu", "Mi kezdett nőni")]
    {
        let page = desk.visit_in(&sid, "GET /analysis/alerts", language).await;
        assert!(page.status == 200 && page.body.contains(title), "{language}: {}", page.body);
    }
}

#[tokio::test]
async fn a_lead_says_what_an_alert_was_once_and_it_counts() {
    let desk = risen().await;
    let (lea, id) = (desk.sign_in("lea").await, spike(&desk).await);
    let call = format!("POST /analysis/alerts/{id}/review");
    for who in ["eve", "otto"] {
        let sid = desk.sign_in(who).await;
        assert_eq!(desk.visit(&sid, &call, &[("verdict", "real")]).await.status, 403, "{who}");
    }
    let page = desk.visit(&lea, &call, &[("note", "<b>Looked</b>")]).await;
    assert_eq!(page.status, 422, "{}", page.body);
    assert!(
        page.body.contains("Choose what it was.") && page.body.contains("&#60;b&#62;Looked"),
        "{}",
        page.body
    );
    let long = "x".repeat(2001);
    let page = desk.visit(&lea, &call, &[("verdict", "known"), ("note", &long)]).await;
    assert!(page.status == 422 && page.body.contains("value=\"known\" required checked"), "{}", page.body);
    let kept = desk.visit(&lea, &call, &[("verdict", "real"), ("note", "<b>Looked</b>")]).await;
    assert_eq!(kept.status, 303, "{}", kept.body);
    let page = desk.visit(&lea, "GET /analysis/alerts?done=true", &[]).await.body;
    for words in [
        "Kept.",
        "1 of 1 alerts",
        "too few to tell",
        "Real: something did happen",
        "&#60;b&#62;Looked",
        "lea, ",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains(&format!("/alerts/{id}/review")), "{page}");
    let again = desk.visit(&lea, &call, &[("verdict", "artefact")]).await;
    assert!(again.status == 422 && again.body.contains("wrong-words"), "{}", again.body);
    let none = "POST /analysis/alerts/0190f3b0-0000-7000-8000-00000000ffff/review";
    assert_eq!(desk.visit(&lea, none, &[("verdict", "real")]).await.status, 404);
}

#[tokio::test]
async fn a_problem_is_opened_on_an_alert_with_its_cause_and_its_week() {
    let desk = risen().await;
    let (lea, id) = (desk.sign_in("lea").await, spike(&desk).await);
    let page = desk.visit(&lea, &format!("GET /actions/problems/new?alert={id}&cause=damaged"), &[]).await;
    let (_, cause) = desk.ask("lea", "GET /api/v1/causes/damaged", Value::Null).await;
    let cause = cause["id"].as_str().unwrap();
    assert!(page.body.contains(&format!("name=\"alert\" value=\"{id}\"")), "{}", page.body);
    assert!(page.body.contains(&format!("value=\"{cause}\" checked")), "{}", page.body);
    assert!(!page.body.contains("wrong-words"), "{}", page.body);
    let fields = [("title", "Glass breaks"), ("causes", cause), ("alert", &id)];
    let made = desk.visit(&lea, "POST /actions/problems", &fields).await;
    assert_eq!(made.status, 303, "{}", made.body);
    let (_, told) = desk.ask("lea", "GET /api/v1/problems", Value::Null).await;
    assert_eq!(told["items"][0]["alert"], id.as_str(), "{told}");
    assert_eq!(told["items"][0]["trigger"], json!({ "from": "2026-11-09", "to": "2026-11-16" }), "{told}");
    let page = desk.visit(&lea, "GET /actions/problems/new?alert=rubbish&cause=nothing", &[]).await;
    assert!(page.status == 200 && !page.body.contains("\" checked"), "{}", page.body);
}

/// Of each alert that can be reviewed on this page, its id; and the page after it.
fn open_on(page: &str) -> (Vec<String>, Option<String>) {
    let forms = page.split("action=\"/analysis/alerts/").skip(1);
    (forms.map(|rest| rest.split('/').next().unwrap().to_owned()).collect(), next_of(page, "open"))
}

fn next_of(page: &str, list: &str) -> Option<String> {
    let rest = page.split(&format!("href=\"/analysis/alerts?{list}=")).nth(1)?;
    Some(format!("/analysis/alerts?{list}={}", rest.split(['#', '&']).next().unwrap()))
}

/// Thirty-two weeks, in each of which another cause stands out.
async fn much_has_risen() -> Desk {
    let desk = Desk::open(routes::all()).await;
    for (name, role) in [("lea", "lead"), ("eve", "agent")] {
        desk.person(name, role).await;
    }
    let (_, told) = desk.ask("lea", "GET /api/v1/causes?limit=200", Value::Null).await;
    let fixed = ["unknown", "other", "late"];
    let leaves = told["items"].as_array().unwrap().iter().filter(|cause| cause["leaf"] == true);
    let codes: Vec<&str> =
        leaves.map(|cause| cause["code"].as_str().unwrap()).filter(|code| !fixed.contains(code)).collect();
    let first: jiff::civil::Date = "2026-04-06".parse().unwrap();
    for week in 0..32 {
        let monday = first.checked_add(jiff::Span::new().weeks(week)).unwrap().to_string();
        let risen = codes[usize::try_from(week).unwrap()];
        for cause in [risen, risen, risen, risen, "late", "late", "late"] {
            complaint(&desk, &monday, json!({ "anonymous": true }), cause).await;
        }
    }
    let monday = Timestamp::parse("2026-04-06T00:00:00Z").unwrap().utc_day();
    let looked = desk.app.database.change(move |unit| {
        Box::pin(async move {
            let mut found = 0;
            for week in 0..32 {
                found += alerts::look_at(unit, monday + 7 * week).await?;
            }
            Ok(found)
        })
    });
    let found = looked.await.unwrap();
    assert!(found > 26 && found < 50, "{found}");
    desk
}

#[tokio::test]
async fn what_does_not_fit_on_a_page_is_on_the_next_and_each_alert_once() {
    let desk = much_has_risen().await;
    let lea = desk.sign_in("lea").await;
    let (_, told) = desk.ask("lea", "GET /api/v1/analysis/alerts?limit=200", Value::Null).await;
    let id = |alert: &Value| alert["id"].as_str().unwrap().to_owned();
    let all: Vec<String> = told["items"].as_array().unwrap().iter().map(id).collect();
    assert_eq!(told["next"], Value::Null);
    // By programs, ten at a time.
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let call = format!("GET /api/v1/analysis/alerts?state=open&limit=10{cursor}");
        let (_, page) = desk.ask("eve", &call, Value::Null).await;
        seen.extend(page["items"].as_array().unwrap().iter().map(id));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, all);
    let first = desk.visit(&lea, "GET /analysis/alerts", &[]).await.body;
    let (ids, next) = open_on(&first);
    assert_eq!((&ids[..], ids.len()), (&all[..25], 25));
    let second = desk.visit(&lea, &format!("GET {}", next.unwrap()), &[]).await.body;
    assert!(!second.contains("was left out"), "{second}");
    assert_eq!(open_on(&second), (all[25..].to_vec(), None));
    // What is refused stays on the page, though its alert stands on the next.
    let last = all.last().unwrap();
    let refused =
        desk.visit(&lea, &format!("POST /analysis/alerts/{last}/review"), &[("note", "Looked")]).await;
    assert!(refused.status == 422 && refused.body.contains(">Looked</textarea>"), "{}", refused.body);
    // Reviewed, they go to the other list, which has pages of its own.
    for id in &all {
        let (status, told) =
            desk.ask("lea", &format!("POST /api/v1/alerts/{id}/review"), json!({ "verdict": "known" })).await;
        assert_eq!(status, 200, "{told}");
    }
    let mut page = desk.visit(&lea, "GET /analysis/alerts", &[]).await.body;
    assert_eq!(open_on(&page), (Vec::new(), None));
    let (mut spoken_to, mut pages) = (Vec::new(), 0);
    loop {
        pages += 1;
        spoken_to
            .extend(page.split("<li id=\"a-").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
        let Some(next) = next_of(&page, "seen") else { break };
        page = desk.visit(&lea, &format!("GET {next}"), &[]).await.body;
    }
    assert_eq!((pages, &spoken_to), (2, &all));
    assert_eq!(spoken_to.iter().collect::<BTreeSet<_>>().len(), all.len());
}

#[test]
fn a_drift_is_told_in_words_and_how_rare_it_is_by_chance() {
    let monday = Timestamp::parse("2026-11-09T00:00:00Z").unwrap();
    let cause = CauseId(Uuid::from_u128(3));
    let found =
        Found { cause, kind: Kind::Drift, weeks: 3, count: 9, expected: 5.25, chance: None, scatter: 1.0 };
    let alert = alerts::Alert {
        id: Uuid::from_u128(1),
        week: monday.utc_day(),
        found_at: monday.plus_days(7),
        found,
        verdict: None,
        note: None,
        reviewed: None,
    };
    let speech = |language: &str| {
        Speech::new(Some(language), None, "en", jiff::tz::TimeZone::UTC, monday.plus_days(10))
    };
    for (language, words, chance) in [
        (
            "en",
            "A little more each week: 9 since 26 Oct, about 5 were to be expected.",
            "about once in two years",
        ),
        ("vi", "Mỗi tuần tăng một ít: 9 khiếu nại từ 26", "hai năm mới có một cảnh báo"),
        ("zh", "起共 9 件，按往常约为 5 件", "大约两年才会出现一次"),
        ("hu", "Hétről hétre kicsit több: okt. 26. óta 9, nagyjából 5", "körülbelül kétévente egyszer"),
    ] {
        let f = speech(language);
        let told = super::words(&f, &alert);
        assert!(told.contains(words), "{language}: {told}");
        let told = super::chance(&f, &alert);
        assert!(told.contains(chance), "{language}: {told}");
    }
    // Its list is of all its weeks, as they were when it was found.
    let list = super::list(&alert, "late");
    for part in ["received_from=2026-10-26", "received_to=2026-11-16", "cause=late", "as_of=2026-11-16"] {
        assert!(list.contains(part), "{part}: {list}");
    }
}
