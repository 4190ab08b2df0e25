use serde_json::{Value, json};

use crate::routes;
use crate::tests::Desk;

/// Three complaints of Eve's, of which the second can be closed.
async fn three() -> (Desk, String) {
    let desk = Desk::open(routes::all()).await;
    desk.person("eve", "agent").await;
    for n in 1..=3 {
        let body = json!({ "channel": "phone", "customer": { "name": "Ana", "phone": "0612345678" },
                           "narrative": format!("Late <b>again</b> {n}") });
        assert_eq!(desk.ask("eve", "POST /api/v1/complaints", body).await.0, 201);
    }
    for (verb, body) in [
        ("decision", json!({ "outcome": "upheld", "reasons": "r" })),
        ("causes", json!({ "cause": "late", "role": "primary", "confidence": "confirmed" })),
        ("replies", json!({ "kind": "substantive", "channel": "phone", "body": "b", "delivered": true })),
        ("customer-answer", json!({ "answer": "accepted", "channel": "phone" })),
    ] {
        let (status, said) =
            desk.ask("eve", &format!("POST /api/v1/complaints/C-2026-000002/{verb}"), body).await;
        assert!(status < 300, "{said}");
    }
    let sid = desk.sign_in("eve").await;
    (desk, sid)
}

async fn version(desk: &Desk, reference: &str) -> Value {
    let (_, seen) = desk.ask("eve", &format!("GET /api/v1/complaints/{reference}"), Value::Null).await;
    seen["version"].clone()
}

fn values(page: &str, name: &str) -> Vec<String> {
    let field = format!("name=\"{name}\" value=\"");
    page.split(&field).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn rows_are_chosen_closed_and_taken_back_without_a_script() {
    let (desk, sid) = three().await;
    let list = desk.visit(&sid, "GET /complaints?view=all&sort=received", &[]).await.body;
    assert_eq!(list.matches("<input type=checkbox form=b name=c value=C-2026-").count(), 3, "{list}");
    assert!(list.contains("value=C-2026-000001.1 aria-label=C-2026-000001"), "{list}");
    assert!(list.contains("action=\"/complaints/chosen\"") && list.contains("name=\"_all\""), "{list}");
    let query = "view=all&sort=received";
    let closable = format!("C-2026-000002.{}", version(&desk, "C-2026-000002").await);
    let chosen = [("c", "C-2026-000001.1"), ("c", closable.as_str()), ("_verb", "close"), ("_query", query)];
    let asked = desk.visit(&sid, "POST /complaints/chosen", &chosen).await;
    assert_eq!(asked.status, 200);
    assert_eq!(values(&asked.body, "c").len(), 2, "{}", asked.body);
    assert!(asked.body.contains("Late &#60;b&#62;again") && asked.body.contains("name=\"reason\""));
    assert_eq!(values(&asked.body, "_next"), ["/complaints?view=all&#38;sort=received"]);
    assert_eq!(version(&desk, "C-2026-000001").await, 1, "nothing is done before it is said");
    // Without a reason nothing is done, and what was chosen stays.
    let without = desk
        .visit(&sid, "POST /complaints/chosen/done", &[("c", "C-2026-000001.1"), ("_verb", "close")])
        .await;
    assert_eq!(without.status, 422);
    assert!(without.body.contains("Reason") && values(&without.body, "c") == ["C-2026-000001.1"]);
    let done = [
        ("c", "C-2026-000001.1"),
        ("c", closable.as_str()),
        ("_verb", "close"),
        ("reason", "all said"),
        ("_key", "key-1"),
        ("_next", "/complaints?view=all"),
    ];
    for _ in 0..2 {
        // Sent twice it is done once, and told the same.
        let told = desk.visit(&sid, "POST /complaints/chosen/done", &done).await;
        assert_eq!(told.status, 200, "{}", told.body);
        assert!(told.body.contains("Done: 1. Not done: 1."), "{}", told.body);
        let refused = told.body.find("C-2026-000001</a><span class=\"words\">").unwrap();
        let first_done =
            told.body.find("<a href=\"/complaints/C-2026-000002\">C-2026-000002</a></li>").unwrap();
        assert!(
            refused < first_done && told.body.contains("Not yet. Still missing: a delivered answer"),
            "{}",
            told.body
        );
        assert_eq!(values(&told.body, "c").len(), 1);
    }
    let told = desk.visit(&sid, "POST /complaints/chosen/done", &done).await.body;
    let back = values(&told, "c").remove(0);
    let undo = [("c", back.as_str()), ("_verb", "undo"), ("reason", "by mistake"), ("_key", "key-2")];
    let undone = desk.visit(&sid, "POST /complaints/chosen/done", &undo).await;
    assert!(undone.body.contains("Done: 1. Not done: 0."), "{}", undone.body);
    let (_, seen) = desk.ask("eve", "GET /api/v1/complaints/C-2026-000002", Value::Null).await;
    assert_eq!((&seen["stage"], &seen["cycle"]), (&json!("investigating"), &json!(2)));
}

#[tokio::test]
async fn every_verb_has_its_form_and_what_is_refused_is_told_in_the_readers_language() {
    let (desk, sid) = three().await;
    let lan = desk.person("lan", "agent").await;
    for (verb, field) in
        [("offer", "name=\"to\""), ("tag", "name=\"cause\""), ("assess", "name=\"severity\"")]
    {
        let page =
            desk.visit(&sid, "POST /complaints/chosen", &[("c", "C-2026-000003.1"), ("_verb", verb)]).await;
        assert!(page.status == 200 && page.body.contains(field), "{verb}: {}", page.body);
    }
    let sent = [
        ("_verb", "offer"),
        ("c", "C-2026-000003.1"),
        ("to", lan.as_str()),
        ("reason", "yours"),
        ("request", "look"),
    ];
    let told = desk.visit(&sid, "POST /complaints/chosen/done", &sent).await.body;
    assert!(told.contains("Done: 1. Not done: 0.") && told.contains("recalled"), "{told}");
    // The version of the box is the one that was seen.
    let told = desk.visit(&sid, "POST /complaints/chosen/done", &sent).await.body;
    assert!(told.contains("Done: 0. Not done: 1."), "{told}");
    let sent = [
        ("_verb", "tag"),
        ("c", "C-2026-000001.1"),
        ("cause", "late"),
        ("role", "primary"),
        ("confidence", "suspected"),
    ];
    let told = desk.visit(&sid, "POST /complaints/chosen/done", &sent).await.body;
    assert!(told.contains("Done: 1. Not done: 0.") && !told.contains("value=\"undo\""), "{told}");
}

#[tokio::test]
async fn all_that_match_can_be_chosen_and_what_one_may_not_know_of_cannot() {
    let (desk, sid) = three().await;
    desk.person("lan", "agent").await;
    let page = desk
        .visit(
            &sid,
            "POST /complaints/chosen",
            &[("_verb", "assess"), ("_all", "1"), ("_query", "view=all&stage=received")],
        )
        .await
        .body;
    assert_eq!(values(&page, "c").len(), 2, "{page}");
    let secret = json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": "SECRET", "restricted": true });
    let (_, logged) = desk.ask("lan", "POST /api/v1/complaints", secret).await;
    let hidden = format!("{}.1", logged["reference"].as_str().unwrap());
    for (path, more) in [("POST /complaints/chosen", ""), ("POST /complaints/chosen/done", "r")] {
        for other in [hidden.as_str(), "C-2026-999999.1", "<b>"] {
            let sent = [("_verb", "close"), ("c", "C-2026-000001.1"), ("c", other), ("reason", more)];
            let page = desk.visit(&sid, path, &sent).await;
            assert_eq!(page.status, 404, "{path} {other}");
            assert!(!page.body.contains("SECRET") && !page.body.contains("<b>"));
        }
    }
    // Nothing chosen leads back; what is no verb of the page is not there.
    let none =
        desk.visit(&sid, "POST /complaints/chosen", &[("_verb", "close"), ("_query", "view=all")]).await;
    assert!(none.status == 303 && none.headers.contains(&("location", "/complaints?view=all".to_owned())));
    for verb in ["merge", "undo", ""] {
        let page =
            desk.visit(&sid, "POST /complaints/chosen", &[("_verb", verb), ("c", "C-2026-000001.1")]).await;
        assert_eq!(page.status, 404, "{verb}");
    }
    desk.person("otto", "auditor").await;
    let auditor = desk.sign_in("otto").await;
    let list = desk.visit(&auditor, "GET /complaints?view=all", &[]).await.body;
    assert!(!list.contains("type=checkbox form=b") && !list.contains("/complaints/chosen"), "{list}");
    let sent = [("_verb", "close"), ("c", "C-2026-000001.1")];
    assert_eq!(desk.visit(&auditor, "POST /complaints/chosen", &sent).await.status, 403);
}
