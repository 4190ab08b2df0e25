//! Reading figures: from the sums that are kept where what is asked has a kind of its own, else from the lines. As they
//! stood at an instant they are the sums without what came later, or the lines until then, whichever are fewer.

use std::collections::BTreeMap;

use firsthand_domain::code::Channel;
use firsthand_domain::figures::{Sums, first_day_of, month_of};
use firsthand_domain::id::CauseId;
use firsthand_domain::money::Currency;
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use super::YEAR;
use super::kept::each;
use crate::Result;
use crate::database::Tx;
use crate::statement::{keepable, same};

mod sql;

pub use sql::counted_then;

statements! {
    FIRST_AND_LAST = same("select (select min(at) from figure_change), (select max(at) from figure_change)");
}

/// What complaints are sorted by, beside their cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// What went wrong, in the customer's terms.
    Category,
    /// What it is about.
    Product,
    /// Where it happened.
    Place,
    /// How it came.
    Channel,
}

impl Dimension {
    /// Its code, which is also the column.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Product => "product",
            Self::Place => "place",
            Self::Channel => "channel",
        }
    }
}

/// The kind of sums that has these apart.
pub(super) fn kind(dimension: Option<Dimension>, by_cause: bool) -> String {
    let dimension = dimension.map_or("all", Dimension::code);
    if by_cause { format!("{dimension}+cause") } else { dimension.to_owned() }
}

/// What sums are made for, each apart.
#[derive(Debug, Clone, Copy, Default)]
pub struct Group {
    /// Each value of this.
    pub key: Option<Dimension>,
    /// Each cause.
    pub cause: bool,
    /// Each day.
    pub day: bool,
}

/// Which complaints only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Whose primary cause is one of these; a nil id stands for none.
    pub causes: Option<Vec<CauseId>>,
    /// Of this category; of none for an empty text. So with the next ones.
    pub category: Option<String>,
    /// About this product.
    pub product: Option<String>,
    /// From this place.
    pub place: Option<String>,
    /// Through this channel.
    pub channel: Option<Channel>,
    /// Of one of these values of what sums are grouped by.
    pub among: Option<Vec<String>>,
}

impl Filter {
    /// Can anything be of it at all?
    pub(crate) fn is_of_something(&self) -> bool {
        let mut words = [&self.category, &self.product, &self.place].into_iter().flatten();
        words.all(|word| keepable(word))
            && self.causes.as_ref().is_none_or(|causes| !causes.is_empty())
            && self.among.as_ref().is_none_or(|among| !among.is_empty())
    }

    pub(crate) fn words(&self) -> [(Dimension, Option<&str>); 4] {
        [
            (Dimension::Category, self.category.as_deref()),
            (Dimension::Product, self.product.as_deref()),
            (Dimension::Place, self.place.as_deref()),
            (Dimension::Channel, self.channel.map(Channel::code)),
        ]
    }
}

/// What figures are asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Received on this UTC day or later, in days since 1970.
    pub from: i64,
    /// And before this one.
    pub to: i64,
    /// As they stood then; now when not said.
    pub as_of: Option<Timestamp>,
    /// Of these complaints.
    pub filter: Filter,
}

packed_row! {
    struct Found {
        /// Of kept sums; nothing where lines were summed.
        grain: Option<String>,
        /// The year or the month of kept sums, the day of lines if that is asked for.
        period: i64,
        key: String,
        cause: Uuid,
        currency: String,
        complaints: i64,
        closed_seconds: i64,
        open: i64,
        open_since: i64,
        given: i64,
        /// The months or days of which not all are wanted.
        parts: String,
    }
}

/// One sum.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The day, if asked for; else 0.
    pub day: i64,
    /// The value, if asked for; empty for none.
    pub key: String,
    /// The cause, if asked for and there is one.
    pub cause: Option<CauseId>,
    /// The currency of what was given; nothing where complaints are counted.
    pub currency: Option<Currency>,
    /// The sums.
    pub sums: Sums,
}

/// Which kept kind has everything apart that is asked for; nothing when none has.
fn kept_kind(group: Group, asked: &Asked) -> Option<String> {
    let mut apart: Vec<Dimension> = group.key.into_iter().collect();
    for (dimension, word) in asked.filter.words() {
        if word.is_some() && !apart.contains(&dimension) {
            apart.push(dimension);
        }
    }
    let by_cause = group.cause || asked.filter.causes.is_some();
    (apart.len() <= 1).then(|| kind(apart.first().copied(), by_cause))
}

/// The days that are asked for, as kept sums have them: whole months, and the months of which some days are wanted.
struct Span {
    from: i64,
    to: i64,
    /// Whole months from this one on, counted from year 0, before that one.
    months: (i64, i64),
    /// Months of which some days are wanted.
    edges: Vec<i64>,
    /// Each day apart.
    by_day: bool,
}

impl Span {
    fn of(asked: &Asked, by_day: bool) -> Self {
        let (from, to) = (asked.from, asked.to);
        let months = (month_of(from.saturating_sub(1)).saturating_add(1), month_of(to));
        let mut edges = Vec::new();
        if month_of(from) < months.0 {
            edges.push(month_of(from));
        }
        if first_day_of(months.1) < to && !edges.contains(&months.1) {
            edges.push(months.1);
        }
        Self { from, to, months, edges, by_day }
    }

    /// The years of which whole months are wanted, the last with them.
    fn years(&self) -> std::ops::RangeInclusive<i64> {
        self.months.0.div_euclid(12)..=self.months.1.saturating_sub(1).div_euclid(12)
    }

    /// Whole years.
    fn whole_years(&self) -> std::ops::Range<i64> {
        self.months.0.saturating_add(11).div_euclid(12)..self.months.1.div_euclid(12)
    }

    /// What a row of kept sums tells of these days.
    fn told(&self, grain: &str, row: &Found, mut add: impl FnMut(i64, Sums)) -> Result<()> {
        if grain == YEAR {
            if self.whole_years().contains(&row.period) {
                add(0, row.sums());
                return Ok(());
            }
            let before = row.period.saturating_mul(12) - 1;
            return each(&row.parts, |month, sums| {
                if (self.months.0..self.months.1).contains(&(before + month)) {
                    add(0, sums);
                }
            });
        }
        let before = first_day_of(row.period) - 1;
        each(&row.parts, |day, sums| {
            let day = before + day;
            if (self.from..self.to).contains(&day) {
                add(if self.by_day { day } else { 0 }, sums);
            }
        })
    }
}

summed!(Found);

/// Sums of what the reader may know of. Sums that are nothing are left out.
///
/// # Errors
/// The database could not.
pub async fn sums(tx: &mut Tx<'_>, reader: &Staff, group: Group, asked: &Asked) -> Result<Vec<Row>> {
    read(tx, Some(reader), group, asked).await
}

/// Sums of all complaints, for what the desk itself looks for.
pub(crate) async fn of_everybody(tx: &mut Tx<'_>, group: Group, asked: &Asked) -> Result<Vec<Row>> {
    read(tx, None, group, asked).await
}

async fn read(tx: &mut Tx<'_>, reader: Option<&Staff>, group: Group, asked: &Asked) -> Result<Vec<Row>> {
    if !asked.filter.is_of_something() || asked.from >= asked.to {
        return Ok(Vec::new());
    }
    let kept = match asked.as_of {
        Some(as_of) if !few_came_after(tx, as_of).await? => None,
        _ => kept_kind(group, asked),
    };
    let span = Span::of(asked, group.day);
    let found: Vec<Found> =
        built_packed!(&mut *tx, once | Db | sql::build::<Db>(reader, group, asked, kept.as_deref(), &span))?;
    let mut all: BTreeMap<(String, Uuid, String), BTreeMap<i64, Sums>> = BTreeMap::new();
    for row in found {
        let heading = (row.key.clone(), row.cause, row.currency.clone());
        let days = all.entry(heading).or_default();
        let mut add = |day: i64, sums: Sums| {
            let entry = days.entry(day).or_default();
            *entry = entry.plus(sums);
        };
        match &row.grain {
            Some(grain) => span.told(grain, &row, add)?,
            None => add(row.period, row.sums()),
        }
    }
    let rows = all.into_iter().flat_map(|((key, cause, currency), days)| {
        let cause = (!cause.is_nil()).then_some(CauseId(cause));
        let currency = Currency::from_code(&currency);
        days.into_iter().map(move |(day, sums)| Row { day, key: key.clone(), cause, currency, sums })
    });
    Ok(rows.filter(|row| row.sums != Sums::default()).collect())
}

/// Did more happen until that instant than after it, as far as time tells?
async fn few_came_after(tx: &mut Tx<'_>, as_of: Timestamp) -> Result<bool> {
    let ends: Option<(Option<i64>, Option<i64>)> = find!(tx, FIRST_AND_LAST)?;
    let Some((Some(first), Some(last))) = ends else { return Ok(true) };
    Ok(as_of.micros() >= first.midpoint(last))
}
