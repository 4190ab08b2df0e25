//! How the desk works: the complaints of a time are read as they stood at an instant, and each is measured by the domain.
//! A figure and the list behind it are made from the same measures.

use std::collections::{BTreeMap, BTreeSet};

use firsthand_domain::Refusal;
use firsthand_domain::cause::{OTHER, UNKNOWN};
use firsthand_domain::complaint::{Complaint, fold};
use firsthand_domain::history::{Actor, Entry};
use firsthand_domain::id::{CauseId, ComplaintId, CustomerId, StaffId};
use firsthand_domain::metrics::{
    Again, Apart, Measured, Metric, Part, REPEAT_DAYS, Ruler, SETTLED_DAYS, Zone, settle,
};
use firsthand_domain::money::Currency;
use firsthand_domain::policy::Policy;
use firsthand_domain::staff::Staff;
use firsthand_domain::statistics::proportion::{FEWEST_FOR_SHARE, Share, quantile, survival, wilson};
use firsthand_domain::time::Timestamp;
use sqlx::{Database, QueryBuilder};
use uuid::Uuid;

use crate::Result;
use crate::database::Tx;
use crate::list::sql::visible;
use crate::list::{self, Sort};
use crate::parts::times;
use crate::statement::same;

statements! {
    LITTLE = same("select id from cause where code in ($1, $2)");
    TEAM = same("select id from staff where team = $1");
    PERSONS = same("select id, merged_into from customer where merged_into is not null");
}

/// So many complaints are measured at most.
pub const MOST: usize = 200_000;
/// Read at once.
const AT_ONCE: i64 = 400;

/// Which complaints are measured.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Received at or after.
    pub from: Timestamp,
    /// Received before.
    pub to: Timestamp,
    /// As they stood then; as they stand, where it is not said.
    pub as_of: Option<Timestamp>,
    /// Only with a first contact in this team.
    pub team: Option<String>,
    /// Only from this place.
    pub place: Option<String>,
    /// Only about this product.
    pub product: Option<String>,
    /// Where days begin.
    pub zone: Zone,
    /// The present.
    pub now: Timestamp,
    /// The figures in force.
    pub policy: Policy,
}

/// The part of a figure that a list is.
#[derive(Debug, Clone)]
pub struct Behind {
    /// Of which complaints.
    pub asked: Asked,
    /// Which figure.
    pub metric: Metric,
    /// Which part.
    pub part: Part,
}

/// The complaints of a figure and what is reckoned from them.
#[derive(Debug, Clone, Default)]
pub struct Metrics {
    /// Those that are counted.
    pub complaints: u64,
    /// Those that are counted nowhere: void, merged, imported.
    pub void: u64,
    /// Counted with the one they go on under.
    pub merged: u64,
    /// Handled elsewhere.
    pub imported: u64,
    /// The figures.
    pub figures: Vec<Figure>,
    /// What was given, by currency.
    pub given: Vec<Given>,
}

/// One figure.
#[derive(Debug, Clone)]
pub struct Figure {
    /// Which.
    pub metric: Metric,
    /// Of what it counts, and the complaints they are in.
    pub numerator: u64,
    /// Of what it counts, all.
    pub denominator: u64,
    /// Complaints in the list of the numerator.
    pub numerator_complaints: u64,
    /// Complaints in the list of the denominator.
    pub denominator_complaints: u64,
    /// Complaints in the list of those that are missing.
    pub missing_complaints: u64,
    /// From five on; nothing for what is no share.
    pub share: Option<Share>,
    /// How many there are for each, from five on, where it is a mean.
    pub mean: Option<f64>,
    /// Seconds after which half are done, and nine of ten, open ones reckoned in; where it is about time.
    pub half: Option<f64>,
    /// Nine of ten.
    pub most: Option<f64>,
}

/// What was given in one currency.
#[derive(Debug, Clone)]
pub struct Given {
    /// Which.
    pub currency: Currency,
    /// How many awards.
    pub count: u64,
    /// Their sum, in minor units.
    pub sum: i64,
    /// The one in the middle, in minor units.
    pub median: i64,
}

/// A measured complaint, with its place in the lists.
struct Placed {
    measured: Measured,
    keys: [i64; 3],
    counted: bool,
}

/// The figures, as far as the reader may know of the complaints.
///
/// # Errors
/// There are too many complaints, or the database could not.
pub async fn metrics(tx: &mut Tx<'_>, reader: &Staff, asked: &Asked) -> Result<Metrics> {
    let all = measured(tx, reader, asked).await?;
    let cohort: Vec<&Measured> = all.iter().filter(|one| one.counted).map(|one| &one.measured).collect();
    let apart = |apart| u64::try_from(cohort.iter().filter(|one| one.apart == Some(apart)).count());
    let (void, merged, imported) = (apart(Apart::Void), apart(Apart::Merged), apart(Apart::Imported));
    let counted: Vec<&Measured> = cohort.iter().copied().filter(|one| one.apart.is_none()).collect();
    Ok(Metrics {
        complaints: u64::try_from(counted.len()).unwrap_or(u64::MAX),
        void: void.unwrap_or(u64::MAX),
        merged: merged.unwrap_or(u64::MAX),
        imported: imported.unwrap_or(u64::MAX),
        figures: Metric::ALL.iter().map(|metric| figure(*metric, &counted)).collect(),
        given: given(&counted),
    })
}

/// The complaints of a part of a figure after the cursor of a list, in its order.
pub(crate) async fn behind(
    tx: &mut Tx<'_>,
    reader: &Staff,
    behind: &Behind,
    query: &list::Query,
) -> Result<Vec<ComplaintId>> {
    let place = match query.sort {
        Sort::Waiting => 0,
        Sort::Received => 1,
        Sort::Due => 2,
    };
    let mut found: Vec<(i64, Uuid)> = measured(tx, reader, &behind.asked)
        .await?
        .iter()
        .filter(|one| one.counted && one.measured.is_in(behind.metric, behind.part))
        .map(|one| (one.keys.get(place).copied().unwrap_or_default(), one.measured.id.0))
        .collect();
    found.sort_unstable();
    if query.sort.newest_first() {
        found.reverse();
    }
    let after = query.cursor.map(|cursor| (cursor.key, cursor.id));
    found.retain(|key| {
        after.is_none_or(|after| if query.sort.newest_first() { *key < after } else { *key > after })
    });
    Ok(found.into_iter().map(|(_, id)| ComplaintId(id)).collect())
}

fn figure(metric: Metric, counted: &[&Measured]) -> Figure {
    let (mut numerator, mut denominator) = (0_u64, 0_u64);
    for one in counted {
        let met = one.met(metric);
        numerator += u64::from(met.met);
        denominator += u64::from(met.of);
    }
    let complaints = |part| {
        let all = counted.iter().filter(|one| one.is_in(metric, part)).count();
        u64::try_from(all).unwrap_or(u64::MAX)
    };
    let enough = denominator >= FEWEST_FOR_SHARE;
    let share = (enough && !metric.is_mean()).then(|| wilson(numerator, denominator)).flatten();
    let float = |n: u64| u32::try_from(n).map_or(f64::from(u32::MAX), f64::from);
    let mean = (enough && metric.is_mean()).then(|| float(numerator) / float(denominator));
    let (mut half, mut most) = (None, None);
    if enough && metric.is_time() {
        let times: Vec<(f64, bool)> = counted
            .iter()
            .map(|one| if metric == Metric::TimeToReply { one.to_reply } else { one.to_resolution })
            .map(|(micros, ended)| (seconds(micros), ended))
            .collect();
        let steps = survival(&times);
        (half, most) = (quantile(&steps, 0.5), quantile(&steps, 0.1));
    }
    Figure {
        metric,
        numerator,
        denominator,
        numerator_complaints: complaints(Part::Numerator),
        denominator_complaints: complaints(Part::Denominator),
        missing_complaints: complaints(Part::Missing),
        share,
        mean,
        half,
        most,
    }
}

fn seconds(micros: i64) -> f64 {
    let whole = micros / 1_000_000;
    // Spans of a complaint are far below what a double holds exactly.
    i32::try_from(whole).map_or(f64::from(i32::MAX), f64::from)
}

fn given(counted: &[&Measured]) -> Vec<Given> {
    let mut by: BTreeMap<&str, (Currency, Vec<i64>)> = BTreeMap::new();
    for value in counted.iter().flat_map(|one| &one.given) {
        by.entry(value.currency.code()).or_insert((value.currency, Vec::new())).1.push(value.minor);
    }
    let of = |(currency, mut amounts): (Currency, Vec<i64>)| {
        amounts.sort_unstable();
        // Of an even number the lower of the two in the middle: an amount that was given.
        let median = amounts.get((amounts.len().saturating_sub(1)) / 2).copied().unwrap_or_default();
        let sum = amounts.iter().fold(0_i64, |sum, amount| sum.saturating_add(*amount));
        Given { currency, count: u64::try_from(amounts.len()).unwrap_or(u64::MAX), sum, median }
    };
    by.into_values().map(of).collect()
}

packed_row! {
    struct StateRow {
        id: Uuid,
        received_at: i64,
        state: String,
    }
}

/// Everything that was received in the time and around it, measured: what came shortly before and after says whether a
/// customer came again.
async fn measured(tx: &mut Tx<'_>, reader: &Staff, asked: &Asked) -> Result<Vec<Placed>> {
    let as_of = asked.as_of.unwrap_or(asked.now).min(asked.now);
    let little: Vec<(Uuid,)> = all!(tx, LITTLE, UNKNOWN, OTHER)?;
    let little = little.into_iter().map(|row| CauseId(row.0)).collect();
    let ruler = Ruler { as_of, policy: asked.policy.clone(), zone: asked.zone.clone(), little };
    let team: Option<BTreeSet<StaffId>> = match &asked.team {
        None => None,
        Some(team) => {
            let rows: Vec<(Uuid,)> = all!(tx, TEAM, team.as_str())?;
            Some(rows.into_iter().map(|row| StaffId(row.0)).collect())
        }
    };
    let span = (asked.from.plus_days(-REPEAT_DAYS).micros(), asked.to.plus_days(SETTLED_DAYS).micros());
    let (mut all, mut last) = (Vec::new(), (span.0, Uuid::nil()));
    loop {
        let rows: Vec<StateRow> = built_packed!(tx, |Db| states::<Db>(reader, last, span.1))?;
        let Some(end) = rows.last() else { break };
        last = (end.received_at, end.id);
        if all.len() + rows.len() > MOST {
            return Err(Refusal::field("from", "expected a time with fewer complaints: at most 200000 are measured, with those of the 90 days before").into());
        }
        let now: Vec<Complaint> =
            rows.iter().map(|row| Ok(serde_json::from_str(&row.state)?)).collect::<Result<_>>()?;
        // The rows of a list stand by what is now, whenever they are counted.
        let keys: Vec<[i64; 3]> = now
            .iter()
            .map(|c| {
                let (waiting, due) = times(c);
                [waiting, c.received_at.micros(), due]
            })
            .collect();
        let then = as_they_stood(tx, now, as_of, asked.now).await?;
        let again = came_back(tx, &then, as_of).await?;
        for (c, keys) in then.into_iter().zip(keys) {
            let Some(c) = c else { continue };
            let within = (asked.from..asked.to).contains(&c.received_at)
                && team.as_ref().is_none_or(|team| team.contains(&c.first_contact))
                && asked.place.as_ref().is_none_or(|place| c.place.as_ref() == Some(place))
                && asked.product.as_ref().is_none_or(|product| c.product.as_ref() == Some(product));
            let again = again.get(&c.id).copied().unwrap_or_default();
            all.push(Placed { measured: Measured::of(&c, again, &ruler), keys, counted: within });
        }
        tokio::task::yield_now().await;
    }
    let persons: Vec<(Uuid, Uuid)> = all!(tx, PERSONS)?;
    let persons: BTreeMap<Uuid, Uuid> = persons.into_iter().collect();
    let mut measures: Vec<Measured> = all.iter().map(|one| one.measured.clone()).collect();
    settle(&mut measures, |customer| person(&persons, customer));
    for (one, settled) in all.iter_mut().zip(measures) {
        one.measured = settled;
    }
    Ok(all)
}

/// Who a customer is, by the records that were found to be one person.
fn person(persons: &BTreeMap<Uuid, Uuid>, customer: CustomerId) -> CustomerId {
    let mut id = customer.0;
    // A record goes on under another that may go on under a third; nobody has a hundred.
    for _ in 0..100 {
        match persons.get(&id) {
            Some(next) => id = *next,
            None => break,
        }
    }
    CustomerId(id)
}

fn states<DB>(reader: &Staff, last: (i64, Uuid), to: i64) -> QueryBuilder<DB>
where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let mut sql = QueryBuilder::new(
        "select c.id, c.received_at, c.state from complaint c where (c.received_at, c.id) > (",
    );
    sql.push_bind(last.0).push(", ").push_bind(last.1).push(") and c.received_at < ").push_bind(to);
    visible(&mut sql, reader);
    sql.push(" order by c.received_at, c.id limit ").push_bind(AT_ONCE);
    sql
}

/// The complaints as they stood then, in their order; nothing for those that were not there yet.
async fn as_they_stood(
    tx: &mut Tx<'_>,
    now: Vec<Complaint>,
    as_of: Timestamp,
    present: Timestamp,
) -> Result<Vec<Option<Complaint>>> {
    if as_of >= present {
        return Ok(now.into_iter().map(Some).collect());
    }
    let ids: Vec<ComplaintId> = now.iter().map(|c| c.id).collect();
    let changed = changed_after(tx, &ids, as_of).await?;
    let histories =
        if changed.is_empty() { BTreeMap::new() } else { entries(tx, &changed, as_of, false).await? };
    let then = |c: Complaint| match histories.get(&c.id) {
        Some(history) => fold(c.id, history),
        // All that happened to it happened later.
        None if changed.contains(&c.id) => None,
        None => Some(c),
    };
    Ok(now.into_iter().map(then).collect())
}

async fn changed_after(tx: &mut Tx<'_>, ids: &[ComplaintId], as_of: Timestamp) -> Result<Vec<ComplaintId>> {
    packed_row! {
        struct IdRow {
            id: Uuid,
        }
    }
    fn build<DB>(ids: &[ComplaintId], as_of: i64) -> QueryBuilder<DB>
    where
        DB: Database,
        for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
        for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    {
        let mut sql = QueryBuilder::new("select distinct h.complaint as id from history h where h.at > ");
        sql.push_bind(as_of).push(" and h.complaint in (");
        let mut list = sql.separated(", ");
        for id in ids {
            list.push_bind(id.0);
        }
        sql.push(")");
        sql
    }
    let rows: Vec<IdRow> = built_packed!(tx, |Db| build::<Db>(ids, as_of.micros()))?;
    Ok(rows.into_iter().map(|row| ComplaintId(row.id)).collect())
}

packed_row! {
    struct EntryRow {
        complaint: Uuid,
        seq: i64,
        at: i64,
        actor: Option<Uuid>,
        kind: String,
        body: String,
    }
}

/// What happened to these until then, in order; or only the answers of customers and what was taken up again.
async fn entries(
    tx: &mut Tx<'_>,
    ids: &[ComplaintId],
    as_of: Timestamp,
    answers: bool,
) -> Result<BTreeMap<ComplaintId, Vec<Entry>>> {
    fn build<DB>(ids: &[ComplaintId], as_of: i64, answers: bool) -> QueryBuilder<DB>
    where
        DB: Database,
        for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
        for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    {
        let mut sql = QueryBuilder::new(
            "select h.complaint, h.seq, h.at, h.actor, h.kind, h.body from history h where h.at <= ",
        );
        sql.push_bind(as_of);
        if answers {
            sql.push(" and h.kind in ('customer_answered', 'reopened')");
        }
        sql.push(" and h.complaint in (");
        let mut list = sql.separated(", ");
        for id in ids {
            list.push_bind(id.0);
        }
        sql.push(") order by h.complaint, h.seq");
        sql
    }
    let rows: Vec<EntryRow> = built_packed!(tx, |Db| build::<Db>(ids, as_of.micros(), answers))?;
    let mut histories: BTreeMap<ComplaintId, Vec<Entry>> = BTreeMap::new();
    for row in rows {
        // A kind is a word of ours and the body is JSON already.
        let fact = serde_json::from_str(&format!("{{\"kind\":\"{}\",\"body\":{}}}", row.kind, row.body))?;
        let actor = row.actor.map_or(Actor::System, |id| Actor::Staff(StaffId(id)));
        let entry = Entry { seq: row.seq, at: Timestamp::from_micros(row.at), actor, fact };
        histories.entry(ComplaintId(row.complaint)).or_default().push(entry);
    }
    Ok(histories)
}

/// Which of these came back to the desk, and how. What is in its first cycle did not.
async fn came_back(
    tx: &mut Tx<'_>,
    all: &[Option<Complaint>],
    as_of: Timestamp,
) -> Result<BTreeMap<ComplaintId, Again>> {
    let ids: Vec<ComplaintId> = all.iter().flatten().filter(|c| c.cycle > 1).map(|c| c.id).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let histories = entries(tx, &ids, as_of, true).await?;
    Ok(histories.iter().map(|(id, entries)| (*id, Again::of(entries))).collect())
}
