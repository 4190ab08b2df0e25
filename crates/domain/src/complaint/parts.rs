//! What a complaint is made of. Free text is kept beside the facts; each part names its own (`seq`).

use serde::{Deserialize, Serialize};

use crate::code::{
    Answer, CauseRole, Channel, Confidence, Direction, Finding, HandoffState, LinkKind, PromiseState,
    ReplyKind, ReplyState, Stage, SuccessionState,
};
use crate::history::Details;
use crate::id::{
    CauseId, ComplaintId, CustomerId, HandoffId, PointId, PromiseId, ReplyId, StaffId, SuccessionId,
};
use crate::time::{Day, Timestamp};

macro_rules! parts {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $type:ty),+ $(,)? })+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub struct $name { $($(#[$fdoc])* pub $field: $type),+ }
    )+ };
}

parts! {
    /// A question to the customer.
    Awaiting {
        /// The fact beside which the question is kept.
        seq: i64,
        /// By when an answer is hoped for.
        due_at: Timestamp,
    }
    /// What a merge puts aside and undoing it brings back.
    BeforeMerge {
        /// Where it stood.
        stage: Stage,
        /// The question put to the customer.
        awaiting: Option<Awaiting>,
        /// Since when the customer waits for us.
        waiting_since: Option<Timestamp>,
    }
    /// One thing complained of.
    Point {
        /// Which.
        id: PointId,
        /// The later complaint it came with.
        from: Option<ComplaintId>,
        /// The delivered reply that answered it.
        answered_by: Option<ReplyId>,
    }
    /// The customer and the desk were in touch.
    Contact {
        /// The fact.
        seq: i64,
        /// When.
        at: Timestamp,
        /// How.
        channel: Channel,
        /// Who wrote or called whom.
        direction: Direction,
        /// Whether the customer was reached.
        reached: bool,
    }
    /// An offer of the handling.
    Handoff {
        /// Which.
        id: HandoffId,
        /// The fact.
        seq: i64,
        /// Who asks.
        from: StaffId,
        /// Who is asked.
        to: StaffId,
        /// When it was offered.
        offered_at: Timestamp,
        /// When it lapses.
        answer_by: Timestamp,
        /// Where it stands.
        state: HandoffState,
    }
    /// An offer of all duties of one person.
    Succession {
        /// Which.
        id: SuccessionId,
        /// The fact.
        seq: i64,
        /// Whose duties.
        from: StaffId,
        /// Who is asked.
        to: StaffId,
        /// When it was offered.
        offered_at: Timestamp,
        /// Where it stands.
        state: SuccessionState,
    }
    /// Something sent to the customer.
    Reply {
        /// Which.
        id: ReplyId,
        /// The fact.
        seq: i64,
        /// When.
        at: Timestamp,
        /// Who wrote it.
        by: StaffId,
        /// In whose name.
        on_behalf_of: StaffId,
        /// What for.
        kind: ReplyKind,
        /// How.
        channel: Channel,
        /// To whom.
        to: Vec<CustomerId>,
        /// Which points it answers.
        points_answered: Vec<PointId>,
        /// In which cycle.
        cycle: u32,
        /// Whether it arrived.
        state: ReplyState,
        /// When it arrived or was posted.
        delivered_at: Option<Timestamp>,
    }
    /// Something said to the customer that has a date.
    Promise {
        /// Which.
        id: PromiseId,
        /// The fact.
        seq: i64,
        /// When it was made.
        made_at: Timestamp,
        /// By when; to the minute (I-31: never edited).
        due_at: Timestamp,
        /// Who sees to it (I-29).
        responsible: StaffId,
        /// The promise it replaces.
        replaces: Option<PromiseId>,
        /// Where it stands.
        state: PromiseState,
    }
    /// A finding.
    Decision {
        /// The fact beside which reasons, alternative and route are kept.
        seq: i64,
        /// When.
        at: Timestamp,
        /// Who.
        by: StaffId,
        /// In which cycle.
        cycle: u32,
        /// What.
        outcome: Finding,
    }
    /// What the customer says.
    CustomerAnswer {
        /// The fact.
        seq: i64,
        /// When.
        at: Timestamp,
        /// What.
        answer: Answer,
        /// How.
        channel: Channel,
    }
    /// Why it happened.
    CauseTag {
        /// The fact.
        seq: i64,
        /// Which cause.
        cause: CauseId,
        /// The part it played.
        role: CauseRole,
        /// How sure.
        confidence: Confidence,
        /// The chain of whys ends at something the organisation does not control.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        external: bool,
        /// The later tag that took its place; tags are never taken away.
        superseded_by: Option<i64>,
    }
    /// Two complaints that belong together.
    Link {
        /// The fact.
        seq: i64,
        /// The other one.
        to: ComplaintId,
        /// How.
        kind: LinkKind,
    }
    /// An external body.
    Referral {
        /// The fact beside which body and reference are kept.
        seq: i64,
        /// When.
        date: Day,
    }
    /// A later complaint that goes on here.
    Merged {
        /// The fact.
        seq: i64,
        /// Which.
        complaint: ComplaintId,
        /// Its customers.
        customers: Vec<CustomerId>,
        /// What it says that stays here.
        #[serde(default)]
        kept: Box<Details>,
        /// What stood here before.
        #[serde(default)]
        before: Box<Details>,
    }
}

impl Reply {
    /// Does it satisfy the duty to reply? Acknowledgements, progress and holding notes never do (I-11).
    #[must_use]
    pub fn answers(&self) -> bool {
        self.kind == ReplyKind::Substantive
            && matches!(self.state, ReplyState::Delivered | ReplyState::Posted)
    }
}
