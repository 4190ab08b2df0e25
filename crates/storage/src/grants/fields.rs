//! What the ledger holds of a grant: all of it, so that a row can be held against the entry.

use std::fmt::Display;

use firsthand_domain::grant::{Grant, Holder, Window};
use firsthand_domain::text::Reason;
use firsthand_domain::time::Timestamp;
use sha2::{Digest as _, Sha256};

/// A grant as fields of an entry, in this order. What a grant does not say has no field.
#[must_use]
pub fn fields(grant: &Grant) -> Vec<(&'static str, String)> {
    let (terms, limits, scope) = (&grant.terms, &grant.terms.limits, &grant.terms.scope);
    let time = |at: Timestamp| at.micros().to_string();
    let window = |w: Option<Window>| w.map(|w| format!("{}/{}", w.amount, w.days));
    let amount = |minor: Option<i64>| minor.map(|minor| minor.to_string());
    let document = grant.document.as_ref();
    let all = [
        ("version", Some(grant.version.to_string())),
        ("state", Some(grant.state.code().to_owned())),
        ("for_cause", grant.for_cause.then(|| "true".to_owned())),
        (
            "holder",
            Some(match grant.holder {
                Holder::Staff(id) => id.to_string(),
                Holder::Role(role) => role.code().to_owned(),
            }),
        ),
        ("parent", grant.parent.map(|parent| parent.to_string())),
        ("document", document.map(|d| d.reference.as_str().to_owned())),
        ("document_sha256", document.map(|d| d.sha256.as_str().to_owned())),
        ("depth", Some(grant.depth.to_string())),
        ("types", Some(list(terms.types.iter().map(|t| t.code())))),
        ("bases", Some(list(terms.bases.iter().map(|b| b.code())))),
        ("currency", Some(terms.currency.code().to_owned())),
        ("per_award", amount(limits.per_award)),
        ("per_case", amount(limits.per_case)),
        ("per_customer", window(limits.per_customer)),
        ("per_holder", window(limits.per_holder)),
        ("per_unit", window(limits.per_unit)),
        ("per_batch", amount(limits.per_batch)),
        ("teams", names(&scope.teams)),
        ("products", names(&scope.products)),
        ("channels", some(list(scope.channels.iter().map(|c| c.code())))),
        ("causes", some(list(&scope.causes))),
        ("valid_from", Some(time(terms.valid_from))),
        ("valid_until", terms.valid_until.map(time)),
        ("four_eyes_above", amount(terms.four_eyes_above)),
        ("approvers", Some(terms.approvers.to_string())),
        ("may_subdelegate", Some(terms.may_subdelegate.to_string())),
        ("max_depth", Some(terms.max_depth.to_string())),
        ("written_by", Some(grant.written_by.to_string())),
        ("written_at", Some(time(grant.written_at))),
        ("activated_by", grant.activated_by.map(|by| by.to_string())),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// The ledger holds a hash of a reason, which is free text, as 64 hexadecimal digits.
pub(crate) fn hash_of_reason(reason: &Reason) -> String {
    use std::fmt::Write as _;
    let mut digits = String::with_capacity(64);
    for byte in Sha256::digest(reason.as_str().as_bytes()) {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(",")
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// Names may hold commas: as a JSON list, so that two lists never read the same.
fn names(all: &[String]) -> Option<String> {
    if all.is_empty() { None } else { serde_json::to_string(all).ok() }
}
