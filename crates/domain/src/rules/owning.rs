//! First-contact responsibility: the handling moves by accepted handoff or arbitration, all duties by accepted
//! succession, and nothing else moves either (I-02, I-03, I-04).

use crate::code::{HandoffState, Stage, SuccessionState};
use crate::complaint::{Handoff, Succession};
use crate::history::{Fact, Texts};
use crate::id::{HandoffId, StaffId, SuccessionId};
use crate::refusal::{NotAReceiver, Refusal};
use crate::verb::{Arbitrate, MaybeWhy, OfferHandoff, OfferSuccession, Why};

use super::{Work, due, maybe, texts};

impl Work<'_, '_> {
    pub(super) fn offer_handoff(&mut self, body: &OfferHandoff) -> Result<(), Refusal> {
        let from = self.in_charge()?.id;
        self.at_stage(Stage::OPEN)?;
        let answer_by = match body.answer_by {
            Some(at) => due("answer_by", at, self.context.now)?,
            None => self.context.now.plus_days(self.context.policy.handoff_days).up_to_the_minute(),
        };
        let text = texts([
            ("reason", maybe(Some(&body.reason))),
            ("request", maybe(Some(&body.request))),
            ("promised", maybe(body.promised.as_ref())),
        ]);
        self.offer_handling("to", from, body.to, answer_by, text)
    }

    pub(super) fn offer_handling(
        &mut self,
        field: &'static str,
        from: StaffId,
        to: StaffId,
        answer_by: crate::time::Timestamp,
        text: Texts,
    ) -> Result<(), Refusal> {
        self.receiver(field, to)?;
        let refused = |why| Err(Refusal::NotAReceiver { field: field.into(), why });
        if to == from {
            return refused(NotAReceiver::Oneself);
        }
        if to == self.complaint.handler {
            return refused(NotAReceiver::AlreadyHandler);
        }
        if let Some(pending) = self.complaint.pending_handoff() {
            return Err(Refusal::HandoffPending { handoff: pending.id });
        }
        if self.complaint.declines >= self.context.policy.declines {
            return Err(Refusal::ArbitrationNeeded { declines: self.complaint.declines });
        }
        let handoff = HandoffId((self.context.new_id)());
        self.record(Fact::HandoffOffered { handoff, from, to, answer_by }, text);
        Ok(())
    }

    pub(super) fn accept_handoff(&mut self, id: HandoffId) -> Result<(), Refusal> {
        let handoff = self.handoff(id)?;
        let actor = self.writer()?;
        if actor.id != handoff.to {
            return Err(Refusal::NotTheReceiver);
        }
        if self.complaint.keeps_away(actor) {
            return Err(Refusal::KeptAway);
        }
        self.waits(&handoff)?;
        let (from, to) = (self.complaint.handler, handoff.to);
        self.record(Fact::HandoffAccepted { handoff: id, from, to }, Texts::new());
        Ok(())
    }

    pub(super) fn decline_handoff(&mut self, id: HandoffId, why: &Why) -> Result<(), Refusal> {
        let handoff = self.handoff(id)?;
        if self.writer()?.id != handoff.to {
            return Err(Refusal::NotTheReceiver);
        }
        self.waits(&handoff)?;
        self.record(Fact::HandoffDeclined { handoff: id }, texts([("reason", maybe(Some(&why.reason)))]));
        Ok(())
    }

    pub(super) fn recall_handoff(&mut self, id: HandoffId, why: &MaybeWhy) -> Result<(), Refusal> {
        let handoff = self.handoff(id)?;
        if self.writer()?.id != handoff.from {
            return Err(Refusal::NotYours { allowed: vec!["offerer"] });
        }
        self.waits(&handoff)?;
        self.record(Fact::HandoffRecalled { handoff: id }, texts([("reason", maybe(why.reason.as_ref()))]));
        Ok(())
    }

    /// A timer: the offer lapses and the handler is who it was (I-07). Too late, it does nothing.
    pub(super) fn handoff_lapses(&mut self, id: HandoffId) -> Result<(), Refusal> {
        let handoff = self.handoff(id)?;
        if handoff.state == HandoffState::Offered && handoff.answer_by <= self.context.now {
            self.record(Fact::HandoffLapsed { handoff: id }, Texts::new());
        }
        Ok(())
    }

    pub(super) fn arbitrate(&mut self, body: &Arbitrate) -> Result<(), Refusal> {
        let lead = self.lead()?;
        if self.complaint.keeps_away(lead) {
            return Err(Refusal::KeptAway);
        }
        self.at_stage(Stage::OPEN)?;
        self.receiver("handler", body.handler)?;
        self.recall_pending_handoff();
        let fact = Fact::HandlerAssigned { from: self.complaint.handler, to: body.handler };
        self.record(fact, texts([("reason", maybe(Some(&body.reason)))]));
        Ok(())
    }

    /// Every closure, and every other way for the handling to move, takes back the offer that waits.
    pub(super) fn recall_pending_handoff(&mut self) {
        if let Some(handoff) = self.complaint.pending_handoff().map(|h| h.id) {
            self.record(Fact::HandoffRecalled { handoff }, Texts::new());
        }
    }

    /// Takes back every offer that waits for one of these people, who are to be kept out from now on.
    pub(super) fn recall_offers_to(&mut self, people: &[StaffId]) {
        if self.complaint.pending_handoff().is_some_and(|h| people.contains(&h.to)) {
            self.recall_pending_handoff();
        }
        let pending = self.complaint.pending_successions().filter(|s| people.contains(&s.to));
        for succession in pending.map(|s| s.id).collect::<Vec<_>>() {
            self.record(Fact::SuccessionRecalled { succession }, Texts::new());
        }
    }

    pub(super) fn recall_pending_successions(&mut self) {
        let pending: Vec<_> = self.complaint.pending_successions().map(|s| s.id).collect();
        for succession in pending {
            self.record(Fact::SuccessionRecalled { succession }, Texts::new());
        }
    }

    pub(super) fn offer_succession(&mut self, body: &OfferSuccession) -> Result<(), Refusal> {
        self.lead()?;
        let from = body.from.unwrap_or(self.complaint.first_contact);
        self.receiver("to", body.to)?;
        if body.to == from {
            return Err(Refusal::NotAReceiver { field: "to".into(), why: NotAReceiver::Oneself });
        }
        if from != self.complaint.first_contact && !self.complaint.has_duty(from) {
            return Err(Refusal::NoDuty { staff: from });
        }
        let replaced: Vec<_> =
            self.complaint.pending_successions().filter(|s| s.from == from).map(|s| s.id).collect();
        for succession in replaced {
            self.record(Fact::SuccessionRecalled { succession }, Texts::new());
        }
        let succession = SuccessionId((self.context.new_id)());
        let text = texts([("reason", maybe(Some(&body.reason)))]);
        self.record(Fact::SuccessionOffered { succession, from, to: body.to }, text);
        Ok(())
    }

    pub(super) fn accept_succession(&mut self, id: SuccessionId) -> Result<(), Refusal> {
        let succession = self.succession(id)?;
        let actor = self.writer()?;
        if actor.id != succession.to {
            return Err(Refusal::NotTheReceiver);
        }
        if self.complaint.keeps_away(actor) {
            return Err(Refusal::KeptAway);
        }
        offered(&succession)?;
        let Succession { from, to, .. } = succession;
        let first_contact = self.complaint.first_contact == from;
        let handler = self.complaint.handler == from;
        let promises =
            self.complaint.open_promises().filter(|p| p.responsible == from).map(|p| p.id).collect();
        if self.complaint.pending_handoff().is_some_and(|h| h.from == from || h.to == from || h.to == to) {
            self.recall_pending_handoff();
        }
        let fact = Fact::SuccessionAccepted { succession: id, from, to, first_contact, handler, promises };
        self.record(fact, Texts::new());
        Ok(())
    }

    pub(super) fn decline_succession(&mut self, id: SuccessionId, why: &MaybeWhy) -> Result<(), Refusal> {
        let succession = self.succession(id)?;
        if self.writer()?.id != succession.to {
            return Err(Refusal::NotTheReceiver);
        }
        offered(&succession)?;
        self.record(
            Fact::SuccessionDeclined { succession: id },
            texts([("reason", maybe(why.reason.as_ref()))]),
        );
        Ok(())
    }

    fn handoff(&self, id: HandoffId) -> Result<Handoff, Refusal> {
        self.complaint.handoffs.iter().find(|h| h.id == id).cloned().ok_or(Refusal::NotFound)
    }

    fn succession(&self, id: SuccessionId) -> Result<Succession, Refusal> {
        self.complaint.successions.iter().find(|s| s.id == id).cloned().ok_or(Refusal::NotFound)
    }

    /// An offer whose time is over has lapsed, whether or not the timer has said so yet.
    fn waits(&self, handoff: &Handoff) -> Result<(), Refusal> {
        match handoff.state {
            HandoffState::Offered if self.context.now < handoff.answer_by => Ok(()),
            HandoffState::Offered => Err(Refusal::HandoffOver { state: HandoffState::Lapsed }),
            state => Err(Refusal::HandoffOver { state }),
        }
    }
}

fn offered(succession: &Succession) -> Result<(), Refusal> {
    match succession.state {
        SuccessionState::Offered => Ok(()),
        state => Err(Refusal::SuccessionOver { state }),
    }
}
