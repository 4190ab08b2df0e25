//! The same request again gives the same answer: kept in the transaction of the change, for 30 days.

use firsthand_domain::Refusal;
use firsthand_domain::id::{ComplaintId, StaffId};
use firsthand_domain::time::Timestamp;

use crate::statement::same;
use crate::writer::Unit;
use crate::{Database, Result};

statements! {
    /// Two equal requests at once meet here: the second waits for the first to commit.
    TAKE = same("insert into idempotency (caller, key, fingerprint, created_at) values ($1, $2, $3, $4) \
                 on conflict (caller, key) do nothing");
    FIND = same("select fingerprint, answer from idempotency where caller = $1 and key = $2");
    KEEP = same("update idempotency set answer = $3, complaint = $4 where caller = $1 and key = $2");
    GIVE_BACK = same("delete from idempotency where caller = $1 and key = $2 and answer is null");
    FORGET = same("delete from idempotency where created_at < $1");
}

/// Days for which an answer is kept.
pub const KEPT_DAYS: i64 = 30;

/// One request that must not have two effects.
#[derive(Debug, Clone)]
pub struct Once {
    /// Who asks; keys of different callers are different.
    pub caller: StaffId,
    /// The key they chose.
    pub key: String,
    /// A hash over method, path and body.
    pub fingerprint: Vec<u8>,
}

/// Takes the key for this change, or gives the answer that was kept under it.
///
/// # Errors
/// The key was used with another request.
pub async fn take(unit: &mut Unit<'_>, once: &Once) -> Result<Option<String>> {
    let (caller, now) = (once.caller.0, unit.now.micros());
    if run!(&mut unit.tx, TAKE, caller, once.key.as_str(), once.fingerprint.as_slice(), now)? == 1 {
        return Ok(None);
    }
    let row: Option<(Vec<u8>, Option<String>)> = find!(&mut unit.tx, FIND, caller, once.key.as_str())?;
    match row {
        Some((fingerprint, Some(answer))) if fingerprint == once.fingerprint => Ok(Some(answer)),
        _ => Err(Refusal::KeyReused.into()),
    }
}

/// Keeps the answer of the change under its key.
///
/// # Errors
/// The database could not.
pub async fn keep(
    unit: &mut Unit<'_>,
    once: &Once,
    answer: &str,
    complaint: Option<ComplaintId>,
) -> Result<()> {
    run!(&mut unit.tx, KEEP, once.caller.0, once.key.as_str(), answer, complaint.map(|c| c.0)).map(drop)
}

/// Gives a key back that was taken by this change and served nothing: only what was done is kept.
///
/// # Errors
/// The database could not.
pub async fn give_back(unit: &mut Unit<'_>, once: &Once) -> Result<()> {
    run!(&mut unit.tx, GIVE_BACK, once.caller.0, once.key.as_str()).map(drop)
}

/// Forgets answers kept for longer than their time.
///
/// # Errors
/// The database could not.
pub async fn forget_old(database: &Database, now: Timestamp) -> Result<u64> {
    let before = now.plus_days(-KEPT_DAYS).micros();
    database.change(move |unit| Box::pin(async move { run!(&mut unit.tx, FORGET, before) })).await
}
