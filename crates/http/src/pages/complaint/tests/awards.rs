//! Compensation on the page of a complaint.

use serde_json::json;

use super::World;
use crate::pages::granted;

const REFUND: [(&str, &str); 5] = [
    ("type", "refund"),
    ("basis", "goodwill"),
    ("value.amount", "40"),
    ("value.currency", "EUR"),
    ("reason", "Two weeks without a kettle."),
];

async fn world() -> (World, String) {
    let w = World::new().await;
    let staff = w.desk.ask("eve", "GET /api/v1/me", json!(null)).await.1;
    let eve = staff["id"].as_str().unwrap().to_owned();
    granted::root(&w.desk, &eve, "50.00", json!({})).await;
    granted::root(&w.desk, &w.bob_id, "500.00", json!({})).await;
    (w, eve)
}

async fn award(w: &World, at: usize) -> (String, String) {
    let award = &w.complaint().await["awards"][at];
    (award["id"].as_str().unwrap().to_owned(), award["state"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn what_i_may_give_is_said_and_given_in_one_step() {
    let (w, _) = world().await;
    let page = w.page(&w.eve).await;
    assert!(page.contains("You may give up to 50.00\u{a0}EUR now. Above that: bob."), "{page}");
    w.done(&w.eve, "awards", &REFUND).await;
    let (id, state) = award(&w, 0).await;
    assert_eq!(state, "approved");
    let page = w.page(&w.eve).await;
    assert!(page.contains(&format!("href=\"/awards/{id}\"")) && page.contains("href=\"/grants/"), "{page}");
    assert!(page.contains("Approved by eve"), "{page}");
    // What the customer wants comes first; that is told where it is offered.
    let offer = format!("awards/{id}/offer");
    assert!(page.contains("Write down what the customer wants before something is offered."));
    let refused = w.send(&w.eve, &offer, &[("channel", "phone"), ("answer_by", "")]).await;
    assert_eq!(refused.status, 409, "{}", refused.body);
    w.done(&w.eve, "assessment", &[("desired_remedy", "Money back")]).await;
    w.done(&w.eve, &offer, &[("channel", "phone"), ("answer_by", "")]).await;
    w.done(&w.eve, &format!("awards/{id}/customer-answer"), &[("answer", "accepted"), ("channel", "phone")])
        .await;
    w.done(&w.eve, &format!("awards/{id}/execute"), &[("evidence", "SEPA 1")]).await;
    assert_eq!(award(&w, 0).await.1, "executed");
    w.done(&w.eve, &format!("awards/{id}/reverse"), &[("reason", "Paid twice.")]).await;
    assert_eq!(award(&w, 0).await.1, "reversed");
}

#[tokio::test]
async fn beyond_my_limit_it_waits_for_who_may_and_is_never_mine_to_approve() {
    let (w, _) = world().await;
    let mut more = REFUND.to_vec();
    more[2] = ("value.amount", "120,50");
    w.done(&w.eve, "awards", &more).await;
    let (id, state) = award(&w, 0).await;
    assert_eq!(state, "proposed");
    let page = w.page(&w.eve).await;
    assert!(page.contains("Can be approved by: bob (up to 500.00\u{a0}EUR)"), "{page}");
    assert!(!page.contains(&format!("awards/{id}/approve\"")));
    assert!(w.page(&w.bob).await.contains("Approve 120.50\u{a0}EUR"));
    w.done(
        &w.eve,
        &format!("awards/{id}/amend"),
        &[
            ("value.amount", "130.00"),
            ("value.currency", "EUR"),
            ("payee", "Mai"),
            ("reason", "Postage too."),
        ],
    )
    .await;
    w.done(&w.bob, &format!("awards/{id}/approve"), &[]).await;
    w.done(&w.eve, &format!("awards/{id}/hold"), &[("reason", "To be looked at.")]).await;
    w.done(&w.bob, &format!("awards/{id}/refuse"), &[("reason", "Too much.")]).await;
    assert_eq!(award(&w, 0).await.1, "refused");
}

#[tokio::test]
async fn what_is_refused_is_told_beside_its_control_and_kept_as_typed() {
    let (w, _) = world().await;
    let mut wrong = REFUND.to_vec();
    wrong[2] = ("value.amount", "forty");
    let sent = w.send(&w.eve, "awards", &wrong).await;
    assert_eq!(sent.status, 422);
    for words in ["Write an amount with the usual decimals", "value=\"forty\"", "Two weeks without a kettle."]
    {
        assert!(sent.body.contains(words), "{words}: {}", sent.body);
    }
    let control = sent.body.split("id=\"f-awards-value.amount\"").nth(1).unwrap();
    assert!(control.split('>').next().unwrap().contains("aria-invalid=\"true\""), "{control}");
    // A version that is no longer the award's.
    let mut more = REFUND.to_vec();
    more[2] = ("value.amount", "120.00");
    w.done(&w.eve, "awards", &more).await;
    let (id, _) = award(&w, 0).await;
    let refuse = format!("awards/{id}/refuse");
    let stale = w.post(&w.bob, &refuse, &[("_version", "0"), ("reason", "Too <much>.")]).await;
    assert_eq!(stale.status, 412, "{}", stale.body);
    assert!(stale.body.contains("Too &#60;much&#62;."), "{}", stale.body);
    w.done(&w.bob, &refuse, &[("reason", "Too much.")]).await;
}

#[tokio::test]
async fn without_authority_one_is_told_whom_to_ask() {
    let w = World::new().await;
    let page = w.page(&w.eve).await;
    assert!(page.contains("Nobody has authority to give anything here now."), "{page}");
    granted::root(&w.desk, &w.bob_id, "500.00", json!({})).await;
    assert!(w.page(&w.eve).await.contains("You may give nothing here yourself. Ask: bob."));
    let otto = w.desk.sign_in("otto").await;
    assert!(!w.page(&otto).await.contains("id=\"awards\""));
}
