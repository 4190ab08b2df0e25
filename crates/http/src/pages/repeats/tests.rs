use serde_json::{Value, json};

use crate::pages::alerts::tests::complaint;
use crate::routes;
use crate::tests::Desk;

/// Ana's three late ones, of which two repeat an earlier one; Ben's one, and Cleo's of two causes.
async fn desk() -> (Desk, Vec<Value>) {
    let desk = Desk::open(routes::all()).await;
    desk.person("eve", "agent").await;
    let mut customers = Vec::new();
    for name in ["Ana", "Ben", "=Cleo"] {
        let (status, made) = desk.ask("eve", "POST /api/v1/customers", json!({ "name": name })).await;
        assert_eq!(status, 201, "{made}");
        customers.push(json!({ "id": made["id"] }));
    }
    let mut logged = Vec::new();
    for (day, who, cause) in [
        ("2026-10-01", 0, "late"),
        ("2026-10-11", 0, "late"),
        ("2026-11-01", 0, "late"),
        ("2026-11-01", 1, "late"),
        ("2026-10-05", 2, "damaged"),
        ("2026-10-06", 2, "conduct"),
        ("2026-11-05", 2, "damaged"),
    ] {
        logged.push(complaint(&desk, day, customers[who].clone(), cause).await);
    }
    (desk, logged)
}

#[tokio::test]
async fn what_comes_back_is_told_beside_chance_with_its_complaints() {
    let (desk, logged) = desk().await;
    let reference = |nth: usize| format!("/complaints/{}\"", logged[nth]["reference"].as_str().unwrap());
    let sid = desk.sign_in("eve").await;
    let page = desk.visit(&sid, "GET /analysis/repeats", &[]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    for words in [
        "3 of 7 complaints repeat an earlier one",
        "95 % sure between",
        "/analysis/repeats?cause=late#list",
        "Ana",
        "=Cleo",
        &reference(1),
        &reference(2),
        &reference(6),
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(!page.body.contains(&reference(0)) && !page.body.contains(&reference(3)), "{}", page.body);
    let page = desk.visit(&sid, "GET /analysis/repeats?cause=damaged", &[]).await.body;
    assert!(page.contains(&reference(6)) && !page.contains(&reference(2)), "{page}");
    let page = desk.visit(&sid, "GET /analysis/repeats?within_days=15", &[]).await.body;
    assert!(page.contains("1 of 7 complaints") && page.contains(&reference(1)), "{page}");
    let page = desk.visit(&sid, "GET /analysis/repeats?until=2025-01-01", &[]).await.body;
    assert!(page.contains("That is no data, not a zero."), "{page}");
    let page =
        desk.visit(&sid, "GET /analysis/repeats?gap_days=x&within_days=-1&from=soon&cause=none", &[]).await;
    assert!(page.status == 200 && page.body.contains("days at most, days at least"), "{}", page.body);
    assert!(page.body.contains("3 of 7 complaints"), "{}", page.body);
    for (language, words) in
        [("vi", "3 trên 7 khiếu nại"), ("zh", "7 件投诉中有 3 件"), ("hu", "7 panaszból 3")]
    {
        let page = desk.visit_in(&sid, "GET /analysis/repeats", language).await.body;
        assert!(page.contains(words), "{language}: {page}");
    }
}

#[tokio::test]
async fn repeats_are_tables_for_a_spreadsheet() {
    let (desk, logged) = desk().await;
    let sid = desk.sign_in("eve").await;
    let file = desk.visit(&sid, "GET /analysis/repeats.csv?part=causes", &[]).await.body;
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!((lines[0], lines.len()), ("cause,name,repeats,expected", 3), "{file}");
    assert!(lines[1].starts_with("late,") && lines[1].contains(",2,"), "{file}");
    let file = desk.visit(&sid, "GET /analysis/repeats.csv?part=list&cause=damaged", &[]).await.body;
    let reference = logged[6]["reference"].as_str().unwrap();
    assert!(file.contains(&format!("\r\n{reference},2026-11-05T09:00:00Z,'=Cleo,damaged,")), "{file}");
    assert_eq!(file.lines().count(), 2, "{file}");
}
