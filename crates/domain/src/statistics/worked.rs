//! The worked examples of the requirements, digit for digit.
#![expect(
    clippy::float_cmp,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "examples are small whole numbers, and infinity is infinity"
)]

use super::chart::{pareto, rate_chart};
use super::cost::{Costs, Rates, benefit};
use super::proportion::{agreement, difference, kappa, quantile, survival, wilson};
use super::ratio::{BeforeAfter, Dispersion, Interval, Judged, Method, Verdict, least_watch, poisson, power};
use super::spike::{Cusum, Period, adjusted};
use super::{binomial_tail, stand_out};

#[track_caller]
fn close(found: f64, told: f64, digits: i32) {
    let within = 0.5 * 10_f64.powi(-digits) * 1.000_1;
    assert!((found - told).abs() <= within, "{found} is not {told}");
}

fn counts(x1: f64, t1: f64, x2: f64, t2: f64) -> BeforeAfter {
    BeforeAfter { x1, t1, x2, t2 }
}

const JUDGED: Judged = Judged { target_ratio: 0.5, alpha: 0.05, untagged: 0.0, over: true };

#[test]
fn c_wilson() {
    for (part, n, share, low, high) in [
        (198, 200, 0.9900, 0.9643, 0.9973),
        (171, 180, 0.950, 0.9077, 0.9735),
        (148, 200, 0.740, 0.6751, 0.7959),
        (27, 180, 0.150, 0.1052, 0.2094),
        (60, 75, 0.800, 0.6959, 0.8749),
    ] {
        let found = wilson(part, n).unwrap();
        close(found.share, share, 4);
        close(found.low, low, 4);
        close(found.high, high, 4);
    }
    assert_eq!(wilson(0, 0), None);
    // So many of those asked said how content they were.
    close(wilson(75, 200).unwrap().share, 0.375, 6);
}

#[test]
fn c1_4_half_are_answered_after_five_hours_not_four() {
    let times = [
        (2.0, true),
        (3.0, true),
        (3.0, true),
        (5.0, true),
        (6.0, false),
        (8.0, true),
        (9.0, false),
        (12.0, true),
    ];
    let steps = survival(&times);
    let told = [(2.0, 0.875), (3.0, 0.625), (5.0, 0.5), (8.0, 0.3333), (12.0, 0.0)];
    assert_eq!(steps.len(), told.len());
    for (step, (time, left)) in steps.iter().zip(told) {
        close(step.time, time, 6);
        close(step.left, left, 4);
    }
    assert_eq!(quantile(&steps, 0.5), Some(5.0));
    assert_eq!(quantile(&survival(&[(3.0, false)]), 0.5), None);
    // Of those alone that were answered, half were after four hours: too short.
    let mut answered: Vec<f64> = times.iter().filter(|(_, ended)| *ended).map(|(time, _)| *time).collect();
    answered.sort_by(f64::total_cmp);
    assert_eq!(f64::midpoint(answered[2], answered[3]), 4.0);
}

#[test]
fn c1_13_how_much_a_share_has_changed() {
    let found = difference((27, 180), (14, 190)).unwrap();
    close(found.share, -0.0763, 4);
    close(found.low, -0.1426, 4);
    close(found.high, -0.0120, 4);
}

#[test]
fn c1_24_close_to_the_limit() {
    close(binomial_tail(9, 40, 0.1), 0.0155, 4);
}

#[test]
fn c2_1_the_vital_few() {
    let bars = pareto(&[84.0, 51.0, 27.0, 18.0, 11.0, 9.0]);
    let told = [(0.420, 0.420), (0.255, 0.675), (0.135, 0.810), (0.090, 0.900), (0.055, 0.955), (0.045, 1.0)];
    for (bar, (share, cumulative)) in bars.iter().zip(told) {
        close(bar.share, share, 3);
        close(bar.cumulative, cumulative, 3);
    }
    let vital: Vec<bool> = bars.iter().map(|bar| bar.vital_few).collect();
    assert_eq!(vital, [true, true, true, false, false, false]);
    assert!(pareto(&[]).is_empty());
    assert!(pareto(&[0.0, 0.0]).iter().all(|bar| !bar.vital_few && bar.share == 0.0));
}

/// Counts, ratio, exact and mid-P interval, the chance of as few by both, verdict.
type Row = (BeforeAfter, f64, Option<(f64, f64)>, (f64, f64), Option<(f64, f64)>, Verdict);

#[test]
fn c2_2_the_ratio_of_rates_and_its_verdict() {
    let inf = f64::INFINITY;
    let rows: [Row; 7] = [
        (
            counts(24.0, 12_000.0, 6.0, 9_000.0),
            0.3333,
            Some((0.1114, 0.8370)),
            (0.1243, 0.7842),
            Some((0.007_680, 0.004_978)),
            Verdict::Effective,
        ),
        (
            counts(10.0, 1_000.0, 0.0, 1_000.0),
            0.0,
            Some((0.0, 0.4461)),
            (0.0, 0.3493),
            Some((0.000_977, 0.000_488)),
            Verdict::Effective,
        ),
        (
            counts(8.0, 4_000.0, 3.0, 4_000.0),
            0.375,
            Some((0.0641, 1.5624)),
            (0.0805, 1.3702),
            Some((0.113_281, 0.072_998)),
            Verdict::Inconclusive,
        ),
        (
            counts(12.0, 6_000.0, 21.0, 6_000.0),
            1.75,
            Some((0.8223, 3.9019)),
            (0.8651, 3.6701),
            Some((0.959_928, 0.939_275)),
            Verdict::Ineffective,
        ),
        (counts(120.0, 10_000.0, 84.0, 10_000.0), 0.700, None, (0.5283, 0.9243), None, Verdict::Partial),
        (counts(12.0, 6_000.0, 30.0, 6_000.0), 2.5, None, (1.2981, 5.0624), None, Verdict::Worse),
        (counts(0.0, 5_000.0, 4.0, 5_000.0), inf, None, (0.8971, inf), None, Verdict::NotEvaluable),
    ];
    let same = |found: Interval, (low, high): (f64, f64)| {
        close(found.low, low, 4);
        if high.is_finite() { close(found.high, high, 4) } else { assert_eq!(found.high, high) }
    };
    for (case, ratio, exact, mid, p, verdict) in rows {
        if ratio.is_finite() {
            close(case.ratio(), ratio, 4);
        } else {
            assert_eq!(case.ratio(), ratio);
        }
        same(case.interval(0.05, Method::MidP), mid);
        if let Some(exact) = exact {
            same(case.interval(0.05, Method::Exact), exact);
        }
        if let Some((exact, mid)) = p {
            close(case.p_less(Method::Exact), exact, 6);
            close(case.p_less(Method::MidP), mid, 6);
        }
        assert_eq!(case.verdict(&JUDGED, 1.0), verdict, "{case:?}");
    }
}

/// The two-sided chance by least likelihood, which nothing shows: it checks the distribution that all else rests on.
#[test]
fn c2_2_the_two_sided_chance() {
    for (case, told) in [
        (counts(24.0, 12_000.0, 6.0, 9_000.0), 0.015_005),
        (counts(8.0, 4_000.0, 3.0, 4_000.0), 0.226_563),
        (counts(12.0, 6_000.0, 21.0, 6_000.0), 0.162_756),
    ] {
        let (n, p) = ((case.x1 + case.x2) as u32, case.t2 / (case.t1 + case.t2));
        let chance = |k: u32| binomial_tail(k, n, p) - binomial_tail(k + 1, n, p);
        let own = chance(case.x2 as u32);
        let sum: f64 = (0..=n).map(chance).filter(|c| *c <= own * (1.0 + 1e-7)).sum();
        close(sum, told, 6);
    }
}

#[test]
fn c2_2_the_interval_covers_as_often_as_it_says() {
    for (before, after, told) in [(24.0, 12.0, 0.9511), (10.0, 5.0, 0.9563), (10.0, 2.0, 0.9742)] {
        let mut covered = 0.0;
        for (x1, p1) in (0..).map(f64::from).zip(poisson(before)) {
            for (x2, p2) in (0..).map(f64::from).zip(poisson(after)) {
                if p1 * p2 < 1e-12 {
                    continue;
                }
                let truth = after / before;
                let Interval { low, high } = counts(x1, 1.0, x2, 1.0).interval(0.05, Method::MidP);
                if x1 + x2 == 0.0 || (low <= truth && truth <= high) {
                    covered += p1 * p2;
                }
            }
        }
        close(covered, told, 4);
    }
}

#[test]
fn c2_3_the_first_rule_that_fits() {
    let good = counts(24.0, 12_000.0, 6.0, 9_000.0);
    let judged = |untagged, over| good.verdict(&Judged { untagged, over, ..JUDGED }, 1.0);
    assert_eq!(judged(0.11, true), Verdict::NotEvaluable);
    assert_eq!(judged(0.10, true), Verdict::Effective);
    assert_eq!(judged(0.0, false), Verdict::TooEarly);
    assert_eq!(judged(0.11, false), Verdict::NotEvaluable);
    for unexposed in
        [counts(24.0, 0.0, 6.0, 9_000.0), counts(24.0, 12_000.0, 6.0, 0.0), counts(24.0, f64::NAN, 6.0, 1.0)]
    {
        assert_eq!(unexposed.verdict(&JUDGED, 1.0), Verdict::NotEvaluable);
    }
    assert_eq!(counts(2.0, 1.0, 0.0, 100.0).verdict(&JUDGED, 1.0), Verdict::NotEvaluable);
}

const SERIES_A: [f64; 12] = [3.0, 5.0, 2.0, 4.0, 6.0, 3.0, 4.0, 2.0, 5.0, 3.0, 4.0, 7.0];
const SERIES_B: [f64; 12] = [1.0, 9.0, 2.0, 4.0, 12.0, 0.0, 3.0, 2.0, 10.0, 1.0, 3.0, 7.0];

#[test]
fn c2_4_scatter_counts_for_less() {
    let even = Dispersion::of(&[3.0; 12], &[1.0; 12]).unwrap();
    assert_eq!((even.d, even.p, even.thinning()), (0.0, 1.0, 1.0));

    let even = [1_000.0; 12];
    let a = Dispersion::of(&SERIES_A, &even).unwrap();
    close(a.d, 6.5, 4);
    close(a.p, 0.8380, 4);
    close(a.phi, 0.591, 3);
    close(a.thinning(), 1.0, 6);
    let b = Dispersion::of(&SERIES_B, &even).unwrap();
    close(b.d, 38.889, 3);
    close(b.p, 5.5e-5, 6);
    close(b.phi, 3.5354, 4);
    close(b.thinning(), 3.5354, 4);
    assert_eq!(Dispersion::of(&SERIES_A[..7], &even[..7]), None);
    // Case A with phi 1.8.
    let case = counts(24.0, 12_000.0, 6.0, 9_000.0);
    let found = case.thinned(1.8).interval(0.05, Method::Exact);
    close(found.low, 0.0678, 4);
    // Told as 1.1535: it is 1.153446, rounded twice.
    close(found.high, 1.153_446, 6);
    assert_eq!(case.verdict(&JUDGED, 1.8), Verdict::Inconclusive);
    let spread = 1.96 * (1.8_f64 * (1.0 / 24.0 + 1.0 / 6.0)).sqrt();
    close((case.ratio().ln() - spread).exp(), 0.1004, 4);
    close((case.ratio().ln() + spread).exp(), 1.1070, 4);
}

/// Numbers that look like chance and are the same each time (`SplitMix64`).
struct Chance(u64);

impl Chance {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        f64::from((z >> 32) as u32) / f64::from(u32::MAX)
    }

    /// How many complaints there are where so many are expected.
    fn poisson(&mut self, mean: f64) -> f64 {
        let (limit, mut product, mut count) = ((-mean).exp(), self.unit(), 0.0);
        while product > limit {
            product *= self.unit();
            count += 1.0;
        }
        count
    }
}

/// The worst of twenty equal causes seems to get better by itself, unless what drew attention to it is left out of what
/// it is compared with (I-58).
#[test]
fn c2_5_what_stood_out_by_chance_falls_back_by_itself() {
    let mut chance = Chance(7);
    let (mut with_trigger, mut without) = (0, 0);
    for _ in 0..3_000 {
        let worst = (0..20)
            .map(|_| {
                let earlier: f64 = (0..12).map(|_| chance.poisson(2.0)).sum();
                (earlier, (0..4).map(|_| chance.poisson(2.0)).sum::<f64>())
            })
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap();
        let after: f64 = (0..12).map(|_| chance.poisson(2.0)).sum();
        let said = |x1, t1| counts(x1, t1, after, 12.0).verdict(&JUDGED, 1.0) == Verdict::Effective;
        with_trigger += u32::from(said(worst.1, 4.0));
        without += u32::from(said(worst.0, 12.0));
    }
    let share = |count: u32| f64::from(count) / 3_000.0;
    eprintln!(
        "Effective without any fix: {:.3} with the trigger window, {:.3} without",
        share(with_trigger),
        share(without)
    );
    assert!(share(with_trigger) > 0.15 && share(without) < 0.04);
}

#[test]
fn c2_6_how_long_to_watch() {
    for (x1, told) in [(3.0, 1.7144), (5.0, 0.8206), (8.0, 0.4542), (10.0, 0.3493), (24.0, 0.1329)] {
        let watch = least_watch(x1, 0.05);
        close(watch, told, 4);
        // Just that much without a complaint is enough, and a little less is not.
        let upper = |t2: f64| counts(x1, 1.0, 0.0, t2).interval(0.05, Method::MidP).high;
        assert!(upper(watch * 1.001) < 1.0 && upper(watch * 0.999) > 1.0);
    }
    for (ratio, mean, told) in [
        (0.5, 10.0, 0.238),
        (0.5, 20.0, 0.435),
        (0.5, 30.0, 0.614),
        (0.5, 40.0, 0.741),
        (0.5, 60.0, 0.891),
        (0.2, 10.0, 0.656),
        (0.2, 20.0, 0.930),
    ] {
        close(power(mean, ratio, 0.025), told, 3);
    }
    close(-(0.05_f64.ln()), 2.9957, 4);
}

#[test]
fn c2_10_whether_two_people_sort_alike() {
    let found = agreement(&[vec![30, 4, 1], vec![3, 22, 5], vec![2, 3, 10]]).unwrap();
    assert_eq!((found.n, found.is_low()), (80, false));
    close(found.po, 0.775, 3);
    close(found.pe, 0.364_844, 6);
    // The last digit told there is a rounded one more.
    close(kappa(&[vec![30, 4, 1], vec![3, 22, 5], vec![2, 3, 10]]).unwrap(), 0.645_756, 6);
    assert_eq!(kappa(&[]), None);
    assert_eq!(
        kappa(&[vec![5, 0], vec![0, 0]]),
        None,
        "where all is one cause, there is nothing to agree on"
    );
}

#[test]
fn c3_1_a_count_against_its_past() {
    let period = Period { x: 12, e: 1_100.0, b: 48, baseline: 12_000.0 };
    close(period.chance(), 0.003_783, 6);
    let (n, p) = (60, 1_100.0 / 13_100.0);
    close(f64::midpoint(binomial_tail(12, n, p), binomial_tail(13, n, p)), 0.002_506, 6);
    let below: f64 = poisson(period.expected()).iter().take(12).sum();
    close(1.0 - below, 0.002_008, 6);
    // Series b scatters: with its variance the same count is nothing special.
    let b: f64 = SERIES_B.iter().sum();
    let scattered = Period { x: 12, e: 1_100.0, b: b as u32, baseline: 12_000.0 };
    close(scattered.expected(), 4.95, 2);
    close(scattered.expected() / (3.5354 - 1.0), 1.9524, 4);
    close(scattered.chance_scattered(3.5354), 0.0771, 4);
    close(period.chance_scattered(1.0), 0.003_783, 6);
}

#[test]
fn c3_1_a_rise_of_everything_is_no_spike_of_one() {
    // Twice as many of all, twice as many of this one.
    let period = Period { x: 24, e: 1_000.0, b: 144, baseline: 12_000.0 };
    assert!(period.chance() < 0.01);
    assert!(period.chance_of_share(240, 1_440) > 0.3);
    assert!(period.chance_of_share(120, 1_440) < 0.01);
}

#[test]
fn c3_3_many_causes_are_judged_together() {
    let chances = [0.0008, 0.0031, 0.019, 0.048, 0.21, 0.55];
    let told = [0.0048, 0.0093, 0.038, 0.072, 0.252, 0.55];
    for (found, told) in adjusted(&chances).into_iter().zip(told) {
        close(found, told, 4);
    }
    assert_eq!(stand_out(&chances, 0.05), [true, true, true, false, false, false]);
    for (rank, threshold) in (1..).map(f64::from).zip([0.008_33, 0.016_67, 0.025, 0.033_33, 0.041_67, 0.05]) {
        close(rank * 0.05 / 6.0, threshold, 5);
    }
    let bonferroni = chances.iter().filter(|p| **p <= 0.05 / 6.0).count();
    assert_eq!(bonferroni, 2);
    assert!(adjusted(&[]).is_empty());
}

/// Twenty causes of which nothing happens but chance: in few weeks anything is an alert; the naive rule cries all the time.
#[test]
fn c3_3_in_quiet_data_there_are_few_alerts() {
    for (mean, naive_told) in [(1.0, 0.77), (4.0, 0.69)] {
        let mut chance = Chance(11);
        let (mut alerts, mut naive) = (0, 0);
        for _ in 0..400 {
            let (mut chances, mut cried) = (Vec::new(), false);
            for _ in 0..20 {
                let before: Vec<f64> = (0..12).map(|_| chance.poisson(mean)).collect();
                let x = chance.poisson(mean);
                let sum: f64 = before.iter().sum();
                let average = sum / 12.0;
                let spread = (before.iter().map(|b| (b - average).powi(2)).sum::<f64>() / 11.0).sqrt();
                cried |= x > average + 2.0 * spread;
                chances.push(Period { x: x as u32, e: 1.0, b: sum as u32, baseline: 12.0 }.alert_chance());
            }
            alerts += u32::from(stand_out(&chances, 0.05).contains(&true));
            naive += u32::from(cried);
        }
        let share = |count: u32| f64::from(count) / 400.0;
        eprintln!(
            "mean {mean}: any alert in {:.3} of weeks, by the naive rule in {:.3}",
            share(alerts),
            share(naive)
        );
        assert!(share(alerts) <= 0.07);
        assert!((share(naive) - naive_told).abs() < 0.08);
    }
}

#[test]
fn c3_4_slow_drifts() {
    let k = (8.0 - 4.0) / (8.0_f64.ln() - 4.0_f64.ln());
    close(k, 5.7708, 4);
    for (h, quiet, risen) in
        [(6.0, 372.9, 3.58), (7.0, 805.3, 4.08), (8.0, 1736.0, 4.58), (10.0, 8018.0, 5.58)]
    {
        let cusum = Cusum { k: 6.0, h };
        close(cusum.run_length(4.0), quiet, 1);
        close(cusum.run_length(8.0), risen, 2);
    }
    let counts = [4.0, 3.0, 5.0, 6.0, 7.0, 9.0, 8.0, 10.0, 12.0];
    let cusum = Cusum { k: 6.0, h: 7.0 };
    assert_eq!(cusum.sums(&counts), [0.0, 0.0, 0.0, 0.0, 1.0, 4.0, 6.0, 10.0, 16.0]);
    assert_eq!(cusum.alarm(&counts), Some(7), "the eighth period");
    // Twenty causes, a false alarm in two years of weeks: each may cry once in 2,080 weeks.
    let wished = Cusum::for_rise(4.0, 8.0, 2_080.0);
    assert_eq!((wished.k, wished.h), (6.0, 9.0));
    assert!(wished.run_length(4.0) >= 2_080.0);
}

#[test]
fn c4_a_rate_with_its_limits() {
    let c = [52.0, 61.0, 48.0, 70.0, 55.0, 97.0, 64.0, 41.0, 58.0, 85.0];
    let n = [20.0, 21.0, 19.0, 24.0, 20.0, 22.0, 21.0, 18.0, 20.5, 23.0];
    let chart = rate_chart(&c, &n).unwrap();
    close(chart.mean, 3.026_379, 6);
    close(chart.sigma_z, 1.6467, 4);
    close(chart.sigma_z * 1.128, 1.8574, 4);
    let week = chart.points[5];
    close(week.rate.unwrap(), 4.4091, 4);
    close(week.high, 4.1391, 4);
    close(week.laney_high, 4.8586, 4);
    assert!(!week.is_signal(), "outside the plain limit, inside Laney's");
    close((week.rate.unwrap() - chart.mean) / (chart.mean / n[5]).sqrt(), 3.7280, 4);
    // Rates that hardly move do not make the limits narrower than chance does.
    close(rate_chart(&[10.0; 6], &[5.0; 6]).unwrap().sigma_z, 1.0, 6);
    assert_eq!(rate_chart(&c, &[0.0; 10]), None);
    assert_eq!(rate_chart(&[1.0, 2.0], &[0.0, 4.0]).unwrap().points[0].rate, None);
}

#[test]
fn c5_what_a_cause_costs() {
    // In units: an hour at 24, a customer at 180.
    let rates = Rates { hour: 24, margin: 180 };
    let of = |awards, hours: f64, logistics, lost| Costs {
        awards,
        minutes: (hours * 60.0) as i64,
        logistics,
        lost,
        recovered: 0,
    };
    for (costs, n, total, each) in [
        (of(2520, 63.0, 420, 2), 84.0, 4812, 57.29),
        (of(5100, 76.5, 1530, 5), 51.0, 9366, 183.65),
        (of(810, 40.5, 0, 4), 27.0, 2502, 92.67),
    ] {
        assert_eq!(costs.total(&rates), Some(total));
        close(total as f64 / n, each, 2);
    }
    let handling = |hours: f64| of(0, hours, 0, 0).total(&rates);
    assert_eq!([63.0, 76.5, 40.5].map(handling), [1512, 1836, 972].map(Some));
    assert_eq!([2, 5, 4].map(|lost| of(0, 0.0, 0, lost).total(&rates)), [360, 900, 720].map(Some));
    let back = Costs { recovered: 1000, ..of(2520, 63.0, 420, 2) };
    assert_eq!(back.total(&rates), Some(3812), "what others pay back");
    assert_eq!(Costs { lost: i64::MAX, ..Costs::default() }.total(&rates), None);
    close(benefit(40.0, 12.0, 57.29, 800.0), 804.12, 2);
}

/// The exact interval of a Poisson mean, against the printed tables (Garwood 1936).
#[test]
fn a_count_with_its_interval() {
    for (x, low, high) in
        [(0.0, 0.0, 3.689), (1.0, 0.0253, 5.572), (10.0, 4.795, 18.390), (24.0, 15.377, 35.710)]
    {
        let found = super::ratio::mean_interval(x, 0.05);
        close(found.low, low, 3);
        close(found.high, high, 3);
    }
}
