//! The list of complaints: views, filters, search, one page after the other, and a look at one of them beside it.

mod filters;
mod preview;
mod saved;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::code::Role;
use firsthand_domain::saved_view::ViewColumn;
use firsthand_domain::staff::Staff;
use firsthand_domain::text::Text;
use firsthand_storage::desk::{self, Counts};
use firsthand_storage::list::{self, Scope, Sort};
use firsthand_storage::{Tx, search};

use super::account::local;
use super::rows::{COLUMNS, Column, Row, rows};
use super::views::{VIEWS, told};
use super::{Frame, html};
use crate::api::complaints as api;
use crate::app::App;
use crate::call::{Answer, Call};
use crate::problem::Problem;
use crate::query::{Query, encode};
use crate::rights::Right;
use crate::routes::{Route, form, page};
use filters::Choices;
pub(super) use filters::{Chip, Person, Wide, chips, names};
use preview::Preview;
use saved::{At, Head, Side};
pub(super) use saved::{figure as saved_figure, link as saved_link, sent as saved_sent};

pub(super) use crate::api::complaints::FILTERS_OF_PAGE as ASKED;

pub(super) fn routes() -> Vec<Route> {
    vec![page("/complaints", Right::Reader, show).asks(ASKED), form("/list/columns", Right::Reader, columns)]
}

/// A column that can be left out.
struct LeftOut {
    code: &'static str,
    name: Cow<'static, str>,
    shown: bool,
}

#[derive(Template)]
#[template(path = "list.html")]
pub(super) struct ListPage {
    f: Frame,
    /// What of the address could not be understood.
    wrong: Option<String>,
    /// How many there are, where that is known without counting.
    figure: Option<String>,
    /// Nothing narrows the view.
    whole: bool,
    chips: Vec<Chip>,
    choices: Choices,
    rows: Vec<Row>,
    columns: Vec<Head>,
    choice: Vec<LeftOut>,
    /// Rows can be chosen.
    chooses: bool,
    /// The saved views of the reader, and the one that is shown.
    saved: Vec<Side>,
    at: Option<At>,
    /// What the view looks for that is gone.
    gone: Option<String>,
    /// What was asked, but for the place in it.
    asked: String,
    /// Where this list is kept as a view.
    save: String,
    /// Where what was searched for comes best first, if it does not yet.
    best: Option<String>,
    next: Option<String>,
    first: Option<String>,
    /// Without what narrows it.
    cleared: String,
    /// This very page, without the preview.
    here: String,
    /// What a form that looks at one of them sends besides.
    kept: Vec<(String, String)>,
    preview: Option<Preview>,
}

/// What was asked, as far as it could be understood.
pub(super) struct Understood {
    pub(super) query: Query,
    pub(super) list: list::Query,
    pub(super) ranked: bool,
    wrong: Vec<String>,
}

pub(super) async fn understood(
    tx: &mut Tx<'_>,
    app: &App,
    asked: &Query,
    reader: &Staff,
) -> Result<Understood, Problem> {
    let (mut query, mut wrong) = (asked.clone(), asked.wrong().to_vec());
    loop {
        match read(tx, app, &query, reader).await {
            Ok((list, ranked)) => return Ok(Understood { query, list, ranked, wrong }),
            Err(problem) => match problem.refusal() {
                // Each round takes one parameter away.
                Some(Refusal::Field { field, .. }) if query.get(field).is_some() => {
                    wrong.push(field.to_string());
                    query.remove(field);
                }
                _ => return Err(problem),
            },
        }
    }
}

async fn read(
    tx: &mut Tx<'_>,
    app: &App,
    query: &Query,
    reader: &Staff,
) -> Result<(list::Query, bool), Problem> {
    let mut list = api::asked(query, reader)?;
    let mut query = query.clone();
    let typed = query.read("cause", "expected the id or code of a cause", |v| Text::<200>::parse(v).ok())?;
    if let Some(typed) = typed {
        query.put("cause", super::causes::code_typed(tx, typed.as_str()).await?);
    }
    let query = &query;
    api::look_up(tx, app, query, &mut list, reader).await?;
    Ok((list, api::ranked(query)?))
}

/// The address of a list with some parameters in the place of those that were asked.
pub(super) fn address(query: &Query, without: &[&str], with: &[(&str, &str)]) -> String {
    let kept =
        query.every().filter(|(name, _)| !without.contains(name) && with.iter().all(|(n, _)| n != name));
    let pairs: Vec<String> =
        kept.chain(with.iter().copied()).map(|(name, value)| format!("{name}={}", encode(value))).collect();
    if pairs.is_empty() { "/complaints".to_owned() } else { format!("/complaints?{}", pairs.join("&")) }
}

/// What says where in a list one is, and not what is in it.
pub(super) const PLACE: [&str; 2] = ["cursor", "preview"];

async fn show(call: Call) -> Result<Answer, Problem> {
    html(&filled(&call).await?)
}

/// The page with all that it shows.
pub(super) async fn filled(call: &Call) -> Result<ListPage, Problem> {
    let reader = call.caller()?;
    let mut f = Frame::new(call, "list", "frame-complaints");
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let mut asked = call.query.clone();
    let wide = asked.get("filter").is_some();
    asked.remove("filter");
    let Understood { query, list, ranked, mut wrong } =
        understood(&mut tx, &call.app, &asked, reader).await?;
    // What was searched for stands in its box even when it could not be searched for.
    f.query = call.query.get("q").unwrap_or_default().to_owned();
    let view = VIEWS.into_iter().find(|v| Scope::from_code(v) == Some(list.scope)).unwrap_or("all");
    f.view = view;
    f.title = f.word("frame-view", view).into_owned();
    let (items, cursor) = if ranked {
        (search::ranked(&mut tx, reader, &list).await?, None)
    } else {
        let page = list::page(&mut tx, reader, &list).await?;
        (page.items, page.next)
    };
    let (saved, at) = saved::beside(call, &f, &mut tx, &query).await?;
    if query.get("saved").is_some() && at.is_none() {
        wrong.push("saved".to_owned());
    }
    let hidden = &call.signed_in()?.session.hidden_columns;
    let columns = match &at {
        Some(at) if !at.columns.is_empty() => at.columns.clone(),
        _ => Column::usual(hidden),
    };
    let with_causes = columns.iter().any(|c| c.tells == ViewColumn::Cause);
    let (count, first_page) = (items.len(), query.get("cursor").is_none());
    let rows = rows(&f, &mut tx, items, list.words.as_ref(), with_causes).await?;
    let preview = match query.get("preview") {
        Some(name) => preview::of(&f, &mut tx, name, reader).await?,
        None => None,
    };
    if query.get("preview").is_some() && preview.is_none() {
        wrong.push("preview".to_owned());
    }
    let chips = filters::chips(&f, &mut tx, &query, &list).await?;
    let wide = if wide { Some(Wide::read(&f, &mut tx, &list).await?) } else { None };
    drop(connection);
    let whole = chips.is_empty();
    let figure = if first_page && cursor.is_none() && !ranked {
        i64::try_from(count).ok().map(|n| f.with("list-count", "count", n))
    } else if whole {
        count_of(f.counts(), list.scope).map(|n| f.with("list-count-more", "count", told(n)))
    } else {
        None
    };
    let sort = if ranked { "" } else { sort_code(list.sort) };
    let gone = at.as_ref().filter(|at| !at.gone.is_empty());
    let gone = gone.map(|at| f.with("views-gone", "names", filters::names(&f, &at.gone)));
    if let Some(at) = &at {
        f.title.clone_from(&at.name);
        f.view = "";
    }
    let asked = saved::asked(&query);
    Ok(ListPage {
        wrong: (!wrong.is_empty()).then(|| f.with("list-wrong", "names", filters::names(&f, &wrong))),
        figure,
        whole,
        chips,
        choices: Choices::of(&f, &query, &list, wide),
        rows,
        columns: saved::heads(&f, &query, sort, &columns),
        choice: choice(&f, hidden),
        chooses: reader.role != Role::Auditor,
        gone,
        save: format!("/views/new?{asked}"),
        asked,
        saved,
        at,
        best: (list.words.is_some() && !ranked)
            .then(|| address(&query, &["cursor", "preview", "sort"], &[("rank", "true")])),
        next: cursor.map(|c| address(&query, &["preview"], &[("cursor", &c.to_string())])),
        first: (!first_page).then(|| address(&query, &PLACE, &[])),
        cleared: format!("/complaints?view={view}"),
        here: address(&query, &["preview"], &[]),
        kept: kept(&query, &["preview"]),
        preview,
        f,
    })
}

fn kept(query: &Query, without: &[&str]) -> Vec<(String, String)> {
    let kept = query.every().filter(|(name, _)| !without.contains(name));
    kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// How many a whole view holds, if it is more than a page of it tells.
fn count_of(counts: Counts, scope: Scope) -> Option<i64> {
    let count = match scope {
        Scope::Mine => counts.mine,
        Scope::Offered => counts.offered,
        Scope::Promised => counts.promised,
        Scope::HandedOver => counts.handed_over,
        Scope::Team => counts.team?,
        Scope::All => counts.all,
    };
    Some(count).filter(|n| *n > 0)
}

const fn sort_code(sort: Sort) -> &'static str {
    match sort {
        Sort::Waiting => "waiting",
        Sort::Received => "received",
        Sort::Due => "due",
    }
}

fn choice(f: &Frame, hidden: &[String]) -> Vec<LeftOut> {
    let shown = |code: &str| !hidden.iter().any(|h| h == code);
    COLUMNS
        .into_iter()
        .map(|code| LeftOut { code, name: f.word("list-column", code), shown: shown(code) })
        .collect()
}

/// Keeps which columns the reader wants to see.
async fn columns(call: Call) -> Result<Answer, Problem> {
    let (reader, form) = (call.caller()?.id, call.form()?);
    let hidden: Vec<&'static str> =
        COLUMNS.into_iter().filter(|code| !form.all("column").any(|shown| shown == *code)).collect();
    call.app
        .database
        .change(move |unit| {
            let hidden = hidden.clone();
            Box::pin(async move { desk::hide_columns(unit, reader, &hidden).await })
        })
        .await?;
    Ok(Answer::see_other(local(form.filled("_next").unwrap_or("/complaints"))))
}
