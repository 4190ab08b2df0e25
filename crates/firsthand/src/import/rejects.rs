//! The bad rows of a file, in a file of their own: mended there, it is imported like any other.
//!
//! Each row stands as it stood, with what is wrong before it, so a row with too few or too many values, or with stray
//! quotation marks, can be mended too. The text is UTF-8 with a byte order mark, so spreadsheets read it rightly and no
//! `--encoding` is needed; bytes that did not decode are still none of UTF-8.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::header::REJECT_COLUMNS;
use super::rows::{RowProblem, Rows};

/// A rejects file.
pub(crate) struct Rejects {
    out: BufWriter<File>,
    separator: u8,
}

impl Rejects {
    /// Begins a file with the header of the rows. What customers wrote is in it: only its owner may read it.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn create(path: &str, rows: &Rows) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut rejects = Self { out: BufWriter::new(options.open(path)?), separator: rows.separator() };
        let (header, raw) = rows.header();
        rejects.out.write_all("\u{FEFF}".as_bytes())?;
        if header.reject_columns() == 0 {
            let free = |name: &&str| {
                let mut name = (*name).to_owned();
                while header.has(&name) {
                    name.insert_str(0, "rejected ");
                }
                name
            };
            let names: Vec<String> = REJECT_COLUMNS.iter().map(free).collect();
            rejects.before(&names)?;
        }
        rejects.row(raw)?;
        Ok(rejects)
    }

    /// Adds a row as it stands in its file.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn add(&mut self, problems: &[RowProblem], rows: &Rows) -> io::Result<()> {
        let line = problems.first().map_or(0, |problem| problem.line).to_string();
        let mut columns: Vec<&str> =
            problems.iter().map(RowProblem::column).filter(|c| !c.is_empty()).collect();
        columns.dedup();
        let reasons: Vec<String> = problems.iter().map(RowProblem::told).collect();
        self.before(&[line, columns.join(", "), reasons.join("; ")])?;
        let told_before = rows.header().0.reject_columns();
        self.row(behind(rows.raw(), told_before, self.separator))
    }

    /// Everything is in the file.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn before(&mut self, values: &[String]) -> io::Result<()> {
        for value in values {
            write!(self.out, "\"{}\"", value.replace('"', "\"\""))?;
            self.out.write_all(&[self.separator])?;
        }
        Ok(())
    }

    fn row(&mut self, raw: &[u8]) -> io::Result<()> {
        self.out.write_all(raw)?;
        self.out.write_all(b"\n")
    }
}

/// Is the rejects file the file that is read? Writing the one would destroy the other.
pub(crate) fn same_file(one: &str, other: &str) -> bool {
    let canonical = |path: &str| Path::new(path).canonicalize();
    matches!((canonical(one), canonical(other)), (Ok(one), Ok(other)) if one == other)
}

/// What stands behind so many values of a row.
fn behind(raw: &[u8], values: usize, separator: u8) -> &[u8] {
    let (mut left, mut quoted) = (values, false);
    for (at, byte) in raw.iter().enumerate() {
        if left == 0 {
            return &raw[at..];
        }
        if *byte == b'"' {
            quoted = !quoted;
        } else if *byte == separator && !quoted {
            left -= 1;
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_wrong_before_is_taken_off_again() {
        assert_eq!(behind(b"\"2\";\"a;b\";\"said \"\"no\"\";\";1;x;\"y", 3, b';'), b"1;x;\"y");
        assert_eq!(behind(b"1;2", 0, b';'), b"1;2");
        assert_eq!(behind(b"1;2", 3, b';'), b"");
    }
}
