//! The bodies of the verbs, as the API would read them.

use firsthand_domain::id::{ComplaintId, HandoffId, PromiseId, ReplyId, StaffId, SuccessionId};
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::Verb;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub(crate) fn body<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// The least that a complaint needs.
pub(crate) fn anonymous() -> Value {
    json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": "The parcel came open." })
}

/// The least that a complaint needs, and more.
pub(crate) fn anonymous_and(more: Value) -> Value {
    and(anonymous(), more)
}

/// A complaint of someone who can be reached.
pub(crate) fn from_customer() -> Value {
    json!({
        "channel": "phone",
        "customer": { "name": "Ana Kovács", "phone": "+36 1 234 5678" },
        "narrative": "The parcel came open.",
    })
}

pub(crate) fn and(value: Value, more: Value) -> Value {
    let (Value::Object(mut all), Value::Object(more)) = (value, more) else { panic!("expected two objects") };
    all.extend(more);
    Value::Object(all)
}

pub(crate) fn offer(to: StaffId) -> Verb {
    Verb::OfferHandoff(body(json!({ "to": to, "reason": "knows the depot", "request": "ask them" })))
}

pub(crate) fn accept(handoff: HandoffId) -> Verb {
    Verb::AcceptHandoff(handoff)
}

pub(crate) fn decline(handoff: HandoffId) -> Verb {
    Verb::DeclineHandoff(handoff, body(json!({ "reason": "no time" })))
}

pub(crate) fn recall(handoff: HandoffId) -> Verb {
    Verb::RecallHandoff(handoff, body(json!({})))
}

pub(crate) fn assess(value: Value) -> Verb {
    Verb::Assess(body(value))
}

pub(crate) fn note(text: &str) -> Verb {
    Verb::AddNote(body(json!({ "body": text })))
}

pub(crate) fn promise(due_at: Timestamp, responsible: StaffId) -> Verb {
    Verb::MakePromise(body(json!({ "text": "we call back", "due_at": due_at, "responsible": responsible })))
}

pub(crate) fn keep(promise: PromiseId) -> Verb {
    Verb::KeepPromise(promise, body(json!({ "evidence": "called at noon" })))
}

pub(crate) fn decide(outcome: &str) -> Verb {
    Verb::Decide(body(json!({
        "outcome": outcome, "reasons": "seen on the photograph",
        "alternative": "a voucher", "next_route": "the conciliation board",
    })))
}

pub(crate) fn reply(delivered: bool) -> Verb {
    Verb::SendReply(body(json!({
        "kind": "substantive", "channel": "phone", "body": "We send another one.", "delivered": delivered,
    })))
}

pub(crate) fn delivered(reply: ReplyId) -> Verb {
    Verb::ReplyDelivered(reply)
}

pub(crate) fn answer(answer: &str) -> Verb {
    Verb::RecordAnswer(body(json!({ "answer": answer, "channel": "phone" })))
}

pub(crate) fn cause(code: &str, role: &str) -> Verb {
    let evidence = "looked at the log of the depot";
    Verb::TagCause(body(
        json!({ "cause": code, "role": role, "confidence": "suspected", "evidence": evidence }),
    ))
}

pub(crate) fn acknowledge(value: Value) -> Verb {
    Verb::Acknowledge(body(value))
}

pub(crate) fn contact(value: Value) -> Verb {
    Verb::RecordContact(body(value))
}

pub(crate) fn link(to: ComplaintId) -> Verb {
    Verb::Link(body(json!({ "to": to, "kind": "related" })))
}

pub(crate) fn void() -> Verb {
    Verb::Void(body(json!({ "reason": "a test" })))
}

pub(crate) fn close() -> Verb {
    Verb::Close(body(json!({ "reason": "all said" })))
}

pub(crate) fn succession(from: StaffId, to: StaffId) -> Verb {
    Verb::OfferSuccession(body(json!({ "to": to, "reason": "moves away", "from": from })))
}

pub(crate) fn accept_succession(id: SuccessionId) -> Verb {
    Verb::AcceptSuccession(id)
}
