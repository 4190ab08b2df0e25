//! What ids on the page are called: people, customers, causes.

use std::collections::BTreeMap;

use firsthand_domain::cause::Cause;
use firsthand_domain::code::Role;
use firsthand_domain::history::{Actor, Fact};
use firsthand_domain::id::{CauseId, CustomerId, StaffId};
use firsthand_domain::lists::ListKind;
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Day;
use firsthand_storage::causes::Choices;
use firsthand_storage::complaints::HistoryItem;
use firsthand_storage::known::Known;
use firsthand_storage::view::View;
use firsthand_storage::{Result, Tx, causes, staff};

use crate::pages::lists::Offered as Listed;
use crate::pages::offered::Offered;
use crate::speech::Speech;

/// The most people that are read for a choice.
const MOST: i64 = 500;

/// Everything that is called something.
pub(super) struct Names {
    people: BTreeMap<StaffId, String>,
    customers: BTreeMap<CustomerId, Option<String>>,
    tagged: BTreeMap<CauseId, (String, BTreeMap<String, String>)>,
    /// People who work here, for a choice and for asking the rules.
    pub(super) staff: Vec<Staff>,
    /// Causes that may be tagged, as far as they are offered.
    pub(super) causes: Choices,
    /// Names of lists that are offered.
    pub(super) lists: Listed,
    /// Causes that may fit.
    pub(super) offered: Vec<Offered>,
    /// Problems in progress that it may be one of.
    pub(super) known: Vec<Known>,
    lang: &'static str,
    anonymous: String,
    erased: String,
}

impl Names {
    /// Of everything that stands in a complaint and its history, and of all that can be chosen.
    pub(super) async fn read(
        tx: &mut Tx<'_>,
        view: &View,
        history: &[HistoryItem],
        f: &Speech,
    ) -> Result<Self> {
        let mut names = Self::told(tx, view, history, f).await?;
        names.staff = staff::page(tx, None, MOST).await?;
        names.staff.retain(|person| person.active);
        names.staff.sort_by(|a, b| a.name.cmp(&b.name));
        names.causes = causes::choices(tx).await?;
        if view.complaint.is_open() {
            let kinds = [ListKind::Category, ListKind::Product, ListKind::Place];
            names.lists = Listed::read(tx, &kinds).await?;
        }
        Ok(names)
    }

    /// Of everything that stands in a complaint and its history: enough to tell it, and nothing to choose from.
    pub(super) async fn told(
        tx: &mut Tx<'_>,
        view: &View,
        history: &[HistoryItem],
        f: &Speech,
    ) -> Result<Self> {
        let mut people = view.people.clone();
        let mut missing: Vec<StaffId> = history.iter().flat_map(in_fact).collect();
        missing.retain(|id| !people.contains_key(id));
        missing.sort_unstable();
        missing.dedup();
        let found = staff::people(tx, &missing).await?;
        people.extend(found.into_iter().map(|(id, (name, _))| (id, name)));
        Ok(Self {
            people,
            customers: view.customers.clone(),
            tagged: view.causes.clone(),
            staff: Vec::new(),
            causes: Choices::default(),
            lists: Listed::default(),
            offered: Vec::new(),
            known: Vec::new(),
            lang: f.lang(),
            anonymous: f.say("frame-anonymous").into_owned(),
            erased: f.say("frame-erased").into_owned(),
        })
    }

    /// A person at the desk.
    pub(super) fn person(&self, id: StaffId) -> String {
        self.people.get(&id).cloned().unwrap_or_default()
    }

    /// A customer; nobody is anonymous.
    pub(super) fn customer(&self, id: Option<CustomerId>) -> String {
        match id.map(|id| self.customers.get(&id).cloned().flatten()) {
            None => self.anonymous.clone(),
            Some(None) => self.erased.clone(),
            Some(Some(name)) => name,
        }
    }

    /// A cause in the reader's language, else in English, else by its code.
    pub(super) fn cause(&self, id: CauseId) -> String {
        self.tagged.get(&id).map(|(code, names)| self.in_words(code, names)).unwrap_or_default()
    }

    /// The same of one from the list.
    pub(super) fn listed_cause(&self, cause: &Cause) -> String {
        self.in_words(&cause.code, &cause.name)
    }

    fn in_words(&self, code: &str, names: &BTreeMap<String, String>) -> String {
        names.get(self.lang).or_else(|| names.get("en")).cloned().unwrap_or_else(|| code.to_owned())
    }

    /// A date of the calendar, wherever the desk is.
    #[expect(clippy::unused_self, reason = "called as the other names are")]
    pub(super) fn day(&self, f: &Speech, day: Day) -> String {
        let date = day.to_string();
        date.parse().map_or(date, |date| f.date(date))
    }

    /// Those who can be chosen for a duty, as far as a list can know: the rules decide.
    pub(super) fn choosable(&self) -> impl Iterator<Item = &Staff> {
        self.staff.iter().filter(|person| person.role != Role::Auditor)
    }
}

/// The people a fact names who need not stand in the complaint any more.
fn in_fact(item: &HistoryItem) -> Vec<StaffId> {
    let mut found = match &item.entry.fact {
        Fact::Assessed(fact) => fact.about_staff.into_iter().collect(),
        Fact::HandoffOffered { from, to, .. }
        | Fact::HandoffAccepted { from, to, .. }
        | Fact::HandlerAssigned { from, to }
        | Fact::SuccessionOffered { from, to, .. }
        | Fact::SuccessionAccepted { from, to, .. } => vec![*from, *to],
        Fact::PromiseMade { responsible, .. } => vec![*responsible],
        _ => Vec::new(),
    };
    if let Actor::Staff(id) = item.entry.actor {
        found.push(id);
    }
    found
}
