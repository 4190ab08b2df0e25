//! The ledger, to read, and what to hold it against later.

use firsthand_storage::ledger;

use crate::call::{Answer, Call};
use crate::json;
use crate::problem::Problem;

pub(crate) async fn list(call: Call) -> Result<Answer, Problem> {
    let limit = call.query.limit()?;
    let number = |v: &str| v.parse().ok().filter(|n| *n >= 0);
    let after = call.query.read("after", "expected the number of an entry", number)?.unwrap_or(0);
    let mut connection = call.connection().await?;
    let entries = ledger::page(&mut connection.tx(), after, limit + 1).await?;
    let items = entries.into_iter().map(json::LedgerEntry::from).collect();
    Ok(Answer::ok(&json::Page::cut(items, limit, |e: &json::LedgerEntry| e.index.to_string()))?)
}

pub(crate) async fn checkpoint(call: Call) -> Result<Answer, Problem> {
    let mut connection = call.connection().await?;
    let key = call.app.settings.ledger_key.as_deref();
    let made = ledger::checkpoint(&mut connection.tx(), call.app.database.now(), key).await?;
    Ok(Answer::ok(&json::LedgerCheckpoint::from(made))?)
}
