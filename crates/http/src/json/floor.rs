//! What a lead looks over.

use firsthand_domain::id::StaffId;
use firsthand_domain::time::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::{ListItem, Person};

/// Who waits, with whom, what falls due next, who is away, what nobody has taken. No count goes beyond 1000.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Floor {
    /// Of this team alone.
    pub(crate) team: Option<String>,
    /// How many customers wait, by how long they have, the longest first.
    pub(crate) waiting: Vec<WaitingBand>,
    /// The people, those with whom somebody waits longest first.
    pub(crate) people: Vec<WorkLoad>,
    /// There are more people: ask team by team.
    pub(crate) more_people: bool,
    /// What was due before.
    pub(crate) late: LinkedCount,
    /// What falls due within two hours, the soonest first.
    pub(crate) soon: LinkedRows,
    /// Who is away and holds something.
    pub(crate) away: Vec<AwayWithDuties>,
    /// What nobody has answered, the oldest first.
    pub(crate) offers: OpenOffers,
    /// What is with nobody who may hold it.
    pub(crate) orphans: LinkedRows,
}

/// Customers who have waited about as long.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct WaitingBand {
    /// How long, in days of the calendar: `over_five_days`, `two_to_five_days`, `one_day`, `today`.
    pub(crate) waited: &'static str,
    /// How many.
    pub(crate) count: i64,
    /// The list of them.
    pub(crate) link: String,
}

/// How many, and the list of them.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LinkedCount {
    /// How many.
    pub(crate) count: i64,
    /// The list of them.
    pub(crate) link: String,
}

/// The first of a list, how many there are, and the list of them.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LinkedRows {
    /// How many.
    pub(crate) count: i64,
    /// The list of them.
    pub(crate) link: String,
    /// The first of them.
    pub(crate) items: Vec<ListItem>,
}

/// What somebody holds.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct WorkLoad {
    /// Who.
    pub(crate) staff: Person,
    /// Whom they work with.
    pub(crate) team: Option<String>,
    /// Open complaints they answer for.
    pub(crate) first_contact: LinkedCount,
    /// Open complaints they work on.
    pub(crate) handled: LinkedCount,
    /// Complaints with an open promise of theirs.
    pub(crate) promised: LinkedCount,
    /// Of those they answer for: whose customer waits.
    pub(crate) waiting: LinkedCount,
    /// Since when the one who waits longest does.
    pub(crate) oldest: Option<Timestamp>,
}

/// Somebody who is away and holds something.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AwayWithDuties {
    /// Who.
    pub(crate) staff: Person,
    /// Until when.
    pub(crate) until: Timestamp,
    /// Who is there meanwhile.
    pub(crate) substitute: String,
    /// Open complaints they answer for.
    pub(crate) first_contact: i64,
    /// Open complaints they work on.
    pub(crate) handled: i64,
    /// Complaints with an open promise of theirs.
    pub(crate) promised: i64,
}

/// Complaints with an offer that nobody has answered.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OpenOffers {
    /// How many complaints.
    pub(crate) count: i64,
    /// The list of them.
    pub(crate) link: String,
    /// The first of the offers.
    pub(crate) items: Vec<OpenOffer>,
}

/// An offer that nobody has answered.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OpenOffer {
    /// `handoff`, of the handling; `succession`, of every duty.
    pub(crate) kind: &'static str,
    /// Which.
    pub(crate) id: String,
    /// On which complaint.
    pub(crate) reference: String,
    /// Whose it is until it is accepted.
    pub(crate) from: Person,
    /// Who was asked.
    pub(crate) to: Person,
    /// When it lapses; a succession does not.
    pub(crate) lapses_at: Option<Timestamp>,
}

impl Person {
    pub(crate) fn named((id, name): (StaffId, String)) -> Self {
        Self { id, name }
    }
}
