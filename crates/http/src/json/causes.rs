//! A second opinion on causes, and how far two opinions agree.

use firsthand_domain::id::{CauseId, ComplaintId, StaffId};
use firsthand_domain::statistics::proportion::{self, LEAST_KAPPA};
use firsthand_domain::time::Timestamp;
use firsthand_storage::causes::rating;
use firsthand_storage::view::View;
use schemars::JsonSchema;
use serde::Serialize;

/// The next complaint of the sample for the caller.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NextRating {
    /// What is to be rated; null when nothing waits.
    pub(crate) complaint: Option<ToRate>,
}

/// A complaint as somebody reads it who does not know yet what its cause was said to be.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ToRate {
    /// Which.
    id: ComplaintId,
    /// As `C-2026-000123`.
    reference: String,
    /// What the customer says.
    narrative: Option<String>,
    /// In one line.
    summary: Option<String>,
    /// The things complained of.
    points: Vec<String>,
    /// What it is about.
    product: Option<String>,
    /// Where it happened.
    place: Option<String>,
    /// What went wrong, in the customer's terms.
    category: Option<String>,
    /// When it reached the organisation.
    received_at: Timestamp,
}

impl ToRate {
    pub(crate) fn of(view: &View) -> Self {
        let c = &view.complaint;
        let text = |field| view.text(1, field).map(str::to_owned);
        Self {
            id: c.id,
            reference: view.reference.clone(),
            narrative: text("narrative"),
            summary: text("summary"),
            points: c.points.iter().filter_map(|point| view.points.get(&point.id).cloned()).collect(),
            product: c.product.clone(),
            place: c.place.clone(),
            category: c.category.clone(),
            received_at: c.received_at,
        }
    }
}

/// A second opinion, as kept.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Rated {
    /// On which complaint.
    complaint: ComplaintId,
    /// What was said.
    cause: CauseId,
    /// Its code.
    code: String,
    /// Who said so.
    by: StaffId,
    /// When.
    at: Timestamp,
}

impl From<rating::Rated> for Rated {
    fn from(r: rating::Rated) -> Self {
        Self { complaint: r.complaint, cause: r.cause.id, code: r.cause.code, by: r.by, at: r.at }
    }
}

/// How far two who said why agree.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Agreement {
    /// So many complaints were rated by both.
    n: u64,
    /// The share on which they agree.
    po: Option<f64>,
    /// The share on which they would by chance.
    pe: Option<f64>,
    /// Cohen's kappa; null where there is nothing to agree on, or chance alone would agree on all.
    kappa: Option<f64>,
    /// Below this, figures by cause are not to be trusted.
    least: f64,
    /// Kappa is below that.
    below: bool,
}

impl From<Option<proportion::Agreement>> for Agreement {
    fn from(a: Option<proportion::Agreement>) -> Self {
        Self {
            n: a.map_or(0, |a| a.n),
            po: a.map(|a| a.po),
            pe: a.map(|a| a.pe),
            kappa: a.and_then(|a| a.kappa),
            least: LEAST_KAPPA,
            below: a.is_some_and(|a| a.is_low()),
        }
    }
}
