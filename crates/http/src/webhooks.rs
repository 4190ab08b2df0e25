//! Telling other programs what happens: what is sent, how it is signed, to whom it may go ([`reach`]) and when ([`teller`]).

mod reach;
mod teller;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use firsthand_domain::id::ComplaintId;
use firsthand_domain::time::Timestamp;
use firsthand_storage::webhooks::Webhook;
use firsthand_storage::webhooks::telling::Fact;
use ring::hmac;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

pub(crate) use reach::Reach;
pub(crate) use teller::answered;
pub use teller::tell;

use crate::doors::peers::Network;
use firsthand_storage::hex;

/// Where targets may be.
#[derive(Debug, Clone, Default)]
pub struct Outbound {
    /// Networks inside which targets may be too; there without TLS and at any port (`webhooks.inside`).
    pub inside: Vec<Network>,
    /// Ports on the open Internet (`webhooks.ports`).
    pub ports: Vec<u16>,
}

/// A message, ready to be signed and sent.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    /// The same each time it is sent, so that whoever gets it twice knows.
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) body: String,
}

/// What a target is told.
#[derive(Serialize)]
struct Told<'a> {
    id: &'a str,
    webhook: Uuid,
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    complaint: Option<About<'a>>,
    /// Of the complaint, after this fact.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a BTreeMap<String, String>>,
}

#[derive(Serialize)]
struct About<'a> {
    id: ComplaintId,
    reference: &'a str,
}

impl Message {
    /// A fact, as this target is told of it: what people wrote goes along only if the target gets it, and never of a
    /// complaint that not everybody may see.
    pub(crate) fn of(webhook: &Webhook, fact: &Fact) -> Result<Self, serde_json::Error> {
        let id = format!("{}.{}", fact.complaint, fact.seq);
        let whole = webhook.with_text && !fact.guarded;
        let told = Told {
            id: &id,
            webhook: webhook.id,
            kind: &fact.kind,
            complaint: Some(About { id: fact.complaint, reference: &fact.reference }),
            version: Some(fact.seq),
            at: fact.at,
            fact: whole.then_some(&fact.body),
            text: whole.then_some(&fact.texts),
        };
        let body = serde_json::to_string(&told)?;
        Ok(Self { kind: fact.kind.clone(), body, id })
    }

    /// A test, which is about nothing.
    pub(crate) fn test(webhook: Uuid, id: Uuid, at: Timestamp) -> Result<Self, serde_json::Error> {
        let (id, kind) = (format!("test.{id}"), "test");
        let told =
            Told { id: &id, webhook, kind, complaint: None, version: None, at, fact: None, text: None };
        let body = serde_json::to_string(&told)?;
        Ok(Self { kind: kind.to_owned(), body, id })
    }
}

/// The header by which a target knows that a message is from this desk and of this minute: HMAC-SHA-256 over the seconds, a
/// dot and the body, once for each secret that is good.
fn signature(secrets: &[String], at: Timestamp, body: &str) -> String {
    let seconds = at.micros().div_euclid(1_000_000);
    let signed = format!("{seconds}.{body}");
    let mut header = format!("t={seconds}");
    for secret in secrets {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        header.push_str(",v1=");
        header.push_str(&hex(hmac::sign(&key, signed.as_bytes()).as_ref()));
    }
    header
}
