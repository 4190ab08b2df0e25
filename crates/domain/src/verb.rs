//! What people, programs and timers may ask for. Each request body is the verb's own values, already checked.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::attachment::Attach;
use crate::award::{
    AmendAward, AnswerAward, BatchAward, BookAward, ExecuteAward, OfferAward, ProposeAward, RatifyAward,
};
use crate::code::{
    Answer, CauseRole, Channel, Confidence, Detail, Direction, Finding, LinkKind, ReplyKind, Severity,
};
use crate::customer::Complainant;
use crate::id::{
    AttachmentId, AwardId, CustomerId, HandoffId, PointId, PromiseId, ReplyId, StaffId, SuccessionId,
};
use crate::object::{maybe_object, object};
use crate::text::{Line, Narrative, Reason, Text};
use crate::time::{Day, Timestamp};
use crate::why::WhyStep;

/// A complaint named by its id or its reference.
pub type ComplaintRef = Text<64>;
/// A cause named by its id or its code.
pub type CauseRef = Text<64>;

bodies! {
    /// Takes a complaint. Three fields are enough.
    Log {
        /// How it came.
        channel: Channel,
        /// Who complains.
        #[serde(deserialize_with = "object")]
        customer: Complainant,
        /// What the customer says.
        narrative: Narrative,
        /// In one line.
        summary: Option<Line>,
        /// What it is about.
        product: Option<Line>,
        /// Where it happened.
        place: Option<Line>,
        /// The order it is about.
        order_ref: Option<Line>,
        /// What went wrong, in the customer's terms.
        category: Option<Line>,
        /// How grave; `minor` when not said.
        severity: Option<Severity>,
        /// When it happened.
        incident_at: Option<Timestamp>,
        /// When it reached the organisation, if before now.
        received_at: Option<Timestamp>,
        /// What the customer wants.
        desired_remedy: Option<Reason>,
        /// The things complained of, each of which needs an answer.
        #[serde(default)]
        points: Vec<Reason>,
        /// The person complained about.
        about_staff: Option<StaffId>,
        /// Who is to handle it. At once when the logger is the person complained about; otherwise an offer.
        handler: Option<StaffId>,
        /// Shown only to those with a duty, leads and auditors.
        #[serde(default)]
        restricted: bool,
        /// What the customer was promised in the same breath.
        #[serde(default, deserialize_with = "maybe_object")]
        promise: Option<MakePromise>,
        /// Settled there and then: decided, answered, accepted and closed with the receipt.
        #[serde(default, deserialize_with = "maybe_object")]
        settled: Option<Settled>,
        /// Files that go with it, sent in before.
        #[serde(default)]
        attachments: Vec<AttachmentId>,
    }
    /// Settled at first contact, in one transaction with the receipt; any refusal undoes all.
    Settled {
        /// What the customer was told.
        #[serde(deserialize_with = "object")]
        reply: SettledReply,
        /// What was found; `upheld` when not said.
        #[serde(default, deserialize_with = "maybe_object")]
        decision: Option<SettledDecision>,
        /// Why it happened; needed when upheld or partly upheld.
        #[serde(default, deserialize_with = "maybe_object")]
        cause: Option<SettledCause>,
        /// What the customer was given, within the logger's own authority.
        #[serde(default, deserialize_with = "maybe_object")]
        award: Option<ProposeAward>,
    }
    /// What the customer was told at first contact.
    SettledReply {
        /// How; the channel of the complaint when not said.
        channel: Option<Channel>,
        /// What.
        body: Narrative,
    }
    /// What was found at first contact.
    SettledDecision {
        /// What.
        outcome: Option<Finding>,
        /// Why.
        reasons: Option<Reason>,
        /// For a rejection: what the customer was offered instead, or why nothing.
        alternative: Option<Reason>,
        /// For a rejection: where the customer can go next.
        next_route: Option<Reason>,
    }
    /// Why it happened, as seen at first contact.
    SettledCause {
        /// Its id or code.
        cause: CauseRef,
        /// How sure; `suspected` when not said.
        confidence: Option<Confidence>,
        /// What was looked at.
        evidence: Option<Reason>,
    }
    /// Tells the customer who has the complaint and what comes next.
    Acknowledge {
        /// How.
        channel: Channel,
        /// What was said.
        body: Narrative,
    }
    /// Says how grave it is and what it is about; again at any open stage.
    Assess {
        /// How grave.
        severity: Option<Severity>,
        /// What went wrong.
        category: Option<Line>,
        /// What it is about.
        product: Option<Line>,
        /// Where it happened.
        place: Option<Line>,
        /// What the customer wants.
        desired_remedy: Option<Reason>,
        /// Further things complained of; none is ever taken away.
        #[serde(default)]
        points: Vec<Reason>,
        /// The person complained about.
        about_staff: Option<StaffId>,
        /// Shown only to those with a duty, leads and auditors.
        restricted: Option<bool>,
        /// When it happened.
        incident_at: Option<Timestamp>,
    }
    /// Asks someone to take over the handling.
    OfferHandoff {
        /// Whom.
        to: StaffId,
        /// Why.
        reason: Reason,
        /// What they are asked to do.
        request: Reason,
        /// What the customer has been promised.
        promised: Option<Reason>,
        /// When the offer lapses; after a day when not said.
        answer_by: Option<Timestamp>,
    }
    /// A reason and nothing else.
    Why {
        /// Why.
        reason: Reason,
    }
    /// Assigns the handling, with binding effect.
    Arbitrate {
        /// To whom.
        handler: StaffId,
        /// Why.
        reason: Reason,
    }
    /// Offers the duties of the first contact, or of another person, to a successor.
    OfferSuccession {
        /// The successor.
        to: StaffId,
        /// Why.
        reason: Reason,
        /// Whose duties; the first contact's when not said.
        from: Option<StaffId>,
    }
    /// Puts a question to the customer.
    AwaitCustomer {
        /// What is asked.
        question: Reason,
        /// By when an answer is hoped for.
        due_at: Timestamp,
    }
    /// The customer and the desk were in touch.
    RecordContact {
        /// How.
        channel: Channel,
        /// Who wrote or called whom.
        direction: Direction,
        /// What was said.
        body: Narrative,
        /// Whether the customer was reached; for what we send it is required.
        reached: Option<bool>,
        /// Files that go with it, sent in before.
        #[serde(default)]
        attachments: Vec<AttachmentId>,
    }
    /// An internal note.
    AddNote {
        /// What.
        body: Narrative,
        /// Files that go with it, sent in before.
        #[serde(default)]
        attachments: Vec<AttachmentId>,
    }
    /// A finding with its reasons.
    Decide {
        /// What was found.
        outcome: Finding,
        /// Why.
        reasons: Reason,
        /// For a rejection: what the customer is offered instead, or why nothing.
        alternative: Option<Reason>,
        /// For a rejection: where the customer can go next.
        next_route: Option<Reason>,
    }
    /// Sends the customer something.
    SendReply {
        /// What for.
        kind: ReplyKind,
        /// How.
        channel: Channel,
        /// What.
        body: Narrative,
        /// Whether it has reached the customer already (said on the phone, handed over).
        delivered: bool,
        /// Which points it answers.
        #[serde(default)]
        points_answered: Vec<PointId>,
        /// To whom; everyone who complained when not said.
        #[serde(default)]
        to: Vec<CustomerId>,
        /// Shown under the reference, for a customer without a contact route.
        #[serde(default)]
        posted: bool,
        /// Files that go with it, sent in before.
        #[serde(default)]
        attachments: Vec<AttachmentId>,
    }
    /// What the customer says to the answer.
    RecordAnswer {
        /// What.
        answer: Answer,
        /// How.
        channel: Channel,
    }
    /// Tells the customer something with a date.
    MakePromise {
        /// What, as the customer hears it.
        text: Reason,
        /// By when; kept to the minute, upwards.
        due_at: Timestamp,
        /// Who sees to it; whoever records it when not said.
        responsible: Option<StaffId>,
    }
    /// The promise was kept; the time of this record counts.
    KeepPromise {
        /// What shows it.
        evidence: Reason,
    }
    /// Puts another promise in its place.
    SupersedePromise {
        /// What, as the customer hears it.
        text: Reason,
        /// By when.
        due_at: Timestamp,
        /// How and when the customer agreed; without it the old promise is broken at once.
        consent: Option<Reason>,
        /// Why.
        reason: Reason,
    }
    /// Says why it happened.
    TagCause {
        /// Its id or code.
        cause: CauseRef,
        /// The part it played.
        role: CauseRole,
        /// How sure.
        confidence: Confidence,
        /// The chain of why-answers, from what happened to what lies behind it.
        #[serde(default)]
        whys: Vec<WhyStep>,
        /// The check that should have caught it.
        escape_point: Option<Reason>,
        /// What was looked at; required for `unknown`.
        evidence: Option<Reason>,
    }
    /// Ends it.
    Close {
        /// Why now.
        reason: Reason,
        /// For a deadlock: the external body the customer was told of.
        external_body: Option<Reason>,
    }
    /// The customer takes it back.
    Withdraw {
        /// Why.
        reason: Reason,
        /// How the customer said so.
        channel: Channel,
        /// What the customer is told all the same.
        #[serde(deserialize_with = "object")]
        reply: CourtesyReply,
    }
    /// What a customer who withdraws is told.
    CourtesyReply {
        /// How.
        channel: Channel,
        /// What.
        body: Narrative,
        /// Whether it has reached the customer already.
        delivered: bool,
    }
    /// Goes on under an earlier complaint.
    Merge {
        /// Which (id or reference).
        into: ComplaintRef,
        /// Why.
        reason: Option<Reason>,
        /// What it says that stays, in place of what the earlier one says.
        #[serde(default)]
        keep: Vec<Detail>,
    }
    /// Undoes a merge.
    Unmerge {
        /// Which complaint stands alone again (id or reference).
        complaint: ComplaintRef,
        /// Why.
        reason: Option<Reason>,
    }
    /// Belongs together with another.
    LinkTo {
        /// Which (id or reference).
        to: ComplaintRef,
        /// How.
        kind: LinkKind,
        /// Why.
        reason: Option<Reason>,
    }
    /// Laid before an external body.
    Refer {
        /// Which body.
        body: Line,
        /// When.
        date: Day,
        /// Its reference.
        reference: Line,
        /// Why.
        reason: Option<Reason>,
    }
}

/// A reason that may be left out.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MaybeWhy {
    /// Why.
    pub reason: Option<Reason>,
}

impl Verb {
    /// The other complaint a verb names.
    #[must_use]
    pub fn other(&self) -> Option<&ComplaintRef> {
        match self {
            Self::Merge(body) => Some(&body.into),
            Self::Unmerge(body) => Some(&body.complaint),
            Self::Link(body) => Some(&body.to),
            _ => None,
        }
    }

    /// The award a verb is done on; a new one has no name yet.
    #[must_use]
    pub fn award(&self) -> Option<AwardId> {
        match self {
            Self::AmendAward(id, _)
            | Self::ApproveAward(id)
            | Self::RefuseAward(id, _)
            | Self::WithdrawAward(id, _)
            | Self::OfferAward(id, _)
            | Self::AnswerAward(id, _)
            | Self::ExecuteAward(id, _)
            | Self::ReverseAward(id, _)
            | Self::HoldAward(id, _)
            | Self::RatifyAward(id, _)
            | Self::AwardLapses(id) => Some(*id),
            _ => None,
        }
    }

    /// What is done about an award, as the ledger names it.
    #[must_use]
    pub const fn award_verb(&self) -> &'static str {
        match self {
            Self::AmendAward(..) => "amend",
            Self::ApproveAward(_) => "approve",
            Self::RefuseAward(..) => "refuse",
            Self::WithdrawAward(..) => "withdraw",
            Self::OfferAward(..) => "offer",
            Self::AnswerAward(..) => "customer-answer",
            Self::ExecuteAward(..) => "execute",
            Self::ReverseAward(..) => "reverse",
            Self::HoldAward(..) => "hold",
            Self::RatifyAward(..) => "ratify",
            Self::BookAward(_) => "book",
            _ => "propose",
        }
    }

    /// Does this verb move the other complaint as well, or only look at it?
    #[must_use]
    pub fn moves_other(&self) -> bool {
        matches!(self, Self::Merge(_) | Self::Unmerge(_))
    }
}

/// One verb on one complaint.
#[derive(Debug, Clone)]
pub enum Verb {
    /// See [`Acknowledge`].
    Acknowledge(Acknowledge),
    /// See [`Assess`].
    Assess(Box<Assess>),
    /// See [`OfferHandoff`].
    OfferHandoff(OfferHandoff),
    /// The receiver takes the handling.
    AcceptHandoff(HandoffId),
    /// The receiver says no.
    DeclineHandoff(HandoffId, Why),
    /// The offerer takes the offer back.
    RecallHandoff(HandoffId, MaybeWhy),
    /// See [`Arbitrate`].
    Arbitrate(Arbitrate),
    /// See [`OfferSuccession`].
    OfferSuccession(OfferSuccession),
    /// The successor takes every duty.
    AcceptSuccession(SuccessionId),
    /// The successor says no.
    DeclineSuccession(SuccessionId, MaybeWhy),
    /// See [`AwaitCustomer`].
    AwaitCustomer(AwaitCustomer),
    /// See [`RecordContact`].
    RecordContact(RecordContact),
    /// See [`AddNote`].
    AddNote(AddNote),
    /// See [`Decide`].
    Decide(Decide),
    /// See [`SendReply`].
    SendReply(SendReply),
    /// The reply reached the customer.
    ReplyDelivered(ReplyId),
    /// The reply did not reach the customer.
    ReplyFailed(ReplyId, MaybeWhy),
    /// See [`RecordAnswer`].
    RecordAnswer(RecordAnswer),
    /// See [`MakePromise`].
    MakePromise(MakePromise),
    /// See [`KeepPromise`].
    KeepPromise(PromiseId, KeepPromise),
    /// See [`SupersedePromise`].
    SupersedePromise(PromiseId, SupersedePromise),
    /// The customer asked to let it go.
    VoidPromise(PromiseId, Why),
    /// A lead says why it will never be done.
    AbandonPromise(PromiseId, Why),
    /// See [`TagCause`].
    TagCause(TagCause),
    /// See [`Close`].
    Close(Close),
    /// Takes it up again.
    Reopen(Why),
    /// See [`Withdraw`].
    Withdraw(Withdraw),
    /// A second person finds that it is a test, spam or no complaint.
    Void(Why),
    /// See [`Merge`].
    Merge(Merge),
    /// See [`Unmerge`].
    Unmerge(Unmerge),
    /// See [`LinkTo`].
    Link(LinkTo),
    /// See [`Refer`].
    Refer(Refer),
    /// See [`Attach`].
    Attach(Attach),
    /// Takes a file out of sight.
    RemoveAttachment(AttachmentId, Why),
    /// Destroys the bytes and the name of a file.
    EraseAttachment(AttachmentId, Why),
    /// A timer: the offer was not answered in time.
    HandoffLapses(HandoffId),
    /// A timer: the promise is past its time.
    PromiseFallsDue(PromiseId),
    /// See [`ProposeAward`].
    ProposeAward(ProposeAward),
    /// One of many over one incident: see [`BatchAward`].
    ProposeOfBatch(Box<BatchAward>),
    /// See [`BookAward`].
    BookAward(Box<BookAward>),
    /// See [`AmendAward`].
    AmendAward(AwardId, AmendAward),
    /// Allows it, under the authority of whoever does.
    ApproveAward(AwardId),
    /// Does not allow it.
    RefuseAward(AwardId, Why),
    /// Takes it back before the customer knows.
    WithdrawAward(AwardId, MaybeWhy),
    /// See [`OfferAward`].
    OfferAward(AwardId, OfferAward),
    /// See [`AnswerAward`].
    AnswerAward(AwardId, AnswerAward),
    /// See [`ExecuteAward`].
    ExecuteAward(AwardId, ExecuteAward),
    /// Takes back what was given.
    ReverseAward(AwardId, Why),
    /// Stops it for review.
    HoldAward(AwardId, Why),
    /// See [`RatifyAward`].
    RatifyAward(AwardId, RatifyAward),
    /// A timer: the customer did not say in time.
    AwardLapses(AwardId),
}
