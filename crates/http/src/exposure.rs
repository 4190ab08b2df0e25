//! Exposure as a table of separated values: one reading of it for the command and for the door.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead as _, BufReader, Read};

use firsthand_domain::Refusal;
use firsthand_domain::exposure::{Count, Exposure, Word, check_rows};
use firsthand_domain::time::Timestamp;

/// The header of the table; product and place may be left out.
pub const COLUMNS: [&str; 5] = ["date", "kind", "product", "place", "count"];
/// Columns that must be there.
const NEEDED: [&str; 3] = ["date", "kind", "count"];

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which, the header being the first.
    pub line: u64,
    /// In which column, where it is one.
    pub column: Option<String>,
    /// What was expected.
    pub expected: String,
}

impl Fault {
    fn of(line: u64, expected: impl Into<String>) -> Self {
        Self { line, column: None, expected: expected.into() }
    }

    /// The place as the API names it: `lines[3].count`.
    #[must_use]
    pub fn field(&self) -> String {
        let column = self.column.as_ref().map(|column| format!(".{column}")).unwrap_or_default();
        format!("lines[{}]{column}", self.line)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = self.column.as_ref().map(|column| format!(" {column}:")).unwrap_or_default();
        write!(f, "line {}:{column} {}", self.line, self.expected)
    }
}

/// Rows of a table, and on which line each stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The rows, in their order.
    pub rows: Vec<Exposure>,
    lines: Vec<u64>,
}

impl Table {
    /// Checks what single lines do not tell.
    ///
    /// # Errors
    /// A line that is there twice, or has a day that is not between 1900 and the day after this one.
    pub fn check(&self, now: Timestamp) -> Result<(), Fault> {
        check_rows(&self.rows, now).map_err(|(place, refusal)| {
            let line = self.lines.get(place).copied().unwrap_or_default();
            match refusal {
                Refusal::Field { field, expected } => Fault {
                    line,
                    column: Some(field.into_owned()).filter(|field| !field.is_empty()),
                    expected: expected.into_owned(),
                },
                other => Fault::of(line, crate::explain(&other)),
            }
        })
    }
}

/// Reads a table, at most so many rows of it and one more.
///
/// # Errors
/// Every line that is wrong, at least one: of a header that is wrong only that, and where the text breaks off nothing
/// after it.
pub fn read(text: impl Read, most: usize) -> Result<Table, Vec<Fault>> {
    let mut lines = BufReader::new(text).split(b'\n').zip(1_u64..);
    let first = lines.next().map_or_else(|| Ok(Vec::new()), |(line, _)| line);
    let header = first.map_err(|e| vec![Fault::of(1, format!("expected a text that can be read: {e}"))])?;
    let header = cells(&header, 1).map_err(|fault| vec![fault])?;
    let columns = columns(&header).map_err(|expected| vec![Fault::of(1, expected)])?;
    let (mut table, mut faults) = (Table { rows: Vec::new(), lines: Vec::new() }, Vec::new());
    for (bytes, line) in lines {
        let bytes = bytes.map_err(|e| Fault::of(line, format!("expected a text that can be read: {e}")));
        let record = match bytes.and_then(|bytes| cells(&bytes, line)) {
            Ok(record) => record,
            Err(fault) => {
                faults.push(fault);
                break;
            }
        };
        let cell = |name: &str| columns.get(name).and_then(|at| record.get(*at)).unwrap_or_default().trim();
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() != header.len() {
            faults.push(Fault::of(line, format!("expected {} values, got {}", header.len(), record.len())));
            continue;
        }
        match row(&cell) {
            Ok(row) => {
                table.rows.push(row);
                table.lines.push(line);
            }
            Err((column, expected)) => {
                faults.push(Fault { line, column: Some(column.to_owned()), expected });
            }
        }
        if table.rows.len() > most {
            break;
        }
    }
    match (faults.is_empty(), table.rows.is_empty()) {
        (true, false) => Ok(table),
        (true, true) => Err(vec![Fault::of(2, "expected a row: there is no row")]),
        (false, _) => Err(faults),
    }
}

/// Where each column stands.
fn columns(header: &csv::StringRecord) -> Result<BTreeMap<&'static str, usize>, String> {
    let mut columns = BTreeMap::new();
    for (place, name) in header.iter().enumerate() {
        let name = name.trim().trim_start_matches('\u{feff}');
        let known = COLUMNS.iter().find(|column| **column == name);
        let known = known.ok_or_else(|| {
            let name: String = name.chars().take(50).collect();
            format!("there is no column {name:?}; known: {}", COLUMNS.join(","))
        })?;
        if columns.insert(*known, place).is_some() {
            return Err(format!("the column {name} stands there twice"));
        }
    }
    match NEEDED.iter().find(|name| !columns.contains_key(*name)) {
        Some(missing) => Err(format!("the column {missing} is missing")),
        None => Ok(columns),
    }
}

/// The cells of one line: no cell has a line break in it, so that each row is where its number says.
fn cells(bytes: &[u8], line: u64) -> Result<csv::StringRecord, Fault> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(bytes.len().max(1))
        .from_reader(bytes);
    match reader.records().next() {
        None => Ok(csv::StringRecord::new()),
        Some(Ok(record)) => Ok(record),
        Some(Err(error)) => Err(match error.kind() {
            csv::ErrorKind::Utf8 { .. } => Fault::of(line, "expected UTF-8"),
            _ => Fault::of(line, format!("expected separated values, but {error}")),
        }),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &[u8]) -> Vec<String> {
        let now = Timestamp::parse("2026-11-22T00:00:00Z").unwrap();
        let told = |faults: Vec<Fault>| faults.iter().map(|f| format!("{} {f}", f.field())).collect();
        read(text, 10)
            .and_then(|table| table.check(now).map_err(|f| vec![f]))
            .map_or_else(told, |()| Vec::new())
    }

    #[test]
    fn each_line_that_is_wrong_is_told_with_its_column() {
        let table: [(&[u8], &[&str]); 9] = [
            (b"", &["lines[1] line 1: the column date is missing"]),
            (b"date,kind,count\n", &["lines[2] line 2: expected a row: there is no row"]),
            (b"date,kind,count,date\n", &["lines[1] line 1: the column date stands there twice"]),
            (b"\xef\xbb\xbfdate,kind,count\n2025-02-01,a,1\n2025-01-01,a,0\n", &[]),
            (
                b"date,kind,count\n2025-02-30,a,1\n\n2025-02-01,,1\n2025-02-01,a,-1\n",
                &[
                    "lines[2].date line 2: date: expected an existing date such as 2026-11-22",
                    "lines[4].kind line 4: kind: expected a text that is not empty",
                    "lines[5].count line 5: count: expected a whole number from 0 to 1000000000000",
                ],
            ),
            (
                b"date,kind,count\n2025-02-01,a,1\n2025-02-01,a,2\n",
                &["lines[3] line 3: expected each day, kind, product and place only once"],
            ),
            (
                b"date,kind,count\n2027-02-01,a,1\n",
                &["lines[2].date line 2: date: expected a day that is not in the future"],
            ),
            (b"date,kind,count\n2025-02-01,a,1\n2025-02-01,\xff,2\n", &["lines[3] line 3: expected UTF-8"]),
            (b"date,kind,count\n2025-02-01,a\n", &["lines[2] line 2: expected 3 values, got 2"]),
        ];
        for (text, told) in table {
            assert_eq!(faults(text), told, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn no_more_is_read_than_is_taken() {
        let rows: Vec<String> = (0..100).map(|n| format!("2025-02-01,k{n},1\n")).collect();
        let mut text = format!("date,kind,count\n{}", rows.concat());
        text.push_str("rubbish\n");
        assert_eq!(read(text.as_bytes(), 10).unwrap().rows.len(), 11);
        assert_eq!(read(text.as_bytes(), 1_000).unwrap_err().len(), 1);
    }
}
