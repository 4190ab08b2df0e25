//! Shares and the times of things, with how sure they are (REQUIREMENTS C, C1, C2.10).

/// Of the normal distribution, for 95 %.
const Z: f64 = 1.959_964;

/// A share with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// The share.
    pub share: f64,
    /// From.
    pub low: f64,
    /// To.
    pub high: f64,
}

/// Below this many, only counts are shown.
pub const FEWEST_FOR_SHARE: u64 = 5;

fn float(n: u64) -> f64 {
    // Counts of complaints are far below what a double holds exactly.
    u32::try_from(n).map_or(f64::from(u32::MAX), f64::from)
}

/// A share of `n` with Wilson's interval of 95 %; nothing of nothing.
#[must_use]
pub fn wilson(part: u64, n: u64) -> Option<Share> {
    if n == 0 {
        return None;
    }
    let (n, p) = (float(n), float(part) / float(n));
    let square = Z * Z;
    let centre = (p + square / (2.0 * n)) / (1.0 + square / n);
    let half = Z * (p * (1.0 - p) / n + square / (4.0 * n * n)).sqrt() / (1.0 + square / n);
    Some(Share { share: p, low: (centre - half).max(0.0), high: (centre + half).min(1.0) })
}

/// How much a share has changed, second less first, with Newcombe's interval of 95 %.
#[must_use]
pub fn difference(first: (u64, u64), second: (u64, u64)) -> Option<Share> {
    let (one, two) = (wilson(first.0, first.1)?, wilson(second.0, second.1)?);
    let share = two.share - one.share;
    let low = share - ((two.share - two.low).powi(2) + (one.high - one.share).powi(2)).sqrt();
    let high = share + ((two.high - two.share).powi(2) + (one.share - one.low).powi(2)).sqrt();
    Some(Share { share, low, high })
}

/// How far two people agree on what they sort, beyond chance (Cohen's kappa): `sorted[i][j]` is how often the first said
/// `i` and the second `j`. Nothing where there is nothing to agree on.
#[must_use]
pub fn kappa(sorted: &[Vec<u64>]) -> Option<f64> {
    agreement(sorted)?.kappa
}

/// How far two people agree on what they sort, and how much of it chance would give.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// So many were sorted by both.
    pub n: u64,
    /// The share on which they agree.
    pub po: f64,
    /// The share on which they would by chance.
    pub pe: f64,
    /// Cohen's kappa; nothing where chance alone would agree on all.
    pub kappa: Option<f64>,
}

impl Agreement {
    /// Is it too little for figures to be trusted?
    #[must_use]
    pub fn is_low(&self) -> bool {
        self.kappa.is_some_and(|kappa| kappa < LEAST_KAPPA)
    }
}

/// The same with its parts; nothing of nothing.
#[must_use]
pub fn agreement(sorted: &[Vec<u64>]) -> Option<Agreement> {
    let n: u64 = sorted.iter().flatten().sum();
    let all = float(n);
    let agreed = float(sorted.iter().enumerate().filter_map(|(i, row)| row.get(i)).sum());
    let by_chance: f64 = sorted
        .iter()
        .enumerate()
        .map(|(i, row)| {
            let first: u64 = row.iter().sum();
            let second: u64 = sorted.iter().filter_map(|row| row.get(i)).sum();
            float(first) * float(second)
        })
        .sum();
    let (po, pe) = (agreed / all, by_chance / (all * all));
    (n > 0).then(|| Agreement { n, po, pe, kappa: (pe < 1.0).then(|| (po - pe) / (1.0 - pe)) })
}

/// Below this, two who sort alike agree too little for figures to be trusted.
pub const LEAST_KAPPA: f64 = 0.6;

/// A step of a survival curve: after this time, this share has not had its answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Survival {
    /// The time.
    pub time: f64,
    /// The share that is left.
    pub left: f64,
}

/// What share is left after each time at which something ended (Kaplan and Meier): `true` ended then, `false` was still
/// open then and may take longer.
#[must_use]
pub fn survival(times: &[(f64, bool)]) -> Vec<Survival> {
    let mut times = times.to_vec();
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut steps, mut left): (Vec<Survival>, f64) = (Vec::new(), 1.0);
    let mut rest = times.as_slice();
    while let Some((time, _)) = rest.first().copied() {
        let at_risk = float(rest.len() as u64);
        let same = rest.iter().take_while(|(t, _)| t.total_cmp(&time).is_eq()).count();
        let (now, after) = rest.split_at(same);
        let ended = now.iter().filter(|(_, ended)| *ended).count();
        if ended > 0 {
            left *= 1.0 - float(ended as u64) / at_risk;
            steps.push(Survival { time, left });
        }
        rest = after;
    }
    steps
}

/// The time after which no more than so much is left; nothing while more is.
#[must_use]
pub fn quantile(steps: &[Survival], left: f64) -> Option<f64> {
    steps.iter().find(|step| step.left <= left + 1e-12).map(|step| step.time)
}
