//! Files on pages: given to be saved, shown where they are pictures, and taken in as soon as they are chosen.

#[cfg(test)]
mod tests;

use firsthand_domain::id::AttachmentId;
use firsthand_domain::staff::Staff;
use firsthand_storage::{Tx, attachments};
use serde_json::json;

use super::Frame;
use crate::api::attachments::{get, picture};
use crate::call::{Answer, Call};
use crate::files;
use crate::form::Form;
use crate::problem::Problem;
use crate::rights::Right::{Reader, Writer};
use crate::routes::{Route, form, page};
use crate::speech::Speech;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/attachments/{id}", Reader, get).frameless(),
        page("/attachments/{id}/picture", Reader, picture).frameless(),
        form("/files", Writer, take).with_files().frameless(),
    ]
}

/// A file that was sent in and goes with what is being written.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) size: String,
}

/// The files that a form names, as far as they still wait.
pub(super) async fn named_in(
    tx: &mut Tx<'_>,
    f: &Speech,
    me: &Staff,
    forms: impl Iterator<Item = &Form>,
) -> Result<Vec<Waiting>, Problem> {
    let mut ids: Vec<AttachmentId> = forms
        .flat_map(|form| form.all("attachments").filter_map(|id| id.parse().ok()).collect::<Vec<_>>())
        .collect();
    ids.dedup();
    let mut all = Vec::new();
    for id in ids.into_iter().take(100) {
        let found = attachments::find(tx, id).await?;
        if let Some(found) = found.filter(|found| found.complaint.is_none() && found.upload.by == me.id) {
            let (name, size) = (found.upload.name.to_string(), f.bytes(found.upload.size));
            all.push(Waiting { id: id.to_string(), name, size });
        }
    }
    Ok(all)
}

/// Takes files while the form that will name them is still being written, and says what they are.
async fn take(call: Call) -> Result<Answer, Problem> {
    let (form, f) = (call.form()?, Frame::new(&call, "", "label-attachments"));
    let mut connection = call.connection().await?;
    let waiting = named_in(&mut connection.tx(), &f, call.caller()?, std::iter::once(&form)).await?;
    let wrong = files::refused(&call.app, &form).map(|problem| problem.words(&f));
    let items: Vec<_> =
        waiting.iter().map(|one| json!({ "id": one.id, "name": one.name, "size": one.size })).collect();
    Ok(Answer::ok(&json!({ "items": items, "wrong": wrong }))?)
}
