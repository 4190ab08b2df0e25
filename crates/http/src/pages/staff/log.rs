//! What administrators did to people, the latest first.

use askama::Template;
use firsthand_domain::time::Timestamp;
use firsthand_storage::staff_acts::{self, Act};
use serde_json::Value;
use uuid::Uuid;

use crate::call::{Answer, Call};
use crate::pages::{Frame, html};
use crate::problem::Problem;
use crate::rights::Right::AdminOrAuditor;
use crate::routes::{Route, page};

const PAGE: usize = 50;

pub(super) fn routes() -> Vec<Route> {
    vec![page("/staff/log", AdminOrAuditor, shown).asks(&["before"])]
}

/// One act, in words.
struct Line {
    at: Timestamp,
    actor: String,
    what: String,
    staff: String,
    detail: String,
}

#[derive(Template)]
#[template(path = "staff-log.html")]
struct LogPage {
    f: Frame,
    lines: Vec<Line>,
    /// Where the page after this begins.
    next: Option<Uuid>,
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    let before = call.query.read("before", "expected the `next` of the page before", |v| v.parse().ok())?;
    let mut acts = {
        let mut connection = call.connection().await?;
        staff_acts::page(&mut connection.tx(), before, i64::try_from(PAGE + 1).unwrap_or(i64::MAX)).await?
    };
    let more = acts.len() > PAGE;
    acts.truncate(PAGE);
    let next = acts.last().map(|last| last.id).filter(|_| more);
    let f = Frame::new(&call, "staff", "staff-log");
    let lines = acts.iter().map(|act| line(&f, act)).collect();
    html(&LogPage { f, lines, next })
}

fn line(f: &Frame, act: &Act) -> Line {
    let console = || f.say("staff-console").into_owned();
    Line {
        at: act.at,
        actor: act.actor.clone().unwrap_or_else(console),
        what: f.word("staff-act", &act.kind).into_owned(),
        staff: act.staff.clone().unwrap_or_default(),
        detail: detail(f, act),
    }
}

/// What else is known of an act.
fn detail(f: &Frame, act: &Act) -> String {
    let text = |name: &str| act.body.get(name).and_then(Value::as_str);
    let role = |name: &str| text(name).map(|code| f.word("role", code).into_owned());
    let team = |name: &str| text(name).map_or_else(|| f.say("staff-no-team").into_owned(), str::to_owned);
    let at = |name: &str| {
        text(name).and_then(|t| Timestamp::parse(t).ok()).map(|at| f.exact(at)).unwrap_or_default()
    };
    let (from, to) = match act.kind.as_str() {
        "role_changed" => (role("from").unwrap_or_default(), role("to").unwrap_or_default()),
        "team_changed" => (team("from"), team("to")),
        "absence" => (at("from"), at("to")),
        kind if kind.starts_with("webhook_") => return text("recipient").unwrap_or_default().to_owned(),
        _ => return role("role").unwrap_or_default(),
    };
    f.with2("staff-from-to", "from", from, "to", to)
}
