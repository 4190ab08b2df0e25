//! Promises: anything said to the customer that has a date (I-29 to I-32).

use crate::code::{PromiseState, Stage};
use crate::complaint::Promise;
use crate::history::{Fact, Texts};
use crate::id::{PromiseId, StaffId};
use crate::refusal::Refusal;
use crate::time::Timestamp;
use crate::verb::{KeepPromise, MakePromise, SupersedePromise, Why};

use super::{Work, due, maybe, texts};

impl Work<'_, '_> {
    pub(super) fn make_promise(&mut self, body: &MakePromise) -> Result<(), Refusal> {
        let actor = self.in_charge()?.id;
        self.at_stage(Stage::OPEN)?;
        self.promise(body, actor)
    }

    /// Records a promise whoever asked for it; the rights were checked by the verb it is part of.
    pub(super) fn promise(&mut self, body: &MakePromise, actor: StaffId) -> Result<(), Refusal> {
        let due_at = due("due_at", body.due_at, self.context.now)?;
        let responsible = body.responsible.unwrap_or(actor);
        if responsible != actor {
            self.receiver("responsible", responsible)?;
        }
        let promise = PromiseId((self.context.new_id)());
        let fact = Fact::PromiseMade { promise, due_at, responsible, replaces: None };
        self.record(fact, texts([("text", maybe(Some(&body.text)))]));
        Ok(())
    }

    /// The time of this record counts: in time it is kept, after it it was broken and is kept late (I-30).
    pub(super) fn keep_promise(&mut self, id: PromiseId, body: &KeepPromise) -> Result<(), Refusal> {
        let promise = self.own_promise(id)?;
        let evidence = texts([("evidence", maybe(Some(&body.evidence)))]);
        match promise.state {
            PromiseState::Made if self.context.now <= self.last_moment(&promise) => {
                self.record(Fact::PromiseKept { promise: id }, evidence);
            }
            PromiseState::Made => {
                self.record(Fact::PromiseBroken { promise: id }, Texts::new());
                self.record(Fact::PromiseKeptLate { promise: id }, evidence);
            }
            PromiseState::Broken => self.record(Fact::PromiseKeptLate { promise: id }, evidence),
            state => return Err(over(state, &[PromiseState::Made, PromiseState::Broken])),
        }
        Ok(())
    }

    /// With the customer's consent, before it is due, the old promise is superseded; otherwise it is broken and
    /// stays open. Either way the new date is a new record (I-31).
    pub(super) fn supersede_promise(
        &mut self,
        id: PromiseId,
        body: &SupersedePromise,
    ) -> Result<(), Refusal> {
        let promise = self.own_promise(id)?;
        self.at_stage(Stage::OPEN)?;
        let due_at = due("due_at", body.due_at, self.context.now)?;
        if !promise.state.is_open() {
            return Err(over(promise.state, &[PromiseState::Made, PromiseState::Broken]));
        }
        let reason =
            texts([("reason", maybe(Some(&body.reason))), ("consent", maybe(body.consent.as_ref()))]);
        let in_time = promise.state == PromiseState::Made && self.context.now <= self.last_moment(&promise);
        if in_time && body.consent.is_some() {
            self.record(Fact::PromiseSuperseded { promise: id }, reason);
        } else if promise.state == PromiseState::Made {
            self.record(Fact::PromiseBroken { promise: id }, reason);
        }
        let fact = Fact::PromiseMade {
            promise: PromiseId((self.context.new_id)()),
            due_at,
            responsible: promise.responsible,
            replaces: Some(id),
        };
        self.record(fact, texts([("text", maybe(Some(&body.text))), ("reason", maybe(Some(&body.reason)))]));
        Ok(())
    }

    pub(super) fn void_promise(&mut self, id: PromiseId, why: &Why) -> Result<(), Refusal> {
        let promise = self.own_promise(id)?;
        if promise.state != PromiseState::Made || self.context.now > self.last_moment(&promise) {
            let state =
                if promise.state == PromiseState::Made { PromiseState::Broken } else { promise.state };
            return Err(over(state, &[PromiseState::Made]));
        }
        self.record(Fact::PromiseVoided { promise: id }, texts([("reason", maybe(Some(&why.reason)))]));
        Ok(())
    }

    pub(super) fn abandon_promise(&mut self, id: PromiseId, why: &Why) -> Result<(), Refusal> {
        self.lead()?;
        let promise = self.promise_named(id)?;
        let late = promise.state == PromiseState::Made && self.context.now > self.last_moment(&promise);
        if late {
            self.record(Fact::PromiseBroken { promise: id }, Texts::new());
        } else if promise.state != PromiseState::Broken {
            return Err(over(promise.state, &[PromiseState::Broken]));
        }
        self.record(Fact::PromiseAbandoned { promise: id }, texts([("reason", maybe(Some(&why.reason)))]));
        Ok(())
    }

    /// A timer: past its time and tolerance the promise is broken, with nobody signed in (I-32). Too late to
    /// matter, or not yet time, it does nothing.
    pub(super) fn promise_falls_due(&mut self, id: PromiseId) -> Result<(), Refusal> {
        let promise = self.promise_named(id)?;
        if promise.state == PromiseState::Made && self.context.now > self.last_moment(&promise) {
            self.record(Fact::PromiseBroken { promise: id }, Texts::new());
        }
        Ok(())
    }

    /// The last instant at which doing it still counts as keeping it.
    fn last_moment(&self, promise: &Promise) -> Timestamp {
        promise.due_at.plus_minutes(self.context.policy.promise_tolerance_minutes)
    }

    /// A promise, for whoever is in charge of the complaint or of the promise.
    fn own_promise(&self, id: PromiseId) -> Result<Promise, Refusal> {
        let promise = self.promise_named(id)?;
        if self.writer()?.id != promise.responsible {
            self.in_charge()?;
        }
        Ok(promise)
    }

    fn promise_named(&self, id: PromiseId) -> Result<Promise, Refusal> {
        self.complaint.promises.iter().find(|p| p.id == id).cloned().ok_or(Refusal::NotFound)
    }
}

fn over(state: PromiseState, allowed: &[PromiseState]) -> Refusal {
    Refusal::PromiseOver { state, allowed: allowed.to_vec() }
}
