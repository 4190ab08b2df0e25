//! Times as other systems write them.

use firsthand_domain::time::Timestamp;
use jiff::Timestamp as Instant;
use jiff::civil::date;
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::columns::Column;

/// Where a time stands and how it is written.
///
/// A day without a time of day means its first moment in the zone. A local time that a change of clocks skips is
/// taken later by the gap, one that comes twice is taken the first time. A UTC offset in the text (`%z`, `%:z`)
/// wins over the zone.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TimeColumn {
    /// The column.
    pub(crate) column: Column,
    /// How it is written, as `strptime` takes it: `%d/%m/%Y %H:%M`. Leading zeros are not needed; two-digit years
    /// (`%y`) from 69 on are of the last century.
    format: Format,
    /// The IANA time zone the other system kept its clock in; UTC when not given.
    #[serde(default)]
    zone: Zone,
}

impl TimeColumn {
    /// The instant that a cell means.
    ///
    /// # Errors
    /// What is wrong with it, in words: not written so, no such day, after `now`, or before 1900, which no desk
    /// has kept and which a two-digit year read with `%Y` falls into.
    pub(crate) fn read(&self, cell: &str, now: Timestamp) -> Result<Timestamp, String> {
        let format = &self.format.0;
        let instant = instant(format, &self.zone.0, cell)
            .map(|instant| Timestamp::from_micros(instant.as_microsecond()))
            .map_err(|_| format!("{} is not an existing time written as `{format}`", quoted(cell)))?;
        if instant > now {
            return Err(format!("{} lies in the future", quoted(cell)));
        }
        if instant.utc_year() < 1900 {
            return Err(format!("{} lies before 1900; two-digit years are read with %y", quoted(cell)));
        }
        Ok(instant)
    }
}

/// A format that can be read back and gives a day.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
struct Format(String);

impl TryFrom<String> for Format {
    type Error = String;

    fn try_from(format: String) -> Result<Self, String> {
        let sample = date(2001, 2, 3).at(4, 5, 6, 0).to_zoned(TimeZone::UTC);
        let read_back = sample.and_then(|sample| {
            let text = strtime::format(&format, &sample)?;
            instant(&format, &TimeZone::UTC, &text)
        });
        match read_back {
            Ok(_) => Ok(Self(format)),
            Err(error) => Err(format!(
                "expected a strptime format with day, month and year such as %d/%m/%Y %H:%M, got `{format}`: {error}"
            )),
        }
    }
}

/// A time zone by its IANA name.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
struct Zone(TimeZone);

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

impl TryFrom<String> for Zone {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        TimeZone::get(&name)
            .map(Self)
            .map_err(|_| format!("expected an IANA time zone such as Asia/Ho_Chi_Minh, got `{name}`"))
    }
}

fn instant(format: &str, zone: &TimeZone, text: &str) -> Result<Instant, jiff::Error> {
    let parts = BrokenDownTime::parse(format, text)?;
    if parts.timestamp().is_some() || parts.offset().is_some() {
        return parts.to_timestamp();
    }
    match parts.to_zoned() {
        Ok(zoned) => Ok(zoned.timestamp()),
        Err(_) => zone.to_timestamp(parts.to_datetime()?),
    }
}

/// The cell, when it looks like a date: a mistaken column may hold anything, and what a customer wrote is not told.
fn quoted(cell: &str) -> String {
    let dated = cell.len() <= 40 && cell.chars().filter(char::is_ascii_digit).count() >= 2;
    let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
    if dated && letters <= 12 && !cell.contains(['@', '+', '(', '\n', '\r']) {
        format!("`{cell}`")
    } else {
        "the value".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &str, zone: &str, cell: &str) -> Result<String, String> {
        let column = TimeColumn {
            column: Column::try_from("Opened".to_owned()).unwrap(),
            format: Format::try_from(format.to_owned())?,
            zone: Zone::try_from(zone.to_owned())?,
        };
        let now = Timestamp::parse("2026-11-22T12:00:00Z").unwrap();
        column.read(cell, now).map(|instant| instant.to_string())
    }

    #[test]
    fn times_are_read_as_they_are_written() {
        let cases = [
            ("%Y/%m/%d", "UTC", "2019/9/4", "2019-09-04T00:00:00Z"),
            ("%d-%b-%y", "UTC", "13-Jan-14", "2014-01-13T00:00:00Z"),
            ("%d-%b-%y", "UTC", "2-FEB-14", "2014-02-02T00:00:00Z"),
            ("%d-%b-%y", "UTC", "2-Feb-69", "1969-02-02T00:00:00Z"),
            ("%d/%m/%Y %H:%M", "Asia/Ho_Chi_Minh", "1/2/2026 7:05", "2026-02-01T00:05:00Z"),
            ("%d/%m/%Y", "Asia/Ho_Chi_Minh", "01/02/2026", "2026-01-31T17:00:00Z"),
            ("%m/%d/%Y %I:%M:%S %p", "America/New_York", "6/22/2015 3:53:50 PM", "2015-06-22T19:53:50Z"),
            ("%Y-%m-%dT%H:%M:%S%:z", "Asia/Ho_Chi_Minh", "2026-02-01T00:00:00+02:00", "2026-01-31T22:00:00Z"),
            ("%Y-%m-%dT%H:%M:%SZ", "UTC", "2026-02-01T10:00:00Z", "2026-02-01T10:00:00Z"),
            ("%s", "UTC", "1420070400", "2015-01-01T00:00:00Z"),
            // The hour that spring skips, and the one that autumn has twice.
            ("%Y-%m-%d %H:%M", "Europe/Budapest", "2026-03-29 02:30", "2026-03-29T01:30:00Z"),
            ("%Y-%m-%d %H:%M", "Europe/Budapest", "2026-10-25 02:30", "2026-10-25T00:30:00Z"),
            // Midnight that does not exist.
            ("%Y-%m-%d", "America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"),
        ];
        for (format, zone, cell, instant) in cases {
            assert_eq!(read(format, zone, cell).as_deref(), Ok(instant), "{cell} as {format}");
        }
    }

    #[test]
    fn what_is_no_past_time_is_refused_and_quoted_only_when_it_looks_like_a_date() {
        let cases = [
            ("%d-%b-%y", "31-Feb-14", "`31-Feb-14` is not an existing time written as `%d-%b-%y`"),
            ("%d/%m/%Y", "13/13/2014", "`13/13/2014` is not an existing time written as `%d/%m/%Y`"),
            ("%Y/%m/%d", "2019/9/4 12:00", "`2019/9/4 12:00` is not an existing time written as `%Y/%m/%d`"),
            ("%Y/%m/%d", "2026/11/23", "`2026/11/23` lies in the future"),
            ("%d/%m/%Y", "13/01/14", "`13/01/14` lies before 1900; two-digit years are read with %y"),
            ("%Y/%m/%d", "Ana Kovács", "the value is not an existing time written as `%Y/%m/%d`"),
            ("%Y/%m/%d", "ana1980@example.com", "the value is not an existing time written as `%Y/%m/%d`"),
        ];
        for (format, cell, reason) in cases {
            assert_eq!(read(format, "UTC", cell), Err(reason.to_owned()), "{cell} as {format}");
        }
    }

    #[test]
    fn a_format_or_zone_that_cannot_work_is_found_at_once() {
        for format in ["", "%d/%m", "%H:%M", "%d/%m/%", "%d/%m/%Y %!", "day"] {
            assert!(
                read(format, "UTC", "x").unwrap_err().starts_with("expected a strptime format"),
                "{format}"
            );
        }
        assert!(read("%F", "Hanoi", "x").unwrap_err().contains("got `Hanoi`"));
    }
}
