//! One action: what is done by whom until when, how it is judged, before and after, and what may be done with it now.

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::code::ActionState;
use firsthand_domain::corrective_action::{
    Action, ActionContext, ActionFact, ActionVerb, Judgement, SayImplemented,
};
use firsthand_domain::id::ActionId;
use firsthand_domain::problem::Problem as Record;
use firsthand_domain::staff::Staff;
use firsthand_domain::time::{Day, Timestamp};
use firsthand_storage::{actions, exposure, problems, staff};
use serde_json::{Value, json};

use super::{planned, words};
use crate::api::actions::letter_text;
use crate::api::awards::names_of;
use crate::api::problems::all_causes;
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::json::fixes as told;
use crate::pages::analysis::change::drawing;
use crate::pages::{Frame, html};
use crate::problem::Problem;
use crate::query::encode;
use crate::rights::Right::{Reader, Writer};
use crate::routes::{Route, form, page};

/// People that can be chosen from, at most.
const PEOPLE: i64 = 1000;

pub(super) fn routes() -> Vec<Route> {
    vec![page("/actions/{id}", Reader, shown).asks(&["done"]), form("/actions/{id}/{verb}", Writer, done)]
}

/// What a form on this page asks for.
const VERBS: [&str; 8] = ["approve", "start", "plan", "implemented", "verdict", "extend", "owner", "close"];

/// What happened, in words.
struct Line {
    at: Timestamp,
    by: String,
    what: String,
    beside: Option<String>,
}

/// A choice of a list.
struct Choice {
    id: String,
    name: String,
}

/// Before or after.
struct Row {
    name: String,
    days: String,
    complaints: i64,
    exposure: String,
    rate: Option<String>,
}

/// What customers may be told: the words, how many there are, and where their complaints are, by cause.
struct Letter {
    text: String,
    recipients: usize,
    links: Vec<(String, String)>,
}

/// What was tried, as typed, and why it was not done.
struct Tried {
    verb: String,
    form: Form,
    field: String,
    words: String,
}

#[derive(Template)]
#[template(path = "action.html")]
struct ActionPage {
    f: Frame,
    action: Action,
    problem: Record,
    owner: String,
    proposed_by: String,
    approved_by: Option<String>,
    verifier: String,
    causes: String,
    when: String,
    late: bool,
    said: Option<String>,
    notes: Vec<String>,
    /// Before and after, drawn.
    drawing: String,
    rows: Vec<Row>,
    outlook: Vec<String>,
    history: Vec<Line>,
    /// Which forms are offered.
    offered: Vec<&'static str>,
    people: Vec<Choice>,
    all_causes: Vec<Choice>,
    kinds: Vec<String>,
    letter: Option<Letter>,
    tried: Option<Tried>,
    saved: bool,
}

impl ActionPage {
    fn offers(&self, verb: &str) -> bool {
        self.offered.contains(&verb)
    }

    /// Why this was not done, if it was tried and nothing beside a field says it.
    fn wrong(&self, verb: &str) -> Option<&str> {
        let tried = self.tried.as_ref().filter(|tried| tried.verb == verb)?;
        Some(tried.words.as_str())
    }

    /// Is this field of the plan the wrong one?
    fn wrong_field(&self, name: &str) -> bool {
        self.tried.as_ref().is_some_and(|tried| tried.verb == "plan" && planned::is_meant(name, &tried.field))
    }

    /// What was typed there, or stands there now.
    fn typed(&self, verb: &str, name: &str) -> String {
        if let Some(tried) = self.tried.as_ref().filter(|tried| tried.verb == verb) {
            return tried.form.get(name).to_owned();
        }
        if verb == "plan" { self.planned(name) } else { String::new() }
    }

    /// A field of the plan that holds.
    fn planned(&self, name: &str) -> String {
        let Some(plan) = &self.action.plan else {
            return match name {
                "_aim" => "50".to_owned(),
                _ => String::new(),
            };
        };
        let text = |word: &Option<firsthand_domain::exposure::Word>| {
            word.as_ref().map(ToString::to_string).unwrap_or_default()
        };
        match name {
            "_baseline_from" => plan.baseline.from.to_string(),
            "_baseline_to" => plan.baseline.to.plus(-1).to_string(),
            "_watch_from" => plan.watch.from.to_string(),
            "_watch_to" => plan.watch.to.plus(-1).to_string(),
            "_trigger_from" => plan.trigger.map(|w| w.from.to_string()).unwrap_or_default(),
            "_trigger_to" => plan.trigger.map(|w| w.to.plus(-1).to_string()).unwrap_or_default(),
            "_washout" => plan.washout_days.to_string(),
            "_kind" => plan.exposure.kind.to_string(),
            "_product" => text(&plan.exposure.product),
            "_place" => text(&plan.exposure.place),
            "_aim" => format!("{:.0}", (1.0 - plan.target_ratio) * 100.0),
            "verifier" => plan.verifier.to_string(),
            "_unit_amount" => plan.unit_cost.map(|cost| cost.currency.write(cost.minor)).unwrap_or_default(),
            "_unit_currency" => plan.unit_cost.map(|cost| cost.currency.to_string()).unwrap_or_default(),
            _ => String::new(),
        }
    }

    fn is_typed(&self, verb: &str, name: &str, value: &str) -> bool {
        self.typed(verb, name) == value
    }

    /// Is this cause ticked: as typed, as planned, or as the problem has it?
    fn ticked(&self, id: &str) -> bool {
        if let Some(tried) = self.tried.as_ref().filter(|tried| tried.verb == "plan") {
            return tried.form.all("causes").any(|typed| typed == id);
        }
        let causes = self.action.plan.as_ref().map_or(&self.problem.causes, |plan| &plan.causes);
        causes.iter().any(|cause| cause.to_string() == id)
    }

    fn measured_on(&self) -> String {
        self.action.plan.as_ref().map(|plan| words::exposure(&plan.exposure)).unwrap_or_default()
    }

    fn aim(&self) -> String {
        self.action.plan.as_ref().map(|plan| words::aim(&self.f, plan.target_ratio)).unwrap_or_default()
    }

    fn windows(&self) -> (String, String) {
        let told = |w| words::window(&self.f, w);
        self.action.plan.as_ref().map(|p| (told(p.baseline), told(p.watch))).unwrap_or_default()
    }

    fn trigger(&self) -> Option<String> {
        self.action.plan.as_ref()?.trigger.map(|window| words::window(&self.f, window))
    }

    fn cost(&self) -> Option<String> {
        self.action.terms.cost.map(|cost| self.f.money(cost))
    }
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    html(&read(&call, None).await?)
}

/// Asks what the form stands for. What was not done is told on the page, beside what was tried.
async fn done(call: Call) -> Result<Answer, Problem> {
    let (id, verb) = (ActionId(call.id()?), call.param("verb").to_owned());
    if !VERBS.contains(&verb.as_str()) {
        return Err(Refusal::NotFound.into());
    }
    let form = call.form()?;
    let path = format!("/api/v1/corrective-actions/{id}/{verb}");
    let asked = async {
        let body = match verb.as_str() {
            "plan" => planned::body(&form),
            "extend" => json!({ "to": last_day(form.get("_to")), "reason": form.get("reason") }),
            _ => form.body(&call.app.settings.zone)?,
        };
        call.ask(&path, &body, Some(form.get("_key")), Some(form.get("_version"))).await
    };
    match asked.await {
        Ok(answer) => {
            let said: Value = serde_json::from_str(&answer.body)?;
            let said = said.get("verdict").and_then(Value::as_str).unwrap_or("true");
            let done = if verb == "verdict" { said } else { "true" };
            Ok(Answer::see_other(format!("/actions/{id}?done={}", encode(done))))
        }
        Err(problem) if problem.kind.status >= 429 || problem.kind.status == 404 => Err(problem),
        Err(problem) => {
            let speech = crate::pages::speech(&call.app, call.session.as_ref(), &call.headers);
            let field = match problem.refusal() {
                Some(Refusal::Field { field, .. }) => field.to_string(),
                _ => String::new(),
            };
            let words = problem.words(&speech);
            let page = read(&call, Some(Tried { verb, form, field, words })).await?;
            Ok(Answer { status: problem.kind.status, ..html(&page)? })
        }
    }
}

/// The first day after the one that was typed.
fn last_day(text: &str) -> String {
    text.trim().parse::<Day>().map_or_else(|()| text.to_owned(), |day| day.plus(1).to_string())
}

async fn read(call: &Call, tried: Option<Tried>) -> Result<ActionPage, Problem> {
    let reader = call.caller()?.clone();
    let mut f = Frame::new(call, "actions", "actions-title");
    let mut connection = call.app.database.read().await?;
    let mut tx = connection.tx();
    let action = actions::by_id(&mut tx, ActionId(call.id()?)).await?.ok_or(Refusal::NotFound)?;
    let problem = problems::by_id(&mut tx, action.terms.problem).await?.ok_or(Refusal::NotFound)?;
    let names = names_of(&mut tx, told::people([&action])).await?;
    let known = all_causes(&mut tx).await?;
    let outlook = match &action.plan {
        Some(plan) if action.verdict.is_none() => Some(actions::outlook(&mut tx, plan, f.now).await?),
        _ => None,
    };
    let events = actions::history(&mut tx, action.id).await?;
    // What was asked for just now may be no verdict: it is not kept, and told all the same.
    let asked = match (&action.plan, call.query.get("done")) {
        (Some(plan), Some("too_early" | "not_evaluable")) if action.may_judge(&reader).is_ok() => {
            Some(actions::measured(&mut tx, &action, plan, f.now, reader.id).await?)
        }
        _ => None,
    };
    let letter = actions::letter(&mut tx, &action).await?;
    let offered = offered(&action, &problem, &reader, f.now);
    let forms = reader.is_lead() && action.state != ActionState::Closed;
    let mut people = if forms { staff::page(&mut tx, None, PEOPLE).await? } else { Vec::new() };
    let kinds = if forms { exposure::kinds(&mut tx).await? } else { Vec::new() };
    drop(connection);
    people.retain(Staff::can_hold_duty);
    people.sort_by(|a, b| a.name.cmp(&b.name));
    f.title.clone_from(&action.terms.title);
    let name = |id| names.get(&id).cloned().unwrap_or_default();
    let plan = action.plan.as_ref();
    let verdict = action.verdict.as_ref().or(asked.as_ref());
    let open = known.values().filter(|cause| !cause.retired);
    let link = |code: &String| {
        let cause = known.values().find(|cause| cause.code == *code);
        let name = cause.map_or("", |cause| crate::pages::rows::cause_name(&f, &cause.name));
        (format!("/complaints?view=all&cause={}", encode(code)), name.to_owned())
    };
    let letter = letter.map(|letter| Letter {
        text: letter_text(&f, &action, &known),
        recipients: letter.recipients,
        links: letter.causes.iter().map(link).collect(),
    });
    Ok(ActionPage {
        owner: name(action.terms.owner),
        proposed_by: name(action.proposed_by),
        approved_by: action.approved_by.map(name),
        verifier: plan.map(|plan| name(plan.verifier)).unwrap_or_default(),
        causes: words::causes(&f, plan.map_or(&problem.causes, |plan| &plan.causes), &known),
        when: words::when(&f, &action),
        late: action.is_overdue(f.now),
        said: verdict.map(|judgement| words::said(&f, &action, judgement)),
        notes: verdict.map(|judgement| words::notes(&f, judgement)).unwrap_or_default(),
        drawing: plan.zip(verdict).map(|(plan, judged)| drawing(&f, plan, judged)).unwrap_or_default(),
        rows: verdict.map(|judgement| rows(&f, &action, judgement)).unwrap_or_default(),
        outlook: outlook.map(|outlook| words::outlook(&f, &outlook)).unwrap_or_default(),
        history: events.into_iter().map(|event| line(&f, &action, event)).collect(),
        people: people.into_iter().map(|p| Choice { id: p.id.to_string(), name: p.name }).collect(),
        all_causes: if offered.contains(&"plan") {
            let choice = |cause: &firsthand_domain::cause::Cause| Choice {
                id: cause.id.to_string(),
                name: crate::pages::rows::cause_name(&f, &cause.name).to_owned(),
            };
            open.map(choice).collect()
        } else {
            Vec::new()
        },
        kinds,
        letter,
        saved: call.query.get("done") == Some("true") && tried.is_none(),
        tried,
        offered,
        problem,
        action,
        f,
    })
}

/// The forms the rules allow the reader now.
fn offered(action: &Action, problem: &Record, reader: &Staff, now: Timestamp) -> Vec<&'static str> {
    if !reader.can_hold_duty() {
        return Vec::new();
    }
    let context = ActionContext { actor: reader, now, problem, person: None, causes: &[] };
    let may = |verb: &ActionVerb| {
        !matches!(
            action.perform(verb, &context),
            Err(Refusal::ActionOver { .. }
                | Refusal::NotYours { .. }
                | Refusal::OwnAction
                | Refusal::PlanMissing)
        )
    };
    let open = reader.is_lead() && action.state != ActionState::Closed;
    let reason = firsthand_domain::text::Text::parse("-").ok();
    let all = [
        ("approve", may(&ActionVerb::Approve)),
        ("start", may(&ActionVerb::Start)),
        ("implemented", may(&ActionVerb::Implemented(SayImplemented::default()))),
        ("verdict", action.may_judge(reader).is_ok()),
        ("extend", open && action.state == ActionState::Inconclusive && !action.extended),
        ("plan", open),
        ("owner", open),
        ("close", reason.is_some_and(|reason| may(&ActionVerb::Close(reason)))),
    ];
    all.into_iter().filter(|(_, may)| *may).map(|(verb, _)| verb).collect()
}

/// Before and after, a row each.
fn rows(f: &Frame, action: &Action, judgement: &Judgement) -> Vec<Row> {
    let Some(plan) = &action.plan else { return Vec::new() };
    let row = |key: &str, window, complaints: i64, exposure: Option<i64>| {
        #[expect(clippy::cast_precision_loss, reason = "counts of complaints and of deliveries")]
        let rate = exposure.filter(|t| *t > 0).map(|t| complaints as f64 * 1000.0 / t as f64);
        Row {
            name: f.say(key).into_owned(),
            days: words::window(f, window),
            complaints,
            exposure: words::whole(f, exposure),
            rate: rate.map(|rate| f.number(rate, 2)),
        }
    };
    vec![
        row("label-baseline", plan.baseline, judgement.x1, judgement.t1),
        row("label-watch", plan.watch, judgement.x2, judgement.t2),
    ]
}

fn line(f: &Frame, action: &Action, event: problems::Event<ActionFact>) -> Line {
    let mut beside = None;
    let kind = match &event.fact {
        ActionFact::Proposed(_) => "proposed",
        ActionFact::Approved {} => "approved",
        ActionFact::Started {} => "started",
        ActionFact::PlanLocked { plan, voided, reason } => {
            let mut words = vec![f.with("actions-plan-number", "number", plan.number)];
            words.push(f.with2(
                "actions-plan-windows",
                "before",
                words::window(f, plan.baseline),
                "after",
                words::window(f, plan.watch),
            ));
            if let Some(verdict) = voided.and_then(|verdict| serde_json::to_value(verdict).ok()) {
                let code = verdict.as_str().unwrap_or_default().to_owned();
                words.push(f.with("actions-voided", "verdict", f.word("action-state", &code)));
            }
            words.extend(reason.clone());
            beside = Some(words.join(" · "));
            "plan-locked"
        }
        ActionFact::Implemented { since } => {
            beside = Some(f.with("actions-since", "day", f.date_of(*since)));
            "implemented"
        }
        ActionFact::Judged(judgement) => {
            beside = Some(words::said(f, action, judgement));
            "judged"
        }
        ActionFact::WatchExtended { reason, .. } => {
            beside = Some(reason.clone());
            "watch-extended"
        }
        ActionFact::OwnerChanged { reason, .. } => {
            beside = Some(reason.clone());
            "owner-changed"
        }
        ActionFact::Closed { reason } => {
            beside = Some(reason.clone());
            "closed"
        }
    };
    Line { at: event.at, by: event.name, what: f.word("actions-did", kind).into_owned(), beside }
}
