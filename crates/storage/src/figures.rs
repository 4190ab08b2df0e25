//! The figures that the analysis reads. Every change of a complaint writes down what it changes in them, in the same
//! transaction ([`record`]); those lines are never changed, so a report can be told as it stood at any instant. Their sums
//! by year, month and day are kept beside them ([`fold`]), some seconds behind: readers add what is not in the sums yet, so
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

/// The sums of a row that has their columns.
macro_rules! summed {
    ($row:ty) => {
        impl $row {
            fn sums(&self) -> Sums {
                Sums {
                    complaints: self.complaints,
                    closed_seconds: self.closed_seconds,
                    open: self.open,
                    open_since: self.open_since,
                    given: self.given,
                }
            }
        }
    };
}

mod kept;
mod read;
mod rebuild;

use std::collections::BTreeMap;

use firsthand_domain::complaint::Complaint;
use firsthand_domain::figures::{Lines, Place, Sums, change, first_day_of, month_of};
use firsthand_domain::id::ComplaintId;
use firsthand_domain::time::Timestamp;
use sqlx::QueryBuilder;
use uuid::Uuid;

use self::kept::Parts;
pub use self::read::{Asked, Dimension, Filter, Group, Row, counted_then, sums};
pub(crate) use self::read::{STATEMENTS as READ_STATEMENTS, of_everybody};
pub(crate) use self::rebuild::STATEMENTS as REBUILD_STATEMENTS;
pub use self::rebuild::{Checked, are_missing, check, rebuild};
use crate::database::Tx;
use crate::statement::pick;
use crate::writer::Unit;
use crate::{Database, Result};

statements! {
    /// One node sums at a time: what is kept is read, added to and written.
    ALONE = pick("select 1", "lock table figure in share row exclusive mode");
    TAKE = pick(
        concat!(
            "update figure_change set folded = 1 where (at, complaint, seq, line) in (select at, complaint, seq, line \
             from figure_change where not folded order by at, complaint, seq, line limit $1) returning ",
            columns!()
        ),
        concat!(
            "update figure_change set folded = true where (at, complaint, seq, line) in (select at, complaint, seq, \
             line from figure_change where not folded order by at, complaint, seq, line limit $1) returning ",
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

/// What kept sums are of: kind, grain, period, key, cause, currency. The period is a year with its months, or a month with
/// its days.
type Heading = (String, &'static str, i64, String, Uuid, String);

/// A year: its parts are months.
const YEAR: &str = "y";
/// A month, counted from year 0: its parts are days.
const MONTH: &str = "m";

fn grain(code: &str) -> Result<&'static str> {
    [YEAR, MONTH]
        .into_iter()
        .find(|grain| *grain == code)
        .ok_or_else(|| crate::Error::Corrupt("figure.grain".to_owned()))
}

packed_row! {
    struct KeptParts {
        kind: String,
        grain: String,
        period: i64,
        key: String,
        cause: Uuid,
        currency: String,
        parts: String,
    }
}

/// Sums up to so many lines that are not summed yet; tells how many there were.
///
/// # Errors
/// The database could not.
pub async fn fold(unit: &mut Unit<'_>, at_most: i64) -> Result<usize> {
    run!(&mut unit.tx, ALONE)?;
    let taken: Vec<Line> = all!(&mut unit.tx, TAKE, at_most)?;
    let more: Vec<(Heading, Parts)> = added(&taken).into_iter().collect();
    for some in more.chunks(AT_ONCE) {
        add(&mut unit.tx, some).await?;
    }
    Ok(taken.len())
}

/// Headings that are read and written together.
const AT_ONCE: usize = 250;

/// Sums all lines that are not summed yet, some at a time: others write in between.
///
/// # Errors
/// The database could not.
pub async fn fold_all(database: &Database) -> Result<usize> {
    const AT_ONCE: i64 = 500;
    let mut all = 0;
    loop {
        let folded = database.change(|unit| Box::pin(fold(unit, AT_ONCE))).await?;
        all += folded;
        if i64::try_from(folded).is_ok_and(|folded| folded < AT_ONCE) {
            return Ok(all);
        }
    }
}

/// What lines add to each heading.
fn added(lines: &[Line]) -> BTreeMap<Heading, Parts> {
    let mut all: BTreeMap<Heading, Parts> = BTreeMap::new();
    for line in lines {
        for (heading, part) in line.headings() {
            all.entry(heading).or_default().add(part, line.sums());
        }
    }
    all
}

summed!(Line);

impl Line {
    /// What it is counted under, and as which part of that.
    fn headings(&self) -> impl Iterator<Item = (Heading, i64)> {
        let month = month_of(self.day);
        let grains = [
            (YEAR, month.div_euclid(12), month.rem_euclid(12) + 1),
            (MONTH, month, self.day - first_day_of(month) + 1),
        ];
        let keys = [
            (None, ""),
            (Some(Dimension::Category), self.category.as_deref().unwrap_or_default()),
            (Some(Dimension::Product), self.product.as_deref().unwrap_or_default()),
            (Some(Dimension::Place), self.place.as_deref().unwrap_or_default()),
            (Some(Dimension::Channel), self.channel.as_str()),
        ];
        let cause = self.cause.unwrap_or_default();
        grains.into_iter().flat_map(move |(grain, period, part)| {
            keys.into_iter().flat_map(move |(dimension, key)| {
                [Uuid::nil(), cause].into_iter().zip([false, true]).map(move |(cause, by_cause)| {
                    let kind = read::kind(dimension, by_cause);
                    ((kind, grain, period, key.to_owned(), cause, self.currency.clone()), part)
                })
            })
        })
    }
}

/// Adds to what is kept.
async fn add(tx: &mut Tx<'_>, more: &[(Heading, Parts)]) -> Result<()> {
    macro_rules! kept_of_these {
        ($db:ty) => {{
            let mut sql =
                QueryBuilder::<$db>::new("with wanted (kind, grain, period, key, cause, currency) as (");
            sql.push_values(more, |mut row, ((kind, grain, period, key, cause, currency), _)| {
                row.push_bind(kind).push_bind(*grain).push_bind(*period);
                row.push_bind(key).push_bind(*cause).push_bind(currency);
            });
            sql.push(
                ") select f.kind, f.grain, f.period, f.key, f.cause, f.currency, f.parts from wanted w \
                 cross join figure f where f.kind = w.kind and f.grain = w.grain and f.period = w.period \
                 and f.key = w.key and f.cause = w.cause and f.currency = w.currency",
            );
            sql
        }};
    }
    let kept: Vec<KeptParts> = built_packed!(&mut *tx, once | Db | kept_of_these!(Db))?;
    let mut all: BTreeMap<Heading, Parts> = more.iter().cloned().collect();
    for row in kept {
        let heading = (row.kind, grain(&row.grain)?, row.period, row.key, row.cause, row.currency);
        all.entry(heading).or_default().add_all(&Parts::read(&row.parts)?);
    }
    on!(tx, |c| {
        let mut sql = QueryBuilder::<Db>::new(
            "insert into figure (kind, grain, period, key, cause, currency, complaints, closed_seconds, open, \
             open_since, given, parts) ",
        );
        sql.push_values(&all, |mut row, ((kind, grain, period, key, cause, currency), parts)| {
            let sums = parts.sums();
            row.push_bind(kind).push_bind(*grain).push_bind(*period);
            row.push_bind(key).push_bind(*cause).push_bind(currency);
            row.push_bind(sums.complaints).push_bind(sums.closed_seconds).push_bind(sums.open);
            row.push_bind(sums.open_since).push_bind(sums.given).push_bind(parts.text());
        });
        sql.push(
            " on conflict (kind, grain, period, key, cause, currency) do update set \
             complaints = excluded.complaints, closed_seconds = excluded.closed_seconds, open = excluded.open, \
             open_since = excluded.open_since, given = excluded.given, parts = excluded.parts",
        );
        sql.build().execute(c).await.map(drop)
    })
    .map_err(crate::Error::from)
}
