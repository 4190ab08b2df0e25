use futures_util::future::join_all;

use super::*;
use crate::routes;

#[tokio::test]
async fn row_32_a_password_nobody_types_is_refused_before_any_work() {
    let desk = Desk::open(routes::all()).await;
    person(&desk, "eve", "agent").await;
    let browser = Browser::new(&desk, "198.51.100.1");
    // Far more often than guesses are looked at: none of these was one.
    for _ in 0..30 {
        let sent = browser.sign_in("eve", &"x".repeat(129)).await;
        assert_eq!(sent.status, 422);
        assert!(sent.body.contains("at most 128"), "{}", sent.body);
    }
    assert_eq!(browser.sign_in("eve", GOOD).await.status, 303);
    // Letters are counted, not bytes.
    assert_eq!(browser.sign_in("eve", &"ệ".repeat(128)).await.status, 401);
}

#[tokio::test]
async fn row_35_known_and_unknown_look_the_same() {
    let desk = Desk::open(routes::all()).await;
    person(&desk, "eve", "agent").await;
    desk.person("pia", "agent").await;
    let mut shown = Vec::new();
    // One with a password, one invited, one nobody knows.
    for (n, name) in ["eve", "pia", "zoe"].into_iter().enumerate() {
        let mut answers = Vec::new();
        for attempt in 0..12 {
            let browser = Browser::new(&desk, &format!("198.51.{n}.{attempt}"));
            let sent = browser.sign_in(name, "not the password").await;
            let mut headers = sent.headers.clone();
            headers.retain(|(name, _)| *name != "x-request-id");
            answers.push((sent.status, headers, sent.body.replace(name, "NAME")));
        }
        let statuses: Vec<_> = answers.iter().map(|a| a.0).collect();
        assert_eq!(statuses, [vec![401; 10], vec![429; 2]].concat());
        shown.push(answers);
    }
    assert_eq!(shown[0], shown[1]);
    assert_eq!(shown[0], shown[2]);
}

#[tokio::test]
async fn row_35_links_and_tokens_that_were_good_look_like_those_that_never_were() {
    let desk = Desk::open(routes::all()).await;
    person(&desk, "ada", "admin").await;
    let (eve, pia) = (person(&desk, "eve", "agent").await, person(&desk, "pia", "agent").await);
    let browser = Browser::new(&desk, "198.51.100.1");
    let (used, old, late) = (link(&desk, &pia).await, link(&desk, &pia).await, link(&desk, &pia).await);
    let chosen = [("new_password", OTHER), ("again", OTHER)];
    assert_eq!(browser.post(&format!("/invitation/{late}"), &chosen).await.status, 303);
    browser.post("/sign-out", &[]).await;
    let left = link(&desk, &eve).await;
    let disable = format!("POST /api/v1/staff/{eve}/disable");
    assert_eq!(desk.ask("ada", &disable, serde_json::json!({})).await.0, 200);
    // The page says the address it was asked for, and nothing else that differs.
    let unknown = "a-token-told-once-00000000-0000-7000-8000-00000000ffff";
    let mut shown = Vec::new();
    for code in [unknown, &used, &old, &late, &left] {
        let stranger = Browser::new(&desk, "198.51.100.2");
        for sent in [
            stranger.get(&format!("/invitation/{code}")).await,
            stranger.post(&format!("/invitation/{code}"), &chosen).await,
        ] {
            let mut headers = sent.headers.clone();
            let id = headers.iter().find(|(name, _)| *name == "x-request-id").unwrap().1.clone();
            headers.retain(|(name, _)| *name != "x-request-id");
            shown.push((sent.status, headers, sent.body.replace(code, "CODE").replace(&id, "ID")));
        }
    }
    for pair in shown.chunks(2) {
        assert_eq!(pair, &shown[..2]);
    }
    // The token of somebody who left, and one that never was.
    let tokens = ["eve", "nobody at all"];
    let mut answers = Vec::new();
    for token in tokens {
        let (status, mut said) = desk.ask(token, "GET /api/v1/me", serde_json::Value::Null).await;
        said["request_id"] = "ID".into();
        answers.push((status, said));
    }
    assert_eq!(answers[0].0, 401);
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn row_37_ten_guesses_an_account_however_many_come_at_once() {
    let desk = Desk::open(routes::all()).await;
    person(&desk, "eve", "agent").await;
    let owner = Browser::new(&desk, "203.0.113.1");
    assert_eq!(owner.sign_in("eve", GOOD).await.status, 303);
    assert_eq!(owner.post("/sign-out", &[]).await.status, 303);
    let browsers: Vec<_> = (0..40).map(|n| Browser::new(&desk, &format!("198.51.100.{n}"))).collect();
    let sent = join_all(browsers.iter().map(|browser| browser.sign_in("eve", "not the password"))).await;
    let looked_at = sent.iter().filter(|sent| sent.status == 401).count();
    assert_eq!(looked_at, 10);
    for sent in sent.iter().filter(|sent| sent.status != 401) {
        let wait: u64 = header(sent, "retry-after").unwrap().parse().unwrap();
        assert!(sent.status == 429 && wait <= 15 * 60, "{wait}");
    }
    // The right password does not help who guesses it then; the owner is known by the browser.
    let guesser = Browser::new(&desk, "192.0.2.77");
    assert_eq!(guesser.sign_in("eve", GOOD).await.status, 429);
    assert_eq!(owner.sign_in("eve", GOOD).await.status, 303);
    // A browser that is known for one person is not for another.
    desk.pass_seconds(15 * 60 + 1);
    assert_eq!(guesser.sign_in("eve", GOOD).await.status, 303);
}

#[tokio::test]
async fn row_37_passwords_and_codes_count_together() {
    let desk = Desk::open(routes::all()).await;
    person(&desk, "eve", "agent").await;
    let owner = Browser::new(&desk, "203.0.113.1");
    owner.sign_in("eve", GOOD).await;
    second_factor(&desk, &owner).await;
    let mut looked_at = 0;
    for n in 0..20 {
        let browser = Browser::new(&desk, &format!("198.51.100.{n}"));
        match browser.sign_in("eve", GOOD).await.status {
            200 => looked_at += 1,
            429 => continue,
            other => panic!("{other}"),
        }
        looked_at +=
            usize::from(browser.post("/sign-in/code", &[("one_time", "000000")]).await.status == 401);
    }
    assert_eq!(looked_at, 10);
}

#[tokio::test]
async fn row_51_the_second_factor_is_not_skipped_and_not_used_twice() {
    let desk = Desk::open(routes::all()).await;
    let id = person(&desk, "eve", "admin").await;
    let owner = Browser::new(&desk, "203.0.113.1");
    owner.sign_in("eve", GOOD).await;
    let secret = second_factor(&desk, &owner).await;
    let used = code(&desk, &secret);
    let browser = Browser::new(&desk, "203.0.113.2");
    assert_eq!(browser.sign_in("eve", GOOD).await.status, 200);
    assert!(browser.cookie("device").is_none());
    // Half a session opens nothing but the page for the code.
    for path in ["/settings", "/staff", "/staff/log"] {
        assert_eq!(browser.get(path).await.status, 303, "{path}");
    }
    let act = format!("/staff/{id}/disable");
    assert_eq!(browser.post(&act, &[]).await.status, 401);
    // The code that turned it on, and one of ten minutes ago.
    assert_eq!(browser.post("/sign-in/code", &[("one_time", &used)]).await.status, 401);
    desk.pass_seconds(600);
    assert_eq!(browser.post("/sign-in/code", &[("one_time", &used)]).await.status, 401);
    let half = browser.cookie("sid");
    let now = code(&desk, &secret);
    assert_eq!(browser.post("/sign-in/code", &[("one_time", &now)]).await.status, 303);
    assert!(browser.is_in().await && browser.cookie("sid") != half);
    let second = Browser::new(&desk, "203.0.113.3");
    second.sign_in("eve", GOOD).await;
    assert_eq!(second.post("/sign-in/code", &[("one_time", &now)]).await.status, 401);
    // A new password by a link does not stand for it either.
    let code = link(&desk, &id).await;
    let reset = Browser::new(&desk, "203.0.113.4");
    let sent = reset.post(&format!("/invitation/{code}"), &[("new_password", OTHER), ("again", OTHER)]).await;
    assert_eq!((sent.status, header(&sent, "location")), (303, Some("/sign-in")));
    assert!(!reset.is_in().await);
    assert_eq!(reset.sign_in("eve", OTHER).await.status, 200);
}

#[tokio::test]
async fn row_52_one_address_is_told_to_wait_and_nothing_typed_is_lost() {
    let desk = Desk::open(routes::all()).await;
    person(&desk, "eve", "agent").await;
    let browser = Browser::new(&desk, "198.51.100.1");
    let kept = [
        ("email", "eve@example.com"),
        ("password", "not the password"),
        ("kept_for", "/settings/looks"),
        ("kept:theme", "dark"),
    ];
    for attempt in 0..10 {
        let sent = browser.post("/sign-in", &kept).await;
        assert_eq!(sent.status, if attempt < 5 { 401 } else { 429 });
        assert_eq!(header(&sent, "retry-after").is_some(), attempt >= 5);
        assert!(
            sent.body.contains("name=\"kept:theme\" value=\"dark\"") && sent.body.contains("eve@example.com")
        );
        assert!(!sent.body.contains("not the password"), "a password stands on the page");
    }
    // From elsewhere, with what was being sent.
    let elsewhere = Browser::new(&desk, "198.51.100.2");
    let right = [
        ("email", "eve@example.com"),
        ("password", GOOD),
        ("kept_for", "/settings/looks"),
        ("kept:theme", "dark"),
    ];
    let sent = elsewhere.post("/sign-in", &right).await;
    assert!(sent.status == 200 && sent.body.contains("action=\"/settings/looks\""), "{}", sent.body);
    assert!(sent.body.contains("name=\"theme\" value=\"dark\""));
}
