//! Corrective actions: proposed, moved by verbs, judged on what is counted in the same transaction.

use firsthand_domain::Refusal;
use firsthand_domain::code::ActionState;
use firsthand_domain::corrective_action::{
    Action, ActionContext, ActionEntry, ActionFact, ActionVerb, Judgement, NewAction,
};
use firsthand_domain::id::{ActionId, CauseId, ProblemId, StaffId};
use firsthand_domain::problem::Problem;
use firsthand_domain::staff::Staff;
use firsthand_domain::statistics::ratio::Verdict;
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::CauseRef;
use uuid::Uuid;

use crate::database::Tx;
use crate::problems::{Event, EventRow};
use crate::statement::{pick, same};
use crate::writer::Unit;
use crate::{Error, Result, problems, staff};

pub(crate) mod counting;

pub use counting::{Letter, letter, measured, outlook};

statements! {
    BY_ID = same("select body from corrective_action where id = $1");
    BY_ID_LOCKED = pick(
        "select body from corrective_action where id = $1",
        "select body from corrective_action where id = $1 for update",
    );
    INSERT = same(
        "insert into corrective_action (id, version, problem, title, owner, due_at, state, implemented_at, \
         plan_locked_at, body) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    );
    UPDATE = same(
        "update corrective_action set version = $3, owner = $4, state = $5, implemented_at = $6, plan_locked_at = $7, \
         body = $8 where id = $1 and version = $2"
    );
    APPEND = same("insert into action_event (action, seq, at, actor, kind, body) values ($1, $2, $3, $4, $5, $6)");
    PAGE = same(
        "select body from corrective_action where (id < $1 or $1 is null) and (state = $2 or $2 is null) \
         and (owner = $3 or $3 is null) and (problem = $4 or $4 is null) \
         and ((state in ('proposed', 'approved', 'implementing') and due_at < $5) or $5 is null) \
         and (not (state in ('proposed', 'approved', 'implementing') and due_at < $6) or $6 is null) \
         order by id desc limit $7"
    );
    OF_PROBLEM = same("select body from corrective_action where problem = $1 order by id");
    NOT_CLOSED = same("select body from corrective_action where state <> 'closed' order by due_at, id limit $1");
    EVENTS = same("select e.seq, e.at, e.actor, s.name, e.kind, e.body from action_event e \
                   join staff s on s.id = e.actor where e.action = $1 order by e.seq");
    OWNED = same("select id from corrective_action where owner = $1 and state <> 'closed' order by id");
    IN_PLACE = same("select body from corrective_action where implemented_at is not null order by implemented_at, id");
}

fn read((body,): (String,)) -> Result<Action> {
    Ok(serde_json::from_str(&body)?)
}

/// One action.
///
/// # Errors
/// The database could not, or the row does not read back.
pub async fn by_id(tx: &mut Tx<'_>, id: ActionId) -> Result<Option<Action>> {
    let row: Option<(String,)> = find!(tx, BY_ID, id.0)?;
    row.map(read).transpose()
}

/// Which actions; what is not said bounds nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Where they stand.
    pub state: Option<ActionState>,
    /// Who sees to them.
    pub owner: Option<StaffId>,
    /// What they are done about.
    pub problem: Option<ProblemId>,
    /// Whether they should be in place already.
    pub overdue: Option<bool>,
}

/// Actions before one of them, the newest first.
///
/// # Errors
/// The database could not, or a row does not read back.
pub async fn page(
    tx: &mut Tx<'_>,
    filter: Filter,
    before: Option<ActionId>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Action>> {
    let Filter { state, owner, problem, overdue } = filter;
    let late = |wanted: bool| (overdue == Some(wanted)).then_some(now.micros());
    let (before, owner, problem) = (before.map(|id| id.0), owner.map(|id| id.0), problem.map(|id| id.0));
    let state = state.map(ActionState::code);
    let rows: Vec<(String,)> = all!(tx, PAGE, before, state, owner, problem, late(true), late(false), limit)?;
    rows.into_iter().map(read).collect()
}

/// The actions of a problem, the first proposed first.
///
/// # Errors
/// The database could not, or a row does not read back.
pub async fn of_problem(tx: &mut Tx<'_>, problem: ProblemId) -> Result<Vec<Action>> {
    let rows: Vec<(String,)> = all!(tx, OF_PROBLEM, problem.0)?;
    rows.into_iter().map(read).collect()
}

/// Every action that is not closed, the soonest due first.
///
/// # Errors
/// The database could not, or a row does not read back.
pub async fn board(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Action>> {
    let rows: Vec<(String,)> = all!(tx, NOT_CLOSED, limit)?;
    rows.into_iter().map(read).collect()
}

/// Every action that is in place, the first first: what drawings mark.
///
/// # Errors
/// The database could not, or a row does not read back.
pub async fn in_place(tx: &mut Tx<'_>) -> Result<Vec<Action>> {
    let rows: Vec<(String,)> = all!(tx, IN_PLACE)?;
    rows.into_iter().map(read).collect()
}

/// What happened to an action, oldest first.
///
/// # Errors
/// The database could not, or a fact does not read back.
pub async fn history(tx: &mut Tx<'_>, id: ActionId) -> Result<Vec<Event<ActionFact>>> {
    let rows: Vec<EventRow> = all!(tx, EVENTS, id.0)?;
    rows.into_iter().map(EventRow::read).collect()
}

/// Does the history make the row?
///
/// # Errors
/// The database could not, or a fact does not read back.
pub async fn folds(tx: &mut Tx<'_>, id: ActionId) -> Result<bool> {
    let events = history(tx, id).await?.into_iter();
    let entries: Vec<ActionEntry> =
        events.map(|e| ActionEntry { seq: e.seq, at: e.at, by: e.by, fact: e.fact }).collect();
    let row = by_id(tx, id).await?;
    Ok(row.is_some() && Action::fold(id, &entries) == row)
}

/// The actions a person sees to that are not closed.
pub(crate) async fn owned_by(tx: &mut Tx<'_>, owner: StaffId) -> Result<Vec<ActionId>> {
    let rows: Vec<(Uuid,)> = all!(tx, OWNED, owner.0)?;
    Ok(rows.into_iter().map(|r| ActionId(r.0)).collect())
}

/// What a verb needs, looked up.
struct Held {
    actor: Staff,
    person: Option<Staff>,
    problem: Problem,
    causes: Vec<Option<CauseId>>,
}

impl Held {
    /// The problem first and the action after it, in every change.
    async fn of(
        unit: &mut Unit<'_>,
        by: StaffId,
        person: Option<StaffId>,
        problem: Problem,
        causes: &[CauseRef],
    ) -> Result<Self> {
        let actor = staff::by_id_in_change(unit, by).await?.ok_or(Refusal::ReadOnly)?;
        let person = match person {
            Some(id) => staff::by_id_in_change(unit, id).await?,
            None => None,
        };
        let causes = problems::named(&mut unit.tx, causes).await?;
        Ok(Self { actor, person, problem, causes })
    }

    fn context(&self, now: Timestamp) -> ActionContext<'_> {
        let Self { actor, person, problem, causes } = self;
        ActionContext { actor, now, problem, person: person.as_ref(), causes }
    }
}

/// Proposes an action.
///
/// # Errors
/// The refusal, or the database could not.
pub async fn propose(unit: &mut Unit<'_>, by: StaffId, new: &NewAction) -> Result<Action> {
    let problem = problems::locked(unit, new.problem).await?;
    let problem = problem.ok_or_else(|| Refusal::field("problem", "expected the id of a problem"))?;
    let held = Held::of(unit, by, Some(new.owner), problem, &[]).await?;
    let id = ActionId(unit.new_id());
    let (action, fact) = Action::propose(id, new, &held.context(unit.now))?;
    run!(
        &mut unit.tx,
        INSERT,
        id.0,
        action.version,
        action.terms.problem.0,
        action.terms.title.as_str(),
        action.terms.owner.0,
        action.terms.due_at.micros(),
        action.state.code(),
        None::<i64>,
        None::<i64>,
        serde_json::to_string(&action)?
    )?;
    append(unit, by, &action, &fact).await?;
    Ok(action)
}

/// The action and its problem, both held until the change is done: the problem first, in every change.
async fn hold(unit: &mut Unit<'_>, id: ActionId, version: Option<i64>) -> Result<(Action, Problem)> {
    let seen = by_id(&mut unit.tx, id).await?.ok_or(Refusal::NotFound)?;
    let problem = problems::locked(unit, seen.terms.problem).await?.ok_or(Refusal::NotFound)?;
    let row: Option<(String,)> = find!(&mut unit.tx, BY_ID_LOCKED, id.0)?;
    let action = row.map(read).transpose()?.ok_or(Refusal::NotFound)?;
    if version.is_some_and(|seen| seen != action.version) {
        return Err(Refusal::Stale { version: action.version }.into());
    }
    Ok((action, problem))
}

/// Does a verb on an action; `version` is the one the caller has seen, if they said.
///
/// # Errors
/// The refusal, or the database could not.
pub async fn perform(
    unit: &mut Unit<'_>,
    by: StaffId,
    id: ActionId,
    verb: &ActionVerb,
    version: Option<i64>,
) -> Result<Action> {
    let (action, problem) = hold(unit, id, version).await?;
    let causes = match verb {
        ActionVerb::Plan(plan) => plan.causes.as_deref().unwrap_or_default(),
        _ => &[],
    };
    let held = Held::of(unit, by, verb.person(), problem, causes).await?;
    let fact = action.perform(verb, &held.context(unit.now))?;
    keep(unit, by, action, &fact).await
}

/// Asks whether an action helped. What is said is reckoned from what is on record now; a verdict that is one is kept, and
/// one that says it did not help reopens the problem.
///
/// # Errors
/// The refusal, or the database could not.
pub async fn judge(
    unit: &mut Unit<'_>,
    by: StaffId,
    id: ActionId,
    version: Option<i64>,
) -> Result<(Action, Judgement)> {
    let (action, _) = hold(unit, id, version).await?;
    let actor = staff::by_id_in_change(unit, by).await?.ok_or(Refusal::ReadOnly)?;
    let plan = action.may_judge(&actor)?.clone();
    let now = unit.now;
    let judgement = measured(&mut unit.tx, &action, &plan, now, by).await?;
    let Some(fact) = action.judge(&judgement) else { return Ok((action, judgement)) };
    let action = keep(unit, by, action, &fact).await?;
    if matches!(judgement.verdict, Verdict::Ineffective | Verdict::Worse) {
        problems::after_verdict(unit, by, action.terms.problem, id).await?;
    }
    Ok((action, judgement))
}

async fn keep(unit: &mut Unit<'_>, by: StaffId, before: Action, fact: &ActionFact) -> Result<Action> {
    let version = before.version;
    let after = before.apply(by, fact);
    let updated = run!(
        &mut unit.tx,
        UPDATE,
        after.id.0,
        version,
        after.version,
        after.terms.owner.0,
        after.state.code(),
        after.implemented_at.map(Timestamp::micros),
        after.plan.as_ref().map(|plan| plan.locked_at.micros()),
        serde_json::to_string(&after)?
    )?;
    if updated != 1 {
        return Err(Error::Corrupt(format!("corrective_action {} moved while it was held", after.id)));
    }
    append(unit, by, &after, fact).await?;
    Ok(after)
}

async fn append(unit: &mut Unit<'_>, by: StaffId, action: &Action, fact: &ActionFact) -> Result<()> {
    let (kind, body) = problems::parts(fact)?;
    let now = unit.now.micros();
    run!(&mut unit.tx, APPEND, action.id.0, action.version, now, by.0, kind, body).map(drop)
}
