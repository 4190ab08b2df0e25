//! What grants and their limits are called.

use std::collections::{BTreeMap, BTreeSet};

use firsthand_domain::authority::Dimension;
use firsthand_domain::grant::{Grant, Holder, Terms, Window};
use firsthand_domain::id::StaffId;
use firsthand_domain::money::Money;
use firsthand_storage::{Result, Tx, staff};

use crate::pages::Frame;

/// The names of people, by id.
#[derive(Default)]
pub(super) struct Names(BTreeMap<StaffId, String>);

impl Names {
    /// Of these people.
    pub(super) async fn read(tx: &mut Tx<'_>, people: BTreeSet<StaffId>) -> Result<Self> {
        let found = staff::people(tx, &people.into_iter().collect::<Vec<_>>()).await?;
        Ok(Self(found.into_iter().map(|(id, (name, _))| (id, name)).collect()))
    }

    /// Of everybody these grants name.
    pub(super) async fn in_grants<'g>(
        tx: &mut Tx<'_>,
        grants: impl IntoIterator<Item = &'g Grant>,
    ) -> Result<Self> {
        let mut people = BTreeSet::new();
        for grant in grants {
            people.insert(grant.written_by);
            people.extend(grant.activated_by);
            people.extend(person(grant.holder));
        }
        Self::read(tx, people).await
    }

    /// A name; empty for nobody.
    pub(super) fn of(&self, id: StaffId) -> String {
        self.0.get(&id).cloned().unwrap_or_default()
    }

    /// Whoever holds a grant.
    pub(super) fn holder(&self, f: &Frame, holder: Holder) -> String {
        match holder {
            Holder::Staff(id) => self.of(id),
            Holder::Role(role) => f.word("register-role-holder", role.code()).into_owned(),
        }
    }
}

/// The person who holds it, if one does.
pub(super) fn person(holder: Holder) -> Option<StaffId> {
    match holder {
        Holder::Staff(id) => Some(id),
        Holder::Role(_) => None,
    }
}

/// A limit by its name, with its period.
pub(super) fn dimension(f: &Frame, dimension: Dimension) -> String {
    let words = f.word("label", dimension.name()).into_owned();
    match dimension.days() {
        Some(days) => f.with2("register-in-days", "what", words, "days", days),
        None => words,
    }
}

/// What a grant says, a line each.
pub(super) fn limits(f: &Frame, terms: &Terms) -> Vec<(String, String)> {
    let money = |minor: i64| f.money(Money::new(minor, terms.currency));
    let plain = |name: &str, minor: Option<i64>| {
        minor.map(|minor| (f.word("label", name).into_owned(), money(minor)))
    };
    let window = |name: &str, window: Option<Window>| {
        window.map(|w| {
            let words = f.word("label", name).into_owned();
            (f.with2("register-in-days", "what", words, "days", w.days), money(w.amount))
        })
    };
    let l = &terms.limits;
    let all = [
        plain("per_award", l.per_award),
        plain("per_case", l.of_case()),
        window("per_customer", l.per_customer),
        window("per_holder", l.per_holder),
        window("per_unit", l.per_unit),
        plain("per_batch", l.per_batch),
        terms.four_eyes_above.map(|above| {
            let people = f.with2("register-four-eyes", "value", money(above), "count", terms.approvers);
            (f.say("label-four-eyes-above").into_owned(), people)
        }),
    ];
    all.into_iter().flatten().collect()
}

/// The limits of a grant in one line, the nearest first.
pub(super) fn limits_in_line(f: &Frame, terms: &Terms) -> String {
    let all = limits(f, terms).into_iter().map(|(name, value)| format!("{name} {value}"));
    all.collect::<Vec<_>>().join(" · ")
}

/// Codes in words, with commas between them.
pub(super) fn listed<'c>(f: &Frame, kind: &str, codes: impl Iterator<Item = &'c str>) -> String {
    f.listed(codes.map(|code| f.word(kind, code)))
}

/// The first digits of a hash.
pub(super) fn short(hash: &[u8]) -> String {
    use std::fmt::Write as _;
    hash.iter().take(6).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
