//! Who is at a complaint, and what asks somebody for something.

use firsthand_domain::code::NoticeKind;
use firsthand_domain::id::{ComplaintId, StaffId};
use firsthand_domain::time::Timestamp;
use firsthand_storage::notices::Told;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::live::Present;

/// Who is at a complaint now.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Presence {
    /// Those who write first.
    pub(crate) people: Vec<Present>,
}

/// What asks the caller for something.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Notifications {
    /// The newest first, a hundred at most.
    pub(crate) items: Vec<Notification>,
    /// How many of them came after what was read; counted to a hundred.
    pub(crate) unread: i64,
    /// Up to when the caller has read.
    pub(crate) read_up_to: Timestamp,
}

/// Something that asks for something.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Notification {
    /// Since when.
    at: Timestamp,
    /// Why.
    kind: NoticeKind,
    /// Of which complaint.
    complaint: NotifiedOf,
    /// The fact in its history; null of a promise that is nearly due.
    seq: Option<i64>,
    /// The offer, promise or award.
    part: Option<Uuid>,
    /// Whose doing it was; null where nobody did it.
    actor: Option<NotifiedBy>,
    /// Not read yet.
    unread: bool,
}

/// A complaint that asks for something.
#[derive(Debug, Serialize, JsonSchema)]
struct NotifiedOf {
    /// Which.
    id: ComplaintId,
    /// As people call it.
    reference: String,
    /// In one line; null when it was erased.
    summary: Option<String>,
}

/// Whose doing it was.
#[derive(Debug, Serialize, JsonSchema)]
struct NotifiedBy {
    /// Who.
    id: StaffId,
    /// As others call them.
    name: String,
}

impl From<Told> for Notification {
    fn from(told: Told) -> Self {
        Self {
            at: told.at,
            kind: told.kind,
            complaint: NotifiedOf { id: told.complaint, reference: told.reference, summary: told.summary },
            seq: told.seq,
            part: told.part,
            actor: told.by.map(|(id, name)| NotifiedBy { id, name }),
            unread: told.unread,
        }
    }
}
