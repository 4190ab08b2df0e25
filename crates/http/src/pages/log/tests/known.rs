//! A problem that is known is told while the customer is on the telephone, with what to say.

use serde_json::{Value, json};

use super::{NEW, desk, with};
use crate::tests::Desk;

const SAY: &str = "We <b>know</b> of it.\u{202e} \"";

async fn complained(desk: &Desk, product: &str, cause: &str) -> String {
    let body = json!({ "channel": "phone", "customer": { "anonymous": true }, "product": product, "narrative": "x" });
    let (status, made) = desk.ask("eve", "POST /api/v1/complaints", body).await;
    assert_eq!(status, 201, "{made}");
    let tag = json!({ "cause": cause, "role": "primary", "confidence": "suspected" });
    let call = format!("POST /api/v1/complaints/{}/causes", made["id"].as_str().unwrap());
    assert_eq!(desk.ask("eve", &call, tag).await.0, 200);
    made["reference"].as_str().unwrap().to_owned()
}

/// Kettles arrive damaged: it is known, and something is done about it.
async fn known() -> (Desk, String, String, String) {
    let (desk, sid) = desk().await;
    desk.person("lea", "lead").await;
    for _ in 0..2 {
        complained(&desk, "Kettle", "damaged").await;
    }
    complained(&desk, "Lamp", "late").await;
    let say = json!({ "en": SAY, "vi": "Chúng tôi đã biết lỗi này.", "hu": "Tudunk róla." });
    let body = json!({ "title": "Lids <break>", "causes": ["damaged"], "say": say });
    let (status, problem) = desk.ask("lea", "POST /api/v1/problems", body).await;
    assert_eq!(status, 201, "{problem}");
    let problem = problem["id"].as_str().unwrap().to_owned();
    let lea = api_as(&desk, "lea", "GET /api/v1/me").await["id"].clone();
    let body = json!({ "problem": problem, "title": "Thicker <lids>", "owner": lea, "due_at": "2026-12-24T09:00:00Z" });
    let (status, action) = desk.ask("lea", "POST /api/v1/corrective-actions", body).await;
    assert_eq!(status, 201, "{action}");
    let action = action["id"].as_str().unwrap().to_owned();
    (desk, sid, problem, action)
}

async fn api_as(desk: &Desk, who: &str, call: &str) -> Value {
    desk.ask(who, call, Value::Null).await.1
}

#[tokio::test]
async fn a_product_with_a_problem_in_progress_is_told_with_the_words_to_say() {
    let (desk, sid, problem, action) = known().await;
    let lea = "lea";
    // Proposed is not decided: nothing is promised by it.
    let typed = [("product", " Kettle "), ("_act", "find")];
    let page = desk.visit(&sid, NEW, &with(&typed)).await.body;
    assert!(page.contains("Known problem: Lids &#60;break&#62;") && !page.contains("Thicker"), "{page}");
    let approve = format!("POST /api/v1/corrective-actions/{action}/approve");
    desk.person("leo", "lead").await;
    let (status, told) = desk.ask("leo", &approve, json!({})).await;
    assert_eq!(status, 200, "{told}");
    let page = desk.visit(&sid, NEW, &with(&typed)).await.body;
    for there in [
        "data-panel=\"known\"",
        &format!("href=\"/actions/problems/{problem}\""),
        &format!("href=\"/actions/{action}\""),
        "Thicker &#60;lids&#62;",
        "We &#60;b&#62;know&#60;/b&#62; of it.",
        "lang=\"en\"",
    ] {
        assert!(page.contains(there), "{there}: {page}");
    }
    assert!(!page.contains("<b>know"), "{page}");
    // In the language of the customer, when that is said.
    let page =
        desk.visit(&sid, NEW, &with(&[&typed[..], &[("customer.language", "vi")]].concat())).await.body;
    assert!(page.contains("<p lang=\"vi\" dir=\"auto\">Chúng tôi đã biết lỗi này.</p>"), "{page}");
    // For the program in the page, in the same words.
    let kept = desk.visit(&sid, "POST /complaints/new/draft", &with(&typed)).await;
    let kept: Value = serde_json::from_str(&kept.body).unwrap();
    assert_eq!(kept["known"][0]["say"]["words"], SAY, "{kept}");
    assert_eq!(kept["known"][0]["rows"][0]["href"], format!("/actions/{action}"), "{kept}");
    // Of another product nothing is said; nor where another cause is chosen; and whoever says the cause needs no product.
    let settled = |cause| [("_settled", "1"), ("settled.cause.cause", cause), ("_act", "find")];
    for (more, told) in [
        (&[("product", "Lamp"), ("_act", "find")][..], false),
        (&[("product", ""), ("_act", "find")], false),
        (&[&settled("late")[..], &[("product", "Kettle")]].concat(), false),
        (&settled("damaged"), true),
        (&[("product", "\0\u{202e}"), ("place", "\0"), ("category", "\0"), ("_act", "find")], false),
    ] {
        let page = desk.visit(&sid, NEW, &with(more)).await;
        assert_eq!(page.body.contains("Known problem"), told, "{more:?}: {}", page.body);
    }
    // It is over.
    let solve = format!("POST /api/v1/problems/{problem}/solve");
    assert_eq!(desk.ask(lea, &solve, json!({ "reason": "x" })).await.0, 409);
}

#[tokio::test]
async fn on_the_page_of_a_complaint_it_stands_with_the_causes() {
    let (desk, sid, problem, _) = known().await;
    let untagged = json!({ "channel": "phone", "customer": { "anonymous": true }, "product": "Kettle", "narrative": "x" });
    let (_, made) = desk.ask("eve", "POST /api/v1/complaints", untagged).await;
    let page = async |reference: &str| {
        let page = desk.visit(&sid, &format!("GET /complaints/{reference}"), &[]).await.body;
        page.split("id=\"cause\"").nth(1).unwrap().split("</section>").next().unwrap().to_owned()
    };
    let section = page(made["reference"].as_str().unwrap()).await;
    for there in [
        "Known problem: Lids &#60;break&#62;",
        &format!("/actions/problems/{problem}"),
        "Say this",
        "We &#60;b&#62;know",
    ] {
        assert!(section.contains(there), "{there}: {section}");
    }
    assert!(!section.contains("<b>know"), "{section}");
    let other = complained(&desk, "Kettle", "late").await;
    assert!(!page(&other).await.contains("Known problem"), "its cause is another");
}
