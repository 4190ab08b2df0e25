//! The rows of a file, one at a time: however long the file, no more than one record is held.

use std::fmt;
use std::io::{BufRead, Read as _};

use csv::{ByteRecord, ReaderBuilder};
use encoding_rs::Encoding;
use firsthand_domain::import::ImportedComplaint;
use firsthand_domain::time::Timestamp;

use super::compose;
use super::header::{Header, HeaderProblem};
use super::lines::Lines;
use super::mapping::Mapping;
use super::oddities::Oddities;
use super::separator;
use super::source::{self, Source, SourceProblem};

/// How much of a text is looked at for its separator.
const START: u64 = 64 * 1024;

/// One row of a file.
#[derive(Debug, PartialEq)]
pub(crate) enum Row {
    /// Nothing in it: an empty line, or cells with nothing but white space.
    Blank,
    /// A complaint.
    Good {
        /// The line on which the row begins, counted from 1; a row may span lines.
        line: u64,
        /// What it says.
        complaint: Box<ImportedComplaint>,
        /// What is told about it though it is good.
        oddities: Oddities,
    },
    /// Not a complaint: everything that is wrong with it, at least one thing.
    Bad(Vec<RowProblem>),
}

impl RowProblem {
    /// What the rejects file names: the columns, or nothing for the row as a whole.
    pub(crate) fn column(&self) -> &str {
        self.column.as_deref().unwrap_or_default()
    }

    /// The reason with the columns but without the line.
    pub(crate) fn told(&self) -> String {
        match &self.column {
            Some(column) => format!("{column}: {}", self.reason),
            None => self.reason.clone(),
        }
    }
}

/// One thing wrong with a row. The reason may quote a date, never a name, a telephone number or a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowProblem {
    /// The line on which the row begins, counted from 1.
    pub(crate) line: u64,
    /// The column, or several that are read together; none when it is the row as a whole.
    pub(crate) column: Option<String>,
    /// What is wrong.
    pub(crate) reason: String,
}

impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "line {}, column {column}: {}", self.line, self.reason),
            None => write!(f, "line {}: {}", self.line, self.reason),
        }
    }
}

/// Why a file's rows cannot be read at all.
#[derive(Debug)]
pub(crate) enum OpenProblem {
    /// It is not there or no text.
    Source(SourceProblem),
    /// Reading stopped before the first row.
    Read(ReadProblem),
    /// Its columns are not those of the mapping.
    Header(HeaderProblem),
}

impl fmt::Display for OpenProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(problem) => problem.fmt(f),
            Self::Read(problem) => problem.fmt(f),
            Self::Header(problem) => problem.fmt(f),
        }
    }
}

impl std::error::Error for OpenProblem {}

/// Why reading stopped: no row after this one can be told.
#[derive(Debug)]
pub(crate) struct ReadProblem {
    /// The line on which the row begins that could not be read.
    pub(crate) line: u64,
    /// What happened.
    pub(crate) reason: String,
}

impl fmt::Display for ReadProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reading stopped at line {}: {}", self.line, self.reason)
    }
}

impl std::error::Error for ReadProblem {}

type Text = Box<dyn BufRead + Send>;

/// What is known of a file before it is read; what is not is recognised.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Known {
    /// What it is written in.
    pub(crate) encoding: Option<&'static Encoding>,
    /// What stands between values.
    pub(crate) separator: Option<u8>,
}

/// The rows of a file, read through a mapping.
pub(crate) struct Rows {
    reader: csv::Reader<Lines<Text>>,
    record: ByteRecord,
    separator: u8,
    encoding: &'static Encoding,
    raw_header: Vec<u8>,
    header: Header,
    mapping: Mapping,
    now: Timestamp,
    /// Empty lines still to be told, before `record` is.
    blanks: u64,
    waiting: Option<Place>,
    done: bool,
}

/// Where a record stands in the file.
#[derive(Debug, Clone, Copy)]
struct Place {
    first: u64,
    last: u64,
    misquoted: Option<&'static str>,
}

impl Rows {
    /// Opens a file, or standard input for `-`, and checks its header. What begins like gzip is unpacked, a byte order
    /// mark is dropped. No time of a complaint may lie after `now`.
    ///
    /// # Errors
    /// It cannot be read, is no text, or lacks columns of the mapping; all of them are named.
    pub(crate) fn open(
        path: &str,
        known: Known,
        mapping: Mapping,
        now: Timestamp,
    ) -> Result<Self, OpenProblem> {
        let source = source::open(path, known.encoding).map_err(OpenProblem::Source)?;
        Self::of(source, known.separator, mapping, now)
    }

    /// Checks the header of a text.
    ///
    /// # Errors
    /// As [`Rows::open`].
    pub(crate) fn of(
        source: Source,
        separator: Option<u8>,
        mapping: Mapping,
        now: Timestamp,
    ) -> Result<Self, OpenProblem> {
        let Source { text, encoding } = source;
        let (start, mut text) = source::peek(text, START)
            .map_err(|error| OpenProblem::Source(SourceProblem::Unreadable(error)))?;
        let told = separator::told(&start);
        if let Some((_, length)) = told {
            std::io::copy(&mut text.by_ref().take(length as u64), &mut std::io::sink())
                .map_err(|error| OpenProblem::Source(SourceProblem::Unreadable(error)))?;
        }
        let separator = separator
            .or(told.map(|(separator, _)| separator))
            .unwrap_or_else(|| separator::recognised(&start, &mapping));
        let text: Text = Box::new(text);
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(Lines::new(text, separator, u64::from(told.is_some())));
        let mut record = ByteRecord::new();
        let place = read(&mut reader, &mut record).map_err(OpenProblem::Read)?;
        let header = match place {
            None => Err(HeaderProblem::Empty),
            Some(Place { misquoted: Some(reason), .. }) => Err(HeaderProblem::Misquoted(reason)),
            Some(_) => Header::read(&record, &mapping),
        };
        let header = header.map_err(OpenProblem::Header)?;
        let raw_header = reader.get_ref().raw().to_vec();
        Ok(Self {
            reader,
            record,
            separator,
            encoding,
            raw_header,
            header,
            mapping,
            now,
            blanks: 0,
            waiting: None,
            done: false,
        })
    }

    /// What the record that was read last says.
    fn row(&self, place: Place) -> Row {
        let nothing = self.record.iter().all(|cell| cell.iter().all(u8::is_ascii_whitespace));
        if nothing && place.misquoted.is_none() {
            return Row::Blank;
        }
        let line = place.first;
        if let Some(reason) = self.wrong_as_a_whole(place) {
            return Row::Bad(vec![RowProblem { line, column: None, reason }]);
        }
        let read = self.cells().and_then(|cells| {
            let complaint = compose::complaint(&self.mapping, &self.header, &cells, self.now)?;
            Ok((complaint, Oddities::of(&cells[self.header.reject_columns().min(cells.len())..])))
        });
        match read {
            Ok((complaint, oddities)) => Row::Good { line, complaint: Box::new(complaint), oddities },
            Err(problems) => Row::Bad(
                problems
                    .into_iter()
                    .map(|(column, reason)| RowProblem {
                        line,
                        column: Some(column).filter(|column| !column.is_empty()),
                        reason,
                    })
                    .collect(),
            ),
        }
    }

    /// What is wrong with a row that is called as an earlier one of the same file is.
    pub(crate) fn repeats(&self, line: u64, first: u64) -> RowProblem {
        let reason = format!("the row of line {first} has the same, but says something else");
        RowProblem { line, column: Some(self.mapping.id.as_str().to_owned()), reason }
    }

    /// What stands between values.
    pub(crate) fn separator(&self) -> u8 {
        self.separator
    }

    /// The header, and the line as it stands in the file.
    pub(crate) fn header(&self) -> (&Header, &[u8]) {
        (&self.header, &self.raw_header)
    }

    /// The row that was read last, as it stands in the file.
    pub(crate) fn raw(&self) -> &[u8] {
        self.reader.get_ref().raw()
    }

    fn wrong_as_a_whole(&self, place: Place) -> Option<String> {
        if let Some(reason) = place.misquoted {
            let runs = if place.last > place.first {
                format!("; it runs to line {}", place.last)
            } else {
                String::new()
            };
            return Some(format!("{reason}{runs}"));
        }
        let (expected, got) = (self.header.len(), self.record.len());
        if expected == got {
            return None;
        }
        let counts = format!("expected {expected} values as the header has, got {got}");
        if place.last == place.first {
            return Some(counts);
        }
        Some(format!("{counts}; the row runs to line {}: perhaps a quotation mark is missing", place.last))
    }

    /// The cells as text. Cells nobody reads are checked too: one that is not in the encoding shows that the file is not.
    fn cells(&self) -> Result<Vec<&str>, Vec<compose::CellProblem>> {
        let mut texts = Vec::with_capacity(self.record.len());
        let mut problems = Vec::new();
        for (index, cell) in self.record.iter().enumerate() {
            match str::from_utf8(cell) {
                Err(_) => problems.push((
                    self.header.called(index),
                    format!("expected text in {}: perhaps another --encoding", self.encoding.name()),
                )),
                Ok(text) if text.contains('\0') => problems.push((
                    self.header.called(index),
                    "expected a text without the NUL character".to_owned(),
                )),
                Ok(text) => texts.push(text),
            }
        }
        if problems.is_empty() { Ok(texts) } else { Err(problems) }
    }
}

/// Reads the next record; where it stands, or none when there is no more.
fn read(
    reader: &mut csv::Reader<Lines<Text>>,
    record: &mut ByteRecord,
) -> Result<Option<Place>, ReadProblem> {
    reader.get_mut().begin_record();
    let more = reader.read_byte_record(record);
    let lines = reader.get_ref();
    match more {
        Ok(false) => Ok(None),
        Ok(true) => Ok(Some(Place {
            first: lines.record().first_line.unwrap_or(lines.line()),
            last: lines.line(),
            misquoted: lines.misquoted(),
        })),
        Err(error) => Err(ReadProblem {
            line: lines.record().first_line.unwrap_or(lines.line()),
            reason: error.to_string(),
        }),
    }
}

impl Iterator for Rows {
    type Item = Result<Row, ReadProblem>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.blanks > 0 {
                self.blanks -= 1;
                return Some(Ok(Row::Blank));
            }
            if let Some(place) = self.waiting.take() {
                return Some(Ok(self.row(place)));
            }
            if self.done {
                return None;
            }
            match read(&mut self.reader, &mut self.record) {
                Ok(place) => {
                    self.blanks = self.reader.get_ref().record().empty_lines;
                    self.done = place.is_none();
                    self.waiting = place;
                }
                Err(problem) => {
                    self.done = true;
                    return Some(Err(problem));
                }
            }
        }
    }
}
