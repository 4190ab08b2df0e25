//! Problems, what is done about them, whether it helped, and on how much exposure.

use std::collections::{BTreeMap, BTreeSet};

use firsthand_domain::cause;
use firsthand_domain::code::{ActionState, ProblemState};
use firsthand_domain::corrective_action::{self as state, ActionFact, Exposed, Outlook, Window};
use firsthand_domain::id::{ActionId, CauseId, ProblemId, StaffId};
use firsthand_domain::money::Money;
use firsthand_domain::problem::{self as state_of_problem, Containment, ProblemFact, Saying};
use firsthand_domain::statistics::ratio::Verdict as Word;
use firsthand_domain::time::{Day, Timestamp};
use firsthand_storage::problems::Event as Stored;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::Person;
use super::awards::{Names, person};

/// Causes by id.
pub(crate) type Causes = BTreeMap<CauseId, cause::Cause>;

/// A cause, by name.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "NamedCause")]
pub(crate) struct NamedCause {
    /// Which.
    id: CauseId,
    /// Short and lasting.
    pub(crate) code: String,
    /// By language tag.
    pub(crate) name: BTreeMap<String, String>,
}

pub(crate) fn named(ids: &[CauseId], causes: &Causes) -> Vec<NamedCause> {
    let name = |id: &CauseId| {
        let cause = causes.get(id)?;
        Some(NamedCause { id: *id, code: cause.code.clone(), name: cause.name.clone() })
    };
    ids.iter().filter_map(name).collect()
}

/// One line of what happened.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Event {
    /// Its place; the last one is the version.
    seq: i64,
    /// When.
    at: Timestamp,
    /// Who.
    by: Person,
    /// What happened.
    kind: String,
    /// What belongs to it.
    body: Value,
}

impl Event {
    pub(crate) fn of<F: Serialize>(stored: Stored<F>) -> Result<Self, serde_json::Error> {
        let mut fact = serde_json::to_value(&stored.fact)?;
        let kind = fact["kind"].as_str().unwrap_or_default().to_owned();
        let by = Person { id: stored.by, name: stored.name };
        Ok(Self { seq: stored.seq, at: stored.at, by, kind, body: fact["body"].take() })
    }
}

/// Something that goes wrong again and again.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ProblemRecord")]
pub(crate) struct Problem {
    /// Which.
    pub(crate) id: ProblemId,
    /// One for each change; what `If-Match` compares with.
    pub(crate) version: i64,
    /// Where it stands.
    state: ProblemState,
    /// In one line.
    title: String,
    /// Why it happens, as far as is known.
    causes: Vec<NamedCause>,
    /// What keeps the harm small until a fix is in place.
    containment: Option<Containment>,
    /// Which similar products and processes were checked.
    similar: Option<String>,
    /// Which customers were harmed and did not complain.
    silent: Option<String>,
    /// What a fix may break elsewhere.
    side_effects: Option<String>,
    /// What customers are told meanwhile, by language tag.
    say: BTreeMap<String, Saying>,
    /// The alert it was opened on.
    alert: Option<Uuid>,
    /// The time of that alert.
    trigger: Option<Window>,
    /// When it was opened.
    opened_at: Timestamp,
    /// By whom.
    opened_by: Person,
}

impl Problem {
    pub(crate) fn of(problem: state_of_problem::Problem, names: &Names, causes: &Causes) -> Self {
        let about = problem.about;
        Self {
            id: problem.id,
            version: problem.version,
            state: problem.state,
            title: problem.title,
            causes: named(&problem.causes, causes),
            containment: about.containment,
            similar: about.similar.map(firsthand_domain::text::Text::into_string),
            silent: about.silent.map(firsthand_domain::text::Text::into_string),
            side_effects: about.side_effects.map(firsthand_domain::text::Text::into_string),
            say: about.say.unwrap_or_default(),
            alert: problem.alert,
            trigger: problem.trigger,
            opened_at: problem.opened_at,
            opened_by: person(problem.opened_by, names),
        }
    }
}

/// A problem with what is done about it and what happened to it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ProblemInFull")]
pub(crate) struct ProblemInFull {
    #[serde(flatten)]
    pub(crate) problem: Problem,
    /// What is done about it, the first proposed first.
    pub(crate) actions: Vec<Action>,
    /// What happened to it, oldest first.
    pub(crate) history: Vec<Event>,
}

/// How an action is judged.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "EffectivenessPlan")]
pub(crate) struct Plan {
    /// 1, and one more for each that took the place of another.
    number: u32,
    /// What is counted.
    causes: Vec<NamedCause>,
    /// What it is held against; the last day is left out of each window.
    baseline: Window,
    /// The time that gave rise to the fix.
    trigger: Option<Window>,
    /// Days after the fix that count on neither side.
    washout_days: i64,
    /// When it is watched.
    watch: Window,
    /// On what complaints are counted.
    exposure: Exposed,
    /// The rate after over that before which is aimed at.
    target_ratio: f64,
    /// One minus the confidence of the interval.
    alpha: f64,
    /// Who verifies.
    verifier: Person,
    /// What one such complaint costs.
    unit_cost: Option<Money>,
    /// Who locked it.
    locked_by: Person,
    /// When.
    locked_at: Timestamp,
}

/// Whether an action helped, reckoned from what is on record.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "EffectivenessVerdict")]
#[expect(clippy::struct_field_names, reason = "the name is the contract's")]
pub(crate) struct Verdict {
    /// What is said.
    pub(crate) verdict: Word,
    /// The rate after over that before; null while it is not to be said.
    pub(crate) rate_ratio: Option<f64>,
    /// Its interval; null while it is not to be said, the upper end null when there is none.
    pub(crate) interval: Option<(f64, Option<f64>)>,
    /// Complaints before.
    x1: i64,
    /// Exposure before; null when none is on record.
    t1: Option<i64>,
    /// Complaints after.
    x2: i64,
    /// Exposure after, as far as the watch went; null when none is on record.
    t2: Option<i64>,
    /// How much more the baseline scatters than complaints that come one by one.
    phi: f64,
    /// The share of complaints without a primary cause, in the window that has more of them.
    untagged: f64,
    /// Complaints next to these causes have risen: they may have been put there instead.
    displacement: bool,
    /// Days within which nine of ten customers complained.
    lag_days: i64,
    /// When a verdict can be given for the first time.
    earliest_at: Timestamp,
    /// By which plan.
    plan: u32,
    /// What the fix has saved; null while it is not to be said.
    benefit: Option<Benefit>,
    /// When it was asked for.
    asked_at: Timestamp,
    /// Who asked.
    asked_by: Person,
}

/// What a fix has saved.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FixBenefit")]
pub(crate) struct Benefit {
    /// Complaints that were to be expected at the old rate.
    expected: f64,
    /// How many of them did not come.
    prevented: f64,
    /// What those would have cost, less what the fix cost; null when what one costs is not known.
    saved: Option<Money>,
}

impl Verdict {
    pub(crate) fn of(judgement: state::Judgement, names: &Names) -> Self {
        let j = judgement;
        #[expect(clippy::cast_precision_loss, reason = "counts of complaints")]
        let benefit = |b: state::Benefit| Benefit {
            expected: b.expected,
            prevented: b.expected - j.x2 as f64,
            saved: b.saved.zip(b.currency).map(|(minor, currency)| Money::new(minor, currency)),
        };
        Self {
            verdict: j.verdict,
            rate_ratio: j.rate_ratio,
            interval: j.low.map(|low| (low, j.high)),
            x1: j.x1,
            t1: j.t1,
            x2: j.x2,
            t2: j.t2,
            phi: j.phi,
            untagged: j.untagged,
            displacement: j.displacement,
            lag_days: j.lag_days,
            earliest_at: j.earliest_at,
            plan: j.plan,
            benefit: j.benefit.map(benefit),
            asked_at: j.asked_at,
            asked_by: person(j.asked_by, names),
        }
    }
}

/// What was asked for, and where the action stands now.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "VerdictOfAction")]
pub(crate) struct VerdictOfAction {
    #[serde(flatten)]
    pub(crate) verdict: Verdict,
    /// The action.
    pub(crate) action: ActionId,
    /// Where it stands now.
    pub(crate) state: ActionState,
    /// Its version.
    pub(crate) version: i64,
}

/// What is done so that a problem does not come back.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CorrectiveAction")]
pub(crate) struct Action {
    /// Which.
    pub(crate) id: ActionId,
    /// One for each change; what `If-Match` compares with.
    pub(crate) version: i64,
    /// Where it stands.
    state: ActionState,
    /// What it is done about.
    problem: ProblemId,
    /// What is done, in one line.
    title: String,
    /// What is done, at length.
    description: Option<String>,
    /// Who sees to it.
    owner: Person,
    /// By when it is in place.
    due_at: Timestamp,
    /// It should be in place already.
    overdue: bool,
    /// What it costs.
    cost: Option<Money>,
    /// Who asked for it.
    proposed_by: Person,
    /// When.
    proposed_at: Timestamp,
    /// Who allowed it.
    approved_by: Option<Person>,
    /// Since when it is in place.
    implemented_at: Option<Timestamp>,
    /// How it is judged.
    plan: Option<Plan>,
    /// When that was locked.
    plan_locked_at: Option<Timestamp>,
    /// The watch was made longer.
    extended: bool,
    /// Whether it helped, by the plan that holds; null while nothing is said.
    verdict: Option<Verdict>,
}

impl Action {
    pub(crate) fn of(action: state::Action, names: &Names, causes: &Causes, now: Timestamp) -> Self {
        let overdue = action.is_overdue(now);
        let locked = action.plan.as_ref().map(|plan| plan.locked_at);
        let plan = |plan: state::Plan| Plan {
            number: plan.number,
            causes: named(&plan.causes, causes),
            baseline: plan.baseline,
            trigger: plan.trigger,
            washout_days: plan.washout_days,
            watch: plan.watch,
            exposure: plan.exposure,
            target_ratio: plan.target_ratio,
            alpha: plan.alpha,
            verifier: person(plan.verifier, names),
            unit_cost: plan.unit_cost,
            locked_by: person(plan.locked_by, names),
            locked_at: plan.locked_at,
        };
        let terms = action.terms;
        Self {
            id: action.id,
            version: action.version,
            state: action.state,
            problem: terms.problem,
            title: terms.title,
            description: terms.description,
            owner: person(terms.owner, names),
            due_at: terms.due_at,
            overdue,
            cost: terms.cost,
            proposed_by: person(action.proposed_by, names),
            proposed_at: action.proposed_at,
            approved_by: action.approved_by.map(|by| person(by, names)),
            implemented_at: action.implemented_at,
            plan: action.plan.map(plan),
            plan_locked_at: locked,
            extended: action.extended,
            verdict: action.verdict.map(|judgement| Verdict::of(judgement, names)),
        }
    }
}

/// The people actions speak of.
pub(crate) fn people<'a>(actions: impl IntoIterator<Item = &'a state::Action>) -> BTreeSet<StaffId> {
    let of_one = |action: &state::Action| {
        let plan = action.plan.as_ref();
        [
            Some(action.terms.owner),
            Some(action.proposed_by),
            action.approved_by,
            plan.map(|plan| plan.verifier),
            plan.map(|plan| plan.locked_by),
            action.verdict.as_ref().map(|verdict| verdict.asked_by),
        ]
        .into_iter()
        .flatten()
    };
    actions.into_iter().flat_map(of_one).collect()
}

/// An action with what may be expected of its plan and what happened to it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CorrectiveActionInFull")]
pub(crate) struct ActionInFull {
    #[serde(flatten)]
    pub(crate) action: Action,
    /// What may be expected of the plan, from what is on record now; null without a plan.
    pub(crate) outlook: Option<Outlook>,
    /// What happened to it, oldest first; a plan that was replaced and a verdict that is void stay here.
    pub(crate) history: Vec<Event>,
}

pub(crate) fn events_of_action(events: Vec<Stored<ActionFact>>) -> Result<Vec<Event>, serde_json::Error> {
    events.into_iter().map(Event::of).collect()
}

pub(crate) fn events_of_problem(events: Vec<Stored<ProblemFact>>) -> Result<Vec<Event>, serde_json::Error> {
    events.into_iter().map(Event::of).collect()
}

/// A text for those who complained, ready to send.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FixLetter")]
pub(crate) struct Letter {
    /// In which language.
    pub(crate) language: &'static str,
    /// The text.
    pub(crate) text: String,
    /// How many different customers complained of this before the fix.
    pub(crate) recipients: usize,
    /// Their complaints, cause by cause.
    pub(crate) complaints: Vec<String>,
}

/// What recording exposure did.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RecordedExposure")]
pub(crate) struct Recorded {
    /// Rows that are new.
    pub(crate) added: usize,
    /// Rows that took the place of others.
    pub(crate) replaced: usize,
}

/// Exposure of a day.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ExposureOfDay")]
pub(crate) struct ExposureOfDay {
    /// The UTC day.
    pub(crate) date: Day,
    /// How many, all that was asked for together.
    pub(crate) count: i64,
}
