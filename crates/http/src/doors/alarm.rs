//! What the doors keep out is counted each time and told at most once a minute, without addresses: who knocks that
//! often would otherwise fill the log, too.

use std::sync::Arc;

use prometheus::IntCounter;

const MINUTE: u64 = 60_000_000;

/// Counts and tells one kind of event.
pub(super) struct Alarm {
    counter: IntCounter,
    what: &'static str,
    micros: Arc<dyn Fn() -> u64 + Send + Sync>,
    told_at: Option<u64>,
    untold: u64,
}

impl Alarm {
    /// `micros` is a clock that never goes back.
    pub(super) fn new(
        counter: IntCounter,
        what: &'static str,
        micros: Arc<dyn Fn() -> u64 + Send + Sync>,
    ) -> Self {
        Self { counter, what, micros, told_at: None, untold: 0 }
    }

    /// It has happened once more.
    pub(super) fn ring(&mut self) {
        self.counter.inc();
        self.untold += 1;
        let now = (self.micros)();
        if self.told_at.is_none_or(|at| now.saturating_sub(at) >= MINUTE) {
            tracing::warn!(times = self.untold, "{}", self.what);
            self.told_at = Some(now);
            self.untold = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn each_is_counted_and_one_a_minute_is_told_with_how_many_there_were() {
        let clock = Arc::new(AtomicU64::new(5));
        let hand = Arc::clone(&clock);
        let micros = Arc::new(move || hand.load(Ordering::Relaxed));
        let mut alarm = Alarm::new(IntCounter::new("x", "x").unwrap(), "too many", micros);
        let told = |alarm: &mut Alarm| {
            alarm.ring();
            (alarm.told_at, alarm.untold)
        };
        assert_eq!(told(&mut alarm), (Some(5), 0));
        assert_eq!(told(&mut alarm), (Some(5), 1));
        clock.store(MINUTE + 4, Ordering::Relaxed);
        assert_eq!(told(&mut alarm), (Some(5), 2));
        clock.store(MINUTE + 5, Ordering::Relaxed);
        assert_eq!(told(&mut alarm), (Some(MINUTE + 5), 0));
        assert_eq!(alarm.counter.get(), 4);
    }
}
