//! How much chance there was for complaints, by day.

use firsthand_domain::exposure::RecordExposure;
use firsthand_domain::time::{Day, Timestamp};
use firsthand_storage::exposure;

use crate::call::{Answer, Call};
use crate::json::Page;
use crate::json::fixes::{ExposureOfDay, Recorded};
use crate::problem::Problem;
use crate::query::Query;
use crate::write::{Done, write};

/// What exposure is asked by.
pub(crate) const FILTERS: &[&str] = &["kind", "product", "place", "from", "to", "limit", "cursor"];

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

pub(crate) async fn record(call: Call) -> Result<Answer, Problem> {
    let (body, caller): (RecordExposure, _) = (call.body()?, call.caller()?.id);
    write(&call, move |unit| {
        let body = body.clone();
        Box::pin(async move {
            body.check(unit.now)?;
            let exposure::Recorded { added, replaced } = exposure::record(unit, caller, &body.items).await?;
            Ok(Done::plain(Answer::ok(&Recorded { added, replaced })?))
        })
    })
    .await
}
