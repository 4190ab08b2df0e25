//! Which problem in progress a complaint may be one of, and what to say of it.

use firsthand_domain::contact::Language;
use firsthand_domain::text::Text;
use firsthand_storage::known::{self, About};
use firsthand_storage::{causes, customers};

use super::complaints::visible;
use crate::call::{Answer, Call};
use crate::json::{KnownProblem, Page};
use crate::problem::Problem;

/// What is told of a complaint that is not on record yet.
pub(crate) const TOLD: &[&str] = &["product", "place", "category", "cause", "language"];

/// The language the customer is to be answered in, as asked for.
fn language(call: &Call) -> Result<Option<String>, Problem> {
    let read = |v: &str| Language::parse(v).ok().map(|_| v.to_owned());
    call.query.read("language", "expected a language tag such as en, vi, zh or hu", read)
}

/// While it is told: what is known by then comes as the lists' filters do.
pub(crate) async fn of_told(call: Call) -> Result<Answer, Problem> {
    let text = |name: &str| call.query.get(name).map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned);
    let (product, place, category) = (text("product"), text("place"), text("category"));
    let code = |v: &str| Text::<64>::parse(v).ok().map(Text::into_string);
    let cause = call.query.read("cause", "expected the id or code of a cause", code)?;
    let language = language(&call)?;
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let mut about = About { product, place, category, causes: Vec::new() };
    if let Some(name) = cause {
        let found = causes::named(&mut tx, &name).await?;
        let found = found.ok_or_else(|| Problem::field("cause", "expected the id or code of a cause"))?;
        about.causes.push(found.id);
    }
    let found = known::of(&mut tx, call.caller()?, call.app.database.now(), &about).await?;
    page(found, language.as_deref())
}

/// Of a complaint on record, in the language its customer wants to be answered in.
pub(crate) async fn of_complaint(call: Call) -> Result<Answer, Problem> {
    let (reader, now) = (call.caller()?, call.app.database.now());
    let asked = language(&call)?;
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let c = visible(&mut tx, call.param("id"), reader).await?.complaint;
    let found = known::of(&mut tx, reader, now, &About::of(&c)).await?;
    let theirs = match c.customer.filter(|_| c.language.is_none()) {
        Some(id) => customers::known(&mut tx, id).await?.and_then(|found| found.customer.language),
        None => c.language,
    };
    page(found, asked.or(theirs).as_deref())
}

fn page(found: Vec<known::Known>, language: Option<&str>) -> Result<Answer, Problem> {
    let wanted: Vec<&str> = language.into_iter().collect();
    let items = found.into_iter().map(|one| KnownProblem::of(one, &wanted)).collect();
    Ok(Answer::ok(&Page { items, next: None })?)
}
