//! `firsthand check`: is everything what it should be?

use firsthand_storage::verify;

use crate::config::Config;
use crate::{Failure, wiring};

pub(crate) async fn run(config: &Config) -> Result<(), Failure> {
    eprintln!("The configuration holds together.");
    let database = wiring::open_existing(config).await?;
    let mut found = database.integrity().await?;
    let verified = verify::histories(&database).await?;
    found.extend(verified.wrong);
    database.close().await;
    if found.is_empty() {
        eprintln!(
            "The {} database is in order: {} complaints are what their histories say.",
            database.engine_name(),
            verified.complaints
        );
        return Ok(());
    }
    for line in &found {
        println!("{line}");
    }
    Err(Failure::refused(format!("{} things are wrong", found.len())))
}
