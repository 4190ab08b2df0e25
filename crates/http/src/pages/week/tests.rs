use crate::pages::alerts::tests::risen;

#[tokio::test]
async fn the_last_week_that_is_over_is_told_and_can_be_sent() {
    let desk = risen().await;
    let sid = desk.sign_in("lea").await;
    let page = desk.visit(&sid, "GET /analysis/week", &[]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    for words in [
        "The week from 9 Nov to 15 Nov",
        "12 complaints; 0 in the week before.",
        "12 in the week of 9 Nov",
        "/analysis/week.txt?week=2026-11-09",
        "/analysis/week?week=2026-11-02",
        "received_from=2026-11-09&#38;received_to=2026-11-16&#38;cause=damaged",
        "with eve",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(!page.body.contains("The week after</a>"), "it is the last: {}", page.body);
    let text = desk.visit(&sid, "GET /analysis/week.txt?week=2026-11-12", &[]).await;
    let kind = text.headers.iter().find(|(name, _)| *name == "content-type").unwrap();
    assert_eq!(kind.1, "text/plain; charset=utf-8");
    assert!(
        text.body.starts_with("The week from 9 Nov to 15 Nov\n\nComplaints\n- 12 complaints"),
        "{}",
        text.body
    );
    assert!(text.body.contains("\nFixes that are late\n- None.\n"), "{}", text.body);
    assert!(text.body.ends_with("\nhttp://desk/analysis/week?week=2026-11-09\n"), "{}", text.body);
    let page = desk.visit(&sid, "GET /analysis/week?week=2026-09-10", &[]).await.body;
    assert!(page.contains("The week after") && page.contains("Nothing stood out."), "{page}");
    for wrong in ["week=2026-11-20", "week=soon", "week=9999-12-31", "week=-001-01-01", "wekk=2026-11-09"] {
        let page = desk.visit(&sid, &format!("GET /analysis/week?{wrong}"), &[]).await;
        assert!(page.status == 200 && page.body.contains("This is the last one."), "{wrong}: {}", page.body);
    }
    for (language, words) in
        [("vi", "12 khiếu nại; tuần trước 0."), ("zh", "12 件投诉；前一周 0 件。"), ("hu", "12 panasz;")]
    {
        let text = desk.visit_in(&sid, "GET /analysis/week.txt", language).await;
        assert!(text.body.contains(words), "{language}: {}", text.body);
    }
}
