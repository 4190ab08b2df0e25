//! The whole tree at once: what stands where, under what a cause is counted, and how it stood before.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Cause;
use crate::code::{ControllableBy, Family, ProcessStep, Servqual, ValueCategory};
use crate::id::{CauseId, StaffId};
use crate::time::Timestamp;

/// What a cause can be sorted by beside its place in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facet {
    /// What value it takes from the customer.
    ValueCategory,
    /// The dimension of service quality it harms.
    Servqual,
    /// Its family in the cause-and-effect diagram.
    Family,
    /// The step of the work at which it arises.
    ProcessStep,
    /// Who can do something about it.
    ControllableBy,
}

impl Facet {
    /// Every facet.
    pub const ALL: [Self; 5] =
        [Self::ValueCategory, Self::Servqual, Self::Family, Self::ProcessStep, Self::ControllableBy];

    /// Its name, as the API has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ValueCategory => "value_category",
            Self::Servqual => "servqual",
            Self::Family => "family",
            Self::ProcessStep => "process_step",
            Self::ControllableBy => "controllable_by",
        }
    }

    fn of(self, cause: &Cause) -> Option<&'static str> {
        match self {
            Self::ValueCategory => cause.value_category.map(ValueCategory::code),
            Self::Servqual => cause.servqual.map(Servqual::code),
            Self::Family => cause.family.map(Family::code),
            Self::ProcessStep => cause.process_step.map(ProcessStep::code),
            Self::ControllableBy => cause.controllable_by.map(ControllableBy::code),
        }
    }
}

/// What was done to the tree. Causes are named by their codes, which last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "snake_case")]
pub enum CauseChange {
    /// A cause was added.
    Added(Box<AddedCause>),
    /// It stands elsewhere.
    Moved {
        /// Under what it stood; nothing for the root.
        from: Option<String>,
        /// Under what it stands.
        to: Option<String>,
    },
    /// No longer tagged, still counted.
    Retired {
        /// Under what it is counted.
        maps_to: Option<String>,
    },
}

/// A cause as it was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddedCause {
    /// Its code.
    pub code: String,
    /// Its name by language.
    pub name: BTreeMap<String, String>,
    /// Under what.
    pub parent: Option<String>,
    /// What value it takes from the customer.
    pub value_category: Option<String>,
    /// The dimension of service quality it harms.
    pub servqual: Option<String>,
    /// Its family.
    pub family: Option<String>,
    /// At which step.
    pub process_step: Option<String>,
    /// Who can do something about it.
    pub controllable_by: Option<String>,
}

/// A version of the tree: one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CauseVersion {
    /// Its number, from 1 without gaps.
    pub version: i64,
    /// When.
    pub at: Timestamp,
    /// Who; nobody for what every desk begins with.
    pub by: Option<StaffId>,
    /// Of which cause.
    pub cause: CauseId,
    /// What.
    pub change: CauseChange,
}

/// Every cause, in its place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CauseTree {
    version: i64,
    causes: BTreeMap<CauseId, Cause>,
    /// By code.
    codes: BTreeMap<String, CauseId>,
    /// In the order of their codes; those at the root under nothing.
    children: BTreeMap<Option<CauseId>, Vec<CauseId>>,
}

impl CauseTree {
    /// The tree of these causes. A cause whose parent is not among them stands at the root.
    pub fn new(causes: impl IntoIterator<Item = Cause>) -> Self {
        let mut causes: BTreeMap<CauseId, Cause> = causes.into_iter().map(|c| (c.id, c)).collect();
        let codes: BTreeMap<String, CauseId> = causes.values().map(|c| (c.code.clone(), c.id)).collect();
        let mut children: BTreeMap<Option<CauseId>, Vec<CauseId>> = BTreeMap::new();
        for id in codes.values() {
            let parent = causes.get(id).and_then(|c| c.parent).filter(|p| causes.contains_key(p));
            children.entry(parent).or_default().push(*id);
        }
        for (id, cause) in &mut causes {
            cause.leaf = !children.contains_key(&Some(*id));
        }
        let version = causes.values().map(|c| c.version).max().unwrap_or_default();
        Self { version, causes, codes, children }
    }

    /// The tree before these changes, the latest of them first.
    #[must_use]
    pub fn before<'c>(self, changes: impl IntoIterator<Item = &'c CauseVersion>) -> Self {
        let Self { mut version, mut causes, codes, .. } = self;
        for undone in changes {
            version = undone.version - 1;
            match &undone.change {
                CauseChange::Added(_) => drop(causes.remove(&undone.cause)),
                CauseChange::Moved { from, .. } => {
                    let from = from.as_ref().and_then(|code| codes.get(code)).copied();
                    causes.entry(undone.cause).and_modify(|cause| cause.parent = from);
                }
                CauseChange::Retired { .. } => {
                    causes.entry(undone.cause).and_modify(|cause| {
                        (cause.retired, cause.maps_to) = (false, None);
                    });
                }
            }
        }
        Self { version, ..Self::new(causes.into_values()) }
    }

    /// The number of the last change in it.
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// So many causes.
    pub fn len(&self) -> usize {
        self.causes.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.causes.is_empty()
    }

    /// A cause.
    pub fn get(&self, id: CauseId) -> Option<&Cause> {
        self.causes.get(&id)
    }

    /// A cause by its code.
    pub fn by_code(&self, code: &str) -> Option<&Cause> {
        self.get(*self.codes.get(code)?)
    }

    /// Every cause, by id.
    pub fn all(&self) -> impl Iterator<Item = &Cause> {
        self.causes.values()
    }

    /// Those at the root, in the order of their codes.
    pub fn roots(&self) -> &[CauseId] {
        self.children.get(&None).map_or(&[], Vec::as_slice)
    }

    /// Those directly under a cause, in the order of their codes.
    pub fn children(&self, id: CauseId) -> &[CauseId] {
        self.children.get(&Some(id)).map_or(&[], Vec::as_slice)
    }

    /// Everything under a cause, parents before children.
    pub fn descendants(&self, id: CauseId) -> Vec<CauseId> {
        let (mut found, mut seen) = (Vec::new(), BTreeSet::from([id]));
        let (mut at, mut next) = (Some(id), 0);
        while let Some(parent) = at {
            found.extend(self.children(parent).iter().filter(|child| seen.insert(**child)));
            at = found.get(next).copied();
            next += 1;
        }
        found
    }

    /// The others under the same parent, in the order of their codes.
    pub fn siblings(&self, id: CauseId) -> Vec<CauseId> {
        let parent = self.get(id).and_then(|c| c.parent).filter(|p| self.causes.contains_key(p));
        let all = self.children.get(&parent).into_iter().flatten();
        all.copied().filter(|other| *other != id).collect()
    }

    /// What it stands under, the nearest first; none at the root.
    pub fn ancestors(&self, id: CauseId) -> Vec<CauseId> {
        let mut above = Vec::new();
        let mut at = self.get(id).and_then(|c| c.parent);
        while let Some(parent) = at.filter(|p| *p != id && !above.contains(p)) {
            let Some(cause) = self.get(parent) else { break };
            above.push(parent);
            at = cause.parent;
        }
        above
    }

    /// The branch at the root it belongs to; itself at the root.
    pub fn branch_of(&self, id: CauseId) -> CauseId {
        self.ancestors(id).last().copied().unwrap_or(id)
    }

    /// How deep it stands, 1 at the root.
    pub fn depth(&self, id: CauseId) -> usize {
        self.ancestors(id).len() + 1
    }

    /// Under which cause it is counted: a retired one under what it maps to, along the whole chain (I-62). What leads
    /// round in a circle is counted under itself.
    pub fn counted_under(&self, id: CauseId) -> CauseId {
        let (mut at, mut seen) = (id, BTreeSet::from([id]));
        while let Some(to) = self.get(at).filter(|c| c.retired).and_then(|c| c.maps_to) {
            if !seen.insert(to) {
                return id;
            }
            at = to;
        }
        at
    }

    /// What it is sorted under by a facet: its own, else that of the nearest above it that has one.
    pub fn facet(&self, id: CauseId, facet: Facet) -> Option<&'static str> {
        let own = self.get(id).and_then(|cause| facet.of(cause));
        own.or_else(|| self.ancestors(id).into_iter().find_map(|above| facet.of(self.get(above)?)))
    }
}
