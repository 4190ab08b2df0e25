//! What has begun to rise: a count against its own past, all causes judged together, and slow drifts (REQUIREMENTS C3.1,
//! C3.3, C3.4).

use statrs::function::beta::beta_reg;

use super::binomial_tail;
use super::ratio::poisson;

/// A count of one period and the periods it is held against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Period {
    /// Complaints now.
    pub x: u32,
    /// Exposure now.
    pub e: f64,
    /// Complaints in the baseline.
    pub b: u32,
    /// Exposure of the baseline.
    pub baseline: f64,
}

/// Fewer complaints than this in a period are never an alert.
pub const FEWEST: u32 = 3;

impl Period {
    /// What is expected now.
    #[must_use]
    pub fn expected(&self) -> f64 {
        f64::from(self.b) / self.baseline * self.e
    }

    /// The chance of as many, were the rate that of the baseline; how little is known of that is taken into account (C3.1).
    #[must_use]
    pub fn chance(&self) -> f64 {
        binomial_tail(self.x, self.b.saturating_add(self.x), self.e / (self.e + self.baseline))
    }

    /// The chance by which alerts go: too few complaints are never one, and still count among all that are looked at.
    #[must_use]
    pub fn alert_chance(&self) -> f64 {
        if self.x < FEWEST { 1.0 } else { self.chance() }
    }

    /// The chance of as many where the baseline scatters `phi` times as much as complaints that come one by one: a negative binomial
    /// with that variance.
    #[must_use]
    pub fn chance_scattered(&self, phi: f64) -> f64 {
        let mean = self.expected();
        if phi <= 1.0 {
            return self.chance();
        }
        if self.x == 0 {
            return 1.0;
        }
        if mean <= 0.0 {
            return 0.0;
        }
        let size = mean / (phi - 1.0);
        beta_reg(f64::from(self.x), size, mean / (size + mean))
    }

    /// The chance that so large a share of all complaints falls to this cause, were its share that of the baseline: a rise
    /// of everything is no spike of one. `all` are all complaints of the period, `all_before` those of the baseline.
    #[must_use]
    pub fn chance_of_share(&self, all: u32, all_before: u32) -> f64 {
        let (now, before) = (f64::from(all), f64::from(all_before));
        if now + before <= 0.0 {
            return 1.0;
        }
        binomial_tail(self.x, self.b.saturating_add(self.x), now / (now + before))
    }
}

/// Each chance as it is when all are looked at together (Benjamini and Hochberg): below the rate that is borne, it is an
/// alert.
#[must_use]
pub fn adjusted(chances: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..chances.len()).collect();
    let chance = |place: &usize| chances.get(*place).copied().unwrap_or(1.0);
    order.sort_by(|a, b| chance(a).total_cmp(&chance(b)));
    let count = f64::from(u32::try_from(chances.len()).unwrap_or(u32::MAX));
    let mut all = vec![1.0; chances.len()];
    let (mut least, mut rank) = (1.0_f64, count);
    for place in order.iter().rev() {
        least = least.min(chance(place) * count / rank);
        if let Some(adjusted) = all.get_mut(*place) {
            *adjusted = least;
        }
        rank -= 1.0;
    }
    all
}

/// Adds up what each period has above a reference, and begins anew below nothing: a slow drift shows (C3.4).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cusum {
    /// What a period may have.
    pub k: f64,
    /// From this sum on it is an alarm.
    pub h: f64,
}

impl Cusum {
    /// For a rise from one mean of a period to another, with so many periods between false alarms.
    #[must_use]
    pub fn for_rise(from: f64, to: f64, between_alarms: f64) -> Self {
        let k = Self::between(from, to);
        let mut h = k;
        // Each step makes false alarms about half as frequent: the loop is short for any sensible wish.
        while h < 400.0 && (Self { k, h }).run_length(from) < between_alarms {
            h += 1.0;
        }
        Self { k, h }
    }

    /// What is taken off each period's count.
    fn between(from: f64, to: f64) -> f64 {
        ((to - from) / (to.ln() - from.ln())).round().max(1.0)
    }

    /// Since which period it rises, if [`for_rise`](Self::for_rise) raises its alarm in the last one and not in the one
    /// before. Told without looking for its `h`, which takes long: the longer runs are, the higher it is.
    #[must_use]
    pub fn begins_to_alarm(from: f64, to: f64, between_alarms: f64, counts: &[f64]) -> Option<usize> {
        let k = Self::between(from, to);
        let sums = Self { k, h: f64::INFINITY }.sums(counts);
        let [.., earlier, last] = *sums.as_slice() else { return None };
        // The highest `h` that a sum reaches; is that the one, or beyond it? Lower ones are looked at first: they take
        // less time, and where one of them is high enough all above it are.
        let alarms = |sum: f64| {
            let highest = k + (sum - k).floor();
            let steps = std::iter::successors(Some(0.0), |step| Some(step * 2.0 + 1.0));
            let high_enough = |h: f64| h >= 400.0 || (Self { k, h }).run_length(from) >= between_alarms;
            highest >= 400.0
                || highest >= k
                    && (steps.map(|step| k + step).take_while(|h| *h < highest).any(high_enough)
                        || high_enough(highest))
        };
        let rises = last > earlier && alarms(last) && !alarms(earlier);
        // From the period after the last that ended at nothing.
        rises.then(|| sums.iter().rposition(|sum| *sum <= 0.0).map_or(0, |nothing| nothing + 1))
    }

    /// The sums after each period.
    #[must_use]
    pub fn sums(&self, counts: &[f64]) -> Vec<f64> {
        let mut sum = 0.0_f64;
        let step = |count: &f64| {
            sum = (sum + count - self.k).max(0.0);
            sum
        };
        counts.iter().map(step).collect()
    }

    /// The first period with an alarm.
    #[must_use]
    pub fn alarm(&self, counts: &[f64]) -> Option<usize> {
        self.sums(counts).iter().position(|sum| *sum >= self.h)
    }

    /// Periods until an alarm, on average, where each has so many complaints: a Markov chain over the sums below `h`. `k`
    /// and `h` are whole.
    #[must_use]
    pub fn run_length(&self, mean: f64) -> f64 {
        let whole = |value: f64| (0_u16..10_000).find(|n| f64::from(*n) >= value).unwrap_or(10_000);
        let (states, k) = (usize::from(whole(self.h)).max(1), usize::from(whole(self.k)));
        let chances = poisson(mean);
        let of = |count: usize| chances.get(count).copied().unwrap_or(0.0);
        // From each sum, the chance to come to each other sum below `h`: whatever does not exceed `k` ends at nothing.
        let mut rows: Vec<Vec<f64>> = (0..states)
            .map(|from| {
                let mut row: Vec<f64> = (0..states)
                    .map(|to| match to {
                        0 => -(0..=k.saturating_sub(from)).filter(|_| from <= k).map(of).sum::<f64>(),
                        to => (to + k).checked_sub(from).map_or(0.0, |count| -of(count)),
                    })
                    .collect();
                if let Some(own) = row.get_mut(from) {
                    *own += 1.0;
                }
                row.push(1.0);
                row
            })
            .collect();
        solve(&mut rows).first().copied().unwrap_or(f64::INFINITY)
    }
}

/// Solves linear equations, the right side in the last column, by elimination with pivots.
fn solve(rows: &mut [Vec<f64>]) -> Vec<f64> {
    let n = rows.len();
    for column in 0..n {
        let pivot = (column..n).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()));
        rows.swap(column, pivot.unwrap_or(column));
        let (above, below) = rows.split_at_mut(column + 1);
        let pivot = &above[column];
        for row in below {
            let times = row[column] / pivot[column];
            for (value, of_pivot) in row.iter_mut().zip(pivot).skip(column) {
                *value -= times * of_pivot;
            }
        }
    }
    let mut solved = vec![0.0; n];
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n).map(|column| rows[row][column] * solved[column]).sum();
        solved[row] = (rows[row][n] - known) / rows[row][row];
    }
    solved
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The alarm of the last period and none in the one before, by the threshold itself.
    fn begins_by_threshold(cusum: Cusum, counts: &[f64]) -> bool {
        matches!(*cusum.sums(counts).as_slice(), [.., before, last] if before < cusum.h && last >= cusum.h)
    }

    proptest! {
        #![proptest_config(proptest::test_runner::Config { cases: 48, failure_persistence: None, ..proptest::test_runner::Config::default() })]

        #[test]
        fn an_alarm_begins_where_the_threshold_says(
            from in 1.0..9.0_f64, times in 1.2..2.5_f64, between in 20.0..20_000.0_f64,
            counts in prop::collection::vec(0.0..16.0_f64, 2..14),
        ) {
            let to = from * times;
            let cusum = Cusum::for_rise(from, to, between);
            for end in 2..=counts.len() {
                let counts = &counts[..end];
                prop_assert_eq!(
                    Cusum::begins_to_alarm(from, to, between, counts).is_some(),
                    begins_by_threshold(cusum, counts),
                    "{:?}", counts
                );
            }
        }
    }

    /// Whole counts come to stand on the threshold itself.
    #[test]
    fn an_alarm_begins_on_the_threshold() {
        for (from, between) in [(1.0, 104.0), (2.0, 2_080.0), (4.0, 2_080.0), (6.5, 1_040.0)] {
            let Cusum { k, h } = Cusum::for_rise(from, from * 1.5, between);
            let begins = |last: f64| Cusum::begins_to_alarm(from, from * 1.5, between, &[k, last]).is_some();
            assert!(begins(h + k) && !begins(h + k - 1.0), "{from}: {h}");
            assert_eq!(
                Cusum::begins_to_alarm(from, from * 1.5, between, &[h + k, k + 1.0]),
                None,
                "it began before"
            );
        }
        assert_eq!(Cusum::begins_to_alarm(4.0, 6.0, 104.0, &[400.0]), None, "nothing is before the first");
    }

    /// However far beyond the threshold a sum is.
    #[test]
    fn a_sudden_rise_is_no_less_of_an_alarm() {
        let cusum = Cusum::for_rise(4.0, 6.0, 2_080.0);
        for last in [20.0, 30.0, 40.0, 60.0, 80.0, 120.0, 200.0, 399.0, 500.0] {
            let counts = [4.0, 4.0, 4.0, last];
            assert_eq!(Cusum::begins_to_alarm(4.0, 6.0, 2_080.0, &counts), Some(3), "{last}");
            assert!(begins_by_threshold(cusum, &counts), "{last}");
        }
    }
}
