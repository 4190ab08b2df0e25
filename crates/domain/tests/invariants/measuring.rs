//! C1 on complaints themselves: the worked examples of the figures, counted from histories.

use firsthand_domain::code::{Answer, Finding};
use firsthand_domain::complaint::Complaint;
use firsthand_domain::id::StaffId;
use firsthand_domain::metrics::{Again, Measured, Metric, Ruler, Zone};

use crate::say::{accept, answers, close, decide, hand_to, plain, reply};
use crate::world::{ANA, BEN, LEA, MRS_PHAM, World, at};

fn ruler(desk: &World) -> Ruler {
    Ruler { as_of: desk.now, policy: desk.policy.clone(), zone: Zone::UTC, little: Vec::new() }
}

fn measured(desk: &World, complaint: &Complaint) -> Measured {
    Measured::of(complaint, Again::default(), &ruler(desk))
}

/// A rejected complaint of Ana's, closed after it changed hands so often.
fn handed_on(times: usize) -> (World, Measured) {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    let mut from = ANA;
    for to in [BEN, LEA].into_iter().cycle().take(times) {
        desk.does(from, id, &hand_to(to));
        let offered = desk.complaint(id).pending_handoff().expect("offered").id;
        desk.does(to, id, &accept(offered));
        from = to;
    }
    let by = |desk: &World| -> StaffId { desk.complaint(id).handler };
    for verb in [decide(Finding::Rejected), reply(&[], true)] {
        let handler = by(&desk);
        desk.does(handler, id, &verb);
    }
    desk.does(ANA, id, &answers(Answer::Accepted));
    desk.does(ANA, id, &close());
    let measured = measured(&desk, desk.complaint(id));
    (desk, measured)
}

#[test]
fn c1_10_handoffs_for_each_closed_complaint() {
    let (mut closed, mut handoffs, mut twice) = (0, 0, 0);
    for (times, complaints) in [(0, 120), (1, 50), (2, 20), (3, 8), (4, 2)] {
        let (_, one) = handed_on(times);
        let (each, more) = (one.met(Metric::Handoffs), one.met(Metric::HandedOnTwice));
        assert_eq!((each.of, more.of), (1, 1), "{times}");
        closed += complaints * each.of;
        handoffs += complaints * each.met;
        twice += complaints * more.met;
    }
    assert_eq!((handoffs, closed), (122, 200));
    assert!((f64::from(handoffs) / f64::from(closed) - 0.61).abs() < 1e-12);
    assert!((f64::from(twice) / f64::from(closed) - 0.15).abs() < 1e-12);
}

/// The wall clock of the example; hours of business are not kept.
#[test]
fn c_from_friday_half_past_four_to_monday_a_quarter_past_ten() {
    let mut desk = World::small();
    desk.now = at("2026-03-06T16:30:00Z");
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    desk.does(ANA, id, &decide(Finding::Rejected));
    desk.now = at("2026-03-09T10:15:00Z");
    let open = measured(&desk, desk.complaint(id)).to_reply;
    desk.does(ANA, id, &reply(&[], true));
    let replied = measured(&desk, desk.complaint(id)).to_reply;
    let quarters = 65 * 4 + 3;
    assert_eq!((open, replied), ((quarters * 900_000_000, false), (quarters * 900_000_000, true)));
}
