//! `firsthand figures`: are the figures that the analysis reads what the histories make them, and making them anew.

use clap::Subcommand;
use firsthand_storage::figures;

use crate::config::Config;
use crate::{Failure, wiring};

#[derive(Subcommand)]
pub(crate) enum FiguresCommand {
    /// Makes every figure anew from the histories.
    Rebuild {
        /// Changes nothing: reckons them and tells what differs.
        #[arg(long)]
        check: bool,
    },
}

pub(crate) async fn run(config: &Config, command: FiguresCommand) -> Result<(), Failure> {
    let FiguresCommand::Rebuild { check } = command;
    let database = wiring::open_existing(config).await?;
    let done = async {
        if check {
            return figures::check(&database).await.map(|found| (found.complaints, found.wrong));
        }
        figures::rebuild(&database).await.map(|complaints| (complaints, Vec::new()))
    }
    .await;
    database.close().await;
    let (complaints, wrong) = done?;
    for line in &wrong {
        println!("{line}");
    }
    if !wrong.is_empty() {
        return Err(Failure::refused(format!("{} figures differ: firsthand figures rebuild", wrong.len())));
    }
    if check {
        eprintln!("No difference: the figures are what the histories of {complaints} complaints make them.");
    } else {
        eprintln!("The figures are new, from the histories of {complaints} complaints.");
    }
    Ok(())
}
