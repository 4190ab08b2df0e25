//! Why complaints come back, in pictures: where they come from, how they move, which cause sits where; and one page for
//! each cause with everything that is known of it.

pub(super) mod asked;
mod cause;
pub(super) mod change;
mod csv;
mod drawn;
#[cfg(test)]
mod tests;

use askama::Template;
use firsthand_storage::actions;
use firsthand_storage::alerts;
use firsthand_storage::analysis as stored;

use self::asked::Shown;
use self::drawn::Drawing;
use super::{Frame, html};
use crate::api::analysis::{against, grain};
use crate::call::{Answer, Call};
use crate::problem::Problem;
use crate::rights::Right::Reader;
use crate::routes::{Route, page};

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/analysis", Reader, shown).asks(asked::PARAMETERS),
        page("/analysis.csv", Reader, csv::written).asks(asked::PARAMETERS),
        page("/analysis/causes/{code}", Reader, cause::shown).asks(asked::PARAMETERS),
    ]
}

/// Causes and values of the heat map.
const HEAT: (usize, usize) = (8, 6);
/// Actions that are looked at for what is being done.
const ACTIONS: i64 = 500;

/// A page of the analysis, in the row of all of them.
pub(super) struct Tab {
    pub(super) link: &'static str,
    pub(super) name: String,
    pub(super) here: bool,
}

/// All pages of the analysis; how many alerts wait is told beside theirs.
pub(super) fn tabs(f: &Frame, here: &str, alerts: i64) -> Vec<Tab> {
    let all = [
        ("/analysis", "overview"),
        ("/analysis/alerts", "alerts"),
        ("/analysis/repeats", "repeats"),
        ("/analysis/cost", "cost"),
        ("/analysis/metrics", "metrics"),
        ("/causes", "causes"),
        ("/analysis/week", "week"),
    ];
    let tab = |(link, code): (&'static str, &str)| {
        let name = f.word("analysis-tab", code).into_owned();
        let name = if code == "alerts" && alerts > 0 { format!("{name} · {alerts}") } else { name };
        Tab { link, name, here: link == here }
    };
    all.into_iter().map(tab).collect()
}

#[derive(Template)]
#[template(path = "analysis.html")]
struct AnalysisPage {
    f: Frame,
    tabs: Vec<Tab>,
    shown: Shown,
    wrong: Option<String>,
    pareto: String,
    untagged: Option<(String, String)>,
    trend: String,
    heat: String,
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "analysis", "analysis-title");
    let (reader, now) = (call.caller()?.clone(), call.app.database.now());
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let shown = Shown::read(&mut tx, &f, &call.query, now, |query, asked| {
        grain(query, asked).and_then(|grain| against(query).map(|against| (grain, against)))
    })
    .await?;
    let (asked, (grain, against)) = (&shown.asked, shown.more);
    let pareto = stored::pareto(&mut tx, &reader, &asked.tree, &asked.pareto, now).await?;
    let figures = &asked.pareto.figures;
    let fixes = stored::fixes(&mut tx, figures.filter.causes.as_deref()).await?;
    let days: Vec<i64> = fixes.iter().map(|(at, _)| at.utc_day()).collect();
    let kind = asked.pareto.exposure.as_deref();
    let trend = stored::trend(&mut tx, &reader, figures, grain, kind, &days).await?;
    let crossing = stored::crossing(&mut tx, &reader, &asked.tree, against, figures, HEAT).await?;
    let under_way = actions::board(&mut tx, ACTIONS).await?;
    let waiting = alerts::open(&mut tx).await?;
    drop(connection);
    let drawing = Drawing { f: &f, asked, as_of: pareto.as_of };
    let none = asked.pareto.by.is_of_causes().then_some(pareto.untagged).filter(|count| *count > 0);
    html(&AnalysisPage {
        pareto: drawing.pareto(&pareto, &under_way, shown.all).html(),
        untagged: none.map(|count| {
            let words = f.with("analysis-untagged", "count", count);
            (
                words,
                format!("/complaints?{}", asked.behind(&[("without", "cause")], (asked.from(), asked.to()))),
            )
        }),
        trend: drawing.trend(&trend, grain, &fixes).html(),
        heat: drawing.heat(&crossing, against).html(),
        tabs: tabs(&f, "/analysis", waiting),
        wrong: shown.wrong.clone(),
        shown,
        f,
    })
}
