//! Which causes may fit. Nothing is applied: a person decides.

use firsthand_storage::suggestions;

use super::complaints::visible;
use crate::call::{Answer, Call};
use crate::json::{CauseSuggestion, Page, SuggestFor};
use crate::problem::Problem;

/// For a complaint as it is told now.
pub(crate) async fn of_complaint(call: Call) -> Result<Answer, Problem> {
    let reader = call.caller()?;
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let c = visible(&mut tx, call.param("id"), reader).await?.complaint;
    let database = &call.app.database;
    let found = suggestions::of_complaint(&mut tx, database, reader, c.id, c.product.as_deref()).await?;
    page(found)
}

/// For a text that is not kept. It comes in a body: what customers say stands in no address.
pub(crate) async fn of_text(call: Call) -> Result<Answer, Problem> {
    let asked: SuggestFor = call.body()?;
    let reader = call.caller()?;
    let product = asked.product.map(firsthand_domain::text::Line::into_string);
    let mut connection = call.connection().await?;
    let (mut tx, database) = (connection.tx(), &call.app.database);
    page(suggestions::of_text(&mut tx, database, reader, product.as_deref(), asked.text.as_str()).await?)
}

fn page(found: Vec<suggestions::Suggested>) -> Result<Answer, Problem> {
    let items = found.into_iter().map(CauseSuggestion::from).collect();
    Ok(Answer::ok(&Page { items, next: None })?)
}
