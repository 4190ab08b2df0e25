//! One person: their role and team, the link by which they choose a password, times away, open duties, leaving.

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::id::{ComplaintId, StaffId};
use firsthand_domain::lists::ListKind;
use firsthand_domain::refusal::OpenDuties;
use firsthand_domain::staff::Staff;
use firsthand_storage::{absences, accounts, invitations, lists, staff};
use serde_json::{Value, json};

use super::{State, is_admin};
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::pages::account::{Faults, confirm};
use crate::pages::{Frame, html};
use crate::problem::Problem;
use crate::rights::Right::{Admin, Lead, LeadOrAdmin};
use crate::routes::{Route, form, page};

/// So many people can be chosen from.
const OTHERS: i64 = 1000;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/staff/{id}", LeadOrAdmin, shown).asks(&["done"]),
        form("/staff/{id}/place", Admin, place),
        form("/staff/{id}/link", Admin, link),
        form("/staff/{id}/absences", LeadOrAdmin, absence),
        form("/staff/{id}/end-second-factor", Admin, end_second_factor),
        form("/staff/{id}/disable", Admin, disable),
        form("/staff/{id}/successions", Lead, successions),
    ]
}

/// A time away, in words.
struct Away {
    from: String,
    to: String,
    substitute: String,
}

#[derive(Template)]
#[template(path = "person.html")]
struct PersonPage {
    f: Frame,
    person: Staff,
    state: State,
    second_factor: bool,
    admin: bool,
    lead: bool,
    /// A link that was made just now, and until when it is good.
    link: Option<(String, String)>,
    /// Until when an earlier link is good.
    open_until: Option<String>,
    away: Vec<Away>,
    duties: OpenDuties,
    /// The complaints on which these are, as people call them.
    complaints: Vec<(ComplaintId, String)>,
    /// Who can stand in or succeed.
    others: Vec<Staff>,
    /// Teams that are offered.
    teams: Vec<String>,
    typed: Form,
    wrong: Faults,
    done: Option<String>,
}

impl PersonPage {
    /// What the person still holds, in figures.
    fn duties_held(&self) -> String {
        let duties = &self.duties;
        let (first, handled) = (duties.first_contact.len().into(), duties.handler.len().into());
        let (promises, actions) = (duties.promises.len().into(), duties.actions.len().into());
        let held = [("first", first), ("handled", handled), ("promises", promises), ("actions", actions)];
        self.f.tell("staff-duties-held", held)
    }

    /// Is it the reader's own page?
    fn is_me(&self) -> bool {
        self.f.is_me(self.person.id)
    }

    /// Is this role the one chosen in the form?
    fn is_role(&self, code: &str) -> bool {
        code == self.typed.filled("role").unwrap_or_else(|| self.person.role.code())
    }

    /// The team that stands in the form.
    fn team(&self) -> &str {
        let typed = self.typed.every().find(|(name, _)| *name == "team").map(|(_, value)| value);
        typed.or(self.person.team.as_deref()).unwrap_or_default()
    }
}

async fn read(call: &Call, id: StaffId, typed: Form, wrong: Faults) -> Result<PersonPage, Problem> {
    let now = call.app.database.now();
    let mut f = Frame::new(call, "staff", "frame-staff");
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let person = staff::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let account = accounts::of(&mut tx, id).await?;
    let open_until = invitations::open_until(&mut tx, id, now).await?;
    let away = absences::of(&mut tx, id, now).await?;
    let stand_ins: Vec<StaffId> = away.iter().map(|a| a.substitute).collect();
    let names = staff::people(&mut tx, &stand_ins).await?;
    let duties = staff::open_duties(&mut tx, id).await?;
    let held = staff::complaints_of(&mut tx, id).await?;
    let complaints = staff::references(&mut tx, held.get(..held.len().min(50)).unwrap_or_default()).await?;
    let others = staff::page(&mut tx, None, OTHERS).await?;
    let teams = if is_admin(call) { lists::offered(&mut tx, ListKind::Team).await? } else { Vec::new() };
    drop(connection);
    let named = |id: &StaffId| names.get(id).map_or_else(String::new, |(name, _)| name.clone());
    let away = away.iter().map(|a| Away {
        from: f.exact(a.from),
        to: f.exact(a.to),
        substitute: named(&a.substitute),
    });
    let away = away.collect();
    f.title.clone_from(&person.name);
    Ok(PersonPage {
        state: State::of(&person, account.password.is_some()),
        second_factor: account.totp.is_some(),
        admin: is_admin(call),
        lead: call.caller()?.is_lead(),
        link: None,
        open_until: open_until.map(|at| f.exact(at)),
        away,
        duties,
        complaints,
        others: others.into_iter().filter(|other| other.id != id && other.can_hold_duty()).collect(),
        teams,
        typed,
        wrong,
        done: None,
        person,
        f,
    })
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    let mut page = read(&call, StaffId(call.id()?), Form::default(), Faults::default()).await?;
    page.done = call.query.get("done").and_then(|what| match what {
        "place" => Some(page.f.say("staff-done-place").into_owned()),
        "absence" => Some(page.f.say("staff-done-absence").into_owned()),
        "second-factor" => Some(page.f.say("staff-done-second-factor").into_owned()),
        "disabled" => Some(page.f.say("staff-done-disabled").into_owned()),
        "offered" => Some(page.f.say("staff-done-offered").into_owned()),
        _ => None,
    });
    html(&page)
}

/// The page with a link that was made just now.
pub(super) async fn with_link(call: &Call, id: StaffId, made: &Answer) -> Result<Answer, Problem> {
    let made: Value = serde_json::from_str(&made.body)?;
    let mut page = read(call, id, Form::default(), Faults::default()).await?;
    let until = page.open_until.take().unwrap_or_default();
    page.link = made.get("link").and_then(Value::as_str).map(|link| (link.to_owned(), until));
    html(&page)
}

/// The page again, with what stands in the way beside the control that was used.
async fn again(call: &Call, problem: Problem, otherwise: &str) -> Result<Answer, Problem> {
    if problem.kind.status >= 500 || problem.kind.status == 404 {
        return Err(problem);
    }
    let speech = crate::pages::speech(&call.app, call.session.as_ref(), &call.headers);
    let wrong = Faults::told(&problem, &speech, otherwise);
    let page = read(call, StaffId(call.id()?), call.form()?, wrong).await?;
    Ok(Answer { status: problem.kind.status, ..html(&page)? })
}

/// Asks what the form stands for.
async fn ask(call: &Call, what: &str, body: &Value) -> Result<Answer, Problem> {
    let path = format!("/api/v1/staff/{}/{what}", StaffId(call.id()?));
    call.ask(&path, body, Some(call.form()?.get("_key")), None).await
}

fn back(call: &Call, done: &str) -> Result<Answer, Problem> {
    Ok(Answer::see_other(format!("/staff/{}?done={done}", StaffId(call.id()?))))
}

async fn place(call: Call) -> Result<Answer, Problem> {
    if let Some(first) = confirm::first(&call)? {
        return Ok(first);
    }
    let body = call.form()?.body(&call.app.settings.zone)?;
    match ask(&call, "place", &body).await {
        Ok(_) => back(&call, "place"),
        Err(problem) => again(&call, problem, "role").await,
    }
}

async fn link(call: Call) -> Result<Answer, Problem> {
    if let Some(first) = confirm::first(&call)? {
        return Ok(first);
    }
    match ask(&call, "invitations", &json!({})).await {
        Ok(made) => with_link(&call, StaffId(call.id()?), &made).await,
        Err(problem) => again(&call, problem, "link").await,
    }
}

async fn end_second_factor(call: Call) -> Result<Answer, Problem> {
    if let Some(first) = confirm::first(&call)? {
        return Ok(first);
    }
    match ask(&call, "end-second-factor", &json!({})).await {
        Ok(_) => back(&call, "second-factor"),
        Err(problem) => again(&call, problem, "second-factor").await,
    }
}

async fn absence(call: Call) -> Result<Answer, Problem> {
    let body = call.form()?.body(&call.app.settings.zone).map(|mut body| {
        // `to` is a person elsewhere, so the form calls the end by another name.
        if let Some(fields) = body.as_object_mut()
            && let Some(end) = fields.remove("to_time")
        {
            fields.insert("to".to_owned(), end);
        }
        body
    });
    let asked = match body {
        Ok(body) => ask(&call, "absences", &body).await,
        Err(problem) => Err(problem),
    };
    match asked {
        Ok(_) => back(&call, "absence"),
        Err(mut problem) => {
            if let Some(Refusal::Field { field, .. }) = problem.refusal.as_deref_mut()
                && field == "to"
            {
                *field = "to_time".into();
            }
            again(&call, problem, "from").await
        }
    }
}

async fn disable(call: Call) -> Result<Answer, Problem> {
    if let Some(first) = confirm::first(&call)? {
        return Ok(first);
    }
    match ask(&call, "disable", &json!({})).await {
        Ok(_) => back(&call, "disabled"),
        Err(problem) => again(&call, problem, "disable").await,
    }
}

async fn successions(call: Call) -> Result<Answer, Problem> {
    let body = call.form()?.body(&call.app.settings.zone)?;
    let offered = match ask(&call, "successions", &body).await {
        Ok(offered) => offered,
        Err(problem) => return again(&call, problem, "successor").await,
    };
    let offered: Value = serde_json::from_str(&offered.body)?;
    let items = offered.get("items").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let refused = items.iter().filter(|item| item.get("problem").is_some_and(|p| !p.is_null())).count();
    if refused == 0 {
        return back(&call, "offered");
    }
    // Some could be offered and some not: what remains is listed on the page.
    let speech = crate::pages::speech(&call.app, call.session.as_ref(), &call.headers);
    let words = speech.with2("staff-offered-some", "count", items.len() - refused, "all", items.len());
    let page = read(&call, StaffId(call.id()?), call.form()?, Faults::one("successor", words)).await?;
    Ok(Answer { status: 409, ..html(&page)? })
}
