//! What has begun to rise. Every cause is held against its own past, and against everything else: a rise of all complaints
//! is no spike of one (REQUIREMENTS C2.4, C3.1, C3.3, C3.4). Every alert is reviewed by a person, and how often they were
//! right is told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::CauseId;
use crate::statistics::ratio::Dispersion;
use crate::statistics::spike::{Cusum, FEWEST, Period, adjusted};
use crate::text::Text;

/// Weeks a week is held against.
pub const BASELINE: usize = 12;
/// Weeks between those and the week itself, so that a slow rise does not hide itself.
pub const GAP: usize = 2;
/// Weeks over which a drift is added up, and weeks before them from which its mean is taken.
pub const DRIFT: usize = 26;
/// Weeks of counts that are looked at for one week.
pub const WEEKS: usize = 2 * DRIFT;
/// Of the alerts of a week, at most this share is expected to be chance.
pub const RATE: f64 = 0.05;
/// A drift is a rise to this much of what was.
const DRIFTED: f64 = 1.5;
/// Weeks between two false alarms of drift, of all causes together.
const BETWEEN: f64 = 104.0;
/// More than this share of causes that say nothing (`unknown`, `other`) is an alert, of so many complaints or more, over so
/// many weeks.
pub const MOST_SAYING_NOTHING: f64 = 0.10;
const FEWEST_TAGGED: u32 = 20;
/// Weeks over which that share is taken.
pub const SAYING_NOTHING_WEEKS: usize = 4;

/// What kind of rise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "AlertKind")]
pub enum Kind {
    /// One week stands out.
    Spike,
    /// A little more each week.
    Drift,
    /// Too many complaints whose cause says nothing.
    SaysNothing,
}

impl Kind {
    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Spike => "spike",
            Self::Drift => "drift",
            Self::SaysNothing => "says_nothing",
        }
    }

    /// The kind of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Spike, Self::Drift, Self::SaysNothing].into_iter().find(|kind| kind.code() == code)
    }
}

/// The weekly counts of a cause, the oldest first; the last is the week that is looked at.
#[derive(Debug, Clone)]
pub struct Weeks {
    /// Which cause, or branch with all below it.
    pub cause: CauseId,
    /// Complaints, one number a week.
    pub counts: Vec<u32>,
    /// Weeks in which it stood out: these are no baseline, and no part of a drift.
    pub alerted: Vec<bool>,
    /// Since which of the weeks it drifts, when that was told.
    pub drifts_since: Option<usize>,
}

impl Weeks {
    fn is_told(&self, week: usize) -> bool {
        let drifts = self.drifts_since.is_some_and(|since| week >= since);
        drifts || self.alerted.get(week).copied().unwrap_or_default()
    }
}

/// The weekly counts by which a branch is judged: a cause below it counts as in its other weeks while it has an alert of its
/// own. So a branch has one when more rises than what is told of the causes below it already.
#[must_use]
pub fn branch(below: &[Weeks]) -> Vec<u32> {
    let mut sums: Vec<u32> = Vec::new();
    for cause in below {
        let others = cause.counts.iter().enumerate().filter(|(week, _)| !cause.is_told(*week));
        let (all, weeks) =
            others.fold((0_u32, 0_u32), |(all, n), (_, count)| (all.saturating_add(*count), n + 1));
        // To the nearest whole.
        let usual = all.saturating_add(weeks / 2).checked_div(weeks).unwrap_or_default();
        sums.resize(sums.len().max(cause.counts.len()), 0);
        for (week, (sum, count)) in sums.iter_mut().zip(&cause.counts).enumerate() {
            *sum = sum.saturating_add(if cause.is_told(week) { usual } else { *count });
        }
    }
    sums
}

/// What was found for a week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Which cause.
    pub cause: CauseId,
    /// What kind of rise.
    pub kind: Kind,
    /// Over how many weeks, the last of them the week that was looked at.
    #[serde(default = "one")]
    pub weeks: u32,
    /// Complaints of these weeks.
    pub count: u32,
    /// How many were to be expected, as often as it was before and as much as is complained of now; of `says_nothing`, all
    /// that have a cause.
    pub expected: f64,
    /// The chance of as many, were nothing different, all causes judged together; nothing for a drift.
    pub chance: Option<f64>,
    /// How much more the baseline scatters than complaints that come one by one.
    pub scatter: f64,
}

/// Alerts that were found before weeks were told.
const fn one() -> u32 {
    1
}

impl Found {
    /// With the complaints there were, which may be more than those it was judged by.
    #[must_use]
    pub fn of_all(self, counts: &[u32]) -> Self {
        let weeks = usize::try_from(self.weeks).unwrap_or(usize::MAX);
        let count = sum(counts.get(counts.len().saturating_sub(weeks)..).unwrap_or_default());
        Self { count, ..self }
    }
}

fn sum(counts: &[u32]) -> u32 {
    counts.iter().fold(0, |all, count| all.saturating_add(*count))
}

/// The spikes of the last week among causes that are judged together: a family of leaves, or one of branches, never both.
/// `all` are all complaints of each week, tagged or not. A spike stands out from its own past and from what happens to
/// everything, whichever is the weaker.
#[must_use]
pub fn spikes(family: &[Weeks], all: &[u32]) -> Vec<Found> {
    let weighed: Vec<(&Weeks, Period, f64, f64)> = family
        .iter()
        .filter_map(|weeks| weigh(weeks, all).map(|(p, chance, phi)| (weeks, p, chance, phi)))
        .collect();
    let chances: Vec<f64> = weighed.iter().map(|(_, _, chance, _)| *chance).collect();
    weighed
        .iter()
        .zip(adjusted(&chances))
        .filter(|(_, chance)| *chance <= RATE)
        .map(|((weeks, period, _, phi), chance)| Found {
            cause: weeks.cause,
            kind: Kind::Spike,
            weeks: 1,
            count: period.x,
            expected: period.expected(),
            chance: Some(chance),
            scatter: *phi,
        })
        .collect()
}

fn weigh(weeks: &Weeks, all: &[u32]) -> Option<(Period, f64, f64)> {
    let now = weeks.counts.len().checked_sub(1)?;
    let end = now.checked_sub(GAP)?;
    let begin = end.checked_sub(BASELINE)?;
    let quiet: Vec<usize> =
        (begin..end).filter(|week| !weeks.alerted.get(*week).copied().unwrap_or_default()).collect();
    let of = |counts: &[u32], week: &usize| counts.get(*week).copied().unwrap_or_default();
    let counts: Vec<f64> = quiet.iter().map(|week| f64::from(of(&weeks.counts, week))).collect();
    let every: u32 = quiet.iter().fold(0, |sum, week| sum.saturating_add(of(all, week)));
    let (x, b) =
        (of(&weeks.counts, &now), quiet.iter().fold(0, |sum: u32, week| sum + of(&weeks.counts, week)));
    if counts.is_empty() || every == 0 {
        return None;
    }
    let exposures = vec![1.0; counts.len()];
    let phi = Dispersion::of(&counts, &exposures).map_or(1.0, |scatter| scatter.thinning());
    let period = Period { x, e: 1.0, b, baseline: exposures.iter().sum() };
    let chance = if x < FEWEST {
        1.0
    } else {
        let own = if phi > 1.0 { period.chance_scattered(phi) } else { period.chance() };
        own.max(period.chance_of_share(of(all, &now), every))
    };
    Some((period, chance, phi))
}

/// The drifts that show in the last week and did not in the one before: weekly counts, held against what happens to all
/// complaints, add up beyond what a mean that stays would do (C3.4).
#[must_use]
pub fn drifts(family: &[Weeks], all: &[u32]) -> Vec<Found> {
    let causes = f64::from(u32::try_from(family.len()).unwrap_or(u32::MAX));
    family.iter().filter_map(|weeks| drift(weeks, all, causes)).collect()
}

fn drift(weeks: &Weeks, all: &[u32], causes: f64) -> Option<Found> {
    let begin = weeks.counts.len().checked_sub(WEEKS)?;
    let (before, now) = (weeks.counts.get(begin..begin + DRIFT)?, weeks.counts.get(begin + DRIFT..)?);
    let (all_before, all_now) = (all.get(begin..begin + DRIFT)?, all.get(begin + DRIFT..)?);
    let length = f64::from(u32::try_from(DRIFT).unwrap_or(1));
    let (mean, usual) = (f64::from(sum(before)) / length, f64::from(sum(all_before)) / length);
    if mean < 1.0 || usual <= 0.0 {
        return None;
    }
    // What a week would have had, had as many complained of everything as usual: a growing desk is no drift. A week that
    // stood out by itself is none either.
    let begin = begin + DRIFT;
    let scaled: Vec<f64> = now
        .iter()
        .zip(all_now)
        .enumerate()
        .map(|(week, (count, all))| match (weeks.alerted.get(begin + week), *all) {
            (Some(true), _) => mean,
            (_, 0) => 0.0,
            (_, all) => f64::from(*count) * usual / f64::from(all),
        })
        .collect();
    if *weeks.counts.last()? < FEWEST {
        return None;
    }
    let since = Cusum::begins_to_alarm(mean, mean * DRIFTED, causes * BETWEEN, &scaled)?;
    let every = f64::from(sum(all_now.get(since..)?));
    Some(Found {
        cause: weeks.cause,
        kind: Kind::Drift,
        weeks: u32::try_from(now.len() - since).unwrap_or(1),
        count: sum(now.get(since..)?),
        expected: mean * every / usual,
        chance: None,
        scatter: 1.0,
    })
}

/// Do too many complaints have a cause that says nothing? `of_it` are those of `unknown` or `other`, `tagged` all that have
/// a cause, both over the last weeks.
#[must_use]
pub fn says_nothing(cause: CauseId, of_it: u32, tagged: u32) -> Option<Found> {
    let too_many = f64::from(of_it) > MOST_SAYING_NOTHING * f64::from(tagged);
    (tagged >= FEWEST_TAGGED && too_many).then_some(Found {
        cause,
        kind: Kind::SaysNothing,
        weeks: u32::try_from(SAYING_NOTHING_WEEKS).unwrap_or(1),
        count: of_it,
        expected: f64::from(tagged),
        chance: None,
        scatter: 1.0,
    })
}

/// What a person found an alert to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "AlertVerdict")]
pub enum Verdict {
    /// Something did happen.
    Real,
    /// Nothing did: somebody sorted otherwise, a file was read in, it was chance.
    Artefact,
    /// Something that was known already.
    Known,
}

impl Verdict {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Real, Self::Artefact, Self::Known];

    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Artefact => "artefact",
            Self::Known => "known",
        }
    }

    /// The verdict of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.code() == code)
    }
}

/// A person speaks to an alert.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// What it was found to be.
    pub verdict: Verdict,
    /// What was looked at.
    pub note: Option<Text<2000>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn weeks(cause: u128, counts: Vec<u32>) -> Weeks {
        let alerted = vec![false; counts.len()];
        Weeks { cause: CauseId(Uuid::from_u128(cause)), counts, alerted, drifts_since: None }
    }

    fn flat(count: u32) -> Vec<u32> {
        (0..WEEKS).map(|week| count + u32::try_from(week % 3).unwrap() - 1).collect()
    }

    fn with_last(mut counts: Vec<u32>, last: u32) -> Vec<u32> {
        *counts.last_mut().unwrap() = last;
        counts
    }

    #[test]
    fn a_week_that_stands_out_is_a_spike() {
        let family: Vec<Weeks> =
            (0..10).map(|n| weeks(n, if n == 3 { with_last(flat(5), 20) } else { flat(5) })).collect();
        let all = with_last(flat(60), 75);
        let found = spikes(&family, &all);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].cause, found[0].count), (family[3].cause, 20));
        assert!((found[0].expected - 5.0).abs() < 0.2 && found[0].chance.unwrap() < 0.001);
    }

    #[test]
    fn a_rise_of_everything_is_no_spike_of_one() {
        let family: Vec<Weeks> = (0..10).map(|n| weeks(n, with_last(flat(5), 15))).collect();
        assert_eq!(spikes(&family, &with_last(flat(50), 150)), []);
    }

    #[test]
    fn a_new_cause_is_a_spike_and_two_complaints_are_none() {
        let new = |last| vec![weeks(1, with_last(vec![0; WEEKS], last))];
        assert_eq!(spikes(&new(2), &with_last(flat(50), 52)).len(), 0);
        assert_eq!(spikes(&new(9), &with_last(flat(50), 59)).len(), 1);
        assert_eq!(spikes(&[weeks(1, vec![0, 0, 9])], &[50, 50, 59]), [], "no past to be held against");
    }

    #[test]
    fn weeks_of_an_earlier_spike_are_no_baseline() {
        let mut counts = with_last(flat(5), 18);
        counts[WEEKS - 8..WEEKS - 4].fill(40);
        let mut family = vec![weeks(1, counts)];
        let all = with_last(flat(80), 93);
        assert_eq!(spikes(&family, &all).len(), 0, "hidden by the spike before");
        family[0].alerted[WEEKS - 8..WEEKS - 4].fill(true);
        assert_eq!(spikes(&family, &all).len(), 1);
    }

    #[test]
    fn what_rises_a_little_each_week_is_a_drift_once() {
        let mut counts = flat(6);
        let mut told = Vec::new();
        for week in 0..16 {
            counts.remove(0);
            counts.push(8 + week / 2);
            let all: Vec<u32> = counts.iter().map(|count| count + 60).collect();
            let found = drifts(&[weeks(1, counts.clone())], &all);
            told.extend(found.into_iter().map(|found| (week, found)));
        }
        assert_eq!(told.len(), 1, "{told:?}");
        // With the weeks since it began, and what they would have had.
        let (week, found) = &told[0];
        let risen: u32 = (0..=*week).map(|week| 8 + week / 2).sum();
        assert!(found.weeks > 1 && found.weeks <= *week + 2, "{found:?}");
        assert!(found.count + 8 > risen && found.count <= risen + 8, "{found:?} of {risen}");
        assert!(found.expected > 4.0 * f64::from(found.weeks), "{found:?}");
        assert!(found.expected < 8.0 * f64::from(found.weeks), "{found:?}");
        // The same when everything grows alike.
        let all: Vec<u32> = counts.iter().map(|count| count * 10).collect();
        assert_eq!(drifts(&[weeks(1, counts)], &all), []);
    }

    #[test]
    fn one_week_that_stands_out_is_no_drift() {
        let mut one = weeks(1, with_last(flat(2), 25));
        let all = with_last(flat(60), 85);
        assert_eq!(drifts(std::slice::from_ref(&one), &all).len(), 1, "by its sum alone it would be");
        *one.alerted.last_mut().unwrap() = true;
        assert_eq!(drifts(&[one], &all), []);
    }

    #[test]
    fn a_branch_is_told_only_of_what_its_causes_are_not_told_for() {
        let all = with_last(flat(60), 90);
        let risen = |cause: u128, last: u32, told: bool| {
            let mut weeks = weeks(cause, with_last(flat(4), last));
            *weeks.alerted.last_mut().unwrap() = told;
            weeks
        };
        let judged = |below: &[Weeks]| {
            let counts = branch(below);
            let alerted = vec![false; counts.len()];
            let cause = CauseId(Uuid::from_u128(9));
            let of = Weeks { cause, counts, alerted, drifts_since: None };
            spikes(std::slice::from_ref(&of), &all).len()
        };
        assert_eq!(branch(&[risen(1, 25, true), risen(2, 5, false)]).last(), Some(&9));
        assert_eq!(judged(&[risen(1, 25, false), risen(2, 4, false)]), 1);
        assert_eq!(judged(&[risen(1, 25, true), risen(2, 4, false)]), 0, "one cause makes all of it");
        // All of them a little, none enough for an alert of its own.
        assert_eq!(judged(&[risen(1, 25, true), risen(2, 13, false), risen(3, 13, false)]), 1);
        // What drifts is told since then, and no branch drifts for it.
        let mut drifting = weeks(1, flat(4));
        drifting.counts[WEEKS - 6..].fill(12);
        drifting.drifts_since = Some(WEEKS - 6);
        assert!(branch(&[drifting.clone()]).iter().all(|count| *count <= 5), "{:?}", branch(&[drifting]));
        assert!(branch(&[]).is_empty());
    }

    #[test]
    fn causes_that_say_nothing_are_told_when_they_grow() {
        let cause = CauseId(Uuid::from_u128(1));
        assert_eq!(says_nothing(cause, 10, 100), None, "one in ten is borne");
        assert!(says_nothing(cause, 11, 100).is_some());
        assert_eq!(says_nothing(cause, 9, 19), None, "too few to say");
    }
}
