//! How an action will be judged: what is counted, on what, before and after. Locked before the action is in place.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::Refusal;
use crate::exposure::Word;
use crate::id::{CauseId, StaffId};
use crate::money::Money;
use crate::object::{maybe_object, object};
use crate::problem::{Problem, known_causes};
use crate::staff::Staff;
use crate::text::Reason;
use crate::time::{Day, Timestamp};
use crate::verb::CauseRef;

/// Days of a window, at most: five years.
const LONGEST: i64 = 1_827;
/// Days between the fix and the watch, at most.
const LONGEST_WASHOUT: i64 = 730;

/// From a UTC day to another, that one left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// The first day.
    #[serde(deserialize_with = "day")]
    pub from: Day,
    /// The first day after it.
    #[serde(deserialize_with = "day")]
    pub to: Day,
}

/// A day, or its first instant in UTC.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Day, D::Error> {
    let text = String::deserialize(deserializer)?;
    let at = Timestamp::parse_or_day(&text).ok().filter(|at| Day::of(*at).start() == *at);
    at.map(Day::of).ok_or_else(|| {
        de::Error::custom("expected an existing date such as 2026-11-22, or its first instant in UTC")
    })
}

impl Window {
    /// How many days it has.
    #[must_use]
    pub fn days(self) -> i64 {
        self.to.number() - self.from.number()
    }

    /// Have they a day in common?
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.from < other.to && other.from < self.to
    }

    /// From the earlier beginning to the later end.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { from: self.from.min(other.from), to: self.to.max(other.to) }
    }

    /// Is this day, in days since 1970, one of its days?
    #[must_use]
    pub fn holds(self, day: i64) -> bool {
        (self.from.number()..self.to.number()).contains(&day)
    }

    /// Checks that it is one.
    pub(crate) fn check(self, field: &'static str) -> Result<(), Refusal> {
        if self.from.start() < Timestamp::EARLIEST {
            return Err(Refusal::field(format!("{field}.from"), "expected a day after the year 1900"));
        }
        let end = || format!("{field}.to");
        if self.to <= self.from {
            return Err(Refusal::field(end(), "expected a day after `from`"));
        }
        if self.days() > LONGEST {
            return Err(Refusal::field(end(), "expected a day within five years after `from`"));
        }
        Ok(())
    }
}

/// On what complaints are counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exposed {
    /// Which kind of exposure, as `deliveries`.
    pub kind: Word,
    /// Complaints about this product, on its exposure; of all when not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Word>,
    /// Complaints from this place, on its exposure; from all when not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Word>,
}

/// A plan, as asked for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlan {
    /// Complaints of which causes are counted, by id or code; those of the problem when not said.
    pub causes: Option<Vec<CauseRef>>,
    /// What it is held against; before the fix, and not the time that gave rise to it.
    #[serde(deserialize_with = "object")]
    pub baseline: Window,
    /// The time that gave rise to the fix; that of the problem's alert when not said.
    #[serde(default, deserialize_with = "maybe_object")]
    pub trigger: Option<Window>,
    /// Days after the fix that count on neither side.
    #[serde(default)]
    pub washout_days: i64,
    /// When it is watched whether the fix helps.
    #[serde(deserialize_with = "object")]
    pub watch: Window,
    /// On what complaints are counted.
    #[serde(deserialize_with = "object")]
    pub exposure: Exposed,
    /// The rate after over that before which is aimed at; 0.5 when not said.
    pub target_ratio: Option<f64>,
    /// One minus the confidence of the interval; 0.05 when not said.
    pub alpha: Option<f64>,
    /// Who verifies: not the owner.
    pub verifier: StaffId,
    /// What one such complaint costs, to reckon what the fix saved.
    pub unit_cost: Option<Money>,
    /// Why another plan takes the place of one that was locked.
    pub reason: Option<Reason>,
}

/// How an action is judged. It never changes; another takes its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// 1, and one more for each plan that took the place of another.
    pub number: u32,
    /// Complaints of these causes are counted, and of those that were retired in favour of them.
    pub causes: Vec<CauseId>,
    /// What it is held against.
    pub baseline: Window,
    /// The time that gave rise to the fix.
    pub trigger: Option<Window>,
    /// Days after the fix that count on neither side.
    pub washout_days: i64,
    /// When it is watched.
    pub watch: Window,
    /// On what complaints are counted.
    pub exposure: Exposed,
    /// The rate after over that before which is aimed at.
    pub target_ratio: f64,
    /// One minus the confidence of the interval.
    pub alpha: f64,
    /// Who verifies.
    pub verifier: StaffId,
    /// What one such complaint costs.
    pub unit_cost: Option<Money>,
    /// Who locked it.
    pub locked_by: StaffId,
    /// When.
    pub locked_at: Timestamp,
}

/// What a plan is checked against.
pub(super) struct Around<'a> {
    pub(super) actor: &'a Staff,
    pub(super) now: Timestamp,
    pub(super) problem: &'a Problem,
    pub(super) owner: StaffId,
    pub(super) verifier: Option<&'a Staff>,
    pub(super) causes: &'a [Option<CauseId>],
    pub(super) implemented_at: Option<Timestamp>,
    pub(super) before: Option<&'a Plan>,
    pub(super) cost: Option<Money>,
}

impl Plan {
    /// Locks a plan.
    pub(super) fn lock(new: &NewPlan, around: &Around<'_>) -> Result<Self, Refusal> {
        let causes = match new.causes {
            Some(_) => known_causes(around.causes)?,
            None => around.problem.causes.clone(),
        };
        new.baseline.check("baseline")?;
        new.watch.check("watch")?;
        if !(0..=LONGEST_WASHOUT).contains(&new.washout_days) {
            return Err(Refusal::field("washout_days", "expected a whole number from 0 to 730"));
        }
        let trigger = new.trigger.or(around.problem.trigger);
        if let Some(trigger) = trigger {
            trigger.check("trigger")?;
        }
        // What stood out is high partly by chance, so that whatever follows it looks like an improvement (I-58).
        let gave_rise = [trigger, around.problem.trigger].into_iter().flatten();
        if gave_rise.into_iter().any(|window| window.overlaps(new.baseline)) {
            let expected = "expected days outside of the time that gave rise to the fix";
            return Err(Refusal::field("baseline", expected));
        }
        if new.watch.overlaps(new.baseline) || new.watch.from < new.baseline.to {
            return Err(Refusal::field("baseline.to", "expected a day before the watch begins"));
        }
        let plan = Self {
            number: around.before.map_or(1, |before| before.number + 1),
            causes,
            baseline: new.baseline,
            trigger,
            washout_days: new.washout_days,
            watch: new.watch,
            exposure: new.exposure.clone(),
            target_ratio: share("target_ratio", new.target_ratio.unwrap_or(0.5), 0.01, 0.99)?,
            alpha: share("alpha", new.alpha.unwrap_or(0.05), 0.001, 0.2)?,
            verifier: verifier(around)?,
            unit_cost: unit_cost(new, around.cost)?,
            locked_by: around.actor.id,
            locked_at: around.now,
        };
        if let Some(at) = around.implemented_at {
            plan.fits(at).map_err(|misfit| match misfit {
                Misfit::Baseline => Refusal::field(
                    "baseline.to",
                    "expected no day after that on which the fix was put in place",
                ),
                Misfit::Watch => Refusal::field("watch.from", "expected a day after the fix and its washout"),
            })?;
        }
        Ok(plan)
    }

    /// Does the plan fit a fix that was put in place then?
    pub(super) fn fits(&self, implemented_at: Timestamp) -> Result<(), Misfit> {
        if self.baseline.to.start() > implemented_at {
            return Err(Misfit::Baseline);
        }
        if self.watch.from < self.first_watched(implemented_at) {
            return Err(Misfit::Watch);
        }
        Ok(())
    }

    /// The first whole day after the fix and its washout.
    fn first_watched(&self, implemented_at: Timestamp) -> Day {
        let day = Day::of(implemented_at);
        let whole = if day.start() == implemented_at { day } else { day.plus(1) };
        whole.plus(self.washout_days)
    }
}

/// Why a plan does not fit.
pub(super) enum Misfit {
    /// The baseline goes on after the fix.
    Baseline,
    /// The watch begins before the fix has settled.
    Watch,
}

fn share(field: &'static str, value: f64, least: f64, most: f64) -> Result<f64, Refusal> {
    if (least..=most).contains(&value) {
        Ok(value)
    } else {
        Err(Refusal::field(field, format!("expected a share from {least} to {most}")))
    }
}

/// Who verifies: a person at work here who is not the owner (I-06, I-57).
fn verifier(around: &Around<'_>) -> Result<StaffId, Refusal> {
    match around.verifier {
        Some(person) if person.id == around.owner => {
            Err(Refusal::field("verifier", "expected somebody other than the owner"))
        }
        Some(person) if person.can_hold_duty() => Ok(person.id),
        _ => Err(Refusal::field(
            "verifier",
            "expected the id of a person who works here and is not an auditor",
        )),
    }
}

fn unit_cost(new: &NewPlan, cost: Option<Money>) -> Result<Option<Money>, Refusal> {
    match (new.unit_cost, cost) {
        (Some(unit), _) if unit.minor < 0 => {
            Err(Refusal::field("unit_cost.amount", "expected an amount of 0 or more"))
        }
        (Some(unit), Some(cost)) if unit.currency != cost.currency => Err(Refusal::field(
            "unit_cost.currency",
            "expected an amount in the currency of the action's cost",
        )),
        (unit, _) => Ok(unit),
    }
}
