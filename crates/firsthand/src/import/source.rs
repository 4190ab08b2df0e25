//! Where the rows come from: a file or standard input, packed or not, in whatever encoding.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use flate2::bufread::MultiGzDecoder;

use super::decode::{Decoded, unmarked_utf16};

/// Text as UTF-8, read as it comes, with the encoding it was written in.
pub(crate) struct Source {
    /// The text, without a byte order mark.
    pub(crate) text: Box<dyn BufRead + Send>,
    /// What it was before.
    pub(crate) encoding: &'static Encoding,
}

/// Why there is nothing to read.
#[derive(Debug)]
pub(crate) enum SourceProblem {
    /// It cannot be opened or read.
    Unreadable(io::Error),
    /// It is no text.
    NoText(&'static str),
}

impl fmt::Display for SourceProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "cannot be read: {error}"),
            Self::NoText(what) => write!(f, "expected a text with separated values (CSV), got {what}"),
        }
    }
}

impl From<io::Error> for SourceProblem {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

/// Opens a file, or standard input for `-`. Without an encoding it is UTF-8 or recognised as UTF-16; a byte order
/// mark is believed more than `encoding`.
///
/// # Errors
/// It cannot be read, or is plainly something else than text.
pub(crate) fn open(path: &str, encoding: Option<&'static Encoding>) -> Result<Source, SourceProblem> {
    if path == "-" { unpacked(io::stdin(), encoding) } else { unpacked(File::open(path)?, encoding) }
}

/// Unpacks what begins like gzip, however it is called, and decodes it.
///
/// # Errors
/// As [`open`].
pub(crate) fn unpacked(
    raw: impl Read + Send + 'static,
    encoding: Option<&'static Encoding>,
) -> Result<Source, SourceProblem> {
    let (start, whole) = peek(BufReader::with_capacity(64 * 1024, raw), 4)?;
    if start.starts_with(&[0x1F, 0x8B]) {
        plain(BufReader::with_capacity(64 * 1024, MultiGzDecoder::new(whole)), encoding)
    } else {
        plain(whole, encoding)
    }
}

fn plain(
    text: impl BufRead + Send + 'static,
    encoding: Option<&'static Encoding>,
) -> Result<Source, SourceProblem> {
    let (start, mut whole) = peek(text, 1024)?;
    let (mark, encoding) = match start.as_slice() {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return Err(SourceProblem::NoText("UTF-32")),
        [b'P', b'K', 3, 4, ..] => {
            return Err(SourceProblem::NoText("a spreadsheet or another zip archive"));
        }
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return Err(SourceProblem::NoText("an old spreadsheet")),
        [b'%', b'P', b'D', b'F', ..] => return Err(SourceProblem::NoText("a PDF")),
        [0xEF, 0xBB, 0xBF, ..] => (3, UTF_8),
        [0xFF, 0xFE, ..] => (2, UTF_16LE),
        [0xFE, 0xFF, ..] => (2, UTF_16BE),
        start => (0, encoding.or_else(|| unmarked_utf16(start)).unwrap_or(UTF_8)),
    };
    io::copy(&mut whole.by_ref().take(mark), &mut io::sink())?;
    // UTF-8 is left as it is: bytes that are not UTF-8 stay what they are.
    let text: Box<dyn BufRead + Send> =
        if encoding == UTF_8 { Box::new(whole) } else { Box::new(Decoded::new(whole, encoding)) };
    Ok(Source { text, encoding })
}

/// The first bytes, and everything, those bytes too.
pub(crate) fn peek<R: BufRead>(mut reader: R, most: u64) -> io::Result<(Vec<u8>, impl BufRead + use<R>)> {
    let mut start = Vec::new();
    reader.by_ref().take(most).read_to_end(&mut start)?;
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
        let source = unpacked(Drops(Cursor::new(bytes)), None).map_err(|problem| problem.to_string())?;
        let mut text = String::new();
        let mut source = source.text;
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
    fn utf16_is_read_with_and_without_its_mark_and_the_mark_wins() {
        let little: Vec<u8> = "a,b\n1,投\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "a,b\n1,投\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let all = [
            little.clone(),
            big.clone(),
            [vec![0xFF, 0xFE], little].concat(),
            [vec![0xFE, 0xFF], big].concat(),
        ];
        for bytes in all {
            assert_eq!(text(bytes.clone()).unwrap(), "a,b\n1,投\n");
            assert_eq!(text(packed(&bytes)).unwrap(), "a,b\n1,投\n");
        }
        let marked = unpacked(Cursor::new("\u{FEFF}é"), Some(encoding_rs::BIG5)).unwrap();
        assert_eq!(marked.encoding, UTF_8);
    }

    #[test]
    fn what_is_no_text_is_told_apart() {
        assert!(text(vec![0xFF, 0xFE, 0, 0, b'a', 0, 0, 0]).unwrap_err().contains("UTF-32"));
        assert!(text(b"PK\x03\x04rest".to_vec()).unwrap_err().contains("spreadsheet"));
        let whole = packed(b"a,b\n1,2\n");
        assert!(text(whole[..whole.len() - 6].to_vec()).is_err());
        assert!(open("/no/such/file.csv", None).err().unwrap().to_string().starts_with("cannot be read: "));
    }
}
