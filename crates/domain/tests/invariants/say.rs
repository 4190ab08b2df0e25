//! Short ways to say each verb.

use firsthand_domain::code::{
    Answer, CauseRole, Channel, Confidence, Detail, Direction, Finding, LinkKind, ReplyKind,
};
use firsthand_domain::customer::Complainant;
use firsthand_domain::id::{ComplaintId, HandoffId, PointId, PromiseId, ReplyId, StaffId, SuccessionId};
use firsthand_domain::import::ImportedComplaint;
use firsthand_domain::text::Text;
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::{
    Acknowledge, AddNote, Arbitrate, Assess, AwaitCustomer, Close, CourtesyReply, Decide, KeepPromise,
    LinkTo, Log, MakePromise, MaybeWhy, Merge, OfferHandoff, OfferSuccession, RecordAnswer, RecordContact,
    Refer, SendReply, Settled, SettledCause, SettledReply, SupersedePromise, TagCause, Unmerge, Verb, Why,
    Withdraw,
};

pub(crate) fn text<const MAX: usize>(words: &str) -> Text<MAX> {
    Text::parse(words).expect("a text")
}

pub(crate) fn why() -> Why {
    Why { reason: text("because it is so") }
}

/// A complaint in the fewest fields there are. Who complains is handed to the desk beside it.
pub(crate) fn plain() -> Log {
    Log {
        channel: Channel::Phone,
        customer: Complainant::Anonymous,
        narrative: text("the bottle leaked"),
        summary: None,
        product: None,
        place: None,
        order_ref: None,
        category: None,
        severity: None,
        incident_at: None,
        received_at: None,
        desired_remedy: None,
        points: Vec::new(),
        about_staff: None,
        handler: None,
        restricted: false,
        promise: None,
        settled: None,
        attachments: Vec::new(),
    }
}

pub(crate) fn with_points(points: usize) -> Log {
    Log { points: (0..points).map(|n| text(&format!("point {n}"))).collect(), ..plain() }
}

pub(crate) fn settled() -> Settled {
    let reply = SettledReply { channel: None, body: text("a new bottle comes today") };
    let cause = SettledCause { cause: text("late-courier"), confidence: None, evidence: None };
    Settled { reply, decision: None, cause: Some(cause), award: None }
}

pub(crate) fn row(received_at: Timestamp, closed: bool) -> ImportedComplaint {
    ImportedComplaint {
        key: text("row 1"),
        received_at,
        incident_at: None,
        narrative: text("from the old system"),
        summary: None,
        channel: Channel::Email,
        customer: None,
        product: None,
        place: None,
        category: None,
        order_ref: None,
        desired_remedy: None,
        closed,
        severity: None,
        amount: None,
    }
}

pub(crate) fn acknowledge() -> Verb {
    Verb::Acknowledge(Acknowledge { channel: Channel::Phone, body: text("Ana has it") })
}

pub(crate) fn nothing_assessed() -> Assess {
    serde_json::from_str("{}").expect("every field may be left out")
}

pub(crate) fn assess(fields: Assess) -> Verb {
    Verb::Assess(Box::new(fields))
}

pub(crate) fn add_point() -> Verb {
    assess(Assess { points: vec![text("and the invoice is wrong")], ..nothing_assessed() })
}

pub(crate) fn about(staff: StaffId) -> Verb {
    assess(Assess { about_staff: Some(staff), ..nothing_assessed() })
}

pub(crate) fn hand_to(to: StaffId) -> Verb {
    hand_to_by(to, None)
}

pub(crate) fn hand_to_by(to: StaffId, answer_by: Option<Timestamp>) -> Verb {
    let (reason, request) = (text("knows couriers"), text("find the parcel"));
    Verb::OfferHandoff(OfferHandoff { to, reason, request, promised: None, answer_by })
}

pub(crate) fn accept(handoff: HandoffId) -> Verb {
    Verb::AcceptHandoff(handoff)
}

pub(crate) fn decline(handoff: HandoffId) -> Verb {
    Verb::DeclineHandoff(handoff, why())
}

pub(crate) fn recall(handoff: HandoffId) -> Verb {
    Verb::RecallHandoff(handoff, MaybeWhy::default())
}

pub(crate) fn arbitrate(handler: StaffId) -> Verb {
    Verb::Arbitrate(Arbitrate { handler, reason: text("it must lie somewhere") })
}

pub(crate) fn succeed(to: StaffId, from: Option<StaffId>) -> Verb {
    Verb::OfferSuccession(OfferSuccession { to, reason: text("leaves the firm"), from })
}

pub(crate) fn decline_succession(succession: SuccessionId) -> Verb {
    Verb::DeclineSuccession(succession, MaybeWhy::default())
}

pub(crate) fn ask_customer(due_at: Timestamp) -> Verb {
    Verb::AwaitCustomer(AwaitCustomer { question: text("which batch?"), due_at })
}

pub(crate) fn customer_writes(channel: Channel) -> Verb {
    let (direction, body) = (Direction::In, text("batch 7"));
    Verb::RecordContact(RecordContact { channel, direction, body, reached: None, attachments: Vec::new() })
}

pub(crate) fn try_customer(channel: Channel) -> Verb {
    call_customer(channel, false)
}

pub(crate) fn call_customer(channel: Channel, reached: bool) -> Verb {
    let (direction, body) = (Direction::Out, text("are you content?"));
    Verb::RecordContact(RecordContact {
        channel,
        direction,
        body,
        reached: Some(reached),
        attachments: Vec::new(),
    })
}

pub(crate) fn note() -> Verb {
    Verb::AddNote(AddNote { body: text("the courier is new"), attachments: Vec::new() })
}

pub(crate) fn decide(outcome: Finding) -> Verb {
    let rejected = outcome == Finding::Rejected;
    Verb::Decide(Decide {
        outcome,
        reasons: text("we looked at the scans"),
        alternative: rejected.then(|| text("a discount next time")),
        next_route: rejected.then(|| text("the ombudsman")),
    })
}

pub(crate) fn a_reply(kind: ReplyKind, delivered: bool) -> SendReply {
    let (channel, body) = (Channel::Email, text("this is what we found"));
    SendReply {
        kind,
        channel,
        body,
        delivered,
        points_answered: Vec::new(),
        to: Vec::new(),
        posted: false,
        attachments: Vec::new(),
    }
}

/// A substantive reply that answers these points.
pub(crate) fn reply(points: &[PointId], delivered: bool) -> Verb {
    let points_answered = points.to_vec();
    Verb::SendReply(SendReply { points_answered, ..a_reply(ReplyKind::Substantive, delivered) })
}

/// A substantive reply shown under the reference.
pub(crate) fn post() -> Verb {
    Verb::SendReply(SendReply { posted: true, ..a_reply(ReplyKind::Substantive, false) })
}

pub(crate) fn send(kind: ReplyKind, delivered: bool) -> Verb {
    Verb::SendReply(a_reply(kind, delivered))
}

pub(crate) fn failed(reply: ReplyId) -> Verb {
    Verb::ReplyFailed(reply, MaybeWhy::default())
}

pub(crate) fn answers(answer: Answer) -> Verb {
    Verb::RecordAnswer(RecordAnswer { answer, channel: Channel::Phone })
}

pub(crate) fn promise(due_at: Timestamp, responsible: Option<StaffId>) -> MakePromise {
    MakePromise { text: text("a new bottle"), due_at, responsible }
}

pub(crate) fn promises(due_at: Timestamp) -> Verb {
    Verb::MakePromise(promise(due_at, None))
}

pub(crate) fn keep(promise: PromiseId) -> Verb {
    Verb::KeepPromise(promise, KeepPromise { evidence: text("signed for") })
}

pub(crate) fn supersede(promise: PromiseId, due_at: Timestamp, consent: bool) -> Verb {
    let consent = consent.then(|| text("on the phone this morning"));
    let body = SupersedePromise { text: text("two bottles"), due_at, consent, reason: text("out of stock") };
    Verb::SupersedePromise(promise, body)
}

pub(crate) fn tag(cause: &str, role: CauseRole, evidence: bool) -> Verb {
    Verb::TagCause(TagCause {
        cause: text(cause),
        role,
        confidence: Confidence::Suspected,
        whys: Vec::new(),
        escape_point: None,
        evidence: evidence.then(|| text("asked all three couriers")),
    })
}

pub(crate) fn primary(cause: &str) -> Verb {
    tag(cause, CauseRole::Primary, false)
}

pub(crate) fn close() -> Verb {
    Verb::Close(Close { reason: text("done"), external_body: None })
}

pub(crate) fn close_with_body() -> Verb {
    Verb::Close(Close { reason: text("no agreement"), external_body: Some(text("the ombudsman")) })
}

pub(crate) fn withdraw(delivered: bool) -> Verb {
    let reply = CourtesyReply { channel: Channel::Phone, body: text("thank you all the same"), delivered };
    Verb::Withdraw(Withdraw { reason: text("found it"), channel: Channel::Phone, reply })
}

pub(crate) fn merge_keeping(into: ComplaintId, detail: Detail) -> Verb {
    Verb::Merge(Merge { into: text(&into.to_string()), reason: None, keep: vec![detail] })
}

pub(crate) fn merge(into: ComplaintId) -> Verb {
    Verb::Merge(Merge { into: text(&into.to_string()), reason: None, keep: Vec::new() })
}

pub(crate) fn unmerge(complaint: ComplaintId) -> Verb {
    Verb::Unmerge(Unmerge { complaint: text(&complaint.to_string()), reason: None })
}

pub(crate) fn link(to: ComplaintId, kind: LinkKind) -> Verb {
    Verb::Link(LinkTo { to: text(&to.to_string()), kind, reason: None })
}

pub(crate) fn refer() -> Verb {
    let date = serde_json::from_str("\"2026-03-01\"").expect("a date");
    Verb::Refer(Refer { body: text("the ombudsman"), date, reference: text("O-1"), reason: None })
}
