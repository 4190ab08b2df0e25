//! How much chance there was for complaints, by day.

use firsthand_domain::Refusal;
use firsthand_domain::exposure::{MOST_ROWS, RecordExposure};
use firsthand_domain::time::{Day, Timestamp};
use firsthand_storage::exposure;

use crate::call::{Answer, CSV, Call};
use crate::exposure::{self as table, Table};
use crate::json::Page;
use crate::json::fixes::{ExposureOfDay, Recorded};
use crate::problem::Problem;
use crate::query::Query;
use crate::write::{Done, write};

/// What exposure is asked by.
pub(crate) const FILTERS: &[&str] = &["kind", "product", "place", "from", "to", "limit", "cursor"];

/// How a table of separated values is written.
pub(crate) const TABLE: &str = "In UTF-8, with the header date,kind,product,place,count in any order; product and place \
                                may be left out. The same rows and refusals as JSON; a refusal names the line, the \
                                header being the first, and the column, as `lines[3].count`.";

/// A UTC day, or the day of an instant.
fn day(query: &Query, name: &str) -> Result<Option<i64>, Problem> {
    let read = |text: &str| Timestamp::parse_or_day(text).ok().map(Timestamp::utc_day);
    query.read(name, "expected an instant or a UTC day", read)
}

pub(crate) async fn list(call: Call) -> Result<Answer, Problem> {
    let (query, limit) = (&call.query, call.query.limit()?);
    let text = |name: &str| query.get(name).map(str::to_owned);
    let after = query.read("cursor", "expected the `next` of the page before", |v| v.parse::<i64>().ok())?;
    let from = day(query, "from")?.max(after.map(|day| day.saturating_add(1)));
    let filter = exposure::Filter {
        kind: text("kind"),
        product: text("product"),
        place: text("place"),
        from,
        to: day(query, "to")?,
    };
    let mut connection = call.connection().await?;
    let days = exposure::days(&mut connection.tx(), &filter, limit + 1).await?;
    let items = days.into_iter().map(|(day, count)| ExposureOfDay { date: Day::at(day), count }).collect();
    Ok(Answer::ok(&Page::cut(items, limit, |row: &ExposureOfDay| row.date.number().to_string()))?)
}

/// Records rows told as JSON, or as a table of separated values.
pub(crate) async fn record(call: Call) -> Result<Answer, Problem> {
    let (body, caller) = (rows(&call)?, call.caller()?.id);
    write(&call, move |unit| {
        let body = body.clone();
        Box::pin(async move {
            let rows = match &body {
                Rows::Told(told) => {
                    told.check(unit.now)?;
                    &told.items
                }
                Rows::Table(table) => {
                    table.check(unit.now).map_err(|f| Refusal::Field {
                        field: f.field().into(),
                        expected: f.expected.into(),
                    })?;
                    &table.rows
                }
            };
            let exposure::Recorded { added, replaced } = exposure::record(unit, caller, rows).await?;
            Ok(Done::plain(Answer::ok(&Recorded { added, replaced })?))
        })
    })
    .await
}

/// As they came.
#[derive(Clone)]
enum Rows {
    Told(RecordExposure),
    Table(Table),
}

fn rows(call: &Call) -> Result<Rows, Problem> {
    let kind = call.headers.content_type.as_deref().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case(CSV) {
        return Ok(Rows::Told(call.body()?));
    }
    let table = table::read(call.body.as_slice(), MOST_ROWS).map_err(|faults| {
        let first = faults.first();
        let field = first.map_or_else(|| "body".to_owned(), table::Fault::field);
        let expected = first.map_or("expected separated values", |fault| fault.expected.as_str());
        Problem::field(field, expected)
    })?;
    if table.rows.len() > MOST_ROWS {
        return Err(Problem::field("body", "expected 1 to 10000 rows"));
    }
    Ok(Rows::Table(table))
}
