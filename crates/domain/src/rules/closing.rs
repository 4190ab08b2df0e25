//! Ending a complaint, on every route there is, and taking it up again.

use crate::code::{Answer, Closure, Finding, ReplyKind, ReplyState, Stage};
use crate::history::{Fact, Texts};
use crate::id::CustomerId;
use crate::refusal::{Missing, Refusal};
use crate::staff::Staff;
use crate::verb::{Close, Why, Withdraw};

use super::{Work, maybe, texts};

impl Work<'_, '_> {
    /// By the first contact or a lead, never by the handler alone (I-17).
    pub(super) fn close(&mut self, body: &Close) -> Result<(), Refusal> {
        let actor = self.writer()?;
        if !actor.is_lead() && actor.id != self.complaint.first_contact {
            return Err(Refusal::NotYours { allowed: vec!["first_contact", "lead"] });
        }
        self.at_stage(Stage::OPEN)?;
        if self.is_deadlock() && !actor.is_lead() {
            return Err(Refusal::NotYours { allowed: vec!["lead"] });
        }
        let text = texts([
            ("reason", maybe(Some(&body.reason))),
            ("external_body", maybe(body.external_body.as_ref())),
        ]);
        self.finish(text, body.external_body.is_some())
    }

    /// Closes if nothing is missing (I-11 to I-16); otherwise names all that is.
    pub(super) fn finish(&mut self, text: Texts, external_body: bool) -> Result<(), Refusal> {
        let missing = self.missing(external_body);
        if !missing.missing.is_empty() {
            return Err(Refusal::CannotClose(Box::new(missing)));
        }
        let posted = self.only_posted();
        let closure = match self.complaint.answer.as_ref().map(|a| a.answer) {
            Some(Answer::Accepted) => Closure::Accepted,
            Some(Answer::Disputed) => Closure::Deadlock,
            Some(Answer::NoAnswer) | None => Closure::Unanswered,
        };
        let counted_apart = closure == Closure::Unanswered && posted;
        self.end(closure, counted_apart, text);
        Ok(())
    }

    fn end(&mut self, closure: Closure, counted_apart: bool, text: Texts) {
        self.recall_pending_handoff();
        self.recall_pending_successions();
        self.record(Fact::Closed { closure, counted_apart }, text);
    }

    /// All that could be done was to show the answer under the reference: nobody is there to ask.
    fn only_posted(&self) -> bool {
        let complaint = &self.complaint;
        let mut posted = complaint.answers_of_this_cycle().map(|r| r.state == ReplyState::Posted).peekable();
        if complaint.customers().is_empty() {
            posted.any(|posted| posted)
        } else {
            posted.peek().is_some() && posted.all(|posted| posted)
        }
    }

    fn is_deadlock(&self) -> bool {
        let disputed = self.complaint.answer.as_ref().is_some_and(|a| a.answer == Answer::Disputed);
        disputed && self.complaint.cycle >= 2
    }

    fn missing(&self, external_body: bool) -> Missing {
        let complaint = &self.complaint;
        let mut found = Missing { stage: Some(complaint.stage), ..Missing::default() };
        let answered: Vec<_> = complaint.answers_of_this_cycle().collect();
        found.customers_without_reply = self.customers_without_reply();
        if complaint.stage != Stage::Replied
            || answered.is_empty()
            || !found.customers_without_reply.is_empty()
        {
            found.missing.push("substantive_reply");
            let sent = |r: &&crate::complaint::Reply| {
                r.kind == ReplyKind::Substantive && r.state == ReplyState::Sent
            };
            found.undelivered_replies = complaint.replies.iter().filter(sent).map(|r| r.id).collect();
        }
        found.unanswered_points =
            complaint.points.iter().filter(|p| p.answered_by.is_none()).map(|p| p.id).collect();
        if !found.unanswered_points.is_empty() {
            found.missing.push("unanswered_points");
        }
        found.open_promises = complaint.open_promises().map(|p| p.id).collect();
        if !found.open_promises.is_empty() {
            found.missing.push("open_promises");
        }
        found.awards_under_way = complaint.awards_under_way().map(|a| a.id).collect();
        if !found.awards_under_way.is_empty() {
            found.missing.push("awards_under_way");
        }
        let upheld = complaint.decision().is_some_and(|d| d.outcome != Finding::Rejected);
        if upheld && complaint.primary_cause().is_none() {
            found.missing.push("primary_cause");
        }
        match complaint.answer.as_ref().map(|a| a.answer) {
            Some(Answer::Disputed) => {
                let first = complaint.decisions.first().map(|d| d.by);
                if complaint.decisions.iter().all(|d| Some(d.by) == first) {
                    found.missing.push("second_decider");
                }
                if !external_body {
                    found.missing.push("external_body");
                }
            }
            Some(_) => {}
            None => {
                if !self.only_posted() && self.enough_attempts().is_err() {
                    found.missing.push("customer_answer");
                }
            }
        }
        found
    }

    /// Everyone who complained and has no answer: of this cycle for the customer, of any for those merged in.
    fn customers_without_reply(&self) -> Vec<CustomerId> {
        let complaint = &self.complaint;
        let unanswered = |c: &CustomerId| {
            let own = complaint.customer == Some(*c);
            let mut replies = complaint.replies.iter().filter(|r| r.answers() && r.to.contains(c));
            !replies.any(|r| !own || r.cycle == complaint.cycle)
        };
        complaint.customers().into_iter().filter(unanswered).collect()
    }

    /// What ends this complaint without an answer to its own customer must not leave those merged into it without
    /// one: they are answered or unmerged first.
    fn merged_customers_are_answered(&self) -> Result<(), Refusal> {
        let mut customers_without_reply = self.customers_without_reply();
        customers_without_reply.retain(|c| self.complaint.customer != Some(*c));
        if customers_without_reply.is_empty() {
            return Ok(());
        }
        let (missing, stage) = (vec!["substantive_reply"], Some(self.complaint.stage));
        let missing = Missing { missing, stage, customers_without_reply, ..Missing::default() };
        Err(Refusal::CannotClose(Box::new(missing)))
    }

    /// Only the customer withdraws; a courtesy reply is sent all the same.
    pub(super) fn withdraw(&mut self, body: &Withdraw) -> Result<(), Refusal> {
        self.in_charge()?;
        self.at_stage(Stage::OPEN)?;
        self.no_open_promises()?;
        self.no_awards_under_way()?;
        self.merged_customers_are_answered()?;
        crate::canned::no_gap("reply.body", body.reply.body.as_str())?;
        let contact = Fact::ContactRecorded {
            channel: body.channel,
            direction: crate::code::Direction::In,
            reached: true,
        };
        self.record(contact, Texts::new());
        let state = if body.reply.delivered { ReplyState::Delivered } else { ReplyState::Sent };
        let to = self.complaint.customers();
        let text = texts([("body", maybe(Some(&body.reply.body)))]);
        self.send(ReplyKind::Courtesy, body.reply.channel, to, Vec::new(), state, text);
        self.end(Closure::Withdrawn, false, texts([("reason", maybe(Some(&body.reason)))]));
        Ok(())
    }

    /// By someone other than the logger, the first contact and the person complained about.
    pub(super) fn void(&mut self, why: &Why) -> Result<(), Refusal> {
        let actor = self.in_charge()?;
        if [self.complaint.logged_by, self.complaint.first_contact].contains(&actor.id) {
            return Err(Refusal::SecondPersonNeeded);
        }
        if self.complaint.keeps_away(actor) {
            return Err(Refusal::KeptAway);
        }
        self.at_stage(Stage::OPEN)?;
        self.no_open_promises()?;
        self.no_awards_under_way()?;
        self.merged_customers_are_answered()?;
        self.end(Closure::Void, true, texts([("reason", maybe(Some(&why.reason)))]));
        Ok(())
    }

    pub(super) fn no_open_promises(&self) -> Result<(), Refusal> {
        let open_promises: Vec<_> = self.complaint.open_promises().map(|p| p.id).collect();
        if open_promises.is_empty() { Ok(()) } else { Err(Refusal::OpenPromises { open_promises }) }
    }

    /// A new cycle within the window; `received_at` and the first-cycle facts stay as they are (I-20).
    pub(super) fn reopen(&mut self, why: &Why) -> Result<(), Refusal> {
        let actor = self.in_charge()?;
        if self.complaint.stage == Stage::Replied && self.is_deadlock() {
            if !actor.is_lead() {
                return Err(Refusal::NotYours { allowed: vec!["lead"] });
            }
        } else {
            self.at_stage(&[Stage::Closed])?;
        }
        if self.complaint.closure == Some(Closure::Merged) {
            return Err(Refusal::UnmergeFirst { into: self.complaint.merged_into });
        }
        if let Some(closed_at) = self.complaint.closed_at {
            let window_days = self.context.policy.reopen_days;
            if self.context.now > closed_at.plus_days(window_days) {
                return Err(Refusal::ReopenWindowOver { closed_at, window_days });
            }
        }
        self.owners_are_still_here()?;
        self.new_cycle(texts([("reason", maybe(Some(&why.reason)))]));
        self.give_back_if_handler_left(actor, why)
    }

    /// No complaint is open without an active first contact (I-01).
    pub(super) fn owners_are_still_here(&self) -> Result<(), Refusal> {
        let first_contact = self.complaint.first_contact;
        let here = self.context.known.staff.get(&first_contact).is_some_and(Staff::can_hold_duty);
        if here { Ok(()) } else { Err(Refusal::FirstContactLeft { first_contact }) }
    }

    /// A handler who left while it was closed is replaced by the first contact or, where the first contact is to be
    /// kept out (I-09, I-10), by whoever takes it up again: no complaint is open in the hands of nobody (I-05).
    fn give_back_if_handler_left(&mut self, actor: &Staff, why: &Why) -> Result<(), Refusal> {
        let complaint = &self.complaint;
        let here = |id| self.context.known.staff.get(&id).filter(|s| s.can_hold_duty());
        let from = complaint.handler;
        if here(from).is_some() {
            return Ok(());
        }
        let mut able = here(complaint.first_contact).into_iter().chain([actor]);
        let to = able.find(|s| !complaint.keeps_out(s)).ok_or(Refusal::KeptAway)?.id;
        self.record(Fact::HandlerAssigned { from, to }, texts([("reason", maybe(Some(&why.reason)))]));
        Ok(())
    }
}
