//! Page by page, a list shows each row once and in its order.

use std::collections::BTreeSet;

use firsthand_domain::code::Stage;
use firsthand_domain::id::ComplaintId;
use firsthand_domain::staff::Staff;
use firsthand_storage::list::{Cursor, Item, Query, Scope, Sort};
use serde_json::json;

use crate::support::{Desk, verbs};

stories!(
    pages_of_every_size_show_each_row_once_and_in_order,
    rows_that_come_between_two_pages_disturb_neither,
    pages_of_a_cause_are_those_of_all_that_have_it,
    what_is_left_of_a_cause_keeps_its_place,
    a_cursor_survives_being_written_and_read,
    whose_customer_waits_longest_comes_first_and_answered_ones_last,
    what_is_due_soonest_comes_first,
);

async fn walk(desk: &Desk, reader: &Staff, mut query: Query) -> Vec<Item> {
    let mut all = Vec::new();
    loop {
        let page = desk.list(reader, &query).await;
        assert!(page.items.len() <= usize::try_from(query.limit).unwrap());
        all.extend(page.items);
        match page.next {
            None => return all,
            // As a caller hands it back: as text.
            next => query.cursor = next.map(|cursor| cursor.to_string().parse().unwrap()),
        }
        assert!(all.len() < 100, "the pages never end");
    }
}

fn ids(items: &[Item]) -> Vec<ComplaintId> {
    items.iter().map(|item| item.id).collect()
}

/// Three rows for each of three instants, and of each three one is answered and one is assessed.
async fn nine(desk: &Desk, ana: &Staff) -> Vec<ComplaintId> {
    let mut all = Vec::new();
    for number in 0..9 {
        let id = desk.log(ana, verbs::from_customer()).await.id;
        match number % 3 {
            0 => answer(desk, ana, id).await,
            1 => drop(desk.act(ana, id, verbs::assess(json!({ "severity": "serious" }))).await),
            _ => {}
        }
        if number % 3 == 2 {
            desk.later_by_minutes(1);
        }
        all.push(id);
    }
    all
}

async fn answer(desk: &Desk, by: &Staff, id: ComplaintId) {
    desk.act(by, id, verbs::decide("upheld")).await;
    desk.act(by, id, verbs::reply(true)).await;
}

/// The key of a row, so that smaller is earlier in the list.
fn key(sort: Sort, item: &Item) -> (i64, ComplaintId) {
    let never = firsthand_domain::time::Timestamp::NEVER;
    let at = match sort {
        Sort::Waiting => item.waiting_since.unwrap_or(never),
        Sort::Received => item.received_at,
        Sort::Due => item.next_due.unwrap_or(never),
    };
    (at.micros(), item.id)
}

async fn pages_of_every_size_show_each_row_once_and_in_order(desk: Desk) {
    let ana = desk.agent().await;
    nine(&desk, &ana).await;
    for sort in [Sort::Waiting, Sort::Received, Sort::Due] {
        for scope in [Scope::Mine, Scope::All] {
            let whole = walk(&desk, &ana, Query { scope, sort, limit: 200, ..Query::default() }).await;
            assert_eq!(whole.len(), 9);
            let mut keys: Vec<_> = whole.iter().map(|item| key(sort, item)).collect();
            if sort == Sort::Received {
                keys.reverse();
            }
            assert!(keys.is_sorted_by(|a, b| a < b), "{sort:?}: {keys:?}");
            for limit in [1, 2, 3, 8, 9, 10] {
                let paged = walk(&desk, &ana, Query { scope, sort, limit, ..Query::default() }).await;
                assert_eq!(ids(&paged), ids(&whole), "{sort:?} by {limit}");
            }
        }
    }
}

/// A cause of some, in either role, of equal times and others: the pages of the cause are the list of all, without the
/// others. So they stay while answers, contacts and other causes move the complaints.
async fn pages_of_a_cause_are_those_of_all_that_have_it(desk: Desk) {
    let ana = desk.agent().await;
    let all = nine(&desk, &ana).await;
    let mut have = BTreeSet::new();
    for (number, id) in all.iter().enumerate().filter(|(number, _)| number % 4 != 3) {
        if number % 2 == 0 {
            desk.act(&ana, *id, verbs::cause("late", "contributing")).await;
        }
        let tagged = desk.act(&ana, *id, verbs::cause("late", "primary")).await;
        have.insert((*id, tagged.causes[0].cause));
    }
    let cause = have.first().unwrap().1;
    for round in 0..4 {
        desk.later_by_minutes(1);
        match round {
            0 => {}
            1 => answer(&desk, &ana, all[1]).await,
            2 => {
                let contact = json!({ "channel": "email", "direction": "in", "body": "And?" });
                desk.act(&ana, all[0], verbs::contact(contact)).await;
            }
            _ => {
                desk.act(&ana, all[4], verbs::cause("damaged", "primary")).await;
                have.retain(|(id, _)| *id != all[4]);
            }
        }
        for sort in [Sort::Waiting, Sort::Received, Sort::Due] {
            for scope in [Scope::Mine, Scope::Team, Scope::All] {
                let query = Query { scope, sort, limit: 200, ..Query::default() };
                let mut right = ids(&walk(&desk, &ana, query.clone()).await);
                right.retain(|id| have.iter().any(|(other, _)| other == id));
                assert_eq!(right.len(), have.len());
                for limit in [1, 2, 3, 200] {
                    let paged = Query { cause: Some(cause), limit, ..query.clone() };
                    assert_eq!(
                        ids(&walk(&desk, &ana, paged).await),
                        right,
                        "{round} {sort:?} {scope:?} by {limit}"
                    );
                }
            }
        }
    }
}

/// What is beside each tag is what the complaint has, whatever became of both.
async fn what_is_left_of_a_cause_keeps_its_place(desk: Desk) {
    let ana = desk.agent().await;
    for id in nine(&desk, &ana).await {
        desk.act(&ana, id, verbs::cause("late", "primary")).await;
        desk.later_by_minutes(1);
        desk.act(&ana, id, verbs::cause("damaged", "primary")).await;
        desk.act(&ana, id, verbs::contact(json!({ "channel": "email", "direction": "in", "body": "And?" })))
            .await;
    }
    let same = "select count(*) from cause_tag t join complaint c on c.id = t.complaint where t.received_at = c.received_at \
                and t.waiting_since = c.waiting_since and t.next_due = c.next_due";
    assert_eq!(desk.raw().await.count(same).await, 18);
}

async fn rows_that_come_between_two_pages_disturb_neither(desk: Desk) {
    let ana = desk.agent().await;
    let old = nine(&desk, &ana).await;
    let query = Query { sort: Sort::Received, limit: 4, ..Query::default() };
    let first = desk.list(&ana, &query).await;
    desk.log(&ana, verbs::anonymous()).await;
    let rest = walk(&desk, &ana, Query { cursor: first.next, ..query }).await;
    let mut seen = ids(&first.items);
    seen.extend(ids(&rest));
    assert_eq!(seen, old.into_iter().rev().collect::<Vec<_>>());
}

async fn a_cursor_survives_being_written_and_read(desk: Desk) {
    let ana = desk.agent().await;
    nine(&desk, &ana).await;
    for sort in [Sort::Waiting, Sort::Received, Sort::Due] {
        let cursor = desk.list(&ana, &Query { sort, limit: 1, ..Query::default() }).await.next.unwrap();
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        let fits = [Sort::Waiting, Sort::Received, Sort::Due].map(|other| cursor.fits(other));
        assert_eq!(fits.iter().filter(|fits| **fits).count(), 1);
    }
    for bad in ["", "w", "w.1", "x.1.00000000000000000000000000000000", "w.one.0", "w.1.zero", "w.1.0.0"] {
        assert_eq!(bad.parse::<Cursor>(), Err(()), "{bad}");
    }
}

async fn whose_customer_waits_longest_comes_first_and_answered_ones_last(desk: Desk) {
    let ana = desk.agent().await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(desk.log(&ana, verbs::from_customer()).await.id);
        desk.later_by_minutes(1);
    }
    answer(&desk, &ana, ids[0]).await;
    // Who writes again waits from then on.
    let contact = json!({ "channel": "email", "direction": "in", "body": "And?" });
    desk.act(&ana, ids[1], verbs::contact(contact.clone())).await;
    assert_eq!(desk.ids(&ana, Query::default()).await, [ids[2], ids[3], ids[1], ids[0]]);
    desk.later_by_minutes(1);
    desk.act(&ana, ids[0], verbs::contact(contact)).await;
    assert_eq!(desk.ids(&ana, Query::default()).await, [ids[2], ids[3], ids[1], ids[0]]);
    let waits = desk.list(&ana, &Query { limit: 10, ..Query::default() }).await.items[3].waiting_since;
    assert_eq!(waits, Some(desk.now()));
}

async fn what_is_due_soonest_comes_first(desk: Desk) {
    let ana = desk.agent().await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(desk.log(&ana, verbs::from_customer()).await.id);
        desk.later_by_minutes(1);
    }
    answer(&desk, &ana, ids[0]).await; // the end is due, in fifteen days
    let told = json!({ "channel": "phone", "body": "We are on it." });
    desk.act(&ana, ids[1], verbs::acknowledge(told)).await; // the reply is due, in seven days
    let due = Query { sort: Sort::Due, limit: 10, ..Query::default() };
    assert_eq!(desk.ids(&ana, due.clone()).await, [ids[2], ids[3], ids[1], ids[0]]);

    desk.act(&ana, ids[0], verbs::answer("accepted")).await;
    desk.act(&ana, ids[0], verbs::cause("late", "primary")).await;
    desk.act(&ana, ids[0], verbs::close()).await;
    let closed = Query { scope: Scope::All, stage: Some(Stage::Closed), ..due };
    assert_eq!(desk.list(&ana, &closed).await.items[0].next_due, None);
}
