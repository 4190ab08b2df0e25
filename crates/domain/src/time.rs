//! Instants and dates. An instant is a whole number of microseconds since 1970 in UTC, the same in both databases.

use std::fmt;

use jiff::civil;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An instant, exact to the microsecond; written as RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 24 * 60 * MINUTE;

impl Timestamp {
    /// Later than anything that can be recorded. Lists sort what has no due time behind all that has.
    pub const NEVER: Self = Self(i64::MAX);

    /// Nothing a desk deals with happened before 1900; an earlier year is a slip of the pen.
    pub const EARLIEST: Self = Self(-25_567 * DAY);

    /// From microseconds since 1970.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// This instant and so many times 24 hours more (negative: less).
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(DAY)))
    }

    /// This instant and so many minutes more.
    #[must_use]
    pub const fn plus_minutes(self, minutes: i64) -> Self {
        Self(self.0.saturating_add(minutes.saturating_mul(MINUTE)))
    }

    /// The same instant, or the next whole minute: due times are told by the minute and never fall early.
    #[must_use]
    pub const fn up_to_the_minute(self) -> Self {
        let over = self.0.rem_euclid(MINUTE);
        if over == 0 { self } else { Self(self.0.saturating_add(MINUTE - over)) }
    }

    /// Days since 1970 in UTC: two instants on one UTC date give the same number.
    #[must_use]
    pub const fn utc_day(self) -> i64 {
        self.0.div_euclid(DAY)
    }

    /// The calendar year in UTC.
    #[must_use]
    pub fn utc_year(self) -> i16 {
        self.to_jiff().to_zoned(jiff::tz::TimeZone::UTC).year()
    }

    /// Reads RFC 3339, with any offset.
    ///
    /// # Errors
    /// A text that is no instant, a date that does not exist, or a year outside 1 to 9999.
    pub fn parse(text: &str) -> Result<Self, jiff::Error> {
        let instant: jiff::Timestamp = text.parse()?;
        Ok(Self(instant.as_microsecond()))
    }

    /// Reads an instant, or a date, which means its first moment in UTC.
    ///
    /// # Errors
    /// As [`Timestamp::parse`].
    pub fn parse_or_day(text: &str) -> Result<Self, jiff::Error> {
        match text.parse::<civil::Date>() {
            Ok(date) if !text.contains(['T', 't', ' ']) => Ok(Day(date).start()),
            _ => Self::parse(text),
        }
    }

    fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_jiff().fmt(f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .map_err(|_| de::Error::custom("expected an existing instant such as 2026-11-22T09:30:00Z"))
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// A calendar date without a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(civil::Date);

impl Day {
    /// Its first moment in UTC.
    #[must_use]
    pub fn start(self) -> Timestamp {
        let days = self.0.since((jiff::Unit::Day, civil::date(1970, 1, 1)));
        Timestamp(days.map_or(0, |span| i64::from(span.get_days())).saturating_mul(DAY))
    }
}

/// 1970, from which days are counted.
const FIRST: civil::Date = civil::date(1970, 1, 1);

impl Day {
    /// So many days after 1970.
    #[must_use]
    pub fn at(days: i64) -> Self {
        let far = if days < 0 { civil::Date::MIN } else { civil::Date::MAX };
        let span = jiff::Span::new().try_days(days);
        Self(span.and_then(|span| FIRST.checked_add(span)).unwrap_or(far))
    }

    /// Days since 1970.
    #[must_use]
    pub fn number(self) -> i64 {
        self.start().utc_day()
    }

    /// So many days later (negative: earlier).
    #[must_use]
    pub fn plus(self, days: i64) -> Self {
        Self::at(self.number().saturating_add(days))
    }

    /// The UTC date of an instant.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        Self::at(at.utc_day())
    }
}

impl std::str::FromStr for Day {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        text.parse().map(Self).map_err(|_| ())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(|_| de::Error::custom("expected an existing date such as 2026-11-22"))
    }
}

impl JsonSchema for Day {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_survives_being_written_and_read() {
        let instant = Timestamp::parse("2026-02-28T23:59:59.000001+07:00").unwrap();
        assert_eq!(instant.to_string(), "2026-02-28T16:59:59.000001Z");
        assert_eq!(Timestamp::parse(&instant.to_string()).unwrap(), instant);
    }

    #[test]
    fn the_earliest_instant_is_the_first_of_1900() {
        assert_eq!(Timestamp::EARLIEST.to_string(), "1900-01-01T00:00:00Z");
    }

    #[test]
    fn an_impossible_date_is_refused() {
        assert!(Timestamp::parse("2026-02-30T00:00:00Z").is_err());
        assert!(Timestamp::parse_or_day("2026-02-30").is_err());
    }

    #[test]
    fn a_day_begins_at_its_first_moment_in_utc() {
        assert_eq!(Timestamp::parse_or_day("2026-11-22").unwrap().to_string(), "2026-11-22T00:00:00Z");
        assert_eq!(Timestamp::parse_or_day("1969-12-31").unwrap().micros(), -DAY);
    }

    #[test]
    fn due_times_go_up_to_the_minute() {
        let due = Timestamp::parse("2026-11-22T09:30:00.000001Z").unwrap().up_to_the_minute();
        assert_eq!(due.to_string(), "2026-11-22T09:31:00Z");
        assert_eq!(due.up_to_the_minute(), due);
    }
}
