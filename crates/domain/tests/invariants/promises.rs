//! I-29 to I-31: a promise has a date and a person, is kept in time or not, and is never edited.

use firsthand_domain::code::PromiseState;
use firsthand_domain::complaint::Complaint;
use firsthand_domain::history::Fact;
use firsthand_domain::id::{ComplaintId, PromiseId};
use firsthand_domain::refusal::Refusal;
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::Verb;

use crate::machine::under_random_verbs;
use crate::say::{keep, plain, promise, promises, supersede, why};
use crate::world::{ANA, BEN, CAM, LEA, MRS_PHAM, OTTO, World, at};

#[test]
fn i29_every_promise_has_a_due_time_and_a_person_who_sees_to_it() {
    under_random_verbs(|turn| {
        for (_, entry, fact) in turn.facts() {
            if let Fact::PromiseMade { due_at, responsible, .. } = fact {
                assert!(*due_at > entry.at && *due_at == due_at.up_to_the_minute());
                assert!(turn.after.staff[responsible].can_hold_duty());
            }
        }
        for promise in turn.complaints().flat_map(Complaint::open_promises) {
            assert!(turn.after.staff[&promise.responsible].can_hold_duty());
        }
    });
}

#[test]
fn i29_a_promise_is_for_the_future_and_for_somebody_who_can_keep_it() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    assert_eq!(desk.refuses(ANA, id, &promises(desk.now)).name(), "invalid-field");
    assert_eq!(desk.refuses(ANA, id, &promises(desk.now.plus_days(-1))).name(), "invalid-field");
    let soon = desk.now.plus_minutes(1);
    let by_otto = Verb::MakePromise(promise(soon, Some(OTTO)));
    assert_eq!(desk.refuses(ANA, id, &by_otto).name(), "not-a-receiver");
    desk.does(ANA, id, &promises(soon));
    assert_eq!(desk.complaint(id).promises[0].responsible, ANA, "whoever makes it, when nobody is named");
}

#[test]
fn i30_a_promise_is_kept_exactly_when_it_is_recorded_in_time() {
    under_random_verbs(|turn| {
        for (was, step) in turn.moves() {
            let made = |id: &PromiseId| was.promises.iter().find(|p| p.id == *id).expect("made before");
            let last =
                |id: &PromiseId| made(id).due_at.plus_minutes(turn.after.policy.promise_tolerance_minutes);
            let now = step.entry.at;
            match &step.entry.fact {
                Fact::PromiseKept { promise } => {
                    assert!(now <= last(promise) && made(promise).state == PromiseState::Made);
                }
                Fact::PromiseKeptLate { promise } | Fact::PromiseAbandoned { promise } => {
                    assert_eq!(made(promise).state, PromiseState::Broken);
                }
                Fact::PromiseVoided { promise } => assert!(now <= last(promise)),
                Fact::PromiseSuperseded { promise } => {
                    assert!(now <= last(promise) && step.text.contains_key("consent"));
                }
                Fact::PromiseBroken { promise } => {
                    assert_eq!(made(promise).state, PromiseState::Made);
                    let moved = turn.facts().any(
                        |(_, _, f)| matches!(f, Fact::PromiseMade { replaces, .. } if *replaces == Some(*promise)),
                    );
                    assert!(now > last(promise) || moved, "too soon");
                }
                _ => {}
            }
        }
    });
}

#[test]
fn i30_the_edge_is_the_due_minute_with_the_tolerance() {
    for tolerance in [0, 5] {
        let (mut desk, id, promise) = promised("2026-03-02T10:30:00.000001Z", tolerance);
        assert_eq!(
            desk.complaint(id).promises[0].due_at,
            at("2026-03-02T10:31:00Z"),
            "upwards to the minute"
        );
        let edge = at("2026-03-02T10:31:00Z").plus_minutes(tolerance);
        let just_after = Timestamp::from_micros(edge.micros() + 1);

        desk.now = edge;
        assert_eq!(desk.timer(id, &Verb::PromiseFallsDue(promise)), [], "not yet broken");
        desk.does(ANA, id, &keep(promise));
        assert_eq!(state(&desk, id), PromiseState::Kept);

        let (mut desk, id, promise) = promised("2026-03-02T10:30:00.000001Z", tolerance);
        desk.now = just_after;
        assert_eq!(desk.refuses(ANA, id, &Verb::VoidPromise(promise, why())).name(), "promise-over");
        desk.does(ANA, id, &keep(promise));
        assert_eq!(state(&desk, id), PromiseState::KeptLate, "broken first, though no timer has said so");

        let (mut desk, id, promise) = promised("2026-03-02T10:30:00.000001Z", tolerance);
        desk.now = just_after;
        assert_eq!(desk.timer(id, &Verb::PromiseFallsDue(promise)).len(), 1);
        assert_eq!(desk.timer(id, &Verb::PromiseFallsDue(promise)), [], "once");
        assert_eq!(state(&desk, id), PromiseState::Broken);
        desk.does(ANA, id, &keep(promise));
        assert_eq!(state(&desk, id), PromiseState::KeptLate);
        assert_eq!(desk.refuses(ANA, id, &keep(promise)).name(), "promise-over");
    }
}

#[test]
fn i30_whoever_is_responsible_keeps_it_and_a_stranger_does_not() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    desk.does(ANA, id, &Verb::MakePromise(promise(desk.now.plus_days(1), Some(BEN))));
    let made = desk.complaint(id).promises[0].id;
    assert_eq!(desk.refuses(CAM, id, &keep(made)).name(), "not-yours");
    desk.does(BEN, id, &keep(made));
}

#[test]
fn i31_a_due_time_is_never_edited_and_a_new_one_is_a_new_record() {
    under_random_verbs(|turn| {
        for (was, is) in turn.pairs() {
            for (old, new) in was.promises.iter().zip(&is.promises) {
                assert_eq!((old.id, old.due_at, old.made_at), (new.id, new.due_at, new.made_at));
                assert_eq!((old.seq, old.replaces), (new.seq, new.replaces));
            }
        }
    });
}

#[test]
fn i31_with_consent_and_in_time_it_is_superseded_otherwise_broken_and_still_open() {
    let due_at = "2026-03-02T12:00:00Z";
    let tomorrow = at("2026-03-03T12:00:00Z");
    for (consent, late, becomes) in [
        (true, false, PromiseState::Superseded),
        (false, false, PromiseState::Broken),
        (true, true, PromiseState::Broken),
    ] {
        let (mut desk, id, promise) = promised(due_at, 0);
        if late {
            desk.later_by_minutes(181);
        }
        desk.does(ANA, id, &supersede(promise, tomorrow, consent));
        let [old, new] = &desk.complaint(id).promises[..] else { panic!("two records") };
        assert_eq!((old.state, old.due_at), (becomes, at(due_at)));
        assert_eq!((new.state, new.due_at, new.replaces), (PromiseState::Made, tomorrow, Some(promise)));
        assert_eq!(new.responsible, ANA);
        let refusal = desk.perform(Some(ANA), id, &supersede(promise, tomorrow, true));
        assert_eq!(refusal.is_err(), becomes == PromiseState::Superseded);
    }
}

#[test]
fn i30_only_a_lead_gives_a_broken_promise_up() {
    let (mut desk, id, promise) = promised("2026-03-02T12:00:00Z", 0);
    let give_up = Verb::AbandonPromise(promise, why());
    assert_eq!(desk.refuses(LEA, id, &give_up).name(), "promise-over");
    desk.later_by_days(1);
    assert_eq!(desk.refuses(ANA, id, &give_up), Refusal::NotYours { allowed: vec!["lead"] });
    assert_eq!(desk.does(LEA, id, &give_up).len(), 2, "broken, though no timer has said so, then abandoned");
    assert_eq!(state(&desk, id), PromiseState::Abandoned);
}

fn promised(due_at: &str, tolerance: i64) -> (World, ComplaintId, PromiseId) {
    let mut desk = World::small();
    desk.policy.promise_tolerance_minutes = tolerance;
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    desk.does(ANA, id, &promises(at(due_at)));
    let promise = desk.complaint(id).promises[0].id;
    (desk, id, promise)
}

fn state(desk: &World, id: ComplaintId) -> PromiseState {
    desk.complaint(id).promises[0].state
}
