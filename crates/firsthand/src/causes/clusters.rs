//! `firsthand causes clusters`: plants clusters in quiet weeks and tells how many of them are found, and how many of the
//! alerts are of them.

use clap::Args;
use firsthand_domain::alert::{WEEKS, Weeks, spikes};
use firsthand_domain::id::CauseId;
use uuid::Uuid;

use crate::demo::chance::Chance;

#[derive(Args)]
pub(crate) struct Clusters {
    /// Causes that are judged together.
    #[arg(long, default_value_t = 20)]
    causes: u32,
    /// Weeks that are looked at for each row of the table.
    #[arg(long, default_value_t = 400)]
    weeks: u32,
    /// Where chance begins.
    #[arg(long, default_value_t = 11)]
    seed: u64,
}

/// What was found in weeks with one planted cluster each, or none.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Found {
    planted: u32,
    /// Clusters that were found.
    hits: u32,
    /// Alerts of causes in which nothing was planted.
    false_alerts: u32,
    /// Weeks with any alert.
    alarmed: u32,
}

fn number(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::INFINITY, f64::from)
}

/// So many complaints as come one by one where so many are expected (Knuth: means are small).
fn poisson(chance: &mut Chance, mean: f64) -> u32 {
    let unit = |chance: &mut Chance| (number(chance.below(1 << 30)) + 0.5) / number(1 << 30);
    let (limit, mut product, mut count) = ((-mean).exp(), unit(chance), 0);
    while product > limit {
        product *= unit(chance);
        count += 1;
    }
    count
}

/// Weeks of causes with the same mean; in the last week of one of them, `times` as many are expected.
fn measure(asked: &Clusters, mean: f64, times: Option<u32>) -> Found {
    let mut chance = Chance::new(asked.seed);
    let mut found = Found::default();
    for _ in 0..asked.weeks {
        let cluster = chance.below(usize::try_from(asked.causes).unwrap_or(1));
        let mut family = Vec::new();
        for cause in 0..asked.causes {
            let here = usize::try_from(cause).is_ok_and(|cause| cause == cluster);
            let mut counts: Vec<u32> = (0..WEEKS).map(|_| poisson(&mut chance, mean)).collect();
            if let (true, Some(times), Some(last)) = (here, times, counts.last_mut()) {
                *last = poisson(&mut chance, mean * f64::from(times));
            }
            family.push(Weeks {
                cause: CauseId(Uuid::from_u128(u128::from(cause))),
                counts,
                alerted: vec![false; WEEKS],
                drifts_since: None,
            });
        }
        let all: Vec<u32> =
            (0..WEEKS).map(|week| family.iter().filter_map(|weeks| weeks.counts.get(week)).sum()).collect();
        let alerts = spikes(&family, &all);
        let planted = CauseId(Uuid::from_u128(cluster as u128));
        let hit = times.is_some() && alerts.iter().any(|alert| alert.cause == planted);
        found.planted += u32::from(times.is_some());
        found.hits += u32::from(hit);
        found.false_alerts += u32::try_from(alerts.len()).unwrap_or(u32::MAX) - u32::from(hit);
        found.alarmed += u32::from(!alerts.is_empty());
    }
    found
}

fn share(part: u32, of: u32) -> String {
    if of == 0 { "-".to_owned() } else { format!("{:.3}", f64::from(part) / f64::from(of)) }
}

pub(crate) fn run(asked: &Clusters) {
    println!("{} causes, {} weeks a row, each with one cluster in its last week", asked.causes, asked.weeks);
    println!("mean  times  precision  recall  weeks with any alert");
    for mean in [2.0, 4.0, 8.0] {
        for times in [None, Some(2), Some(3), Some(4), Some(5), Some(6)] {
            let found = measure(asked, mean, times);
            println!(
                "{mean:>4}  {:>5}  {:>9}  {:>6}  {}",
                times.map_or("none".to_owned(), |times| times.to_string()),
                share(found.hits, found.hits + found.false_alerts),
                share(found.hits, found.planted),
                share(found.alarmed, asked.weeks),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_clusters_are_found_and_quiet_weeks_stay_quiet() {
        let asked = Clusters { causes: 20, weeks: 60, seed: 11 };
        let quiet = measure(&asked, 4.0, None);
        assert!(quiet.alarmed <= 4, "{quiet:?}");
        let (small, large) = (measure(&asked, 4.0, Some(2)), measure(&asked, 4.0, Some(5)));
        assert!(large.hits >= 54 && large.hits > small.hits, "{small:?} {large:?}");
        assert!(large.false_alerts * 8 < large.hits, "{large:?}");
    }
}
