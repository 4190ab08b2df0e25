//! Someone leaves: every duty passes, by name, to someone who says yes; only then are they gone.

use firsthand_domain::Refusal;
use firsthand_domain::code::SuccessionState;
use firsthand_domain::id::{ComplaintId, StaffId, SuccessionId};
use firsthand_domain::refusal::OpenDuties;
use firsthand_domain::staff::{OfferSuccessions, Staff};
use firsthand_storage::{Result, complaints, staff, verify};
use serde_json::json;

use crate::support::{Desk, refusal, verbs};

stories!(
    who_leaves_is_gone_when_every_duty_has_passed,
    a_lead_who_may_not_know_of_a_complaint_leaves_it_to_another,
    the_token_of_somebody_disabled_opens_nothing,
    an_address_belongs_to_one_person,
);

async fn offer_all(
    desk: &Desk,
    by: &Staff,
    from: &Staff,
    to: &Staff,
) -> Vec<(ComplaintId, Result<SuccessionId, Refusal>)> {
    let (by, from) = (by.id, from.id);
    let offer: OfferSuccessions = verbs::body(json!({ "to": to.id, "reason": "moves away" }));
    desk.db
        .change(move |unit| {
            let offer = offer.clone();
            Box::pin(async move { complaints::offer_successions(unit, by, from, &offer).await })
        })
        .await
        .unwrap()
}

async fn token(desk: &Desk, of: StaffId, secret: &str) {
    let hash = staff::token_hash(secret);
    desk.db
        .change(move |unit| Box::pin(async move { staff::add_token(unit, of, &hash).await }))
        .await
        .unwrap();
}

async fn holder(desk: &Desk, secret: &str) -> Option<StaffId> {
    let mut connection = desk.db.read().await.unwrap();
    let found = staff::by_token(&mut connection.tx(), &staff::token_hash(secret)).await.unwrap();
    found.map(|s| s.id)
}

async fn who_leaves_is_gone_when_every_duty_has_passed(desk: Desk) {
    let [ana, ben, eva] = desk.agents().await;
    let lead = desk.hire("lead", None).await;
    token(&desk, ana.id, "the token of ana").await;

    let own = desk.log(&ana, verbs::anonymous()).await.id;
    let handed = desk.log(&ana, verbs::anonymous()).await.id;
    let offer = desk.act(&ana, handed, verbs::offer(ben.id)).await.handoffs[0].id;
    desk.act(&ben, handed, verbs::accept(offer)).await;
    let taken = desk.log(&ben, verbs::anonymous()).await.id;
    let offer = desk.act(&ben, taken, verbs::offer(ana.id)).await.handoffs[0].id;
    desk.act(&ana, taken, verbs::accept(offer)).await;
    let promised = desk.log(&ben, verbs::anonymous()).await.id;
    let due_at = desk.now().plus_minutes(60);
    let promise = desk.act(&ben, promised, verbs::promise(due_at, ana.id)).await.promises[0].id;
    let foreign = desk.log(&ben, verbs::anonymous()).await.id;

    let duties = OpenDuties {
        first_contact: vec![own, handed],
        handler: vec![own, taken],
        promises: vec![promise],
        grants: Vec::new(),
        actions: Vec::new(),
    };
    let refused = refusal(desk.disable(&lead, ana.id).await);
    assert_eq!(refused, Refusal::OpenDuties(Box::new(duties)));

    let offered = offer_all(&desk, &lead, &ana, &eva).await;
    assert_eq!(offered.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [own, handed, taken, promised]);
    for (id, succession) in offered {
        assert_fits!(refusal(desk.disable(&lead, ana.id).await), Refusal::OpenDuties(_));
        desk.act(&eva, id, verbs::accept_succession(succession.unwrap())).await;
    }
    assert!(!desk.disable(&lead, ana.id).await.unwrap().active);
    assert!(!desk.staff(ana.id).await.active);
    assert_eq!(holder(&desk, "the token of ana").await, None);

    assert_eq!(desk.read(own).await.first_contact, eva.id);
    assert_eq!(desk.read(handed).await.handler, ben.id);
    assert_eq!(desk.read(taken).await.handler, eva.id);
    assert_eq!(desk.read(promised).await.promises[0].responsible, eva.id);
    assert!(desk.read(foreign).await.successions.is_empty());
    assert_eq!(desk.read(own).await.successions[0].state, SuccessionState::Accepted);
    assert_eq!(verify::histories(&desk.db).await.unwrap().wrong, Vec::<String>::new());
}

async fn a_lead_who_may_not_know_of_a_complaint_leaves_it_to_another(desk: Desk) {
    let [ana, eva] = desk.agents().await;
    let (lead, other) = (desk.hire("lead", None).await, desk.hire("lead", None).await);
    let plain = desk.log(&ana, verbs::anonymous()).await.id;
    let about = desk.log(&ana, verbs::anonymous_and(json!({ "about_staff": lead.id }))).await.id;
    let about_eva = desk.log(&ana, verbs::anonymous_and(json!({ "about_staff": eva.id }))).await.id;

    let offered = offer_all(&desk, &lead, &ana, &eva).await;
    assert_eq!(offered.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [plain, about_eva]);
    assert_fits!(&offered[1].1, Err(Refusal::NotAReceiver { .. }));
    let offered = offer_all(&desk, &other, &ana, &eva).await;
    assert_eq!(offered.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [plain, about, about_eva]);
    let states: Vec<_> = desk.read(plain).await.successions.iter().map(|s| s.state).collect();
    assert_eq!(states, [SuccessionState::Recalled, SuccessionState::Offered]);
}

async fn the_token_of_somebody_disabled_opens_nothing(desk: Desk) {
    let [ana, ben] = desk.agents().await;
    token(&desk, ana.id, "first").await;
    token(&desk, ana.id, "second").await;
    token(&desk, ben.id, "third").await;
    assert_eq!(holder(&desk, "second").await, Some(ana.id));
    desk.disable(&ben, ana.id).await.unwrap();
    desk.disable(&ben, ana.id).await.unwrap();
    let left = [holder(&desk, "first").await, holder(&desk, "second").await, holder(&desk, "third").await];
    assert_eq!(left, [None, None, Some(ben.id)]);
    assert_eq!(refusal(desk.try_log(&ana, verbs::anonymous()).await), Refusal::ReadOnly);
}

async fn an_address_belongs_to_one_person(desk: Desk) {
    let add = |email: &'static str| {
        let new: firsthand_domain::staff::NewStaff =
            verbs::body(json!({ "name": "Ana", "email": email, "role": "agent", "team": null }));
        desk.db.change(move |unit| {
            let new = new.clone();
            Box::pin(async move { staff::add(unit, &new, Some(b"hash")).await })
        })
    };
    let any = async || {
        let mut connection = desk.db.read().await.unwrap();
        staff::any(&mut connection.tx()).await.unwrap()
    };
    assert!(!any().await);
    let ana = add("Ana@Example.com").await.unwrap();
    assert!(any().await);
    assert_fits!(refusal(add("ana@example.COM").await), Refusal::Taken { field } if field == "email");

    let mut connection = desk.db.read().await.unwrap();
    let email = firsthand_domain::contact::Email::parse("ANA@example.com").unwrap();
    assert_eq!(staff::by_email(&mut connection.tx(), &email).await.unwrap(), Some(ana.clone()));
    assert_eq!(staff::page(&mut connection.tx(), None, 10).await.unwrap(), [ana]);
}
