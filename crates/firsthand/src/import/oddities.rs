//! What a row holds that is kept as it is, but told: it may not be what it looks like.

use std::fmt;
use std::ops::AddAssign;

/// How many rows hold such characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Oddities {
    controls: u64,
    directions: u64,
    formulas: u64,
}

impl Oddities {
    /// Of one row.
    pub(crate) fn of(cells: &[&str]) -> Self {
        let control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
        let direction = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        let any = |found: &dyn Fn(&str) -> bool| u64::from(cells.iter().any(|cell| found(cell)));
        Self {
            controls: any(&|cell| cell.contains(control)),
            directions: any(&|cell| cell.contains(direction)),
            formulas: any(&formula),
        }
    }
}

/// A spreadsheet would reckon with it. Signs before a number, as of telephones and amounts, are no formula.
fn formula(cell: &str) -> bool {
    let cell = cell.trim_start();
    match cell.chars().next() {
        Some('=' | '@' | '＝' | '＠') => true,
        Some('+' | '-' | '＋' | '－') => {
            cell.contains('(') && cell.chars().any(char::is_alphabetic) || cell.contains(['|', '!'])
        }
        _ => false,
    }
}

impl AddAssign for Oddities {
    fn add_assign(&mut self, other: Self) {
        self.controls += other.controls;
        self.directions += other.directions;
        self.formulas += other.formulas;
    }
}

impl fmt::Display for Oddities {
    /// A sentence, or nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told: Vec<String> = [
            (self.controls, "control characters"),
            (self.directions, "characters that turn the direction of the text"),
            (self.formulas, "what a spreadsheet takes for a formula"),
        ]
        .iter()
        .filter(|(rows, _)| *rows > 0)
        .map(|(rows, what)| format!("{what} in {rows} {}", if *rows == 1 { "row" } else { "rows" }))
        .collect();
        if told.is_empty() { Ok(()) } else { write!(f, "Kept as it is: {}.", told.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_not_be_what_it_looks_like_is_counted_by_rows() {
        let mut all = Oddities::default();
        for cells in [["a\u{7}", "b\u{1B}"], ["\u{202E}txt", "x"], ["=1+1", " @sum"], ["plain\n\t", "+36 1"]]
        {
            all += Oddities::of(&cells);
        }
        assert_eq!(
            all.to_string(),
            "Kept as it is: control characters in 1 row, characters that turn the direction of the text in 1 row, \
             what a spreadsheet takes for a formula in 1 row."
        );
        assert_eq!(Oddities::of(&["", "-", "- a dash", "-5", "+84 90"]).to_string(), "");
        assert_ne!(Oddities::of(&["-cmd|' /C calc'!A0"]), Oddities::default());
    }
}
