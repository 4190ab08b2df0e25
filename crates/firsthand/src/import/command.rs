//! `firsthand import`: one pass reads, checks and stages; then everything is published in one transaction, or nothing.
//! With `--partial` everything is what is good.

use std::collections::HashMap;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::hash::{Hash as _, Hasher as _};
use std::io;

use clap::Args;
use encoding_rs::Encoding;
use firsthand_domain::code::Role;
use firsthand_domain::contact::Email;
use firsthand_domain::import::ImportedComplaint;
use firsthand_domain::staff::Staff;
use firsthand_storage::{Database, imports, staff};

use super::oddities::Oddities;
use super::progress::Progress;
use super::rejects::{self, Rejects};
use super::rows::{Known, RowProblem};
use super::{Mapping, Row, Rows, decode, separator};
use crate::config::Config;
use crate::{Failure, wiring};

/// Rows staged in one go.
const BATCH: usize = 500;
/// Bad rows told one by one; the rest are counted.
const TOLD: u64 = 50;
/// Rows that differ from what is here, told by their lines.
const DIFFERING_TOLD: usize = 50;

#[derive(Args)]
pub(crate) struct Arguments {
    /// The CSV file, also packed with gzip; - for standard input.
    file: String,
    /// What its columns mean: cfpb, comcast, tsa, or a mapping file in TOML.
    #[arg(long, value_name = "NAME-or-FILE")]
    mapping: String,
    /// What it is written in, such as windows-1250, windows-1258, gb18030 or big5; UTF-8 and UTF-16 are recognised.
    #[arg(long, value_name = "LABEL", value_parser = decode::labelled)]
    encoding: Option<&'static Encoding>,
    /// What stands between values, one character or tab; comma, semicolon, tab and | are recognised.
    #[arg(long, value_name = "CHARACTER", value_parser = separator::named)]
    separator: Option<u8>,
    /// Write bad rows here as they are, with line, column and reason before them: mend them and import the file again.
    #[arg(long, value_name = "FILE")]
    rejects: Option<String>,
    /// Take the good rows though others are bad.
    #[arg(long)]
    partial: bool,
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
    repeated: u64,
    oddities: Oddities,
    /// What the rows that have been staged are called, each with its line, and what else is on them.
    keys: HashMap<u64, (u64, u64)>,
}

pub(crate) async fn run(config: &Config, arguments: Arguments) -> Result<(), Failure> {
    let mapping = Mapping::load(&arguments.mapping).map_err(|e| Failure::usage(format!("--mapping: {e}")))?;
    let source = mapping.name().to_owned();
    if arguments.rejects.as_ref().is_some_and(|path| rejects::same_file(path, &arguments.file)) {
        return Err(Failure::usage("--rejects: expected another file than the one that is imported"));
    }
    let known = Known { encoding: arguments.encoding, separator: arguments.separator };
    let rows = Rows::open(&arguments.file, known, mapping, wiring::now())
        .map_err(|problem| Failure::refused(format!("{}: {problem}", arguments.file)))?;
    let database = wiring::open(config).await?;
    let done = import(&database, rows, &source, &arguments).await;
    database.close().await;
    done
}

async fn import(database: &Database, rows: Rows, source: &str, arguments: &Arguments) -> Result<(), Failure> {
    let first_contact = importer(database, arguments.by.as_deref()).await?;
    let run = imports::begin(database);
    let mut progress = Progress::begin();
    let read = stage(database, run, rows, arguments, &mut progress).await;
    progress.clear();
    let keep = matches!(&read, Ok(read) if !arguments.dry_run && (read.bad == 0 || arguments.partial && read.good > 0));
    if !keep {
        imports::drop_staged(database, run).await?;
        return nothing_kept(&read?, arguments);
    }
    let read = read?;
    let published = imports::publish(database, run, source, first_contact.id).await;
    if published.is_err() {
        imports::drop_staged(database, run).await?;
    }
    let published = published?;
    let rejected =
        if read.bad > 0 { format!(", {} bad rows were not taken", read.bad) } else { String::new() };
    eprintln!(
        "Imported {} complaints, {} were here already, {} blank rows skipped{rejected}. First contact: {}. {} rows/s.",
        published.added,
        published.present + read.repeated,
        read.blank,
        first_contact.name,
        progress.speed(read.good)
    );
    tell_differing(&published.differing);
    also(&read, arguments);
    Ok(())
}

/// A row that says something else under an identifier that is here already is told: it may be another complaint, which
/// is not here.
fn tell_differing(lines: &[i64]) {
    if lines.is_empty() {
        return;
    }
    let told: Vec<String> = lines.iter().take(DIFFERING_TOLD).map(ToString::to_string).collect();
    let more = if lines.len() > DIFFERING_TOLD { ", …" } else { "" };
    eprintln!(
        "{} of those that were here already say something else than when they came, which was not taken: line {}{more}.",
        lines.len(),
        told.join(", ")
    );
}

/// Tells what was read when nothing of it is kept, because it is a dry run or because of bad rows.
fn nothing_kept(read: &Read, arguments: &Arguments) -> Result<(), Failure> {
    eprintln!("Read {} rows and {} blank ones; nothing was kept.", read.good + read.repeated, read.blank);
    also(read, arguments);
    if read.bad == 0 || arguments.dry_run && arguments.partial && read.good > 0 {
        return Ok(());
    }
    let all = read.bad + read.good + read.repeated;
    Err(Failure::refused(format!("{} of {all} rows cannot be taken; nothing was imported", read.bad)))
}

fn also(read: &Read, arguments: &Arguments) {
    let oddities = read.oddities.to_string();
    if !oddities.is_empty() {
        eprintln!("{oddities}");
    }
    if let (Some(path), 1..) = (&arguments.rejects, read.bad) {
        eprintln!("{} bad rows are in {path}: mend them there and import that file.", read.bad);
    }
}

/// Reads the whole file, telling each bad row, and stages the good ones while there is still hope.
async fn stage(
    database: &Database,
    run: imports::Run,
    mut rows: Rows,
    arguments: &Arguments,
    progress: &mut Progress,
) -> Result<Read, Failure> {
    let mut rejects =
        arguments.rejects.as_ref().map(|path| Rejects::create(path, &rows)).transpose().map_err(unwritten)?;
    let mut read = Read::default();
    let mut batch: Vec<(i64, ImportedComplaint)> = Vec::with_capacity(BATCH);
    while let Some(row) = rows.next() {
        let row = row.map_err(|problem| Failure::refused(format!("{problem}; nothing was imported")))?;
        let problems = match row {
            Row::Blank => {
                read.blank += 1;
                continue;
            }
            Row::Good { line, complaint, oddities } => match read.take(line, &complaint) {
                Ok(true) => {
                    read.good += 1;
                    read.oddities += oddities;
                    batch.push((i64::try_from(line).unwrap_or(i64::MAX), *complaint));
                    Vec::new()
                }
                Ok(false) => Vec::new(),
                Err(first) => vec![rows.repeats(line, first)],
            },
            Row::Bad(problems) => problems,
        };
        if !problems.is_empty() {
            read.bad += 1;
            tell(&problems, read.bad, progress);
            if let Some(rejects) = &mut rejects {
                rejects.add(&problems, &rows).map_err(unwritten)?;
            }
        }
        if batch.len() == BATCH {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            if read.bad == 0 || arguments.partial {
                imports::stage(database, run, full).await?;
            }
        }
        progress.rows(read.good + read.bad, read.bad);
    }
    if !batch.is_empty() && (read.bad == 0 || arguments.partial) {
        imports::stage(database, run, batch).await?;
    }
    rejects.map_or(Ok(()), Rejects::finish).map_err(unwritten)?;
    Ok(read)
}

impl Read {
    /// Notes a row: true when it is new, false when it stands in the file a second time, word for word.
    ///
    /// # Errors
    /// Another row is called the same: the line of that one. Taking this one for a repetition would lose it.
    fn take(&mut self, line: u64, complaint: &ImportedComplaint) -> Result<bool, u64> {
        let (mut key, mut whole) = (DefaultHasher::new(), DefaultHasher::new());
        complaint.key.hash(&mut key);
        format!("{complaint:?}").hash(&mut whole);
        let whole = whole.finish();
        match self.keys.entry(key.finish()) {
            Entry::Vacant(free) => {
                free.insert((line, whole));
                Ok(true)
            }
            Entry::Occupied(taken) if taken.get().1 == whole => {
                self.repeated += 1;
                Ok(false)
            }
            Entry::Occupied(taken) => Err(taken.get().0),
        }
    }
}

fn tell(problems: &[RowProblem], bad: u64, progress: &mut Progress) {
    progress.clear();
    if bad <= TOLD {
        for problem in problems {
            eprintln!("{problem}");
        }
    } else if bad == TOLD + 1 {
        eprintln!("… further bad rows are counted, not told; --rejects FILE tells them all");
    }
}

#[expect(clippy::needless_pass_by_value, reason = "what map_err takes")]
fn unwritten(error: io::Error) -> Failure {
    Failure::refused(format!("--rejects: the file cannot be written: {error}; nothing was imported"))
}

/// Who becomes first contact: the person named, or the only one there is who can.
pub(crate) async fn importer(database: &Database, by: Option<&str>) -> Result<Staff, Failure> {
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
