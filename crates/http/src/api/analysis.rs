//! The analysis: where complaints come from, how they move, what has begun to rise, what comes back, what it costs.

use firsthand_domain::alert::Review;
use firsthand_domain::analysis::{By, Measure};
use firsthand_domain::figures::date_of;
use firsthand_domain::money::{Currency, Money};
use firsthand_domain::statistics::chart::Point;
use firsthand_domain::statistics::proportion::{FEWEST_FOR_SHARE, wilson};
use firsthand_storage::analysis::{self as stored, Grain, RepeatsAsked};
use firsthand_storage::figures::Dimension;
use firsthand_storage::{alerts, causes};
use uuid::Uuid;

use crate::analysis::Asked;
use crate::call::{Answer, Call};
use crate::json::analysis as json;
use crate::problem::Problem;
use crate::query::Query;
use crate::write::{Done, write};

const LIST: &str = "/api/v1/complaints?";

pub(crate) const PARETO: &[&str] = &[
    "by", "measure", "currency", "exposure", "from", "to", "as_of", "cause", "category", "product", "place",
    "channel",
];
pub(crate) const TREND: &[&str] =
    &["grain", "exposure", "from", "to", "as_of", "cause", "category", "product", "place", "channel"];
pub(crate) const CROSSING: &[&str] =
    &["against", "from", "to", "as_of", "cause", "category", "product", "place", "channel"];
pub(crate) const ALERTS: &[&str] = &["state", "limit", "cursor"];
pub(crate) const REPEATS: &[&str] = &["from", "to", "gap_days", "within_days"];
pub(crate) const COST: &[&str] =
    &["currency", "from", "to", "as_of", "product", "place", "minutes", "hour", "lost_share", "margin"];

/// A share with its interval, from five on.
pub(crate) fn share(part: u64, n: u64) -> (Option<f64>, Option<f64>, Option<f64>) {
    let share = wilson(part, n).filter(|_| n >= FEWEST_FOR_SHARE);
    (share.map(|s| s.share), share.map(|s| s.low), share.map(|s| s.high))
}

/// An amount in whole units, as figures are drawn.
pub(crate) fn units(minor: f64, currency: Currency) -> f64 {
    minor / 10_f64.powi(i32::try_from(currency.digits()).unwrap_or(2))
}

/// The bars, with the lists behind them.
pub(crate) fn bars(asked: &Asked, pareto: &stored::Pareto, list: &str) -> Vec<json::Bar> {
    let by = asked.pareto.by;
    let bar = |ranked: &firsthand_domain::analysis::Ranked<stored::Bar>| {
        let bar = &ranked.of;
        let named = bar.cause.and_then(|cause| asked.tree.get(cause)).and_then(|cause| cause.name.get("en"));
        let value = match (asked.pareto.measure, pareto.currency) {
            (Measure::Money, Some(currency)) => ranked.value.map(|minor| units(minor, currency)),
            _ => ranked.value,
        };
        json::Bar {
            name: named.or(bar.key.as_ref()).cloned().unwrap_or_default(),
            count: bar.count,
            share: ranked.bar.map(|bar| bar.share),
            cumulative: ranked.bar.map(|bar| bar.cumulative),
            vital_few: ranked.bar.is_some_and(|bar| bar.vital_few),
            value,
            days: bar.days(),
            money: bar.given.iter().map(|(currency, minor)| Money::new(*minor, *currency)).collect(),
            exposure: bar.exposure,
            link: format!("{list}{}", asked.behind_bar(by, bar.key.as_deref())),
            key: bar.key.clone(),
        }
    };
    pareto.bars.iter().map(bar).collect()
}

pub(crate) async fn pareto(call: Call) -> Result<Answer, Problem> {
    let (reader, now) = (call.caller()?.clone(), call.app.database.now());
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let asked = Asked::read(&mut tx, &call.query, now).await?;
    let pareto = stored::pareto(&mut tx, &reader, &asked.tree, &asked.pareto, now).await?;
    drop(connection);
    let days = (asked.from(), asked.to());
    Ok(Answer::ok(&json::Pareto {
        by: asked.pareto.by.code(),
        measure: asked.pareto.measure.code(),
        from: date_of(days.0).to_string(),
        to: date_of(days.1).to_string(),
        as_of: pareto.as_of,
        items: bars(&asked, &pareto, LIST),
        count: pareto.count,
        untagged: json::Untagged {
            count: pareto.untagged,
            link: format!("{LIST}{}", asked.behind(&[("without", "cause")], days)),
        },
        currency: pareto.currency,
        exposure: pareto.exposure,
    })?)
}

/// How long a period is to be, and that there are not too many of them.
pub(crate) fn grain(query: &Query, asked: &Asked) -> Result<Grain, Problem> {
    let codes = "expected one of day, week, month";
    let grain = query.read("grain", codes, Grain::from_code)?.unwrap_or_default();
    let days = asked.to() - asked.from();
    let periods = match grain {
        Grain::Day => days,
        Grain::Week => days / 7,
        Grain::Month => days / 28,
    };
    if usize::try_from(periods).is_ok_and(|periods| periods >= stored::MOST_PERIODS) {
        return Err(Problem::field("grain", "expected at most 1,100 periods: longer ones, or fewer days"));
    }
    Ok(grain)
}

/// Each period with the chart of its stretch.
pub(crate) fn drawn(trend: &stored::Trend) -> Vec<Option<(f64, &Point)>> {
    let mut drawn = vec![None; trend.points.len()];
    for (begin, chart) in &trend.charts {
        for (slot, point) in drawn.iter_mut().skip(*begin).zip(&chart.points) {
            *slot = Some((chart.mean, point));
        }
    }
    drawn
}

pub(crate) async fn trend(call: Call) -> Result<Answer, Problem> {
    let (reader, now) = (call.caller()?.clone(), call.app.database.now());
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let asked = Asked::read(&mut tx, &call.query, now).await?;
    let grain = grain(&call.query, &asked)?;
    let kind = asked.pareto.exposure.as_deref();
    let fixes = stored::fixes(&mut tx, asked.pareto.figures.filter.causes.as_deref()).await?;
    let days: Vec<i64> = fixes.iter().map(|(at, _)| at.utc_day()).collect();
    let trend = stored::trend(&mut tx, &reader, &asked.pareto.figures, grain, kind, &days).await?;
    drop(connection);
    let items = trend.points.iter().zip(drawn(&trend)).map(|(point, drawn)| {
        let link = format!("{LIST}{}", asked.behind(&[], (point.from, point.to)));
        json::TrendPoint::of(point, drawn, link)
    });
    Ok(Answer::ok(&json::Trend {
        grain: grain.code(),
        items: items.collect(),
        exposure: trend.exposure.clone().filter(|_| !trend.charts.is_empty()),
    })?)
}

/// Against what causes are crossed.
pub(crate) fn against(query: &Query) -> Result<Dimension, Problem> {
    let all = [Dimension::Product, Dimension::Place, Dimension::Channel];
    let of = |v: &str| all.into_iter().find(|dimension| dimension.code() == v);
    Ok(query.read("against", "expected one of product, place, channel", of)?.unwrap_or(Dimension::Product))
}

pub(crate) async fn crossing(call: Call) -> Result<Answer, Problem> {
    const MOST: (usize, usize) = (20, 20);
    let (reader, now) = (call.caller()?.clone(), call.app.database.now());
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let asked = Asked::read(&mut tx, &call.query, now).await?;
    let against = against(&call.query)?;
    let crossing =
        stored::crossing(&mut tx, &reader, &asked.tree, against, &asked.pareto.figures, MOST).await?;
    drop(connection);
    let days = (asked.from(), asked.to());
    let items = crossing.counts.into_iter().filter(|(_, count)| *count > 0).map(|((cause, key), count)| {
        let cause = asked.tree.get(cause).map(|cause| cause.code.clone()).unwrap_or_default();
        let other = key.as_deref().map_or(("without", against.code()), |key| (against.code(), key));
        let link = format!("{LIST}{}", asked.behind(&[("cause", cause.as_str()), other], days));
        json::Cell { cause, key, count, link }
    });
    Ok(Answer::ok(&json::Crossing {
        against: against.code(),
        items: items.collect(),
        beyond: crossing.beyond,
    })?)
}

/// The alert a page goes on after.
pub(crate) fn alert_cursor(text: &str) -> Option<(i64, Uuid)> {
    let (week, id) = text.split_once('.')?;
    Some((week.parse().ok()?, id.parse().ok()?))
}

pub(crate) async fn alerts(call: Call) -> Result<Answer, Problem> {
    let limit = call.query.limit()?;
    let states = "expected open or all";
    let open = call.query.read("state", states, |v| match v {
        "open" => Some(true),
        "all" => Some(false),
        _ => None,
    })?;
    let after = call.query.read("cursor", "expected the `next` of the page before", alert_cursor)?;
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let rows = alerts::page(&mut tx, open.unwrap_or_default(), after, limit + 1).await?;
    let tree = causes::tree(&mut tx).await?;
    let reviewed = alerts::reviewed(&mut tx).await?;
    drop(connection);
    let more = i64::try_from(rows.len()).is_ok_and(|count| count > limit);
    let place = usize::try_from(limit - 1).ok().and_then(|last| rows.get(last)).filter(|_| more);
    let next = place.map(|alert| format!("{}.{}", alert.week, alert.id));
    let items = rows.into_iter().take(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(Answer::ok(&json::Alerts {
        items: items.map(|alert| json::Alert::of(alert, &tree)).collect(),
        next,
        precision: precision(&reviewed),
    })?)
}

/// How often alerts were right.
pub(crate) fn precision(reviewed: &std::collections::BTreeMap<&'static str, u64>) -> json::Precision {
    let of = |code: &str| reviewed.get(code).copied().unwrap_or_default();
    let (right, artefact) = (of("real") + of("known"), of("artefact"));
    let (share, low, high) = share(right, right + artefact);
    json::Precision { reviewed: right + artefact, right, artefact, share, low, high }
}

pub(crate) async fn review(call: Call) -> Result<Answer, Problem> {
    let body: Review = call.body()?;
    let (caller, id) = (call.caller()?.id, call.param("id").parse::<Uuid>());
    let id = id.map_err(|_| firsthand_domain::Refusal::NotFound)?;
    write(&call, move |unit| {
        let body = body.clone();
        Box::pin(async move {
            let alert = alerts::review(unit, caller, id, &body).await?;
            let tree = causes::tree(&mut unit.tx).await?;
            Ok(Done::plain(Answer::ok(&json::Alert::of(alert, &tree))?))
        })
    })
    .await
}

/// What repeats are asked: the days, and how far back a repeat looks.
pub(crate) fn repeats_asked(query: &Query, asked: &Asked) -> Result<RepeatsAsked, Problem> {
    let days = |most: i64| move |v: &str| v.parse::<i64>().ok().filter(|n| (0..=most).contains(n));
    let within = query.read("within_days", "expected a whole number of days up to 730", days(730))?;
    let gap = query.read("gap_days", "expected a whole number of days up to 90", days(90))?;
    Ok(RepeatsAsked {
        from: asked.from(),
        to: asked.to(),
        gap_days: gap.unwrap_or(1),
        within_days: within.unwrap_or(90),
    })
}

pub(crate) async fn repeats(call: Call) -> Result<Answer, Problem> {
    const MOST: usize = 200;
    let (reader, now) = (call.caller()?.clone(), call.app.database.now());
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let asked = Asked::read(&mut tx, &call.query, now).await?;
    let repeats_asked = repeats_asked(&call.query, &asked)?;
    let found = stored::repeats(&mut tx, &reader, &repeats_asked).await?;
    drop(connection);
    let figures = &found.figures;
    let (share, low, high) = share(figures.repeats, figures.complaints);
    let mut causes: Vec<json::CauseRepeats> = figures
        .causes
        .iter()
        .filter(|(_, (repeats, _))| *repeats > 0)
        .map(|(cause, (repeats, expected))| json::CauseRepeats {
            cause: json::CauseRef::of(&asked.tree, *cause),
            repeats: *repeats,
            expected: *expected,
        })
        .collect();
    causes.sort_by(|a, b| b.repeats.cmp(&a.repeats).then_with(|| a.cause.code.cmp(&b.cause.code)));
    Ok(Answer::ok(&json::Repeats {
        complaints: figures.complaints,
        repeats: figures.repeats,
        share,
        low,
        high,
        expected: figures.expected,
        lift: figures.lift(),
        chance: figures.chance,
        causes,
        items: found.complaints.into_iter().take(MOST).map(|(id, _)| id).collect(),
        cut: found.cut,
    })?)
}

/// What handling and lost customers are reckoned to cost, as far as it was said.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct CostRates {
    /// Minutes of handling of a complaint, and what an hour costs.
    handling: Option<(i64, i64)>,
    /// Of ten thousand customers who complain, how many leave, and the margin that goes with each.
    lost: Option<(i64, i64)>,
}

impl CostRates {
    /// Reads them, amounts in the currency of the report.
    pub(crate) fn read(query: &Query, currency: Option<Currency>) -> Result<Self, Problem> {
        let amount =
            |v: &str| currency.and_then(|currency| currency.read(v).ok()).filter(|minor| *minor >= 0);
        let money = "expected an amount in the currency of the report, as 24.00";
        let minutes = |v: &str| v.parse::<i64>().ok().filter(|n| (0..=100_000).contains(n));
        let minutes = query.read("minutes", "expected a whole number of minutes", minutes)?;
        let parts = |v: &str| {
            let share: f64 = v.parse().ok()?;
            (0.0..=1.0).contains(&share).then(|| (share * 10_000.0).round())
        };
        let lost = query.read("lost_share", "expected a share from 0 to 1", parts)?;
        #[expect(clippy::cast_possible_truncation, reason = "from 0 to 10,000, and whole")]
        let lost = lost.map(|parts| parts as i64);
        Ok(Self {
            handling: minutes.zip(query.read("hour", money, amount)?),
            lost: lost.zip(query.read("margin", money, amount)?),
        })
    }

    fn of(&self, count: i64, given: i64) -> (Option<i64>, Option<i64>, i64) {
        let handling =
            self.handling.map(|(minutes, hour)| count.saturating_mul(minutes).saturating_mul(hour) / 60);
        let lost =
            self.lost.map(|(parts, margin)| count.saturating_mul(parts).saturating_mul(margin) / 10_000);
        let total =
            given.saturating_add(handling.unwrap_or_default()).saturating_add(lost.unwrap_or_default());
        (handling, lost, total)
    }
}

pub(crate) async fn cost(call: Call) -> Result<Answer, Problem> {
    let (reader, now) = (call.caller()?.clone(), call.app.database.now());
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let mut asked = Asked::read(&mut tx, &call.query, now).await?;
    asked.pareto.measure = Measure::Money;
    let pareto = stored::pareto(&mut tx, &reader, &asked.tree, &asked.pareto, now).await?;
    drop(connection);
    let rates = CostRates::read(&call.query, pareto.currency)?;
    Ok(Answer::ok(&costs(&asked, &pareto, &rates, LIST))?)
}

/// What each cause costs, the largest first.
pub(crate) fn costs(asked: &Asked, pareto: &stored::Pareto, rates: &CostRates, list: &str) -> json::Costs {
    let Some(currency) = pareto.currency else {
        return json::Costs { items: Vec::new(), currency: None, other_currencies: Vec::new() };
    };
    let money = |minor: i64| Money::new(minor, currency);
    let mut items: Vec<json::Cost> = pareto
        .bars
        .iter()
        .map(|ranked| {
            let bar = &ranked.of;
            let given = bar.given.get(&currency).copied().unwrap_or_default();
            let (handling, lost, total) = rates.of(bar.count, given);
            json::Cost {
                cause: bar.cause.map(|cause| json::CauseRef::of(&asked.tree, cause)),
                count: bar.count,
                given: money(given),
                handling: handling.map(money),
                lost: lost.map(money),
                total: money(total),
                per_complaint: money(total / bar.count.max(1)),
                link: format!("{list}{}", asked.behind_bar(By::Cause, bar.key.as_deref())),
            }
        })
        .collect();
    items.sort_by_key(|cost| std::cmp::Reverse(cost.total.minor));
    json::Costs {
        items,
        currency: Some(currency),
        other_currencies: pareto.currencies.iter().copied().filter(|other| *other != currency).collect(),
    }
}
