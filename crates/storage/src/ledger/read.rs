//! The ledger as people browse it: the newest first, and all that it says of one thing.

use uuid::Uuid;

use super::{Entry, EntryRow, read_entry};
use crate::Result;
use crate::database::Tx;
use crate::statement::same;

statements! {
    BEFORE = same("select seq, at, kind, actor, subject, body, commitment, prev, hash from ledger \
                   where seq < $1 order by seq desc limit $2");
    ABOUT = same("select seq, at, kind, actor, subject, body, commitment, prev, hash from ledger \
                  where subject = $1 order by seq limit $2");
}

/// Entries before one of them, the newest first.
///
/// # Errors
/// The database could not, or an entry does not read back.
pub async fn before(tx: &mut Tx<'_>, seq: i64, limit: i64) -> Result<Vec<Entry>> {
    let rows: Vec<EntryRow> = all!(tx, BEFORE, seq, limit)?;
    rows.into_iter().map(read_entry).collect()
}

/// What the ledger says of a grant, an award or a person, the oldest first.
///
/// # Errors
/// The database could not, or an entry does not read back.
pub async fn about(tx: &mut Tx<'_>, subject: Uuid, limit: i64) -> Result<Vec<Entry>> {
    let rows: Vec<EntryRow> = all!(tx, ABOUT, subject, limit)?;
    rows.into_iter().map(read_entry).collect()
}
