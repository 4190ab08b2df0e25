//! Problems: opened, told more of, solved, and opened again when what was done did not help.

use firsthand_domain::Refusal;
use firsthand_domain::code::{ActionState, ProblemState};
use firsthand_domain::corrective_action::{Action, Window};
use firsthand_domain::id::{ActionId, CauseId, ProblemId, StaffId};
use firsthand_domain::problem::{NewProblem, Problem, ProblemContext, ProblemFact, ProblemVerb};
use firsthand_domain::time::{Day, Timestamp};
use firsthand_domain::verb::CauseRef;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::database::Tx;
use crate::statement::{pick, same};
use crate::writer::Unit;
use crate::{Error, Result, actions, alerts, causes, staff};

statements! {
    BY_ID = same("select body from problem where id = $1");
    BY_ID_LOCKED = pick("select body from problem where id = $1", "select body from problem where id = $1 for update");
    INSERT = same("insert into problem (id, version, title, state, opened_at, opened_by, alert, body) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8)");
    UPDATE = same("update problem set version = $3, title = $4, state = $5, body = $6 where id = $1 and version = $2");
    DROP_CAUSES = same("delete from problem_cause where problem = $1");
    ADD_CAUSE = same("insert into problem_cause (problem, cause) values ($1, $2)");
    APPEND = same("insert into problem_event (problem, seq, at, actor, kind, body) values ($1, $2, $3, $4, $5, $6)");
    PAGE = same(
        "select p.body from problem p where (p.id < $1 or $1 is null) and (p.state = $2 or $2 is null) \
         and (exists (select 1 from problem_cause c where c.problem = p.id and c.cause = $3) or $3 is null) \
         order by p.id desc limit $4"
    );
    EVENTS = same("select e.seq, e.at, e.actor, s.name, e.kind, e.body from problem_event e \
                   join staff s on s.id = e.actor where e.problem = $1 order by e.seq");
    OF_CAUSE = same(
        "select p.body from problem p join problem_cause c on c.problem = p.id \
         where c.cause = $1 and p.state <> 'solved' order by p.id desc limit 20"
    );
}

row! {
    /// One line of a history.
    pub(crate) struct EventRow {
        pub(crate) seq: i64,
        pub(crate) at: i64,
        pub(crate) actor: Uuid,
        pub(crate) name: String,
        pub(crate) kind: String,
        pub(crate) body: String,
    }
}

/// One line of a history.
#[derive(Debug, Clone)]
pub struct Event<F> {
    /// Its place.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: StaffId,
    /// As others call them.
    pub name: String,
    /// What.
    pub fact: F,
}

impl EventRow {
    pub(crate) fn read<F: DeserializeOwned>(self) -> Result<Event<F>> {
        // A kind is a word of ours and the body is JSON already.
        let fact = serde_json::from_str(&format!("{{\"kind\":\"{}\",\"body\":{}}}", self.kind, self.body))?;
        let at = Timestamp::from_micros(self.at);
        Ok(Event { seq: self.seq, at, by: StaffId(self.actor), name: self.name, fact })
    }
}

/// A fact as its kind and its body.
pub(crate) fn parts(fact: &impl serde::Serialize) -> Result<(String, String)> {
    let mut fact = serde_json::to_value(fact)?;
    let kind = fact["kind"].as_str().unwrap_or_default().to_owned();
    Ok((kind, fact["body"].take().to_string()))
}

fn read((body,): (String,)) -> Result<Problem> {
    Ok(serde_json::from_str(&body)?)
}

/// One problem.
///
/// # Errors
/// The database could not, or the row does not read back.
pub async fn by_id(tx: &mut Tx<'_>, id: ProblemId) -> Result<Option<Problem>> {
    let row: Option<(String,)> = find!(tx, BY_ID, id.0)?;
    row.map(read).transpose()
}

pub(crate) async fn locked(unit: &mut Unit<'_>, id: ProblemId) -> Result<Option<Problem>> {
    let row: Option<(String,)> = find!(&mut unit.tx, BY_ID_LOCKED, id.0)?;
    row.map(read).transpose()
}

/// Which problems; what is not said bounds nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Where they stand.
    pub state: Option<ProblemState>,
    /// Of which cause.
    pub cause: Option<CauseId>,
}

/// Problems before one of them, the newest first.
///
/// # Errors
/// The database could not, or a row does not read back.
pub async fn page(
    tx: &mut Tx<'_>,
    filter: Filter,
    before: Option<ProblemId>,
    limit: i64,
) -> Result<Vec<Problem>> {
    let (before, cause) = (before.map(|id| id.0), filter.cause.map(|id| id.0));
    let rows: Vec<(String,)> = all!(tx, PAGE, before, filter.state.map(ProblemState::code), cause, limit)?;
    rows.into_iter().map(read).collect()
}

/// What happened to a problem, oldest first.
///
/// # Errors
/// The database could not, or a fact does not read back.
pub async fn history(tx: &mut Tx<'_>, id: ProblemId) -> Result<Vec<Event<ProblemFact>>> {
    let rows: Vec<EventRow> = all!(tx, EVENTS, id.0)?;
    rows.into_iter().map(EventRow::read).collect()
}

/// Problems of a cause that are not solved, the newest first, twenty at most: what customers may be told of.
///
/// # Errors
/// The database could not, or a row does not read back.
pub async fn going_on(tx: &mut Tx<'_>, cause: CauseId) -> Result<Vec<Problem>> {
    let rows: Vec<(String,)> = all!(tx, OF_CAUSE, cause.0)?;
    rows.into_iter().map(read).collect()
}

/// The causes of that name, in their order, as far as they exist.
pub(crate) async fn named(tx: &mut Tx<'_>, names: &[CauseRef]) -> Result<Vec<Option<CauseId>>> {
    let mut found = Vec::with_capacity(names.len());
    // One more than is allowed tells that there are too many.
    for name in names.iter().take(firsthand_domain::problem::MOST_CAUSES + 1) {
        found.push(causes::named(tx, name.as_str()).await?.map(|cause| cause.id));
    }
    Ok(found)
}

/// Opens a problem.
///
/// # Errors
/// The refusal, or the database could not.
pub async fn open(unit: &mut Unit<'_>, by: StaffId, new: &NewProblem) -> Result<Problem> {
    let actor = staff::by_id_in_change(unit, by).await?.ok_or(Refusal::ReadOnly)?;
    let causes = named(&mut unit.tx, &new.causes).await?;
    let alert = match new.alert {
        Some(id) => alerts::by_id(&mut unit.tx, id).await?,
        None => None,
    };
    let alerted =
        alert.map(|alert| alert.days()).map(|(from, to)| Window { from: Day::at(from), to: Day::at(to) });
    let context = ProblemContext { actor: &actor, causes: &causes, alerted, actions: &[] };
    let (problem, fact) = Problem::open(ProblemId(unit.new_id()), new, &context, unit.now)?;
    run!(
        &mut unit.tx,
        INSERT,
        problem.id.0,
        problem.version,
        problem.title.as_str(),
        problem.state.code(),
        problem.opened_at.micros(),
        by.0,
        problem.alert,
        serde_json::to_string(&problem)?
    )?;
    write_causes(unit, &problem).await?;
    append(unit, by, &problem, &fact).await?;
    Ok(problem)
}

/// Does a verb on a problem; `version` is the one the caller has seen, if they said.
///
/// # Errors
/// The refusal, or the database could not.
pub async fn perform(
    unit: &mut Unit<'_>,
    by: StaffId,
    id: ProblemId,
    verb: &ProblemVerb,
    version: Option<i64>,
) -> Result<Problem> {
    let actor = staff::by_id_in_change(unit, by).await?.ok_or(Refusal::ReadOnly)?;
    let problem = locked(unit, id).await?.ok_or(Refusal::NotFound)?;
    if version.is_some_and(|seen| seen != problem.version) {
        return Err(Refusal::Stale { version: problem.version }.into());
    }
    let names = match verb {
        ProblemVerb::Amend(amend) => amend.causes.as_deref().unwrap_or_default(),
        _ => &[],
    };
    let causes = named(&mut unit.tx, names).await?;
    let stand = |action: &Action| action.judged_as().unwrap_or(action.state);
    let actions: Vec<ActionState> = actions::of_problem(&mut unit.tx, id).await?.iter().map(stand).collect();
    let context = ProblemContext { actor: &actor, causes: &causes, alerted: None, actions: &actions };
    let fact = problem.perform(verb, &context)?;
    keep(unit, by, problem, &fact).await
}

/// What a verdict on one of its actions does to it.
pub(crate) async fn after_verdict(
    unit: &mut Unit<'_>,
    by: StaffId,
    id: ProblemId,
    action: ActionId,
) -> Result<()> {
    let problem = locked(unit, id).await?.ok_or(Refusal::NotFound)?;
    if let Some(fact) = problem.after_verdict(action) {
        keep(unit, by, problem, &fact).await?;
    }
    Ok(())
}

async fn keep(unit: &mut Unit<'_>, by: StaffId, before: Problem, fact: &ProblemFact) -> Result<Problem> {
    let (version, had) = (before.version, before.causes.clone());
    let after = before.apply(fact);
    let body = serde_json::to_string(&after)?;
    let (title, state) = (after.title.as_str(), after.state.code());
    if run!(&mut unit.tx, UPDATE, after.id.0, version, after.version, title, state, body)? != 1 {
        return Err(Error::Corrupt(format!("problem {} moved while it was held", after.id)));
    }
    if after.causes != had {
        run!(&mut unit.tx, DROP_CAUSES, after.id.0)?;
        write_causes(unit, &after).await?;
    }
    append(unit, by, &after, fact).await?;
    Ok(after)
}

async fn write_causes(unit: &mut Unit<'_>, problem: &Problem) -> Result<()> {
    for cause in &problem.causes {
        run!(&mut unit.tx, ADD_CAUSE, problem.id.0, cause.0)?;
    }
    Ok(())
}

async fn append(unit: &mut Unit<'_>, by: StaffId, problem: &Problem, fact: &ProblemFact) -> Result<()> {
    let (kind, body) = parts(fact)?;
    let now = unit.now.micros();
    run!(&mut unit.tx, APPEND, problem.id.0, problem.version, now, by.0, kind, body).map(drop)
}
