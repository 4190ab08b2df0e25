//! The one way in which state moves: each fact changes exactly what it says.

use crate::attachment::Attachment;
use crate::code::{
    Answer, AttachmentState, CauseRole, Closure, Direction, HandoffState, PromiseState, ReplyState, Stage,
    SuccessionState,
};
use crate::history::{Actor, Assessed, Details, Entry, Fact, Received};
use crate::id::{AttachmentId, ComplaintId, HandoffId, PromiseId, ReplyId, StaffId, SuccessionId};
use crate::time::Timestamp;

use super::{
    Awaiting, BeforeMerge, CauseTag, Complaint, Contact, CustomerAnswer, Decision, Handoff, Link, Merged,
    Point, Promise, Referral, Reply, Succession,
};

/// Folds a whole history; nothing when it does not begin with a receipt.
pub fn fold<'a>(id: ComplaintId, history: impl IntoIterator<Item = &'a Entry>) -> Option<Complaint> {
    let mut history = history.into_iter();
    let mut complaint = Complaint::begin(id, history.next()?)?;
    for entry in history {
        complaint.apply(entry);
    }
    Some(complaint)
}

impl Complaint {
    /// The complaint that a receipt makes; nothing for any other fact.
    #[must_use]
    pub fn begin(id: ComplaintId, entry: &Entry) -> Option<Self> {
        let Fact::Received(received) = &entry.fact else { return None };
        let Received { channel, language, customer, product, place, category, .. } = (**received).clone();
        let point = |id: &_| Point { id: *id, from: None, answered_by: None };
        Some(Self {
            id,
            version: entry.seq,
            stage: Stage::Received,
            cycle: 1,
            closure: None,
            counted_apart: false,
            channel,
            language,
            customer,
            logged_by: received.logged_by,
            first_contact: received.first_contact,
            handler: received.handler,
            former_handlers: Vec::new(),
            about_staff: received.about_staff,
            restricted: received.restricted,
            kept_away: Vec::new(),
            kept_away_teams: Vec::new(),
            severity: received.severity,
            product,
            place,
            category,
            received_at: received.received_at,
            logged_at: entry.at,
            incident_at: received.incident_at,
            due: received.due,
            imported: received.imported,
            acknowledged_at: None,
            first_replied_at: None,
            closed_at: None,
            waiting_since: Some(received.received_at),
            awaiting: None,
            desired_remedy_seq: Some(entry.seq),
            points: received.points.iter().map(point).collect(),
            contacts: Vec::new(),
            handoffs: Vec::new(),
            declines: 0,
            successions: Vec::new(),
            replies: Vec::new(),
            promises: Vec::new(),
            decisions: Vec::new(),
            answer: None,
            causes: Vec::new(),
            links: Vec::new(),
            referrals: Vec::new(),
            merged_into: None,
            before_merge: None,
            merged: Vec::new(),
            remedy_known: received.desired_remedy,
            awards: Vec::new(),
            attachments: Vec::new(),
        })
    }

    /// Takes in the next fact.
    #[allow(clippy::too_many_lines, reason = "one arm for each fact")]
    pub fn apply(&mut self, entry: &Entry) {
        self.version = entry.seq;
        let (seq, at) = (entry.seq, entry.at);
        match &entry.fact {
            // A second receipt cannot be: `begin` takes the first fact and no verb gives another.
            Fact::Received(_) | Fact::NoteAdded {} => {}
            Fact::Attached { .. } | Fact::AttachmentRemoved { .. } | Fact::AttachmentErased { .. } => {
                self.attach(entry);
            }
            Fact::Acknowledged { .. } => {
                self.acknowledged_at.get_or_insert(at);
                self.forward_to(Stage::Acknowledged);
            }
            Fact::Assessed(assessed) => self.assess(seq, assessed),
            Fact::HandoffOffered { .. }
            | Fact::HandoffAccepted { .. }
            | Fact::HandoffDeclined { .. }
            | Fact::HandoffRecalled { .. }
            | Fact::HandoffLapsed { .. }
            | Fact::HandlerAssigned { .. }
            | Fact::SuccessionOffered { .. }
            | Fact::SuccessionAccepted { .. }
            | Fact::SuccessionDeclined { .. }
            | Fact::SuccessionRecalled { .. } => self.own(entry),
            Fact::CustomerAwaited { due_at } => self.awaiting = Some(Awaiting { seq, due_at: *due_at }),
            Fact::ContactRecorded { channel, direction, reached } => {
                let (channel, direction, reached) = (*channel, *direction, *reached);
                self.contacts.push(Contact { seq, at, channel, direction, reached });
                if direction == Direction::In {
                    self.hear(at);
                }
            }
            Fact::Decided { outcome } => {
                if let Some(by) = staff(entry.actor) {
                    self.decisions.push(Decision { seq, at, by, cycle: self.cycle, outcome: *outcome });
                }
                self.awaiting = None;
                self.stage = Stage::Decided;
            }
            Fact::ReplySent { .. } | Fact::ReplyDelivered { .. } | Fact::ReplyFailed { .. } => {
                self.reply(entry);
            }
            Fact::CustomerAnswered { answer, channel } => {
                self.answer = Some(CustomerAnswer { seq, at, answer: *answer, channel: *channel });
                self.waiting_since = (*answer == Answer::Disputed).then_some(at);
            }
            Fact::PromiseMade { .. }
            | Fact::PromiseKept { .. }
            | Fact::PromiseBroken { .. }
            | Fact::PromiseSuperseded { .. }
            | Fact::PromiseVoided { .. }
            | Fact::PromiseKeptLate { .. }
            | Fact::PromiseAbandoned { .. } => self.promise(entry),
            Fact::CauseTagged { cause, role, confidence, external } => {
                let replaced = |t: &&mut CauseTag| {
                    let same = t.cause == *cause && t.role == *role;
                    let to_primary =
                        *role == CauseRole::Primary && (t.role == CauseRole::Primary || t.cause == *cause);
                    t.superseded_by.is_none() && (same || to_primary)
                };
                self.causes.iter_mut().filter(replaced).for_each(|t| t.superseded_by = Some(seq));
                let (cause, role, confidence, external) = (*cause, *role, *confidence, *external);
                self.causes.push(CauseTag { seq, cause, role, confidence, external, superseded_by: None });
            }
            Fact::Closed { closure, counted_apart } => {
                self.counted_apart = *counted_apart;
                self.end(*closure, at);
            }
            Fact::Reopened { cycle } => self.reopen(*cycle, at),
            Fact::MergedInto { complaint } => {
                let (stage, waiting_since) = (self.stage, self.waiting_since);
                self.before_merge =
                    Some(BeforeMerge { stage, awaiting: self.awaiting.take(), waiting_since });
                self.merged_into = Some(*complaint);
                self.end(Closure::Merged, at);
            }
            Fact::MergeUndone {} => {
                if let Some(before) = self.before_merge.take() {
                    self.stage = before.stage;
                    self.awaiting = before.awaiting;
                    self.waiting_since = before.waiting_since;
                }
                self.merged_into = None;
                self.closure = None;
                self.closed_at = None;
            }
            Fact::MergeTaken { complaint, customers, points, kept } => {
                let point = |id: &_| Point { id: *id, from: Some(*complaint), answered_by: None };
                self.points.extend(points.iter().map(point));
                let (kept, before) = (kept.clone().unwrap_or_default(), Box::new(self.details()));
                self.set_details(self.details().with((*kept).clone()));
                let (complaint, customers) = (*complaint, customers.clone());
                self.merged.push(Merged { seq, complaint, customers, kept, before });
            }
            Fact::MergeReleased { complaint } => self.release(*complaint),
            Fact::Linked { to, link, kept_away, kept_away_teams } => {
                self.links.push(Link { seq, to: *to, kind: *link });
                self.kept_away.extend(kept_away);
                self.kept_away_teams.extend(kept_away_teams.iter().cloned());
            }
            Fact::AwardProposed { .. }
            | Fact::AwardAmended { .. }
            | Fact::AwardApproved { .. }
            | Fact::AwardRefused { .. }
            | Fact::AwardWithdrawn { .. }
            | Fact::AwardOffered { .. }
            | Fact::AwardAccepted { .. }
            | Fact::AwardDeclined { .. }
            | Fact::AwardLapsed { .. }
            | Fact::AwardExecuted { .. }
            | Fact::AwardReversed { .. }
            | Fact::AwardHeld { .. }
            | Fact::AwardRatified { .. } => self.award_step(entry),
            Fact::Referred { date } => self.referrals.push(Referral { seq, date: *date }),
        }
    }

    /// What the merge left here goes; what it took the place of comes back, unless something else was said since.
    fn release(&mut self, complaint: ComplaintId) {
        self.points.retain(|p| p.from != Some(complaint));
        let Some(place) = self.merged.iter().position(|m| m.complaint == complaint) else { return };
        let Merged { kept, before, .. } = self.merged.remove(place);
        // Later merges took the place of what is taken away here.
        for later in self.merged.iter_mut().skip(place) {
            later.before.give_back(&kept, &before);
        }
        let mut details = self.details();
        details.give_back(&kept, &before);
        self.set_details(details);
    }

    fn set_details(&mut self, details: Details) {
        let Details { severity, category, product, place, incident_at } = details;
        self.severity = severity.unwrap_or(self.severity);
        (self.category, self.product, self.place) = (category, product, place);
        self.incident_at = incident_at;
    }

    fn forward_to(&mut self, stage: Stage) {
        self.stage = self.stage.max(stage);
    }

    fn assess(&mut self, seq: i64, assessed: &Assessed) {
        let Assessed {
            severity, category, product, place, points, about_staff, restricted, incident_at, ..
        } = assessed;
        self.severity = severity.unwrap_or(self.severity);
        self.restricted = restricted.unwrap_or(self.restricted);
        take(&mut self.category, category.as_ref());
        take(&mut self.product, product.as_ref());
        take(&mut self.place, place.as_ref());
        take(&mut self.about_staff, about_staff.as_ref());
        take(&mut self.incident_at, incident_at.as_ref());
        self.points.extend(points.iter().map(|id| Point { id: *id, from: None, answered_by: None }));
        if assessed.desired_remedy {
            self.desired_remedy_seq = Some(seq);
            self.remedy_known = true;
        }
        self.forward_to(Stage::Investigating);
    }

    fn own(&mut self, entry: &Entry) {
        let (seq, at) = (entry.seq, entry.at);
        match &entry.fact {
            Fact::HandoffOffered { handoff, from, to, answer_by } => self.handoffs.push(Handoff {
                id: *handoff,
                seq,
                from: *from,
                to: *to,
                offered_at: at,
                answer_by: *answer_by,
                state: HandoffState::Offered,
            }),
            Fact::HandoffAccepted { handoff, to, .. } => {
                self.set_handoff(*handoff, HandoffState::Accepted);
                self.hand_to(*to);
            }
            Fact::HandoffDeclined { handoff } => {
                self.set_handoff(*handoff, HandoffState::Declined);
                self.declines += 1;
            }
            Fact::HandoffRecalled { handoff } => self.set_handoff(*handoff, HandoffState::Recalled),
            Fact::HandoffLapsed { handoff } => self.set_handoff(*handoff, HandoffState::Lapsed),
            Fact::HandlerAssigned { to, .. } => self.hand_to(*to),
            Fact::SuccessionOffered { succession, from, to } => self.successions.push(Succession {
                id: *succession,
                seq,
                from: *from,
                to: *to,
                offered_at: at,
                state: SuccessionState::Offered,
            }),
            Fact::SuccessionAccepted { succession, to, first_contact, handler, promises, .. } => {
                self.set_succession(*succession, SuccessionState::Accepted);
                if *first_contact {
                    self.first_contact = *to;
                }
                if *handler {
                    self.hand_to(*to);
                }
                let passed = |p: &&mut Promise| promises.contains(&p.id);
                self.promises.iter_mut().filter(passed).for_each(|p| p.responsible = *to);
            }
            Fact::SuccessionDeclined { succession } => {
                self.set_succession(*succession, SuccessionState::Declined);
            }
            Fact::SuccessionRecalled { succession } => {
                self.set_succession(*succession, SuccessionState::Recalled);
            }
            _ => {}
        }
    }

    fn reply(&mut self, entry: &Entry) {
        match &entry.fact {
            Fact::ReplySent { reply, reply_kind, channel, to, points_answered, state } => {
                let Some(by) = staff(entry.actor) else { return };
                self.replies.push(Reply {
                    id: *reply,
                    seq: entry.seq,
                    at: entry.at,
                    by,
                    on_behalf_of: self.first_contact,
                    kind: *reply_kind,
                    channel: *channel,
                    to: to.clone(),
                    points_answered: points_answered.clone(),
                    cycle: self.cycle,
                    state: *state,
                    delivered_at: None,
                });
                if *state != ReplyState::Sent {
                    self.arrive(*reply, *state, entry.at);
                }
            }
            Fact::ReplyDelivered { reply } => self.arrive(*reply, ReplyState::Delivered, entry.at),
            Fact::ReplyFailed { reply } => {
                let failed = self.replies.iter_mut().filter(|r| r.id == *reply);
                failed.for_each(|r| r.state = ReplyState::Failed);
            }
            _ => {}
        }
    }

    fn attach(&mut self, entry: &Entry) {
        match &entry.fact {
            Fact::Attached { attachment, size, sha256, media, with } => {
                let Some(by) = staff(entry.actor) else { return };
                self.attachments.push(Attachment {
                    id: *attachment,
                    seq: entry.seq,
                    at: entry.at,
                    by,
                    size: *size,
                    sha256: sha256.clone(),
                    media: *media,
                    with: *with,
                    state: AttachmentState::Kept,
                });
            }
            Fact::AttachmentRemoved { attachment } => {
                self.set_attachment(*attachment, AttachmentState::Removed);
            }
            Fact::AttachmentErased { attachment } => {
                self.set_attachment(*attachment, AttachmentState::Erased);
            }
            _ => {}
        }
    }

    fn promise(&mut self, entry: &Entry) {
        let (seq, at) = (entry.seq, entry.at);
        match &entry.fact {
            Fact::PromiseMade { promise, due_at, responsible, replaces } => self.promises.push(Promise {
                id: *promise,
                seq,
                made_at: at,
                due_at: *due_at,
                responsible: *responsible,
                replaces: *replaces,
                state: PromiseState::Made,
            }),
            Fact::PromiseKept { promise } => self.set_promise(*promise, PromiseState::Kept),
            Fact::PromiseBroken { promise } => self.set_promise(*promise, PromiseState::Broken),
            Fact::PromiseSuperseded { promise } => self.set_promise(*promise, PromiseState::Superseded),
            Fact::PromiseVoided { promise } => self.set_promise(*promise, PromiseState::Void),
            Fact::PromiseKeptLate { promise } => self.set_promise(*promise, PromiseState::KeptLate),
            Fact::PromiseAbandoned { promise } => self.set_promise(*promise, PromiseState::Abandoned),
            _ => {}
        }
    }

    fn arrive(&mut self, id: ReplyId, state: ReplyState, at: Timestamp) {
        let Some(reply) = self.replies.iter_mut().find(|r| r.id == id) else { return };
        reply.state = state;
        reply.delivered_at = Some(at);
        let reply = reply.clone();
        self.acknowledged_at.get_or_insert(at);
        if !reply.answers() {
            return;
        }
        let answered = self.points.iter_mut().filter(|p| reply.points_answered.contains(&p.id));
        answered.for_each(|p| p.answered_by = p.answered_by.or(Some(id)));
        self.first_replied_at.get_or_insert(at);
        // What arrives while it is merged counts when the merge is undone.
        let (stage, waiting_since) = match &mut self.before_merge {
            Some(before) => (&mut before.stage, &mut before.waiting_since),
            None => (&mut self.stage, &mut self.waiting_since),
        };
        if reply.cycle == self.cycle && *stage == Stage::Decided {
            *stage = Stage::Replied;
        }
        if *stage == Stage::Replied {
            *waiting_since = None;
            self.silence_is_over();
        }
    }

    /// A new answer, or a word from the customer, and "no answer" no longer holds.
    fn silence_is_over(&mut self) {
        self.answer.take_if(|a| a.answer == Answer::NoAnswer);
    }

    /// The customer wrote or called: no question waits any more, and they wait for us.
    fn hear(&mut self, at: Timestamp) {
        if let Some(before) = &mut self.before_merge {
            before.awaiting = None;
            before.waiting_since = Some(at);
        } else if self.is_open() {
            self.awaiting = None;
            self.waiting_since = Some(at);
            self.silence_is_over();
        }
    }

    fn end(&mut self, closure: Closure, at: Timestamp) {
        self.stage = Stage::Closed;
        self.closure = Some(closure);
        self.closed_at = Some(at);
        self.waiting_since = None;
        self.awaiting = None;
    }

    fn reopen(&mut self, cycle: u32, at: Timestamp) {
        self.cycle = cycle;
        self.stage = Stage::Investigating;
        self.closure = None;
        self.counted_apart = false;
        self.closed_at = None;
        self.answer = None;
        self.waiting_since.get_or_insert(at);
    }

    fn hand_to(&mut self, to: StaffId) {
        if !self.former_handlers.contains(&self.handler) {
            self.former_handlers.push(self.handler);
        }
        self.handler = to;
        self.declines = 0;
    }

    fn set_handoff(&mut self, id: HandoffId, state: HandoffState) {
        self.handoffs.iter_mut().filter(|h| h.id == id).for_each(|h| h.state = state);
    }

    fn set_succession(&mut self, id: SuccessionId, state: SuccessionState) {
        self.successions.iter_mut().filter(|s| s.id == id).for_each(|s| s.state = state);
    }

    fn set_attachment(&mut self, id: AttachmentId, state: AttachmentState) {
        self.attachments.iter_mut().filter(|a| a.id == id).for_each(|a| a.state = state);
    }

    fn set_promise(&mut self, id: PromiseId, state: PromiseState) {
        self.promises.iter_mut().filter(|p| p.id == id).for_each(|p| p.state = state);
    }
}

pub(super) fn staff(actor: Actor) -> Option<StaffId> {
    match actor {
        Actor::Staff(id) => Some(id),
        Actor::System => None,
    }
}

fn take<T: Clone>(place: &mut Option<T>, new: Option<&T>) {
    if let Some(new) = new {
        *place = Some(new.clone());
    }
}
