//! Reading figures: from the sums that are kept where what is asked has a kind of its own, else from the lines. As they
//! stood at an instant they are the sums without what came later, or the lines until then, whichever are fewer.

use std::collections::BTreeMap;

use firsthand_domain::code::{Channel, Role};
use firsthand_domain::figures::{Sums, first_day_of, month_of};
use firsthand_domain::id::CauseId;
use firsthand_domain::money::Currency;
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use sqlx::{Database, QueryBuilder};
use uuid::Uuid;

use super::kept::each;
use super::{MONTH, YEAR};
use crate::Result;
use crate::database::Tx;
use crate::statement::{keepable, same};

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

impl Found {
    fn sums(&self) -> Sums {
        Sums {
            complaints: self.complaints,
            closed_seconds: self.closed_seconds,
            open: self.open,
            open_since: self.open_since,
            given: self.given,
        }
    }
}

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
        built_packed!(&mut *tx, |Db| build::<Db>(reader, group, asked, kept.as_deref(), &span))?;
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

/// Which lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// Those that are not in the kept sums yet, as `fresh` names them.
    Fresh,
    /// Those that are, and came after the instant asked for.
    Later,
    /// All.
    All,
}

const SUMS: [&str; 5] = ["complaints", "closed_seconds", "open", "open_since", "given"];

fn build<DB>(
    reader: Option<&Staff>,
    group: Group,
    asked: &Asked,
    kept: Option<&str>,
    span: &Span,
) -> QueryBuilder<DB>
where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> &'q str: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let mut sql = QueryBuilder::<DB>::new("");
    if kept.is_some() {
        // Few, and found by themselves: whatever else they are asked for, no other index is as good.
        sql.push("with fresh as materialized (select * from figure_change where not folded) ");
    }
    sql.push("select cast(null as text) as grain, day as period, key, cause, currency");
    for column in SUMS {
        sql.push(format_args!(", cast(sum({column}) as bigint) as {column}"));
    }
    sql.push(", '' as parts from (");
    match kept {
        Some(_) => {
            lines(&mut sql, group, asked, Of::Fresh, false);
            if asked.as_of.is_some() {
                sql.push(" union all ");
                lines(&mut sql, group, asked, Of::Later, true);
            }
        }
        None => lines(&mut sql, group, asked, Of::All, false),
    }
    if let Some(reader) = reader {
        sql.push(" union all ");
        lines(&mut sql, group, asked, Of::All, true);
        sql.push(" and complaint in (");
        hidden(&mut sql, reader);
        sql.push(")");
    }
    sql.push(") all_lines group by day, key, cause, currency");
    if let Some(kind) = kept {
        let mut of = |grain, periods, parts: &str| {
            sql.push(" union all ");
            periods_of(&mut sql, group, asked, kind, (grain, periods, parts));
        };
        if span.by_day {
            of(MONTH, month_of(asked.from)..=month_of(asked.to.saturating_sub(1)), "parts");
            return sql;
        }
        let whole = span.whole_years();
        let parts =
            format!("case when period >= {} and period < {} then '' else parts end", whole.start, whole.end);
        if span.months.0 < span.months.1 {
            of(YEAR, span.years(), &parts);
        }
        for month in &span.edges {
            of(MONTH, *month..=*month, "parts");
        }
    }
    sql
}

/// What is kept under a kind of some periods.
fn periods_of<DB>(
    sql: &mut QueryBuilder<DB>,
    group: Group,
    asked: &Asked,
    kind: &str,
    (grain, periods, parts): (&'static str, std::ops::RangeInclusive<i64>, &str),
) where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> &'q str: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    /// As many as are named one by one: then each is read along what else is asked for.
    const NAMED: i64 = 60;
    sql.push("select grain, period, ");
    sql.push(if group.key.is_some() { "key, " } else { "'' as key, " });
    cause_column(sql, group);
    sql.push("currency");
    for column in SUMS {
        sql.push(format_args!(", {column}"));
    }
    sql.push(format_args!(", {parts} as parts from figure where kind = ")).push_bind(kind.to_owned());
    sql.push(" and grain = ").push_bind(grain);
    let (first, last) = periods.clone().into_inner();
    let by_key = asked.filter.among.is_some() || asked.filter.words().iter().any(|(_, word)| word.is_some());
    if asked.filter.causes.is_some() && !by_key {
        // Along the causes, whatever the period.
        sql.push(" and +period >= ").push_bind(first).push(" and +period <= ").push_bind(last);
    } else if last.saturating_sub(first) < NAMED {
        sql.push(" and period in (");
        let mut list = sql.separated(", ");
        for period in periods {
            list.push(period);
        }
        sql.push(")");
    } else {
        sql.push(" and period >= ").push_bind(first).push(" and period <= ").push_bind(last);
    }
    causes(sql, asked, false);
    for (_, word) in asked.filter.words() {
        if let Some(word) = word {
            sql.push(" and key = ").push_bind(word.to_owned());
        }
    }
    among(sql, asked, "key");
}

fn cause_column<DB: Database>(sql: &mut QueryBuilder<DB>, group: Group)
where
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    if group.cause {
        sql.push("cause, ");
    } else {
        sql.push_bind(Uuid::nil()).push(" as cause, ");
    }
}

/// Of these causes only. Lines have nothing for no cause, sums have zeros: there nothing is asked for but these.
fn causes<DB: Database>(sql: &mut QueryBuilder<DB>, asked: &Asked, of_lines: bool)
where
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    if let Some(causes) = &asked.filter.causes {
        let or_none = of_lines && causes.iter().any(|cause| cause.0.is_nil());
        sql.push(" and (cause in (");
        let mut list = sql.separated(", ");
        for cause in causes {
            list.push_bind(cause.0);
        }
        sql.push(if or_none { ") or cause is null)" } else { "))" });
    }
}

/// The lines themselves, with the conditions that what is asked puts on them; taken away or not.
fn lines<DB>(sql: &mut QueryBuilder<DB>, group: Group, asked: &Asked, of: Of, away: bool)
where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> &'q str: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    sql.push("select ").push(if group.day { "day, " } else { "cast(0 as bigint) as day, " });
    match group.key {
        Some(dimension) => sql.push(format_args!("coalesce({}, '') as key, ", dimension.code())),
        None => sql.push("'' as key, "),
    };
    if group.cause {
        sql.push("coalesce(cause, ").push_bind(Uuid::nil()).push(") as cause, ");
    } else {
        cause_column(sql, group);
    }
    sql.push("currency");
    for column in SUMS {
        sql.push(format_args!(", {}{column} as {column}", if away { "-" } else { "" }));
    }
    sql.push(format_args!(" from {} where ", if of == Of::Fresh { "fresh" } else { "figure_change" }));
    conditions(sql, asked, of);
    if let Some(dimension) = group.key {
        among(sql, asked, &format!("coalesce({}, '')", dimension.code()));
    }
}

fn among<DB>(sql: &mut QueryBuilder<DB>, asked: &Asked, column: &str)
where
    DB: Database,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    if let Some(among) = &asked.filter.among {
        sql.push(format_args!(" and {column} in ("));
        let mut list = sql.separated(", ");
        for word in among {
            list.push_bind(word.clone());
        }
        sql.push(")");
    }
}

fn conditions<DB>(sql: &mut QueryBuilder<DB>, asked: &Asked, of: Of)
where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    /// Days, of which there are many complaints.
    const MANY: i64 = 100;
    // Lines stand in the order of their time, and are read along it where that, and not the day, leaves few or most of them.
    let along_time = of == Of::Later || asked.as_of.is_some() && asked.to.saturating_sub(asked.from) > MANY;
    let day = if along_time { "+day" } else { "day" };
    sql.push(format_args!("{day} >= ")).push_bind(asked.from);
    sql.push(format_args!(" and {day} < ")).push_bind(asked.to);
    if let Some(as_of) = asked.as_of {
        sql.push(if of == Of::Later { " and folded and at > " } else { " and at <= " });
        sql.push_bind(as_of.micros());
    }
    causes(sql, asked, true);
    for (dimension, word) in asked.filter.words() {
        match word {
            None => {}
            Some("") => {
                sql.push(format_args!(" and {} is null", dimension.code()));
            }
            Some(word) => {
                sql.push(format_args!(" and {} = ", dimension.code())).push_bind(word.to_owned());
            }
        }
    }
}

/// The complaints that figures counted at an instant, for a list of them: what a filter of ids is put in front of.
pub fn counted_then<DB>(sql: &mut QueryBuilder<DB>, asked: &Asked)
where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    sql.push("select complaint from figure_change where ");
    conditions(sql, asked, Of::All);
    sql.push(" group by complaint having sum(complaints) > 0");
}

/// What the reader may not know of: few, so they are counted and taken away. The rule is the domain's
/// (`Complaint::visible_to`).
fn hidden<DB>(sql: &mut QueryBuilder<DB>, reader: &Staff)
where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let me = reader.id.0;
    sql.push("select id from complaint where about_staff = ").push_bind(me);
    sql.push(" and logged_by <> ").push_bind(me);
    if !matches!(reader.role, Role::Lead | Role::Auditor) {
        sql.push(" union select id from complaint where restricted and not exists (select 1 from sight s ");
        sql.push("where s.complaint = complaint.id and s.staff = ").push_bind(me).push(")");
    }
}
