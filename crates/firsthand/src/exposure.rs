//! `firsthand exposure import`: how much chance there was for complaints, from a CSV file, all or nothing.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use firsthand_domain::exposure::{Count, Exposure, Word, check_rows};
use firsthand_storage::exposure;

use crate::config::Config;
use crate::{Failure, import, wiring};

/// The header of the file; product and place may be left out.
const COLUMNS: [&str; 5] = ["date", "kind", "product", "place", "count"];
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
    let (rows, lines) = read(&asked.file)?;
    if let Err((place, refusal)) = check_rows(&rows, wiring::now()) {
        let line = lines.get(place).copied().unwrap_or_default();
        let why = firsthand_http::explain(&refusal);
        return Err(Failure::refused(format!("line {line}: {why} Nothing was recorded.")));
    }
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

/// The rows, and on which line each stands.
fn read(file: &str) -> Result<(Vec<Exposure>, Vec<u64>), Failure> {
    let wrong = |error: &dyn std::fmt::Display| Failure::refused(format!("{file}: {error}"));
    let source = import::open(file, None).map_err(|e| wrong(&e))?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(source.text);
    let header = reader.headers().map_err(|e| wrong(&e))?.clone();
    let mut columns = BTreeMap::new();
    for (place, name) in header.iter().enumerate() {
        let name = name.trim();
        let known = COLUMNS.iter().find(|column| **column == name);
        let known = known.ok_or_else(|| {
            wrong(&format!("line 1: there is no column {name:?}; known: {}", COLUMNS.join(",")))
        })?;
        if columns.insert(*known, place).is_some() {
            return Err(wrong(&format!("line 1: the column {name} stands there twice")));
        }
    }
    if let Some(missing) = ["date", "kind", "count"].iter().find(|name| !columns.contains_key(*name)) {
        return Err(wrong(&format!("line 1: the column {missing} is missing")));
    }
    let (mut rows, mut lines, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    for record in reader.records() {
        let record = record.map_err(|e| wrong(&e))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |name: &str| columns.get(name).and_then(|at| record.get(*at)).unwrap_or_default().trim();
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() != header.len() {
            faults.push(format!("line {line}: expected {} values, got {}", header.len(), record.len()));
            continue;
        }
        match row(&cell) {
            Ok(row) => {
                rows.push(row);
                lines.push(line);
            }
            Err((column, why)) => faults.push(format!("line {line}: {column}: {why}")),
        }
    }
    for fault in faults.iter().take(TOLD) {
        eprintln!("{fault}");
    }
    match (faults.len(), rows.is_empty()) {
        (0, false) => Ok((rows, lines)),
        (0, true) => Err(wrong(&"there is no row in it")),
        (count, _) => Err(wrong(&format!("{count} rows are wrong; nothing was recorded"))),
    }
}

fn row<'r>(cell: &impl Fn(&str) -> &'r str) -> Result<Exposure, (&'static str, String)> {
    let word = |name: &'static str| Word::parse(cell(name)).map_err(|e| (name, e.to_string()));
    let maybe = |name: &'static str| if cell(name).is_empty() { Ok(None) } else { word(name).map(Some) };
    Ok(Exposure {
        date: cell("date")
            .parse()
            .map_err(|()| ("date", "expected an existing date such as 2026-11-22".to_owned()))?,
        kind: word("kind")?,
        product: maybe("product")?,
        place: maybe("place")?,
        count: Count::parse(cell("count")).map_err(|e| ("count", e))?,
    })
}
