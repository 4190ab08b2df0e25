//! What comes back: the same customer with the same cause again, beside how often that would be chance.

use std::collections::HashMap;

use firsthand_domain::analysis::{Repeats, Told, repeating};
use firsthand_domain::id::{CauseId, ComplaintId, CustomerId};
use firsthand_domain::staff::Staff;
use sqlx::QueryBuilder;
use uuid::Uuid;

use crate::database::Tx;
use crate::list::sql::visible;
use crate::statement::same;
use crate::{Result, causes};

statements! {
    /// Who goes on under whom.
    MERGED = same("select id, merged_into from customer where merged_into is not null");
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct RepeatsAsked {
    /// Received on this UTC day or later, in days since 1970.
    pub from: i64,
    /// And before this one.
    pub to: i64,
    /// A complaint repeats one so many days before, or more,
    pub gap_days: i64,
    /// and so many days before at most.
    pub within_days: i64,
}

/// Complaints that are looked at, at most: the newest.
const MOST: i64 = 100_000;

row! {
    struct Found {
        id: Uuid,
        customer: Uuid,
        cause: Uuid,
        received_at: i64,
    }
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Repeating {
    /// The figures.
    pub figures: Repeats,
    /// The complaints that repeat an earlier one, each with the cause it is counted under, the newest first.
    pub complaints: Vec<(ComplaintId, CauseId)>,
    /// There were more complaints than are looked at: the oldest are left out.
    pub cut: bool,
}

/// Repeats among complaints whose customer and primary cause are known, that the reader may know of. Customers are told
/// apart over merged records; retired causes count as what they map to.
///
/// # Errors
/// The database could not.
pub async fn repeats(tx: &mut Tx<'_>, reader: &Staff, asked: &RepeatsAsked) -> Result<Repeating> {
    const DAY: i64 = 86_400;
    const MICROS: i64 = DAY * 1_000_000;
    let begin = asked.from.saturating_sub(asked.within_days);
    let mut found: Vec<Found> = on!(tx, |c| {
        let mut sql = QueryBuilder::<Db>::new(
            "select c.id, c.customer, t.cause, c.received_at from complaint c join cause_tag t on t.complaint = c.id \
             and t.current and t.role = 'primary' where c.customer is not null \
             and (c.closure is null or c.closure not in ('void', 'merged')) and c.received_at >= ",
        );
        sql.push_bind(begin.saturating_mul(MICROS)).push(" and c.received_at < ");
        sql.push_bind(asked.to.saturating_mul(MICROS));
        visible(&mut sql, reader);
        sql.push(" order by c.received_at desc, c.id desc limit ").push_bind(MOST + 1);
        sql.build_query_as().fetch_all(c).await
    })?;
    let cut = i64::try_from(found.len()).is_ok_and(|count| count > MOST);
    found.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    found.reverse();
    let merged: Vec<(Uuid, Uuid)> = all!(tx, MERGED)?;
    let merged: HashMap<Uuid, Uuid> = merged.into_iter().collect();
    let tree = causes::tree(tx).await?;
    let told: Vec<Told> = found
        .iter()
        .map(|one| Told {
            customer: CustomerId(goes_on_as(one.customer, &merged)),
            cause: tree.counted_under(CauseId(one.cause)),
            at: one.received_at.div_euclid(1_000_000),
            in_period: one.received_at >= asked.from.saturating_mul(MICROS),
        })
        .collect();
    let (gap, within) = (asked.gap_days.saturating_mul(DAY), asked.within_days.saturating_mul(DAY));
    let mut again: Vec<(ComplaintId, CauseId)> = repeating(&told, gap, within)
        .into_iter()
        .filter_map(|place| found.get(place).zip(told.get(place)))
        .map(|(one, told)| (ComplaintId(one.id), told.cause))
        .collect();
    again.reverse();
    Ok(Repeating { figures: Repeats::of(&told, gap, within), complaints: again, cut })
}

fn goes_on_as(customer: Uuid, merged: &HashMap<Uuid, Uuid>) -> Uuid {
    let (mut at, mut steps) = (customer, 0);
    // Merges go one way and end; a circle, which the desk refuses, would end here all the same.
    while let Some(into) = merged.get(&at).filter(|_| steps < 100) {
        (at, steps) = (*into, steps + 1);
    }
    at
}
