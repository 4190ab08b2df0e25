//! Complaints from files: all of them or none, and never twice.

use firsthand_domain::Refusal;
use firsthand_domain::code::{Closure, Stage};
use firsthand_domain::import::ImportedComplaint;
use firsthand_domain::staff::Staff;
use firsthand_storage::imports::{self, Published, Run};
use firsthand_storage::{Result, verify};
use serde_json::{Value, json};

use crate::support::{Desk, refusal, verbs};

stories!(
    a_file_is_published_once_however_often_it_is_read,
    a_row_that_says_something_else_under_its_key_is_told_by_its_line,
    what_was_staged_can_be_given_up,
    a_row_that_fails_undoes_all_of_them,
    a_large_file_is_published_whole,
    the_importer_must_be_able_to_hold_a_duty,
    sources_do_not_share_their_keys,
);

fn row(key: &str, more: Value) -> ImportedComplaint {
    let row = json!({
        "key": key, "received_at": "2025-12-24T10:00:00Z", "narrative": "The tree came without needles.\nAll gone.",
        "channel": "email", "closed": false, "category": "Goods > Trees",
        "customer": { "name": "Ana Kovács", "phone": "111 222" },
    });
    verbs::body(verbs::and(row, more))
}

async fn stage(desk: &Desk, rows: Vec<ImportedComplaint>) -> Run {
    let run = imports::begin(&desk.db);
    let half = rows.len() / 2;
    let mut rows: Vec<(i64, ImportedComplaint)> = (2..).zip(rows).collect();
    let rest = rows.split_off(half);
    imports::stage(&desk.db, run, rows).await.unwrap();
    imports::stage(&desk.db, run, rest).await.unwrap();
    run
}

async fn publish(desk: &Desk, run: Run, by: &Staff) -> Result<Published> {
    imports::publish(&desk.db, run, "acme", by.id).await
}

/// Complaints, staged rows, keys and customers.
async fn counts(desk: &Desk) -> [i64; 4] {
    let mut raw = desk.raw().await;
    [
        raw.count("select count(*) from complaint").await,
        raw.count("select count(*) from import_row").await,
        raw.count("select count(*) from import_key").await,
        raw.count("select count(*) from customer").await,
    ]
}

async fn a_file_is_published_once_however_often_it_is_read(desk: Desk) {
    let ana = desk.agent().await;
    let rows = || {
        let finished = json!({ "closed": true, "order_ref": "A-7", "customer": null });
        vec![row("1", json!({})), row("2", finished), row("1", json!({})), row("3", json!({}))]
    };
    let run = stage(&desk, rows()).await;
    assert_eq!(counts(&desk).await, [0, 4, 0, 0]);
    assert_eq!(
        publish(&desk, run, &ana).await.unwrap(),
        Published { added: 3, present: 1, ..Published::default() }
    );
    assert_eq!(counts(&desk).await, [3, 0, 3, 1]);

    assert_eq!(publish(&desk, run, &ana).await.unwrap(), Published::default());
    let again = stage(&desk, rows()).await;
    assert_eq!(
        publish(&desk, again, &ana).await.unwrap(),
        Published { added: 0, present: 4, ..Published::default() }
    );
    assert_eq!(counts(&desk).await, [3, 0, 3, 1]);

    let query =
        firsthand_storage::list::Query { scope: firsthand_storage::list::Scope::All, ..Default::default() };
    let ids = desk.ids(&ana, query).await;
    let mut stages = Vec::new();
    for id in ids {
        let complaint = desk.read(id).await;
        assert_eq!((complaint.first_contact, complaint.imported), (ana.id, true));
        stages.push((complaint.stage, complaint.closure));
    }
    stages.sort();
    let open = (Stage::Received, None);
    assert_eq!(stages, [open, open, (Stage::Closed, Some(Closure::Imported))]);
    assert_eq!(verify::histories(&desk.db).await.unwrap().wrong, Vec::<String>::new());
}

async fn a_row_that_says_something_else_under_its_key_is_told_by_its_line(desk: Desk) {
    let ana = desk.agent().await;
    let rows =
        |more: [Value; 3]| ["1", "2", "3"].into_iter().zip(more).map(|(key, more)| row(key, more)).collect();
    let first = stage(&desk, rows([json!({}), json!({}), json!({})])).await;
    publish(&desk, first, &ana).await.unwrap();
    // What goes on in the other system is no other story.
    let went_on = json!({ "closed": true, "customer": { "name": "Ana Szabó", "phone": "333" } });
    let again =
        rows([went_on, json!({ "narrative": "Another." }), json!({ "received_at": "2025-12-25T10:00:00Z" })]);
    let again = stage(&desk, again).await;
    let expected = Published { added: 0, present: 3, differing: vec![3, 4] };
    assert_eq!(publish(&desk, again, &ana).await.unwrap(), expected);
    let same = stage(&desk, rows([json!({}), json!({}), json!({})])).await;
    assert_eq!(
        publish(&desk, same, &ana).await.unwrap(),
        Published { added: 0, present: 3, differing: vec![] }
    );
}

async fn what_was_staged_can_be_given_up(desk: Desk) {
    let ana = desk.agent().await;
    let (kept, dropped) =
        (stage(&desk, vec![row("1", json!({}))]).await, stage(&desk, vec![row("2", json!({}))]).await);
    assert_eq!(imports::drop_staged(&desk.db, dropped).await.unwrap(), 1);
    assert_eq!(publish(&desk, dropped, &ana).await.unwrap(), Published::default());
    assert_eq!(publish(&desk, kept, &ana).await.unwrap().added, 1);
}

async fn a_row_that_fails_undoes_all_of_them(desk: Desk) {
    let ana = desk.agent().await;
    let tomorrow = json!({ "received_at": desk.now().plus_days(1) });
    let run = stage(&desk, vec![row("1", json!({})), row("2", json!({})), row("3", tomorrow)]).await;
    assert_fits!(refusal(publish(&desk, run, &ana).await), Refusal::Field { field, .. } if field == "received_at");
    assert_eq!(counts(&desk).await, [0, 3, 0, 0]);

    desk.later_by_days(2);
    assert_eq!(publish(&desk, run, &ana).await.unwrap().added, 3);
}

async fn a_large_file_is_published_whole(desk: Desk) {
    let ana = desk.agent().await;
    let rows = (0..600).map(|n| row(&format!("row {n}"), json!({ "customer": null, "closed": n % 2 == 0 })));
    let run = stage(&desk, rows.collect()).await;
    assert_eq!(
        publish(&desk, run, &ana).await.unwrap(),
        Published { added: 600, present: 0, ..Published::default() }
    );
    assert_eq!(counts(&desk).await, [600, 0, 600, 0]);
}

async fn the_importer_must_be_able_to_hold_a_duty(desk: Desk) {
    let (auditor, ana) = (desk.hire("auditor", None).await, desk.agent().await);
    let run = stage(&desk, vec![row("1", json!({}))]).await;
    assert_eq!(refusal(publish(&desk, run, &auditor).await), Refusal::ReadOnly);
    desk.disable(&auditor, ana.id).await.unwrap();
    assert_eq!(refusal(publish(&desk, run, &ana).await), Refusal::ReadOnly);
    assert_eq!(counts(&desk).await, [0, 1, 0, 0]);
}

async fn sources_do_not_share_their_keys(desk: Desk) {
    let ana = desk.agent().await;
    for source in ["acme", "other"] {
        let run = stage(&desk, vec![row("1", json!({}))]).await;
        assert_eq!(imports::publish(&desk.db, run, source, ana.id).await.unwrap().added, 1);
    }
}
