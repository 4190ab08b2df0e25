//! A complaint that comes from a file of another system.

use serde::{Deserialize, Serialize};

use crate::code::{Channel, Severity};
use crate::customer::NewCustomer;
use crate::money::Currency;
use crate::text::{Line, Narrative, Reason};
use crate::time::Timestamp;

/// One row of a file, read and checked. Finished rows become closed complaints, exempt from the reply rules and
/// counted apart; unfinished ones are received and every rule applies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportedComplaint {
    /// The row's own identifier in the other system; a second import of it is a no-op.
    pub key: Line,
    /// When the other system took it.
    pub received_at: Timestamp,
    /// When it happened.
    pub incident_at: Option<Timestamp>,
    /// What the customer said.
    pub narrative: Narrative,
    /// In one line.
    pub summary: Option<Line>,
    /// How it came.
    pub channel: Channel,
    /// Who complained, when the file says.
    pub customer: Option<NewCustomer>,
    /// What it is about.
    pub product: Option<Line>,
    /// Where it happened.
    pub place: Option<Line>,
    /// What went wrong, in the other system's words; never a cause.
    pub category: Option<Line>,
    /// How grave; a nuisance when the file does not say.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// The order it is about.
    pub order_ref: Option<Line>,
    /// What the customer wants.
    pub desired_remedy: Option<Reason>,
    /// Finished in the other system.
    pub closed: bool,
    /// What was paid; kept beside the complaint until it is booked as an award, under a grant that covers it.
    #[serde(default)]
    pub amount: Option<ImportedAmount>,
}

/// What the other system paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedAmount {
    /// In the smallest unit of the currency.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}
