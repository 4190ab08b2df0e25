//! Times as other systems write them.

use firsthand_domain::time::Timestamp;
use jiff::Timestamp as Instant;
use jiff::civil::{Date, date};
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::columns::Columns;

/// Where a time stands and how it is written.
///
/// A day without a time of day means its first moment in the zone. A local time that a change of clocks skips is
/// taken later by the gap, one that comes twice is taken the first time. A UTC offset in the text (`%z`, `%:z`)
/// wins over the zone.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "TimeTable")]
pub(crate) struct TimeColumn {
    /// The column, or several joined by a space, as a day and a time of day.
    pub(crate) columns: Columns,
    formats: Vec<Format>,
    zone: Zone,
    within: Option<Window>,
}

/// As a mapping writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TimeTable {
    column: Columns,
    /// How it is written, as `strptime` takes it: `%d/%m/%Y %H:%M`. Leading zeros are not needed; two-digit years
    /// (`%y`) from 69 on are of the last century.
    format: Option<Format>,
    /// Instead of `format`, where one column is written in several ways: the first that gives a time wins.
    #[serde(default)]
    formats: Vec<Format>,
    /// The IANA time zone the other system kept its clock in; UTC when not given.
    #[serde(default)]
    zone: Zone,
    /// The first and the last day there can be. With `formats` it tells swapped days and months apart: a format that
    /// gives a day outside does not count.
    within: Option<Window>,
}

impl TryFrom<TimeTable> for TimeColumn {
    type Error = &'static str;

    fn try_from(table: TimeTable) -> Result<Self, Self::Error> {
        let formats: Vec<Format> = match (table.format, table.formats) {
            (Some(format), several) if several.is_empty() => vec![format],
            (None, several) if !several.is_empty() => several,
            (None, _) => return Err("missing field `format` (or `formats`, a list)"),
            (Some(_), _) => return Err("expected either `format` or `formats`, got both"),
        };
        if table.column.0.is_empty() {
            return Err("expected the name of a column");
        }
        Ok(Self { columns: table.column, formats, zone: table.zone, within: table.within })
    }
}

impl TimeColumn {
    /// The instant that a text means.
    ///
    /// # Errors
    /// What is wrong with it, in words: not written so, no such day, outside the days there can be, after `now`, or
    /// before 1900, which no desk has kept and which a two-digit year read with `%Y` falls into.
    pub(crate) fn read(&self, cell: &str, now: Timestamp) -> Result<Timestamp, String> {
        let zone = &self.zone.0;
        let read: Vec<Instant> =
            self.formats.iter().filter_map(|format| instant(&format.0, zone, cell).ok()).collect();
        if read.is_empty() {
            let formats: Vec<_> = self.formats.iter().map(|format| format!("`{}`", format.0)).collect();
            return Err(format!(
                "{} is not an existing time written as {}",
                quoted(cell),
                formats.join(" or ")
            ));
        }
        let inside = |instant: &&Instant| match &self.within {
            Some(window) => window.holds(instant.to_zoned(zone.clone()).date()),
            None => true,
        };
        let instant = match (read.iter().find(inside), &self.within) {
            (Some(instant), _) => Timestamp::from_micros(instant.as_microsecond()),
            (None, Some(Window(first, last))) => {
                return Err(format!("{} does not lie between {first} and {last}", quoted(cell)));
            }
            (None, None) => return Err(format!("{} is no time", quoted(cell))),
        };
        if instant > now {
            return Err(format!("{} lies in the future", quoted(cell)));
        }
        if instant.utc_year() < 1900 {
            return Err(format!("{} lies before 1900; two-digit years are read with %y", quoted(cell)));
        }
        Ok(instant)
    }
}

/// The first and the last day there can be.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Vec<String>")]
struct Window(Date, Date);

impl Window {
    fn holds(&self, day: Date) -> bool {
        self.0 <= day && day <= self.1
    }
}

impl TryFrom<Vec<String>> for Window {
    type Error = &'static str;

    fn try_from(days: Vec<String>) -> Result<Self, Self::Error> {
        let read: Vec<Date> = days.iter().filter_map(|day| day.parse().ok()).collect();
        match (days.len(), read.as_slice()) {
            (2, [first, last]) if first <= last => Ok(Self(*first, *last)),
            _ => Err("expected the first and the last day, as [\"2015-04-01\", \"2015-06-30\"]"),
        }
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

    fn column(table: &str) -> Result<TimeColumn, String> {
        toml::from_str(table).map_err(|error| error.to_string())
    }

    fn read(format: &str, zone: &str, cell: &str) -> Result<String, String> {
        let column = column(&format!("column = 'Opened'\nformat = '{format}'\nzone = '{zone}'"))?;
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
            assert!(read(format, "UTC", "x").unwrap_err().contains("expected a strptime format"), "{format}");
        }
        assert!(read("%F", "Hanoi", "x").unwrap_err().contains("got `Hanoi`"));
    }

    #[test]
    fn days_and_months_that_were_swapped_are_told_apart_by_the_days_there_can_be() {
        let swapped = column(
            "column = ['Date', 'Time']\nformats = ['%m-%d-%Y', '%d-%m-%Y']\nwithin = ['2015-04-01', '2015-06-30']",
        )
        .unwrap();
        let now = Timestamp::parse("2026-11-22T12:00:00Z").unwrap();
        let read = |cell: &str| swapped.read(cell, now).map(|instant| instant.to_string()[..10].to_owned());
        for (cell, day) in
            [("22-04-2015", "2015-04-22"), ("04-08-2015", "2015-04-08"), ("04-05-2015", "2015-04-05")]
        {
            assert_eq!(read(cell).as_deref(), Ok(day));
        }
        assert_eq!(
            read("22-08-2015").unwrap_err(),
            "`22-08-2015` does not lie between 2015-04-01 and 2015-06-30"
        );
        assert_eq!(
            read("2015-04-22").unwrap_err(),
            "`2015-04-22` is not an existing time written as `%m-%d-%Y` or `%d-%m-%Y`"
        );
    }

    #[test]
    fn a_time_is_written_in_one_way_or_in_several() {
        let cases = [
            ("column = 'Day'", "missing field `format`"),
            ("column = 'Day'\nformat = '%F'\nformats = ['%F']", "got both"),
            ("column = []\nformat = '%F'", "expected the name of a column"),
            ("column = 'Day'\nformat = '%F'\nwithin = ['2015-04-01']", "expected the first and the last day"),
            (
                "column = 'Day'\nformat = '%F'\nwithin = ['2015-04-02', '2015-04-01']",
                "expected the first and",
            ),
        ];
        for (table, problem) in cases {
            assert!(column(table).unwrap_err().contains(problem), "{table}");
        }
    }
}
