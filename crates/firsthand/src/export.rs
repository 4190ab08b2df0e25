//! `firsthand export`: everything the desk holds, one row a complaint, streamed.

use std::io::{self, BufWriter, Write};

use clap::{Args, Subcommand, ValueEnum};
use firsthand_domain::time::Timestamp;
use firsthand_storage::{Database, exports};
use serde_json::Value;

use crate::config::Config;
use crate::{Failure, wiring};

/// Complaints read in one go.
const BATCH: i64 = 200;

#[derive(Subcommand)]
pub(crate) enum ExportCommand {
    /// Every complaint with every field.
    Complaints(Complaints),
}

#[derive(Args)]
pub(crate) struct Complaints {
    /// CSV, or one JSON object a line.
    #[arg(long, value_enum)]
    format: Format,
    /// Received at or after this instant or UTC day.
    #[arg(long, value_parser = instant)]
    from: Option<Timestamp>,
    /// Received before this instant or UTC day.
    #[arg(long, value_parser = instant)]
    to: Option<Timestamp>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Csv,
    Jsonl,
}

fn instant(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse_or_day(text).map_err(|_| "expected a day such as 2026-11-22, or an instant".to_owned())
}

pub(crate) async fn run(
    config: &Config,
    ExportCommand::Complaints(asked): ExportCommand,
) -> Result<(), Failure> {
    let database = wiring::open_existing(config).await?;
    let done = export(&database, &asked).await;
    database.close().await;
    match done? {
        Told::Everything(count) => {
            eprintln!("{count} complaints exported.");
            Ok(())
        }
        // Whoever reads has seen enough: `firsthand export … | head`.
        Told::Enough => Ok(()),
    }
}

enum Told {
    Everything(u64),
    Enough,
}

async fn export(database: &Database, asked: &Complaints) -> Result<Told, Failure> {
    let (from, to) =
        (asked.from.unwrap_or(Timestamp::from_micros(i64::MIN)), asked.to.unwrap_or(Timestamp::NEVER));
    let mut writer = match asked.format {
        Format::Csv => Writer::Csv(Box::new(csv::Writer::from_writer(io::stdout().lock())), None),
        Format::Jsonl => Writer::Jsonl(BufWriter::new(io::stdout().lock())),
    };
    let (mut count, mut last) = (0, None);
    loop {
        let page = {
            let mut connection = database.read().await?;
            exports::page(&mut connection.tx(), last, from, to, database.now(), BATCH).await?
        };
        let Some(view) = page.last() else { break };
        last = Some(view.complaint.id);
        for view in &page {
            count += 1;
            if let Err(error) = writer.write(firsthand_http::json::complaint(view)) {
                return stopped(&error);
            }
        }
    }
    match writer.flush() {
        Ok(()) => Ok(Told::Everything(count)),
        Err(error) => stopped(&error),
    }
}

fn stopped(error: &io::Error) -> Result<Told, Failure> {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Ok(Told::Enough);
    }
    Err(Failure::refused(format!("the export cannot be written: {error}")))
}

enum Writer {
    /// With the columns of the first row, which are those of every row.
    Csv(Box<csv::Writer<io::StdoutLock<'static>>>, Option<Vec<String>>),
    Jsonl(BufWriter<io::StdoutLock<'static>>),
}

impl Writer {
    fn write(&mut self, complaint: Value) -> io::Result<()> {
        match self {
            Self::Jsonl(out) => {
                serde_json::to_writer(&mut *out, &complaint)?;
                out.write_all(b"\n")
            }
            Self::Csv(out, columns) => {
                let flat = flatten(complaint);
                if columns.is_none() {
                    out.write_record(flat.iter().map(|(name, _)| name))?;
                }
                let header =
                    columns.get_or_insert_with(|| flat.iter().map(|(name, _)| name.clone()).collect());
                let cell =
                    |name: &String| flat.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str());
                out.write_record(header.iter().map(cell))?;
                Ok(())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Csv(out, _) => out.flush(),
            Self::Jsonl(out) => out.flush(),
        }
    }
}

/// One cell a field: a person, customer or the like gives a cell for each of its own fields, a list is one cell of JSON.
fn flatten(complaint: Value) -> Vec<(String, String)> {
    /// Objects whose fields are the same in every row.
    const FIXED: [&str; 4] = ["customer", "first_contact", "handler", "due"];
    let Value::Object(fields) = complaint else { return Vec::new() };
    let mut cells = Vec::with_capacity(fields.len() + 8);
    for (name, value) in fields {
        match value {
            Value::Object(inner) if FIXED.contains(&name.as_str()) => {
                for key in inner_fields(&name) {
                    let cell = inner.get(*key).cloned().unwrap_or(Value::Null);
                    cells.push((format!("{name}.{key}"), text(cell)));
                }
            }
            other => cells.push((name, text(other))),
        }
    }
    cells
}

fn inner_fields(name: &str) -> &'static [&'static str] {
    if name == "due" { &["acknowledge", "reply", "resolve"] } else { &["id", "name"] }
}

/// A cell as a spreadsheet may open it: what would be a formula begins with an apostrophe.
fn text(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => {
            let risky = |c: char| "=+-@\t\r\n＝＋－＠".contains(c);
            if text.starts_with(risky) { format!("'{text}") } else { text }
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_cell_is_never_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@x", "\t=1", "＝1"] {
            assert!(text(json!(formula)).starts_with('\''), "{formula}");
        }
        assert_eq!(text(json!(-5)), "-5", "numbers stay numbers");
        assert_eq!(text(json!("late = bad")), "late = bad");
    }

    #[test]
    fn people_get_a_cell_for_each_field_and_lists_one_cell() {
        let cells =
            flatten(json!({ "handler": { "id": "1", "name": "Ana", "substitute": {} }, "points": [1] }));
        let expected = [("handler.id", "1"), ("handler.name", "Ana"), ("points", "[1]")];
        assert_eq!(cells, expected.map(|(k, v)| (k.to_owned(), v.to_owned())));
    }
}
