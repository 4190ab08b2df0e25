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

/// A history to be told, and the complaint it is of where that was merged into the one on the page.
pub(super) struct Story<'s> {
    pub(super) teller: Teller<'s>,
    pub(super) history: &'s [HistoryItem],
    pub(super) merged: Option<&'s str>,
}

/// One thing on the line.
pub(super) struct Event {
    pub(super) seq: i64,
    pub(super) hour: String,
    pub(super) exact: String,
    pub(super) iso: String,
    /// Who noted it, where the sentence does not begin with them.
    pub(super) by: Option<String>,
    pub(super) told: Told,
    /// The complaint it happened on, if it was merged into this one.
    pub(super) from: Option<String>,
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

    /// Its place on the page: the facts of this complaint by their number, those of others beside it.
    pub(super) fn id(&self) -> String {
        match &self.from {
            Some(reference) => format!("{reference}-h{}", self.seq),
            None => format!("h{}", self.seq),
        }
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

/// The days of the complaint on the page, with what happened on those that were merged into it.
pub(super) fn days(own: &Story<'_>, merged: &[Story<'_>]) -> Vec<Day> {
    let f = own.teller.f;
    let mut days: Vec<Day> = Vec::new();
    let mut before = None;
    let all = std::iter::once(own).chain(merged);
    let mut items: Vec<_> =
        all.flat_map(|story| story.history.iter().map(move |item| (story, item))).collect();
    if !merged.is_empty() {
        // Each keeps its own order: facts of one moment stay as they are.
        items.sort_by_key(|(_, item)| item.entry.at);
    }
    for (Story { teller, merged, .. }, item) in items {
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
            from: merged.map(str::to_owned),
            more: Vec::new(),
        };
        let name = f.day(at);
        let kind = Some((discriminant(&item.entry.fact), *merged));
        let same = before == kind && !event.is_card();
        before = kind;
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
