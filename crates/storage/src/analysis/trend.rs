//! Complaints over time, with the limits within which chance alone moves them.

use std::collections::BTreeMap;

use firsthand_domain::figures::{first_day_of, month_of};
use firsthand_domain::staff::Staff;
use firsthand_domain::statistics::chart::{RateChart, rate_chart};

use super::float;
use crate::database::Tx;
use crate::figures::{self, Asked, Group};
use crate::{Result, exposure};

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Grain {
    /// A UTC day.
    Day,
    /// From Monday to Sunday.
    #[default]
    Week,
    /// A calendar month.
    Month,
}

impl Grain {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The one of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grain| grain.code() == code)
    }

    /// The first day of the period a day is in.
    #[must_use]
    pub fn first(self, day: i64) -> i64 {
        match self {
            Self::Day => day,
            // Day 0 was a Thursday.
            Self::Week => day - (day + 3).rem_euclid(7),
            Self::Month => first_day_of(month_of(day)),
        }
    }

    /// The first day of the next one.
    #[must_use]
    pub fn next(self, first: i64) -> i64 {
        match self {
            Self::Day => first + 1,
            Self::Week => first + 7,
            Self::Month => first_day_of(month_of(first) + 1),
        }
    }
}

/// One period, as far as it is in what was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendPoint {
    /// Its first day.
    pub from: i64,
    /// The day after its last.
    pub to: i64,
    /// Complaints.
    pub count: i64,
    /// Chances there were for them; nothing while that is not on record.
    pub exposure: Option<i64>,
}

/// Periods in order, without gaps.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// The periods.
    pub points: Vec<TrendPoint>,
    /// The exposure rates are made with.
    pub exposure: Option<String>,
    /// Stretches between fixes, each with limits of its own: the first period of each and its chart. None without
    /// exposure: then there are counts and no rates.
    pub charts: Vec<(usize, RateChart)>,
}

/// Periods of one trend at most: three years of days.
pub const MOST_PERIODS: usize = 1_100;

/// Complaints by period. Limits are reckoned anew from each of the days in `fixes` on.
///
/// # Errors
/// The database could not.
pub async fn trend(
    tx: &mut Tx<'_>,
    reader: &Staff,
    asked: &Asked,
    grain: Grain,
    kind: Option<&str>,
    fixes: &[i64],
) -> Result<Trend> {
    let group = Group { day: true, ..Group::default() };
    let mut days: BTreeMap<i64, i64> = BTreeMap::new();
    for row in figures::sums(tx, reader, group, asked).await? {
        *days.entry(row.day).or_default() += row.sums.complaints;
    }
    let kind = match kind {
        Some(kind) => Some(kind.to_owned()),
        None => super::only_exposure(tx).await?,
    };
    let exposed = match &kind {
        Some(kind) => {
            let (product, place) = (asked.filter.product.as_deref(), asked.filter.place.as_deref());
            let filter = exposure::Filter {
                kind: Some(kind.clone()),
                product: product.map(str::to_owned),
                place: place.map(str::to_owned),
                from: Some(asked.from),
                to: Some(asked.to),
            };
            exposure::days(tx, &filter, i64::MAX).await?.into_iter().collect()
        }
        None => BTreeMap::new(),
    };
    let mut points = Vec::new();
    let mut from = asked.from;
    while from < asked.to && points.len() < MOST_PERIODS {
        let to = grain.next(grain.first(from)).min(asked.to);
        let count = days.range(from..to).map(|(_, count)| count).sum();
        let mut known = exposed.range(from..to).map(|(_, count)| *count).peekable();
        let exposure = known.peek().is_some().then(|| known.sum());
        points.push(TrendPoint { from, to, count, exposure });
        from = to;
    }
    let charts = if points.iter().any(|point| point.exposure.is_some_and(|e| e > 0)) {
        charts(&points, fixes)
    } else {
        Vec::new()
    };
    Ok(Trend { points, exposure: kind, charts })
}

fn charts(points: &[TrendPoint], fixes: &[i64]) -> Vec<(usize, RateChart)> {
    let mut begins = vec![0];
    for fix in fixes {
        let place = points.iter().position(|point| (point.from..point.to).contains(fix));
        if let Some(place) = place.filter(|place| !begins.contains(place)) {
            begins.push(place);
        }
    }
    begins.sort_unstable();
    let ends = begins.iter().skip(1).copied().chain([points.len()]);
    let stretch = |(begin, end): (usize, usize)| {
        let some = points.get(begin..end)?;
        let counts: Vec<f64> = some.iter().map(|point| float(point.count)).collect();
        let exposures: Vec<f64> =
            some.iter().map(|point| float(point.exposure.unwrap_or_default())).collect();
        // A period nobody said anything of takes no part: its complaints are on no exposure.
        let known: Vec<f64> =
            counts.iter().zip(&exposures).map(|(count, e)| if *e > 0.0 { *count } else { 0.0 }).collect();
        rate_chart(&known, &exposures).map(|chart| (begin, chart))
    };
    begins.iter().copied().zip(ends).filter_map(stretch).collect()
}
