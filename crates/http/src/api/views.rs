//! Saved views of the list: listed, kept, changed, taken away.

use std::collections::BTreeSet;

use firsthand_domain::Refusal;
use firsthand_domain::id::{CustomerId, SavedViewId, StaffId};
use firsthand_domain::saved_view::{AmendView, NewView, SavedView, ViewQuery};
use firsthand_domain::staff::Staff;
use firsthand_storage::saved_views::{self, Tally};
use firsthand_storage::{Result, Tx, causes, customers, list, staff};

use super::awards::names_of;
use super::complaints;
use super::verbs::Empty;
use crate::app::App;
use crate::call::{Answer, Call};
use crate::json::{Page, ViewTold};
use crate::problem::Problem;
use crate::query::Query;
use crate::write::{Done, write};

/// What views are asked by.
pub(crate) const FILTERS: &[&str] = &["counts"];

/// So many views are told.
const TOLD: i64 = 200;
/// And so many are counted.
const COUNTED: usize = 30;

/// What of a list is no part of what is looked for.
const PLACE: [&str; 2] = ["limit", "cursor"];

/// The list that a view asks for, as the reader may ask for it.
pub(crate) async fn asked(
    tx: &mut Tx<'_>,
    app: &App,
    query: &ViewQuery,
    reader: &Staff,
) -> Result<list::Query, Problem> {
    let pairs = query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let query = Query::of(pairs, |name| complaints::FILTERS.contains(&name) && !PLACE.contains(&name))?;
    let mut list = complaints::asked(&query, reader)?;
    complaints::ranked(&query)?;
    complaints::look_up(tx, app, &query, &mut list, reader).await?;
    Ok(list)
}

/// What a view looks for that is gone since.
pub(crate) async fn gone(
    tx: &mut Tx<'_>,
    app: &App,
    query: &ViewQuery,
    reader: &Staff,
) -> Result<Vec<String>, Problem> {
    let mut gone = Vec::new();
    for (name, value) in query {
        let there = match name.as_str() {
            "cause" => causes::named(tx, value).await?.is_some_and(|cause| !cause.retired),
            "first_contact" | "handler" if value != "me" => match value.parse() {
                Ok(id) => staff::by_id(tx, StaffId(id)).await?.is_some_and(|person| person.active),
                Err(_) => false,
            },
            "customer" => match value.parse() {
                Ok(id) => customers::by_id(tx, CustomerId(id))
                    .await?
                    .is_some_and(|customer| customer.name.is_some() && customer.merged_into.is_none()),
                Err(_) => false,
            },
            _ => true,
        };
        if !there {
            gone.push(name.clone());
        }
    }
    if let Err(problem) = asked(tx, app, query, reader).await {
        let Some(Refusal::Field { field, .. }) = problem.refusal() else { return Err(problem) };
        if !gone.iter().any(|name| name == field.as_ref()) {
            gone.push(field.to_string());
        }
    }
    Ok(gone)
}

pub(crate) async fn list(call: Call) -> Result<Answer, Problem> {
    let reader = call.caller()?;
    let counts = call.query.read("counts", "expected true or false", |v| v.parse::<bool>().ok())?;
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let views = saved_views::of(&mut tx, reader, TOLD).await?;
    let tallies = match counts {
        Some(true) => counted(&mut tx, &call.app, &views, reader).await?,
        _ => vec![None; views.len()],
    };
    let names = names_of(&mut tx, views.iter().map(|v| v.owner).collect::<BTreeSet<_>>()).await?;
    let mut items = Vec::with_capacity(views.len());
    for (view, tally) in views.into_iter().zip(tallies) {
        let gone = gone(&mut tx, &call.app, &view.query, reader).await?;
        let owner = names.get(&view.owner).cloned().unwrap_or_default();
        items.push(ViewTold::of(view, owner, gone, tally));
    }
    Ok(Answer::ok(&Page { items, next: None })?)
}

/// How much each view holds, as far as it is counted.
pub(crate) async fn counted(
    tx: &mut Tx<'_>,
    app: &App,
    views: &[SavedView],
    reader: &Staff,
) -> Result<Vec<Option<Tally>>, Problem> {
    let (mut places, mut queries) = (Vec::new(), Vec::new());
    for (at, view) in views.iter().enumerate().take(COUNTED) {
        // What cannot be understood any more is told beside the view, and not counted.
        if let Ok(query) = asked(tx, app, &view.query, reader).await {
            places.push(at);
            queries.push(query);
        }
    }
    let mut counted = vec![None; views.len()];
    for (at, tally) in places.into_iter().zip(saved_views::tallies(tx, reader, &queries).await?) {
        if let Some(place) = counted.get_mut(at) {
            *place = tally;
        }
    }
    Ok(counted)
}

/// What is looked for must be understood, by the same rules as the address of the list.
async fn understood(call: &Call, query: Option<&ViewQuery>) -> Result<(), Problem> {
    let Some(query) = query else { return Ok(()) };
    let mut connection = call.connection().await?;
    let read = asked(&mut connection.tx(), &call.app, query, call.caller()?).await;
    match read.map(drop) {
        Err(problem) => match problem.refusal() {
            Some(Refusal::Field { field, expected }) => {
                Err(Problem::field(format!("query.{field}"), expected))
            }
            _ => Err(problem),
        },
        Ok(()) => Ok(()),
    }
}

fn texts(query: &std::collections::BTreeMap<String, firsthand_domain::text::Line>) -> ViewQuery {
    query.iter().map(|(name, value)| (name.clone(), value.to_string())).collect()
}

pub(crate) async fn begin(call: Call) -> Result<Answer, Problem> {
    let (body, caller): (NewView, _) = (call.body()?, call.caller()?.clone());
    understood(&call, Some(&texts(&body.query))).await?;
    write(&call, move |unit| {
        let (body, caller) = (body.clone(), caller.clone());
        Box::pin(async move {
            let view = saved_views::begin(unit, caller.id, &body).await?;
            let (location, version) = (format!("/api/v1/views/{}", view.id), view.version);
            let view = ViewTold::of(view, caller.name, Vec::new(), None);
            Ok(Done::plain(Answer::made(&view, location)?.at_version(version)))
        })
    })
    .await
}

pub(crate) async fn one(call: Call) -> Result<Answer, Problem> {
    let (id, reader) = (SavedViewId(call.id()?), call.caller()?);
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let view = saved_views::by_id(&mut tx, id, reader).await?.ok_or(Refusal::NotFound)?;
    let gone = gone(&mut tx, &call.app, &view.query, reader).await?;
    let owner = owner_of(&mut tx, &view).await?;
    let version = view.version;
    Ok(Answer::ok(&ViewTold::of(view, owner, gone, None))?.at_version(version))
}

async fn owner_of(tx: &mut Tx<'_>, view: &SavedView) -> Result<String> {
    Ok(names_of(tx, BTreeSet::from([view.owner])).await?.remove(&view.owner).unwrap_or_default())
}

pub(crate) async fn amend(call: Call) -> Result<Answer, Problem> {
    let (id, version, caller) = (SavedViewId(call.id()?), call.version()?, call.caller()?.id);
    let body: AmendView = call.body()?;
    understood(&call, body.query.as_ref().map(texts).as_ref()).await?;
    write(&call, move |unit| {
        let body = body.clone();
        Box::pin(async move {
            let view = saved_views::amend(unit, caller, id, &body, version).await?;
            let (owner, version) = (owner_of(&mut unit.tx, &view).await?, view.version);
            Ok(Done::plain(Answer::ok(&ViewTold::of(view, owner, Vec::new(), None))?.at_version(version)))
        })
    })
    .await
}

/// Takes it away, and answers what it was.
pub(crate) async fn delete(call: Call) -> Result<Answer, Problem> {
    let (id, version, caller) = (SavedViewId(call.id()?), call.version()?, call.caller()?.id);
    let Empty {} = call.body()?;
    write(&call, move |unit| {
        Box::pin(async move {
            let view = saved_views::delete(unit, caller, id, version).await?;
            let owner = owner_of(&mut unit.tx, &view).await?;
            Ok(Done::plain(Answer::ok(&ViewTold::of(view, owner, Vec::new(), None))?))
        })
    })
    .await
}
