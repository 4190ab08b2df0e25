//! One customer: who they are, how to know them again, and all they ever complained of.

mod changes;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::code::{IdentifierKind, PersonDetail};
use firsthand_domain::id::CustomerId;
use firsthand_storage::customers::{self, Customer};
use firsthand_storage::list::{self, Cursor, Scope, Sort};
use firsthand_storage::{Tx, desk};

use super::rows::{Row, other_lang, rows};
use super::{Frame, html};
use crate::call::{Answer, Call};
use crate::problem::Problem;
use crate::rights::Right::{Reader, Writer};
use crate::routes::{Route, form, page};
use crate::speech::{Speech, languages};

/// Open complaints shown at the top.
const OPEN: i64 = 20;
/// Rows of a page of the history.
const ROWS: i64 = 50;
pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/customers/{id}", Reader, show).asks(&["cursor", "find"]),
        form("/customers/{id}/identifiers", Writer, changes::add_identifier),
        form("/customers/{id}/merge", Writer, changes::merge),
        form("/customers/{id}/unmerge", Writer, changes::unmerge),
    ]
}

/// A way to know the customer again.
struct Known {
    kind: Cow<'static, str>,
    value: String,
}

/// Another record.
struct Other {
    id: CustomerId,
    name: String,
    /// How to tell it from others of that name.
    known: String,
    /// What it has in common with the record on the page.
    same: String,
}

/// What was sent and refused.
#[derive(Default)]
struct Refused {
    status: Option<u16>,
    /// Beside which control.
    at: &'static str,
    words: String,
    kind: String,
    value: String,
    into: String,
    keep: Vec<String>,
}

#[derive(Template)]
#[template(path = "customer.html")]
struct CustomerPage {
    f: Frame,
    id: CustomerId,
    lang: String,
    language: String,
    known: Vec<Known>,
    kinds: Vec<(&'static str, Cow<'static, str>)>,
    /// The record under which this one goes on.
    goes_on: Option<Other>,
    merged: Vec<Other>,
    /// Records that may be the same person.
    alike: Vec<Other>,
    /// What this record says that may stay when it goes on under another: code, words, and whether it was chosen.
    may_stay: Vec<(&'static str, String, bool)>,
    find: String,
    searched: bool,
    open: Vec<Row>,
    rows: Vec<Row>,
    next: Option<String>,
    first: Option<String>,
    refused: Refused,
}

async fn show(call: Call) -> Result<Answer, Problem> {
    written(&call, Refused::default()).await
}

async fn written(call: &Call, refused: Refused) -> Result<Answer, Problem> {
    let reader = call.caller()?;
    let id = CustomerId(call.id()?);
    let mut f = Frame::new(call, "customer", "customer-title");
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let customer = customers::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    f.title = name_of(&f, &customer);
    let cursor = call.query.get("cursor").and_then(|v| v.parse::<Cursor>().ok());
    let cursor = cursor.filter(|cursor| cursor.fits(Sort::Received));
    let of_customer = list::Query { scope: Scope::All, customer: Some(id), ..list::Query::default() };
    let mut open = Vec::new();
    if cursor.is_none() {
        // What is open has a due time and comes before all that has none.
        let query = list::Query { sort: Sort::Due, limit: OPEN, ..of_customer.clone() };
        open = list::page(&mut tx, reader, &query).await?.items;
        open.retain(|item| item.next_due.is_some());
    }
    let query = list::Query { sort: Sort::Received, limit: ROWS, cursor, ..of_customer };
    let history = list::page(&mut tx, reader, &query).await?;
    let open = rows(&f, &mut tx, open, None, true).await?;
    let shown = rows(&f, &mut tx, history.items, None, true).await?;
    let find = call.query.get("find").unwrap_or_default().trim().to_owned();
    let searched = !find.is_empty();
    let alike = if searched {
        let found = desk::known_by(&mut tx, &find).await?.into_iter();
        others(&f, &mut tx, found.filter(|c| c.id != id && c.merged_into.is_none())).await?
    } else {
        likely(&f, &mut tx, id).await?
    };
    let mut merged = Vec::new();
    for other in customers::merged_into(&mut tx, id).await? {
        merged.extend(customers::by_id(&mut tx, other).await?);
    }
    let merged = others(&f, &mut tx, merged.into_iter()).await?;
    let goes_on = match customer.merged_into {
        Some(into) => {
            let into = customers::by_id(&mut tx, into).await?;
            others(&f, &mut tx, into.into_iter()).await?.pop()
        }
        None => None,
    };
    let may_stay = may_stay(&f, &customer, &refused.keep);
    let identifiers = customers::identifiers(&mut tx, id).await?;
    drop(connection);
    let path = format!("/customers/{id}");
    let kinds = [IdentifierKind::Phone, IdentifierKind::Email, IdentifierKind::Order];
    let page = CustomerPage {
        lang: other_lang(&f, customer.language.as_deref()),
        language: language_name(&f, customer.language.as_deref()),
        known: identifiers
            .into_iter()
            .map(|i| Known { kind: f.word("identifier", i.kind.code()), value: i.value })
            .collect(),
        kinds: kinds.map(|kind| (kind.code(), f.word("identifier", kind.code()))).into(),
        goes_on,
        merged,
        alike,
        may_stay,
        find,
        searched,
        open,
        rows: shown,
        next: history.next.map(|c| format!("{path}?cursor={c}")),
        first: cursor.map(|_| path),
        id,
        refused,
        f,
    };
    let status = page.refused.status.unwrap_or(200);
    Ok(Answer { status, ..html(&page)? })
}

fn name_of(f: &Speech, customer: &Customer) -> String {
    customer.name.clone().unwrap_or_else(|| f.say("frame-erased").into_owned())
}

/// The language as its speakers call it; its code where we do not speak it.
fn language_name(f: &Speech, code: Option<&str>) -> String {
    let Some(code) = code else { return f.say("customer-language-unknown").into_owned() };
    let short = code.split('-').next().unwrap_or(code);
    languages().iter().find(|l| l.code == short).map_or(code, |l| l.name).to_owned()
}

/// What a record says of the person that another record may say otherwise.
fn may_stay(f: &Speech, customer: &Customer, chosen: &[String]) -> Vec<(&'static str, String, bool)> {
    let language = customer.language.as_deref().map(|code| language_name(f, Some(code)));
    let said = [
        (PersonDetail::Name, "customer-keep-name", customer.name.clone()),
        (PersonDetail::Language, "customer-keep-language", language),
    ];
    let told = |(detail, key, value): (PersonDetail, _, Option<String>)| {
        let code = detail.code();
        Some((code, f.with(key, "what", value?), chosen.iter().any(|one| one == code)))
    };
    said.into_iter().filter_map(told).collect()
}

/// Records that have something in common with this one, and what.
async fn likely(f: &Speech, tx: &mut Tx<'_>, id: CustomerId) -> Result<Vec<Other>, Problem> {
    let likely = desk::alike(tx, id).await?;
    let same: Vec<Vec<&'static str>> = likely.iter().map(|one| one.same.clone()).collect();
    let mut found = others(f, tx, likely.into_iter().map(|one| one.customer)).await?;
    for (other, same) in found.iter_mut().zip(same) {
        let words = f.listed(same.into_iter().map(|code| f.word("identifier", code)));
        other.same = f.with("customer-in-common", "what", words);
    }
    Ok(found)
}

async fn others(
    f: &Speech,
    tx: &mut Tx<'_>,
    customers: impl Iterator<Item = Customer>,
) -> Result<Vec<Other>, Problem> {
    let mut others = Vec::new();
    for customer in customers {
        let identifiers = customers::identifiers(tx, customer.id).await?;
        let known: Vec<String> = identifiers.into_iter().take(3).map(|i| i.value).collect();
        others.push(Other {
            id: customer.id,
            name: name_of(f, &customer),
            known: known.join(" · "),
            same: String::new(),
        });
    }
    Ok(others)
}
