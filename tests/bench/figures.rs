//! What the analysis reads, for complaints that were written past the desk: summed as the desk sums it some seconds behind,
//! in larger lots.

use firsthand_storage::figures;

use crate::Outcome;
use crate::world::open;

/// Lines summed at once.
const LOT: i64 = 50_000;
/// So many complaints are reckoned again from their histories, to see that the lines are those of the desk.
const CHECKED: u64 = 10_000;

/// Sums every line there is.
pub(crate) async fn sum(url: &str, rows: u64) -> Outcome<()> {
    let database = open(url).await?;
    while database.change(|unit| Box::pin(figures::fold(unit, LOT))).await? > 0 {}
    let found = if rows <= CHECKED { figures::check(&database).await? } else { figures::Checked::default() };
    database.close().await;
    match found.wrong.first() {
        Some(wrong) => Err(format!("the figures are not those of the desk: {wrong}").into()),
        None => Ok(()),
    }
}
