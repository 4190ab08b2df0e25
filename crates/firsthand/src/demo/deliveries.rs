//! How much was delivered: what complaints are held against.

use firsthand_domain::exposure::{Exposure, check_rows};
use firsthand_domain::time::Timestamp;
use serde_json::json;

use super::causes::monday;
use super::chance::Chance;
use super::said;
use super::words::Words;
use crate::Failure;

/// What is counted.
pub(super) const KIND: &str = "deliveries";
/// Weeks of which it is on record.
pub(super) const WEEKS: i64 = 104;
/// The one place that never told how much it delivers.
const SILENT: &str = "Norwich";
/// Kinds of trouble with something that is delivered.
const DELIVERED: [&str; 3] = ["damaged", "late", "wrong-item"];

/// What was delivered in a week, of each product at each place: a little more from year to year.
pub(super) fn of_week(words: &[Words], now: Timestamp, weeks_ago: i64) -> Result<Vec<Exposure>, Failure> {
    let mut chance = Chance::new(1931 + weeks_ago.unsigned_abs());
    let date = monday(now, weeks_ago);
    let mut rows: Vec<Exposure> = Vec::new();
    for told in words {
        let mut products: Vec<&str> = told
            .cases
            .iter()
            .filter(|c| DELIVERED.contains(&c.cause.as_str()))
            .map(|c| c.product.as_str())
            .collect();
        products.sort_unstable();
        products.dedup();
        for place in told.places.iter().filter(|place| *place != SILENT) {
            for product in &products {
                // From 85 in a hundred to 115 over two years, as complaints do.
                let usual = 85 + 30 * (WEEKS - weeks_ago) / WEEKS;
                let count = usual * chance.minutes(55, 65) / 100;
                rows.push(said(json!({
                    "date": date, "kind": KIND, "product": product, "place": place, "count": count,
                }))?);
            }
        }
    }
    check_rows(&rows, now).map_err(|(_, refusal)| firsthand_storage::Error::from(refusal))?;
    Ok(rows)
}
