//! I-20 to I-23, I-27 and I-28: receipt and due times stand still, and the customer's word ends the waiting for it.

use firsthand_domain::code::{Answer, Channel, Direction, Finding, Stage};
use firsthand_domain::complaint::Due;
use firsthand_domain::history::Fact;
use firsthand_domain::refusal::Refusal;
use firsthand_domain::verb::{Log, Verb};

use crate::machine::under_random_verbs;
use crate::say::{
    accept, acknowledge, answers, arbitrate, ask_customer, customer_writes, decide, decline, hand_to, plain,
    recall, reply,
};
use crate::world::{ANA, BEN, CAM, LEA, MRS_PHAM, World, at};

#[test]
fn i20_neither_receipt_nor_due_times_nor_the_logger_ever_move() {
    under_random_verbs(|turn| {
        for (was, is) in turn.pairs() {
            assert_eq!((was.received_at, was.due), (is.received_at, is.due));
            assert_eq!(
                (was.logged_at, was.logged_by, was.customer),
                (is.logged_at, is.logged_by, is.customer)
            );
        }
    });
}

#[test]
fn i20_receipt_may_lie_before_logging_and_never_in_the_future() {
    let mut desk = World::small();
    let received = |at| Log { received_at: Some(at), ..plain() };
    let earlier = desk.now.plus_days(-3);
    let id = desk.takes(ANA, Some(MRS_PHAM), &received(earlier));
    assert_eq!((desk.complaint(id).received_at, desk.complaint(id).logged_at), (earlier, desk.now));
    let too_soon = received(desk.now.plus_minutes(1));
    assert_eq!(desk.log(ANA, None, &too_soon).1.expect_err("refused").name(), "invalid-field");
}

#[test]
fn i21_due_times_follow_from_receipt_alone() {
    under_random_verbs(|turn| {
        for complaint in turn.complaints() {
            let due = Due::from_receipt(complaint.received_at, &turn.after.policy);
            assert_eq!(complaint.due, due, "whoever has accepted it or not");
        }
    });
    let due = Due::from_receipt(at("2026-03-02T09:00:00.000001Z"), &World::small().policy);
    let days = [due.acknowledge, due.reply, due.resolve].map(|at| at.to_string());
    assert_eq!(days, ["2026-03-03T09:01:00Z", "2026-03-09T09:01:00Z", "2026-03-17T09:01:00Z"]);
}

#[test]
fn i22_waiting_inside_the_desk_or_for_the_customer_pauses_nothing() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    let (due, next) = (desk.complaint(id).due, desk.complaint(id).next_due());
    desk.does(ANA, id, &ask_customer(desk.now.plus_days(3)));
    desk.does(ANA, id, &hand_to(BEN));
    desk.later_by_days(2);
    assert_eq!((desk.complaint(id).due, desk.complaint(id).next_due()), (due, next));
}

#[test]
fn i23_after_two_declines_nothing_is_offered_before_a_lead_assigns() {
    under_random_verbs(|turn| {
        for (was, step) in turn.moves() {
            if matches!(step.entry.fact, Fact::HandoffOffered { .. }) {
                let history = turn.after.history(was.id).iter().take_while(|s| s.entry.seq < step.entry.seq);
                let declines = history.fold(0, |declines, s| match s.entry.fact {
                    Fact::HandoffDeclined { .. } => declines + 1,
                    Fact::HandlerAssigned { .. }
                    | Fact::HandoffAccepted { .. }
                    | Fact::SuccessionAccepted { handler: true, .. } => 0,
                    _ => declines,
                });
                assert!(declines < 2, "a third offer");
                assert_eq!(was.pending_handoff(), None, "one offer at a time");
            }
        }
    });
}

#[test]
fn i23_recalled_and_lapsed_offers_are_no_declines() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    let offer = |desk: &mut World, to| {
        desk.does(ANA, id, &hand_to(to));
        desk.complaint(id).pending_handoff().expect("offered").id
    };
    for _ in 0..3 {
        let handoff = offer(&mut desk, BEN);
        assert_eq!(desk.refuses(ANA, id, &hand_to(CAM)), Refusal::HandoffPending { handoff });
        assert_eq!(desk.refuses(LEA, id, &recall(handoff)).name(), "not-yours");
        desk.does(ANA, id, &recall(handoff));
        let handoff = offer(&mut desk, CAM);
        desk.later_by_days(1);
        desk.timer(id, &Verb::HandoffLapses(handoff));
    }
    let handoff = offer(&mut desk, BEN);
    desk.does(BEN, id, &decline(handoff));
    let handoff = offer(&mut desk, BEN);
    desk.does(BEN, id, &accept(handoff));
    assert_eq!(desk.complaint(id).declines, 0, "counted anew since the handling moved");
}

#[test]
fn i27_any_inbound_contact_ends_the_waiting_for_the_customer() {
    under_random_verbs(|turn| {
        for (was, step) in turn.moves() {
            let mut is = was.clone();
            is.apply(&step.entry);
            if let Fact::ContactRecorded { direction: Direction::In, .. } = step.entry.fact {
                assert_eq!(is.awaiting, None);
                assert!(!was.is_open() || is.waiting_since == Some(step.entry.at));
            }
            if is.awaiting.is_some() {
                assert!(Stage::BEFORE_DECISION.contains(&is.stage), "a flag of the first three stages");
            }
        }
    });
}

#[test]
fn i27_whoever_sees_the_complaint_records_the_contact_at_any_stage() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    desk.does(ANA, id, &ask_customer(desk.now.plus_days(1)));
    desk.does(CAM, id, &customer_writes(Channel::Letter));
    assert_eq!(desk.complaint(id).awaiting, None);
    desk.does(LEA, id, &Verb::Void(crate::say::why()));
    desk.does(CAM, id, &customer_writes(Channel::Web));
    assert_eq!(desk.complaint(id).waiting_since, None, "nobody waits for a closed complaint");
}

#[test]
fn i28_a_first_reply_stops_the_first_reply_clock_and_no_other() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    let due = desk.complaint(id).due;
    assert_eq!(desk.complaint(id).next_due(), Some(due.acknowledge));
    desk.does(ANA, id, &acknowledge());
    assert_eq!(desk.complaint(id).next_due(), Some(due.reply));
    desk.does(ANA, id, &decide(Finding::Rejected));
    assert_eq!(desk.complaint(id).next_due(), Some(due.reply));
    desk.later_by_minutes(10);
    desk.does(ANA, id, &reply(&[], true));
    let first = desk.complaint(id).first_replied_at;
    assert_eq!(first, Some(desk.now));
    assert_eq!(desk.complaint(id).next_due(), Some(due.resolve), "the resolution clock runs on");

    desk.does(ANA, id, &answers(Answer::Disputed));
    desk.does(LEA, id, &decide(Finding::Rejected));
    desk.later_by_days(1);
    desk.does(ANA, id, &reply(&[], true));
    assert_eq!(desk.complaint(id).first_replied_at, first, "the first is the first");
    desk.does(ANA, id, &answers(Answer::Accepted));
    desk.does(ANA, id, &crate::say::close());
    assert_eq!(desk.complaint(id).next_due(), None);
}

#[test]
fn i23_arbitration_takes_back_the_offer_that_waits() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    desk.does(ANA, id, &hand_to(BEN));
    desk.does(LEA, id, &arbitrate(CAM));
    assert_eq!((desk.complaint(id).handler, desk.complaint(id).pending_handoff()), (CAM, None));
}
