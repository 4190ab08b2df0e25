//! The people who complain.

use firsthand_domain::Refusal;
use firsthand_domain::customer::{MergeCustomer, NewCustomer, NewIdentifier, UnmergeCustomer};
use firsthand_domain::id::CustomerId;
use firsthand_storage::{Result, Tx, customers, desk};

use crate::call::{Answer, Call};
use crate::json;
use crate::problem::Problem;
use crate::write::{Done, write};

pub(crate) async fn list(call: Call) -> Result<Answer, Problem> {
    let limit = call.query.limit()?;
    let after = call.query.read("cursor", "expected the `next` of the page before", |v| v.parse().ok())?;
    let mut connection = call.connection().await?;
    let rows = customers::page(&mut connection.tx(), after, limit + 1).await?;
    let items = rows.into_iter().map(json::Customer::from).collect();
    Ok(Answer::ok(&json::Page::cut(items, limit, |c: &json::Customer| c.id.to_string()))?)
}

async fn whole(tx: &mut Tx<'_>, id: CustomerId) -> Result<json::Customer> {
    let customer = customers::by_id(tx, id).await?.ok_or(Refusal::NotFound)?;
    let identifiers = customers::identifiers(tx, id).await?;
    let merged = customers::merged_into(tx, id).await?;
    Ok(json::Customer::whole(customer, identifiers, merged))
}

pub(crate) async fn one(call: Call) -> Result<Answer, Problem> {
    let id = CustomerId(call.id()?);
    let mut connection = call.connection().await?;
    Ok(Answer::ok(&whole(&mut connection.tx(), id).await?)?)
}

pub(crate) async fn add(call: Call) -> Result<Answer, Problem> {
    let body: NewCustomer = call.body()?;
    write(&call, move |unit| {
        let body = body.clone();
        Box::pin(async move {
            let id = customers::add(unit, &body).await?.id;
            let answer = Answer::made(&whole(&mut unit.tx, id).await?, format!("/api/v1/customers/{id}"))?;
            Ok(Done::plain(answer))
        })
    })
    .await
}

pub(crate) async fn add_identifier(call: Call) -> Result<Answer, Problem> {
    let id = CustomerId(call.id()?);
    let body: NewIdentifier = call.body()?;
    write(&call, move |unit| {
        let body = body.clone();
        Box::pin(async move {
            customers::add_identifier(unit, id, &body).await?;
            Ok(Done::plain(Answer::ok(&whole(&mut unit.tx, id).await?)?))
        })
    })
    .await
}

pub(crate) async fn merge(call: Call) -> Result<Answer, Problem> {
    let (id, caller) = (CustomerId(call.id()?), call.caller()?.id);
    let body: MergeCustomer = call.body()?;
    write(&call, move |unit| {
        let body = body.clone();
        Box::pin(async move {
            customers::merge(unit, caller, id, &body).await?;
            Ok(Done::plain(Answer::ok(&whole(&mut unit.tx, body.into).await?)?))
        })
    })
    .await
}

pub(crate) async fn unmerge(call: Call) -> Result<Answer, Problem> {
    let (id, caller) = (CustomerId(call.id()?), call.caller()?.id);
    let UnmergeCustomer { customer } = call.body()?;
    write(&call, move |unit| {
        Box::pin(async move {
            customers::unmerge(unit, caller, id, customer).await?;
            Ok(Done::plain(Answer::ok(&whole(&mut unit.tx, id).await?)?))
        })
    })
    .await
}

/// Records that may be the same person.
pub(crate) async fn likely_same(call: Call) -> Result<Answer, Problem> {
    let id = CustomerId(call.id()?);
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    customers::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let likely = desk::alike(&mut tx, id).await?;
    let items = likely.into_iter().map(json::LikelySame::from).collect();
    Ok(Answer::ok(&json::Page { items, next: None })?)
}
