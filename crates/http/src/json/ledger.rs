//! Entries of the ledger, and what it is held against.

use firsthand_domain::id::StaffId;
use firsthand_domain::time::Timestamp;
use firsthand_storage::hex;
use firsthand_storage::ledger::{Checkpoint, Entry};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

/// An entry. It holds nothing personal: a customer is named by an alias that can be forgotten.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LedgerEntry {
    /// Its number: 1, 2, 3, …
    pub(crate) index: i64,
    /// When; never before the entry before.
    at: Timestamp,
    /// What happened.
    kind: String,
    /// Who did it; null when the program did.
    actor: Option<StaffId>,
    /// The grant, award, person or staff it is about.
    subject: Option<Uuid>,
    /// Facts by name, in the order that is hashed.
    fields: Vec<Field>,
    /// To what is personal: HMAC-SHA-256, in hexadecimal digits.
    commitment: Option<String>,
    /// The hash of the entry before: SHA-256, in hexadecimal digits.
    prev: String,
    /// Its own hash.
    hash: String,
}

/// A fact.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "LedgerField")]
struct Field {
    /// Which.
    name: String,
    /// What it is.
    value: String,
}

impl From<Entry> for LedgerEntry {
    fn from(e: Entry) -> Self {
        Self {
            index: e.seq,
            at: e.at,
            kind: e.kind,
            actor: e.actor,
            subject: e.subject,
            fields: e.fields.into_iter().map(|(name, value)| Field { name, value }).collect(),
            commitment: e.commitment.map(|c| hex(&c)),
            prev: hex(&e.prev),
            hash: hex(&e.hash),
        }
    }
}

/// What the ledger was at some time.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LedgerCheckpoint {
    /// The number of its last entry; 0 when there was none.
    index: i64,
    /// The hash of that entry, in hexadecimal digits.
    hash: String,
    /// When this was made.
    at: Timestamp,
    /// The Ed25519 key it is signed with, in hexadecimal digits; null when the desk has none.
    public_key: Option<String>,
    /// The signature, in hexadecimal digits; null when the desk has no key.
    signature: Option<String>,
}

impl From<Checkpoint> for LedgerCheckpoint {
    fn from(c: Checkpoint) -> Self {
        Self { index: c.index, hash: c.hash, at: c.at, public_key: c.public_key, signature: c.signature }
    }
}
