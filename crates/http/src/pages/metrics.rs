//! How the desk works: each figure with what it tells, how sure it is, and the complaints behind it.

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::metrics::{Part, UNKNOWN};
use firsthand_domain::money::Money;
use firsthand_storage::alerts;
use firsthand_storage::metrics::{self as stored, Asked, Figure};

use super::analysis::{Tab, tabs};
use super::csv::Table;
use super::{Frame, html};
use crate::call::{Answer, Call};
use crate::charts::Interval;
use crate::measured;
use crate::problem::Problem;
use crate::query::Query;
use crate::rights::Right::Reader;
use crate::routes::{Route, page};

const ASKS: &[&str] = &["from", "until", "team", "place", "product"];

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/analysis/metrics", Reader, shown).asks(ASKS),
        page("/analysis/metrics.csv", Reader, written).asks(ASKS),
    ]
}

/// A figure, in words.
struct Row {
    name: String,
    definition: String,
    value: String,
    interval: String,
    drawing: String,
    of: String,
    all: String,
    some: (String, String),
    missing: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "metrics.html")]
struct MetricsPage {
    f: Frame,
    tabs: Vec<Tab>,
    wrong: Option<String>,
    from: String,
    until: String,
    given: [String; 3],
    apart: String,
    rows: Vec<Row>,
    awards: Vec<String>,
    unknown: Vec<(String, String)>,
    csv: String,
}

/// What was asked, as far as it could be understood.
fn understood(f: &Frame, call: &Call) -> Result<(Query, Asked, Option<String>), Problem> {
    let (mut query, mut wrong) = (call.query.clone(), call.query.wrong().to_vec());
    loop {
        let mut read = query.clone();
        // People name the last day, programs the one after it.
        if let Some(until) = query.get("until").map(str::to_owned) {
            let next = until.trim().parse::<jiff::civil::Date>().ok().and_then(|day| day.tomorrow().ok());
            read.put("to", next.map_or(until, |day| day.to_string()));
        }
        match measured::asked(&read, &call.app, ("from", "to")) {
            Ok(asked) => {
                let names = wrong.iter().map(|name| f.word("analysis-field", name).into_owned());
                let wrong = (!wrong.is_empty()).then(|| f.with("list-wrong", "names", f.listed(names)));
                return Ok((query, asked, wrong));
            }
            Err(problem) => match problem.refusal() {
                Some(Refusal::Field { field, .. }) => {
                    let name = if field == "to" { "until" } else { field.as_ref() }.to_owned();
                    if query.get(&name).is_none() {
                        return Err(problem);
                    }
                    query.remove(&name);
                    wrong.push(name);
                }
                _ => return Err(problem),
            },
        }
    }
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "analysis", "metrics-title");
    let (query, asked, wrong) = understood(&f, &call)?;
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let found = stored::metrics(&mut tx, call.caller()?, &asked).await?;
    let waiting = alerts::open(&mut tx).await?;
    drop(connection);
    let count = |n: u64| f.count(i64::try_from(n).unwrap_or(i64::MAX));
    let apart = [
        ("complaints", count(found.complaints).into()),
        ("void", count(found.void).into()),
        ("merged", count(found.merged).into()),
        ("imported", count(found.imported).into()),
    ];
    let day =
        |at: firsthand_domain::time::Timestamp| firsthand_domain::figures::date_of(at.utc_day()).to_string();
    let given = ["team", "product", "place"].map(|name| query.get(name).unwrap_or_default().to_owned());
    html(&MetricsPage {
        tabs: tabs(&f, "/analysis/metrics", waiting),
        apart: f.tell("metrics-apart", apart),
        rows: found.figures.iter().map(|figure| row(&f, &asked, figure)).collect(),
        awards: found
            .given
            .iter()
            .map(|given| {
                let money = |minor| f.money(Money::new(minor, given.currency));
                f.tell(
                    "metrics-awardline",
                    [
                        ("count", count(given.count).into()),
                        ("sum", money(given.sum).into()),
                        ("median", money(given.median).into()),
                    ],
                )
            })
            .collect(),
        unknown: UNKNOWN
            .iter()
            .map(|key| (f.word("metric", key).into_owned(), f.word("metric-why", key).into_owned()))
            .collect(),
        csv: again("/analysis/metrics.csv", &query),
        from: day(asked.from),
        until: day(asked.to.plus_days(-1)),
        given,
        wrong,
        f,
    })
}

fn again(path: &str, query: &Query) -> String {
    let pairs: Vec<String> =
        query.every().map(|(name, value)| format!("{name}={}", crate::query::encode(value))).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

fn row(f: &Frame, asked: &Asked, figure: &Figure) -> Row {
    let key = figure.metric.key();
    let count = |n: u64| f.count(i64::try_from(n).unwrap_or(i64::MAX));
    let link = |part| format!("/complaints?{}", measured::link(asked, figure.metric, part));
    let time = |seconds: f64| {
        let hours = seconds / 3_600.0;
        if hours < 48.0 {
            f.with("metrics-hours", "count", f.number(hours, 1))
        } else {
            f.with("metrics-days", "count", f.number(hours / 24.0, 1))
        }
    };
    let (mut value, mut interval, mut drawing) = (String::new(), String::new(), String::new());
    if let Some(share) = figure.share {
        value = f.percent(share.share, 1);
        interval =
            f.with2("metrics-interval", "low", f.percent(share.low, 1), "high", f.percent(share.high, 1));
        let label = format!("{value}, {interval}");
        drawing =
            Interval { label, value: share.share, low: share.low, high: share.high, target: None }.svg();
    } else if let Some(mean) = figure.mean {
        value = f.with("metrics-each", "count", f.number(mean, 2));
    } else if let Some(half) = figure.half {
        value = f.with("metrics-half", "time", time(half));
        interval = figure.most.map(|most| f.with("metrics-most", "time", time(most))).unwrap_or_default();
    } else if figure.denominator < 5 {
        value = f.say("metrics-few").into_owned();
    }
    Row {
        name: f.word("metric", key).into_owned(),
        definition: f.word("metric-is", key).into_owned(),
        value,
        interval,
        drawing,
        of: count(figure.denominator),
        all: link(Part::Denominator),
        some: (count(figure.numerator), link(Part::Numerator)),
        missing: (figure.missing_complaints > 0)
            .then(|| (count(figure.missing_complaints), link(Part::Missing))),
    }
}

async fn written(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "analysis", "metrics-title");
    let (_, asked, _) = understood(&f, &call)?;
    let mut connection = call.connection().await?;
    let found = stored::metrics(&mut connection.tx(), call.caller()?, &asked).await?;
    drop(connection);
    let head = [
        "metric",
        "name",
        "unit",
        "numerator",
        "denominator",
        "share",
        "low",
        "high",
        "mean",
        "median_s",
        "p90_s",
    ];
    let mut table = Table::new(&head);
    for figure in &found.figures {
        let number = |value: Option<f64>| value.map(|value| format!("{value:.6}")).unwrap_or_default();
        table.row([
            figure.metric.key().to_owned(),
            f.word("metric", figure.metric.key()).into_owned(),
            figure.metric.unit().code().to_owned(),
            figure.numerator.to_string(),
            figure.denominator.to_string(),
            number(figure.share.map(|share| share.share)),
            number(figure.share.map(|share| share.low)),
            number(figure.share.map(|share| share.high)),
            number(figure.mean),
            number(figure.half),
            number(figure.most),
        ]);
    }
    Ok(Answer::text("text/csv; charset=utf-8", table.text())
        .header("content-disposition", "attachment; filename=\"metrics.csv\""))
}
