//! Wrong passwords and codes are counted here, before they are looked at: however many come at once, and wherever
//! from, no more than ten in a quarter of an hour are evaluated for one account.

use uuid::Uuid;

use crate::Result;
use crate::statement::{pick, same};
use crate::writer::Unit;

/// So many may go wrong in the window.
pub const MOST: i64 = 10;
/// How long one counts.
pub const WINDOW_MINUTES: i64 = 15;

statements! {
    /// On PostgreSQL two counts at once would not see each other; SQLite has one writer.
    ALONE = pick("select $1", "select pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 5))");
    COUNT = same("select count(*), min(at) from failed_sign_in where account = $1 and at > $2");
    INSERT = same("insert into failed_sign_in (id, account, at) values ($1, $2, $3)");
    FORGET = same("delete from failed_sign_in where account = $1");
    FORGET_OLD = same("delete from failed_sign_in where at <= $1");
}

/// Counts an attempt as failed until it is known better.
///
/// # Errors
/// The database could not. Inside: so many seconds until one more is looked at.
pub async fn begin(unit: &mut Unit<'_>, account: &[u8; 32]) -> Result<std::result::Result<(), u64>> {
    let since = unit.now.plus_minutes(-WINDOW_MINUTES).micros();
    run!(&mut unit.tx, ALONE, account.as_slice())?;
    let row: Option<(i64, Option<i64>)> = find!(&mut unit.tx, COUNT, account.as_slice(), since)?;
    if let Some((count, Some(oldest))) = row
        && count >= MOST
    {
        let wait = (oldest - since + 999_999) / 1_000_000;
        return Ok(Err(u64::try_from(wait).unwrap_or(1)));
    }
    let id: Uuid = unit.new_id();
    run!(&mut unit.tx, INSERT, id, account.as_slice(), unit.now.micros())?;
    Ok(Ok(()))
}

/// The right one was shown: nothing is held against the account any more.
///
/// # Errors
/// The database could not.
pub async fn succeeded(unit: &mut Unit<'_>, account: &[u8; 32]) -> Result<()> {
    run!(&mut unit.tx, FORGET, account.as_slice()).map(drop)
}

/// Forgets what no longer counts.
///
/// # Errors
/// The database could not.
pub async fn forget_old(unit: &mut Unit<'_>) -> Result<()> {
    let until = unit.now.plus_minutes(-WINDOW_MINUTES).micros();
    run!(&mut unit.tx, FORGET_OLD, until).map(drop)
}
