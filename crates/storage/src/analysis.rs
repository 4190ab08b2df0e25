//! What the analysis shows, made from figures, the tree of causes and exposure.

mod repeats;
mod trend;

use std::collections::BTreeMap;

use firsthand_domain::analysis::{By, Item, Measure, Ranked, ranked};
use firsthand_domain::cause::CauseTree;
use firsthand_domain::corrective_action::Action;
use firsthand_domain::figures::Sums;
use firsthand_domain::id::CauseId;
use firsthand_domain::money::Currency;
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

pub(crate) use self::repeats::STATEMENTS as REPEATS_STATEMENTS;
pub use self::repeats::{Repeating, RepeatsAsked, repeats};
pub use self::trend::{Grain, MOST_PERIODS, Trend, TrendPoint, trend};
use crate::database::Tx;
use crate::figures::{self, Asked, Dimension, Filter, Group, Row};
use crate::{Result, actions, causes, exposure};

const DAY: f64 = 86_400.0;

/// The tree that a report is told by: as it stood when the report stands.
///
/// # Errors
/// The database could not.
pub async fn tree_of(tx: &mut Tx<'_>, asked: &Asked) -> Result<CauseTree> {
    match asked.as_of {
        Some(at) => causes::tree_at(tx, at).await,
        None => causes::tree(tx).await,
    }
}

/// Every cause that is counted under one of these, or below it: itself, what stands under it and what was retired into
/// any of them.
#[must_use]
pub fn counted_with(tree: &CauseTree, causes: &[CauseId]) -> Vec<CauseId> {
    let mut wanted: Vec<CauseId> = causes.to_vec();
    wanted.extend(causes.iter().flat_map(|cause| tree.descendants(*cause)));
    let all = tree.all().map(|cause| cause.id);
    let mut found: Vec<CauseId> =
        all.filter(|id| wanted.contains(id) || wanted.contains(&tree.counted_under(*id))).collect();
    found.extend(causes.iter().copied().filter(|id| id.0.is_nil()));
    found.sort_unstable();
    found.dedup();
    found
}

/// What a Pareto is asked for.
#[derive(Debug, Clone, Default)]
pub struct ParetoAsked {
    /// What complaints are sorted by.
    pub by: By,
    /// What is measured.
    pub measure: Measure,
    /// The currency in which money is told; when not said, that of most awards.
    pub currency: Option<Currency>,
    /// The exposure rates are made with; when not said, the only one on record.
    pub exposure: Option<String>,
    /// Which complaints.
    pub figures: Asked,
}

/// A bar: what it is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bar {
    /// The code, or the value as it was written; nothing for none.
    pub key: Option<String>,
    /// The cause, where it is one.
    pub cause: Option<CauseId>,
    /// Complaints.
    pub count: i64,
    /// From receipt to the end, in seconds.
    pub seconds: i64,
    /// What was given, by currency, in minor units.
    pub given: BTreeMap<Currency, i64>,
    /// Chances there were for them; nothing while that is not on record.
    pub exposure: Option<i64>,
}

impl Bar {
    /// Days from receipt to the end, all together.
    #[must_use]
    pub fn days(&self) -> f64 {
        float(self.seconds) / DAY
    }
}

/// The bars in their order.
#[derive(Debug, Clone)]
pub struct Pareto {
    /// The bars.
    pub bars: Vec<Ranked<Bar>>,
    /// Complaints in all bars.
    pub count: i64,
    /// Complaints without a primary cause: by causes they are in no bar.
    pub untagged: i64,
    /// The currency in which money is told.
    pub currency: Option<Currency>,
    /// Every currency in which something was given.
    pub currencies: Vec<Currency>,
    /// The exposure rates are made with.
    pub exposure: Option<String>,
    /// The instant it stands for.
    pub as_of: Timestamp,
}

/// Counts of complaints, seconds and minor units are far below what a double holds exactly.
#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
pub(crate) fn float(n: i64) -> f64 {
    n as f64
}

/// What a bar is of: the code or the value, and the cause where it is one.
type Key = (Option<String>, Option<CauseId>);

/// Where a row of figures belongs.
fn key_of(by: By, tree: &CauseTree, row: &Row) -> Option<Key> {
    if !by.is_of_causes() {
        return Some(((!row.key.is_empty()).then(|| row.key.clone()), None));
    }
    let cause = tree.counted_under(row.cause?);
    let of = |id: CauseId| tree.get(id).map(|cause| cause.code.clone());
    Some(match by.facet() {
        Some(facet) => (tree.facet(cause, facet).map(str::to_owned), None),
        None if by == By::Branch => (of(tree.branch_of(cause)), Some(tree.branch_of(cause))),
        None => (of(cause), Some(cause)),
    })
}

/// The Pareto of what the reader may know of.
///
/// # Errors
/// The database could not.
pub async fn pareto(
    tx: &mut Tx<'_>,
    reader: &Staff,
    tree: &CauseTree,
    asked: &ParetoAsked,
    now: Timestamp,
) -> Result<Pareto> {
    let dimension = match asked.by {
        By::Category => Some(Dimension::Category),
        By::Product => Some(Dimension::Product),
        By::Place => Some(Dimension::Place),
        By::Channel => Some(Dimension::Channel),
        _ => None,
    };
    let group = Group { key: dimension, cause: asked.by.is_of_causes(), day: false };
    let rows = figures::sums(tx, reader, group, &asked.figures).await?;
    let as_of = asked.figures.as_of.unwrap_or(now);
    let mut found: BTreeMap<Key, (Sums, BTreeMap<Currency, i64>)> = BTreeMap::new();
    let (mut untagged, mut awards) = (0, BTreeMap::<Currency, i64>::new());
    for row in &rows {
        let Some(key) = key_of(asked.by, tree, row) else {
            untagged += row.sums.complaints;
            continue;
        };
        let (sums, given) = found.entry(key).or_default();
        match row.currency {
            None => *sums = sums.plus(row.sums),
            Some(currency) => {
                *given.entry(currency).or_default() += row.sums.given;
                *awards.entry(currency).or_default() += 1;
            }
        }
    }
    let most = awards.iter().max_by_key(|(currency, count)| (**count, std::cmp::Reverse(**currency)));
    let currency = asked.currency.or(most.map(|(currency, _)| *currency));
    let kind = match &asked.exposure {
        Some(kind) => Some(kind.clone()),
        None => only_exposure(tx).await?,
    };
    let mut bars = Vec::with_capacity(found.len());
    for ((key, cause), (sums, given)) in found {
        let exposure = match (asked.measure, &kind) {
            (Measure::Rate, Some(kind)) => exposed(tx, kind, asked, key.as_deref()).await?,
            _ => None,
        };
        let says_nothing = key.is_none()
            || cause.and_then(|id| tree.get(id)).is_some_and(firsthand_domain::cause::Cause::is_fixed);
        bars.push((
            says_nothing,
            Bar { key, cause, count: sums.complaints, seconds: sums.seconds(as_of), given, exposure },
        ));
    }
    let value = |bar: &Bar| match asked.measure {
        Measure::Count => Some(float(bar.count)),
        Measure::Days => Some(bar.days()),
        Measure::Money => {
            currency.map(|currency| float(bar.given.get(&currency).copied().unwrap_or_default()))
        }
        Measure::Rate => bar.exposure.filter(|e| *e > 0).map(|e| float(bar.count) / float(e)),
    };
    let count = bars.iter().map(|(_, bar)| bar.count).sum();
    let items = bars
        .into_iter()
        .map(|(says_nothing, bar)| Item { value: value(&bar), of: bar, says_nothing })
        .collect();
    Ok(Pareto {
        bars: ranked(items, asked.measure != Measure::Rate),
        count,
        untagged,
        currency,
        currencies: awards.into_keys().collect(),
        exposure: kind,
        as_of,
    })
}

/// The exposure that is on record, if it is of one kind.
pub(crate) async fn only_exposure(tx: &mut Tx<'_>) -> Result<Option<String>> {
    let mut kinds = exposure::kinds(tx).await?;
    Ok(kinds.pop().filter(|_| kinds.is_empty()))
}

/// Chances there were for complaints of a bar: those of its product or place, else all that the filter leaves.
async fn exposed(tx: &mut Tx<'_>, kind: &str, asked: &ParetoAsked, key: Option<&str>) -> Result<Option<i64>> {
    let filter = &asked.figures.filter;
    let (mut product, mut place) = (filter.product.as_deref(), filter.place.as_deref());
    match asked.by {
        By::Product => product = key,
        By::Place => place = key,
        _ => {}
    }
    // What has no product named is exposed to nothing that is on record.
    if key.is_none() && matches!(asked.by, By::Product | By::Place) {
        return Ok(None);
    }
    exposure::sum(tx, kind, product, place, asked.figures.from, asked.figures.to).await
}

/// Causes crossed with something else: so many complaints of each pair.
#[derive(Debug, Clone)]
pub struct Crossing {
    /// The causes, those with most complaints first.
    pub causes: Vec<CauseId>,
    /// The values, those with most complaints first; nothing for none.
    pub keys: Vec<Option<String>>,
    /// The counts, by cause and value.
    pub counts: BTreeMap<(CauseId, Option<String>), i64>,
    /// Complaints of causes or values that are not among those shown.
    pub beyond: i64,
}

/// Causes against products, places or channels, the largest of each.
///
/// # Errors
/// The database could not.
pub async fn crossing(
    tx: &mut Tx<'_>,
    reader: &Staff,
    tree: &CauseTree,
    against: Dimension,
    asked: &Asked,
    (most_causes, most_keys): (usize, usize),
) -> Result<Crossing> {
    let by_cause = Group { cause: true, ..Group::default() };
    let by_key = Group { key: Some(against), ..Group::default() };
    let mut of_causes = BTreeMap::<CauseId, i64>::new();
    for ((cause, _), count) in counted(tx, reader, tree, by_cause, asked).await? {
        if let Some(cause) = cause {
            *of_causes.entry(cause).or_default() += count;
        }
    }
    let mut of_keys = BTreeMap::<Option<String>, i64>::new();
    for ((_, key), count) in counted(tx, reader, tree, by_key, asked).await? {
        *of_keys.entry(key).or_default() += count;
    }
    if asked.filter.causes.is_none() {
        let filter = Filter { causes: Some(vec![no_cause()]), ..asked.filter.clone() };
        let untagged = Asked { filter, ..asked.clone() };
        for ((_, key), count) in counted(tx, reader, tree, by_key, &untagged).await? {
            *of_keys.entry(key).or_default() -= count;
        }
    }
    let all: i64 = of_causes.values().sum();
    let says_nothing =
        |cause: &CauseId| tree.get(*cause).is_some_and(firsthand_domain::cause::Cause::is_fixed);
    let mut causes: Vec<(CauseId, i64)> = of_causes.into_iter().filter(|(_, count)| *count > 0).collect();
    causes.sort_by_key(|(cause, count)| (says_nothing(cause), std::cmp::Reverse(*count), *cause));
    let mut keys: Vec<(Option<String>, i64)> = of_keys.into_iter().filter(|(_, count)| *count > 0).collect();
    keys.sort_by(|a, b| (a.0.is_none(), -a.1, &a.0).cmp(&(b.0.is_none(), -b.1, &b.0)));
    let causes: Vec<CauseId> = causes.into_iter().take(most_causes).map(|(cause, _)| cause).collect();
    let keys: Vec<Option<String>> = keys.into_iter().take(most_keys).map(|(key, _)| key).collect();
    // Pairs are many: only those that are shown are read.
    let asked_for = |cause: &CauseId| asked.filter.causes.as_ref().is_none_or(|of| of.contains(cause));
    let shown = |cause: &CauseId| asked_for(cause) && causes.contains(&tree.counted_under(*cause));
    let filter = Filter {
        causes: Some(tree.all().map(|cause| cause.id).filter(shown).collect()),
        among: Some(keys.iter().map(|key| key.clone().unwrap_or_default()).collect()),
        ..asked.filter.clone()
    };
    let pairs = Group { key: Some(against), cause: true, day: false };
    let mut counts = BTreeMap::new();
    for ((cause, key), count) in counted(tx, reader, tree, pairs, &Asked { filter, ..asked.clone() }).await? {
        if let Some(cause) = cause {
            counts.insert((cause, key), count);
        }
    }
    let beyond = (all - counts.values().sum::<i64>()).max(0);
    Ok(Crossing { causes, keys, counts, beyond })
}

/// Complaints by the cause they are counted under and by the value they are grouped by.
async fn counted(
    tx: &mut Tx<'_>,
    reader: &Staff,
    tree: &CauseTree,
    group: Group,
    asked: &Asked,
) -> Result<BTreeMap<(Option<CauseId>, Option<String>), i64>> {
    let mut counts = BTreeMap::new();
    for row in figures::sums(tx, reader, group, asked).await? {
        if row.currency.is_none() {
            let cause = row.cause.map(|cause| tree.counted_under(cause));
            let key = (!row.key.is_empty()).then_some(row.key);
            *counts.entry((cause, key)).or_default() += row.sums.complaints;
        }
    }
    Ok(counts)
}

/// No cause, as filters name it.
#[must_use]
pub const fn no_cause() -> CauseId {
    CauseId(Uuid::nil())
}

/// The fixes that were put in place for any of these causes, the earliest first.
///
/// # Errors
/// The database could not.
pub async fn fixes(tx: &mut Tx<'_>, causes: Option<&[CauseId]>) -> Result<Vec<(Timestamp, Action)>> {
    // What was done about one cause says nothing of all complaints together.
    let Some(causes) = causes else { return Ok(Vec::new()) };
    let of_these = |action: &Action| {
        action.plan.as_ref().is_some_and(|plan| plan.causes.iter().any(|cause| causes.contains(cause)))
    };
    let all = actions::in_place(tx).await?.into_iter().filter(of_these);
    Ok(all.filter_map(|action| Some((action.implemented_at?, action))).collect())
}
