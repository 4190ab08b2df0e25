//! What is done with many complaints at once: asked for by the boxes of the list, said once for all, told row by row. No
//! script is needed; nothing is done before it is said what.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::bulk::BulkVerb;
use firsthand_domain::text::Text;
use firsthand_storage::bulk::{AT_ONCE, Chosen};
use firsthand_storage::list::{self, Scope};
use firsthand_storage::{Tx, bulk};
use serde_json::{Map, Value, json};

use super::account::local;
use super::list::{ASKED, Person, Wide, address, understood};
use super::rows::{customer_name, cut, one_line, other_lang};
use super::{Frame, html, speech};
use crate::api::bulk as api;
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::problem::Problem;
use crate::query::Query;
use crate::rights::Right::Writer;
use crate::routes::{Route, form};

pub(super) fn routes() -> Vec<Route> {
    vec![form("/complaints/chosen", Writer, choose), form("/complaints/chosen/done", Writer, perform)]
}

/// A complaint that was chosen.
struct Row {
    /// As the form sends it: reference and version.
    value: String,
    reference: String,
    subject: String,
    lang: String,
    customer: String,
}

#[derive(Template)]
#[template(path = "chosen.html")]
struct ChosenPage {
    f: Frame,
    verb: BulkVerb,
    fault: Option<String>,
    rows: Vec<Row>,
    /// There were more than can be done at once.
    cut: bool,
    wide: Wide,
    people: Vec<Person>,
    severities: Vec<(&'static str, String)>,
    confidences: Vec<(&'static str, String)>,
    form: Form,
    next: String,
}

/// One complaint that was dealt with.
struct Told {
    reference: String,
    words: String,
}

#[derive(Template)]
#[template(path = "chosen-done.html")]
struct DonePage {
    f: Frame,
    summary: String,
    refused: Vec<Told>,
    done: Vec<Told>,
    /// What can be taken back, as the form sends it.
    undo: Vec<String>,
    /// What taking back means here.
    undo_words: String,
    next: String,
}

fn verb_of(form: &Form) -> Result<BulkVerb, Problem> {
    Ok(BulkVerb::from_code(form.get("_verb")).ok_or(Refusal::NotFound)?)
}

/// What the boxes say: a reference and the version that was seen.
fn boxes(form: &Form) -> Result<Vec<Chosen>, Problem> {
    let chosen = form.all("c").map(|value| {
        let (name, version) = value.rsplit_once('.').unwrap_or((value, ""));
        let name = Text::parse(name).map_err(|_| Refusal::NotFound)?;
        Ok(Chosen { name, version: version.parse().ok() })
    });
    Ok(chosen.collect::<Result<Vec<_>, Refusal>>()?)
}

/// Where the list was.
fn back(form: &Form) -> String {
    let query = Query::parse_kindly(form.get("_query"), ASKED);
    address(&query, &[], &[])
}

/// Says what is to be done, and with which.
async fn choose(call: Call) -> Result<Answer, Problem> {
    let form = call.form()?;
    let verb = verb_of(&form)?;
    if verb == BulkVerb::Undo {
        return Err(Refusal::NotFound.into());
    }
    let next = form.filled("_next").map_or_else(|| back(&form), |next| local(next).to_owned());
    shown(&call, verb, form, next, None).await
}

async fn shown(
    call: &Call,
    verb: BulkVerb,
    form: Form,
    next: String,
    problem: Option<&Problem>,
) -> Result<Answer, Problem> {
    let mut f = Frame::new(call, "list", "bulk-title");
    f.title = f.word("bulk-title", verb.code()).into_owned();
    let mut connection = call.app.database.read().await?;
    let mut tx = connection.tx();
    let (items, cut) = items(call, &mut tx, &form).await?;
    if items.is_empty() {
        return Ok(Answer::see_other(next));
    }
    let wide = Wide::read(&f, &mut tx, &list::Query::default()).await?;
    drop(connection);
    let (fault, status) = match problem {
        Some(problem) => {
            f.title = f.with("frame-error", "title", f.title.clone());
            (Some(problem.words(&f)), problem.kind.status)
        }
        None => (None, 200),
    };
    let coded = |kind: &str, codes: &[&'static str]| -> Vec<(&'static str, String)> {
        codes.iter().map(|code| (*code, f.word(kind, code).into_owned())).collect()
    };
    let page = ChosenPage {
        verb,
        fault,
        rows: items.into_iter().map(|(item, value)| row(&f, item, value)).collect(),
        cut,
        people: wide.people.iter().filter(|one| one.id != "me").cloned().collect(),
        wide,
        severities: coded("severity", &["minor", "serious", "critical"]),
        confidences: coded("confidence", &["suspected", "confirmed"]),
        form,
        next,
        f,
    };
    Ok(Answer { status, ..html(&page)? })
}

fn row(f: &Frame, item: list::Item, value: String) -> Row {
    let subject = item.summary.as_deref().map(one_line).filter(|s| !s.is_empty());
    Row {
        value,
        subject: cut(&subject.unwrap_or_else(|| item.reference.clone()), 80),
        lang: other_lang(f, item.language.as_deref()),
        customer: customer_name(f, item.customer.as_ref()),
        reference: item.reference,
    }
}

/// The complaints that were chosen, or the first of all that match, each as its box sends it; and whether there are more.
async fn items(
    call: &Call,
    tx: &mut Tx<'_>,
    form: &Form,
) -> Result<(Vec<(list::Item, String)>, bool), Problem> {
    let reader = call.caller()?;
    let most = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
    if form.filled("_all").is_some() {
        let query = Query::parse_kindly(form.get("_query"), ASKED);
        let asked = understood(tx, &call.app, &query, reader).await?;
        let page = if asked.ranked {
            let items = firsthand_storage::search::ranked(tx, reader, &asked.list).await?;
            list::Page { items, next: None }
        } else {
            list::page(tx, reader, &list::Query { limit: most, cursor: None, ..asked.list }).await?
        };
        let value = |item: list::Item| (format!("{}.{}", item.reference, item.version), item);
        let items = page.items.into_iter().map(value).map(|(value, item)| (item, value)).collect();
        return Ok((items, page.next.is_some()));
    }
    let mut chosen = boxes(form)?;
    let cut = chosen.len() > AT_ONCE;
    chosen.truncate(AT_ONCE);
    let ids = bulk::ids(tx, &chosen).await?;
    if ids.is_empty() {
        return Ok((Vec::new(), false));
    }
    let among = list::Query { scope: Scope::All, among: Some(ids), limit: most, ..list::Query::default() };
    let items = list::page(tx, reader, &among).await?.items;
    // One that the reader may not know of: as in the change itself, nothing says which.
    if items.len() < chosen.len() {
        return Err(Refusal::NotFound.into());
    }
    // The version that was seen in the list, not the one that is there meanwhile.
    let value = |item: list::Item| {
        let seen = chosen.iter().find(|one| one.name.as_str() == item.reference).and_then(|one| one.version);
        let value = format!("{}.{}", item.reference, seen.unwrap_or(item.version));
        (item, value)
    };
    Ok((items.into_iter().map(value).collect(), cut))
}

/// Does it, and tells each.
async fn perform(call: Call) -> Result<Answer, Problem> {
    let mut form = call.form()?;
    let verb = verb_of(&form)?;
    let next = local(form.filled("_next").unwrap_or("/complaints")).to_owned();
    if form.all("c").next().is_none() {
        return Ok(Answer::see_other(next));
    }
    match done(&call, verb, &mut form).await {
        Ok(answer) => told(&call, verb, &serde_json::from_str(&answer.body)?, next),
        Err(problem)
            if problem.kind.status >= 429 || problem.kind.status == 404 || verb == BulkVerb::Undo =>
        {
            Err(problem)
        }
        Err(problem) => shown(&call, verb, form, next, Some(&problem)).await,
    }
}

/// The very call that programs make, which says why a row was refused in the reader's language too.
async fn done(call: &Call, verb: BulkVerb, form: &mut Form) -> Result<Answer, Problem> {
    let complaints: Vec<Value> = boxes(form)?
        .into_iter()
        .map(|one| json!({ "id": one.name.as_str(), "version": one.version }))
        .collect();
    if verb == BulkVerb::Tag {
        super::causes::resolve(call, form, "cause").await?;
    }
    let speech = speech(&call.app, call.session.as_ref(), &call.headers);
    let mut said = form.clone();
    said.remove("c");
    let mut body = match said.body(speech.zone())? {
        Value::Object(body) => body,
        _ => Map::new(),
    };
    body.insert("verb".to_owned(), verb.code().into());
    body.insert("complaints".to_owned(), complaints.into());
    let (_, asked) =
        call.as_program("/api/v1/complaints/bulk", &Value::Object(body), Some(form.get("_key")), None)?;
    let speech = Arc::new(speech);
    api::tell(&asked, move |refusal| Some(speech.refusal(refusal))).await
}

fn told(call: &Call, verb: BulkVerb, answer: &Value, next: String) -> Result<Answer, Problem> {
    let mut f = Frame::new(call, "list", "bulk-title");
    let count = |name: &str| answer[name].as_i64().unwrap_or_default();
    f.title = f.word("bulk-title", verb.code()).into_owned();
    let (mut refused, mut done, mut undo) = (Vec::new(), Vec::new(), Vec::new());
    for row in answer["results"].as_array().into_iter().flatten() {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let one = Told { reference: text("reference"), words: text("words") };
        if row["can_undo"] == true && verb != BulkVerb::Undo {
            undo.push(format!("{}.{}", one.reference, row["version"]));
        }
        if row["done"] == true { done.push(one) } else { refused.push(one) }
    }
    let page = DonePage {
        summary: f.with2("bulk-summary", "done", count("done"), "refused", count("refused")),
        refused,
        done,
        undo_words: f.word("bulk-undo", verb.code()).into_owned(),
        undo,
        next,
        f,
    };
    html(&page)
}
