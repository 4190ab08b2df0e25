//! A complaint as one row of a list.

use firsthand_domain::code::{Channel, Severity};
use firsthand_domain::id::ComplaintId;
use firsthand_domain::time::Timestamp;
use firsthand_storage::list::Item;
use firsthand_storage::settled;
use schemars::JsonSchema;
use serde::Serialize;

use super::{CustomerRef, Person, Settled, Standing};

/// A complaint in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ComplaintRow")]
pub(crate) struct ListItem {
    /// Which.
    id: ComplaintId,
    /// As people call it.
    reference: String,
    /// The last fact of its history.
    version: i64,
    #[serde(flatten)]
    standing: Standing,
    /// How it came.
    channel: Channel,
    /// How grave.
    severity: Severity,
    /// In one line.
    summary: Option<String>,
    /// What it is about.
    product: Option<String>,
    /// Where it happened.
    place: Option<String>,
    /// What went wrong.
    category: Option<String>,
    /// Who complained.
    customer: CustomerRef,
    /// Who is responsible until the customer has a real answer.
    first_contact: Person,
    /// Who works on it.
    handler: Person,
    /// Shown only to those with a duty, leads and auditors.
    restricted: bool,
    /// When it reached the organisation.
    received_at: Timestamp,
    /// When it was closed, while it is.
    closed_at: Option<Timestamp>,
    /// Since when the customer waits for us.
    waiting_since: Option<Timestamp>,
    /// The soonest of what is still due.
    next_due: Option<Timestamp>,
}

/// A complaint that tells much the same story as another.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SimilarComplaint")]
pub(crate) struct Similar {
    /// How many of the words of either are in both: from 0 to 1.
    likeness: f64,
    /// Which.
    complaint: ListItem,
    /// What settled it, as far as it is settled.
    settled: Settled,
}

impl Similar {
    pub(crate) fn new((thousandths, item): (usize, Item), settled: settled::Settled) -> Self {
        let thousandths = u32::try_from(thousandths).unwrap_or(u32::MAX);
        Self { likeness: f64::from(thousandths) / 1000.0, complaint: item.into(), settled: settled.into() }
    }
}

impl From<Item> for ListItem {
    fn from(item: Item) -> Self {
        let person = |(id, name)| Person { id, name };
        Self {
            id: item.id,
            reference: item.reference,
            version: item.version,
            standing: Standing { stage: item.stage, cycle: item.cycle, closure: item.closure },
            channel: item.channel,
            severity: item.severity,
            summary: item.summary,
            product: item.product,
            place: item.place,
            category: item.category,
            customer: item.customer.map_or_else(CustomerRef::anonymous, |(id, name)| CustomerRef {
                id: Some(id),
                name,
                anonymous: false,
            }),
            first_contact: person(item.first_contact),
            handler: person(item.handler),
            restricted: item.restricted,
            received_at: item.received_at,
            closed_at: item.closed_at,
            waiting_since: item.waiting_since,
            next_due: item.next_due,
        }
    }
}
