//! What a person at the desk has before them: how much of what waits for them, the short lists of their first page, and
//! what a row of a list says besides the complaint itself.

mod lists;
mod people;
mod words;

use firsthand_domain::id::StaffId;
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;

use crate::Result;
use crate::database::Tx;
use crate::statement::same;
use crate::writer::Unit;

pub use lists::{About, Offer, OfferKind, Pending, Promised, ShortLists, short_lists};
pub use people::{Likely, alike, known_by};
pub use words::{CauseName, Said, Speaker, last_words, main_causes};

pub(crate) use lists::STATEMENTS as LIST_STATEMENTS;
pub(crate) use people::STATEMENTS as PEOPLE_STATEMENTS;

/// More than this is not counted: `99+` says enough, and the counts stand on every page.
const MOST: i64 = 100;

/// Who sees what, as in `list`, but told by the small tables and indexes alone, since it is asked of so many: $1 is the
/// reader, $3 whether restricted complaints are open to them. Only restricted complaints have rows in `sight`.
macro_rules! visible {
    () => {
        " and c.id not in (select x.id from complaint x where x.about_staff = $1 and x.logged_by <> $1) \
         and ($3 or not exists (select 1 from sight s where s.complaint = c.id) \
         or exists (select 1 from sight s where s.complaint = c.id and s.staff = $1))"
    };
}
pub(crate) use visible;

statements! {
    /// Each count runs along an index and stops at $4. What is open has a next due time before the end of time, so
    /// that no count walks through all that somebody ever closed. A `cross join` keeps the small side in front, whatever
    /// the planner of SQLite believes of tables it has not looked at for long. What somebody handles is looked up only
    /// where they are the first contact of less than the bound, and without what they are the first contact of.
    COUNTS = same(concat!(
        "select \
         (select count(*) from (select c.id from complaint c where c.first_contact = $1 \
          and c.next_due < 9223372036854775807", visible!(), " union all \
          select c.id from complaint c where c.handler = $1 and c.first_contact <> $1 \
          and c.next_due < 9223372036854775807", visible!(), " limit $4) as n) as mine, \
         (select count(*) from (select c.id from \
          (select complaint from handoff where state = 'offered' and to_staff = $1 union \
           select complaint from succession where state = 'offered' and to_staff = $1) as o cross join complaint c \
          where c.id = o.complaint", visible!(),
        " limit $4) as n) as offered, \
         (select count(*) from (select c.id from \
          (select distinct complaint from promise where state in ('made', 'broken') and responsible = $1) \
          as o cross join complaint c where c.id = o.complaint", visible!(),
        " limit $4) as n) as promised, \
         (select count(*) from (select id from (select c.id from complaint c where c.first_contact = $1 \
          and c.handler <> c.first_contact and c.stage <> 'closed'", visible!(), " limit $4) as given union \
          select id from (select c.id from handoff h cross join complaint c where h.state = 'offered' \
          and h.from_staff = $1 and c.id = h.complaint and c.stage <> 'closed'", visible!(),
        " limit $4) as offers) as n) as handed_over, \
         (select count(*) from (select c.id from staff p cross join complaint c \
          where p.team = $2 and c.first_contact = p.id", visible!(), " union all \
          select c.id from staff p cross join complaint c where p.team = $2 and c.handler = p.id \
          and c.first_contact not in (select id from staff where team = $2)", visible!(), " limit $4) as n) as team, \
         (select count(*) from (select c.id from complaint c where 1 = 1", visible!(), " limit $4) as n) as everything"
    ));
    LATE = same(concat!(
        "select count(*) from (select c.id from complaint c where c.first_contact = $1 \
         and c.next_due < $2", visible!(), " union all \
         select c.id from complaint c where c.handler = $1 and c.first_contact <> $1 \
         and c.next_due < $2", visible!(), " limit $4) as n"
    ));
    HIDE = same("insert into account (staff, columns) values ($1, $2) \
                 on conflict (staff) do update set columns = excluded.columns");
}

/// How many complaints each view of a person holds, counted to a hundred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each is the view of that name")]
pub struct Counts {
    pub mine: i64,
    pub offered: i64,
    pub promised: i64,
    pub handed_over: i64,
    /// Nothing for those who are in no team.
    pub team: Option<i64>,
    pub all: i64,
}

impl Counts {
    /// The most that is told exactly.
    pub const MOST: i64 = MOST - 1;
}

/// Counts what waits for a person, as far as they may see it.
///
/// # Errors
/// The database could not.
pub async fn counts(tx: &mut Tx<'_>, reader: &Staff) -> Result<Counts> {
    let row: Option<(i64, i64, i64, i64, i64, i64)> =
        find!(tx, COUNTS, reader.id.0, reader.team.clone(), reader.sees_restricted(), MOST)?;
    let (mine, offered, promised, handed_over, team, all) = row.unwrap_or_default();
    Ok(Counts { mine, offered, promised, handed_over, team: reader.team.as_ref().map(|_| team), all })
}

/// How many of those who wait for a person have waited too long, counted to a hundred.
///
/// # Errors
/// The database could not.
pub async fn late(tx: &mut Tx<'_>, reader: &Staff, now: Timestamp) -> Result<i64> {
    let row: Option<(i64,)> = find!(tx, LATE, reader.id.0, now.micros(), reader.sees_restricted(), MOST)?;
    Ok(row.map_or(0, |r| r.0))
}

/// The text of the counts on SQLite, for those who look at its plan.
#[must_use]
pub fn counts_on_sqlite() -> &'static str {
    COUNTS.lite
}

/// The names in a text as it is kept.
pub(crate) fn names(kept: Option<&str>) -> Vec<String> {
    let names = kept.unwrap_or_default().split(',').filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// Leaves columns of the list out, and shows all others.
///
/// # Errors
/// The database could not.
pub async fn hide_columns(unit: &mut Unit<'_>, staff: StaffId, names: &[&str]) -> Result<()> {
    run!(&mut unit.tx, HIDE, staff.0, names.join(",")).map(drop)
}
