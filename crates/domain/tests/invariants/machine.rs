//! Lets the desk run under random verbs and shows every turn to a test.

use std::collections::BTreeMap;
use std::rc::Rc;

use firsthand_domain::complaint::Complaint;
use firsthand_domain::history::{Actor, Entry, Fact};
use firsthand_domain::id::{ComplaintId, StaffId};
use firsthand_domain::verb::Verb;
use firsthand_domain::{Refusal, Step};
use proptest::prelude::{Strategy as _, any, prop};
use proptest::test_runner::{Config, TestRunner};

use crate::say;
use crate::verbs::{Dice, some_customer, some_log, some_verb};
use crate::world::{Steps, World};

const CASES: u32 = 64;
const VERBS: usize = 80;

/// What was asked.
#[derive(Debug)]
pub(crate) enum Asked {
    Log,
    Import,
    Verb(Verb),
    Disable(StaffId),
    Enable,
}

/// One thing asked of the desk, and what came of it.
pub(crate) struct Turn<'w> {
    pub(crate) actor: Option<StaffId>,
    pub(crate) asked: Asked,
    /// The complaint it was asked of; for a new one, the one it became or would have become.
    pub(crate) on: ComplaintId,
    pub(crate) before: BTreeMap<ComplaintId, Rc<Complaint>>,
    pub(crate) result: Result<Steps, Refusal>,
    pub(crate) after: &'w World,
}

impl Turn<'_> {
    /// The complaint as it stood, if it was there already.
    pub(crate) fn was(&self) -> Option<&Complaint> {
        self.before.get(&self.on).map(|c| &**c)
    }

    /// Every complaint that was there before, as it was and as it is.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&Complaint, &Complaint)> {
        self.before.iter().map(|(id, was)| (&**was, self.after.complaint(*id)))
    }

    /// Every complaint as it is.
    pub(crate) fn complaints(&self) -> impl Iterator<Item = &Complaint> {
        self.after.complaints.values().map(|c| &**c)
    }

    /// What happened, to which complaint.
    pub(crate) fn steps(&self) -> &[(ComplaintId, Step)] {
        self.result.as_deref().unwrap_or_default()
    }

    pub(crate) fn facts(&self) -> impl Iterator<Item = (ComplaintId, &Entry, &Fact)> {
        self.steps().iter().map(|(id, step)| (*id, &step.entry, &step.entry.fact))
    }

    /// Every fact with the complaint as it stood just before it; receipts have none.
    pub(crate) fn moves(&self) -> Vec<(Complaint, Step)> {
        let mut standing: BTreeMap<ComplaintId, Complaint> =
            self.before.iter().map(|(id, c)| (*id, Complaint::clone(c))).collect();
        let mut moves = Vec::new();
        for (id, step) in self.steps() {
            if let Some(complaint) = standing.get_mut(id) {
                moves.push((complaint.clone(), step.clone()));
                complaint.apply(&step.entry);
            } else {
                standing.extend(Complaint::begin(*id, &step.entry).map(|c| (*id, c)));
            }
        }
        moves
    }
}

/// The person behind a fact.
pub(crate) fn person(entry: &Entry) -> Option<StaffId> {
    match entry.actor {
        Actor::Staff(id) => Some(id),
        Actor::System => None,
    }
}

/// Runs a desk through random verbs, many times over, and checks every turn.
pub(crate) fn under_random_verbs(check: impl Fn(&Turn<'_>)) {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let config = match std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()) {
        Some(cases) => Config { cases, ..config },
        None => config,
    };
    let throws = prop::collection::vec(any::<u64>().no_shrink(), 1..=2 * VERBS);
    let outcome = TestRunner::new(config).run(&throws, |throws| {
        run(&throws, &check);
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

/// Runs one desk, one turn for each number.
pub(crate) fn run(throws: &[u64], check: &dyn Fn(&Turn<'_>)) {
    let mut world = World::small();
    for throw in throws {
        let mut dice = Dice::new(*throw);
        pass_time(&mut world, &mut dice);
        let turn = turn(&mut world, &mut dice);
        check(&turn);
    }
}

fn pass_time(world: &mut World, dice: &mut Dice) {
    match dice.below(20) {
        0..=9 => {}
        10..=14 => world.later_by_minutes(dice.minutes(60)),
        15..=17 => world.later_by_minutes(dice.minutes(1_500)),
        18 => world.later_by_days(2),
        _ => world.later_by_minutes(dice.minutes(60_000)),
    }
}

fn turn<'w>(world: &'w mut World, dice: &mut Dice) -> Turn<'w> {
    let before = world.complaints.clone();
    let (actor, on, asked, result) = if before.is_empty() || (before.len() < 4 && dice.percent(12)) {
        take(world, dice)
    } else if dice.percent(15) {
        fire(world, dice)
    } else if dice.percent(4) {
        let staff = dice.anyone();
        let first = *before.keys().next().expect("one is there");
        if dice.percent(40) {
            world.enable(staff);
            (None, first, Asked::Enable, Ok(Vec::new()))
        } else {
            (None, first, Asked::Disable(staff), world.disable(staff).map(|()| Vec::new()))
        }
    } else {
        let (actor, on, verb) = some_verb(world, dice);
        let result = world.perform(actor, on, &verb);
        (actor, on, Asked::Verb(verb), result)
    };
    Turn { actor, asked, on, before, result, after: world }
}

type Asking = (Option<StaffId>, ComplaintId, Asked, Result<Steps, Refusal>);

fn take(world: &mut World, dice: &mut Dice) -> Asking {
    let (actor, customer) = (dice.anyone(), some_customer(dice));
    if dice.percent(10) {
        let row = say::row(world.now.plus_minutes(-dice.minutes(130_000)), dice.percent(50));
        let (on, result) = world.import(actor, customer, &row);
        return (Some(actor), on, Asked::Import, result);
    }
    let log = some_log(world, dice);
    let (on, result) = world.log(actor, customer, &log);
    (Some(actor), on, Asked::Log, result)
}

/// A timer, due or not.
fn fire(world: &mut World, dice: &mut Dice) -> Asking {
    let mut timers = Vec::new();
    for complaint in world.complaints.values() {
        timers.extend(complaint.handoffs.iter().map(|h| (complaint.id, Verb::HandoffLapses(h.id))));
        timers.extend(complaint.promises.iter().map(|p| (complaint.id, Verb::PromiseFallsDue(p.id))));
    }
    if timers.is_empty() {
        return take(world, dice);
    }
    let (on, timer) = timers.swap_remove(dice.below(timers.len()));
    let result = world.perform(None, on, &timer);
    (None, on, Asked::Verb(timer), result)
}
