//! `firsthand search`: makes the index again, and measures what it finds.

use clap::Subcommand;
use firsthand_storage::search;

use crate::config::Config;
use crate::{Failure, wiring};

mod recall;

#[derive(Subcommand)]
pub(crate) enum SearchCommand {
    /// Makes the index of words again, if it was made by an older program or misses complaints.
    Rebuild {
        /// Also when nothing seems to be wrong with it.
        #[arg(long)]
        anyway: bool,
    },
    /// Loads texts into a throw-away desk, asks for their words in every form, and tells how many of them are found.
    Recall(recall::Arguments),
}

pub(crate) async fn run(config: &Config, command: SearchCommand) -> Result<(), Failure> {
    match command {
        SearchCommand::Rebuild { anyway } => rebuild(config, anyway).await,
        SearchCommand::Recall(arguments) => recall::run(arguments).await,
    }
}

async fn rebuild(config: &Config, anyway: bool) -> Result<(), Failure> {
    let database = wiring::open(config).await?;
    let done = async {
        let whole = {
            let mut connection = database.read().await?;
            let mut tx = connection.tx();
            search::is_current(&mut tx).await? && search::missing(&mut tx).await? == 0
        };
        if whole && !anyway {
            return Ok(None);
        }
        let told = |done: u64| {
            if done.is_multiple_of(10_000) {
                eprintln!("{done} complaints indexed");
            }
        };
        search::rebuild(&database, told).await.map(Some)
    }
    .await;
    database.close().await;
    match done? {
        Some(count) => eprintln!("The index is new: {count} complaints."),
        None => eprintln!("The index is whole; --anyway makes it again."),
    }
    Ok(())
}
