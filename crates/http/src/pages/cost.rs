//! What each cause costs: what was given, and, by what the reader says of it, handling and lost customers. What is not
//! said is not known, and is never told as nothing.

#[cfg(test)]
mod tests;

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::analysis::Measure;
use firsthand_domain::money::{Currency, Money};
use firsthand_domain::staff::Staff;
use firsthand_storage::analysis::{self as stored, Pareto};
use firsthand_storage::{Tx, alerts};

use super::amount::exact;
use super::analysis::asked::Shown;
use super::analysis::{Tab, tabs};
use super::csv::Table;
use super::rows::cause_name;
use super::{Frame, html};
use crate::api::analysis::{CostRates, costs};
use crate::call::{Answer, Call};
use crate::json::analysis::Costs;
use crate::problem::Problem;
use crate::query::Query;
use crate::rights::Right::Reader;
use crate::routes::{Route, page};

const PARAMETERS: &[&str] =
    &["from", "until", "product", "place", "currency", "minutes", "hour", "lost_percent", "margin"];

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/analysis/cost", Reader, shown).asks(PARAMETERS),
        page("/analysis/cost.csv", Reader, written).asks(PARAMETERS),
    ]
}

/// A cause and what it costs, in words.
struct CostRow {
    name: String,
    page: Option<String>,
    count: String,
    link: String,
    given: String,
    handling: String,
    lost: String,
    total: String,
    each: String,
}

#[derive(Template)]
#[template(path = "cost.html")]
struct CostPage {
    f: Frame,
    tabs: Vec<Tab>,
    shown: Shown<()>,
    wrong: Vec<String>,
    rates: Rates,
    currency: String,
    finding: Option<String>,
    rows: Vec<CostRow>,
    /// What was given in other currencies, each with the page that tells it.
    others: Vec<(String, String)>,
    untagged: Option<(String, String)>,
    csv: String,
}

/// What is said of handling and lost customers, as it was typed.
#[derive(Default)]
struct Rates {
    minutes: String,
    hour: String,
    lost: String,
    margin: String,
    /// What could not be understood of it.
    wrong: Vec<&'static str>,
    /// Only one half of a pair was said.
    half: bool,
    read: CostRates,
}

impl Rates {
    fn of(query: &Query, currency: Option<Currency>) -> Result<Self, Problem> {
        let typed = |name: &str| query.get(name).unwrap_or_default().trim().to_owned();
        let mut rates = Self {
            minutes: typed("minutes"),
            hour: typed("hour"),
            lost: typed("lost_percent"),
            margin: typed("margin"),
            ..Self::default()
        };
        let code = currency.as_ref().map(Currency::code).unwrap_or_default();
        loop {
            let mut read = Query::default();
            let share = rates.lost.trim_end_matches('%').trim().replace(',', ".").parse::<f64>();
            let share = share.map_or_else(|_| rates.lost.clone(), |percent| (percent / 100.0).to_string());
            let asked = [
                ("minutes", rates.minutes.clone()),
                ("hour", exact(&rates.hour, code)),
                ("lost_share", share),
                ("margin", exact(&rates.margin, code)),
            ];
            for (name, value) in asked {
                if !value.is_empty() {
                    read.put(name, value);
                }
            }
            match CostRates::read(&read, currency) {
                Ok(found) => {
                    let pairs = [(&rates.minutes, &rates.hour), (&rates.lost, &rates.margin)];
                    rates.half = pairs.iter().any(|(a, b)| a.is_empty() != b.is_empty());
                    return Ok(Self { read: found, ..rates });
                }
                // Each round leaves out what was wrong.
                Err(problem) => match problem.refusal() {
                    Some(Refusal::Field { field, .. }) => {
                        let (name, typed) = match field.as_ref() {
                            "minutes" => ("minutes", &mut rates.minutes),
                            "hour" => ("hour", &mut rates.hour),
                            "lost_share" => ("lost_percent", &mut rates.lost),
                            "margin" => ("margin", &mut rates.margin),
                            _ => return Err(problem),
                        };
                        typed.clear();
                        rates.wrong.push(name);
                    }
                    _ => return Err(problem),
                },
            }
        }
    }
}

/// What was asked, and what was found.
async fn found(
    tx: &mut Tx<'_>,
    f: &Frame,
    query: &Query,
    reader: &Staff,
) -> Result<(Shown<()>, Pareto, Rates, Costs), Problem> {
    let mut query = query.clone();
    if let Some(code) = query.get("currency").map(|typed| typed.trim().to_uppercase()) {
        query.put("currency", code);
    }
    let mut shown = Shown::read(tx, f, &query, f.now, |_, _| Ok(())).await?;
    shown.asked.pareto.measure = Measure::Money;
    let pareto = stored::pareto(tx, reader, &shown.asked.tree, &shown.asked.pareto, f.now).await?;
    let rates = Rates::of(&query, pareto.currency)?;
    let costs = costs(&shown.asked, &pareto, &rates.read, "/complaints?");
    Ok((shown, pareto, rates, costs))
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "analysis", "cost-title");
    let reader = call.caller()?.clone();
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let (shown, pareto, rates, costs) = found(&mut tx, &f, &call.query, &reader).await?;
    let waiting = alerts::open(&mut tx).await?;
    drop(connection);
    let unknown = |money: Option<Money>| {
        money.map_or_else(|| f.say("analysis-unknown").into_owned(), |money| f.money(money))
    };
    let rows: Vec<CostRow> = costs
        .items
        .iter()
        .map(|cost| CostRow {
            name: match &cost.cause {
                Some(cause) => cause_name(&f, &cause.name).to_owned(),
                None => f.say("analysis-none-cause").into_owned(),
            },
            page: cost.cause.as_ref().map(|cause| format!("/analysis/causes/{}", cause.code)),
            count: f.count(cost.count),
            link: cost.link.clone(),
            given: f.money(cost.given),
            handling: unknown(cost.handling),
            lost: unknown(cost.lost),
            total: f.money(cost.total),
            each: f.money(cost.per_complaint),
        })
        .collect();
    let dearest = costs.items.first().zip(rows.first()).filter(|(cost, _)| cost.total.minor > 0);
    let finding = dearest.map(|(_, row)| {
        f.tell(
            "cost-finding",
            [
                ("name", row.name.as_str().into()),
                ("total", row.total.as_str().into()),
                ("count", row.count.as_str().into()),
                ("each", row.each.as_str().into()),
            ],
        )
    });
    let names: Vec<_> = rates.wrong.iter().map(|name| f.word("analysis-field", name)).collect();
    let mut wrong: Vec<String> = shown.wrong.clone().into_iter().collect();
    if !names.is_empty() {
        wrong.push(f.with("list-wrong", "names", f.listed(names.into_iter())));
    }
    if rates.half {
        wrong.push(f.say("cost-half").into_owned());
    }
    let asked = &shown.asked;
    let none = (pareto.untagged > 0).then(|| {
        let days = (asked.from(), asked.to());
        let link = format!("/complaints?{}", asked.behind(&[("without", "cause")], days));
        (f.with("analysis-untagged", "count", pareto.untagged), link)
    });
    let other = |currency: &Currency| {
        let code = currency.code().to_owned();
        // What an hour and a customer are worth is said in one currency.
        let link = shown.without("/analysis/cost", &["currency", "hour", "margin"]);
        let link = format!("{link}&currency={code}");
        (code, link)
    };
    html(&CostPage {
        tabs: tabs(&f, "/analysis/cost", waiting),
        wrong,
        currency: costs.currency.as_ref().map(Currency::code).unwrap_or_default().to_owned(),
        finding,
        others: costs.other_currencies.iter().map(other).collect(),
        untagged: none,
        csv: shown.address("/analysis/cost.csv", &[]),
        rows,
        rates,
        shown,
        f,
    })
}

async fn written(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "analysis", "cost-title");
    let reader = call.caller()?.clone();
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let (_, _, _, costs) = found(&mut tx, &f, &call.query, &reader).await?;
    drop(connection);
    let mut table = Table::new(&[
        "cause",
        "name",
        "complaints",
        "currency",
        "given",
        "handling",
        "lost",
        "total",
        "per_complaint",
    ]);
    let plain = |money: Money| money.currency.write(money.minor);
    for cost in costs.items {
        let (code, name) = match &cost.cause {
            Some(cause) => (cause.code.clone(), cause_name(&f, &cause.name).to_owned()),
            None => (String::new(), String::new()),
        };
        table.row([
            code,
            name,
            cost.count.to_string(),
            cost.total.currency.code().to_owned(),
            plain(cost.given),
            cost.handling.map(plain).unwrap_or_default(),
            cost.lost.map(plain).unwrap_or_default(),
            plain(cost.total),
            plain(cost.per_complaint),
        ]);
    }
    Ok(Answer::text("text/csv; charset=utf-8", table.text())
        .header("content-disposition", "attachment; filename=\"cost.csv\""))
}
