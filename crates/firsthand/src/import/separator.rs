//! What stands between the values of a file: recognised from the header, by the columns the mapping speaks of.

use std::collections::HashSet;

use csv::{ByteRecord, ReaderBuilder};

use super::mapping::Mapping;

/// Those that are recognised; the first wins when none finds more columns than another.
const RECOGNISED: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The separator of a header, the start of a text.
pub(crate) fn recognised(start: &[u8], mapping: &Mapping) -> u8 {
    let needed: HashSet<&str> = mapping.columns().into_iter().map(super::columns::Column::as_str).collect();
    let mut best = (0, RECOGNISED[0]);
    for separator in RECOGNISED {
        let mut reader =
            ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(start);
        let mut header = ByteRecord::new();
        if reader.read_byte_record(&mut header).is_err() {
            continue;
        }
        let names: HashSet<&str> =
            header.iter().filter_map(|name| str::from_utf8(name).ok()).map(str::trim).collect();
        let found = needed.intersection(&names).count();
        if found > best.0 {
            best = (found, separator);
        }
    }
    best.1
}

/// The line `sep=;` that spreadsheets put before the header: the separator, and how long the line is.
pub(crate) fn told(start: &[u8]) -> Option<(u8, usize)> {
    let rest = start.strip_prefix(b"sep=")?;
    let (separator, end) = rest.split_first()?;
    let line_end = match end {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => return None,
    };
    Some((*separator, "sep=".len() + 1 + line_end))
}

/// A separator as somebody names it: the character, `tab`, or `\t`.
///
/// # Errors
/// It is none; the message says what can be one.
pub(crate) fn named(name: &str) -> Result<u8, String> {
    match name.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [one] if one.is_ascii() && !one.is_ascii_alphanumeric() && !b"\"\r\n\0".contains(one) => Ok(*one),
        _ => Err("expected one character such as , ; | or tab".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_one_under_which_the_columns_are_found() {
        let mapping = "id = 'No'\nreceived_at = { column = 'Day, hour', format = '%F' }\nplace = 'Town'";
        let mapping = Mapping::parse("acme.toml", mapping).unwrap();
        let cases = [
            ("No,\"Day, hour\",Town\n", b','),
            ("No;Day, hour;Town\n", b';'),
            ("No\tDay, hour\tTown\r\n1\t2", b'\t'),
            ("No|\"Day, hour\"|Town\r1", b'|'),
            ("Nothing;of;that\n", b','),
            ("", b','),
        ];
        for (header, separator) in cases {
            assert_eq!(recognised(header.as_bytes(), &mapping), separator, "{header}");
        }
    }

    #[test]
    fn a_separator_may_be_told() {
        assert_eq!(told(b"sep=;\r\nNo;Day\r\n"), Some((b';', 7)));
        assert_eq!(told(b"sep=\t\nNo"), Some((b'\t', 6)));
        assert_eq!(told(b"sep=;No"), None);
        assert_eq!((named("tab"), named(";"), named("\\t")), (Ok(b'\t'), Ok(b';'), Ok(b'\t')));
        assert!(named("").is_err() && named("a").is_err() && named("\"").is_err() && named("||").is_err());
    }
}
