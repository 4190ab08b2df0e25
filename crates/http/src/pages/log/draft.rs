//! The form as it is kept while it is being written: one of each person at each place.

use firsthand_domain::id::CustomerId;
use serde_json::json;

use super::{beside, who};
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::pages::{Frame, begun, offered};
use crate::problem::Problem;

/// What a browser sends of itself, and what says which button was used.
const NOT_KEPT: &[&str] = &["_token", "_act", "_add", "_opened", "file"];
/// What is there before anybody has typed.
const PRESET: &[&str] = &["channel", "incident_at", "settled.decision.outcome", "file"];

/// Where the draft of a form is kept: a call that began at a customer has its own.
pub(super) fn place_of(customer: Option<CustomerId>) -> String {
    customer.map_or_else(|| "log".to_owned(), |id| format!("log/{id}"))
}

/// The place a form says it stands at, if it is one of ours.
pub(super) fn place(form: &Form) -> String {
    place_of(form.get("_place").strip_prefix("log/").and_then(|id| id.parse().ok()))
}

/// Has anybody written anything?
fn is_begun(form: &Form) -> bool {
    form.fields().any(|(name, value)| !PRESET.contains(&name) && !value.trim().is_empty())
        || form.filled("_who").is_some()
}

/// Keeps what was written so far, and says which problem it may be of and what else of this week tells the same.
pub(super) async fn keep(call: Call) -> Result<Answer, Problem> {
    let form = call.form()?;
    let caller = call.caller()?;
    let f = Frame::new(&call, "log", "log-title");
    let begun = is_begun(&form);
    begun::keep(&call, caller.id, &place(&form), &form, NOT_KEPT, begun).await?;
    let mut connection = call.connection().await?;
    let known = beside::known(&mut connection.tx(), &f, caller, &form).await?;
    let similar = beside::similar(&mut connection.tx(), &f, caller, &form).await?;
    let about = (form.filled("product"), form.get("narrative"));
    let causes = offered::of_text(&mut connection.tx(), &call.app.database, &f, caller, about).await?;
    let told = if begun { f.with("log-kept", "time", f.hour(f.now)) } else { String::new() };
    Ok(Answer::ok(&json!({ "kept": told, "known": known, "similar": similar, "causes": causes }))?)
}

/// Begins anew.
pub(super) async fn discard(call: Call) -> Result<Answer, Problem> {
    let form = call.form()?;
    forget(&call, &form).await?;
    Ok(Answer::see_other(match who::known_in(form.get("_place")) {
        Some(customer) => format!("/complaints/new?customer={customer}"),
        None => "/complaints/new".to_owned(),
    }))
}

/// The draft of a form is done with.
pub(super) async fn forget(call: &Call, form: &Form) -> Result<(), Problem> {
    Ok(begun::put_away(call, call.caller()?.id, &place(form)).await?)
}
