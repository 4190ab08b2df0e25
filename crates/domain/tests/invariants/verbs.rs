//! Thinks up what somebody might ask next: mostly what leads deeper, sometimes anything at all.

use firsthand_domain::code::{
    Answer, CauseRole, Channel, Detail, Finding, LinkKind, ReplyKind, ReplyState, Severity, Stage,
};
use firsthand_domain::complaint::Complaint;
use firsthand_domain::id::{ComplaintId, CustomerId, PointId, StaffId};
use firsthand_domain::verb::{Assess, Log, SendReply, Verb};

use crate::say;
use crate::world::{ADA, ANA, BEN, CAM, DAN, LEA, LEO, MR_KISS, MR_LI, MRS_PHAM, OTTO, World};

const EVERYONE: [StaffId; 8] = [ANA, BEN, CAM, LEA, LEO, ADA, OTTO, DAN];
const CAUSES: [&str; 4] = ["late-courier", "other", "unknown", "no-such-cause"];

/// Chance from a number: the same number gives the same throws.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % limit.max(1) as u64).unwrap_or(0)
    }

    pub(crate) fn minutes(&mut self, limit: usize) -> i64 {
        i64::try_from(self.below(limit)).unwrap_or(0)
    }

    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    pub(crate) fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn one_of<T: Copy>(&mut self, of: impl Iterator<Item = T>) -> Option<T> {
        let all: Vec<T> = of.collect();
        (!all.is_empty()).then(|| self.one(&all))
    }

    pub(crate) fn anyone(&mut self) -> StaffId {
        self.one(&EVERYONE)
    }
}

pub(crate) fn some_customer(dice: &mut Dice) -> Option<CustomerId> {
    dice.one(&[None, Some(MRS_PHAM), Some(MRS_PHAM), Some(MR_KISS), Some(MR_LI)])
}

pub(crate) fn some_log(world: &World, dice: &mut Dice) -> Log {
    let about_staff = dice.percent(20).then(|| dice.anyone());
    let received_at = dice.percent(40).then(|| world.now.plus_minutes(-dice.minutes(5_000)));
    Log {
        received_at,
        about_staff,
        severity: Some(dice.one(Severity::ALL)),
        handler: dice.percent(30).then(|| dice.anyone()),
        restricted: dice.percent(20),
        promise: dice.percent(15).then(|| say::promise(world.now.plus_minutes(90), None)),
        settled: dice.percent(10).then(say::settled),
        ..say::with_points(dice.below(3))
    }
}

/// Which complaint, who and what. Nobody asks when it is a timer.
pub(crate) fn some_verb(world: &World, dice: &mut Dice) -> (Option<StaffId>, ComplaintId, Verb) {
    let all: Vec<&Complaint> = world.complaints.values().map(|c| &**c).collect();
    let open: Vec<&Complaint> = all.iter().copied().filter(|c| c.is_open()).collect();
    let of = if open.is_empty() || dice.percent(20) { &all } else { &open };
    let complaint = dice.one(of);
    let verb =
        if dice.percent(55) { deeper(world, complaint, dice) } else { anything(world, complaint, dice) };
    let actor = match verb {
        Verb::HandoffLapses(_) | Verb::PromiseFallsDue(_) => None,
        _ if dice.percent(1) => None,
        _ if dice.percent(15) => Some(dice.anyone()),
        _ => Some(whose(world, complaint, &verb, dice)),
    };
    (actor, complaint.id, verb)
}

/// Whose verb it is, if anybody's.
fn whose(world: &World, complaint: &Complaint, verb: &Verb, dice: &mut Dice) -> StaffId {
    let handoff = |id: &_| complaint.handoffs.iter().find(|h| h.id == *id);
    let succession = |id: &_| complaint.successions.iter().find(|s| s.id == *id);
    let in_charge = [complaint.first_contact, complaint.handler, LEA, LEO];
    let named = match verb {
        Verb::AcceptHandoff(id) | Verb::DeclineHandoff(id, _) => handoff(id).map(|h| h.to),
        Verb::RecallHandoff(id, _) => handoff(id).map(|h| h.from),
        Verb::AcceptSuccession(id) | Verb::DeclineSuccession(id, _) => succession(id).map(|s| s.to),
        Verb::Decide(_) => {
            let decided = |s: &StaffId| complaint.decisions.iter().any(|d| d.by == *s);
            dice.one_of(in_charge.into_iter().filter(|s| !decided(s)))
        }
        Verb::Void(_) | Verb::Arbitrate(_) | Verb::AbandonPromise(..) | Verb::OfferSuccession(_) => {
            Some(dice.one(&[LEA, LEO]))
        }
        Verb::KeepPromise(id, _) => complaint.promises.iter().find(|p| p.id == *id).map(|p| p.responsible),
        _ => None,
    };
    let able = |s: &StaffId| world.staff[s].can_hold_duty() && complaint.about_staff != Some(*s);
    named.or_else(|| dice.one_of(in_charge.into_iter().filter(able))).unwrap_or(LEA)
}

/// What would bring this complaint on.
fn deeper(world: &World, complaint: &Complaint, dice: &mut Dice) -> Verb {
    if !complaint.is_open() {
        return match complaint.merged_into {
            Some(_) => anything(world, complaint, dice),
            None => Verb::Reopen(say::why()),
        };
    }
    if let Some(handoff) = complaint.pending_handoff().filter(|_| dice.percent(40)) {
        return match dice.below(5) {
            0 | 1 => say::accept(handoff.id),
            2 | 3 => say::decline(handoff.id),
            _ => say::recall(handoff.id),
        };
    }
    let succession = complaint.pending_successions().next().map(|s| s.id);
    if let Some(id) = succession.filter(|_| dice.percent(40)) {
        return if dice.percent(80) { Verb::AcceptSuccession(id) } else { say::decline_succession(id) };
    }
    let promise = complaint.open_promises().next().map(|p| p.id);
    if let Some(id) = promise.filter(|_| dice.percent(35)) {
        return match dice.below(6) {
            0 => Verb::AbandonPromise(id, say::why()),
            1 => Verb::VoidPromise(id, say::why()),
            2 => say::supersede(id, world.now.plus_minutes(45), dice.percent(60)),
            _ => say::keep(id),
        };
    }
    if let Some(merged) = complaint.merged.first().filter(|_| dice.percent(12)) {
        return say::unmerge(merged.complaint);
    }
    if complaint.declines > 0 && dice.percent(25) {
        return say::hand_to(dice.one(&[ANA, BEN, CAM, LEO]));
    }
    if dice.percent(5) {
        let about = dice.one_of(world.complaints.keys().copied().filter(|id| *id != complaint.id));
        return say::link(about.unwrap_or(complaint.id), LinkKind::AboutHandling);
    }
    let on_its_way = complaint.replies.iter().find(|r| r.state == ReplyState::Sent).map(|r| r.id);
    if let Some(id) = on_its_way.filter(|_| dice.percent(50)) {
        return if dice.percent(75) { Verb::ReplyDelivered(id) } else { say::failed(id) };
    }
    match complaint.stage {
        Stage::Received => match dice.below(3) {
            0 => say::acknowledge(),
            1 => say::add_point(),
            _ => decision(dice),
        },
        Stage::Acknowledged => {
            if dice.percent(50) {
                say::add_point()
            } else {
                decision(dice)
            }
        }
        Stage::Investigating => decision(dice),
        Stage::Decided => answer_to_all(complaint, dice),
        Stage::Replied | Stage::Closed => towards_the_end(complaint, dice),
    }
}

fn towards_the_end(complaint: &Complaint, dice: &mut Dice) -> Verb {
    let upheld = complaint.decision().is_some_and(|d| d.outcome != Finding::Rejected);
    if complaint.points.iter().any(|p| p.answered_by.is_none()) && dice.percent(70) {
        return answer_to_all(complaint, dice);
    }
    if upheld && complaint.primary_cause().is_none() && dice.percent(60) {
        return say::tag(dice.one(&CAUSES[..3]), CauseRole::Primary, true);
    }
    if complaint.answer.is_some() && dice.percent(80) {
        return dice.one_of([0, 1, 2].into_iter()).map_or_else(say::close, |at| match at {
            0 => say::close(),
            1 => say::close_with_body(),
            _ => Verb::Reopen(say::why()),
        });
    }
    match dice.below(10) {
        0..=2 => say::answers(Answer::Accepted),
        3..=5 => say::answers(Answer::Disputed),
        6 => say::answers(Answer::NoAnswer),
        7 | 8 => say::try_customer(dice.one(Channel::ALL)),
        _ => say::close(),
    }
}

fn decision(dice: &mut Dice) -> Verb {
    say::decide(dice.one(Finding::ALL))
}

fn answer_to_all(complaint: &Complaint, dice: &mut Dice) -> Verb {
    let points: Vec<PointId> = complaint.points.iter().map(|p| p.id).collect();
    let posted = complaint.customers().is_empty() && dice.percent(70);
    let points_answered = if dice.percent(85) { points } else { Vec::new() };
    let delivered = dice.percent(60);
    Verb::SendReply(SendReply { points_answered, posted, ..say::a_reply(ReplyKind::Substantive, delivered) })
}

/// Anything at all, in or out of place.
fn anything(world: &World, complaint: &Complaint, dice: &mut Dice) -> Verb {
    let soon = world.now.plus_minutes(dice.minutes(3_000));
    let other = dice.one_of(world.complaints.keys().copied()).unwrap_or(complaint.id);
    let handoff = dice.one_of(complaint.handoffs.iter().map(|h| h.id));
    let reply = dice.one_of(complaint.replies.iter().map(|r| r.id));
    let promise = dice.one_of(complaint.promises.iter().map(|p| p.id));
    let succession = dice.one_of(complaint.successions.iter().map(|s| s.id));
    if let Some(id) = succession.filter(|_| dice.percent(8)) {
        return Verb::AcceptSuccession(id);
    }
    let by_part = match (dice.below(12), handoff, reply, promise) {
        (0, Some(id), ..) => Some(say::accept(id)),
        (1, Some(id), ..) => Some(say::decline(id)),
        (2, Some(id), ..) => Some(Verb::HandoffLapses(id)),
        (3, _, Some(id), _) => Some(Verb::ReplyDelivered(id)),
        (4, _, Some(id), _) => Some(say::failed(id)),
        (5, .., Some(id)) => Some(say::keep(id)),
        (6, .., Some(id)) => Some(say::supersede(id, soon, true)),
        (7, .., Some(id)) => Some(Verb::VoidPromise(id, say::why())),
        (8, .., Some(id)) => Some(Verb::AbandonPromise(id, say::why())),
        (9, .., Some(id)) => Some(Verb::PromiseFallsDue(id)),
        _ => None,
    };
    by_part.unwrap_or_else(|| match dice.below(27) {
        0 => say::acknowledge(),
        1 => say::add_point(),
        2 | 3 => say::hand_to_by(dice.anyone(), dice.percent(50).then_some(soon)),
        4 => say::hand_to(dice.one(&[ANA, BEN, CAM])),
        5 => say::arbitrate(dice.anyone()),
        6 | 7 => say::succeed(dice.anyone(), dice.percent(50).then(|| dice.anyone())),
        8 => say::ask_customer(soon),
        9 => say::customer_writes(dice.one(Channel::ALL)),
        10 => say::call_customer(dice.one(Channel::ALL), dice.percent(50)),
        11 => say::note(),
        12 => decision(dice),
        13 => say::send(dice.one(ReplyKind::ALL), dice.percent(50)),
        14 => answer_to_all(complaint, dice),
        15 => say::answers(dice.one(Answer::ALL)),
        16 | 17 => Verb::MakePromise(say::promise(soon, dice.percent(40).then(|| dice.anyone()))),
        18 => say::tag(dice.one(&CAUSES), dice.one(CauseRole::ALL), dice.percent(70)),
        19 => say::close(),
        20 => Verb::Reopen(say::why()),
        21 => {
            if dice.percent(40) {
                say::withdraw(dice.percent(50))
            } else {
                Verb::Void(say::why())
            }
        }
        22 => say::merge(other),
        23 => say::merge_keeping(other, dice.one(Detail::ALL)),
        24 => say::unmerge(other),
        25 => say::link(other, dice.one(&[LinkKind::SameAs, LinkKind::Related, LinkKind::AboutHandling])),
        _ if dice.percent(50) => say::assess(Assess {
            about_staff: dice.percent(50).then(|| dice.anyone()),
            restricted: Some(dice.percent(50)),
            ..say::nothing_assessed()
        }),
        _ => say::refer(),
    })
}
