//! The ledger, the newest entry first, and how to hold it against itself.

use std::collections::BTreeSet;

use askama::Template;
use firsthand_domain::time::Timestamp;
use firsthand_storage::ledger::{self, Entry, Head};

use super::words::{self, Names};
use crate::call::{Answer, Call};
use crate::pages::{Frame, html};
use crate::problem::Problem;
use crate::rights::Right::Overseer;
use crate::routes::{Route, page};
use firsthand_storage::hex;

/// Entries on one page.
const PAGE: usize = 50;

pub(super) fn routes() -> Vec<Route> {
    vec![page("/ledger", Overseer, shown).asks(&["before"])]
}

/// An entry, in words.
struct Line {
    seq: i64,
    at: Timestamp,
    what: String,
    by: String,
    /// What it is about: an address and what that is called.
    about: Option<(String, &'static str)>,
    hash: String,
}

#[derive(Template)]
#[template(path = "ledger.html")]
struct LedgerPage {
    f: Frame,
    head: Head,
    hash: String,
    lines: Vec<Line>,
    next: Option<i64>,
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    let before = call.query.get("before").and_then(|v| v.parse().ok()).unwrap_or(i64::MAX);
    let f = Frame::new(&call, "ledger", "ledger-title");
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let head = ledger::head(&mut tx).await?;
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut entries = ledger::before(&mut tx, before, limit).await?;
    let more = entries.len() > PAGE;
    entries.truncate(PAGE);
    let people: BTreeSet<_> = entries.iter().filter_map(|entry| entry.actor).collect();
    let names = Names::read(&mut tx, people).await?;
    drop(connection);
    let next = entries.last().map(|last| last.seq).filter(|_| more);
    let line = |entry: &Entry| Line {
        seq: entry.seq,
        at: entry.at,
        what: f.word("ledger", &entry.kind).into_owned(),
        by: entry.actor.map_or_else(|| f.say("frame-system").into_owned(), |by| names.of(by)),
        about: about(entry),
        hash: words::short(&entry.hash),
    };
    let lines = entries.iter().map(line).collect();
    html(&LedgerPage { hash: hex(&head.hash), head, lines, next, f })
}

/// The page of what an entry is about. A refusal may be about either, or about a complaint: it leads nowhere.
fn about(entry: &Entry) -> Option<(String, &'static str)> {
    let subject = entry.subject?;
    if entry.kind.starts_with("grant_") {
        Some((format!("/grants/{subject}"), "ledger-about-grant"))
    } else if entry.kind.starts_with("award_") {
        Some((format!("/awards/{subject}"), "ledger-about-award"))
    } else {
        None
    }
}
