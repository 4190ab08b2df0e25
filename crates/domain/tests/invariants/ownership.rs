//! I-01 to I-10: who is responsible, who handles it, and who never may.

use firsthand_domain::code::{Answer, Finding, HandoffState, LinkKind, PromiseState, Stage};
use firsthand_domain::history::{Actor, Fact};
use firsthand_domain::id::{ComplaintId, SuccessionId};
use firsthand_domain::refusal::{NotAReceiver, Refusal};
use firsthand_domain::staff::NewAbsence;
use firsthand_domain::verb::{Log, Verb};

use crate::machine::{Asked, person, under_random_verbs};
use crate::say::{
    about, accept, answers, arbitrate, close, decide, decline, hand_to, link, merge, plain, primary, promise,
    reply, settled, succeed, why,
};
use crate::world::{ANA, BEN, CAM, DAN, LEA, LEO, MRS_PHAM, OTTO, World};

#[test]
fn i01_every_open_complaint_has_one_active_first_contact() {
    under_random_verbs(|turn| {
        for complaint in turn.complaints().filter(|c| c.is_open()) {
            let first_contact = &turn.after.staff[&complaint.first_contact];
            assert!(first_contact.can_hold_duty(), "{first_contact:?}");
        }
    });
}

#[test]
fn i01_who_takes_a_complaint_is_its_first_contact_in_the_same_fact() {
    under_random_verbs(|turn| {
        for (id, entry, fact) in turn.facts() {
            if let Fact::Received(received) = fact {
                assert_eq!(Some(received.first_contact), turn.actor);
                assert_eq!(Some(received.logged_by), turn.actor);
                assert_eq!((entry.seq, turn.before.get(&id)), (1, None));
            }
        }
    });
}

#[test]
fn i01_neither_an_auditor_nor_one_who_left_takes_a_complaint() {
    let mut desk = World::small();
    for nobody in [OTTO, DAN] {
        assert_eq!(desk.log(nobody, None, &plain()).1.err(), Some(Refusal::ReadOnly));
    }
}

#[test]
fn i01_a_closed_complaint_is_not_reopened_for_a_first_contact_who_left() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &Log { settled: Some(settled()), ..plain() });
    desk.disable(ANA).expect("nothing open is hers");
    let refusal = desk.refuses(LEA, id, &Verb::Reopen(why()));
    assert_eq!(refusal, Refusal::FirstContactLeft { first_contact: ANA });

    let succession = offered(&mut desk, id, &succeed(BEN, None));
    desk.does(BEN, id, &Verb::AcceptSuccession(succession));
    desk.does(LEA, id, &Verb::Reopen(why()));
    assert_eq!(desk.complaint(id).handler, BEN, "the handling went back to the first contact");
}

#[test]
fn i02_the_first_contact_changes_only_by_an_accepted_succession() {
    under_random_verbs(|turn| {
        for (was, step) in turn.moves() {
            let mut is = was.clone();
            is.apply(&step.entry);
            if was.first_contact != is.first_contact {
                let Fact::SuccessionAccepted { from, to, first_contact: true, .. } = step.entry.fact else {
                    panic!("moved by {:?}", step.entry.fact);
                };
                assert_eq!((from, to), (was.first_contact, is.first_contact));
                assert_eq!(person(&step.entry), Some(to), "the successor accepts in person");
            }
        }
    });
}

#[test]
fn i03_a_handoff_never_changes_the_first_contact() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    for to in [BEN, CAM, LEO, BEN, ANA] {
        desk.does(LEA, id, &hand_to(to));
        let handoff = desk.complaint(id).pending_handoff().expect("offered").id;
        desk.does(to, id, &accept(handoff));
        assert_eq!((desk.complaint(id).handler, desk.complaint(id).first_contact), (to, ANA));
    }
    desk.does(LEA, id, &arbitrate(CAM));
    assert_eq!(desk.complaint(id).first_contact, ANA);
}

#[test]
fn i04_the_handler_changes_only_by_acceptance_arbitration_or_succession() {
    under_random_verbs(|turn| {
        for (was, step) in turn.moves() {
            let mut is = was.clone();
            is.apply(&step.entry);
            if was.handler == is.handler {
                continue;
            }
            let new = Some(is.handler);
            match step.entry.fact {
                Fact::HandoffAccepted { to, .. } | Fact::SuccessionAccepted { to, handler: true, .. } => {
                    assert_eq!((new, new), (Some(to), person(&step.entry)), "accepted in person");
                }
                Fact::HandlerAssigned { from, to } => {
                    assert_eq!((was.handler, new), (from, Some(to)));
                    let reopening = matches!(turn.asked, Asked::Verb(Verb::Reopen(_)));
                    let by = person(&step.entry).expect("a person assigns");
                    assert!(reopening || turn.after.staff[&by].is_lead(), "a lead assigns");
                }
                other => panic!("moved by {other:?}"),
            }
        }
    });
}

#[test]
fn i04_only_the_receiver_accepts_and_only_a_lead_assigns() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    desk.does(ANA, id, &hand_to(BEN));
    let handoff = desk.complaint(id).pending_handoff().expect("offered").id;
    for other in [ANA, CAM, LEA] {
        assert_eq!(desk.refuses(other, id, &accept(handoff)), Refusal::NotTheReceiver);
        assert_eq!(desk.refuses(other, id, &decline(handoff)), Refusal::NotTheReceiver);
    }
    assert_eq!(desk.refuses(ANA, id, &arbitrate(BEN)), Refusal::NotYours { allowed: vec!["lead"] });
    for (to, why) in
        [(ANA, NotAReceiver::Oneself), (OTTO, NotAReceiver::Auditor), (DAN, NotAReceiver::Disabled)]
    {
        let refused = Refusal::NotAReceiver { field: "to".into(), why };
        assert_eq!(desk.refuses(ANA, id, &hand_to(to)), refused);
    }
}

#[test]
fn i05_nobody_who_left_holds_a_duty() {
    under_random_verbs(|turn| {
        for complaint in turn.complaints() {
            for staff in turn.after.staff.values().filter(|s| !s.can_hold_duty()) {
                assert!(!complaint.has_duty(staff.id), "{} holds a duty on {complaint:?}", staff.name);
            }
        }
    });
}

#[test]
fn i05_disabling_is_refused_exactly_while_a_duty_is_open() {
    under_random_verbs(|turn| {
        if let Asked::Disable(staff) = turn.asked {
            let duty = turn.complaints().any(|c| {
                let promised = c.promises.iter().any(|p| {
                    p.responsible == staff && matches!(p.state, PromiseState::Made | PromiseState::Broken)
                });
                promised || c.stage != Stage::Closed && [c.first_contact, c.handler].contains(&staff)
            });
            assert_eq!(turn.result.is_err(), duty);
        }
    });
}

#[test]
fn i05_a_handler_who_left_is_never_brought_back_by_reopening() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &Log { about_staff: Some(ANA), handler: Some(BEN), ..plain() });
    desk.does(BEN, id, &decide(Finding::Rejected));
    desk.does(BEN, id, &reply(&[], true));
    desk.does(BEN, id, &answers(Answer::Accepted));
    desk.does(LEA, id, &close());
    desk.disable(BEN).expect("nothing open is his");
    desk.does(LEA, id, &Verb::Reopen(why()));
    assert_eq!(desk.complaint(id).handler, LEA, "neither Ben, who left, nor Ana, whom it is about");
}

#[test]
fn i05_first_contact_handler_and_promiser_each_hold_a_duty_until_it_has_passed() {
    let mut desk = World::small();
    let due_at = desk.now.plus_days(2);
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    desk.does(LEA, id, &arbitrate(BEN));
    desk.does(LEA, id, &Verb::MakePromise(promise(due_at, Some(CAM))));
    for (leaver, successor) in [(ANA, LEA), (BEN, LEA), (CAM, LEA)] {
        assert!(desk.disable(leaver).is_err());
        let succession = offered(&mut desk, id, &succeed(successor, Some(leaver)));
        assert!(desk.disable(leaver).is_err(), "an offer passes nothing");
        desk.does(successor, id, &Verb::AcceptSuccession(succession));
        desk.disable(leaver).expect("every duty has passed");
    }
    let complaint = desk.complaint(id);
    assert_eq!((complaint.first_contact, complaint.handler), (LEA, LEA));
    assert_eq!(complaint.promises[0].responsible, LEA);
}

#[test]
fn i06_automation_only_lapses_offers_and_breaks_promises() {
    under_random_verbs(|turn| {
        for (_, entry, fact) in turn.facts() {
            let timed = matches!(fact, Fact::HandoffLapsed { .. } | Fact::PromiseBroken { .. });
            assert!(entry.actor != Actor::System || timed, "{fact:?}");
            assert_eq!(entry.actor == Actor::System, turn.actor.is_none());
        }
        for (was, is) in turn.pairs().filter(|_| turn.actor.is_none()) {
            assert_eq!((was.stage, was.closure, was.cycle), (is.stage, is.closure, is.cycle));
            assert_eq!((was.first_contact, was.handler), (is.first_contact, is.handler));
            assert_eq!((&was.decisions, &was.replies), (&is.decisions, &is.replies));
        }
    });
}

#[test]
fn i07_a_lapsed_offer_leaves_the_handler_in_place() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    desk.does(ANA, id, &hand_to(BEN));
    let handoff = desk.complaint(id).pending_handoff().expect("offered").id;
    desk.later_by_minutes(24 * 60 - 1);
    assert_eq!(desk.timer(id, &Verb::HandoffLapses(handoff)), [], "not yet");
    desk.later_by_minutes(1);
    let over = Refusal::HandoffOver { state: HandoffState::Lapsed };
    assert_eq!(desk.refuses(BEN, id, &accept(handoff)), over, "over, though no timer has said so");
    assert_eq!(desk.timer(id, &Verb::HandoffLapses(handoff)).len(), 1);
    assert_eq!(desk.timer(id, &Verb::HandoffLapses(handoff)), [], "once");
    assert_eq!(desk.complaint(id).handler, ANA);
    assert_eq!(desk.refuses(BEN, id, &accept(handoff)), over);
    desk.does(ANA, id, &hand_to(BEN));
}

#[test]
fn i08_an_absence_names_another_active_person_and_removes_no_duty() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    let (from, to) = (desk.now, desk.now.plus_days(7));
    let check =
        |substitute| NewAbsence { from, to, substitute }.check(ANA, desk.staff.get(&substitute)).is_ok();
    assert!(check(BEN) && check(LEA));
    assert!(!check(ANA) && !check(OTTO) && !check(DAN));
    assert!(NewAbsence { from, to: from, substitute: BEN }.check(ANA, desk.staff.get(&BEN)).is_err());
    assert!(NewAbsence { from, to, substitute: BEN }.check(ANA, None).is_err());
    assert!(desk.complaint(id).has_duty(ANA) && !desk.complaint(id).has_duty(BEN));
}

#[test]
fn i09_the_person_complained_about_never_handles() {
    under_random_verbs(|turn| {
        for complaint in turn.complaints() {
            assert_ne!(Some(complaint.handler), complaint.about_staff);
        }
    });
}

#[test]
fn i09_the_person_complained_about_does_nothing_but_log() {
    under_random_verbs(|turn| {
        for (was, step) in turn.moves() {
            let by = person(&step.entry);
            if by.is_some() && by == was.about_staff {
                assert!(matches!(turn.asked, Asked::Log), "did {:?}", step.entry.fact);
                let own = matches!(step.entry.fact, Fact::PromiseMade { .. } | Fact::HandoffOffered { .. });
                assert!(own, "{:?}", step.entry.fact);
            }
        }
        if let (Some(was), Some(actor), Asked::Verb(_)) = (turn.was(), turn.actor, &turn.asked)
            && was.about_staff == Some(actor)
        {
            let refusal = turn.result.as_ref().expect_err("refused");
            let said = [Refusal::ComplainedAbout, Refusal::NotFound, Refusal::ReadOnly];
            assert!(said.contains(refusal), "{refusal:?}");
        }
    });
}

#[test]
fn i09_a_complaint_about_its_logger_names_another_handler() {
    let mut desk = World::small();
    let about = |handler| Log { about_staff: Some(ANA), handler, ..plain() };
    for (handler, name) in
        [(None, "invalid-field"), (Some(ANA), "not-a-receiver"), (Some(DAN), "not-a-receiver")]
    {
        let refusal = desk.log(ANA, None, &about(handler)).1.expect_err("refused");
        assert_eq!(refusal.name(), name);
    }
    let id = desk.takes(ANA, Some(MRS_PHAM), &about(Some(BEN)));
    assert_eq!((desk.complaint(id).first_contact, desk.complaint(id).handler), (ANA, BEN));
    assert_eq!(desk.refuses(ANA, id, &decide(Finding::Rejected)), Refusal::ComplainedAbout);
    let refused = Refusal::NotAReceiver { field: "to".into(), why: NotAReceiver::ComplainedAbout };
    assert_eq!(desk.refuses(BEN, id, &hand_to(ANA)), refused);
    let instantly = Log { settled: Some(settled()), ..about(Some(BEN)) };
    assert_eq!(desk.log(ANA, None, &instantly).1.err(), Some(Refusal::ComplainedAbout));
}

#[test]
fn i09_an_accusation_found_later_takes_the_handling_away_first() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    assert_eq!(desk.refuses(LEA, id, &about(ANA)), Refusal::HandOverFirst { handler: ANA });
    desk.does(ANA, id, &hand_to(BEN));
    desk.does(LEA, id, &about(BEN));
    assert_eq!(desk.complaint(id).pending_handoff(), None, "the offer that waited for Ben is taken back");
}

#[test]
fn i09_nobody_joins_a_complaint_about_themselves_to_another() {
    let mut desk = World::small();
    let accused = Log { about_staff: Some(ANA), handler: Some(BEN), ..plain() };
    let earlier = desk.takes(ANA, Some(MRS_PHAM), &accused);
    desk.later_by_minutes(5);
    let later = desk.takes(ANA, Some(MRS_PHAM), &plain());
    assert_eq!(desk.refuses(ANA, later, &merge(earlier)), Refusal::ComplainedAbout);
    desk.does(LEA, later, &merge(earlier));
}

#[test]
fn i10_whoever_handled_it_is_kept_away_from_the_complaint_about_it() {
    under_random_verbs(|turn| {
        for complaint in turn.complaints() {
            let handler = &turn.after.staff[&complaint.handler];
            assert!(!complaint.keeps_away(handler), "{} handles {complaint:?}", handler.name);
        }
        for (was, step) in turn.moves() {
            let reserved = matches!(
                step.entry.fact,
                Fact::Decided { .. } | Fact::CustomerAnswered { .. } | Fact::HandlerAssigned { .. }
            );
            let voided = matches!(turn.asked, Asked::Verb(Verb::Void(_)));
            let reopened = matches!(turn.asked, Asked::Verb(Verb::Reopen(_)));
            if (reserved && !reopened) || voided {
                let by = person(&step.entry).expect("a person");
                assert!(!was.keeps_out(&turn.after.staff[&by]), "{:?}", step.entry.fact);
            }
        }
    });
}

#[test]
fn i10_a_complaint_about_handling_goes_outside_the_line_of_the_first_handler() {
    let mut desk = World::small();
    let first = desk.takes(BEN, Some(MRS_PHAM), &plain());
    let second = desk.takes(ANA, Some(MRS_PHAM), &plain());
    let about_it = link(first, LinkKind::AboutHandling);
    assert_eq!(desk.refuses(ANA, second, &about_it), Refusal::HandOverFirst { handler: ANA }, "Ben's team");
    desk.does(LEO, second, &arbitrate(CAM));
    desk.does(LEO, second, &about_it);
    for kept_away in [ANA, BEN, LEA] {
        let why = NotAReceiver::KeptAway;
        let refusal = desk.refuses(LEO, second, &arbitrate(kept_away));
        assert_eq!(refusal, Refusal::NotAReceiver { field: "handler".into(), why });
    }
    assert_eq!(desk.refuses(LEA, second, &decide(Finding::Rejected)), Refusal::KeptAway);
    assert_eq!(desk.refuses(LEA, second, &arbitrate(CAM)), Refusal::KeptAway);
    assert_eq!(desk.refuses(LEA, second, &Verb::Void(why())), Refusal::KeptAway);
    desk.does(CAM, second, &decide(Finding::Upheld));
    desk.does(CAM, second, &reply(&[], true));
    let accepted = answers(Answer::Accepted);
    assert_eq!(desk.refuses(ANA, second, &accepted), Refusal::KeptAway);
    desk.does(CAM, second, &accepted);
    desk.does(CAM, second, &primary("other"));
    desk.does(ANA, second, &close());

    desk.disable(CAM).expect("nothing open is his");
    desk.does(LEO, second, &Verb::Reopen(why()));
    assert_eq!(desk.complaint(second).handler, LEO, "not Ana, who is kept away");
    assert_eq!(desk.complaint(second).stage, Stage::Investigating);
}

#[test]
fn i10_an_offer_from_before_the_accusation_is_not_accepted_any_more() {
    let mut desk = World::small();
    let first = desk.takes(BEN, Some(MRS_PHAM), &plain());
    let second = desk.takes(CAM, Some(MRS_PHAM), &plain());
    desk.does(CAM, second, &hand_to(ANA));
    let handoff = desk.complaint(second).pending_handoff().expect("offered").id;
    let succession = offered(&mut desk, second, &succeed(ANA, None));
    desk.does(CAM, second, &link(first, LinkKind::AboutHandling));
    assert_eq!(desk.refuses(ANA, second, &accept(handoff)), Refusal::KeptAway, "of Ben's team");
    assert_eq!(desk.refuses(ANA, second, &Verb::AcceptSuccession(succession)), Refusal::KeptAway);
}

#[test]
fn i10_an_offer_to_the_one_who_handled_it_is_taken_back() {
    let mut desk = World::small();
    let first = desk.takes(BEN, Some(MRS_PHAM), &plain());
    let second = desk.takes(CAM, Some(MRS_PHAM), &plain());
    desk.does(CAM, second, &hand_to(BEN));
    desk.does(CAM, second, &link(first, LinkKind::AboutHandling));
    assert_eq!(desk.complaint(second).pending_handoff(), None);
}

/// A lead offers a succession.
fn offered(desk: &mut World, id: ComplaintId, offer: &Verb) -> SuccessionId {
    desk.does(LEA, id, offer);
    desk.complaint(id).pending_successions().next().expect("offered").id
}
