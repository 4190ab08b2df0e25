//! What figures are asked for, as a statement.

use firsthand_domain::figures::month_of;
use firsthand_domain::staff::Staff;
use sqlx::{Database, QueryBuilder};
use uuid::Uuid;

use super::super::{MONTH, YEAR};
use super::{Asked, Group, Span};

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

/// The statement: the kept sums of the periods that are asked for, and lines beside or instead of them.
pub(super) fn build<DB>(
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
    if !reader.sees_restricted() {
        sql.push(" union select id from complaint where restricted and not exists (select 1 from sight s ");
        sql.push("where s.complaint = complaint.id and s.staff = ").push_bind(me).push(")");
    }
}
