//! Every "no" the desk can say, with the facts that explain it. Which status code it becomes is not known here.

use std::borrow::Cow;

use serde::Serialize;

use crate::authority::{NextHolder, NotCovered};
use crate::code::{
    ActionState, AttachmentState, AwardState, GrantState, HandoffState, ProblemState, PromiseState,
    ReplyState, Stage, SuccessionState,
};
use crate::id::{
    ActionId, AwardId, ComplaintId, CustomerId, GrantId, HandoffId, PointId, PromiseId, ReplyId, StaffId,
};
use crate::money::Money;
use crate::time::Timestamp;

/// Why a verb was not done. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Refusal {
    /// There is no such thing, or the caller may not know of it: both look the same.
    NotFound,
    /// The caller may read but not write.
    ReadOnly,
    /// The verb belongs to others.
    NotYours {
        /// Who may: `first_contact`, `handler`, `lead`, `admin`, `offerer`.
        allowed: Vec<&'static str>,
    },
    /// The caller is the person complained about.
    ComplainedAbout,
    /// The complaint is about handling in which the caller or the caller's team took part.
    KeptAway,
    /// Only the person it was offered to answers an offer.
    NotTheReceiver,
    /// A new cycle needs a decider who has not decided before.
    AnotherDecider {
        /// Who has decided before.
        deciders: Vec<StaffId>,
    },
    /// Voiding takes someone other than the logger and the first contact.
    SecondPersonNeeded,
    /// The verb has no place at this stage.
    WrongStage {
        /// Where the complaint stands.
        stage: Stage,
        /// Where the verb has its place.
        allowed: Vec<Stage>,
    },
    /// One handoff at a time.
    HandoffPending {
        /// The one that waits.
        handoff: HandoffId,
    },
    /// The offer has been answered, taken back or has lapsed.
    HandoffOver {
        /// Where it stands.
        state: HandoffState,
    },
    /// Declined too often: a lead assigns now.
    ArbitrationNeeded {
        /// Declines since the handling last moved.
        declines: u32,
    },
    /// The succession has been answered or taken back.
    SuccessionOver {
        /// Where it stands.
        state: SuccessionState,
    },
    /// The reply already reached the customer, or failed to.
    ReplyOver {
        /// Where it stands.
        state: ReplyState,
    },
    /// The promise is past this verb.
    PromiseOver {
        /// Where it stands.
        state: PromiseState,
        /// Where the verb has its place.
        allowed: Vec<PromiseState>,
    },
    /// Closing: everything that is missing, at once.
    CannotClose(Box<Missing>),
    /// Open promises stand in the way.
    OpenPromises {
        /// Those made or broken.
        open_promises: Vec<PromiseId>,
    },
    /// The customer has not been tried often enough.
    AttemptsMissing {
        /// Attempts that count.
        attempts: usize,
        /// Attempts it takes.
        needed: usize,
        /// Different channels, or different UTC dates, they cover.
        spread: usize,
        /// What the spread must be.
        spread_needed: usize,
    },
    /// The customer has already answered in this cycle.
    AlreadyAnswered,
    /// Complaints merge into the one received first.
    MergeIntoEarlier {
        /// The earlier one.
        earlier: ComplaintId,
    },
    /// The other complaint is closed.
    OtherClosed {
        /// The other one.
        complaint: ComplaintId,
    },
    /// A restricted complaint, or one about a person, would become visible under the other.
    MergeLosesProtection,
    /// That complaint is not merged into this one.
    NotMerged {
        /// The one that was named.
        complaint: ComplaintId,
    },
    /// That record of a customer goes on under another.
    CustomerMerged {
        /// The other.
        into: CustomerId,
    },
    /// That record of a customer does not go on under this one.
    CustomerNotMerged {
        /// The one that was named.
        customer: CustomerId,
    },
    /// A merged complaint is taken up again by undoing the merge.
    UnmergeFirst {
        /// The complaint it goes on under.
        into: Option<ComplaintId>,
    },
    /// The change would keep the present handler away: hand over first.
    HandOverFirst {
        /// Who handles it now.
        handler: StaffId,
    },
    /// Too long closed: log a new complaint and link it.
    ReopenWindowOver {
        /// When it was closed.
        closed_at: Timestamp,
        /// How long the window is.
        window_days: i64,
    },
    /// The first contact no longer works here: a succession comes first.
    FirstContactLeft {
        /// Who that was.
        first_contact: StaffId,
    },
    /// Duties stand in the way of disabling this person.
    OpenDuties(Box<OpenDuties>),
    /// The desk would be without an administrator.
    LastAdministrator,
    /// That person does not hold any duty here.
    NoDuty {
        /// Who was named.
        staff: StaffId,
    },
    /// The person cannot take this.
    NotAReceiver {
        /// The field that names the person.
        field: Cow<'static, str>,
        /// Why not.
        why: NotAReceiver,
    },
    /// A field is wrong.
    Field {
        /// Which one.
        field: Cow<'static, str>,
        /// What was expected.
        expected: Cow<'static, str>,
    },
    /// Somebody else has this already (an e-mail address, a code).
    Taken {
        /// Which field.
        field: Cow<'static, str>,
    },
    /// The change was made on a version that is no longer the last.
    Stale {
        /// The last one.
        version: i64,
    },
    /// The idempotency key was used with another request.
    KeyReused,
    /// More than the caller may give here and now.
    LimitExceeded(Box<Beyond>),
    /// Whoever asked for an award, or amended it, does not approve it.
    SelfApproval {
        /// Who asked.
        askers: Vec<StaffId>,
    },
    /// The caller, or somebody the caller is related to by declaration, is a party to the award.
    RelatedParty {
        /// The party.
        staff: StaffId,
    },
    /// The caller has approved this award already; it takes somebody else.
    ApprovedAlready,
    /// Above the threshold whoever asked, whoever approved and whoever gives are different people.
    AnotherPersonNeeded {
        /// Who had a hand in it before.
        involved: Vec<StaffId>,
    },
    /// The award is past this verb, or not there yet.
    AwardOver {
        /// Where it stands.
        state: AwardState,
        /// Where the verb has its place.
        allowed: Vec<AwardState>,
    },
    /// Awards under way stand in the way.
    AwardsUnderWay {
        /// Those neither given nor ended.
        awards: Vec<AwardId>,
    },
    /// What the customer wants must be on record before something is offered.
    RemedyMissing,
    /// What is to be given is not what was approved.
    ApprovalBroken {
        /// What differs: `value`, `payee`, `record`.
        differs: &'static str,
    },
    /// It is no emergency award, or somebody has spoken to it already.
    NothingToRatify,
    /// Nobody writes, activates or resumes a grant that they hold, and nobody activates what they wrote.
    SelfGrant,
    /// The grant is past this verb, or not there yet.
    GrantOver {
        /// Where it stands.
        state: GrantState,
        /// Where the verb has its place.
        allowed: Vec<GrantState>,
    },
    /// The owner of an action neither allows it nor verifies it.
    OwnAction,
    /// The action is past this verb, or not there yet.
    ActionOver {
        /// Where it stands.
        state: ActionState,
        /// Where the verb has its place.
        allowed: Vec<ActionState>,
    },
    /// How an action will be judged is locked before it is in place.
    PlanMissing,
    /// An action is watched longer once; after that a lead decides.
    WatchExtended,
    /// The problem is past this verb, or not there yet.
    ProblemOver {
        /// Where it stands.
        state: ProblemState,
        /// Where the verb has its place.
        allowed: Vec<ProblemState>,
    },
    /// None of the problem's actions was judged to help.
    NoFixProven,
    /// The file is larger than one may be.
    FileTooLarge {
        /// Bytes at most.
        limit_bytes: u64,
    },
    /// The picture says it has more pixels than anybody could draw.
    PictureTooLarge {
        /// Pixels at most.
        limit_pixels: u64,
    },
    /// The files of the complaint would be too many, or too large together.
    TooManyFiles {
        /// Files at most.
        limit_files: usize,
        /// Bytes at most, together.
        limit_bytes: u64,
    },
    /// The file was taken out of sight, or erased, already.
    AttachmentOver {
        /// Where it stands.
        state: AttachmentState,
    },
    /// A grant above is not in force.
    ParentNotInForce {
        /// Which.
        grant: GrantId,
        /// Where it stands.
        state: GrantState,
    },
}

/// What an award goes beyond, and who may give it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Beyond {
    /// The limit that binds; nothing of the currency where no grant speaks of the award.
    pub limit: Money,
    /// What is left of it.
    pub remaining: Money,
    /// Which limit it is, as grants name it.
    pub limited_by: Option<&'static str>,
    /// Whose limit it is.
    pub grant: Option<GrantId>,
    /// Why none of the caller's grants speaks of the award.
    pub not_covered: Option<NotCovered>,
    /// Whose authority covers it, the lowest first.
    pub next_holders: Vec<NextHolder>,
}

/// Why a person cannot take a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotAReceiver {
    /// The one who offers.
    Oneself,
    /// Handles it already.
    AlreadyHandler,
    /// No longer works here.
    Disabled,
    /// Auditors write nothing.
    Auditor,
    /// The person complained about.
    ComplainedAbout,
    /// Took part in the handling complained of.
    KeptAway,
}

/// What closing still needs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Missing {
    /// In words of the trade: `substantive_reply`, `unanswered_points`, `open_promises`, `primary_cause`,
    /// `awards_under_way`, `customer_answer`, `external_body`, `second_decider`.
    pub missing: Vec<&'static str>,
    /// Where the complaint stands.
    pub stage: Option<Stage>,
    /// Customers without a delivered substantive reply.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub customers_without_reply: Vec<CustomerId>,
    /// Points no delivered reply has answered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unanswered_points: Vec<PointId>,
    /// Promises made or broken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open_promises: Vec<PromiseId>,
    /// Substantive replies that were sent but not yet reported as delivered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub undelivered_replies: Vec<ReplyId>,
    /// Awards neither given nor ended.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub awards_under_way: Vec<AwardId>,
}

/// What a person still holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct OpenDuties {
    /// Open complaints whose first contact the person is.
    pub first_contact: Vec<ComplaintId>,
    /// Open complaints the person handles.
    pub handler: Vec<ComplaintId>,
    /// Open promises the person is responsible for.
    pub promises: Vec<PromiseId>,
    /// Grants only the person holds, under which something was approved that is not given yet.
    pub grants: Vec<GrantId>,
    /// Corrective actions the person sees to.
    pub actions: Vec<ActionId>,
}

impl OpenDuties {
    /// Nothing is held any more.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first_contact.is_empty()
            && self.handler.is_empty()
            && self.promises.is_empty()
            && self.grants.is_empty()
            && self.actions.is_empty()
    }
}

impl Refusal {
    /// A field is wrong, and what was expected instead.
    pub fn field(field: impl Into<Cow<'static, str>>, expected: impl Into<Cow<'static, str>>) -> Self {
        Self::Field { field: field.into(), expected: expected.into() }
    }

    /// The name of this refusal, as in the address of its problem type.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::ReadOnly => "read-only",
            Self::NotYours { .. } => "not-yours",
            Self::ComplainedAbout => "complained-about",
            Self::KeptAway => "kept-away",
            Self::NotTheReceiver => "not-the-receiver",
            Self::AnotherDecider { .. } => "another-decider",
            Self::SecondPersonNeeded => "second-person-needed",
            Self::WrongStage { .. } => "wrong-stage",
            Self::HandoffPending { .. } => "handoff-pending",
            Self::HandoffOver { .. } => "handoff-over",
            Self::ArbitrationNeeded { .. } => "arbitration-needed",
            Self::SuccessionOver { .. } => "succession-over",
            Self::ReplyOver { .. } => "reply-over",
            Self::PromiseOver { .. } => "promise-over",
            Self::CannotClose(_) => "cannot-close",
            Self::OpenPromises { .. } => "open-promises",
            Self::AttemptsMissing { .. } => "attempts-missing",
            Self::AlreadyAnswered => "already-answered",
            Self::MergeIntoEarlier { .. } => "merge-into-earlier",
            Self::OtherClosed { .. } => "other-closed",
            Self::MergeLosesProtection => "merge-loses-protection",
            Self::NotMerged { .. } => "not-merged",
            Self::CustomerMerged { .. } => "customer-merged",
            Self::CustomerNotMerged { .. } => "customer-not-merged",
            Self::UnmergeFirst { .. } => "unmerge-first",
            Self::HandOverFirst { .. } => "hand-over-first",
            Self::ReopenWindowOver { .. } => "reopen-window-over",
            Self::FirstContactLeft { .. } => "first-contact-left",
            Self::OpenDuties(_) => "open-duties",
            Self::LastAdministrator => "last-administrator",
            Self::NoDuty { .. } => "no-duty",
            Self::NotAReceiver { .. } => "not-a-receiver",
            Self::Field { .. } => "invalid-field",
            Self::Taken { .. } => "taken",
            Self::Stale { .. } => "stale",
            Self::KeyReused => "key-reused",
            Self::LimitExceeded(_) => "limit-exceeded",
            Self::SelfApproval { .. } => "self-approval",
            Self::RelatedParty { .. } => "related-party",
            Self::ApprovedAlready => "approved-already",
            Self::AnotherPersonNeeded { .. } => "another-person-needed",
            Self::AwardOver { .. } => "award-over",
            Self::AwardsUnderWay { .. } => "awards-under-way",
            Self::RemedyMissing => "remedy-missing",
            Self::ApprovalBroken { .. } => "approval-broken",
            Self::NothingToRatify => "nothing-to-ratify",
            Self::SelfGrant => "self-grant",
            Self::GrantOver { .. } => "grant-over",
            Self::ParentNotInForce { .. } => "parent-not-in-force",
            Self::OwnAction => "own-action",
            Self::ActionOver { .. } => "action-over",
            Self::PlanMissing => "plan-missing",
            Self::WatchExtended => "watch-extended",
            Self::ProblemOver { .. } => "problem-over",
            Self::NoFixProven => "no-fix-proven",
            Self::FileTooLarge { .. } => "file-too-large",
            Self::PictureTooLarge { .. } => "picture-too-large",
            Self::TooManyFiles { .. } => "too-many-files",
            Self::AttachmentOver { .. } => "attachment-over",
        }
    }

    /// Does it say that somebody has not the authority? Such refusals go into the ledger.
    #[must_use]
    pub const fn is_of_authority(&self) -> bool {
        matches!(
            self,
            Self::LimitExceeded(_)
                | Self::SelfApproval { .. }
                | Self::RelatedParty { .. }
                | Self::ApprovedAlready
                | Self::AnotherPersonNeeded { .. }
                | Self::ApprovalBroken { .. }
                | Self::SelfGrant
                | Self::ParentNotInForce { .. }
                | Self::NotYours { .. }
                | Self::ComplainedAbout
                | Self::KeptAway
                | Self::ReadOnly
        )
    }
}
