//! What the form offers to choose from: people, causes, and names of lists.

use firsthand_domain::code::Role;
use firsthand_domain::lists::ListKind;
use firsthand_storage::{Tx, causes, intake, staff};

use crate::pages::lists::Offered as Listed;
use crate::pages::offered::Offered;
use crate::problem::Problem;
use crate::speech::Speech;

/// The most people that are listed.
const MOST: i64 = 500;
/// Categories that are offered again.
const CATEGORIES: usize = 12;

/// A value and its words.
pub(super) type Choice = (String, String);

/// The lists of the form.
pub(super) struct Offers {
    /// People who can take part in a complaint.
    pub(super) people: Vec<Choice>,
    /// Causes by name in the reader's language, by code for the form.
    pub(super) causes: Vec<Choice>,
    /// There are more, which are found by typing.
    pub(super) more_causes: bool,
    /// Categories of the list; where there is none, those of late.
    pub(super) categories: Vec<String>,
    lists: Listed,
}

impl Offers {
    pub(super) async fn read(tx: &mut Tx<'_>, speech: &Speech) -> Result<Self, Problem> {
        let mut people: Vec<Choice> = staff::page(tx, None, MOST)
            .await?
            .into_iter()
            .filter(|person| person.active && person.role != Role::Auditor)
            .map(|person| {
                let words = match &person.team {
                    Some(team) => format!("{} · {team}", person.name),
                    None => person.name.clone(),
                };
                (person.id.to_string(), words)
            })
            .collect();
        people.sort_by_key(|(_, name)| name.to_lowercase());
        let named = |name: &std::collections::BTreeMap<String, String>| {
            name.get(speech.lang()).or_else(|| name.get("en")).cloned().unwrap_or_default()
        };
        let offered = causes::choices(tx).await?;
        let mut causes: Vec<Choice> = offered
            .causes
            .into_iter()
            .map(|cause| {
                let words = named(&cause.name);
                (cause.code, words)
            })
            .collect();
        // What says little comes last.
        causes.sort_by_key(|(code, name)| (code == "other", code == "unknown", name.to_lowercase()));
        let lists = Listed::read(tx, &[ListKind::Category, ListKind::Product, ListKind::Place]).await?;
        let mut categories = lists.of(ListKind::Category).to_vec();
        if categories.is_empty() {
            categories = intake::categories(tx, CATEGORIES).await?;
        }
        Ok(Self { people, causes, more_causes: offered.more, categories, lists })
    }

    /// Products of the list.
    pub(super) fn products(&self) -> &[String] {
        self.lists.of(ListKind::Product)
    }

    /// Places of the list.
    pub(super) fn places(&self) -> &[String] {
        self.lists.of(ListKind::Place)
    }

    /// The causes that may fit come first, with why.
    pub(super) fn put_first(&mut self, offered: &[Offered]) {
        self.causes.retain(|(code, _)| offered.iter().all(|one| one.code != *code));
        let first = offered.iter().map(|one| (one.code.clone(), one.line()));
        self.causes = first.chain(std::mem::take(&mut self.causes)).collect();
    }
}
