//! I-11 and I-19: no route around the duty to reply: not a note, not a merge, not a withdrawal, not a file.

use firsthand_domain::code::{Answer, Closure, Finding, ReplyKind, ReplyState, Stage};
use firsthand_domain::history::Fact;
use firsthand_domain::id::{ComplaintId, CustomerId};
use firsthand_domain::refusal::Refusal;
use firsthand_domain::verb::{Log, SettledCause, SettledDecision, Verb};

use crate::closing::missing;
use crate::machine::{Asked, under_random_verbs};
use crate::say::{
    acknowledge, answers, close, decide, hand_to, merge, plain, primary, promise, reply, row, send, settled,
    succeed, text, unmerge, why, with_points, withdraw,
};
use crate::world::{ANA, BEN, LEA, MR_KISS, MRS_PHAM, World};

#[test]
fn i11_only_a_substantive_reply_that_arrived_makes_it_replied() {
    under_random_verbs(|turn| {
        for (was, step) in turn.moves() {
            let mut is = was.clone();
            is.apply(&step.entry);
            let replied = was.stage != Stage::Replied && is.stage == Stage::Replied;
            let answered = was.first_replied_at != is.first_replied_at;
            if replied || answered {
                let released = matches!(step.entry.fact, Fact::MergeUndone {});
                let arrived = is.replies.iter().any(|r| {
                    r.kind == ReplyKind::Substantive
                        && matches!(r.state, ReplyState::Delivered | ReplyState::Posted)
                        && (r.delivered_at == Some(step.entry.at) || released)
                });
                assert!(arrived, "{:?}", step.entry.fact);
            }
            if replied {
                assert!(is.decision().is_some(), "a substantive reply needs a decision");
            }
        }
    });
}

#[test]
fn i11_acknowledgement_progress_and_holding_satisfy_nothing() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    desk.does(ANA, id, &acknowledge());
    desk.does(ANA, id, &decide(Finding::Rejected));
    desk.does(ANA, id, &send(ReplyKind::Progress, true));
    desk.does(ANA, id, &send(ReplyKind::Holding, true));
    assert_eq!(desk.refuses(ANA, id, &send(ReplyKind::Courtesy, true)).name(), "invalid-field");
    assert_eq!(desk.complaint(id).stage, Stage::Decided);
    assert_eq!(desk.complaint(id).first_replied_at, None);
    assert!(missing(desk.refuses(ANA, id, &close())).missing.contains(&"substantive_reply"));
}

#[test]
fn i11_a_substantive_reply_needs_a_decision() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    assert_eq!(desk.refuses(ANA, id, &reply(&[], true)).name(), "wrong-stage");
}

#[test]
fn i19_there_is_no_other_way_to_end_than_those_known() {
    under_random_verbs(|turn| {
        for (was, is) in turn.pairs() {
            if !was.is_open() || is.is_open() {
                continue;
            }
            let Asked::Verb(verb) = &turn.asked else { panic!("closed by {:?}", turn.asked) };
            match (is.closure.expect("closed"), verb) {
                (Closure::Accepted | Closure::Unanswered | Closure::Deadlock, Verb::Close(_))
                | (Closure::Withdrawn, Verb::Withdraw(_))
                | (Closure::Void, Verb::Void(_))
                | (Closure::Merged, Verb::Merge(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    });
}

#[test]
fn i19_every_closure_takes_back_every_offer_and_the_question_to_the_customer() {
    under_random_verbs(|turn| {
        for complaint in turn.complaints() {
            assert_eq!(complaint.is_open(), complaint.closure.is_none());
            assert_eq!(complaint.is_open(), complaint.closed_at.is_none());
            if !complaint.is_open() {
                assert_eq!(complaint.pending_handoff(), None);
                assert_eq!(complaint.awaiting, None);
            }
        }
        for (_, is) in turn.pairs().filter(|(was, is)| was.is_open() && !is.is_open()) {
            assert_eq!(is.pending_successions().count(), 0);
        }
    });
}

#[test]
fn i19_offers_are_recalled_by_each_closure() {
    for end in [Verb::Void(why()), withdraw(true)] {
        let mut desk = World::small();
        let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
        desk.does(ANA, id, &hand_to(BEN));
        desk.does(LEA, id, &succeed(BEN, None));
        desk.does(LEA, id, &end);
        assert_eq!(desk.complaint(id).pending_handoff(), None);
        assert_eq!(desk.complaint(id).pending_successions().count(), 0);
    }
}

#[test]
fn i19_merging_is_into_the_earlier_and_no_merged_customer_goes_without_a_reply() {
    under_random_verbs(|turn| {
        for complaint in turn.complaints() {
            if let Some(into) = complaint.merged_into {
                let target = turn.after.complaint(into);
                assert!(target.received_at <= complaint.received_at);
                assert_eq!(complaint.closure, Some(Closure::Merged));
                assert!(target.merged.iter().any(|m| m.complaint == complaint.id));
            }
            if !complaint.is_open() && complaint.closure != Some(Closure::Merged) {
                for customer in merged_customers(turn.after, complaint.id) {
                    let answered = complaint.replies.iter().any(|r| {
                        let arrived = matches!(r.state, ReplyState::Delivered | ReplyState::Posted);
                        arrived && r.kind == ReplyKind::Substantive && r.to.contains(&customer)
                    });
                    assert!(answered, "{:?}", complaint.closure);
                }
            }
        }
    });
}

/// The other people whose complaints go on here.
fn merged_customers(desk: &World, id: ComplaintId) -> Vec<CustomerId> {
    let complaint = desk.complaint(id);
    let all = complaint.merged.iter().flat_map(|m| m.customers.clone());
    all.filter(|c| complaint.customer != Some(*c)).collect()
}

#[test]
fn i19_neither_withdrawal_nor_voiding_silences_a_merged_customer() {
    for end in [withdraw(true), Verb::Void(why())] {
        let mut desk = World::small();
        let earlier = desk.takes(ANA, Some(MRS_PHAM), &plain());
        desk.later_by_minutes(1);
        let later = desk.takes(BEN, Some(MR_KISS), &plain());
        desk.does(BEN, later, &merge(earlier));
        let missing = missing(desk.refuses(LEA, earlier, &end));
        assert_eq!(missing.customers_without_reply, [MR_KISS]);
        desk.does(ANA, earlier, &unmerge(later));
        desk.does(LEA, earlier, &end);
        assert!(desk.complaint(later).is_open());
    }
}

#[test]
fn i19_merging_passes_by_neither_promise_nor_protection() {
    let mut desk = World::small();
    let earlier = desk.takes(ANA, Some(MRS_PHAM), &plain());
    desk.later_by_minutes(1);
    let promised = Log { promise: Some(promise(desk.now.plus_days(1), None)), ..plain() };
    let promised = desk.takes(ANA, Some(MR_KISS), &promised);
    assert_eq!(desk.refuses(ANA, promised, &merge(earlier)).name(), "open-promises");
    let about = desk.takes(ANA, Some(MR_KISS), &Log { about_staff: Some(BEN), ..plain() });
    assert_eq!(desk.refuses(ANA, about, &merge(earlier)), Refusal::MergeLosesProtection);
    let restricted = desk.takes(ANA, Some(MR_KISS), &Log { restricted: true, ..plain() });
    assert_eq!(desk.refuses(ANA, restricted, &merge(earlier)), Refusal::MergeLosesProtection);
    let later = desk.takes(ANA, Some(MR_KISS), &plain());
    assert_eq!(desk.refuses(ANA, earlier, &merge(later)), Refusal::MergeIntoEarlier { earlier });
    desk.does(ANA, later, &merge(earlier));
    assert_eq!(desk.refuses(ANA, later, &close()).name(), "wrong-stage");
    assert_eq!(desk.refuses(LEA, later, &Verb::Reopen(why())).name(), "unmerge-first");
}

#[test]
fn i19_settling_at_once_is_every_step_or_none() {
    let mut desk = World::small();
    let rejected = SettledDecision {
        outcome: Some(Finding::Rejected),
        reasons: Some(text("we looked")),
        alternative: None,
        next_route: Some(text("the ombudsman")),
    };
    let unknown = SettledCause { cause: text("unknown"), confidence: None, evidence: None };
    let promised = Some(promise(desk.now.plus_days(1), None));
    for (settled, promise, refused) in [
        (firsthand_domain::verb::Settled { cause: None, ..settled() }, None, "cannot-close"),
        (firsthand_domain::verb::Settled { cause: Some(unknown), ..settled() }, None, "invalid-field"),
        (firsthand_domain::verb::Settled { decision: Some(rejected), ..settled() }, None, "invalid-field"),
        (settled(), promised, "cannot-close"),
    ] {
        let log = Log { settled: Some(settled), promise, ..plain() };
        let (id, taken) = desk.log(ANA, Some(MRS_PHAM), &log);
        assert_eq!(taken.expect_err("refused").name(), refused);
        assert!(!desk.complaints.contains_key(&id), "nothing has been taken");
    }
    let log = Log { settled: Some(settled()), handler: Some(BEN), ..with_points(2) };
    let id = desk.takes(ANA, Some(MRS_PHAM), &log);
    assert_eq!(desk.complaint(id).closure, Some(Closure::Accepted));
    assert_eq!(desk.complaint(id).pending_handoff(), None);
    let kinds: Vec<_> = desk.history(id).iter().map(|s| crate::records::kind(&s.entry.fact)).collect();
    let each = [
        "received",
        "handoff_offered",
        "decided",
        "reply_sent",
        "customer_answered",
        "cause_tagged",
        "handoff_recalled",
        "closed",
    ];
    assert_eq!(kinds, each);
}

#[test]
fn i15_an_award_with_the_receipt_is_refused_and_nothing_is_taken() {
    let mut desk = World::small();
    let award =
        r#"{"type":"refund","basis":"goodwill","value":{"amount":"5.00","currency":"EUR"},"reason":"r"}"#;
    let award: firsthand_domain::award::ProposeAward = serde_json::from_str(award).expect("an award");
    let with_award = firsthand_domain::verb::Settled { award: Some(award), ..settled() };
    let log = Log { settled: Some(with_award), desired_remedy: None, ..plain() };
    let (id, taken) = desk.log(ANA, None, &log);
    assert_eq!(taken.expect_err("no wish on record").name(), "invalid-field");
    assert!(!desk.complaints.contains_key(&id));
    let wish = serde_json::from_str(r#""the money back""#).expect("a wish");
    let (id, taken) = desk.log(ANA, None, &Log { desired_remedy: Some(wish), ..log });
    assert_eq!(taken.expect_err("no authority").name(), "limit-exceeded");
    assert!(!desk.complaints.contains_key(&id));
}

#[test]
fn i19_an_imported_row_is_finished_apart_or_under_every_rule() {
    let mut desk = World::small();
    let received_at = desk.now.plus_days(-400);
    let (finished, taken) = desk.import(ANA, Some(MRS_PHAM), &row(received_at, true));
    taken.expect("taken");
    let complaint = desk.complaint(finished);
    assert_eq!((complaint.closure, complaint.counted_apart), (Some(Closure::Imported), true));
    assert_eq!((complaint.first_contact, complaint.received_at), (ANA, received_at));

    let (open, taken) = desk.import(ANA, Some(MRS_PHAM), &row(received_at, false));
    taken.expect("taken");
    assert_eq!(desk.complaint(open).stage, Stage::Received);
    assert!(missing(desk.refuses(ANA, open, &close())).missing.contains(&"substantive_reply"));

    desk.does(LEA, finished, &Verb::Reopen(why()));
    assert!(missing(desk.refuses(ANA, finished, &close())).missing.contains(&"substantive_reply"));
}

#[test]
fn i19_a_reopened_complaint_needs_a_new_answer_by_another_decider() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &Log { settled: Some(settled()), ..plain() });
    desk.later_by_days(30);
    desk.does(ANA, id, &Verb::Reopen(why()));
    assert!(missing(desk.refuses(ANA, id, &close())).missing.contains(&"substantive_reply"));
    let again = Refusal::AnotherDecider { deciders: vec![ANA] };
    assert_eq!(desk.refuses(ANA, id, &decide(Finding::Upheld)), again);
    desk.does(LEA, id, &decide(Finding::Upheld));
    desk.does(ANA, id, &reply(&[], true));
    desk.does(ANA, id, &answers(Answer::Accepted));
    desk.does(ANA, id, &primary("other"));
    desk.does(ANA, id, &close());
    desk.later_by_days(30);
    desk.later_by_minutes(1);
    assert_eq!(desk.refuses(ANA, id, &Verb::Reopen(why())).name(), "reopen-window-over");
}

#[test]
fn i19_a_deadlock_takes_two_deciders_a_lead_and_a_named_body() {
    under_random_verbs(|turn| {
        for complaint in turn.complaints().filter(|c| c.closure == Some(Closure::Deadlock)) {
            let mut deciders: Vec<_> = complaint.decisions.iter().map(|d| d.by).collect();
            deciders.dedup();
            assert!(deciders.len() >= 2, "{:?}", complaint.decisions);
            let closed = turn
                .after
                .history(complaint.id)
                .iter()
                .rfind(|s| matches!(s.entry.fact, Fact::Closed { closure: Closure::Deadlock, .. }));
            assert!(closed.is_some_and(|s| s.text.contains_key("external_body")));
        }
    });
}

#[test]
fn i19_a_first_dispute_after_a_withdrawal_is_no_deadlock_yet() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    desk.does(ANA, id, &withdraw(true));
    desk.does(ANA, id, &Verb::Reopen(why()));
    desk.does(ANA, id, &decide(Finding::Rejected));
    desk.does(ANA, id, &reply(&[], true));
    desk.does(ANA, id, &answers(Answer::Disputed));
    let missing = missing(desk.refuses(LEA, id, &crate::say::close_with_body()));
    assert_eq!(missing.missing, ["second_decider"]);
    desk.does(LEA, id, &Verb::Reopen(why()));
}

#[test]
fn i19_merging_takes_back_the_offer_and_unmerging_needs_owners_who_are_still_here() {
    let mut desk = World::small();
    let earlier = desk.takes(ANA, Some(MRS_PHAM), &plain());
    let later = desk.takes(BEN, Some(MR_KISS), &plain());
    desk.does(BEN, later, &hand_to(LEA));
    desk.does(BEN, later, &merge(earlier));
    assert_eq!(desk.complaint(later).pending_handoff(), None);
    desk.disable(BEN).expect("nothing open is his");
    let refusal = desk.refuses(ANA, earlier, &unmerge(later));
    assert_eq!(refusal, Refusal::FirstContactLeft { first_contact: BEN });
}

#[test]
fn i19_neither_withdrawal_nor_voiding_passes_by_an_open_promise() {
    let mut desk = World::small();
    let promise = Some(promise(desk.now.plus_days(1), None));
    let id = desk.takes(ANA, Some(MRS_PHAM), &Log { promise, ..plain() });
    assert_eq!(desk.refuses(ANA, id, &withdraw(true)).name(), "open-promises");
    assert_eq!(desk.refuses(LEA, id, &Verb::Void(why())).name(), "open-promises");
}

#[test]
fn i16_a_new_primary_cause_supersedes_the_old_one() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    desk.does(ANA, id, &primary("other"));
    desk.does(ANA, id, &primary("late-courier"));
    let [old, new] = &desk.complaint(id).causes[..] else { panic!("two tags") };
    assert_eq!((old.superseded_by, new.superseded_by), (Some(new.seq), None));
}
