//! Who looks at a complaint, and who writes on it: kept in memory, told to the other nodes, forgotten within half a
//! minute, and never on record.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use firsthand_domain::id::{ComplaintId, StaffId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use uuid::Uuid;

/// Whoever says nothing for so long has gone, in microseconds.
pub(crate) const FORGOTTEN: u64 = 30_000_000;
/// Of one complaint so many are told.
const MOST: usize = 50;
/// Complaints that somebody looks at: more are not remembered.
const COMPLAINTS: usize = 50_000;

/// What somebody does at a complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Doing {
    /// Nothing any more.
    Away,
    /// Has it open.
    Looking,
    /// Writes a reply or a note.
    Writing,
}

/// Somebody at a complaint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Present {
    /// Who.
    pub(crate) id: StaffId,
    /// As others call them.
    pub(crate) name: String,
    /// What they do.
    pub(crate) doing: Doing,
}

/// As nodes tell each other.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Noted {
    /// Where.
    #[serde(rename = "c")]
    pub(crate) complaint: ComplaintId,
    /// One page or one program; a person may have several.
    #[serde(rename = "k")]
    pub(crate) hand: Uuid,
    #[serde(rename = "s")]
    pub(crate) staff: StaffId,
    #[serde(rename = "n")]
    pub(crate) name: String,
    #[serde(rename = "d")]
    pub(crate) doing: Doing,
}

/// What stands before it among the words of nodes.
const WORD: &str = "here ";

struct Hand {
    staff: StaffId,
    name: String,
    doing: Doing,
    until: u64,
}

/// Who is where.
pub(crate) struct Here {
    places: Mutex<HashMap<ComplaintId, HashMap<Uuid, Hand>>>,
    changed: broadcast::Sender<ComplaintId>,
}

impl Here {
    pub(super) fn new() -> Self {
        Self { places: Mutex::default(), changed: broadcast::channel(256).0 }
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<ComplaintId, HashMap<Uuid, Hand>>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells of which complaints somebody came, went or does something else.
    pub(crate) fn changes(&self) -> broadcast::Receiver<ComplaintId> {
        self.changed.subscribe()
    }

    /// Notes what somebody does, and gives the word for the other nodes.
    pub(crate) fn note(&self, noted: Noted, now: u64) -> Option<String> {
        let word = serde_json::to_string(&noted).ok().map(|json| format!("{WORD}{json}"));
        self.take(noted, now);
        word
    }

    /// Takes the word of another node.
    pub(super) fn heard(&self, word: &str, now: u64) {
        let noted = word.strip_prefix(WORD).and_then(|json| serde_json::from_str(json).ok());
        if let Some(noted) = noted {
            self.take(noted, now);
        }
    }

    fn take(&self, noted: Noted, now: u64) {
        let Noted { complaint, hand, staff, name, doing } = noted;
        let mut places = self.locked();
        let before = told(places.get(&complaint), now);
        if doing == Doing::Away {
            if let Some(hands) = places.get_mut(&complaint) {
                hands.remove(&hand);
                if hands.is_empty() {
                    places.remove(&complaint);
                }
            }
        } else if places.len() < COMPLAINTS || places.contains_key(&complaint) {
            let hands = places.entry(complaint).or_default();
            hands.insert(hand, Hand { staff, name, doing, until: now.saturating_add(FORGOTTEN) });
        }
        let after = told(places.get(&complaint), now);
        drop(places);
        if before != after {
            // Nobody may be looking on.
            let _ = self.changed.send(complaint);
        }
    }

    /// Who is at a complaint, each once, those who write first.
    pub(crate) fn at(&self, complaint: ComplaintId, now: u64) -> Vec<Present> {
        told(self.locked().get(&complaint), now)
    }

    /// Forgets those who went without a word.
    pub(super) fn sweep(&self, now: u64) {
        let mut gone = Vec::new();
        self.locked().retain(|complaint, hands| {
            let before = hands.len();
            hands.retain(|_, hand| hand.until > now);
            if hands.len() < before {
                gone.push(*complaint);
            }
            !hands.is_empty()
        });
        for complaint in gone {
            let _ = self.changed.send(complaint);
        }
    }
}

fn told(hands: Option<&HashMap<Uuid, Hand>>, now: u64) -> Vec<Present> {
    let mut all: Vec<Present> = Vec::new();
    for hand in hands.into_iter().flat_map(HashMap::values).filter(|hand| hand.until > now) {
        match all.iter_mut().find(|present| present.id == hand.staff) {
            Some(present) => present.doing = present.doing.max(hand.doing),
            None => all.push(Present { id: hand.staff, name: hand.name.clone(), doing: hand.doing }),
        }
    }
    all.sort_by(|a, b| b.doing.cmp(&a.doing).then_with(|| a.name.cmp(&b.name)).then(a.id.cmp(&b.id)));
    all.truncate(MOST);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(complaint: u128, hand: u128, staff: u128, doing: Doing) -> Noted {
        let name = format!("P{staff}");
        let complaint = ComplaintId(Uuid::from_u128(complaint));
        Noted { complaint, hand: Uuid::from_u128(hand), staff: StaffId(Uuid::from_u128(staff)), name, doing }
    }

    fn names(here: &Here, now: u64) -> Vec<(String, Doing)> {
        let at = here.at(ComplaintId(Uuid::from_u128(1)), now);
        at.into_iter().map(|present| (present.name, present.doing)).collect()
    }

    #[test]
    fn each_person_is_told_once_and_forgotten_when_they_say_nothing() {
        let (here, elsewhere) = (Here::new(), Here::new());
        let mut changes = here.changes();
        for one in
            [noted(1, 1, 7, Doing::Looking), noted(1, 2, 7, Doing::Writing), noted(1, 3, 8, Doing::Looking)]
        {
            let word = here.note(one, 0).unwrap();
            elsewhere.heard(&word, 0);
        }
        elsewhere.heard("here {\"c\":1}", 0);
        elsewhere.heard("nonsense", 0);
        let told = vec![("P7".to_owned(), Doing::Writing), ("P8".to_owned(), Doing::Looking)];
        assert_eq!((names(&here, 1), names(&elsewhere, 1)), (told.clone(), told));
        // One of two pages goes, then what the other said is over.
        here.note(noted(1, 2, 7, Doing::Away), 1);
        assert_eq!(names(&here, 1)[0], ("P7".to_owned(), Doing::Looking));
        here.note(noted(1, 1, 7, Doing::Looking), 20_000_000);
        assert_eq!(names(&here, FORGOTTEN), [("P7".to_owned(), Doing::Looking)]);
        here.sweep(FORGOTTEN);
        let told = std::iter::from_fn(|| changes.try_recv().ok()).count();
        // Two came, one wrote and no longer does, one was forgotten; who stays tells nothing new.
        assert_eq!(told, 5);
        here.sweep(u64::MAX);
        assert!(names(&here, 0).is_empty() && here.locked().is_empty());
    }
}
