//! What happened, one fact after another.

use std::collections::BTreeMap;

use firsthand_domain::history::{Actor, Texts};
use firsthand_domain::id::StaffId;
use firsthand_domain::time::Timestamp;
use firsthand_storage::complaints;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// One line of the history.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct HistoryItem {
    /// Its place, from 1 without gaps.
    pub(crate) seq: i64,
    /// When.
    at: Timestamp,
    /// Who.
    actor: WhoDid,
    /// What happened.
    kind: String,
    /// Ids, codes, numbers and times of it.
    body: Value,
    /// What its erasable text still holds, by field.
    text: Texts,
}

/// Who caused a fact.
#[derive(Debug, Serialize, JsonSchema)]
struct WhoDid {
    /// Who; null when a timer did it.
    id: Option<StaffId>,
    /// As others call them; `system` for a timer.
    name: String,
}

pub(crate) fn history_item(
    item: complaints::HistoryItem,
    names: &BTreeMap<StaffId, (String, Option<String>)>,
) -> Result<HistoryItem, serde_json::Error> {
    let entry = item.entry;
    let actor = match entry.actor {
        Actor::System => WhoDid { id: None, name: "system".to_owned() },
        Actor::Staff(id) => {
            WhoDid { id: Some(id), name: names.get(&id).map(|(name, _)| name.clone()).unwrap_or_default() }
        }
    };
    let mut fact = serde_json::to_value(&entry.fact)?;
    let kind = fact["kind"].as_str().unwrap_or_default().to_owned();
    let body = fact["body"].take();
    Ok(HistoryItem { seq: entry.seq, at: entry.at, actor, kind, body, text: item.text })
}
