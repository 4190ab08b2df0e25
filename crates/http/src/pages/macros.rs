//! Macros, as an administrator keeps them: a name, and steps that are put under each other one by one.

mod steps;

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::code::Role;
use firsthand_domain::macros::MacroVerb;
use firsthand_storage::settings::{self, Kept, KeptStep, MACROS, Macro, Version};
use serde_json::{Map, Value, json};

use self::steps::{Kind, Known, StepForm};
use super::account::Faults;
use super::{Frame, html, kept};
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::problem::Problem;
use crate::rights::Right::{Admin, Reader};
use crate::routes::{Route, form, page};

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/settings/macros", Reader, list),
        form("/settings/macros", Admin, add),
        page("/settings/macros/{id}", Reader, shown).asks(&["done"]),
        form("/settings/macros/{id}/rename", Admin, rename),
        form("/settings/macros/{id}/steps", Admin, add_step),
        form("/settings/macros/{id}/take-out", Admin, |call| change_step(call, take_out)),
        form("/settings/macros/{id}/earlier", Admin, |call| change_step(call, earlier)),
        form("/settings/macros/{id}/retire", Admin, |call| act(call, "retire")),
        form("/settings/macros/{id}/restore", Admin, |call| act(call, "restore")),
    ]
}

#[derive(Template)]
#[template(path = "macros.html")]
struct ListPage {
    f: Frame,
    all: Vec<Kept<Macro>>,
    admin: bool,
    typed: Form,
    wrong: Faults,
}

#[derive(Template)]
#[template(path = "macro.html")]
struct MacroPage {
    f: Frame,
    kept: Kept<Macro>,
    versions: Vec<Version<Macro>>,
    admin: bool,
    known: Known,
    forms: Vec<StepForm>,
    wrong: Faults,
    done: Option<String>,
}

impl MacroPage {
    fn by(&self, version: &Version<Macro>) -> String {
        kept::by(&self.f, version)
    }

    fn what(&self, version: &Version<Macro>) -> String {
        kept::what(&self.f, &self.versions, version)
    }

    fn before(&self) -> Option<i64> {
        kept::before(&self.versions)
    }

    /// What a step does.
    fn verb(&self, step: &KeptStep) -> String {
        self.f.word("macro-verb", step.verb.code()).into_owned()
    }

    /// What a step says, by field.
    fn says(&self, step: &KeptStep) -> Vec<(String, String)> {
        self.known.says(&self.f, step)
    }
}

fn is_admin(call: &Call) -> bool {
    call.caller.as_ref().is_some_and(|me| me.role == Role::Admin)
}

async fn read_list(call: &Call, typed: Form, wrong: Faults) -> Result<ListPage, Problem> {
    let all = {
        let mut connection = call.connection().await?;
        settings::list(&mut connection.tx(), MACROS, true).await?
    };
    Ok(ListPage { f: Frame::new(call, "settings", "macros-title"), all, admin: is_admin(call), typed, wrong })
}

async fn list(call: Call) -> Result<Answer, Problem> {
    html(&read_list(&call, Form::default(), Faults::default()).await?)
}

async fn add(call: Call) -> Result<Answer, Problem> {
    let typed = call.form()?;
    let body = json!({ "name": typed.get("name"), "steps": [] });
    match call.ask("/api/v1/macros", &body, Some(typed.get("_key")), None).await {
        Ok(added) => {
            let id = kept::id(&added)?;
            Ok(Answer::see_other(format!("/settings/macros/{id}?done=added")))
        }
        Err(problem) if problem.kind.status >= 429 => Err(problem),
        Err(problem) => {
            let speech = super::speech(&call.app, call.session.as_ref(), &call.headers);
            let wrong = Faults::told(&problem, &speech, "name");
            let page = read_list(&call, typed, wrong).await?;
            Ok(Answer { status: problem.kind.status, ..html(&page)? })
        }
    }
}

async fn read(call: &Call, typed: Option<&Form>, wrong: Faults) -> Result<MacroPage, Problem> {
    let id = call.id()?;
    let (kept, versions, known) = {
        let mut connection = call.connection().await?;
        let mut tx = connection.tx();
        let kept = settings::by_id(&mut tx, MACROS, id).await?.ok_or(Refusal::NotFound)?;
        (kept, settings::versions::<Macro>(&mut tx, id).await?, Known::read(&mut tx).await?)
    };
    let mut f = Frame::new(call, "settings", "macros-title");
    f.title.clone_from(&kept.said.name);
    let admin = is_admin(call);
    let forms = if admin { steps::forms(&f, &known, typed, &wrong) } else { Vec::new() };
    Ok(MacroPage { f, kept, versions, admin, known, forms, wrong, done: None })
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    let mut page = read(&call, None, Faults::default()).await?;
    page.done = kept::done(&call, &page.f);
    html(&page)
}

/// Goes on to the page when it is done; otherwise the page says why not, with what was typed.
async fn told(
    call: &Call,
    asked: Result<Answer, Problem>,
    done: &str,
    typed: Option<&Form>,
) -> Result<Answer, Problem> {
    let problem = match asked {
        Ok(_) => return Ok(Answer::see_other(format!("/settings/macros/{}?done={done}", call.id()?))),
        Err(problem) if problem.kind.status >= 429 || problem.kind.status == 404 => return Err(problem),
        Err(problem) => problem,
    };
    let speech = super::speech(&call.app, call.session.as_ref(), &call.headers);
    let wrong = match problem.refusal() {
        Some(Refusal::Field { field, expected }) => {
            // Of a new step the field stands in its form; the steps before it were right when they were put there.
            let (of_step, name) = field.split_once("].").map_or((false, &**field), |(_, name)| (true, name));
            let own = of_step == typed.is_some_and(|form| form.filled("_verb").is_some());
            let beside = if own { name } else { "form" };
            Faults::one(beside, speech.wrong(name, expected))
        }
        _ => Faults::told(&problem, &speech, "form"),
    };
    let page = read(call, typed, wrong).await?;
    Ok(Answer { status: problem.kind.status, ..html(&page)? })
}

/// Puts a name and steps in the place of those that are there.
async fn amend(call: &Call, form: &Form, name: &str, steps: &[KeptStep]) -> Result<Answer, Problem> {
    let steps: Vec<Value> = steps
        .iter()
        .map(|step| {
            let mut body = step.body.clone();
            body.insert("verb".to_owned(), step.verb.code().into());
            Value::Object(body)
        })
        .collect();
    let body = json!({ "name": name, "steps": steps });
    let path = format!("/api/v1/macros/{}/amend", call.id()?);
    call.ask(&path, &body, Some(form.get("_key")), Some(form.get("_version"))).await
}

async fn present(call: &Call) -> Result<Macro, Problem> {
    let id = call.id()?;
    let mut connection = call.connection().await?;
    let kept = settings::by_id(&mut connection.tx(), MACROS, id).await?;
    Ok(kept.ok_or(Refusal::NotFound)?.said)
}

async fn rename(call: Call) -> Result<Answer, Problem> {
    let form = call.form()?;
    let present = present(&call).await?;
    let asked = amend(&call, &form, form.get("name"), &present.steps).await;
    told(&call, asked, "amend", Some(&form)).await
}

async fn add_step(call: Call) -> Result<Answer, Problem> {
    let typed = call.form()?;
    let verb = MacroVerb::from_code(typed.get("_verb")).ok_or(Refusal::NotFound)?;
    let Macro { name, mut steps } = present(&call).await?;
    let asked = async {
        let mut form = typed.clone();
        if verb == MacroVerb::Tag {
            super::causes::resolve(&call, &mut form, "cause").await?;
        }
        let body = match form.body(&call.app.settings.zone)? {
            Value::Object(body) => body,
            _ => Map::new(),
        };
        steps.push(KeptStep { verb, body });
        amend(&call, &typed, &name, &steps).await
    };
    let asked = asked.await;
    told(&call, asked, "amend", Some(&typed)).await
}

fn take_out(mut steps: Vec<KeptStep>, at: usize) -> Vec<KeptStep> {
    if at < steps.len() {
        steps.remove(at);
    }
    steps
}

fn earlier(mut steps: Vec<KeptStep>, at: usize) -> Vec<KeptStep> {
    if (1..steps.len()).contains(&at) {
        steps.swap(at - 1, at);
    }
    steps
}

async fn change_step(
    call: Call,
    change: fn(Vec<KeptStep>, usize) -> Vec<KeptStep>,
) -> Result<Answer, Problem> {
    let form = call.form()?;
    let Macro { name, steps } = present(&call).await?;
    let at = form.get("step").parse().map_err(|_| Refusal::NotFound)?;
    let steps = change(steps, at);
    let asked = amend(&call, &form, &name, &steps).await;
    told(&call, asked, "amend", None).await
}

/// Asks what a button stands for.
async fn act(call: Call, what: &'static str) -> Result<Answer, Problem> {
    let at = format!("/api/v1/macros/{}", call.id()?);
    let asked = kept::step(&call, &at, what).await;
    told(&call, asked, what, None).await
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::routes;
    use crate::tests::Desk;

    #[tokio::test]
    async fn an_administrator_puts_steps_under_each_other_and_they_are_done_together() {
        let desk = Desk::open(routes::all()).await;
        for (who, role) in [("eve", "admin"), ("ana", "agent"), ("lea", "lead")] {
            desk.person(who, role).await;
        }
        let (eve, ana) = (desk.sign_in("eve").await, desk.sign_in("ana").await);
        let text = json!({ "name": "Sorry", "texts": { "en": "Dear {customer}: {promise}." } });
        let (_, text) = desk.ask("eve", "POST /api/v1/canned-replies", text).await;
        let text = text["id"].as_str().unwrap().to_owned();
        let added = desk.visit(&eve, "POST /settings/macros", &[("name", "<b>Late</b>")]).await;
        assert_eq!(added.status, 303, "{}", added.body);
        let place = added.headers.iter().find(|(name, _)| *name == "location").unwrap().1.clone();
        let one = place.split('?').next().unwrap().to_owned();
        let step = |version: &'static str, verb: &'static str| vec![("_version", version), ("_verb", verb)];
        let mut note = step("1", "note");
        note.push(("body", "Ask the carrier."));
        assert_eq!(desk.visit(&eve, &format!("POST {one}/steps"), &note).await.status, 303);
        // A step that cannot be is told beside its field, and what was typed stands there still.
        let mut promise = step("2", "promise");
        promise.extend([("text", "We call you."), ("due_in_hours", "99999")]);
        let refused = desk.visit(&eve, &format!("POST {one}/steps"), &promise).await;
        assert!(
            refused.status == 422 && refused.body.contains("We call you.</textarea>"),
            "{}",
            refused.body
        );
        assert!(refused.body.contains("aria-invalid=\"true\""), "{}", refused.body);
        let mut reply = step("2", "reply");
        reply.extend([("kind", "progress"), ("canned_reply", text.as_str()), ("delivered", "false")]);
        assert_eq!(desk.visit(&eve, &format!("POST {one}/steps"), &reply).await.status, 303);
        let page = desk.visit(&ana, &format!("GET {one}"), &[]).await.body;
        assert!(
            page.contains("Ask the carrier.") && page.contains("Send a reply text") && page.contains("Sorry")
        );
        assert!(
            page.contains("&#60;b&#62;Late") && !page.contains("<form method=\"post\" action=\"/settings")
        );
        // On the page of a complaint, the second step is refused for its gap: nothing is done, and it says which.
        let complaint = json!({ "channel": "phone", "customer": { "name": "Mai", "phone": "0901" }, "narrative": "late" });
        let (_, logged) = desk.ask("ana", "POST /api/v1/complaints", complaint).await;
        let reference = logged["reference"].as_str().unwrap();
        let at = format!("/complaints/{reference}");
        assert!(desk.visit(&ana, &format!("GET {at}"), &[]).await.body.contains("Do all steps"));
        let which = one.rsplit('/').next().unwrap();
        let version = logged["version"].to_string();
        let run = [("macro", which), ("_version", version.as_str())];
        let refused = desk.visit(&ana, &format!("POST {at}/macros"), &run).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("Step 2 was refused, so nothing was done"), "{}", refused.body);
        assert!(refused.body.contains("Fill in or take out: {promise}."), "{}", refused.body);
        let (_, same) = desk.ask("ana", &format!("GET /api/v1{at}"), Value::Null).await;
        assert_eq!(same["version"], logged["version"]);
        // Put first and taken out, the reply is gone, and what is left is done.
        for (verb, nth, version) in [("earlier", "1", "3"), ("take-out", "0", "4")] {
            let sent = desk
                .visit(&eve, &format!("POST {one}/{verb}"), &[("step", nth), ("_version", version)])
                .await;
            assert_eq!(sent.status, 303, "{}", sent.body);
        }
        assert_eq!(desk.visit(&ana, &format!("POST {at}/macros"), &run).await.status, 303);
        let renamed = [("name", "Late"), ("_version", "5")];
        assert_eq!(desk.visit(&eve, &format!("POST {one}/rename"), &renamed).await.status, 303);
        let undone = [("version", "1"), ("_version", "6")];
        assert_eq!(desk.visit(&eve, &format!("POST {one}/restore"), &undone).await.status, 303);
        assert_eq!(desk.visit(&ana, &format!("POST {one}/retire"), &[]).await.status, 403);
        // Without steps it is not offered.
        assert!(!desk.visit(&ana, &format!("GET {at}"), &[]).await.body.contains("Do all steps"));
        let page = desk.visit(&eve, &format!("GET {one}"), &[]).await.body;
        assert!(page.contains("No steps yet.") && page.contains("Undo the last change"), "{page}");
    }
}
