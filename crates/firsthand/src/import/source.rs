//! Where the rows come from: a file or standard input, packed or not.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;

/// Text as UTF-8, read as it comes.
pub(crate) type Source = Box<dyn BufRead + Send>;

/// Why there is nothing to read.
#[derive(Debug)]
pub(crate) enum SourceProblem {
    /// It cannot be opened or read.
    Unreadable(io::Error),
    /// It is no text in UTF-8.
    NotUtf8(&'static str),
}

impl fmt::Display for SourceProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "cannot be read: {error}"),
            Self::NotUtf8(what) => write!(f, "expected CSV in UTF-8, got {what}"),
        }
    }
}

impl From<io::Error> for SourceProblem {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

/// Opens a file, or standard input for `-`.
///
/// # Errors
/// It cannot be read, or is plainly something else than text.
pub(crate) fn open(path: &str) -> Result<Source, SourceProblem> {
    if path == "-" { unpacked(io::stdin()) } else { unpacked(File::open(path)?) }
}

/// Unpacks what begins like gzip, however it is called, and drops a byte order mark.
///
/// # Errors
/// As [`open`].
pub(crate) fn unpacked(raw: impl Read + Send + 'static) -> Result<Source, SourceProblem> {
    let (start, whole) = peek(BufReader::with_capacity(64 * 1024, raw))?;
    if start.starts_with(&[0x1F, 0x8B]) {
        plain(BufReader::with_capacity(64 * 1024, MultiGzDecoder::new(whole)))
    } else {
        plain(whole)
    }
}

fn plain(text: impl BufRead + Send + 'static) -> Result<Source, SourceProblem> {
    let (start, mut whole) = peek(text)?;
    match start.as_slice() {
        [0xEF, 0xBB, 0xBF, ..] => whole.consume(3),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return Err(SourceProblem::NotUtf8("UTF-16")),
        [b'P', b'K', 3, 4] => return Err(SourceProblem::NotUtf8("a spreadsheet or another zip archive")),
        _ => {}
    }
    Ok(Box::new(whole))
}

/// The first four bytes, and everything, those bytes too.
fn peek<R: BufRead>(mut reader: R) -> io::Result<(Vec<u8>, impl BufRead + use<R>)> {
    let mut start = Vec::with_capacity(4);
    reader.by_ref().take(4).read_to_end(&mut start)?;
    Ok((start.clone(), Cursor::new(start).chain(reader)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    /// Gives one byte at a time, as a slow pipe does.
    struct Drops(Cursor<Vec<u8>>);

    impl Read for Drops {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let most = out.len().min(1);
            self.0.read(&mut out[..most])
        }
    }

    fn text(bytes: Vec<u8>) -> Result<String, String> {
        let mut source = unpacked(Drops(Cursor::new(bytes))).map_err(|problem| problem.to_string())?;
        let mut text = String::new();
        source.read_to_string(&mut text).map_err(|error| error.to_string())?;
        Ok(text)
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn text_comes_out_packed_or_not_and_without_its_mark() {
        for plain in ["a,b\n1,2\n", "", "a"] {
            assert_eq!(text(plain.into()).unwrap(), plain);
            assert_eq!(text(packed(plain.as_bytes())).unwrap(), plain);
            assert_eq!(text(format!("\u{FEFF}{plain}").into()).unwrap(), plain);
            assert_eq!(text(packed(format!("\u{FEFF}{plain}").as_bytes())).unwrap(), plain);
        }
        let two_members = [packed(b"a,b\n"), packed(b"1,2\n")].concat();
        assert_eq!(text(two_members).unwrap(), "a,b\n1,2\n");
    }

    #[test]
    fn what_is_no_text_is_told_apart() {
        assert!(text(vec![0xFF, 0xFE, b'a', 0]).unwrap_err().contains("UTF-16"));
        assert!(text(b"PK\x03\x04rest".to_vec()).unwrap_err().contains("spreadsheet"));
        let whole = packed(b"a,b\n1,2\n");
        assert!(text(whole[..whole.len() - 6].to_vec()).is_err());
        assert!(open("/no/such/file.csv").err().unwrap().to_string().starts_with("cannot be read: "));
    }
}
