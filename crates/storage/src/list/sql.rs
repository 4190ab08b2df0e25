//! The statement of a list: one text for both engines, built from the query.

use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use sqlx::{Database, QueryBuilder};
use uuid::Uuid;

use super::{Cursor, Query, Scope, Sort, Way};
use crate::figures::{self, Asked};

/// Rows of a list that are looked at for words before anything is counted: enough for a page of a word that one complaint in
/// five has, and too few to be felt for a word that hardly any has.
const FIRST: i64 = 300;
/// More hits than are ever fetched to be sorted: so that PostgreSQL does not expect a hundred thousand, and compile for
/// them.
const HITS: i64 = 10_000;
/// The people of a complaint. Left joins, though nobody is ever missing: the complaints lead, along the index of the
/// order, and are not gathered person by person and sorted.
const PEOPLE: &str = " left join staff f on f.id = c.first_contact left join staff h on h.id = c.handler";

pub(super) fn build<DB>(reader: &Staff, query: &Query, way: Way) -> QueryBuilder<DB>
where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> &'q str: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let mut sql = QueryBuilder::<DB>::new("");
    push(&mut sql, reader, query, way);
    sql
}

/// Pushes the statement of a list.
fn push<DB>(sql: &mut QueryBuilder<DB>, reader: &Staff, query: &Query, way: Way)
where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> &'q str: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    sql.push(
        "select c.id, c.reference, c.version, c.stage, c.cycle, c.closure, c.channel, c.severity, c.summary, \
         c.product, c.place, c.category, c.customer, k.name as customer_name, k.language, c.first_contact, \
         f.name as first_contact_name, c.handler, h.name as handler_name, c.restricted, c.received_at, c.closed_at, \
         c.waiting_since, c.next_due from ",
    );
    // In SQLite the index of words leads: it gives the newest first, and the rest is looked up until the page is full.
    match (&query.words, way) {
        (None, Way::Lite) if cause_leads(query) => {
            // By name: of few rows of statistics the planner may think better of reading all tags.
            sql.push(match query.sort {
                Sort::Received => "cause_tag t indexed by cause_tag_received",
                Sort::Waiting => "cause_tag t indexed by cause_tag_waiting",
                Sort::Due => "cause_tag t indexed by cause_tag_due",
            });
            sql.push(" cross join complaint c on c.id = t.complaint");
        }
        (None, _) if cause_leads(query) => {
            sql.push("cause_tag t join complaint c on c.id = t.complaint");
        }
        (None, _) => {
            sql.push("complaint c");
        }
        (Some(_), Way::Lite) => {
            sql.push(
                "search cross join search_row r on r.id = search.rowid cross join complaint c on c.id = r.complaint",
            );
        }
        // What follows cannot be turned round: a limit, and an offset, are done where they stand.
        (Some(words), Way::Hits) => {
            sql.push("(select complaint from search where words @@ ").push_bind(words.pg());
            sql.push("::tsquery limit ").push_bind(HITS);
            sql.push(
                ") found cross join lateral (select * from complaint where id = found.complaint offset 0) c",
            );
        }
        (Some(words), Way::First | Way::Walk) => {
            if way == Way::First {
                sql.push("(select c.* from complaint c").push(PEOPLE).push(" where ");
                scope(sql, reader, query.scope);
                narrow(sql, reader, query, FIRST);
                sql.push(") c");
            } else {
                sql.push("complaint c");
            }
            sql.push(" cross join lateral (select 1 from search s where s.complaint = c.id and s.words @@ ");
            sql.push_bind(words.pg()).push("::tsquery offset 0) found");
        }
    }
    sql.push(PEOPLE).push(" left join customer k on k.id = c.customer where ");
    if let Some(words) = &query.words {
        if way == Way::Lite {
            sql.push("search match ").push_bind(words.lite()).push(" and ");
        } else if way == Way::First {
            sql.push("1 = 1");
            in_order(sql, query, query.limit + 1);
            return;
        }
    } else if query.scope == Scope::Mine {
        // Each half runs along an index in the order of the list and stops at the limit; an `or` would read and sort
        // everything I hold.
        // What is open has a due time: along the due times all of it comes before what was closed.
        let open =
            if query.sort == Sort::Due { "c.next_due < 9223372036854775807" } else { "c.stage <> 'closed'" };
        sql.push("c.id in (select id from (select c.id from complaint c where ")
            .push(open)
            .push(" and c.first_contact = ");
        sql.push_bind(reader.id.0);
        narrow(sql, reader, query, query.limit + 1);
        sql.push(") as first union select id from (select c.id from complaint c where ")
            .push(open)
            .push(" and c.handler = ");
        sql.push_bind(reader.id.0);
        narrow(sql, reader, query, query.limit + 1);
        sql.push(") as second)");
        in_order(sql, query, query.limit + 1);
        return;
    }
    scope(sql, reader, query.scope);
    if way == Way::Lite && query.words.is_some() && query.sort == Sort::Received {
        visible(sql, reader);
        filters(sql, query);
        if let Some(Cursor { id, .. }) = query.cursor {
            sql.push(" and search.rowid < (select id from search_row where complaint = ")
                .push_bind(id)
                .push(")");
        }
        sql.push(" order by search.rowid desc limit ").push_bind(query.limit + 1);
        return;
    }
    narrow(sql, reader, query, query.limit + 1);
}

/// Is all that is asked found along an index, so that what is found is what is looked at?
pub(crate) fn leads_alone(query: &Query) -> bool {
    let Query { stage, first_contact, handler, customer, channel, received_from, received_to, .. } = query;
    let words = query.category.is_none() && query.product.is_none() && query.place.is_none();
    words
        && stage.is_none()
        && first_contact.is_none()
        && handler.is_none()
        && customer.is_none()
        && channel.is_none()
        && received_from.is_none()
        && received_to.is_none()
        && (query.cause.is_none() || cause_leads(query))
}

/// Pushes how many of the first so many rows of a list were looked at, and how many of them are what is asked for.
pub(crate) fn tally<DB>(sql: &mut QueryBuilder<DB>, reader: &Staff, query: &Query, way: Way, most: i64)
where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> &'q str: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let led = cause_leads(query);
    let (scope, sort) = (query.scope, query.sort);
    let first =
        Query { scope, sort, cause: query.cause.filter(|_| led), limit: most - 1, ..Query::default() };
    let rest = Query { cause: query.cause.filter(|_| !led), ..query.clone() };
    sql.push("count(*) as looked, cast(coalesce(sum(case when 1 = 1");
    filters(sql, &rest);
    sql.push(" then 1 else 0 end), 0) as bigint) as found from (");
    push(sql, reader, &first, way);
    sql.push(") as c");
}

/// What the reader may see, what they asked for, after the cursor, in order, so many.
fn narrow<DB>(sql: &mut QueryBuilder<DB>, reader: &Staff, query: &Query, most: i64)
where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> &'q str: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    visible(sql, reader);
    filters(sql, query);
    let ((column, own), than) = (order(query), if query.sort.newest_first() { "<" } else { ">" });
    if let Some(Cursor { key, id, .. }) = query.cursor {
        sql.push(format_args!(" and ({column}, {own}) {than} ("))
            .push_bind(key)
            .push(", ")
            .push_bind(id)
            .push(")");
    }
    in_order(sql, query, most);
}

fn in_order<DB>(sql: &mut QueryBuilder<DB>, query: &Query, most: i64)
where
    DB: Database,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let ((column, own), order) = (order(query), if query.sort.newest_first() { "desc" } else { "asc" });
    sql.push(format_args!(" order by {column} {order}, {own} {order} limit ")).push_bind(most);
}

/// Do the tags of the cause lead? They are in every order of a list, so it is read along them and stops at its limit;
/// unless something leads that finds fewer.
fn cause_leads(query: &Query) -> bool {
    let fewer = query.words.is_some() || query.customer.is_some() || query.among.is_some();
    query.cause.is_some() && !fewer && matches!(query.scope, Scope::All | Scope::Team)
}

/// The columns a list is ordered by, and its ties.
fn order(query: &Query) -> (&'static str, &'static str) {
    match (cause_leads(query), query.sort) {
        (false, sort) => (sort.column(), "c.id"),
        (true, Sort::Received) => ("t.received_at", "t.complaint"),
        (true, Sort::Waiting) => ("t.waiting_since", "t.complaint"),
        (true, Sort::Due) => ("t.next_due", "t.complaint"),
    }
}

fn scope<DB>(sql: &mut QueryBuilder<DB>, reader: &Staff, scope: Scope)
where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let me = reader.id.0;
    match scope {
        Scope::Mine => {
            sql.push("c.stage <> 'closed' and (c.first_contact = ").push_bind(me);
            sql.push(" or c.handler = ").push_bind(me).push(")");
        }
        Scope::Offered => {
            sql.push("c.id in (select complaint from handoff where state = 'offered' and to_staff = ")
                .push_bind(me);
            sql.push(" union select complaint from succession where state = 'offered' and to_staff = ");
            sql.push_bind(me).push(")");
        }
        Scope::Promised => {
            sql.push(
                "c.id in (select complaint from promise where state in ('made', 'broken') and responsible = ",
            );
            sql.push_bind(me).push(")");
        }
        Scope::HandedOver => {
            // Few of all that are mine are with another: an index holds those alone. An `or` would read everything.
            sql.push(
                "c.stage <> 'closed' and c.id in (select c.id from complaint c where c.stage <> 'closed' \
                 and c.handler <> c.first_contact and c.first_contact = ",
            );
            sql.push_bind(me);
            sql.push(" union select complaint from handoff where state = 'offered' and from_staff = ");
            sql.push_bind(me).push(")");
        }
        Scope::Team => match &reader.team {
            Some(team) => {
                sql.push("(f.team = ")
                    .push_bind(team.clone())
                    .push(" or h.team = ")
                    .push_bind(team.clone())
                    .push(")");
            }
            None => {
                sql.push("(c.first_contact = ")
                    .push_bind(me)
                    .push(" or c.handler = ")
                    .push_bind(me)
                    .push(")");
            }
        },
        Scope::All => {
            sql.push("1 = 1");
        }
    }
}

/// Who sees what is the domain's rule (`Complaint::visible_to`); `sight` holds its answer for restricted complaints.
pub(crate) fn visible<DB>(sql: &mut QueryBuilder<DB>, reader: &Staff)
where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let me = reader.id.0;
    sql.push(" and (c.about_staff is null or c.about_staff <> ").push_bind(me);
    sql.push(" or c.logged_by = ").push_bind(me).push(")");
    if !reader.sees_restricted() {
        sql.push(
            " and (not c.restricted or exists (select 1 from sight s where s.complaint = c.id and s.staff = ",
        );
        sql.push_bind(me).push("))");
    }
}

fn filters<DB>(sql: &mut QueryBuilder<DB>, query: &Query)
where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> &'q str: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    if let Some(stage) = query.stage {
        sql.push(" and c.stage = ").push_bind(stage.code());
    }
    if let Some(channel) = query.channel {
        sql.push(" and c.channel = ").push_bind(channel.code());
    }
    let ids =
        [("c.first_contact", query.first_contact.map(|s| s.0)), ("c.handler", query.handler.map(|s| s.0))];
    for (column, id) in ids {
        if let Some(id) = id {
            sql.push(format_args!(" and {column} = ")).push_bind(id);
        }
    }
    if let Some(customer) = query.customer {
        // Every record under which this person goes on.
        sql.push(
            " and c.customer in (with recursive person(id) as (select k.id from customer k where k.id = ",
        );
        sql.push_bind(customer.0);
        sql.push(" union select k.id from customer k join person p on k.merged_into = p.id) select id from person)");
    }
    if let Some(cause) = query.cause {
        if cause_leads(query) {
            sql.push(" and t.current and t.cause = ").push_bind(cause.0);
        } else {
            sql.push(" and exists (select 1 from cause_tag t where t.complaint = c.id and t.current and t.cause = ")
                .push_bind(cause.0)
                .push(")");
        }
    }
    if let Some(asked) = &query.counted {
        counted(sql, query, asked);
    }
    let words = [("c.category", &query.category), ("c.product", &query.product), ("c.place", &query.place)];
    for (column, word) in words {
        if let Some(word) = word {
            sql.push(format_args!(" and {column} = ")).push_bind(word.clone());
        }
    }
    super::also::push(sql, &query.also);
    if let Some(among) = &query.among {
        sql.push(" and c.id in (");
        let mut list = sql.separated(", ");
        for id in among {
            list.push_bind(id.0);
        }
        sql.push(")");
    }
    let received_at = if cause_leads(query) { "t.received_at" } else { "c.received_at" };
    if let Some(from) = query.received_from {
        sql.push(format_args!(" and {received_at} >= ")).push_bind(from.micros());
    }
    if let Some(to) = query.received_to {
        sql.push(format_args!(" and {received_at} < ")).push_bind(to.micros());
    }
}

/// What figures count (`firsthand_domain::figures::lines`): as it is now by the columns of the complaint, as it was by the
/// lines of the figures.
fn counted<DB>(sql: &mut QueryBuilder<DB>, query: &Query, asked: &Asked)
where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    if asked.as_of.is_some() {
        let day = |at: Option<Timestamp>, or: i64| at.map_or(or, Timestamp::utc_day);
        let (from, to) = (day(query.received_from, i64::MIN), query.received_to);
        // The end is the first instant that is not in: of a day that has begun, all of it is looked at.
        let to = to.map_or(i64::MAX, |to| Timestamp::from_micros(to.micros() - 1).utc_day() + 1);
        sql.push(" and c.id in (");
        figures::counted_then(sql, &Asked { from, to, ..asked.clone() });
        sql.push(")");
        return;
    }
    sql.push(" and (c.closure is null or c.closure not in ('void', 'merged'))");
    if let Some(causes) = &asked.filter.causes {
        let none = causes.iter().any(|cause| cause.0.is_nil());
        if none {
            sql.push(
                " and (not exists (select 1 from cause_tag p where p.complaint = c.id and p.current \
                      and p.role = 'primary') or ",
            );
        } else {
            sql.push(" and (");
        }
        sql.push(
            "exists (select 1 from cause_tag p where p.complaint = c.id and p.current and p.role = 'primary' \
                  and p.cause in (",
        );
        let mut list = sql.separated(", ");
        for cause in causes {
            list.push_bind(cause.0);
        }
        sql.push(")))");
    }
    for (dimension, word) in asked.filter.words() {
        match word {
            None => {}
            Some("") => {
                sql.push(format_args!(" and c.{} is null", dimension.code()));
            }
            Some(word) => {
                sql.push(format_args!(" and c.{} = ", dimension.code())).push_bind(word.to_owned());
            }
        }
    }
}
