//! Where a reader of the feed is. PostgreSQL hands out numbers before the commit, so that a smaller one may come to be
//! seen after a larger one: what was passed over is kept with the place, and so nothing is lost and nothing told twice,
//! whichever node the reader goes on at.

use std::fmt;
use std::str::FromStr;

/// Numbers that were passed over are remembered up to so many: far more are never open at once.
const MOST: usize = 64;

/// A place in the feed: all up to a number has been read, but for those that were not there yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cursor {
    high: i64,
    /// Rising, each below `high`.
    holes: Vec<i64>,
}

impl Cursor {
    /// All up to that number has been read.
    #[must_use]
    pub fn at(high: i64) -> Self {
        Self { high, holes: Vec::new() }
    }

    /// The highest number that has been read.
    #[must_use]
    pub fn high(&self) -> i64 {
        self.high
    }

    /// What was passed over.
    #[must_use]
    pub fn holes(&self) -> &[i64] {
        &self.holes
    }

    /// Has this number been read?
    #[must_use]
    pub fn has(&self, number: i64) -> bool {
        number <= self.high && self.holes.binary_search(&number).is_err()
    }

    /// Reads a number: true for who had not read it.
    pub fn take(&mut self, number: i64) -> bool {
        if number > self.high {
            let from = (self.high + 1).max(number.saturating_sub(i64::try_from(MOST).unwrap_or(0)));
            self.holes.extend(from..number);
            self.high = number;
            let over = self.holes.len().saturating_sub(MOST);
            self.holes.drain(..over);
            return true;
        }
        match self.holes.binary_search(&number) {
            Ok(place) => {
                self.holes.remove(place);
                true
            }
            Err(_) => false,
        }
    }

    /// Waits no longer for what was passed over up to a number: it was given up, and never comes.
    pub fn give_up(&mut self, up_to: i64) {
        self.holes.retain(|hole| *hole > up_to);
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.high)?;
        self.holes.iter().try_for_each(|hole| write!(f, "-{hole}"))
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let number = |part: &str| {
            let digits = (1..=18).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            if digits { part.parse::<i64>().map_err(|_| ()) } else { Err(()) }
        };
        let mut parts = text.split('-');
        let high = number(parts.next().unwrap_or_default())?;
        let holes = parts.take(MOST + 1).map(number).collect::<Result<Vec<i64>, ()>>()?;
        let rising = holes.is_sorted_by(|a, b| a < b) && holes.iter().all(|hole| *hole < high);
        if rising && holes.len() <= MOST { Ok(Self { high, holes }) } else { Err(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_read_once_in_whatever_order_they_come() {
        let mut cursor = Cursor::at(5);
        assert!(!cursor.take(4) && !cursor.take(5));
        assert!(cursor.take(8) && cursor.take(6));
        assert_eq!(cursor.to_string(), "8-7");
        assert!(!cursor.take(6) && !cursor.take(8));
        assert!(cursor.has(6) && !cursor.has(7) && !cursor.has(9));
        let mut elsewhere: Cursor = cursor.to_string().parse().unwrap();
        assert!(elsewhere.take(7) && !elsewhere.take(7));
        assert_eq!(elsewhere.to_string(), "8");
        cursor.give_up(7);
        assert!(!cursor.take(7));
        // A gap wider than any that is ever open is not remembered whole.
        assert!(cursor.take(1000));
        assert_eq!((cursor.holes().len(), cursor.holes()[0]), (MOST, 1000 - 64));
    }

    #[test]
    fn what_is_no_place_is_not_taken_for_one() {
        let many = (1..=65).map(|n| format!("-{n}")).collect::<Vec<_>>().concat();
        let many = format!("99{many}");
        for text in
            ["", "-", "a", "5-", "5-6", "5-3-2", "5-5", "-5", "+5", "5 ", "99999999999999999999", &many]
        {
            assert_eq!(text.parse::<Cursor>(), Err(()), "{text:?}");
        }
        assert_eq!("7-3-5".parse::<Cursor>().unwrap().holes(), [3, 5]);
    }
}
