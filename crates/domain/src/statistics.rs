//! Figures that tell what stands out from what chance would do. Each comes with the worked example it was checked by.

pub mod chart;
pub mod cost;
pub mod proportion;
pub mod ratio;
pub mod spike;
#[cfg(test)]
mod worked;

/// The chance of `hits` or more of `trials`, each with chance `p`: the upper tail of the binomial distribution.
#[must_use]
pub fn binomial_tail(hits: u32, trials: u32, p: f64) -> f64 {
    if hits == 0 {
        return 1.0;
    }
    if hits > trials || p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    // Of so many trials the single chances fall below what a number holds: in logarithms they do not.
    let mut log = f64::from(hits) * p.ln() + f64::from(trials - hits) * (-p).ln_1p();
    for step in 1..=hits {
        log += f64::from(trials - hits + step).ln() - f64::from(step).ln();
    }
    let odds = p / (1.0 - p);
    let mut sum = 0.0;
    for k in hits..=trials {
        sum += log.exp();
        if k < trials {
            log += (f64::from(trials - k) / f64::from(k + 1) * odds).ln();
        }
    }
    sum.min(1.0)
}

/// Which of several chances stand out when all are looked at together (Benjamini and Hochberg): of those named, a share
/// of `rate` at most is expected to be chance.
#[must_use]
pub fn stand_out(chances: &[f64], rate: f64) -> Vec<bool> {
    let mut order: Vec<usize> = (0..chances.len()).collect();
    let chance = |place: &usize| chances.get(*place).copied().unwrap_or(1.0);
    order.sort_by(|a, b| chance(a).total_cmp(&chance(b)));
    let count = u32::try_from(chances.len()).map_or(f64::INFINITY, f64::from);
    let mut named = 0;
    let mut rank = 0.0;
    for (place, index) in order.iter().enumerate() {
        rank += 1.0;
        if chance(index) <= rate * rank / count {
            named = place + 1;
        }
    }
    let mut out = vec![false; chances.len()];
    for index in order.into_iter().take(named) {
        if let Some(flag) = out.get_mut(index) {
            *flag = true;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(one: f64, other: f64, within: f64) {
        assert!((one - other).abs() < within, "{one} is not {other}");
    }

    /// The worked example: 9 awards of 40 are close to the limit where those of others are in one of ten.
    #[test]
    fn nine_of_forty_where_peers_have_ten_percent() {
        close(binomial_tail(9, 40, 0.1), 0.0155, 0.000_05);
    }

    #[test]
    fn a_tail_is_a_chance() {
        close(binomial_tail(0, 10, 0.3), 1.0, 1e-12);
        close(binomial_tail(1, 2, 0.5), 0.75, 1e-12);
        close(binomial_tail(2, 2, 0.5), 0.25, 1e-12);
        close(binomial_tail(3, 2, 0.5), 0.0, 1e-12);
        close(binomial_tail(1, 10, 0.0), 0.0, 1e-12);
        close(binomial_tail(10, 10, 1.0), 1.0, 1e-12);
        // Half of very many trials: by symmetry a little more than a half.
        close(binomial_tail(50_000, 100_000, 0.5), 0.501_26, 0.000_01);
    }

    #[test]
    fn what_stands_out_is_judged_together() {
        // The example of Benjamini and Hochberg (1995): four of fifteen at 5 %.
        let chances = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
            0.6528, 0.7590, 1.0,
        ];
        let out = stand_out(&chances, 0.05);
        assert_eq!(out.iter().filter(|flag| **flag).count(), 4);
        assert!(out[..4].iter().all(|flag| *flag));
        assert_eq!(stand_out(&[0.9, 0.001], 0.05), [false, true]);
        assert!(stand_out(&[], 0.05).is_empty());
    }
}
