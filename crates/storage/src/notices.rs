//! What asks somebody for something: a row for each person a fact concerns, written with it, since few facts concern
//! anybody so and the count of them stands on every page. What was settled meanwhile, and what the reader may no longer
//! know of, is not told; a promise that is nearly due is read off the promises themselves.

use std::collections::BTreeSet;

use firsthand_domain::Step;
use firsthand_domain::code::NoticeKind;
use firsthand_domain::complaint::Complaint;
use firsthand_domain::id::{ComplaintId, StaffId};
use firsthand_domain::notice::{Notice, notices, waiting};
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use crate::database::Tx;
use crate::desk::visible;
use crate::statement::same;
use crate::writer::Unit;
use crate::{Error, Result, awards};

/// So many are told, and counted.
pub const MOST: i64 = 100;
/// A promise is told of so long before it is due.
const AHEAD_MINUTES: i64 = 60;
/// What nobody asked about for so long is forgotten.
const KEPT_DAYS: i64 = 90;

/// Up to when $1 has read.
macro_rules! read_up_to {
    () => {
        "coalesce((select r.up_to from notice_read r where r.staff = $1), 0)"
    };
}

/// What $1 wants to be told of.
macro_rules! wanted {
    ($kind:literal) => {
        concat!(" and not exists (select 1 from notice_muted m where m.staff = $1 and m.kind = ", $kind, ")")
    };
}

/// Of what tells $1 of something, on complaints they may know of ($3: restricted ones too), what still asks for it.
macro_rules! open {
    () => {
        concat!(
            " from notice n join complaint c on c.id = n.complaint where n.staff = $1 and n.at > $2",
            wanted!("n.kind"),
            visible!(),
            " and case n.kind \
             when 'handoff_offered' then exists \
             (select 1 from handoff h where h.id = n.part and h.state = 'offered') \
             when 'succession_offered' then exists \
             (select 1 from succession h where h.id = n.part and h.state = 'offered') \
             when 'promise_broken' then exists \
             (select 1 from promise p where p.id = n.part and p.state = 'broken' and p.responsible = $1) \
             when 'award_waits' then exists (select 1 from award a where a.id = n.part and a.state = 'proposed') \
             when 'customer_wrote' then c.stage <> 'closed' and (c.first_contact = $1 or c.handler = $1) \
             else c.stage <> 'closed' end"
        )
    };
}

/// Promises of $1 that are due until $4, and were not told of an hour ahead until $2.
macro_rules! due {
    () => {
        concat!(
            " from promise p join complaint c on c.id = p.complaint where p.responsible = $1 and p.state = 'made' \
             and p.due_at <= $4 and p.due_at > $2 + 3600000000",
            wanted!("'promise_due'"),
            visible!()
        )
    };
}

statements! {
    INSERT = same("insert into notice (staff, at, complaint, seq, kind, part) values ($1, $2, $3, $4, $5, $6) \
                   on conflict do nothing");
    READ_UP_TO = same(concat!("select ", read_up_to!()));
    READ = same("insert into notice_read (staff, up_to) values ($1, $2) \
                 on conflict (staff) do update set up_to = excluded.up_to where notice_read.up_to < excluded.up_to");
    COUNT = same(concat!(
        "select (select count(*) from (select 1 as one", open!(), " limit $5) as n) + \
         (select count(*) from (select 1 as one", due!(), " limit $5) as p)"
    ));
    LIST = same(concat!(
        "select * from (select n.at, n.kind, n.complaint, n.seq, n.part", open!(),
        " order by n.at desc, n.complaint, n.seq desc limit $5) as n \
         union all select * from (select p.due_at - 3600000000, 'promise_due', p.complaint, cast(0 as bigint), p.id", due!(),
        " order by p.due_at desc limit $5) as p"
    ));
    MUTED = same("select kind from notice_muted where staff = $1 order by kind");
    UNMUTE_ALL = same("delete from notice_muted where staff = $1");
    MUTE = same("insert into notice_muted (staff, kind) values ($1, $2) on conflict do nothing");
    FORGET = same("delete from notice where at < $1");
}

row! {
    struct Row {
        at: i64,
        kind: String,
        complaint: Uuid,
        seq: i64,
        part: Option<Uuid>,
    }
}

row! {
    struct AboutRow {
        id: Uuid,
        reference: String,
        summary: Option<String>,
        customer_name: Option<String>,
        language: Option<String>,
    }
}

row! {
    struct ActorRow {
        complaint: Uuid,
        seq: i64,
        id: Uuid,
        name: String,
    }
}

/// Something that asks the reader for something.
#[derive(Debug, Clone)]
pub struct Told {
    /// Since when.
    pub at: Timestamp,
    /// Why.
    pub kind: NoticeKind,
    /// Of which complaint.
    pub complaint: ComplaintId,
    /// As people call it.
    pub reference: String,
    /// What it is about, as lists say it.
    pub summary: Option<String>,
    /// The language of the complaint.
    pub language: Option<String>,
    /// Who complained.
    pub customer: Option<String>,
    /// The fact; none of a promise that is nearly due.
    pub seq: Option<i64>,
    /// The offer, promise or award.
    pub part: Option<Uuid>,
    /// Whose doing it was; nobody's when a timer did it.
    pub by: Option<(StaffId, String)>,
    /// Not read yet.
    pub unread: bool,
}

/// Writes down whom the facts of one change ask for something.
pub(crate) async fn record(unit: &mut Unit<'_>, after: &Complaint, steps: &[Step]) -> Result<()> {
    let entries: Vec<_> = steps.iter().map(|step| &step.entry).collect();
    let mut all = notices(after, &entries);
    for (seq, award) in waiting(after, &entries) {
        let next = awards::holders_for(&mut unit.tx, after, award, &award.askers(), unit.now).await?;
        let (kind, part) = (NoticeKind::AwardWaits, Some(award.id.0));
        all.extend(next.iter().map(|holder| Notice { staff: holder.id, seq, kind, part }));
    }
    for notice in all {
        let (at, kind) = (unit.now.micros(), notice.kind.code());
        run!(&mut unit.tx, INSERT, notice.staff.0, at, after.id.0, notice.seq, kind, notice.part)?;
    }
    Ok(())
}

/// Up to when a person has read what asks them for something.
///
/// # Errors
/// The database could not.
pub async fn read_up_to(tx: &mut Tx<'_>, staff: StaffId) -> Result<Timestamp> {
    let row: Option<(i64,)> = find!(tx, READ_UP_TO, staff.0)?;
    Ok(Timestamp::from_micros(row.map_or(0, |(at,)| at)))
}

/// How much asks a person for something and was not read, counted to a hundred.
///
/// # Errors
/// The database could not.
pub async fn unread(tx: &mut Tx<'_>, reader: &Staff, now: Timestamp) -> Result<i64> {
    let after = read_up_to(tx, reader.id).await?.micros();
    let ahead = now.plus_minutes(AHEAD_MINUTES).micros();
    let row: Option<(i64,)> = find!(tx, COUNT, reader.id.0, after, reader.sees_restricted(), ahead, MOST)?;
    Ok(row.map_or(0, |(count,)| count.min(MOST)))
}

/// What asks a person for something, the newest first; so many at most.
///
/// # Errors
/// The database could not.
pub async fn list(tx: &mut Tx<'_>, reader: &Staff, now: Timestamp, limit: i64) -> Result<Vec<Told>> {
    let read = read_up_to(tx, reader.id).await?.micros();
    let ahead = now.plus_minutes(AHEAD_MINUTES).micros();
    let mut rows: Vec<Row> = all!(tx, LIST, reader.id.0, 0_i64, reader.sees_restricted(), ahead, limit)?;
    rows.sort_by_key(|row| std::cmp::Reverse((row.at, row.complaint, row.seq)));
    rows.truncate(usize::try_from(limit).unwrap_or(0));
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: BTreeSet<ComplaintId> = rows.iter().map(|r| ComplaintId(r.complaint)).collect();
    let about: Vec<AboutRow> = among!(
        tx,
        "select c.id, c.reference, c.summary, k.name as customer_name, k.language from complaint c \
         left join customer k on k.id = c.customer where c.id in (",
        &ids,
        ")"
    )?;
    let facts: Vec<(Uuid, i64)> = rows.iter().map(|r| (r.complaint, r.seq)).collect();
    let actors: Vec<ActorRow> = on!(tx, |c| {
        let mut query = sqlx::QueryBuilder::<Db>::new(
            "select h.complaint, h.seq, s.id, s.name from history h join staff s on s.id = h.actor where ",
        );
        let mut list = query.separated(" or ");
        for (complaint, seq) in &facts {
            list.push("(h.complaint = ").push_bind_unseparated(*complaint);
            list.push_unseparated(" and h.seq = ").push_bind_unseparated(*seq).push_unseparated(")");
        }
        query.build_query_as().fetch_all(c).await
    })
    .map_err(Error::from)?;
    let mut told = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(about) = about.iter().find(|a| a.id == row.complaint) else { continue };
        let by = actors.iter().find(|a| (a.complaint, a.seq) == (row.complaint, row.seq));
        let kind = NoticeKind::from_code(&row.kind)
            .ok_or_else(|| Error::Corrupt(format!("notice.kind of {}", about.reference)))?;
        told.push(Told {
            at: Timestamp::from_micros(row.at),
            kind,
            complaint: ComplaintId(row.complaint),
            reference: about.reference.clone(),
            summary: about.summary.clone(),
            language: about.language.clone(),
            customer: about.customer_name.clone(),
            seq: (row.seq > 0).then_some(row.seq),
            part: row.part,
            by: by.map(|a| (StaffId(a.id), a.name.clone())),
            unread: row.at > read,
        });
    }
    Ok(told)
}

/// Notes up to when a person has read; never back.
///
/// # Errors
/// The database could not.
pub async fn read(unit: &mut Unit<'_>, staff: StaffId, up_to: Timestamp) -> Result<()> {
    run!(&mut unit.tx, READ, staff.0, up_to.micros().min(unit.now.micros())).map(drop)
}

/// Of what kinds a person is told nothing.
///
/// # Errors
/// The database could not.
pub async fn muted(tx: &mut Tx<'_>, staff: StaffId) -> Result<BTreeSet<NoticeKind>> {
    let rows: Vec<(String,)> = all!(tx, MUTED, staff.0)?;
    let kind = |(code,): (String,)| {
        NoticeKind::from_code(&code).ok_or_else(|| Error::Corrupt(format!("notice_muted.kind of {staff}")))
    };
    rows.into_iter().map(kind).collect()
}

/// Tells a person nothing of these kinds, and of all others again.
///
/// # Errors
/// The database could not.
pub async fn mute(unit: &mut Unit<'_>, staff: StaffId, kinds: &BTreeSet<NoticeKind>) -> Result<()> {
    run!(&mut unit.tx, UNMUTE_ALL, staff.0)?;
    for kind in kinds {
        run!(&mut unit.tx, MUTE, staff.0, kind.code())?;
    }
    Ok(())
}

/// Forgets what is long past.
///
/// # Errors
/// The database could not.
pub async fn forget_old(unit: &mut Unit<'_>) -> Result<()> {
    run!(&mut unit.tx, FORGET, unit.now.plus_minutes(-KEPT_DAYS * 24 * 60).micros()).map(drop)
}
