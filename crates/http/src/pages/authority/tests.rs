use serde_json::json;

use crate::pages::granted;
use crate::routes;
use crate::tests::Desk;

#[tokio::test]
async fn without_authority_the_page_says_what_it_is_and_who_gives_it() {
    let desk = Desk::open(routes::all()).await;
    for (name, role) in [("eve", "agent"), ("lea", "lead"), ("ada", "admin"), ("otto", "auditor")] {
        desk.person(name, role).await;
        let sid = desk.sign_in(name).await;
        let page = desk.visit(&sid, "GET /authority", &[]).await;
        assert_eq!(page.status, 200, "{role}");
        for words in
            ["You hold no authority", "An administrator writes it", "You have approved nothing this month."]
        {
            assert!(page.body.contains(words), "{role}: {words}");
        }
    }
}

#[tokio::test]
async fn each_grant_is_told_with_what_is_left_of_it_and_what_was_given() {
    let desk = Desk::open(routes::all()).await;
    let eve = desk.person("eve", "agent").await;
    let rest = json!({
        "limits": { "per_award": "50.00", "per_holder": { "amount": "200.00", "days": 30 } },
        "scope": { "products": ["Kettle <3>"], "channels": ["phone"] }, "four_eyes_above": "45.00",
        "valid_until": "2027-01-01T00:00:00Z",
    });
    granted::root(&desk, &eve, "50.00", rest).await;
    let (_, logged) = desk
        .ask(
            "eve",
            "POST /api/v1/complaints",
            json!({ "channel": "phone", "customer": { "name": "Ana", "phone": "0612345678" },
                    "narrative": "It leaks.", "product": "Kettle <3>" }),
        )
        .await;
    let award = json!({ "type": "voucher", "basis": "goodwill", "reason": "Sorry.",
                        "value": { "amount": "40.00", "currency": "EUR" } });
    let path = format!("POST /api/v1/complaints/{}/awards", logged["id"].as_str().unwrap());
    let (status, award) = desk.ask("eve", &path, award).await;
    assert_eq!((status, &award["state"]), (201, &json!("approved")), "{award}");
    let sid = desk.sign_in("eve").await;
    let page = desk.visit(&sid, "GET /authority", &[]).await.body;
    for words in [
        "Refund, Voucher",
        "our liability, goodwill",
        "40.00\u{a0}EUR used, 160.00\u{a0}EUR left",
        "<meter min=\"0\" max=\"20000\" value=\"4000\"",
        "Kettle &#60;3&#62;",
        "above 45.00\u{a0}EUR",
        "Board 7/2026",
        "one award, 40.00\u{a0}EUR",
        &format!("/awards/{}", award["id"].as_str().unwrap()),
        "<bdi>ann</bdi>",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    for language in ["vi", "zh", "hu"] {
        let page = desk.visit_in(&sid, "GET /authority", language).await.body;
        assert!(page.contains("Board 7/2026") && !page.contains(">authority-"), "{language}: {page}");
    }
}
