//! What happens as it happens, who else is at a complaint, and what asks the caller for something.

use firsthand_domain::time::Timestamp;
use firsthand_storage::{Connection, notices};
use schemars::JsonSchema;
use serde::Deserialize;

use super::complaints::visible;
use crate::call::{Answer, Call};
use crate::json::live::{Notification, Notifications, Presence};
use crate::live::{Doing, Noted};
use crate::problem::Problem;

pub(crate) use crate::live::stream as events;

/// What the caller does at a complaint.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BeHere {
    /// What; it is forgotten after thirty seconds.
    pub(crate) doing: Doing,
}

/// Up to when the caller has read.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadUpTo {
    /// Up to when; now, where it is not said.
    pub(crate) up_to: Option<Timestamp>,
}

pub(crate) async fn presence(call: Call) -> Result<Answer, Problem> {
    let mut connection = call.connection().await?;
    let found = visible(&mut connection.tx(), call.param("id"), call.caller()?).await?;
    drop(connection);
    let people = call.app.live.here.at(found.complaint.id, (call.app.settings.micros)());
    Ok(Answer::ok(&Presence { people })?)
}

pub(crate) async fn be_here(call: Call) -> Result<Answer, Problem> {
    let BeHere { doing } = call.body()?;
    say(&call, call.param("id"), doing).await?;
    presence(call).await
}

/// Notes what the caller does at a complaint they may know of, under a hand of their own.
pub(crate) async fn say(call: &Call, name: &str, doing: Doing) -> Result<(), Problem> {
    let caller = call.caller()?;
    let mut connection = call.connection().await?;
    let complaint = visible(&mut connection.tx(), name, caller).await?.complaint.id;
    call.keep(connection);
    let noted = Noted { complaint, hand: caller.id.0, staff: caller.id, name: caller.name.clone(), doing };
    let word = call.app.live.here.note(noted, (call.app.settings.micros)());
    if let Some(word) = word {
        call.app.database.feed().say(word);
    }
    Ok(())
}

pub(crate) async fn notifications(call: Call) -> Result<Answer, Problem> {
    let mut connection = call.connection().await?;
    Ok(Answer::ok(&told(&call, &mut connection).await?)?)
}

async fn told(call: &Call, connection: &mut Connection) -> Result<Notifications, Problem> {
    let (reader, now) = (call.caller()?, call.app.database.now());
    let mut tx = connection.tx();
    let items = notices::list(&mut tx, reader, now, notices::MOST).await?;
    Ok(Notifications {
        unread: notices::unread(&mut tx, reader, now).await?,
        read_up_to: notices::read_up_to(&mut tx, reader.id).await?,
        items: items.into_iter().map(Notification::from).collect(),
    })
}

pub(crate) async fn read(call: Call) -> Result<Answer, Problem> {
    let ReadUpTo { up_to } = call.body()?;
    mark_read(&call, up_to).await?;
    let mut connection = call.app.database.read().await?;
    Ok(Answer::ok(&told(&call, &mut connection).await?)?)
}

/// Notes up to when the caller has read; not into the time to come.
pub(crate) async fn mark_read(call: &Call, up_to: Option<Timestamp>) -> Result<(), Problem> {
    let caller = call.caller()?.id;
    let read = call.app.database.change(move |unit| {
        Box::pin(async move {
            let up_to = up_to.unwrap_or(unit.now);
            notices::read(unit, caller, up_to).await
        })
    });
    Ok(read.await?)
}
