//! How far reading and writing have come: a line that moves on a terminal, a line now and then elsewhere.

use std::io::{IsTerminal as _, Write as _};

use crate::wiring;

/// Microseconds between two lines that are not on a terminal.
const QUIET: i64 = 10_000_000;
/// Microseconds between two moves of the line on a terminal.
const MOVE: i64 = 200_000;

/// Tells on standard error.
pub(crate) struct Progress {
    began: i64,
    told: i64,
    terminal: bool,
    moved: bool,
}

impl Progress {
    /// Begins to count the time.
    pub(crate) fn begin() -> Self {
        let now = wiring::now().micros();
        Self { began: now, told: now, terminal: std::io::stderr().is_terminal(), moved: false }
    }

    /// So many rows are read, so many of them bad.
    pub(crate) fn rows(&mut self, rows: u64, bad: u64) {
        let pause = if self.terminal { MOVE } else { QUIET };
        let now = wiring::now().micros();
        if now.saturating_sub(self.told) < pause {
            return;
        }
        self.told = now;
        let bad = if bad > 0 { format!(", {bad} bad") } else { String::new() };
        let line = format!("{rows} rows read{bad}, {} rows/s", self.speed(rows));
        if self.terminal {
            self.moved = true;
            eprint!("\r\u{1B}[K{line}");
            let _ = std::io::stderr().flush();
        } else {
            eprintln!("{line}");
        }
    }

    /// Makes room for a line of something else.
    pub(crate) fn clear(&mut self) {
        if std::mem::take(&mut self.moved) {
            eprint!("\r\u{1B}[K");
        }
    }

    /// Rows in a second since it began.
    pub(crate) fn speed(&self, rows: u64) -> u64 {
        let micros = u64::try_from(wiring::now().micros().saturating_sub(self.began)).unwrap_or_default();
        rows.saturating_mul(1_000_000) / micros.max(1)
    }
}
