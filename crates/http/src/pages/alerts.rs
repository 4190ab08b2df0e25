//! What has begun to rise: what nobody has looked at yet, what was looked at, and how often the desk was right.

#[cfg(test)]
pub(super) mod tests;

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::alert::{Kind, MOST_SAYING_NOTHING, Verdict};
use firsthand_domain::cause::CauseTree;
use firsthand_domain::figures::date_of;
use firsthand_storage::alerts::{self, Alert};
use firsthand_storage::causes;
use serde_json::json;
use uuid::Uuid;

use super::analysis::{Tab, tabs};
use super::rows::cause_name;
use super::{Frame, html};
use crate::api::analysis::{alert_cursor, precision};
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::json::analysis::behind;
use crate::problem::Problem;
use crate::query::encode;
use crate::rights::Right::{Lead, Reader};
use crate::routes::{Route, form, page};
use crate::speech::Speech;

/// Alerts of each list on a page.
const ROWS: usize = 25;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/analysis/alerts", Reader, shown).asks(&["open", "seen", "done"]),
        form("/analysis/alerts/{id}/review", Lead, review),
    ]
}

/// An alert, in words.
struct Row {
    id: String,
    cause: String,
    link: String,
    words: String,
    chance: String,
    found: String,
    /// The complaints of its weeks.
    list: String,
    /// The form that opens a problem for it.
    problem: String,
    /// What it was found to be, and who looked when.
    verdict: Option<(String, String)>,
    note: String,
    /// Nobody found that nothing is behind it.
    real: bool,
    /// What was typed and refused, and why.
    tried: Option<Tried>,
}

/// A review that was refused.
#[derive(Clone)]
struct Tried {
    verdict: String,
    note: String,
    field: String,
    words: String,
}

impl Row {
    fn is(&self, verdict: &str) -> bool {
        self.tried.as_ref().is_some_and(|tried| tried.verdict == verdict)
    }

    fn typed(&self) -> &str {
        self.tried.as_ref().map_or("", |tried| tried.note.as_str())
    }

    fn wrong(&self, field: &str) -> bool {
        self.tried.as_ref().is_some_and(|tried| tried.field == field)
    }
}

#[derive(Template)]
#[template(path = "alerts.html")]
struct AlertsPage {
    f: Frame,
    tabs: Vec<Tab>,
    wrong: Option<String>,
    done: bool,
    lead: bool,
    /// How often they were right.
    precision: String,
    waiting: i64,
    open: Vec<Row>,
    open_next: Option<String>,
    seen: Vec<Row>,
    seen_next: Option<String>,
}

impl AlertsPage {
    #[expect(clippy::unused_self, reason = "asked by the template")]
    fn verdicts(&self) -> [&'static str; 3] {
        Verdict::ALL.map(Verdict::code)
    }
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    html(&read(&call, None).await?)
}

async fn read(call: &Call, tried: Option<(Uuid, Tried)>) -> Result<AlertsPage, Problem> {
    let f = Frame::new(call, "analysis", "alerts-title");
    let lead = Lead.admits(call.caller()?).is_ok();
    let mut wrong = call.query.wrong().to_vec();
    let mut after = |name: &str| {
        let found = call.query.get(name).map(alert_cursor)?;
        if found.is_none() {
            wrong.push(name.to_owned());
        }
        found
    };
    let (after_open, after_seen) = (after("open"), after("seen"));
    let limit = i64::try_from(ROWS + 1).unwrap_or(i64::MAX);
    let mut connection = call.app.database.read().await?;
    let mut tx = connection.tx();
    let mut open = alerts::page(&mut tx, true, after_open, limit).await?;
    if let Some((id, _)) = &tried {
        // What was typed stays on the page, wherever its alert stands.
        if open.iter().take(ROWS).all(|alert| alert.id != *id) {
            open.splice(0..0, alerts::by_id(&mut tx, *id).await?);
        }
    }
    let seen = alerts::spoken_to(&mut tx, after_seen, limit).await?;
    let tree = causes::tree(&mut tx).await?;
    let reviewed = precision(&alerts::reviewed(&mut tx).await?);
    let waiting = alerts::open(&mut tx).await?;
    drop(connection);
    let rows = |found: Vec<Alert>, name: &str| {
        let more = found.len() > ROWS;
        let last = found.get(ROWS - 1).filter(|_| more);
        let next = last.map(|last| format!("/analysis/alerts?{name}={}.{}#{name}", last.week, last.id));
        let told = found.iter().take(ROWS).map(|alert| {
            let tried = tried.as_ref().filter(|(id, _)| *id == alert.id).map(|(_, tried)| tried.clone());
            row(&f, alert, &tree, tried)
        });
        (told.collect::<Vec<_>>(), next)
    };
    let ((open, open_next), (seen, seen_next)) = (rows(open, "open"), rows(seen, "seen"));
    let count = |n: u64| f.count(i64::try_from(n).unwrap_or(i64::MAX));
    let precision = match (reviewed.share, reviewed.low, reviewed.high) {
        (Some(share), Some(low), Some(high)) => f.tell(
            "alerts-precision",
            [
                ("right", count(reviewed.right).into()),
                ("all", count(reviewed.reviewed).into()),
                ("share", f.percent(share, 0).into()),
                ("low", f.percent(low, 0).into()),
                ("high", f.percent(high, 0).into()),
            ],
        ),
        _ if reviewed.reviewed == 0 => f.say("alerts-precision-none").into_owned(),
        _ => f.with2("alerts-precision-few", "right", count(reviewed.right), "all", count(reviewed.reviewed)),
    };
    Ok(AlertsPage {
        tabs: tabs(&f, "/analysis/alerts", waiting),
        wrong: (!wrong.is_empty()).then(|| f.say("alerts-wrong").into_owned()),
        done: call.query.get("done").is_some() && tried.is_none(),
        lead,
        precision,
        waiting,
        open,
        open_next,
        seen,
        seen_next,
        f,
    })
}

/// What was found, in a sentence.
pub(super) fn words(f: &Speech, alert: &Alert) -> String {
    let found = &alert.found;
    let (count, day) = (f.count(i64::from(found.count)), f.date(date_of(alert.week)));
    match found.kind {
        Kind::Spike => told(f, "alerts-spike", count, day, f.number(found.expected, 1)),
        Kind::Drift => {
            told(f, "alerts-drift", count, f.date(date_of(alert.days().0)), f.number(found.expected, 0))
        }
        Kind::SaysNothing => {
            let day = f.date(date_of(alert.week + 6));
            told(f, "alerts-says-nothing", count, day, f.number(found.expected, 0))
        }
    }
}

fn told(f: &Speech, key: &str, count: String, day: String, expected: String) -> String {
    f.tell(key, [("count", count.into()), ("day", day.into()), ("expected", expected.into())])
}

/// How likely it is that nothing is behind it.
fn chance(f: &Speech, alert: &Alert) -> String {
    match (alert.found.kind, alert.found.chance) {
        (Kind::SaysNothing, _) => f.with("alerts-chance-nothing", "share", f.percent(MOST_SAYING_NOTHING, 0)),
        (Kind::Spike, Some(chance)) if chance < 0.001 => f.say("alerts-chance-rare").into_owned(),
        (Kind::Spike, Some(chance)) => {
            f.with2("alerts-chance", "times", f.number(1.0 / chance, 0), "share", f.percent(chance, 1))
        }
        _ => f.say("alerts-chance-drift").into_owned(),
    }
}

/// The complaints that made it: those that were counted when it was found.
pub(super) fn list(alert: &Alert, code: &str) -> String {
    format!("/complaints?{}", behind(alert, code))
}

fn row(f: &Frame, alert: &Alert, tree: &CauseTree, tried: Option<Tried>) -> Row {
    let cause = tree.get(alert.found.cause);
    let code = cause.map(|cause| cause.code.as_str()).unwrap_or_default();
    let verdict = alert.verdict.map(|verdict| {
        let (by, at) = match &alert.reviewed {
            Some((_, name, at)) => (name.clone(), f.exact(*at)),
            None => (f.say("frame-system").into_owned(), String::new()),
        };
        (f.word("analysis-alert", verdict.code()).into_owned(), f.with2("alerts-by", "name", by, "when", at))
    });
    Row {
        id: alert.id.to_string(),
        cause: cause.map(|cause| cause_name(f, &cause.name).to_owned()).unwrap_or_default(),
        link: format!("/analysis/causes/{}", encode(code)),
        words: words(f, alert),
        chance: chance(f, alert),
        found: f.with("alerts-found", "when", f.exact(alert.found_at)),
        list: list(alert, code),
        problem: format!("/actions/problems/new?alert={}&cause={}", alert.id, encode(code)),
        verdict,
        note: alert.note.clone().unwrap_or_default(),
        real: alert.verdict != Some(Verdict::Artefact),
        tried,
    }
}

/// A lead says what it was.
async fn review(call: Call) -> Result<Answer, Problem> {
    let (typed, id) = (call.form()?, call.id()?);
    let body = match typed.filled("note") {
        Some(note) => json!({ "verdict": typed.filled("verdict"), "note": note }),
        None => json!({ "verdict": typed.filled("verdict") }),
    };
    let path = format!("/api/v1/alerts/{id}/review");
    match call.ask(&path, &body, Some(typed.get("_key")), None).await {
        Ok(_) => Ok(Answer::see_other("/analysis/alerts?done=true")),
        Err(problem) if problem.kind.status >= 429 || problem.kind.status == 404 => Err(problem),
        Err(problem) => {
            let page = read(&call, Some((id, tried(&call, &typed, &problem)))).await?;
            Ok(Answer { status: problem.kind.status, ..html(&page)? })
        }
    }
}

fn tried(call: &Call, typed: &Form, problem: &Problem) -> Tried {
    let speech = super::speech(&call.app, call.session.as_ref(), &call.headers);
    let missing = typed.filled("verdict").is_none();
    let field = match problem.refusal() {
        Some(Refusal::Field { field, .. }) => field.to_string(),
        _ if missing => "verdict".to_owned(),
        _ => String::new(),
    };
    let words = match problem.refusal() {
        _ if missing => speech.say("alerts-choose").into_owned(),
        Some(Refusal::Field { field, expected }) => speech.wrong(field, expected),
        _ => problem.words(&speech),
    };
    Tried { verdict: typed.get("verdict").to_owned(), note: typed.get("note").to_owned(), field, words }
}
