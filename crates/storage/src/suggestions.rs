//! Which causes may fit a complaint, learnt by each node from what staff tag, in its memory: so it answers without the
//! database. A node learns of every tag within a look at the history, wherever it was written.
//!
//! The primary cause of a complaint teaches, with its product and what the customer said. Nothing is learnt from
//! complaints that few may see or that are about somebody at the desk, from void ones, and from what was erased. What
//! was learnt is looked at again, a part at each look, and forgotten when that has changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use firsthand_domain::cause::{OTHER, UNKNOWN};
use firsthand_domain::history::Texts;
use firsthand_domain::id::{CauseId, ComplaintId};
use firsthand_domain::search;
use firsthand_domain::staff::Staff;
use firsthand_domain::suggestion::{Learner, Lesson};
use sqlx::QueryBuilder;
use uuid::Uuid;

use crate::database::Tx;
use crate::list::sql::visible;
use crate::statement::same;
use crate::{Database, Result};

statements! {
    AFTER = same("select at, complaint, seq from history where kind = 'cause_tagged' and (at, complaint, seq) > ($1, $2, $3) \
                  order by at, complaint, seq limit $4");
    BEFORE = same("select at, complaint, seq from history where kind = 'cause_tagged' and (at, complaint, seq) < ($1, $2, $3) \
                   order by at desc, complaint desc, seq desc limit $4");
    CAUSES = same("select c.id, c.code, c.name, c.retired_at, c.maps_to, \
                   not exists (select 1 from cause k where k.parent = c.id) as leaf from cause c");
}

/// Complaints that teach at most: of more, the newest tagged. With 4,000 characters each at most they and their words
/// take some 100 MB at the worst, and 30 MB when people write a hundred words.
const MOST: usize = 50_000;
/// So much of what somebody said teaches, and is looked at.
const LONGEST: usize = 4_000;
/// Tags read at once.
const AT_ONCE: i64 = 500;
/// A tag may be seen so much later than its time says, in microseconds: it was long in being written, or the clocks of
/// two nodes differ.
const LATE: i64 = 300_000_000;
/// Of what was learnt, so much is looked at again each time: with a look each second, all of it within some forty minutes.
const AGAIN: usize = 20;
/// Complaints of a cause that are looked at for those the reader may see, and that are told.
const LOOKED_AT: usize = 6;
/// Complaints that are told for a suggestion.
const TOLD: usize = 3;
/// Suggestions told.
const SUGGESTED: usize = 3;
/// A retired cause leads to another through no more than so many.
const FARTHEST: usize = 50;

/// What a node has learnt.
#[derive(Default)]
pub(crate) struct Learnt {
    memory: RwLock<Memory>,
    reading: tokio::sync::Mutex<Reading>,
}

/// Complaints by the time of their tag.
type ByTime = BTreeSet<(i64, ComplaintId)>;

#[derive(Default)]
struct Memory {
    learner: Learner<CauseId>,
    taught: BTreeMap<ComplaintId, Taught>,
    /// The same, the longest ago first.
    order: ByTime,
    /// Those of a product and a cause, the newest last.
    of: HashMap<(Box<str>, CauseId), ByTime>,
    causes: BTreeMap<CauseId, Known>,
}

/// What one complaint has taught.
struct Taught {
    at: i64,
    seq: i64,
    tagged: CauseId,
    /// What the cause is suggested as; nothing for what is never suggested.
    counts_as: Option<CauseId>,
    lesson: Lesson,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    code: String,
    name: BTreeMap<String, String>,
    retired: bool,
    maps_to: Option<CauseId>,
    leaf: bool,
}

/// How far the history was read.
#[derive(Default)]
struct Reading {
    /// The newest time of a tag that was seen.
    newest: i64,
    /// Tags seen of late.
    seen: BTreeSet<Key>,
    /// The oldest tag that was read at the start; nothing once all are.
    older: Option<Key>,
    begun: bool,
    /// Which complaint was looked at again last.
    again: Option<ComplaintId>,
}

/// Of a tag: when, of which complaint, which fact.
type Key = (i64, Uuid, i64);

packed_row! {
    struct LessonRow {
        id: Uuid,
        seq: i64,
        at: i64,
        cause: Uuid,
        product: Option<String>,
        body: Option<String>,
    }
}

packed_row! {
    struct CauseRow {
        id: Uuid,
        code: String,
        name: String,
        retired_at: Option<i64>,
        maps_to: Option<Uuid>,
        leaf: bool,
    }
}

packed_row! {
    struct PastRow {
        id: Uuid,
        reference: String,
        summary: Option<String>,
    }
}

/// A cause that may fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggested {
    /// Which.
    pub cause: CauseId,
    /// Its code.
    pub code: String,
    /// Its name by language tag.
    pub name: BTreeMap<String, String>,
    /// How often it was tagged for the product.
    pub tagged: u32,
    /// What speaks for it in the text, as it is written there, the most telling first.
    pub words: Vec<String>,
    /// Complaints that had it, the newest first; the reader may see them.
    pub complaints: Vec<Past>,
}

/// A complaint that had a cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// Which.
    pub id: ComplaintId,
    /// As `C-2026-000123`.
    pub reference: String,
    /// In one line; gone when it was erased.
    pub summary: Option<String>,
}

/// Looks at the history once: learns what was tagged since, or, the first times, what was tagged before; forgets what
/// may teach no more. Gives whether there is more to be read at once.
///
/// # Errors
/// The database could not; what was learnt stands, and the rest is read the next time.
pub async fn look(database: &Database) -> Result<bool> {
    let learnt = &database.learnt;
    let mut reading = learnt.reading.lock().await;
    let mut connection = database.read().await?;
    let mut tx = connection.tx();
    if !reading.begun {
        learn_causes(&mut tx, learnt).await?;
        let from = (i64::MAX, Uuid::max(), i64::MAX);
        let newest: Option<Key> = find!(&mut tx, BEFORE, from.0, from.1, from.2, 1_i64)?;
        reading.newest = newest.map_or(0, |key| key.0);
        reading.older = newest.map(|(at, ..)| (at.saturating_sub(LATE), Uuid::nil(), 0));
        reading.begun = true;
    }
    let fresh = newer(&mut tx, &mut reading).await?;
    // After the tags, so that each of their causes is known.
    learn_causes(&mut tx, learnt).await?;
    let mut ids: BTreeSet<ComplaintId> = fresh.iter().map(|key| ComplaintId(key.1)).collect();
    ids.extend(again(&mut reading, &learnt.read()));
    learn(&mut tx, learnt, &ids).await?;
    // Only what was learnt is seen.
    reading.newest = fresh.iter().map(|key| key.0).fold(reading.newest, i64::max);
    reading.seen.extend(fresh);
    let late = reading.newest.saturating_sub(LATE);
    reading.seen.retain(|key| key.0 >= late);
    let Some(last) = reading.older else { return Ok(false) };
    let older: Vec<Key> = all!(&mut tx, BEFORE, last.0, last.1, last.2, AT_ONCE)?;
    let ids = older.iter().map(|key| ComplaintId(key.1)).collect();
    learn(&mut tx, learnt, &ids).await?;
    let enough = learnt.read().taught.len() >= MOST;
    reading.older = older.last().copied().filter(|_| !enough);
    Ok(reading.older.is_some())
}

/// The best suggestions for a text about a product, from memory alone.
///
/// # Errors
/// The database could not.
pub async fn of_text(
    tx: &mut Tx<'_>,
    database: &Database,
    reader: &Staff,
    product: Option<&str>,
    text: &str,
) -> Result<Vec<Suggested>> {
    told(tx, &database.learnt, reader, product, text, None).await
}

/// The best suggestions for a complaint, as it is told now.
///
/// # Errors
/// The database could not.
pub async fn of_complaint(
    tx: &mut Tx<'_>,
    database: &Database,
    reader: &Staff,
    id: ComplaintId,
    product: Option<&str>,
) -> Result<Vec<Suggested>> {
    let story = crate::search::stories(tx, &[id]).await?.remove(&id).unwrap_or_default();
    told(tx, &database.learnt, reader, product, &story, Some(id)).await
}

impl Learnt {
    fn read(&self) -> RwLockReadGuard<'_, Memory> {
        self.memory.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Memory> {
        self.memory.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tags that were not seen yet.
async fn newer(tx: &mut Tx<'_>, reading: &mut Reading) -> Result<Vec<Key>> {
    let mut last: Key = (reading.newest.saturating_sub(LATE), Uuid::nil(), 0);
    let mut fresh = Vec::new();
    loop {
        let keys: Vec<Key> = all!(tx, AFTER, last.0, last.1, last.2, AT_ONCE)?;
        let Some(end) = keys.last() else { return Ok(fresh) };
        last = *end;
        fresh.extend(keys.into_iter().filter(|key| !reading.seen.contains(key)));
    }
}

/// The next few that were learnt, round and round.
fn again(reading: &mut Reading, memory: &Memory) -> Vec<ComplaintId> {
    let from = reading.again.map_or(ComplaintId(Uuid::nil()), |id| id);
    let next: Vec<ComplaintId> =
        memory.taught.range(from..).map(|(id, _)| *id).filter(|id| *id != from).take(AGAIN).collect();
    reading.again = next.last().copied();
    next
}

async fn learn_causes(tx: &mut Tx<'_>, learnt: &Learnt) -> Result<()> {
    let rows: Vec<CauseRow> = all_packed!(tx, CAUSES)?;
    let mut causes = BTreeMap::new();
    for row in rows {
        let name = serde_json::from_str(&row.name)?;
        let (retired, maps_to) = (row.retired_at.is_some(), row.maps_to.map(CauseId));
        causes.insert(CauseId(row.id), Known { code: row.code, name, retired, maps_to, leaf: row.leaf });
    }
    if learnt.read().causes != causes {
        learnt.write().know(causes);
    }
    Ok(())
}

/// Looks at these complaints as they stand: each teaches its primary cause, or no more.
async fn learn(tx: &mut Tx<'_>, learnt: &Learnt, ids: &BTreeSet<ComplaintId>) -> Result<()> {
    let ids: Vec<ComplaintId> = ids.iter().copied().collect();
    for some in ids.chunks(500) {
        let rows: Vec<LessonRow> = among_packed!(
            tx,
            "select c.id, t.seq, h.at, t.cause, c.product, x.body from complaint c \
             join cause_tag t on t.complaint = c.id and t.current and t.role = 'primary' \
             join history h on h.complaint = c.id and h.seq = t.seq \
             join fact_text x on x.complaint = c.id and x.seq = 1 \
             where not c.restricted and c.about_staff is null and (c.closure is null or c.closure <> 'void') and c.id in (",
            padded(some),
            ")"
        )?;
        let mut gone: BTreeSet<ComplaintId> = some.iter().copied().collect();
        for (number, row) in rows.into_iter().enumerate() {
            if number % 16 == 15 {
                // Others of this node have their turn.
                tokio::task::yield_now().await;
            }
            let id = ComplaintId(row.id);
            let Some(text) = row.body.as_deref().and_then(story) else { continue };
            gone.remove(&id);
            let product = row.product.as_deref().unwrap_or_default();
            let same = |t: &Taught| t.seq == row.seq && t.lesson.product() == product;
            if learnt.read().taught.get(&id).is_none_or(|t| !same(t)) {
                let lesson = Lesson::of(row.product.as_deref(), &text);
                learnt.write().teach(id, row.at, row.seq, CauseId(row.cause), lesson);
            }
        }
        let mut memory = learnt.write();
        for id in gone {
            memory.forget(id);
        }
    }
    Ok(())
}

/// As many as one of a few sizes, so that there are few statements: some are asked for twice.
fn padded(ids: &[ComplaintId]) -> impl Iterator<Item = ComplaintId> {
    let size = [1, 5, SUGGESTED * TOLD, AGAIN, 100, 500]
        .into_iter()
        .find(|size| ids.len() <= *size)
        .unwrap_or(ids.len());
    let last = ids.last().copied();
    ids.iter().copied().chain(last.into_iter().cycle()).take(size)
}

/// What the customer said, as far as it teaches; nothing once it was erased.
fn story(body: &str) -> Option<String> {
    // One that does not read back teaches nothing, and holds up no other.
    let texts: Texts = serde_json::from_str(body).ok()?;
    let of = |field: &str| texts.get(field).map_or("", String::as_str);
    let story = format!("{}\n{}", of("summary"), of("narrative"));
    Some(beginning(&story).to_owned()).filter(|story| !story.trim().is_empty())
}

fn beginning(text: &str) -> &str {
    text.char_indices().nth(LONGEST).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

impl Memory {
    fn teach(&mut self, id: ComplaintId, at: i64, seq: i64, tagged: CauseId, lesson: Lesson) {
        self.forget(id);
        let counts_as = self.suggested_as(tagged);
        let taught = Taught { at, seq, tagged, counts_as, lesson };
        self.count(id, &taught);
        self.order.insert((at, id));
        self.taught.insert(id, taught);
        while self.taught.len() > MOST {
            let Some((_, oldest)) = self.order.first().copied() else { break };
            self.forget(oldest);
        }
    }

    fn forget(&mut self, id: ComplaintId) {
        if let Some(taught) = self.taught.remove(&id) {
            self.order.remove(&(taught.at, id));
            self.uncount(id, &taught);
        }
    }

    fn count(&mut self, id: ComplaintId, taught: &Taught) {
        let Some(cause) = taught.counts_as else { return };
        self.learner.learn(&taught.lesson, &cause);
        self.of.entry((taught.lesson.product().into(), cause)).or_default().insert((taught.at, id));
    }

    fn uncount(&mut self, id: ComplaintId, taught: &Taught) {
        let Some(cause) = taught.counts_as else { return };
        self.learner.unlearn(&taught.lesson, &cause);
        let key = (taught.lesson.product().into(), cause);
        if let Some(of) = self.of.get_mut(&key) {
            of.remove(&(taught.at, id));
            if of.is_empty() {
                self.of.remove(&key);
            }
        }
    }

    /// What a cause is suggested as: a retired one as what it maps to; what says nothing, never.
    fn suggested_as(&self, cause: CauseId) -> Option<CauseId> {
        let mut cause = cause;
        for _ in 0..FARTHEST {
            let known = self.causes.get(&cause)?;
            if [UNKNOWN, OTHER].contains(&known.code.as_str()) {
                return None;
            }
            if !known.retired {
                return known.leaf.then_some(cause);
            }
            cause = known.maps_to?;
        }
        None
    }

    /// The causes are these now: what counts as another than before is learnt anew.
    fn know(&mut self, causes: BTreeMap<CauseId, Known>) {
        self.causes = causes;
        let moved: Vec<ComplaintId> = self
            .taught
            .iter()
            .filter(|(_, taught)| self.suggested_as(taught.tagged) != taught.counts_as)
            .map(|(id, _)| *id)
            .collect();
        for id in moved {
            let Some(mut taught) = self.taught.remove(&id) else { continue };
            self.uncount(id, &taught);
            taught.counts_as = self.suggested_as(taught.tagged);
            self.count(id, &taught);
            self.taught.insert(id, taught);
        }
    }

    /// The best suggestions, with the newest complaints of each but one.
    fn suggest(
        &self,
        product: Option<&str>,
        text: &str,
        except: Option<ComplaintId>,
    ) -> Vec<(Suggested, Vec<ComplaintId>)> {
        let found = self.learner.suggest(product, text, SUGGESTED);
        let told = found.into_iter().filter_map(|one| {
            let Known { code, name, .. } = self.causes.get(&one.cause)?.clone();
            let newest = self.newest(product, one.cause, except);
            let (cause, tagged, words) = (one.cause, one.tagged, search::as_written(text, &one.words));
            Some((Suggested { cause, code, name, tagged, words, complaints: Vec::new() }, newest))
        });
        told.collect()
    }

    fn newest(&self, product: Option<&str>, cause: CauseId, except: Option<ComplaintId>) -> Vec<ComplaintId> {
        let newest = |of: &ByTime| {
            let others = of.iter().rev().filter(|(_, id)| Some(*id) != except);
            others.take(LOOKED_AT).copied().collect::<Vec<_>>()
        };
        let mut all: Vec<(i64, ComplaintId)> = match product {
            Some(product) => self.of.get(&(product.into(), cause)).map(newest).unwrap_or_default(),
            None => self.of.iter().filter(|((_, c), _)| *c == cause).flat_map(|(_, of)| newest(of)).collect(),
        };
        all.sort_unstable_by(|a, b| b.cmp(a));
        all.into_iter().take(LOOKED_AT).map(|(_, id)| id).collect()
    }
}

async fn told(
    tx: &mut Tx<'_>,
    learnt: &Learnt,
    reader: &Staff,
    product: Option<&str>,
    text: &str,
    except: Option<ComplaintId>,
) -> Result<Vec<Suggested>> {
    let product = product.map(str::trim).filter(|product| !product.is_empty());
    let found = learnt.read().suggest(product, beginning(text), except);
    // Those that would be told; the others only where the reader may not see all of these.
    let best: Vec<ComplaintId> = found.iter().flat_map(|(_, ids)| ids.iter().take(TOLD)).copied().collect();
    let mut seen = seen_by(tx, reader, &best).await?;
    if seen.len() < best.len() {
        let rest: Vec<ComplaintId> =
            found.iter().flat_map(|(_, ids)| ids.iter().skip(TOLD)).copied().collect();
        seen.extend(seen_by(tx, reader, &rest).await?);
    }
    let told = found.into_iter().map(|(one, ids)| {
        let complaints = ids.iter().filter_map(|id| seen.get(id)).take(TOLD).cloned().collect();
        Suggested { complaints, ..one }
    });
    Ok(told.collect())
}

/// Those of these complaints that the reader may see.
async fn seen_by(
    tx: &mut Tx<'_>,
    reader: &Staff,
    ids: &[ComplaintId],
) -> Result<BTreeMap<ComplaintId, Past>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<PastRow> = built_packed!(tx, |Db| past::<Db>(reader, ids))?;
    let told = |row: PastRow| {
        let id = ComplaintId(row.id);
        (id, Past { id, reference: row.reference, summary: row.summary })
    };
    Ok(rows.into_iter().map(told).collect())
}

fn past<DB>(reader: &Staff, ids: &[ComplaintId]) -> QueryBuilder<DB>
where
    DB: sqlx::Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let mut sql = QueryBuilder::new("select c.id, c.reference, c.summary from complaint c where c.id in (");
    let mut list = sql.separated(", ");
    for id in padded(ids) {
        list.push_bind(id.0);
    }
    sql.push(")");
    visible(&mut sql, reader);
    sql
}
