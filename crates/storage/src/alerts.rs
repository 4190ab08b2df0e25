//! What has begun to rise: looked for once a day, found once, reviewed by a person.

use std::collections::BTreeMap;

use firsthand_domain::Refusal;
use firsthand_domain::alert::{
    BASELINE, Found, Kind, Review, SAYING_NOTHING_WEEKS, Verdict, WEEKS, Weeks, branch, drifts, says_nothing,
    spikes,
};
use firsthand_domain::cause::{Cause, CauseTree};
use firsthand_domain::id::{CauseId, StaffId};
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use crate::analysis::Grain;
use crate::database::Tx;
use crate::figures::{self, Asked, Group};
use crate::statement::same;
use crate::writer::Unit;
use crate::{Database, Error, Result, causes};

statements! {
    LOOK = same("insert into alert_look (day, at) values ($1, $2) on conflict (day) do nothing");
    FOUND_BEFORE = same("select cause, week, body from alert where kind in ('spike', 'drift') and week >= $1 and week <= $2");
    KEEP = same("insert into alert (id, kind, cause, week, found_at, body) values ($1, $2, $3, $4, $5, $6) \
                 on conflict (cause, kind, week) do nothing");
    SAID = same("select 1 from alert where kind = $1 and cause = $2 and week > $3 limit 1");
    BY_ID = same("select a.id, a.week, a.found_at, a.body, a.verdict, a.note, a.reviewed_by, \
                  s.name as reviewer, a.reviewed_at from alert a left join staff s on s.id = a.reviewed_by where a.id = $1");
    PAGE = same("select a.id, a.week, a.found_at, a.body, a.verdict, a.note, a.reviewed_by, \
                 s.name as reviewer, a.reviewed_at from alert a left join staff s on s.id = a.reviewed_by \
                 where (a.week, a.id) < ($1, $2) order by a.week desc, a.id desc limit $3");
    OPEN = same("select a.id, a.week, a.found_at, a.body, a.verdict, a.note, a.reviewed_by, \
                 s.name as reviewer, a.reviewed_at from alert a left join staff s on s.id = a.reviewed_by \
                 where a.verdict is null and (a.week, a.id) < ($1, $2) order by a.week desc, a.id desc limit $3");
    SPOKEN_TO = same("select a.id, a.week, a.found_at, a.body, a.verdict, a.note, a.reviewed_by, \
                      s.name as reviewer, a.reviewed_at from alert a left join staff s on s.id = a.reviewed_by \
                      where a.verdict is not null and (a.week, a.id) < ($1, $2) order by a.week desc, a.id desc limit $3");
    REVIEW = same("update alert set verdict = $2, note = $3, reviewed_by = $4, reviewed_at = $5 \
                   where id = $1 and verdict is null");
    REVIEWED = same("select verdict, count(*) from alert where verdict is not null group by verdict");
    COUNT_OPEN = same("select count(*) from alert where verdict is null");
}

row! {
    struct AlertRow {
        id: Uuid,
        week: i64,
        found_at: i64,
        body: String,
        verdict: Option<String>,
        note: Option<String>,
        reviewed_by: Option<Uuid>,
        reviewer: Option<String>,
        reviewed_at: Option<i64>,
    }
}

/// An alert on record.
#[derive(Debug, Clone)]
pub struct Alert {
    /// Which.
    pub id: Uuid,
    /// The Monday of its week, in days since 1970.
    pub week: i64,
    /// When it was found.
    pub found_at: Timestamp,
    /// What was found.
    pub found: Found,
    /// What a person found it to be.
    pub verdict: Option<Verdict>,
    /// What was looked at.
    pub note: Option<String>,
    /// Who looked, and when.
    pub reviewed: Option<(StaffId, String, Timestamp)>,
}

impl Alert {
    /// The days it is about: the first, and the one after the last, in days since 1970.
    #[must_use]
    pub fn days(&self) -> (i64, i64) {
        (self.week - 7 * (i64::from(self.found.weeks) - 1), self.week + 7)
    }
}

impl TryFrom<AlertRow> for Alert {
    type Error = Error;

    fn try_from(row: AlertRow) -> Result<Self> {
        let reviewed = row.reviewed_by.zip(row.reviewed_at);
        Ok(Self {
            id: row.id,
            week: row.week,
            found_at: Timestamp::from_micros(row.found_at),
            found: serde_json::from_str(&row.body)?,
            verdict: row.verdict.as_deref().and_then(Verdict::from_code),
            note: row.note,
            reviewed: reviewed
                .map(|(by, at)| (StaffId(by), row.reviewer.unwrap_or_default(), Timestamp::from_micros(at))),
        })
    }
}

/// How long after its end a week is looked at again: causes are often found some days later.
const AGAIN_WEEKS: i64 = 2;

/// Looks at the weeks that are over, once a day whoever asks; tells how many alerts were found.
///
/// # Errors
/// The database could not.
pub async fn look(database: &Database) -> Result<usize> {
    database.change(|unit| Box::pin(look_today(unit))).await
}

async fn look_today(unit: &mut Unit<'_>) -> Result<usize> {
    let today = unit.now.utc_day();
    if run!(&mut unit.tx, LOOK, today, unit.now.micros())? == 0 {
        return Ok(0);
    }
    let this = Grain::Week.first(today);
    let mut found = 0;
    for back in (1..=AGAIN_WEEKS).rev() {
        found += look_at(unit, this - 7 * back).await?;
    }
    Ok(found)
}

/// Looks at one week that is over, as of now; what was found for it before is not found again. For desks that are filled
/// with years at once, and for those who measure.
///
/// # Errors
/// The database could not.
pub async fn look_at(unit: &mut Unit<'_>, week: i64) -> Result<usize> {
    let tree = causes::tree(&mut unit.tx).await?;
    let weeks = i64::try_from(WEEKS).unwrap_or(i64::MAX);
    let (from, to) = (week - 7 * (weeks - 1), week + 7);
    let group = Group { key: None, cause: true, day: true };
    let rows = figures::of_everybody(&mut unit.tx, group, &Asked { from, to, ..Asked::default() }).await?;
    let mut all = vec![0_u32; WEEKS];
    let mut by_cause: BTreeMap<CauseId, Vec<u32>> = BTreeMap::new();
    for row in rows.into_iter().filter(|row| row.currency.is_none()) {
        let place = usize::try_from((row.day - from).div_euclid(7)).unwrap_or(usize::MAX);
        let count = u32::try_from(row.sums.complaints).unwrap_or_default();
        let counts = row
            .cause
            .map(|cause| by_cause.entry(tree.counted_under(cause)).or_insert_with(|| vec![0; WEEKS]));
        for counts in [Some(&mut all), counts].into_iter().flatten() {
            if let Some(sum) = counts.get_mut(place) {
                *sum = sum.saturating_add(count);
            }
        }
    }
    let before: Vec<(Uuid, i64, String)> = all!(&mut unit.tx, FOUND_BEFORE, from, week)?;
    let mut before = before
        .into_iter()
        .map(|(_, week, body)| Ok((week, serde_json::from_str(&body)?)))
        .collect::<Result<Vec<(i64, Found)>>>()?;
    // What says nothing has an alert of its own kind.
    let judged = |cause: &CauseId| !tree.get(*cause).is_some_and(Cause::is_fixed);
    let mut found = Vec::new();
    let leaves: Vec<Weeks> = by_cause
        .iter()
        .filter(|(cause, _)| judged(cause))
        .map(|(cause, counts)| weeks_of(*cause, counts.clone(), &before, from))
        .collect();
    rises(leaves, &all, &mut found);
    told_first(unit, &mut found, week).await?;
    // A branch is judged after what stands below it, and by what that does not explain.
    before.extend(found.iter().map(|found| (week, found.clone())));
    let mut below: BTreeMap<CauseId, Vec<Weeks>> = BTreeMap::new();
    let mut sums = Counts::new();
    for (cause, counts) in &by_cause {
        let branch = tree.branch_of(*cause);
        if branch != *cause && judged(&branch) {
            let weeks = weeks_of(*cause, counts.clone(), &before, from);
            below.entry(branch).or_default().push(weeks);
            let sums = sums.entry(branch).or_insert_with(|| vec![0; WEEKS]);
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum = sum.saturating_add(*count);
            }
        }
    }
    let branches = below.into_iter().map(|(cause, below)| weeks_of(cause, branch(&below), &before, from));
    let mut of_branches = Vec::new();
    rises(branches.collect(), &all, &mut of_branches);
    told_first(unit, &mut of_branches, week).await?;
    // What was found is told with all the complaints there are.
    found.extend(of_branches.into_iter().map(|found| match sums.get(&found.cause) {
        Some(counts) => found.of_all(counts),
        None => found,
    }));
    found.extend(saying_nothing(unit, &tree, &by_cause, week).await?);
    let mut kept = 0;
    for found in found {
        let (id, body) = (unit.new_id(), serde_json::to_string(&found)?);
        let (kind, now) = (found.kind.code(), unit.now.micros());
        kept += run!(&mut unit.tx, KEEP, id, kind, found.cause.0, week, now, body)?;
    }
    Ok(usize::try_from(kept).unwrap_or_default())
}

type Counts = BTreeMap<CauseId, Vec<u32>>;

/// The weeks of a cause, with those in which it had an alert.
fn weeks_of(cause: CauseId, counts: Vec<u32>, before: &[(i64, Found)], from: i64) -> Weeks {
    let (mut alerted, mut drifts_since) = (vec![false; counts.len()], None);
    for (week, found) in before.iter().filter(|(_, found)| found.cause == cause) {
        let place = |week: i64| usize::try_from((week - from).div_euclid(7).max(0)).unwrap_or(usize::MAX);
        if found.kind == Kind::Drift {
            let since = place(week - 7 * (i64::from(found.weeks) - 1));
            drifts_since = Some(drifts_since.map_or(since, |before: usize| before.min(since)));
        } else if let Some(alerted) = alerted.get_mut(place(*week)) {
            *alerted = true;
        }
    }
    Weeks { cause, counts, alerted, drifts_since }
}

/// What rises in a family: causes that are judged among their like. A week that stands out is no drift.
fn rises(mut family: Vec<Weeks>, all: &[u32], found: &mut Vec<Found>) {
    let spikes = spikes(&family, all);
    for weeks in &mut family {
        let stands_out = spikes.iter().any(|spike| spike.cause == weeks.cause);
        if let Some(last) = weeks.alerted.last_mut() {
            *last |= stands_out;
        }
    }
    found.extend(spikes);
    found.extend(drifts(&family, all));
}

async fn saying_nothing(
    unit: &mut Unit<'_>,
    tree: &CauseTree,
    by_cause: &Counts,
    week: i64,
) -> Result<Vec<Found>> {
    let lately = |counts: &Vec<u32>| {
        counts.iter().rev().take(SAYING_NOTHING_WEEKS).fold(0_u32, |sum, count| sum.saturating_add(*count))
    };
    let tagged = by_cause.values().map(lately).fold(0, u32::saturating_add);
    let span = 7 * i64::try_from(SAYING_NOTHING_WEEKS).unwrap_or(4);
    let mut found = Vec::new();
    for cause in tree.all().filter(|cause| cause.is_fixed()) {
        let of_it = by_cause.get(&cause.id).map_or(0, lately);
        // Told once for the same weeks.
        let told = is_told(unit, Kind::SaysNothing, cause.id, week - span).await?;
        found.extend(says_nothing(cause.id, of_it, tagged).filter(|_| !told));
    }
    Ok(found)
}

/// Leaves out drifts that were told of late: what they are held against moves on with the weeks, so that the same drift
/// can seem to begin again.
async fn told_first(unit: &mut Unit<'_>, found: &mut Vec<Found>, week: i64) -> Result<()> {
    let lately = week - 7 * i64::try_from(BASELINE).unwrap_or_default();
    let mut told = Vec::new();
    for drift in found.iter().filter(|found| found.kind == Kind::Drift) {
        if is_told(unit, drift.kind, drift.cause, lately).await? {
            told.push(drift.cause);
        }
    }
    found.retain(|found| found.kind != Kind::Drift || !told.contains(&found.cause));
    Ok(())
}

/// Was this told of a cause for a week after that one?
async fn is_told(unit: &mut Unit<'_>, kind: Kind, cause: CauseId, after: i64) -> Result<bool> {
    let told: Option<(i32,)> = find!(&mut unit.tx, SAID, kind.code(), cause.0, after)?;
    Ok(told.is_some())
}

/// One alert.
///
/// # Errors
/// The database could not.
pub async fn by_id(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<Alert>> {
    let row: Option<AlertRow> = find!(tx, BY_ID, id)?;
    row.map(Alert::try_from).transpose()
}

/// Alerts, the newest first, after one of them; `open` only those nobody has reviewed.
///
/// # Errors
/// The database could not.
pub async fn page(tx: &mut Tx<'_>, open: bool, after: Option<(i64, Uuid)>, limit: i64) -> Result<Vec<Alert>> {
    let (week, id) = after.unwrap_or((i64::MAX, Uuid::max()));
    let rows: Vec<AlertRow> =
        if open { all!(tx, OPEN, week, id, limit)? } else { all!(tx, PAGE, week, id, limit)? };
    rows.into_iter().map(Alert::try_from).collect()
}

/// Alerts that somebody has reviewed, the newest first, after one of them.
///
/// # Errors
/// The database could not.
pub async fn spoken_to(tx: &mut Tx<'_>, after: Option<(i64, Uuid)>, limit: i64) -> Result<Vec<Alert>> {
    let (week, id) = after.unwrap_or((i64::MAX, Uuid::max()));
    let rows: Vec<AlertRow> = all!(tx, SPOKEN_TO, week, id, limit)?;
    rows.into_iter().map(Alert::try_from).collect()
}

/// How many wait for a review.
///
/// # Errors
/// The database could not.
pub async fn open(tx: &mut Tx<'_>) -> Result<i64> {
    let row: Option<(i64,)> = find!(tx, COUNT_OPEN)?;
    Ok(row.map_or(0, |row| row.0))
}

/// How many were reviewed as what.
///
/// # Errors
/// The database could not.
pub async fn reviewed(tx: &mut Tx<'_>) -> Result<BTreeMap<&'static str, u64>> {
    let rows: Vec<(String, i64)> = all!(tx, REVIEWED)?;
    let mut counts: BTreeMap<&'static str, u64> = Verdict::ALL.map(|verdict| (verdict.code(), 0)).into();
    for (verdict, count) in rows {
        if let Some(verdict) = Verdict::from_code(&verdict) {
            counts.insert(verdict.code(), u64::try_from(count).unwrap_or_default());
        }
    }
    Ok(counts)
}

/// A person speaks to an alert, once.
///
/// # Errors
/// There is no such alert, or somebody has spoken to it.
pub async fn review(unit: &mut Unit<'_>, by: StaffId, id: Uuid, review: &Review) -> Result<Alert> {
    let (note, now) = (review.note.as_ref().map(firsthand_domain::text::Text::as_str), unit.now.micros());
    let done = run!(&mut unit.tx, REVIEW, id, review.verdict.code(), note, by.0, now)?;
    let alert = by_id(&mut unit.tx, id).await?.ok_or(Refusal::NotFound)?;
    if done == 0 {
        return Err(Refusal::field("verdict", "expected an alert that nobody has reviewed yet").into());
    }
    Ok(alert)
}
