//! Giving the customer something: asked for, allowed under a grant that is cited, offered, taken, given.

use crate::authority::{Case, Claim, NotCovered, Weighed, weigh};
use crate::award::{
    AmendAward, AnswerAward, Award, AwardAnswer, BookAward, ExecuteAward, OfferAward, ProposeAward,
    RatifyAward,
};
use crate::code::{AwardState, Channel, Stage};
use crate::complaint::Complaint;
use crate::history::{Fact, Texts};
use crate::id::{AwardId, StaffId};
use crate::money::{MOST, Money};
use crate::refusal::{Beyond, Refusal};
use crate::staff::Staff;
use crate::verb::{MaybeWhy, Why};

use super::{Work, due, maybe, texts};

impl Work<'_, '_> {
    /// Asks; within the asker's own authority it is approved in the same step. A limit never stands in the way of asking.
    pub(super) fn propose_award(
        &mut self,
        body: &ProposeAward,
        incident: Option<&str>,
    ) -> Result<AwardId, Refusal> {
        let actor = self.in_charge()?;
        if self.complaint.keeps_away(actor) {
            return Err(Refusal::KeptAway);
        }
        self.at_stage(Stage::OPEN)?;
        worth_something(body.value)?;
        let claim = self.claim(body, incident.is_some());
        let own = self.own_authority(actor, &[], &claim);
        let emergency = body.emergency && is_emergency(actor, &own, &claim)?;
        let award = self.record_proposal(body, incident, emergency);
        if let Ok(weighed) = own
            && (emergency || alone(body.value, &weighed).is_ok())
        {
            self.record_approval(actor, award, weighed, true);
        }
        Ok(award)
    }

    fn record_proposal(&mut self, body: &ProposeAward, incident: Option<&str>, emergency: bool) -> AwardId {
        let award = AwardId((self.context.new_id)());
        let fact = Fact::AwardProposed {
            award,
            award_type: body.kind,
            basis: body.basis,
            value: body.value,
            incident: incident.map(ToOwned::to_owned),
            emergency,
        };
        let text = texts([("reason", maybe(Some(&body.reason))), ("payee", maybe(body.payee.as_ref()))]);
        self.record(fact, text);
        award
    }

    pub(super) fn amend_award(&mut self, id: AwardId, body: &AmendAward) -> Result<(), Refusal> {
        self.in_charge()?;
        let award = self.award_at(id, &[AwardState::Proposed, AwardState::Approved, AwardState::Held])?;
        let value = body.value.unwrap_or(award.value);
        worth_something(value)?;
        if value.currency != award.value.currency {
            let expected =
                format!("expected {}: for another currency, propose another award", award.value.currency);
            return Err(Refusal::field("value.currency", expected));
        }
        let text = texts([("reason", maybe(Some(&body.reason))), ("payee", maybe(body.payee.as_ref()))]);
        self.record(Fact::AwardAmended { award: id, value }, text);
        Ok(())
    }

    /// By somebody whose authority covers it, who had no hand in asking for it.
    pub(super) fn approve_award(&mut self, id: AwardId) -> Result<(), Refusal> {
        let actor = self.writer()?;
        if self.complaint.keeps_away(actor) {
            return Err(Refusal::KeptAway);
        }
        let award = self.award_at(id, &[AwardState::Proposed, AwardState::Held])?;
        if award.askers().contains(&actor.id) {
            return Err(Refusal::SelfApproval { askers: award.askers() });
        }
        if award.approvals.iter().any(|a| a.by == actor.id) {
            return Err(Refusal::ApprovedAlready);
        }
        let claim = self.claim_of(&award);
        let weighed = self.own_authority(actor, &award.askers(), &claim)?;
        if weighed.remaining() < award.value.minor {
            return Err(beyond(award.value, &weighed));
        }
        let needed = weighed.others_needed(award.value.minor).unwrap_or(1);
        let complete = u32::try_from(award.approvals.len()).unwrap_or(u32::MAX).saturating_add(1) >= needed;
        self.record_approval(actor, id, weighed, complete);
        Ok(())
    }

    fn record_approval(&mut self, actor: &Staff, award: AwardId, weighed: Weighed, complete: bool) {
        let (cited, unit) = (Box::new(weighed), actor.team.clone());
        self.record(Fact::AwardApproved { award, cited, unit, complete }, Texts::new());
    }

    /// By a lead, or by somebody with an authority that speaks of such awards, whatever its limit; not by who asked.
    pub(super) fn refuse_award(&mut self, id: AwardId, why: &Why) -> Result<(), Refusal> {
        let actor = self.writer()?;
        let award = self.award_at(id, &[AwardState::Proposed, AwardState::Held])?;
        if award.askers().contains(&actor.id) {
            return Err(Refusal::SelfApproval { askers: award.askers() });
        }
        let claim = self.claim_of(&award);
        if !actor.is_lead() {
            self.own_authority(actor, &award.askers(), &claim)?;
        }
        self.record(Fact::AwardRefused { award: id }, texts([("reason", maybe(Some(&why.reason)))]));
        Ok(())
    }

    /// Before the customer knows of it.
    pub(super) fn withdraw_award(&mut self, id: AwardId, why: &MaybeWhy) -> Result<(), Refusal> {
        let actor = self.writer()?;
        let award = self.award_at(id, &[AwardState::Proposed, AwardState::Approved, AwardState::Held])?;
        if !award.askers().contains(&actor.id) {
            self.in_charge()?;
        }
        self.record(Fact::AwardWithdrawn { award: id }, texts([("reason", maybe(why.reason.as_ref()))]));
        Ok(())
    }

    /// Tells the customer; what they want must be on record first.
    pub(super) fn offer_award(&mut self, id: AwardId, body: &OfferAward) -> Result<(), Refusal> {
        self.in_charge()?;
        self.award_at(id, &[AwardState::Approved])?;
        if !self.complaint.remedy_known {
            return Err(Refusal::RemedyMissing);
        }
        let answer_by = match body.answer_by {
            Some(at) => due("answer_by", at, self.context.now)?,
            None => self.context.now.plus_days(self.context.policy.award_answer_days).up_to_the_minute(),
        };
        let channel = body.channel.unwrap_or(self.complaint.channel);
        self.record(Fact::AwardOffered { award: id, channel, answer_by }, Texts::new());
        Ok(())
    }

    pub(super) fn answer_award(&mut self, id: AwardId, body: &AnswerAward) -> Result<(), Refusal> {
        self.in_charge()?;
        self.award_at(id, &[AwardState::Offered])?;
        let channel = body.channel.unwrap_or(self.complaint.channel);
        self.record(
            match body.answer {
                AwardAnswer::Accepted => Fact::AwardAccepted { award: id, channel },
                AwardAnswer::Declined => Fact::AwardDeclined { award: id, channel },
            },
            Texts::new(),
        );
        Ok(())
    }

    /// A timer: the customer did not say in time.
    pub(super) fn award_lapses(&mut self, id: AwardId) -> Result<(), Refusal> {
        let award = self.complaint.award(id).ok_or(Refusal::NotFound)?;
        let over = award.answer_by.is_some_and(|at| at <= self.context.now);
        if award.state == AwardState::Offered && over {
            self.record(Fact::AwardLapsed { award: id }, Texts::new());
        }
        Ok(())
    }

    /// Gives what was approved, no other amount, to no other payee. Whether the grant is still in force is not asked again
    /// (I-41, I-48): an ordinary revocation leaves what was approved standing, one for cause has held it.
    pub(super) fn execute_award(&mut self, id: AwardId, body: &ExecuteAward) -> Result<(), Refusal> {
        let actor = self.writer()?;
        let award = self.award_at(id, &[AwardState::Accepted])?;
        if body.value.is_some_and(|value| value != award.value) {
            return Err(Refusal::ApprovalBroken { differs: "value" });
        }
        self.no_party(actor, &[])?;
        let above = award.approvals.iter().any(|a| a.cited.others_needed(award.value.minor).is_some());
        let mut involved = award.askers();
        involved.extend(award.approvals.iter().map(|a| a.by));
        if above && involved.contains(&actor.id) {
            involved.sort_unstable();
            involved.dedup();
            return Err(Refusal::AnotherPersonNeeded { involved });
        }
        self.record(Fact::AwardExecuted { award: id }, texts([("evidence", maybe(body.evidence.as_ref()))]));
        Ok(())
    }

    /// Takes back what was given, by somebody whose authority speaks of an award of that size. It frees what the case, the
    /// customer and the incident may get, since it came back; what its approver may give in a period stays used.
    pub(super) fn reverse_award(&mut self, id: AwardId, why: &Why) -> Result<(), Refusal> {
        let actor = self.writer()?;
        let award = self.award_at(id, &[AwardState::Executed])?;
        let claim = self.claim_of(&award);
        let weighed = self.own_authority(actor, &[], &claim)?;
        if !weighed.bounds.iter().all(|b| b.limit >= award.value.minor) {
            return Err(beyond(award.value, &weighed));
        }
        let cited = Box::new(weighed);
        let text = texts([("reason", maybe(Some(&why.reason)))]);
        self.record(Fact::AwardReversed { award: id, cited }, text);
        Ok(())
    }

    /// Stops it for review, by whoever is in charge, or by a holder; it goes on after a new approval. When a grant is
    /// revoked for cause, what was approved under it is stopped, the first of two approvals too.
    pub(super) fn hold_award(&mut self, id: AwardId, why: &Why) -> Result<(), Refusal> {
        if let Some(actor) = self.context.actor {
            let may = self.in_charge().is_ok();
            self.writer()?;
            let award = self.award_at(id, HOLDABLE)?;
            let claim = self.claim_of(&award);
            if !may {
                self.own_authority(actor, &[], &claim)?;
            }
        } else {
            self.award_at(id, STOPPABLE)?;
        }
        self.record(Fact::AwardHeld { award: id }, texts([("reason", maybe(Some(&why.reason)))]));
        Ok(())
    }

    /// What a holder whose authority would have covered it says to an emergency award.
    pub(super) fn ratify_award(&mut self, id: AwardId, body: &RatifyAward) -> Result<(), Refusal> {
        let actor = self.writer()?;
        let award = self.complaint.award(id).cloned().ok_or(Refusal::NotFound)?;
        if !award.emergency || award.ratification.is_some() || award.decided_at.is_none() {
            return Err(Refusal::NothingToRatify);
        }
        let mut involved = award.askers();
        involved.extend(award.approvals.iter().map(|a| a.by));
        if involved.contains(&actor.id) {
            return Err(Refusal::SelfApproval { askers: involved });
        }
        let claim = self.claim_of(&award);
        let weighed = self.own_authority(actor, &award.askers(), &claim)?;
        if !weighed.bounds.iter().all(|b| b.limit >= award.value.minor) {
            return Err(beyond(award.value, &weighed));
        }
        let text = texts([("reason", maybe(Some(&body.reason)))]);
        self.record(Fact::AwardRatified { award: id, outcome: body.outcome }, text);
        Ok(())
    }

    /// Settled there and then: allowed, offered, taken and given in one breath, each a fact of its own.
    pub(super) fn settle_award(&mut self, body: &ProposeAward, channel: Channel) -> Result<(), Refusal> {
        if !self.complaint.remedy_known {
            let expected = "expected what the customer wants, before something is given";
            return Err(Refusal::field("desired_remedy", expected));
        }
        let id = self.propose_award(body, None)?;
        let award = self.complaint.award(id).cloned().ok_or(Refusal::NotFound)?;
        if award.state != AwardState::Approved {
            return Err(self.why_not_approved(&award));
        }
        let answer_by = self.context.now.up_to_the_minute();
        self.record(Fact::AwardOffered { award: id, channel, answer_by }, Texts::new());
        self.record(Fact::AwardAccepted { award: id, channel }, Texts::new());
        self.execute_award(id, &ExecuteAward { evidence: None, value: None, payee: None })
    }

    /// Puts on record what another system paid for a complaint that came from it: asked for, allowed under the grant that
    /// is named, given. The complaint may be over; what the customer was told there, nobody here knows.
    pub(super) fn book_award(&mut self, body: &BookAward) -> Result<(), Refusal> {
        let actor = self.writer()?;
        if !self.complaint.imported {
            return Err(Refusal::field("complaint", "expected a complaint that came from a file"));
        }
        if self.complaint.keeps_away(actor) {
            return Err(Refusal::KeptAway);
        }
        let BookAward { grant, paid } = body;
        worth_something(paid.value)?;
        self.no_party(actor, &[])?;
        let own = &self.context.known.authority;
        let chain = own.chains.iter().find(|chain| chain.first().is_some_and(|g| g.id == *grant));
        let chain = chain.ok_or_else(|| no_authority(paid.value, None))?;
        let weighed = weigh(chain, &self.claim(paid, false), &own.used, self.context.now)
            .map_err(|why| no_authority(paid.value, Some(why)))?;
        alone(paid.value, &weighed)?;
        let award = self.record_proposal(paid, None, false);
        self.record_approval(actor, award, weighed, true);
        self.record(Fact::AwardExecuted { award }, Texts::new());
        Ok(())
    }

    /// Why whoever asked could not approve it in the same step.
    fn why_not_approved(&self, award: &Award) -> Refusal {
        let Some(actor) = self.context.actor else { return Refusal::NotYours { allowed: vec!["staff"] } };
        match self.own_authority(actor, &[], &self.claim_of(award)) {
            Err(refusal) => refusal,
            Ok(weighed) => {
                alone(award.value, &weighed).err().unwrap_or_else(|| beyond(award.value, &weighed))
            }
        }
    }

    /// No award is left neither given nor ended (I-15).
    pub(super) fn no_awards_under_way(&self) -> Result<(), Refusal> {
        let awards: Vec<AwardId> = self.complaint.awards_under_way().map(|a| a.id).collect();
        if awards.is_empty() { Ok(()) } else { Err(Refusal::AwardsUnderWay { awards }) }
    }

    fn award_at(&self, id: AwardId, allowed: &[AwardState]) -> Result<Award, Refusal> {
        let award = self.complaint.award(id).ok_or(Refusal::NotFound)?;
        if allowed.contains(&award.state) {
            Ok(award.clone())
        } else {
            Err(Refusal::AwardOver { state: award.state, allowed: allowed.to_vec() })
        }
    }

    /// What a person may give here and now, once it is sure that they are no party to it (I-44).
    fn own_authority(&self, actor: &Staff, askers: &[StaffId], claim: &Claim) -> Result<Weighed, Refusal> {
        self.no_party(actor, askers)?;
        let own = &self.context.known.authority;
        own.best(claim, self.context.now).map_err(|why| no_authority(claim.value, why))
    }

    /// Neither the customer, nor related to the customer or to whoever asked.
    fn no_party(&self, actor: &Staff, askers: &[StaffId]) -> Result<(), Refusal> {
        let known = self.context.known;
        let near = |id: &&StaffId| **id == actor.id || known.related.contains(*id);
        if let Some(customer) = known.customer_is.iter().find(near) {
            return Err(Refusal::RelatedParty { staff: *customer });
        }
        match askers.iter().find(|id| known.related.contains(id)) {
            Some(asker) => Err(Refusal::RelatedParty { staff: *asker }),
            None => Ok(()),
        }
    }

    fn claim(&self, body: &ProposeAward, batch: bool) -> Claim {
        Claim { kind: body.kind, basis: body.basis, value: body.value, batch, case: self.case() }
    }

    fn claim_of(&self, award: &Award) -> Claim {
        let Award { kind, basis, value, incident, .. } = award;
        Claim { kind: *kind, basis: *basis, value: *value, batch: incident.is_some(), case: self.case() }
    }

    fn case(&self) -> Case {
        let first_contact = self.complaint.first_contact;
        let asking = self.context.actor.filter(|s| s.id == first_contact);
        let team = self.context.known.staff.get(&first_contact).or(asking).and_then(|s| s.team.clone());
        self.complaint.case(team)
    }
}

const HOLDABLE: &[AwardState] = &[AwardState::Approved, AwardState::Offered, AwardState::Accepted];

/// What a revocation for cause stops: as much, and what one of several people has approved.
const STOPPABLE: &[AwardState] = &[
    AwardState::Proposed,
    AwardState::Approved,
    AwardState::Offered,
    AwardState::Accepted,
    AwardState::Held,
];

impl Complaint {
    /// What the scope of a grant looks at; `team` is that of the first contact.
    #[must_use]
    pub fn case(&self, team: Option<String>) -> Case {
        let causes = self.causes.iter().filter(|t| t.superseded_by.is_none()).map(|t| t.cause);
        Case { team, product: self.product.clone(), channel: Some(self.channel), causes: causes.collect() }
    }
}

/// Cannot wait, and goes beyond what the lead who asks may give: allowed now, ratified or condemned by a holder later.
/// It still cites a grant that speaks of such awards (I-33).
fn is_emergency(actor: &Staff, own: &Result<Weighed, Refusal>, claim: &Claim) -> Result<bool, Refusal> {
    if !actor.is_lead() {
        return Err(Refusal::NotYours { allowed: vec!["lead"] });
    }
    match own {
        Ok(weighed) => {
            let minor = claim.value.minor;
            Ok(weighed.remaining() < minor || weighed.others_needed(minor).is_some())
        }
        Err(refusal) => Err(refusal.clone()),
    }
}

fn worth_something(value: Money) -> Result<(), Refusal> {
    if (1..=MOST).contains(&value.minor) {
        Ok(())
    } else {
        Err(Refusal::field("value.amount", "expected more than nothing"))
    }
}

fn beyond(value: Money, weighed: &Weighed) -> Refusal {
    let money = |minor| Money::new(minor, value.currency);
    let bound = weighed.binding();
    Refusal::LimitExceeded(Box::new(Beyond {
        limit: money(bound.map_or(0, |b| b.limit)),
        remaining: money(bound.map_or(0, crate::authority::Bound::remaining)),
        limited_by: bound.map(|b| b.dimension.name()),
        grant: bound.map(|b| b.grant),
        not_covered: None,
        next_holders: Vec::new(),
    }))
}

/// May whoever asks for so much give it in the same step?
fn alone(value: Money, weighed: &Weighed) -> Result<(), Refusal> {
    if weighed.remaining() < value.minor {
        return Err(beyond(value, weighed));
    }
    if weighed.others_needed(value.minor).is_none() {
        return Ok(());
    }
    let limit = Money::new(weighed.four_eyes_above.unwrap_or_default(), value.currency);
    Err(Refusal::LimitExceeded(Box::new(Beyond {
        limit,
        remaining: limit,
        limited_by: Some("four_eyes_above"),
        grant: weighed.grant().map(|c| c.grant),
        not_covered: None,
        next_holders: Vec::new(),
    })))
}

fn no_authority(value: Money, not_covered: Option<NotCovered>) -> Refusal {
    let none = Money::new(0, value.currency);
    Refusal::LimitExceeded(Box::new(Beyond {
        limit: none,
        remaining: none,
        limited_by: None,
        grant: None,
        not_covered,
        next_holders: Vec::new(),
    }))
}
