//! What the pages of everything that is kept with its history have in common.

use firsthand_storage::settings::Version;
use serde_json::{Value, json};

use super::Frame;
use crate::call::{Answer, Call};
use crate::problem::Problem;

/// Who made a version, and when.
pub(super) fn by<S>(f: &Frame, version: &Version<S>) -> String {
    f.with2("kept-by", "name", version.by.1.as_str(), "when", f.exact(version.at))
}

/// What was done with it in a version, against the one before.
pub(super) fn what<S>(f: &Frame, versions: &[Version<S>], version: &Version<S>) -> String {
    let key = match versions.iter().find(|before| before.version + 1 == version.version) {
        None => "kept-added",
        Some(before) if before.retired == version.retired => "kept-changed",
        Some(_) if version.retired => "kept-retired",
        Some(_) => "kept-back",
    };
    f.say(key).into_owned()
}

/// The version before the present one, which undoing takes up.
pub(super) fn before<S>(versions: &[Version<S>]) -> Option<i64> {
    versions.get(1).map(|version| version.version)
}

/// What was done just now, where the address says so.
pub(super) fn done(call: &Call, f: &Frame) -> Option<String> {
    match call.query.get("done")? {
        what @ ("added" | "amend" | "retire" | "restore") => Some(f.word("kept-done", what).into_owned()),
        _ => None,
    }
}

/// The id of what an answer tells.
pub(super) fn id(answer: &Answer) -> Result<String, Problem> {
    let told: Value = serde_json::from_str(&answer.body)?;
    Ok(told.get("id").and_then(Value::as_str).unwrap_or_default().to_owned())
}

/// Asks what a button stands for: to retire the one at that address of the API, or to restore a version of it.
pub(super) async fn step(call: &Call, at: &str, what: &str) -> Result<Answer, Problem> {
    let form = call.form()?;
    let body = match form.get("version").parse::<i64>() {
        Ok(version) if what == "restore" => json!({ "version": version }),
        _ => json!({}),
    };
    call.ask(&format!("{at}/{what}"), &body, Some(form.get("_key")), Some(form.get("_version"))).await
}
