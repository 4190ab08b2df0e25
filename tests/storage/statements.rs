//! Every text that storage sends is one that its engine understands.

use firsthand_domain::code::{Channel, Stage};
use firsthand_domain::id::{CauseId, CustomerId};
use firsthand_domain::staff::Staff;
use firsthand_storage::every_statement;
use firsthand_storage::list::{Cursor, Query, Scope, Sort, text_on_sqlite};
use uuid::Uuid;

use crate::support::Desk;

stories!(every_statement_is_understood, every_shape_of_list_is_understood, no_list_reads_the_whole_table);

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
    let mut raw = desk.raw().await;
    let mut shapes: Vec<Query> = SCOPES.map(|scope| Query { scope, ..Query::default() }).into();
    for filter in FILTERS {
        shapes.push(Query { scope: Scope::All, ..with(&[filter], &reader) });
    }
    let team_and_stage = Query { scope: Scope::Team, ..with(&FILTERS[..1], &reader) };
    let customer_and_from = Query { scope: Scope::All, ..with(&[FILTERS[3], FILTERS[9]], &reader) };
    shapes.extend([team_and_stage, customer_and_from]);
    for shape in shapes {
        for sort in SORTS {
            let query = Query { sort, limit: 50, ..shape.clone() };
            for step in raw.plan(&text_on_sqlite(&reader, &query)).await {
                let whole = step.starts_with("SCAN c") && !step.contains("INDEX");
                assert!(!whole, "{step}: {query:?}");
            }
        }
    }
}

fn with(filters: &[Filter], reader: &Staff) -> Query {
    let mut query = Query::default();
    for filter in filters {
        filter(reader, &mut query);
    }
    query
}
