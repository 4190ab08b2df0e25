//! The figures that the analysis reads. Every change of a complaint writes down what it changes in them, in the same
//! transaction ([`record`]); those lines are never changed, so a report can be told as it stood at any instant. Their sums
//! by day and by month are kept beside them ([`fold`]), some seconds behind: readers add what is not in the sums yet, so
//! whoever writes waits for nobody's sum and whoever reads misses nothing.

/// Under what a line counts.
macro_rules! place {
    () => {
        "day, cause, category, product, place, channel, currency"
    };
}

/// The columns of a [`Line`], with its sums as they are called.
macro_rules! columns {
    () => {
        concat!("at, ", place!(), ", complaints, closed_seconds, open, open_since, given")
    };
}

mod read;
mod rebuild;

use std::collections::BTreeMap;

use firsthand_domain::complaint::Complaint;
use firsthand_domain::figures::{Lines, Place, Sums, change, month_of};
use firsthand_domain::id::ComplaintId;
use firsthand_domain::time::Timestamp;
use sqlx::QueryBuilder;
use uuid::Uuid;

pub(crate) use self::read::of_everybody;
pub use self::read::{Asked, Dimension, Filter, Group, Row, counted_then, sums};
pub(crate) use self::rebuild::STATEMENTS as REBUILD_STATEMENTS;
pub use self::rebuild::{Checked, are_missing, check, rebuild};
use crate::database::Tx;
use crate::statement::pick;
use crate::writer::Unit;
use crate::{Database, Result};

statements! {
    /// Several nodes take different ones.
    TAKE = pick(
        concat!(
            "update figure_change set folded = 1 where (complaint, seq, line) in (select complaint, seq, line \
             from figure_change where not folded order by complaint, seq, line limit $1) returning ",
            columns!()
        ),
        concat!(
            "update figure_change set folded = true where (complaint, seq, line) in (select complaint, seq, line \
             from figure_change where not folded order by complaint, seq, line limit $1 for update skip locked) \
             returning ",
            columns!()
        ),
    );
}

row! {
    struct Line {
        at: i64,
        day: i64,
        cause: Option<Uuid>,
        category: Option<String>,
        product: Option<String>,
        place: Option<String>,
        channel: String,
        currency: String,
        complaints: i64,
        closed_seconds: i64,
        open: i64,
        open_since: i64,
        given: i64,
    }
}

/// Writes down what a change of a complaint changes in the figures.
pub(crate) async fn record(unit: &mut Unit<'_>, before: Option<&Complaint>, after: &Complaint) -> Result<()> {
    let changed = change(before, after);
    let now = unit.now;
    write(&mut unit.tx, after.id, after.version, now, &changed).await
}

async fn write(tx: &mut Tx<'_>, id: ComplaintId, seq: i64, at: Timestamp, lines: &Lines) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    on!(tx, |c| {
        let mut sql = QueryBuilder::<Db>::new(concat!(
            "insert into figure_change (complaint, seq, line, ",
            columns!(),
            ", folded) "
        ));
        sql.push_values(lines.iter().zip(0_i64..), |mut row, ((place, sums), line)| {
            row.push_bind(id.0).push_bind(seq).push_bind(line).push_bind(at.micros()).push_bind(place.day);
            row.push_bind(place.cause.map(|cause| cause.0));
            row.push_bind(place.category.clone()).push_bind(place.product.clone());
            row.push_bind(place.place.clone()).push_bind(place.channel.code());
            row.push_bind(currency_of(place));
            row.push_bind(sums.complaints).push_bind(sums.closed_seconds).push_bind(sums.open);
            row.push_bind(sums.open_since).push_bind(sums.given).push_bind(false);
        });
        sql.build().execute(c).await.map(drop)
    })
    .map_err(crate::Error::from)
}

fn currency_of(place: &Place) -> String {
    place.currency.map(|currency| currency.code().to_owned()).unwrap_or_default()
}

/// Where a kept sum stands: kind, grain, period, key, cause, currency.
type Key = (String, &'static str, i64, String, Uuid, String);

/// Sums up to so many lines that are not summed yet; tells how many there were.
///
/// # Errors
/// The database could not.
pub async fn fold(unit: &mut Unit<'_>, at_most: i64) -> Result<usize> {
    let taken: Vec<Line> = all!(&mut unit.tx, TAKE, at_most)?;
    let mut kept: BTreeMap<Key, Sums> = BTreeMap::new();
    for line in &taken {
        for (key, sums) in line.kept() {
            let entry = kept.entry(key).or_default();
            *entry = entry.plus(sums);
        }
    }
    add(&mut unit.tx, kept).await?;
    Ok(taken.len())
}

/// Sums all lines that are not summed yet, some thousand at a time.
///
/// # Errors
/// The database could not.
pub async fn fold_all(database: &Database) -> Result<usize> {
    const AT_ONCE: i64 = 2_000;
    let mut all = 0;
    loop {
        let folded = database.change(|unit| Box::pin(fold(unit, AT_ONCE))).await?;
        all += folded;
        if i64::try_from(folded).is_ok_and(|folded| folded < AT_ONCE) {
            return Ok(all);
        }
    }
}

impl Line {
    fn sums(&self) -> Sums {
        Sums {
            complaints: self.complaints,
            closed_seconds: self.closed_seconds,
            open: self.open,
            open_since: self.open_since,
            given: self.given,
        }
    }

    /// The kept sums it belongs to.
    fn kept(&self) -> impl Iterator<Item = (Key, Sums)> {
        let sums = self.sums();
        let grains = [("d", self.day), ("m", month_of(self.day))];
        let keys = [
            (None, ""),
            (Some(Dimension::Category), self.category.as_deref().unwrap_or_default()),
            (Some(Dimension::Product), self.product.as_deref().unwrap_or_default()),
            (Some(Dimension::Place), self.place.as_deref().unwrap_or_default()),
            (Some(Dimension::Channel), self.channel.as_str()),
        ];
        let cause = self.cause.unwrap_or_default();
        grains.into_iter().flat_map(move |(grain, period)| {
            keys.into_iter().flat_map(move |(dimension, key)| {
                [Uuid::nil(), cause].into_iter().zip([false, true]).map(move |(cause, by_cause)| {
                    let kind = read::kind(dimension, by_cause);
                    ((kind, grain, period, key.to_owned(), cause, self.currency.clone()), sums)
                })
            })
        })
    }
}

async fn add(tx: &mut Tx<'_>, kept: BTreeMap<Key, Sums>) -> Result<()> {
    const AT_ONCE: usize = 500;
    let rows: Vec<(Key, Sums)> = kept.into_iter().collect();
    for some in rows.chunks(AT_ONCE) {
        on!(tx, |c| {
            let mut sql = QueryBuilder::<Db>::new(
                "insert into figure (kind, grain, period, key, cause, currency, complaints, closed_seconds, open, \
                 open_since, given) ",
            );
            sql.push_values(some, |mut row, ((kind, grain, period, key, cause, currency), sums)| {
                row.push_bind(kind.clone()).push_bind(*grain).push_bind(*period).push_bind(key.clone());
                row.push_bind(*cause).push_bind(currency.clone());
                row.push_bind(sums.complaints).push_bind(sums.closed_seconds).push_bind(sums.open);
                row.push_bind(sums.open_since).push_bind(sums.given);
            });
            sql.push(
                " on conflict (kind, grain, period, key, cause, currency) do update set \
                 complaints = figure.complaints + excluded.complaints, \
                 closed_seconds = figure.closed_seconds + excluded.closed_seconds, \
                 open = figure.open + excluded.open, open_since = figure.open_since + excluded.open_since, \
                 given = figure.given + excluded.given",
            );
            sql.build().execute(c).await.map(drop)
        })
        .map_err(crate::Error::from)?;
    }
    Ok(())
}
