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

    /// Bytes, in the largest unit of which there is one.
    pub(crate) fn bytes(&self, bytes: u64) -> String {
        let units = [("GB", 30), ("MB", 20), ("kB", 10)];
        let unit = units.into_iter().find(|(_, shift)| bytes >= 1_u64 << shift);
        let Some((name, shift)) = unit else { return format!("{bytes}\u{a0}B") };
        // Tenths, upwards: what fits under a limit never looks larger than it.
        let tenths = bytes.saturating_mul(10).div_ceil(1_u64 << shift);
        let number = self.amount(&format!("{}.{}", tenths / 10, tenths % 10));
        let number = if tenths.is_multiple_of(10) { self.amount(&(tenths / 10).to_string()) } else { number };
        format!("{number}\u{a0}{name}")
    }

    /// A share from 0 to 1 in percent, with so many digits after the mark.
    pub(crate) fn percent(&self, share: f64, digits: usize) -> String {
        format!("{}\u{a0}%", self.number(share * 100.0, digits))
    }
}
