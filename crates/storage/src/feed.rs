//! What changed, as a log that everybody who looks on reads: one row for each change of a complaint, written with its
//! facts. The history has no order over all complaints, and PostgreSQL tells of nothing that was lost on the way; so
//! a short log of its own, a day long, is what a reader who was cut off goes on from.

mod cursor;
mod node;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use firsthand_domain::Step;
use firsthand_domain::complaint::Complaint;
use firsthand_domain::history::Actor;
use firsthand_domain::id::{ComplaintId, StaffId};
use firsthand_domain::sight::Sight;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use crate::database::Tx;
use crate::statement::same;
use crate::writer::Unit;
use crate::{Error, Result};

pub use cursor::Cursor;
pub use node::{Feed, News, run};

statements! {
    APPEND = same("insert into feed (at, complaint, version, actor, kinds, parties) values ($1, $2, $3, $4, $5, $6)");
    AFTER = same("select f.number, f.at, f.complaint, f.version, f.actor, f.kinds, f.parties, c.reference, coalesce(c.restricted, true) as restricted, \
                  c.about_staff, c.logged_by, s.name as actor_name from feed f \
                  left join complaint c on c.id = f.complaint left join staff s on s.id = f.actor \
                  where f.number > $1 order by f.number limit $2");
    ONE = same("select f.number, f.at, f.complaint, f.version, f.actor, f.kinds, f.parties, c.reference, coalesce(c.restricted, true) as restricted, \
                c.about_staff, c.logged_by, s.name as actor_name from feed f \
                left join complaint c on c.id = f.complaint left join staff s on s.id = f.actor where f.number = $1");
    ENDS = same("select coalesce(min(number), 0), coalesce(max(number), 0) from feed");
    SEEN_BY = same("select staff from sight where complaint = $1");
    /// The last one stays, so that numbers go on from there.
    FORGET = same("delete from feed where at < $1 and number < (select max(number) from feed)");
}

/// How long the log is kept.
const KEPT_MINUTES: i64 = 24 * 60;
/// The kind of row that tells of no complaint: somebody may no longer what they might, or not the same.
const ACCESS: &str = "access";
/// The kind of row that tells of so many complaints at once that none is named.
const MANY: &str = "many";

/// One change.
#[derive(Debug)]
pub struct Change {
    /// Its place in the log.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// Of what.
    pub what: What,
    /// By whom; nobody when a timer did it.
    pub by: Option<(StaffId, String)>,
    /// As it is sent, made once for all who are told.
    pub told: OnceLock<Box<str>>,
}

/// What changed.
#[derive(Debug)]
pub enum What {
    /// A complaint.
    Complaint(Box<Touched>),
    /// So many complaints at once that none is named.
    Many,
    /// What somebody may: whoever stands for them shows again who they are.
    Access(StaffId),
}

/// A complaint that changed.
#[derive(Debug)]
pub struct Touched {
    /// Which.
    pub id: ComplaintId,
    /// As people call it.
    pub reference: String,
    /// Its version after the change.
    pub version: i64,
    /// The kinds of the facts, in order.
    pub kinds: Vec<String>,
    /// Who holds a part in it, or held one before.
    pub parties: Vec<StaffId>,
    /// Who may know of it now.
    pub sight: Sight,
}

packed_row! {
    struct Row {
        number: i64,
        at: i64,
        complaint: Option<Uuid>,
        version: i64,
        actor: Option<Uuid>,
        kinds: String,
        parties: String,
        reference: Option<String>,
        restricted: bool,
        about_staff: Option<Uuid>,
        logged_by: Option<Uuid>,
        actor_name: Option<String>,
    }
}

/// Notes a change of a complaint, with its facts and in their transaction.
pub(crate) async fn note(
    unit: &mut Unit<'_>,
    before: Option<&Complaint>,
    after: &Complaint,
    steps: &[Step],
    kinds: &[String],
) -> Result<()> {
    let Some(last) = steps.last() else { return Ok(()) };
    let actor = match last.entry.actor {
        Actor::Staff(id) => Some(id.0),
        Actor::System => None,
    };
    let mut parties: BTreeSet<StaffId> = after.in_sight_of().into_iter().collect();
    parties.extend(before.into_iter().flat_map(Complaint::in_sight_of));
    let parties: Vec<String> = parties.iter().map(|id| id.0.simple().to_string()).collect();
    append(unit, Some(after.id), after.version, actor, &kinds.join(" "), &parties.join(" ")).await
}

/// Notes that what stood for somebody has ended, or that they may something else: a session, a token, a role.
pub(crate) async fn note_access(unit: &mut Unit<'_>, staff: StaffId) -> Result<()> {
    append(unit, None, 0, Some(staff.0), ACCESS, "").await
}

/// Notes that many complaints came at once.
pub(crate) async fn note_many(unit: &mut Unit<'_>, by: StaffId) -> Result<()> {
    append(unit, None, 0, Some(by.0), MANY, "").await
}

async fn append(
    unit: &mut Unit<'_>,
    complaint: Option<ComplaintId>,
    version: i64,
    actor: Option<Uuid>,
    kinds: &str,
    parties: &str,
) -> Result<()> {
    unit.fed = true;
    let at = unit.now.micros();
    run!(&mut unit.tx, APPEND, at, complaint.map(|id| id.0), version, actor, kinds, parties).map(drop)
}

/// What a reader at a place has not read.
#[derive(Debug)]
pub enum Missed {
    /// These, in the order of their numbers.
    Changes(Vec<Change>),
    /// More than is worth telling one by one, or what is no longer kept, or a place that never was.
    TooMany,
}

/// What a reader has not read; more than `most` is not told.
///
/// # Errors
/// The database could not.
pub async fn missed(tx: &mut Tx<'_>, cursor: &Cursor, most: i64) -> Result<Missed> {
    let ends: Option<(i64, i64)> = find!(tx, ENDS)?;
    let (first, last) = ends.unwrap_or_default();
    let oldest = cursor.holes().first().map_or(cursor.high(), |hole| hole - 1);
    // Another log than the one it was read in, or a part that is gone.
    if cursor.high() > last || oldest + 1 < first {
        return Ok(Missed::TooMany);
    }
    let mut changes = Vec::new();
    for hole in cursor.holes() {
        changes.extend(one(tx, *hole).await?);
    }
    changes.extend(after(tx, cursor.high(), most + 1).await?);
    let many = i64::try_from(changes.len()).is_ok_and(|n| n > most);
    Ok(if many { Missed::TooMany } else { Missed::Changes(changes) })
}

async fn after(tx: &mut Tx<'_>, number: i64, limit: i64) -> Result<Vec<Change>> {
    let rows: Vec<Row> = all_packed!(tx, AFTER, number, limit)?;
    let mut changes = Vec::with_capacity(rows.len());
    for row in rows {
        changes.extend(change(tx, row).await?);
    }
    Ok(changes)
}

async fn one(tx: &mut Tx<'_>, number: i64) -> Result<Option<Change>> {
    let rows: Vec<Row> = all_packed!(tx, ONE, number)?;
    match rows.into_iter().next() {
        Some(row) => change(tx, row).await,
        None => Ok(None),
    }
}

async fn change(tx: &mut Tx<'_>, row: Row) -> Result<Option<Change>> {
    let corrupt = || Error::Corrupt(format!("feed {}", row.number));
    let what = match (row.complaint, row.kinds.as_str()) {
        (Some(id), _) => {
            let id = ComplaintId(id);
            let only = if row.restricted {
                let rows: Vec<(Uuid,)> = all!(tx, SEEN_BY, id.0)?;
                Some(rows.into_iter().map(|(staff,)| StaffId(staff)).collect())
            } else {
                None
            };
            let parties = row.parties.split(' ').filter(|p| !p.is_empty());
            let parties: Result<Vec<_>, _> = parties.map(|p| p.parse().map(StaffId)).collect();
            What::Complaint(Box::new(Touched {
                id,
                reference: row.reference.clone().ok_or_else(corrupt)?,
                version: row.version,
                kinds: row.kinds.split(' ').map(str::to_owned).collect(),
                parties: parties.map_err(|_| corrupt())?,
                sight: Sight {
                    about_staff: row.about_staff.map(StaffId),
                    logged_by: StaffId(row.logged_by.ok_or_else(corrupt)?),
                    only,
                },
            }))
        }
        (None, ACCESS) => What::Access(StaffId(row.actor.ok_or_else(corrupt)?)),
        (None, MANY) => What::Many,
        // A newer program wrote it.
        (None, _) => return Ok(None),
    };
    let by = row.actor.map(|id| (StaffId(id), row.actor_name.unwrap_or_default()));
    Ok(Some(Change {
        number: row.number,
        at: Timestamp::from_micros(row.at),
        what,
        by,
        told: OnceLock::new(),
    }))
}

/// Forgets what is older than anybody goes on from.
///
/// # Errors
/// The database could not.
pub async fn forget_old(unit: &mut Unit<'_>) -> Result<()> {
    run!(&mut unit.tx, FORGET, unit.now.plus_minutes(-KEPT_MINUTES).micros()).map(drop)
}

/// The last number there is.
async fn last(tx: &mut Tx<'_>) -> Result<i64> {
    let ends: Option<(i64, i64)> = find!(tx, ENDS)?;
    Ok(ends.unwrap_or_default().1)
}
