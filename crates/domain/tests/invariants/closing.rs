//! I-12 to I-18: what closing needs. The properties read it from the history, not from the state.

use std::collections::BTreeSet;

use firsthand_domain::Step;
use firsthand_domain::code::{Answer, CauseRole, Channel, Closure, Finding, ReplyKind, ReplyState};
use firsthand_domain::history::Fact;
use firsthand_domain::id::{ComplaintId, PointId, PromiseId, ReplyId};
use firsthand_domain::refusal::{Missing, Refusal};
use firsthand_domain::verb::{Decide, SendReply, Verb};

use crate::machine::{Turn, person, under_random_verbs};
use crate::say::{
    a_reply, answers, call_customer, close, decide, plain, post, primary, promises, reply, send, tag, text,
    try_customer, with_points,
};
use crate::world::{ANA, BEN, LEA, MR_LI, MRS_PHAM, World, at};

/// Every closing fact of this turn that is subject to the reply rules, with the history before it.
pub(crate) fn closings<'t>(turn: &'t Turn<'_>) -> impl Iterator<Item = (&'t [Step], Closure, bool)> {
    let closed = turn.facts().filter_map(|(id, entry, fact)| match fact {
        Fact::Closed { closure, counted_apart } => Some((id, entry.seq, *closure, *counted_apart)),
        _ => None,
    });
    closed.filter_map(|(id, seq, closure, counted_apart)| {
        let answered = matches!(closure, Closure::Accepted | Closure::Unanswered | Closure::Deadlock);
        let before = usize::try_from(seq - 1).expect("a place");
        answered.then(|| (&turn.after.history(id)[..before], closure, counted_apart))
    })
}

fn facts(history: &[Step]) -> impl Iterator<Item = &Fact> {
    history.iter().map(|step| &step.entry.fact)
}

/// What happened since it was last taken up.
fn of_this_cycle(history: &[Step]) -> &[Step] {
    let taken_up = |step: &Step| matches!(step.entry.fact, Fact::Reopened { .. });
    history.iter().rposition(taken_up).map_or(history, |at| &history[at..])
}

/// The substantive replies that reached the customer or were posted.
fn substantive(history: &[Step]) -> BTreeSet<ReplyId> {
    let mut sent = BTreeSet::new();
    let mut arrived = BTreeSet::new();
    for fact in facts(history) {
        match fact {
            Fact::ReplySent { reply, reply_kind: ReplyKind::Substantive, state, .. } => {
                sent.insert(*reply);
                if *state != ReplyState::Sent {
                    arrived.insert(*reply);
                }
            }
            Fact::ReplyDelivered { reply } if sent.contains(reply) => {
                arrived.insert(*reply);
            }
            _ => {}
        }
    }
    arrived
}

#[test]
fn i12_nothing_closes_without_a_substantive_reply_that_arrived_in_this_cycle() {
    under_random_verbs(|turn| {
        for (history, closure, _) in closings(turn) {
            assert!(!substantive(of_this_cycle(history)).is_empty(), "{closure} after {history:#?}");
        }
    });
}

#[test]
fn i12_a_reply_on_its_way_or_failed_is_no_reply() {
    let (mut desk, id) = decided();
    desk.does(ANA, id, &reply(&[], false));
    let sent = desk.complaint(id).replies[0].id;
    let missing = missing(desk.refuses(ANA, id, &close()));
    assert!(missing.missing.contains(&"substantive_reply"));
    assert_eq!(missing.undelivered_replies, [sent]);
    desk.does(ANA, id, &crate::say::failed(sent));
    desk.refuses(ANA, id, &Verb::ReplyDelivered(sent));
    desk.refuses(ANA, id, &answers(Answer::Accepted));
    desk.does(ANA, id, &reply(&[], false));
    let again = desk.complaint(id).replies[1].id;
    desk.does(ANA, id, &Verb::ReplyDelivered(again));
    desk.does(ANA, id, &answers(Answer::Accepted));
    desk.does(ANA, id, &close());
}

#[test]
fn i12_posting_is_for_those_who_cannot_be_reached() {
    let (mut desk, id) = decided();
    assert_eq!(desk.refuses(ANA, id, &post()).name(), "invalid-field");

    let mut desk = World::small();
    for nobody_to_reach in [None, Some(MR_LI)] {
        let id = desk.takes(ANA, nobody_to_reach, &plain());
        desk.does(ANA, id, &decide(Finding::Rejected));
        desk.does(ANA, id, &post());
        desk.does(ANA, id, &close());
        let closed = desk.complaint(id);
        assert_eq!((closed.closure, closed.counted_apart), (Some(Closure::Unanswered), true));
    }
}

#[test]
fn i12_silence_takes_attempts_unless_all_that_could_be_done_was_to_post() {
    under_random_verbs(|turn| {
        for (history, closure, counted_apart) in closings(turn) {
            let said = |answer| {
                facts(of_this_cycle(history))
                    .any(|f| matches!(f, Fact::CustomerAnswered { answer: a, .. } if *a == answer))
            };
            match closure {
                Closure::Accepted => assert!(said(Answer::Accepted)),
                Closure::Deadlock => assert!(said(Answer::Disputed)),
                _ if counted_apart => assert!(!said(Answer::Accepted)),
                _ => assert!(attempts(of_this_cycle(history)) >= 3, "{history:#?}"),
            }
        }
    });
}

/// Outbound contacts that reached nobody, after the first reply that counts.
fn attempts(history: &[Step]) -> usize {
    let replies = substantive(history);
    let arrives = |step: &Step| match &step.entry.fact {
        Fact::ReplySent { reply, state, .. } => *state != ReplyState::Sent && replies.contains(reply),
        Fact::ReplyDelivered { reply } => replies.contains(reply),
        _ => false,
    };
    let after = history.iter().position(arrives).map_or(&[][..], |at| &history[at..]);
    facts(after).filter(|f| matches!(f, Fact::ContactRecorded { reached: false, .. })).count()
}

#[test]
fn i12_attempts_cover_two_channels_or_two_days_and_come_after_the_reply() {
    let (mut desk, id) = decided();
    desk.does(ANA, id, &try_customer(Channel::Sms));
    desk.does(ANA, id, &reply(&[], true));
    desk.later_by_minutes(60);
    desk.does(ANA, id, &call_customer(Channel::Email, true));
    for _ in 0..3 {
        desk.does(ANA, id, &try_customer(Channel::Phone));
    }
    let refusal = desk.refuses(ANA, id, &answers(Answer::NoAnswer));
    assert_eq!(refusal, Refusal::AttemptsMissing { attempts: 3, needed: 3, spread: 1, spread_needed: 2 });
    assert_eq!(missing(desk.refuses(ANA, id, &close())).missing, ["customer_answer"]);
    desk.now = at("2026-03-02T23:59:59Z");
    desk.does(ANA, id, &try_customer(Channel::Phone));
    desk.refuses(ANA, id, &answers(Answer::NoAnswer));
    desk.now = at("2026-03-03T00:00:00Z");
    desk.does(ANA, id, &try_customer(Channel::Phone));
    desk.does(ANA, id, &answers(Answer::NoAnswer));
    desk.does(ANA, id, &close());
    assert_eq!(desk.complaint(id).closure, Some(Closure::Unanswered));
    assert!(!desk.complaint(id).counted_apart);
}

#[test]
fn i12_a_posted_reply_beside_a_delivered_one_still_leaves_a_customer_to_ask() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MR_LI), &plain());
    desk.does(ANA, id, &decide(Finding::Rejected));
    desk.does(ANA, id, &post());
    desk.does(ANA, id, &reply(&[], true));
    assert_eq!(missing(desk.refuses(ANA, id, &close())).missing, ["customer_answer"]);
}

#[test]
fn i13_nothing_closes_with_an_unanswered_point() {
    under_random_verbs(|turn| {
        for (history, closure, _) in closings(turn) {
            let replies = substantive(history);
            let mut open: BTreeSet<PointId> = BTreeSet::new();
            let mut answered: BTreeSet<PointId> = BTreeSet::new();
            let mut carried: Vec<(ComplaintId, &[PointId])> = Vec::new();
            for fact in facts(history) {
                match fact {
                    Fact::Received(received) => open.extend(&received.points),
                    Fact::Assessed(assessed) => open.extend(&assessed.points),
                    Fact::MergeTaken { complaint, points, .. } => carried.push((*complaint, points)),
                    Fact::MergeReleased { complaint } => carried.retain(|(c, _)| c != complaint),
                    Fact::ReplySent { reply, points_answered, .. } if replies.contains(reply) => {
                        answered.extend(points_answered);
                    }
                    _ => {}
                }
            }
            open.extend(carried.iter().flat_map(|(_, points)| *points));
            let left: Vec<_> = open.difference(&answered).collect();
            assert!(left.is_empty(), "{closure} with {left:?} open");
        }
    });
}

#[test]
fn i13_every_point_needs_an_answer_that_arrived() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &with_points(2));
    let points: Vec<PointId> = desk.complaint(id).points.iter().map(|p| p.id).collect();
    desk.does(ANA, id, &decide(Finding::Rejected));
    let progress = SendReply { points_answered: points.clone(), ..a_reply(ReplyKind::Progress, true) };
    assert_eq!(desk.refuses(ANA, id, &Verb::SendReply(progress)).name(), "invalid-field");
    desk.does(ANA, id, &reply(&points[..1], true));
    desk.does(ANA, id, &reply(&points[1..], false));
    desk.does(ANA, id, &answers(Answer::Accepted));
    assert_eq!(missing(desk.refuses(ANA, id, &close())).unanswered_points, points[1..]);
    let on_its_way = desk.complaint(id).replies[1].id;
    desk.does(ANA, id, &Verb::ReplyDelivered(on_its_way));
    desk.does(ANA, id, &close());
}

#[test]
fn i14_nothing_is_closed_with_an_open_promise() {
    under_random_verbs(|turn| {
        for complaint in turn.complaints().filter(|c| !c.is_open()) {
            let mut open: BTreeSet<PromiseId> = BTreeSet::new();
            for fact in facts(turn.after.history(complaint.id)) {
                match fact {
                    Fact::PromiseMade { promise, .. } => drop(open.insert(*promise)),
                    Fact::PromiseKept { promise }
                    | Fact::PromiseKeptLate { promise }
                    | Fact::PromiseSuperseded { promise }
                    | Fact::PromiseVoided { promise }
                    | Fact::PromiseAbandoned { promise } => drop(open.remove(promise)),
                    _ => {}
                }
            }
            assert!(open.is_empty(), "{:?} with {open:?} open", complaint.closure);
        }
    });
}

#[test]
fn i14_a_broken_promise_is_still_open() {
    let (mut desk, id) = decided();
    desk.does(ANA, id, &promises(desk.now.plus_minutes(60)));
    let promise = desk.complaint(id).promises[0].id;
    desk.does(ANA, id, &reply(&[], true));
    desk.does(ANA, id, &answers(Answer::Accepted));
    assert_eq!(missing(desk.refuses(ANA, id, &close())).open_promises, [promise]);
    desk.later_by_minutes(61);
    desk.timer(id, &Verb::PromiseFallsDue(promise));
    assert_eq!(missing(desk.refuses(ANA, id, &close())).open_promises, [promise]);
    desk.refuses(ANA, id, &Verb::AbandonPromise(promise, crate::say::why()));
    desk.does(LEA, id, &Verb::AbandonPromise(promise, crate::say::why()));
    desk.does(ANA, id, &close());
}

#[test]
fn i16_nothing_upheld_closes_without_one_primary_cause() {
    under_random_verbs(|turn| {
        for (history, closure, _) in closings(turn) {
            let cycle = facts(of_this_cycle(history));
            let outcome = cycle.filter_map(|f| match f {
                Fact::Decided { outcome } => Some(*outcome),
                _ => None,
            });
            let named = |f: &Fact| matches!(f, Fact::CauseTagged { role: CauseRole::Primary, .. });
            if outcome.last().expect("decided") != Finding::Rejected {
                assert!(facts(history).any(named), "{closure}");
            }
        }
        for complaint in turn.complaints() {
            let standing = complaint.causes.iter().filter(|t| t.superseded_by.is_none());
            assert!(standing.filter(|t| t.role == CauseRole::Primary).count() <= 1);
        }
    });
}

#[test]
fn i16_unknown_is_a_cause_when_it_says_what_was_looked_at() {
    let (mut desk, id) = replied(Finding::PartlyUpheld);
    assert_eq!(missing(desk.refuses(ANA, id, &close())).missing, ["primary_cause"]);
    desk.does(ANA, id, &tag("other", CauseRole::Contributing, false));
    assert_eq!(missing(desk.refuses(ANA, id, &close())).missing, ["primary_cause"]);
    assert_eq!(desk.refuses(ANA, id, &primary("unknown")).name(), "invalid-field");
    assert_eq!(desk.refuses(ANA, id, &primary("no-such-cause")).name(), "invalid-field");
    desk.does(ANA, id, &tag("unknown", CauseRole::Primary, true));
    desk.does(ANA, id, &close());
    desk.does(ANA, id, &primary("late-courier"));
    assert_eq!(desk.complaint(id).causes.len(), 3, "what is learned later supersedes and removes nothing");
}

#[test]
fn i16_a_rejection_closes_without_a_cause() {
    let (mut desk, id) = replied(Finding::Rejected);
    desk.does(ANA, id, &close());
}

#[test]
fn i17_the_first_contact_or_a_lead_closes() {
    under_random_verbs(|turn| {
        for (was, step) in turn.moves() {
            if let Fact::Closed { closure, .. } = step.entry.fact {
                let by = person(&step.entry).expect("a person");
                let lead = turn.after.staff[&by].is_lead();
                match closure {
                    Closure::Accepted | Closure::Unanswered => assert!(lead || by == was.first_contact),
                    Closure::Deadlock => assert!(lead),
                    Closure::Void => assert!(by != was.first_contact && by != was.logged_by),
                    _ => assert!(lead || by == was.first_contact || by == was.handler),
                }
            }
        }
    });
}

#[test]
fn i17_the_handler_alone_does_not_close() {
    let (mut desk, id) = replied(Finding::Rejected);
    desk.does(LEA, id, &crate::say::arbitrate(BEN));
    let refusal = desk.refuses(BEN, id, &close());
    assert_eq!(refusal, Refusal::NotYours { allowed: vec!["first_contact", "lead"] });
    desk.does(ANA, id, &close());
}

#[test]
fn i18_every_rejection_carries_reasons_alternative_and_next_route() {
    under_random_verbs(|turn| {
        for (_, step) in turn.steps() {
            if step.entry.fact == (Fact::Decided { outcome: Finding::Rejected }) {
                for field in ["reasons", "alternative", "next_route"] {
                    assert!(step.text.contains_key(field), "{field}");
                }
            }
        }
    });
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    let (reasons, outcome) = (text("we looked at the scans"), Finding::Rejected);
    let (yes, no) = (|| Some(text("yes")), || None);
    for (alternative, next_route) in [(no(), no()), (yes(), no()), (no(), yes())] {
        let verb = Verb::Decide(Decide { outcome, reasons: reasons.clone(), alternative, next_route });
        assert_eq!(desk.refuses(ANA, id, &verb).name(), "invalid-field");
    }
    desk.does(ANA, id, &decide(Finding::Rejected));
}

#[test]
fn i12_to_i16_a_refusal_to_close_names_all_that_is_missing_at_once() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &with_points(1));
    desk.does(ANA, id, &promises(desk.now.plus_days(1)));
    desk.does(ANA, id, &decide(Finding::Upheld));
    desk.does(ANA, id, &send(ReplyKind::Holding, true));
    let all = ["substantive_reply", "unanswered_points", "open_promises", "primary_cause", "customer_answer"];
    assert_eq!(missing(desk.refuses(ANA, id, &close())).missing, all);
}

pub(crate) fn missing(refusal: Refusal) -> Missing {
    match refusal {
        Refusal::CannotClose(missing) => *missing,
        other => panic!("{other:?}"),
    }
}

/// A rejected complaint of Ana's, not yet answered.
fn decided() -> (World, ComplaintId) {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    desk.does(ANA, id, &decide(Finding::Rejected));
    (desk, id)
}

/// A complaint of Ana's, answered and accepted.
fn replied(outcome: Finding) -> (World, ComplaintId) {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    desk.does(ANA, id, &decide(outcome));
    desk.does(ANA, id, &reply(&[], true));
    desk.does(ANA, id, &answers(Answer::Accepted));
    (desk, id)
}
