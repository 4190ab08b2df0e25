use serde_json::{Value, json};

use crate::routes;
use crate::tests::Desk;

fn complaint(name: &str, narrative: &str) -> Value {
    json!({ "channel": "phone", "customer": { "name": name, "phone": "0612345678" }, "narrative": narrative })
}

#[tokio::test]
async fn an_empty_desk_says_so_to_every_role() {
    let desk = Desk::open(routes::all()).await;
    for (name, role) in [("eve", "agent"), ("lea", "lead"), ("ada", "admin"), ("otto", "auditor")] {
        desk.person(name, role).await;
        let sid = desk.sign_in(name).await;
        let page = desk.visit(&sid, "GET /", &[]).await;
        assert_eq!(page.status, 200, "{role}");
        for words in
            ["Nothing needs you now.", "Nobody is waiting for you.", "Nobody has offered you anything."]
        {
            assert!(page.body.contains(words), "{role}: {words}");
        }
        assert_eq!(desk.visit(&sid, "GET /keys", &[]).await.status, 200);
    }
}

#[tokio::test]
async fn what_waits_is_shown_with_who_spoke_last_and_what_is_owed() {
    let desk = Desk::open(routes::all()).await;
    desk.person("eve", "agent").await;
    let lan = desk.person("lan", "agent").await;
    let (_, logged) = desk
        .ask("eve", "POST /api/v1/complaints", complaint("Ana", "Kettle leaks.\nAll over the floor."))
        .await;
    let path = format!("POST /api/v1/complaints/{}", logged["id"].as_str().unwrap());
    let due = json!({ "text": "Call back with a date.", "due_at": "2026-11-22T10:00:00Z" });
    assert_eq!(desk.ask("eve", &format!("{path}/promises"), due).await.0, 201);
    let offer = json!({ "to": lan, "reason": "Knows kettles.", "request": "Check the <seal>." });
    let (_, handoff) = desk.ask("eve", &format!("{path}/handoffs"), offer).await;
    let eve = desk.sign_in("eve").await;
    let page = desk.visit(&eve, "GET /", &[]).await.body;
    for words in [
        "Kettle leaks.",
        "All over the floor.",
        "by phone",
        "Call back with a date.",
        "30 min left",
        "Not accepted yet: you are still responsible.",
        "2 things need you.",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let sid = desk.sign_in("lan").await;
    let page = desk.visit(&sid, "GET /", &[]).await.body;
    let reference = logged["reference"].as_str().unwrap();
    let action =
        format!("action=\"/complaints/{reference}/handoffs/{}/accept\"", handoff["id"].as_str().unwrap());
    assert!(page.contains(&action), "{page}");
    assert!(page.contains("Check the &#60;seal&#62;.") && !page.contains("<seal>"), "{page}");
    assert!(page.contains("One thing needs you."), "{page}");
}

#[tokio::test]
async fn a_list_shows_seven_and_the_way_to_all() {
    let desk = Desk::open(routes::all()).await;
    desk.person("eve", "agent").await;
    for n in 0..9 {
        desk.ask("eve", "POST /api/v1/complaints", complaint("Ana", &format!("Story {n}"))).await;
    }
    let sid = desk.sign_in("eve").await;
    let page = desk.visit(&sid, "GET /", &[]).await.body;
    assert_eq!(page.matches("class=\"cut\" href=\"/complaints/C-").count(), 7);
    assert!(page.contains("all 9") && page.contains("href=\"/complaints?view=mine&amp;sort=due\""), "{page}");
}

#[tokio::test]
async fn nobody_is_offered_or_counts_what_they_may_not_know_of() {
    let desk = Desk::open(routes::all()).await;
    desk.person("eve", "agent").await;
    let lan = desk.person("lan", "agent").await;
    let mut about = complaint("Ana", "SECRET about lan");
    about["about_staff"] = json!(lan);
    assert_eq!(desk.ask("eve", "POST /api/v1/complaints", about).await.0, 201);
    let mut restricted = complaint("Ben", "SECRET restricted");
    restricted["restricted"] = json!(true);
    assert_eq!(desk.ask("eve", "POST /api/v1/complaints", restricted).await.0, 201);
    let sid = desk.sign_in("lan").await;
    let page = desk.visit(&sid, "GET /", &[]).await.body;
    assert!(!page.contains("SECRET"));
    assert!(page.contains("<span>All complaints</span><span data-count=\"all\">0</span>"), "{page}");
    let sid = desk.sign_in("eve").await;
    let page = desk.visit(&sid, "GET /", &[]).await.body;
    assert!(page.contains("<span>All complaints</span><span data-count=\"all\">2</span>"), "{page}");
}
