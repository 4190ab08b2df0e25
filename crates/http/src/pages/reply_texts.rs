//! Reply texts, as they are kept: leads and administrators write them, and an administrator takes back what was changed.

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::canned::{CannedField, CannedReply};
use firsthand_domain::code::Role;
use firsthand_storage::settings::{self, Kept, REPLY_TEXTS, Version};
use serde_json::{Value, json};
use uuid::Uuid;

use super::account::Faults;
use super::{Frame, html, kept};
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::problem::Problem;
use crate::rights::Right::{Admin, LeadOrAdmin, Reader};
use crate::routes::{Route, form, page};
use crate::speech::Language;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/settings/reply-texts", Reader, list),
        form("/settings/reply-texts", LeadOrAdmin, add),
        page("/settings/reply-texts/{id}", Reader, shown).asks(&["done"]),
        form("/settings/reply-texts/{id}/amend", LeadOrAdmin, amend),
        form("/settings/reply-texts/{id}/retire", LeadOrAdmin, |call| step(call, "retire")),
        form("/settings/reply-texts/{id}/restore", Admin, |call| step(call, "restore")),
    ]
}

/// What is typed into the form, and what is wrong with it.
#[derive(Default)]
struct Fields {
    typed: Form,
    wrong: Faults,
}

impl Fields {
    fn of(kept: &Kept<CannedReply>) -> Self {
        let mut typed = Form::default();
        typed.set("name", kept.said.name.as_str());
        for (language, text) in &kept.said.texts {
            typed.set(&format!("texts.{language}"), text.as_str());
        }
        Self { typed, wrong: Faults::default() }
    }

    fn text(&self, language: &Language) -> &str {
        self.typed.get(&format!("texts.{}", language.code))
    }

    fn text_wrong(&self, language: &Language) -> Option<&str> {
        self.wrong.of(&format!("texts.{}", language.code))
    }
}

/// The fields that texts may have, as they are written, and in words.
fn known_fields(f: &Frame) -> Vec<(String, String)> {
    let told =
        |field: &CannedField| (format!("{{{field}}}"), f.word("text-field", field.code()).into_owned());
    CannedField::ALL.iter().map(told).collect()
}

#[derive(Template)]
#[template(path = "reply-texts.html")]
struct ListPage {
    known: Vec<(String, String)>,
    f: Frame,
    all: Vec<Kept<CannedReply>>,
    writes: bool,
    fields: Fields,
}

#[derive(Template)]
#[template(path = "reply-text.html")]
struct TextPage {
    known: Vec<(String, String)>,
    f: Frame,
    kept: Kept<CannedReply>,
    versions: Vec<Version<CannedReply>>,
    writes: bool,
    admin: bool,
    fields: Fields,
    done: Option<String>,
}

impl TextPage {
    /// Why nothing was done, where no field of the form is to blame.
    fn refused(&self) -> Option<&str> {
        ["form", "version", "texts"].into_iter().find_map(|field| self.fields.wrong.of(field))
    }

    fn by(&self, version: &Version<CannedReply>) -> String {
        kept::by(&self.f, version)
    }

    fn what(&self, version: &Version<CannedReply>) -> String {
        kept::what(&self.f, &self.versions, version)
    }

    fn before(&self) -> Option<i64> {
        kept::before(&self.versions)
    }
}

fn may(call: &Call) -> (bool, bool) {
    let role = call.caller.as_ref().map(|me| me.role);
    (matches!(role, Some(Role::Lead | Role::Admin)), role == Some(Role::Admin))
}

async fn read_list(call: &Call, fields: Fields) -> Result<ListPage, Problem> {
    let all = {
        let mut connection = call.connection().await?;
        settings::list(&mut connection.tx(), REPLY_TEXTS, true).await?
    };
    let f = Frame::new(call, "settings", "texts-title");
    Ok(ListPage { known: known_fields(&f), f, all, writes: may(call).0, fields })
}

async fn list(call: Call) -> Result<Answer, Problem> {
    html(&read_list(&call, Fields::default()).await?)
}

/// What was typed, and what is wrong with it.
fn faulty(call: &Call, typed: Form, problem: &Problem) -> Fields {
    let speech = super::speech(&call.app, call.session.as_ref(), &call.headers);
    Fields { typed, wrong: Faults::told(problem, &speech, "form") }
}

async fn add(call: Call) -> Result<Answer, Problem> {
    let typed = call.form()?;
    let asked = match body(&typed, &call) {
        Ok(body) => call.ask("/api/v1/canned-replies", &body, Some(typed.get("_key")), None).await,
        Err(problem) => Err(problem),
    };
    match asked {
        Ok(added) => {
            let id = kept::id(&added)?;
            Ok(Answer::see_other(format!("/settings/reply-texts/{id}?done=added")))
        }
        Err(problem) if problem.kind.status >= 429 => Err(problem),
        Err(problem) => {
            let fields = faulty(&call, typed, &problem);
            Ok(Answer { status: problem.kind.status, ..html(&read_list(&call, fields).await?)? })
        }
    }
}

/// The body of the call; without any text there is still an object of texts.
fn body(typed: &Form, call: &Call) -> Result<Value, Problem> {
    let mut body = typed.body(&call.app.settings.zone)?;
    if let Some(body) = body.as_object_mut() {
        body.entry("texts").or_insert_with(|| json!({}));
    }
    Ok(body)
}

async fn read(call: &Call, id: Uuid, fields: Option<Fields>) -> Result<TextPage, Problem> {
    let (kept, versions) = {
        let mut connection = call.connection().await?;
        let mut tx = connection.tx();
        let kept = settings::by_id(&mut tx, REPLY_TEXTS, id).await?.ok_or(Refusal::NotFound)?;
        (kept, settings::versions(&mut tx, id).await?)
    };
    let mut f = Frame::new(call, "settings", "texts-title");
    f.title.clone_from(&kept.said.name);
    let (writes, admin) = may(call);
    let fields = fields.unwrap_or_else(|| Fields::of(&kept));
    Ok(TextPage { known: known_fields(&f), f, kept, versions, writes, admin, fields, done: None })
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    let mut page = read(&call, call.id()?, None).await?;
    page.done = kept::done(&call, &page.f);
    html(&page)
}

/// The page again, with what stands in the way.
async fn again(call: &Call, problem: Problem, typed: Option<Form>) -> Result<Answer, Problem> {
    if problem.kind.status >= 429 || problem.kind.status == 404 {
        return Err(problem);
    }
    let id = call.id()?;
    let page = if let Some(typed) = typed {
        read(call, id, Some(faulty(call, typed, &problem))).await?
    } else {
        let mut page = read(call, id, None).await?;
        let speech = super::speech(&call.app, call.session.as_ref(), &call.headers);
        page.fields.wrong = Faults::one("form", problem.words(&speech));
        page
    };
    Ok(Answer { status: problem.kind.status, ..html(&page)? })
}

fn back(call: &Call, done: &str) -> Result<Answer, Problem> {
    Ok(Answer::see_other(format!("/settings/reply-texts/{}?done={done}", call.id()?)))
}

async fn amend(call: Call) -> Result<Answer, Problem> {
    let typed = call.form()?;
    let path = format!("/api/v1/canned-replies/{}/amend", call.id()?);
    let asked = match body(&typed, &call) {
        Ok(body) => call.ask(&path, &body, Some(typed.get("_key")), Some(typed.get("_version"))).await,
        Err(problem) => Err(problem),
    };
    match asked {
        Ok(_) => back(&call, "amend"),
        Err(problem) => again(&call, problem, Some(typed)).await,
    }
}

/// Asks what a button stands for.
async fn step(call: Call, what: &'static str) -> Result<Answer, Problem> {
    let at = format!("/api/v1/canned-replies/{}", call.id()?);
    match kept::step(&call, &at, what).await {
        Ok(_) => back(&call, what),
        Err(problem) => again(&call, problem, None).await,
    }
}

#[cfg(test)]
mod tests {
    use crate::routes;
    use crate::tests::Desk;

    #[tokio::test]
    async fn leads_write_them_an_administrator_takes_back_and_everybody_reads() {
        let desk = Desk::open(routes::all()).await;
        for (who, role) in [("lea", "lead"), ("eve", "admin"), ("ana", "agent"), ("otto", "auditor")] {
            desk.person(who, role).await;
        }
        let (lea, eve) = (desk.sign_in("lea").await, desk.sign_in("eve").await);
        let (ana, otto) = (desk.sign_in("ana").await, desk.sign_in("otto").await);
        let fields = [
            ("name", "<b>Sorry</b>"),
            ("texts.en", "Dear {customer}, sorry."),
            ("texts.zh", "尊敬的{customer}"),
        ];
        // What was typed comes back with what is wrong beside it: the field that is not there, and those that are.
        let wrong = [fields[0], ("texts.en", "Dear {password}"), fields[2]];
        let refused = desk.visit(&lea, "POST /settings/reply-texts", &wrong).await;
        assert_eq!(refused.status, 422);
        for told in ["Dear {password}</textarea>", "There is no field {password}.", "{answer_by}", "尊敬的"]
        {
            assert!(refused.body.contains(told), "{told}: {}", refused.body);
        }
        let none = desk.visit(&lea, "POST /settings/reply-texts", &[("name", "Empty")]).await;
        assert!(
            none.status == 422 && none.body.contains("Write the text in one language at least."),
            "{}",
            none.body
        );
        let added = desk.visit(&lea, "POST /settings/reply-texts", &fields).await;
        let place = added.headers.iter().find(|(name, _)| *name == "location").unwrap().1.clone();
        let one = place.split('?').next().unwrap().to_owned();
        assert_eq!(added.status, 303);
        let same = desk.visit(&eve, "POST /settings/reply-texts", &fields).await;
        assert!(same.status == 409 && same.body.contains("aria-invalid"), "{}", same.body);
        let list = desk.visit(&ana, "GET /settings/reply-texts", &[]).await.body;
        assert!(list.contains("&#60;b&#62;Sorry") && !list.contains("<textarea"), "{list}");
        for (who, status) in [(&ana, 403), (&otto, 403), (&lea, 403)] {
            let sent = desk.visit(who, &format!("POST {one}/restore"), &[("version", "1")]).await;
            assert_eq!(sent.status, status);
        }
        assert_eq!(desk.visit(&ana, "POST /settings/reply-texts", &fields).await.status, 403);
        let amended = [("_version", "1"), ("name", "Sorry"), ("texts.en", "Sorry, {customer}.")];
        assert_eq!(desk.visit(&lea, &format!("POST {one}/amend"), &amended).await.status, 303);
        // On what somebody else changed in between nothing is done, and nothing typed is lost.
        let stale = desk
            .visit(
                &eve,
                &format!("POST {one}/amend"),
                &[("_version", "1"), ("name", "Mine"), ("texts.en", "x")],
            )
            .await;
        assert!(stale.status == 412 && stale.body.contains("value=\"Mine\""), "{}", stale.body);
        let page = desk.visit(&eve, &format!("GET {one}"), &[]).await.body;
        assert!(page.contains("Undo the last change") && page.contains("尊敬的{customer}"), "{page}");
        assert!(!desk.visit(&lea, &format!("GET {one}"), &[]).await.body.contains("Undo the last change"));
        let undone = [("_version", "2"), ("version", "1")];
        assert_eq!(desk.visit(&eve, &format!("POST {one}/restore"), &undone).await.status, 303);
        assert_eq!(desk.visit(&lea, &format!("POST {one}/retire"), &[("_version", "3")]).await.status, 303);
        let page = desk.visit(&ana, &format!("GET {one}?done=retire"), &[]).await.body;
        for told in ["role=\"status\"", "Retired", "Changed", "Added", "lea", "eve"] {
            assert!(page.contains(told), "{told}: {page}");
        }
    }
}
