//! What a node learns from tags, and what it must not.

use firsthand_domain::cause::RetireCause;
use firsthand_domain::code::Role;
use firsthand_domain::id::ComplaintId;
use firsthand_domain::staff::Staff;
use firsthand_storage::suggestions::{self, Suggested};
use firsthand_storage::{causes, complaints};
use serde_json::{Value, json};

use crate::support::{Desk, verbs};

stories!(
    tags_teach_and_a_changed_tag_teaches_the_new_one,
    what_is_hidden_teaches_nothing_and_is_never_named,
    a_retired_cause_is_suggested_as_what_it_maps_to,
    what_was_erased_is_forgotten,
    every_node_learns_of_tags_written_at_another,
    a_desk_of_many_tags_is_read_a_piece_at_a_time,
);

fn about(product: &str, narrative: &str, more: Value) -> Value {
    verbs::anonymous_and(verbs::and(json!({ "product": product, "narrative": narrative }), more))
}

async fn tagged(desk: &Desk, by: &Staff, body: Value, cause: &str) -> ComplaintId {
    let id = desk.log(by, body).await.id;
    desk.act(by, id, verbs::cause(cause, "primary")).await;
    desk.later_by_minutes(1);
    id
}

/// Looks until there is no more to be read.
async fn look(desk: &Desk) {
    while suggestions::look(&desk.db).await.unwrap() {}
}

async fn suggested(desk: &Desk, reader: &Staff, product: &str, text: &str) -> Vec<Suggested> {
    let mut connection = desk.db.read().await.unwrap();
    suggestions::of_text(&mut connection.tx(), &desk.db, reader, Some(product), text).await.unwrap()
}

fn codes(all: &[Suggested]) -> Vec<&str> {
    all.iter().map(|one| one.code.as_str()).collect()
}

async fn tags_teach_and_a_changed_tag_teaches_the_new_one(desk: Desk) {
    let ana = desk.agent().await;
    assert!(suggested(&desk, &ana, "Kettle", "the lid leaks").await.is_empty());
    look(&desk).await;
    assert!(suggested(&desk, &ana, "Kettle", "the lid leaks").await.is_empty());
    let mut leaks = Vec::new();
    for n in 0..3 {
        leaks.push(
            tagged(&desk, &ana, about("Kettle", &format!("The lid leaks {n}"), json!({})), "damaged").await,
        );
        tagged(&desk, &ana, about("Kettle", &format!("A week late {n}"), json!({})), "late").await;
        // What is unknown, and what has no cause of its own, is never suggested.
        tagged(&desk, &ana, about("Kettle", "The lid leaks", json!({})), "unknown").await;
        tagged(&desk, &ana, about("Kettle", "The lid leaks", json!({})), "other").await;
    }
    look(&desk).await;
    let told = suggested(&desk, &ana, "Kettle", "Its LID is broken: it leaks!").await;
    assert_eq!(codes(&told), ["damaged", "late"]);
    assert_eq!(
        (told[0].tagged, told[0].words.as_slice()),
        (3, ["leaks".to_owned(), "LID".to_owned()].as_slice())
    );
    let newest: Vec<ComplaintId> = told[0].complaints.iter().map(|past| past.id).collect();
    assert_eq!(newest, leaks.iter().rev().copied().collect::<Vec<_>>());
    assert_eq!(told[0].complaints[0].summary.as_deref(), Some("The lid leaks 2"));
    // A complaint is not told of itself.
    let mut connection = desk.db.read().await.unwrap();
    let own = suggestions::of_complaint(&mut connection.tx(), &desk.db, &ana, leaks[0], Some("Kettle"))
        .await
        .unwrap();
    assert_eq!(own[0].complaints.len(), 2);
    assert!(own[0].complaints.iter().all(|past| past.id != leaks[0]));
    drop(connection);
    for id in &leaks[..2] {
        desk.act(&ana, *id, verbs::cause("late", "primary")).await;
    }
    look(&desk).await;
    let told = suggested(&desk, &ana, "Kettle", "").await;
    let counts: Vec<_> = told.iter().map(|one| (one.code.as_str(), one.tagged)).collect();
    assert_eq!(counts, [("late", 5), ("damaged", 1)]);
    // A contributing cause teaches nothing.
    desk.act(&ana, leaks[2], verbs::cause("late", "contributing")).await;
    look(&desk).await;
    assert_eq!(suggested(&desk, &ana, "Kettle", "").await[0].tagged, 5);
}

async fn what_is_hidden_teaches_nothing_and_is_never_named(desk: Desk) {
    let (ana, bo) = (desk.agent().await, desk.agent().await);
    for more in [json!({ "restricted": true }), json!({ "about_staff": bo.id })] {
        tagged(&desk, &ana, about("Kettle", "He shouted", more), "late").await;
    }
    look(&desk).await;
    assert!(suggested(&desk, &ana, "Kettle", "He shouted").await.is_empty());
    let id = tagged(&desk, &ana, about("Kettle", "The lid leaks", json!({})), "damaged").await;
    look(&desk).await;
    assert_eq!(suggested(&desk, &bo, "Kettle", "").await[0].complaints[0].id, id);
    // It is hidden at once, and taught no more a little later.
    desk.act(&ana, id, verbs::assess(json!({ "restricted": true }))).await;
    assert!(suggested(&desk, &bo, "Kettle", "").await[0].complaints.is_empty());
    assert_eq!(suggested(&desk, &ana, "Kettle", "").await[0].complaints.len(), 1);
    look(&desk).await;
    assert!(suggested(&desk, &ana, "Kettle", "").await.is_empty());
    // What is found to be no complaint teaches nothing either.
    let void = tagged(&desk, &ana, about("Lamp", "a test", json!({})), "late").await;
    look(&desk).await;
    assert_eq!(suggested(&desk, &ana, "Lamp", "").await.len(), 1);
    let lead = desk.hire("lead", None).await;
    assert_eq!(lead.role, Role::Lead);
    desk.act(&lead, void, verbs::void()).await;
    look(&desk).await;
    assert!(suggested(&desk, &ana, "Lamp", "").await.is_empty());
}

async fn a_retired_cause_is_suggested_as_what_it_maps_to(desk: Desk) {
    let ana = desk.agent().await;
    for n in 0..2 {
        tagged(&desk, &ana, about("Kettle", &format!("a week late {n}"), json!({})), "late").await;
    }
    look(&desk).await;
    assert_eq!(codes(&suggested(&desk, &ana, "Kettle", "late").await), ["late"]);
    let retire = |cause: &'static str, body: Value| {
        let desk = desk.clone();
        async move {
            let body: RetireCause = verbs::body(body);
            let done = desk.db.change(move |unit| {
                let body = body.clone();
                Box::pin(async move { causes::retire(unit, None, cause, &body).await })
            });
            done.await.unwrap();
        }
    };
    retire("late", json!({ "maps_to": "damaged" })).await;
    look(&desk).await;
    let told = suggested(&desk, &ana, "Kettle", "late").await;
    assert_eq!(codes(&told), ["damaged"]);
    assert_eq!((told[0].tagged, told[0].complaints.len()), (2, 2));
    retire("damaged", json!({})).await;
    look(&desk).await;
    assert!(suggested(&desk, &ana, "Kettle", "late").await.is_empty());
}

async fn what_was_erased_is_forgotten(desk: Desk) {
    let ana = desk.agent().await;
    let id = tagged(&desk, &ana, about("Kettle", "the lid leaks", json!({})), "damaged").await;
    look(&desk).await;
    assert_eq!(suggested(&desk, &ana, "Kettle", "").await.len(), 1);
    assert!(desk.raw().await.run_on("delete from fact_text where complaint = $1", id.0).await.unwrap() > 0);
    look(&desk).await;
    assert!(suggested(&desk, &ana, "Kettle", "").await.is_empty());
    // Nor does it teach a node that starts afterwards.
    let again = desk.open_again().await;
    look(&again).await;
    assert!(suggested(&again, &ana, "Kettle", "").await.is_empty());
    again.db.close().await;
}

async fn every_node_learns_of_tags_written_at_another(desk: Desk) {
    let ana = desk.agent().await;
    let other = desk.open_again().await;
    look(&other).await;
    let id = tagged(&desk, &ana, about("Kettle", "the lid leaks", json!({})), "damaged").await;
    look(&other).await;
    assert_eq!(suggested(&other, &ana, "Kettle", "").await[0].complaints[0].id, id);
    // A tag that comes to light later than its time says.
    tagged(&desk, &ana, about("Kettle", "late", json!({})), "late").await;
    desk.later_by_minutes(3);
    tagged(&desk, &ana, about("Kettle", "late", json!({})), "late").await;
    look(&other).await;
    desk.set_now(desk.now().plus_minutes(-4));
    tagged(&desk, &ana, about("Kettle", "late", json!({})), "late").await;
    look(&other).await;
    assert_eq!(suggested(&other, &ana, "Kettle", "late").await[0].tagged, 3);
    other.db.close().await;
}

async fn a_desk_of_many_tags_is_read_a_piece_at_a_time(desk: Desk) {
    let ana = desk.agent().await;
    let id = desk.log(&ana, about("Kettle", "the lid leaks", json!({}))).await.id;
    // More tags than are read at once, each in the place of the one before.
    let by = ana.id;
    for turn in 0..12_i64 {
        desk.later_by_minutes(10);
        let all = desk.db.change(move |unit| {
            Box::pin(async move {
                for n in 0..50 {
                    let cause = if (n + turn) % 2 == 0 { "late" } else { "damaged" };
                    complaints::perform(unit, Some(by), id, &verbs::cause(cause, "primary"), None).await?;
                }
                Ok::<_, firsthand_storage::Error>(())
            })
        });
        all.await.unwrap();
    }
    let mut looks = 1;
    while suggestions::look(&desk.db).await.unwrap() {
        looks += 1;
    }
    assert!(looks > 2, "{looks}");
    let told = suggested(&desk, &ana, "Kettle", "").await;
    assert_eq!(codes(&told), ["late"]);
    assert_eq!(told[0].tagged, 1);
}
