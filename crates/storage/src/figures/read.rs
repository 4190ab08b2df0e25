//! Reading figures: from the sums that are kept where what is asked has a kind of its own, else from the lines.

use firsthand_domain::code::{Channel, Role};
use firsthand_domain::figures::{Sums, first_day_of, month_of};
use firsthand_domain::id::CauseId;
use firsthand_domain::money::Currency;
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use sqlx::{Database, QueryBuilder};
use uuid::Uuid;

use crate::Result;
use crate::database::Tx;
use crate::statement::keepable;

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

row! {
    struct Found {
        day: i64,
        key: String,
        cause: Uuid,
        currency: String,
        complaints: i64,
        closed_seconds: i64,
        open: i64,
        open_since: i64,
        given: i64,
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

/// Where sums are read: which kept kind has everything apart that is asked for; nothing when none has, or when they are asked
/// for as they stood.
fn kept_kind(group: Group, asked: &Asked) -> Option<(Option<Dimension>, bool)> {
    let mut apart: Vec<Dimension> = group.key.into_iter().collect();
    for (dimension, word) in asked.filter.words() {
        if word.is_some() && !apart.contains(&dimension) {
            apart.push(dimension);
        }
    }
    let by_cause = group.cause || asked.filter.causes.is_some();
    (apart.len() <= 1 && asked.as_of.is_none()).then(|| (apart.first().copied(), by_cause))
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
    let found: Vec<Found> = on!(tx, |c| {
        let mut sql = QueryBuilder::<Db>::new("");
        build(&mut sql, reader, group, asked);
        sql.build_query_as().persistent(false).fetch_all(c).await
    })?;
    let row = |found: Found| Row {
        day: found.day,
        key: found.key,
        cause: (!found.cause.is_nil()).then_some(CauseId(found.cause)),
        currency: Currency::from_code(&found.currency),
        sums: Sums {
            complaints: found.complaints,
            closed_seconds: found.closed_seconds,
            open: found.open,
            open_since: found.open_since,
            given: found.given,
        },
    };
    Ok(found.into_iter().map(row).filter(|row| row.sums != Sums::default()).collect())
}

const SUMMED: &str = "complaints, closed_seconds, open, open_since, given";
const TAKEN_AWAY: &str = "-complaints as complaints, -closed_seconds as closed_seconds, -open as open, \
                          -open_since as open_since, -given as given";

fn build<DB>(sql: &mut QueryBuilder<DB>, reader: Option<&Staff>, group: Group, asked: &Asked)
where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> &'q str: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let kept = kept_kind(group, asked);
    if kept.is_some() {
        // Few, and found by themselves: whatever else they are asked for, no other index is as good.
        sql.push("with fresh as materialized (select * from figure_change where not folded) ");
    }
    sql.push("select day, key, cause, currency");
    for column in ["complaints", "closed_seconds", "open", "open_since", "given"] {
        sql.push(format_args!(", cast(sum({column}) as bigint) as {column}"));
    }
    sql.push(" from (");
    match kept {
        Some((dimension, by_cause)) => {
            let kind = kind(dimension, by_cause);
            for (nth, (grain, from, to)) in periods(asked, group.day).into_iter().enumerate() {
                sql.push(if nth == 0 { "select " } else { " union all select " });
                sql.push(if group.day { "period as day, " } else { "cast(0 as bigint) as day, " });
                sql.push(if group.key.is_some() { "key, " } else { "'' as key, " });
                cause_column(sql, group);
                sql.push(format_args!("currency, {SUMMED} from figure where kind = "))
                    .push_bind(kind.clone());
                sql.push(" and grain = ").push_bind(grain);
                sql.push(" and period >= ").push_bind(from).push(" and period < ").push_bind(to);
                causes(sql, asked, "cause");
                for (_, word) in asked.filter.words() {
                    if let Some(word) = word {
                        sql.push(" and key = ").push_bind(word.to_owned());
                    }
                }
                among(sql, asked, "key");
            }
            sql.push(" union all ");
            lines(sql, group, asked, SUMMED, "fresh");
        }
        None => lines(sql, group, asked, SUMMED, "figure_change"),
    }
    if let Some(reader) = reader {
        sql.push(" union all ");
        lines(sql, group, asked, TAKEN_AWAY, "figure_change");
        sql.push(" and complaint in (");
        hidden(sql, reader);
        sql.push(")");
    }
    sql.push(") all_lines group by day, key, cause, currency");
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

fn causes<DB: Database>(sql: &mut QueryBuilder<DB>, asked: &Asked, column: &str)
where
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    if let Some(causes) = &asked.filter.causes {
        // Lines have nothing for no cause, sums have zeros.
        let none = causes.iter().any(|cause| cause.0.is_nil());
        sql.push(format_args!(" and ({column} in ("));
        let mut list = sql.separated(", ");
        for cause in causes {
            list.push_bind(cause.0);
        }
        sql.push(if none { format!(") or {column} is null)") } else { "))".to_owned() });
    }
}

/// Whole months by their sums, and the days before and after them; days alone when each is asked for.
fn periods(asked: &Asked, each_day: bool) -> Vec<(&'static str, i64, i64)> {
    let first = month_of(asked.from.saturating_sub(1)).saturating_add(1);
    let after = month_of(asked.to);
    if each_day || after <= first {
        return vec![("d", asked.from, asked.to)];
    }
    vec![("m", first, after), ("d", asked.from, first_day_of(first)), ("d", first_day_of(after), asked.to)]
}

/// The lines themselves, with the conditions that what is asked puts on them.
fn lines<DB>(sql: &mut QueryBuilder<DB>, group: Group, asked: &Asked, summed: &str, from: &str)
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
    sql.push(format_args!("currency, {summed} from {from} where "));
    conditions(sql, asked);
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

fn conditions<DB>(sql: &mut QueryBuilder<DB>, asked: &Asked)
where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    sql.push("day >= ").push_bind(asked.from).push(" and day < ").push_bind(asked.to);
    if let Some(as_of) = asked.as_of {
        sql.push(" and at <= ").push_bind(as_of.micros());
    }
    causes(sql, asked, "cause");
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
    conditions(sql, asked);
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
