use serde_json::{Value, json};

use crate::routes;
use crate::tests::Desk;

async fn log(desk: &Desk, name: &str, phone: &str, narrative: &str) -> Value {
    let body =
        json!({ "channel": "phone", "customer": { "name": name, "phone": phone }, "narrative": narrative });
    let (status, logged) = desk.ask("eve", "POST /api/v1/complaints", body).await;
    assert_eq!(status, 201, "{logged}");
    logged
}

fn page_of(logged: &Value) -> String {
    format!("GET /customers/{}", logged["customer"]["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_customer_with_300_complaints_is_read_page_by_page() {
    let desk = Desk::open(routes::all()).await;
    desk.person("eve", "agent").await;
    let mut last = Value::Null;
    for n in 0..300 {
        last = log(&desk, "Ana <b>", "0612345678", &format!("Story {n} <i>")).await;
    }
    let sid = desk.sign_in("eve").await;
    let (mut call, mut seen, mut pages) = (page_of(&last), 0, 0);
    loop {
        let page = desk.visit(&sid, &call, &[]).await;
        assert_eq!(page.status, 200);
        assert!(!page.body.contains("<b>") && !page.body.contains("<i>"), "{}", page.body);
        let history = page.body.rsplit("id=\"all\"").next().unwrap();
        seen += history.matches("<tr><td>").count();
        pages += 1;
        let Some(next) = page.body.split("rel=\"next\" href=\"").nth(1) else { break };
        call = format!("GET {}", next.split('"').next().unwrap().replace("&#38;", "&"));
    }
    assert_eq!((seen, pages), (300, 6));
}

#[tokio::test]
async fn a_way_to_know_them_again_is_added_or_refused_beside_its_field() {
    let desk = Desk::open(routes::all()).await;
    desk.person("eve", "agent").await;
    let page = page_of(&log(&desk, "Ana", "0612345678", "Late").await);
    let sid = desk.sign_in("eve").await;
    let post = page.replace("GET", "POST") + "/identifiers";
    let added = desk.visit(&sid, &post, &[("kind", "email"), ("value", "ana@example.com")]).await;
    assert_eq!(added.status, 303, "{}", added.body);
    assert!(desk.visit(&sid, &page, &[]).await.body.contains("ana@example.com"));
    let wrong = desk.visit(&sid, &post, &[("kind", "email"), ("value", "not \"an\" address")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("value=\"not &#34;an&#34; address\""), "{}", wrong.body);
    assert!(wrong.body.contains("aria-invalid") && wrong.body.contains("option value=\"email\" selected"));
}

#[tokio::test]
async fn two_records_are_joined_and_parted_again() {
    let desk = Desk::open(routes::all()).await;
    desk.person("eve", "agent").await;
    desk.person("otto", "auditor").await;
    let one = log(&desk, "Ana Kovács", "0612345678", "First").await;
    let two = log(&desk, "Ana Kovacs", "0699999999", "Second").await;
    let (one_page, two_page) = (page_of(&one), page_of(&two));
    let sid = desk.sign_in("eve").await;
    // The same name: offered without a search.
    let id = one["customer"]["id"].as_str().unwrap();
    assert!(desk.visit(&sid, &two_page, &[]).await.body.contains(&format!("name=\"into\" value=\"{id}\"")));
    let offered = desk.visit(&sid, &two_page, &[]).await.body;
    assert!(offered.contains("the same: Name"), "{offered}");
    let likely = format!("GET /api/v1/customers/{}/likely-same", two["customer"]["id"].as_str().unwrap());
    let (status, said) = desk.ask("otto", &likely, Value::Null).await;
    assert_eq!((status, &said["items"][0]["customer"]["id"]), (200, &one["customer"]["id"]));
    assert_eq!((&said["items"][0]["same"], said["items"].as_array().unwrap().len()), (&json!(["name"]), 1));
    let nobody = "GET /api/v1/customers/01900000-0000-7000-8000-000000000000/likely-same";
    assert_eq!(desk.ask("otto", nobody, Value::Null).await.0, 404);
    let found = desk.visit(&sid, &format!("{two_page}?find=06+1234-5678"), &[]).await.body;
    assert!(found.contains(&format!("name=\"into\" value=\"{id}\"")), "{found}");
    let merge = two_page.replace("GET", "POST") + "/merge";
    let nobody = desk.visit(&sid, &merge, &[]).await;
    assert_eq!(nobody.status, 422);
    assert!(nobody.body.contains("Choose the record"), "{}", nobody.body);
    // Nothing that was chosen is lost with what is refused.
    let refused = desk.visit(&sid, &merge, &[("into", id), ("keep", "name"), ("keep", "language")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("This says nothing of that, so it cannot stay."), "{}", refused.body);
    assert!(refused.body.contains("value=\"name\" checked"), "{}", refused.body);
    assert_eq!(desk.visit(&sid, &merge, &[("into", id), ("keep", "name")]).await.status, 303);
    let whole = desk.visit(&sid, &one_page, &[]).await.body;
    assert!(whole.contains("<bdi>Ana Kovacs</bdi></h1>"), "{whole}");
    assert!(whole.contains("Second") && whole.contains("Not the same person"), "{whole}");
    assert!(desk.visit(&sid, &two_page, &[]).await.body.contains("This record goes on under"));
    let part = one_page.replace("GET", "POST") + "/unmerge";
    let two_id = two["customer"]["id"].as_str().unwrap();
    assert_eq!(desk.visit(&sid, &part, &[("customer", two_id)]).await.status, 303);
    let parted = desk.visit(&sid, &one_page, &[]).await.body;
    assert!(parted.contains("<bdi>Ana Kovács</bdi></h1>") && !parted.contains("Second"), "{parted}");
    let again = desk.visit(&sid, &part, &[("customer", two_id)]).await;
    assert_eq!(again.status, 409, "{}", again.body);
    let sid = desk.sign_in("otto").await;
    assert!(!desk.visit(&sid, &one_page, &[]).await.body.contains("<form method"));
    assert_eq!(desk.visit(&sid, &merge, &[("into", id)]).await.status, 403);
}

#[tokio::test]
async fn the_page_tells_nobody_what_they_may_not_know() {
    let desk = Desk::open(routes::all()).await;
    desk.person("eve", "agent").await;
    desk.person("lan", "agent").await;
    let body = json!({ "channel": "phone", "customer": { "name": "Ana", "phone": "0612345678" },
                       "narrative": "SECRET", "restricted": true });
    let (_, logged) = desk.ask("eve", "POST /api/v1/complaints", body).await;
    let sid = desk.sign_in("lan").await;
    let page = desk.visit(&sid, &page_of(&logged), &[]).await.body;
    assert!(!page.contains("SECRET") && page.contains("No complaint that you may know of."), "{page}");
    for nothing in ["GET /customers/1", "GET /customers/01900000-0000-7000-8000-000000000000"] {
        assert_eq!(desk.visit(&sid, nothing, &[]).await.status, 404, "{nothing}");
    }
}
