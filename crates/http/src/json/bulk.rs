//! One verb on many complaints: what is asked, and what became of each.

use firsthand_domain::Refusal;
use firsthand_domain::bulk::BulkVerb;
use firsthand_domain::id::ComplaintId;
use firsthand_domain::text::Reason;
use firsthand_domain::verb::{Assess, Close, ComplaintRef, OfferHandoff, TagCause};
use firsthand_storage::bulk;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::problem::Problem;

/// One of the complaints.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChosenComplaint {
    /// Its id or reference.
    pub(crate) id: ComplaintRef,
    /// The version that was seen: when it has changed since, this row is refused. Required to undo.
    #[serde(default)]
    pub(crate) version: Option<i64>,
}

/// The same on many complaints: the verb, the complaints, and the fields that the verb takes on one.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Bulk {
    pub(crate) verb: BulkVerb,
    pub(crate) complaints: Vec<ChosenComplaint>,
    /// What the verb takes.
    #[serde(flatten)]
    pub(crate) body: Map<String, Value>,
}

/// A reason to take something back.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UndoMany {
    /// Why.
    pub(crate) reason: Reason,
}

/// How [`Bulk`] is told in the documentation.
#[derive(JsonSchema)]
#[schemars(rename = "Bulk")]
#[allow(dead_code, reason = "a shape for the documentation")]
pub(crate) struct BulkShape {
    /// What is done on each.
    verb: BulkVerb,
    /// The complaints, 1 to 200.
    #[schemars(length(min = 1, max = 200))]
    complaints: Vec<ChosenComplaint>,
    #[schemars(flatten)]
    body: BulkBody,
}

/// What the verb takes beside it, as on one complaint.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "a shape for the documentation")]
enum BulkBody {
    Offer(OfferHandoff),
    Tag(TagCause),
    Assess(Assess),
    Close(Close),
    Undo(UndoMany),
}

/// What became of one complaint.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BulkRow {
    /// Which.
    pub(crate) complaint: ComplaintId,
    /// As people call it.
    pub(crate) reference: String,
    /// Whether it was done.
    pub(crate) done: bool,
    /// The version it has now, where it was done.
    pub(crate) version: Option<i64>,
    /// Whether `undo` of that version takes it back.
    pub(crate) can_undo: bool,
    /// Why it was not done.
    pub(crate) problem: Option<Value>,
    /// The same in the language of the page that asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub(crate) words: Option<String>,
}

/// What became of all of them, in the order they were named.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BulkDone {
    /// What was asked.
    pub(crate) verb: BulkVerb,
    /// So many were done.
    pub(crate) done: usize,
    /// So many were refused.
    pub(crate) refused: usize,
    /// A row each.
    pub(crate) results: Vec<BulkRow>,
}

impl BulkDone {
    /// In JSON; `words` says why a row was refused, where a page asks.
    pub(crate) fn of(
        verb: BulkVerb,
        rows: Vec<bulk::Row>,
        words: &dyn Fn(&Refusal) -> Option<String>,
    ) -> Self {
        let done = rows.iter().filter(|row| row.came.is_ok()).count();
        let refused = rows.len() - done;
        Self { verb, done, refused, results: rows.into_iter().map(|row| BulkRow::of(row, words)).collect() }
    }
}

impl BulkRow {
    fn of(row: bulk::Row, words: &dyn Fn(&Refusal) -> Option<String>) -> Self {
        let bulk::Row { id: complaint, reference, came } = row;
        match came {
            Ok(bulk::Done { version, can_undo }) => Self {
                complaint,
                reference,
                done: true,
                version: Some(version),
                can_undo,
                problem: None,
                words: None,
            },
            Err(refusal) => Self {
                complaint,
                reference,
                done: false,
                version: None,
                can_undo: false,
                words: words(&refusal),
                problem: Some(Problem::from(refusal).as_row()),
            },
        }
    }
}
