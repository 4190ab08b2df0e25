//! Saved views: all that the reader has, and the form by which one is made and changed. The order of the columns is
//! changed by buttons, so that neither a mouse nor a script is needed.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::id::SavedViewId;
use firsthand_domain::saved_view::{ColumnWidth, PlacedColumn, SavedView, Sharing, ViewColumn, ViewQuery};
use firsthand_storage::{Tx, saved_views};
use serde_json::{Map, Value, json};

use super::causes::code_typed;
use super::list::{ASKED, Chip, chips, names, saved_figure, saved_link, saved_sent, understood};
use super::rows::Column;
use super::{Frame, html};
use crate::api::views as api;
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::problem::Problem;
use crate::query::{Query, joined};
use crate::rights::Right::{Reader, Writer};
use crate::routes::{Route, form, page};

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/views", Reader, all),
        page("/views/new", Writer, blank).asks(ASKED),
        form("/views/new", Writer, begin),
        page("/views/{id}", Reader, edit),
        form("/views/{id}", Writer, keep),
        form("/views/{id}/filters", Writer, filters),
        form("/views/{id}/delete", Writer, delete),
    ]
}

/// So many views are told on their page.
const TOLD: i64 = 200;

/// A view in the list of views.
struct Line {
    id: SavedViewId,
    name: String,
    link: String,
    who: String,
    count: String,
    gone: Option<String>,
    keeps: bool,
}

#[derive(Template)]
#[template(path = "saved-views.html")]
struct ViewsPage {
    f: Frame,
    views: Vec<Line>,
}

/// A column in the form.
struct Place {
    code: &'static str,
    name: Cow<'static, str>,
    shown: bool,
    width: ColumnWidth,
    /// It was just moved: `up` or `down`.
    moved: &'static str,
}

#[derive(Template)]
#[template(path = "saved-view.html")]
struct ViewPage {
    f: Frame,
    /// The view that is changed; nothing for a new one.
    id: Option<SavedViewId>,
    version: i64,
    fault: Option<String>,
    name: String,
    sharing: Sharing,
    team: String,
    lead: bool,
    /// What is looked for, as it is sent and in words.
    query: String,
    chips: Vec<Chip>,
    places: Vec<Place>,
    widths: Vec<(ColumnWidth, Cow<'static, str>)>,
    next: String,
}

async fn all(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "list", "views-saved");
    let reader = call.caller()?;
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let found = saved_views::of(&mut tx, reader, TOLD).await?;
    let tallies = api::counted(&mut tx, &call.app, &found, reader).await?;
    let mut views = Vec::with_capacity(found.len());
    for (view, tally) in found.into_iter().zip(tallies) {
        let gone = api::gone(&mut tx, &call.app, &view.query, reader).await?;
        views.push(Line {
            id: view.id,
            link: saved_link(&view.query, &view.id.to_string()),
            who: who(&f, &view),
            count: tally.map(saved_figure).unwrap_or_default(),
            gone: (!gone.is_empty()).then(|| f.with("views-gone", "names", names(&f, &gone))),
            keeps: f.writes() && view.kept_by(reader).is_ok(),
            name: view.name,
        });
    }
    drop(connection);
    html(&ViewsPage { f, views })
}

fn who(f: &Frame, view: &SavedView) -> String {
    match &view.team {
        Some(team) => f.with("views-of-team", "team", team.as_str()),
        None => f.word("views-sharing", view.sharing.code()).into_owned(),
    }
}

/// Something to fill the form with.
struct Filled {
    id: Option<SavedViewId>,
    version: i64,
    name: String,
    sharing: Sharing,
    team: String,
    query: ViewQuery,
    /// Every column in its order, with whether it is shown.
    places: Vec<(PlacedColumn, bool)>,
    /// What was just moved, and where to.
    moved: Option<(ViewColumn, &'static str)>,
}

/// Every column: those that are shown in their order, then the rest.
fn places(shown: &[PlacedColumn]) -> Vec<(PlacedColumn, bool)> {
    let rest = ViewColumn::ALL.iter().filter(|code| shown.iter().all(|placed| placed.column != **code));
    let rest = rest.map(|column| (PlacedColumn { column: *column, width: ColumnWidth::Usual }, false));
    shown.iter().map(|placed| (*placed, true)).chain(rest).collect()
}

fn usual(hidden: &[String]) -> Vec<PlacedColumn> {
    let placed = |c: Column| PlacedColumn { column: c.tells, width: ColumnWidth::Usual };
    Column::usual(hidden).into_iter().map(placed).collect()
}

async fn blank(call: Call) -> Result<Answer, Problem> {
    let hidden = call.signed_in()?.session.hidden_columns.clone();
    let query = saved_sent(&joined(call.query.every()));
    let filled = Filled {
        id: None,
        version: 0,
        name: String::new(),
        sharing: Sharing::Own,
        team: String::new(),
        query,
        places: places(&usual(&hidden)),
        moved: None,
    };
    shown(&call, filled, None).await
}

async fn edit(call: Call) -> Result<Answer, Problem> {
    let id = SavedViewId(call.id()?);
    let reader = call.caller()?.clone();
    let mut connection = call.connection().await?;
    let view = saved_views::by_id(&mut connection.tx(), id, &reader).await?.ok_or(Refusal::NotFound)?;
    drop(connection);
    view.kept_by(&reader)?;
    let columns = if view.columns.is_empty() { usual(&[]) } else { view.columns };
    let filled = Filled {
        id: Some(id),
        version: view.version,
        name: view.name,
        sharing: view.sharing,
        team: view.team.unwrap_or_default(),
        query: view.query,
        places: places(&columns),
        moved: None,
    };
    shown(&call, filled, None).await
}

async fn shown(call: &Call, filled: Filled, problem: Option<&Problem>) -> Result<Answer, Problem> {
    let title = if filled.id.is_some() { "views-edit" } else { "views-save" };
    let mut f = Frame::new(call, "list", title);
    let reader = call.caller()?;
    let query = joined(&filled.query);
    let mut connection = call.app.database.read().await?;
    let mut tx = connection.tx();
    let chips = narrowed(call, &f, &mut tx, &query).await?;
    drop(connection);
    let (fault, status) = match problem {
        Some(problem) => {
            f.title = f.with("frame-error", "title", f.title.clone());
            (Some(problem.words(&f)), problem.kind.status)
        }
        None => (None, 200),
    };
    let place = |(placed, shown): (PlacedColumn, bool)| Place {
        code: placed.column.code(),
        name: f.word("views-column", placed.column.code()),
        shown,
        width: placed.width,
        moved: filled.moved.filter(|(column, _)| *column == placed.column).map_or("", |(_, to)| to),
    };
    let page = ViewPage {
        id: filled.id,
        version: filled.version,
        fault,
        name: filled.name,
        sharing: filled.sharing,
        team: filled.team,
        lead: reader.is_lead(),
        chips,
        places: filled.places.into_iter().map(place).collect(),
        widths: ColumnWidth::ALL.iter().map(|w| (*w, f.word("views-width", w.code()))).collect(),
        next: format!("/complaints?{query}"),
        query,
        f,
    };
    Ok(Answer { status, ..html(&page)? })
}

/// What is looked for, in words.
async fn narrowed(call: &Call, f: &Frame, tx: &mut Tx<'_>, query: &str) -> Result<Vec<Chip>, Problem> {
    let asked = Query::parse_kindly(query, ASKED);
    let read = understood(tx, &call.app, &asked, call.caller()?).await?;
    chips(f, tx, &read.query, &read.list).await
}

/// The form as it was sent, with a column moved where that was asked.
fn sent(form: &Form, id: Option<SavedViewId>) -> Filled {
    let shows = |code: &str| form.all("_show").any(|shown| shown == code);
    let column = |code: &str| {
        let width = ColumnWidth::from_code(form.get(&format!("_w_{code}"))).unwrap_or(ColumnWidth::Usual);
        Some((PlacedColumn { column: ViewColumn::from_code(code)?, width }, shows(code)))
    };
    let mut places: Vec<(PlacedColumn, bool)> = Vec::new();
    for place in form.all("_col").filter_map(column) {
        if places.iter().all(|(other, _)| other.column != place.0.column) {
            places.push(place);
        }
    }
    let mut moved = None;
    for (name, to) in [("_up", "up"), ("_down", "down")] {
        let Some(column) = form.filled(name).and_then(ViewColumn::from_code) else { continue };
        let Some(at) = places.iter().position(|(placed, _)| placed.column == column) else { continue };
        let other = if to == "up" { at.saturating_sub(1) } else { (at + 1).min(places.len() - 1) };
        places.swap(at, other);
        moved = Some((column, to));
    }
    let sharing = Sharing::from_code(form.get("sharing")).unwrap_or(Sharing::Own);
    let team = form.filled("team").filter(|_| sharing == Sharing::Team).unwrap_or_default().to_owned();
    Filled {
        id,
        version: form.get("_version").parse().unwrap_or_default(),
        name: form.get("name").to_owned(),
        sharing,
        team,
        query: saved_sent(form.get("_query")),
        places,
        moved,
    }
}

/// What the form says, as the call takes it.
fn body(form: &Form, filled: &Filled, lead: bool) -> Value {
    let columns: Vec<PlacedColumn> =
        filled.places.iter().filter(|(_, shown)| *shown).map(|(placed, _)| *placed).collect();
    // The usual columns are not kept one by one: each reader may leave out their own.
    let columns = if columns == usual(&[]) { Vec::new() } else { columns };
    let mut body = Map::new();
    body.insert("name".to_owned(), filled.name.clone().into());
    body.insert("query".to_owned(), json!(filled.query));
    body.insert("columns".to_owned(), json!(columns));
    if lead && form.filled("sharing").is_some() {
        body.insert("sharing".to_owned(), json!(filled.sharing));
        if !filled.team.is_empty() {
            body.insert("team".to_owned(), filled.team.clone().into());
        }
    }
    Value::Object(body)
}

async fn begin(call: Call) -> Result<Answer, Problem> {
    let form = call.form()?;
    kept(&call, &form, sent(&form, None), "/api/v1/views").await
}

async fn keep(call: Call) -> Result<Answer, Problem> {
    let (form, id) = (call.form()?, SavedViewId(call.id()?));
    kept(&call, &form, sent(&form, Some(id)), &format!("/api/v1/views/{id}")).await
}

/// What was sent as the name of a cause is kept as its code.
async fn by_code(call: &Call, query: &mut ViewQuery) -> Result<(), Problem> {
    if let Some(typed) = query.get("cause").cloned() {
        let mut connection = call.app.database.read().await?;
        query.insert("cause".to_owned(), code_typed(&mut connection.tx(), &typed).await?);
    }
    Ok(())
}

/// Asks what the form stands for; what was not done, and a column that was moved, are shown in the form.
async fn kept(call: &Call, form: &Form, mut filled: Filled, path: &str) -> Result<Answer, Problem> {
    if filled.moved.is_some() {
        return shown(call, filled, None).await;
    }
    by_code(call, &mut filled.query).await?;
    let body = body(form, &filled, call.caller()?.is_lead());
    let version = Some(form.get("_version")).filter(|_| filled.id.is_some());
    match call.ask(path, &body, Some(form.get("_key")), version).await {
        Ok(answer) => {
            let view: Value = serde_json::from_str(&answer.body)?;
            let id = view["id"].as_str().unwrap_or_default();
            Ok(Answer::see_other(saved_link(&filled.query, id)))
        }
        Err(problem) if problem.kind.status >= 429 || problem.kind.status == 404 => Err(problem),
        Err(problem) => shown(call, filled, Some(&problem)).await,
    }
}

/// The view looks for what the list showed.
async fn filters(call: Call) -> Result<Answer, Problem> {
    let (form, id) = (call.form()?, SavedViewId(call.id()?));
    let mut query = saved_sent(form.get("_query"));
    by_code(&call, &mut query).await?;
    let path = format!("/api/v1/views/{id}");
    call.ask(&path, &json!({ "query": query }), Some(form.get("_key")), None).await?;
    Ok(Answer::see_other(saved_link(&query, &id.to_string())))
}

async fn delete(call: Call) -> Result<Answer, Problem> {
    let (form, id) = (call.form()?, SavedViewId(call.id()?));
    let path = format!("/api/v1/views/{id}/delete");
    call.ask(&path, &json!({}), Some(form.get("_key")), Some(form.get("_version"))).await?;
    Ok(Answer::see_other("/views"))
}
