//! The verbs on complaints and their parts: read the body, do the verb in one change, answer what it made or changed.

use firsthand_domain::history::Fact;
use firsthand_domain::id::ComplaintId;
use firsthand_domain::verb::Verb;
use firsthand_domain::{Outcome, Refusal};
use firsthand_storage::parts::Part;
use firsthand_storage::view::{self, View};
use firsthand_storage::{Error, Result, Unit, complaints, parts};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::parts::{PartId, part_answer};
use crate::call::{Answer, Call};
use crate::json;
use crate::problem::Problem;
use crate::write::{Done, write};

/// A body that says nothing.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Empty {}

/// What the verb is done on.
#[derive(Debug, Clone)]
enum Target {
    /// A complaint by its id or reference.
    Complaint(String),
    /// The complaint of a part.
    Part(Part),
}

/// A verb on a complaint named in the path.
pub(crate) async fn on_complaint<B: DeserializeOwned>(
    call: Call,
    make: fn(B) -> Verb,
) -> Result<Answer, Problem> {
    let verb = make(call.body()?);
    perform(&call, Target::Complaint(call.param("id").to_owned()), verb).await
}

/// A verb on a part named in the path.
pub(crate) async fn on_part<I: PartId, B: DeserializeOwned>(
    call: Call,
    make: fn(I, B) -> Verb,
) -> Result<Answer, Problem> {
    let id = I::of(call.id()?);
    let verb = make(id, call.body()?);
    perform(&call, Target::Part(id.part()), verb).await
}

async fn perform(call: &Call, target: Target, verb: Verb) -> Result<Answer, Problem> {
    let (caller, version) = (call.caller()?.id, call.version()?);
    write(call, move |unit| {
        let (target, verb) = (target.clone(), verb.clone());
        Box::pin(async move {
            let id = find(unit, &target).await?.ok_or(Refusal::NotFound)?;
            let outcome = complaints::perform(unit, Some(caller), id, &verb, version).await?;
            let view = read(unit, id).await?;
            let answer = match made(&outcome) {
                Some(part) => part_answer(&view, part)?.ok_or_else(|| missing("a part just made"))?,
                None => Answer::ok(&json::Complaint::from(&view))?.at_version(view.complaint.version),
            };
            Ok(Done::about(answer, id))
        })
    })
    .await
}

async fn find(unit: &mut Unit<'_>, target: &Target) -> Result<Option<ComplaintId>> {
    match target {
        Target::Complaint(name) => complaints::id_of(&mut unit.tx, name).await,
        Target::Part(part) => parts::complaint_of(&mut unit.tx, *part).await,
    }
}

/// The complaint as it stands inside the change.
pub(super) async fn read(unit: &mut Unit<'_>, id: ComplaintId) -> Result<View> {
    view::by_id(&mut unit.tx, id, unit.now).await?.ok_or_else(|| missing("a complaint just changed"))
}

fn missing(what: &str) -> Error {
    Error::Corrupt(format!("{what} is not there"))
}

/// The part a verb made, if making it was the whole of the verb.
fn made(outcome: &Outcome) -> Option<Part> {
    let part = outcome.steps.iter().find_map(|step| match &step.entry.fact {
        Fact::HandoffOffered { handoff, .. } => Some(Part::Handoff(*handoff)),
        Fact::SuccessionOffered { succession, .. } => Some(Part::Succession(*succession)),
        Fact::ReplySent { reply, .. } => Some(Part::Reply(*reply)),
        Fact::PromiseMade { promise, replaces: None, .. } => Some(Part::Promise(*promise)),
        _ => None,
    });
    // Withdrawing sends a courtesy reply too, but what it answers is the complaint that ended.
    part.filter(|_| !outcome.steps.iter().any(|step| matches!(step.entry.fact, Fact::Closed { .. })))
}
