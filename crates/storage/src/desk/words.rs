//! What a row of a list says besides the complaint itself: who spoke last and what they said, and why it happened.

use std::collections::BTreeMap;

use firsthand_domain::code::{Channel, Direction};
use firsthand_domain::history::Texts;
use firsthand_domain::id::ComplaintId;
use firsthand_domain::time::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use crate::Result;
use crate::database::Tx;

/// Who spoke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Speaker {
    /// The customer, or whoever speaks for them.
    Customer,
    /// Somebody here.
    Staff(String),
}

/// What was said last between the customer and the desk.
#[derive(Debug, Clone)]
pub struct Said {
    /// By whom.
    pub by: Speaker,
    /// How, where it is known.
    pub channel: Option<Channel>,
    /// When.
    pub at: Timestamp,
    /// What; empty when the row's own line has told it all.
    pub text: String,
}

packed_row! {
    struct SaidRow {
        complaint: Uuid,
        at: i64,
        kind: String,
        body: String,
        text: String,
        name: Option<String>,
    }
}
packed_row! {
    struct CauseRow {
        complaint: Uuid,
        name: String,
    }
}

/// A cause in each language it has a name in.
pub type CauseName = BTreeMap<String, String>;

/// What was said last on each of these complaints; nothing where it was erased.
///
/// # Errors
/// The database could not.
pub async fn last_words(tx: &mut Tx<'_>, ids: &[ComplaintId]) -> Result<BTreeMap<ComplaintId, Said>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    // For each complaint its history is walked backwards to the first that was said.
    let rows: Vec<SaidRow> = among_packed!(
        tx,
        "select h.complaint, h.at, h.kind, h.body, t.body as text, p.name from complaint c \
         join history h on h.complaint = c.id and h.seq = (select x.seq from history x where x.complaint = c.id \
         and x.kind in ('received', 'acknowledged', 'customer_awaited', 'contact_recorded', 'reply_sent') \
         order by x.seq desc limit 1) \
         join fact_text t on t.complaint = h.complaint and t.seq = h.seq \
         left join staff p on p.id = h.actor where c.id in (",
        ids,
        ")"
    )?;
    rows.into_iter().map(|row| Ok((ComplaintId(row.complaint), said(row)?))).collect()
}

/// What a fact tells of how something was said; the rest of it is not looked at.
#[derive(Deserialize)]
struct How {
    channel: Option<Channel>,
    direction: Option<Direction>,
}

fn said(row: SaidRow) -> Result<Said> {
    let How { channel, direction } = serde_json::from_str(&row.body)?;
    let mut texts: Texts = serde_json::from_str(&row.text)?;
    let us = Speaker::Staff(row.name.unwrap_or_default());
    let (by, field) = match row.kind.as_str() {
        "received" => (Speaker::Customer, "narrative"),
        "contact_recorded" if direction == Some(Direction::In) => (Speaker::Customer, "body"),
        "customer_awaited" => (us, "question"),
        _ => (us, "body"),
    };
    let mut text = texts.remove(field).unwrap_or_default();
    // A story of one line is the line of the row already.
    if field == "narrative" && !texts.contains_key("summary") {
        text = text.split_once('\n').map_or("", |(_, rest)| rest).trim().to_owned();
    }
    Ok(Said { by, channel, at: Timestamp::from_micros(row.at), text })
}

/// The cause each of these complaints is counted under, where one is tagged.
///
/// # Errors
/// The database could not.
pub async fn main_causes(tx: &mut Tx<'_>, ids: &[ComplaintId]) -> Result<BTreeMap<ComplaintId, CauseName>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<CauseRow> = among_packed!(
        tx,
        "select t.complaint, k.name from cause_tag t join cause k on k.id = t.cause \
         where t.current and t.role = 'primary' and t.complaint in (",
        ids,
        ")"
    )?;
    rows.into_iter().map(|row| Ok((ComplaintId(row.complaint), serde_json::from_str(&row.name)?))).collect()
}
