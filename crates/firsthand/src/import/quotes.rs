//! Whether the quotation marks of a record pair.

/// Follows the bytes of one record as the CSV reader takes them: a value that begins with a quotation mark ends with
/// one, and two together inside it stand for one. A mark inside a value that does not begin with one is plain text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quotes {
    separator: u8,
    at: At,
    loose: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before a value.
    Start,
    /// In a value without marks around it.
    Bare,
    /// Between marks.
    Quoted,
    /// Behind a mark that closes, unless another follows.
    Closed,
}

impl Quotes {
    /// At the start of a record with this separator.
    pub(crate) fn new(separator: u8) -> Self {
        Self { separator, at: At::Start, loose: false }
    }

    /// Goes on with these bytes.
    pub(crate) fn read(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.at = match (self.at, byte) {
                (At::Quoted, b'"') => At::Closed,
                (At::Start | At::Closed, b'"') | (At::Quoted, _) => At::Quoted,
                (_, b'\r' | b'\n') => At::Start,
                (_, byte) if *byte == self.separator => At::Start,
                (At::Closed, _) => {
                    self.loose = true;
                    At::Bare
                }
                (At::Start | At::Bare, _) => At::Bare,
            };
        }
    }

    /// The bytes so far end inside a quotation.
    pub(crate) fn open(self) -> bool {
        self.at == At::Quoted
    }

    /// More of a value followed a mark that closed it, so the marks are not where the writer meant them.
    pub(crate) fn loose(self) -> bool {
        self.loose
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_pair_or_are_told() {
        let cases = [
            ("a,b\n", false, false),
            ("\"a\",\"\",\"b \"\"c\"\"\"\r\n", false, false),
            ("5\" pipe, \"6\n", false, false),
            ("\"a\nb\",c\n", false, false),
            ("\"a", true, false),
            ("a,\"b\"\"", true, false),
            ("\"a\"b,c", false, true),
            ("\"he said \"no\"\"", false, true),
            ("\"a\" ,b", false, true),
        ];
        for (text, open, loose) in cases {
            let mut quotes = Quotes::new(b',');
            quotes.read(text.as_bytes());
            assert_eq!((quotes.open(), quotes.loose()), (open, loose), "{text}");
        }
    }
}
