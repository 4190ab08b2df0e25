//! From values to places: scales that begin at zero and have few, round lines.

/// A line of a scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Its value.
    pub at: f64,
    /// The value in words.
    pub label: String,
}

/// From zero to its last mark.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scale {
    /// From the lowest, which is zero, to the highest.
    pub marks: Vec<Mark>,
}

/// Steps that people count in. A quarter of ten is one, a quarter of one is none.
const ROUND: [f64; 8] = [1.0, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0];

impl Scale {
    /// Reaches the highest value with three or four round steps, or with fewer where `whole` things are few. `words`
    /// are asked with the value and how many decimals it needs.
    pub fn up_to(max: f64, whole: bool, words: impl Fn(f64, usize) -> String) -> Self {
        let max = if max.is_finite() && max > 0.0 { max.clamp(1e-6, 1e15) } else { 1.0 };
        let mut best: Option<(f64, f64, u32, usize)> = None;
        for power in -7..=15_i32 {
            for round in ROUND {
                if (whole && power < 0) || (round.fract() > 0.0 && power < 1) {
                    continue;
                }
                let step = round * 10_f64.powi(power);
                let decimals = usize::try_from(-power).unwrap_or(0);
                for steps in [4, 3] {
                    let (under, top) = (step * f64::from(steps - 1), step * f64::from(steps));
                    let closer = best.is_none_or(|(found, ..)| top < found * (1.0 - 1e-9));
                    if under < max && max <= top * (1.0 + 1e-9) && closer {
                        best = Some((top, step, steps, decimals));
                    }
                }
            }
        }
        let (_, step, steps, decimals) = best.unwrap_or((1.0, 1.0, if max > 1.0 { 2 } else { 1 }, 0));
        let mark = |n: u32| {
            let at = step * f64::from(n);
            Mark { at, label: words(at, decimals) }
        };
        Self { marks: (0..=steps).map(mark).collect() }
    }

    /// The highest value that it shows.
    pub(super) fn top(&self) -> f64 {
        let top = self.marks.iter().map(|mark| mark.at).filter(|at| at.is_finite()).fold(0.0, f64::max);
        if top > 0.0 { top } else { 1.0 }
    }

    /// Where a value stands, from 0 to 1.
    pub(super) fn part(&self, value: f64) -> f64 {
        unit(value / self.top())
    }
}

/// Between 0 and 1, whatever comes.
pub(super) fn unit(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) }
}

/// How many, as a number that can be drawn.
pub(super) fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::from(u32::MAX), f64::from)
}
