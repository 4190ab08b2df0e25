//! The report of awards: what was given by whom and why, how close to the limits, what nobody may give, what went wrong;
//! each figure leads to the awards it counts.

mod asked;
mod csv;

use askama::Template;
use firsthand_domain::cause::CauseTree;
use firsthand_domain::money::Money;
use firsthand_domain::policy::Policy;
use firsthand_domain::time::Timestamp;
use firsthand_storage::awards::list::{self, Listed, Query};
use firsthand_storage::awards::report::{self, By, Exception, Gap, Near, Sum, Within};
use firsthand_storage::causes;

use self::asked::Asked;
use super::grants::{ends_in, until};
use super::words::Names;
use crate::call::{Answer, Call};
use crate::pages::rows::{cause_name, customer_name};
use crate::pages::{Frame, html};
use crate::problem::Problem;
use crate::rights::Right::Reader;
use crate::routes::{Route, page};

/// Awards that are listed below the figures.
const ROWS: usize = 50;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/awards", Reader, shown).asks(asked::PARAMETERS),
        page("/awards.csv", Reader, csv::written).asks(asked::PARAMETERS),
    ]
}

/// A row of sums, in words, with the list of what it counts.
struct SumRow {
    name: String,
    count: i64,
    sum: String,
    median: String,
    link: String,
}

/// How much stays within limits, in one currency.
struct WithinRow {
    currency: String,
    count: i64,
    all: String,
    own: (String, String),
    limits: Vec<(String, String, String)>,
}

/// Somebody's awards close to the limit.
struct NearRow {
    name: String,
    words: String,
    peers: String,
    chance: String,
    flagged: bool,
    link: String,
}

/// A figure of the exceptions.
struct ExceptionRow {
    words: String,
    count: i64,
    link: String,
}

/// An award below the figures.
struct AwardRow {
    award: Listed,
    value: String,
    customer: String,
}

#[derive(Template)]
#[template(path = "awards.html")]
struct ReportPage {
    f: Frame,
    asked: Asked,
    words: String,
    sums: Vec<SumRow>,
    within: Vec<WithinRow>,
    near: Vec<NearRow>,
    gaps: Vec<(String, Option<String>)>,
    expiring: Vec<(String, String, String, i64)>,
    exceptions: Vec<ExceptionRow>,
    rows: Vec<AwardRow>,
    next: Option<String>,
}

impl ReportPage {
    /// When it was decided, if it was.
    fn at(&self, at: Option<Timestamp>) -> String {
        at.map(|at| self.f.exact(at)).unwrap_or_default()
    }
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "awards", "report-title");
    let (reader, now) = (call.caller()?.clone(), call.app.database.now());
    let asked = Asked::read(&f, &call.query, now);
    let whole = asked.whole();
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let sums = report::sums(&mut tx, &reader, asked.by, &whole).await?;
    let within = report::within(&mut tx, &reader, &whole, &asked.limits, now).await?;
    let near = report::near(&mut tx, &reader, &whole).await?;
    let gaps = report::gaps(&mut tx, &reader, &whole, now).await?;
    let expiring = report::expiring(&mut tx, now, report::SOON).await?;
    let names = Names::in_grants(&mut tx, &expiring).await?;
    let causes = match asked.by {
        By::Cause => causes::tree(&mut tx).await?,
        _ => CauseTree::default(),
    };
    let mut exceptions = Vec::new();
    for which in Exception::ALL {
        let count = report::count(&mut tx, &reader, &asked.exception(which)).await?;
        let (words, link) = (exception(&f, which), asked.link(&[("only", which.code())]));
        exceptions.push(ExceptionRow { words, count, link });
    }
    let listed = asked.listed(&call.query);
    let limit = i64::try_from(ROWS + 1).unwrap_or(i64::MAX);
    let mut rows = list::page(&mut tx, &reader, &Query { limit, ..listed }).await?;
    drop(connection);
    let more = rows.len() > ROWS;
    rows.truncate(ROWS);
    let next = rows.last().filter(|_| more).map(|last| asked.next(&call.query, last));
    let called = |key: Option<&str>| -> String {
        match (asked.by, key) {
            (By::Cause, Some(code)) => causes
                .by_code(code)
                .map_or_else(|| code.to_owned(), |cause| cause_name(&f, &cause.name).to_owned()),
            (By::Cause, None) => f.say("report-no-cause").into_owned(),
            (By::Unit, None) => f.say("report-no-team").into_owned(),
            (By::Basis, Some(code)) => f.word("basis", code).into_owned(),
            (By::Type, Some(code)) => f.word("award-type", code).into_owned(),
            (_, Some(name)) => name.to_owned(),
            (_, None) => f.say("frame-system").into_owned(),
        }
    };
    let telling = Telling { f: &f, asked: &asked };
    html(&ReportPage {
        words: f.with2("report-sums-words", "from", f.day(asked.from), "to", f.day(asked.last())),
        sums: sums.iter().map(|sum| telling.sum(sum, called(sum.key.as_deref()))).collect(),
        within: within.iter().map(|within| telling.within(within)).collect(),
        near: near.iter().filter(|near| near.near > 0).map(|near| telling.near(near)).collect(),
        gaps: gaps.iter().map(|gap| telling.gap(gap)).collect(),
        expiring: expiring
            .iter()
            .map(|g| {
                let days = ends_in(g, now).unwrap_or_default();
                (g.id.to_string(), names.holder(&f, g.holder), until(&f, g), days)
            })
            .collect(),
        exceptions,
        rows: rows
            .into_iter()
            .map(|award| AwardRow {
                value: f.money(award.value),
                customer: customer_name(&f, award.customer.as_ref()),
                award,
            })
            .collect(),
        next,
        asked,
        f,
    })
}

/// An exception, in words.
fn exception(f: &Frame, which: Exception) -> String {
    match which {
        Exception::Unratified => f.with("report-unratified", "days", Policy::DEFAULT.ratify_days),
        Exception::Late => f.with("report-late", "days", Policy::DEFAULT.execute_days),
        Exception::NotInForce => f.say("report-not-in-force").into_owned(),
    }
}

struct Telling<'a> {
    f: &'a Frame,
    asked: &'a Asked,
}

impl Telling<'_> {
    fn sum(&self, sum: &Sum, name: String) -> SumRow {
        let person = sum.person.map(|id| id.to_string());
        let key = person.as_deref().or(sum.key.as_deref()).unwrap_or_default();
        let currency = sum.sum.currency;
        SumRow {
            name,
            count: sum.count,
            sum: self.f.money(sum.sum),
            median: self.f.money(sum.median),
            link: self.asked.link(&[("key", key), ("currency", currency.code())]),
        }
    }

    fn within(&self, within: &Within) -> WithinRow {
        let code = within.currency.code().to_owned();
        let limits = within.limits.iter().map(|(limit, count)| {
            let most = limit.minor.to_string();
            let words = self.f.with("report-within-limit", "limit", self.f.money(*limit));
            let share = percent(self.f, *count, within.count);
            (words, share, self.asked.link(&[("currency", code.as_str()), ("most", most.as_str())]))
        });
        WithinRow {
            count: within.count,
            all: self.asked.link(&[("currency", code.as_str())]),
            own: (
                percent(self.f, within.own, within.count),
                self.asked.link(&[("currency", code.as_str()), ("only", "own")]),
            ),
            limits: limits.collect(),
            currency: code,
        }
    }

    fn near(&self, near: &Near) -> NearRow {
        let person = near.person.to_string();
        NearRow {
            name: near.name.clone(),
            words: self.f.with2("report-near-count", "near", near.near, "all", near.count),
            peers: self.f.percent(near.peers, 0),
            chance: self.f.number(near.chance, 4),
            flagged: near.flagged,
            link: self.asked.link(&[("approver", person.as_str()), ("only", "near")]),
        }
    }

    /// In words, and where it leads.
    fn gap(&self, gap: &Gap) -> (String, Option<String>) {
        match gap {
            Gap::Kind(kind, currency, _) => {
                let words = self.f.with2(
                    "report-gap-type",
                    "type",
                    self.f.word("award-type", kind.code()),
                    "currency",
                    currency.code().to_owned(),
                );
                let (kind, code) = (kind.code(), currency.code());
                (words, Some(self.asked.link_by(By::Type, &[("key", kind), ("currency", code)])))
            }
            Gap::Award(id, value) => {
                let words = self.f.with("report-gap-award", "value", self.f.money(*value));
                (words, Some(format!("/awards/{id}")))
            }
        }
    }
}

/// A share in percent, with one digit after the mark.
fn percent(f: &Frame, part: i64, all: i64) -> String {
    let number = |n: i64| u32::try_from(n).map_or(0.0, f64::from);
    f.percent(if all == 0 { 0.0 } else { number(part) / number(all) }, 1)
}

/// A plain amount, as programs read it.
fn plain(money: Money) -> String {
    money.currency.write(money.minor)
}
