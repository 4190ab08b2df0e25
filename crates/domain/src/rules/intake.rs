//! Taking a complaint: the first contact is set in the same fact as the receipt.

use std::collections::BTreeMap;

use crate::cause::Cause;
use crate::code::{Answer, CauseRole, Closure, Confidence, Finding, ReplyKind, ReplyState, Severity};
use crate::complaint::{Complaint, Due};
use crate::history::{Actor, Entry, Fact, Received, Texts, point_field};
use crate::id::{ComplaintId, CustomerId, PointId, StaffId};
use crate::import::ImportedComplaint;
use crate::lists::name_key;
use crate::refusal::{NotAReceiver, Refusal};
use crate::staff::Staff;
use crate::text::{Line, Reason};
use crate::verb::{Log, Settled};

use super::{Context, Step, Work, maybe, past, receiver, texts};

/// What is known when a complaint is taken.
pub struct Intake {
    /// The identifier it will have.
    pub id: ComplaintId,
    /// Who complained, found or newly recorded; nobody for an anonymous complaint.
    pub customer: Option<CustomerId>,
    /// The language on record for the customer.
    pub language: Option<String>,
}

/// A complaint as taken.
#[derive(Debug, Clone)]
pub struct Logged {
    /// The complaint after all steps.
    pub complaint: Complaint,
    /// The steps, the receipt first.
    pub steps: Vec<Step>,
}

impl Log {
    /// The people this call names.
    #[must_use]
    pub fn staff(&self) -> Vec<StaffId> {
        let promised = self.promise.as_ref().and_then(|p| p.responsible);
        [self.about_staff, self.handler, promised].into_iter().flatten().collect()
    }

    /// The award this call makes.
    #[must_use]
    pub fn award(&self) -> Option<&crate::award::ProposeAward> {
        self.settled.as_ref()?.award.as_ref()
    }

    /// The cause this call names.
    #[must_use]
    pub fn cause(&self) -> Option<&crate::verb::CauseRef> {
        Some(&self.settled.as_ref()?.cause.as_ref()?.cause)
    }
}

impl Complaint {
    /// Takes a complaint. The one who logs it is its first contact.
    ///
    /// # Errors
    /// The refusal with its facts; nothing has been taken then.
    pub fn log(log: &Log, intake: &Intake, context: &mut Context<'_>) -> Result<Logged, Refusal> {
        let logger = context.actor.ok_or(Refusal::NotYours { allowed: vec!["staff"] })?;
        if !logger.can_hold_duty() {
            return Err(Refusal::ReadOnly);
        }
        past("received_at", log.received_at, context.now)?;
        past("incident_at", log.incident_at, context.now)?;
        if let Some(about) = log.about_staff
            && !context.known.staff.contains_key(&about)
        {
            return Err(Refusal::field("about_staff", "expected the id of a person at the desk"));
        }
        let points: Vec<PointId> = log.points.iter().map(|_| PointId((context.new_id)())).collect();
        let mut text = texts([
            ("narrative", maybe(Some(&log.narrative))),
            ("summary", maybe(log.summary.as_ref())),
            ("desired_remedy", maybe(log.desired_remedy.as_ref())),
            ("order_ref", maybe(log.order_ref.as_ref())),
        ]);
        text.extend(point_texts(&points, &log.points));
        let received_at = log.received_at.unwrap_or(context.now);
        let fact = Fact::Received(Box::new(Received {
            channel: log.channel,
            language: intake.language.clone(),
            customer: intake.customer,
            product: maybe(log.product.as_ref()),
            place: maybe(log.place.as_ref()),
            category: maybe(log.category.as_ref()),
            severity: log.severity.unwrap_or(Severity::Minor),
            received_at,
            incident_at: log.incident_at,
            logged_by: logger.id,
            first_contact: logger.id,
            handler: first_handler(log, logger)?,
            about_staff: log.about_staff,
            restricted: log.restricted,
            points: points.clone(),
            due: Due::from_receipt(received_at, context.policy),
            imported: false,
            desired_remedy: log.desired_remedy.is_some(),
        }));
        let mut work = Work::receive(intake.id, fact, text, context)?;
        work.attach_to_this(&log.attachments)?;
        if log.about_staff == Some(logger.id) {
            receiver(work.context.known, &work.complaint, "handler", work.complaint.handler)?;
        } else if let Some(handler) = log.handler.filter(|h| *h != logger.id) {
            let answer_by = work.context.now.plus_days(work.context.policy.handoff_days).up_to_the_minute();
            work.offer_handling("handler", logger.id, handler, answer_by, Texts::new())?;
        }
        if let Some(promise) = &log.promise {
            // Whoever the complaint is about keeps no promise on it.
            let own = if log.about_staff == Some(logger.id) { work.complaint.handler } else { logger.id };
            work.promise(promise, own).map_err(|r| within("promise", r))?;
        }
        if let Some(settled) = &log.settled {
            work.settle(log, settled, points, logger)?;
        }
        Ok(Logged { complaint: work.complaint, steps: work.steps })
    }

    /// Takes a complaint from a file; finished rows are closed as imported, exempt from the reply rules.
    ///
    /// # Errors
    /// The importer cannot be a first contact.
    pub fn import(
        row: &ImportedComplaint,
        intake: &Intake,
        context: &mut Context<'_>,
    ) -> Result<Logged, Refusal> {
        let first_contact = context.actor.filter(|s| s.can_hold_duty()).ok_or(Refusal::ReadOnly)?.id;
        past("received_at", Some(row.received_at), context.now)?;
        past("incident_at", row.incident_at, context.now)?;
        let text = words_of(row);
        let fact = Fact::Received(Box::new(Received {
            channel: row.channel,
            language: intake.language.clone(),
            customer: intake.customer,
            product: maybe(row.product.as_ref()),
            place: maybe(row.place.as_ref()),
            category: maybe(row.category.as_ref()),
            severity: row.severity.unwrap_or(Severity::Minor),
            received_at: row.received_at,
            incident_at: row.incident_at,
            logged_by: first_contact,
            first_contact,
            handler: first_contact,
            about_staff: None,
            restricted: false,
            points: Vec::new(),
            due: Due::from_receipt(row.received_at, context.policy),
            imported: true,
            desired_remedy: row.desired_remedy.is_some(),
        }));
        let mut work = Work::receive(intake.id, fact, text, context)?;
        if row.closed {
            work.record(Fact::Closed { closure: Closure::Imported, counted_apart: true }, Texts::new());
        }
        Ok(Logged { complaint: work.complaint, steps: work.steps })
    }
}

fn words_of(row: &ImportedComplaint) -> Texts {
    texts([
        ("narrative", maybe(Some(&row.narrative))),
        ("summary", maybe(row.summary.as_ref())),
        ("desired_remedy", maybe(row.desired_remedy.as_ref())),
        ("order_ref", maybe(row.order_ref.as_ref())),
    ])
}

impl ImportedComplaint {
    /// Did a row say this before, when it was received? What may have gone on since in the other system does not count:
    /// whether it is finished, what was paid, and how its customer is reached; nor how names are spelled, since those on
    /// a list were written as the list had them.
    pub fn is_what_came(&self, fact: &Fact, text: &Texts) -> bool {
        let Fact::Received(came) = fact else { return false };
        let key = |word: &Option<String>| word.as_deref().map(name_key);
        let labels = |words: [&Option<Line>; 3]| words.map(|word| key(&maybe(word.as_ref())));
        *text == words_of(self)
            && (came.received_at, came.incident_at, came.channel)
                == (self.received_at, self.incident_at, self.channel)
            && [key(&came.product), key(&came.place), key(&came.category)]
                == labels([&self.product, &self.place, &self.category])
    }
}

/// Who handles it at first: the logger, unless the complaint is about the logger, who then names another.
fn first_handler(log: &Log, logger: &Staff) -> Result<StaffId, Refusal> {
    if log.about_staff != Some(logger.id) {
        return Ok(logger.id);
    }
    match log.handler {
        Some(handler) if handler != logger.id => Ok(handler),
        Some(_) => Err(Refusal::NotAReceiver { field: "handler".into(), why: NotAReceiver::ComplainedAbout }),
        None => Err(Refusal::field(
            "handler",
            "expected another person: this complaint is about the one who logs it",
        )),
    }
}

pub(super) fn point_texts(ids: &[PointId], points: &[Reason]) -> BTreeMap<String, String> {
    ids.iter().zip(points).map(|(id, text)| (point_field(*id), text.as_str().to_owned())).collect()
}

/// Names a field inside another.
fn within(outer: &str, refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Field { field, expected } => {
            Refusal::Field { field: format!("{outer}.{field}").into(), expected }
        }
        Refusal::NotAReceiver { field, why } => {
            Refusal::NotAReceiver { field: format!("{outer}.{field}").into(), why }
        }
        other => other,
    }
}

impl<'w, 'a> Work<'w, 'a> {
    fn receive(
        id: ComplaintId,
        fact: Fact,
        text: Texts,
        context: &'w mut Context<'a>,
    ) -> Result<Self, Refusal> {
        let actor = context.actor.map_or(Actor::System, |s| Actor::Staff(s.id));
        let entry = Entry { seq: 1, at: context.now, actor, fact };
        let complaint = Complaint::begin(id, &entry).ok_or(Refusal::NotFound)?;
        Ok(Self { complaint, steps: vec![Step { entry, text }], other: None, context })
    }

    /// Decided, answered, accepted and closed in one breath, each as a fact of its own.
    fn settle(
        &mut self,
        log: &Log,
        settled: &Settled,
        points: Vec<PointId>,
        logger: &Staff,
    ) -> Result<(), Refusal> {
        if self.complaint.about_staff == Some(logger.id) {
            return Err(Refusal::ComplainedAbout);
        }
        let decision = settled.decision.as_ref();
        let outcome = decision.and_then(|d| d.outcome).unwrap_or(Finding::Upheld);
        let (reasons, alternative, next_route) = decision.map_or((None, None, None), |d| {
            (d.reasons.as_ref(), d.alternative.as_ref(), d.next_route.as_ref())
        });
        if outcome == Finding::Rejected && reasons.is_none() {
            return Err(Refusal::field("settled.decision.reasons", "expected the reasons of the rejection"));
        }
        self.record_decision(outcome, reasons, alternative, next_route)
            .map_err(|r| within("settled.decision", r))?;
        let channel = settled.reply.channel.unwrap_or(log.channel);
        let body = texts([("body", maybe(Some(&settled.reply.body)))]);
        let to = self.complaint.customers();
        self.send(ReplyKind::Substantive, channel, to, points, ReplyState::Delivered, body);
        self.record(Fact::CustomerAnswered { answer: Answer::Accepted, channel: log.channel }, Texts::new());
        if let Some(tag) = &settled.cause {
            let cause = self.cause_named("settled.cause.cause")?;
            evidence_for(&cause, tag.evidence.as_ref(), "settled.cause.evidence")?;
            let confidence = tag.confidence.unwrap_or(Confidence::Suspected);
            let role = CauseRole::Primary;
            let fact = Fact::CauseTagged { cause: cause.id, role, confidence, external: false };
            self.record(fact, texts([("evidence", maybe(tag.evidence.as_ref()))]));
        }
        if let Some(award) = &settled.award {
            self.settle_award(award, log.channel).map_err(|r| match r {
                Refusal::Field { ref field, .. } if field == "desired_remedy" => r,
                other => within("settled.award", other),
            })?;
        }
        self.finish(Texts::new(), false)
    }
}

/// `unknown` is a finding too: it takes evidence of what was looked at (I-16).
pub(super) fn evidence_for(
    cause: &Cause,
    evidence: Option<&Reason>,
    field: &'static str,
) -> Result<(), Refusal> {
    if cause.code == crate::cause::UNKNOWN && evidence.is_none() {
        return Err(Refusal::field(field, "expected what was looked at before giving up"));
    }
    Ok(())
}
