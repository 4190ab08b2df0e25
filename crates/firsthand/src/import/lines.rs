//! A file's lines, counted and checked on their way to the CSV reader.
//!
//! The CSV reader skips empty lines without a word, does not tell on which line a record begins, joins rows without
//! complaint when quotation marks do not pair, and would take a whole file for one record when one is never closed.
//! It reads through this, which hands over at most one line at a time: when a record is complete, the last line
//! handed over is the record's last.

use std::io::{self, BufRead, Read};

use super::quotes::Quotes;

/// The most bytes one record may have. A complaint of 50,000 characters in four bytes each fits many times.
pub(crate) const RECORD_LIMIT: usize = 4 * 1024 * 1024;

/// Reads from `inner`, at most one line at a time, and counts. A line ends with LF, CR LF, or CR alone.
pub(crate) struct Lines<R> {
    inner: R,
    separator: u8,
    line: u64,
    at_line_start: bool,
    /// A CR came last: an LF now belongs to the same line end.
    after_cr: bool,
    ended: bool,
    record: Record,
    /// The record as it stands in the file, for those who want it back.
    raw: Vec<u8>,
}

/// What the lines since the last [`Lines::begin_record`] were.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record {
    /// The line of the first character of the record, counted from 1.
    pub(crate) first_line: Option<u64>,
    /// Lines without any character before it.
    pub(crate) empty_lines: u64,
    bytes: usize,
    quotes: Quotes,
    /// Of a longer record than is read only the beginning was handed over and kept.
    too_long: bool,
}

impl Record {
    fn new(separator: u8) -> Self {
        Self { first_line: None, empty_lines: 0, bytes: 0, quotes: Quotes::new(separator), too_long: false }
    }
}

impl<R: BufRead> Lines<R> {
    /// Counts on from a number of lines that were read before.
    pub(crate) fn new(inner: R, separator: u8, before: u64) -> Self {
        Self {
            inner,
            separator,
            line: before,
            at_line_start: true,
            after_cr: false,
            ended: false,
            record: Record::new(separator),
            raw: Vec::new(),
        }
    }

    /// The next line belongs to another record.
    pub(crate) fn begin_record(&mut self) {
        self.record = Record::new(self.separator);
        self.raw.clear();
    }

    /// The record as it stands in the file, without its line end.
    pub(crate) fn raw(&self) -> &[u8] {
        let end = self.raw.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |at| at + 1);
        &self.raw[..end]
    }

    /// What came since the record began.
    pub(crate) fn record(&self) -> Record {
        self.record
    }

    /// The line handed over last.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// What is wrong with the quotation marks of the record, now that it is complete.
    pub(crate) fn misquoted(&self) -> Option<&'static str> {
        if self.record.too_long {
            Some(
                "the row is longer than 4 MiB, of which the rejects file has no more: perhaps a quotation mark is not closed",
            )
        } else if self.record.quotes.loose() {
            Some(
                "a quotation mark is followed by more of the value: perhaps one before it is missing or not doubled",
            )
        } else if self.ended && self.record.quotes.open() {
            Some("a quotation mark is not closed before the file ends")
        } else {
            None
        }
    }

    fn hand_over(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let goes_on = self.after_cr && bytes[0] == b'\n';
        self.after_cr = bytes.ends_with(b"\r");
        if goes_on && self.record.first_line.is_none() {
            // The rest of the line end of the record before.
            self.at_line_start = true;
            return;
        }
        if self.at_line_start && !goes_on {
            self.line += 1;
        }
        self.at_line_start = bytes.ends_with(b"\n") || self.after_cr;
        self.record.bytes += bytes.len();
        self.record.quotes.read(bytes);
        if self.record.first_line.is_none() {
            if bytes.iter().any(|b| !matches!(b, b'\r' | b'\n')) {
                self.record.first_line = Some(self.line);
            } else if self.at_line_start {
                self.record.empty_lines += 1;
            }
        }
        if self.record.first_line.is_some() && !self.record.too_long {
            self.raw.extend(bytes);
        }
    }

    /// The next bytes, of one line.
    fn piece(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let available = loop {
            match self.inner.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                available => break available?,
            }
        };
        let within = &available[..available.len().min(out.len())];
        let line = match within.iter().position(|b| matches!(b, b'\r' | b'\n')) {
            Some(end) if within[end..].starts_with(b"\r\n") => &within[..end + 2],
            Some(end) => &within[..=end],
            None => within,
        };
        let length = line.len();
        out[..length].copy_from_slice(line);
        self.inner.consume(length);
        self.ended = length == 0;
        self.hand_over(&out[..length]);
        Ok(length)
    }

    /// Reads to the end of a record that is too long, and gives what ends it for the CSV reader, which has its beginning.
    /// Where it ends the quotation marks say and nothing else: what looks like a row inside a story is none.
    fn cut(&mut self) -> io::Result<&'static [u8]> {
        self.record.too_long = true;
        let end: &[u8] = if self.record.quotes.open() { b"\"\n" } else { b"\n" };
        self.raw.extend(end);
        let mut piece = [0; 8192];
        while self.piece(&mut piece)? > 0 && (!self.at_line_start || self.record.quotes.open()) {}
        Ok(end)
    }
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.record.first_line.is_some() && self.record.bytes > RECORD_LIMIT && out.len() > 1 {
            let end = self.cut()?;
            out[..end.len()].copy_from_slice(end);
            return Ok(end.len());
        }
        self.piece(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For each record: its fields, its first and last line, empty lines before it, whether it is misquoted.
    fn records(text: &str) -> Vec<(String, Option<u64>, u64, u64, bool)> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(7)
            .from_reader(Lines::new(text.as_bytes(), b',', 0));
        let mut record = csv::StringRecord::new();
        let mut all = Vec::new();
        loop {
            reader.get_mut().begin_record();
            let more = reader.read_record(&mut record).unwrap();
            let lines = reader.get_ref();
            let Record { first_line, empty_lines, .. } = lines.record();
            let fields = if more { record.iter().collect::<Vec<_>>().join("|") } else { "end".to_owned() };
            all.push((fields, first_line, lines.line(), empty_lines, lines.misquoted().is_some()));
            if !more {
                return all;
            }
        }
    }

    fn record(fields: &str, first: u64, last: u64, empty: u64) -> (String, Option<u64>, u64, u64, bool) {
        (fields.to_owned(), Some(first), last, empty, false)
    }

    fn end(last: u64, empty: u64) -> (String, Option<u64>, u64, u64, bool) {
        ("end".to_owned(), None, last, empty, false)
    }

    #[test]
    fn a_record_knows_its_lines() {
        for line_break in ["\n", "\r\n", "\r"] {
            let text = "one,two\n\n\n\"long\n\nstory\",b\nlast one,c\n\n".replace('\n', line_break);
            let story = format!("long{line_break}{line_break}story|b");
            let expected = [
                record("one|two", 1, 1, 0),
                record(&story, 4, 6, 2),
                record("last one|c", 7, 7, 0),
                end(8, 1),
            ];
            assert_eq!(records(&text), expected);
        }
    }

    #[test]
    fn a_missing_last_line_break_is_no_matter_and_an_open_quotation_is() {
        assert_eq!(records("a,b"), [record("a|b", 1, 1, 0), end(1, 0)]);
        assert_eq!(records("a,5\" pipe"), [record("a|5\" pipe", 1, 1, 0), end(1, 0)]);
        assert_eq!(records("a,\"b\""), [record("a|b", 1, 1, 0), end(1, 0)]);
        assert_eq!(records("a,\"b\nc")[0], ("a|b\nc".to_owned(), Some(1), 2, 0, true));
        assert_eq!(records("a,\"b\nc\n")[0], ("a|b\nc\n".to_owned(), Some(1), 2, 0, true));
    }

    #[test]
    fn rows_joined_by_quotation_marks_that_are_not_closed_are_told() {
        let joined = records("a,\"b\nc,\"d\ne,f\n");
        assert_eq!(joined[0], ("a|b\nc,d".to_owned(), Some(1), 2, 0, true));
        assert_eq!(joined[1], record("e|f", 3, 3, 0));
    }

    #[test]
    fn a_record_that_is_too_long_is_cut_where_it_ends() {
        let lines = RECORD_LIMIT / 2;
        for line_break in ["\n", "\r\n", "\r"] {
            let quoted = format!("1,\"{}\"\n2,b\n", "x,\n".repeat(lines)).replace('\n', line_break);
            let bare = format!("1,{}\n2,b\n", "x".repeat(3 * RECORD_LIMIT)).replace('\n', line_break);
            for (text, last) in [(quoted, lines as u64 + 1), (bare, 1)] {
                let mut reader = csv::ReaderBuilder::new()
                    .has_headers(false)
                    .flexible(true)
                    .from_reader(Lines::new(text.as_bytes(), b',', 0));
                let mut record = csv::ByteRecord::new();
                reader.get_mut().begin_record();
                assert!(reader.read_byte_record(&mut record).unwrap());
                let of = reader.get_ref();
                assert_eq!((of.record().first_line, of.line()), (Some(1), last));
                assert!(of.misquoted().is_some_and(|why| why.contains("4 MiB")));
                assert!(
                    record.as_slice().len() < RECORD_LIMIT + 10_000 && of.raw().len() < RECORD_LIMIT + 10_000
                );
                reader.get_mut().begin_record();
                assert!(reader.read_byte_record(&mut record).unwrap());
                assert_eq!(record, vec!["2", "b"]);
                assert_eq!((reader.get_ref().line(), reader.get_ref().misquoted()), (last + 1, None));
            }
        }
    }

    #[test]
    fn a_quotation_that_never_ends_takes_the_rest_and_little_memory() {
        let text = format!("1,\"{}", "x\n".repeat(3 * RECORD_LIMIT));
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).from_reader(Lines::new(text.as_bytes(), b',', 0));
        let mut record = csv::ByteRecord::new();
        assert!(reader.read_byte_record(&mut record).unwrap());
        assert!(
            reader.get_ref().misquoted().is_some() && reader.get_ref().raw().len() < RECORD_LIMIT + 10_000
        );
        reader.get_mut().begin_record();
        assert!(!reader.read_byte_record(&mut record).unwrap());
    }
}
