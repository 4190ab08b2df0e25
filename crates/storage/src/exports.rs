//! Every complaint with every field, page by page, in the order they were logged.

use std::collections::HashMap;

use firsthand_domain::id::ComplaintId;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use crate::Result;
use crate::database::Tx;
use crate::statement::same;
use crate::view::{self, View};

statements! {
    PAGE = same("select id from complaint where id > $1 and received_at >= $2 and received_at < $3 order by id limit $4");
}

/// The next complaints received in `[from, to)` after one of them.
///
/// # Errors
/// The database could not.
pub async fn page(
    tx: &mut Tx<'_>,
    after: Option<ComplaintId>,
    from: Timestamp,
    to: Timestamp,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<View>> {
    let after = after.map_or(Uuid::nil(), |a| a.0);
    let rows: Vec<(Uuid,)> = all!(tx, PAGE, after, from.micros(), to.micros(), limit)?;
    let mut views = Vec::with_capacity(rows.len());
    for (id,) in rows {
        views.extend(view::by_id(tx, ComplaintId(id), now).await?);
    }
    Ok(views)
}

/// What other systems paid for those of the complaints that came from their files, in minor units, with the currency.
///
/// # Errors
/// The database could not.
pub async fn imported_amounts(
    tx: &mut Tx<'_>,
    complaints: &[ComplaintId],
) -> Result<HashMap<ComplaintId, (i64, String)>> {
    if complaints.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, i64, String)> = among!(
        tx,
        "select complaint, minor, currency from import_amount where complaint in (",
        complaints,
        ")"
    )?;
    Ok(rows.into_iter().map(|(id, minor, currency)| (ComplaintId(id), (minor, currency))).collect())
}
