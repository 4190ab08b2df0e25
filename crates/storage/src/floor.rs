//! What a lead looks over: who waits, with whom, what falls due next, who is away, what nobody has taken, and that nothing
//! is without somebody who answers for it. As far as the reader may know of it, everywhere.

use std::collections::BTreeMap;

use firsthand_domain::floor::{Due, Waited};
use firsthand_domain::id::{HandoffId, StaffId, SuccessionId};
use firsthand_domain::metrics::Zone;
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use crate::Result;
use crate::database::Tx;
use crate::desk::OfferKind;
use crate::list::{self, Also, Item, Query, Scope, Sort};
use crate::staff;
use crate::statement::same;

/// Who sees what, as in `desk`: $1 is the reader, $2 whether restricted complaints are open to them.
macro_rules! visible {
    () => {
        " and c.id not in (select x.id from complaint x where x.about_staff = $1 and x.logged_by <> $1) \
         and ($2 or not exists (select 1 from sight s where s.complaint = c.id) \
         or exists (select 1 from sight s where s.complaint = c.id and s.staff = $1))"
    };
}

statements! {
    /// What each person holds, each count along an index and up to $3; $4 is the team, $5 how many people.
    PEOPLE = same(concat!(
        "select p.id, p.name, p.team, \
         (select count(*) from (select c.id from complaint c where c.first_contact = p.id \
          and c.next_due < 9223372036854775807", visible!(), " limit $3) as n) as first_contact, \
         (select count(*) from (select c.id from complaint c where c.handler = p.id \
          and c.next_due < 9223372036854775807", visible!(), " limit $3) as n) as handled, \
         (select count(*) from (select c.id from \
          (select distinct complaint from promise where state in ('made', 'broken') and responsible = p.id) \
          as o cross join complaint c where c.id = o.complaint", visible!(), " limit $3) as n) as promised, \
         (select count(*) from (select c.id from complaint c where c.first_contact = p.id \
          and c.waiting_since < 9223372036854775807", visible!(), " limit $3) as n) as waiting, \
         (select c.waiting_since from complaint c where c.first_contact = p.id \
          and c.waiting_since < 9223372036854775807", visible!(), " order by c.waiting_since, c.id limit 1) as oldest \
         from staff p where p.disabled_at is null and p.role <> 'auditor' \
         and (cast($4 as text) is null or p.team = cast($4 as text)) order by p.id limit $5"
    ));
    /// Who is away at $1, with who is there meanwhile.
    AWAY = same("select p.id, a.ends_at, s.name from staff p cross join absence a \
                 join staff s on s.id = a.substitute where p.disabled_at is null and a.staff = p.id \
                 and a.ends_at > $1 and a.starts_at <= $1 order by a.ends_at, p.id limit $2");
    /// The oldest first, as their ids tell. What is open is gathered first, by the indexes that hold nothing else: in the
    /// order of the ids all that was ever offered would be walked through.
    OFFERS = same(concat!(
        "select o.kind, o.id, c.reference, c.summary, k.language, o.from_staff, o.to_staff, t.due_at from \
         (select * from (select 'handoff' as kind, id, complaint, from_staff, to_staff from handoff \
          where state = 'offered' limit 10000) as a union all select * from (select 'succession' as kind, id, \
          complaint, from_staff, to_staff from succession where state = 'offered' limit 10000) as b) \
         as o join complaint c on c.id = o.complaint left join customer k on k.id = c.customer \
         left join timer t on t.id = o.id where 1 = 1", visible!(),
        " and (cast($3 as text) is null or c.first_contact in (select id from staff where team = cast($3 as text))) \
         order by o.id limit $4"
    ));
    TEAMS = same("select distinct team from staff where team is not null and disabled_at is null \
                  order by team limit $1");
}

/// More than this is not counted.
pub const MOST: i64 = 1000;
/// So many people are told of; a desk of more looks team by team.
pub const PEOPLE_AT_ONCE: i64 = 500;
/// So many rows of a short list.
pub const ROWS: i64 = 20;
/// So many teams can be chosen from.
const TEAMS_AT_ONCE: i64 = 200;

row! {
    struct PersonRow {
        id: Uuid,
        name: String,
        team: Option<String>,
        first_contact: i64,
        handled: i64,
        promised: i64,
        waiting: i64,
        oldest: Option<i64>,
    }
}
row! {
    struct OfferRow {
        kind: String,
        id: Uuid,
        reference: String,
        summary: Option<String>,
        language: Option<String>,
        from_staff: Uuid,
        to_staff: Uuid,
        due_at: Option<i64>,
    }
}

/// What somebody holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    /// Who.
    pub id: StaffId,
    /// As others call them.
    pub name: String,
    /// Whom they work with.
    pub team: Option<String>,
    /// Open complaints they are the first contact of.
    pub first_contact: i64,
    /// Open complaints they work on.
    pub handled: i64,
    /// Complaints with an open promise of theirs.
    pub promised: i64,
    /// Of those they are the first contact of: whose customer waits.
    pub waiting: i64,
    /// Since when the one who waits longest does.
    pub oldest: Option<Timestamp>,
}

/// Somebody who is away while they hold something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Away {
    /// What they hold.
    pub load: Load,
    /// Until when.
    pub until: Timestamp,
    /// Who is there meanwhile.
    pub substitute: String,
}

/// An offer that nobody has answered.
#[derive(Debug, Clone)]
pub struct Unanswered {
    /// What is offered; the handling until then.
    pub kind: OfferKind,
    /// On which complaint.
    pub reference: String,
    /// Its first words.
    pub summary: Option<String>,
    /// The language the customer wants to be answered in.
    pub language: Option<String>,
    /// Whose it is.
    pub from: (StaffId, String),
    /// Who was asked.
    pub to: (StaffId, String),
}

/// Rows of a short list, and how many there are in all.
#[derive(Debug, Clone)]
pub struct Short<T> {
    /// The first of them.
    pub rows: Vec<T>,
    /// Complaints in the list, counted to [`MOST`].
    pub count: i64,
}

/// The floor.
#[derive(Debug, Clone)]
pub struct Floor {
    /// How many wait, by how long they have.
    pub waiting: Vec<(Waited, i64)>,
    /// The people, those with whom somebody waits longest first.
    pub people: Vec<Load>,
    /// There are more people than are told of.
    pub more_people: bool,
    /// What was due before.
    pub late: i64,
    /// What falls due within two hours, the soonest first.
    pub soon: Short<Item>,
    /// Who is away and holds something, whoever is back first in front.
    pub away: Vec<Away>,
    /// What nobody has answered, the oldest first.
    pub offers: Short<Unanswered>,
    /// What is with nobody who may hold it: nothing, by every rule there is.
    pub orphans: Short<Item>,
    /// The teams there are.
    pub teams: Vec<String>,
}

/// Reads the floor, of one team or of all.
///
/// # Errors
/// The database could not.
pub async fn floor(
    tx: &mut Tx<'_>,
    reader: &Staff,
    team: Option<&str>,
    zone: &Zone,
    now: Timestamp,
) -> Result<Floor> {
    let of_team = Also { team: team.map(str::to_owned), ..Also::default() };
    let mut waiting = Vec::new();
    for band in Waited::BANDS {
        let also = Also { waited: Some(band.since(now, zone)), ..of_team.clone() };
        waiting.push((band, list::count(tx, reader, &also, MOST).await?));
    }
    let late = Also { due: Some(Due::Late.within(now)), ..of_team.clone() };
    let soon = Also { due: Some(Due::Soon.within(now)), ..of_team.clone() };
    let orphan = Also { orphan: true, ..of_team.clone() };
    let offered = Also { offered: true, ..of_team };
    // No row has such a name, and PostgreSQL could not even be asked.
    let nobody = !offered.is_possible();
    let mut people = if nobody { Vec::new() } else { people(tx, reader, team).await? };
    let more_people = people.len() > usize::try_from(PEOPLE_AT_ONCE).unwrap_or(usize::MAX);
    people.truncate(usize::try_from(PEOPLE_AT_ONCE).unwrap_or(usize::MAX));
    let away = away(tx, &people, now).await?;
    let offers = if nobody { Vec::new() } else { offers(tx, reader, team).await? };
    people.sort_by(|a, b| {
        let key = |load: &Load| (load.oldest.unwrap_or(Timestamp::NEVER), -load.first_contact);
        key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
    });
    let teams: Vec<(String,)> = all!(tx, TEAMS, TEAMS_AT_ONCE)?;
    Ok(Floor {
        waiting,
        people,
        more_people,
        late: list::count(tx, reader, &late, MOST).await?,
        soon: short(tx, reader, soon).await?,
        away,
        offers: Short { rows: offers, count: list::count(tx, reader, &offered, MOST).await? },
        orphans: short(tx, reader, orphan).await?,
        teams: teams.into_iter().map(|row| row.0).collect(),
    })
}

async fn short(tx: &mut Tx<'_>, reader: &Staff, also: Also) -> Result<Short<Item>> {
    let count = list::count(tx, reader, &also, MOST).await?;
    let query = Query { scope: Scope::All, sort: Sort::Due, limit: ROWS, also, ..Query::default() };
    Ok(Short { rows: list::page(tx, reader, &query).await?.items, count })
}

async fn people(tx: &mut Tx<'_>, reader: &Staff, team: Option<&str>) -> Result<Vec<Load>> {
    let most = PEOPLE_AT_ONCE + 1;
    let rows: Vec<PersonRow> = all!(tx, PEOPLE, reader.id.0, reader.sees_restricted(), MOST, team, most)?;
    let load = |row: PersonRow| Load {
        id: StaffId(row.id),
        name: row.name,
        team: row.team,
        first_contact: row.first_contact,
        handled: row.handled,
        promised: row.promised,
        waiting: row.waiting,
        oldest: row.oldest.map(Timestamp::from_micros),
    };
    Ok(rows.into_iter().map(load).collect())
}

/// Those of these people who are away; of several times away the one that ends last counts.
async fn away(tx: &mut Tx<'_>, people: &[Load], now: Timestamp) -> Result<Vec<Away>> {
    let rows: Vec<(Uuid, i64, String)> = all!(tx, AWAY, now.micros(), MOST)?;
    let mut last = BTreeMap::new();
    for (id, until, substitute) in rows {
        last.insert(id, (until, substitute));
    }
    let away = people.iter().filter(|load| load.first_contact + load.handled + load.promised > 0);
    let mut away: Vec<Away> = away
        .filter_map(|load| {
            let (until, substitute) = last.remove(&load.id.0)?;
            Some(Away { load: load.clone(), until: Timestamp::from_micros(until), substitute })
        })
        .collect();
    away.sort_by_key(|one| (one.until, one.load.id));
    Ok(away)
}

async fn offers(tx: &mut Tx<'_>, reader: &Staff, team: Option<&str>) -> Result<Vec<Unanswered>> {
    let rows: Vec<OfferRow> = all!(tx, OFFERS, reader.id.0, reader.sees_restricted(), team, ROWS)?;
    let ids: Vec<StaffId> =
        rows.iter().flat_map(|row| [StaffId(row.from_staff), StaffId(row.to_staff)]).collect();
    let names = staff::people(tx, &ids).await?;
    let named = |id: Uuid| {
        let id = StaffId(id);
        (id, names.get(&id).map(|person| person.0.clone()).unwrap_or_default())
    };
    let offer = |row: OfferRow| Unanswered {
        kind: match row.kind.as_str() {
            "handoff" => {
                let until = row.due_at.map_or(Timestamp::NEVER, Timestamp::from_micros);
                OfferKind::Handoff(HandoffId(row.id), until)
            }
            _ => OfferKind::Succession(SuccessionId(row.id)),
        },
        reference: row.reference,
        summary: row.summary,
        language: row.language,
        from: named(row.from_staff),
        to: named(row.to_staff),
    };
    Ok(rows.into_iter().map(offer).collect())
}

/// The text of what people hold on SQLite, for those who look at its plan.
#[must_use]
pub fn people_on_sqlite() -> &'static str {
    PEOPLE.lite
}

/// The text of what nobody has answered on SQLite, for those who look at its plan.
#[must_use]
pub fn offers_on_sqlite() -> &'static str {
    OFFERS.lite
}
