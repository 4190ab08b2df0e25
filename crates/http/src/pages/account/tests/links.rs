use serde_json::{Value, json};

use super::*;
use crate::routes;

#[tokio::test]
async fn row_34_a_link_works_once_in_its_time_for_who_works_here() {
    let desk = Desk::open(routes::all()).await;
    person(&desk, "ada", "admin").await;
    let id = person(&desk, "eve", "agent").await;
    let browser = Browser::new(&desk, "203.0.113.1");
    let choose = async |code: &str| {
        browser
            .post(&format!("/invitation/{code}"), &[("new_password", OTHER), ("again", OTHER)])
            .await
            .status
    };
    for none in ["%25", "*", "", "%00", "[]", "a,b", "%", "' or ''='"] {
        let path = format!("/invitation/{none}");
        assert_eq!((browser.get(&path).await.status, choose(none).await), (404, 404), "{none:?}");
    }
    let code = link(&desk, &id).await;
    assert_eq!((choose(&code).await, choose(&code).await), (303, 404));
    // A new link ends the old one, and half an hour ends each.
    let (old, new) = (link(&desk, &id).await, link(&desk, &id).await);
    assert_eq!(choose(&old).await, 404);
    desk.pass_seconds(31 * 60);
    assert_eq!(choose(&new).await, 404);
    // Who has left has none; an API token of theirs is gone as well.
    let code = link(&desk, &id).await;
    let disable = format!("POST /api/v1/staff/{id}/disable");
    assert_eq!(desk.ask("ada", &disable, json!({})).await.0, 200);
    assert_eq!(choose(&code).await, 404);
    assert_eq!(browser.sign_in("eve", OTHER).await.status, 401);
}

#[tokio::test]
async fn row_34_a_first_invitation_is_good_for_a_week_and_a_weak_password_does_not_use_it_up() {
    let desk = Desk::open(routes::all()).await;
    let id = desk.person("eve", "agent").await;
    let code = link(&desk, &id).await;
    desk.pass_seconds(7 * 24 * 3600 - 60);
    let (browser, path) = (Browser::new(&desk, "203.0.113.1"), format!("/invitation/{code}"));
    for (password, again) in
        [("short", "short"), ("eve@example.com eve", "eve@example.com eve"), (GOOD, OTHER)]
    {
        let sent = browser.post(&path, &[("new_password", password), ("again", again)]).await;
        assert!(sent.status == 422 && sent.body.contains("aria-invalid"), "{}", sent.body);
        assert!(!sent.body.contains(&format!("value=\"{password}")));
    }
    let sent = browser.post(&path, &[("new_password", GOOD), ("again", GOOD)]).await;
    assert_eq!((sent.status, browser.is_in().await), (303, true));
}

#[tokio::test]
async fn row_48_the_desk_is_set_up_once_by_who_has_the_console() {
    let desk = Desk::open(routes::all()).await;
    let browser = Browser::new(&desk, "203.0.113.1");
    let waiting = browser.get("/sign-in").await;
    assert!(waiting.body.contains("on the console"));
    assert_eq!(browser.get("/").await.status, if desk_has_root() { 303 } else { 404 });
    let code = (desk.app.settings.new_token)();
    let hash = staff::token_hash(&code);
    let offered = desk
        .app
        .database
        .change(move |unit| Box::pin(async move { invitations::offer_setup(unit, &hash).await }));
    assert!(offered.await.unwrap().is_some());
    assert_eq!(browser.get("/setup").await.status, 404);
    assert_eq!(browser.get("/setup?code=%25").await.status, 404);
    assert_eq!(browser.get(&format!("/setup?code={code}")).await.status, 200);
    let fields = |email: &'static str| {
        [
            ("code", code.clone()),
            ("name", "Bo".to_owned()),
            ("email", email.to_owned()),
            ("language", "hu".to_owned()),
            ("new_password", GOOD.to_owned()),
            ("again", GOOD.to_owned()),
        ]
    };
    let send = async |email: &'static str| {
        let fields = fields(email);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        browser.post("/setup", &fields).await
    };
    assert_eq!(send("not an address").await.status, 422);
    assert_eq!(send("bo@example.com").await.status, 303);
    let settings = browser.get("/settings").await;
    assert!(settings.status == 200 && settings.body.contains("<html lang=\"hu\""), "{}", settings.body);
    // Never again, by whatever link.
    assert_eq!(send("mal@example.com").await.status, 404);
    assert_eq!(browser.get(&format!("/setup?code={code}")).await.status, 404);
    let log = browser.get("/staff/log").await;
    assert!(log.status == 200 && log.body.contains("Bo"), "{}", log.body);
}

/// The desk itself is made elsewhere; without it there is no such page to be sent away from.
fn desk_has_root() -> bool {
    routes::all().iter().any(|route| route.path == "/")
}

#[tokio::test]
async fn row_44_links_lead_to_the_address_that_is_set_and_redirects_stay_here() {
    let desk = Desk::open(routes::all()).await;
    person(&desk, "ada", "admin").await;
    let browser = Browser::new(&desk, "203.0.113.1");
    for elsewhere in ["//evil", "/\\evil", "https:evil", "%0d%0aSet-Cookie: a=b"] {
        let sent = browser
            .post("/sign-in", &[("email", "ada@example.com"), ("password", GOOD), ("next", elsewhere)])
            .await;
        assert_eq!(header(&sent, "location"), Some("/"), "{elsewhere:?}");
        let kept =
            [("email", "ada@example.com"), ("password", GOOD), ("kept_for", elsewhere), ("kept:a", "b")];
        let sent = browser.post("/sign-in", &kept).await;
        assert_eq!(header(&sent, "location"), Some("/"));
    }
    let headers = Headers { host: Some("evil".to_owned()), ..Headers::default() };
    let added = json!({ "name": "Lan", "email": "lan@example.com", "role": "agent" });
    let (_, lan) = desk.ask("ada", "POST /api/v1/staff", added).await;
    let call = format!("POST /api/v1/staff/{}/invitations", lan["id"].as_str().unwrap());
    let made = desk.send("ada", &call, json!({}), headers).await;
    let made: Value = serde_json::from_str(&made.body).unwrap();
    assert!(made["link"].as_str().unwrap().starts_with("http://desk/invitation/"), "{made}");
}
