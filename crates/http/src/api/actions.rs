//! Corrective actions: proposed, planned, put in place, judged.

use firsthand_domain::Refusal;
use firsthand_domain::code::ActionState;
use firsthand_domain::corrective_action::{
    Action, ActionVerb, ChangeOwner, ExtendWatch, NewAction, NewPlan, SayImplemented,
};
use firsthand_domain::id::ActionId;
use firsthand_domain::statistics::ratio::Verdict;
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::Why;
use firsthand_storage::{Result, Tx, actions};

use super::awards::names_of;
use super::problems::all_causes;
use super::verbs::Empty;
use crate::call::{Answer, Call};
use crate::json::Page;
use crate::json::fixes::{self as told, ActionInFull, Causes, Letter, VerdictOfAction};
use crate::problem::Problem;
use crate::query::encode;
use crate::speech::{Speech, languages};
use crate::write::{Done, write};

/// What actions are asked by.
pub(crate) const FILTERS: &[&str] = &["state", "owner", "problem", "overdue", "limit", "cursor"];

pub(crate) async fn list(call: Call) -> Result<Answer, Problem> {
    let (query, limit, now) = (&call.query, call.query.limit()?, call.app.database.now());
    let states: Vec<&str> = ActionState::ALL.iter().map(|state| state.code()).collect();
    let filter = actions::Filter {
        state: query.read(
            "state",
            &format!("expected one of {}", states.join(", ")),
            ActionState::from_code,
        )?,
        owner: query.read("owner", "expected the id of a person", |v| v.parse().ok())?,
        problem: query.read("problem", "expected the id of a problem", |v| v.parse().ok())?,
        overdue: query.read("overdue", "expected true or false", |v| v.parse().ok())?,
    };
    let before = query.read("cursor", "expected the `next` of the page before", |v| v.parse().ok())?;
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let found = actions::page(&mut tx, filter, before, limit + 1, now).await?;
    let names = names_of(&mut tx, told::people(&found)).await?;
    let causes = all_causes(&mut tx).await?;
    let items = found.into_iter().map(|a| told::Action::of(a, &names, &causes, now)).collect();
    Ok(Answer::ok(&Page::cut(items, limit, |a: &told::Action| a.id.to_string()))?)
}

pub(crate) async fn one(call: Call) -> Result<Answer, Problem> {
    let (id, now) = (ActionId(call.id()?), call.app.database.now());
    let mut connection = call.connection().await?;
    let (action, version) = in_full(&mut connection.tx(), id, now).await?;
    Ok(Answer::ok(&action)?.at_version(version))
}

async fn in_full(tx: &mut Tx<'_>, id: ActionId, now: Timestamp) -> Result<(ActionInFull, i64)> {
    let action = actions::by_id(tx, id).await?.ok_or(Refusal::NotFound)?;
    let version = action.version;
    let names = names_of(tx, told::people([&action])).await?;
    let causes = all_causes(tx).await?;
    let outlook = match &action.plan {
        Some(plan) => Some(actions::outlook(tx, plan, now).await?),
        None => None,
    };
    let history = told::events_of_action(actions::history(tx, id).await?)?;
    Ok((ActionInFull { action: told::Action::of(action, &names, &causes, now), outlook, history }, version))
}

pub(crate) async fn propose(call: Call) -> Result<Answer, Problem> {
    let (body, caller): (NewAction, _) = (call.body()?, call.caller()?.id);
    write(&call, move |unit| {
        let body = body.clone();
        Box::pin(async move {
            let (action, now) = (actions::propose(unit, caller, &body).await?, unit.now);
            let (answer, version) = in_full(&mut unit.tx, action.id, now).await?;
            let location = format!("/api/v1/corrective-actions/{}", action.id);
            Ok(Done::plain(Answer::made(&answer, location)?.at_version(version)))
        })
    })
    .await
}

/// Allows it.
pub(crate) async fn approve(call: Call) -> Result<Answer, Problem> {
    let Empty {} = call.body()?;
    perform(call, ActionVerb::Approve).await
}

/// Begins to put it in place.
pub(crate) async fn start(call: Call) -> Result<Answer, Problem> {
    let Empty {} = call.body()?;
    perform(call, ActionVerb::Start).await
}

/// Locks how it will be judged.
pub(crate) async fn plan(call: Call) -> Result<Answer, Problem> {
    let body: NewPlan = call.body()?;
    perform(call, ActionVerb::Plan(Box::new(body))).await
}

/// It is in place.
pub(crate) async fn implemented(call: Call) -> Result<Answer, Problem> {
    let body: SayImplemented = call.body()?;
    perform(call, ActionVerb::Implemented(body)).await
}

/// Watches longer.
pub(crate) async fn extend(call: Call) -> Result<Answer, Problem> {
    let body: ExtendWatch = call.body()?;
    perform(call, ActionVerb::Extend(body)).await
}

/// Somebody else sees to it.
pub(crate) async fn change_owner(call: Call) -> Result<Answer, Problem> {
    let body: ChangeOwner = call.body()?;
    perform(call, ActionVerb::ChangeOwner(body)).await
}

/// Done with.
pub(crate) async fn close(call: Call) -> Result<Answer, Problem> {
    let Why { reason } = call.body()?;
    perform(call, ActionVerb::Close(reason)).await
}

async fn perform(call: Call, verb: ActionVerb) -> Result<Answer, Problem> {
    let (id, version, caller) = (ActionId(call.id()?), call.version()?, call.caller()?.id);
    write(&call, move |unit| {
        let verb = verb.clone();
        Box::pin(async move {
            actions::perform(unit, caller, id, &verb, version).await?;
            let now = unit.now;
            let (answer, version) = in_full(&mut unit.tx, id, now).await?;
            Ok(Done::plain(Answer::ok(&answer)?.at_version(version)))
        })
    })
    .await
}

/// Asks whether it helped.
pub(crate) async fn verdict(call: Call) -> Result<Answer, Problem> {
    let Empty {} = call.body()?;
    let (id, version, caller) = (ActionId(call.id()?), call.version()?, call.caller()?.id);
    write(&call, move |unit| {
        Box::pin(async move {
            let (action, judgement) = actions::judge(unit, caller, id, version).await?;
            let names = names_of(&mut unit.tx, [caller].into()).await?;
            let answer = VerdictOfAction {
                verdict: told::Verdict::of(judgement, &names),
                action: id,
                state: action.state,
                version: action.version,
            };
            Ok(Done::plain(Answer::ok(&answer)?.at_version(action.version)))
        })
    })
    .await
}

/// What customers who complained may be told, in a language.
pub(crate) async fn letter(call: Call) -> Result<Answer, Problem> {
    let (id, now) = (ActionId(call.id()?), call.app.database.now());
    let codes: Vec<&str> = languages().iter().map(|language| language.code).collect();
    let expected = format!("expected one of {}", codes.join(", "));
    let known = |code: &str| languages().iter().find(|l| l.code == code).map(|l| l.code);
    let language = call.query.read("language", &expected, known)?.unwrap_or("en");
    let settings = &call.app.settings;
    let speech = Speech::new(Some(language), None, language, settings.zone.clone(), now);
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let action = actions::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let Some(letter) = actions::letter(&mut tx, &action).await? else {
        let allowed = [ActionState::Implemented, ActionState::Effective, ActionState::Partial];
        return Err(Refusal::ActionOver { state: action.state, allowed: allowed.to_vec() }.into());
    };
    let causes = all_causes(&mut tx).await?;
    let listed = |code: &String| format!("/complaints?view=all&cause={}", encode(code));
    let answer = Letter {
        language,
        text: letter_text(&speech, &action, &causes),
        recipients: letter.recipients,
        complaints: letter.causes.iter().map(listed).collect(),
    };
    Ok(Answer::ok(&answer)?)
}

/// The words of that letter.
pub(crate) fn letter_text(speech: &Speech, action: &Action, causes: &Causes) -> String {
    let names = action.plan.iter().flat_map(|plan| &plan.causes).filter_map(|id| causes.get(id));
    let name = |cause: &firsthand_domain::cause::Cause| {
        let name = cause.name.get(speech.lang()).or_else(|| cause.name.get("en"));
        name.cloned().unwrap_or_default()
    };
    let since = action.implemented_at.map(|at| speech.date_of(at)).unwrap_or_default();
    let mut paragraphs = vec![speech.tell(
        "actions-letter",
        [
            ("causes", speech.listed(names.map(name)).into()),
            ("date", since.into()),
            ("title", action.terms.title.clone().into()),
        ],
    )];
    let fell = action.verdict.as_ref().filter(|j| matches!(j.verdict, Verdict::Effective | Verdict::Partial));
    if let Some(ratio) = fell.and_then(|judgement| judgement.rate_ratio) {
        let percent = ((1.0 - ratio) * 100.0).floor();
        paragraphs.push(speech.with("actions-letter-effect", "percent", percent));
    }
    paragraphs.push(speech.say("actions-letter-thanks").into_owned());
    paragraphs.join("\n\n")
}
