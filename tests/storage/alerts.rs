//! What has begun to rise is found once, told to everybody, and reviewed by a person once.

use firsthand_domain::Refusal;
use firsthand_domain::alert::{Kind, Review, Verdict};
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Day;
use firsthand_storage::figures::{Asked, Filter};
use firsthand_storage::{alerts, causes, figures, list};
use serde_json::json;

use crate::support::{Desk, refusal, verbs};

stories!(
    a_week_that_stands_out_is_found_once,
    causes_that_say_nothing_are_told,
    what_rises_a_little_each_week_is_found_once_and_reviewed,
);

async fn tagged(desk: &Desk, ana: &Staff, cause: &str) {
    let id = desk.log(ana, verbs::anonymous()).await.id;
    desk.act(ana, id, verbs::cause(cause, "primary")).await;
}

async fn look(desk: &Desk) -> usize {
    alerts::look(&desk.db).await.unwrap()
}

async fn found(desk: &Desk) -> Vec<alerts::Alert> {
    let mut connection = desk.db.read().await.unwrap();
    alerts::page(&mut connection.tx(), false, None, 50).await.unwrap()
}

const WEEK: i64 = 7 * 24 * 60;

/// Twenty weeks with one complaint of each of three causes, the last of them with eleven more of one.
async fn a_week_that_stands_out_is_found_once(desk: Desk) {
    let ana = desk.agent().await;
    let lead = desk.hire("lead", None).await;
    for week in 0..20 {
        for cause in ["late", "damaged", "conduct", "late"] {
            tagged(&desk, &ana, cause).await;
        }
        if week == 19 {
            for _ in 0..11 {
                tagged(&desk, &ana, "damaged").await;
            }
        }
        desk.later_by_minutes(WEEK);
    }
    assert_eq!(look(&desk).await, 1, "the cause, and not its branch, which rises by nothing else");
    assert_eq!(look(&desk).await, 0, "once a day");
    desk.later_by_minutes(24 * 60);
    figures::fold_all(&desk.db).await.unwrap();
    assert_eq!(look(&desk).await, 0, "found before");
    let all = found(&desk).await;
    let damaged = desk.db.read().await.unwrap();
    let damaged = {
        let mut connection = damaged;
        causes::named(&mut connection.tx(), "damaged").await.unwrap().unwrap().id
    };
    let spike = all.iter().find(|alert| alert.found.cause == damaged).unwrap();
    assert_eq!((spike.found.kind, spike.found.count), (Kind::Spike, 12));
    assert!(spike.found.chance.unwrap() < 0.05 && spike.found.expected < 2.5, "{spike:?}");
    // The list behind it is of the time at which it was found, whatever was sorted otherwise since.
    let counted = async || {
        let (from, to) = spike.days();
        let filter = Filter { causes: Some(vec![damaged]), ..Filter::default() };
        let asked = Asked { as_of: Some(spike.found_at), filter, ..Asked::default() };
        let query = list::Query {
            scope: list::Scope::All,
            sort: list::Sort::Received,
            limit: 100,
            received_from: Some(Day::at(from).start()),
            received_to: Some(Day::at(to).start()),
            counted: Some(asked),
            ..list::Query::default()
        };
        let mut connection = desk.db.read().await.unwrap();
        list::page(&mut connection.tx(), &lead, &query).await.unwrap().items
    };
    let then = counted().await;
    assert_eq!(then.len(), 12);
    desk.act(&ana, then[0].id, verbs::cause("late", "primary")).await;
    desk.act(&ana, then[1].id, verbs::cause("conduct", "primary")).await;
    let ids = |items: &[list::Item]| items.iter().map(|item| item.id).collect::<Vec<_>>();
    assert_eq!(ids(&counted().await), ids(&then));
    let (id, by) = (spike.id, lead.id);
    let review = |verdict| {
        let review = Review { verdict, note: None };
        desk.db.change(move |unit| {
            let review = review.clone();
            Box::pin(async move { alerts::review(unit, by, id, &review).await })
        })
    };
    let reviewed = review(Verdict::Real).await.unwrap();
    assert_eq!((reviewed.verdict, reviewed.reviewed.unwrap().0), (Some(Verdict::Real), lead.id));
    assert_fits!(refusal(review(Verdict::Artefact).await), Refusal::Field { .. });
    let mut connection = desk.db.read().await.unwrap();
    let mut tx = connection.tx();
    assert_eq!(alerts::reviewed(&mut tx).await.unwrap()["real"], 1);
    assert_eq!(alerts::open(&mut tx).await.unwrap(), 0);
    assert_eq!(alerts::page(&mut tx, true, None, 50).await.unwrap().len(), 0);
    let spoken_to = alerts::spoken_to(&mut tx, None, 50).await.unwrap();
    assert_eq!(spoken_to.iter().map(|alert| alert.id).collect::<Vec<_>>(), [id]);
    let after = Some((spoken_to[0].week, id));
    assert_eq!(alerts::spoken_to(&mut tx, after, 50).await.unwrap().len(), 0, "after the last there is none");
}

async fn causes_that_say_nothing_are_told(desk: Desk) {
    let ana = desk.agent().await;
    for n in 0..30 {
        let id = desk.log(&ana, verbs::anonymous()).await.id;
        let mut tag = json!({ "cause": "late", "role": "primary", "confidence": "confirmed" });
        if n % 5 == 0 {
            tag = json!({ "cause": "unknown", "role": "primary", "confidence": "confirmed", "evidence": "asked all" });
        }
        desk.act(&ana, id, firsthand_domain::verb::Verb::TagCause(verbs::body(tag))).await;
    }
    desk.later_by_minutes(WEEK);
    look(&desk).await;
    let all = found(&desk).await;
    let told: Vec<_> = all.iter().filter(|alert| alert.found.kind == Kind::SaysNothing).collect();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].found.count, told[0].found.expected), (6, 30.0));
    desk.later_by_minutes(WEEK);
    look(&desk).await;
    let again = found(&desk).await.iter().filter(|alert| alert.found.kind == Kind::SaysNothing).count();
    assert_eq!(again, 1, "told once for the same weeks");
}

/// A desk in its first year: two thirds of it as it always was, and then a little more of one cause each month.
async fn what_rises_a_little_each_week_is_found_once_and_reviewed(desk: Desk) {
    let (ana, lead) = (desk.agent().await, desk.hire("lead", None).await);
    let mut told: Vec<(usize, alerts::Alert)> = Vec::new();
    for week in 0..54_usize {
        // From two a week to seven.
        let late = if week < 36 { 2 } else { 3 + (week - 36) / 4 };
        for cause in std::iter::repeat_n("late", late).chain(["damaged"; 3]).chain(["conduct"; 3]) {
            tagged(&desk, &ana, cause).await;
        }
        desk.later_by_minutes(WEEK);
        figures::fold_all(&desk.db).await.unwrap();
        look(&desk).await;
        let known: Vec<_> = told.iter().map(|(_, alert)| alert.id).collect();
        let new = found(&desk).await.into_iter().filter(|alert| !known.contains(&alert.id));
        told.extend(new.map(|alert| (week, alert)));
    }
    let late = {
        let mut connection = desk.db.read().await.unwrap();
        causes::named(&mut connection.tx(), "late").await.unwrap().unwrap().id
    };
    let drifts: Vec<_> = told.iter().filter(|(_, alert)| alert.found.cause == late).collect();
    let [(week, drift)] = &drifts[..] else { panic!("found once: {told:?}") };
    assert_eq!((drift.found.kind, drift.found.chance), (Kind::Drift, None));
    assert!((44..54).contains(week) && drift.found.count >= 5, "{week} {drift:?}");
    // Two in eight were of it: of as many as there were since it began, so many would have been.
    let (weeks, count) = (f64::from(drift.found.weeks), f64::from(drift.found.count));
    assert!(
        (2.0..3.0).contains(&(drift.found.expected / weeks)) && count > 1.5 * drift.found.expected,
        "{drift:?}"
    );
    assert!(told.iter().all(|(_, alert)| alert.found.kind == Kind::Drift), "{told:?}");
    // It is spoken to like any other, and counts among those that were right.
    let (id, by) = (drift.id, lead.id);
    let review = |verdict| {
        let review = Review { verdict, note: Some(verbs::body(json!("more each month"))) };
        desk.db.change(move |unit| {
            let review = review.clone();
            Box::pin(async move { alerts::review(unit, by, id, &review).await })
        })
    };
    let reviewed = review(Verdict::Known).await.unwrap();
    assert_eq!((reviewed.verdict, reviewed.note.as_deref()), (Some(Verdict::Known), Some("more each month")));
    assert_fits!(refusal(review(Verdict::Real).await), Refusal::Field { field, .. } if field == "verdict");
    let mut connection = desk.db.read().await.unwrap();
    let mut tx = connection.tx();
    assert_eq!(alerts::reviewed(&mut tx).await.unwrap()["known"], 1);
    let again = alerts::by_id(&mut tx, id).await.unwrap().unwrap();
    assert_eq!(
        (again.found.kind, again.verdict, again.reviewed.unwrap().0),
        (Kind::Drift, Some(Verdict::Known), lead.id)
    );
}
