//! Awards: what a customer is given for what went wrong, and under whose authority.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::authority::Weighed;
use crate::code::{AwardState, AwardType, Basis, Channel, Ratification};
use crate::id::{AwardId, GrantId, StaffId};
use crate::money::Money;
use crate::text::{Line, Reason};
use crate::time::Timestamp;
use crate::verb::ComplaintRef;

/// One award. Why, and to whom it is paid, is kept beside the fact `seq`, as text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Award {
    /// Which.
    pub id: AwardId,
    /// One for each step.
    pub version: i64,
    /// The fact that set its terms: the proposal or the last amendment.
    pub seq: i64,
    /// When it was proposed.
    pub proposed_at: Timestamp,
    /// Who proposed it.
    pub proposed_by: StaffId,
    /// Who amended it since; none of these approves it either.
    pub amended_by: Vec<StaffId>,
    /// What.
    pub kind: AwardType,
    /// On which ground.
    pub basis: Basis,
    /// How much; for a thing, its declared value.
    pub value: Money,
    /// The incident it is one of many over.
    pub incident: Option<String>,
    /// Beyond the limits, and to be ratified afterwards.
    pub emergency: bool,
    /// Who approved these terms, under which grant.
    pub approvals: Vec<Approval>,
    /// When the last approval needed was given.
    pub decided_at: Option<Timestamp>,
    /// When the customer's time to say ends.
    pub answer_by: Option<Timestamp>,
    /// Who gave it.
    pub executed_by: Option<StaffId>,
    /// When it was given.
    pub executed_at: Option<Timestamp>,
    /// When it stopped counting: refused, withdrawn, declined, lapsed or reversed.
    pub ended_at: Option<Timestamp>,
    /// What a holder said to an emergency award afterwards.
    pub ratification: Option<Ratified>,
    /// Where it goes on after a review.
    pub held_from: Option<AwardState>,
    /// Where it stands.
    pub state: AwardState,
}

/// An approval with what it was made under. It never changes (I-49).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    /// The fact.
    pub seq: i64,
    /// Who.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
    /// The team of that person then.
    pub unit: Option<String>,
    /// The chain, its limits and what was used.
    pub cited: Weighed,
}

/// What a holder said to an emergency award afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ratified {
    /// Who.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub outcome: Ratification,
}

impl Award {
    /// The approval that decided it: the last one.
    #[must_use]
    pub fn decision(&self) -> Option<&Approval> {
        self.decided_at.and(self.approvals.last())
    }

    /// Does it still take up what a case, a customer and an incident may get? A reversed one does not: it came back.
    #[must_use]
    pub fn counts_for_customer(&self) -> bool {
        self.decided_at.is_some() && self.state.is_committed()
    }

    /// Does it still take up what its approver and the approver's team may give in a period? A reversed one does: the
    /// authority was used.
    #[must_use]
    pub fn counts_for_holder(&self) -> bool {
        self.counts_for_customer() || (self.decided_at.is_some() && self.state == AwardState::Reversed)
    }

    /// Does it rest on this grant, directly or through the chain?
    #[must_use]
    pub fn rests_on(&self, grant: GrantId) -> bool {
        self.approvals.iter().any(|a| a.cited.chain.iter().any(|c| c.grant == grant))
    }

    /// Whoever had a hand in asking for it.
    #[must_use]
    pub fn askers(&self) -> Vec<StaffId> {
        std::iter::once(self.proposed_by).chain(self.amended_by.iter().copied()).collect()
    }
}

bodies! {
    /// Asks that the customer be given something. Within the asker's own authority it is approved in the same step.
    ProposeAward {
        /// What.
        #[serde(rename = "type")]
        kind: AwardType,
        /// On which ground.
        basis: Basis,
        /// How much; for a thing, its declared value.
        value: Money,
        /// Why.
        reason: Reason,
        /// To whom or where it goes.
        payee: Option<Line>,
        /// Beyond one's limits because it cannot wait; by a lead, to be ratified by a holder afterwards.
        #[serde(default)]
        emergency: bool,
    }
    /// Asks for it on other terms; what was approved must be approved anew.
    AmendAward {
        /// How much.
        value: Option<Money>,
        /// To whom or where it goes.
        payee: Option<Line>,
        /// Why.
        reason: Reason,
    }
    /// Tells the customer of it.
    OfferAward {
        /// How; the channel of the complaint when not said.
        channel: Option<Channel>,
        /// Until when the customer may say; 30 days when not said.
        answer_by: Option<Timestamp>,
    }
    /// What the customer says to it.
    AnswerAward {
        /// `accepted` or `declined`.
        answer: AwardAnswer,
        /// How; the channel of the complaint when not said.
        channel: Option<Channel>,
    }
    /// Gives it.
    ExecuteAward {
        /// What shows that it was given: a payment's number, a receipt.
        evidence: Option<Reason>,
        /// To be compared with what was approved.
        value: Option<Money>,
        /// To be compared with what was approved.
        payee: Option<Line>,
    }
    /// What a holder says to an emergency award.
    RatifyAward {
        /// `ratified` or `condemned`.
        outcome: Ratification,
        /// Why.
        reason: Reason,
    }
    /// The same award on many complaints over one incident, under a standing grant.
    BatchAward {
        /// Ids or references, in the order in which they are served.
        complaints: Vec<ComplaintRef>,
        /// What they have in common, as people call it.
        incident: Line,
        /// What.
        #[serde(rename = "type")]
        kind: AwardType,
        /// On which ground.
        basis: Basis,
        /// How much each.
        value: Money,
        /// Why.
        reason: Reason,
    }
}

/// Puts on record what another system paid for a complaint that came from it, under a grant that covers it.
#[derive(Debug, Clone)]
pub struct BookAward {
    /// Under which grant; whoever books it holds it.
    pub grant: GrantId,
    /// What was paid, and why it stands here.
    pub paid: ProposeAward,
}

/// What the customer says to an award.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AwardAnswer {
    /// Takes it.
    Accepted,
    /// Does not.
    Declined,
}

impl BatchAward {
    /// What is asked for on each of the complaints.
    #[must_use]
    pub fn each(&self) -> ProposeAward {
        ProposeAward {
            kind: self.kind,
            basis: self.basis,
            value: self.value,
            reason: self.reason.clone(),
            payee: None,
            emergency: false,
        }
    }
}
