//! The attack table: each test bears the number of its row in the reliability bar. A row whose rule has a file of its own
//! is tested there: 11 in `story/rights.rs`, 49 in `story/broken_files.rs`, 53 in `faults/raw.rs`.

mod files;
mod guesses;
mod ledger;
mod people;
mod secrets;
mod webhooks;
mod wire;
mod words;

use serde_json::Value;

use crate::support::Person;

/// Every route with that method, as the desk itself documents them.
fn routes(document: &Value, method: &str) -> Vec<String> {
    let paths = document["paths"].as_object().unwrap();
    paths.iter().filter(|(_, all)| all.get(method).is_some()).map(|(path, _)| path.clone()).collect()
}

fn document(who: &Person) -> Value {
    who.get("/openapi.json").status(200).body
}

/// A text as part of a query or a path.
fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut all, byte| {
        let _ = write!(all, "%{byte:02x}");
        all
    })
}
