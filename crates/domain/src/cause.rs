//! Why complaints happen: a tree whose leaves are tagged, with `unknown` and `other` always at its root.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Refusal;
use crate::code::{ControllableBy, Family, ProcessStep, Servqual, ValueCategory};
use crate::id::{CauseId, ComplaintId};
use crate::object::each_once;
use crate::text::{Line, Text};
use crate::time::Timestamp;

mod tree;

pub use tree::{AddedCause, CauseChange, CauseTree, CauseVersion, Facet};

/// The code of the cause for "looked, and could not find out"; tagging it takes evidence of the looking.
pub const UNKNOWN: &str = "unknown";
/// The code of the cause for what has no cause of its own yet.
pub const OTHER: &str = "other";
/// How many stand one under another at most, the one at the root included.
pub const DEEPEST: usize = 6;

/// A cause on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Which.
    pub id: CauseId,
    /// Short and lasting, as in reports.
    pub code: String,
    /// The name by language tag; `en` is always there.
    pub name: BTreeMap<String, String>,
    /// What value it takes from the customer.
    pub value_category: Option<ValueCategory>,
    /// The dimension of service quality it harms.
    pub servqual: Option<Servqual>,
    /// Its branch of the cause-and-effect diagram.
    pub family: Option<Family>,
    /// The step of the work at which it arises.
    pub process_step: Option<ProcessStep>,
    /// Who can do something about it.
    pub controllable_by: Option<ControllableBy>,
    /// What it stands under; nothing at the root.
    pub parent: Option<CauseId>,
    /// Nothing stands under it, so it can be tagged.
    pub leaf: bool,
    /// No longer tagged, still counted.
    pub retired: bool,
    /// Under which cause a retired one is counted.
    pub maps_to: Option<CauseId>,
    /// The version of the tree in which it changed last.
    pub version: i64,
    /// Since when it is there.
    pub added_at: Timestamp,
}

impl Cause {
    /// Is it one of the two that are always there?
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        [UNKNOWN, OTHER].contains(&self.code.as_str())
    }

    /// May a complaint be tagged with it? Only leaves that are not retired are.
    ///
    /// # Errors
    /// It is retired or a branch.
    pub fn can_be_tagged(&self, field: &'static str) -> Result<(), Refusal> {
        if self.retired {
            return Err(Refusal::field(field, "expected a cause that is not retired"));
        }
        if !self.leaf {
            return Err(Refusal::field(
                field,
                "expected a cause with nothing under it: this one is a branch",
            ));
        }
        Ok(())
    }
}

/// About one complaint in ten, by chance and always the same: its cause is said by a second person too.
#[must_use]
pub fn in_sample(complaint: ComplaintId) -> bool {
    // The last byte of an id is chance. The database picks the same ones by the same rule.
    complaint.0.as_bytes().last().is_some_and(|byte| *byte < 26)
}

/// Says a second time why, without having seen what was said before.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateAgain {
    /// Its id or code.
    pub cause: CauseName,
}

/// A place in the tree where something is to be put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Under what.
    pub parent: Cause,
    /// What that stands under, the nearest first.
    pub above: Vec<CauseId>,
    /// A complaint was tagged with it at any time.
    pub tagged: bool,
}

impl Place {
    /// May a cause stand here, with so many levels of others under it?
    ///
    /// # Errors
    /// The parent is retired, was tagged or is always a leaf, or it would stand too deep.
    pub fn takes(&self, levels_under: usize) -> Result<(), Refusal> {
        let no = |expected: &'static str| Err(Refusal::field("parent", expected));
        if self.parent.retired {
            return no("expected a cause that is not retired");
        }
        if self.parent.is_fixed() {
            return no("expected another cause: nothing stands under `unknown` and `other`");
        }
        if self.tagged {
            return no("expected a cause that was never tagged: one that was stays a leaf");
        }
        // Those above it, itself, and what is put here.
        if self.above.len() + 2 + levels_under > DEEPEST {
            return no("expected a place not more than 6 deep");
        }
        Ok(())
    }

    /// May this cause be moved here, with so many levels of others under it?
    ///
    /// # Errors
    /// As [`Place::takes`]; and it would stand under itself.
    pub fn takes_moved(&self, cause: CauseId, levels_under: usize) -> Result<(), Refusal> {
        if self.parent.id == cause || self.above.contains(&cause) {
            return Err(Refusal::field("parent", "expected a cause that does not stand under the one moved"));
        }
        self.takes(levels_under)
    }
}

/// A new cause, as asked for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCause {
    /// Lower-case letters, digits, dashes and underscores.
    pub code: CauseCode,
    /// The name by language tag; `en` is required.
    #[serde(deserialize_with = "each_once")]
    pub name: BTreeMap<String, Line>,
    /// What value it takes from the customer.
    pub value_category: ValueCategory,
    /// The dimension of service quality it harms.
    pub servqual: Servqual,
    /// Its branch of the cause-and-effect diagram.
    pub family: Family,
    /// What it stands under (id or code); the root when not said.
    pub parent: Option<CauseName>,
    /// The step of the work at which it arises.
    pub process_step: Option<ProcessStep>,
    /// Who can do something about it.
    pub controllable_by: Option<ControllableBy>,
}

/// A cause named by its id or its code.
pub type CauseName = Text<100>;

/// Puts a cause elsewhere in the tree.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveCause {
    /// Under what (id or code); null for the root.
    #[serde(deserialize_with = "said")]
    pub parent: Option<CauseName>,
}

/// Null has to be said: what is missing is not taken for the root.
fn said<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<CauseName>, D::Error> {
    Option::deserialize(deserializer)
}

impl NewCause {
    /// Checks what types alone do not.
    ///
    /// # Errors
    /// The English name is missing or a language tag is none.
    pub fn check(&self) -> Result<(), Refusal> {
        if !self.name.contains_key("en") {
            return Err(Refusal::field("name.en", "expected a name in English"));
        }
        match self.name.keys().find(|tag| crate::contact::Language::parse(tag).is_err()) {
            Some(tag) => {
                Err(Refusal::field(format!("name.{tag}"), "expected a language tag such as en, vi, zh or hu"))
            }
            None => Ok(()),
        }
    }
}

/// Retires a cause.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetireCause {
    /// Under which cause it is counted from now on (id or code).
    pub maps_to: Option<CauseName>,
}

/// A lasting code: 1 to 64 lower-case ASCII letters, digits, dashes, underscores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct CauseCode(String);

impl CauseCode {
    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for CauseCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let good = (1..=64).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_');
        if good {
            Ok(Self(text))
        } else {
            Err(serde::de::Error::custom("expected 1 to 64 of a-z, 0-9, - and _, a letter first"))
        }
    }
}

impl JsonSchema for CauseCode {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CauseCode".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[a-z][a-z0-9_-]{0,63}$" })
    }
}
