//! Did a fix work? Two counts on two exposures, the ratio of their rates with an interval, and the verdict that follows
//! from both (REQUIREMENTS C2.2 to C2.6). Given how many there were in all, how many fell into the watch window is
//! binomial, so the interval is exact and not an approximation for large numbers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF as _, Gamma};
use statrs::function::beta::beta_reg;
use statrs::function::gamma::gamma_ur;

/// Complaints and exposure before a fix and after it. Counts need not be whole: over-dispersed ones count for less.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BeforeAfter {
    /// Complaints in the baseline window.
    pub x1: f64,
    /// Exposure of the baseline window.
    pub t1: f64,
    /// Complaints in the watch window.
    pub x2: f64,
    /// Exposure of the watch window.
    pub t2: f64,
}

/// From and to; the upper end may be infinite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// How an interval is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Clopper and Pearson: covers at least as often as it says.
    Exact,
    /// Half of what is as likely counts: covers about as often as it says. Verdicts use it where counts are whole.
    MidP,
}

/// What is said of a fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The rate fell, and by as much as was aimed at.
    Effective,
    /// The rate fell, and by less.
    Partial,
    /// What was aimed at is ruled out, and no gain is proven.
    Ineffective,
    /// The rate rose.
    Worse,
    /// Too little is known to say.
    Inconclusive,
    /// There is nothing to compare with: hardly any complaint before, no exposure, or too many without a cause.
    NotEvaluable,
    /// The watch window is not over.
    TooEarly,
}

/// What a verdict follows from, beside the counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// The rate after the fix over that before it which was aimed at.
    pub target_ratio: f64,
    /// One minus the confidence of the interval.
    pub alpha: f64,
    /// The share of the windows' complaints that have no primary cause.
    pub untagged: f64,
    /// Whether the watch window is over.
    pub over: bool,
}

/// More complaints than this share without a cause, and no verdict is given (I-60).
pub const MOST_UNTAGGED: f64 = 0.10;
/// Fewer complaints than this before, and there is nothing to compare with.
pub const FEWEST_BEFORE: f64 = 3.0;

/// The chance of `k` or more of `n`, each with chance `p`; `k` and `n` need not be whole.
fn at_least(k: f64, n: f64, p: f64) -> f64 {
    if k <= 0.0 || p >= 1.0 {
        return if k > n { 0.0 } else { 1.0 };
    }
    if k > n || p <= 0.0 {
        return 0.0;
    }
    beta_reg(k, n - k + 1.0, p)
}

/// The chance of more than `k` and half of that of `k` itself.
fn more_than_mid(k: f64, n: f64, p: f64) -> f64 {
    f64::midpoint(at_least(k, n, p), if k + 1.0 > n { 0.0 } else { at_least(k + 1.0, n, p) })
}

/// Where a function that rises from 0 to 1 between 0 and 1 comes to a level.
fn where_it_is(level: f64, rising: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if rising(middle) < level {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

impl BeforeAfter {
    /// Is there any exposure, before and after?
    #[must_use]
    pub fn is_exposed(&self) -> bool {
        self.t1 > 0.0 && self.t2 > 0.0 && self.t1.is_finite() && self.t2.is_finite()
    }

    /// The rate after over the rate before; infinite when there was none before.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        (self.x2 / self.t2) / (self.x1 / self.t1)
    }

    fn all(&self) -> f64 {
        self.x1 + self.x2
    }

    /// The ratio of rates that a chance of the watch window stands for.
    fn ratio_of(&self, p: f64) -> f64 {
        if p >= 1.0 { f64::INFINITY } else { p / (1.0 - p) * self.t1 / self.t2 }
    }

    /// The interval of the ratio, with confidence `1 - alpha`.
    #[must_use]
    pub fn interval(&self, alpha: f64, method: Method) -> Interval {
        let (n, x2, half) = (self.all(), self.x2, alpha / 2.0);
        let low = if x2 <= 0.0 {
            0.0
        } else {
            where_it_is(half, |p| match method {
                Method::Exact => at_least(x2, n, p),
                Method::MidP => more_than_mid(x2, n, p),
            })
        };
        let high = if self.x1 <= 0.0 {
            1.0
        } else {
            where_it_is(1.0 - half, |p| match method {
                Method::Exact => at_least(x2 + 1.0, n, p),
                Method::MidP => more_than_mid(x2, n, p),
            })
        };
        Interval { low: self.ratio_of(low), high: self.ratio_of(high) }
    }

    /// The chance of as few after, had nothing changed.
    #[must_use]
    pub fn p_less(&self, method: Method) -> f64 {
        let (n, p) = (self.all(), self.t2 / (self.t1 + self.t2));
        match method {
            Method::Exact => 1.0 - if self.x2 + 1.0 > n { 0.0 } else { at_least(self.x2 + 1.0, n, p) },
            Method::MidP => 1.0 - more_than_mid(self.x2, n, p),
        }
    }

    /// The same complaints, each counted for so much less: see [`Dispersion`].
    #[must_use]
    pub fn thinned(&self, phi: f64) -> Self {
        Self { x1: self.x1 / phi, x2: self.x2 / phi, ..*self }
    }

    /// The verdict, by the first rule that fits (C2.3). `phi` is 1 where complaints come one by one.
    #[must_use]
    pub fn verdict(&self, judged: &Judged, phi: f64) -> Verdict {
        let Judged { target_ratio, alpha, untagged, over } = *judged;
        if self.x1 < FEWEST_BEFORE || untagged > MOST_UNTAGGED || !self.is_exposed() {
            return Verdict::NotEvaluable;
        }
        if !over {
            return Verdict::TooEarly;
        }
        // What counts for less need not be whole: for that there is the exact interval alone (C2.4).
        let (thinned, method) =
            if phi > 1.0 { (self.thinned(phi), Method::Exact) } else { (*self, Method::MidP) };
        let (ratio, Interval { low, high }) = (self.ratio(), thinned.interval(alpha, method));
        if low > 1.0 {
            Verdict::Worse
        } else if high < 1.0 {
            if ratio <= target_ratio { Verdict::Effective } else { Verdict::Partial }
        } else if low > target_ratio {
            Verdict::Ineffective
        } else {
            Verdict::Inconclusive
        }
    }
}

/// How much more counts scatter than complaints that come one by one would.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dispersion {
    /// Pearson's sum: how far counts are from what is expected.
    pub d: f64,
    /// The chance of so much scatter.
    pub p: f64,
    /// Scatter for each degree of freedom.
    pub phi: f64,
}

/// Fewer periods than this say nothing of scatter.
pub const FEWEST_PERIODS: usize = 8;

impl Dispersion {
    /// Of counts, each on its exposure; nothing for too few periods, or without complaints (C2.4).
    #[must_use]
    pub fn of(counts: &[f64], exposures: &[f64]) -> Option<Self> {
        let (all, exposure): (f64, f64) = (counts.iter().sum(), exposures.iter().sum());
        if counts.len() < FEWEST_PERIODS || counts.len() != exposures.len() || all <= 0.0 || exposure <= 0.0 {
            return None;
        }
        let rate = all / exposure;
        let far = |(x, e): (&f64, &f64)| if *e > 0.0 { (x - rate * e).powi(2) / (rate * e) } else { 0.0 };
        let d: f64 = counts.iter().zip(exposures).map(far).sum();
        let df = f64::from(u32::try_from(counts.len()).unwrap_or(u32::MAX)) - 1.0;
        // The same number every time scatters not at all.
        let p = if d > 0.0 { gamma_ur(df / 2.0, d / 2.0) } else { 1.0 };
        Some(Self { d, p, phi: d / df })
    }

    /// By how much counts are thinned: 1 unless the scatter is more than chance gives.
    #[must_use]
    pub fn thinning(&self) -> f64 {
        if self.p < 0.05 && self.phi > 1.0 { self.phi } else { 1.0 }
    }
}

/// The numbers of complaints that would give so many by chance, with confidence `1 - alpha`: the exact interval of a
/// Poisson mean (Garwood).
#[must_use]
pub fn mean_interval(x: f64, alpha: f64) -> Interval {
    let below =
        |shape: f64, chance: f64| Gamma::new(shape, 1.0).map_or(f64::NAN, |gamma| gamma.inverse_cdf(chance));
    let low = if x <= 0.0 { 0.0 } else { below(x, alpha / 2.0) };
    Interval { low, high: below(x.max(0.0) + 1.0, 1.0 - alpha / 2.0) }
}

/// The least exposure of the watch window, over that of the baseline, with which a fix after which nothing happens any more
/// could be shown to work (C2.6); infinite when there was nothing before.
#[must_use]
pub fn least_watch(x1: f64, alpha: f64) -> f64 {
    if x1 <= 0.0 { f64::INFINITY } else { alpha.powf(-1.0 / x1) - 1.0 }
}

/// The chance that a fix with a true ratio is shown to have lowered the rate, at equal exposure, when so many complaints
/// are expected before (C2.6; one-sided, mid-P, at `alpha`).
#[must_use]
pub fn power(mean_before: f64, ratio: f64, alpha: f64) -> f64 {
    let before = poisson(mean_before);
    let after = poisson(mean_before * ratio);
    let mut shown = 0.0;
    for (x1, p1) in (0..).map(f64::from).zip(&before) {
        for (x2, p2) in (0..).map(f64::from).zip(&after) {
            let counts = BeforeAfter { x1, t1: 1.0, x2, t2: 1.0 };
            if x1 + x2 > 0.0 && counts.p_less(Method::MidP) <= alpha {
                shown += p1 * p2;
            }
        }
    }
    shown
}

/// The chances of 0, 1, 2, … complaints where so many are expected, as far as they matter.
pub(super) fn poisson(mean: f64) -> Vec<f64> {
    let (mut chances, mut chance, mut k, mut sum) = (Vec::new(), (-mean).exp(), 0.0, 0.0);
    while (sum < 1.0 - 1e-12 || k <= mean) && chances.len() < 100_000 {
        chances.push(chance);
        sum += chance;
        k += 1.0;
        chance *= mean / k;
    }
    chances
}
