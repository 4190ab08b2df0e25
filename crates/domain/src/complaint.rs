//! A complaint as its history makes it. State moves only by [`Complaint::apply`].

use serde::{Deserialize, Serialize};

use crate::attachment::Attachment;
use crate::award::Award;
use crate::code::{
    AttachmentState, CauseRole, Channel, Closure, HandoffState, Severity, Stage, SuccessionState,
};
use crate::history::Details;
use crate::id::{AttachmentId, AwardId, ComplaintId, CustomerId, StaffId};
use crate::policy::Policy;
use crate::sight::Sight;
use crate::staff::Staff;
use crate::time::Timestamp;

mod apply;
mod awards;
mod parts;

pub use apply::fold;
pub use awards::award_of;
pub use parts::{
    Awaiting, BeforeMerge, CauseTag, Contact, CustomerAnswer, Decision, Handoff, Link, Merged, Point,
    Promise, Referral, Reply, Succession,
};

/// One complaint. Free text is not here: each part names the fact (`seq`) beside which its text is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own, in any combination")]
pub struct Complaint {
    /// Which.
    pub id: ComplaintId,
    /// The last fact; a change made on an older one is refused.
    pub version: i64,
    /// Where it stands.
    pub stage: Stage,
    /// 1, and one more for each dispute or reopening.
    pub cycle: u32,
    /// How it ended, while it is closed.
    pub closure: Option<Closure>,
    /// Apart in every rate.
    pub counted_apart: bool,
    /// How it came.
    pub channel: Channel,
    /// The language of the customer.
    pub language: Option<String>,
    /// Who complained.
    pub customer: Option<CustomerId>,
    /// Who wrote it down.
    pub logged_by: StaffId,
    /// Who is responsible until the customer has a real answer (I-01).
    pub first_contact: StaffId,
    /// Who works on it.
    pub handler: StaffId,
    /// Who worked on it before.
    pub former_handlers: Vec<StaffId>,
    /// The person complained about.
    pub about_staff: Option<StaffId>,
    /// Shown only to those with a duty, leads and auditors.
    pub restricted: bool,
    /// Who took part in the handling complained of.
    pub kept_away: Vec<StaffId>,
    /// The teams of those.
    pub kept_away_teams: Vec<String>,
    /// How grave.
    pub severity: Severity,
    /// What it is about.
    pub product: Option<String>,
    /// Where it happened.
    pub place: Option<String>,
    /// What went wrong.
    pub category: Option<String>,
    /// The earliest contact; nothing moves it (I-20).
    pub received_at: Timestamp,
    /// When it was written down.
    pub logged_at: Timestamp,
    /// When it happened.
    pub incident_at: Option<Timestamp>,
    /// By when what is due, counted from receipt.
    pub due: Due,
    /// Came from a file.
    pub imported: bool,
    /// When the customer first heard that it is in hand.
    pub acknowledged_at: Option<Timestamp>,
    /// When the customer first had a real answer; stops the first-reply clock and no other (I-28).
    pub first_replied_at: Option<Timestamp>,
    /// When it was closed, while it is.
    pub closed_at: Option<Timestamp>,
    /// Since when the customer waits for us: the last thing they wrote, or receipt.
    pub waiting_since: Option<Timestamp>,
    /// The question put to the customer that has no answer yet.
    pub awaiting: Option<Awaiting>,
    /// Where the customer's wish is kept.
    pub desired_remedy_seq: Option<i64>,
    /// The things complained of.
    pub points: Vec<Point>,
    /// When the customer and the desk were in touch.
    pub contacts: Vec<Contact>,
    /// Offers of the handling.
    pub handoffs: Vec<Handoff>,
    /// Declines since the handling last moved.
    pub declines: u32,
    /// Offers of all duties.
    pub successions: Vec<Succession>,
    /// What was sent.
    pub replies: Vec<Reply>,
    /// What was promised.
    pub promises: Vec<Promise>,
    /// What was found.
    pub decisions: Vec<Decision>,
    /// What the customer says to the answer of this cycle.
    pub answer: Option<CustomerAnswer>,
    /// Why it happened.
    pub causes: Vec<CauseTag>,
    /// What belongs together.
    pub links: Vec<Link>,
    /// External bodies.
    pub referrals: Vec<Referral>,
    /// The earlier complaint under which it goes on.
    pub merged_into: Option<ComplaintId>,
    /// How it stood before it was merged, while it is.
    pub before_merge: Option<BeforeMerge>,
    /// The later complaints that go on here.
    pub merged: Vec<Merged>,
    /// What the customer wants is on record.
    #[serde(default)]
    pub remedy_known: bool,
    /// What the customer is given.
    #[serde(default)]
    pub awards: Vec<Award>,
    /// Files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// By when what is due. Waiting inside the desk pauses none of it (I-22).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The acknowledgement.
    pub acknowledge: Timestamp,
    /// The first substantive reply.
    pub reply: Timestamp,
    /// The end.
    pub resolve: Timestamp,
}

impl Due {
    /// The due times of a complaint, from its receipt alone (I-20, I-21).
    #[must_use]
    pub fn from_receipt(received_at: Timestamp, policy: &Policy) -> Self {
        let after = |days| received_at.plus_days(days).up_to_the_minute();
        Self {
            acknowledge: after(policy.acknowledge_days),
            reply: after(policy.reply_days),
            resolve: after(policy.resolve_days),
        }
    }
}

impl Complaint {
    /// Everything but closed is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.stage != Stage::Closed
    }

    /// The handoff that waits for its receiver; there is at most one.
    #[must_use]
    pub fn pending_handoff(&self) -> Option<&Handoff> {
        self.handoffs.iter().find(|h| h.state == HandoffState::Offered)
    }

    /// The successions that wait for their successors.
    pub fn pending_successions(&self) -> impl Iterator<Item = &Succession> {
        self.successions.iter().filter(|s| s.state == SuccessionState::Offered)
    }

    /// Everyone for whom an offer waits.
    #[must_use]
    pub fn receivers(&self) -> Vec<StaffId> {
        self.pending_handoff()
            .map(|h| h.to)
            .into_iter()
            .chain(self.pending_successions().map(|s| s.to))
            .collect()
    }

    /// Promises made or broken.
    pub fn open_promises(&self) -> impl Iterator<Item = &Promise> {
        self.promises.iter().filter(|p| p.state.is_open())
    }

    /// Awards neither given nor ended.
    pub fn awards_under_way(&self) -> impl Iterator<Item = &Award> {
        self.awards.iter().filter(|a| !a.state.is_settled())
    }

    /// One award.
    #[must_use]
    pub fn award(&self, id: AwardId) -> Option<&Award> {
        self.awards.iter().find(|a| a.id == id)
    }

    /// One file.
    #[must_use]
    pub fn attachment(&self, id: AttachmentId) -> Option<&Attachment> {
        self.attachments.iter().find(|a| a.id == id)
    }

    /// Files that can be had.
    pub fn kept_attachments(&self) -> impl Iterator<Item = &Attachment> {
        self.attachments.iter().filter(|a| a.state == AttachmentState::Kept)
    }

    /// The finding of this cycle.
    #[must_use]
    pub fn decision(&self) -> Option<&Decision> {
        self.decisions.iter().rfind(|d| d.cycle == self.cycle)
    }

    /// The one cause it is counted under (I-54).
    #[must_use]
    pub fn primary_cause(&self) -> Option<&CauseTag> {
        self.causes.iter().find(|t| t.role == CauseRole::Primary && t.superseded_by.is_none())
    }

    /// Everyone who complained: the customer of this complaint, and of those merged into it.
    #[must_use]
    pub fn customers(&self) -> Vec<CustomerId> {
        let mut all: Vec<CustomerId> = self.customer.into_iter().collect();
        for customer in self.merged.iter().flat_map(|m| &m.customers) {
            if !all.contains(customer) {
                all.push(*customer);
            }
        }
        all
    }

    /// Substantive replies that reached the customer, or were posted for one who cannot be reached, in this cycle.
    pub fn answers_of_this_cycle(&self) -> impl Iterator<Item = &Reply> {
        self.replies.iter().filter(|r| r.cycle == self.cycle && r.answers())
    }

    /// The soonest of what is still due, by which the list `due` is sorted.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        if !self.is_open() {
            None
        } else if self.acknowledged_at.is_none() {
            Some(self.due.acknowledge)
        } else if self.first_replied_at.is_none() {
            Some(self.due.reply)
        } else {
            Some(self.due.resolve)
        }
    }

    /// Those who keep sight of a restricted complaint by present duty: logger, first contact, handler, whoever is
    /// offered it, whoever holds an open promise. Leads and auditors see it besides.
    #[must_use]
    pub fn in_sight_of(&self) -> Vec<StaffId> {
        let mut all = vec![self.logged_by, self.first_contact, self.handler];
        all.extend(self.receivers());
        all.extend(self.open_promises().map(|p| p.responsible));
        all.sort_unstable();
        all.dedup();
        all
    }

    /// What decides who may know of the complaint.
    #[must_use]
    pub fn sight(&self) -> Sight {
        let only = self.restricted.then(|| self.in_sight_of());
        Sight { about_staff: self.about_staff, logged_by: self.logged_by, only }
    }

    /// May this person know of the complaint at all?
    #[must_use]
    pub fn visible_to(&self, staff: &Staff) -> bool {
        self.sight().admits(staff)
    }

    /// What it says of itself that it is counted by.
    #[must_use]
    pub fn details(&self) -> Details {
        Details {
            severity: Some(self.severity),
            category: self.category.clone(),
            product: self.product.clone(),
            place: self.place.clone(),
            incident_at: self.incident_at,
        }
    }

    /// Is this person to be kept out of handling, deciding, voiding: complained about, or part of the handling
    /// complained of (I-09, I-10)?
    #[must_use]
    pub fn keeps_out(&self, staff: &Staff) -> bool {
        self.about_staff == Some(staff.id) || self.keeps_away(staff)
    }

    /// Did this person, or the team of this person, take part in the handling complained of?
    #[must_use]
    pub fn keeps_away(&self, staff: &Staff) -> bool {
        self.kept_away.contains(&staff.id)
            || staff.team.as_ref().is_some_and(|team| self.kept_away_teams.contains(team))
    }

    /// What this person holds here, if anything.
    #[must_use]
    pub fn has_duty(&self, staff: StaffId) -> bool {
        (self.is_open() && (self.first_contact == staff || self.handler == staff))
            || self.open_promises().any(|p| p.responsible == staff)
    }

    /// Everyone who has ever handled this complaint.
    #[must_use]
    pub fn handlers_ever(&self) -> Vec<StaffId> {
        let mut all = self.former_handlers.clone();
        all.extend(self.replies.iter().map(|r| r.by));
        all.extend(self.decisions.iter().map(|d| d.by));
        all.extend([self.first_contact, self.handler]);
        all.sort_unstable();
        all.dedup();
        all
    }
}
