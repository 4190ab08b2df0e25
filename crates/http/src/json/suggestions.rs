//! Causes that may fit, and what settled complaints alike.

use std::collections::BTreeMap;

use firsthand_domain::code::Finding;
use firsthand_domain::id::{CauseId, ComplaintId};
use firsthand_domain::money::Money;
use firsthand_domain::text::{Line, Text};
use firsthand_storage::settled;
use firsthand_storage::suggestions::{Past, Suggested};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What causes are suggested for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SuggestFor {
    /// What it is about.
    pub(crate) product: Option<Line>,
    /// What the customer says.
    pub(crate) text: Text<50_000>,
}

/// A cause.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SuggestedCause")]
pub(crate) struct CauseRef {
    /// Which.
    id: CauseId,
    /// Short and lasting.
    code: String,
    /// The name by language tag.
    name: BTreeMap<String, String>,
}

/// A cause that may fit.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CauseSuggestion {
    /// Which.
    cause: CauseRef,
    /// How often it was tagged for this product of late; for any, where no product is said.
    tagged: u32,
    /// The words of the text that speak for it, as they are written there, the most telling first.
    words: Vec<String>,
    /// Up to three complaints that had it, the newest first.
    complaints: Vec<PastComplaint>,
}

/// An earlier complaint.
#[derive(Debug, Serialize, JsonSchema)]
struct PastComplaint {
    /// Which.
    id: ComplaintId,
    /// As people call it.
    reference: String,
    /// In one line; null when it was erased.
    summary: Option<String>,
}

impl From<Suggested> for CauseSuggestion {
    fn from(one: Suggested) -> Self {
        let past = |Past { id, reference, summary }| PastComplaint { id, reference, summary };
        Self {
            cause: CauseRef { id: one.cause, code: one.code, name: one.name },
            tagged: one.tagged,
            words: one.words,
            complaints: one.complaints.into_iter().map(past).collect(),
        }
    }
}

/// What settled a complaint, as far as it is settled.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "HowSettled")]
pub(crate) struct Settled {
    /// What was found in the end.
    decision: Option<Finding>,
    /// The primary cause.
    cause: Option<CauseRef>,
    /// What was given, one sum for each currency.
    awards: Vec<Money>,
    /// Whole days from receipt to the end; null while it is open.
    days: Option<i64>,
}

impl From<settled::Settled> for Settled {
    fn from(one: settled::Settled) -> Self {
        let cause = one.cause.map(|(id, code, name)| CauseRef { id, code, name });
        Self { decision: one.decision, cause, awards: one.given, days: one.days }
    }
}
