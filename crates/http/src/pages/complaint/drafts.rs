//! What somebody has begun to write on the page of a complaint: kept as it is typed, for each person and each of the three
//! ways to write, until it is sent or emptied.

use firsthand_domain::Refusal;
use firsthand_domain::id::{ComplaintId, StaffId};
use firsthand_domain::time::Timestamp;
use firsthand_storage::{Tx, drafts};
use serde_json::json;

use crate::call::{Answer, Call};
use crate::form::Form;
use crate::pages::{Frame, begun};
use crate::problem::Problem;

/// The forms whose texts are kept, as the page calls them.
const KEPT: [&str; 3] = ["replies", "notes", "contacts"];
/// What belongs to one showing of the page and not to what is written.
const NOT_KEPT: &[&str] = &["_token", "_key", "_version", "_form", "_sure", "_text", "file"];

/// A text that was begun.
pub(super) struct Begun {
    /// The form it stands in.
    pub(super) name: &'static str,
    pub(super) form: Form,
    pub(super) kept_at: Timestamp,
}

fn place(complaint: ComplaintId, name: &str) -> String {
    format!("complaint/{complaint}/{name}")
}

/// What the reader has begun to write, the latest first.
pub(super) async fn begun(
    tx: &mut Tx<'_>,
    reader: StaffId,
    complaint: ComplaintId,
) -> Result<Vec<Begun>, Problem> {
    let places = KEPT.map(|name| place(complaint, name));
    let kept = drafts::of_three(tx, reader, [&places[0], &places[1], &places[2]]).await?;
    let mut all: Vec<Begun> = kept
        .into_iter()
        .filter_map(|(at, draft)| {
            let name = KEPT.into_iter().find(|name| place(complaint, name) == at)?;
            let mut form = Form::default();
            for (field, value) in draft.fields {
                form.add(&field, value);
            }
            Some(Begun { name, form, kept_at: draft.kept_at })
        })
        .collect();
    all.sort_by_key(|begun| std::cmp::Reverse(begun.kept_at));
    Ok(all)
}

/// Keeps what was written so far; an empty text is no draft.
pub(super) async fn keep(call: Call) -> Result<Answer, Problem> {
    let (form, caller) = (call.form()?, call.caller()?);
    let name = KEPT.into_iter().find(|name| *name == form.get("_form")).ok_or(Refusal::NotFound)?;
    let mut connection = call.app.database.read().await?;
    let found = super::visible(&mut connection.tx(), call.param("reference"), caller).await?;
    drop(connection);
    let begun = form.filled("body").is_some() || form.all("attachments").next().is_some();
    begun::keep(&call, caller.id, &place(found.complaint.id, name), &form, NOT_KEPT, begun).await?;
    let f = Frame::new(&call, "list", "complaint-page");
    let told = if begun { f.with("log-kept", "time", f.hour(f.now)) } else { String::new() };
    Ok(Answer::ok(&json!({ "kept": told }))?)
}

/// What was sent is begun no more. That it is still kept is no reason to tell somebody their reply was not sent.
pub(super) async fn forget(call: &Call, complaint: ComplaintId, name: &str) {
    let Some(name) = KEPT.into_iter().find(|kept| *kept == name) else { return };
    let Ok(caller) = call.caller() else { return };
    if let Err(cause) = begun::put_away(call, caller.id, &place(complaint, name)).await {
        tracing::warn!(request_id = %call.request_id, %cause, "a draft was not put away");
    }
}
