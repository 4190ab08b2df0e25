//! Numbers as people write them.

use super::Speech;

impl Speech {
    /// A number with so many digits after the mark, grouped as in the language of the reader.
    pub(crate) fn number(&self, number: f64, digits: usize) -> String {
        self.amount(&format!("{number:.digits$}"))
    }

    /// A whole number.
    pub(crate) fn count(&self, count: i64) -> String {
        self.amount(&count.to_string())
    }

    /// A share from 0 to 1 in percent, with so many digits after the mark.
    pub(crate) fn percent(&self, share: f64, digits: usize) -> String {
        format!("{}\u{a0}%", self.number(share * 100.0, digits))
    }
}
