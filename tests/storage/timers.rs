//! What happens later, with nobody signed in.

use firsthand_domain::code::{HandoffState, PromiseState};
use firsthand_domain::history::Actor;
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::Log;
use firsthand_storage::{complaints, timers, verify};
use futures_util::future::try_join_all;
use serde_json::json;

use crate::support::{Desk, verbs};

stories!(
    a_promise_falls_due_with_nobody_signed_in,
    a_promise_can_be_kept_at_its_very_last_moment,
    an_offer_lapses_with_nobody_signed_in,
    eight_workers_make_each_thing_happen_once,
    what_was_done_in_time_leaves_its_timer_nothing_to_do,
    more_than_one_round_of_timers_is_worked_off,
    a_timer_that_fails_does_not_hold_up_the_others,
);

/// The smallest step of time there is.
fn just_after(at: Timestamp) -> Timestamp {
    Timestamp::from_micros(at.micros() + 1)
}

async fn fire(desk: &Desk) -> usize {
    timers::fire_due(&desk.db).await.unwrap()
}

async fn a_promise_falls_due_with_nobody_signed_in(desk: Desk) {
    let ana = desk.agent().await;
    let id = desk.log(&ana, verbs::anonymous()).await.id;
    let due_at = desk.now().plus_minutes(60);
    desk.act(&ana, id, verbs::promise(due_at, ana.id)).await;

    desk.set_now(due_at);
    assert_eq!(fire(&desk).await, 0);
    assert_eq!(desk.read(id).await.promises[0].state, PromiseState::Made);

    desk.set_now(just_after(due_at));
    assert_eq!(fire(&desk).await, 1);
    assert_eq!(desk.read(id).await.promises[0].state, PromiseState::Broken);
    let last = desk.kinds(id).await.pop().unwrap();
    assert_eq!(last, (Actor::System, "promise_broken".to_owned()));
    assert_eq!(desk.raw().await.count("select count(*) from history where actor is null").await, 1);

    assert_eq!(fire(&desk).await, 0);
    assert_eq!(desk.read(id).await.version, 3);
}

async fn a_promise_can_be_kept_at_its_very_last_moment(desk: Desk) {
    let ana = desk.agent().await;
    let id = desk.log(&ana, verbs::anonymous()).await.id;
    let due_at = desk.now().plus_minutes(60);
    let promise = desk.act(&ana, id, verbs::promise(due_at, ana.id)).await.promises[0].id;
    desk.set_now(due_at);
    fire(&desk).await;
    desk.act(&ana, id, verbs::keep(promise)).await;
    desk.later_by_days(1);
    assert_eq!(fire(&desk).await, 1);
    assert_eq!(desk.read(id).await.promises[0].state, PromiseState::Kept);
}

async fn an_offer_lapses_with_nobody_signed_in(desk: Desk) {
    let [ana, ben] = desk.agents().await;
    let id = desk.log(&ana, verbs::anonymous()).await.id;
    let offer = desk.act(&ana, id, verbs::offer(ben.id)).await.handoffs.remove(0);

    desk.set_now(Timestamp::from_micros(offer.answer_by.micros() - 1));
    assert_eq!(fire(&desk).await, 0);
    desk.set_now(offer.answer_by);
    assert_eq!(fire(&desk).await, 1);
    let complaint = desk.read(id).await;
    assert_eq!((complaint.handoffs[0].state, complaint.handler), (HandoffState::Lapsed, ana.id));
    let last = desk.kinds(id).await.pop().unwrap();
    assert_eq!(last, (Actor::System, "handoff_lapsed".to_owned()));
    assert_eq!(fire(&desk).await, 0);
}

async fn eight_workers_make_each_thing_happen_once(desk: Desk) {
    let [ana, ben] = desk.agents().await;
    let mut all = Vec::new();
    for _ in 0..12 {
        let id = desk.log(&ana, verbs::anonymous()).await.id;
        desk.act(&ana, id, verbs::promise(desk.now().plus_minutes(60), ana.id)).await;
        desk.act(&ana, id, verbs::offer(ben.id)).await;
        all.push(id);
    }
    desk.later_by_days(2);
    let fired = try_join_all((0..8).map(|_| timers::fire_due(&desk.db))).await.unwrap();
    assert_eq!(fired.iter().sum::<usize>(), 24);
    for id in all {
        let kinds: Vec<String> = desk.kinds(id).await.into_iter().map(|(_, kind)| kind).collect();
        assert_eq!(kinds[3..], ["promise_broken", "handoff_lapsed"]);
    }
    assert_eq!(fire(&desk).await, 0);
    assert_eq!(verify::histories(&desk.db).await.unwrap().wrong, Vec::<String>::new());
}

async fn what_was_done_in_time_leaves_its_timer_nothing_to_do(desk: Desk) {
    let [ana, ben] = desk.agents().await;
    let id = desk.log(&ana, verbs::anonymous()).await.id;
    let offer = desk.act(&ana, id, verbs::offer(ben.id)).await.handoffs[0].id;
    let before = desk.act(&ben, id, verbs::accept(offer)).await;
    desk.later_by_days(2);
    assert_eq!(fire(&desk).await, 1);
    assert_eq!(desk.read(id).await, before);
    assert_eq!(fire(&desk).await, 0);
}

async fn more_than_one_round_of_timers_is_worked_off(desk: Desk) {
    let ana = desk.agent().await;
    let promise = json!({ "promise": { "text": "we call back", "due_at": desk.now().plus_minutes(60) } });
    let log: Log = verbs::body(verbs::anonymous_and(promise));
    let many = desk.db.change(move |unit| {
        let log = log.clone();
        Box::pin(async move {
            for _ in 0..101 {
                complaints::log(unit, ana.id, &log).await?;
            }
            Ok(())
        })
    });
    many.await.unwrap();
    desk.later_by_days(1);
    assert_eq!(fire(&desk).await, 101);
    let mut raw = desk.raw().await;
    assert_eq!(raw.count("select count(*) from promise where state = 'broken'").await, 101);
    assert_eq!(raw.count("select count(*) from timer").await, 0);
}

async fn a_timer_that_fails_does_not_hold_up_the_others(desk: Desk) {
    let ana = desk.agent().await;
    let mut all = Vec::new();
    for minutes in [60, 61] {
        let id = desk.log(&ana, verbs::anonymous()).await.id;
        desk.act(&ana, id, verbs::promise(desk.now().plus_minutes(minutes), ana.id)).await;
        all.push(id);
    }
    let spoil = "update complaint set state = '{}' where id = $1";
    desk.raw().await.run_on(spoil, all[0].0).await.unwrap();
    desk.later_by_days(1);
    assert!(timers::fire_due(&desk.db).await.is_err(), "what failed is told");
    assert_eq!(desk.read(all[1]).await.promises[0].state, PromiseState::Broken);
    assert_eq!(desk.raw().await.count("select count(*) from timer").await, 1);
}
