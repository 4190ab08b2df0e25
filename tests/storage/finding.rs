//! A customer is found while somebody types, a draft is kept until it is sent.

use firsthand_domain::staff::Staff;
use firsthand_storage::{customers, drafts, intake};
use serde_json::{Value, json};

use crate::support::{Desk, verbs};

stories!(
    a_customer_is_found_by_any_beginning,
    nobody_is_found_through_what_one_may_not_know,
    a_draft_is_one_and_does_not_come_back_after_sending,
    what_takes_time_and_what_it_is_about_is_known,
    every_look_is_along_an_index,
);

async fn log_for(desk: &Desk, by: &Staff, customer: Value, more: Value) -> String {
    let mut body = json!({ "customer": customer });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let id = desk.log(by, verbs::anonymous_and(body)).await.id;
    let mut connection = desk.db.read().await.unwrap();
    firsthand_storage::complaints::read(&mut connection.tx(), id).await.unwrap().unwrap().reference
}

async fn found(desk: &Desk, reader: &Staff, typed: &str) -> Vec<String> {
    let mut connection = desk.db.read().await.unwrap();
    let all = customers::find(&mut connection.tx(), reader, typed, desk.now()).await.unwrap();
    all.into_iter().map(|f| f.customer.name.unwrap_or_default()).collect()
}

async fn a_customer_is_found_by_any_beginning(desk: Desk) {
    let ana = desk.agent().await;
    let duc = json!({ "name": "Trần Minh Đức", "phone": "+84 912 774 108", "email": "Duc.Tran@example.com" });
    let reference = log_for(&desk, &ana, duc, json!({ "order_ref": "ĐH-88213" })).await;
    log_for(&desk, &ana, json!({ "name": "陈静", "phone": "138 0013 8000" }), json!({})).await;
    log_for(&desk, &ana, json!({ "name": "Szabó-Nagy Őrs" }), json!({})).await;
    let last: String = reference.chars().rev().take(3).collect::<Vec<_>>().into_iter().rev().collect();
    for typed in [
        "tran",
        "TRẦN mi",
        "minh",
        "duc tran",
        "84912",
        "+84 (912) 77",
        "0912 774 108",
        "duc.tr",
        "đh-88",
        &reference,
        &reference.to_lowercase(),
        &last,
    ] {
        assert_eq!(found(&desk, &ana, typed).await, ["Trần Minh Đức"], "{typed}");
    }
    assert_eq!(found(&desk, &ana, "陈").await, ["陈静"]);
    assert_eq!(found(&desk, &ana, "ors").await, ["Szabó-Nagy Őrs"]);
    for nobody in
        ["", " ", "t", "%", "_ran", "tran\0", "tranh", "999", "\u{10ffff}\u{10ffff}", &"x ".repeat(5000)]
    {
        assert!(found(&desk, &ana, nobody).await.is_empty(), "{nobody}");
    }
    for n in 0..30 {
        log_for(&desk, &ana, json!({ "name": format!("Anna {n} Anna") }), json!({})).await;
    }
    assert_eq!(found(&desk, &ana, "anna").await.len(), customers::find::MOST);
}

async fn nobody_is_found_through_what_one_may_not_know(desk: Desk) {
    let (ana, bob) = (desk.agent().await, desk.agent().await);
    let reference = log_for(&desk, &ana, json!({ "name": "Mai" }), json!({ "restricted": true })).await;
    assert_eq!(found(&desk, &ana, &reference).await, ["Mai"]);
    assert!(found(&desk, &bob, &reference).await.is_empty());
}

async fn a_draft_is_one_and_does_not_come_back_after_sending(desk: Desk) {
    let ana = desk.agent().await.id;
    let keep = async |text: &'static str, key: &'static str| {
        let kept = desk.db.change(move |unit| {
            Box::pin(async move {
                let fields = [("narrative".to_owned(), text.to_owned())];
                drafts::keep(unit, ana, "log", &fields, key).await
            })
        });
        kept.await.unwrap();
    };
    let kept = async || {
        let mut connection = desk.db.read().await.unwrap();
        drafts::of(&mut connection.tx(), ana, "log").await.unwrap().map(|d| d.fields[0].1.clone())
    };
    keep("one", "k").await;
    keep("two", "k").await;
    assert_eq!(kept().await.as_deref(), Some("two"));
    let once =
        firsthand_storage::idempotency::Once { caller: ana, key: "k".to_owned(), fingerprint: vec![1] };
    let sent = desk.db.change(move |unit| {
        let once = once.clone();
        Box::pin(async move {
            firsthand_storage::idempotency::take(unit, &once).await?;
            drafts::discard(unit, ana, "log").await
        })
    });
    sent.await.unwrap();
    keep("late", "k").await;
    assert_eq!(kept().await, None);
}

async fn what_takes_time_and_what_it_is_about_is_known(desk: Desk) {
    let ana = desk.agent().await;
    let id = desk.log(&ana, verbs::anonymous_and(json!({ "category": "Delivery" }))).await.id;
    let by = ana.id;
    desk.log(&ana, verbs::anonymous_and(json!({ "category": "Bill" }))).await;
    let took = desk.db.change(move |unit| {
        Box::pin(async move {
            intake::took(unit, id, by, 47).await?;
            intake::took(unit, id, by, 99).await
        })
    });
    took.await.unwrap();
    let mut connection = desk.db.read().await.unwrap();
    let mut tx = connection.tx();
    assert_eq!(intake::seconds(&mut tx, id).await.unwrap(), Some(47));
    assert_eq!(intake::median_seconds(&mut tx, desk.now().plus_days(-7)).await.unwrap(), Some(47));
    assert_eq!(intake::median_seconds(&mut tx, desk.now().plus_days(1)).await.unwrap(), None);
    let categories = intake::categories(&mut tx, 10).await.unwrap();
    assert_eq!(categories.len(), 2);
}

/// The plans of SQLite.
async fn every_look_is_along_an_index(desk: Desk) {
    let mut raw = desk.raw().await;
    let looks = firsthand_storage::every_statement();
    let looks = looks
        .iter()
        .filter(|(name, sql)| name.starts_with("customers::find::") && sql.lite.starts_with("select"));
    for (name, sql) in looks {
        for step in raw.plan(sql.lite).await {
            assert!(!step.starts_with("SCAN") && !step.contains("TEMP B-TREE"), "{name}: {step}");
        }
    }
}
