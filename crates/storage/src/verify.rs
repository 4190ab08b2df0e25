//! Is every complaint what its history says? The fold of the facts must equal the row, on every engine.

use firsthand_domain::complaint::fold;
use firsthand_domain::history::Entry;
use firsthand_domain::id::ComplaintId;
use uuid::Uuid;

use crate::complaints::{history, read};
use crate::database::Tx;
use crate::statement::same;
use crate::{Database, Result};

statements! {
    PAGE = same("select id, version, stage, handler, first_contact from complaint where id > $1 order by id limit $2");
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Verified {
    /// How many complaints were looked at.
    pub complaints: u64,
    /// What is wrong with which, in words.
    pub wrong: Vec<String>,
}

/// Folds every history and compares it with the row.
///
/// # Errors
/// The database could not, or something does not read back.
pub async fn histories(database: &Database) -> Result<Verified> {
    const AT_ONCE: i64 = 200;
    let mut connection = database.read().await?;
    let mut tx = connection.tx();
    let (mut found, mut last) = (Verified::default(), Uuid::nil());
    loop {
        let rows: Vec<(Uuid, i64, String, Uuid, Uuid)> = all!(&mut tx, PAGE, last, AT_ONCE)?;
        let Some(row) = rows.last() else { return Ok(found) };
        last = row.0;
        for (id, version, stage, handler, first_contact) in rows {
            found.complaints += 1;
            let columns = (version, stage.as_str(), handler, first_contact);
            found.wrong.extend(one(&mut tx, ComplaintId(id), columns).await?);
        }
    }
}

async fn one(tx: &mut Tx<'_>, id: ComplaintId, columns: (i64, &str, Uuid, Uuid)) -> Result<Option<String>> {
    let Some(kept) = read(tx, id).await? else { return Ok(None) };
    let entries: Vec<Entry> =
        history(tx, id, 0, i64::MAX).await?.into_iter().map(|item| item.entry).collect();
    let gapless = entries.iter().zip(1..).all(|(entry, seq)| entry.seq == seq);
    let folded = fold(id, &entries);
    let state = folded.as_ref() == Some(&kept.complaint);
    let c = &kept.complaint;
    let row = columns == (c.version, c.stage.code(), c.handler.0, c.first_contact.0);
    Ok(match (gapless, state, row) {
        (true, true, true) => None,
        (false, ..) => Some(format!("{}: the history has a gap", kept.reference)),
        (_, false, _) => Some(format!("{}: the state is not what the history folds to", kept.reference)),
        (_, _, false) => Some(format!("{}: the columns are not those of the state", kept.reference)),
    })
}
