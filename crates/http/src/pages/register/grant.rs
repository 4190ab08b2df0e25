//! One grant: what it says, what it rests on, what happened to it, and what may be done with it now.

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::code::GrantState;
use firsthand_domain::grant::{Grant, GrantStep};
use firsthand_domain::id::GrantId;
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use firsthand_storage::{Tx, causes, grants};
use serde_json::Value;

use super::grants::{ends_in, until};
use super::words::{self, Names};
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::pages::rows::cause_name;
use crate::pages::{Frame, html};
use crate::problem::Problem;
use crate::rights::Right::{Reader, Writer};
use crate::routes::{Route, form, page};

/// Grants below it that are named, at most.
const BELOW: usize = 100;

pub(super) fn routes() -> Vec<Route> {
    vec![page("/grants/{id}", Reader, shown).asks(&["done"]), form("/grants/{id}/{step}", Writer, step)]
}

/// Another grant, above or below.
struct Near {
    id: GrantId,
    holder: String,
    limits: String,
    state: GrantState,
}

/// A step that was done.
struct Done {
    kind: String,
    at: Timestamp,
    by: String,
    reason: Option<String>,
}

/// What may be done now.
struct Act {
    code: &'static str,
    /// A reason must be given.
    reason: bool,
}

#[derive(Template)]
#[template(path = "grant.html")]
struct GrantPage {
    f: Frame,
    grant: Grant,
    state: GrantState,
    holder: String,
    written_by: String,
    activated_by: Option<String>,
    types: String,
    bases: String,
    limits: Vec<(String, String)>,
    scope: Vec<(&'static str, String)>,
    valid: String,
    ends_in: Option<i64>,
    passing: String,
    /// The grants above, the root last.
    above: Vec<Near>,
    below: Vec<Near>,
    steps: Vec<Done>,
    acts: Vec<Act>,
    /// Why a draft cannot be put in force by the reader.
    why_not: Option<String>,
    passes_on: bool,
    done: bool,
    /// What was tried, as typed, and why it was not done.
    tried: Option<(String, Form, String)>,
}

impl GrantPage {
    /// Why this was not done, if it was tried.
    fn wrong(&self, code: &str) -> Option<&str> {
        self.tried.as_ref().filter(|(tried, ..)| tried == code).map(|(_, _, words)| words.as_str())
    }

    /// Is there still a place to do this?
    fn offers(&self, code: &str) -> bool {
        self.acts.iter().any(|act| act.code == code)
    }

    /// What was typed there.
    fn typed(&self, code: &str) -> &str {
        self.tried.as_ref().filter(|(tried, ..)| tried == code).map_or("", |(_, form, _)| form.get("reason"))
    }
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    html(&read(&call, None).await?)
}

/// Asks what the form stands for. What was not done is told on the page, beside what was tried.
async fn step(call: Call) -> Result<Answer, Problem> {
    let (id, step) = (GrantId(call.id()?), call.param("step").to_owned());
    if !STEPS.iter().any(|(code, _)| *code == step) {
        return Err(Refusal::NotFound.into());
    }
    let form = call.form()?;
    let body: Value = form.body(&call.app.settings.zone)?;
    let path = format!("/api/v1/grants/{id}/{step}");
    match call.ask(&path, &body, Some(form.get("_key")), Some(form.get("_version"))).await {
        Ok(_) => Ok(Answer::see_other(format!("/grants/{id}?done=true"))),
        Err(problem) if problem.kind.status >= 429 || problem.kind.status == 404 => Err(problem),
        Err(problem) => {
            let words = problem.words(&crate::pages::speech(&call.app, call.session.as_ref(), &call.headers));
            let page = read(&call, Some((step, form, words))).await?;
            Ok(Answer { status: problem.kind.status, ..html(&page)? })
        }
    }
}

/// Every step there is on a page.
const STEPS: [(&str, GrantStep); 4] = [
    ("activate", GrantStep::Activate),
    ("suspend", GrantStep::Suspend),
    ("resume", GrantStep::Resume),
    ("revoke", GrantStep::Revoke { for_cause: false }),
];

async fn read(call: &Call, tried: Option<(String, Form, String)>) -> Result<GrantPage, Problem> {
    let now = call.app.database.now();
    let reader = call.caller()?;
    let mut f = Frame::new(call, "grants", "register-grant");
    let mut connection = call.app.database.read().await?;
    let mut tx = connection.tx();
    let chain = grants::chain(&mut tx, GrantId(call.id()?)).await?;
    let (grant, above) = chain.split_first().ok_or(Refusal::NotFound)?;
    let steps = grants::steps(&mut tx, grant.id).await?;
    let mut children = Vec::new();
    for id in grants::below(&mut tx, grant.id).await?.into_iter().filter(|id| *id != grant.id) {
        if children.len() == BELOW {
            break;
        }
        children.extend(grants::by_id(&mut tx, id).await?.filter(|g| g.parent == Some(grant.id)));
    }
    let names = Names::in_grants(&mut tx, chain.iter().chain(&children)).await?;
    let scope = scope(&mut tx, &f, grant).await?;
    drop(connection);
    let near = |g: &Grant| Near {
        id: g.id,
        holder: names.holder(&f, g.holder),
        limits: words::limits_in_line(&f, &g.terms),
        state: g.state_at(now),
    };
    let (acts, why_not) = acts(&f, grant, above, reader, now);
    let holder = names.holder(&f, grant.holder);
    let terms = &grant.terms;
    let page = GrantPage {
        state: grant.state_at(now),
        written_by: names.of(grant.written_by),
        activated_by: grant.activated_by.map(|by| names.of(by)),
        types: words::listed(&f, "award-type", terms.types.iter().map(|t| t.code())),
        bases: words::listed(&f, "basis", terms.bases.iter().map(|b| b.code())),
        limits: words::limits(&f, terms),
        scope,
        valid: match terms.valid_until {
            Some(until) => f.with2("register-from-to", "from", f.day(terms.valid_from), "to", f.day(until)),
            None => f.with("register-from", "from", f.day(terms.valid_from)),
        },
        ends_in: ends_in(grant, now),
        passing: if terms.may_subdelegate {
            f.with("register-levels", "count", terms.max_depth)
        } else {
            f.say("register-not-passed").into_owned()
        },
        above: above.iter().map(near).collect(),
        below: children.iter().map(near).collect(),
        steps: steps
            .into_iter()
            .map(|s| Done { kind: s.kind, at: s.at, by: s.name, reason: s.reason })
            .collect(),
        acts,
        why_not,
        passes_on: terms.may_subdelegate
            && terms.max_depth > 0
            && reader.can_hold_duty()
            && grant.holder.is(reader.id, reader.role)
            && chain.iter().all(|g| g.in_force(now)),
        done: call.query.get("done").is_some() && tried.is_none(),
        tried,
        holder: holder.clone(),
        grant: grant.clone(),
        f: {
            f.title = format!("{holder} · {}", until(&f, grant));
            f
        },
    };
    Ok(page)
}

/// The steps the rules allow the reader now, and why a draft is not theirs to put in force.
fn acts(
    f: &Frame,
    grant: &Grant,
    above: &[Grant],
    reader: &Staff,
    now: Timestamp,
) -> (Vec<Act>, Option<String>) {
    let (mut acts, mut why_not) = (Vec::new(), None);
    if !reader.can_hold_duty() {
        return (acts, why_not);
    }
    for (code, step) in STEPS {
        match grant.step(step, reader, above, now) {
            Ok(_) => acts.push(Act { code, reason: code == "revoke" }),
            Err(refusal) if code == "activate" && grant.state_at(now) == GrantState::Draft => {
                why_not = Some(f.refusal(&refusal));
            }
            Err(_) => {}
        }
    }
    (acts, why_not)
}

/// Where a grant may be used, a line for each kind of bound.
async fn scope(tx: &mut Tx<'_>, f: &Frame, grant: &Grant) -> Result<Vec<(&'static str, String)>, Problem> {
    let scope = &grant.terms.scope;
    let mut lines = vec![
        ("label-teams", f.listed(scope.teams.iter())),
        ("label-products", f.listed(scope.products.iter())),
        ("label-channels", words::listed(f, "channel", scope.channels.iter().map(|c| c.code()))),
    ];
    if !scope.causes.is_empty() {
        let known = causes::among(tx, &scope.causes.iter().copied().collect()).await?;
        let named = scope.causes.iter().map(|id| {
            let cause = known.iter().find(|cause| cause.id == *id);
            cause.map_or_else(|| id.to_string(), |cause| cause_name(f, &cause.name).to_owned())
        });
        lines.push(("label-causes", f.listed(named)));
    }
    lines.retain(|(_, words)| !words.is_empty());
    Ok(lines)
}
