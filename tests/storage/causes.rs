//! Why complaints happen: the list, what is retired, and what closing needs of it.

use firsthand_domain::Refusal;
use firsthand_domain::cause::{Cause, NewCause, RetireCause};
use firsthand_storage::{Result, causes};
use serde_json::{Value, json};

use crate::support::{Desk, refusal, verbs};

stories!(
    every_desk_begins_with_unknown_and_other,
    a_new_cause_can_be_tagged_and_its_code_is_taken,
    a_retired_cause_is_counted_under_another_and_tagged_no_more,
    closing_needs_a_primary_cause,
);

async fn page(desk: &Desk) -> Vec<Cause> {
    let mut connection = desk.db.read().await.unwrap();
    let mut tx = connection.tx();
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = causes::page(&mut tx, &after, 3).await.unwrap();
        let Some(last) = page.last() else { return all };
        after.clone_from(&last.code);
        all.extend(page);
    }
}

async fn add(desk: &Desk, code: &str) -> Result<Cause> {
    let new: NewCause = verbs::body(json!({
        "code": code, "name": { "en": "Frozen", "vi": "Đóng băng", "zh": "冻结" },
        "value_category": "product", "servqual": "reliability", "family": "environment",
    }));
    desk.db
        .change(move |unit| {
            let new = new.clone();
            Box::pin(async move { causes::add(unit, &new).await })
        })
        .await
}

async fn retire(desk: &Desk, code: &'static str, body: Value) -> Result<Cause> {
    let body: RetireCause = verbs::body(body);
    desk.db
        .change(move |unit| {
            let body = body.clone();
            Box::pin(async move { causes::retire(unit, code, &body).await })
        })
        .await
}

async fn every_desk_begins_with_unknown_and_other(desk: Desk) {
    let all = page(&desk).await;
    let codes: Vec<&str> = all.iter().map(|c| c.code.as_str()).collect();
    assert!(codes.is_sorted() && codes.len() >= 5, "{codes:?}");
    for code in ["unknown", "other"] {
        let cause = all.iter().find(|c| c.code == code).unwrap();
        assert_eq!((cause.value_category, cause.servqual, cause.family), (None, None, None));
        assert_fits!(refusal(retire(&desk, code, json!({})).await), Refusal::Field { .. });
    }
    for cause in &all {
        for language in ["en", "hu", "vi", "zh"] {
            assert!(cause.name.contains_key(language), "{} in {language}", cause.code);
        }
    }
    assert_eq!(all.iter().find(|c| c.code == "late").unwrap().name["vi"], "Trễ hẹn");
}

async fn a_new_cause_can_be_tagged_and_its_code_is_taken(desk: Desk) {
    let ana = desk.agent().await;
    let cause = add(&desk, "frozen").await.unwrap();
    assert_eq!(cause.name["zh"], "冻结");
    assert_fits!(refusal(add(&desk, "frozen").await), Refusal::Taken { field } if field == "code");
    let id = desk.log(&ana, verbs::anonymous()).await.id;
    desk.act(&ana, id, verbs::cause("late", "primary")).await;
    desk.act(&ana, id, verbs::cause(&cause.id.to_string(), "contributing")).await;
    let tagged = desk.act(&ana, id, verbs::cause("frozen", "primary")).await;
    assert_eq!(tagged.primary_cause().unwrap().cause, cause.id);
    assert_eq!(desk.view(id).await.causes[&cause.id].0, "frozen");
    let current =
        desk.raw().await.count("select count(*) from cause_tag where case when current then 1 end = 1").await;
    assert_eq!(current, 1);
}

async fn a_retired_cause_is_counted_under_another_and_tagged_no_more(desk: Desk) {
    let ana = desk.agent().await;
    let id = desk.log(&ana, verbs::anonymous()).await.id;
    add(&desk, "frozen").await.unwrap();
    let damaged = page(&desk).await.into_iter().find(|c| c.code == "damaged").unwrap();
    for wrong in ["frozen", "nothing"] {
        let refused = retire(&desk, "frozen", json!({ "maps_to": wrong })).await;
        assert_fits!(refusal(refused), Refusal::Field { field, .. } if field == "maps_to");
    }
    let retired = retire(&desk, "frozen", json!({ "maps_to": "damaged" })).await.unwrap();
    assert_eq!((retired.retired, retired.maps_to), (true, Some(damaged.id)));
    let refused = desk.try_do(&ana, id, verbs::cause("frozen", "primary")).await;
    assert_fits!(refusal(refused), Refusal::Field { .. });
    assert_eq!(refusal(retire(&desk, "nothing", json!({})).await), Refusal::NotFound);
}

async fn closing_needs_a_primary_cause(desk: Desk) {
    let ana = desk.agent().await;
    let id = desk.log(&ana, verbs::from_customer()).await.id;
    desk.act(&ana, id, verbs::decide("upheld")).await;
    desk.act(&ana, id, verbs::reply(true)).await;
    desk.act(&ana, id, verbs::answer("accepted")).await;
    desk.act(&ana, id, verbs::cause("late", "contributing")).await;
    let refused = refusal(desk.try_do(&ana, id, verbs::close()).await);
    assert_fits!(refused, Refusal::CannotClose(missing) if missing.missing == ["primary_cause"]);
    desk.act(&ana, id, verbs::cause("late", "primary")).await;
    desk.act(&ana, id, verbs::close()).await;
}
