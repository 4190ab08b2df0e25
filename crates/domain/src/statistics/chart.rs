//! What pictures are drawn from: which causes are the vital few, and a rate over time with its limits (REQUIREMENTS C2.1,
//! C4).

/// One bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// Its part of all.
    pub share: f64,
    /// Its part and that of all before it.
    pub cumulative: f64,
    /// One of the fewest that together are at least four fifths of all.
    pub vital_few: bool,
}

/// Enough of all to be the vital few.
pub const MOST_OF_ALL: f64 = 0.80;

/// The bars of values in the order they are shown. Values that are unknown are no values: they are left out before.
#[must_use]
pub fn pareto(values: &[f64]) -> Vec<Bar> {
    let all: f64 = values.iter().sum();
    let (mut sum, mut enough) = (0.0, false);
    values
        .iter()
        .map(|value| {
            sum += value;
            let part = |value: f64| if all > 0.0 { value / all } else { 0.0 };
            let (share, cumulative) = (part(*value), part(sum));
            let vital_few = !enough && *value > 0.0;
            enough |= cumulative >= MOST_OF_ALL - 1e-9;
            Bar { share, cumulative, vital_few }
        })
        .collect()
}

/// A period of a chart of rates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The rate; nothing where there was no exposure.
    pub rate: Option<f64>,
    /// The limits within which chance alone moves it.
    pub low: f64,
    /// The upper one.
    pub high: f64,
    /// The limits by Laney, which allow for the scatter that is always there.
    pub laney_low: f64,
    /// The upper one.
    pub laney_high: f64,
}

impl Point {
    /// Is it outside Laney's limits?
    #[must_use]
    pub fn is_signal(&self) -> bool {
        self.rate.is_some_and(|rate| rate > self.laney_high || rate < self.laney_low)
    }
}

/// A chart of complaints for each unit of exposure.
#[derive(Debug, Clone, PartialEq)]
pub struct RateChart {
    /// The mean rate.
    pub mean: f64,
    /// How much more the rate scatters between one period and the next than chance alone makes it; never less than 1.
    pub sigma_z: f64,
    /// The periods.
    pub points: Vec<Point>,
}

/// For moving ranges of two.
const D2: f64 = 1.128;

/// The chart of counts on exposures; nothing without exposure. Laney's limits go by the moving range of the rates.
#[must_use]
pub fn rate_chart(counts: &[f64], exposures: &[f64]) -> Option<RateChart> {
    let (all, exposure): (f64, f64) = (counts.iter().sum(), exposures.iter().sum());
    if exposure <= 0.0 || counts.len() != exposures.len() {
        return None;
    }
    let mean = all / exposure;
    let spread = |e: f64| (mean / e).sqrt();
    let z: Vec<f64> = counts
        .iter()
        .zip(exposures)
        .filter(|(_, e)| **e > 0.0 && mean > 0.0)
        .map(|(c, e)| (c / e - mean) / spread(*e))
        .collect();
    let ranges: Vec<f64> = z.windows(2).filter_map(|two| Some((two.last()? - two.first()?).abs())).collect();
    let count = f64::from(u32::try_from(ranges.len()).unwrap_or(u32::MAX));
    let sigma_z = if ranges.is_empty() { 1.0 } else { (ranges.iter().sum::<f64>() / count / D2).max(1.0) };
    let points = counts
        .iter()
        .zip(exposures)
        .map(|(c, e)| {
            if *e <= 0.0 {
                return Point { rate: None, low: mean, high: mean, laney_low: mean, laney_high: mean };
            }
            let (three, laney) = (3.0 * spread(*e), 3.0 * sigma_z * spread(*e));
            Point {
                rate: Some(c / e),
                low: (mean - three).max(0.0),
                high: mean + three,
                laney_low: (mean - laney).max(0.0),
                laney_high: mean + laney,
            }
        })
        .collect();
    Some(RateChart { mean, sigma_z, points })
}
