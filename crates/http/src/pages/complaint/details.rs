//! What a complaint says of itself that it is counted by, in words.

use firsthand_domain::code::Detail;
use firsthand_domain::history::Details;

use crate::speech::Speech;

/// What is said, in the order of the form.
pub(super) fn values(f: &Speech, details: &Details) -> Vec<(Detail, String)> {
    let Details { severity, category, product, place, incident_at } = details;
    let said = [
        (Detail::Severity, severity.map(|severity| f.word("severity", severity.code()).into_owned())),
        (Detail::Category, category.clone()),
        (Detail::Product, product.clone()),
        (Detail::Place, place.clone()),
        (Detail::IncidentAt, incident_at.map(|at| f.exact(at))),
    ];
    said.into_iter().filter_map(|(detail, value)| Some((detail, value?))).collect()
}

/// With its name, such as "Product: kettle".
pub(super) fn named(f: &Speech, detail: Detail, value: &str) -> String {
    f.with2("wrong-field", "field", f.label(detail.code()).unwrap_or_default(), "words", value)
}
