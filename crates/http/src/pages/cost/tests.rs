use serde_json::json;

use crate::pages::alerts::tests::complaint;
use crate::routes;
use crate::tests::Desk;

async fn desk() -> Desk {
    let desk = Desk::open(routes::all()).await;
    desk.person("eve", "agent").await;
    for cause in ["late", "late", "late", "damaged", ""] {
        complaint(&desk, "2026-11-10", json!({ "anonymous": true }), cause).await;
    }
    desk
}

#[tokio::test]
async fn what_is_not_said_is_not_known_and_what_is_said_is_reckoned() {
    let desk = desk().await;
    let sid = desk.sign_in("eve").await;
    let page = desk.visit(&sid, "GET /analysis/cost", &[]).await;
    assert!(page.status == 200 && page.body.contains("Name a currency to reckon in."), "{}", page.body);
    let page = desk.visit(&sid, "GET /analysis/cost?currency=eur", &[]).await.body;
    assert_eq!(page.matches("not known").count(), 4, "{page}");
    assert!(page.contains("0.00\u{a0}EUR") && page.contains("without=cause"), "{page}");
    let page = desk.visit(&sid, "GET /analysis/cost?currency=EUR&minutes=30&hour=24", &[]).await.body;
    // Three complaints of half an hour.
    assert!(page.contains("costs most: 36.00\u{a0}EUR for 3 complaints, 12.00\u{a0}EUR each"), "{page}");
    assert_eq!(page.matches("not known").count(), 2, "{page}");
    assert!(page.contains("cause=late") && page.contains("value=\"24\""), "{page}");
    let all = "currency=EUR&minutes=30&hour=24,00&lost_percent=2,5&margin=400.00";
    let page = desk.visit(&sid, &format!("GET /analysis/cost?{all}"), &[]).await.body;
    assert!(page.contains("30.00\u{a0}EUR") && page.contains("66.00\u{a0}EUR"), "{page}");
    assert!(!page.contains("not known"), "{page}");
    let file = desk.visit(&sid, &format!("GET /analysis/cost.csv?{all}"), &[]).await.body;
    assert!(file.contains(",3,EUR,0.00,36.00,30.00,66.00,22.00\r\n"), "{file}");
    let file = desk.visit(&sid, "GET /analysis/cost.csv?currency=EUR", &[]).await.body;
    assert!(file.contains(",3,EUR,0.00,,,0.00,0.00\r\n"), "{file}");
}

#[tokio::test]
async fn what_cannot_be_understood_is_left_out_and_told() {
    let desk = desk().await;
    let sid = desk.sign_in("eve").await;
    let wrong = "currency=EUR&minutes=many&hour=1,250&lost_percent=101&margin=-1&from=x";
    let page = desk.visit(&sid, &format!("GET /analysis/cost?{wrong}"), &[]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    for words in ["minutes for one complaint", "cost of an hour", "customers lost", "margin", "Received from"]
    {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert_eq!(page.body.matches("not known").count(), 4, "{}", page.body);
    let page = desk.visit(&sid, "GET /analysis/cost?currency=EUR&minutes=30", &[]).await.body;
    assert!(page.contains("A part stays unknown"), "{page}");
    let page = desk.visit(&sid, "GET /analysis/cost?currency=%3Cb%3E&hour=NaN&lost_percent=NaN", &[]).await;
    assert!(page.status == 200 && !page.body.contains("<b>"), "{}", page.body);
    for (language, words) in
        [("vi", "Chi phí của từng nguyên nhân"), ("zh", "每个原因的成本"), ("hu", "Az egyes okok költsége")]
    {
        let page = desk.visit_in(&sid, "GET /analysis/cost?currency=EUR", language).await.body;
        assert!(page.contains(words), "{language}: {page}");
    }
}
