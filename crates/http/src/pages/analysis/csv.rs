//! The figures of the analysis for a spreadsheet: plain numbers, money with its currency in a column of its own.

use firsthand_domain::figures::date_of;
use firsthand_storage::analysis as stored;

use super::asked::Shown;
use super::drawn::Drawing;
use crate::api::analysis::{against, drawn, grain};
use crate::call::{Answer, Call};
use crate::pages::Frame;
use crate::pages::csv::Table;
use crate::problem::Problem;

/// Causes and values of a crossing.
const MOST: (usize, usize) = (500, 500);

pub(super) async fn written(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "analysis", "analysis-title");
    let (reader, now) = (call.caller()?.clone(), call.app.database.now());
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let shown = Shown::read(&mut tx, &f, &call.query, now, |query, asked| {
        grain(query, asked).and_then(|grain| against(query).map(|against| (grain, against)))
    })
    .await?;
    let (asked, (grain, against)) = (&shown.asked, shown.more);
    let drawing = Drawing { f: &f, asked, as_of: now };
    let figures = &asked.pareto.figures;
    let (name, table) = match call.query.get("part") {
        Some("trend") => {
            let trend =
                stored::trend(&mut tx, &reader, figures, grain, asked.pareto.exposure.as_deref(), &[])
                    .await?;
            let mut table = Table::new(&[
                "from",
                "to",
                "complaints",
                "exposure",
                "rate",
                "mean",
                "low",
                "high",
                "signal",
            ]);
            for (point, drawn) in trend.points.iter().zip(drawn(&trend)) {
                let drawn = drawn.filter(|(_, drawn)| drawn.rate.is_some());
                let number =
                    |value: Option<f64>| value.map(|value| format!("{value:.9}")).unwrap_or_default();
                table.row([
                    date_of(point.from).to_string(),
                    date_of(point.to).to_string(),
                    point.count.to_string(),
                    point.exposure.map(|e| e.to_string()).unwrap_or_default(),
                    number(drawn.and_then(|(_, drawn)| drawn.rate)),
                    number(drawn.map(|(mean, _)| mean)),
                    number(drawn.map(|(_, drawn)| drawn.laney_low)),
                    number(drawn.map(|(_, drawn)| drawn.laney_high)),
                    drawn.is_some_and(|(_, drawn)| drawn.is_signal()).to_string(),
                ]);
            }
            ("trend", table)
        }
        Some("crossing") => {
            let crossing = stored::crossing(&mut tx, &reader, &asked.tree, against, figures, MOST).await?;
            let mut table = Table::new(&["cause", "name", against.code(), "complaints"]);
            for ((cause, key), count) in crossing.counts {
                let code = asked.tree.get(cause).map(|cause| cause.code.clone()).unwrap_or_default();
                table.row([code, drawing.cause(cause), key.unwrap_or_default(), count.to_string()]);
            }
            ("crossing", table)
        }
        _ => {
            let pareto = stored::pareto(&mut tx, &reader, &asked.tree, &asked.pareto, now).await?;
            let by = asked.pareto.by;
            let currencies: Vec<String> =
                pareto.currencies.iter().map(|currency| format!("given_{}", currency.code())).collect();
            let mut head =
                vec![by.code(), "name", "complaints", "share", "cumulative", "vital_few", "days", "exposure"];
            head.extend(currencies.iter().map(String::as_str));
            let mut table = Table::new(&head);
            for ranked in &pareto.bars {
                let bar = &ranked.of;
                let number =
                    |value: Option<f64>| value.map(|value| format!("{value:.6}")).unwrap_or_default();
                let given = pareto
                    .currencies
                    .iter()
                    .map(|currency| currency.write(bar.given.get(currency).copied().unwrap_or_default()));
                let cells = [
                    bar.key.clone().unwrap_or_default(),
                    drawing.name(by, bar),
                    bar.count.to_string(),
                    number(ranked.bar.map(|bar| bar.share)),
                    number(ranked.bar.map(|bar| bar.cumulative)),
                    ranked.bar.is_some_and(|bar| bar.vital_few).to_string(),
                    format!("{:.2}", bar.days()),
                    bar.exposure.map(|e| e.to_string()).unwrap_or_default(),
                ];
                table.row(cells.into_iter().chain(given));
            }
            ("pareto", table)
        }
    };
    drop(connection);
    Ok(Answer::text("text/csv; charset=utf-8", table.text())
        .header("content-disposition", format!("attachment; filename=\"{name}.csv\"")))
}
