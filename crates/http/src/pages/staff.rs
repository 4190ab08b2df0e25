//! The people at the desk: who they are, inviting, roles and teams, times away, leaving.

mod log;
mod person;

use askama::Template;
use firsthand_domain::code::Role;
use firsthand_domain::id::StaffId;
use firsthand_domain::lists::ListKind;
use firsthand_domain::staff::Staff;
use firsthand_storage::{accounts, lists, staff};
use serde_json::{Value, json};

use super::account::{Faults, confirm};
use super::{Frame, html};
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::problem::Problem;
use crate::rights::Right::{Admin, LeadOrAdmin};
use crate::routes::{Route, form, page};

/// People on one page.
const PAGE: i64 = 200;
/// Every role, the most common first.
const ROLES: [Role; 4] = [Role::Agent, Role::Lead, Role::Admin, Role::Auditor];

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![page("/staff", LeadOrAdmin, list).asks(&["cursor"]), form("/staff", Admin, add)];
    routes.extend(person::routes());
    routes.extend(log::routes());
    routes
}

/// Where somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Active,
    /// They never chose a password.
    Invited,
    Gone,
}

impl State {
    fn of(person: &Staff, has_password: bool) -> Self {
        match (person.active, has_password) {
            (false, _) => Self::Gone,
            (true, true) => Self::Active,
            (true, false) => Self::Invited,
        }
    }

    /// For the words of it.
    fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::Gone => "gone",
        }
    }
}

/// A person, as they stand in the list.
struct Row {
    person: Staff,
    state: State,
    second_factor: bool,
}

#[derive(Template)]
#[template(path = "staff.html")]
struct StaffPage {
    f: Frame,
    rows: Vec<Row>,
    next: Option<StaffId>,
    admin: bool,
    /// Teams that are offered.
    teams: Vec<String>,
    /// What was typed for a new person.
    typed: Form,
    wrong: Faults,
}

/// The codes of the roles, for a choice.
pub(super) fn roles() -> [&'static str; 4] {
    ROLES.map(Role::code)
}

/// May this person keep the list of people?
fn is_admin(call: &Call) -> bool {
    call.caller.as_ref().is_some_and(|me| me.role == Role::Admin)
}

async fn read(call: &Call, typed: Form, wrong: Faults) -> Result<StaffPage, Problem> {
    let after = call.query.read("cursor", "expected the `next` of the page before", |v| v.parse().ok())?;
    let (mut people, states, teams) = {
        let mut connection = call.connection().await?;
        let mut tx = connection.tx();
        let teams = if is_admin(call) { lists::offered(&mut tx, ListKind::Team).await? } else { Vec::new() };
        (staff::page(&mut tx, after, PAGE + 1).await?, accounts::states(&mut tx).await?, teams)
    };
    let more = i64::try_from(people.len()).is_ok_and(|count| count > PAGE);
    people.truncate(usize::try_from(PAGE).unwrap_or_default());
    let next = people.last().map(|last| last.id).filter(|_| more);
    let row = |person: Staff| {
        let (has_password, second_factor) = states.get(&person.id).copied().unwrap_or_default();
        Row { state: State::of(&person, has_password), second_factor, person }
    };
    let mut rows: Vec<Row> = people.into_iter().map(row).collect();
    // Who has left stands last; otherwise in the order they came.
    rows.sort_by_key(|row| row.state == State::Gone);
    let f = Frame::new(call, "staff", "frame-staff");
    Ok(StaffPage { f, rows, next, admin: is_admin(call), teams, typed, wrong })
}

async fn list(call: Call) -> Result<Answer, Problem> {
    html(&read(&call, Form::default(), Faults::default()).await?)
}

async fn add(call: Call) -> Result<Answer, Problem> {
    if let Some(first) = confirm::first(&call)? {
        return Ok(first);
    }
    let typed = call.form()?;
    let key = typed.get("_key").to_owned();
    let added = match call.ask("/api/v1/staff", &typed.body(&call.app.settings.zone)?, Some(&key), None).await
    {
        Ok(added) => added,
        Err(problem) => {
            let speech = super::speech(&call.app, call.session.as_ref(), &call.headers);
            let wrong = Faults::told(&problem, &speech, "name");
            return Ok(Answer { status: problem.kind.status, ..html(&read(&call, typed, wrong).await?)? });
        }
    };
    let added: Value = serde_json::from_str(&added.body)?;
    let id = added.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok());
    let id = StaffId(id.ok_or_else(|| Problem::internal("an added person has no id"))?);
    let link_key = (!key.is_empty()).then(|| format!("{key}-link"));
    let path = format!("/api/v1/staff/{id}/invitations");
    let made = call.ask(&path, &json!({}), link_key.as_deref(), None).await?;
    person::with_link(&call, id, &made).await
}
