//! What could be done now. The page asks the rules themselves, with nothing kept, so that there is no second copy of
//! them: a verb that would go through is offered, and what stands in the way of closing is told beforehand.

use firsthand_domain::code::{Answer, Channel, Finding};
use firsthand_domain::complaint::Complaint;
use firsthand_domain::policy::Policy;
use firsthand_domain::staff::Staff;
use firsthand_domain::text::Text;
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::{
    Acknowledge, AwaitCustomer, Close, CourtesyReply, Decide, MakePromise, RecordAnswer, Verb, Why, Withdraw,
};
use firsthand_domain::{Context, Known, Refusal};
use uuid::Uuid;

/// A person before a complaint.
pub(super) struct Rules<'p> {
    pub(super) complaint: &'p Complaint,
    pub(super) me: &'p Staff,
    pub(super) staff: &'p [Staff],
    pub(super) policy: &'p Policy,
    pub(super) now: Timestamp,
}

/// A text that says nothing, where a rule asks for one.
fn some<const MAX: usize>() -> Option<Text<MAX>> {
    Text::parse("-").ok()
}

impl Rules<'_> {
    /// What the rules say to a verb.
    fn say(&self, verb: Option<Verb>) -> Result<(), Refusal> {
        let staff = self.staff.iter().map(|person| (person.id, person.clone())).collect();
        let known = Known { staff, ..Known::default() };
        let mut new_id = Uuid::nil;
        let (actor, now, policy) = (Some(self.me), self.now, self.policy);
        let mut context = Context { actor, now, policy, new_id: &mut new_id, known: &known };
        let verb = verb.ok_or(Refusal::NotFound)?;
        self.complaint.perform(&verb, &mut context).map(drop)
    }

    fn why() -> Option<Why> {
        Some(Why { reason: some()? })
    }

    /// May this person write here at all?
    pub(super) fn writes(&self) -> bool {
        let note = some().map(|body| Verb::AddNote(firsthand_domain::verb::AddNote { body }));
        self.say(note).is_ok()
    }

    /// Is this person in charge: responsible, handling or a lead? So told by the verb that asks for nothing else.
    pub(super) fn in_charge(&self) -> bool {
        let reply = some().map(|body| {
            let kind = firsthand_domain::code::ReplyKind::Progress;
            let (points_answered, to) = (Vec::new(), Vec::new());
            let reply = firsthand_domain::verb::SendReply {
                kind,
                channel: Channel::Phone,
                body,
                delivered: true,
                points_answered,
                to,
                posted: false,
            };
            Verb::SendReply(reply)
        });
        self.say(reply).is_ok()
    }

    pub(super) fn promise(&self) -> bool {
        let due_at = self.now.plus_days(1);
        self.say(some().map(|text| Verb::MakePromise(MakePromise { text, due_at, responsible: None })))
            .is_ok()
    }

    /// A decision, or why not where a person could do something about it.
    pub(super) fn decide(&self) -> Result<(), Refusal> {
        self.say(some().map(|reasons| {
            Verb::Decide(Decide { outcome: Finding::Upheld, reasons, alternative: None, next_route: None })
        }))
    }

    pub(super) fn acknowledge(&self) -> bool {
        self.say(some().map(|body| Verb::Acknowledge(Acknowledge { channel: Channel::Phone, body }))).is_ok()
    }

    pub(super) fn await_customer(&self) -> bool {
        let due_at = self.now.plus_days(1);
        self.say(some().map(|question| Verb::AwaitCustomer(AwaitCustomer { question, due_at }))).is_ok()
    }

    pub(super) fn answer(&self) -> bool {
        let answer = RecordAnswer { answer: Answer::Accepted, channel: Channel::Phone };
        self.say(Some(Verb::RecordAnswer(answer))).is_ok()
    }

    /// Closing, or everything that is missing.
    pub(super) fn close(&self) -> Result<(), Refusal> {
        self.say(some().map(|reason| Verb::Close(Close { reason, external_body: None })))
    }

    pub(super) fn reopen(&self) -> bool {
        self.say(Self::why().map(Verb::Reopen)).is_ok()
    }

    pub(super) fn withdraw(&self) -> bool {
        let withdraw = || {
            let (reason, channel) = (some()?, Channel::Phone);
            let reply = CourtesyReply { channel, body: some()?, delivered: true };
            Some(Verb::Withdraw(Withdraw { reason, channel, reply }))
        };
        self.say(withdraw()).is_ok()
    }

    pub(super) fn void(&self) -> bool {
        self.say(Self::why().map(Verb::Void)).is_ok()
    }
}
