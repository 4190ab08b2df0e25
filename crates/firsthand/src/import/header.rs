//! The first record of a file, which names the columns.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use csv::ByteRecord;

use super::columns::Column;
use super::mapping::Mapping;

/// How many names a message lists at most, and how many characters of each: a file without a header begins with a
/// row, which may be long.
const TOLD: usize = 60;

/// The most columns a file may have.
const COLUMNS_LIMIT: usize = 4_000;

/// The columns that a rejects file has before those of the file itself.
pub(crate) const REJECT_COLUMNS: [&str; 3] = ["line", "column", "reason"];

/// The columns of a file: every column of the mapping is among them, once.
#[derive(Debug)]
pub(crate) struct Header {
    names: Vec<String>,
    /// This is a rejects file: its first columns say what was wrong, and are nobody's.
    rejects: bool,
    places: HashMap<Column, usize>,
}

/// Why a file does not fit the mapping.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HeaderProblem {
    /// There is no first record.
    Empty,
    /// More columns than any complaint has.
    TooMany(usize),
    /// The name of a column is no text.
    Undecodable {
        /// Which column, counted from 1.
        column: usize,
    },
    /// Its quotation marks do not pair.
    Misquoted(&'static str),
    /// The mapping speaks of columns that are not there.
    Missing {
        /// Those.
        missing: Vec<String>,
        /// Those that are.
        present: Vec<String>,
    },
    /// The mapping speaks of columns that are there more than once.
    Duplicate(Vec<String>),
}

impl fmt::Display for HeaderProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the file is empty: expected a header that names the columns"),
            Self::TooMany(columns) => {
                write!(f, "expected at most {COLUMNS_LIMIT} columns, got {columns}")
            }
            Self::Undecodable { column } => {
                write!(
                    f,
                    "the name of column {column} is not in the encoding of the file; say which with --encoding"
                )
            }
            Self::Misquoted(reason) => write!(f, "in the header, {reason}"),
            Self::Missing { missing, present } => {
                write!(f, "the mapping needs {}; the file has {}", listed(missing), listed(present))
            }
            Self::Duplicate(names) => {
                write!(f, "the mapping needs {}, which the file has more than once", listed(names))
            }
        }
    }
}

fn listed(names: &[String]) -> String {
    let mut told: Vec<_> = names.iter().take(TOLD).map(|name| shortened(name)).collect();
    if names.len() > TOLD {
        told.push(format!("and {} more", names.len() - TOLD));
    }
    told.join(", ")
}

fn shortened(name: &str) -> String {
    match name.char_indices().nth(TOLD) {
        Some((end, _)) => format!("`{}…`", &name[..end]),
        None => format!("`{name}`"),
    }
}

impl Header {
    /// Reads the first record and finds every column of the mapping in it.
    ///
    /// # Errors
    /// All columns that are missing, or else all that are there twice.
    pub(crate) fn read(record: &ByteRecord, mapping: &Mapping) -> Result<Self, HeaderProblem> {
        if record.len() > COLUMNS_LIMIT {
            return Err(HeaderProblem::TooMany(record.len()));
        }
        let mut names = Vec::with_capacity(record.len());
        for (index, cell) in record.iter().enumerate() {
            let name = str::from_utf8(cell).map_err(|_| HeaderProblem::Undecodable { column: index + 1 })?;
            names.push(name.trim().to_owned());
        }
        let mut places = HashMap::new();
        let (mut missing, mut duplicate) = (BTreeSet::new(), BTreeSet::new());
        for column in mapping.columns() {
            let mut found = (0..names.len()).filter(|index| names[*index] == column.as_str());
            match (found.next(), found.next()) {
                (None, _) => {
                    missing.insert(column.as_str().to_owned());
                }
                (Some(_), Some(_)) => {
                    duplicate.insert(column.as_str().to_owned());
                }
                (Some(index), None) => {
                    places.insert(column.clone(), index);
                }
            }
        }
        if !missing.is_empty() {
            return Err(HeaderProblem::Missing { missing: missing.into_iter().collect(), present: names });
        }
        if !duplicate.is_empty() {
            return Err(HeaderProblem::Duplicate(duplicate.into_iter().collect()));
        }
        let first = names.iter().map(String::as_str).take(REJECT_COLUMNS.len());
        let rejects = first.eq(REJECT_COLUMNS) && places.values().all(|place| *place >= REJECT_COLUMNS.len());
        Ok(Self { names, rejects, places })
    }

    /// How many columns there are.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// How many columns at the start say what was wrong with a row when it was rejected.
    pub(crate) fn reject_columns(&self) -> usize {
        if self.rejects { REJECT_COLUMNS.len() } else { 0 }
    }

    /// Whether a column of the file has this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }

    /// Where a column of the mapping stands, counted from 0.
    pub(crate) fn place(&self, column: &Column) -> Option<usize> {
        self.places.get(column).copied()
    }

    /// What a message calls a column: its name, or its number when it has none.
    pub(crate) fn called(&self, index: usize) -> String {
        match self.names.get(index) {
            Some(name) if !name.is_empty() => name.clone(),
            _ => (index + 1).to_string(),
        }
    }
}
