//! How the desk works, in figures with the lists behind them.

use firsthand_domain::metrics::{Part, UNKNOWN};
use firsthand_domain::money::Money;
use firsthand_storage::metrics::{self, Asked, Figure};

use crate::call::{Answer, Call};
use crate::json::metrics as json;
use crate::measured;
use crate::problem::Problem;
use crate::speech::Speech;

pub(crate) const ASKS: &[&str] = &["from", "to", "as_of", "team", "place", "product"];
const LIST: &str = "/api/v1/complaints?";

pub(crate) async fn metrics(call: Call) -> Result<Answer, Problem> {
    let app = &call.app;
    let asked = measured::asked(&call.query, app, ("from", "to"))?;
    let mut connection = call.connection().await?;
    let found = metrics::metrics(&mut connection.tx(), call.caller()?, &asked).await?;
    // Programs are told in English.
    let speech = Speech::new(Some("en"), None, "en", app.settings.zone.clone(), asked.now);
    let given = found.given.iter().map(|given| json::AwardsGiven {
        count: given.count,
        sum: Money::new(given.sum, given.currency),
        median: Money::new(given.median, given.currency),
    });
    let unknown = UNKNOWN.iter().map(|key| json::UnknownMetric {
        key,
        name: speech.word("metric", key).into_owned(),
        reason: speech.word("metric-why", key).into_owned(),
    });
    Ok(Answer::ok(&json::Metrics {
        from: asked.from,
        to: asked.to,
        as_of: asked.as_of.unwrap_or(asked.now).min(asked.now),
        complaints: found.complaints,
        apart: json::CountedApart { void: found.void, merged: found.merged, imported: found.imported },
        metrics: found.figures.iter().map(|figure| metric(&speech, &asked, figure)).collect(),
        awards: given.collect(),
        unknown: unknown.collect(),
    })?)
}

fn metric(speech: &Speech, asked: &Asked, figure: &Figure) -> json::Metric {
    let key = figure.metric.key();
    let link = |part| format!("{LIST}{}", measured::link(asked, figure.metric, part));
    let hours = |seconds: Option<f64>| seconds.map(|seconds| seconds / 3600.0);
    json::Metric {
        key,
        name: speech.word("metric", key).into_owned(),
        definition: speech.word("metric-is", key).into_owned(),
        unit: figure.metric.unit().code(),
        numerator: figure.numerator,
        denominator: figure.denominator,
        share: figure.share.map(|share| share.share),
        low: figure.share.map(|share| share.low),
        high: figure.share.map(|share| share.high),
        mean: figure.mean,
        median_hours: hours(figure.half),
        ninety_percent_hours: hours(figure.most),
        link: link(Part::Denominator),
        links: json::MetricLinks {
            numerator: link(Part::Numerator),
            denominator: link(Part::Denominator),
            missing: link(Part::Missing),
        },
        complaints: json::MetricComplaints {
            numerator: figure.numerator_complaints,
            denominator: figure.denominator_complaints,
            missing: figure.missing_complaints,
        },
    }
}
