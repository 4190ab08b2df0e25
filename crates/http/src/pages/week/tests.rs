use serde_json::json;

use crate::pages::actions::tests::Firm;
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

#[tokio::test]
async fn fixes_that_are_late_or_due_and_whether_others_helped() {
    let firm = Firm::open().await;
    firm.happened().await;
    let desk = &firm.desk;
    let body = json!({ "title": "Rounds after four", "causes": ["late"] });
    let problem = firm.told("lea", "POST /api/v1/problems", body, 201).await["id"].clone();
    let mut ids = Vec::new();
    for (title, due) in [
        ("A second van", "2027-01-01T00:00:00Z"),
        ("A <b>bicycle</b>", "2026-11-22T18:00:00Z"),
        ("A map", "2026-11-25T12:00:00Z"),
        ("A drone", "2026-11-30T00:00:00Z"),
    ] {
        let body = json!({ "problem": problem, "title": title, "owner": firm.eve, "due_at": due });
        let made = firm.told("lea", "POST /api/v1/corrective-actions", body, 201).await;
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    let path = |verb: &str| format!("POST /api/v1/corrective-actions/{}/{verb}", ids[0]);
    firm.told("lea", &path("approve"), json!({}), 200).await;
    let plan = json!({
        "baseline": { "from": "2026-01-01", "to": "2026-04-01" }, "watch": { "from": "2026-04-11", "to": "2026-07-01" },
        "exposure": { "kind": "rounds" }, "alpha": 0.1, "verifier": firm.bea,
    });
    firm.told("lea", &path("plan"), plan, 200).await;
    firm.told("eve", &path("implemented"), json!({ "implemented_at": "2026-04-01T00:00:00Z" }), 200).await;
    let verdict = firm.told("bea", &path("verdict"), json!({}), 200).await;
    assert_eq!(verdict["verdict"], "effective", "{verdict}");
    // On Monday the week with Sunday in it is over.
    desk.pass_seconds(86_400);
    let lea = desk.sign_in("lea").await;
    let text = desk.visit(&lea, "GET /analysis/week.txt", &[]).await.body;
    let part =
        |title: &str| text.split(&format!("\n{title}\n")).nth(1).unwrap().split("\n\n").next().unwrap();
    assert_eq!(part("Fixes that are late"), "- A <b>bicycle</b>, due 22 Nov");
    assert_eq!(part("Fixes due in the week after"), "- A map, due 25 Nov");
    let judged = part("Did fixes help?");
    assert!(
        judged.starts_with("- A second van: It works. 0.11 times what it was; 90\u{a0}% sure between 0.0"),
        "{judged}"
    );
    assert!(!text.contains("drone"), "{text}");
    let page = desk.visit(&lea, "GET /analysis/week", &[]).await.body;
    for id in &ids[..3] {
        assert!(page.contains(&format!("href=\"/actions/{id}\"")), "{page}");
    }
    assert!(!page.contains("<b>bicycle") && page.contains("A &#60;b&#62;bicycle"), "{page}");
    // A week later the verdict is one of the week before.
    desk.pass_seconds(7 * 86_400);
    let leo = desk.sign_in("leo").await;
    let text = desk.visit(&leo, "GET /analysis/week.txt", &[]).await.body;
    assert!(text.contains("\nDid fixes help?\n- None.\n"), "{text}");
    assert!(text.contains("- A <b>bicycle</b>, due 22 Nov\n- A map, due 25 Nov"), "{text}");
}
