//! Who sees what: a complaint about a person is not there for that person, a restricted one only for its duties.

use std::collections::BTreeSet;

use firsthand_domain::code::{LinkKind, Role};
use firsthand_domain::id::StaffId;
use firsthand_domain::refusal::Refusal;
use firsthand_domain::verb::{Log, Verb};

use crate::machine::{Asked, under_random_verbs};
use crate::say::{accept, arbitrate, hand_to, link, merge, note, plain, promise, recall, succeed};
use crate::world::{ADA, ANA, BEN, CAM, LEA, LEO, MRS_PHAM, OTTO, World};

/// Does this verb move another complaint too?
pub(crate) fn is_merging(verb: &Verb) -> bool {
    matches!(verb, Verb::Merge(_) | Verb::Unmerge(_))
}

#[test]
fn what_somebody_may_not_see_is_not_there_for_them() {
    under_random_verbs(|turn| {
        let (Some(was), Some(actor), Asked::Verb(_)) = (turn.was(), turn.actor, &turn.asked) else { return };
        let about = was.about_staff == Some(actor) && was.logged_by != actor;
        let sees_all = matches!(turn.after.staff[&actor].role, Role::Lead | Role::Auditor);
        let duties = BTreeSet::from([was.logged_by, was.first_contact, was.handler]);
        let offered = was.pending_handoff().is_some_and(|h| h.to == actor)
            || was.pending_successions().any(|s| s.to == actor)
            || was.open_promises().any(|p| p.responsible == actor);
        let hidden = about || was.restricted && !sees_all && !duties.contains(&actor) && !offered;
        assert_eq!(was.visible_to(&turn.after.staff[&actor]), !hidden);
        if hidden {
            assert_eq!(turn.result, Err(Refusal::NotFound));
        }
    });
}

#[test]
fn a_restricted_complaint_is_seen_by_present_duty() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &Log { restricted: true, ..plain() });
    assert_eq!(sees(&desk, id), [ANA, LEA, LEO, OTTO]);
    assert_eq!(desk.refuses(ADA, id, &note()), Refusal::NotFound);
    desk.does(ANA, id, &hand_to(BEN));
    assert_eq!(sees(&desk, id), [ANA, BEN, LEA, LEO, OTTO], "the pending receiver too");
    let handoff = desk.complaint(id).pending_handoff().expect("offered").id;
    desk.does(ANA, id, &recall(handoff));
    assert_eq!(sees(&desk, id), [ANA, LEA, LEO, OTTO]);
    desk.does(LEA, id, &arbitrate(BEN));
    desk.does(LEA, id, &arbitrate(CAM));
    assert_eq!(sees(&desk, id), [ANA, CAM, LEA, LEO, OTTO], "not the former handler");
    desk.does(LEA, id, &Verb::MakePromise(promise(desk.now.plus_days(1), Some(BEN))));
    assert_eq!(sees(&desk, id), [ANA, BEN, CAM, LEA, LEO, OTTO], "whoever holds an open promise");
    desk.does(LEA, id, &succeed(ADA, Some(CAM)));
    assert_eq!(sees(&desk, id), [ANA, BEN, CAM, LEA, LEO, ADA, OTTO], "the pending successor");
}

#[test]
fn a_complaint_about_a_person_is_not_there_for_them_unless_they_logged_it() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &Log { about_staff: Some(LEO), ..plain() });
    assert_eq!(sees(&desk, id), [ANA, BEN, CAM, LEA, ADA, OTTO]);
    assert_eq!(desk.refuses(LEO, id, &note()), Refusal::NotFound);
    desk.later_by_minutes(1);
    let other = desk.takes(LEO, Some(MRS_PHAM), &plain());
    assert_eq!(desk.refuses(LEO, other, &merge(id)), Refusal::NotFound);
    assert_eq!(desk.refuses(LEO, other, &link(id, LinkKind::Related)), Refusal::NotFound);

    let own = desk.takes(BEN, None, &Log { about_staff: Some(BEN), handler: Some(CAM), ..plain() });
    assert!(desk.complaint(own).visible_to(&desk.staff[&BEN]));
    assert_eq!(desk.refuses(BEN, own, &note()), Refusal::ComplainedAbout);
}

#[test]
fn whoever_accepts_is_the_one_who_was_asked() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &Log { restricted: true, handler: Some(BEN), ..plain() });
    let handoff = desk.complaint(id).pending_handoff().expect("offered with the receipt").id;
    assert_eq!(desk.complaint(id).handler, ANA, "a named handler is asked, not told");
    assert_eq!(desk.refuses(CAM, id, &accept(handoff)), Refusal::NotFound);
    desk.does(BEN, id, &accept(handoff));
    assert_eq!(desk.complaint(id).handler, BEN);
}

/// The active people who see it, in the order of their numbers.
fn sees(desk: &World, id: firsthand_domain::id::ComplaintId) -> Vec<StaffId> {
    let able = desk.staff.values().filter(|s| s.active && desk.complaint(id).visible_to(s));
    able.map(|s| s.id).collect()
}
