//! The verbs: each takes the state, who asks and the time, and gives facts or a refusal.

mod answering;
mod attaching;
mod awarding;
mod closing;
mod deciding;
mod intake;
mod merging;
mod owning;
mod promising;
mod undoing;

pub use intake::{Intake, Logged};

use std::collections::{BTreeMap, BTreeSet};

use crate::attachment::Uploads;
use crate::authority::Authority;
use crate::cause::Cause;
use crate::code::Stage;
use crate::complaint::Complaint;
use crate::history::{Actor, Entry, Fact, Texts};
use crate::id::{AttachmentId, NewId, StaffId};
use crate::money::Currency;
use crate::policy::Policy;
use crate::refusal::{NotAReceiver, Refusal};
use crate::staff::Staff;
use crate::time::Timestamp;
use crate::verb::{CauseRef, ComplaintRef, Verb};

/// Who asks, when, and under which policy.
pub struct Context<'a> {
    /// The person who asks; nobody when a timer does.
    pub actor: Option<&'a Staff>,
    /// The present.
    pub now: Timestamp,
    /// The figures in force.
    pub policy: &'a Policy,
    /// Where identifiers of new parts come from.
    pub new_id: NewId<'a>,
    /// What was looked up for this verb.
    pub known: &'a Known,
}

/// What a verb needs to know beyond its own complaint.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// People.
    pub staff: Vec<StaffId>,
    /// The other complaint.
    pub complaint: Option<ComplaintRef>,
    /// The cause.
    pub cause: Option<CauseRef>,
    /// Whether anyone who complained can be reached at all.
    pub contact_route: bool,
    /// What the caller may give, and what was given before.
    pub authority: Option<AuthorityNeed>,
    /// Files that were sent in.
    pub uploads: Vec<AttachmentId>,
}

/// For which awards the caller's authority must be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityNeed {
    /// In which currency.
    pub currency: Currency,
    /// Over which incident.
    pub incident: Option<String>,
}

/// What was looked up; what is missing here does not exist, or the caller may not know of it.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// People by id.
    pub staff: BTreeMap<StaffId, Staff>,
    /// The other complaint.
    pub complaint: Option<Box<Complaint>>,
    /// The cause.
    pub cause: Option<Cause>,
    /// Someone who complained, in this complaint or one merged into it, has a telephone number or an e-mail address.
    pub contact_route: bool,
    /// What the caller may give, and what was given before.
    pub authority: Authority,
    /// People the caller is related to by declaration.
    pub related: BTreeSet<StaffId>,
    /// People at the desk who are the customer: their e-mail address is one of the customer's.
    pub customer_is: Vec<StaffId>,
    /// Files that were sent in.
    pub uploads: Uploads,
}

/// A fact with the text that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The fact, in its place.
    pub entry: Entry,
    /// Its text.
    pub text: Texts,
}

/// What a verb did.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The complaint after all steps.
    pub complaint: Complaint,
    /// The steps, in order; none when a timer came too late to matter.
    pub steps: Vec<Step>,
    /// The other complaint and its steps, for merging and unmerging.
    pub other: Option<(Complaint, Vec<Step>)>,
}

impl Verb {
    /// What must be looked up before this verb can be decided.
    #[must_use]
    pub fn needs(&self, complaint: &Complaint) -> Needs {
        let staff = |ids: &[Option<StaffId>]| Needs {
            staff: ids.iter().flatten().copied().collect(),
            ..Needs::default()
        };
        let own = [Some(complaint.first_contact), Some(complaint.handler)];
        let mut needs = match self {
            Self::Assess(body) => staff(&[body.about_staff]),
            Self::OfferHandoff(body) => staff(&[Some(body.to)]),
            Self::Arbitrate(body) => staff(&[Some(body.handler)]),
            Self::OfferSuccession(body) => staff(&[Some(body.to), body.from]),
            Self::MakePromise(body) => staff(&[body.responsible]),
            Self::Reopen(_) => staff(&own),
            Self::TagCause(body) => Needs { cause: Some(body.cause.clone()), ..Needs::default() },
            Self::SendReply(_) => Needs { contact_route: true, ..Needs::default() },
            Self::Link(_) => {
                let receivers = complaint.receivers().into_iter().map(Some);
                staff(&own.into_iter().chain(receivers).collect::<Vec<_>>())
            }
            Self::ProposeAward(body) => {
                authority(complaint, AuthorityNeed { currency: body.value.currency, incident: None })
            }
            Self::BookAward(body) => {
                authority(complaint, AuthorityNeed { currency: body.paid.value.currency, incident: None })
            }
            Self::ApproveAward(id)
            | Self::RefuseAward(id, _)
            | Self::ExecuteAward(id, _)
            | Self::ReverseAward(id, _)
            | Self::HoldAward(id, _)
            | Self::RatifyAward(id, _) => match complaint.award(*id) {
                Some(award) => {
                    let incident = award.incident.clone();
                    authority(complaint, AuthorityNeed { currency: award.value.currency, incident })
                }
                None => Needs::default(),
            },
            Self::ProposeOfBatch(body) => {
                let incident = Some(body.incident.as_str().to_owned());
                authority(complaint, AuthorityNeed { currency: body.value.currency, incident })
            }
            _ => Needs::default(),
        };
        needs.complaint = self.other().cloned();
        needs.uploads = self.uploads().to_vec();
        needs
    }

    /// People of the other complaint that must be looked up as well.
    #[must_use]
    pub fn needs_of_other(&self, other: &Complaint) -> Vec<StaffId> {
        match self {
            Self::Link(_) => other.handlers_ever(),
            Self::Unmerge(_) => vec![other.first_contact, other.handler],
            _ => Vec::new(),
        }
    }
}

fn authority(complaint: &Complaint, need: AuthorityNeed) -> Needs {
    Needs { staff: vec![complaint.first_contact], authority: Some(need), ..Needs::default() }
}

impl Complaint {
    /// Does a verb, or says why not. Nothing else moves a complaint.
    ///
    /// # Errors
    /// The refusal with its facts; nothing has changed then.
    pub fn perform(&self, verb: &Verb, context: &mut Context<'_>) -> Result<Outcome, Refusal> {
        if let Some(actor) = context.actor
            && !self.visible_to(actor)
        {
            return Err(Refusal::NotFound);
        }
        let mut work = Work::on(self.clone(), context);
        work.run(verb)?;
        Ok(Outcome { complaint: work.complaint, steps: work.steps, other: work.other })
    }
}

/// A verb under way: the complaint as it stands after the steps so far.
struct Work<'w, 'a> {
    complaint: Complaint,
    steps: Vec<Step>,
    other: Option<(Complaint, Vec<Step>)>,
    context: &'w mut Context<'a>,
}

impl<'w, 'a> Work<'w, 'a> {
    fn on(complaint: Complaint, context: &'w mut Context<'a>) -> Self {
        Self { complaint, steps: Vec::new(), other: None, context }
    }

    fn run(&mut self, verb: &Verb) -> Result<(), Refusal> {
        match verb {
            Verb::Acknowledge(body) => self.acknowledge(body),
            Verb::Assess(body) => self.assess(body),
            Verb::OfferHandoff(body) => self.offer_handoff(body),
            Verb::AcceptHandoff(id) => self.accept_handoff(*id),
            Verb::DeclineHandoff(id, why) => self.decline_handoff(*id, why),
            Verb::RecallHandoff(id, why) => self.recall_handoff(*id, why),
            Verb::HandoffLapses(id) => self.handoff_lapses(*id),
            Verb::Arbitrate(body) => self.arbitrate(body),
            Verb::OfferSuccession(body) => self.offer_succession(body),
            Verb::AcceptSuccession(id) => self.accept_succession(*id),
            Verb::DeclineSuccession(id, why) => self.decline_succession(*id, why),
            Verb::AwaitCustomer(body) => self.await_customer(body),
            Verb::RecordContact(body) => self.record_contact(body),
            Verb::AddNote(body) => self.add_note(body),
            Verb::Attach(body) => self.attach_alone(&body.attachments),
            Verb::RemoveAttachment(id, why) => self.remove_attachment(*id, why),
            Verb::EraseAttachment(id, why) => self.erase_attachment(*id, why),
            Verb::Decide(body) => self.decide(body),
            Verb::SendReply(body) => self.send_reply(body),
            Verb::ReplyDelivered(id) => self.reply_delivered(*id),
            Verb::ReplyFailed(id, why) => self.reply_failed(*id, why),
            Verb::RecordAnswer(body) => self.record_answer(body),
            Verb::MakePromise(body) => self.make_promise(body),
            Verb::KeepPromise(id, body) => self.keep_promise(*id, body),
            Verb::SupersedePromise(id, body) => self.supersede_promise(*id, body),
            Verb::VoidPromise(id, why) => self.void_promise(*id, why),
            Verb::AbandonPromise(id, why) => self.abandon_promise(*id, why),
            Verb::PromiseFallsDue(id) => self.promise_falls_due(*id),
            Verb::TagCause(body) => self.tag_cause(body),
            Verb::Close(body) => self.close(body),
            Verb::Reopen(why) => self.reopen(why),
            Verb::Withdraw(body) => self.withdraw(body),
            Verb::Void(why) => self.void(why),
            Verb::Merge(body) => self.merge(body),
            Verb::Unmerge(body) => self.unmerge(body),
            Verb::Link(body) => self.link(body),
            Verb::Refer(body) => self.refer(body),
            Verb::ProposeAward(body) => self.propose_award(body, None).map(drop),
            Verb::ProposeOfBatch(body) => {
                self.propose_award(&body.each(), Some(body.incident.as_str())).map(drop)
            }
            Verb::BookAward(body) => self.book_award(body),
            Verb::AmendAward(id, body) => self.amend_award(*id, body),
            Verb::ApproveAward(id) => self.approve_award(*id),
            Verb::RefuseAward(id, why) => self.refuse_award(*id, why),
            Verb::WithdrawAward(id, why) => self.withdraw_award(*id, why),
            Verb::OfferAward(id, body) => self.offer_award(*id, body),
            Verb::AnswerAward(id, body) => self.answer_award(*id, body),
            Verb::ExecuteAward(id, body) => self.execute_award(*id, body),
            Verb::ReverseAward(id, why) => self.reverse_award(*id, why),
            Verb::HoldAward(id, why) => self.hold_award(*id, why),
            Verb::RatifyAward(id, body) => self.ratify_award(*id, body),
            Verb::AwardLapses(id) => self.award_lapses(*id),
        }
    }

    /// Records the next fact and moves the state by it.
    fn record(&mut self, fact: Fact, text: Texts) {
        let entry = self.entry(self.complaint.version + 1, fact);
        self.complaint.apply(&entry);
        self.steps.push(Step { entry, text });
    }

    fn entry(&self, seq: i64, fact: Fact) -> Entry {
        let actor = self.context.actor.map_or(Actor::System, |s| Actor::Staff(s.id));
        Entry { seq, at: self.context.now, actor, fact }
    }

    /// Who asks, if it is a person who may write and is not the one complained about.
    fn writer(&self) -> Result<&'a Staff, Refusal> {
        let actor = self.context.actor.ok_or(Refusal::NotYours { allowed: vec!["staff"] })?;
        if !actor.can_hold_duty() {
            return Err(Refusal::ReadOnly);
        }
        if self.complaint.about_staff == Some(actor.id) {
            return Err(Refusal::ComplainedAbout);
        }
        Ok(actor)
    }

    /// Who asks, if it is the first contact, the handler or a lead.
    fn in_charge(&self) -> Result<&'a Staff, Refusal> {
        let actor = self.writer()?;
        if actor.is_lead() || [self.complaint.first_contact, self.complaint.handler].contains(&actor.id) {
            Ok(actor)
        } else {
            Err(Refusal::NotYours { allowed: vec!["first_contact", "handler", "lead"] })
        }
    }

    /// Who asks, if it is a lead.
    fn lead(&self) -> Result<&'a Staff, Refusal> {
        let actor = self.writer()?;
        if actor.is_lead() { Ok(actor) } else { Err(Refusal::NotYours { allowed: vec!["lead"] }) }
    }

    fn at_stage(&self, allowed: &[Stage]) -> Result<(), Refusal> {
        let stage = self.complaint.stage;
        if allowed.contains(&stage) {
            Ok(())
        } else {
            Err(Refusal::WrongStage { stage, allowed: allowed.to_vec() })
        }
    }

    /// The person named in a field, if they can take a duty on this complaint.
    fn receiver(&self, field: &'static str, id: StaffId) -> Result<&'a Staff, Refusal> {
        receiver(self.context.known, &self.complaint, field, id)
    }
}

fn receiver<'k>(
    known: &'k Known,
    complaint: &Complaint,
    field: &'static str,
    id: StaffId,
) -> Result<&'k Staff, Refusal> {
    let staff = known
        .staff
        .get(&id)
        .ok_or_else(|| Refusal::field(field, "expected the id of a person at the desk"))?;
    let refused = |why| Err(Refusal::NotAReceiver { field: field.into(), why });
    if !staff.active {
        refused(NotAReceiver::Disabled)
    } else if !staff.can_hold_duty() {
        refused(NotAReceiver::Auditor)
    } else if complaint.about_staff == Some(id) {
        refused(NotAReceiver::ComplainedAbout)
    } else if complaint.keeps_away(staff) {
        refused(NotAReceiver::KeptAway)
    } else {
        Ok(staff)
    }
}

/// A due time as it is kept: in the future, to the minute, upwards.
pub(crate) fn due(field: &'static str, at: Timestamp, now: Timestamp) -> Result<Timestamp, Refusal> {
    if at <= now {
        return Err(Refusal::field(field, "expected an instant in the future"));
    }
    if at > now.plus_days(36_525) {
        return Err(Refusal::field(field, "expected an instant within a hundred years"));
    }
    Ok(at.up_to_the_minute())
}

/// An instant of the past as it is kept.
fn past(field: &'static str, at: Option<Timestamp>, now: Timestamp) -> Result<(), Refusal> {
    match at {
        Some(at) if at > now => Err(Refusal::field(field, "expected an instant that is not in the future")),
        Some(at) if at < Timestamp::EARLIEST => {
            Err(Refusal::field(field, "expected an instant after the year 1900"))
        }
        _ => Ok(()),
    }
}

/// The texts of a fact, leaving out what was not said.
fn texts<'t>(fields: impl IntoIterator<Item = (&'t str, Option<String>)>) -> Texts {
    fields.into_iter().filter_map(|(field, text)| Some((field.to_owned(), text?))).collect()
}

/// A text that may be missing, as it is kept.
fn maybe<const MAX: usize>(text: Option<&crate::text::Text<MAX>>) -> Option<String> {
    text.map(|t| t.as_str().to_owned())
}
