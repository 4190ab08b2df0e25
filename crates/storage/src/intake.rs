//! What the form for a new complaint offers, and how long it takes people.

use firsthand_domain::id::{ComplaintId, StaffId};
use firsthand_domain::time::Timestamp;

use crate::Result;
use crate::database::Tx;
use crate::statement::same;
use crate::writer::Unit;

statements! {
    CATEGORIES = same("select category from (select category from complaint where not restricted \
                       order by received_at desc, id desc limit $1) newest where category is not null");
    TOOK = same("insert into form_time (complaint, staff, seconds, at) values ($1, $2, $3, $4) \
                 on conflict (complaint) do nothing");
    SECONDS = same("select seconds from form_time where complaint = $1");
    HOW_MANY = same("select count(*) from form_time where at >= $1");
    MIDDLE = same("select seconds from form_time where at >= $1 order by seconds limit 1 offset $2");
}

/// Complaints whose categories are offered again.
const NEWEST: i64 = 500;

/// Categories of the newest complaints, each once, the newest first.
///
/// # Errors
/// The database could not.
pub async fn categories(tx: &mut Tx<'_>, most: usize) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = all!(tx, CATEGORIES, NEWEST)?;
    let mut seen: Vec<String> = Vec::new();
    for (category,) in rows {
        if seen.len() < most && !seen.contains(&category) {
            seen.push(category);
        }
    }
    Ok(seen)
}

/// Notes how long the form was open; what is noted stands.
///
/// # Errors
/// The database could not.
pub async fn took(unit: &mut Unit<'_>, complaint: ComplaintId, staff: StaffId, seconds: i64) -> Result<()> {
    run!(&mut unit.tx, TOOK, complaint.0, staff.0, seconds, unit.now.micros()).map(drop)
}

/// How long the form of a complaint was open, if that is known.
///
/// # Errors
/// The database could not.
pub async fn seconds(tx: &mut Tx<'_>, complaint: ComplaintId) -> Result<Option<i64>> {
    let row: Option<(i64,)> = find!(tx, SECONDS, complaint.0)?;
    Ok(row.map(|r| r.0))
}

/// The middle of all times since then: half of the forms took no longer.
///
/// # Errors
/// The database could not.
pub async fn median_seconds(tx: &mut Tx<'_>, since: Timestamp) -> Result<Option<i64>> {
    let row: Option<(i64,)> = find!(tx, HOW_MANY, since.micros())?;
    let count = row.map_or(0, |r| r.0);
    if count == 0 {
        return Ok(None);
    }
    let row: Option<(i64,)> = find!(tx, MIDDLE, since.micros(), (count - 1) / 2)?;
    Ok(row.map(|r| r.0))
}
