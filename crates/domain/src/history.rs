//! Facts: what happened to a complaint, in order, never changed afterwards.
//!
//! A fact holds identifiers, codes, numbers and times. Names, contact routes and free text live in erasable rows
//! beside it, so that a person can be forgotten while the history still folds to the same state.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::authority::Weighed;
use crate::code::{
    Answer, AwardType, Basis, CauseRole, Channel, Closure, Confidence, Detail, Direction, Finding, LinkKind,
    Media, Ratification, ReplyKind, ReplyState, Severity,
};
use crate::complaint::Due;
use crate::id::{
    AttachmentId, AwardId, CauseId, ComplaintId, CustomerId, HandoffId, PointId, PromiseId, ReplyId, StaffId,
    SuccessionId,
};
use crate::money::Money;
use crate::time::{Day, Timestamp};

/// The free text that belongs to one fact, by field; erasable.
pub type Texts = BTreeMap<String, String>;

/// The field under which the text of a point is kept, beside the fact that named the point.
#[must_use]
pub fn point_field(point: PointId) -> String {
    format!("point:{point}")
}

/// Who caused a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A person at the desk.
    Staff(StaffId),
    /// A timer, with nobody signed in.
    System,
}

/// One line of the history.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its place, from 1 without gaps; the last one is the complaint's version.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What.
    pub fact: Fact,
}

/// What can happen to a complaint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "snake_case")]
pub enum Fact {
    /// A complaint was taken; its first contact is set in the same fact.
    Received(Box<Received>),
    /// The customer was told who has it and what comes next.
    Acknowledged {
        /// How.
        channel: Channel,
    },
    /// Graver, elsewhere, about something else: only what changed is named.
    Assessed(Box<Assessed>),
    /// Someone is asked to take over the handling.
    HandoffOffered {
        /// This offer.
        handoff: HandoffId,
        /// Who asks.
        from: StaffId,
        /// Who is asked.
        to: StaffId,
        /// When it lapses.
        answer_by: Timestamp,
    },
    /// The receiver handles it now.
    HandoffAccepted {
        /// Which offer.
        handoff: HandoffId,
        /// Who handled it before.
        from: StaffId,
        /// Who handles it now.
        to: StaffId,
    },
    /// The receiver said no.
    HandoffDeclined {
        /// Which offer.
        handoff: HandoffId,
    },
    /// The offer was taken back, or the complaint ended.
    HandoffRecalled {
        /// Which offer.
        handoff: HandoffId,
    },
    /// Nobody answered in time; the handler is who it was.
    HandoffLapsed {
        /// Which offer.
        handoff: HandoffId,
    },
    /// A lead assigned the handling.
    HandlerAssigned {
        /// Who handled it before.
        from: StaffId,
        /// Who handles it now.
        to: StaffId,
    },
    /// Someone is asked to take over every duty of another.
    SuccessionOffered {
        /// This offer.
        succession: SuccessionId,
        /// Whose duties.
        from: StaffId,
        /// Who is asked.
        to: StaffId,
    },
    /// The duties have passed.
    SuccessionAccepted {
        /// Which offer.
        succession: SuccessionId,
        /// Whose duties they were.
        from: StaffId,
        /// Whose they are.
        to: StaffId,
        /// The first contact passed.
        first_contact: bool,
        /// The handling passed.
        handler: bool,
        /// The open promises that passed.
        promises: Vec<PromiseId>,
    },
    /// The successor said no.
    SuccessionDeclined {
        /// Which offer.
        succession: SuccessionId,
    },
    /// The offer was taken back or replaced.
    SuccessionRecalled {
        /// Which offer.
        succession: SuccessionId,
    },
    /// The customer was asked something; no statutory clock pauses.
    CustomerAwaited {
        /// By when an answer is hoped for.
        due_at: Timestamp,
    },
    /// The customer and the desk were in touch.
    ContactRecorded {
        /// How.
        channel: Channel,
        /// Who wrote or called whom.
        direction: Direction,
        /// Whether the customer was reached.
        reached: bool,
    },
    /// An internal note.
    NoteAdded {},
    /// A file was attached; its name is text beside this fact.
    Attached {
        /// Which.
        attachment: AttachmentId,
        /// Bytes.
        size: u64,
        /// SHA-256 of its bytes, in hexadecimal.
        sha256: String,
        /// What its first bytes say it is.
        media: Media,
        /// The note, contact or reply it came with.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        with: Option<i64>,
    },
    /// A file was taken out of sight.
    AttachmentRemoved {
        /// Which.
        attachment: AttachmentId,
    },
    /// The bytes and the name of a file were destroyed.
    AttachmentErased {
        /// Which.
        attachment: AttachmentId,
    },
    /// A finding with its reasons.
    Decided {
        /// What was found.
        outcome: Finding,
    },
    /// Something was sent to the customer.
    ReplySent {
        /// This reply.
        reply: ReplyId,
        /// What for.
        reply_kind: ReplyKind,
        /// How.
        channel: Channel,
        /// To whom; empty for an anonymous complaint.
        to: Vec<CustomerId>,
        /// Which points it answers.
        points_answered: Vec<PointId>,
        /// Whether it has reached the customer already.
        state: ReplyState,
    },
    /// The reply reached the customer.
    ReplyDelivered {
        /// Which.
        reply: ReplyId,
    },
    /// The reply did not reach the customer.
    ReplyFailed {
        /// Which.
        reply: ReplyId,
    },
    /// What the customer says to the answer.
    CustomerAnswered {
        /// What.
        answer: Answer,
        /// How.
        channel: Channel,
    },
    /// The customer was told something with a date.
    PromiseMade {
        /// This promise.
        promise: PromiseId,
        /// By when.
        due_at: Timestamp,
        /// Who sees to it.
        responsible: StaffId,
        /// The promise it replaces.
        replaces: Option<PromiseId>,
    },
    /// Done in time.
    PromiseKept {
        /// Which.
        promise: PromiseId,
    },
    /// Not done in time, or moved without the customer's consent.
    PromiseBroken {
        /// Which.
        promise: PromiseId,
    },
    /// Replaced with the customer's consent before it was due.
    PromiseSuperseded {
        /// Which.
        promise: PromiseId,
    },
    /// Given up at the customer's request.
    PromiseVoided {
        /// Which.
        promise: PromiseId,
    },
    /// Done, too late.
    PromiseKeptLate {
        /// Which.
        promise: PromiseId,
    },
    /// Never to be done; a lead said why.
    PromiseAbandoned {
        /// Which.
        promise: PromiseId,
    },
    /// Why it happened.
    CauseTagged {
        /// Which cause.
        cause: CauseId,
        /// The part it played.
        role: CauseRole,
        /// How sure.
        confidence: Confidence,
        /// The chain of whys ends at something the organisation does not control.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        external: bool,
    },
    /// Done, and how.
    Closed {
        /// How.
        closure: Closure,
        /// Apart in every rate: the customer could not be reached at all.
        counted_apart: bool,
    },
    /// Taken up again in a new cycle.
    Reopened {
        /// The new cycle.
        cycle: u32,
    },
    /// Gone on under an earlier complaint.
    MergedInto {
        /// The earlier one.
        complaint: ComplaintId,
    },
    /// A later complaint goes on here.
    MergeTaken {
        /// The later one.
        complaint: ComplaintId,
        /// Its customers, each of whom gets a reply of their own.
        customers: Vec<CustomerId>,
        /// Its points, each of which needs an answer.
        points: Vec<PointId>,
        /// What it says that stays, in place of what stood here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kept: Option<Box<Details>>,
    },
    /// The merge was a mistake: this complaint stands alone again.
    MergeUndone {},
    /// The merge was a mistake: that complaint no longer goes on here.
    MergeReleased {
        /// The later one.
        complaint: ComplaintId,
    },
    /// Belongs together with another complaint.
    Linked {
        /// The other one.
        to: ComplaintId,
        /// How.
        link: LinkKind,
        /// For `about_handling`: who is kept away.
        kept_away: Vec<StaffId>,
        /// For `about_handling`: which teams are kept away.
        kept_away_teams: Vec<String>,
    },
    /// Laid before an external body; the duty here continues.
    Referred {
        /// When.
        date: Day,
    },
    /// Somebody asks that the customer be given something.
    AwardProposed {
        /// This award.
        award: AwardId,
        /// What.
        award_type: AwardType,
        /// On which ground.
        basis: Basis,
        /// How much.
        value: Money,
        /// The incident it is one of many over.
        incident: Option<String>,
        /// Beyond the limits, because it could not wait.
        emergency: bool,
    },
    /// Asked for on other terms; approvals of the old ones are void.
    AwardAmended {
        /// Which.
        award: AwardId,
        /// How much now.
        value: Money,
    },
    /// Allowed, under the grant that is cited.
    AwardApproved {
        /// Which.
        award: AwardId,
        /// The chain, its limits and what was used, as they stood.
        cited: Box<Weighed>,
        /// The team of whoever approved.
        unit: Option<String>,
        /// No further approval is needed.
        complete: bool,
    },
    /// Not allowed.
    AwardRefused {
        /// Which.
        award: AwardId,
    },
    /// Taken back before the customer knew.
    AwardWithdrawn {
        /// Which.
        award: AwardId,
    },
    /// Told to the customer.
    AwardOffered {
        /// Which.
        award: AwardId,
        /// How.
        channel: Channel,
        /// Until when the customer may say.
        answer_by: Timestamp,
    },
    /// The customer takes it.
    AwardAccepted {
        /// Which.
        award: AwardId,
        /// How the customer said so.
        channel: Channel,
    },
    /// The customer does not take it.
    AwardDeclined {
        /// Which.
        award: AwardId,
        /// How the customer said so.
        channel: Channel,
    },
    /// The customer did not say in time.
    AwardLapsed {
        /// Which.
        award: AwardId,
    },
    /// Given.
    AwardExecuted {
        /// Which.
        award: AwardId,
    },
    /// Given, and taken back.
    AwardReversed {
        /// Which.
        award: AwardId,
        /// The authority under which it was taken back.
        cited: Box<Weighed>,
    },
    /// Stopped for review; it must be approved anew.
    AwardHeld {
        /// Which.
        award: AwardId,
    },
    /// A holder spoke to an emergency award.
    AwardRatified {
        /// Which.
        award: AwardId,
        /// What was said.
        outcome: Ratification,
    },
}

/// The codes of all that can happen, in the order of [`Fact`].
pub const KINDS: &[&str] = &[
    "received",
    "acknowledged",
    "assessed",
    "handoff_offered",
    "handoff_accepted",
    "handoff_declined",
    "handoff_recalled",
    "handoff_lapsed",
    "handler_assigned",
    "succession_offered",
    "succession_accepted",
    "succession_declined",
    "succession_recalled",
    "customer_awaited",
    "contact_recorded",
    "note_added",
    "attached",
    "attachment_removed",
    "attachment_erased",
    "decided",
    "reply_sent",
    "reply_delivered",
    "reply_failed",
    "customer_answered",
    "promise_made",
    "promise_kept",
    "promise_broken",
    "promise_superseded",
    "promise_voided",
    "promise_kept_late",
    "promise_abandoned",
    "cause_tagged",
    "closed",
    "reopened",
    "merged_into",
    "merge_taken",
    "merge_undone",
    "merge_released",
    "linked",
    "referred",
    "award_proposed",
    "award_amended",
    "award_approved",
    "award_refused",
    "award_withdrawn",
    "award_offered",
    "award_accepted",
    "award_declined",
    "award_lapsed",
    "award_executed",
    "award_reversed",
    "award_held",
    "award_ratified",
];

/// A complaint was taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Received {
    /// How it came.
    pub channel: Channel,
    /// The language the customer wants to be answered in.
    pub language: Option<String>,
    /// Who complained; nobody for an anonymous complaint.
    pub customer: Option<CustomerId>,
    /// What it is about.
    pub product: Option<String>,
    /// Where it happened.
    pub place: Option<String>,
    /// What went wrong, in the customer's terms.
    pub category: Option<String>,
    /// How grave.
    pub severity: Severity,
    /// The earliest contact in the organisation.
    pub received_at: Timestamp,
    /// When it happened.
    pub incident_at: Option<Timestamp>,
    /// Who wrote it down.
    pub logged_by: StaffId,
    /// Who stays responsible until the customer has a real answer.
    pub first_contact: StaffId,
    /// Who works on it.
    pub handler: StaffId,
    /// The person complained about.
    pub about_staff: Option<StaffId>,
    /// Shown only to those with a duty, leads and auditors.
    pub restricted: bool,
    /// The things complained of, one by one.
    pub points: Vec<PointId>,
    /// By when what is due.
    pub due: Due,
    /// Came from a file.
    pub imported: bool,
    /// What the customer wants is on record, as text beside this fact.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub desired_remedy: bool,
}

/// What an assessment changed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Assessed {
    /// How grave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// What went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Where it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Further things complained of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<PointId>,
    /// The person complained about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about_staff: Option<StaffId>,
    /// Shown only to those with a duty, leads and auditors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restricted: Option<bool>,
    /// When it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident_at: Option<Timestamp>,
    /// The customer's wish is now on record, as text beside this fact.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub desired_remedy: bool,
}

/// What a complaint says of itself that it is counted by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// How grave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// What went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Where it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// When it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident_at: Option<Timestamp>,
}

impl Details {
    /// Only one of them; nothing where it is not said.
    #[must_use]
    pub fn only(&self, detail: Detail) -> Option<Self> {
        let none = Self::default();
        let one = match detail {
            Detail::Severity => Self { severity: self.severity, ..none },
            Detail::Category => Self { category: self.category.clone(), ..none },
            Detail::Product => Self { product: self.product.clone(), ..none },
            Detail::Place => Self { place: self.place.clone(), ..none },
            Detail::IncidentAt => Self { incident_at: self.incident_at, ..none },
        };
        (one != Self::default()).then_some(one)
    }

    /// Those of `other`, and what stands here where it says nothing.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            severity: other.severity.or(self.severity),
            category: other.category.or(self.category),
            product: other.product.or(self.product),
            place: other.place.or(self.place),
            incident_at: other.incident_at.or(self.incident_at),
        }
    }

    /// What stood `before` comes back wherever what was `kept` stands here still.
    pub(crate) fn give_back(&mut self, kept: &Self, before: &Self) {
        fn one<T: Clone + PartialEq>(here: &mut Option<T>, kept: Option<&T>, before: Option<&T>) {
            if kept.is_some() && here.as_ref() == kept {
                *here = before.cloned();
            }
        }
        one(&mut self.severity, kept.severity.as_ref(), before.severity.as_ref());
        one(&mut self.category, kept.category.as_ref(), before.category.as_ref());
        one(&mut self.product, kept.product.as_ref(), before.product.as_ref());
        one(&mut self.place, kept.place.as_ref(), before.place.as_ref());
        one(&mut self.incident_at, kept.incident_at.as_ref(), before.incident_at.as_ref());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_listed() {
        let unknown = serde_json::from_str::<Fact>("{\"kind\":\"?\",\"body\":{}}").unwrap_err().to_string();
        // "unknown variant `?`, expected one of `received`, …"
        let known: Vec<&str> = unknown.split('`').skip(3).step_by(2).collect();
        assert_eq!(known, KINDS);
    }
}
