//! How far reading and writing have come: a line that moves on a terminal, a line now and then elsewhere.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

/// Between two lines that are not on a terminal.
const QUIET: Duration = Duration::from_secs(10);
/// Between two moves of the line on a terminal.
const MOVE: Duration = Duration::from_millis(200);

/// Tells on standard error.
pub(crate) struct Progress {
    began: Instant,
    told: Instant,
    terminal: bool,
    moved: bool,
}

impl Progress {
    /// Begins to count the time.
    pub(crate) fn begin() -> Self {
        let now = Instant::now();
        Self { began: now, told: now, terminal: std::io::stderr().is_terminal(), moved: false }
    }

    /// So many rows are read, so many of them bad.
    pub(crate) fn rows(&mut self, rows: u64, bad: u64) {
        let pause = if self.terminal { MOVE } else { QUIET };
        if self.told.elapsed() < pause {
            return;
        }
        self.told = Instant::now();
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
        let millis = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        rows.saturating_mul(1000) / millis
    }
}
