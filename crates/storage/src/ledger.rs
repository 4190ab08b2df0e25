//! The ledger: every decision on authority, and every erasure, in one order that nobody can bend unseen.
//!
//! A change that decides calls [`hold`] before it reads what it decides by, and [`append`] with what it decided. Entries
//! hold no personal data: a customer stands there under a random alias, and what is theirs as a commitment ([`person`]).

use firsthand_domain::id::StaffId;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use crate::database::Tx;
use crate::statement::{pick, same};
use crate::writer::Unit;
use crate::{Error, Result};

pub mod checkpoint;
pub mod entry;
pub mod person;
pub(crate) mod read;
mod refused;

pub use checkpoint::{Checkpoint, Signer, checkpoint};
pub use entry::{Entry, Hash};
pub use person::{Personal, alias, erase_person, is_committed};
pub use read::{about, before};
pub use refused::note_refusal;

statements! {
    HEAD = same("select seq, at, hash from ledger_head where id = 1");
    /// Until the change is done, others who decide wait. The one writer of SQLite has no others.
    HOLD = pick(
        "select seq, at, hash from ledger_head where id = 1",
        "select seq, at, hash from ledger_head where id = 1 for update",
    );
    MOVE_HEAD = same("update ledger_head set seq = $2, at = $3, hash = $4 where id = 1 and seq = $1");
    APPEND = same("insert into ledger (seq, at, kind, actor, subject, body, commitment, prev, hash) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
    PAGE = same("select seq, at, kind, actor, subject, body, commitment, prev, hash from ledger \
                 where seq > $1 order by seq limit $2");
}

row! {
    struct EntryRow {
        seq: i64,
        at: i64,
        kind: String,
        actor: Option<Uuid>,
        subject: Option<Uuid>,
        body: String,
        commitment: Option<Vec<u8>>,
        prev: Vec<u8>,
        hash: Vec<u8>,
    }
}

/// A clock that is further behind the last entry than this is noted in the entry.
const BEHIND: i64 = 60 * 1_000_000;

/// What is to be appended.
#[derive(Debug, Clone)]
pub struct Line {
    /// What happened, as `award_approved`.
    pub kind: &'static str,
    /// Who did it; nobody when the program did.
    pub actor: Option<StaffId>,
    /// The grant, award, person or staff it is about.
    pub subject: Option<Uuid>,
    /// Facts by name, in this order; nothing personal.
    pub fields: Vec<(&'static str, String)>,
    /// What is committed to without being told.
    pub personal: Option<Personal>,
}

/// Where the ledger ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The number of the last entry; 0 before the first.
    pub seq: i64,
    /// When it was appended.
    pub at: Timestamp,
    /// Its hash; zeros before the first.
    pub hash: Hash,
}

/// Makes all others who decide wait until this change is done: what is read after this, sums of what was given too, is
/// final. A change that decides begins with it.
///
/// # Errors
/// The database could not, or has no head.
pub async fn hold(unit: &mut Unit<'_>) -> Result<()> {
    held(unit).await.map(drop)
}

async fn held(unit: &mut Unit<'_>) -> Result<Head> {
    let row: Option<(i64, i64, Vec<u8>)> = find!(&mut unit.tx, HOLD)?;
    read_head(row)
}

/// Where the ledger ends now.
///
/// # Errors
/// The database could not, or has no head.
pub async fn head(tx: &mut Tx<'_>) -> Result<Head> {
    let row: Option<(i64, i64, Vec<u8>)> = find!(tx, HEAD)?;
    read_head(row)
}

fn read_head(row: Option<(i64, i64, Vec<u8>)>) -> Result<Head> {
    let (seq, at, hash) = row.ok_or_else(|| Error::Corrupt("ledger_head has no row".to_owned()))?;
    Ok(Head { seq, at: Timestamp::from_micros(at), hash: entry::hash_of(&hash, "ledger_head.hash")? })
}

/// Appends an entry and tells its number. Time never goes back in the ledger: an entry made by a clock that is behind
/// the last one bears the time of that one, and a field `clock` with the seconds if they are more than 60.
///
/// # Errors
/// The database could not, or the head is not what it was.
pub async fn append(unit: &mut Unit<'_>, line: &Line) -> Result<i64> {
    let head = held(unit).await?;
    let mut fields: Vec<(String, String)> =
        line.fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let commitment = match &line.personal {
        None => None,
        Some(personal) => {
            let known = person::known_as(unit, personal.customer).await?;
            fields.push(("person".to_owned(), known.alias.to_string()));
            Some(known.commitment(&personal.parts))
        }
    };
    let at = if head.seq == 0 { unit.now } else { unit.now.max(head.at) };
    let behind = at.micros().saturating_sub(unit.clock().micros());
    if behind > BEHIND {
        fields.push(("clock".to_owned(), format!("-{}", behind / 1_000_000)));
    }
    let mut entry = Entry {
        seq: head.seq + 1,
        at,
        kind: line.kind.to_owned(),
        actor: line.actor,
        subject: line.subject,
        fields,
        commitment,
        prev: head.hash,
        hash: entry::NONE,
    };
    entry.hash = entry.computed();
    write(unit, head.seq, &entry).await?;
    Ok(entry.seq)
}

async fn write(unit: &mut Unit<'_>, before: i64, entry: &Entry) -> Result<()> {
    let body = serde_json::to_string(&entry.fields)?;
    let (seq, at, actor) = (entry.seq, entry.at.micros(), entry.actor.map(|a| a.0));
    let commitment = entry.commitment.map(|c| c.to_vec());
    let (prev, hash) = (entry.prev.to_vec(), entry.hash.to_vec());
    run!(
        &mut unit.tx,
        APPEND,
        seq,
        at,
        entry.kind.as_str(),
        actor,
        entry.subject,
        body.as_str(),
        commitment.as_deref(),
        prev.as_slice(),
        hash.as_slice(),
    )?;
    if run!(&mut unit.tx, MOVE_HEAD, before, seq, at, hash.as_slice())? != 1 {
        return Err(Error::Corrupt("ledger_head moved while it was held".to_owned()));
    }
    Ok(())
}

/// Entries in their order, after one of them.
///
/// # Errors
/// The database could not, or an entry does not read back.
pub async fn page(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<Vec<Entry>> {
    let rows: Vec<EntryRow> = all!(tx, PAGE, after, limit)?;
    rows.into_iter().map(read_entry).collect()
}

/// The last entry that a statement finds about one thing.
pub(crate) async fn last_of(tx: &mut Tx<'_>, sql: crate::Sql, subject: Uuid) -> Result<Option<Entry>> {
    let row: Option<EntryRow> = find!(tx, sql, subject)?;
    row.map(read_entry).transpose()
}

fn read_entry(row: EntryRow) -> Result<Entry> {
    Ok(Entry {
        seq: row.seq,
        at: Timestamp::from_micros(row.at),
        kind: row.kind,
        actor: row.actor.map(StaffId),
        subject: row.subject,
        fields: serde_json::from_str(&row.body)?,
        commitment: row.commitment.map(|c| entry::hash_of(&c, "ledger.commitment")).transpose()?,
        prev: entry::hash_of(&row.prev, "ledger.prev")?,
        hash: entry::hash_of(&row.hash, "ledger.hash")?,
    })
}
