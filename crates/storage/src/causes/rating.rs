//! Do two who say why say the same? A sample of tagged complaints is tagged by a second person who has not seen the first
//! tag; of both a measure of agreement is reckoned (C2.10).

use std::collections::BTreeMap;

use firsthand_domain::Refusal;
use firsthand_domain::cause::{Cause, RateAgain, in_sample};
use firsthand_domain::id::{CauseId, ComplaintId, StaffId};
use firsthand_domain::staff::Staff;
use firsthand_domain::statistics::proportion::{self, Agreement};
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use super::{held, tree};
use crate::Result;
use crate::complaints::{self, Referenced};
use crate::database::Tx;
use crate::statement::{pick, same};
use crate::writer::Unit;

/// The sample, as `cause::in_sample` and the index have it: tagged, not rated again yet, and not by whoever asks.
macro_rules! waiting {
    ($sampled:literal) => {
        concat!(
            "select t.complaint from cause_tag t where t.role = 'primary' and t.current and ",
            $sampled,
            " and t.complaint < $2 and not exists (select 1 from second_rating r where r.complaint = t.complaint) \
             and not exists (select 1 from cause_tag o join history h on h.complaint = o.complaint and h.seq = o.seq \
             where o.complaint = t.complaint and h.actor = $1) order by t.complaint desc limit 20"
        )
    };
}

statements! {
    WAITING = pick(
        waiting!("substr(t.complaint, 16, 1) < x'1a'"),
        waiting!("get_byte(uuid_send(t.complaint), 15) < 26")
    );
    TAGGED_BY = same("select o.seq from cause_tag o join history h on h.complaint = o.complaint and h.seq = o.seq \
                      where o.complaint = $1 and h.actor = $2 limit 1");
    INSERT = same("insert into second_rating (complaint, seq, cause, staff, at) values ($1, $2, $3, $4, $5) \
                   on conflict (complaint) do nothing");
    PAIRS = same("select t.cause as said_first, r.cause as said_second, count(*) as times from second_rating r \
                  join cause_tag t on t.complaint = r.complaint and t.seq = r.seq where r.at >= $1 and r.at < $2 \
                  group by t.cause, r.cause order by t.cause, r.cause");
}

row! {
    struct PairRow {
        said_first: Uuid,
        said_second: Uuid,
        times: i64,
    }
}

/// A second rating, as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rated {
    /// Of which complaint.
    pub complaint: ComplaintId,
    /// What the second person said.
    pub cause: Cause,
    /// Who.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
}

/// The next complaint of the sample for this person, the newest first: not tagged by them and not kept from them.
///
/// # Errors
/// The database could not.
pub async fn next(tx: &mut Tx<'_>, reader: &Staff) -> Result<Option<Referenced>> {
    let mut before = Uuid::max();
    loop {
        let rows: Vec<(Uuid,)> = all!(tx, WAITING, reader.id.0, before)?;
        let Some((last,)) = rows.last() else { return Ok(None) };
        before = *last;
        for (id,) in rows {
            let found = complaints::read(tx, ComplaintId(id)).await?;
            if let Some(found) = found.filter(|found| may(reader, found)) {
                return Ok(Some(found));
            }
        }
    }
}

fn may(reader: &Staff, found: &Referenced) -> bool {
    found.complaint.visible_to(reader) && !found.complaint.keeps_away(reader)
}

/// Keeps what a second person says. It changes nothing on the complaint.
///
/// # Errors
/// No such complaint for this person, it is not of the sample, they tagged it themselves, somebody rated it already, or
/// the cause cannot be tagged.
pub async fn rate(unit: &mut Unit<'_>, by: &Staff, name: &str, body: &RateAgain) -> Result<Rated> {
    let found = complaints::named(&mut unit.tx, name).await?;
    let found = found.filter(|found| found.complaint.visible_to(by)).ok_or(Refusal::NotFound)?.complaint;
    if found.keeps_away(by) {
        return Err(Refusal::KeptAway.into());
    }
    let first =
        found.primary_cause().filter(|_| in_sample(found.id)).map(|tag| tag.seq).ok_or_else(|| {
            Refusal::field("complaint", "expected a complaint of the sample that has a primary cause")
        })?;
    let own: Option<(i64,)> = find!(&mut unit.tx, TAGGED_BY, found.id.0, by.id.0)?;
    if own.is_some() {
        let expected = "expected a complaint whose cause somebody else has said";
        return Err(Refusal::field("complaint", expected).into());
    }
    let cause = held(unit, body.cause.as_str()).await?;
    let cause = cause.ok_or_else(|| Refusal::field("cause", "expected the id or code of a cause"))?;
    cause.can_be_tagged("cause")?;
    let (id, at) = (found.id, unit.now);
    if run!(&mut unit.tx, INSERT, id.0, first, cause.id.0, by.id.0, at.micros())? == 0 {
        return Err(Refusal::Taken { field: "complaint".into() }.into());
    }
    Ok(Rated { complaint: id, cause, by: by.id, at })
}

/// How far first and second agree on what was rated from one instant up to another; each counted under what it is counted
/// under now. Nothing where nothing was rated.
///
/// # Errors
/// The database could not.
pub async fn agreement(tx: &mut Tx<'_>, from: Timestamp, to: Timestamp) -> Result<Option<Agreement>> {
    let pairs: Vec<PairRow> = all!(tx, PAIRS, from.micros(), to.micros())?;
    let tree = tree(tx).await?;
    let under = |id: Uuid| tree.counted_under(CauseId(id));
    let mut places: BTreeMap<CauseId, usize> = BTreeMap::new();
    for id in pairs.iter().flat_map(|pair| [pair.said_first, pair.said_second]) {
        let next = places.len();
        places.entry(under(id)).or_insert(next);
    }
    let mut sorted = vec![vec![0; places.len()]; places.len()];
    for pair in pairs {
        let place = |id: Uuid| places.get(&under(id)).copied().unwrap_or_default();
        let cell =
            sorted.get_mut(place(pair.said_first)).and_then(|row| row.get_mut(place(pair.said_second)));
        if let Some(cell) = cell {
            *cell += u64::try_from(pair.times).unwrap_or_default();
        }
    }
    Ok(proportion::agreement(&sorted))
}
