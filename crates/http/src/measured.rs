//! The figures of how the desk works: what is asked, and the lists behind them.

use firsthand_domain::metrics::{Metric, Part};
use firsthand_domain::text::Line;
use firsthand_domain::time::Timestamp;
use firsthand_storage::list;
use firsthand_storage::metrics::{Asked, Behind};

use crate::app::App;
use crate::problem::Problem;
use crate::query::{Query, encode};

/// Days that are looked at when nobody says which.
const PERIOD: i64 = 91;
/// What lists are asked besides, when they are behind a figure.
pub(crate) const BEHIND: &[&str] = &["metric", "part", "team", "as_of"];

const INSTANT: &str = "expected an instant or a UTC day";

fn instant(text: &str) -> Option<Timestamp> {
    let at = Timestamp::parse_or_day(text).ok()?;
    (Timestamp::EARLIEST..Timestamp::NEVER).contains(&at).then_some(at)
}

/// Reads what figures are asked for, between the instants of these two names.
pub(crate) fn asked(
    query: &Query,
    app: &App,
    (from, to): (&'static str, &'static str),
) -> Result<Asked, Problem> {
    let now = app.database.now();
    let line = |v: &str| Line::parse(v).ok().map(Line::into_string);
    let tomorrow = Timestamp::from_micros((now.utc_day() + 1) * 86_400_000_000);
    let end = query.read(to, INSTANT, instant)?.unwrap_or(tomorrow);
    let start = query.read(from, INSTANT, instant)?.unwrap_or(end.plus_days(-PERIOD));
    if start > end {
        return Err(Problem::field(to, "expected an instant that is not before `from`"));
    }
    Ok(Asked {
        from: start,
        to: end,
        as_of: query.read("as_of", INSTANT, instant)?,
        team: query.read("team", "expected a text", line)?,
        place: query.read("place", "expected a text", line)?,
        product: query.read("product", "expected a text", line)?,
        zone: app.settings.zone.clone(),
        now,
        policy: app.database.policy().clone(),
    })
}

/// Reads which figure a list is behind, if it is behind one.
pub(crate) fn behind(query: &Query, app: &App, list: &mut list::Query) -> Result<bool, Problem> {
    let keys = Metric::ALL.iter().map(|metric| metric.key()).collect::<Vec<_>>().join(", ");
    let Some(metric) = query.read("metric", &format!("expected one of {keys}"), Metric::from_key)? else {
        // It says nothing of a list that is behind no figure.
        return if query.get("part").is_some() {
            Err(Problem::field("part", "expected `metric` beside it"))
        } else {
            Ok(false)
        };
    };
    if query.get("counted").is_some() {
        return Err(Problem::field("counted", "expected to be left out beside `metric`"));
    }
    let parts = "expected one of numerator, denominator, missing";
    let part = query.read("part", parts, Part::from_code)?.unwrap_or(Part::Denominator);
    let asked = asked(query, app, ("received_from", "received_to"))?;
    // As they were at that instant, and not as they are.
    (list.product, list.place) = (None, None);
    list.measured = Some(Behind { asked, metric, part });
    Ok(true)
}

/// The list of a part of a figure, after the question mark.
pub(crate) fn link(asked: &Asked, metric: Metric, part: Part) -> String {
    let (from, to) = (asked.from.to_string(), asked.to.to_string());
    let as_of = asked.as_of.map(|at| at.to_string());
    let all = [
        ("received_from", Some(from.as_str())),
        ("received_to", Some(to.as_str())),
        ("as_of", as_of.as_deref()),
        ("team", asked.team.as_deref()),
        ("place", asked.place.as_deref()),
        ("product", asked.product.as_deref()),
        ("metric", Some(metric.key())),
        ("part", Some(part.code())),
    ];
    let said = all.into_iter().filter_map(|(name, value)| Some(format!("&{name}={}", encode(value?))));
    said.fold("view=all&sort=received".to_owned(), |link, one| link + &one)
}
