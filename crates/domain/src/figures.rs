//! What one complaint adds to the figures that the analysis reads: how many, how long, how much was given, under which
//! cause, category, product, place and channel, on which day. Every report sums what is said here, so pages, API, the
//! figures that are kept and those that are reckoned again from history cannot disagree.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, Unit};

use crate::code::{AwardState, Channel, Closure};
use crate::complaint::Complaint;
use crate::id::CauseId;
use crate::money::Currency;

const SECOND: i64 = 1_000_000;

/// Under what a complaint is counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The UTC day it was received, in days since 1970.
    pub day: i64,
    /// Its primary cause; nothing while there is none.
    pub cause: Option<CauseId>,
    /// What went wrong, in the customer's terms.
    pub category: Option<String>,
    /// What it is about.
    pub product: Option<String>,
    /// Where it happened.
    pub place: Option<String>,
    /// How it came.
    pub channel: Channel,
    /// The currency of what was given; nothing on the line that counts the complaint itself.
    pub currency: Option<Currency>,
}

/// What is summed. Of a line with a currency only `given` is not 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Complaints.
    pub complaints: i64,
    /// From receipt to the end, of those that ended here, in seconds.
    pub closed_seconds: i64,
    /// How many are open.
    pub open: i64,
    /// When the open ones were received, in seconds since 1970, summed: so that their days are reckoned at the asking.
    pub open_since: i64,
    /// What was given to the customer and not taken back, in minor units.
    pub given: i64,
}

impl Sums {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            complaints: self.complaints.saturating_add(other.complaints),
            closed_seconds: self.closed_seconds.saturating_add(other.closed_seconds),
            open: self.open.saturating_add(other.open),
            open_since: self.open_since.saturating_add(other.open_since),
            given: self.given.saturating_add(other.given),
        }
    }

    /// Taken away.
    #[must_use]
    pub const fn minus(self) -> Self {
        Self {
            complaints: -self.complaints,
            closed_seconds: -self.closed_seconds,
            open: -self.open,
            open_since: -self.open_since,
            given: -self.given,
        }
    }

    /// From receipt to the end, or to `now` for what is open, in seconds, of all of them.
    #[must_use]
    pub const fn seconds(&self, now: crate::time::Timestamp) -> i64 {
        let now = now.micros().div_euclid(SECOND);
        self.closed_seconds.saturating_add(self.open.saturating_mul(now).saturating_sub(self.open_since))
    }
}

/// Lines of figures.
pub type Lines = BTreeMap<Place, Sums>;

/// The lines of a complaint: one that counts it, and one for each currency that was given. None for what is not counted:
/// void (no complaint), and merged (its target counts once for all).
///
/// Complaints that came from files as finished tell no days: when they ended is not known here.
#[must_use]
pub fn lines(complaint: &Complaint) -> Lines {
    let c = complaint;
    if matches!(c.closure, Some(Closure::Void | Closure::Merged)) {
        return Lines::new();
    }
    let place = Place {
        day: c.received_at.utc_day(),
        cause: c.primary_cause().map(|tag| tag.cause),
        category: c.category.clone(),
        product: c.product.clone(),
        place: c.place.clone(),
        channel: c.channel,
        currency: None,
    };
    let received = c.received_at.micros().div_euclid(SECOND);
    let mut counted = Sums { complaints: 1, ..Sums::default() };
    match c.closed_at {
        None => (counted.open, counted.open_since) = (1, received),
        Some(_) if c.closure == Some(Closure::Imported) => {}
        Some(at) => counted.closed_seconds = at.micros().div_euclid(SECOND).saturating_sub(received),
    }
    let mut lines = Lines::new();
    for award in c.awards.iter().filter(|award| award.state == AwardState::Executed) {
        let place = Place { currency: Some(award.value.currency), ..place.clone() };
        let sums = lines.entry(place).or_default();
        *sums = sums.plus(Sums { given: award.value.minor, ..Sums::default() });
    }
    lines.insert(place, counted);
    lines
}

/// What a change of a complaint changes in the figures; empty for most changes.
#[must_use]
pub fn change(before: Option<&Complaint>, after: &Complaint) -> Lines {
    let mut changed = lines(after);
    for (place, sums) in before.map(lines).unwrap_or_default() {
        let entry = changed.entry(place).or_default();
        *entry = entry.plus(sums.minus());
    }
    changed.retain(|_, sums| *sums != Sums::default());
    changed
}

/// The month of a day, in months since year 0: figures are kept by month beside by day.
#[must_use]
pub fn month_of(day: i64) -> i64 {
    let date = date_of(day);
    i64::from(date.year()) * 12 + i64::from(date.month()) - 1
}

/// The first day of a month, in days since 1970.
#[must_use]
pub fn first_day_of(month: i64) -> i64 {
    let year = i16::try_from(month.div_euclid(12)).unwrap_or(i16::MAX);
    let month = i8::try_from(month.rem_euclid(12) + 1).unwrap_or(1);
    let first = Date::new(year, month, 1).unwrap_or(if year < 0 { Date::MIN } else { Date::MAX });
    first.since((Unit::Day, EPOCH)).map_or(0, |span| i64::from(span.get_days()))
}

/// The date of a day since 1970; the first or the last there is for one beyond.
#[must_use]
pub fn date_of(day: i64) -> Date {
    let span = Span::new().try_days(day);
    let date = span.and_then(|span| EPOCH.checked_add(span));
    date.unwrap_or(if day < 0 { Date::MIN } else { Date::MAX })
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_with_its_first_day() {
        for (day, year, month) in
            [(0, 1970, 1), (58, 1970, 2), (59, 1970, 3), (-1, 1969, 12), (20_454, 2026, 1)]
        {
            assert_eq!(month_of(day), year * 12 + month - 1, "{day}");
        }
        assert_eq!(first_day_of(1970 * 12), 0);
        assert_eq!(first_day_of(2024 * 12 + 2) - first_day_of(2024 * 12 + 1), 29);
        assert_eq!(first_day_of(2100 * 12 + 2) - first_day_of(2100 * 12 + 1), 28);
        for month in (1800 * 12)..(2300 * 12) {
            let first = first_day_of(month);
            assert_eq!((month_of(first - 1), month_of(first)), (month - 1, month));
        }
        for far in [i64::MIN, -10_000_000, 10_000_000, i64::MAX] {
            let _ = first_day_of(month_of(far));
        }
    }
}
