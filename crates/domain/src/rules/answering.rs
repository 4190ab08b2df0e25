//! Keeping in touch: acknowledgement, contacts, notes, questions, replies and what the customer says to them.

use crate::canned::no_gap;
use crate::code::{Answer, Direction, HandoffState, ReplyKind, ReplyState, Stage};
use crate::history::{Fact, Texts};
use crate::id::{CustomerId, PointId, ReplyId};
use crate::refusal::Refusal;
use crate::verb::{Acknowledge, AddNote, AwaitCustomer, MaybeWhy, RecordAnswer, RecordContact, SendReply};

use super::{Work, due, maybe, texts};

impl Work<'_, '_> {
    /// Once, from `received`; or later, if an assessment came first and the customer has heard nothing yet.
    pub(super) fn acknowledge(&mut self, body: &Acknowledge) -> Result<(), Refusal> {
        self.in_charge()?;
        let unheard =
            self.complaint.acknowledged_at.is_none() && self.complaint.stage == Stage::Investigating;
        if !unheard {
            self.at_stage(&[Stage::Received])?;
        }
        no_gap("body", body.body.as_str())?;
        self.record(Fact::Acknowledged { channel: body.channel }, texts([("body", maybe(Some(&body.body)))]));
        Ok(())
    }

    pub(super) fn await_customer(&mut self, body: &AwaitCustomer) -> Result<(), Refusal> {
        self.in_charge()?;
        self.at_stage(Stage::BEFORE_DECISION)?;
        let due_at = due("due_at", body.due_at, self.context.now)?;
        no_gap("question", body.question.as_str())?;
        self.record(Fact::CustomerAwaited { due_at }, texts([("question", maybe(Some(&body.question)))]));
        Ok(())
    }

    /// Anyone who sees the complaint records a contact, at any stage: whoever takes the call writes it down.
    pub(super) fn record_contact(&mut self, body: &RecordContact) -> Result<(), Refusal> {
        self.writer()?;
        let reached = match (body.direction, body.reached) {
            (Direction::Out, None) => {
                return Err(Refusal::field("reached", "expected whether the customer was reached"));
            }
            (Direction::In, Some(false)) => {
                return Err(Refusal::field("reached", "expected nothing or true: the customer reached us"));
            }
            (_, reached) => reached.unwrap_or(true),
        };
        let fact = Fact::ContactRecorded { channel: body.channel, direction: body.direction, reached };
        self.record(fact, texts([("body", maybe(Some(&body.body)))]));
        self.attach_to_this(&body.attachments)
    }

    pub(super) fn add_note(&mut self, body: &AddNote) -> Result<(), Refusal> {
        self.writer()?;
        self.record(Fact::NoteAdded {}, texts([("body", maybe(Some(&body.body)))]));
        self.attach_to_this(&body.attachments)
    }

    pub(super) fn send_reply(&mut self, body: &SendReply) -> Result<(), Refusal> {
        self.in_charge()?;
        match body.kind {
            ReplyKind::Substantive => self.at_stage(&[Stage::Decided, Stage::Replied])?,
            ReplyKind::Progress | ReplyKind::Holding => self.at_stage(Stage::OPEN)?,
            ReplyKind::Courtesy => {
                return Err(Refusal::field(
                    "kind",
                    "expected substantive, progress or holding: a courtesy reply belongs to a withdrawal",
                ));
            }
        }
        if body.posted && self.context.known.contact_route {
            return Err(Refusal::field(
                "posted",
                "expected false: this customer has a telephone number or e-mail address",
            ));
        }
        let everyone = self.complaint.customers();
        if let Some(at) = body.to.iter().position(|c| !everyone.contains(c)) {
            return Err(Refusal::field(format!("to[{at}]"), "expected a customer of this complaint"));
        }
        let known = |id: &PointId| self.complaint.points.iter().any(|p| p.id == *id);
        if let Some(at) = body.points_answered.iter().position(|id| !known(id)) {
            return Err(Refusal::field(
                format!("points_answered[{at}]"),
                "expected a point of this complaint",
            ));
        }
        if body.kind != ReplyKind::Substantive && !body.points_answered.is_empty() {
            return Err(Refusal::field(
                "points_answered",
                "expected none: only a substantive reply answers points",
            ));
        }
        no_gap("body", body.body.as_str())?;
        let state = match (body.posted, body.delivered) {
            (true, _) => ReplyState::Posted,
            (false, true) => ReplyState::Delivered,
            (false, false) => ReplyState::Sent,
        };
        let to = if body.to.is_empty() { everyone } else { body.to.clone() };
        let text = texts([("body", maybe(Some(&body.body)))]);
        self.send(body.kind, body.channel, to, body.points_answered.clone(), state, text);
        self.attach_to_this(&body.attachments)
    }

    pub(super) fn send(
        &mut self,
        kind: ReplyKind,
        channel: crate::code::Channel,
        to: Vec<CustomerId>,
        points_answered: Vec<PointId>,
        state: ReplyState,
        text: Texts,
    ) {
        let reply = ReplyId((self.context.new_id)());
        self.record(Fact::ReplySent { reply, reply_kind: kind, channel, to, points_answered, state }, text);
    }

    pub(super) fn reply_delivered(&mut self, id: ReplyId) -> Result<(), Refusal> {
        self.in_charge()?;
        self.reply_on_its_way(id)?;
        self.record(Fact::ReplyDelivered { reply: id }, Texts::new());
        Ok(())
    }

    pub(super) fn reply_failed(&mut self, id: ReplyId, why: &MaybeWhy) -> Result<(), Refusal> {
        self.in_charge()?;
        self.reply_on_its_way(id)?;
        self.record(Fact::ReplyFailed { reply: id }, texts([("reason", maybe(why.reason.as_ref()))]));
        Ok(())
    }

    fn reply_on_its_way(&self, id: ReplyId) -> Result<(), Refusal> {
        let reply = self.complaint.replies.iter().find(|r| r.id == id).ok_or(Refusal::NotFound)?;
        match reply.state {
            ReplyState::Sent => Ok(()),
            state => Err(Refusal::ReplyOver { state }),
        }
    }

    /// A first dispute begins a new cycle at once; a later one stays `replied` for a lead to reopen or to close
    /// as a deadlock.
    pub(super) fn record_answer(&mut self, body: &RecordAnswer) -> Result<(), Refusal> {
        let actor = self.in_charge()?;
        if self.complaint.keeps_away(actor) {
            return Err(Refusal::KeptAway);
        }
        self.at_stage(&[Stage::Replied])?;
        let answered = self.complaint.answer.as_ref().map(|a| a.answer);
        if answered.is_some_and(|answer| answer != Answer::NoAnswer) {
            return Err(Refusal::AlreadyAnswered);
        }
        if body.answer == Answer::NoAnswer {
            self.enough_attempts()?;
        }
        self.record(Fact::CustomerAnswered { answer: body.answer, channel: body.channel }, Texts::new());
        if body.answer == Answer::Disputed && self.complaint.cycle == 1 {
            self.new_cycle(Texts::new());
        }
        Ok(())
    }

    pub(super) fn new_cycle(&mut self, text: Texts) {
        debug_assert!(
            self.complaint.handoffs.iter().filter(|h| h.state == HandoffState::Offered).count() <= 1
        );
        let cycle = self.complaint.cycle + 1;
        self.record(Fact::Reopened { cycle }, text);
    }

    /// The customer was tried often enough since the last answer of this cycle reached them and since they were last
    /// heard of.
    pub(super) fn enough_attempts(&self) -> Result<(), Refusal> {
        let policy = self.context.policy;
        let answered = self.complaint.answers_of_this_cycle().filter_map(|r| r.delivered_at).max();
        let heard =
            self.complaint.contacts.iter().filter(|c| c.direction == Direction::In).map(|c| c.at).max();
        // Whoever wrote or called since is not silent: the count begins anew.
        let answered = answered.map(|at| heard.map_or(at, |heard| heard.max(at)));
        let attempts: Vec<_> = self
            .complaint
            .contacts
            .iter()
            .filter(|c| c.direction == Direction::Out && !c.reached && answered.is_some_and(|at| c.at > at))
            .collect();
        let channels: std::collections::BTreeSet<_> = attempts.iter().map(|c| c.channel).collect();
        let dates: std::collections::BTreeSet<_> = attempts.iter().map(|c| c.at.utc_day()).collect();
        let spread = channels.len().max(dates.len());
        if attempts.len() >= policy.attempts && spread >= policy.attempt_spread {
            return Ok(());
        }
        Err(Refusal::AttemptsMissing {
            attempts: attempts.len(),
            needed: policy.attempts,
            spread,
            spread_needed: policy.attempt_spread,
        })
    }
}
