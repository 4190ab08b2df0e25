//! S1 to S6, S13 and S14: the domain's half of the scenarios, told from beginning to end.

use firsthand_domain::code::{Answer, Channel, Closure, Finding, PromiseState, Stage};
use firsthand_domain::id::{ComplaintId, HandoffId, PointId};
use firsthand_domain::refusal::Refusal;
use firsthand_domain::verb::{Decide, Log, SendReply, Verb};

use crate::closing::missing;
use crate::say::{
    a_reply, about, accept, acknowledge, answers, arbitrate, ask_customer, close, close_with_body,
    customer_writes, decide, decline, hand_to, keep, merge, plain, post, primary, promises, reply, succeed,
    text, unmerge, why, with_points,
};
use crate::world::{ANA, BEN, CAM, LEA, LEO, MR_KISS, MRS_PHAM, World};

fn offered(desk: &World, id: ComplaintId) -> HandoffId {
    desk.complaint(id).pending_handoff().expect("an offer waits").id
}

fn points(desk: &World, id: ComplaintId) -> Vec<PointId> {
    desk.complaint(id).points.iter().map(|p| p.id).collect()
}

#[test]
fn s1_a_delivery_worker_stays_first_contact_through_two_handoffs_and_closes() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &Log { channel: Channel::Field, ..plain() });
    desk.does(ANA, id, &acknowledge());

    for receiver in [BEN, CAM] {
        let handler = desk.complaint(id).handler;
        desk.does(handler, id, &hand_to(receiver));
        assert_eq!(desk.complaint(id).handler, handler, "an offer moves nothing");
        let handoff = offered(&desk, id);
        desk.does(receiver, id, &accept(handoff));
        assert_eq!((desk.complaint(id).first_contact, desk.complaint(id).handler), (ANA, receiver));
    }

    desk.does(CAM, id, &decide(Finding::Upheld));
    desk.does(ANA, id, &reply(&[], true));
    let sent = desk.complaint(id).replies[0].clone();
    assert_eq!((sent.by, sent.on_behalf_of), (ANA, ANA));
    desk.does(ANA, id, &primary("late-courier"));
    desk.does(ANA, id, &answers(Answer::Accepted));
    assert_eq!(desk.refuses(CAM, id, &close()).name(), "not-yours");
    desk.does(ANA, id, &close());
    assert_eq!(desk.complaint(id).closure, Some(Closure::Accepted));
}

#[test]
fn s2_two_declines_bring_an_arbiter_and_the_reply_clock_never_moves() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    let due = desk.complaint(id).due;

    for receiver in [BEN, CAM] {
        desk.does(ANA, id, &hand_to(receiver));
        desk.later_by_minutes(600);
        let handoff = offered(&desk, id);
        desk.does(receiver, id, &decline(handoff));
    }
    assert_eq!(desk.refuses(ANA, id, &hand_to(LEO)), Refusal::ArbitrationNeeded { declines: 2 });
    assert_eq!(desk.refuses(ANA, id, &arbitrate(BEN)).name(), "not-yours");

    desk.does(LEA, id, &arbitrate(BEN));
    let after = desk.complaint(id);
    assert_eq!((after.handler, after.first_contact, after.due), (BEN, ANA, due));
    desk.does(BEN, id, &hand_to(CAM));
}

#[test]
fn s3_a_first_contact_with_twelve_cases_and_three_promises_leaves() {
    let mut desk = World::small();
    let cases: Vec<ComplaintId> = (0..12).map(|_| desk.takes(ANA, Some(MRS_PHAM), &plain())).collect();
    for case in &cases[..3] {
        desk.does(ANA, *case, &promises(desk.now.plus_days(2)));
    }
    desk.does(LEA, cases[11], &arbitrate(CAM));
    assert!(desk.disable(ANA).is_err());

    for case in &cases {
        desk.does(LEA, *case, &succeed(BEN, Some(ANA)));
    }
    assert!(desk.disable(ANA).is_err(), "offered is not accepted");
    for case in &cases {
        assert!(desk.disable(ANA).is_err(), "until the last one");
        let succession = desk.complaint(*case).pending_successions().next().expect("offered").id;
        assert_eq!(desk.refuses(CAM, *case, &Verb::AcceptSuccession(succession)), Refusal::NotTheReceiver);
        desk.does(BEN, *case, &Verb::AcceptSuccession(succession));
        assert_eq!(desk.complaint(*case).first_contact, BEN);
        assert!(desk.complaint(*case).promises.iter().all(|p| p.responsible == BEN));
    }
    assert_eq!(desk.complaint(cases[11]).handler, CAM, "what was not hers did not pass");
    desk.disable(ANA).expect("nothing is hers any more");
    let refusal = desk.refuses(BEN, cases[0], &hand_to(ANA));
    assert_eq!(refusal.name(), "not-a-receiver");
}

#[test]
fn s4_two_cases_on_one_incident_merge_and_both_customers_are_answered() {
    let mut desk = World::small();
    let earlier = desk.takes(ANA, Some(MRS_PHAM), &with_points(1));
    desk.later_by_minutes(30);
    let later = desk.takes(BEN, Some(MR_KISS), &with_points(1));
    let received_at = desk.complaint(earlier).received_at;

    assert_eq!(desk.refuses(ANA, earlier, &merge(later)).name(), "merge-into-earlier");
    desk.does(BEN, later, &merge(earlier));
    let target = desk.complaint(earlier);
    assert_eq!((target.received_at, target.first_contact, target.points.len()), (received_at, ANA, 2));
    assert_eq!(desk.complaint(later).closure, Some(Closure::Merged));

    desk.does(ANA, earlier, &decide(Finding::Upheld));
    let to_one = SendReply {
        to: vec![MRS_PHAM],
        points_answered: points(&desk, earlier),
        ..a_reply(firsthand_domain::code::ReplyKind::Substantive, true)
    };
    desk.does(ANA, earlier, &Verb::SendReply(to_one));
    desk.does(ANA, earlier, &primary("late-courier"));
    desk.does(ANA, earlier, &answers(Answer::Accepted));
    let refusal = missing(desk.refuses(ANA, earlier, &close()));
    assert_eq!(
        (refusal.missing, refusal.customers_without_reply),
        (vec!["substantive_reply"], vec![MR_KISS])
    );
    desk.does(ANA, earlier, &reply(&[], false));
    let refusal = missing(desk.refuses(ANA, earlier, &close()));
    assert_eq!(refusal.customers_without_reply, [MR_KISS], "on its way is not delivered");
    desk.does(ANA, earlier, &reply(&[], true));
    desk.does(ANA, earlier, &close());
}

#[test]
fn s4_unmerging_restores_both() {
    let mut desk = World::small();
    let earlier = desk.takes(ANA, Some(MRS_PHAM), &with_points(1));
    desk.later_by_minutes(30);
    let later = desk.takes(BEN, Some(MR_KISS), &with_points(1));
    desk.later_by_minutes(30);
    desk.does(BEN, later, &customer_writes(Channel::Email));
    desk.does(BEN, later, &ask_customer(desk.now.plus_days(1)));
    let before = [desk.complaint(earlier).clone(), desk.complaint(later).clone()];

    desk.later_by_days(1);
    desk.does(LEA, later, &merge(earlier));
    assert_eq!(desk.refuses(ANA, earlier, &unmerge(earlier)).name(), "not-merged");
    desk.does(ANA, earlier, &unmerge(later));

    for mut was in before {
        let is = desk.complaint(was.id);
        was.version = is.version;
        assert_eq!(is, &was);
    }
    assert_eq!(desk.refuses(ANA, earlier, &unmerge(later)).name(), "not-merged");
}

#[test]
fn s4_what_came_in_while_merged_still_counts_after_unmerging() {
    let mut desk = World::small();
    let earlier = desk.takes(ANA, Some(MRS_PHAM), &plain());
    let later = desk.takes(BEN, Some(MR_KISS), &plain());
    desk.does(BEN, later, &ask_customer(desk.now.plus_days(1)));
    desk.does(BEN, later, &merge(earlier));
    desk.later_by_minutes(5);
    let wrote_at = desk.now;
    desk.does(BEN, later, &customer_writes(Channel::Sms));
    desk.does(ANA, earlier, &unmerge(later));
    assert_eq!(
        (desk.complaint(later).awaiting.clone(), desk.complaint(later).waiting_since),
        (None, Some(wrote_at))
    );

    desk.does(BEN, later, &decide(Finding::Rejected));
    desk.does(BEN, later, &reply(&[], false));
    desk.does(BEN, later, &merge(earlier));
    let on_its_way = desk.complaint(later).replies[0].id;
    desk.does(BEN, later, &Verb::ReplyDelivered(on_its_way));
    assert_eq!(desk.complaint(later).stage, Stage::Closed);
    desk.does(ANA, earlier, &unmerge(later));
    assert_eq!(desk.complaint(later).stage, Stage::Replied, "the customer has the answer");
    assert_eq!(desk.complaint(later).waiting_since, None);
}

#[test]
fn s5_the_customers_word_ends_the_waiting_on_every_channel() {
    for channel in [Channel::Web, Channel::Sms, Channel::Phone] {
        let mut desk = World::small();
        let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
        desk.does(ANA, id, &ask_customer(desk.now.plus_days(2)));
        assert!(desk.complaint(id).awaiting.is_some());
        desk.later_by_minutes(90);
        desk.does(CAM, id, &customer_writes(channel));
        let complaint = desk.complaint(id);
        assert_eq!((complaint.awaiting.clone(), complaint.waiting_since), (None, Some(desk.now)));
    }
}

#[test]
fn s6_a_promise_breaks_with_nobody_signed_in_and_later_doing_makes_it_kept_late() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    desk.does(ANA, id, &promises(desk.now.plus_minutes(60)));
    let promise = desk.complaint(id).promises[0].id;

    desk.later_by_minutes(60);
    assert_eq!(desk.timer(id, &Verb::PromiseFallsDue(promise)), []);
    desk.later_by_minutes(1);
    let steps = desk.timer(id, &Verb::PromiseFallsDue(promise));
    assert_eq!(steps[0].1.entry.actor, firsthand_domain::history::Actor::System);
    assert_eq!(desk.complaint(id).promises[0].state, PromiseState::Broken);
    assert!(desk.complaint(id).has_duty(ANA), "broken is not done with");

    desk.later_by_days(1);
    desk.does(ANA, id, &keep(promise));
    assert_eq!(desk.complaint(id).promises[0].state, PromiseState::KeptLate);
}

#[test]
fn s13_a_dispute_goes_to_another_decider_and_a_deadlock_names_the_external_body() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    let bare = Decide {
        outcome: Finding::Rejected,
        reasons: text("as ordered"),
        alternative: None,
        next_route: Some(text("the ombudsman")),
    };
    assert_eq!(desk.refuses(ANA, id, &Verb::Decide(bare)).name(), "invalid-field");
    desk.does(ANA, id, &decide(Finding::Rejected));
    desk.does(ANA, id, &reply(&[], true));
    desk.does(ANA, id, &answers(Answer::Disputed));
    assert_eq!((desk.complaint(id).stage, desk.complaint(id).cycle), (Stage::Investigating, 2));

    let again = desk.refuses(ANA, id, &decide(Finding::Rejected));
    assert_eq!(again, Refusal::AnotherDecider { deciders: vec![ANA] });
    desk.does(LEA, id, &decide(Finding::Rejected));
    assert!(missing(desk.refuses(LEA, id, &close())).missing.contains(&"substantive_reply"), "a new answer");
    desk.does(ANA, id, &reply(&[], true));
    desk.does(ANA, id, &answers(Answer::Disputed));
    assert_eq!(desk.complaint(id).stage, Stage::Replied);

    assert_eq!(desk.refuses(ANA, id, &close_with_body()), Refusal::NotYours { allowed: vec!["lead"] });
    assert_eq!(missing(desk.refuses(LEA, id, &close())).missing, ["external_body"]);
    desk.does(LEA, id, &close_with_body());
    assert_eq!(desk.complaint(id).closure, Some(Closure::Deadlock));
}

#[test]
fn s14_an_anonymous_complaint_is_answered_under_its_reference_and_counted_apart() {
    let mut desk = World::small();
    let id = desk.takes(ANA, None, &with_points(1));
    desk.does(ANA, id, &decide(Finding::Upheld));
    desk.does(ANA, id, &primary("other"));
    assert!(missing(desk.refuses(ANA, id, &close())).missing.contains(&"substantive_reply"));
    desk.does(ANA, id, &post());
    assert_eq!(missing(desk.refuses(ANA, id, &close())).missing, ["unanswered_points"]);
    let all = SendReply {
        posted: true,
        points_answered: points(&desk, id),
        ..a_reply(firsthand_domain::code::ReplyKind::Substantive, false)
    };
    desk.does(ANA, id, &Verb::SendReply(all));
    desk.does(ANA, id, &close());
    let closed = desk.complaint(id);
    assert_eq!((closed.closure, closed.counted_apart), (Some(Closure::Unanswered), true));

    let named = desk.takes(ANA, Some(MRS_PHAM), &plain());
    desk.does(ANA, named, &decide(Finding::Rejected));
    assert_eq!(desk.refuses(ANA, named, &post()).name(), "invalid-field", "she can be called");
}

#[test]
fn s14_a_void_is_found_by_a_second_person() {
    let mut desk = World::small();
    let id = desk.takes(ANA, None, &plain());
    assert_eq!(desk.refuses(ANA, id, &Verb::Void(why())), Refusal::SecondPersonNeeded);
    desk.does(LEA, id, &about(LEO));
    assert_eq!(desk.refuses(LEO, id, &Verb::Void(why())), Refusal::NotFound);
    desk.does(LEA, id, &succeed(BEN, None));
    let succession = desk.complaint(id).pending_successions().next().expect("offered").id;
    desk.does(BEN, id, &Verb::AcceptSuccession(succession));
    desk.does(LEA, id, &arbitrate(ANA));
    for involved in [ANA, BEN] {
        assert_eq!(desk.refuses(involved, id, &Verb::Void(why())), Refusal::SecondPersonNeeded);
    }
    desk.does(LEA, id, &Verb::Void(why()));
    assert_eq!((desk.complaint(id).closure, desk.complaint(id).counted_apart), (Some(Closure::Void), true));
}
