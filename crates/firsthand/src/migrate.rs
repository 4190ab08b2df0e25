//! `firsthand migrate`: opening the database brings its schema up to date.

use crate::config::Config;
use crate::{Failure, wiring};

pub(crate) async fn run(config: &Config) -> Result<(), Failure> {
    let database = wiring::open(config).await?;
    eprintln!("The schema of the {} database is up to date.", database.engine_name());
    database.close().await;
    Ok(())
}
