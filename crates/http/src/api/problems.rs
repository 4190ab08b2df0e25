//! Problems: what goes wrong again and again.

use firsthand_domain::Refusal;
use firsthand_domain::code::ProblemState;
use firsthand_domain::id::ProblemId;
use firsthand_domain::problem::{AmendProblem, NewProblem, ProblemVerb};
use firsthand_domain::text::Text;
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::Why;
use firsthand_storage::{Result, Tx, actions, causes, problems};

use super::awards::names_of;
use crate::call::{Answer, Call};
use crate::json::Page;
use crate::json::fixes::{self as told, Causes, ProblemInFull};
use crate::problem::Problem;
use crate::write::{Done, write};

/// What problems are asked by.
pub(crate) const FILTERS: &[&str] = &["state", "cause", "limit", "cursor"];

/// Every cause, to name them by.
pub(crate) async fn all_causes(tx: &mut Tx<'_>) -> Result<Causes> {
    let all = causes::page(tx, "", i64::MAX).await?;
    Ok(all.into_iter().map(|cause| (cause.id, cause)).collect())
}

pub(crate) async fn list(call: Call) -> Result<Answer, Problem> {
    let (query, limit) = (&call.query, call.query.limit()?);
    let state = query.read("state", "expected one of open, solved, reopened", ProblemState::from_code)?;
    let code = |v: &str| Text::<64>::parse(v).ok();
    let cause = query.read("cause", "expected the id or code of a cause", code)?;
    let before = query.read("cursor", "expected the `next` of the page before", |v| v.parse().ok())?;
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let cause = match cause {
        None => None,
        Some(name) => {
            let found = causes::named(&mut tx, name.as_str()).await?;
            let found = found.ok_or_else(|| Problem::field("cause", "expected the id or code of a cause"))?;
            Some(found.id)
        }
    };
    let found = problems::page(&mut tx, problems::Filter { state, cause }, before, limit + 1).await?;
    let names = names_of(&mut tx, found.iter().map(|p| p.opened_by).collect()).await?;
    let causes = all_causes(&mut tx).await?;
    let items = found.into_iter().map(|p| told::Problem::of(p, &names, &causes)).collect();
    Ok(Answer::ok(&Page::cut(items, limit, |p: &told::Problem| p.id.to_string()))?)
}

pub(crate) async fn one(call: Call) -> Result<Answer, Problem> {
    let (id, now) = (ProblemId(call.id()?), call.app.database.now());
    let mut connection = call.connection().await?;
    let (problem, version) = in_full(&mut connection.tx(), id, now).await?;
    Ok(Answer::ok(&problem)?.at_version(version))
}

async fn in_full(tx: &mut Tx<'_>, id: ProblemId, now: Timestamp) -> Result<(ProblemInFull, i64)> {
    let problem = problems::by_id(tx, id).await?.ok_or(Refusal::NotFound)?;
    let version = problem.version;
    let actions = actions::of_problem(tx, id).await?;
    let mut people = told::people(&actions);
    people.insert(problem.opened_by);
    let names = names_of(tx, people).await?;
    let causes = all_causes(tx).await?;
    let history = told::events_of_problem(problems::history(tx, id).await?)?;
    let full = ProblemInFull {
        problem: told::Problem::of(problem, &names, &causes),
        actions: actions.into_iter().map(|a| told::Action::of(a, &names, &causes, now)).collect(),
        history,
    };
    Ok((full, version))
}

pub(crate) async fn open(call: Call) -> Result<Answer, Problem> {
    let (body, caller): (NewProblem, _) = (call.body()?, call.caller()?.id);
    write(&call, move |unit| {
        let body = body.clone();
        Box::pin(async move {
            let (problem, now) = (problems::open(unit, caller, &body).await?, unit.now);
            let (answer, version) = in_full(&mut unit.tx, problem.id, now).await?;
            let location = format!("/api/v1/problems/{}", problem.id);
            Ok(Done::plain(Answer::made(&answer, location)?.at_version(version)))
        })
    })
    .await
}

/// More is known.
pub(crate) async fn amend(call: Call) -> Result<Answer, Problem> {
    let body: AmendProblem = call.body()?;
    perform(call, ProblemVerb::Amend(body)).await
}

/// It is over.
pub(crate) async fn solve(call: Call) -> Result<Answer, Problem> {
    let Why { reason } = call.body()?;
    perform(call, ProblemVerb::Solve(reason)).await
}

/// It is not.
pub(crate) async fn reopen(call: Call) -> Result<Answer, Problem> {
    let Why { reason } = call.body()?;
    perform(call, ProblemVerb::Reopen(reason)).await
}

async fn perform(call: Call, verb: ProblemVerb) -> Result<Answer, Problem> {
    let (id, version, caller) = (ProblemId(call.id()?), call.version()?, call.caller()?.id);
    write(&call, move |unit| {
        let verb = verb.clone();
        Box::pin(async move {
            problems::perform(unit, caller, id, &verb, version).await?;
            let now = unit.now;
            let (answer, version) = in_full(&mut unit.tx, id, now).await?;
            Ok(Done::plain(Answer::ok(&answer)?.at_version(version)))
        })
    })
    .await
}
