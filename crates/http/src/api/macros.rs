//! Macros: kept with their history, and done on a complaint in one change, all of it or nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use firsthand_domain::Refusal;
use firsthand_domain::code::Role;
use firsthand_domain::id::ComplaintId;
use firsthand_domain::macros::{MacroStep, RunMacro};
use firsthand_domain::staff::Staff;
use firsthand_domain::verb::Verb;
use firsthand_storage::settings::{self, KeptStep, MACROS, Macro, REPLY_TEXTS};
use firsthand_storage::{Error, Result, Tx, Unit, causes, complaints, staff};

use super::canned::Filling;
use super::kept::{self, Told};
use super::verbs::read;
use crate::app::App;
use crate::call::{Answer, Call};
use crate::json::{self, MacroTold, MacroVersion, NewMacro, macro_step};
use crate::problem::Problem;
use crate::write::{Done, write};

impl Told for Macro {
    type Now = MacroTold;
    type Was = MacroVersion;

    async fn names_hold(tx: &mut Tx<'_>, said: &Self) -> Result<()> {
        let steps: Vec<MacroStep> = said.steps.iter().map(kept_step).collect::<Result<_, _>>()?;
        names(tx, &steps).await
    }
}

/// What a macro names is there now: reply texts, causes, people.
async fn names(tx: &mut Tx<'_>, steps: &[MacroStep]) -> Result<()> {
    for (at, step) in steps.iter().enumerate() {
        let field =
            |name: &str, expected: &'static str| Refusal::field(format!("steps[{at}].{name}"), expected);
        if let Some(id) = step.canned_reply() {
            let text = settings::by_id(tx, REPLY_TEXTS, id).await?.filter(|text| !text.retired);
            text.ok_or_else(|| field("canned_reply", "expected the id of a reply text that is not retired"))?;
        }
        match step {
            MacroStep::Tag(body) => {
                let cause = causes::named(tx, body.cause.as_str()).await?.filter(|cause| !cause.retired);
                cause.ok_or_else(|| {
                    field("cause", "expected the id or code of a cause that is not retired")
                })?;
            }
            MacroStep::Offer(body) => {
                let to = staff::by_id(tx, body.to).await?.filter(|to| to.active);
                to.ok_or_else(|| field("to", "expected the id of a person who works here"))?;
            }
            _ => {}
        }
    }
    Ok(())
}

pub(crate) async fn add(call: Call) -> Result<Answer, Problem> {
    let said = call.body::<NewMacro>()?.read()?;
    kept::add(&call, MACROS, "macros".to_owned(), said).await
}

pub(crate) async fn amend(call: Call) -> Result<Answer, Problem> {
    let said = call.body::<NewMacro>()?.read()?;
    kept::amend(&call, MACROS, said).await
}

/// A step that was kept was read before; what cannot be read any more is refused as it would be when it is kept.
fn kept_step(kept: &KeptStep) -> Result<MacroStep, Refusal> {
    let expected = "expected a step that can still be read: change the macro";
    macro_step(kept).map_err(|_| Refusal::field("macro", expected))
}

/// The verb of a step on a complaint, with the text it sends filled in.
async fn verb_of(
    unit: &mut Unit<'_>,
    app: &App,
    writer: &Staff,
    complaint: ComplaintId,
    kept: &KeptStep,
) -> Result<Verb> {
    let (step, now) = (kept_step(kept)?, unit.now);
    let view = read(unit, complaint).await?;
    let text = match step.canned_reply() {
        None => None,
        Some(id) => {
            let text = settings::by_id(&mut unit.tx, REPLY_TEXTS, id).await?.filter(|text| !text.retired);
            let text = text.and_then(|text| Filling::new(app, &view, writer, now).reply(&text, None));
            let expected = "expected the id of a reply text that is not retired";
            Some(text.ok_or_else(|| Refusal::field("canned_reply", expected))?.text)
        }
    };
    Ok(step.verb(view.complaint.channel, now, text.as_deref())?)
}

/// Does each step as its own verb; when one is refused, nothing is done.
async fn steps(
    unit: &mut Unit<'_>,
    app: &App,
    caller: &Staff,
    name: &str,
    (asked, version): (&RunMacro, Option<i64>),
    under_way: &AtomicUsize,
) -> Result<ComplaintId> {
    under_way.store(0, Ordering::Relaxed);
    let id = complaints::id_of(&mut unit.tx, name).await?.ok_or(Refusal::NotFound)?;
    let found = complaints::read(&mut unit.tx, id).await?;
    if !found.is_some_and(|found| found.complaint.visible_to(caller)) {
        return Err(Error::Refused(Refusal::NotFound));
    }
    if caller.role == Role::Auditor {
        return Err(Error::Refused(Refusal::ReadOnly));
    }
    let kept = settings::by_id(&mut unit.tx, MACROS, asked.r#macro).await?.filter(|kept| !kept.retired);
    let kept =
        kept.ok_or_else(|| Refusal::field("macro", "expected the id of a macro that is not retired"))?;
    if kept.said.steps.is_empty() {
        return Err(Refusal::field("macro", "expected a macro with at least one step").into());
    }
    let mut seen = version;
    for (at, step) in kept.said.steps.iter().enumerate() {
        under_way.store(at + 1, Ordering::Relaxed);
        let verb = verb_of(unit, app, caller, id, step).await?;
        complaints::perform(unit, Some(caller.id), id, &verb, seen.take()).await?;
    }
    Ok(id)
}

/// Does a macro on a complaint.
pub(crate) async fn run(call: Call) -> Result<Answer, Problem> {
    let asked: RunMacro = call.body()?;
    let (caller, version) = (call.caller()?.clone(), call.version()?);
    let (app, name) = (Arc::clone(&call.app), call.param("id").to_owned());
    let under_way = Arc::new(AtomicUsize::new(0));
    let at = Arc::clone(&under_way);
    let ran = write(&call, move |unit| {
        let (app, name, caller) = (Arc::clone(&app), name.clone(), caller.clone());
        let (asked, at) = (asked.clone(), Arc::clone(&at));
        Box::pin(async move {
            let id = steps(unit, &app, &caller, &name, (&asked, version), &at).await?;
            let view = read(unit, id).await?;
            let answer = Answer::ok(&json::Complaint::from(&view))?.at_version(view.complaint.version);
            Ok(Done::about(answer, id))
        })
    });
    // Which step was refused is told beside why, as it is told of the verb alone.
    ran.await.map_err(|problem| match under_way.load(Ordering::Relaxed) {
        0 => problem,
        step => problem.with("step", step),
    })
}
