//! What could be done now. The page asks the rules themselves, with nothing kept, so that there is no second copy of
//! them: a verb that would go through is offered, and what stands in the way of closing is told beforehand.

use firsthand_domain::authority::Authority;
use firsthand_domain::code::{Answer, Channel, Finding, ReplyKind};
use firsthand_domain::complaint::Complaint;
use firsthand_domain::policy::Policy;
use firsthand_domain::staff::Staff;
use firsthand_domain::text::{Narrative, Text};
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::{
    Acknowledge, AddNote, AwaitCustomer, Close, CourtesyReply, Decide, MakePromise, Merge, RecordAnswer,
    SendReply, Verb, Why, Withdraw,
};
use firsthand_domain::{Context, Known, Refusal};
use uuid::Uuid;

/// A person before a complaint.
pub(super) struct Rules<'p> {
    complaint: &'p Complaint,
    me: &'p Staff,
    policy: &'p Policy,
    now: Timestamp,
    /// Who is responsible and who handles it, as far as they still work here.
    known: Known,
    /// May this person write here at all?
    pub(super) writes: bool,
    /// Is this person in charge of the open complaint: responsible, handling or a lead?
    pub(super) in_charge: bool,
}

/// A text that says nothing, where a rule asks for one.
fn some<const MAX: usize>() -> Option<Text<MAX>> {
    Text::parse("-").ok()
}

/// The verb that asks for being in charge and for nothing else.
fn progress(body: Narrative) -> Verb {
    Verb::SendReply(SendReply {
        kind: ReplyKind::Progress,
        channel: Channel::Phone,
        body,
        delivered: true,
        points_answered: Vec::new(),
        to: Vec::new(),
        posted: false,
        attachments: Vec::new(),
    })
}

impl<'p> Rules<'p> {
    /// Asks the rules what they say of this person.
    pub(super) fn new(
        complaint: &'p Complaint,
        me: &'p Staff,
        staff: &[Staff],
        policy: &'p Policy,
        now: Timestamp,
    ) -> Self {
        let owners = [complaint.first_contact, complaint.handler];
        let known = staff.iter().filter(|person| owners.contains(&person.id));
        let staff = known.map(|person| (person.id, person.clone())).collect();
        let known = Known { staff, ..Known::default() };
        let mut rules = Self { complaint, me, policy, now, known, writes: false, in_charge: false };
        rules.writes =
            rules.say(some().map(|body| Verb::AddNote(AddNote { body, attachments: Vec::new() }))).is_ok();
        rules.in_charge = rules.say(some().map(progress)).is_ok();
        rules
    }

    /// What the rules say to a verb.
    fn say(&self, verb: Option<Verb>) -> Result<(), Refusal> {
        let mut new_id = Uuid::nil;
        let (actor, now, policy, known) = (Some(self.me), self.now, self.policy, &self.known);
        let mut context = Context { actor, now, policy, new_id: &mut new_id, known };
        let verb = verb.ok_or(Refusal::NotFound)?;
        self.complaint.perform(&verb, &mut context).map(drop)
    }

    /// What the rules say to a verb on an award, under this authority.
    pub(super) fn on_award(&self, verb: Option<Verb>, authority: &Authority) -> Result<(), Refusal> {
        let mut new_id = Uuid::nil;
        let known =
            Known { authority: authority.clone(), staff: self.known.staff.clone(), ..Known::default() };
        let (actor, now, policy) = (Some(self.me), self.now, self.policy);
        let mut context = Context { actor, now, policy, new_id: &mut new_id, known: &known };
        self.complaint.perform(&verb.ok_or(Refusal::NotFound)?, &mut context).map(drop)
    }

    fn why() -> Option<Why> {
        Some(Why { reason: some()? })
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

    /// Going on under another complaint, or why not.
    pub(super) fn merge(&self, other: Complaint) -> Result<(), Refusal> {
        let mut new_id = Uuid::nil;
        let verb = Merge {
            into: Text::parse(&other.id.to_string()).map_err(|_| Refusal::NotFound)?,
            reason: None,
            keep: Vec::new(),
        };
        let (staff, complaint) = (self.known.staff.clone(), Some(Box::new(other)));
        let known = Known { staff, complaint, ..Known::default() };
        let (actor, now, policy) = (Some(self.me), self.now, self.policy);
        let mut context = Context { actor, now, policy, new_id: &mut new_id, known: &known };
        self.complaint.perform(&Verb::Merge(verb), &mut context).map(drop)
    }

    pub(super) fn void(&self) -> bool {
        self.say(Self::why().map(Verb::Void)).is_ok()
    }
}
