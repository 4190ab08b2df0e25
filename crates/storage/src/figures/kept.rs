//! The sums of one heading for a year or a month, as they are kept: all together in numbers, and those of its months or days
//! in a text. A report over years reads a few rows of each heading, however many days it has, and only the days that are in
//! no whole month.
//!
//! The text has a part for each month or day that had anything, by its number from 1 on: `4,2,86400;17,1` is two
//! complaints on the 4th that took a day, and one on the 17th. Numbers at the end that are 0 are left out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use firsthand_domain::figures::Sums;

use crate::{Error, Result};

/// The number of a part, and its sums.
const NUMBERS: usize = 6;

/// The parts of a year or a month. Those without anything are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parts(BTreeMap<i64, Sums>);

impl Parts {
    /// From their text.
    pub(super) fn read(text: &str) -> Result<Self> {
        let mut found = Self::default();
        each(text, |part, sums| found.add(part, sums))?;
        Ok(found)
    }

    /// More of a part.
    pub(super) fn add(&mut self, part: i64, sums: Sums) {
        let entry = self.0.entry(part).or_default();
        *entry = entry.plus(sums);
        if *entry == Sums::default() {
            self.0.remove(&part);
        }
    }

    /// All that others have.
    pub(super) fn add_all(&mut self, others: &Self) {
        for (part, sums) in &others.0 {
            self.add(*part, *sums);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All together.
    pub(super) fn sums(&self) -> Sums {
        self.0.values().fold(Sums::default(), |all, sums| all.plus(*sums))
    }

    /// Their text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for (part, sums) in &self.0 {
            let numbers = [sums.complaints, sums.closed_seconds, sums.open, sums.open_since, sums.given];
            let said = numbers.iter().rposition(|number| *number != 0).map_or(0, |last| last + 1);
            let before = if text.is_empty() { "" } else { ";" };
            // Writing to a text cannot fail.
            let _ = write!(text, "{before}{part}");
            for number in numbers.iter().take(said) {
                let _ = write!(text, ",{number}");
            }
        }
        text
    }
}

/// The parts of a text.
pub(super) fn each(text: &str, mut told: impl FnMut(i64, Sums)) -> Result<()> {
    for part in text.split_terminator(';') {
        let numbers = numbers(part).ok_or_else(|| Error::Corrupt("figure.parts".to_owned()))?;
        let [part, complaints, closed_seconds, open, open_since, given] = numbers;
        told(part, Sums { complaints, closed_seconds, open, open_since, given });
    }
    Ok(())
}

fn numbers(text: &str) -> Option<[i64; NUMBERS]> {
    let mut numbers = [0; NUMBERS];
    let mut places = numbers.iter_mut();
    for word in text.split(',') {
        *places.next()? = word.parse().ok()?;
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(complaints: i64, closed_seconds: i64, given: i64) -> Sums {
        Sums { complaints, closed_seconds, given, ..Sums::default() }
    }

    #[test]
    fn parts_read_back() {
        let mut parts = Parts::default();
        for (part, what) in
            [(29, sums(1, 0, 0)), (1, sums(2, 86_400, 0)), (31, sums(3, 7, 9)), (30, sums(0, 0, -500))]
        {
            parts.add(part, what);
        }
        let text = parts.text();
        assert_eq!(text, "1,2,86400;29,1;30,0,0,0,0,-500;31,3,7,0,0,9");
        assert_eq!(Parts::read(&text).unwrap(), parts);
        assert_eq!(parts.sums(), sums(6, 86_407, -491));
        // What is taken away again leaves nothing.
        let taken = Parts(parts.0.iter().map(|(part, sums)| (*part, sums.minus())).collect());
        parts.add_all(&taken);
        assert!(parts.is_empty());
        assert_eq!(parts.text(), "");
        assert_eq!(Parts::read("").unwrap(), parts);
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in ["1,x", "1,2,3,4,5,6,7", "1,", ";1", "99999999999999999999"] {
            assert!(matches!(Parts::read(text), Err(Error::Corrupt(_))), "{text}");
        }
    }
}
