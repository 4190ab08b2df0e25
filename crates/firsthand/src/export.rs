//! `firsthand export`: everything the desk holds, one row a complaint, streamed.

use std::io::{self, BufWriter, Write};

use clap::{Args, Subcommand, ValueEnum};
use firsthand_domain::time::Timestamp;
use firsthand_storage::{Database, exports};
use serde_json::{Value, json};

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
        Format::Csv => Writer::Csv(Box::new(csv::Writer::from_writer(io::stdout().lock())), header()),
        Format::Jsonl => Writer::Jsonl(BufWriter::new(io::stdout().lock())),
    };
    if let Err(error) = writer.begin() {
        return stopped(&error);
    }
    let (mut count, mut last) = (0, None);
    loop {
        let (page, amounts) = {
            let mut connection = database.read().await?;
            let mut tx = connection.tx();
            let page = exports::page(&mut tx, last, from, to, database.now(), BATCH).await?;
            let ids: Vec<_> = page.iter().map(|view| view.complaint.id).collect();
            let amounts = exports::imported_amounts(&mut tx, &ids).await?;
            (page, amounts)
        };
        let Some(view) = page.last() else { break };
        last = Some(view.complaint.id);
        for view in &page {
            count += 1;
            let mut complaint = firsthand_http::json::complaint(view);
            if let Some((minor, currency)) = amounts.get(&view.complaint.id) {
                complaint[AMOUNT] = json!({ "minor": minor, "currency": currency });
            }
            if let Err(error) = writer.write(complaint) {
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
    /// With the columns of every row.
    Csv(Box<csv::Writer<io::StdoutLock<'static>>>, Vec<String>),
    Jsonl(BufWriter<io::StdoutLock<'static>>),
}

impl Writer {
    fn begin(&mut self) -> io::Result<()> {
        match self {
            Self::Jsonl(_) => Ok(()),
            Self::Csv(out, columns) => Ok(out.write_record(columns)?),
        }
    }

    fn write(&mut self, complaint: Value) -> io::Result<()> {
        match self {
            Self::Jsonl(out) => {
                serde_json::to_writer(&mut *out, &complaint)?;
                out.write_all(b"\n")
            }
            Self::Csv(out, columns) => {
                let cells = flatten(complaint);
                let cell =
                    |name: &String| cells.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str());
                out.write_record(columns.iter().map(cell))?;
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

/// The field with what another system paid, of complaints that came from its file.
const AMOUNT: &str = "imported_amount";

/// Objects whose fields are the same in every row: each gives a cell for each of its fields.
const FIXED: [&str; 5] = ["customer", "first_contact", "handler", "due", AMOUNT];

/// Every column, whether there are rows or none.
fn header() -> Vec<String> {
    let mut columns = Vec::new();
    for name in firsthand_http::json::complaint_fields().into_iter().chain([AMOUNT.to_owned()]) {
        if FIXED.contains(&name.as_str()) {
            columns.extend(inner_fields(&name).iter().map(|key| format!("{name}.{key}")));
        } else {
            columns.push(name);
        }
    }
    columns
}

/// One cell a field: a person, customer or the like gives a cell for each of its own fields, a list is one cell of JSON.
fn flatten(complaint: Value) -> Vec<(String, String)> {
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
    match name {
        "due" => &["acknowledge", "reply", "resolve"],
        AMOUNT => &["minor", "currency"],
        _ => &["id", "name"],
    }
}

/// A cell as a spreadsheet may open it: what would be a formula begins with an apostrophe, on each line of a text, as
/// not every reader knows a line break in a cell from the end of a row.
fn text(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => {
            let mut safe = String::with_capacity(text.len() + 1);
            let mut line_start = true;
            for c in text.chars() {
                if line_start && "=+-@\t\r＝＋－＠".contains(c) {
                    safe.push('\'');
                }
                line_start = matches!(c, '\n' | '\r');
                safe.push(c);
            }
            safe
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@x", "\t=1", "＝1"] {
            assert!(text(json!(formula)).starts_with('\''), "{formula}");
        }
        assert_eq!(text(json!("late\n=1+1\r\n@x\r-1")), "late\n'=1+1\r\n'@x\r'-1");
        assert_eq!(text(json!(-5)), "-5", "numbers stay numbers");
        assert_eq!(text(json!("late = bad")), "late = bad");
    }

    #[test]
    fn the_columns_are_there_before_any_row() {
        let header = header();
        for name in
            ["id", "reference", "stage", "narrative", "customer.name", "due.reply", "imported_amount.minor"]
        {
            assert!(header.iter().any(|column| column == name), "{name} in {header:?}");
        }
    }

    #[test]
    fn people_get_a_cell_for_each_field_and_lists_one_cell() {
        let cells =
            flatten(json!({ "handler": { "id": "1", "name": "Ana", "substitute": {} }, "points": [1] }));
        let expected = [("handler.id", "1"), ("handler.name", "Ana"), ("points", "[1]")];
        assert_eq!(cells, expected.map(|(k, v)| (k.to_owned(), v.to_owned())));
    }
}
