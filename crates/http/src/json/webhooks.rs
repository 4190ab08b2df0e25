//! Other programs that are told what happens, and what became of what was sent to them.

use firsthand_domain::id::ComplaintId;
use firsthand_domain::time::Timestamp;
use firsthand_storage::webhooks;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::Person;

/// Who is told what, and where.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Webhook {
    /// Which.
    pub(crate) id: Uuid,
    /// Who receives it.
    recipient: String,
    /// In which country the recipient is (ISO 3166-1).
    country: String,
    /// What for.
    purpose: String,
    /// Where it is sent.
    url: String,
    /// Which kinds of facts are told; every kind when none is named.
    kinds: Vec<String>,
    /// What people wrote goes along, save on restricted complaints and on those about a member of staff.
    with_text: bool,
    /// `on`; `off` by an administrator; `stopped` because nothing came through for a day.
    state: &'static str,
    /// Since when nothing comes through.
    failing_since: Option<Timestamp>,
    /// How often it was tried since.
    attempts: i64,
    /// When it is tried again.
    next_try_at: Option<Timestamp>,
    /// Since when its secret is what it is.
    secret_since: Timestamp,
    /// Since when it is there.
    created_at: Timestamp,
    /// By whom.
    created_by: Person,
    /// One more with each change.
    version: i64,
}

impl From<webhooks::Webhook> for Webhook {
    fn from(webhook: webhooks::Webhook) -> Self {
        let (id, name) = webhook.created_by;
        Self {
            id: webhook.id,
            recipient: webhook.recipient,
            country: webhook.country,
            purpose: webhook.purpose,
            url: webhook.url,
            kinds: webhook.kinds,
            with_text: webhook.with_text,
            state: webhook.state.code(),
            failing_since: webhook.failing_since,
            attempts: webhook.attempts,
            next_try_at: webhook.failing_since.map(|_| webhook.next_try_at),
            secret_since: webhook.secret_at,
            created_at: webhook.created_at,
            created_by: Person { id, name },
            version: webhook.version,
        }
    }
}

/// A target with its secret, which is told once.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct WebhookWithSecret {
    /// The target.
    pub(crate) webhook: Webhook,
    /// What is sent is signed with it. Null when the same request had been answered before.
    pub(crate) secret: Option<String>,
}

/// What became of one message.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct WebhookDelivery {
    /// Its row in this list.
    pub(crate) id: Uuid,
    /// What the receiver knows it by, the same each time it is sent; null for a test.
    message: Option<String>,
    /// Which complaint.
    complaint: Option<ComplaintId>,
    /// As people call it.
    reference: Option<String>,
    /// What happened; `test` for a test.
    kind: String,
    /// `sent`, `failing` or `given_up`.
    state: String,
    /// How often it was tried.
    attempts: i64,
    /// When first.
    first_at: Timestamp,
    /// When last.
    last_at: Timestamp,
    /// The status it was answered with, or why there is none.
    answer: String,
}

impl From<webhooks::Delivery> for WebhookDelivery {
    fn from(delivery: webhooks::Delivery) -> Self {
        let (complaint, reference, message) = match delivery.fact {
            Some((id, reference, seq)) => (Some(id), Some(reference), Some(format!("{id}.{seq}"))),
            None => (None, None, None),
        };
        Self {
            id: delivery.id,
            message,
            complaint,
            reference,
            kind: delivery.kind,
            state: delivery.state,
            attempts: delivery.attempts,
            first_at: delivery.first_at,
            last_at: delivery.last_at,
            answer: delivery.answer,
        }
    }
}

/// What came of a test.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct WebhookTested {
    /// Whether it was taken.
    pub(crate) taken: bool,
    /// The status it was answered with, or why there is none.
    pub(crate) answer: String,
}
