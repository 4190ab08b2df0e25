//! The lists of the desk: everybody reads them, an administrator keeps them and takes back what was changed.

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::code::Role;
use firsthand_domain::lists::{ListKind, ListName};
use firsthand_storage::lists::{LOOKED_AT, Unlisted};
use firsthand_storage::settings::{self, Kept, Version, names};
use firsthand_storage::{Tx, lists};
use uuid::Uuid;

use super::account::Faults;
use super::{Frame, html, kept};
use crate::api::lists::named;
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::problem::Problem;
use crate::rights::Right::{Admin, Reader};
use crate::routes::{Route, form, page};

/// Names on one page.
const PAGE: i64 = 100;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/settings/lists", Reader, all),
        page("/settings/lists/{list}", Reader, list).asks(&["page", "done"]),
        form("/settings/lists/{list}", Admin, add),
        page("/settings/lists/{list}/{id}", Reader, shown).asks(&["done"]),
        form("/settings/lists/{list}/{id}/amend", Admin, amend),
        form("/settings/lists/{list}/{id}/retire", Admin, |call| step(call, "retire")),
        form("/settings/lists/{list}/{id}/restore", Admin, |call| step(call, "restore")),
    ]
}

/// What a form offers of lists, each name at most once.
#[derive(Default)]
pub(super) struct Offered(Vec<(ListKind, Vec<String>)>);

impl Offered {
    pub(super) async fn read(tx: &mut Tx<'_>, kinds: &[ListKind]) -> firsthand_storage::Result<Self> {
        let mut offered = Vec::with_capacity(kinds.len());
        for kind in kinds {
            offered.push((*kind, lists::offered(tx, *kind).await?));
        }
        Ok(Self(offered))
    }

    /// The names of one list.
    pub(super) fn of(&self, kind: ListKind) -> &[String] {
        self.0.iter().find(|(of, _)| *of == kind).map_or(&[], |(_, names)| names)
    }
}

#[derive(Template)]
#[template(path = "lists.html")]
struct ListsPage {
    f: Frame,
    /// Each list, and how many names are on it.
    all: Vec<(ListKind, usize)>,
}

#[derive(Template)]
#[template(path = "list-names.html")]
struct ListPage {
    f: Frame,
    list: ListKind,
    /// So many are not retired.
    here: usize,
    names: Vec<Kept<ListName>>,
    /// Which page of names this is, from 1.
    page: i64,
    more: bool,
    admin: bool,
    unlisted: Vec<Unlisted>,
    typed: Form,
    wrong: Faults,
    done: Option<String>,
}

impl ListPage {
    /// How those that are on no list were found.
    fn looked_at(&self) -> String {
        let key = if self.list == ListKind::Team { "lists-unlisted-people" } else { "lists-unlisted-words" };
        self.f.with(key, "n", LOOKED_AT)
    }
}

#[derive(Template)]
#[template(path = "list-name.html")]
struct NamePage {
    f: Frame,
    list: ListKind,
    kept: Kept<ListName>,
    versions: Vec<Version<ListName>>,
    admin: bool,
    typed: Form,
    wrong: Faults,
    done: Option<String>,
}

impl NamePage {
    fn by(&self, version: &Version<ListName>) -> String {
        kept::by(&self.f, version)
    }

    fn what(&self, version: &Version<ListName>) -> String {
        kept::what(&self.f, &self.versions, version)
    }

    fn before(&self) -> Option<i64> {
        kept::before(&self.versions)
    }
}

fn is_admin(call: &Call) -> bool {
    call.caller.as_ref().is_some_and(|me| me.role == Role::Admin)
}

async fn all(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "settings", "lists-title");
    let mut all = Vec::with_capacity(ListKind::ALL.len());
    {
        let mut connection = call.connection().await?;
        let mut tx = connection.tx();
        for list in ListKind::ALL {
            all.push((*list, settings::count(&mut tx, names(*list)).await?.0));
        }
    }
    html(&ListsPage { f, all })
}

async fn read(call: &Call, typed: Form, wrong: Faults) -> Result<ListPage, Problem> {
    let (list, admin) = (named(call)?, is_admin(call));
    let page = call.query.read("page", "expected a whole number from 1 to 1000", |v| {
        v.parse().ok().filter(|page| (1..=1000).contains(page))
    })?;
    let page: i64 = page.unwrap_or(1);
    let (here, every, names, unlisted) = {
        let mut connection = call.connection().await?;
        let mut tx = connection.tx();
        let (here, every) = settings::count(&mut tx, names(list)).await?;
        let part = settings::part(&mut tx, names(list), PAGE, (page - 1) * PAGE).await?;
        let unlisted =
            if admin { lists::unlisted(&mut tx, list, call.caller()?.id).await? } else { Vec::new() };
        (here, every, part, unlisted)
    };
    let more = i64::try_from(every).is_ok_and(|every| every > page * PAGE);
    let mut f = Frame::new(call, "settings", "lists-title");
    f.title = f.word("lists", list.code()).into_owned();
    Ok(ListPage { f, list, here, names, page, more, admin, unlisted, typed, wrong, done: None })
}

async fn list(call: Call) -> Result<Answer, Problem> {
    let mut page = read(&call, Form::default(), Faults::default()).await?;
    page.done = kept::done(&call, &page.f);
    html(&page)
}

fn faults(call: &Call, problem: &Problem) -> Faults {
    Faults::told(problem, &super::speech(&call.app, call.session.as_ref(), &call.headers), "form")
}

/// Can the page be shown again, with what stands in the way?
fn is_told(problem: &Problem) -> bool {
    problem.kind.status < 429 && problem.kind.status != 404
}

async fn add(call: Call) -> Result<Answer, Problem> {
    let (typed, list) = (call.form()?, named(&call)?.list());
    let asked = match typed.body(&call.app.settings.zone) {
        Ok(body) => call.ask(&format!("/api/v1/lists/{list}"), &body, Some(typed.get("_key")), None).await,
        Err(problem) => Err(problem),
    };
    match asked {
        // Several are often put there one after the other.
        Ok(_) => Ok(Answer::see_other(format!("/settings/lists/{list}?done=added"))),
        Err(problem) if is_told(&problem) => {
            let page = read(&call, typed, faults(&call, &problem)).await?;
            Ok(Answer { status: problem.kind.status, ..html(&page)? })
        }
        Err(problem) => Err(problem),
    }
}

async fn read_name(call: &Call, typed: Option<Form>, wrong: Faults) -> Result<NamePage, Problem> {
    let (list, id): (_, Uuid) = (named(call)?, call.id()?);
    let (kept, versions) = {
        let mut connection = call.connection().await?;
        let mut tx = connection.tx();
        let kept = settings::by_id(&mut tx, names(list), id).await?.ok_or(Refusal::NotFound)?;
        (kept, settings::versions(&mut tx, id).await?)
    };
    let mut f = Frame::new(call, "settings", "lists-title");
    f.title.clone_from(&kept.said.name);
    let typed = typed.unwrap_or_else(|| {
        let mut typed = Form::default();
        typed.set("name", kept.said.name.as_str());
        typed
    });
    Ok(NamePage { f, list, kept, versions, admin: is_admin(call), typed, wrong, done: None })
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    let mut page = read_name(&call, None, Faults::default()).await?;
    page.done = kept::done(&call, &page.f);
    html(&page)
}

/// Goes on to the page when it is done; otherwise the page says why not, with what was typed.
async fn told(
    call: &Call,
    asked: Result<Answer, Problem>,
    done: &str,
    typed: Option<Form>,
) -> Result<Answer, Problem> {
    match asked {
        Ok(_) => {
            let (list, id) = (named(call)?.list(), call.id()?);
            Ok(Answer::see_other(format!("/settings/lists/{list}/{id}?done={done}")))
        }
        Err(problem) if is_told(&problem) => {
            let wrong = if typed.is_some() {
                faults(call, &problem)
            } else {
                let speech = super::speech(&call.app, call.session.as_ref(), &call.headers);
                Faults::one("form", problem.words(&speech))
            };
            let page = read_name(call, typed, wrong).await?;
            Ok(Answer { status: problem.kind.status, ..html(&page)? })
        }
        Err(problem) => Err(problem),
    }
}

/// The address of a name in the API.
fn at(call: &Call) -> Result<String, Problem> {
    Ok(format!("/api/v1/lists/{}/{}", named(call)?.list(), call.id()?))
}

async fn amend(call: Call) -> Result<Answer, Problem> {
    let (typed, at) = (call.form()?, at(&call)?);
    let asked = match typed.body(&call.app.settings.zone) {
        Ok(body) => {
            let (key, version) = (typed.get("_key"), typed.get("_version"));
            call.ask(&format!("{at}/amend"), &body, Some(key), Some(version)).await
        }
        Err(problem) => Err(problem),
    };
    told(&call, asked, "amend", Some(typed)).await
}

async fn step(call: Call, what: &'static str) -> Result<Answer, Problem> {
    let asked = kept::step(&call, &at(&call)?, what).await;
    told(&call, asked, what, None).await
}

#[cfg(test)]
mod tests;
