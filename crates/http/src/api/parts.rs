//! Handoffs, successions, replies and promises by their own ids, to whoever may see their complaint.

use firsthand_domain::Refusal;
use firsthand_domain::id::{HandoffId, PromiseId, ReplyId, SuccessionId};
use firsthand_storage::parts::{Part, complaint_of};
use firsthand_storage::view::View;
use firsthand_storage::{complaints, view};
use uuid::Uuid;

use crate::call::{Answer, Call};
use crate::json;
use crate::problem::Problem;

/// The id of a part, so that each route is about one kind of part.
pub(crate) trait PartId: Copy + Send + Sync + 'static {
    /// Of that id in the path.
    fn of(id: Uuid) -> Self;
    /// As storage knows it.
    fn part(self) -> Part;
}

macro_rules! part_ids {
    ($($id:ident => $part:ident),+) => { $(
        impl PartId for $id {
            fn of(id: Uuid) -> Self {
                Self(id)
            }

            fn part(self) -> Part {
                Part::$part(self)
            }
        }
    )+ };
}

part_ids!(HandoffId => Handoff, SuccessionId => Succession, ReplyId => Reply, PromiseId => Promise);

pub(crate) async fn handoff(call: Call) -> Result<Answer, Problem> {
    one(&call, Part::Handoff(HandoffId(call.id()?))).await
}

pub(crate) async fn succession(call: Call) -> Result<Answer, Problem> {
    one(&call, Part::Succession(SuccessionId(call.id()?))).await
}

pub(crate) async fn reply(call: Call) -> Result<Answer, Problem> {
    one(&call, Part::Reply(ReplyId(call.id()?))).await
}

pub(crate) async fn promise(call: Call) -> Result<Answer, Problem> {
    one(&call, Part::Promise(PromiseId(call.id()?))).await
}

async fn one(call: &Call, part: Part) -> Result<Answer, Problem> {
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let id = complaint_of(&mut tx, part).await?.ok_or(Refusal::NotFound)?;
    let found = complaints::read(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    if !found.complaint.visible_to(call.caller()?) {
        return Err(Refusal::NotFound.into());
    }
    let view = view::of(&mut tx, found, call.app.database.now()).await?;
    let answer = part_answer(&view, part)?.ok_or(Refusal::NotFound)?;
    Ok(Answer { status: 200, location: None, ..answer })
}

/// A part as one that was just made: 201 with where it is.
pub(super) fn part_answer(view: &View, part: Part) -> serde_json::Result<Option<Answer>> {
    let c = &view.complaint;
    let answer = match part {
        Part::Handoff(id) => c.handoffs.iter().find(|h| h.id == id).map(|h| {
            let part = json::PartOf::new(view, json::Handoff::of(view, h));
            Answer::made(&part, format!("/api/v1/handoffs/{id}"))
        }),
        Part::Succession(id) => c.successions.iter().find(|s| s.id == id).map(|s| {
            let part = json::PartOf::new(view, json::Succession::of(view, s));
            Answer::made(&part, format!("/api/v1/successions/{id}"))
        }),
        Part::Reply(id) => c.replies.iter().find(|r| r.id == id).map(|r| {
            let part = json::PartOf::new(view, json::Reply::of(view, r));
            Answer::made(&part, format!("/api/v1/replies/{id}"))
        }),
        Part::Promise(id) => c.promises.iter().find(|p| p.id == id).map(|p| {
            let part = json::PartOf::new(view, json::Promise::of(view, p));
            Answer::made(&part, format!("/api/v1/promises/{id}"))
        }),
    };
    Ok(answer.transpose()?.map(|a| a.at_version(c.version)))
}
