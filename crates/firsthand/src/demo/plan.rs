//! Which complaints there are, and what is done about each: drawn by chance before anything happens.

use std::collections::BTreeMap;

use firsthand_domain::code::LinkKind;
use firsthand_domain::text::Reason;
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::{KeepPromise, Log, SupersedePromise, Verb};
use serde_json::{Value, json};

use super::authority::Doing;
use super::causes::{self, SORTED_OTHERWISE};
use super::chance::Chance;
use super::people::{HELEN, People, mate};
use super::said_of as said;
use super::words::Words;

/// One act of one person on one complaint.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) at: Timestamp,
    /// Which complaint, by its number in the plan.
    pub(super) complaint: usize,
    /// Who, by their place in the list of people.
    pub(super) by: usize,
    pub(super) act: Act,
}

/// What somebody does. Parts that have no name before they are made are "the last one".
#[derive(Debug, Clone)]
pub(super) enum Act {
    Log(Box<Log>),
    Do(Box<Verb>),
    AcceptHandoff,
    DeclineHandoff(Reason),
    KeepPromise(KeepPromise),
    Supersede(Box<SupersedePromise>),
    Award(Doing),
    Merge(usize, Reason),
    Link(usize, LinkKind, Reason),
}

/// A customer, as the calls about them say it.
#[derive(Debug, Clone)]
pub(super) struct Client {
    pub(super) body: Value,
    /// Their last complaint, and until when it is open.
    pub(super) last: Option<(usize, Timestamp)>,
}

/// The plan as it grows.
pub(super) struct Plan<'a> {
    pub(super) words: &'a [Words],
    pub(super) people: &'a People,
    pub(super) chance: Chance,
    /// The present: nothing happens after it.
    pub(super) now: Timestamp,
    pub(super) steps: Vec<Step>,
    pub(super) complaints: usize,
    /// Customers, by the place of their language.
    pub(super) clients: BTreeMap<usize, Vec<Client>>,
    /// Complaints whose cause was said, and which.
    pub(super) sorted: Vec<(usize, Timestamp, &'static str)>,
}

/// Days that are told: two years.
pub(super) const DAYS: i64 = 730;

impl<'a> Plan<'a> {
    pub(super) fn new(words: &'a [Words], people: &'a People, now: Timestamp) -> Self {
        let chance = Chance::new(2026);
        let (steps, clients, sorted) = (Vec::new(), BTreeMap::new(), Vec::new());
        Self { words, people, chance, now, steps, complaints: 0, clients, sorted }
    }

    /// So many complaints over two years, a little more of them each month, and what the present day brings.
    pub(super) fn draw(mut self, complaints: usize) -> Result<Vec<Step>, String> {
        let mut begun = causes::arrivals(self.words, self.now, DAYS, complaints);
        for arrival in &mut begun {
            arrival.at = self.at_work(arrival.at);
        }
        begun.sort_by_key(|arrival| arrival.at);
        let begun_by = self.now.plus_minutes(-30);
        for arrival in begun.into_iter().filter(|arrival| arrival.at < begun_by) {
            super::story::ordinary(&mut self, arrival)?;
        }
        self.sort_otherwise()?;
        super::today::draw(&mut self)?;
        self.steps.sort_by_key(|step| step.at);
        Ok(self.steps)
    }

    /// The lead sorts some of the last complaints of a cause under another one, all in one week.
    fn sort_otherwise(&mut self) -> Result<(), String> {
        let (from, to, count, weeks_ago) = SORTED_OTHERWISE;
        let week = causes::monday(self.now, weeks_ago).start();
        let before = |(_, at, cause): &&(usize, Timestamp, &str)| *cause == from && *at < week;
        let these: Vec<usize> =
            self.sorted.iter().rev().filter(before).take(count).map(|(complaint, ..)| *complaint).collect();
        for (nth, complaint) in (0_i64..).zip(these) {
            let at = week.plus_days(nth % 5).plus_minutes(600 + nth);
            let body = json!({
                "cause": to, "role": "primary", "confidence": "confirmed",
                "evidence": "Nothing was broken: it does not do what the box says.",
            });
            self.steps.push(Step {
                at,
                complaint,
                by: HELEN,
                act: Act::Do(Box::new(Verb::TagCause(said(body)?))),
            });
        }
        Ok(())
    }

    /// The same hour if the desk is open then, otherwise the next morning it is.
    pub(super) fn at_work(&mut self, at: Timestamp) -> Timestamp {
        const OPENS: i64 = 7 * 60;
        const CLOSES: i64 = 18 * 60;
        let minute = at.micros().div_euclid(60_000_000).rem_euclid(1440);
        let mut at = match minute {
            ..OPENS => at.plus_minutes(OPENS - minute + self.chance.minutes(0, 120)),
            CLOSES.. => at.plus_minutes(1440 - minute + OPENS + self.chance.minutes(0, 120)),
            _ => at,
        };
        // 1970 began on a Thursday: days 2 and 3 of each seven are a Saturday and a Sunday.
        while [2, 3].contains(&at.utc_day().rem_euclid(7)) {
            at = at.plus_days(1);
        }
        at
    }

    /// Somebody who complains: now and then somebody who did so before.
    pub(super) fn client(&mut self, language: usize) -> Option<usize> {
        let words = self.words.get(language)?;
        let clients = self.clients.entry(language).or_default();
        if !clients.is_empty() && self.chance.percent(38) {
            // Few of them call often, most call seldom.
            let early = self.chance.below(clients.len()).min(self.chance.below(clients.len()));
            let late = clients.len() - 1 - self.chance.below(clients.len().min(12));
            return Some(if self.chance.percent(30) { late } else { early });
        }
        let name = words.name(&mut self.chance);
        let mut body = json!({ "name": name, "language": words.language });
        if self.chance.percent(92) {
            body["phone"] = words.phone(&mut self.chance).into();
        } else {
            body["email"] = format!("{}.{}@mail.example", words.language, self.chance.digits(6)).into();
        }
        if self.chance.percent(30) {
            body["email"] = format!("{}.{}@mail.example", words.language, self.chance.digits(6)).into();
        }
        clients.push(Client { body, last: None });
        Some(clients.len() - 1)
    }

    /// Who is at the desk for a language: two share the work.
    pub(super) fn agent(&mut self, language: usize) -> usize {
        let first = language * 2;
        if self.chance.percent(55) { first } else { mate(first) }
    }
}
