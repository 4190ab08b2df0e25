//! What the analysis answers.

use std::collections::BTreeMap;

use firsthand_domain::alert::{Kind, Verdict};
use firsthand_domain::cause::CauseTree;
use firsthand_domain::figures::date_of;
use firsthand_domain::id::{CauseId, ComplaintId};
use firsthand_domain::money::{Currency, Money};
use firsthand_domain::statistics::chart::Point;
use firsthand_domain::time::Timestamp;
use firsthand_storage::alerts;
use firsthand_storage::analysis as stored;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::Person;
use crate::query::encode;

/// A bar of a Pareto.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ParetoBar")]
pub(crate) struct Bar {
    /// The code, or the value as it was written; null for none.
    pub(crate) key: Option<String>,
    /// Its name in the language of the desk.
    pub(crate) name: String,
    /// Complaints.
    pub(crate) count: i64,
    /// Its part of all; null while its value is unknown, and of rates.
    pub(crate) share: Option<f64>,
    /// Its part and that of all before it.
    pub(crate) cumulative: Option<f64>,
    /// One of the fewest that together are at least four fifths of all.
    pub(crate) vital_few: bool,
    /// By the measure that was asked for; null when unknown. Money in whole units of its currency.
    pub(crate) value: Option<f64>,
    /// Days from receipt to the end, all together; of open ones to `as_of`.
    pub(crate) days: f64,
    /// What was given, of each currency apart.
    pub(crate) money: Vec<Money>,
    /// Chances there were for them; null when not on record, or not asked for.
    pub(crate) exposure: Option<i64>,
    /// The complaints it counts.
    pub(crate) link: String,
}

/// Complaints that are in no bar, having no cause yet.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Untagged {
    /// How many.
    pub(crate) count: i64,
    /// Which.
    pub(crate) link: String,
}

/// Where complaints come from, the largest first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Pareto")]
pub(crate) struct Pareto {
    /// What complaints are sorted by.
    pub(crate) by: &'static str,
    /// What is measured.
    pub(crate) measure: &'static str,
    /// Received on this UTC day or later.
    pub(crate) from: String,
    /// And before this one.
    pub(crate) to: String,
    /// It stands for this instant.
    pub(crate) as_of: Timestamp,
    /// The bars.
    pub(crate) items: Vec<Bar>,
    /// Complaints in all bars.
    pub(crate) count: i64,
    /// Complaints without a primary cause.
    pub(crate) untagged: Untagged,
    /// The currency of `value`, where that is money.
    pub(crate) currency: Option<Currency>,
    /// The exposure rates are made with.
    pub(crate) exposure: Option<String>,
}

/// A period of a trend.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TrendPoint")]
pub(crate) struct TrendPoint {
    /// Its first UTC day.
    pub(crate) from: String,
    /// The day after its last.
    pub(crate) to: String,
    /// Complaints.
    pub(crate) count: i64,
    /// Chances there were for them; null when not on record.
    pub(crate) exposure: Option<i64>,
    /// Complaints for each chance; null when that is unknown.
    pub(crate) rate: Option<f64>,
    /// The mean rate of its stretch.
    pub(crate) mean: Option<f64>,
    /// The limits within which chance alone moves it (Laney).
    pub(crate) low: Option<f64>,
    /// The upper one.
    pub(crate) high: Option<f64>,
    /// It is outside them.
    pub(crate) signal: bool,
    /// The complaints it counts.
    pub(crate) link: String,
}

impl TrendPoint {
    pub(crate) fn of(point: &stored::TrendPoint, drawn: Option<(f64, &Point)>, link: String) -> Self {
        let drawn = drawn.filter(|(_, point)| point.rate.is_some());
        Self {
            from: date_of(point.from).to_string(),
            to: date_of(point.to).to_string(),
            count: point.count,
            exposure: point.exposure,
            rate: drawn.and_then(|(_, point)| point.rate),
            mean: drawn.map(|(mean, _)| mean),
            low: drawn.map(|(_, point)| point.laney_low),
            high: drawn.map(|(_, point)| point.laney_high),
            signal: drawn.is_some_and(|(_, point)| point.is_signal()),
            link,
        }
    }
}

/// Complaints over time.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Trend")]
pub(crate) struct Trend {
    /// How long a period is.
    pub(crate) grain: &'static str,
    /// The exposure rates are made with; null: there are counts and no rates.
    pub(crate) exposure: Option<String>,
    /// The periods.
    pub(crate) items: Vec<TrendPoint>,
}

/// A cell of a crossing.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CrossingCell")]
pub(crate) struct Cell {
    /// The code of the cause.
    pub(crate) cause: String,
    /// The value; null for none.
    pub(crate) key: Option<String>,
    /// Complaints.
    pub(crate) count: i64,
    /// Which.
    pub(crate) link: String,
}

/// Causes against something else.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Crossing")]
pub(crate) struct Crossing {
    /// Against what.
    pub(crate) against: &'static str,
    /// The cells that are not empty.
    pub(crate) items: Vec<Cell>,
    /// Complaints of causes or values beyond the largest.
    pub(crate) beyond: i64,
}

/// A cause, as others name it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AnalysedCause")]
pub(crate) struct CauseRef {
    /// Which.
    pub(crate) id: CauseId,
    /// Its code.
    pub(crate) code: String,
    /// Its names by language.
    pub(crate) name: BTreeMap<String, String>,
}

impl CauseRef {
    pub(crate) fn of(tree: &CauseTree, id: CauseId) -> Self {
        let cause = tree.get(id);
        Self {
            id,
            code: cause.map(|cause| cause.code.clone()).unwrap_or_default(),
            name: cause.map(|cause| cause.name.clone()).unwrap_or_default(),
        }
    }
}

/// Something that has begun to rise.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Alert")]
pub(crate) struct Alert {
    /// Which.
    pub(crate) id: Uuid,
    /// What kind of rise.
    pub(crate) kind: Kind,
    /// The cause, or the branch with all below it.
    pub(crate) cause: CauseRef,
    /// The Monday its week begins with.
    pub(crate) week: String,
    /// The day with which its weeks begin: of a spike the same, of a drift when it began to rise, of `says_nothing` three
    /// weeks before.
    pub(crate) from: String,
    /// When it was found.
    pub(crate) found_at: Timestamp,
    /// Complaints of these weeks, as they were counted when it was found.
    pub(crate) count: u32,
    /// How many were to be expected; of `says_nothing`, all that have a cause.
    pub(crate) expected: f64,
    /// The chance of as many, were nothing different, all causes judged together; null for a drift.
    pub(crate) chance: Option<f64>,
    /// How much more the weeks before scatter than complaints that come one by one.
    pub(crate) scatter: f64,
    /// What a person found it to be; null while nobody has looked.
    pub(crate) verdict: Option<Verdict>,
    /// What was looked at.
    pub(crate) note: Option<String>,
    /// Who looked.
    pub(crate) reviewed_by: Option<Person>,
    /// When.
    pub(crate) reviewed_at: Option<Timestamp>,
    /// The complaints that were counted.
    pub(crate) link: String,
}

/// The list of what an alert counted, as it stood when it was found, after the question mark.
pub(crate) fn behind(alert: &alerts::Alert, code: &str) -> String {
    let (from, to) = alert.days();
    format!(
        "view=all&sort=received&counted=true&received_from={}&received_to={}&as_of={}&cause={}",
        date_of(from),
        date_of(to),
        encode(&alert.found_at.to_string()),
        encode(code)
    )
}

impl Alert {
    pub(crate) fn of(alert: alerts::Alert, tree: &CauseTree) -> Self {
        let cause = CauseRef::of(tree, alert.found.cause);
        let (link, (first, _)) = (behind(&alert, &cause.code), alert.days());
        let (by, at) = match alert.reviewed {
            Some((id, name, at)) => (Some(Person { id, name }), Some(at)),
            None => (None, None),
        };
        Self {
            link: format!("/api/v1/complaints?{link}"),
            from: date_of(first).to_string(),
            id: alert.id,
            kind: alert.found.kind,
            cause,
            week: date_of(alert.week).to_string(),
            found_at: alert.found_at,
            count: alert.found.count,
            expected: alert.found.expected,
            chance: alert.found.chance,
            scatter: alert.found.scatter,
            verdict: alert.verdict,
            note: alert.note,
            reviewed_by: by,
            reviewed_at: at,
        }
    }
}

/// How often alerts were right, as people found.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AlertPrecision")]
pub(crate) struct Precision {
    /// Reviewed.
    pub(crate) reviewed: u64,
    /// Of these, real or known already.
    pub(crate) right: u64,
    /// Of these, artefacts.
    pub(crate) artefact: u64,
    /// The share that was right; null below five.
    pub(crate) share: Option<f64>,
    /// From (Wilson, 95 %).
    pub(crate) low: Option<f64>,
    /// To.
    pub(crate) high: Option<f64>,
}

/// Alerts, the newest first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Alerts")]
pub(crate) struct Alerts {
    /// The alerts.
    pub(crate) items: Vec<Alert>,
    /// Give this as `cursor` to go on; null at the end.
    pub(crate) next: Option<String>,
    /// How often they were right.
    pub(crate) precision: Precision,
}

/// Repeats of one cause.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CauseRepeats")]
pub(crate) struct CauseRepeats {
    /// Which.
    pub(crate) cause: CauseRef,
    /// Complaints that repeat an earlier one.
    pub(crate) repeats: u64,
    /// How many would by chance.
    pub(crate) expected: f64,
}

/// How often the same came back to the same customer.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Repeats")]
#[expect(clippy::struct_field_names, reason = "`repeats` are the figure, beside what belongs to it")]
pub(crate) struct Repeats {
    /// Complaints with a customer and a cause.
    pub(crate) complaints: u64,
    /// Those that repeat an earlier one of the same customer and cause.
    pub(crate) repeats: u64,
    /// Their share; null below five complaints.
    pub(crate) share: Option<f64>,
    /// From (Wilson, 95 %).
    pub(crate) low: Option<f64>,
    /// To.
    pub(crate) high: Option<f64>,
    /// How many would, had the same complaints fallen on the same customers at random.
    pub(crate) expected: f64,
    /// Repeats for each that is expected; null when none is.
    pub(crate) lift: Option<f64>,
    /// The share of random draws with as many or more.
    pub(crate) chance: f64,
    /// By cause, those with most first.
    pub(crate) causes: Vec<CauseRepeats>,
    /// The complaints that repeat an earlier one, the newest first, 200 at most.
    pub(crate) items: Vec<ComplaintId>,
    /// There were more complaints than are looked at: the oldest are left out.
    pub(crate) cut: bool,
}

/// What complaints of a cause cost.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CauseCost")]
pub(crate) struct Cost {
    /// Which; null for those without one.
    pub(crate) cause: Option<CauseRef>,
    /// Complaints.
    pub(crate) count: i64,
    /// What was given to customers.
    pub(crate) given: Money,
    /// Handling, by the minutes and the rate that were named; null without them.
    pub(crate) handling: Option<Money>,
    /// Margin lost with customers, by the share and the margin that were named; null without them.
    pub(crate) lost: Option<Money>,
    /// All that is known.
    pub(crate) total: Money,
    /// For each complaint.
    pub(crate) per_complaint: Money,
    /// The complaints.
    pub(crate) link: String,
}

/// Costs, the largest first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Costs")]
pub(crate) struct Costs {
    /// The causes.
    pub(crate) items: Vec<Cost>,
    /// The currency; null while nothing was given and none was named.
    pub(crate) currency: Option<Currency>,
    /// What was given in other currencies: it is in no sum.
    pub(crate) other_currencies: Vec<Currency>,
}
