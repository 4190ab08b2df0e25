//! Many at once: one wins, the others are told, and nobody is left with a duty they cannot do.

use firsthand_domain::Refusal;
use firsthand_domain::code::HandoffState;
use firsthand_domain::id::ComplaintId;
use firsthand_domain::staff::Staff;
use firsthand_domain::verb::Verb;
use firsthand_storage::{Error, verify};
use futures_util::future::{join, join_all};
use serde_json::json;

use crate::support::{Desk, refusal, verbs};

stories!(
    one_of_thirty_two_answers_to_an_offer_wins,
    thirty_two_offers_at_once_leave_one_open,
    one_of_thirty_two_changes_of_a_version_wins,
    no_open_complaint_is_left_to_somebody_disabled,
    one_new_customer_who_calls_everybody_at_once_is_one_customer,
);

async fn one_of_thirty_two_answers_to_an_offer_wins(desk: Desk) {
    let [ana, ben] = desk.agents().await;
    let id = desk.log(&ana, verbs::anonymous()).await.id;
    let offer = desk.act(&ana, id, verbs::offer(ben.id)).await.handoffs[0].id;
    let answer = |n: usize| match n % 3 {
        0 => (&ben, verbs::accept(offer)),
        1 => (&ben, verbs::decline(offer)),
        _ => (&ana, verbs::recall(offer)),
    };
    let answers = desk.at_once(id, (0..32).map(answer).collect()).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 31));
    let state = desk.read(id).await.handoffs[0].state;
    assert_ne!(state, HandoffState::Offered);
    for answer in lost {
        assert_eq!(refusal(answer), Refusal::HandoffOver { state });
    }
    assert_eq!(desk.history(id).await.len(), 3);
    all_is_well(&desk).await;
}

async fn thirty_two_offers_at_once_leave_one_open(desk: Desk) {
    let ana = desk.agent().await;
    let others: [Staff; 4] = desk.agents().await;
    let id = desk.log(&ana, verbs::anonymous()).await.id;
    let offers = (0..32).map(|n| (&ana, verbs::offer(others[n % 4].id))).collect();
    let (won, lost): (Vec<_>, Vec<_>) = desk.at_once(id, offers).await.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    let handoff = desk.read(id).await.pending_handoff().unwrap().id;
    for answer in lost {
        assert_eq!(refusal(answer), Refusal::HandoffPending { handoff });
    }
    let open = "select count(*) from handoff where state = 'offered'";
    assert_eq!(desk.raw().await.count(open).await, 1);
    all_is_well(&desk).await;
}

async fn one_of_thirty_two_changes_of_a_version_wins(desk: Desk) {
    let ana = desk.agent().await;
    let seen = desk.log(&ana, verbs::anonymous()).await;
    let notes =
        (0..32).map(|n| desk.try_on(&ana, seen.id, verbs::note(&format!("note {n}")), Some(seen.version)));
    let (won, lost): (Vec<_>, Vec<_>) = join_all(notes).await.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    for answer in lost {
        assert_eq!(refusal(answer), Refusal::Stale { version: 2 });
    }
    assert_eq!(desk.history(seen.id).await.len(), 2);
    all_is_well(&desk).await;
}

/// Open complaints and open promises whose owner cannot do anything any more.
const LEFT_ALONE: &str = "select (select count(*) from complaint c join staff s on s.id in (c.first_contact, c.handler) \
    where c.stage <> 'closed' and s.disabled_at is not null) + (select count(*) from promise p \
    join staff s on s.id = p.responsible where p.state in ('made', 'broken') and s.disabled_at is not null)";

/// A complaint, and a verb that gives somebody a duty on it: who does it, on what, and what.
async fn duty_for<'a>(
    desk: &Desk,
    way: usize,
    [ana, ben, lead]: [&'a Staff; 3],
) -> (&'a Staff, ComplaintId, Verb) {
    let id = desk.log(ana, verbs::anonymous()).await.id;
    match way {
        0 => {
            let offer = desk.act(ana, id, verbs::offer(ben.id)).await.handoffs[0].id;
            (ben, id, verbs::accept(offer))
        }
        1 => (ana, id, verbs::promise(desk.now().plus_minutes(60), ben.id)),
        2 => {
            let offer = desk.act(lead, id, verbs::succession(ana.id, ben.id)).await.successions[0].id;
            (ben, id, verbs::accept_succession(offer))
        }
        3 => (lead, id, Verb::Arbitrate(verbs::body(json!({ "handler": ben.id, "reason": "knows it" })))),
        4 => {
            let own = desk.log(ben, verbs::anonymous()).await.id;
            desk.act(lead, own, verbs::void()).await;
            (lead, own, Verb::Reopen(verbs::body(json!({ "reason": "no test after all" }))))
        }
        _ => {
            let own = desk.log(ben, verbs::anonymous()).await.id;
            desk.act(ben, own, Verb::Merge(verbs::body(json!({ "into": id })))).await;
            (ana, id, Verb::Unmerge(verbs::body(json!({ "complaint": own }))))
        }
    }
}

async fn no_open_complaint_is_left_to_somebody_disabled(desk: Desk) {
    let ana = desk.agent().await;
    let lead = desk.hire("lead", None).await;
    let mut raw = desk.raw().await;
    for round in 0..24 {
        let ben = desk.agent().await;
        let (who, id, verb) = duty_for(&desk, round % 6, [&ana, &ben, &lead]).await;
        let given = desk.try_do(who, id, verb);
        // Whoever is named first asks first.
        let (given, disabled) = if round / 6 % 2 == 0 {
            join(given, desk.disable(&lead, ben.id)).await
        } else {
            let (disabled, given) = join(desk.disable(&lead, ben.id), given).await;
            (given, disabled)
        };
        match (given, disabled) {
            (Ok(_), Err(Error::Refused(Refusal::OpenDuties(_)))) => {}
            (Err(Error::Refused(refusal)), Ok(_)) => {
                let names = ["read-only", "not-a-receiver", "first-contact-left"];
                assert!(names.contains(&refusal.name()), "round {round}: {refusal:?}");
            }
            other => panic!("round {round}: {other:?}"),
        }
        assert_eq!(raw.count(LEFT_ALONE).await, 0, "round {round}");
    }
    all_is_well(&desk).await;
}

async fn one_new_customer_who_calls_everybody_at_once_is_one_customer(desk: Desk) {
    let ana = desk.agent().await;
    let spellings = ["+36 1 234 5678", "(361) 234-5678"];
    let calls = (0..16).map(|n| {
        let customer = json!({ "name": "Ana Kovács", "phone": spellings[n % 2], "email": "ana@example.com" });
        desk.try_log(&ana, verbs::anonymous_and(json!({ "customer": customer })))
    });
    for call in join_all(calls).await {
        call.unwrap();
    }
    assert_eq!(desk.raw().await.count("select count(*) from customer").await, 1);
    assert_eq!(desk.raw().await.count("select count(*) from identifier").await, 2);
}

async fn all_is_well(desk: &Desk) {
    assert_eq!(verify::histories(&desk.db).await.unwrap().wrong, Vec::<String>::new());
}
