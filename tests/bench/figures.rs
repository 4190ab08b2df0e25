//! What the analysis reads, for complaints that were written past the desk: the sums by day and by month, made from the
//! lines by the database in one statement for each kind, which is much the same as the desk makes some seconds behind.

use firsthand_storage::figures;

use crate::Outcome;
use crate::engine::{Link, Pool, on};
use crate::world::open;

/// What sums are kept for, each with and without the cause.
const KEYS: [(&str, &str); 5] = [
    ("all", "''"),
    ("category", "coalesce(category, '')"),
    ("product", "coalesce(product, '')"),
    ("place", "coalesce(place, '')"),
    ("channel", "channel"),
];
/// So many complaints are reckoned again from their histories, to see that the sums are those of the desk.
const CHECKED: u64 = 10_000;

/// Sums every line there is.
pub(crate) async fn sum(url: &str, rows: u64) -> Outcome<()> {
    let pool = Pool::open_to_write(url).await?;
    let mut link = pool.link().await?;
    let (none, month) = match &link {
        Link::Lite(_) => (
            "zeroblob(16)",
            "cast(strftime('%Y', day * 86400, 'unixepoch') as integer) * 12 \
             + cast(strftime('%m', day * 86400, 'unixepoch') as integer) - 1",
        ),
        Link::Pg(_) => (
            "'00000000-0000-0000-0000-000000000000'::uuid",
            "(extract(year from date '1970-01-01' + day::int) * 12 \
             + extract(month from date '1970-01-01' + day::int) - 1)::bigint",
        ),
    };
    for (key, column) in KEYS {
        for by_cause in [false, true] {
            let kind = if by_cause { format!("{key}+cause") } else { key.to_owned() };
            let cause = if by_cause { format!("coalesce(cause, {none})") } else { none.to_owned() };
            for (grain, period) in [("d", "day"), ("m", month)] {
                let text = format!(
                    "insert into figure (kind, grain, period, key, cause, currency, complaints, closed_seconds, open, \
                     open_since, given) select '{kind}', '{grain}', {period}, {column}, {cause}, currency, \
                     sum(complaints), sum(closed_seconds), sum(open), sum(open_since), sum(given) from figure_change \
                     group by 3, 4, 5, 6 order by 3, 4, 5, 6"
                );
                let text = sqlx::AssertSqlSafe(text);
                on!(&mut link, |c| sqlx::query(text).execute(c).await.map(drop))?;
            }
        }
    }
    drop(link);
    pool.close().await;
    if rows <= CHECKED {
        let database = open(url).await?;
        let found = figures::check(&database).await?;
        database.close().await;
        if let Some(wrong) = found.wrong.first() {
            return Err(format!("the sums are not those of the desk: {wrong}").into());
        }
    }
    Ok(())
}
