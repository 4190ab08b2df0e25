//! What answers look like: structs whose fields are the contract's, made from what storage reads.

pub(crate) mod analysis;
mod attachments;
mod award;
pub(crate) mod awards;
mod bulk;
mod canned;
pub(crate) mod causes;
mod complaint;
mod desk;
pub(crate) mod fixes;
pub(crate) mod floor;
pub(crate) mod grants;
mod history;
mod known;
mod ledger;
mod list;
mod lists;
pub(crate) mod live;
mod macros;
pub(crate) mod metrics;
mod palette;
mod parts;
pub(crate) mod report;
mod suggestions;
mod views;
pub(crate) mod webhooks;

use firsthand_domain::code::{Closure, Stage};
use firsthand_domain::id::{ComplaintId, CustomerId, StaffId};
use firsthand_storage::view::View;
use schemars::JsonSchema;
use serde::Serialize;

pub(crate) use attachments::{Attachment, Upload};
pub(crate) use award::Award;
pub(crate) use bulk::{Bulk, BulkDone, BulkShape, UndoMany};
pub(crate) use canned::{CannedTold, CannedVersion, FilledReply};
pub(crate) use complaint::Complaint;
pub(crate) use desk::{
    Absence, Cause, Customer, Invitation, LikelySame, NewToken, OfferedSuccession, OfferedSuccessions, Staff,
};
pub(crate) use history::{HistoryItem, history_item};
pub(crate) use known::KnownProblem;
pub(crate) use ledger::{LedgerCheckpoint, LedgerEntry};
pub(crate) use list::{ListItem, Similar};
pub(crate) use lists::{ListNameTold, ListNameVersion};
pub(crate) use macros::{MacroTold, MacroVersion, NewMacro, NewMacroShape, step as macro_step};
pub(crate) use palette::Palette;
pub(crate) use parts::{Handoff, PartOf, Promise, Reply, Succession};
pub(crate) use suggestions::{CauseSuggestion, Settled, SuggestFor};
pub(crate) use views::ViewTold;

/// A complaint with every field, as the API answers it and the export writes it.
#[must_use]
pub fn complaint(view: &View) -> serde_json::Value {
    // Maps with text keys and nothing that can fail to be written.
    serde_json::to_value(Complaint::from(view)).unwrap_or_default()
}

/// The fields every complaint has, for those who need them before there is one.
#[must_use]
pub fn complaint_fields() -> Vec<String> {
    let schema = schemars::schema_for!(Complaint);
    let fields = schema.get("properties").and_then(serde_json::Value::as_object);
    fields.map(|fields| fields.keys().cloned().collect()).unwrap_or_default()
}

/// A person.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Person {
    /// Who.
    pub(crate) id: StaffId,
    /// As others call them.
    pub(crate) name: String,
}

impl Person {
    pub(crate) fn of(view: &View, id: StaffId) -> Self {
        Self { id, name: view.people.get(&id).cloned().unwrap_or_default() }
    }
}

/// A person who holds a duty.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Owner {
    /// Who.
    id: StaffId,
    /// As others call them.
    name: String,
    /// Who stands in while they are away; the duty stays where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    substitute: Option<Person>,
}

impl Owner {
    fn of(view: &View, id: StaffId) -> Self {
        let Person { id, name } = Person::of(view, id);
        Self { id, name, substitute: view.substitutes.get(&id).map(|s| Person::of(view, *s)) }
    }
}

/// Who complained.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Complainer")]
pub(crate) struct CustomerRef {
    /// Who; null for an anonymous complaint.
    id: Option<CustomerId>,
    /// As they introduce themselves; null for an anonymous or erased person.
    name: Option<String>,
    /// The person does not want to be known.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    anonymous: bool,
}

impl CustomerRef {
    fn of(view: &View, id: CustomerId) -> Self {
        Self { id: Some(id), name: view.customers.get(&id).cloned().flatten(), anonymous: false }
    }

    fn named(id: CustomerId, name: Option<String>) -> Self {
        Self { id: Some(id), name, anonymous: false }
    }

    fn anonymous() -> Self {
        Self { id: None, name: None, anonymous: true }
    }
}

/// Another complaint.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ComplaintLink {
    /// Which.
    id: ComplaintId,
    /// As people call it.
    reference: Option<String>,
}

impl ComplaintLink {
    fn of(view: &View, id: ComplaintId) -> Self {
        Self { id, reference: view.references.get(&id).cloned() }
    }
}

/// A page of a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PageOf{T}")]
pub(crate) struct Page<T> {
    /// The rows.
    pub(crate) items: Vec<T>,
    /// Give this as `cursor` to go on; null at the end.
    pub(crate) next: Option<String>,
}

impl<T> Page<T> {
    /// A page of at most `limit` rows of which one more was read; `cursor` names the last row.
    pub(crate) fn cut(mut items: Vec<T>, limit: i64, cursor: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(cursor) } else { None };
        Self { items, next }
    }
}

/// Where a complaint stands, shared by the whole complaint and its row in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Standing {
    /// Where it stands.
    stage: Stage,
    /// 1, and one more for each dispute or reopening.
    cycle: i64,
    /// How it ended, while it is closed.
    closure: Option<Closure>,
}
