//! Telling: which targets are behind, what they are owed, and writing down what came of it.
//!
//! On PostgreSQL the numbers of the feed are given out before the commit, so a lower number may appear after a higher one.
//! What is told ends where nobody who could still add a lower number is at work ([`Horizon`]). The facts of one complaint
//! are written one after another, so that their numbers are in their order.

use std::collections::BTreeMap;

use firsthand_domain::id::ComplaintId;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use crate::database::Tx;
use crate::statement::{pick, same};
use crate::webhooks::Webhook;
use crate::writer::Unit;
use crate::{Database, Result};

statements! {
    DUE = same(
        "select w.id, w.told from webhook w where w.state = 'on' and w.next_try_at <= $1 \
         and (w.leased_by is null or w.leased_by = $2 or w.leased_until < $1) \
         and exists (select 1 from fact_feed f where f.number > w.told)"
    );
    END = pick(
        "select coalesce(max(number), 0), cast(0 as bigint), cast(0 as bigint) from fact_feed",
        "select (select coalesce(max(number), 0) from fact_feed), pg_snapshot_xmin(s)::text::bigint, \
         pg_snapshot_xmax(s)::text::bigint from (select pg_current_snapshot() as s) present",
    );
    LEASE = same(
        "update webhook set leased_by = $2, leased_until = $3 where id = $1 and state = 'on' and next_try_at <= $4 \
         and (leased_by is null or leased_by = $2 or leased_until < $4)"
    );
    LET_GO = same("update webhook set leased_by = null, leased_until = 0 where leased_by = $1");
    FACTS = same(
        "select f.number, f.complaint, f.seq, c.reference, h.kind, h.at, h.body, t.body as texts, \
         (c.restricted or c.about_staff is not null) as guarded \
         from fact_feed f join complaint c on c.id = f.complaint \
         join history h on h.complaint = f.complaint and h.seq = f.seq \
         left join fact_text t on t.complaint = f.complaint and t.seq = f.seq \
         where f.number > $1 and f.number <= $2 order by f.number limit $3"
    );
    HOLDS = same("select cast(1 as bigint) from webhook where id = $1 and leased_by = $2 and state = 'on'");
    ADVANCE = same(
        "update webhook set told = $3, failing_since = null, attempts = 0, next_try_at = 0 \
         where id = $1 and leased_by = $2 and state = 'on'"
    );
    FAIL = same(
        "update webhook set failing_since = coalesce(failing_since, $3), attempts = attempts + 1, next_try_at = $4, \
         state = case when coalesce(failing_since, $3) <= $5 then 'stopped' else state end \
         where id = $1 and leased_by = $2 and state = 'on'"
    );
    RECORD = same(
        "insert into webhook_delivery (id, webhook, complaint, seq, number, kind, state, attempts, first_at, last_at, \
         answer) values ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8, $9) on conflict (webhook, complaint, seq) do update \
         set state = excluded.state, attempts = webhook_delivery.attempts + 1, last_at = excluded.last_at, \
         answer = excluded.answer"
    );
    STOPPED = same("update webhook_delivery set state = 'given_up' where webhook = $1 and state = 'failing' \
                    and exists (select 1 from webhook w where w.id = $1 and w.state = 'stopped')");
    /// What everybody was told, or nobody is to be told.
    FORGET = same(
        "delete from fact_feed where number <= (select coalesce(min(told), 9223372036854775807) from webhook \
         where state <> 'off')"
    );
    FORGET_DELIVERIES = same("delete from webhook_delivery where last_at < $1 and state <> 'failing'");
}

/// One node sends to a target at a time, and keeps that to itself for so long: longer than a batch takes.
const LEASE_MICROS: i64 = 30_000_000;
/// Nothing came through for so long: an administrator is told, and decides.
const GIVEN_UP_MINUTES: i64 = 24 * 60;
/// The longest pause between two tries, in seconds.
const LONGEST_PAUSE: i64 = 3600;
/// How long it is known what became of a message.
const KEPT_DAYS: i64 = 30;

/// How far the feed is settled, as one node sees it.
#[derive(Debug, Default)]
pub struct Horizon {
    /// The end of the feed when it was looked at, and the first transaction that had not begun then.
    seen: Option<(i64, i64)>,
    settled: i64,
}

impl Horizon {
    /// Looks once; gives the number up to which nothing is missing any more.
    ///
    /// # Errors
    /// The database could not.
    pub async fn look(&mut self, tx: &mut Tx<'_>) -> Result<i64> {
        let row: Option<(i64, i64, i64)> = find!(tx, END)?;
        let (end, oldest, next) = row.unwrap_or_default();
        // Whoever took a number below the end had begun before `next`, and is done once the oldest at work is later.
        if let Some((seen, _)) = self.seen.filter(|(_, next)| oldest >= *next) {
            (self.settled, self.seen) = (self.settled.max(seen), None);
        }
        if oldest >= next {
            self.settled = self.settled.max(end);
        } else if self.seen.is_none() {
            self.seen = Some((end, next));
        }
        Ok(self.settled)
    }
}

row! {
    struct FactRow {
        number: i64,
        complaint: Uuid,
        seq: i64,
        reference: String,
        kind: String,
        at: i64,
        body: String,
        texts: Option<String>,
        guarded: bool,
    }
}

/// A fact that is to be told.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Its place in the feed.
    pub number: i64,
    /// Of which complaint.
    pub complaint: ComplaintId,
    /// Its place in the history, which is the version of the complaint after it.
    pub seq: i64,
    /// As people call the complaint.
    pub reference: String,
    /// What happened.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// Ids, codes, numbers and times of it.
    pub body: serde_json::Value,
    /// What people wrote, by field; nothing of a complaint that not everybody may see, or that was erased.
    pub texts: BTreeMap<String, String>,
    /// Of a complaint that is restricted or about a member of staff: its text goes nowhere.
    pub guarded: bool,
}

impl TryFrom<FactRow> for Fact {
    type Error = crate::Error;

    fn try_from(row: FactRow) -> Result<Self> {
        let texts = row.texts.filter(|_| !row.guarded);
        Ok(Self {
            number: row.number,
            complaint: ComplaintId(row.complaint),
            seq: row.seq,
            reference: row.reference,
            kind: row.kind,
            at: Timestamp::from_micros(row.at),
            body: serde_json::from_str(&row.body)?,
            texts: texts.map(|texts| serde_json::from_str(&texts)).transpose()?.unwrap_or_default(),
            guarded: row.guarded,
        })
    }
}

/// What came of sending a fact.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Its place in the feed.
    pub number: i64,
    /// Of which complaint.
    pub complaint: ComplaintId,
    /// Its place in the history.
    pub seq: i64,
    /// What happened.
    pub kind: String,
    /// Whether it was taken.
    pub taken: bool,
    /// The status, or why there is none.
    pub answer: String,
}

/// Targets that are behind and may be tried by this node now, with how far they were told.
///
/// # Errors
/// The database could not.
pub async fn due(tx: &mut Tx<'_>, now: Timestamp, node: Uuid) -> Result<Vec<(Uuid, i64)>> {
    all!(tx, DUE, now.micros(), node)
}

/// Takes a target for this node, for a minute; gives it as it is now, unless another node has it.
///
/// # Errors
/// The database could not.
pub async fn lease(database: &Database, id: Uuid, node: Uuid) -> Result<Option<Webhook>> {
    let leased = database.change(move |unit| {
        Box::pin(async move {
            let until = unit.now.micros().saturating_add(LEASE_MICROS);
            if run!(&mut unit.tx, LEASE, id, node, until, unit.now.micros())? == 0 {
                return Ok(None);
            }
            super::by_id(&mut unit.tx, id).await
        })
    });
    leased.await
}

/// Gives back whatever this node has taken.
///
/// # Errors
/// The database could not.
pub async fn let_go(database: &Database, node: Uuid) -> Result<()> {
    database.change(move |unit| Box::pin(async move { run!(&mut unit.tx, LET_GO, node).map(drop) })).await
}

/// Facts of the feed after a number and up to one, in order.
///
/// # Errors
/// The database could not, or a row does not read back.
pub async fn facts(tx: &mut Tx<'_>, after: i64, to: i64, limit: i64) -> Result<Vec<Fact>> {
    let rows: Vec<FactRow> = all!(tx, FACTS, after, to, limit)?;
    rows.into_iter().map(Fact::try_from).collect()
}

/// Writes down what came of a batch: the target was told up to `told`, which is no number when it was told nothing, and the
/// last of `sent` may have failed.
///
/// # Errors
/// The database could not.
pub async fn settle(
    database: &Database,
    id: Uuid,
    node: Uuid,
    told: Option<i64>,
    sent: Vec<Sent>,
) -> Result<Settled> {
    let settled = database.change(move |unit| {
        let sent = sent.clone();
        Box::pin(async move { write(unit, id, node, told, &sent).await })
    });
    settled.await
}

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// Another node has the target, or it is off.
    Lost,
    /// All is told.
    Told,
    /// The last did not come through.
    Failing,
    /// Nothing has come through for a day.
    Stopped,
}

async fn write(
    unit: &mut Unit<'_>,
    id: Uuid,
    node: Uuid,
    told: Option<i64>,
    sent: &[Sent],
) -> Result<Settled> {
    let holds: Option<(i64,)> = find!(&mut unit.tx, HOLDS, id, node)?;
    if holds.is_none() {
        return Ok(Settled::Lost);
    }
    let now = unit.now;
    for one in sent {
        let state = if one.taken { "sent" } else { "failing" };
        let (row, kind, answer) = (unit.new_id(), one.kind.as_str(), one.answer.as_str());
        let (complaint, seq, number) = (one.complaint.0, one.seq, one.number);
        run!(&mut unit.tx, RECORD, row, id, complaint, seq, number, kind, state, now.micros(), answer)?;
    }
    if let Some(told) = told {
        run!(&mut unit.tx, ADVANCE, id, node, told)?;
    }
    if sent.last().is_none_or(|last| last.taken) {
        return Ok(Settled::Told);
    }
    let attempts = super::by_id(&mut unit.tx, id).await?.map_or(0, |webhook| webhook.attempts);
    let next = now.micros() + pause(attempts) * 1_000_000;
    let given_up = now.plus_minutes(-GIVEN_UP_MINUTES).micros();
    run!(&mut unit.tx, FAIL, id, node, now.micros(), next, given_up)?;
    let stopped = run!(&mut unit.tx, STOPPED, id)? > 0;
    Ok(if stopped { Settled::Stopped } else { Settled::Failing })
}

/// Seconds until the next try, after so many in vain: twice as long each time, up to an hour.
fn pause(attempts: i64) -> i64 {
    let doubled = u32::try_from(attempts).ok().and_then(|times| 1_i64.checked_shl(times.min(20)));
    doubled.unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE)
}

/// Writes down what came of a test.
///
/// # Errors
/// The database could not.
pub async fn tested(unit: &mut Unit<'_>, id: Uuid, taken: bool, answer: &str) -> Result<()> {
    let (row, state, none) = (unit.new_id(), if taken { "sent" } else { "given_up" }, None::<Uuid>);
    run!(&mut unit.tx, RECORD, row, id, none, 0_i64, 0_i64, "test", state, unit.now.micros(), answer)
        .map(drop)
}

/// Forgets what everybody was told, and what became of it a month ago.
///
/// # Errors
/// The database could not.
pub async fn forget_old(unit: &mut Unit<'_>) -> Result<()> {
    run!(&mut unit.tx, FORGET)?;
    run!(&mut unit.tx, FORGET_DELIVERIES, unit.now.plus_days(-KEPT_DAYS).micros()).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour() {
        let pauses: Vec<i64> = [0, 1, 2, 10, 11, 12, 40, 70, i64::MAX].map(pause).into();
        assert_eq!(pauses, [1, 2, 4, 1024, 2048, 3600, 3600, 3600, 3600]);
    }
}
