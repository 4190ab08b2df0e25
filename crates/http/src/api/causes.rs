//! Why complaints happen: leads keep the tree.

use firsthand_domain::Refusal;
use firsthand_domain::cause::{MoveCause, NewCause, RateAgain, RetireCause};
use firsthand_domain::text::Text;
use firsthand_domain::time::Timestamp;
use firsthand_storage::causes::rating;
use firsthand_storage::{Result, causes, view};

use crate::call::{Answer, Call};
use crate::json;
use crate::problem::Problem;
use crate::write::{Done, write};

pub(crate) async fn list(call: Call) -> Result<Answer, Problem> {
    let limit = call.query.limit()?;
    let code = |v: &str| Text::<64>::parse(v).ok().map(Text::into_string);
    let after =
        call.query.read("cursor", "expected the `next` of the page before", code)?.unwrap_or_default();
    let mut connection = call.connection().await?;
    let rows = causes::page(&mut connection.tx(), &after, limit + 1).await?;
    let items = rows.into_iter().map(json::Cause::from).collect();
    Ok(Answer::ok(&json::Page::cut(items, limit, |c: &json::Cause| c.code.clone()))?)
}

pub(crate) async fn one(call: Call) -> Result<Answer, Problem> {
    let mut connection = call.connection().await?;
    let cause = causes::named(&mut connection.tx(), call.param("id")).await?.ok_or(Refusal::NotFound)?;
    Ok(Answer::ok(&json::Cause::from(cause))?)
}

pub(crate) async fn add(call: Call) -> Result<Answer, Problem> {
    let (body, by): (NewCause, _) = (call.body()?, call.caller()?.id);
    write(&call, move |unit| {
        let body = body.clone();
        Box::pin(async move {
            let cause = json::Cause::from(causes::add(unit, Some(by), &body).await?);
            let location = format!("/api/v1/causes/{}", cause.id);
            Ok(Done::plain(Answer::made(&cause, location)?))
        })
    })
    .await
}

pub(crate) async fn retire(call: Call) -> Result<Answer, Problem> {
    let (body, by): (RetireCause, _) = (call.body()?, call.caller()?.id);
    let name = call.param("id").to_owned();
    write(&call, move |unit| {
        let (body, name) = (body.clone(), name.clone());
        Box::pin(async move {
            let cause = causes::retire(unit, Some(by), &name, &body).await?;
            Ok(Done::plain(Answer::ok(&json::Cause::from(cause))?))
        })
    })
    .await
}

pub(crate) async fn put(call: Call) -> Result<Answer, Problem> {
    let (body, by): (MoveCause, _) = (call.body()?, call.caller()?.id);
    let name = call.param("id").to_owned();
    write(&call, move |unit| {
        let (body, name) = (body.clone(), name.clone());
        Box::pin(async move {
            let cause = causes::put(unit, Some(by), &name, &body).await?;
            Ok(Done::plain(Answer::ok(&json::Cause::from(cause))?))
        })
    })
    .await
}

/// The next complaint for a second opinion, without what the first said.
pub(crate) async fn second_rating(call: Call) -> Result<Answer, Problem> {
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let next = match rating::next(&mut tx, call.caller()?).await? {
        Some(found) => Some(view::of(&mut tx, found, call.app.database.now()).await?),
        None => None,
    };
    Ok(Answer::ok(&json::causes::NextRating { complaint: next.as_ref().map(json::causes::ToRate::of) })?)
}

pub(crate) async fn rate(call: Call) -> Result<Answer, Problem> {
    let (body, by): (RateAgain, _) = (call.body()?, call.caller()?.clone());
    let name = call.param("id").to_owned();
    write(&call, move |unit| {
        let (body, by, name) = (body.clone(), by.clone(), name.clone());
        Box::pin(async move {
            let rated = rating::rate(unit, &by, &name, &body).await?;
            let complaint = rated.complaint;
            Ok(Done::about(Answer::ok(&json::causes::Rated::from(rated))?, complaint))
        })
    })
    .await
}

pub(crate) const PERIOD: &[&str] = &["from", "to"];

pub(crate) async fn agreement(call: Call) -> Result<Answer, Problem> {
    let (time, when) = (|v: &str| Timestamp::parse_or_day(v).ok(), "expected an instant or a UTC day");
    let to = call.query.read("to", when, time)?.unwrap_or(Timestamp::NEVER);
    let from = call.query.read("from", when, time)?.unwrap_or(Timestamp::from_micros(0));
    let mut connection = call.connection().await?;
    let agreement = rating::agreement(&mut connection.tx(), from, to).await?;
    Ok(Answer::ok(&json::causes::Agreement::from(agreement))?)
}
