//! Browsers from which somebody has signed in before.

use firsthand_domain::id::StaffId;
use uuid::Uuid;

use crate::Result;
use crate::database::Tx;
use crate::statement::same;
use crate::writer::Unit;

statements! {
    INSERT = same("insert into device (hash, staff, created_at) values ($1, $2, $3)");
    KNOWN = same("select s.id from device d join staff s on s.id = d.staff where d.hash = $1 and s.email_key = $2");
    OWNER = same("select staff from device where hash = $1");
    FORGET_OLD = same("delete from device where created_at < $1");
}

/// So long a browser is remembered: a year.
pub const KEPT_MINUTES: i64 = 365 * 24 * 60;

/// Remembers a browser as that person's.
///
/// # Errors
/// The database could not.
pub async fn add(unit: &mut Unit<'_>, hash: &[u8; 32], staff: StaffId) -> Result<()> {
    run!(&mut unit.tx, INSERT, hash.as_slice(), staff.0, unit.now.micros()).map(drop)
}

/// Has the person with this e-mail address, as compared, signed in from that browser?
///
/// # Errors
/// The database could not.
pub async fn known(tx: &mut Tx<'_>, hash: &[u8; 32], email_key: &str) -> Result<bool> {
    if !crate::statement::keepable(email_key) {
        return Ok(false);
    }
    let row: Option<(Uuid,)> = find!(tx, KNOWN, hash.as_slice(), email_key)?;
    Ok(row.is_some())
}

/// Who has signed in from that browser.
///
/// # Errors
/// The database could not.
pub async fn owner(tx: &mut Tx<'_>, hash: &[u8; 32]) -> Result<Option<StaffId>> {
    let row: Option<(Uuid,)> = find!(tx, OWNER, hash.as_slice())?;
    Ok(row.map(|(id,)| StaffId(id)))
}

/// Forgets browsers that were made known too long ago.
///
/// # Errors
/// The database could not.
pub async fn forget_old(unit: &mut Unit<'_>) -> Result<()> {
    let before = unit.now.plus_minutes(-KEPT_MINUTES).micros();
    run!(&mut unit.tx, FORGET_OLD, before).map(drop)
}
