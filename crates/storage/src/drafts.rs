//! What somebody has begun to write and not sent: a form by its place, as it would be sent.

use firsthand_domain::id::StaffId;
use firsthand_domain::time::Timestamp;

use crate::Result;
use crate::database::Tx;
use crate::statement::same;
use crate::writer::Unit;

statements! {
    /// What comes late, after the form itself was sent under its key, is not kept.
    KEEP = same("insert into draft (staff, place, body, updated_at) select $1, $2, $3, $4 \
                 where not exists (select 1 from idempotency where caller = $1 and key = $5) \
                 on conflict (staff, place) do update set body = excluded.body, updated_at = excluded.updated_at");
    OF = same("select body, updated_at from draft where staff = $1 and place = $2");
    OF_THREE = same("select place, body, updated_at from draft where staff = $1 and place in ($2, $3, $4)");
    DISCARD = same("delete from draft where staff = $1 and place = $2");
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The names and values of the fields, in their order.
    pub fields: Vec<(String, String)>,
    /// When it was last kept.
    pub kept_at: Timestamp,
}

/// Keeps a draft in the place of an earlier one. `key` is the one under which the form will be sent.
///
/// # Errors
/// The database could not.
pub async fn keep(
    unit: &mut Unit<'_>,
    staff: StaffId,
    place: &str,
    fields: &[(String, String)],
    key: &str,
) -> Result<()> {
    let (body, now) = (serde_json::to_string(fields)?, unit.now.micros());
    run!(&mut unit.tx, KEEP, staff.0, place, body, now, key).map(drop)
}

/// The draft of a person at a place.
///
/// # Errors
/// The database could not.
pub async fn of(tx: &mut Tx<'_>, staff: StaffId, place: &str) -> Result<Option<Draft>> {
    let row: Option<(String, i64)> = find!(tx, OF, staff.0, place)?;
    let read = |(body, at): (String, i64)| {
        Ok(Draft { fields: serde_json::from_str(&body)?, kept_at: Timestamp::from_micros(at) })
    };
    row.map(read).transpose()
}

/// The drafts of a person at three places, by their places.
///
/// # Errors
/// The database could not.
pub async fn of_three(tx: &mut Tx<'_>, staff: StaffId, places: [&str; 3]) -> Result<Vec<(String, Draft)>> {
    let [one, two, three] = places;
    let rows: Vec<(String, String, i64)> = all!(tx, OF_THREE, staff.0, one, two, three)?;
    let read = |(place, body, at): (String, String, i64)| {
        Ok((place, Draft { fields: serde_json::from_str(&body)?, kept_at: Timestamp::from_micros(at) }))
    };
    rows.into_iter().map(read).collect()
}

/// Forgets a draft: it was sent, or is not wanted.
///
/// # Errors
/// The database could not.
pub async fn discard(unit: &mut Unit<'_>, staff: StaffId, place: &str) -> Result<()> {
    run!(&mut unit.tx, DISCARD, staff.0, place).map(drop)
}
