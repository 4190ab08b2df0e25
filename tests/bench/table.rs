//! The table: rates, times and ratios of one run.

use std::fmt::Write as _;

use crate::client::Measured;

/// One run.
#[derive(Default)]
pub(crate) struct Table {
    lines: Vec<String>,
}

fn middle(rounds: &[Measured]) -> Measured {
    let mut sorted = rounds.to_vec();
    sorted.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    let errors = rounds.iter().map(|r| r.errors).sum();
    Measured { errors, ..sorted.get(sorted.len() / 2).cloned().unwrap_or_default() }
}

fn shown(m: &Measured) -> String {
    let errors = if m.errors == 0 { String::new() } else { format!(", {} errors", m.errors) };
    format!("{:.0}/s, {:.2} / {:.2} ms{errors}", m.per_second, millis(m.p50_us), millis(m.p99_us))
}

fn millis(micros: u64) -> f64 {
    f64::from(u32::try_from(micros).unwrap_or(u32::MAX)) / 1000.0
}

impl Table {
    /// The desk and its floor.
    pub(crate) fn pair(&mut self, what: &str, ours: &[Measured], floor: &[Measured]) {
        let (ours, floor) = (middle(ours), middle(floor));
        let ratio = ours.per_second / floor.per_second.max(0.001);
        self.lines.push(format!("| {what} | {} | {} | {ratio:.2} |", shown(&ours), shown(&floor)));
        eprintln!("{}", self.lines.last().map_or("", String::as_str));
    }

    /// The desk alone.
    pub(crate) fn alone(&mut self, what: &str, ours: &[Measured]) {
        self.lines.push(format!("| {what} | {} | | |", shown(&middle(ours))));
        eprintln!("{}", self.lines.last().map_or("", String::as_str));
    }

    /// A figure that is no rate.
    pub(crate) fn fact(&mut self, what: &str, value: &str) {
        self.lines.push(format!("| {what} | {value} | | |"));
        eprintln!("{}", self.lines.last().map_or("", String::as_str));
    }

    pub(crate) fn text(&self) -> String {
        let mut text =
            "| what | desk: rate, p50 / p99 | floor: rate, p50 / p99 | ratio |\n| --- | --- | --- | --- |\n"
                .to_owned();
        for line in &self.lines {
            let _ = writeln!(text, "{line}");
        }
        text
    }
}
