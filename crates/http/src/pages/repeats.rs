//! What comes back: the same customer with the same cause again, beside how often that would be chance.

#[cfg(test)]
mod tests;

use askama::Template;
use firsthand_domain::id::{CauseId, ComplaintId};
use firsthand_domain::staff::Staff;
use firsthand_storage::analysis::{self as stored, Repeating, RepeatsAsked};
use firsthand_storage::list::{self, Item, Scope, Sort};
use firsthand_storage::{Tx, alerts};

use super::analysis::asked::Shown;
use super::analysis::{Tab, tabs};
use super::csv::Table;
use super::rows::{cause_name, customer_name};
use super::{Frame, html};
use crate::analysis::Asked;
use crate::api::analysis::{repeats_asked, share};
use crate::call::{Answer, Call};
use crate::problem::Problem;
use crate::query::Query;
use crate::rights::Right::Reader;
use crate::routes::{Route, page};

/// Complaints that are listed on the page.
const ROWS: usize = 50;
/// Complaints of one file, at most, and how many are looked up at once.
const MOST: usize = 10_000;
const BATCH: usize = 200;
/// What is more often than chance: at most this share of draws has as many.
const CHANCE: f64 = 0.05;

const PARAMETERS: &[&str] = &["from", "until", "gap_days", "within_days", "cause", "part"];

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/analysis/repeats", Reader, shown).asks(PARAMETERS),
        page("/analysis/repeats.csv", Reader, written).asks(PARAMETERS),
    ]
}

/// Repeats of a cause.
struct CauseRow {
    name: String,
    page: String,
    count: u64,
    expected: String,
    list: String,
}

/// A complaint that repeats an earlier one.
struct Again {
    reference: String,
    customer: String,
    history: Option<String>,
    cause: String,
    when: String,
}

#[derive(Template)]
#[template(path = "repeats.html")]
struct RepeatsPage {
    f: Frame,
    tabs: Vec<Tab>,
    shown: Shown<RepeatsAsked>,
    finding: Option<String>,
    how: String,
    cut: bool,
    causes: Vec<CauseRow>,
    /// The cause the list is of, and the list of all.
    of: Option<(String, String)>,
    all: usize,
    rows: Vec<Again>,
}

impl RepeatsPage {
    fn csv(&self, part: &str) -> String {
        self.shown.address("/analysis/repeats.csv", &[("part", part)])
    }
}

/// What was asked, and what was found.
async fn found(
    tx: &mut Tx<'_>,
    f: &Frame,
    query: &Query,
    reader: &Staff,
) -> Result<(Shown<RepeatsAsked>, Repeating), Problem> {
    let shown = Shown::read(tx, f, query, f.now, repeats_asked).await?;
    let found = stored::repeats(tx, reader, &shown.more).await?;
    Ok((shown, found))
}

/// Causes by which something comes back, those with most first.
fn by_cause(found: &Repeating) -> Vec<(CauseId, u64, f64)> {
    let causes = found.figures.causes.iter().filter(|(_, (repeats, _))| *repeats > 0);
    let mut causes: Vec<_> =
        causes.map(|(cause, (repeats, expected))| (*cause, *repeats, *expected)).collect();
    causes.sort_by_key(|(cause, repeats, _)| (std::cmp::Reverse(*repeats), *cause));
    causes
}

/// Those of the cause that was asked for, or all.
fn wanted(asked: &Asked, found: &Repeating) -> Vec<(ComplaintId, CauseId)> {
    let causes = asked.pareto.figures.filter.causes.as_deref();
    let of = |cause: &CauseId| causes.is_none_or(|causes| causes.contains(cause));
    found.complaints.iter().filter(|(_, cause)| of(cause)).copied().collect()
}

/// What lists tell of these complaints, in the order in which they were named.
async fn items(tx: &mut Tx<'_>, reader: &Staff, ids: &[ComplaintId]) -> Result<Vec<Item>, Problem> {
    let mut told = Vec::with_capacity(ids.len());
    for some in ids.chunks(BATCH) {
        let query = list::Query {
            scope: Scope::All,
            sort: Sort::Received,
            limit: i64::try_from(some.len()).unwrap_or(i64::MAX),
            among: Some(some.to_vec()),
            ..list::Query::default()
        };
        let mut page = list::page(tx, reader, &query).await?.items;
        page.sort_by_key(|item| some.iter().position(|id| *id == item.id));
        told.append(&mut page);
    }
    Ok(told)
}

fn name(f: &Frame, asked: &Asked, cause: CauseId) -> (String, String) {
    let cause = asked.tree.get(cause);
    let of = |cause: &firsthand_domain::cause::Cause| {
        (cause_name(f, &cause.name).to_owned(), format!("/analysis/causes/{}", cause.code))
    };
    cause.map(of).unwrap_or_default()
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "analysis", "repeats-title");
    let reader = call.caller()?.clone();
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let (shown, found) = found(&mut tx, &f, &call.query, &reader).await?;
    let asked = &shown.asked;
    let again = wanted(asked, &found);
    let ids: Vec<ComplaintId> = again.iter().take(ROWS).map(|(id, _)| *id).collect();
    let listed = items(&mut tx, &reader, &ids).await?;
    let waiting = alerts::open(&mut tx).await?;
    drop(connection);
    let causes = by_cause(&found).into_iter().map(|(cause, count, expected)| {
        let (name, page) = name(&f, asked, cause);
        let code = asked.tree.get(cause).map(|cause| cause.code.clone()).unwrap_or_default();
        let list = shown.address("/analysis/repeats", &[("cause", &code)]) + "#list";
        CauseRow { name, page, count, expected: f.number(expected, 1), list }
    });
    let rows = listed.into_iter().map(|item| {
        let cause = again.iter().find(|(id, _)| *id == item.id).map(|(_, cause)| *cause);
        Again {
            customer: customer_name(&f, item.customer.as_ref()),
            history: item.customer.as_ref().map(|(id, _)| format!("/customers/{id}")),
            cause: cause.map(|cause| name(&f, asked, cause).0).unwrap_or_default(),
            when: f.date_of(item.received_at),
            reference: item.reference,
        }
    });
    let of = asked.cause_code.as_deref().and_then(|code| asked.tree.by_code(code));
    html(&RepeatsPage {
        tabs: tabs(&f, "/analysis/repeats", waiting),
        finding: finding(&f, &found),
        how: f.with2("repeats-how", "gap", shown.more.gap_days, "within", shown.more.within_days),
        cut: found.cut,
        causes: causes.collect(),
        of: of.map(|cause| {
            let everything = shown.without("/analysis/repeats", &["cause"]) + "#list";
            (cause_name(&f, &cause.name).to_owned(), everything)
        }),
        all: again.len(),
        rows: rows.collect(),
        shown,
        f,
    })
}

/// What it comes to, in a sentence or two; nothing where there is nothing to tell of.
fn finding(f: &Frame, found: &Repeating) -> Option<String> {
    let figures = &found.figures;
    if figures.complaints == 0 {
        return None;
    }
    let count = |n: u64| f.count(i64::try_from(n).unwrap_or(i64::MAX));
    let told = f.tell(
        "repeats-finding",
        [
            ("repeats", count(figures.repeats).into()),
            ("all", count(figures.complaints).into()),
            ("expected", f.number(figures.expected, 1).into()),
        ],
    );
    let (share, low, high) = share(figures.repeats, figures.complaints);
    let interval = share.zip(low).zip(high).map(|((share, low), high)| {
        let told = |share| f.percent(share, 1);
        f.tell(
            "repeats-share",
            [("share", told(share).into()), ("low", told(low).into()), ("high", told(high).into())],
        )
    });
    let more = figures.repeats > 0 && figures.chance <= CHANCE;
    let verdict = f.say(if more { "repeats-more" } else { "repeats-no-more" });
    Some(
        [Some(told), interval, Some(verdict.into_owned())]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
    )
}

async fn written(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "analysis", "repeats-title");
    let reader = call.caller()?.clone();
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let (shown, found) = found(&mut tx, &f, &call.query, &reader).await?;
    let code = |cause: CauseId| shown.asked.tree.get(cause).map(|cause| cause.code.clone());
    let table = if call.query.get("part") == Some("list") {
        let mut table = Table::new(&["complaint", "received_at", "customer", "cause", "name"]);
        let again = wanted(&shown.asked, &found);
        let ids: Vec<ComplaintId> = again.iter().take(MOST).map(|(id, _)| *id).collect();
        let of: std::collections::HashMap<_, _> = again.into_iter().collect();
        for item in items(&mut tx, &reader, &ids).await? {
            let cause = of.get(&item.id).copied();
            table.row([
                item.reference,
                item.received_at.to_string(),
                customer_name(&f, item.customer.as_ref()),
                cause.and_then(code).unwrap_or_default(),
                cause.map(|cause| name(&f, &shown.asked, cause).0).unwrap_or_default(),
            ]);
        }
        table
    } else {
        let mut table = Table::new(&["cause", "name", "repeats", "expected"]);
        for (cause, repeats, expected) in by_cause(&found) {
            table.row([
                code(cause).unwrap_or_default(),
                name(&f, &shown.asked, cause).0,
                repeats.to_string(),
                format!("{expected:.3}"),
            ]);
        }
        table
    };
    drop(connection);
    Ok(Answer::text("text/csv; charset=utf-8", table.text())
        .header("content-disposition", "attachment; filename=\"repeats.csv\""))
}
