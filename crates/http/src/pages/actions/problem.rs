//! One problem: what is known of it, what is done about it, what happened; and the form that opens one.

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::code::{ActionState, ProblemState};
use firsthand_domain::id::ProblemId;
use firsthand_domain::problem::{Problem as Record, ProblemFact};
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use firsthand_storage::{actions, alerts, causes, problems, staff};
use serde_json::Value;

use super::words;
use crate::api::awards::names_of;
use crate::api::problems::all_causes;
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::json::fixes::{self as told, Causes};
use crate::pages::rows::cause_name;
use crate::pages::{Frame, html};
use crate::problem::Problem;
use crate::rights::Right::{Lead, Reader, Writer};
use crate::routes::{Route, form, page};
use crate::speech::languages;

/// People that can be chosen from, at most.
const PEOPLE: i64 = 1000;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/actions/problems/new", Lead, blank).asks(&["alert", "cause"]),
        form("/actions/problems", Lead, open),
        page("/actions/problems/{id}", Reader, shown).asks(&["done"]),
        form("/actions/problems/{id}/{verb}", Writer, done),
    ]
}

/// What a form on this page asks for.
const VERBS: [&str; 4] = ["amend", "solve", "reopen", "propose"];

/// What is done about it.
struct Done {
    id: String,
    title: String,
    owner: String,
    state: ActionState,
    when: String,
    late: bool,
}

/// What happened, in words.
struct Line {
    at: Timestamp,
    by: String,
    what: String,
    beside: Option<String>,
}

/// What was tried, as typed, and why it was not done.
struct Tried {
    verb: String,
    form: Form,
    field: String,
    words: String,
}

impl Tried {
    fn of(call: &Call, verb: String, form: Form, problem: &Problem) -> Self {
        let speech = crate::pages::speech(&call.app, call.session.as_ref(), &call.headers);
        let field = match problem.refusal() {
            Some(Refusal::Field { field, .. }) => field.to_string(),
            _ => String::new(),
        };
        Self { verb, form, field, words: problem.words(&speech) }
    }
}

#[derive(Template)]
#[template(path = "recurring.html")]
struct ProblemPage {
    f: Frame,
    /// Nothing when it is to be opened.
    problem: Option<Record>,
    causes: String,
    opened_by: String,
    actions: Vec<Done>,
    history: Vec<Line>,
    all_causes: Vec<(String, String)>,
    people: Vec<(String, String)>,
    lead: bool,
    tried: Option<Tried>,
    saved: bool,
}

impl ProblemPage {
    fn wrong(&self, verb: &str) -> Option<&str> {
        let tried = self.tried.as_ref().filter(|tried| tried.verb == verb && !tried.words.is_empty());
        tried.map(|tried| tried.words.as_str())
    }

    fn wrong_field(&self, verb: &str, name: &str) -> bool {
        self.tried.as_ref().is_some_and(|tried| {
            let rest = tried.field.strip_prefix(name);
            tried.verb == verb && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }

    /// What was typed there, or is known.
    fn typed(&self, verb: &str, name: &str) -> String {
        if let Some(tried) = self.tried.as_ref().filter(|tried| tried.verb == verb) {
            return tried.form.get(name).to_owned();
        }
        if verb == "amend" { self.known(name) } else { String::new() }
    }

    /// A field as it is known.
    fn known(&self, name: &str) -> String {
        let Some(problem) = &self.problem else { return String::new() };
        let about = &problem.about;
        let text = |text: &Option<firsthand_domain::text::Reason>| {
            text.as_ref().map(ToString::to_string).unwrap_or_default()
        };
        match name {
            "title" => problem.title.clone(),
            "containment.text" => about.containment.as_ref().map(|c| c.text.to_string()).unwrap_or_default(),
            "containment.until" => {
                let until = about.containment.as_ref().and_then(|c| c.until);
                until.map(|day| day.to_string()).unwrap_or_default()
            }
            "similar" => text(&about.similar),
            "silent" => text(&about.silent),
            "side_effects" => text(&about.side_effects),
            say => {
                let tag = say.strip_prefix("say.").unwrap_or_default();
                about
                    .say
                    .iter()
                    .flatten()
                    .find(|(known, _)| *known == tag)
                    .map(|(_, words)| words.to_string())
                    .unwrap_or_default()
            }
        }
    }

    fn ticked(&self, id: &str) -> bool {
        match &self.tried {
            Some(tried) if ["amend", "open"].contains(&tried.verb.as_str()) => {
                tried.form.all("causes").any(|typed| typed == id)
            }
            _ => self.problem.iter().flat_map(|p| &p.causes).any(|cause| cause.to_string() == id),
        }
    }

    fn is_typed(&self, verb: &str, name: &str, value: &str) -> bool {
        self.typed(verb, name) == value
    }

    fn state(&self) -> ProblemState {
        self.problem.as_ref().map_or(ProblemState::Open, |problem| problem.state)
    }

    /// What may be said, each in its language.
    fn sayings(&self) -> Vec<(String, String)> {
        let say = self.problem.iter().filter_map(|p| p.about.say.as_ref()).flatten();
        say.map(|(tag, words)| (tag.clone(), words.to_string())).collect()
    }

    #[expect(clippy::unused_self, reason = "asked by the template")]
    fn languages(&self) -> Vec<(&'static str, &'static str, String)> {
        languages().iter().map(|l| (l.code, l.name, format!("say.{}", l.code))).collect()
    }

    /// The verb of the form that tells of it: more of what is known, or what there is first.
    fn telling(&self) -> &'static str {
        if self.problem.is_some() { "amend" } else { "open" }
    }

    /// The verb that ends it, or takes it up again.
    fn ending(&self) -> &'static str {
        if self.state() == ProblemState::Solved { "reopen" } else { "solve" }
    }

    fn telling_path(&self) -> String {
        let id = self.problem.as_ref().map(|problem| format!("/{}/amend", problem.id));
        format!("/actions/problems{}", id.unwrap_or_default())
    }
}

/// The form as an alert fills it in, or a cause: whatever is neither is left out.
async fn blank(call: Call) -> Result<Answer, Problem> {
    let mut form = Form::default();
    let mut connection = call.app.database.read().await?;
    let mut tx = connection.tx();
    if let Some(cause) = causes::named(&mut tx, call.query.get("cause").unwrap_or_default()).await? {
        form.set("causes", cause.id.to_string());
    }
    let id = call.query.get("alert").and_then(|id| id.parse().ok());
    let alert = match id {
        Some(id) => alerts::by_id(&mut tx, id).await?,
        None => None,
    };
    if let Some(alert) = alert {
        form.set("alert", alert.id.to_string());
        form.set("causes", alert.found.cause.to_string());
    }
    drop(connection);
    let (verb, field, words) = ("open".to_owned(), String::new(), String::new());
    html(&read(&call, None, Some(Tried { verb, form, field, words })).await?)
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    let id = ProblemId(call.id()?);
    html(&read(&call, Some(id), None).await?)
}

/// Opens a problem.
async fn open(call: Call) -> Result<Answer, Problem> {
    let form = call.form()?;
    let asked = async {
        let body = form.body(&call.app.settings.zone)?;
        call.ask("/api/v1/problems", &body, Some(form.get("_key")), None).await
    };
    match asked.await {
        Ok(made) => Ok(Answer::see_other(format!("/actions/problems/{}?done=true", made_id(&made)?))),
        Err(problem) if problem.kind.status >= 429 => Err(problem),
        Err(problem) => {
            let tried = Tried::of(&call, "open".to_owned(), form, &problem);
            let page = read(&call, None, Some(tried)).await?;
            Ok(Answer { status: problem.kind.status, ..html(&page)? })
        }
    }
}

fn made_id(made: &Answer) -> Result<String, Problem> {
    let made: Value = serde_json::from_str(&made.body)?;
    Ok(made.get("id").and_then(Value::as_str).unwrap_or_default().to_owned())
}

/// Asks what the form stands for. What was not done is told on the page, beside what was tried.
async fn done(call: Call) -> Result<Answer, Problem> {
    let (id, verb) = (ProblemId(call.id()?), call.param("verb").to_owned());
    if !VERBS.contains(&verb.as_str()) {
        return Err(Refusal::NotFound.into());
    }
    let form = call.form()?;
    let asked = async {
        let mut body = form.body(&call.app.settings.zone)?;
        // A page shows all that may be said; what is empty there is said no more.
        if verb == "amend" && body.get("say").is_none() {
            body["say"] = Value::Object(serde_json::Map::new());
        }
        let path = if verb == "propose" {
            body["problem"] = id.to_string().into();
            "/api/v1/corrective-actions".to_owned()
        } else {
            format!("/api/v1/problems/{id}/{verb}")
        };
        let version = (verb != "propose").then(|| form.get("_version"));
        call.ask(&path, &body, Some(form.get("_key")), version).await
    };
    match asked.await {
        Ok(made) if verb == "propose" => {
            Ok(Answer::see_other(format!("/actions/{}?done=true", made_id(&made)?)))
        }
        Ok(_) => Ok(Answer::see_other(format!("/actions/problems/{id}?done=true"))),
        Err(problem) if problem.kind.status >= 429 || problem.kind.status == 404 => Err(problem),
        Err(problem) => {
            let tried = Tried::of(&call, verb, form, &problem);
            let page = read(&call, Some(id), Some(tried)).await?;
            Ok(Answer { status: problem.kind.status, ..html(&page)? })
        }
    }
}

async fn read(call: &Call, id: Option<ProblemId>, tried: Option<Tried>) -> Result<ProblemPage, Problem> {
    let lead = call.caller()?.is_lead();
    let mut f = Frame::new(call, "actions", "actions-new-problem");
    let mut connection = call.app.database.read().await?;
    let mut tx = connection.tx();
    let (problem, found, events) = match id {
        None => (None, Vec::new(), Vec::new()),
        Some(id) => {
            let problem = problems::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
            let found = actions::of_problem(&mut tx, id).await?;
            (Some(problem), found, problems::history(&mut tx, id).await?)
        }
    };
    let mut people = told::people(&found);
    people.extend(problem.as_ref().map(|p| p.opened_by));
    let names = names_of(&mut tx, people).await?;
    let known = all_causes(&mut tx).await?;
    let mut staff = if lead { staff::page(&mut tx, None, PEOPLE).await? } else { Vec::new() };
    drop(connection);
    staff.retain(Staff::can_hold_duty);
    staff.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(problem) = &problem {
        f.title.clone_from(&problem.title);
    }
    let name = |id| names.get(&id).cloned().unwrap_or_default();
    let row = |action: &firsthand_domain::corrective_action::Action| Done {
        id: action.id.to_string(),
        title: action.terms.title.clone(),
        owner: name(action.terms.owner),
        state: action.state,
        when: words::when(&f, action),
        late: action.is_overdue(f.now),
    };
    Ok(ProblemPage {
        causes: words::causes(&f, problem.as_ref().map_or(&[], |p| &p.causes), &known),
        opened_by: problem.as_ref().map(|p| name(p.opened_by)).unwrap_or_default(),
        actions: found.iter().map(row).collect(),
        history: events.into_iter().map(|event| line(&f, event)).collect(),
        all_causes: if lead { choices(&f, &known) } else { Vec::new() },
        people: staff.into_iter().map(|p| (p.id.to_string(), p.name)).collect(),
        lead,
        saved: call.query.get("done").is_some() && tried.is_none(),
        tried,
        problem,
        f,
    })
}

/// Causes that can be chosen, by name.
fn choices(f: &Frame, known: &Causes) -> Vec<(String, String)> {
    let open = known.values().filter(|cause| !cause.retired);
    open.map(|cause| (cause.id.to_string(), cause_name(f, &cause.name).to_owned())).collect()
}

fn line(f: &Frame, event: problems::Event<ProblemFact>) -> Line {
    let (kind, beside) = match event.fact {
        ProblemFact::Opened(_) => ("opened", None),
        ProblemFact::Amended(_) => ("amended", None),
        ProblemFact::Solved { reason } => ("solved", Some(reason)),
        ProblemFact::Reopened { reason: Some(reason), .. } => ("reopened", Some(reason)),
        ProblemFact::Reopened { .. } => ("reopened", Some(f.say("actions-reopened-by-verdict").into_owned())),
    };
    Line { at: event.at, by: event.name, what: f.word("actions-did", kind).into_owned(), beside }
}
