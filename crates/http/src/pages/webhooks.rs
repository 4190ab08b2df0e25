//! Programs that are told what happens: who receives what in which country and what for, and what became of it.

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::code::Role;
use firsthand_domain::history::KINDS;
use firsthand_storage::webhooks::{self, Delivery, State, Webhook};
use serde_json::{Value, json};
use uuid::Uuid;

use super::account::{Faults, confirm};
use super::{Frame, html};
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::problem::Problem;
use crate::rights::Right::{Admin, AdminOrAuditor};
use crate::routes::{Route, form, page};

/// Deliveries on one page.
const PAGE: usize = 50;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/settings/webhooks", AdminOrAuditor, list),
        form("/settings/webhooks", Admin, add),
        page("/settings/webhooks/{id}", AdminOrAuditor, shown).asks(&["done", "before"]),
        form("/settings/webhooks/{id}/amend", Admin, amend),
        form("/settings/webhooks/{id}/disable", Admin, |call| step(call, "disable")),
        form("/settings/webhooks/{id}/enable", Admin, |call| step(call, "enable")),
        form("/settings/webhooks/{id}/skip", Admin, |call| step(call, "skip")),
        form("/settings/webhooks/{id}/secret", Admin, secret),
        form("/settings/webhooks/{id}/test", Admin, test),
    ]
}

/// A line to fill in.
struct Field {
    name: &'static str,
    longest: u16,
    /// What it begins with.
    hint: &'static str,
}

/// The fields of a target, as they stand in a form.
struct Fields {
    typed: Form,
    wrong: Faults,
}

impl Fields {
    /// The lines to fill in.
    fn each() -> [Field; 4] {
        let field = |name, longest, hint| Field { name, longest, hint };
        [
            field("recipient", 200, ""),
            field("country", 2, "DE"),
            field("purpose", 1000, ""),
            field("url", 1000, "https://"),
        ]
    }

    fn ticked(&self, kind: &str) -> bool {
        self.typed.all("kinds").any(|ticked| ticked == kind)
    }

    /// Words for a fault of something that has no field of its own.
    fn kinds_wrong(&self) -> Option<&str> {
        self.wrong.of("kinds").or_else(|| self.wrong.of("form"))
    }
}

#[derive(Template)]
#[template(path = "webhooks.html")]
struct ListPage {
    f: Frame,
    hooks: Vec<Webhook>,
    admin: bool,
    fields: Fields,
}

#[derive(Template)]
#[template(path = "webhook.html")]
struct HookPage {
    f: Frame,
    hook: Webhook,
    admin: bool,
    fields: Fields,
    deliveries: Vec<Delivery>,
    next: Option<Uuid>,
    /// A secret that was made just now.
    secret: Option<String>,
    done: Option<String>,
}

impl HookPage {
    /// What was answered, in words where it is no status.
    fn answer(&self, delivery: &Delivery) -> String {
        if delivery.answer.bytes().all(|b| b.is_ascii_digit()) {
            return delivery.answer.clone();
        }
        self.f.word("webhook-answer", &delivery.answer).into_owned()
    }

    /// Why nothing was done.
    fn refused(&self) -> Option<&str> {
        self.fields.wrong.of("form").or_else(|| self.fields.wrong.of("id"))
    }

    /// Who added it, and when.
    fn by(&self) -> String {
        let (name, day) = (self.hook.created_by.1.as_str(), self.f.day(self.hook.created_at));
        self.f.with2("webhook-by", "name", name, "day", day)
    }

    /// How often and when it was sent.
    fn tried(&self, delivery: &Delivery) -> String {
        let when = self.f.exact(delivery.last_at);
        self.f.with2("webhook-tried", "count", delivery.attempts, "when", when)
    }

    /// When it is tried again, while nothing comes through.
    fn failing(&self) -> Option<String> {
        let since = self.hook.failing_since.filter(|_| self.hook.state == State::On)?;
        let (since, next) = (self.f.exact(since), self.f.exact(self.hook.next_try_at));
        Some(self.f.with2("webhook-failing", "since", since, "next", next))
    }
}

fn is_admin(call: &Call) -> bool {
    call.caller.as_ref().is_some_and(|me| me.role == Role::Admin)
}

async fn read_list(call: &Call, fields: Fields) -> Result<ListPage, Problem> {
    let hooks = {
        let mut connection = call.connection().await?;
        webhooks::list(&mut connection.tx()).await?
    };
    Ok(ListPage { f: Frame::new(call, "settings", "webhooks-title"), hooks, admin: is_admin(call), fields })
}

async fn list(call: Call) -> Result<Answer, Problem> {
    html(&read_list(&call, Fields { typed: Form::default(), wrong: Faults::default() }).await?)
}

/// What was typed, and what is wrong with it.
fn faulty(call: &Call, typed: Form, problem: &Problem) -> Fields {
    let speech = super::speech(&call.app, call.session.as_ref(), &call.headers);
    let mut wrong = Faults::told(problem, &speech, "form");
    // Of a list, the field is the list.
    if let Some(Refusal::Field { field, .. }) = problem.refusal()
        && field.starts_with("kinds[")
    {
        wrong = Faults::one("kinds", problem.words(&speech));
    }
    Fields { typed, wrong }
}

async fn add(call: Call) -> Result<Answer, Problem> {
    if let Some(first) = confirm::first(&call)? {
        return Ok(first);
    }
    let typed = call.form()?;
    let asked = match typed.body(&call.app.settings.zone) {
        Ok(body) => call.ask("/api/v1/webhooks", &body, Some(typed.get("_key")), None).await,
        Err(problem) => Err(problem),
    };
    match asked {
        Ok(added) => {
            let added: Value = serde_json::from_str(&added.body)?;
            let id = added.pointer("/webhook/id").and_then(Value::as_str).and_then(|id| id.parse().ok());
            let id = id.ok_or_else(|| Problem::internal("an added webhook has no id"))?;
            with_secret(&call, id, &added).await
        }
        Err(problem) if problem.kind.status >= 500 => Err(problem),
        Err(problem) => {
            let fields = faulty(&call, typed, &problem);
            Ok(Answer { status: problem.kind.status, ..html(&read_list(&call, fields).await?)? })
        }
    }
}

async fn read(call: &Call, id: Uuid, fields: Option<Fields>) -> Result<HookPage, Problem> {
    let before = call.query.read("before", "expected the `next` of the page before", |v| v.parse().ok())?;
    let (hook, mut deliveries) = {
        let mut connection = call.connection().await?;
        let mut tx = connection.tx();
        let hook = webhooks::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
        let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        (hook, webhooks::deliveries(&mut tx, id, before, limit).await?)
    };
    let more = deliveries.len() > PAGE;
    deliveries.truncate(PAGE);
    let next = deliveries.last().map(|last| last.id).filter(|_| more);
    let mut f = Frame::new(call, "settings", "webhooks-title");
    f.title.clone_from(&hook.recipient);
    let fields = fields.unwrap_or_else(|| Fields { typed: as_typed(&hook), wrong: Faults::default() });
    Ok(HookPage { f, admin: is_admin(call), fields, deliveries, next, secret: None, done: None, hook })
}

/// The values of a target, as they would stand in the form.
fn as_typed(hook: &Webhook) -> Form {
    let mut typed = Form::default();
    for (name, value) in [
        ("recipient", &hook.recipient),
        ("country", &hook.country),
        ("purpose", &hook.purpose),
        ("url", &hook.url),
    ] {
        typed.set(name, value.as_str());
    }
    for kind in &hook.kinds {
        typed.add("kinds", kind.as_str());
    }
    if hook.with_text {
        typed.set("with_text", "true");
    }
    typed
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    let mut page = read(&call, call.id()?, None).await?;
    page.done = call.query.get("done").and_then(|what| match what {
        "amend" | "enable" | "disable" | "skip" => Some(page.f.word("webhook-done", what).into_owned()),
        "taken" => Some(page.f.say("webhook-done-taken").into_owned()),
        "not-taken" => Some(page.f.say("webhook-done-not-taken").into_owned()),
        _ => None,
    });
    html(&page)
}

async fn with_secret(call: &Call, id: Uuid, told: &Value) -> Result<Answer, Problem> {
    let mut page = read(call, id, None).await?;
    page.secret = told.get("secret").and_then(Value::as_str).map(str::to_owned);
    html(&page)
}

/// The page again, with what stands in the way.
async fn again(call: &Call, problem: Problem, typed: Option<Form>) -> Result<Answer, Problem> {
    if problem.kind.status >= 500 || problem.kind.status == 404 {
        return Err(problem);
    }
    let id = call.id()?;
    let page = if let Some(typed) = typed {
        read(call, id, Some(faulty(call, typed, &problem))).await?
    } else {
        let mut page = read(call, id, None).await?;
        page.fields.wrong = faulty(call, Form::default(), &problem).wrong;
        page
    };
    Ok(Answer { status: problem.kind.status, ..html(&page)? })
}

fn back(call: &Call, done: &str) -> Result<Answer, Problem> {
    Ok(Answer::see_other(format!("/settings/webhooks/{}?done={done}", call.id()?)))
}

async fn amend(call: Call) -> Result<Answer, Problem> {
    if let Some(first) = confirm::first(&call)? {
        return Ok(first);
    }
    let typed = call.form()?;
    let path = format!("/api/v1/webhooks/{}/amend", call.id()?);
    let asked = match typed.body(&call.app.settings.zone) {
        Ok(body) => call.ask(&path, &body, Some(typed.get("_key")), Some(typed.get("_version"))).await,
        Err(problem) => Err(problem),
    };
    match asked {
        Ok(_) => back(&call, "amend"),
        Err(problem) => again(&call, problem, Some(typed)).await,
    }
}

/// Asks what a button stands for.
async fn ask(call: &Call, what: &str) -> Result<Answer, Problem> {
    let form = call.form()?;
    let path = format!("/api/v1/webhooks/{}/{what}", call.id()?);
    call.ask(&path, &json!({}), Some(form.get("_key")), Some(form.get("_version"))).await
}

async fn step(call: Call, what: &'static str) -> Result<Answer, Problem> {
    match ask(&call, what).await {
        Ok(_) => back(&call, what),
        Err(problem) => again(&call, problem, None).await,
    }
}

async fn secret(call: Call) -> Result<Answer, Problem> {
    if let Some(first) = confirm::first(&call)? {
        return Ok(first);
    }
    match ask(&call, "secret").await {
        Ok(told) => with_secret(&call, call.id()?, &serde_json::from_str(&told.body)?).await,
        Err(problem) => again(&call, problem, None).await,
    }
}

async fn test(call: Call) -> Result<Answer, Problem> {
    match ask(&call, "test").await {
        Ok(told) => {
            let told: Value = serde_json::from_str(&told.body)?;
            let taken = told.get("taken").and_then(Value::as_bool) == Some(true);
            back(&call, if taken { "taken" } else { "not-taken" })
        }
        Err(problem) => again(&call, problem, None).await,
    }
}

#[cfg(test)]
mod tests {
    use crate::routes;
    use crate::tests::Desk;

    #[tokio::test]
    async fn an_administrator_keeps_them_on_the_page_and_an_auditor_reads_it() {
        let desk = Desk::open(routes::all()).await;
        desk.person("eve", "admin").await;
        desk.person("uma", "auditor").await;
        desk.person("ana", "agent").await;
        let (eve, uma, ana) =
            (desk.sign_in("eve").await, desk.sign_in("uma").await, desk.sign_in("ana").await);
        let fields = [
            ("recipient", "<b>Warehouse</b>"),
            ("country", "de"),
            ("purpose", "repairs"),
            ("url", "http://127.0.0.1:9/hook"),
            ("kinds", "received"),
            ("kinds", "closed"),
            ("with_text", "true"),
        ];
        let wrong = fields.map(|(n, v)| if n == "url" { (n, "https://10.0.0.1/") } else { (n, v) });
        let refused = desk.visit(&eve, "POST /settings/webhooks", &wrong).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("open Internet") && refused.body.contains("id=\"url-hint\""));
        assert!(refused.body.contains("value=\"closed\" checked"), "{}", refused.body);
        let added = desk.visit(&eve, "POST /settings/webhooks", &fields).await;
        assert!(added.status == 200 && added.body.contains("a-token-told-once-"), "{}", added.body);
        let list = desk.visit(&eve, "GET /settings/webhooks", &[]).await;
        assert!(list.body.contains("&#60;b&#62;Warehouse") && !list.body.contains("a-token-told-once-"));
        let one = list.body.split("/settings/webhooks/").nth(1).unwrap().split('"').next().unwrap();
        let one = format!("/settings/webhooks/{one}");
        let read = desk.visit(&uma, &format!("GET {one}"), &[]).await;
        assert!(
            read.status == 200
                && read.body.contains("repairs")
                && !read.body.contains("<button class=\"b\">")
        );
        assert_eq!(desk.visit(&uma, &format!("POST {one}/disable"), &[]).await.status, 403);
        assert_eq!(desk.visit(&ana, "GET /settings/webhooks", &[]).await.status, 403);
        let tested = desk.visit(&eve, &format!("POST {one}/test"), &[]).await;
        assert_eq!(tested.status, 303);
        let shown = desk.visit(&eve, &format!("GET {one}?done=not-taken"), &[]).await;
        assert!(shown.body.contains("no connection"), "{}", shown.body);
        let stale = desk.visit(&eve, &format!("POST {one}/disable"), &[("_version", "7")]).await;
        assert_eq!(stale.status, 412);
        assert_eq!(desk.visit(&eve, &format!("POST {one}/disable"), &[("_version", "1")]).await.status, 303);
        let renewed = desk.visit(&eve, &format!("POST {one}/secret"), &[]).await;
        assert!(renewed.status == 200 && renewed.body.contains("a-token-told-once-"));
        let log = desk.visit(&eve, "GET /staff/log", &[]).await;
        assert!(log.body.contains("Webhook switched off") && log.body.contains("&#60;b&#62;Warehouse"));
    }
}
