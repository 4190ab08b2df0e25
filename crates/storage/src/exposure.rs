//! How much chance there was for complaints, by day.

use firsthand_domain::exposure::Exposure;
use firsthand_domain::id::StaffId;

use crate::Result;
use crate::database::Tx;
use crate::statement::{keepable, same};
use crate::writer::Unit;

statements! {
    ADD = same(
        "insert into exposure (day, kind, product, place, count, recorded_at, recorded_by) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (day, kind, product, place) do nothing"
    );
    REPLACE = same(
        "update exposure set count = $5, recorded_at = $6, recorded_by = $7 \
         where day = $1 and kind = $2 and product = $3 and place = $4"
    );
    SUM = same(
        "select cast(sum(count) as bigint) from exposure where kind = $1 and day >= $2 and day < $3 \
         and (product = $4 or $4 is null) and (place = $5 or $5 is null)"
    );
    DAYS = same(
        "select day, cast(sum(count) as bigint) as count from exposure \
         where (kind = $1 or $1 is null) and (product = $2 or $2 is null) and (place = $3 or $3 is null) \
         and day >= $4 and day < $5 group by day order by day limit $6"
    );
    KINDS = same("select distinct kind from exposure order by kind");
}

/// What recording did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recorded {
    /// Rows that are new.
    pub added: usize,
    /// Rows that took the place of others.
    pub replaced: usize,
}

/// Records rows, all or none; a row that is known already takes the place of the old one. They are checked before, by
/// [`check_rows`](firsthand_domain::exposure::check_rows).
///
/// # Errors
/// The database could not.
pub async fn record(unit: &mut Unit<'_>, by: StaffId, rows: &[Exposure]) -> Result<Recorded> {
    let mut rows: Vec<_> = rows.iter().collect();
    // In one order, so that two who record at once never wait for each other.
    rows.sort_by(|a, b| a.key().cmp(&b.key()));
    let mut recorded = Recorded::default();
    for row in rows {
        let ((day, kind, product, place), now) = (row.key(), unit.now.micros());
        let count = row.count.get();
        if run!(&mut unit.tx, ADD, day, kind, product, place, count, now, by.0)? == 1 {
            recorded.added += 1;
        } else {
            run!(&mut unit.tx, REPLACE, day, kind, product, place, count, now, by.0)?;
            recorded.replaced += 1;
        }
    }
    Ok(recorded)
}

/// Exposure from a day to another, that one left out, in days since 1970; over all products, and over all places, where
/// none is named. Nothing when nothing is on record: that is not the same as none.
///
/// # Errors
/// The database could not.
pub async fn sum(
    tx: &mut Tx<'_>,
    kind: &str,
    product: Option<&str>,
    place: Option<&str>,
    from_day: i64,
    to_day: i64,
) -> Result<Option<i64>> {
    if ![Some(kind), product, place].into_iter().flatten().all(keepable) {
        return Ok(None);
    }
    let row: Option<(Option<i64>,)> = find!(tx, SUM, kind, from_day, to_day, product, place)?;
    Ok(row.and_then(|r| r.0))
}

/// Which days; what is not said bounds nothing.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// What is counted.
    pub kind: Option<String>,
    /// Of which product.
    pub product: Option<String>,
    /// At which place.
    pub place: Option<String>,
    /// From which day.
    pub from: Option<i64>,
    /// To which day, that one left out.
    pub to: Option<i64>,
}

/// The sum of each day that has one.
///
/// # Errors
/// The database could not.
pub async fn days(tx: &mut Tx<'_>, filter: &Filter, limit: i64) -> Result<Vec<(i64, i64)>> {
    let Filter { kind, product, place, from, to } = filter;
    if ![kind, product, place].into_iter().flatten().all(|text| keepable(text)) {
        return Ok(Vec::new());
    }
    all!(
        tx,
        DAYS,
        kind.as_deref(),
        product.as_deref(),
        place.as_deref(),
        from.unwrap_or(i64::MIN),
        to.unwrap_or(i64::MAX),
        limit
    )
}

/// The kinds that are on record.
///
/// # Errors
/// The database could not.
pub async fn kinds(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = all!(tx, KINDS)?;
    Ok(rows.into_iter().map(|r| r.0).collect())
}
