//! How the desk works, in figures.

use firsthand_domain::money::Money;
use firsthand_domain::time::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// The figures of the complaints received in a time.
#[derive(Debug, Serialize, JsonSchema)]
#[expect(clippy::struct_field_names, reason = "the field is the list of what the struct is called after")]
pub(crate) struct Metrics {
    /// Received at or after.
    pub(crate) from: Timestamp,
    /// Received before.
    pub(crate) to: Timestamp,
    /// As they stood then.
    pub(crate) as_of: Timestamp,
    /// How many are counted.
    pub(crate) complaints: u64,
    /// How many are not.
    pub(crate) apart: CountedApart,
    /// The figures.
    pub(crate) metrics: Vec<Metric>,
    /// What was given, never summed over currencies.
    pub(crate) awards: Vec<AwardsGiven>,
    /// Figures there is no data for.
    pub(crate) unknown: Vec<UnknownMetric>,
}

/// Complaints that no figure counts.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CountedApart {
    /// No complaints.
    pub(crate) void: u64,
    /// Counted with those they go on under.
    pub(crate) merged: u64,
    /// Finished elsewhere.
    pub(crate) imported: u64,
}

/// One figure.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Metric {
    /// Its lasting name.
    pub(crate) key: &'static str,
    /// As people call it.
    pub(crate) name: String,
    /// What it tells, in a sentence.
    pub(crate) definition: String,
    /// What numerator and denominator count: complaints, promises, handoffs or awards.
    pub(crate) unit: &'static str,
    /// So many.
    pub(crate) numerator: u64,
    /// Of so many.
    pub(crate) denominator: u64,
    /// The one of the other; null below five, and where it is no share.
    pub(crate) share: Option<f64>,
    /// From, with 95 % (Wilson).
    pub(crate) low: Option<f64>,
    /// To.
    pub(crate) high: Option<f64>,
    /// How many there are for each, where that is what it tells; null below five.
    pub(crate) mean: Option<f64>,
    /// Hours after which half are done, open ones reckoned in (Kaplan-Meier); null below five and where more are open.
    pub(crate) median_hours: Option<f64>,
    /// Hours after which nine of ten are done.
    pub(crate) ninety_percent_hours: Option<f64>,
    /// The complaints of the denominator.
    pub(crate) link: String,
    /// The lists behind it.
    pub(crate) links: MetricLinks,
    /// How many complaints these lists hold.
    pub(crate) complaints: MetricComplaints,
}

/// The lists behind a figure.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MetricLinks {
    /// What counts as it should be, or as is looked for.
    pub(crate) numerator: String,
    /// All that count.
    pub(crate) denominator: String,
    /// What is missing to all.
    pub(crate) missing: String,
}

/// How many complaints the lists behind a figure hold.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MetricComplaints {
    /// That of the numerator.
    pub(crate) numerator: u64,
    /// That of the denominator.
    pub(crate) denominator: u64,
    /// That of what is missing.
    pub(crate) missing: u64,
}

/// What was given in one currency.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AwardsGiven {
    /// How many awards.
    pub(crate) count: u64,
    /// Their sum.
    pub(crate) sum: Money,
    /// The one in the middle.
    pub(crate) median: Money,
}

/// A figure there is no data for.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct UnknownMetric {
    /// Its lasting name.
    pub(crate) key: &'static str,
    /// As people call it.
    pub(crate) name: String,
    /// Why it is not known.
    pub(crate) reason: String,
}
