//! An award inside its complaint.

use firsthand_domain::award as state;
use firsthand_domain::code::{AwardState, AwardType, Basis, Ratification as Outcome};
use firsthand_domain::id::{AwardId, GrantId};
use firsthand_domain::money::Money;
use firsthand_domain::time::Timestamp;
use firsthand_storage::view::View;
use schemars::JsonSchema;
use serde::Serialize;

use super::Person;

/// What the customer is given. Texts that were erased are null.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Award {
    /// Which.
    id: AwardId,
    /// One for each step; what `If-Match` compares with.
    version: i64,
    /// What.
    #[serde(rename = "type")]
    kind: AwardType,
    /// On which ground.
    basis: Basis,
    /// How much; for a thing, its declared value.
    value: Money,
    /// Where it stands.
    state: AwardState,
    /// Beyond the limits because it could not wait, to be ratified by a holder.
    emergency: bool,
    /// The incident it is one of many over.
    incident: Option<String>,
    /// Who asked.
    proposed_by: Person,
    /// When.
    proposed_at: Timestamp,
    /// Why.
    reason: Option<String>,
    /// To whom or where it goes.
    payee: Option<String>,
    /// Who approved these terms.
    approvals: Vec<Approval>,
    /// When the last approval needed was given.
    decided_at: Option<Timestamp>,
    /// When the customer's time to say ends.
    answer_by: Option<Timestamp>,
    /// When it was given.
    executed_at: Option<Timestamp>,
    /// What a holder said to an emergency award.
    ratification: Option<Ratification>,
}

/// An approval.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AwardApproval")]
struct Approval {
    /// Who.
    by: Person,
    /// When.
    at: Timestamp,
    /// Under which grant.
    grant: Option<GrantId>,
    /// In which version of it.
    grant_version: Option<i64>,
}

/// What a holder said to an emergency award.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AwardRatification")]
struct Ratification {
    /// What.
    outcome: Outcome,
    /// Who.
    by: Person,
    /// When.
    at: Timestamp,
}

impl Award {
    pub(crate) fn of(view: &View, award: &state::Award) -> Self {
        let text = |field| view.text(award.seq, field).map(str::to_owned);
        Self {
            id: award.id,
            version: award.version,
            kind: award.kind,
            basis: award.basis,
            value: award.value,
            state: award.state,
            emergency: award.emergency,
            incident: award.incident.clone(),
            proposed_by: Person::of(view, award.proposed_by),
            proposed_at: award.proposed_at,
            reason: text("reason"),
            payee: text("payee"),
            approvals: award.approvals.iter().map(|a| Approval::of(view, a)).collect(),
            decided_at: award.decided_at,
            answer_by: award.answer_by,
            executed_at: award.executed_at,
            ratification: award.ratification.map(|r| Ratification {
                outcome: r.outcome,
                by: Person::of(view, r.by),
                at: r.at,
            }),
        }
    }
}

impl Approval {
    fn of(view: &View, approval: &state::Approval) -> Self {
        let cited = approval.cited.grant();
        Self {
            by: Person::of(view, approval.by),
            at: approval.at,
            grant: cited.map(|c| c.grant),
            grant_version: cited.map(|c| c.version),
        }
    }
}
