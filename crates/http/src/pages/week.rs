//! The week in a page, and in a text to paste into a message: how many complained and why, what has begun to rise, which
//! fixes are due and what became of them, who waits longest.

#[cfg(test)]
mod tests;

use askama::Template;
use firsthand_domain::analysis::{By, Measure};
use firsthand_domain::corrective_action::Action;
use firsthand_domain::figures::date_of;
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use firsthand_storage::analysis::{self as stored, Grain, ParetoAsked};
use firsthand_storage::list::{self, Scope, Sort};
use firsthand_storage::{Tx, actions, alerts, figures};
use jiff::civil::Date;
use uuid::Uuid;

use super::analysis::{Tab, change, tabs};
use super::rows::cause_name;
use super::{Frame, html};
use crate::analysis::Asked;
use crate::call::{Answer, Call};
use crate::problem::Problem;
use crate::query::Query;
use crate::rights::Right::Reader;
use crate::routes::{Route, page};

/// Causes that are named, and complaints that wait longest.
const MOST: usize = 3;
/// Alerts of a week that are named.
const ALERTS: i64 = 20;
/// Actions that are looked through, and of one sort are named.
const ACTIONS: i64 = 500;
const NAMED: usize = 10;
/// The earliest and the latest day that can be asked for.
const DAYS: std::ops::Range<i64> = 0..36_525;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/analysis/week", Reader, shown).asks(&["week"]),
        page("/analysis/week.txt", Reader, written).asks(&["week"]),
    ]
}

/// One thing there is to tell, and where it is read in full.
struct Line {
    words: String,
    link: String,
}

/// What is told of one matter.
struct Part {
    id: &'static str,
    title: String,
    lines: Vec<Line>,
    /// What is said where there is nothing.
    none: String,
}

/// Everything there is to tell of a week.
struct Week {
    monday: i64,
    /// Something else was asked for.
    wrong: bool,
    title: String,
    parts: Vec<Part>,
    waiting: i64,
}

#[derive(Template)]
#[template(path = "week.html")]
struct WeekPage {
    f: Frame,
    tabs: Vec<Tab>,
    week: Week,
    field: String,
    before: String,
    after: Option<String>,
    text: String,
}

/// The Monday of the week that was asked for: one that is over, else the last one that is.
fn monday(f: &Frame, query: &Query) -> (i64, bool) {
    let last = Grain::Week.first(f.now.utc_day()) - 7;
    let Some(typed) = query.get("week") else { return (last, !query.wrong().is_empty()) };
    let day =
        typed.trim().parse::<Date>().ok().and_then(|date| Timestamp::parse_or_day(&date.to_string()).ok());
    let asked = day.map(|at| Grain::Week.first(at.utc_day()));
    match asked.filter(|monday| DAYS.contains(monday) && *monday <= last) {
        Some(monday) => (monday, !query.wrong().is_empty()),
        None => (last, true),
    }
}

impl Week {
    async fn read(tx: &mut Tx<'_>, f: &Frame, query: &Query, reader: &Staff) -> Result<Self, Problem> {
        let (monday, wrong) = monday(f, query);
        let parts = vec![
            complaints(tx, f, reader, monday).await?,
            causes(tx, f, reader, monday).await?,
            rising(tx, f, monday).await?,
        ];
        let title = f.with2("week-of", "from", f.date(date_of(monday)), "to", f.date(date_of(monday + 6)));
        let mut week = Self { monday, wrong, title, parts, waiting: alerts::open(tx).await? };
        week.parts.extend(fixes(tx, f, monday).await?);
        week.parts.push(oldest(tx, f, reader).await?);
        Ok(week)
    }

    /// To be pasted into a message; `url` is where the desk is.
    fn text(&self, url: &str) -> String {
        let mut text = format!("{}\n", self.title);
        for part in &self.parts {
            text.extend(["\n", part.title.as_str(), "\n"]);
            for line in &part.lines {
                text.extend(["- ", line.words.as_str(), "\n"]);
            }
            if part.lines.is_empty() {
                text.extend(["- ", part.none.as_str(), "\n"]);
            }
        }
        let here = address("/analysis/week", self.monday);
        text.extend(["\n", url.trim_end_matches('/'), here.as_str(), "\n"]);
        text
    }
}

fn address(path: &str, monday: i64) -> String {
    format!("{path}?week={}", date_of(monday))
}

/// The figures of a week.
async fn asked(tx: &mut Tx<'_>, f: &Frame, monday: i64) -> Result<Asked, Problem> {
    let mut query = Query::default();
    query.put("from", date_of(monday).to_string());
    query.put("to", date_of(monday + 7).to_string());
    Asked::read(tx, &query, f.now).await
}

/// How many complained, with a cause or none yet.
async fn sum(tx: &mut Tx<'_>, reader: &Staff, monday: i64, now: Timestamp) -> Result<(i64, i64), Problem> {
    let figures = figures::Asked { from: monday, to: monday + 7, ..figures::Asked::default() };
    let asked = ParetoAsked { by: By::Branch, measure: Measure::Count, figures, ..ParetoAsked::default() };
    let tree = stored::tree_of(tx, &asked.figures).await?;
    let pareto = stored::pareto(tx, reader, &tree, &asked, now).await?;
    Ok((pareto.count + pareto.untagged, pareto.untagged))
}

async fn complaints(tx: &mut Tx<'_>, f: &Frame, reader: &Staff, monday: i64) -> Result<Part, Problem> {
    let ((count, untagged), (before, _)) =
        (sum(tx, reader, monday, f.now).await?, sum(tx, reader, monday - 7, f.now).await?);
    let asked = asked(tx, f, monday).await?;
    let days = (monday, monday + 7);
    let mut lines = vec![Line {
        words: f.with2("week-count", "count", f.count(count), "before", f.count(before)),
        link: format!("/complaints?{}", asked.behind(&[], days)),
    }];
    if untagged > 0 {
        lines.push(Line {
            words: f.with("analysis-untagged", "count", f.count(untagged)),
            link: format!("/complaints?{}", asked.behind(&[("without", "cause")], days)),
        });
    }
    let title = f.say("analysis-count").into_owned();
    Ok(Part { id: "complaints", title, lines, none: String::new() })
}

async fn causes(tx: &mut Tx<'_>, f: &Frame, reader: &Staff, monday: i64) -> Result<Part, Problem> {
    let mut asked = asked(tx, f, monday).await?;
    (asked.pareto.by, asked.pareto.measure) = (By::Cause, Measure::Count);
    let pareto = stored::pareto(tx, reader, &asked.tree, &asked.pareto, f.now).await?;
    let lines = pareto.bars.iter().filter(|bar| bar.of.count > 0).take(MOST).map(|bar| {
        let cause = bar.of.cause.and_then(|cause| asked.tree.get(cause));
        let name = cause.map(|cause| cause_name(f, &cause.name).to_owned()).unwrap_or_default();
        let link = format!("/complaints?{}", asked.behind_bar(By::Cause, bar.of.key.as_deref()));
        Line { words: f.with2("week-cause", "name", name, "count", f.count(bar.of.count)), link }
    });
    let (title, none) = (f.say("week-causes").into_owned(), f.say("week-causes-none").into_owned());
    Ok(Part { id: "causes", title, lines: lines.collect(), none })
}

async fn rising(tx: &mut Tx<'_>, f: &Frame, monday: i64) -> Result<Part, Problem> {
    let tree = firsthand_storage::causes::tree(tx).await?;
    // From the first alert that is older than the week after.
    let found = alerts::page(tx, false, Some((monday + 7, Uuid::nil())), ALERTS).await?;
    let lines = found.iter().filter(|alert| alert.week == monday).map(|alert| {
        let cause = tree.get(alert.found.cause);
        let name = cause.map(|cause| cause_name(f, &cause.name).to_owned()).unwrap_or_default();
        let words = super::alerts::words(f, alert);
        let code = cause.map(|cause| cause.code.as_str()).unwrap_or_default();
        Line {
            words: f.with2("week-line", "name", name, "words", words),
            link: super::alerts::list(alert, code),
        }
    });
    let (title, none) = (f.say("week-rising").into_owned(), f.say("week-rising-none").into_owned());
    Ok(Part { id: "rising", title, lines: lines.collect(), none })
}

/// What is late, what is due in the week after, what was said of fixes in the week.
async fn fixes(tx: &mut Tx<'_>, f: &Frame, monday: i64) -> Result<[Part; 3], Problem> {
    let to_do: Vec<Action> = actions::board(tx, ACTIONS).await?;
    let to_do: Vec<Action> = to_do.into_iter().filter(Action::is_to_do).collect();
    let in_place = actions::in_place(tx).await?;
    let day = |at: Timestamp| at.utc_day();
    let due = |action: &Action| {
        let words = f.with2(
            "week-due-line",
            "title",
            action.terms.title.as_str(),
            "day",
            f.date_of(action.terms.due_at),
        );
        Line { words, link: format!("/actions/{}", action.id) }
    };
    let late = to_do.iter().filter(|action| action.is_overdue(f.now)).take(NAMED).map(due).collect();
    let next = monday + 7..monday + 14;
    let soon = to_do
        .iter()
        .filter(|action| !action.is_overdue(f.now) && next.contains(&day(action.terms.due_at)))
        .take(NAMED)
        .map(due)
        .collect();
    let judged = in_place.iter().filter_map(|action| {
        let verdict = action.verdict.as_ref()?;
        (monday..monday + 7).contains(&day(verdict.asked_at)).then(|| {
            let (title, words) =
                (action.terms.title.as_str(), change::sentence(f, action.plan.as_ref(), verdict));
            Line {
                words: f.with2("week-line", "name", title, "words", words),
                link: format!("/actions/{}", action.id),
            }
        })
    });
    let part = |id, key, lines| Part {
        id,
        title: f.say(key).into_owned(),
        lines,
        none: f.say("week-none").into_owned(),
    };
    Ok([
        part("late", "week-late", late),
        part("due", "week-due", soon),
        part("judged", "week-judged", judged.take(NAMED).collect()),
    ])
}

async fn oldest(tx: &mut Tx<'_>, f: &Frame, reader: &Staff) -> Result<Part, Problem> {
    let query = list::Query {
        scope: Scope::All,
        sort: Sort::Waiting,
        limit: i64::try_from(MOST).unwrap_or(i64::MAX),
        ..list::Query::default()
    };
    let page = list::page(tx, reader, &query).await?;
    // Who complained is not named: messages go further than the desk.
    let lines = page.items.into_iter().filter_map(|item| {
        let since = item.waiting_since.filter(|_| item.closed_at.is_none())?;
        let values = [
            ("reference", item.reference.as_str().into()),
            ("day", f.date_of(since).into()),
            ("time", f.long(f.now.micros() - since.micros()).into()),
            ("name", item.first_contact.1.as_str().into()),
        ];
        Some(Line { words: f.tell("week-waits", values), link: format!("/complaints/{}", item.reference) })
    });
    let (title, none) = (f.say("week-oldest").into_owned(), f.say("week-oldest-none").into_owned());
    Ok(Part { id: "oldest", title, lines: lines.collect(), none })
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    let mut f = Frame::new(&call, "analysis", "week-title");
    let reader = call.caller()?.clone();
    let mut connection = call.connection().await?;
    let week = Week::read(&mut connection.tx(), &f, &call.query, &reader).await?;
    drop(connection);
    f.title.clone_from(&week.title);
    let last = monday(&f, &Query::default()).0;
    html(&WeekPage {
        tabs: tabs(&f, "/analysis/week", week.waiting),
        field: date_of(week.monday).to_string(),
        before: address("/analysis/week", week.monday - 7),
        after: (week.monday < last).then(|| address("/analysis/week", week.monday + 7)),
        text: address("/analysis/week.txt", week.monday),
        week,
        f,
    })
}

async fn written(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "analysis", "week-title");
    let reader = call.caller()?.clone();
    let mut connection = call.connection().await?;
    let week = Week::read(&mut connection.tx(), &f, &call.query, &reader).await?;
    drop(connection);
    Ok(Answer::text("text/plain; charset=utf-8", week.text(&call.app.settings.url)))
}
