//! Are the figures what the histories make them? And making them anew.

use std::collections::BTreeMap;

use firsthand_domain::code::Channel;
use firsthand_domain::complaint::Complaint;
use firsthand_domain::figures::{Lines, Place, Sums, change};
use firsthand_domain::history::Entry;
use firsthand_domain::id::{CauseId, ComplaintId};
use firsthand_domain::money::Currency;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use super::kept::Parts;
use super::{Heading, Line, added, fold, grain, write};
use crate::complaints::history;
use crate::database::Tx;
use crate::statement::{pick, same};
use crate::writer::Unit;
use crate::{Database, Error, Result};

statements! {
    NEXT = same("select id, version from complaint where id > $1 order by id limit $2");
    LINES_OF = same(concat!("select ", columns!(), " from figure_change where complaint = $1 order by seq, line"));
    VERSION_OF = same("select version from complaint where id = $1");
    ALL_LINES = same(concat!(
        "select max(at) as at, ",
        place!(),
        ", cast(sum(complaints) as bigint) as complaints, cast(sum(closed_seconds) as bigint) as closed_seconds, \
         cast(sum(open) as bigint) as open, cast(sum(open_since) as bigint) as open_since, \
         cast(sum(given) as bigint) as given from figure_change where folded group by ",
        place!()
    ));
    ALL_KEPT = same("select kind, grain, period, key, cause, currency, complaints, closed_seconds, open, open_since, given, \
                     parts from figure");
    HAS_LINES = same("select 1 from figure_change limit 1");
    HAS_COMPLAINTS = same("select 1 from complaint where closure is null or closure not in ('void', 'merged') limit 1");
    /// Nobody changes a complaint meanwhile.
    HOLD = pick("select 1", "lock table figure_change, figure in exclusive mode");
    FORGET_LINES = same("delete from figure_change");
    FORGET_SUMS = same("delete from figure");
}

row! {
    struct Kept {
        kind: String,
        grain: String,
        period: i64,
        key: String,
        cause: Uuid,
        currency: String,
        complaints: i64,
        closed_seconds: i64,
        open: i64,
        open_since: i64,
        given: i64,
        parts: String,
    }
}

summed!(Kept);

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// How many complaints were looked at.
    pub complaints: u64,
    /// What differs, in words; the first hundred.
    pub wrong: Vec<String>,
}

impl Checked {
    fn note(&mut self, what: impl FnOnce() -> String) {
        const MOST: usize = 100;
        if self.wrong.len() < MOST {
            self.wrong.push(what());
        }
    }
}

/// Are there complaints and no figures at all, as on a desk that an older program wrote?
///
/// # Errors
/// The database could not.
pub async fn are_missing(tx: &mut Tx<'_>) -> Result<bool> {
    let complaint: Option<(i32,)> = find!(tx, HAS_COMPLAINTS)?;
    let line: Option<(i32,)> = find!(tx, HAS_LINES)?;
    Ok(complaint.is_some() && line.is_none())
}

/// What the history of a complaint changes in the figures, by the instant and the last fact of each.
fn changes_of(id: ComplaintId, entries: &[Entry]) -> Vec<(Timestamp, i64, Lines)> {
    let (mut changes, mut before): (Vec<(Timestamp, i64, Lines)>, Option<Complaint>) = (Vec::new(), None);
    let mut rest = entries;
    while let Some(first) = rest.first() {
        let together = rest.iter().take_while(|entry| entry.at == first.at).count();
        let (now, after) = rest.split_at(together);
        let mut state = before.clone();
        for entry in now {
            state = match state {
                None => Complaint::begin(id, entry),
                Some(mut state) => {
                    state.apply(entry);
                    Some(state)
                }
            };
        }
        if let (Some(state), Some(last)) = (&state, now.last()) {
            let changed = change(before.as_ref(), state);
            if !changed.is_empty() {
                changes.push((first.at, last.seq, changed));
            }
        }
        (before, rest) = (state, after);
    }
    changes
}

async fn entries(tx: &mut Tx<'_>, id: ComplaintId) -> Result<Vec<Entry>> {
    Ok(history(tx, id, 0, i64::MAX).await?.into_iter().map(|item| item.entry).collect())
}

/// Reckons every figure again from the histories and compares it with what is kept. The desk may be at work meanwhile.
///
/// # Errors
/// The database could not.
pub async fn check(database: &Database) -> Result<Checked> {
    const AT_ONCE: i64 = 500;
    let mut connection = database.read().await?;
    let mut tx = connection.tx();
    let (mut found, mut last) = (Checked::default(), Uuid::nil());
    loop {
        let rows: Vec<(Uuid, i64)> = all!(&mut tx, NEXT, last, AT_ONCE)?;
        if rows.is_empty() {
            break;
        }
        for (id, version) in rows {
            found.complaints += 1;
            last = id;
            let mut version = version;
            // History and lines are read one after the other: only what differs while the complaint stays counts.
            while differs(&mut tx, ComplaintId(id)).await? {
                let now: Option<(i64,)> = find!(&mut tx, VERSION_OF, id)?;
                match now {
                    Some((now,)) if now != version => version = now,
                    _ => {
                        found.note(|| {
                            format!("complaint {id}: its lines are not what its history makes them")
                        });
                        break;
                    }
                }
            }
        }
    }
    drop(connection);
    // The sums are compared inside a change, which nobody else folds in meanwhile.
    let wrong = database.change(|unit| Box::pin(sums_differ(unit))).await?;
    for line in wrong {
        found.note(|| line);
    }
    Ok(found)
}

async fn differs(tx: &mut Tx<'_>, id: ComplaintId) -> Result<bool> {
    let mut expected: BTreeMap<(i64, Place), Sums> = BTreeMap::new();
    for (at, _, lines) in changes_of(id, &entries(tx, id).await?) {
        expected.extend(lines.into_iter().map(|(place, sums)| ((at.micros(), place), sums)));
    }
    let kept: Vec<Line> = all!(tx, LINES_OF, id.0)?;
    let mut found: BTreeMap<(i64, Place), Sums> = BTreeMap::new();
    for line in kept {
        let (at, place, sums) = line.read()?;
        let entry = found.entry((at, place)).or_default();
        *entry = entry.plus(sums);
    }
    found.retain(|_, sums| *sums != Sums::default());
    Ok(found != expected)
}

impl Line {
    fn read(self) -> Result<(i64, Place, Sums)> {
        let (at, sums) = (self.at, self.sums());
        let place = Place {
            day: self.day,
            cause: self.cause.map(CauseId),
            category: self.category,
            product: self.product,
            place: self.place,
            channel: Channel::from_code(&self.channel)
                .ok_or_else(|| Error::Corrupt("figure_change.channel".to_owned()))?,
            currency: Currency::from_code(&self.currency),
        };
        Ok((at, place, sums))
    }
}

async fn sums_differ(unit: &mut Unit<'_>) -> Result<Vec<String>> {
    run!(&mut unit.tx, HOLD)?;
    let lines: Vec<Line> = all!(&mut unit.tx, ALL_LINES)?;
    let mut expected: BTreeMap<Heading, Parts> = added(&lines);
    drop(lines);
    expected.retain(|_, parts| !parts.is_empty());
    let kept: Vec<Kept> = all!(&mut unit.tx, ALL_KEPT)?;
    let mut wrong = Vec::new();
    for row in kept {
        let sums = row.sums();
        let told =
            format!("{} {} {} {:?} {} {}", row.kind, row.grain, row.period, row.key, row.cause, row.currency);
        let heading = (row.kind, grain(&row.grain)?, row.period, row.key, row.cause, row.currency);
        let parts = expected.remove(&heading).unwrap_or_default();
        if (parts.sums(), parts.text()) != (sums, row.parts) {
            wrong.push(format!("sum {told} is not what its lines add up to"));
        }
    }
    wrong.extend(expected.keys().map(|heading| format!("sum {heading:?} is missing")));
    Ok(wrong)
}

/// Makes every figure anew from the histories; tells of how many complaints.
///
/// # Errors
/// The database could not: then nothing has changed.
pub async fn rebuild(database: &Database) -> Result<u64> {
    database.change(|unit| Box::pin(make_anew(unit))).await
}

async fn make_anew(unit: &mut Unit<'_>) -> Result<u64> {
    const AT_ONCE: i64 = 500;
    run!(&mut unit.tx, HOLD)?;
    run!(&mut unit.tx, FORGET_SUMS)?;
    run!(&mut unit.tx, FORGET_LINES)?;
    let (mut complaints, mut last) = (0, Uuid::nil());
    loop {
        let rows: Vec<(Uuid, i64)> = all!(&mut unit.tx, NEXT, last, AT_ONCE)?;
        if rows.is_empty() {
            return Ok(complaints);
        }
        for (id, _) in rows {
            (complaints, last) = (complaints + 1, id);
            let id = ComplaintId(id);
            let entries = entries(&mut unit.tx, id).await?;
            for (at, seq, lines) in changes_of(id, &entries) {
                write(&mut unit.tx, id, seq, at, &lines).await?;
            }
        }
        fold(unit, i64::MAX).await?;
    }
}
