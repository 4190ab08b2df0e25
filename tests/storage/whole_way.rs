//! From the first word to the last: every verb through one change each, and the history folds to the row.

use firsthand_domain::Refusal;
use firsthand_domain::code::{Closure, Severity, Stage};
use firsthand_domain::id::ComplaintId;
use firsthand_domain::verb::Verb;
use firsthand_storage::{complaints, verify};
use serde_json::json;

use crate::support::{Desk, refusal, verbs};

stories!(
    a_complaint_goes_the_whole_way,
    a_complaint_settled_at_first_contact_is_closed_at_once,
    a_merge_changes_both_complaints_or_none,
    what_stays_of_a_merged_complaint_is_counted_until_they_are_parted,
    references_count_up_and_find_their_complaint,
);

async fn a_complaint_goes_the_whole_way(desk: Desk) {
    let [ana, ben] = desk.agents().await;
    let more = json!({ "points": ["open", "wet"], "product": "Kettle", "order_ref": "A-1" });
    let complaint = desk.log(&ana, verbs::and(verbs::from_customer(), more)).await;
    let (id, points) = (complaint.id, complaint.points.clone());
    assert_eq!((complaint.stage, complaint.version), (Stage::Received, 1));

    let offered = desk.act(&ana, id, verbs::offer(ben.id)).await;
    let taken = desk.act(&ben, id, verbs::accept(offered.pending_handoff().unwrap().id)).await;
    assert_eq!((taken.handler, taken.first_contact), (ben.id, ana.id));

    let assessed = desk.act(&ben, id, verbs::assess(json!({ "severity": "serious", "place": "Vác" }))).await;
    assert_eq!(assessed.stage, Stage::Investigating);
    desk.act(&ben, id, verbs::promise(desk.now().plus_minutes(60), ben.id)).await;
    desk.later_by_minutes(5);
    let promise = desk.read(id).await.promises[0].id;
    desk.act(&ben, id, verbs::keep(promise)).await;
    desk.act(&ben, id, verbs::decide("upheld")).await;

    let reply = json!({
        "kind": "substantive", "channel": "phone", "body": "We send another.", "delivered": false,
        "points_answered": points.iter().map(|p| p.id).collect::<Vec<_>>(),
    });
    let sent = desk.act(&ben, id, Verb::SendReply(verbs::body(reply))).await;
    assert_eq!(sent.stage, Stage::Decided);
    let replied = desk.act(&ben, id, verbs::delivered(sent.replies[0].id)).await;
    assert_eq!((replied.stage, replied.waiting_since), (Stage::Replied, None));
    desk.act(&ben, id, verbs::answer("accepted")).await;
    desk.act(&ben, id, verbs::cause("late", "primary")).await;
    let closed = desk.act(&ana, id, verbs::close()).await;
    assert_eq!((closed.stage, closed.closure), (Stage::Closed, Some(Closure::Accepted)));

    assert_eq!(desk.read(id).await, closed);
    let kinds: Vec<String> = desk.kinds(id).await.into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(
        kinds,
        [
            "received",
            "handoff_offered",
            "handoff_accepted",
            "assessed",
            "promise_made",
            "promise_kept",
            "decided",
            "reply_sent",
            "reply_delivered",
            "customer_answered",
            "cause_tagged",
            "closed",
        ]
    );
    all_is_well(&desk, 1).await;
}

async fn a_complaint_settled_at_first_contact_is_closed_at_once(desk: Desk) {
    let ana = desk.agent().await;
    let settled =
        json!({ "settled": { "reply": { "body": "Here is another." }, "cause": { "cause": "damaged" } } });
    let complaint = desk.log(&ana, verbs::and(verbs::from_customer(), settled)).await;
    assert_eq!(complaint.closure, Some(Closure::Accepted));
    assert_eq!(desk.read(complaint.id).await, complaint);

    let refused = json!({ "settled": { "reply": { "body": "Here is another." } } });
    assert_fits!(desk.try_log(&ana, verbs::and(verbs::from_customer(), refused)).await, Err(_));
    all_is_well(&desk, 1).await;
}

async fn a_merge_changes_both_complaints_or_none(desk: Desk) {
    let ana = desk.agent().await;
    let earlier = desk.log(&ana, verbs::from_customer()).await.id;
    desk.later_by_minutes(1);
    let later = desk.log(&ana, verbs::anonymous_and(json!({ "points": ["open"] }))).await.id;
    let merge = verbs::body(json!({ "into": earlier, "reason": "one parcel" }));
    let merged = desk.act(&ana, later, Verb::Merge(merge)).await;
    assert_eq!(merged.merged_into, Some(earlier));
    assert_eq!(desk.read(earlier).await.merged[0].complaint, later);
    assert_eq!(desk.view(earlier).await.points.len(), 1);

    let apart = verbs::body(json!({ "complaint": later }));
    desk.act(&ana, earlier, Verb::Unmerge(apart)).await;
    assert_eq!(desk.read(later).await.stage, Stage::Received);
    assert!(desk.read(earlier).await.merged.is_empty());
    all_is_well(&desk, 2).await;
}

/// What is said to stay is counted from then on, and what stood there before comes back when the two are parted.
async fn what_stays_of_a_merged_complaint_is_counted_until_they_are_parted(desk: Desk) {
    let ana = desk.agent().await;
    let log = async |product: &str, severity: &str| {
        desk.later_by_minutes(1);
        let more = json!({ "product": product, "place": "Huế", "severity": severity });
        desk.log(&ana, verbs::anonymous_and(more)).await.id
    };
    let earlier = desk.log(&ana, verbs::from_customer()).await;
    let (second, third) = (log("kettle", "serious").await, log("toaster", "critical").await);
    let merge = async |id, keep: &[&str]| {
        let body = verbs::body(json!({ "into": earlier.id, "keep": keep }));
        desk.act(&ana, id, Verb::Merge(body)).await;
        desk.read(earlier.id).await.details()
    };
    let apart = async |id: ComplaintId| {
        desk.act(&ana, earlier.id, Verb::Unmerge(verbs::body(json!({ "complaint": id })))).await;
        desk.read(earlier.id).await.details()
    };
    let before = earlier.details();
    let one = merge(second, &["product", "severity", "product"]).await;
    assert_eq!((one.product.as_deref(), one.severity), (Some("kettle"), Some(Severity::Serious)));
    assert_eq!(one.place, before.place);
    let two = merge(third, &["product"]).await;
    assert_eq!((two.product.as_deref(), two.severity), (Some("toaster"), Some(Severity::Serious)));
    // What the third took the place of was the second's, and goes with it.
    let without = apart(second).await;
    assert_eq!((without.product.as_deref(), without.severity), (Some("toaster"), before.severity));
    assert_eq!(apart(third).await, before);

    // What was said since is not taken back.
    merge(second, &["product", "place"]).await;
    desk.act(&ana, earlier.id, Verb::Assess(verbs::body(json!({ "product": "stove" })))).await;
    let said = apart(second).await;
    assert_eq!((said.product.as_deref(), said.place), (Some("stove"), before.place));
    let refused = Verb::Merge(verbs::body(json!({ "into": earlier.id, "keep": ["incident_at"] })));
    assert_fits!(refusal(desk.try_do(&ana, second, refused).await), Refusal::Field { field, .. } if field == "keep");
    all_is_well(&desk, 3).await;
}

async fn references_count_up_and_find_their_complaint(desk: Desk) {
    let ana = desk.agent().await;
    let mut references = Vec::new();
    for _ in 0..3 {
        let id = desk.log(&ana, verbs::anonymous()).await.id;
        let reference = desk.view(id).await.reference;
        let mut connection = desk.db.read().await.unwrap();
        let mut tx = connection.tx();
        assert_eq!(complaints::id_of(&mut tx, &reference).await.unwrap(), Some(id));
        assert_eq!(complaints::id_of(&mut tx, &id.to_string()).await.unwrap(), Some(id));
        assert_eq!(complaints::id_of(&mut tx, "C-1999-000001").await.unwrap(), None);
        references.push(reference);
    }
    assert_eq!(references, ["C-2026-000001", "C-2026-000002", "C-2026-000003"]);
}

async fn all_is_well(desk: &Desk, complaints: u64) {
    let found = verify::histories(&desk.db).await.unwrap();
    assert_eq!((found.complaints, found.wrong), (complaints, Vec::new()));
}
