//! Files that belong to a complaint: named by people, told apart by what they hold, never believed.

mod name;
mod sniff;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::code::{AttachmentState, Media};
use crate::id::{AttachmentId, StaffId};
use crate::time::Timestamp;

pub use name::FileName;
pub use sniff::{MOST_PIXELS, Sniffed, sniff};

/// A picture of at most so many pixels is shown in a page; a larger one is given as a file.
pub const SHOWN_PIXELS: u64 = 40_000_000;

/// A file that came in whole and belongs to no complaint yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Who sent it in; nobody else can attach it.
    pub by: StaffId,
    /// As it is called.
    pub name: FileName,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// What its first bytes say it is.
    pub media: Media,
}

/// Files that came in, by id.
pub type Uploads = BTreeMap<AttachmentId, Upload>;

/// A file of a complaint. Its name is kept beside the fact that attached it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Which.
    pub id: AttachmentId,
    /// The fact that attached it.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who attached it.
    pub by: StaffId,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of its bytes, in hexadecimal; stays when the bytes are gone.
    pub sha256: String,
    /// What its first bytes say it is.
    pub media: Media,
    /// The note, contact or reply it came with.
    pub with: Option<i64>,
    /// Whether it can be had.
    pub state: AttachmentState,
}

bodies! {
    /// Attaches files that were sent in before.
    Attach {
        /// Which, as `POST /api/v1/uploads` answered.
        attachments: Vec<AttachmentId>,
    }
}

impl Media {
    /// The content type under which a page shows it; nothing but plain pictures is shown.
    #[must_use]
    pub const fn shown_as(self) -> Option<&'static str> {
        match self {
            Self::Png => Some("image/png"),
            Self::Jpeg => Some("image/jpeg"),
            Self::Gif => Some("image/gif"),
            Self::Webp => Some("image/webp"),
            Self::Pdf | Self::Other => None,
        }
    }
}
