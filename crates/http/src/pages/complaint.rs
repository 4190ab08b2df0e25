//! A complaint: everything that happened, who is responsible, and what can be done. Opening it changes nothing.

mod attached;
pub(super) mod awards;
mod details;
mod drafts;
mod facts;
mod forms;
mod merge;
mod names;
mod page;
mod panels;
mod rules;
mod sheet;
#[cfg(test)]
mod tests;
mod texts;
mod timeline;

use firsthand_domain::Refusal;
use firsthand_domain::staff::Staff;
use firsthand_storage::complaints::{self, Referenced};
use firsthand_storage::list::{self, Scope, Sort};
use firsthand_storage::{Tx, view};
use serde_json::{Map, Value, json};

use self::sheet::Tried;
use super::{Frame, html};
use crate::call::{Answer, Call};
use crate::files;
use crate::form::Form;
use crate::problem::Problem;
use crate::rights::Right::{Reader, Writer};
use crate::router::Found;
use crate::routes::{Route, form, page};

/// Parts of a complaint that have verbs of their own.
const PARTS: &[&str] = &["handoffs", "successions", "replies", "promises", "awards", "attachments"];

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/complaints/{reference}", Reader, show),
        page("/complaints/{reference}/merge", Writer, merge::candidates),
        page("/complaints/{reference}/reply-texts", Writer, texts::offered).frameless(),
        form("/complaints/{reference}/draft", Writer, drafts::keep),
        form("/complaints/{reference}/{verb}", Reader, on_complaint).with_files(),
        form("/complaints/{reference}/{part}/{id}/{verb}", Reader, on_part),
    ]
}

/// A complaint the reader may know of, by its reference or id.
async fn visible(tx: &mut Tx<'_>, name: &str, reader: &Staff) -> Result<Referenced, Problem> {
    let found = complaints::named(tx, name).await?.ok_or(Refusal::NotFound)?;
    if found.complaint.visible_to(reader) { Ok(found) } else { Err(Refusal::NotFound.into()) }
}

async fn show(call: Call) -> Result<Answer, Problem> {
    let mut connection = call.connection().await?;
    let found = visible(&mut connection.tx(), call.param("reference"), call.caller()?).await?;
    call.keep(connection);
    if found.reference == call.param("reference") {
        html(&page::filled(&call, found, None).await?)
    } else {
        Ok(Answer::see_other(format!("/complaints/{}", found.reference)))
    }
}

/// The page with all that it shows.
pub(super) async fn filled(call: &Call) -> Result<page::ComplaintPage, Problem> {
    let mut connection = call.connection().await?;
    let found = visible(&mut connection.tx(), call.param("reference"), call.caller()?).await?;
    call.keep(connection);
    page::filled(call, found, None).await
}

async fn on_complaint(call: Call) -> Result<Answer, Problem> {
    let verb = call.param("verb").to_owned();
    perform(&call, &verb, |id| format!("/api/v1/complaints/{id}/{verb}")).await
}

async fn on_part(call: Call) -> Result<Answer, Problem> {
    let (part, id, verb) = (call.param("part"), call.param("id"), call.param("verb"));
    if !PARTS.contains(&part) {
        return Err(Refusal::NotFound.into());
    }
    let path = format!("{part}/{id}/{verb}");
    perform(&call, &path, |_| format!("/api/v1/{path}")).await
}

/// Asks what the form stands for. What was not done is shown on the page it came from, as it was typed.
async fn perform(call: &Call, verb: &str, path: impl Fn(String) -> String) -> Result<Answer, Problem> {
    let form = call.form()?;
    let mut connection = call.connection().await?;
    let found = visible(&mut connection.tx(), call.param("reference"), call.caller()?).await?;
    drop(connection);
    let path = path(found.complaint.id.to_string());
    if !matches!(call.app.router.find("POST", &path), Found::Route(..)) {
        return Err(Refusal::NotFound.into());
    }
    let name = match form.filled("complaint") {
        Some(complaint) if verb == "unmerge" => format!("unmerge:{complaint}"),
        _ => verb.to_owned(),
    };
    if texts::FORMS.contains(&verb) && form.filled("_fill").is_some() {
        return texts::put_in(call, found, name, form).await;
    }
    // The first thing that goes out is confirmed once: to whom, and how.
    let first = verb == "replies" && found.complaint.replies.is_empty();
    if first && form.filled("body").is_some() && form.get("_sure") != form.get("channel") {
        return page::shown(call, found, Some(Tried { name, form, problem: None })).await;
    }
    let asked = async {
        if let Some(problem) = files::refused(&call.app, &form) {
            return Err(problem);
        }
        let body = body(call, verb, form.clone(), &found).await?;
        call.ask(&path, &body, Some(form.get("_key")), Some(form.get("_version"))).await
    };
    match asked.await {
        Ok(answer) => {
            drafts::forget(call, found.complaint.id, verb).await;
            if verb == "close" && form.get("_then") == "next" {
                return Ok(Answer::see_other(next(call).await?));
            }
            Ok(Answer::see_other(onward(&form, &found.reference, verb, &answer)))
        }
        // What the desk could not do at all is told, and logged, as everywhere.
        Err(problem) if problem.kind.status >= 429 => Err(problem),
        Err(problem) => {
            let mut connection = call.connection().await?;
            let found = visible(&mut connection.tx(), &found.reference, call.caller()?).await?;
            drop(connection);
            page::shown(call, found, Some(Tried { name, form, problem: Some(problem) })).await
        }
    }
}

/// The complaint that waits for the reader and is due soonest, else their desk.
async fn next(call: &Call) -> Result<String, Problem> {
    let mut connection = call.connection().await?;
    let soonest = list::Query { scope: Scope::Mine, sort: Sort::Due, limit: 1, ..list::Query::default() };
    let items = list::page(&mut connection.tx(), call.caller()?, &soonest).await?.items;
    Ok(items.first().map_or_else(|| "/".to_owned(), |item| format!("/complaints/{}", item.reference)))
}

/// Where one goes on: where the form says, or to what was just made.
fn onward(form: &Form, reference: &str, verb: &str, answer: &Answer) -> String {
    if let Some(next) = form.filled("_next") {
        return super::account::local(next).to_owned();
    }
    if verb == "awards" || verb.starts_with("awards/") {
        return format!("/complaints/{reference}#awards");
    }
    let version = answer.etag.as_deref().unwrap_or_default().trim_matches('"');
    format!("/complaints/{reference}#h{version}")
}

/// The body of the call. A few fields have names of the page's own, since one name means two things in the API.
async fn body(call: &Call, verb: &str, mut form: Form, found: &Referenced) -> Result<Value, Problem> {
    let f = Frame::new(call, "list", "complaint-page");
    if verb == "causes" {
        super::causes::resolve(call, &mut form, "cause").await?;
    }
    if verb == "assessment" {
        let mut connection = call.connection().await?;
        let view = view::of(&mut connection.tx(), found.clone(), call.app.database.now()).await?;
        for (field, now) in forms::as_assessed(&f, &view) {
            if form.get(field).trim() == now {
                form.remove(field);
            }
        }
    }
    let whys = whys(&form)?;
    form.remove("whys");
    if let Some(amount) = form.filled("value.amount").map(str::to_owned) {
        let amount = super::amount::exact(&amount, form.get("value.currency"));
        form.set("value.amount", amount);
    }
    let mut body = match form.body(f.zone())? {
        Value::Object(body) => body,
        _ => Map::new(),
    };
    let to: Vec<Value> = form.all("_to").filter(|id| !id.is_empty()).map(Value::from).collect();
    if !to.is_empty() {
        body.insert("to".to_owned(), to.into());
    }
    if let Some(from) = form.filled("_from") {
        body.insert("from".to_owned(), from.into());
    }
    if !whys.is_empty() {
        body.insert("whys".to_owned(), whys.into());
    }
    Ok(Value::Object(body))
}

/// The chain of whys: each answer with what is written beside it, and whether the last one lies outside.
fn whys(form: &Form) -> Result<Vec<Value>, Problem> {
    let mut steps = Vec::new();
    let shown: Vec<&str> = form.all("_whys_evidence").collect();
    for (at, answer) in form.all("whys").enumerate() {
        let shown = shown.get(at).map(|text| text.trim()).filter(|text| !text.is_empty());
        match (answer.trim(), shown) {
            ("", None) => {}
            ("", Some(_)) => {
                return Err(Problem::field(
                    format!("whys[{at}].answer"),
                    "expected a text that is not empty",
                ));
            }
            (answer, None) => steps.push(json!({ "answer": answer })),
            (answer, Some(shown)) => steps.push(json!({ "answer": answer, "evidence": shown })),
        }
    }
    if form.filled("_whys_external").is_some()
        && let Some(last) = steps.last_mut().and_then(Value::as_object_mut)
    {
        last.insert("external".to_owned(), true.into());
    }
    Ok(steps)
}
