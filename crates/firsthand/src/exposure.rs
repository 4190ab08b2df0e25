//! `firsthand exposure import`: how much chance there was for complaints, from a CSV file, all or nothing.

use clap::{Args, Subcommand};
use firsthand_http::exposure::{self as table, Table};
use firsthand_storage::exposure;

use crate::config::Config;
use crate::{Failure, import, wiring};

/// Faults that are told one by one; the rest are counted.
const TOLD: usize = 50;

#[derive(Subcommand)]
pub(crate) enum ExposureCommand {
    /// Take in deliveries, orders, room nights by day: date,kind,product,place,count. A row that is known is replaced.
    Import(Import),
}

#[derive(Args)]
pub(crate) struct Import {
    /// A CSV file with a header, also packed with gzip; - for standard input.
    file: String,
    /// E-mail address of the lead who records it; not needed while there is only one person.
    #[arg(long = "as", value_name = "EMAIL")]
    by: Option<String>,
}

pub(crate) async fn run(config: &Config, command: ExposureCommand) -> Result<(), Failure> {
    let ExposureCommand::Import(asked) = command;
    let table = read(&asked.file)?;
    table
        .check(wiring::now())
        .map_err(|fault| Failure::refused(format!("{}: {fault}; nothing was recorded", asked.file)))?;
    let rows = table.rows;
    let database = wiring::open(config).await?;
    let done = async {
        let by = import::importer(&database, asked.by.as_deref()).await?;
        if !by.is_lead() {
            return Err(Failure::refused(format!("--as: {} is not a lead; leads record exposure", by.name)));
        }
        let recorded = database.change(move |unit| {
            let rows = rows.clone();
            Box::pin(async move { exposure::record(unit, by.id, &rows).await })
        });
        Ok(recorded.await?)
    };
    let done = done.await;
    database.close().await;
    let exposure::Recorded { added, replaced } = done?;
    eprintln!("{added} rows added, {replaced} replaced.");
    Ok(())
}

/// The rows of a file, with their lines.
fn read(file: &str) -> Result<Table, Failure> {
    let wrong = |error: &dyn std::fmt::Display| Failure::refused(format!("{file}: {error}"));
    let source = import::open(file, None).map_err(|e| wrong(&e))?;
    table::read(source.text, usize::MAX).map_err(|faults| match faults.as_slice() {
        [fault] => wrong(&format!("{fault}; nothing was recorded")),
        faults => {
            for fault in faults.iter().take(TOLD) {
                eprintln!("{fault}");
            }
            wrong(&format!("{} rows are wrong; nothing was recorded", faults.len()))
        }
    })
}
