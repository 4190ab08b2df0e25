//! The stages of a complaint: where each verb has its place, and who decides.

use firsthand_domain::code::{Answer, Finding, Stage};
use firsthand_domain::history::Fact;
use firsthand_domain::refusal::Refusal;
use firsthand_domain::verb::Verb;

use crate::machine::{person, under_random_verbs};
use crate::say::{acknowledge, add_point, answers, ask_customer, close, decide, plain, primary, reply, why};
use crate::world::{ANA, CAM, LEA, LEO, MRS_PHAM, World};

#[test]
fn stages_move_forward_within_a_cycle_and_back_only_by_a_new_one() {
    under_random_verbs(|turn| {
        for (was, step) in turn.moves() {
            let mut is = was.clone();
            is.apply(&step.entry);
            match step.entry.fact {
                Fact::Reopened { cycle } => {
                    assert_eq!((is.stage, is.cycle), (Stage::Investigating, was.cycle + 1));
                    assert_eq!(cycle, is.cycle);
                    assert!(was.stage >= Stage::Replied);
                    assert_eq!((is.answer.as_ref(), is.decision()), (None, None), "both are asked anew");
                }
                Fact::MergeUndone {} => assert_eq!((was.stage, is.cycle), (Stage::Closed, was.cycle)),
                _ => assert!(is.stage >= was.stage && is.cycle == was.cycle, "{:?}", step.entry.fact),
            }
        }
    });
}

#[test]
fn nobody_decides_twice_and_a_cycle_has_one_decision() {
    under_random_verbs(|turn| {
        for complaint in turn.complaints() {
            let mut deciders: Vec<_> = complaint.decisions.iter().map(|d| d.by).collect();
            let mut cycles: Vec<_> = complaint.decisions.iter().map(|d| d.cycle).collect();
            deciders.sort_unstable();
            deciders.dedup();
            cycles.dedup();
            assert_eq!(
                (deciders.len(), cycles.len()),
                (complaint.decisions.len(), complaint.decisions.len())
            );
        }
    });
}

#[test]
fn only_those_in_charge_move_a_complaint() {
    under_random_verbs(|turn| {
        for (was, step) in turn.moves() {
            let Some(by) = person(&step.entry) else { continue };
            let anyones = matches!(step.entry.fact, Fact::ContactRecorded { .. } | Fact::NoteAdded {});
            let receivers = matches!(
                step.entry.fact,
                Fact::HandoffAccepted { .. }
                    | Fact::HandoffDeclined { .. }
                    | Fact::HandoffRecalled { .. }
                    | Fact::SuccessionAccepted { .. }
                    | Fact::SuccessionDeclined { .. }
            );
            let promisers = was.promises.iter().any(|p| p.responsible == by)
                && matches!(
                    step.entry.fact,
                    Fact::PromiseKept { .. }
                        | Fact::PromiseKeptLate { .. }
                        | Fact::PromiseBroken { .. }
                        | Fact::PromiseSuperseded { .. }
                        | Fact::PromiseVoided { .. }
                        | Fact::PromiseMade { replaces: Some(_), .. }
                );
            let merging = matches!(step.entry.fact, Fact::MergeTaken { .. } | Fact::MergeUndone {});
            let lead = turn.after.staff[&by].is_lead();
            let in_charge = lead || [was.first_contact, was.handler].contains(&by);
            assert!(in_charge || anyones || receivers || promisers || merging, "{:?}", step.entry.fact);
        }
    });
}

#[test]
fn a_verb_out_of_place_says_where_its_place_is() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    let answer = answers(Answer::Accepted);
    let refusal = desk.refuses(ANA, id, &answer);
    assert_eq!(refusal, Refusal::WrongStage { stage: Stage::Received, allowed: vec![Stage::Replied] });
    assert_eq!(desk.refuses(CAM, id, &acknowledge()).name(), "not-yours");
    desk.does(ANA, id, &acknowledge());
    assert_eq!(desk.refuses(ANA, id, &acknowledge()).name(), "wrong-stage");
    assert_eq!(desk.refuses(ANA, id, &Verb::Reopen(why())).name(), "wrong-stage");
    desk.does(ANA, id, &add_point());
    assert_eq!(desk.complaint(id).stage, Stage::Investigating);
    desk.does(ANA, id, &decide(Finding::Upheld));
    assert_eq!(desk.refuses(LEA, id, &decide(Finding::Upheld)).name(), "wrong-stage");
    assert_eq!(desk.refuses(ANA, id, &ask_customer(desk.now.plus_days(1))).name(), "wrong-stage");
    desk.does(ANA, id, &add_point());
    assert_eq!(desk.complaint(id).stage, Stage::Decided, "assessed again, and no further back");
}

#[test]
fn a_second_dispute_waits_for_a_lead() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    for decider in [ANA, LEA] {
        desk.does(decider, id, &decide(Finding::Upheld));
        desk.does(ANA, id, &reply(&[], true));
        desk.does(ANA, id, &primary("other"));
        desk.does(ANA, id, &answers(Answer::Disputed));
    }
    assert_eq!((desk.complaint(id).stage, desk.complaint(id).cycle), (Stage::Replied, 2));
    assert_eq!(desk.refuses(ANA, id, &answers(Answer::Accepted)), Refusal::AlreadyAnswered);
    assert_eq!(desk.refuses(ANA, id, &Verb::Reopen(why())), Refusal::NotYours { allowed: vec!["lead"] });
    assert_eq!(desk.refuses(ANA, id, &close()), Refusal::NotYours { allowed: vec!["lead"] });
    desk.does(LEO, id, &Verb::Reopen(why()));
    assert_eq!((desk.complaint(id).stage, desk.complaint(id).cycle), (Stage::Investigating, 3));
}
