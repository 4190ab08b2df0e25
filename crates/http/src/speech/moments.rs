//! Times as people tell them: in the desk's zone, the year only when it is another, how long is left.

use firsthand_domain::time::Timestamp;
use jiff::Zoned;
use jiff::civil::Date;

use super::Speech;

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;

/// How a due time stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clock {
    /// `late`, `soon` or nothing, as in the style.
    pub(crate) class: &'static str,
    /// `38 min late`, `42 min left`, `tomorrow`, `Wed`, `25 Nov`.
    pub(crate) words: String,
    /// When exactly, to be shown beneath.
    pub(crate) at: String,
    /// For machines.
    pub(crate) iso: String,
    /// With its day, wherever it is read: on paper words such as `42 min left` say nothing.
    pub(crate) exact: String,
}

impl Speech {
    fn zoned(&self, at: Timestamp) -> Zoned {
        let instant = jiff::Timestamp::from_microsecond(at.micros()).unwrap_or(jiff::Timestamp::MAX);
        instant.to_zoned(self.zone.clone())
    }

    fn today(&self) -> Date {
        self.zoned(self.now).date()
    }

    /// `20 Nov`, `20 Nov 2025`.
    pub(crate) fn date(&self, date: Date) -> String {
        let month = usize::from(date.month().unsigned_abs()) - 1;
        let name = self.language.months.get(month).cloned().unwrap_or_default();
        let values = [
            ("day", i64::from(date.day()).into()),
            ("month", name.into()),
            ("number", i64::from(date.month()).into()),
            ("year", date.year().to_string().into()),
        ];
        if date.year() == self.today().year() {
            self.tell("moments-date", values)
        } else {
            self.tell("moments-date-year", values)
        }
    }

    /// The date of an instant, also when it is today: for what is read later.
    pub(crate) fn date_of(&self, at: Timestamp) -> String {
        self.date(self.zoned(at).date())
    }

    /// The day of an instant: `today`, `yesterday`, `20 Nov`.
    pub(crate) fn day(&self, at: Timestamp) -> String {
        let date = self.zoned(at).date();
        let away = date.since(self.today()).map_or(i32::MAX, |span| span.get_days());
        match away {
            0 => self.say("moments-today").into_owned(),
            -1 => self.say("moments-yesterday").into_owned(),
            1 => self.say("moments-tomorrow").into_owned(),
            _ => self.date(date),
        }
    }

    /// `14:18`.
    pub(crate) fn hour(&self, at: Timestamp) -> String {
        let at = self.zoned(at);
        format!("{:02}:{:02}", at.hour(), at.minute())
    }

    /// Short, for a list or a line: `14:18` today, `Fri 16:20` within a week, else the date.
    pub(crate) fn moment(&self, at: Timestamp) -> String {
        let date = self.zoned(at).date();
        let away = date.since(self.today()).map_or(i32::MAX, |span| span.get_days());
        match away {
            0 => self.hour(at),
            -6..=6 => format!("{} {}", self.weekday(date), self.hour(at)),
            _ => self.date(date),
        }
    }

    /// Whole: `20 Nov 16:20`.
    pub(crate) fn exact(&self, at: Timestamp) -> String {
        format!("{} {}", self.date(self.zoned(at).date()), self.hour(at))
    }

    fn weekday(&self, date: Date) -> String {
        let day = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
        self.language.days.get(day).cloned().unwrap_or_default()
    }

    /// For machines, in `datetime`.
    #[expect(clippy::unused_self, reason = "templates reach it through the frame")]
    pub(crate) fn iso(&self, at: Timestamp) -> String {
        at.to_string()
    }

    /// As a browser's field for a time wants it: `2026-11-22T14:30`.
    pub(crate) fn field(&self, at: Timestamp) -> String {
        let at = self.zoned(at);
        let (date, hour, minute) = (at.date(), at.hour(), at.minute());
        format!("{date}T{hour:02}:{minute:02}")
    }

    /// As a browser's field for a date wants it: `2026-11-22`.
    pub(crate) fn date_field(&self, at: Timestamp) -> String {
        self.zoned(at).date().to_string()
    }

    /// How long ago, or how long it took: `3 h 10 min`.
    pub(crate) fn long(&self, micros: i64) -> String {
        let minutes = micros.abs() / MINUTE;
        let values = |days: i64, hours: i64, minutes: i64| {
            [("days", days.into()), ("hours", hours.into()), ("minutes", minutes.into())]
        };
        if minutes < 60 {
            self.tell("moments-minutes", values(0, 0, minutes))
        } else if minutes < 24 * 60 {
            self.tell("moments-hours", values(0, minutes / 60, minutes % 60))
        } else {
            self.tell("moments-days-long", values(minutes / (24 * 60), 0, 0))
        }
    }

    /// The same where there is little room: `3 h`.
    pub(crate) fn about(&self, micros: i64) -> String {
        let hours = micros.abs() / HOUR;
        if (1..24).contains(&hours) {
            self.with("moments-hours-about", "hours", hours)
        } else {
            self.long(micros)
        }
    }

    /// The words of due times with places in them, for a page that stays open: minutes, hours, what is left, what is late.
    pub(crate) fn clock_words(&self) -> String {
        let minutes = self.with("moments-minutes", "minutes", "{m}");
        let hours = self.with2("moments-hours", "hours", "{h}", "minutes", "{m}");
        let [left, late] = ["moments-left", "moments-late"].map(|key| self.with(key, "time", "{t}"));
        [minutes, hours, left, late].join("|")
    }

    /// A due time: words under 24 hours, then the weekday, then the date; late ones first of all.
    pub(crate) fn clock(&self, due: Timestamp) -> Clock {
        let left = due.micros() - self.now.micros();
        let date = self.zoned(due).date();
        let away = date.since(self.today()).map_or(i32::MAX, |span| span.get_days());
        let (class, words) = if left < 0 {
            ("late", self.with("moments-late", "time", self.long(left)))
        } else if left < HOUR {
            ("soon", self.with("moments-left", "time", self.long(left)))
        } else if left < 24 * HOUR && away == 0 {
            ("", self.with("moments-left", "time", self.long(left)))
        } else if away == 1 {
            ("", self.say("moments-tomorrow").into_owned())
        } else if (2..=6).contains(&away) {
            ("", self.weekday(date))
        } else {
            ("", self.date(date))
        };
        // The day stands in the words already, but where they say how late it is.
        let at = if left < 0 { self.moment(due) } else { self.hour(due) };
        Clock { class, words, at, iso: self.iso(due), exact: self.exact(due) }
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    fn speech(lang: &str) -> Speech {
        let now = Timestamp::parse("2026-11-22T07:18:00Z").unwrap();
        Speech::new(Some(lang), None, "en", TimeZone::get("Asia/Ho_Chi_Minh").unwrap(), now)
    }

    #[test]
    fn a_clock_says_how_long_is_left_then_the_day() {
        let clock = |lang: &str, due: &str| speech(lang).clock(Timestamp::parse(due).unwrap());
        assert_eq!(clock("en", "2026-11-22T06:40:00Z").words, "38 min late");
        assert_eq!(clock("en", "2026-11-22T08:00:00Z").words, "42 min left");
        assert_eq!(clock("en", "2026-11-22T08:00:00Z").class, "soon");
        assert_eq!(clock("en", "2026-11-22T10:28:00Z").words, "3 h 10 min left");
        assert_eq!(clock("en", "2026-11-23T03:00:00Z").words, "tomorrow");
        assert_eq!(clock("en", "2026-11-25T03:00:00Z").words, "Wed");
        assert_eq!(clock("en", "2026-12-25T03:00:00Z").words, "25 Dec");
        assert_eq!(clock("vi", "2026-11-22T08:00:00Z").words, "còn 42 phút");
        assert_eq!(clock("zh", "2026-11-22T06:40:00Z").words, "超时 38 分钟");
        assert_eq!(clock("hu", "2026-11-22T06:40:00Z").words, "38 perc késés");
    }

    #[test]
    fn a_date_is_told_as_in_its_country_with_the_year_when_it_is_another() {
        let at = |lang: &str, text: &str| {
            let speech = speech(lang);
            speech.day(Timestamp::parse(text).unwrap())
        };
        let told: Vec<_> = ["en", "vi", "zh", "hu"].map(|l| at(l, "2026-10-09T03:00:00Z")).into();
        assert_eq!(told, ["9 Oct", "9/10", "10 月 9 日", "okt. 9."]);
        let told: Vec<_> = ["en", "vi", "zh", "hu"].map(|l| at(l, "2025-10-09T03:00:00Z")).into();
        assert_eq!(told, ["9 Oct 2025", "9/10/2025", "2025 年 10 月 9 日", "2025. okt. 9."]);
        assert_eq!(at("en", "2026-11-22T00:00:00Z"), "today");
        assert_eq!(speech("en").field(Timestamp::parse("2026-11-22T09:30:00Z").unwrap()), "2026-11-22T16:30");
    }
}
