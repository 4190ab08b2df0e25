//! Filters show what they name and nothing else.

use firsthand_domain::code::{Channel, Closure, Stage};
use firsthand_domain::id::ComplaintId;
use firsthand_storage::list::{Query, Scope, Sort};
use serde_json::json;

use crate::support::{Desk, verbs};

stories!(
    each_filter_shows_what_it_names,
    a_time_filter_takes_its_first_instant_and_not_its_last,
    a_row_shows_what_the_complaint_is,
);

fn all() -> Query {
    Query { scope: Scope::All, sort: Sort::Received, ..Query::default() }
}

async fn each_filter_shows_what_it_names(desk: Desk) {
    let [ana, ben] = desk.agents().await;
    let plain = desk.log(&ben, verbs::anonymous()).await.id;
    let special = json!({
        "channel": "letter", "category": "Delivery > Late", "product": "Kettle", "place": "Vác",
        "customer": { "name": "Ana Kovács", "phone": "111 222" },
    });
    let complaint = desk.log(&ana, verbs::anonymous_and(special)).await;
    let id = complaint.id;
    let offer = desk.act(&ana, id, verbs::offer(ben.id)).await.handoffs[0].id;
    desk.act(&ben, id, verbs::accept(offer)).await;
    desk.act(&ana, id, verbs::assess(json!({ "severity": "critical" }))).await;
    desk.act(&ana, id, verbs::cause("late", "primary")).await;
    let tagged = desk.act(&ana, id, verbs::cause("damaged", "primary")).await;
    let (late, damaged) = (tagged.causes[0].cause, tagged.causes[1].cause);

    let found = [
        Query { stage: Some(Stage::Investigating), ..all() },
        Query { first_contact: Some(ana.id), ..all() },
        Query { customer: complaint.customer, ..all() },
        Query { cause: Some(damaged), ..all() },
        Query { category: Some("Delivery > Late".to_owned()), ..all() },
        Query { product: Some("Kettle".to_owned()), ..all() },
        Query { place: Some("Vác".to_owned()), ..all() },
        Query { channel: Some(Channel::Letter), ..all() },
        Query {
            stage: Some(Stage::Investigating),
            place: Some("Vác".to_owned()),
            handler: Some(ben.id),
            ..all()
        },
    ];
    for query in found {
        assert_eq!(desk.ids(&ana, query.clone()).await, [id], "{query:?}");
    }
    assert_eq!(desk.ids(&ana, Query { handler: Some(ben.id), ..all() }).await, [id, plain]);
    assert_eq!(desk.ids(&ana, Query { stage: Some(Stage::Received), ..all() }).await, [plain]);
    let nothing = [
        Query { cause: Some(late), ..all() }, // another tag has taken its place
        Query { product: Some("kettle".to_owned()), ..all() },
        Query { place: Some("%".to_owned()), ..all() },
        Query { channel: Some(Channel::Letter), first_contact: Some(ben.id), ..all() },
    ];
    for query in nothing {
        assert_eq!(desk.ids(&ana, query.clone()).await, Vec::<ComplaintId>::new(), "{query:?}");
    }
}

async fn a_time_filter_takes_its_first_instant_and_not_its_last(desk: Desk) {
    let ana = desk.agent().await;
    let mut ids = Vec::new();
    let start = desk.now();
    for _ in 0..4 {
        ids.push(desk.log(&ana, verbs::anonymous()).await.id);
        desk.later_by_minutes(1);
    }
    let at = |minutes: i64| Some(start.plus_minutes(minutes));
    for (from, to, expected) in [
        (at(1), at(3), vec![ids[2], ids[1]]),
        (at(3), None, vec![ids[3]]),
        (None, at(1), vec![ids[0]]),
        (at(2), at(2), vec![]),
        (at(3), at(1), vec![]),
        (None, None, vec![ids[3], ids[2], ids[1], ids[0]]),
    ] {
        let query = Query { received_from: from, received_to: to, ..all() };
        assert_eq!(desk.ids(&ana, query).await, expected, "{from:?} to {to:?}");
    }
}

async fn a_row_shows_what_the_complaint_is(desk: Desk) {
    let ana = desk.agent().await;
    let lead = desk.hire("lead", None).await;
    let body = json!({ "summary": "Open parcel", "restricted": true, "severity": "serious" });
    let id = desk.log(&ana, verbs::and(verbs::from_customer(), body)).await.id;
    desk.later_by_minutes(1);
    let complaint = desk.act(&lead, id, verbs::void()).await;
    let item = desk.list(&ana, &Query { limit: 1, ..all() }).await.items.remove(0);
    assert_eq!((item.id, item.version, item.cycle), (id, complaint.version, 1));
    assert_eq!(item.reference, desk.view(id).await.reference);
    assert_eq!((item.stage, item.closure), (Stage::Closed, Some(Closure::Void)));
    assert_eq!((item.channel, item.severity), (complaint.channel, complaint.severity));
    assert_eq!(item.summary.as_deref(), Some("Open parcel"));
    assert_eq!(item.customer, complaint.customer.map(|c| (c, Some("Ana Kovács".to_owned()))));
    assert_eq!((item.first_contact, item.handler), ((ana.id, ana.name.clone()), (ana.id, ana.name)));
    assert!(item.restricted);
    assert_eq!((item.received_at, item.closed_at), (complaint.received_at, Some(desk.now())));
    assert_eq!((item.waiting_since, item.next_due), (None, None));
}
