//! What the report is asked: a period, what sums are made by, and of which figure the awards are listed.

use firsthand_domain::code::{AwardType, Basis};
use firsthand_domain::money::{Currency, Money};
use firsthand_domain::time::Timestamp;
use firsthand_storage::awards::list::{Cut, Listed, Query as List};
use firsthand_storage::awards::report::{By, Exception, PERIOD};
use jiff::civil::Date;

use crate::pages::Frame;
use crate::pages::register::grants::end_of;
use crate::query::{Query, encode};

pub(super) const PARAMETERS: &[&str] =
    &["by", "from", "to", "limits", "key", "currency", "approver", "grant", "most", "only", "cursor", "part"];

/// A period, what sums are made by, limits to hold awards against.
pub(super) struct Asked {
    pub(super) by: By,
    pub(super) from: Timestamp,
    /// Before this instant.
    pub(super) to: Timestamp,
    pub(super) from_day: String,
    pub(super) to_day: String,
    pub(super) limits: Vec<Money>,
    /// As they came.
    limits_text: String,
    now: Timestamp,
}

impl Asked {
    pub(super) fn read(f: &Frame, query: &Query, now: Timestamp) -> Self {
        let day = |name: &str| query.get(name).and_then(|v| v.trim().parse::<Date>().ok());
        let start = |day: Date| end_of(f, day.yesterday().ok()?);
        let today = f.date_field(now);
        let last = day("to").or_else(|| today.parse().ok()).unwrap_or_default();
        let first =
            day("from").or_else(|| f.date_field(now.plus_days(1 - PERIOD)).parse().ok()).unwrap_or(last);
        let limits_text = query.get("limits").unwrap_or_default().trim().to_owned();
        Self {
            by: query.get("by").and_then(By::from_code).unwrap_or(By::Person),
            from: start(first).unwrap_or(now.plus_days(-PERIOD)),
            to: end_of(f, last).unwrap_or(now),
            from_day: first.to_string(),
            to_day: last.to_string(),
            limits: limits_text.split(',').filter_map(Money::parse).collect(),
            limits_text,
            now,
        }
    }

    /// The last instant of the period, to be told as a day.
    pub(super) fn last(&self) -> Timestamp {
        Timestamp::from_micros(self.to.micros().saturating_sub(1))
    }

    #[expect(clippy::unused_self, reason = "asked by the template")]
    pub(super) fn bys(&self) -> [&'static str; 5] {
        By::ALL.map(By::code)
    }

    pub(super) fn is_by(&self, code: &str) -> bool {
        self.by.code() == code
    }

    /// Everything that was given in the period and stands.
    pub(super) fn whole(&self) -> List {
        List::standing(self.from, self.to)
    }

    /// The awards of an exception.
    pub(super) fn exception(&self, exception: Exception) -> List {
        exception.of(&self.whole(), self.now)
    }

    /// The awards that are listed: of one figure, or all of the period.
    pub(super) fn listed(&self, query: &Query) -> List {
        let mut list = match query.get("only") {
            Some("own") => List { cut: Cut { own: true, ..Cut::default() }, ..self.whole() },
            Some("near") => List { cut: Cut { near: true, ..Cut::default() }, ..self.whole() },
            only => {
                let exception = only.and_then(Exception::from_code);
                exception.map_or_else(|| self.whole(), |exception| self.exception(exception))
            }
        };
        list.currency = query.get("currency").and_then(Currency::from_code);
        list.approved_by = query.get("approver").and_then(|id| id.parse().ok());
        list.grant = query.get("grant").and_then(|id| id.parse().ok());
        if list.grant.is_some() {
            (list.states, list.decided_from, list.decided_to) = (Vec::new(), None, None);
        }
        list.cut.at_most = query.get("most").and_then(|most| most.parse().ok());
        // A key that was left empty is left out of a query: what has no team or cause is asked for by a dash.
        let none = |key: &str| if key == NONE { String::new() } else { key.to_owned() };
        if let Some(key) = query.get("key") {
            match self.by {
                By::Person => list.approved_by = key.parse().ok(),
                By::Cause => list.cut.cause = Some(none(key)),
                By::Unit => list.cut.unit = Some(none(key)),
                By::Basis => list.basis = Basis::from_code(key),
                By::Type => list.kind = AwardType::from_code(key),
            }
        }
        list.cursor = query.get("cursor").and_then(|v| {
            let (at, id) = v.split_once('-')?;
            Some((Timestamp::from_micros(at.parse().ok()?), id.parse().ok()?))
        });
        list
    }

    /// The list of what a figure counts.
    pub(super) fn link(&self, more: &[(&str, &str)]) -> String {
        self.link_by(self.by, more)
    }

    /// The list of everything in the period.
    pub(super) fn all(&self) -> String {
        self.link(&[])
    }

    /// The same, of a figure that is by something else.
    pub(super) fn link_by(&self, by: By, more: &[(&str, &str)]) -> String {
        self.address("/awards", by, more) + "#list"
    }

    /// The figures as a table for a spreadsheet.
    pub(super) fn csv(&self, part: &str) -> String {
        self.address("/awards.csv", self.by, &[("part", part)])
    }

    fn address(&self, path: &str, by: By, more: &[(&str, &str)]) -> String {
        let mut link = format!("{path}?by={}&from={}&to={}", by.code(), self.from_day, self.to_day);
        let limits = ("limits", self.limits_text.as_str());
        let limits = (!self.limits_text.is_empty()).then_some(limits);
        for (name, value) in more.iter().copied().chain(limits) {
            let value = if value.is_empty() { NONE } else { value };
            link.extend(["&", name, "=", encode(value).as_str()]);
        }
        link
    }

    /// The page after this one.
    pub(super) fn next(&self, query: &Query, last: &Listed) -> String {
        let cursor = format!("{}-{}", last.proposed_at.micros(), last.id);
        let kept = ["key", "currency", "approver", "grant", "most", "only"];
        let mut more: Vec<(&str, &str)> =
            kept.iter().filter_map(|name| Some((*name, query.get(name)?))).collect();
        more.push(("cursor", &cursor));
        self.link(&more)
    }
}

/// Asks for what has no team, or no cause.
const NONE: &str = "-";
