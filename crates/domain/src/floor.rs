//! What a lead looks over: how long customers have waited, and what falls due next. A complaint that waits is in exactly
//! one band, so that the bands add up to all that wait.

use jiff::ToSpan as _;

use crate::metrics::Zone;
use crate::time::Timestamp;

/// Minutes within which a due time is near.
pub const SOON_MINUTES: i64 = 120;

/// How long a customer has waited, in days of the calendar where the desk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waited {
    /// Since any time.
    Any,
    /// Since more than five days ago.
    OverFiveDays,
    /// Since two to five days ago.
    TwoToFiveDays,
    /// Since yesterday.
    OneDay,
    /// Since today.
    Today,
}

impl Waited {
    /// The bands, the longest first.
    pub const BANDS: [Self; 4] = [Self::OverFiveDays, Self::TwoToFiveDays, Self::OneDay, Self::Today];

    /// As programs call it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::OverFiveDays => "over_five_days",
            Self::TwoToFiveDays => "two_to_five_days",
            Self::OneDay => "one_day",
            Self::Today => "today",
        }
    }

    /// The band of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Any].into_iter().chain(Self::BANDS).find(|band| band.code() == code)
    }

    /// The instants since which somebody in the band waits: from the first, before the second.
    #[must_use]
    pub fn since(self, now: Timestamp, zone: &Zone) -> (Timestamp, Timestamp) {
        let first = Timestamp::from_micros(i64::MIN);
        let ago = |days| start_of(now, days, zone);
        match self {
            Self::Any => (first, Timestamp::NEVER),
            Self::OverFiveDays => (first, ago(5)),
            Self::TwoToFiveDays => (ago(5), ago(1)),
            Self::OneDay => (ago(1), ago(0)),
            Self::Today => (ago(0), Timestamp::NEVER),
        }
    }
}

/// The first instant of the day so many days before that of `now`.
fn start_of(now: Timestamp, days: i64, zone: &Zone) -> Timestamp {
    let begun = jiff::Timestamp::from_microsecond(now.micros()).ok().and_then(|at| {
        let date = at.to_zoned(zone.clone()).date().checked_sub(days.days()).ok()?;
        date.to_zoned(zone.clone()).ok()
    });
    begun.map_or(now.plus_days(-days), |at| Timestamp::from_micros(at.timestamp().as_microsecond()))
}

/// When something is due, from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// It was due before.
    Late,
    /// Within the next two hours.
    Soon,
}

impl Due {
    /// As programs call it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Soon => "soon",
        }
    }

    /// That of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Late, Self::Soon].into_iter().find(|due| due.code() == code)
    }

    /// The instants at which it is due: from the first, before the second.
    #[must_use]
    pub const fn within(self, now: Timestamp) -> (Timestamp, Timestamp) {
        match self {
            Self::Late => (Timestamp::from_micros(i64::MIN), now),
            Self::Soon => (now, now.plus_minutes(SOON_MINUTES)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    /// The days are those of the calendar, also over the night in which clocks are put forward.
    #[test]
    fn who_waits_is_in_one_band_by_the_days_of_the_desk() {
        let zone = Zone::get("Europe/Budapest").unwrap();
        let now = at("2026-03-30T08:00:00Z");
        let band = |since: &str| {
            let since = at(since);
            let all: Vec<Waited> = Waited::BANDS
                .into_iter()
                .filter(|band| {
                    let (from, to) = band.since(now, &zone);
                    (from..to).contains(&since)
                })
                .collect();
            let [one] = all[..] else { panic!("{since} is in {all:?}") };
            one
        };
        for (since, expected) in [
            ("2026-03-30T07:59:00Z", Waited::Today),
            ("2026-03-29T22:00:00Z", Waited::Today),
            ("2026-03-29T21:59:59Z", Waited::OneDay),
            ("2026-03-28T23:00:00Z", Waited::OneDay),
            ("2026-03-28T22:59:59Z", Waited::TwoToFiveDays),
            ("2026-03-24T23:00:00Z", Waited::TwoToFiveDays),
            ("2026-03-24T22:59:59Z", Waited::OverFiveDays),
            ("1999-01-01T00:00:00Z", Waited::OverFiveDays),
            // A clock that runs ahead elsewhere.
            ("2026-03-30T09:00:00Z", Waited::Today),
        ] {
            assert_eq!(band(since), expected, "{since}");
        }
    }

    #[test]
    fn codes_are_read_back() {
        for band in Waited::BANDS.into_iter().chain([Waited::Any]) {
            assert_eq!(Waited::from_code(band.code()), Some(band));
        }
        for due in [Due::Late, Due::Soon] {
            assert_eq!(Due::from_code(due.code()), Some(due));
        }
        assert_eq!((Waited::from_code("week"), Due::from_code("")), (None, None));
    }

    #[test]
    fn what_is_due_now_is_soon_and_not_late() {
        let now = at("2026-03-30T08:00:00Z");
        let is = |due: Due, at: Timestamp| {
            let (from, to) = due.within(now);
            (from..to).contains(&at)
        };
        assert!(is(Due::Soon, now) && !is(Due::Late, now));
        assert!(is(Due::Late, Timestamp::from_micros(now.micros() - 1)));
        assert!(is(Due::Soon, at("2026-03-30T09:59:59Z")) && !is(Due::Soon, at("2026-03-30T10:00:00Z")));
        assert!(!is(Due::Soon, Timestamp::NEVER) && !is(Due::Late, Timestamp::NEVER));
    }
}
