//! Is every complaint what its history says? The fold of the facts must equal the row, on every engine.

use firsthand_domain::code::Closure;
use firsthand_domain::complaint::{Complaint, fold};
use firsthand_domain::history::Entry;
use firsthand_domain::id::ComplaintId;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use crate::attachments;
use crate::awards::record::rows_are_those_of;
use crate::complaints::{history, read};
use crate::database::Tx;
use crate::statement::same;
use crate::{Database, Error, Result};

statements! {
    PAGE = same(
        "select id, reference, version, stage, cycle, closure, channel, severity, product, place, category, customer, \
         first_contact, handler, logged_by, about_staff, restricted, imported, received_at, incident_at, closed_at, \
         waiting_since, next_due from complaint where id > $1 order by id limit $2"
    );
}

row! {
    /// Every column that follows from the state.
    #[derive(PartialEq)]
    struct Columns {
        id: Uuid,
        reference: String,
        version: i64,
        stage: String,
        cycle: i64,
        closure: Option<String>,
        channel: String,
        severity: String,
        product: Option<String>,
        place: Option<String>,
        category: Option<String>,
        customer: Option<Uuid>,
        first_contact: Uuid,
        handler: Uuid,
        logged_by: Uuid,
        about_staff: Option<Uuid>,
        restricted: bool,
        imported: bool,
        received_at: i64,
        incident_at: Option<i64>,
        closed_at: Option<i64>,
        waiting_since: i64,
        next_due: i64,
    }
}

impl Columns {
    fn are_those_of(&self, c: &Complaint) -> bool {
        let micros = |at: Option<Timestamp>| at.unwrap_or(Timestamp::NEVER).micros();
        let codes =
            (self.stage.as_str(), self.closure.as_deref(), self.channel.as_str(), self.severity.as_str());
        let words = (&self.product, &self.place, &self.category);
        let people = (self.customer, self.first_contact, self.handler, self.logged_by, self.about_staff);
        let times = (self.received_at, self.incident_at, self.closed_at, self.waiting_since, self.next_due);
        (self.version, self.cycle, self.restricted, self.imported)
            == (c.version, i64::from(c.cycle), c.restricted, c.imported)
            && codes == (c.stage.code(), c.closure.map(Closure::code), c.channel.code(), c.severity.code())
            && words == (&c.product, &c.place, &c.category)
            && people
                == (
                    c.customer.map(|id| id.0),
                    c.first_contact.0,
                    c.handler.0,
                    c.logged_by.0,
                    c.about_staff.map(|id| id.0),
                )
            && times
                == (
                    c.received_at.micros(),
                    c.incident_at.map(Timestamp::micros),
                    c.closed_at.map(Timestamp::micros),
                    micros(c.waiting_since),
                    micros(c.next_due()),
                )
    }
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
/// The database could not.
pub async fn histories(database: &Database) -> Result<Verified> {
    const AT_ONCE: i64 = 200;
    let mut connection = database.read().await?;
    let mut tx = connection.tx();
    let (mut found, mut last) = (Verified::default(), Uuid::nil());
    loop {
        let rows: Vec<Columns> = all!(&mut tx, PAGE, last, AT_ONCE)?;
        if rows.is_empty() {
            return Ok(found);
        }
        for columns in rows {
            let id = columns.id;
            found.complaints += 1;
            found.wrong.extend(settled(&mut tx, last, columns).await?);
            last = id;
        }
    }
}

/// What is wrong with the complaint after `last`. Row and history are read one after the other, and the desk may be
/// at work: only what is wrong while the row stays as it is counts, for every change changes the row.
async fn settled(tx: &mut Tx<'_>, last: Uuid, mut columns: Columns) -> Result<Option<String>> {
    loop {
        let wrong = match one(tx, &columns).await {
            Err(Error::Corrupt(what)) => Some(format!("does not read back: {what}")),
            other => other?.map(str::to_owned),
        };
        let Some(wrong) = wrong else { return Ok(None) };
        let again: Option<Columns> = find!(tx, PAGE, last, 1_i64)?;
        match again {
            Some(now) if now.id == columns.id && now != columns => columns = now,
            _ => return Ok(Some(format!("{}: {wrong}", columns.reference))),
        }
    }
}

async fn one(tx: &mut Tx<'_>, columns: &Columns) -> Result<Option<&'static str>> {
    let id = ComplaintId(columns.id);
    let Some(kept) = read(tx, id).await? else { return Ok(None) };
    let entries: Vec<Entry> =
        history(tx, id, 0, i64::MAX).await?.into_iter().map(|item| item.entry).collect();
    let gapless = entries.iter().zip(1..).all(|(entry, seq)| entry.seq == seq);
    let state = fold(id, &entries).as_ref() == Some(&kept.complaint);
    let row = columns.are_those_of(&kept.complaint);
    let awards = rows_are_those_of(tx, &kept.complaint).await?;
    let files = attachments::rows_are_those_of(tx, &kept.complaint).await?;
    Ok(match (gapless, state, row, awards && files) {
        (true, true, true, true) => None,
        (true, true, true, false) if awards => Some("its files are not those of the state"),
        (false, ..) => Some("the history has a gap"),
        (_, false, ..) => Some("the state is not what the history folds to"),
        (_, _, false, _) => Some("the columns are not those of the state"),
        (.., false) => Some("the rows of its awards are not those of the state"),
    })
}
