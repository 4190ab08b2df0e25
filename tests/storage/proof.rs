//! S17: a decision of two years ago, done again today.

use firsthand_domain::authority::Dimension;
use firsthand_domain::customer::MergeCustomer;
use firsthand_domain::grant::{Grant, GrantStep};
use firsthand_domain::id::{AwardId, ComplaintId};
use firsthand_domain::staff::Staff;
use firsthand_domain::verb::Verb;
use firsthand_storage::awards::{self, reperform};
use firsthand_storage::{customers, ledger};
use serde_json::{Value, json};

use crate::grants::{step, write};
use crate::support::{Desk, verbs};

stories!(s17_a_decision_of_two_years_ago_is_done_again);

async fn active(desk: &Desk, writer: &Staff, activator: &Staff, body: Value) -> Grant {
    let grant = write(desk, writer, body).await.unwrap();
    step(desk, activator, grant.id, GrantStep::Activate, None).await.unwrap()
}

async fn give(desk: &Desk, by: &Staff, complaint: ComplaintId, amount: &str) -> AwardId {
    let body = json!({ "type": "refund", "basis": "goodwill", "reason": "late",
                       "value": { "amount": amount, "currency": "EUR" } });
    let (by, verb) = (by.id, Verb::ProposeAward(verbs::body(body)));
    let done = desk.db.change(move |unit| {
        let verb = verb.clone();
        Box::pin(async move { awards::perform(unit, by, complaint, &verb, None).await })
    });
    done.await.unwrap().unwrap().complaint.awards.last().unwrap().id
}

async fn s17_a_decision_of_two_years_ago_is_done_again(desk: Desk) {
    let (writer, other) = (desk.hire("admin", None).await, desk.hire("admin", None).await);
    let lead = desk.hire("lead", Some("north")).await;
    let ana = desk.hire("agent", Some("north")).await;
    let board = active(&desk, &writer, &other, json!({
        "holder": lead.id, "types": ["refund"], "bases": ["goodwill"], "currency": "EUR", "may_subdelegate": true,
        "limits": { "per_award": "500.00", "per_customer": { "amount": "900.00", "days": 90 } },
        "document": { "ref": "Resolution 7", "sha256": "a".repeat(64) },
    }))
    .await;
    let own = active(&desk, &lead, &other, json!({
        "holder": ana.id, "types": ["refund"], "bases": ["goodwill"], "currency": "EUR", "parent": board.id,
        "limits": { "per_award": "200.00", "per_holder": { "amount": "400.00", "days": 30 } },
    }))
    .await;
    let log = |name: &str| {
        json!({ "channel": "phone", "customer": { "name": name, "email": format!("{name}@example.org") },
                "narrative": "late", "desired_remedy": "money" })
    };
    let (first, second) = (desk.log(&ana, log("mai")).await, desk.log(&ana, log("mai.t")).await);
    let (mai, same) = (first.customer.unwrap(), second.customer.unwrap());
    let earlier = give(&desk, &ana, first.id, "120.00").await;
    let by = writer.id;
    let merged = desk.db.change(move |unit| {
        let into_mai = MergeCustomer { into: mai, keep: Vec::new() };
        Box::pin(async move { customers::merge(unit, by, same, &into_mai).await })
    });
    merged.await.unwrap();
    let award = give(&desk, &ana, second.id, "80.00").await;

    // Two years in which everything it rested on has changed.
    give(&desk, &ana, first.id, "30.00").await;
    let unmerged =
        desk.db.change(move |unit| Box::pin(async move { customers::unmerge(unit, by, mai, same).await }));
    unmerged.await.unwrap();
    desk.later_by_days(730);
    step(&desk, &writer, own.id, GrantStep::Revoke { for_cause: false }, None).await.unwrap();
    let wider = json!({
        "holder": ana.id, "types": ["refund"], "bases": ["goodwill"], "currency": "EUR", "parent": board.id,
        "limits": { "per_award": "400.00" },
    });
    active(&desk, &lead, &other, wider).await;
    give(&desk, &ana, second.id, "50.00").await;

    let mut connection = desk.db.read().await.unwrap();
    let mut tx = connection.tx();
    let found = firsthand_storage::complaints::read(&mut tx, second.id).await.unwrap().unwrap().complaint;
    let again = reperform::reperform(&mut tx, &found, found.award(award).unwrap()).await.unwrap();
    let [again] = again.as_slice() else { panic!("{again:?}") };
    assert!(again.agrees(), "{again:?}");
    let chain: Vec<_> = again.approval.cited.chain.iter().map(|c| (c.grant, c.version)).collect();
    assert_eq!(chain, [(own.id, own.version), (board.id, board.version)], "the chain to the root");
    let limit = |dimension: Dimension| again.bounds.iter().find(|b| b.bound.dimension == dimension).unwrap();
    let (case, holder) = (limit(Dimension::Case), limit(Dimension::Holder { days: 30 }));
    assert_eq!((case.bound.limit, case.bound.used, case.bound.remaining()), (20_000, 0, 20_000));
    assert_eq!((holder.bound.limit, holder.bound.used, holder.bound.remaining()), (40_000, 12_000, 28_000));
    // The customer was one person then, so what the other record was given before counts, and nothing given later.
    let customer = limit(Dimension::Customer { days: 90 });
    assert_eq!((customer.bound.limit, customer.bound.used), (90_000, 12_000));
    for counted in [holder, customer] {
        let competing: Vec<AwardId> = counted.competing.iter().map(|c| c.award).collect();
        assert_eq!(competing, [earlier]);
    }
    let entry = again.entry.unwrap();
    let entries = ledger::page(&mut tx, entry - 1, 1).await.unwrap();
    assert_eq!((entries[0].kind.as_str(), entries[0].subject), ("award_approved", Some(award.0)));
}
