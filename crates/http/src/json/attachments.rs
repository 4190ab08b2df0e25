//! Files of complaints, and those that wait to be attached.

use firsthand_domain::attachment::{Attachment as State, Upload as Sent};
use firsthand_domain::code::{AttachmentState, Media};
use firsthand_domain::id::AttachmentId;
use firsthand_domain::time::Timestamp;
use firsthand_storage::view::View;
use schemars::JsonSchema;
use serde::Serialize;

use super::Person;

/// A file of a complaint.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Attachment {
    /// Which; `GET /api/v1/attachments/{id}` gives what it holds.
    id: AttachmentId,
    /// As it is called; null once it is erased.
    name: Option<String>,
    /// Bytes.
    size: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    sha256: String,
    /// What its first bytes say it is.
    media: Media,
    /// Whether it can be had.
    state: AttachmentState,
    /// Who attached it.
    by: Person,
    /// When.
    at: Timestamp,
    /// The fact (`seq` of the history) it came with: a note, a contact, a reply, the receipt.
    with: Option<i64>,
}

impl Attachment {
    pub(crate) fn of(view: &View, attachment: &State) -> Self {
        let a = attachment;
        Self {
            id: a.id,
            name: view.text(a.seq, "name").map(str::to_owned),
            size: a.size,
            sha256: a.sha256.clone(),
            media: a.media,
            state: a.state,
            by: Person::of(view, a.by),
            at: a.at,
            with: a.with,
        }
    }
}

/// A file that was sent in and waits to be attached, for a week.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Upload {
    /// Which: name it in `attachments` of a note, a contact, a reply or a complaint.
    id: AttachmentId,
    /// As it is called.
    name: String,
    /// Bytes.
    size: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    sha256: String,
    /// What its first bytes say it is.
    media: Media,
}

impl Upload {
    pub(crate) fn of(id: AttachmentId, sent: Sent) -> Self {
        let Sent { name, size, sha256, media, .. } = sent;
        Self { id, name: name.as_str().to_owned(), size, sha256, media }
    }
}
