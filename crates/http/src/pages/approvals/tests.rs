use serde_json::{Value, json};

use crate::pages::granted;
use crate::routes;
use crate::tests::Desk;

/// A desk where eve may give 50 and lea 500, and eve asks for so much.
struct World {
    desk: Desk,
    lea: String,
    path: String,
}

impl World {
    async fn new() -> Self {
        let desk = Desk::open(routes::all()).await;
        let eve = desk.person("eve", "agent").await;
        let lea_id = desk.person("lea", "lead").await;
        granted::root(&desk, &eve, "50.00", json!({})).await;
        granted::root(&desk, &lea_id, "500.00", json!({})).await;
        let (_, logged) = desk
            .ask(
                "eve",
                "POST /api/v1/complaints",
                json!({ "channel": "phone", "customer": { "name": "Ana", "phone": "0612345678" },
                        "narrative": "Kettle <leaks>." }),
            )
            .await;
        let path = format!("POST /api/v1/complaints/{}", logged["id"].as_str().unwrap());
        let lea = desk.sign_in("lea").await;
        Self { desk, lea, path }
    }

    async fn asked(&self, amount: &str, emergency: bool, who: &str) -> Value {
        let award = json!({ "type": "refund", "basis": "goodwill", "reason": "Two <weeks> without.",
                            "value": { "amount": amount, "currency": "EUR" }, "emergency": emergency });
        let (status, award) = self.desk.ask(who, &format!("{}/awards", self.path), award).await;
        assert_eq!(status, 201, "{award}");
        award
    }

    async fn page(&self) -> String {
        let sent = self.desk.visit(&self.lea, "GET /approvals", &[]).await;
        assert_eq!(sent.status, 200, "{}", sent.body);
        sent.body
    }
}

#[tokio::test]
async fn what_i_can_approve_is_shown_with_why_it_came_to_me_and_what_went_before() {
    let w = World::new().await;
    assert!(w.page().await.contains("Nothing waits for your approval."));
    w.asked("30.00", false, "eve").await;
    let award = w.asked("120.50", false, "eve").await;
    let page = w.page().await;
    for words in [
        "120.50\u{a0}EUR",
        "Two &#60;weeks&#62; without.",
        "Kettle &#60;leaks&#62;.",
        "The limit of eve for one complaint leaves 20.00\u{a0}EUR.",
        "up to 470.00\u{a0}EUR now; 349.50\u{a0}EUR would be left",
        "one award, 30.00\u{a0}EUR",
        "2 awards, 150.50\u{a0}EUR",
        "Approve 120.50\u{a0}EUR",
        "data-key=\"a\"",
        "href=\"/grants/",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let eve = w.desk.sign_in("eve").await;
    let page = w.desk.visit(&eve, "GET /approvals", &[]).await.body;
    assert!(page.contains("Nothing waits for your approval."), "eve asked for it: {page}");
    let path = format!("POST /approvals/{}/approve", award["id"].as_str().unwrap());
    let version = award["version"].to_string();
    let sent = w.desk.visit(&w.lea, &path, &[("_version", &version), ("_key", "one")]).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert!(w.page().await.contains("Nothing waits for your approval."));
    // Pressed again elsewhere, it is gone from the page, and that is told.
    let sent = w.desk.visit(&w.lea, &path, &[("_version", &version), ("_key", "two")]).await;
    assert!((409..=412).contains(&sent.status) && sent.body.contains("role=\"alert\""), "{}", sent.body);
}

#[tokio::test]
async fn a_refusal_needs_its_reason_and_a_question_becomes_a_note() {
    let w = World::new().await;
    let award = w.asked("120.50", false, "eve").await;
    let (id, version) = (award["id"].as_str().unwrap(), award["version"].to_string());
    let refuse = format!("POST /approvals/{id}/refuse");
    let sent = w.desk.visit(&w.lea, &refuse, &[("_version", &version), ("reason", " ")]).await;
    assert_eq!(sent.status, 422);
    assert!(
        sent.body.contains("aria-invalid=\"true\"") && sent.body.contains("<details class=\"say-no\" open")
    );
    let stale = w.desk.visit(&w.lea, &refuse, &[("_version", "0"), ("reason", "Too <much>.")]).await;
    assert_eq!(stale.status, 412);
    assert!(stale.body.contains("Too &#60;much&#62;."), "{}", stale.body);
    let ask = format!("POST /approvals/{id}/ask");
    let sent = w.desk.visit(&w.lea, &ask, &[("_version", &version), ("body", "Was it tested?")]).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let history = w.path.replace("POST", "GET") + "/history";
    assert!(w.desk.ask("eve", &history, Value::Null).await.1.to_string().contains("Was it tested?"));
    let sent = w.desk.visit(&w.lea, &refuse, &[("_version", &version), ("reason", "Repair it.")]).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert!(w.page().await.contains("Nothing waits for your approval."));
    let nothing = w.desk.visit(&w.lea, &format!("POST /approvals/{id}/execute"), &[]).await;
    assert_eq!(nothing.status, 404);
}

#[tokio::test]
async fn an_emergency_award_is_ratified_by_a_holder() {
    let w = World::new().await;
    let max = w.desk.person("max", "lead").await;
    granted::root(&w.desk, &max, "60.00", json!({})).await;
    let award = w.asked("200.00", true, "max").await;
    assert_eq!(award["state"], "approved");
    let page = w.page().await;
    assert!(page.contains("Emergency awards to be ratified") && page.contains("200.00\u{a0}EUR"), "{page}");
    let path = format!("POST /approvals/{}/ratify", award["id"].as_str().unwrap());
    let version = award["version"].to_string();
    let form = [("_version", version.as_str()), ("outcome", "ratified"), ("reason", "It was right.")];
    let sent = w.desk.visit(&w.lea, &path, &form).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert!(!w.page().await.contains("to be ratified"));
}

#[tokio::test]
async fn what_i_may_not_know_of_does_not_wait_for_me() {
    let w = World::new().await;
    let zoe = w.desk.person("zoe", "agent").await;
    granted::root(&w.desk, &zoe, "500.00", json!({})).await;
    w.desk.ask("eve", &format!("{}/assessment", w.path), json!({ "restricted": true })).await;
    w.asked("120.00", false, "eve").await;
    let sid = w.desk.sign_in("zoe").await;
    let page = w.desk.visit(&sid, "GET /approvals", &[]).await.body;
    assert!(page.contains("Nothing waits for your approval.") && !page.contains("leaks"), "{page}");
    w.desk.person("otto", "auditor").await;
    let otto = w.desk.sign_in("otto").await;
    let page = w.desk.visit(&otto, "GET /approvals", &[]).await;
    assert!(page.status == 200 && !page.body.contains("leaks"));
    for language in ["vi", "zh", "hu"] {
        let page = w.desk.visit_in(&w.lea, "GET /approvals", language).await.body;
        assert!(page.contains("120") && !page.contains(">approvals-"), "{language}: {page}");
    }
}
