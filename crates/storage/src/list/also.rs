//! What the floor narrows a list by; the floor counts by the same text, so that a count and its list agree.

use firsthand_domain::id::StaffId;
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use sqlx::{Database, QueryBuilder};
use uuid::Uuid;

use crate::Result;
use crate::database::Tx;
use crate::statement::keepable;

use super::sql::visible;

/// What is open has a due time before the end of time.
const OPEN: &str = "c.next_due < 9223372036854775807";

/// Complaints with a duty on somebody who has left or may hold none. Along the people, who are few of whom this is so,
/// and an index of what each holds.
const ORPHANS: &str = "c.id in (\
    select o.id from staff p cross join complaint o where (p.disabled_at is not null or p.role = 'auditor') \
    and o.first_contact = p.id and o.next_due < 9223372036854775807 \
    union select o.id from staff p cross join complaint o where (p.disabled_at is not null or p.role = 'auditor') \
    and o.handler = p.id and o.next_due < 9223372036854775807 \
    union select o.complaint from staff p cross join promise o where (p.disabled_at is not null or p.role = 'auditor') \
    and o.responsible = p.id and o.state in ('made', 'broken'))";

/// What a list may be narrowed by beside the columns it shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Also {
    /// Only what is open.
    pub open: bool,
    /// Only whose customer waits since an instant from the first, before the second.
    pub waited: Option<(Timestamp, Timestamp)>,
    /// Only what is due next at an instant from the first, before the second.
    pub due: Option<(Timestamp, Timestamp)>,
    /// Only with an open promise of this person.
    pub promised: Option<StaffId>,
    /// Only with a first contact in this team.
    pub team: Option<String>,
    /// Only with an offer that nobody has answered.
    pub offered: bool,
    /// Only with a duty on nobody who may hold it.
    pub orphan: bool,
}

impl Also {
    /// Can anything be so at all?
    pub(crate) fn is_possible(&self) -> bool {
        self.team.as_ref().is_none_or(|team| keepable(team))
    }
}

pub(super) fn push<DB>(sql: &mut QueryBuilder<DB>, also: &Also)
where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    if also.open {
        sql.push(" and ").push(OPEN);
    }
    for (column, span) in [("c.waiting_since", also.waited), ("c.next_due", also.due)] {
        if let Some((from, to)) = span {
            sql.push(format_args!(" and {column} >= ")).push_bind(from.micros());
            sql.push(format_args!(" and {column} < ")).push_bind(to.micros());
        }
    }
    if let Some(person) = also.promised {
        sql.push(
            " and c.id in (select complaint from promise where state in ('made', 'broken') and responsible = ",
        );
        sql.push_bind(person.0).push(")");
    }
    if let Some(team) = &also.team {
        sql.push(" and c.first_contact in (select id from staff where team = ");
        sql.push_bind(team.clone()).push(")");
    }
    if also.offered {
        sql.push(
            " and c.id in (select complaint from handoff where state = 'offered' \
             union select complaint from succession where state = 'offered')",
        );
    }
    if also.orphan {
        sql.push(" and ").push(ORPHANS);
    }
}

/// How many there are, as far as the reader may know of them; no more than so many are counted.
pub(crate) async fn count(tx: &mut Tx<'_>, reader: &Staff, also: &Also, most: i64) -> Result<i64> {
    if !also.is_possible() {
        return Ok(0);
    }
    let row: (i64,) = on!(tx, |c| counting::<Db>(reader, also, most).build_query_as().fetch_one(c).await)?;
    Ok(row.0)
}

fn counting<DB>(reader: &Staff, also: &Also, most: i64) -> QueryBuilder<DB>
where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let mut sql = QueryBuilder::new("select count(*) from (select c.id from complaint c where 1 = 1");
    visible(&mut sql, reader);
    push(&mut sql, also);
    sql.push(" limit ").push_bind(most).push(") as n");
    sql
}

/// The text of a count on SQLite, for those who look at its plan.
#[must_use]
pub fn count_on_sqlite(reader: &Staff, also: &Also) -> String {
    sqlx::Execute::sql(counting::<sqlx::Sqlite>(reader, also, 1).build()).as_str().to_owned()
}
