//! Files: sent in, attached, given, taken out of sight, erased.

use firsthand_domain::Refusal;
use firsthand_domain::attachment::Attach;
use firsthand_domain::code::AttachmentState;
use firsthand_domain::id::{AttachmentId, ComplaintId};
use firsthand_domain::verb::Verb;
use firsthand_storage::attachments::incoming::discard;
use firsthand_storage::attachments::{self, Found};
use firsthand_storage::{complaints, view};

use super::complaints::visible;
use super::verbs::read;
use crate::body;
use crate::call::{Answer, Call};
use crate::files;
use crate::given::Given;
use crate::json;
use crate::problem::Problem;
use crate::write::{Done, Ran, write, write_telling};

/// Takes a file in, for the caller alone.
pub(crate) async fn upload(mut call: Call) -> Result<Answer, Problem> {
    let (id, upload) = take(&mut call).await?;
    let answer = json::Upload::of(id, upload.clone());
    let by = call.caller()?.id;
    let answer = Answer { status: 201, ..Answer::ok(&answer)? };
    let written = write_telling(&call, move |_| {
        let answer = answer.clone();
        Box::pin(async move { Ok(Done::plain(answer)) })
    });
    let written = written.await;
    if !matches!(written, Ok((_, Ran::Now))) {
        discard(&call.app.database, id, by).await?;
    }
    written.map(|(answer, _)| answer)
}

/// The bytes of the body, which go to the database as they come. What they are stands for them under the caller's key.
async fn take(call: &mut Call) -> Result<(AttachmentId, firsthand_domain::attachment::Upload), Problem> {
    let name = call.query.get("name").unwrap_or_default().to_owned();
    let gone = || Problem::internal("a body was taken before");
    let mut coming = call.take_coming().ok_or_else(gone)?;
    let by = call.caller()?.id;
    let (id, upload) = files::take(&call.app, by, &name, &mut coming).await?;
    call.body = format!("{}\n{}", upload.sha256, upload.name).into_bytes();
    Ok((id, upload))
}

/// Attaches: with `name` the bytes of the body, without it files that were sent in before.
pub(crate) async fn attach(mut call: Call) -> Result<Answer, Problem> {
    let caller = call.caller()?.clone();
    {
        // Before anything is taken in.
        let mut connection = call.connection().await?;
        visible(&mut connection.tx(), call.param("id"), &caller).await?;
    }
    if !caller.can_hold_duty() {
        return Err(Refusal::ReadOnly.into());
    }
    let (ids, sent) = if call.query.get("name").is_some() {
        let (id, _) = take(&mut call).await?;
        (vec![id], Some(id))
    } else {
        if let Some(coming) = call.take_coming() {
            call.body = body::held(coming, call.app.settings.body_limit_bytes).await?;
        }
        (call.body::<Attach>()?.attachments, None)
    };
    let attached = attached(&call, ids).await;
    if let Some(id) = sent.filter(|_| !matches!(attached, Ok((_, Ran::Now)))) {
        discard(&call.app.database, id, caller.id).await?;
    }
    attached.map(|(answer, _)| answer)
}

async fn attached(call: &Call, ids: Vec<AttachmentId>) -> Result<(Answer, Ran), Problem> {
    let (caller, version, name) = (call.caller()?.id, call.version()?, call.param("id").to_owned());
    let verb = Verb::Attach(Attach { attachments: ids });
    write_telling(call, move |unit| {
        let (verb, name) = (verb.clone(), name.clone());
        Box::pin(async move {
            let id = complaints::id_of(&mut unit.tx, &name).await?.ok_or(Refusal::NotFound)?;
            let done = complaints::perform(unit, Some(caller), id, &verb, version).await?;
            let view = read(unit, id).await?;
            let first = done.steps.first().map(|step| step.entry.seq);
            let new = view.complaint.attachments.iter().filter(|a| Some(a.seq) >= first);
            let items: Vec<_> = new.map(|a| json::Attachment::of(&view, a)).collect();
            let answer = Answer { status: 201, ..Answer::ok(&json::Page { items, next: None })? };
            Ok(Done::about(answer.at_version(view.complaint.version), id))
        })
    })
    .await
}

/// A verb on a file, which answers the changed complaint.
pub(crate) async fn change<B: serde::de::DeserializeOwned>(
    call: Call,
    make: fn(AttachmentId, B) -> Verb,
) -> Result<Answer, Problem> {
    let attachment = AttachmentId(call.id()?);
    let verb = make(attachment, call.body()?);
    let (caller, version) = (call.caller()?.id, call.version()?);
    write(&call, move |unit| {
        let verb = verb.clone();
        Box::pin(async move {
            let id = attachments::complaint_of(&mut unit.tx, attachment).await?.ok_or(Refusal::NotFound)?;
            complaints::perform(unit, Some(caller), id, &verb, version).await?;
            let view = read(unit, id).await?;
            let answer = Answer::ok(&json::Complaint::from(&view))?;
            Ok(Done::about(answer.at_version(view.complaint.version), id))
        })
    })
    .await
}

/// A file the caller may have: one of a complaint they may know of, or their own that waits.
pub(crate) async fn found(call: &Call) -> Result<Found, Problem> {
    let id = AttachmentId(call.id()?);
    let caller = call.caller()?;
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let found = attachments::find(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let may = match found.complaint {
        None => found.upload.by == caller.id,
        Some(complaint) => {
            let complaint = visible(&mut tx, &complaint.to_string(), caller).await?.complaint;
            complaint.attachment(id).is_some_and(|a| a.state == AttachmentState::Kept)
        }
    };
    call.keep(connection);
    if may { Ok(found) } else { Err(Refusal::NotFound.into()) }
}

/// What a browser may do with a file: keep it, and nothing else.
const POLICY: &str = "sandbox; default-src 'none'";

/// Gives a file, to be saved and never to be opened in place.
pub(crate) async fn get(call: Call) -> Result<Answer, Problem> {
    let found = found(&call).await?;
    let etag = format!("\"{}\"", found.upload.sha256);
    if call.has(&etag) {
        return Ok(Answer::unchanged(etag));
    }
    let disposition = found.upload.name.disposition("attachment");
    let given = Given::whole(&call.app.database, found).part(call.headers.range.as_deref());
    Ok(sent(given, "application/octet-stream", &disposition, etag))
}

/// Gives a picture to be shown in a page: only what its bytes say is a plain picture that can be drawn.
pub(crate) async fn picture(call: Call) -> Result<Answer, Problem> {
    let found = found(&call).await?;
    let kind = found.upload.media.shown_as().ok_or(Refusal::NotFound)?;
    let etag = format!("\"{}\"", found.upload.sha256);
    let disposition = found.upload.name.disposition("inline");
    Ok(sent(Given::whole(&call.app.database, found), kind, &disposition, etag))
}

fn sent(given: Given, kind: &'static str, disposition: &str, etag: String) -> Answer {
    let range = given.range();
    let answer = Answer { etag: Some(etag), ..Answer::text(kind, String::new()) }
        .header("content-disposition", disposition)
        .header("content-security-policy", POLICY)
        .header("content-length", given.length().to_string())
        .header("accept-ranges", "bytes");
    let answer = match range {
        Some(range) => Answer { status: 206, ..answer.header("content-range", range) },
        None => answer,
    };
    Answer { file: Some(given), ..answer }
}

/// The files of a complaint.
pub(crate) async fn list(call: Call) -> Result<Answer, Problem> {
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let found = visible(&mut tx, call.param("id"), call.caller()?).await?;
    let id: ComplaintId = found.complaint.id;
    let view = view::by_id(&mut tx, id, call.app.database.now()).await?.ok_or(Refusal::NotFound)?;
    let items = view.complaint.attachments.iter().map(|a| json::Attachment::of(&view, a)).collect();
    Ok(Answer::ok(&json::Page { items, next: None })?)
}
