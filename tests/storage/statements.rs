//! Every text that storage sends is one that its engine understands.

use firsthand_domain::code::{Channel, Stage};
use firsthand_domain::id::{CauseId, CustomerId};
use firsthand_domain::staff::Staff;
use firsthand_storage::every_statement;
use firsthand_storage::list::{Cursor, Query, Scope, Sort, text_on_sqlite};
use uuid::Uuid;

use crate::support::{Desk, verbs};

stories!(
    every_statement_is_understood,
    every_shape_of_list_is_understood,
    no_list_reads_the_whole_table,
    the_complaints_lead_in_every_list,
    a_cause_is_read_along_its_tags,
    lists_of_one_filter_are_not_sorted,
);

async fn every_statement_is_understood(desk: Desk) {
    let all = every_statement();
    assert!(all.len() > 60, "only {} statements are listed", all.len());
    let mut raw = desk.raw().await;
    for (name, sql) in all {
        raw.prepare(&sql).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

const SCOPES: [Scope; 6] =
    [Scope::Mine, Scope::Offered, Scope::Promised, Scope::HandedOver, Scope::Team, Scope::All];
const SORTS: [Sort; 3] = [Sort::Waiting, Sort::Received, Sort::Due];

type Filter = fn(&Staff, &mut Query);

const FILTERS: [Filter; 11] = [
    |_, q| q.stage = Some(Stage::Received),
    |me, q| q.first_contact = Some(me.id),
    |me, q| q.handler = Some(me.id),
    |_, q| q.customer = Some(CustomerId(Uuid::nil())),
    |_, q| q.cause = Some(CauseId(Uuid::nil())),
    |_, q| q.category = Some("Delivery > Late".to_owned()),
    |_, q| q.product = Some("Kettle".to_owned()),
    |_, q| q.place = Some("Vác".to_owned()),
    |_, q| q.channel = Some(Channel::Phone),
    |_, q| q.received_from = Some(firsthand_domain::time::Timestamp::from_micros(0)),
    |_, q| q.received_to = Some(firsthand_domain::time::Timestamp::NEVER),
];

const NAMES: [&str; 11] = [
    "stage",
    "first_contact",
    "handler",
    "customer",
    "cause",
    "category",
    "product",
    "place",
    "channel",
    "received_from",
    "received_to",
];

async fn every_shape_of_list_is_understood(desk: Desk) {
    let readers =
        [desk.hire("agent", Some("north")).await, desk.agent().await, desk.hire("lead", None).await];
    let cursors =
        ["w", "r", "d"].map(|letter| format!("{letter}.0.{}", Uuid::nil()).parse::<Cursor>().unwrap());
    let mut shapes = Vec::new();
    for reader in &readers {
        for scope in SCOPES {
            shapes.extend([
                (reader, Query { scope, ..Query::default() }),
                (reader, Query { scope, ..with(&FILTERS, reader) }),
            ]);
        }
    }
    for filter in FILTERS {
        shapes.push((&readers[0], Query { scope: Scope::All, ..with(&[filter], &readers[0]) }));
    }
    for (reader, shape) in shapes {
        for (sort, cursor) in SORTS.into_iter().zip(cursors) {
            for cursor in [None, Some(cursor)] {
                let query = Query { sort, cursor, limit: 50, ..shape.clone() };
                assert!(desk.list(reader, &query).await.items.is_empty());
            }
        }
    }
}

/// The plans of SQLite: every list runs along an index. (On a few rows PostgreSQL rightly reads the table.)
async fn no_list_reads_the_whole_table(desk: Desk) {
    let reader = desk.hire("agent", Some("north")).await;
    for (query, step) in plans(&desk, &reader).await {
        assert!(!step.starts_with("SCAN c") || step.contains("INDEX"), "{step}: {query:?}");
    }
}

/// The complaints of a cause come along an index of its tags in each order, from the cursor on;
/// also with what the planner learns of a cause that nearly all have.
async fn a_cause_is_read_along_its_tags(desk: Desk) {
    if desk.is_postgres() {
        return;
    }
    let reader = desk.hire("agent", Some("north")).await;
    let mut raw = desk.raw().await;
    for learned in [false, true] {
        if learned {
            for _ in 0..60 {
                let id = desk.log(&reader, verbs::anonymous()).await.id;
                desk.act(&reader, id, verbs::cause("late", "primary")).await;
            }
            raw.run("analyze").await.unwrap();
        }
        for scope in [Scope::All, Scope::Team] {
            for (sort, letter, index) in
                [(Sort::Received, "r", "received"), (Sort::Waiting, "w", "waiting"), (Sort::Due, "d", "due")]
            {
                for filters in [&FILTERS[4..5], &FILTERS[4..6], &FILTERS[4..]] {
                    let cursor = format!("{letter}.0.{}", Uuid::nil()).parse().unwrap();
                    for cursor in [None, Some(cursor)] {
                        let query = Query { sort, scope, cursor, limit: 50, ..with(filters, &reader) };
                        let steps = raw.plan(&text_on_sqlite(&reader, &query)).await;
                        // Between two times the planner may rather go by time, and sort what it finds.
                        if filters.len() < 3 || sort == Sort::Received {
                            let along = format!("SEARCH t USING INDEX cause_tag_{index} ");
                            assert!(steps[0].starts_with(&along), "{steps:?}");
                            assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:?}");
                        }
                        assert!(steps[0].starts_with("SEARCH t USING INDEX cause_tag_"), "{steps:?}");
                    }
                }
            }
        }
    }
}

/// The complaints lead, along the order of the list; they are not gathered person by person and sorted: also with what
/// the planner learns of a desk with few people and many complaints.
async fn the_complaints_lead_in_every_list(desk: Desk) {
    let reader = desk.hire("agent", Some("north")).await;
    for _ in 0..100 {
        desk.log(&reader, verbs::anonymous()).await;
    }
    desk.raw().await.run("analyze").await.unwrap();
    for (query, step) in plans(&desk, &reader).await {
        let person = ["SCAN f", "SCAN h"].iter().any(|scan| step == *scan);
        assert!(query.scope == Scope::Team || !person, "{step}: {query:?}");
    }
}

/// The rows come in the order of the list, along an index, and the reading stops at the limit. What is sorted is told
/// here, so that one more, and one less, is noticed: sorts that no index has, and filters that begin elsewhere, where
/// only what the filter found is sorted.
async fn lists_of_one_filter_are_not_sorted(desk: Desk) {
    let reader = desk.hire("agent", Some("north")).await;
    let mut raw = desk.raw().await;
    let mut sorted = Vec::new();
    for (name, filter) in NAMES.iter().zip(FILTERS) {
        for sort in SORTS {
            let query = Query { sort, limit: 50, scope: Scope::All, ..with(&[filter], &reader) };
            let steps = raw.plan(&text_on_sqlite(&reader, &query)).await;
            if steps.iter().any(|step| step.contains("TEMP B-TREE FOR ORDER BY")) {
                sorted.push(format!("{name} {sort:?}"));
            }
        }
    }
    let expected: &[&str] = if desk.is_postgres() { &[] } else { &SORTED };
    assert_eq!(sorted, expected);
}

const SORTED: [&str; 8] = [
    "customer Waiting",
    "customer Received",
    "customer Due",
    "category Due",
    "product Due",
    "place Waiting",
    "place Due",
    "channel Due",
];

/// Every step of every list's plan; none on PostgreSQL.
async fn plans(desk: &Desk, reader: &Staff) -> Vec<(Query, String)> {
    let mut raw = desk.raw().await;
    let mut shapes: Vec<Query> = SCOPES.map(|scope| Query { scope, ..Query::default() }).into();
    for filter in FILTERS {
        shapes.push(Query { scope: Scope::All, ..with(&[filter], reader) });
    }
    let team_and_stage = Query { scope: Scope::Team, ..with(&FILTERS[..1], reader) };
    let customer_and_from = Query { scope: Scope::All, ..with(&[FILTERS[3], FILTERS[9]], reader) };
    shapes.extend([team_and_stage, customer_and_from]);
    let mut all = Vec::new();
    for shape in shapes {
        for sort in SORTS {
            let query = Query { sort, limit: 50, ..shape.clone() };
            let steps = raw.plan(&text_on_sqlite(reader, &query)).await;
            all.extend(steps.into_iter().map(|step| (query.clone(), step)));
        }
    }
    all
}

fn with(filters: &[Filter], reader: &Staff) -> Query {
    let mut query = Query::default();
    for filter in filters {
        filter(reader, &mut query);
    }
    query
}
