//! The tables of the report for a spreadsheet: plain amounts, their currency in a column of its own, nothing a spreadsheet
//! takes for a formula.

use firsthand_storage::awards::list::{self, Query};
use firsthand_storage::awards::report::{self, Exception, Gap};

use super::super::words::Names;
use super::asked::Asked;
use super::{ends_in, plain};
use crate::call::{Answer, Call};
use crate::pages::Frame;
use crate::pages::csv::Table;
use crate::problem::Problem;

/// Awards of one file, at most.
const MOST: i64 = 10_000;

#[expect(clippy::too_many_lines, reason = "one arm for each table")]
pub(super) async fn written(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "awards", "report-title");
    let (reader, now) = (call.caller()?.clone(), call.app.database.now());
    let asked = Asked::read(&f, &call.query, now);
    let whole = asked.whole();
    let part = call.query.get("part").unwrap_or("sums");
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let table = match part {
        "within" => {
            let mut table = Table::new(&["currency", "limit", "count", "of"]);
            for within in report::within(&mut tx, &reader, &whole, &asked.limits, now).await? {
                let (code, all) = (within.currency.code().to_owned(), within.count.to_string());
                table.row([code.clone(), "own".to_owned(), within.own.to_string(), all.clone()]);
                for (limit, count) in within.limits {
                    table.row([code.clone(), plain(limit), count.to_string(), all.clone()]);
                }
            }
            table
        }
        "near" => {
            let mut table = Table::new(&["approver", "near", "of", "peers", "chance", "stands_out"]);
            for near in report::near(&mut tx, &reader, &whole).await? {
                table.row([
                    near.name,
                    near.near.to_string(),
                    near.count.to_string(),
                    format!("{:.4}", near.peers),
                    format!("{:.6}", near.chance),
                    near.flagged.to_string(),
                ]);
            }
            table
        }
        "gaps" => {
            let mut table = Table::new(&["type", "currency", "given", "award", "amount"]);
            for gap in report::gaps(&mut tx, &reader, &whole, now).await? {
                let (kind, currency, given, award, amount) = match gap {
                    Gap::Kind(kind, currency, given) => {
                        (kind.code(), currency, given.to_string(), String::new(), String::new())
                    }
                    Gap::Award(id, value) => {
                        ("", value.currency, String::new(), id.to_string(), plain(value))
                    }
                };
                table.row([kind.to_owned(), currency.code().to_owned(), given, award, amount]);
            }
            table
        }
        "expiring" => {
            let mut table = Table::new(&["grant", "holder", "valid_until", "days"]);
            let grants = report::expiring(&mut tx, now, report::SOON).await?;
            let names = Names::in_grants(&mut tx, &grants).await?;
            for grant in &grants {
                let until = grant.terms.valid_until.map(|until| until.to_string()).unwrap_or_default();
                let days = ends_in(grant, now).unwrap_or_default().to_string();
                table.row([grant.id.to_string(), names.holder(&f, grant.holder), until, days]);
            }
            table
        }
        "exceptions" => {
            let mut table = Table::new(&["exception", "count"]);
            for exception in Exception::ALL {
                let count = report::count(&mut tx, &reader, &asked.exception(exception)).await?;
                table.row([exception.code().to_owned(), count.to_string()]);
            }
            table
        }
        "list" => {
            let mut table = Table::new(&[
                "award",
                "complaint",
                "type",
                "basis",
                "amount",
                "currency",
                "state",
                "asked_by",
                "approved_by",
                "decided_at",
                "team",
                "grant",
                "executed_at",
            ]);
            let listed = Query { limit: MOST, ..asked.listed(&call.query) };
            for award in list::page(&mut tx, &reader, &listed).await? {
                table.row([
                    award.id.to_string(),
                    award.reference,
                    award.kind.code().to_owned(),
                    award.basis.code().to_owned(),
                    plain(award.value),
                    award.value.currency.code().to_owned(),
                    award.state.code().to_owned(),
                    award.proposed_by.1,
                    award.approved_by.map(|(_, name)| name).unwrap_or_default(),
                    award.decided_at.map(|at| at.to_string()).unwrap_or_default(),
                    award.unit.unwrap_or_default(),
                    award.grant.map(|id| id.to_string()).unwrap_or_default(),
                    award.executed_at.map(|at| at.to_string()).unwrap_or_default(),
                ]);
            }
            table
        }
        _ => {
            let mut table = Table::new(&[asked.by.code(), "currency", "count", "sum", "median"]);
            for sum in report::sums(&mut tx, &reader, asked.by, &whole).await? {
                let currency = sum.sum.currency.code().to_owned();
                let (count, total, median) = (sum.count.to_string(), plain(sum.sum), plain(sum.median));
                table.row([sum.key.unwrap_or_default(), currency, count, total, median]);
            }
            table
        }
    };
    drop(connection);
    Ok(Answer::text("text/csv; charset=utf-8", table.text())
        .header("content-disposition", "attachment; filename=\"awards.csv\""))
}
