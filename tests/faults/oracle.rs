//! The truth, kept outside the desk: what was sent, what was answered, and what must therefore be there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use serde_json::Value;

use crate::support::Desk;

/// Keys that were sent, with the id each answer gave.
#[derive(Default)]
pub struct Oracle {
    sent: Mutex<BTreeMap<String, Option<String>>>,
}

/// How the desk compares with the truth.
#[derive(Debug)]
pub struct Found {
    pub answered: usize,
    /// Answered and not there, or there under another id.
    pub lost: usize,
    /// There more than once.
    pub doubled: usize,
    /// There and never sent.
    pub phantom: usize,
    /// Sent and not answered.
    pub open: usize,
}

impl Oracle {
    pub fn sends(&self, key: &str) {
        self.sent.lock().unwrap().insert(key.to_owned(), None);
    }

    pub fn is_answered(&self, key: &str, answer: &Value) {
        let id = answer["id"].as_str().unwrap_or_default().to_owned();
        self.sent.lock().unwrap().insert(key.to_owned(), Some(id));
    }

    pub fn unanswered(&self) -> Vec<String> {
        self.sent.lock().unwrap().iter().filter(|(_, id)| id.is_none()).map(|(key, _)| key.clone()).collect()
    }

    /// Reads everything the desk holds and holds it against the truth.
    pub fn compare(&self, desk: &Desk) -> Found {
        let export = desk.command(&["export", "complaints", "--format", "jsonl"]);
        assert!(export.status.success(), "{}", String::from_utf8_lossy(&export.stderr));
        let mut there: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in String::from_utf8(export.stdout).unwrap().lines() {
            let row: Value = serde_json::from_str(line).unwrap();
            let text = |field: &str| row[field].as_str().unwrap().to_owned();
            there.entry(text("narrative")).or_default().push(text("id"));
        }
        let sent = self.sent.lock().unwrap();
        let kept =
            |key: &String, id: &String| there.get(key).is_some_and(|ids| id.is_empty() || ids.contains(id));
        let keys: BTreeSet<_> = sent.keys().collect();
        Found {
            answered: sent.values().flatten().count(),
            lost: sent.iter().filter(|(key, id)| id.as_ref().is_some_and(|id| !kept(key, id))).count(),
            doubled: there.values().filter(|ids| ids.len() > 1).count(),
            phantom: there.keys().filter(|key| !keys.contains(key)).count(),
            open: sent.values().filter(|id| id.is_none()).count(),
        }
    }
}
