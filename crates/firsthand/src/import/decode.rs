//! From bytes in the encoding of another system to UTF-8, as they come.

use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, REPLACEMENT, UTF_16BE, UTF_16LE, WINDOWS_1258};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Stands for bytes that mean nothing in the encoding. It is in no UTF-8, so the row they are in is found to be bad.
const UNDECODABLE: u8 = 0xFF;

/// What a message names when an encoding is not known.
const KNOWN: &str =
    "utf-8, utf-16le, windows-1250, windows-1252, windows-1258, gb18030, big5, shift_jis, euc-kr";

/// The encoding of a label, as the web knows them.
///
/// # Errors
/// There is none; the message names some.
pub(crate) fn labelled(label: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != REPLACEMENT).ok_or_else(|| {
        format!("`{label}` is no encoding known here; known are {KNOWN} and the others of the web")
    })
}

/// Whether the first bytes of a text without a mark are plainly UTF-16: one byte of many pairs is zero, and nearly
/// always the same one (the other one is zero in 一, which is common).
pub(crate) fn unmarked_utf16(start: &[u8]) -> Option<&'static Encoding> {
    let pairs = start.len() / 2;
    let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    match (zeros(0), zeros(1)) {
        (high, low) if low >= 2 && low * 4 >= pairs && low >= high * 4 => Some(UTF_16LE),
        (high, low) if high >= 2 && high * 4 >= pairs && high >= low * 4 => Some(UTF_16BE),
        _ => None,
    }
}

/// Reads a text of some encoding as UTF-8.
pub(crate) struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    /// Vietnamese in Windows-1258 has its tone marks apart from the letters, unlike every text typed today.
    compose: bool,
    /// A letter whose marks may still come.
    held: String,
    out: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl<R: BufRead> Decoded<R> {
    /// Reads from `inner` what was written in `encoding`; a byte order mark has been dropped.
    pub(crate) fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            compose: encoding == WINDOWS_1258,
            held: String::new(),
            out: Vec::new(),
            taken: 0,
            ended: false,
        }
    }

    fn decode_more(&mut self) -> io::Result<()> {
        self.out.clear();
        self.taken = 0;
        let input = loop {
            match self.inner.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                input => break input?,
            }
        };
        let (length, last) = (input.len(), input.is_empty());
        let mut rest = input;
        loop {
            let room = self.decoder.max_utf8_buffer_length_without_replacement(rest.len());
            let mut text = String::with_capacity(room.unwrap_or(4096).max(16));
            let (result, read) = self.decoder.decode_to_string_without_replacement(rest, &mut text, last);
            rest = &rest[read..];
            self.held.push_str(&text);
            let malformed = matches!(result, DecoderResult::Malformed(..));
            let whole =
                if self.compose && !malformed && !last { composable(&self.held) } else { self.held.len() };
            if self.compose {
                self.out.extend(self.held[..whole].nfc().collect::<String>().as_bytes());
            } else {
                self.out.extend(&self.held.as_bytes()[..whole]);
            }
            self.held.drain(..whole);
            if malformed {
                self.out.push(UNDECODABLE);
            }
            if matches!(result, DecoderResult::InputEmpty) {
                break;
            }
        }
        self.inner.consume(length);
        self.ended = last;
        Ok(())
    }
}

/// How much of a text can be composed before its last letter, whose marks may still come.
fn composable(text: &str) -> usize {
    text.char_indices().rev().find(|(_, c)| !is_combining_mark(*c)).map_or(0, |(at, _)| at)
}

impl<R: BufRead> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.taken == self.out.len() && !self.ended {
            self.decode_more()?;
        }
        Ok(&self.out[self.taken..])
    }

    fn consume(&mut self, amount: usize) {
        self.taken = (self.taken + amount).min(self.out.len());
    }
}

impl<R: BufRead> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(out.len());
        out[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    /// The text, read in pieces of every small size.
    fn decoded(label: &str, bytes: &[u8]) -> Vec<u8> {
        let all: Vec<Vec<u8>> = (1..5)
            .map(|size| {
                let mut out = Vec::new();
                let pieces = BufReader::with_capacity(size, bytes);
                Decoded::new(pieces, labelled(label).unwrap()).read_to_end(&mut out).unwrap();
                out
            })
            .collect();
        assert!(all.windows(2).all(|two| two[0] == two[1]), "{label}");
        all.into_iter().next().unwrap()
    }

    #[test]
    fn each_encoding_of_the_desk_is_read() {
        let cases: [(&str, &[u8], &str); 8] = [
            ("windows-1250", b"\xC1rv\xEDzt\xFBr\xF5", "Árvíztűrő"),
            ("windows-1252", b"caf\xE9 \x80", "café €"),
            ("windows-1258", b"Nguy\xEA\xDEn th\xEA\xEC", "Nguyễn thế"),
            ("gb18030", b"\xCD\xB6\xCB\xDF", "投诉"),
            ("big5", b"\xA7\xEB\xB6\x44", "投訴"),
            ("utf-16le", b"a\0\x95\x62", "a投"),
            ("utf-16be", b"\0a\x62\x95", "a投"),
            ("shift_jis", b"\x8B\xEA\x8F\xEE", "苦情"),
        ];
        for (label, bytes, text) in cases {
            assert_eq!(String::from_utf8_lossy(&decoded(label, bytes)), text, "{label}");
        }
    }

    #[test]
    fn what_does_not_decode_is_marked_and_the_rest_is_read() {
        assert_eq!(decoded("big5", b"a\xA7 b\xFF"), b"a\xFF b\xFF");
        assert_eq!(decoded("utf-16le", b"a\0\x00\xD8b\0c"), b"a\xFFb\xFF");
        assert_eq!(decoded("windows-1258", b"e\xEC\xD2"), "é\u{309}".as_bytes());
    }

    #[test]
    fn utf16_is_known_without_its_mark() {
        assert_eq!(unmarked_utf16(b"N\0o\0,\0D\0"), Some(UTF_16LE));
        assert_eq!(unmarked_utf16(b"\0N\0o\0,\0D"), Some(UTF_16BE));
        for plain in ["No,Day\n1,2\n", "No\0,Day\n", ""] {
            assert_eq!(unmarked_utf16(plain.as_bytes()), None);
        }
    }

    #[test]
    fn an_unknown_label_names_some_that_are_known() {
        assert!(labelled("klingon").unwrap_err().contains("windows-1258, gb18030, big5"));
        assert!(labelled("iso-2022-cn").is_err());
    }
}
