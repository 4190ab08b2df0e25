//! The table: a column for each engine and size, a line for each figure.

use std::fmt::Write as _;

use crate::client::Measured;

/// One run.
#[derive(Default)]
pub(crate) struct Table {
    columns: Vec<String>,
    /// Each line with its cells, by column.
    lines: Vec<(String, Vec<String>)>,
}

/// The middle round, with the errors of all.
pub(crate) fn middle(rounds: &[Measured]) -> Measured {
    let mut sorted = rounds.to_vec();
    sorted.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    let errors = rounds.iter().map(|r| r.errors).sum();
    Measured { errors, ..sorted.get(sorted.len() / 2).cloned().unwrap_or_default() }
}

/// What went wrong, if anything did: such a figure is none.
fn errors(ours: &Measured, floor: &Measured) -> String {
    match ours.errors + floor.errors {
        0 => String::new(),
        _ => format!(" ({} errors, of the floor {})", ours.errors, floor.errors),
    }
}

pub(crate) fn millis(micros: u64) -> f64 {
    f64::from(u32::try_from(micros).unwrap_or(u32::MAX)) / 1000.0
}

impl Table {
    /// What follows is of another engine or size.
    pub(crate) fn column(&mut self, name: String) {
        self.columns.push(name);
    }

    /// A figure that is no rate.
    pub(crate) fn fact(&mut self, what: &str, value: String) {
        eprintln!("{}: {what}: {value}", self.columns.last().map_or("", String::as_str));
        let at = self.columns.len().saturating_sub(1);
        let line = self.lines.iter().position(|(name, _)| name == what).unwrap_or(self.lines.len());
        if line == self.lines.len() {
            self.lines.push((what.to_owned(), Vec::new()));
        }
        if let Some((_, cells)) = self.lines.get_mut(line) {
            cells.resize(at, String::new());
            cells.push(value);
        }
    }

    /// The desk's rate and times, and how they compare to its floor's.
    pub(crate) fn pair(&mut self, what: &str, ours: &Measured, floor: &Measured) {
        let (p50, p99, ratio) = (millis(ours.p50_us), millis(ours.p99_us), ratio(ours, floor));
        let (rate, errors) = (ours.per_second, errors(ours, floor));
        self.fact(what, format!("{rate:.0}/s, {p50:.1} / {p99:.1} ms, **{ratio:.2}**{errors}"));
    }

    /// How the desk's rate compares to its floor's, and nothing else.
    pub(crate) fn ratio(&mut self, what: &str, ours: &Measured, floor: &Measured) {
        let (ratio, p50) = (ratio(ours, floor), millis(ours.p50_us));
        self.fact(what, format!("**{ratio:.2}** ({p50:.1} ms){}", errors(ours, floor)));
    }

    pub(crate) fn text(&self) -> String {
        let mut text = format!("| what | {} |\n", self.columns.join(" | "));
        let _ = writeln!(text, "| --- |{}", " --- |".repeat(self.columns.len()));
        for (what, cells) in &self.lines {
            let mut cells = cells.clone();
            cells.resize(self.columns.len(), String::new());
            let _ = writeln!(text, "| {what} | {} |", cells.join(" | "));
        }
        text
    }
}

fn ratio(ours: &Measured, floor: &Measured) -> f64 {
    ours.per_second / floor.per_second.max(0.001)
}
