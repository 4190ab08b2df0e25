//! Why complaints happen: the tree for everybody to read, and the forms by which leads keep it.

mod rating;
mod sheet;
#[cfg(test)]
mod tests;

use askama::Template;
use firsthand_domain::cause::{Cause, CauseChange, CauseTree};
use firsthand_domain::id::CauseId;
use firsthand_storage::{Tx, causes};
use serde_json::{Value, json};

use self::sheet::{Input, Sheet, Wrong};
use super::rows::cause_name;
use super::{Frame, html};
use crate::call::{Answer, Call, JSON};
use crate::form::Form;
use crate::problem::Problem;
use crate::query::encode;
use crate::rights::Right::{Lead, Reader};
use crate::routes::{Route, form, page};
use crate::speech::Speech;

/// Rows on the page, at most.
const MOST: usize = 500;
/// Of a tree with more rows than that, so many levels are shown.
const LEVELS: usize = 2;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        page("/causes", Reader, shown).asks(&["q", "under", "change", "done"]),
        page("/causes/find", Reader, find).asks(&["q"]).frameless(),
        form("/causes", Lead, add),
        form("/causes/{id}/move", Lead, put),
        form("/causes/{id}/retire", Lead, retire),
    ];
    routes.extend(rating::routes());
    routes
}

/// What was typed for a cause, as the call takes it: a name that one leaf has stands for its code.
pub(super) async fn code_typed(tx: &mut Tx<'_>, typed: &str) -> Result<String, Problem> {
    let found = causes::typed(tx, typed.trim()).await?;
    Ok(found.map_or_else(|| typed.trim().to_owned(), |cause| cause.code))
}

/// The same for a field of a form, if it was filled in.
pub(super) async fn resolve(call: &Call, form: &mut Form, field: &str) -> Result<(), Problem> {
    if let Some(typed) = form.filled(field).map(str::to_owned) {
        let mut connection = call.app.database.read().await?;
        let code = code_typed(&mut connection.tx(), &typed).await?;
        form.set(field, code);
    }
    Ok(())
}

/// A cause in its place.
struct Row {
    depth: usize,
    code: String,
    name: String,
    leaf: bool,
    retired: bool,
    /// How it is sorted, in words.
    facets: String,
    /// Under what a retired one is counted.
    counted: Option<String>,
    /// So many under it are not shown.
    hidden: usize,
}

/// One change in words.
struct Change {
    what: String,
    when: String,
}

#[derive(Template)]
#[template(path = "causes.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is asked by the template by itself")]
struct CausesPage {
    f: Frame,
    query: String,
    /// The branch that is shown, by name.
    under: Option<String>,
    rows: Vec<Row>,
    version: i64,
    /// Not everything is shown.
    cut: bool,
    lead: bool,
    done: bool,
    /// The cause that is changed: its name, what can be done, what was done.
    change: Option<(String, Vec<Sheet>, Vec<Change>)>,
    /// It cannot be changed.
    fixed: bool,
    add: Option<Sheet>,
    /// What can be chosen in a form: code and name.
    choices: Vec<(String, String)>,
}

/// Rows of the tree, parents before children, as far as they are shown.
struct Rows<'t> {
    f: &'t Speech,
    tree: &'t CauseTree,
    levels: usize,
    told: Vec<Row>,
    cut: bool,
}

impl<'t> Rows<'t> {
    fn row(&self, cause: &Cause, depth: usize) -> Row {
        let f = self.f;
        let words = [
            cause.value_category.map(|c| f.word("value-category", c.code())).filter(|_| depth == 0),
            cause.servqual.map(|c| f.word("servqual", c.code())),
            cause.family.map(|c| f.word("family", c.code())),
            cause.process_step.map(|c| f.word("process-step", c.code())),
            cause.controllable_by.map(|c| f.word("controllable-by", c.code())),
        ];
        let name = |id: CauseId| self.tree.get(id).map(|c| cause_name(f, &c.name).to_owned());
        let counted = Some(self.tree.counted_under(cause.id)).filter(|id| *id != cause.id);
        Row {
            depth,
            code: cause.code.clone(),
            name: cause_name(f, &cause.name).to_owned(),
            leaf: cause.leaf,
            retired: cause.retired,
            facets: words.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            counted: counted.and_then(name).map(|name| f.with("causes-counted", "name", name)),
            hidden: 0,
        }
    }

    fn add(&mut self, ids: &[CauseId], depth: usize) {
        let mut found: Vec<&'t Cause> = ids.iter().filter_map(|id| self.tree.get(*id)).collect();
        // Branches first, what says little last; each by its name in the reader's language.
        let f = self.f;
        found.sort_by_cached_key(|c| {
            (c.is_fixed(), c.retired, depth == 0 && c.leaf, cause_name(f, &c.name).to_lowercase())
        });
        for cause in found {
            if self.told.len() >= MOST {
                self.cut = true;
                return;
            }
            let mut row = self.row(cause, depth);
            let children = self.tree.children(cause.id);
            let deeper = depth + 1 < self.levels;
            if !deeper && !children.is_empty() {
                row.hidden = self.tree.descendants(cause.id).len();
                self.cut = true;
            }
            self.told.push(row);
            if deeper {
                self.add(children, depth + 1);
            }
        }
    }
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    html(&read(&call, None).await?)
}

/// What was sent and refused: of which form, as it was typed, and why.
struct Refused {
    sheet: &'static str,
    cause: Option<String>,
    form: Form,
    wrong: Wrong,
}

async fn read(call: &Call, refused: Option<Refused>) -> Result<CausesPage, Problem> {
    let f = Frame::new(call, "causes", "causes-title");
    let lead = Lead.admits(call.caller()?).is_ok();
    let mut connection = call.app.database.read().await?;
    let mut tx = connection.tx();
    let tree = causes::tree(&mut tx).await?;
    let query = call.query.get("q").unwrap_or_default().to_owned();
    let found = if query.is_empty() { Vec::new() } else { causes::find(&mut tx, &query).await? };
    let under = call.query.get("under").and_then(|code| tree.by_code(code));
    let changed = refused.as_ref().map_or_else(|| call.query.get("change"), |r| r.cause.as_deref());
    let changed = changed.filter(|_| lead).and_then(|code| tree.by_code(code)).cloned();
    let done = match &changed {
        Some(cause) => causes::changes(&mut tx, cause.id).await?,
        None => Vec::new(),
    };
    let choices = if lead { chosen_from(&f, &tree, &causes::choices(&mut tx).await?) } else { Vec::new() };
    drop(connection);

    let levels = if tree.len() > MOST { LEVELS } else { usize::MAX };
    let mut rows = Rows { f: &f, tree: &tree, levels, told: Vec::new(), cut: false };
    if query.is_empty() {
        match under {
            Some(branch) => rows.add(&[branch.id], 0),
            None => rows.add(tree.roots(), 0),
        }
    } else {
        rows.levels = 1;
        rows.add(&found.iter().map(|cause| cause.id).collect::<Vec<_>>(), 0);
    }
    let (rows, cut) = (rows.told, rows.cut);
    let change = changed.as_ref().map(|cause| {
        let name = cause_name(&f, &cause.name).to_owned();
        let parent = cause.parent.and_then(|id| tree.get(id)).map(|parent| parent.code.clone());
        let sheets = if cause.is_fixed() || cause.retired {
            Vec::new()
        } else {
            sheet::of_cause(&f, &cause.code, parent.as_deref(), refused.as_ref())
        };
        let told = |version: &firsthand_domain::cause::CauseVersion| {
            let kind = match version.change {
                CauseChange::Added(_) => "added",
                CauseChange::Moved { .. } => "moved",
                CauseChange::Retired { .. } => "retired",
            };
            let number = f.with("causes-version", "number", version.version.to_string());
            let what = format!("{} · {number}", f.word("causes-change", kind));
            // What every desk begins with has no day.
            let when = version.at.micros() > 0;
            Change { what, when: if when { f.exact(version.at) } else { String::new() } }
        };
        (f.with("causes-change-of", "name", name), sheets, done.iter().map(told).collect())
    });
    Ok(CausesPage {
        query,
        under: under.map(|cause| cause_name(&f, &cause.name).to_owned()),
        rows,
        version: tree.version(),
        cut,
        lead,
        done: call.query.get("done").is_some() && refused.is_none(),
        change,
        fixed: changed.is_some_and(|cause| cause.is_fixed()),
        add: lead.then(|| sheet::of_new(&f, refused.as_ref())),
        choices,
        f,
    })
}

/// Branches and, as far as a form offers them, leaves.
fn chosen_from(f: &Speech, tree: &CauseTree, leaves: &causes::Choices) -> Vec<(String, String)> {
    let branches = tree.all().filter(|c| !c.leaf && !c.retired).take(leaves.causes.len().max(50));
    let mut all: Vec<(String, String)> =
        branches.chain(&leaves.causes).map(|c| (c.code.clone(), cause_name(f, &c.name).to_owned())).collect();
    all.sort_by_cached_key(|(_, name)| name.to_lowercase());
    all
}

/// Names of leaves for what is typed into a form.
async fn find(call: Call) -> Result<Answer, Problem> {
    let speech = super::speech(&call.app, call.session.as_ref(), &call.headers);
    let mut connection = call.connection().await?;
    let found = causes::find(&mut connection.tx(), call.query.get("q").unwrap_or_default()).await?;
    let names: Vec<&str> = found.iter().map(|cause| cause_name(&speech, &cause.name)).collect();
    Ok(Answer::text(JSON, serde_json::to_string(&names)?))
}

async fn add(call: Call) -> Result<Answer, Problem> {
    let typed = call.form()?;
    let asked = async {
        let mut form = typed.clone();
        resolve(&call, &mut form, "parent").await?;
        let body = form.body(&call.app.settings.zone)?;
        call.ask("/api/v1/causes", &body, Some(typed.get("_key")), None).await
    };
    let made = asked.await.and_then(|made| Ok(serde_json::from_str::<Value>(&made.body)?));
    match made {
        Ok(made) => Ok(onward(made.get("code").and_then(Value::as_str).unwrap_or_default())),
        Err(problem) => again(&call, "add", None, typed, problem).await,
    }
}

async fn put(call: Call) -> Result<Answer, Problem> {
    change(call, "move", "parent").await
}

async fn retire(call: Call) -> Result<Answer, Problem> {
    change(call, "retire", "maps_to").await
}

/// Asks for one of the two changes, each of which names one other cause, or none.
async fn change(call: Call, verb: &'static str, field: &'static str) -> Result<Answer, Problem> {
    let (typed, code) = (call.form()?, call.param("id").to_owned());
    let asked = async {
        let mut form = typed.clone();
        resolve(&call, &mut form, field).await?;
        let path = format!("/api/v1/causes/{}/{verb}", encode(&code));
        call.ask(&path, &json!({ field: form.filled(field) }), Some(typed.get("_key")), None).await
    };
    match asked.await {
        Ok(_) => Ok(onward(&code)),
        Err(problem) => again(&call, verb, Some(code), typed, problem).await,
    }
}

fn onward(code: &str) -> Answer {
    Answer::see_other(format!("/causes?change={}&done=true", encode(code)))
}

/// The page again, with what was wrong beside what was typed.
async fn again(
    call: &Call,
    sheet: &'static str,
    cause: Option<String>,
    form: Form,
    problem: Problem,
) -> Result<Answer, Problem> {
    if problem.kind.status >= 429 || problem.kind.status == 404 {
        return Err(problem);
    }
    let speech = super::speech(&call.app, call.session.as_ref(), &call.headers);
    let wrong = Wrong::of(&speech, &problem);
    let page = read(call, Some(Refused { sheet, cause, form, wrong })).await?;
    Ok(Answer { status: problem.kind.status, ..html(&page)? })
}
