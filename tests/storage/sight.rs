//! Who sees what: the lists ask the database, the domain says what is right, and both say the same.

use std::collections::BTreeSet;

use firsthand_domain::complaint::Complaint;
use firsthand_domain::id::{ComplaintId, StaffId};
use firsthand_domain::staff::Staff;
use firsthand_storage::list::{Query, Scope, Sort};
use serde_json::json;

use crate::support::{Desk, refusal, verbs};

stories!(
    every_list_shows_what_the_domain_says,
    sight_goes_with_the_duty,
    what_cannot_be_seen_cannot_be_touched
);

/// Everybody at the desk: two teams, nobody's, and every role.
async fn everybody(desk: &Desk) -> Vec<Staff> {
    let people = [
        ("agent", Some("north")),
        ("agent", Some("south")),
        ("agent", None),
        ("lead", Some("north")),
        ("admin", None),
        ("auditor", None),
        ("agent", Some("north")),
        ("lead", None),
    ];
    let mut all = Vec::new();
    for (role, team) in people {
        all.push(desk.hire(role, team).await);
    }
    all
}

/// Restricted or not, about each person or nobody, logged by different people, at different points of their way.
async fn all_sorts(desk: &Desk, people: &[Staff]) {
    let abouts: Vec<Option<StaffId>> =
        [None].into_iter().chain(people.iter().take(6).map(|s| Some(s.id))).collect();
    let mut number = 0;
    for logger in [&people[0], &people[1], &people[3], &people[4]] {
        for about in &abouts {
            for restricted in [false, true] {
                number += 1;
                let next = |step: usize| &people[(number * step) % 5];
                let handler = (*about == Some(logger.id)).then_some(people[6].id);
                let body = json!({ "about_staff": about, "restricted": restricted, "handler": handler });
                let id = desk.log(logger, verbs::anonymous_and(body)).await.id;
                let lead = &people[7];
                // What the rules refuse (an offer to the person complained about) just does not happen.
                let _ = match number % 6 {
                    0 => desk.try_do(lead, id, verbs::offer(next(1).id)).await,
                    1 => desk.try_do(lead, id, verbs::promise(desk.now().plus_minutes(60), next(3).id)).await,
                    2 => desk.try_do(lead, id, verbs::succession(logger.id, next(2).id)).await,
                    3 => hand_over(desk, lead, id, next(3)).await,
                    4 => desk.try_do(lead, id, verbs::void()).await,
                    _ => desk.try_do(lead, id, verbs::assess(json!({ "restricted": !restricted }))).await,
                };
            }
        }
    }
}

async fn hand_over(
    desk: &Desk,
    lead: &Staff,
    id: ComplaintId,
    to: &Staff,
) -> firsthand_storage::Result<Complaint> {
    let offered = desk.try_do(lead, id, verbs::offer(to.id)).await?;
    desk.try_do(to, id, verbs::accept(offered.pending_handoff().unwrap().id)).await
}

/// What a view shows, in the words of the API.
fn belongs(scope: Scope, c: &Complaint, me: &Staff, team_of: impl Fn(StaffId) -> Option<String>) -> bool {
    let (first, handler) = (c.first_contact == me.id, c.handler == me.id);
    match scope {
        Scope::All => true,
        Scope::Mine => c.is_open() && (first || handler),
        Scope::Offered => {
            c.pending_handoff().is_some_and(|h| h.to == me.id)
                || c.pending_successions().any(|s| s.to == me.id)
        }
        Scope::Promised => c.open_promises().any(|p| p.responsible == me.id),
        Scope::HandedOver => {
            let offered = c.pending_handoff().is_some_and(|h| h.from == me.id);
            c.is_open() && ((first && !handler) || offered)
        }
        Scope::Team if me.team.is_none() => first || handler,
        Scope::Team => team_of(c.first_contact) == me.team || team_of(c.handler) == me.team,
    }
}

async fn every_list_shows_what_the_domain_says(desk: Desk) {
    let people = everybody(&desk).await;
    all_sorts(&desk, &people).await;
    let team_of = |id: StaffId| people.iter().find(|s| s.id == id).unwrap().team.clone();
    let mut all = Vec::new();
    for (id,) in desk.raw().await.ids("select id from complaint").await {
        all.push(desk.read(ComplaintId(id)).await);
    }
    assert_eq!(all.len(), 56);

    let mut hidden = 0;
    for me in &people {
        for scope in
            [Scope::All, Scope::Mine, Scope::Offered, Scope::Promised, Scope::HandedOver, Scope::Team]
        {
            let right: BTreeSet<ComplaintId> = all
                .iter()
                .filter(|c| c.visible_to(me) && belongs(scope, c, me, team_of))
                .map(|c| c.id)
                .collect();
            hidden += if scope == Scope::All { all.len() - right.len() } else { 0 };
            for sort in [Sort::Waiting, Sort::Received, Sort::Due] {
                let shown = desk.ids(me, Query { scope, sort, ..Query::default() }).await;
                assert_eq!(shown.len(), right.len(), "{} {scope:?} {sort:?}", me.name);
                assert_eq!(BTreeSet::from_iter(shown), right, "{} {scope:?} {sort:?}", me.name);
            }
        }
    }
    assert!(hidden > 60, "only {hidden} times was something hidden, so this showed little");
}

async fn sight_goes_with_the_duty(desk: Desk) {
    let [ana, ben, eva] = desk.agents().await;
    let all = || Query { scope: Scope::All, ..Query::default() };
    let id = desk.log(&ana, verbs::anonymous_and(json!({ "restricted": true }))).await.id;
    assert!(desk.ids(&ben, all()).await.is_empty());

    let offer = desk.act(&ana, id, verbs::offer(ben.id)).await.handoffs[0].id;
    assert_eq!(desk.ids(&ben, all()).await, [id]);
    desk.act(&ben, id, verbs::decline(offer)).await;
    assert!(desk.ids(&ben, all()).await.is_empty());

    let promise = desk.act(&ana, id, verbs::promise(desk.now().plus_minutes(9), eva.id)).await.promises[0].id;
    assert_eq!(desk.ids(&eva, all()).await, [id]);
    desk.act(&eva, id, verbs::keep(promise)).await;
    assert!(desk.ids(&eva, all()).await.is_empty());

    desk.act(&ana, id, verbs::assess(json!({ "restricted": false }))).await;
    assert_eq!(desk.ids(&eva, all()).await, [id]);
    desk.act(&ana, id, verbs::assess(json!({ "restricted": true }))).await;
    assert!(desk.ids(&eva, all()).await.is_empty());
    assert_eq!(desk.ids(&ana, all()).await, [id]);
}

async fn what_cannot_be_seen_cannot_be_touched(desk: Desk) {
    let [ana, ben] = desk.agents().await;
    let lead = desk.hire("lead", None).await;
    let body = json!({ "restricted": true, "about_staff": lead.id });
    let id = desk.log(&ana, verbs::anonymous_and(body)).await.id;
    let open = desk.log(&ben, verbs::anonymous()).await.id;
    for (who, on, verb) in [
        (&ben, id, verbs::note("hello")),
        (&lead, id, verbs::note("hello")),
        (&ben, ComplaintId(ana.id.0), verbs::note("hello")),
        // Not even as the other complaint of a verb.
        (&ben, open, verbs::link(id)),
    ] {
        let refused = refusal(desk.try_do(who, on, verb).await);
        assert_eq!(refused, firsthand_domain::Refusal::NotFound);
    }
}
