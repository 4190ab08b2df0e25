//! What a plan says of what was counted: before and after, on whose exposure, with which certainty.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::plan::Window;
use super::{Action, Plan};
use crate::id::{CauseId, StaffId};
use crate::money::Currency;
use crate::statistics::cost;
use crate::statistics::ratio::{
    BeforeAfter, Dispersion, Interval, Judged, Method, Verdict, least_watch, power,
};
use crate::time::{Day, Timestamp};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;
/// Above this many complaints the chance to see a change is reckoned by the normal distribution: as good, and at once.
const MANY: f64 = 150.0;

/// Complaints of one cause that happened on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Their present primary cause; nothing where none is on record.
    pub cause: Option<CauseId>,
    /// Days since 1970.
    pub day: i64,
    /// How many.
    pub count: i64,
}

/// What was counted for a plan.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// Complaints by cause and day.
    pub counted: &'a [Counted],
    /// The causes of the plan, and those that were retired in their favour.
    pub treated: &'a BTreeSet<CauseId>,
    /// Causes under which the same complaints could be put instead.
    pub beside: &'a BTreeSet<CauseId>,
    /// Exposure of the baseline; nothing when none is on record.
    pub t1: Option<i64>,
    /// Exposure of the watch window, as far as [`Plan::watched`] goes.
    pub t2: Option<i64>,
    /// How long customers take to complain.
    pub lag: i64,
    /// The present.
    pub now: Timestamp,
}

/// What a fix has saved.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Benefit {
    /// Complaints that were to be expected at the old rate.
    pub expected: f64,
    /// What those that did not come would have cost, less what the fix cost, in minor units; nothing when what one costs
    /// is not known.
    pub saved: Option<i64>,
    /// The currency of that.
    pub currency: Option<Currency>,
}

/// Whether an action helped, with all it follows from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// What is said.
    pub verdict: Verdict,
    /// By which plan.
    pub plan: u32,
    /// The rate after over that before; nothing while it is not to be said.
    pub rate_ratio: Option<f64>,
    /// The lower end of its interval.
    pub low: Option<f64>,
    /// The upper end; nothing when there is none.
    pub high: Option<f64>,
    /// Complaints before.
    pub x1: i64,
    /// Exposure before.
    pub t1: Option<i64>,
    /// Complaints after.
    pub x2: i64,
    /// Exposure after.
    pub t2: Option<i64>,
    /// How much more the baseline scatters than complaints that come one by one; 1 when not more.
    pub phi: f64,
    /// The share of complaints without a primary cause, in the window that has more of them.
    pub untagged: f64,
    /// Complaints next to the treated causes have risen: they may have been put there instead.
    pub displacement: bool,
    /// Days within which nine of ten customers complained.
    pub lag_days: i64,
    /// When it can be said for the first time.
    pub earliest_at: Timestamp,
    /// What the fix has saved.
    pub benefit: Option<Benefit>,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Who asked.
    pub asked_by: StaffId,
}

impl Judgement {
    /// Does it rest on the same figures and say the same?
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let told = |j: &Self| (j.verdict, j.plan, j.x1, j.t1, j.x2, j.t2, j.displacement);
        told(self) == told(other)
            && (self.untagged - other.untagged).abs() < 1e-9
            && (self.phi - other.phi).abs() < 1e-9
    }
}

/// What may be expected of a plan before the fact (C2.6).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Outlook {
    /// Complaints in the baseline.
    pub x1: i64,
    /// Exposure of the baseline; null when none is on record.
    pub t1: Option<i64>,
    /// Days of watch, at the exposure of the baseline, with which a fix that ends all such complaints can be shown to work;
    /// null when there are too few complaints to show anything.
    pub least_days: Option<i64>,
    /// The chance that a fix which does what is aimed at is shown to have lowered the rate; null without complaints.
    pub power: Option<f64>,
    /// The earliest instant at which a verdict can be given.
    pub earliest_at: Timestamp,
}

/// So long nine of ten customers take to complain, at most; delays in microseconds, in any order.
#[must_use]
pub fn lag_of(mut delays: Vec<i64>) -> i64 {
    delays.sort_unstable();
    let rank = delays.len().saturating_mul(9).div_ceil(10);
    rank.checked_sub(1).and_then(|place| delays.get(place)).map_or(0, |lag| (*lag).max(0))
}

#[expect(clippy::cast_precision_loss, reason = "counts of complaints and of deliveries are far below 2^53")]
fn real(count: i64) -> f64 {
    count as f64
}

#[expect(clippy::cast_possible_truncation, reason = "saturates: no desk saves more than fits")]
fn whole(value: f64) -> i64 {
    value.round() as i64
}

impl Plan {
    /// Days from the first of the baseline to the last watched, all of which are counted.
    #[must_use]
    pub fn span(&self) -> Window {
        Window { from: self.baseline.from, to: self.watch.to }
    }

    /// When the watch is over: at its end, and so much later that those who complain late have complained.
    #[must_use]
    pub fn over_at(&self, lag: i64) -> Timestamp {
        Timestamp::from_micros(self.watch.to.start().micros().saturating_add(lag.max(0)))
    }

    /// The days of the watch of which most complaints have come in by now; none before the first.
    #[must_use]
    pub fn watched(&self, lag: i64, now: Timestamp) -> Option<Window> {
        let settled = Day::of(Timestamp::from_micros(now.micros().saturating_sub(lag.max(0))));
        let to = self.watch.to.min(settled);
        (to > self.watch.from).then_some(Window { to, ..self.watch })
    }

    fn before_after(&self, found: &Found<'_>, of: &BTreeSet<CauseId>) -> (i64, i64) {
        let watched = self.watched(found.lag, found.now);
        let sum = |window: Option<Window>| -> i64 {
            let held = |c: &&Counted| {
                window.is_some_and(|w| w.holds(c.day)) && c.cause.is_some_and(|cause| of.contains(&cause))
            };
            found.counted.iter().filter(held).map(|c| c.count).sum()
        };
        (sum(Some(self.baseline)), sum(watched))
    }

    /// The share without a cause, in the window that has more of them.
    fn untagged(&self, found: &Found<'_>) -> f64 {
        let watched = self.watched(found.lag, found.now);
        let share = |window: Window| {
            let here = || found.counted.iter().filter(|c| window.holds(c.day));
            let all: i64 = here().map(|c| c.count).sum();
            let bare: i64 = here().filter(|c| c.cause.is_none()).map(|c| c.count).sum();
            if all > 0 { real(bare) / real(all) } else { 0.0 }
        };
        [Some(self.baseline), watched].into_iter().flatten().map(share).fold(0.0, f64::max)
    }

    /// How much more the weeks of the baseline scatter than chance would make them; exposure is taken as even, since it
    /// need not be on record by the week.
    fn thinning(&self, found: &Found<'_>) -> f64 {
        let weeks = usize::try_from(self.baseline.days() / 7).unwrap_or(0);
        let mut counts = vec![0.0; weeks];
        let first = self.baseline.from.number();
        for c in found.counted {
            let week = usize::try_from((c.day - first).div_euclid(7)).ok();
            let treated = c.cause.is_some_and(|cause| found.treated.contains(&cause));
            if let Some(slot) = week.and_then(|week| counts.get_mut(week)).filter(|_| treated) {
                *slot += real(c.count);
            }
        }
        let exposures = vec![1.0; weeks];
        Dispersion::of(&counts, &exposures).map_or(1.0, |dispersion| dispersion.thinning())
    }

    /// What may be expected of it, from what was counted so far.
    #[must_use]
    pub fn outlook(&self, found: &Found<'_>) -> Outlook {
        let (x1, _) = self.before_after(found, found.treated);
        let days = least_watch(real(x1), self.alpha) * real(self.baseline.days());
        let share = (real(self.watch.days()) / real(self.baseline.days())).min(1.0);
        Outlook {
            x1,
            t1: found.t1,
            least_days: days.is_finite().then(|| whole(days.ceil())),
            power: (x1 > 0).then(|| chance_to_see(real(x1) * share, self.target_ratio, self.alpha)),
            earliest_at: self.over_at(found.lag),
        }
    }
}

/// The chance to see a fix that does what is aimed at.
fn chance_to_see(mean: f64, ratio: f64, alpha: f64) -> f64 {
    use statrs::distribution::{ContinuousCDF as _, Normal};
    if mean <= MANY {
        return power(mean, ratio, alpha / 2.0);
    }
    let normal = Normal::standard();
    let spread = (1.0 / mean + 1.0 / (mean * ratio)).sqrt();
    normal.cdf(-ratio.ln() / spread - normal.inverse_cdf(1.0 - alpha / 2.0))
}

impl Action {
    /// What its plan says of what was counted.
    #[must_use]
    pub fn measure(&self, plan: &Plan, found: &Found<'_>, by: StaffId) -> Judgement {
        let over = found.now >= plan.over_at(found.lag);
        let (x1, x2) = plan.before_after(found, found.treated);
        let exposed = |t: Option<i64>| t.map_or(0.0, real);
        let (t1, t2) = (exposed(found.t1), exposed(found.t2));
        let counts = BeforeAfter { x1: real(x1), t1, x2: real(x2), t2 };
        let phi = plan.thinning(found);
        let untagged = plan.untagged(found);
        let judged = Judged { target_ratio: plan.target_ratio, alpha: plan.alpha, untagged, over };
        // What is not over has no exposure on record yet, which is not the same as none at all.
        let verdict = match counts.verdict(&judged, phi) {
            Verdict::NotEvaluable if !over && t1 > 0.0 => {
                BeforeAfter { t2: t2.max(1.0), ..counts }.verdict(&judged, phi)
            }
            verdict => verdict,
        };
        // Before its time nothing is said of the ratio: whoever looks often enough sees what they wish for.
        let told = over && counts.is_exposed() && x1 + x2 > 0;
        let interval = told.then(|| interval(&counts, plan.alpha, phi));
        let ratio = counts.ratio();
        Judgement {
            verdict,
            plan: plan.number,
            rate_ratio: (told && ratio.is_finite()).then_some(ratio),
            low: interval.map(|i| i.low),
            high: interval.map(|i| i.high).filter(|high| high.is_finite()),
            x1,
            t1: found.t1,
            x2,
            t2: found.t2,
            phi,
            untagged,
            displacement: told && displaced(plan, found, &counts),
            lag_days: found.lag.max(0).div_euclid(DAY) + i64::from(found.lag.max(0) % DAY > 0),
            earliest_at: plan.over_at(found.lag),
            benefit: told.then(|| self.benefit(plan, &counts)),
            asked_at: found.now,
            asked_by: by,
        }
    }

    fn benefit(&self, plan: &Plan, counts: &BeforeAfter) -> Benefit {
        let expected = counts.x1 / counts.t1 * counts.t2;
        let cost_of_action = self.terms.cost.map_or(0, |cost| cost.minor);
        let saved = plan
            .unit_cost
            .map(|unit| whole(cost::benefit(expected, counts.x2, real(unit.minor), real(cost_of_action))));
        Benefit { expected, saved, currency: plan.unit_cost.map(|unit| unit.currency) }
    }
}

/// The interval by which the verdict goes.
fn interval(counts: &BeforeAfter, alpha: f64, phi: f64) -> Interval {
    if phi > 1.0 {
        counts.thinned(phi).interval(alpha, Method::Exact)
    } else {
        counts.interval(alpha, Method::MidP)
    }
}

/// Have complaints risen where these could have been put instead (C2.8)?
fn displaced(plan: &Plan, found: &Found<'_>, counts: &BeforeAfter) -> bool {
    let (y1, y2) = plan.before_after(found, found.beside);
    let beside = BeforeAfter { x1: real(y1), x2: real(y2), ..*counts };
    y2 > 0 && beside.interval(plan.alpha, Method::MidP).low > 1.0
}
