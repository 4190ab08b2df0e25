//! What is kept with its history, whatever it is: listed, shown, added, changed, retired and taken up again.

use firsthand_domain::Refusal;
use firsthand_domain::canned::{CannedReply, RestoreVersion};
use firsthand_domain::lists::ListName;
use firsthand_storage::settings::{self, Kept, Kind, Setting, Version};
use firsthand_storage::{Result, Tx};
use serde::Serialize;

use super::verbs::Empty;
use crate::call::{Answer, Call};
use crate::json::{CannedTold, CannedVersion, ListNameTold, ListNameVersion, Page};
use crate::problem::Problem;
use crate::write::{Done, write};

/// What is kept, as it is told.
pub(crate) trait Told: Setting {
    /// As it is.
    type Now: Serialize + From<Kept<Self>>;
    /// As it was.
    type Was: Serialize + From<Version<Self>>;

    /// Is there what it names?
    fn names_hold(_: &mut Tx<'_>, _: &Self) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }
}

impl Told for CannedReply {
    type Now = CannedTold;
    type Was = CannedVersion;
}

impl Told for ListName {
    type Now = ListNameTold;
    type Was = ListNameVersion;
}

/// All of them, by name.
pub(crate) async fn list<S: Told>(call: Call, kind: Kind<S>) -> Result<Answer, Problem> {
    let retired = call.query.read("retired", "expected true or false", |v| v.parse::<bool>().ok())?;
    let retired = retired.unwrap_or_default();
    let mut connection = call.connection().await?;
    let mut all = settings::list(&mut connection.tx(), kind, retired).await?;
    all.retain(|kept| kept.retired == retired);
    let items = all.into_iter().map(S::Now::from).collect();
    Ok(Answer::ok(&Page { items, next: None })?)
}

pub(crate) async fn one<S: Told>(call: Call, kind: Kind<S>) -> Result<Answer, Problem> {
    let mut connection = call.connection().await?;
    let kept = settings::by_id(&mut connection.tx(), kind, call.id()?).await?;
    told(kept.ok_or(Refusal::NotFound)?).map_err(Problem::from)
}

fn told<S: Told>(kept: Kept<S>) -> Result<Answer> {
    let version = kept.version;
    Ok(Answer::ok(&S::Now::from(kept))?.at_version(version))
}

/// Every version there was of one, the newest first.
pub(crate) async fn versions<S: Told>(call: Call, kind: Kind<S>) -> Result<Answer, Problem> {
    let id = call.id()?;
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    settings::by_id(&mut tx, kind, id).await?.ok_or(Refusal::NotFound)?;
    let items = settings::versions::<S>(&mut tx, id).await?.into_iter().map(S::Was::from).collect();
    Ok(Answer::ok(&Page { items, next: None })?)
}

/// Keeps a new one, which is found below that address.
pub(crate) async fn add<S: Told>(
    call: &Call,
    kind: Kind<S>,
    below: String,
    said: S,
) -> Result<Answer, Problem> {
    let by = call.caller()?.id;
    write(call, move |unit| {
        let (said, below) = (said.clone(), below.clone());
        Box::pin(async move {
            S::names_hold(&mut unit.tx, &said).await?;
            let kept = settings::add(unit, kind, by, said).await?;
            let (place, version) = (format!("/api/v1/{below}/{}", kept.id), kept.version);
            Ok(Done::plain(Answer::made(&S::Now::from(kept), place)?.at_version(version)))
        })
    })
    .await
}

pub(crate) async fn amend<S: Told>(call: &Call, kind: Kind<S>, said: S) -> Result<Answer, Problem> {
    let (by, id, seen) = (call.caller()?.id, call.id()?, call.version()?);
    write(call, move |unit| {
        let said = said.clone();
        Box::pin(async move {
            S::names_hold(&mut unit.tx, &said).await?;
            Ok(Done::plain(told(settings::amend(unit, kind, by, id, said, seen).await?)?))
        })
    })
    .await
}

pub(crate) async fn retire<S: Told>(call: Call, kind: Kind<S>) -> Result<Answer, Problem> {
    let (by, id, seen) = (call.caller()?.id, call.id()?, call.version()?);
    let Empty {} = call.body()?;
    write(&call, move |unit| {
        Box::pin(async move { Ok(Done::plain(told(settings::retire(unit, kind, by, id, seen).await?)?)) })
    })
    .await
}

pub(crate) async fn restore<S: Told>(call: Call, kind: Kind<S>) -> Result<Answer, Problem> {
    let (by, id, seen) = (call.caller()?.id, call.id()?, call.version()?);
    let RestoreVersion { version } = call.body()?;
    write(&call, move |unit| {
        Box::pin(async move {
            Ok(Done::plain(told(settings::restore(unit, kind, by, id, version, seen).await?)?))
        })
    })
    .await
}
