use firsthand_domain::id::StaffId;
use firsthand_storage::second_factor as kept;
use serde_json::{Value, json};

use super::*;
use crate::call::{Answer, Call};
use crate::problem::Problem;
use crate::rights::Right;
use crate::routes::{self, Face, Method, page};

#[tokio::test]
async fn row_38_every_sign_in_has_a_new_number_and_no_other_is_adopted() {
    let desk = Desk::open(routes::all()).await;
    person(&desk, "eve", "agent").await;
    let browser = Browser::new(&desk, "203.0.113.1");
    browser.put("sid", "preset");
    browser.put("device", "preset");
    assert_eq!(browser.sign_in("eve", GOOD).await.status, 303);
    let first = browser.cookie("sid").unwrap();
    assert!(first != "preset" && browser.cookie("device").unwrap() != "preset");
    browser.sign_in("eve", GOOD).await;
    let second = browser.cookie("sid").unwrap();
    assert_ne!(first, second);
    for old in ["preset", &first] {
        let other = Browser::new(&desk, "203.0.113.2");
        other.put("sid", old);
        assert!(!other.is_in().await, "{old}");
    }
    // With the second factor, and with another password.
    second_factor(&desk, &browser).await;
    let third = browser.cookie("sid").unwrap();
    let changed = [("password", GOOD), ("new_password", OTHER), ("again", OTHER)];
    assert_eq!(browser.post("/settings/password", &changed).await.status, 303);
    assert!(browser.is_in().await);
    let fourth = browser.cookie("sid").unwrap();
    assert!(second != third && third != fourth);
    for old in [second, third] {
        let other = Browser::new(&desk, "203.0.113.2");
        other.put("sid", &old);
        assert!(!other.is_in().await);
    }
}

#[tokio::test]
async fn row_39_nothing_outlives_a_change_of_password_factor_role_or_leaving() {
    let changes = ["password", "on", "off", "role", "disable"];
    for change in changes {
        let desk = Desk::open(routes::all()).await;
        person(&desk, "ada", "admin").await;
        let id = person(&desk, "eve", "agent").await;
        let (here, there) = (Browser::new(&desk, "203.0.113.1"), Browser::new(&desk, "203.0.113.2"));
        here.sign_in("eve", GOOD).await;
        there.sign_in("eve", GOOD).await;
        if change == "off" {
            let secret = second_factor(&desk, &here).await;
            desk.pass_seconds(60);
            there.sign_in("eve", GOOD).await;
            assert_eq!(there.post("/sign-in/code", &[("one_time", &code(&desk, &secret))]).await.status, 303);
        }
        let page = here.post("/settings/tokens", &[("name", "a script")]).await;
        let token =
            page.body.split("readonly value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(desk.ask(&token, "GET /api/v1/me", Value::Null).await.0, 200);
        assert!(there.is_in().await, "{change}");
        let place = json!({ "role": "lead" });
        match change {
            "password" => {
                let changed = [("password", GOOD), ("new_password", OTHER), ("again", OTHER)];
                assert_eq!(here.post("/settings/password", &changed).await.status, 303);
            }
            "on" => drop(second_factor(&desk, &here).await),
            "off" => assert_eq!(here.post("/settings/second-factor/off", &[]).await.status, 303),
            "role" => {
                assert_eq!(desk.ask("ada", &format!("POST /api/v1/staff/{id}/place"), place).await.0, 200);
            }
            _ => assert_eq!(
                desk.ask("ada", &format!("POST /api/v1/staff/{id}/disable"), json!({})).await.0,
                200
            ),
        }
        assert!(!there.is_in().await, "{change}");
        assert_eq!(desk.ask(&token, "GET /api/v1/me", Value::Null).await.0, 401, "{change}");
        let by_others = matches!(change, "role" | "disable");
        assert_eq!(here.is_in().await, !by_others, "{change}");
    }
}

#[tokio::test]
async fn a_lost_second_factor_is_ended_by_an_administrator_and_set_up_anew() {
    let desk = Desk::open(routes::all()).await;
    let ada = person(&desk, "ada", "admin").await;
    let eve = person(&desk, "eve", "agent").await;
    person(&desk, "lea", "lead").await;
    let (here, admin) = (Browser::new(&desk, "203.0.113.1"), Browser::new(&desk, "203.0.113.2"));
    here.sign_in("eve", GOOD).await;
    second_factor(&desk, &here).await;
    let end = format!("/staff/{eve}/end-second-factor");
    // Nobody but an administrator, and nobody their own.
    assert_eq!(here.post(&end, &[]).await.status, 403);
    let api = |id: &str| format!("POST /api/v1/staff/{id}/end-second-factor");
    assert_eq!(desk.ask("lea", &api(&eve), json!({})).await.0, 403);
    let (status, said) = desk.ask("ada", &api(&ada), json!({})).await;
    assert!(status == 403 && said.to_string().contains("another administrator"), "{said}");
    // The password is asked for again first.
    admin.sign_in("ada", GOOD).await;
    assert!(!admin.get(&format!("/staff/{ada}")).await.body.contains("end-second-factor"));
    assert!(admin.get(&format!("/staff/{eve}")).await.body.contains("end-second-factor"));
    desk.pass_seconds(6 * 60);
    let first = admin.post(&end, &[]).await;
    assert!(first.status == 200 && first.body.contains("name=\"password\""), "{}", first.body);
    assert!(here.is_in().await);
    let done = admin.post("/confirm", &[("password", GOOD), ("kept_for", &end)]).await;
    assert_eq!(
        (done.status, header(&done, "location")),
        (303, Some(&*format!("/staff/{eve}?done=second-factor")))
    );
    assert!(!here.is_in().await);
    let page = admin.get(&format!("/staff/{eve}?done=second-factor")).await.body;
    assert!(page.contains("The second factor is ended") && !page.contains(&end), "{page}");
    assert!(admin.get("/staff/log").await.body.contains("Second factor ended"));
    // Again is no second act.
    assert_eq!(desk.ask("ada", &api(&eve), json!({})).await.0, 200);
    assert_eq!(admin.get("/staff/log").await.body.matches("Second factor ended").count(), 1);
    // The password alone lets them in, and they set it up anew.
    let anew = Browser::new(&desk, "203.0.113.3");
    assert_eq!(anew.sign_in("eve", GOOD).await.status, 303);
    assert!(anew.is_in().await);
    second_factor(&desk, &anew).await;
    // Whoever keeps the machine ends that of anybody, as of a sole administrator.
    let eve: StaffId = eve.parse().unwrap();
    let end =
        || desk.app.database.change(move |unit| Box::pin(async move { kept::end(unit, None, eve).await }));
    assert!(end().await.unwrap() && !anew.is_in().await);
    assert!(!end().await.unwrap());
}

#[tokio::test]
async fn row_40_a_page_that_asks_by_itself_keeps_no_session_alive() {
    async fn news(_: Call) -> Result<Answer, Problem> {
        Ok(Answer::text("text/plain", String::new()))
    }
    let mut all = routes::all();
    all.push(page("/news", Right::Reader, news).by_itself());
    let desk = Desk::open(all).await;
    person(&desk, "eve", "agent").await;
    let (polls, works) = (Browser::new(&desk, "203.0.113.1"), Browser::new(&desk, "203.0.113.2"));
    polls.sign_in("eve", GOOD).await;
    works.sign_in("eve", GOOD).await;
    for _ in 0..31 {
        desk.pass_seconds(60);
        polls.get("/news").await;
        works.get("/settings").await;
    }
    assert_eq!((polls.get("/news").await.status, works.get("/news").await.status), (401, 200));
    // Twelve hours end every session.
    for _ in 0..(12 * 3) {
        desk.pass_seconds(20 * 60);
        works.get("/settings").await;
    }
    assert!(!works.is_in().await);
}

#[tokio::test]
async fn row_42_every_form_is_held_to_a_page_of_the_same_session() {
    let desk = Desk::open(routes::all()).await;
    person(&desk, "ada", "admin").await;
    person(&desk, "eve", "agent").await;
    let (browser, other) = (Browser::new(&desk, "203.0.113.1"), Browser::new(&desk, "203.0.113.2"));
    browser.sign_in("ada", GOOD).await;
    other.sign_in("eve", GOOD).await;
    let others = session::of(&desk.app, &other.headers(false), false).await.unwrap().unwrap().0;
    let others = format!("_token={}", others.form_token(Uuid::nil()));
    let forms: Vec<_> = routes::all()
        .iter()
        .filter(|r| r.face == Face::Person && r.method == Method::Post)
        .map(|r| r.path)
        .collect();
    assert!(forms.len() > 15, "{forms:?}");
    for path in forms {
        let path = path.replace("{id}", &Uuid::nil().to_string()).replace("{code}", "code");
        let mine = browser.headers(true);
        let from = |origin: Option<&str>| Headers { origin: origin.map(str::to_owned), ..mine.clone() };
        for origin in [Some("http://evil"), Some("http://desk.evil"), Some("null"), None] {
            assert_eq!(browser.send("POST", &path, from(origin), others.clone()).await.status, 403, "{path}");
        }
        let cross = Headers { sec_fetch_site: Some("cross-site".to_owned()), ..mine.clone() };
        assert_eq!(browser.send("POST", &path, cross, others.clone()).await.status, 403, "{path}");
        let json = Headers { content_type: Some("text/plain".to_owned()), ..mine.clone() };
        let status = browser.send("POST", &path, json, "{}".to_owned()).await.status;
        assert!(matches!(status, 400 | 403), "{path}: {status}");
        // Without a token, and with another's: on an open page one begins anew.
        for body in [String::new(), others.clone()] {
            let sent = browser.send("POST", &path, mine.clone(), body).await;
            let anew = sent.status == 303 && header(&sent, "location") == Some("/sign-in");
            assert!(sent.status == 403 || anew, "{path}: {}", sent.status);
        }
    }
    assert!(browser.is_in().await, "something was done");
}

#[tokio::test]
async fn row_45_no_page_stands_in_a_frame_of_others() {
    let desk = Desk::open(routes::all()).await;
    person(&desk, "ada", "admin").await;
    let browser = Browser::new(&desk, "203.0.113.1");
    browser.sign_in("ada", GOOD).await;
    let pages = routes::all().into_iter().filter(|r| r.face == Face::Person && r.method == Method::Get);
    let mut paths: Vec<String> =
        pages.map(|r| r.path.replace("{id}", &Uuid::nil().to_string()).replace(['{', '}'], "")).collect();
    assert!(paths.len() > 15, "{paths:?}");
    paths.extend(["/nowhere", "/docs"].map(str::to_owned));
    for path in &paths {
        let sent = browser.get(path).await;
        let policy = header(&sent, "content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{path}");
        assert_eq!(header(&sent, "cross-origin-opener-policy"), Some("same-origin"), "{path}");
    }
    // What a window sends to another is heard by none of ours.
    let script = browser.get(&crate::assets::ASSETS.script.path).await;
    assert_eq!(script.status, 200);
    for heard in ["onmessage", "\"message\"", "'message'", "postMessage", "BroadcastChannel"] {
        assert!(!script.body.contains(heard), "{heard}");
    }
}

#[tokio::test]
async fn what_matters_is_confirmed_by_the_password_and_then_goes_on() {
    let desk = Desk::open(routes::all()).await;
    person(&desk, "ada", "admin").await;
    let browser = Browser::new(&desk, "203.0.113.1");
    browser.sign_in("ada", GOOD).await;
    desk.pass_seconds(6 * 60);
    let fields = [("name", "Lan"), ("email", "lan@example.com"), ("role", "agent"), ("_key", "k1")];
    let asked = browser.post("/staff", &fields).await;
    assert!(
        asked.body.contains("action=\"/confirm\"") && asked.body.contains("lan@example.com"),
        "{}",
        asked.body
    );
    assert!(!browser.get("/staff").await.body.contains("lan@example.com"));
    let confirm = |password: &'static str| {
        [
            ("kept_for", "/staff"),
            ("kept:name", "Lan"),
            ("kept:email", "lan@example.com"),
            ("kept:role", "agent"),
            ("kept:_key", "k1"),
            ("password", password),
        ]
    };
    let wrong = browser.post("/confirm", &confirm("wrong")).await;
    assert!(wrong.status == 401 && wrong.body.contains("lan@example.com"));
    let right = browser.post("/confirm", &confirm(GOOD)).await;
    assert!(right.status == 200 && right.body.contains("http://desk/invitation/"), "{}", right.body);
    // Sent twice it has one effect, and for five minutes nothing is asked again.
    let again = browser.post("/staff", &fields).await;
    assert!(again.status == 200 && !again.body.contains("http://desk/invitation/"), "{}", again.body);
    let log = browser.get("/staff/log").await.body;
    assert_eq!(log.matches("Lan").count(), 2, "{log}");
}

#[tokio::test]
async fn the_last_administrator_stays_one() {
    let desk = Desk::open(routes::all()).await;
    let ada = person(&desk, "ada", "admin").await;
    let browser = Browser::new(&desk, "203.0.113.1");
    browser.sign_in("ada", GOOD).await;
    let sent = browser.post(&format!("/staff/{ada}/place"), &[("role", "agent"), ("team", "phones")]).await;
    assert!(sent.status == 409 && sent.body.contains("last administrator"), "{}", sent.body);
    let sent = browser.post(&format!("/staff/{ada}/disable"), &[]).await;
    assert_eq!(sent.status, 409);
    let sent = browser.post(&format!("/staff/{ada}/place"), &[("role", "admin"), ("team", "phones")]).await;
    assert_eq!(sent.status, 303);
    assert!(browser.get("/staff").await.body.contains("phones"));
}

#[tokio::test]
async fn who_leaves_passes_everything_on_first() {
    let desk = Desk::open(routes::all()).await;
    person(&desk, "ada", "admin").await;
    person(&desk, "lea", "lead").await;
    let (eve, bob) = (person(&desk, "eve", "agent").await, desk.person("bob", "agent").await);
    let complaint = json!({ "channel": "phone", "customer": { "name": "Ana", "phone": "0612345678" }, "narrative": "Late." });
    let (_, logged) = desk.ask("eve", "POST /api/v1/complaints", complaint).await;
    let reference = logged["reference"].as_str().unwrap();
    let admin = Browser::new(&desk, "203.0.113.1");
    admin.sign_in("ada", GOOD).await;
    let refused = admin.post(&format!("/staff/{eve}/disable"), &[]).await;
    assert!(refused.status == 409 && refused.body.contains(reference), "{}", refused.body);
    let lead = Browser::new(&desk, "203.0.113.2");
    lead.sign_in("lea", GOOD).await;
    let offer = [("to", bob.as_str()), ("reason", "Eve leaves.")];
    assert_eq!(lead.post(&format!("/staff/{eve}/successions"), &offer).await.status, 303);
    let away = [("from", "2026-11-23T09:00"), ("to_time", "2026-11-22T09:00"), ("substitute", bob.as_str())];
    let wrong = lead.post(&format!("/staff/{eve}/absences"), &away).await;
    assert!(wrong.status == 422 && wrong.body.contains("to-time-hint"), "{}", wrong.body);
    let away = [("from", "2026-11-23T09:00"), ("to_time", "2026-11-24T09:00"), ("substitute", bob.as_str())];
    assert_eq!(lead.post(&format!("/staff/{eve}/absences"), &away).await.status, 303);
    assert!(lead.get(&format!("/staff/{eve}")).await.body.contains("bob"));
}
