//! The tokens of a person, as they see them themselves.

use firsthand_domain::id::StaffId;
use firsthand_domain::time::Timestamp;

use crate::database::Tx;
use crate::statement::same;
use crate::writer::Unit;
use crate::{Result, feed};

statements! {
    NAME = same("update token set name = $2 where hash = $1");
    OF = same("select hash, name, created_at from token where staff = $1 order by created_at, hash");
    REVOKE = same("delete from token where staff = $1 and hash = $2");
}

/// A token, known by the hash that is kept of it.
#[derive(Debug, Clone)]
pub struct Token {
    /// SHA-256 of it.
    pub hash: Vec<u8>,
    /// What it is for, in its owner's words.
    pub name: Option<String>,
    /// Since when.
    pub created_at: Timestamp,
}

/// Says what a token is for.
///
/// # Errors
/// The database could not.
pub async fn name(unit: &mut Unit<'_>, hash: &[u8], name: &str) -> Result<()> {
    run!(&mut unit.tx, NAME, hash, name).map(drop)
}

/// The tokens of a person, in the order they were made.
///
/// # Errors
/// The database could not.
pub async fn of(tx: &mut Tx<'_>, staff: StaffId) -> Result<Vec<Token>> {
    let rows: Vec<(Vec<u8>, Option<String>, i64)> = all!(tx, OF, staff.0)?;
    let token = |(hash, name, at)| Token { hash, name, created_at: Timestamp::from_micros(at) };
    Ok(rows.into_iter().map(token).collect())
}

/// Ends one token of a person.
///
/// # Errors
/// The database could not.
pub async fn revoke(unit: &mut Unit<'_>, staff: StaffId, hash: &[u8]) -> Result<()> {
    run!(&mut unit.tx, REVOKE, staff.0, hash)?;
    feed::note_access(unit, staff).await
}
