//! Complaints: taken, read, listed, and their history.

use firsthand_domain::Refusal;
use firsthand_domain::code::{Channel, Stage};
use firsthand_domain::id::StaffId;
use firsthand_domain::search::{Query as Words, QueryProblem};
use firsthand_domain::staff::Staff;
use firsthand_domain::text::{Line, Text};
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::Log;
use firsthand_storage::complaints::{self, Referenced};
use firsthand_storage::list::{self, Cursor, Scope, Sort};
use firsthand_storage::{Tx, causes, ledger, search, settled, staff, view};

use super::verbs::read;
use crate::analysis;
use crate::app::App;
use crate::call::{Answer, Call, etag};
use crate::floor;
use crate::json;
use crate::measured;
use crate::problem::Problem;
use crate::query::Query;
use crate::write::{Done, write};

pub(crate) async fn log(call: Call) -> Result<Answer, Problem> {
    let caller = call.caller()?.id;
    let body: Log = call.body()?;
    let given = body.award().is_some();
    let logged = write(&call, move |unit| {
        let body = body.clone();
        Box::pin(async move {
            let id = complaints::log(unit, caller, &body).await?.id;
            let view = read(unit, id).await?;
            let answer = Answer::made(&json::Complaint::from(&view), format!("/api/v1/complaints/{id}"))?;
            Ok(Done { complaint: Some(id), ..Done::plain(answer.at_version(view.complaint.version)) })
        })
    })
    .await;
    if let Err(problem) = &logged
        && let Some(refusal) = problem.refusal().filter(|r| given && r.is_of_authority())
    {
        // The refusal undid the whole call: that somebody tried stays on record all the same.
        let refusal = refusal.clone();
        let note = call.app.database.change(move |unit| {
            let refusal = refusal.clone();
            Box::pin(async move { ledger::note_refusal(unit, caller, "settle", None, &refusal).await })
        });
        note.await?;
    }
    logged
}

/// A complaint the reader may know of.
pub(crate) async fn visible(tx: &mut Tx<'_>, name: &str, reader: &Staff) -> Result<Referenced, Problem> {
    let id = complaints::id_of(tx, name).await?.ok_or(Refusal::NotFound)?;
    let found = complaints::read(tx, id).await?.ok_or(Refusal::NotFound)?;
    if found.complaint.visible_to(reader) { Ok(found) } else { Err(Refusal::NotFound.into()) }
}

pub(crate) async fn one(call: Call) -> Result<Answer, Problem> {
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let found = visible(&mut tx, call.param("id"), call.caller()?).await?;
    let version = found.complaint.version;
    if call.has(&etag(version)) {
        return Ok(Answer::unchanged(etag(version)));
    }
    let view = view::of(&mut tx, found, call.app.database.now()).await?;
    Ok(Answer::ok(&json::Complaint::from(&view))?.at_version(version))
}

pub(crate) async fn history(call: Call) -> Result<Answer, Problem> {
    let limit = call.query.limit()?;
    let number = |v: &str| v.parse::<i64>().ok().filter(|n| *n >= 0);
    let expected = "expected the `next` of the page before";
    let after = call.query.read("cursor", expected, number)?.unwrap_or(0);
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let found = visible(&mut tx, call.param("id"), call.caller()?).await?;
    let facts = complaints::history(&mut tx, found.complaint.id, after, limit + 1).await?;
    let mut actors: Vec<StaffId> = facts
        .iter()
        .filter_map(|item| match item.entry.actor {
            firsthand_domain::history::Actor::Staff(id) => Some(id),
            firsthand_domain::history::Actor::System => None,
        })
        .collect();
    actors.sort_unstable();
    actors.dedup();
    let names = staff::people(&mut tx, &actors).await?;
    let items =
        facts.into_iter().map(|item| json::history_item(item, &names)).collect::<Result<Vec<_>, _>>()?;
    Ok(Answer::ok(&json::Page::cut(items, limit, |item| item.seq.to_string()))?)
}

/// What a list may be asked, and what more the page of it may.
macro_rules! filters {
    ($($more:literal),*) => {
        &[
            "view",
            "stage",
            "first_contact",
            "handler",
            "customer",
            "cause",
            "category",
            "product",
            "place",
            "channel",
            "received_from",
            "received_to",
            "q",
            "rank",
            "sort",
            "limit",
            "cursor",
            "counted",
            "as_of",
            "without",
            "value_category",
            "servqual",
            "family",
            "metric",
            "part",
            "team",
            "open",
            "waited",
            "due",
            "promised_by",
            "offer_open",
            "orphan",
            $($more),*
        ]
    };
}

pub(crate) const FILTERS: &[&str] = filters!();
/// Beside these, which complaint is looked at, which saved view is shown, and whether all there is to narrow the list by is
/// to choose from.
pub(crate) const FILTERS_OF_PAGE: &[&str] = filters!("preview", "filter", "saved");

pub(crate) async fn list(call: Call) -> Result<Answer, Problem> {
    let reader = call.caller()?;
    let mut query = asked(&call.query, reader)?;
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    look_up(&mut tx, &call.app, &call.query, &mut query, reader).await?;
    if ranked(&call.query)? {
        let items = search::ranked(&mut tx, reader, &query).await?;
        let items = items.into_iter().map(json::ListItem::from).collect();
        return Ok(Answer::ok(&json::Page { items, next: None })?);
    }
    let page = list::page(&mut tx, reader, &query).await?;
    let items = page.items.into_iter().map(json::ListItem::from).collect();
    Ok(Answer::ok(&json::Page { items, next: page.next.map(|c| c.to_string()) })?)
}

/// What of a list has to be looked up: its cause, and which figure it is behind.
pub(crate) async fn look_up(
    tx: &mut Tx<'_>,
    app: &App,
    query: &Query,
    list: &mut list::Query,
    reader: &Staff,
) -> Result<(), Problem> {
    let name = |v: &str| Text::<64>::parse(v).ok();
    let expected = "expected the id or code of a cause";
    if let Some(name) = query.read("cause", expected, name)? {
        let cause = causes::named(tx, name.as_str()).await?;
        list.cause = Some(cause.ok_or_else(|| Refusal::field("cause", expected))?.id);
    }
    if !measured::behind(query, app, list)? {
        analysis::counted(tx, query, list).await?;
    }
    floor::read(query, app, list, reader)
}

fn words(query: &Query) -> Result<Option<Words>, Problem> {
    let Some(text) = query.get("q") else { return Ok(None) };
    let refused = |problem| match problem {
        QueryProblem::Empty => Problem::field("q", "expected at least one letter or digit to look for"),
        QueryProblem::TooLong => Problem::field("q", "expected at most 200 characters"),
    };
    Words::parse(text).map(Some).map_err(refused)
}

/// Best first, instead of in an order that can be paged: of the newest hits only, so that it stays quick.
pub(crate) fn ranked(query: &Query) -> Result<bool, Problem> {
    let read = |v: &str| v.parse::<bool>().ok();
    let rank = query.read("rank", "expected true or false", read)?.unwrap_or_default();
    for other in ["cursor", "sort"] {
        if rank && query.get(other).is_some() {
            return Err(Problem::field(
                other,
                "expected to be left out: what is ranked is in an order of its own",
            ));
        }
    }
    if rank && query.get("q").is_none() {
        return Err(Problem::field("rank", "expected words to rank by, in `q`"));
    }
    Ok(rank)
}

/// Complaints that tell much the same story.
pub(crate) async fn similar(call: Call) -> Result<Answer, Problem> {
    let reader = call.caller()?;
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let found = visible(&mut tx, call.param("id"), reader).await?;
    let similar = search::similar(&mut tx, reader, found.complaint.id).await?;
    let ids: Vec<_> = similar.iter().map(|(_, item)| item.id).collect();
    let mut settled = settled::of(&mut tx, &ids).await?;
    let with = |(likeness, item): (usize, list::Item)| {
        let settled = settled.remove(&item.id).unwrap_or_default();
        json::Similar::new((likeness, item), settled)
    };
    let items = similar.into_iter().map(with).collect();
    Ok(Answer::ok(&json::Page { items, next: None })?)
}

/// What a list was asked for, but for what has to be looked up.
pub(crate) fn asked(query: &Query, reader: &Staff) -> Result<list::Query, Problem> {
    let stages = "expected one of received, acknowledged, investigating, decided, replied, closed";
    let channels = "expected one of phone, email, web, counter, app, chat, social, sms, letter, field";
    let views = "expected one of mine, offered, promised, handed_over, team, all";
    let person = |v: &str| if v == "me" { Some(reader.id) } else { v.parse().ok() };
    let time = |v: &str| Timestamp::parse_or_day(v).ok();
    let line = |v: &str| Line::parse(v).ok().map(Line::into_string);
    let (id, when, text) =
        ("expected an id (a UUID), or me", "expected an instant or a UTC day", "expected a text");
    let words = words(query)?;
    // What is searched for comes newest first.
    let usual = if words.is_some() { Sort::Received } else { Sort::default() };
    let sort =
        query.read("sort", "expected one of waiting, received, due", Sort::from_code)?.unwrap_or(usual);
    let cursor = |v: &str| v.parse().ok().filter(|cursor: &Cursor| cursor.fits(sort));
    Ok(list::Query {
        scope: query.read("view", views, Scope::from_code)?.unwrap_or_default(),
        sort,
        cursor: query.read("cursor", "expected the `next` of the page before, in the same sort", cursor)?,
        limit: query.limit()?,
        stage: query.read("stage", stages, Stage::from_code)?,
        first_contact: query.read("first_contact", id, person)?,
        handler: query.read("handler", id, person)?,
        customer: query.read("customer", "expected an id (a UUID)", |v| v.parse().ok())?,
        cause: None,
        category: query.read("category", text, line)?,
        product: query.read("product", text, line)?,
        place: query.read("place", text, line)?,
        channel: query.read("channel", channels, Channel::from_code)?,
        received_from: query.read("received_from", when, time)?,
        received_to: query.read("received_to", when, time)?,
        words,
        among: None,
        counted: None,
        measured: None,
        also: list::Also::default(),
    })
}
