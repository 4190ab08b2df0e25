//! One verb on many complaints: the very verbs of one, through the same path, told row by row.
//!
//! All of it is one transaction: one commit, one answer under an Idempotency-Key, and nothing half-done when the program
//! ends in the middle of it. Inside, each complaint is a unit of its own (a savepoint), so that a refusal leaves nothing of
//! its row and everything of the others. All complaints are held before the first is touched, in the order of their ids,
//! so that two bulk changes of the same complaints come one after the other and never wait for each other. One that the
//! caller may not know of ends all of it before anything is done, and nothing says which it was.

use std::collections::{BTreeMap, BTreeSet};

use firsthand_domain::complaint::{Complaint, fold};
use firsthand_domain::id::{ComplaintId, StaffId};
use firsthand_domain::staff::Staff;
use firsthand_domain::text::Reason;
use firsthand_domain::verb::{ComplaintRef, Verb};
use firsthand_domain::{Outcome, Refusal};
use sqlx::QueryBuilder;
use uuid::Uuid;

use crate::complaints::{self, Referenced, perform_on, referenced};
use crate::database::Tx;
use crate::statement::keepable;
use crate::writer::Unit;
use crate::{Error, Result};

/// Complaints of one bulk change, at most.
pub const AT_ONCE: usize = 200;

/// What is done on each.
#[derive(Debug, Clone)]
pub enum What {
    /// A verb.
    Verb(Verb),
    /// Whatever takes the last step back; the reason stands beside it.
    Undo(Reason),
}

/// A complaint as it was chosen.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Its id or reference.
    pub name: ComplaintRef,
    /// The version that was seen, if they said.
    pub version: Option<i64>,
}

/// What became of one of them.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which.
    pub id: ComplaintId,
    /// As people call it.
    pub reference: String,
    /// Done, or why not.
    pub came: Result<Done, Refusal>,
}

/// A row that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// The version it has now.
    pub version: i64,
    /// Whether a bulk change of this version can take it back.
    pub can_undo: bool,
}

/// Does it on each, in the order they were chosen.
///
/// # Errors
/// One of them is not there or not for the caller to know of, one is named twice, or the database could not: then nothing
/// is done. A refusal on one complaint is told beside it.
pub async fn perform(unit: &mut Unit<'_>, by: StaffId, what: &What, chosen: &[Chosen]) -> Result<Vec<Row>> {
    let actor = complaints::actor(unit, Some(by)).await?.ok_or(Refusal::ReadOnly)?;
    let mut ids = Vec::with_capacity(chosen.len());
    let named = ids_of(&mut unit.tx, chosen).await?;
    for one in chosen {
        ids.push(*named.get(one.name.as_str()).ok_or(Refusal::NotFound)?);
    }
    let mut held = hold(&mut unit.tx, &ids).await?;
    let known = |id: &Uuid| held.get(id).is_some_and(|found| found.complaint.visible_to(&actor));
    if !ids.iter().all(known) {
        return Err(Refusal::NotFound.into());
    }
    if held.len() < ids.len() {
        return Err(Refusal::field("complaints", "expected each complaint once").into());
    }
    let mut rows = Vec::with_capacity(ids.len());
    for (id, one) in ids.iter().zip(chosen) {
        let Referenced { reference, complaint } = held.remove(id).ok_or(Refusal::NotFound)?;
        let came = alone(unit, &actor, complaint, what, one.version).await?;
        rows.push(Row { id: ComplaintId(*id), reference, came });
    }
    Ok(rows)
}

/// One row in a savepoint of its own: a refusal leaves nothing of it.
async fn alone(
    unit: &mut Unit<'_>,
    actor: &Staff,
    before: Complaint,
    what: &What,
    version: Option<i64>,
) -> Result<Result<Done, Refusal>> {
    statement(&mut unit.tx, "savepoint one_of_many").await?;
    let came = match one(unit, actor, before, what, version).await {
        Ok(done) => Ok(done),
        Err(Error::Refused(refusal)) => {
            statement(&mut unit.tx, "rollback to savepoint one_of_many").await?;
            Err(refusal)
        }
        Err(other) => return Err(other),
    };
    statement(&mut unit.tx, "release savepoint one_of_many").await?;
    Ok(came)
}

async fn one(
    unit: &mut Unit<'_>,
    actor: &Staff,
    before: Complaint,
    what: &What,
    version: Option<i64>,
) -> Result<Done> {
    let verb = match what {
        What::Verb(verb) => verb.clone(),
        What::Undo(reason) => back(unit, &before, reason, version).await?,
    };
    let outcome = perform_on(unit, Some(actor), before.clone(), None, &verb, version).await?;
    Ok(Done { version: outcome.complaint.version, can_undo: can_undo(&before, &outcome) })
}

/// The verb that takes the last step back, of a complaint that is as it was seen.
async fn back(
    unit: &mut Unit<'_>,
    present: &Complaint,
    reason: &Reason,
    version: Option<i64>,
) -> Result<Verb> {
    if version.is_some_and(|seen| seen != present.version) {
        return Err(Refusal::Stale { version: present.version }.into());
    }
    let history = complaints::history(&mut unit.tx, present.id, 0, present.version).await?;
    let entries: Vec<_> = history.into_iter().map(|item| item.entry).collect();
    let way = entries.split_last().and_then(|(last, earlier)| {
        let before = fold(present.id, earlier)?;
        present.way_back(&last.fact, &before, reason)
    });
    way.ok_or_else(|| {
        Refusal::field("version", "expected a version whose last step can be taken back").into()
    })
}

/// Has the domain a way back from this?
fn can_undo(before: &Complaint, outcome: &Outcome) -> bool {
    let (Some(last), Ok(reason)) = (outcome.steps.last(), Reason::parse("-")) else { return false };
    outcome.complaint.way_back(&last.entry.fact, before, &reason).is_some()
}

async fn statement(tx: &mut Tx<'_>, text: &'static str) -> Result<()> {
    on!(tx, |c| sqlx::query(text).execute(c).await.map(drop)).map_err(Error::from)
}

/// The ids of complaints by what they are called, in the order they are named, without looking who may know of them.
///
/// # Errors
/// One of them is not there, or the database could not.
pub async fn ids(tx: &mut Tx<'_>, chosen: &[Chosen]) -> Result<Vec<ComplaintId>> {
    let named = ids_of(tx, chosen).await?;
    let id = |one: &Chosen| named.get(one.name.as_str()).map(|id| ComplaintId(*id)).ok_or(Refusal::NotFound);
    Ok(chosen.iter().map(id).collect::<Result<_, _>>()?)
}

/// The ids behind ids and references; what is not there is left out.
async fn ids_of<'c>(tx: &mut Tx<'_>, chosen: &'c [Chosen]) -> Result<BTreeMap<&'c str, Uuid>> {
    let mut found = BTreeMap::new();
    let mut references = BTreeSet::new();
    for name in chosen.iter().map(|one| one.name.as_str()) {
        match name.parse::<Uuid>() {
            Ok(id) => _ = found.insert(name, id),
            Err(_) if keepable(name) => _ = references.insert(name),
            Err(_) => {}
        }
    }
    if references.is_empty() {
        return Ok(found);
    }
    let rows: Vec<(Uuid, String)> = on!(tx, |c| {
        let mut sql = QueryBuilder::<Db>::new("select id, reference from complaint where reference in (");
        let mut list = sql.separated(", ");
        for reference in &references {
            list.push_bind((*reference).to_owned());
        }
        sql.push(")");
        sql.build_query_as().fetch_all(c).await
    })?;
    for (id, reference) in rows {
        if let Some(name) = references.get(reference.as_str()) {
            found.insert(*name, id);
        }
    }
    Ok(found)
}

/// All of them, held until the change is done, in the order of their ids.
async fn hold(tx: &mut Tx<'_>, ids: &[Uuid]) -> Result<BTreeMap<Uuid, Referenced>> {
    // The one writer of SQLite has no others.
    let held = match tx {
        Tx::Lite(_) => ") order by id",
        Tx::Pg(_) => ") order by id for update",
    };
    let rows: Vec<(Uuid, String, String)> = on!(tx, |c| {
        let mut sql = QueryBuilder::<Db>::new("select id, reference, state from complaint where id in (");
        let mut list = sql.separated(", ");
        for id in ids {
            list.push_bind(*id);
        }
        sql.push(held);
        sql.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(|(id, reference, state)| Ok((id, referenced((reference, state))?))).collect()
}
