//! Who complains: chosen from those on record, described, or somebody who does not say.

use firsthand_domain::code::IdentifierKind;
use firsthand_domain::id::CustomerId;
use firsthand_storage::customers::{self, Found};
use serde::Serialize;
use serde_json::json;

use crate::call::{Answer, Call};
use crate::form::Form;
use crate::pages::{Frame, initials};
use crate::problem::Problem;
use crate::speech::Speech;

/// Fewer digits after a name belong to it.
const SHORTEST_NUMBER: usize = 5;

/// What the form says of them so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Person {
    Nobody,
    Known(CustomerId),
    New,
    Anonymous,
}

/// A customer, as one tells them from others of the same name.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Match {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) initials: String,
    /// How to reach them, and when they last complained.
    pub(super) detail: String,
}

/// Who is meant by a form.
pub(super) fn person(form: &Form) -> Person {
    let said = form.all("_person").map(str::trim).find(|value| !value.is_empty());
    match said {
        Some("anonymous") => Person::Anonymous,
        Some("new") => Person::New,
        Some(id) => id.parse().map_or(Person::Nobody, Person::Known),
        None if form.filled("customer.name").is_some() => Person::New,
        None => Person::Nobody,
    }
}

/// The customer of a place such as `log/ID`.
pub(super) fn known_in(place: &str) -> Option<CustomerId> {
    place.strip_prefix("log/")?.parse().ok()
}

/// What was typed into the one box, put where it belongs in a new record: an address, a number, a name, or a name and a
/// number after it.
pub(super) fn describe(form: &mut Form) {
    let typed = form.get("_who").trim().to_owned();
    let number = typed.find(|c: char| c.is_ascii_digit() || c == '+').map_or("", |at| &typed[at..]);
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let dialled = digits >= SHORTEST_NUMBER && !number.chars().any(char::is_alphabetic);
    let mut put = |field: &str, value: &str| {
        if form.filled(field).is_none() && !value.trim().is_empty() {
            form.set(field, value.trim());
        }
    };
    if typed.contains('@') {
        put("customer.email", &typed);
    } else if dialled {
        put("customer.phone", number);
        put("customer.name", typed.strip_suffix(number).unwrap_or_default());
    } else if typed.chars().any(char::is_alphabetic) {
        put("customer.name", &typed);
    } else {
        put("customer.phone", &typed);
    }
    form.set("_person", "new");
}

/// The fields of the API that say who it is, and no others of that name.
pub(super) fn name(form: &mut Form) {
    let named = person(form);
    if named != Person::New {
        for field in ["customer.name", "customer.phone", "customer.email", "customer.language"] {
            form.remove(field);
        }
    }
    match named {
        Person::Known(id) => form.set("customer.id", id.to_string()),
        Person::Anonymous => form.set("customer.anonymous", "true"),
        Person::New | Person::Nobody => {}
    }
}

impl Match {
    pub(super) fn new(speech: &Speech, found: &Found) -> Self {
        let name = found.customer.name.clone().unwrap_or_else(|| speech.say("frame-erased").into_owned());
        let of = |kind| found.routes.iter().find(|(k, _)| *k == kind).map(|(_, value)| value.clone());
        let last = found.last.map(|at| speech.with("log-last", "day", speech.day(at)));
        let reach = of(IdentifierKind::Phone).or_else(|| of(IdentifierKind::Email));
        let order = if reach.is_none() { of(IdentifierKind::Order) } else { None };
        let detail: Vec<String> = [reach, order, last].into_iter().flatten().collect();
        let (id, initials) = (found.customer.id.to_string(), initials(&name));
        Self { id, name, initials, detail: detail.join(" · ") }
    }
}

/// Customers for what was typed.
pub(super) async fn matches(call: &Call, speech: &Speech, typed: &str) -> Result<Vec<Match>, Problem> {
    let typed: String = typed.chars().take(200).collect();
    let mut connection = call.connection().await?;
    let found = customers::find(&mut connection.tx(), call.caller()?, &typed, speech.now).await?;
    Ok(found.iter().map(|found| Match::new(speech, found)).collect())
}

/// The same for a program in the page, with how many there are in words.
pub(super) async fn customers(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "log", "log-title");
    let items = matches(&call, &f, call.query.get("q").unwrap_or_default()).await?;
    let told = f.with("log-found", "count", items.len());
    Ok(Answer::ok(&json!({ "items": items, "told": told }))?)
}
