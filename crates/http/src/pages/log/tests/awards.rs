//! What is given on the call.

use serde_json::{Value, json};

use super::{NEW, desk, newest, with};
use crate::pages::granted;

const SETTLED: [(&str, &str); 8] = [
    ("_settled", "1"),
    ("settled.reply.body", "Fifteen euros back."),
    ("settled.cause.cause", "damaged"),
    ("settled.award.type", "refund"),
    ("settled.award.basis", "goodwill"),
    ("settled.award.value.amount", "15"),
    ("settled.award.value.currency", "EUR"),
    ("settled.award.reason", "The <seal> leaks."),
];

#[tokio::test]
async fn what_is_settled_can_be_given_within_ones_authority() {
    let (desk, sid) = desk().await;
    let page = desk.visit(&sid, "GET /complaints/new", &[]).await.body;
    assert!(!page.contains("settled.award"), "nothing to give, nothing to fill in");
    let eve = desk.ask("eve", "GET /api/v1/me", Value::Null).await.1["id"].as_str().unwrap().to_owned();
    granted::root(&desk, &eve, "20.00", json!({})).await;
    let page = desk.visit(&sid, "GET /complaints/new", &[]).await.body;
    assert!(page.contains("You may give up to 20.00\u{a0}EUR now."), "{page}");
    // What the customer wants comes first, and how to answer them is not that.
    let wish = desk.visit(&sid, NEW, &with(&SETTLED)).await;
    assert!(wish.body.contains("id=\"desired_remedy-wrong\""), "{}", wish.body);
    assert!(wish.body.contains("value=\"The &#60;seal&#62; leaks.\""), "{}", wish.body);
    let wanted = [("desired_remedy", "Some money back")];
    let mut more = [&SETTLED[..], &wanted].concat();
    more[5].1 = "25.00";
    let beyond = desk.visit(&sid, NEW, &with(&more)).await;
    assert!(beyond.body.contains("id=\"settled-award-value-amount-wrong\""), "{}", beyond.body);
    assert!(beyond.body.contains("20.00\u{a0}EUR is left") && beyond.body.contains("value=\"25.00\""));
    let mut half = [&SETTLED[..], &wanted].concat();
    half[4].1 = "";
    let basis = desk.visit(&sid, NEW, &with(&half)).await;
    assert!(basis.body.contains("id=\"settled-award-basis-wrong\""), "{}", basis.body);
    let sent = desk.visit(&sid, NEW, &with(&[&SETTLED[..], &wanted].concat())).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let made = newest(&desk).await;
    let award = &made["awards"][0];
    assert_eq!((&award["state"], &award["value"]["amount"]), (&json!("executed"), &json!("15.00")), "{made}");
}

#[tokio::test]
async fn nothing_given_is_nothing_sent() {
    let (desk, sid) = desk().await;
    let eve = desk.ask("eve", "GET /api/v1/me", Value::Null).await.1["id"].as_str().unwrap().to_owned();
    granted::root(&desk, &eve, "20.00", json!({})).await;
    let empty = SETTLED.map(|(name, value)| {
        let chosen = !name.starts_with("settled.award.") || name.ends_with("currency");
        (name, if chosen { value } else { "" })
    });
    let sent = desk.visit(&sid, NEW, &with(&empty)).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert_eq!(newest(&desk).await["awards"], json!([]));
}
