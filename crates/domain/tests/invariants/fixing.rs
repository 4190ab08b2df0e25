//! I-56 to I-61: a plan is locked before the fix, a verdict follows from it and from what happened, and nobody judges
//! what they did themselves.

use std::collections::BTreeSet;

use firsthand_domain::Refusal;
use firsthand_domain::code::{ActionState, ProblemState, Role};
use firsthand_domain::corrective_action::{
    Action, ActionContext, ActionEntry, ActionFact, ActionVerb, Counted, Found, NewPlan, Window, lag_of,
};
use firsthand_domain::id::{ActionId, CauseId, ProblemId, StaffId};
use firsthand_domain::problem::Problem;
use firsthand_domain::staff::Staff;
use firsthand_domain::statistics::ratio::Verdict;
use firsthand_domain::time::{Day, Timestamp};
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

const LATE: CauseId = CauseId(Uuid::from_u128(500));
const OTHER: CauseId = CauseId(Uuid::from_u128(501));
const PEOPLE: u128 = 5;

fn now() -> Timestamp {
    Timestamp::parse("2026-03-02T09:00:00Z").unwrap()
}

/// Two leads, an agent, an agent who has left, an auditor.
fn person(number: u128) -> Staff {
    let role = match number {
        0 | 1 => Role::Lead,
        4 => Role::Auditor,
        _ => Role::Agent,
    };
    let (name, email) = (format!("P{number}"), format!("p{number}@example.com"));
    Staff { id: StaffId(Uuid::from_u128(number + 1)), name, email, role, team: None, active: number != 3 }
}

fn body<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn day(number: i64) -> Day {
    Day::of(Timestamp::parse("2025-01-01T00:00:00Z").unwrap()).plus(number)
}

fn window(from: i64, to: i64) -> Window {
    Window { from: day(from), to: day(to) }
}

fn problem(trigger: Option<Window>) -> Problem {
    let about = firsthand_domain::problem::About::default();
    Problem {
        id: ProblemId(Uuid::from_u128(900)),
        version: 1,
        title: "late".to_owned(),
        state: ProblemState::Open,
        causes: vec![LATE],
        about,
        alert: trigger.map(|_| Uuid::from_u128(901)),
        trigger,
        opened_at: now(),
        opened_by: person(0).id,
    }
}

fn plan(baseline: Window, washout: i64, watch: Window, verifier: u128) -> NewPlan {
    body(json!({
        "baseline": baseline, "washout_days": washout, "watch": watch, "exposure": { "kind": "deliveries" },
        "verifier": person(verifier).id,
    }))
}

/// What somebody might do next, and on which day of 2025 that is said to have happened.
#[derive(Debug, Clone)]
enum Try {
    Approve,
    Start,
    Plan { baseline: (i64, i64), washout: i64, watch: (i64, i64), verifier: u128 },
    Implemented(i64),
    Judge { before: u8, after: u8, untagged: u8, at: i64 },
    Extend(i64),
    Owner(u128),
    Close,
}

fn tries() -> impl Strategy<Value = Vec<(u128, Try)>> {
    let plan = (0..200_i64, 1..200_i64, 0..20_i64, 0..60_i64, 1..150_i64, 0..PEOPLE).prop_map(
        |(from, days, washout, gap, watch, verifier)| {
            let to = from + days;
            Try::Plan { baseline: (from, to), washout, watch: (to + gap, to + gap + watch), verifier }
        },
    );
    let bare = prop_oneof![3 => Just(0_u8), 1 => 0..30_u8];
    let judge = (0..250_u8, 0..250_u8, bare, 0..900_i64)
        .prop_map(|(before, after, untagged, at)| Try::Judge { before, after, untagged, at });
    let one = prop_oneof![
        2 => Just(Try::Approve),
        1 => Just(Try::Start),
        4 => plan,
        4 => (0..400_i64).prop_map(Try::Implemented),
        6 => judge,
        4 => (100..900_i64).prop_map(Try::Extend),
        1 => (0..PEOPLE).prop_map(Try::Owner),
        1 => Just(Try::Close),
    ];
    let by = prop_oneof![2 => 0..2_u128, 1 => 0..PEOPLE];
    prop::collection::vec((by, one), 1..60)
}

/// An action with everything that ever happened to it.
struct Desk {
    action: Action,
    entries: Vec<ActionEntry>,
    problem: Problem,
}

impl Desk {
    fn new(trigger: Option<Window>) -> Self {
        let problem = problem(trigger);
        let owner = person(2);
        let new = body(
            json!({ "problem": problem.id, "title": "a van", "owner": owner.id, "due_at": "2027-01-01T00:00:00Z" }),
        );
        let context = ActionContext {
            actor: &person(0),
            now: now(),
            problem: &problem,
            person: Some(&owner),
            causes: &[],
        };
        let (action, fact) = Action::propose(ActionId(Uuid::from_u128(700)), &new, &context).unwrap();
        let entries = vec![ActionEntry { seq: 1, at: now(), by: person(0).id, fact }];
        Self { action, entries, problem }
    }

    /// Does it, and gives what was before and what happened.
    fn attempt(&mut self, by: u128, attempt: &Try) -> Result<Option<ActionFact>, Refusal> {
        let actor = person(by);
        let verb = match attempt {
            Try::Judge { before, after, untagged, at } => {
                return self.judge(&actor, (*before, *after, *untagged), day(*at).start());
            }
            Try::Approve => ActionVerb::Approve,
            Try::Start => ActionVerb::Start,
            Try::Plan { baseline, washout, watch, verifier } => {
                let windows = (window(baseline.0, baseline.1), window(watch.0, watch.1));
                ActionVerb::Plan(Box::new(plan(windows.0, *washout, windows.1, *verifier)))
            }
            Try::Implemented(at) => {
                ActionVerb::Implemented(body(json!({ "implemented_at": day(*at).start() })))
            }
            Try::Extend(to) => ActionVerb::Extend(body(json!({ "to": day(*to), "reason": "r" }))),
            Try::Owner(owner) => {
                ActionVerb::ChangeOwner(body(json!({ "owner": person(*owner).id, "reason": "r" })))
            }
            Try::Close => ActionVerb::Close(body(json!("r"))),
        };
        let named = verb.person().map(|id| (0..PEOPLE).map(person).find(|p| p.id == id).unwrap());
        let context = ActionContext {
            actor: &actor,
            now: now(),
            problem: &self.problem,
            person: named.as_ref(),
            causes: &[],
        };
        let fact = self.action.perform(&verb, &context)?;
        self.keep(&actor, fact.clone());
        Ok(Some(fact))
    }

    fn judge(
        &mut self,
        actor: &Staff,
        (before, after, untagged): (u8, u8, u8),
        now: Timestamp,
    ) -> Result<Option<ActionFact>, Refusal> {
        let plan = self.action.may_judge(actor)?.clone();
        let counted = [
            count(Some(LATE), plan.baseline.from, before),
            count(Some(LATE), plan.watch.from, after),
            count(None, plan.watch.from, untagged),
        ];
        let (treated, beside) = (BTreeSet::from([LATE]), BTreeSet::from([OTHER]));
        let (t1, t2) = (Some(1_000), Some(1_000));
        let found = Found { counted: &counted, treated: &treated, beside: &beside, t1, t2, lag: 0, now };
        let judgement = self.action.measure(&plan, &found, actor.id);
        let Some(fact) = self.action.judge(&judgement) else { return Ok(None) };
        self.keep(actor, fact.clone());
        Ok(Some(fact))
    }

    fn keep(&mut self, by: &Staff, fact: ActionFact) {
        self.action = self.action.clone().apply(by.id, &fact);
        self.entries.push(ActionEntry { seq: self.action.version, at: now(), by: by.id, fact });
    }
}

fn count(cause: Option<CauseId>, day: Day, count: u8) -> Counted {
    Counted { cause, day: day.number(), count: i64::from(count) }
}

/// Where a desk was before each try, and what came of it.
type Told<'a> = (&'a Action, &'a Try, &'a Result<Option<ActionFact>, Refusal>, &'a Desk);

fn under(tries: &[(u128, Try)], trigger: Option<Window>, mut check: impl FnMut(u128, &Told<'_>)) -> Desk {
    let mut desk = Desk::new(trigger);
    for (by, attempt) in tries {
        let before = desk.action.clone();
        let result = desk.attempt(*by, attempt);
        check(*by, &(&before, attempt, &result, &desk));
    }
    desk
}

proptest! {
    #[test]
    fn i_56_a_verdict_comes_from_the_locked_plan_and_another_plan_voids_it(tries in tries()) {
        let desk = under(&tries, None, |_, (before, _, result, desk)| {
            let action = &desk.action;
            // Nothing is in place without a plan that was locked before.
            assert!(action.implemented_at.is_none() || action.plan.is_some());
            if let Some(verdict) = &action.verdict {
                assert_eq!(Some(verdict.plan), action.plan.as_ref().map(|plan| plan.number));
            }
            if let Ok(Some(ActionFact::PlanLocked { plan, voided, .. })) = result {
                assert_eq!(plan.number, before.plan.as_ref().map_or(1, |p| p.number + 1));
                assert_eq!(*voided, before.verdict.as_ref().map(|v| v.verdict), "what is void is named");
                assert!(action.verdict.is_none());
                let state = if before.implemented_at.is_some() { ActionState::Implemented } else { before.state };
                assert_eq!(action.state, state);
            }
            // A plan changes by another plan, or by a longer watch, and by nothing else.
            let moves = matches!(result, Ok(Some(ActionFact::PlanLocked { .. } | ActionFact::WatchExtended { .. })));
            assert!(moves || action.plan == before.plan);
        });
        // Each plan and each verdict there ever was is in the history, which makes the action.
        prop_assert_eq!(Action::fold(desk.action.id, &desk.entries), Some(desk.action));
    }

    #[test]
    fn i_57_nobody_verifies_or_approves_what_they_see_to(tries in tries()) {
        under(&tries, None, |by, (before, attempt, result, desk)| {
            let (actor, action) = (person(by), &desk.action);
            if let Some(plan) = &action.plan {
                assert_ne!(plan.verifier, action.terms.owner);
                // A person at work here (I-06): everybody is one but the fourth, who has left, and the auditor.
                assert!((0..3).any(|number| person(number).id == plan.verifier));
            }
            let judged = matches!(attempt, Try::Judge { .. } | Try::Approve);
            if judged && result.is_ok() {
                assert!(actor.id != before.terms.owner && actor.can_hold_duty());
            }
            if judged && actor.id == before.terms.owner && actor.is_lead() {
                assert!(matches!(result, Err(Refusal::OwnAction)));
            }
        });
    }

    #[test]
    fn i_58_the_baseline_leaves_out_what_gave_rise_to_the_fix(
        from in 0..150_i64, days in 1..100_i64, start in 0..150_i64, long in 1..60_i64, given in any::<bool>(),
    ) {
        let trigger = window(start, start + long);
        let baseline = window(from, from + days);
        let mut new = plan(baseline, 0, window(300, 400), 1);
        // A time of one's own choice does not take the place of that of the alert.
        new.trigger = given.then(|| window(290, 295));
        let desk = Desk::new(Some(trigger));
        let (lead, verifier) = (person(0), person(1));
        let context = ActionContext { actor: &lead, now: now(), problem: &desk.problem, person: Some(&verifier), causes: &[] };
        let result = desk.action.perform(&ActionVerb::Plan(Box::new(new)), &context);
        let common = (from..from + days).any(|day| (start..start + long).contains(&day));
        match result {
            Ok(_) => prop_assert!(!common),
            Err(Refusal::Field { field, .. }) => prop_assert!(common && field == "baseline"),
            Err(other) => prop_assert!(false, "{other:?}"),
        }
    }

    #[test]
    fn i_59_what_happened_before_the_fix_never_counts_against_it(
        incidents in prop::collection::vec((0..400_i64, 0..2_u8), 0..60), late in prop::collection::vec(0..150_i64, 0..30),
    ) {
        let mut desk = Desk::new(None);
        for attempt in [
            Try::Approve, Try::Plan { baseline: (0, 120), washout: 9, watch: (160, 250), verifier: 1 }, Try::Implemented(150),
        ] {
            desk.attempt(0, &attempt).unwrap();
        }
        let plan = desk.action.plan.clone().unwrap();
        let (treated, beside) = (BTreeSet::from([LATE]), BTreeSet::from([OTHER]));
        let cause = |which: u8| Some(if which == 0 { LATE } else { OTHER });
        let mut counted: Vec<Counted> = incidents.iter().map(|(d, which)| count(cause(*which), day(*d), 1)).collect();
        let measure = |counted: &[Counted]| {
            let found = Found { counted, treated: &treated, beside: &beside, t1: Some(1_000), t2: Some(900), lag: 0, now: now() };
            desk.action.measure(&plan, &found, person(1).id)
        };
        let first = measure(&counted);
        let within = |from: i64, to: i64| {
            i64::try_from(incidents.iter().filter(|(d, which)| *which == 0 && (from..to).contains(d)).count()).unwrap()
        };
        prop_assert_eq!((first.x1, first.x2), (within(0, 120), within(160, 250)));
        // Complaints come in late about what happened before the fix: after it there is none more.
        counted.extend(late.iter().map(|d| count(Some(LATE), day(*d), 1)));
        let second = measure(&counted);
        prop_assert_eq!(second.x2, first.x2);
        let (was, is) = (first.rate_ratio, second.rate_ratio);
        prop_assert!(was.is_none() || is <= was, "{first:?} {second:?}");
        // What happened between the baseline and the watch counts on neither side.
        counted.extend((120..160).map(|d| count(Some(LATE), day(d), 5)));
        let third = measure(&counted);
        prop_assert_eq!((third.x1, third.x2), (second.x1, second.x2));
    }

    #[test]
    fn i_60_nothing_is_said_while_more_than_a_tenth_has_no_cause(tries in tries(), tagged in 3..60_i64, bare in 0..12_i64) {
        under(&tries, None, |_, (_, attempt, result, desk)| {
            if let (Try::Judge { after, untagged, at, .. }, Ok(Some(_))) = (attempt, result) {
                let watched = desk.action.plan.as_ref().is_some_and(|plan| day(*at) > plan.watch.from);
                let share = f64::from(*untagged) / (f64::from(*after) + f64::from(*untagged)).max(1.0);
                assert!(!watched || share <= 0.1, "{share}");
            }
        });
        let mut desk = Desk::new(None);
        for attempt in [
            Try::Approve, Try::Plan { baseline: (0, 120), washout: 0, watch: (160, 250), verifier: 1 }, Try::Implemented(150),
        ] {
            desk.attempt(0, &attempt).unwrap();
        }
        let after = u8::try_from(tagged).unwrap();
        let judged = Try::Judge { before: 20, after, untagged: u8::try_from(bare).unwrap(), at: 300 };
        let said = desk.attempt(1, &judged).unwrap();
        // bare / (bare + tagged) > 1 / 10
        prop_assert_eq!(said.is_none(), 9 * bare > tagged);
    }

    #[test]
    fn i_61_nothing_is_said_before_the_watch_is_over(tries in tries(), lag in 0..40_i64, at in 150..400_i64) {
        under(&tries, None, |_, (before, attempt, result, desk)| {
            if let (Try::Judge { at, .. }, Ok(Some(_))) = (attempt, result) {
                assert!(before.plan.as_ref().is_some_and(|plan| day(*at) >= plan.watch.to));
            }
            let action = &desk.action;
            let closed = action.state == ActionState::Closed && action.implemented_at.is_some();
            let judged = matches!(action.state, ActionState::Effective | ActionState::Partial
                | ActionState::Ineffective | ActionState::Worse | ActionState::Inconclusive);
            if closed || judged {
                let verdict = action.verdict.as_ref().expect("in place and done with, so it was judged");
                assert!(verdict.asked_at >= verdict.earliest_at);
            }
        });
        // Customers take a while to complain: so much longer it lasts.
        let mut desk = Desk::new(None);
        for attempt in [
            Try::Approve, Try::Plan { baseline: (0, 120), washout: 0, watch: (160, 250), verifier: 1 }, Try::Implemented(150),
        ] {
            desk.attempt(0, &attempt).unwrap();
        }
        let plan = desk.action.plan.clone().unwrap();
        let counted = [count(Some(LATE), day(0), 40), count(Some(LATE), day(160), 2), count(Some(LATE), day(249), 1)];
        let (treated, beside) = (BTreeSet::from([LATE]), BTreeSet::new());
        let found = Found { counted: &counted, treated: &treated, beside: &beside, t1: Some(1_000), t2: Some(1_000),
                            lag: lag * 86_400_000_000, now: day(at).start() };
        let said = desk.action.measure(&plan, &found, person(1).id);
        prop_assert_eq!(said.verdict == Verdict::TooEarly, at < 250 + lag);
        prop_assert_eq!(said.rate_ratio.is_none(), at < 250 + lag);
        // What is younger than that has not come in yet and is left out.
        prop_assert_eq!(said.x2, 2 * i64::from(at - lag > 160) + i64::from(at - lag >= 250));
    }
}

/// Random tries come everywhere, or the properties above hold of nothing.
#[test]
fn everything_that_can_happen_to_an_action_happens_under_random_tries() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let (mut facts, mut states, mut refused) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for _ in 0..3_000 {
        let tries = tries().new_tree(&mut runner).unwrap().current();
        under(&tries, None, |_, (_, _, result, desk)| {
            states.insert(desk.action.state.code());
            match result {
                Ok(Some(fact)) => drop(facts.insert(serde_json::to_value(fact).unwrap()["kind"].to_string())),
                Ok(None) => {}
                Err(refusal) => drop(refused.insert(refusal.name())),
            }
        });
    }
    assert_eq!(facts.len(), 8, "all but the proposal: {facts:?}");
    assert_eq!(states.len(), ActionState::ALL.len(), "{states:?}");
    for name in [
        "not-yours",
        "read-only",
        "own-action",
        "action-over",
        "plan-missing",
        "watch-extended",
        "invalid-field",
    ] {
        assert!(refused.contains(name), "{name} was never met");
    }
}

#[test]
fn nine_of_ten_customers_have_complained_by_then() {
    assert_eq!(lag_of(Vec::new()), 0);
    assert_eq!(lag_of(vec![5]), 5);
    assert_eq!(lag_of((1..=10).rev().collect()), 9);
    assert_eq!(lag_of((1..=11).collect()), 10);
    assert_eq!(lag_of(vec![-7, -3]), 0);
}

/// Weeks that scatter much more than chance: counts are thinned, and case A can no longer be told.
#[test]
fn what_comes_in_bursts_counts_for_less() {
    let mut desk = Desk::new(None);
    for attempt in [
        Try::Approve,
        Try::Plan { baseline: (0, 84), washout: 0, watch: (100, 160), verifier: 1 },
        Try::Implemented(90),
    ] {
        desk.attempt(0, &attempt).unwrap();
    }
    let plan = desk.action.plan.clone().unwrap();
    let weeks = [1, 9, 2, 4, 12, 0, 3, 2, 10, 1, 3, 7];
    let mut counted: Vec<Counted> =
        (0..).zip(weeks).map(|(week, x)| count(Some(LATE), day(week * 7 + 3), x)).collect();
    counted.push(count(Some(LATE), day(120), 20));
    let (treated, beside) = (BTreeSet::from([LATE]), BTreeSet::from([OTHER]));
    let judge = |counted: &[Counted]| {
        let found = Found {
            counted,
            treated: &treated,
            beside: &beside,
            t1: Some(5_400),
            t2: Some(5_400),
            lag: 0,
            now: now(),
        };
        desk.action.measure(&plan, &found, person(1).id)
    };
    let said = judge(&counted);
    assert!((said.phi - 3.5354).abs() < 0.000_05, "{}", said.phi);
    assert_eq!((said.x1, said.x2, said.verdict), (54, 20, Verdict::Inconclusive));
    // The same complaints one by one would have shown it.
    let even: Vec<Counted> = (0..54)
        .map(|n| count(Some(LATE), day(n * 84 / 54), 1))
        .chain([count(Some(LATE), day(120), 20)])
        .collect();
    let said = judge(&even);
    assert_eq!((said.x1, said.x2, said.verdict), (54, 20, Verdict::Effective));
    // What was put elsewhere instead is seen.
    assert!(!said.displacement);
    let mut moved = even;
    moved.extend([count(Some(OTHER), day(10), 5), count(Some(OTHER), day(130), 30)]);
    let said = judge(&moved);
    assert_eq!((said.verdict, said.displacement), (Verdict::Effective, true));
}
