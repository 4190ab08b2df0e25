//! Everything that happened, oldest first, by days. Runs of one kind fold.

use std::mem::discriminant;

use firsthand_domain::history::Actor;
use firsthand_storage::complaints::HistoryItem;

use super::facts::{Look, Teller, Told};

/// So many lines of one kind in a row are folded.
const RUN: usize = 4;
/// A text longer than this is shown by its beginning, with the whole behind it.
const LONG: usize = 2_000;
const BEGINNING: usize = 700;

/// One thing on the line.
pub(super) struct Event {
    pub(super) seq: i64,
    pub(super) hour: String,
    pub(super) exact: String,
    pub(super) iso: String,
    /// Who noted it, where the sentence does not begin with them.
    pub(super) by: Option<String>,
    pub(super) told: Told,
    /// More of the same kind, right after it.
    pub(super) more: Vec<Event>,
}

/// One day.
pub(super) struct Day {
    pub(super) name: String,
    pub(super) events: Vec<Event>,
}

impl Event {
    pub(super) fn class(&self) -> &'static str {
        match self.told.look {
            Look::Line => "line",
            Look::In => "card in",
            Look::Out => "card out",
            Look::Note => "card staff",
        }
    }

    pub(super) fn is_card(&self) -> bool {
        self.told.look != Look::Line
    }

    pub(super) fn is_note(&self) -> bool {
        self.told.look == Look::Note
    }

    /// The beginning of a text too long to be read in passing.
    pub(super) fn beginning(&self) -> Option<String> {
        let text = &self.told.body.as_ref()?.text;
        let long = text.chars().nth(LONG).is_some() || text.lines().nth(40).is_some();
        let beginning = || text.lines().take(12).collect::<Vec<_>>().join("\n");
        long.then(|| beginning().chars().take(BEGINNING).collect())
    }
}

/// The days of a history.
pub(super) fn days(teller: &Teller<'_>, history: &[HistoryItem]) -> Vec<Day> {
    let f = teller.f;
    let mut days: Vec<Day> = Vec::new();
    let mut before = None;
    for item in history {
        let at = item.entry.at;
        let told = teller.tell(item);
        // Of what the customer said it stands beside it who wrote it down.
        let by = match (told.look, item.entry.actor) {
            (Look::In, Actor::Staff(id)) => Some(f.with("fact-noted-by", "who", teller.names.person(id))),
            _ => None,
        };
        let event = Event {
            seq: item.entry.seq,
            hour: f.hour(at),
            exact: f.exact(at),
            iso: f.iso(at),
            by,
            told,
            more: Vec::new(),
        };
        let name = f.day(at);
        let same = before == Some(discriminant(&item.entry.fact)) && !event.is_card();
        before = Some(discriminant(&item.entry.fact));
        match days.last_mut().filter(|day| day.name == name) {
            Some(day) => match day.events.last_mut().filter(|last| same && !last.is_card()) {
                Some(last) => last.more.push(event),
                None => day.events.push(event),
            },
            None => days.push(Day { name, events: vec![event] }),
        }
    }
    for day in &mut days {
        day.events = std::mem::take(&mut day.events).into_iter().flat_map(unfolded).collect();
    }
    days
}

/// Runs too short to fold are shown as they are.
fn unfolded(mut event: Event) -> Vec<Event> {
    if event.more.len() + 1 >= RUN {
        return vec![event];
    }
    let more = std::mem::take(&mut event.more);
    std::iter::once(event).chain(more).collect()
}
