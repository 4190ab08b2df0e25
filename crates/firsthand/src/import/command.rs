//! `firsthand import`: one pass reads, checks and stages; then everything is published in one transaction, or nothing.

use std::io::{IsTerminal as _, Write as _};

use clap::Args;
use firsthand_domain::code::Role;
use firsthand_domain::contact::Email;
use firsthand_domain::import::ImportedComplaint;
use firsthand_domain::staff::Staff;
use firsthand_storage::{Database, imports, staff};

use super::{Mapping, Row, Rows};
use crate::config::Config;
use crate::{Failure, wiring};

/// Rows staged in one go.
const BATCH: usize = 500;
/// Bad rows told one by one; the rest are counted.
const TOLD: u64 = 50;

#[derive(Args)]
pub(crate) struct Arguments {
    /// The CSV file, also packed with gzip; - for standard input.
    file: String,
    /// What its columns mean: cfpb, tsa, or a mapping file in TOML.
    #[arg(long, value_name = "NAME-or-FILE")]
    mapping: String,
    /// Read and check everything, keep nothing.
    #[arg(long)]
    dry_run: bool,
    /// E-mail address of the person who becomes first contact. May be left out while the desk has one person who can.
    #[arg(long = "as", value_name = "EMAIL")]
    by: Option<String>,
}

/// What reading the file found.
#[derive(Default)]
struct Read {
    good: u64,
    blank: u64,
    bad: u64,
}

pub(crate) async fn run(config: &Config, arguments: Arguments) -> Result<(), Failure> {
    let mapping = Mapping::load(&arguments.mapping).map_err(|e| Failure::usage(format!("--mapping: {e}")))?;
    let source = mapping.name().to_owned();
    let rows = Rows::open(&arguments.file, mapping, wiring::now())
        .map_err(|problem| Failure::refused(format!("{}: {problem}", arguments.file)))?;
    let database = wiring::open(config).await?;
    let done = import(&database, rows, &source, &arguments).await;
    database.close().await;
    done
}

async fn import(database: &Database, rows: Rows, source: &str, arguments: &Arguments) -> Result<(), Failure> {
    let first_contact = importer(database, arguments.by.as_deref()).await?;
    let run = imports::begin(database);
    let read = stage(database, run, rows).await;
    let refused = match &read {
        Ok(read) if read.bad == 0 && !arguments.dry_run => None,
        Ok(read) if read.bad == 0 => Some(Ok(())),
        Ok(read) => Some(Err(Failure::refused(format!(
            "{} of {} rows cannot be taken; nothing was imported",
            read.bad,
            read.bad + read.good
        )))),
        Err(_) => Some(Err(Failure::refused("reading stopped; nothing was imported"))),
    };
    if let Some(answer) = refused {
        imports::drop_staged(database, run).await?;
        let read = read?;
        eprintln!("Read {} rows and {} blank ones; nothing was kept.", read.good, read.blank);
        return answer;
    }
    let read = read?;
    let published = imports::publish(database, run, source, first_contact.id).await;
    if published.is_err() {
        imports::drop_staged(database, run).await?;
    }
    let published = published?;
    eprintln!(
        "Imported {} complaints, {} were here already, {} blank rows skipped. First contact: {}.",
        published.added, published.present, read.blank, first_contact.name
    );
    Ok(())
}

/// Reads the whole file, telling each bad row, and stages the good ones while there is still hope.
async fn stage(database: &Database, run: imports::Run, rows: Rows) -> Result<Read, Failure> {
    let mut read = Read::default();
    let mut batch: Vec<(i64, ImportedComplaint)> = Vec::with_capacity(BATCH);
    for row in rows {
        match row.map_err(|problem| Failure::refused(problem.to_string()))? {
            Row::Blank => read.blank += 1,
            Row::Good { line, complaint } => {
                read.good += 1;
                batch.push((i64::try_from(line).unwrap_or(i64::MAX), *complaint));
            }
            Row::Bad(problems) => {
                read.bad += 1;
                if read.bad <= TOLD {
                    for problem in &problems {
                        eprintln!("{problem}");
                    }
                } else if read.bad == TOLD + 1 {
                    eprintln!("… further bad rows are counted, not told");
                }
            }
        }
        if batch.len() == BATCH {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            if read.bad == 0 {
                imports::stage(database, run, full).await?;
            }
            progress(&read);
        }
    }
    if read.bad == 0 && !batch.is_empty() {
        imports::stage(database, run, batch).await?;
    }
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
    Ok(read)
}

fn progress(read: &Read) {
    let rows = read.good + read.bad;
    if std::io::stderr().is_terminal() {
        eprint!("\r{rows} rows read");
        let _ = std::io::stderr().flush();
    } else if rows % 100_000 < BATCH as u64 {
        eprintln!("{rows} rows read");
    }
}

/// Who becomes first contact: the person named, or the only one there is who can.
async fn importer(database: &Database, by: Option<&str>) -> Result<Staff, Failure> {
    let mut connection = database.read().await?;
    let mut tx = connection.tx();
    if let Some(by) = by {
        let email = Email::parse(by).map_err(|e| Failure::usage(format!("--as: {e}")))?;
        let found = staff::by_email(&mut tx, &email).await?;
        return found.filter(Staff::can_hold_duty).ok_or_else(|| {
            Failure::refused(format!("--as: {by} is not an active person who can hold a complaint"))
        });
    }
    let everyone = staff::page(&mut tx, None, 1000).await?;
    let mut able = everyone.into_iter().filter(|s| s.can_hold_duty() && s.role != Role::Auditor);
    match (able.next(), able.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(Failure::refused(
            "nobody is at the desk yet: `firsthand staff add` first, then import --as their e-mail address",
        )),
        _ => Err(Failure::usage("--as: say who becomes first contact of what is imported")),
    }
}
