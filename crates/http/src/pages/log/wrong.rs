//! What is wrong with what was filled in, beside the field and in words.

use firsthand_domain::Refusal;
use firsthand_domain::refusal::NotAReceiver;
use firsthand_domain::time::Timestamp;

use super::shown::answer_by;
use super::who::{Person, person};
use crate::form::Form;
use crate::problem::Problem;
use crate::speech::Speech;

/// The fields a fault can stand beside, by the id of their control.
const CONTROLS: &[&str] = &[
    "attachments",
    "received_at",
    "who-box",
    "customer-name",
    "customer-phone",
    "customer-email",
    "narrative",
    "product",
    "order_ref",
    "place",
    "incident_at",
    "category",
    "desired_remedy",
    "severity",
    "answer-by",
    "promise-text",
    "promise-due_at",
    "settled",
    "settled-reply-body",
    "settled-decision-reasons",
    "settled-decision-alternative",
    "settled-decision-next_route",
    "settled-cause-cause",
    "settled-cause-evidence",
    "settled-award-type",
    "settled-award-basis",
    "settled-award-value-amount",
    "settled-award-value-currency",
    "settled-award-reason",
    "about_staff",
    "handler",
    "offer-to",
    "offer-reason",
    "offer-request",
];

/// One fault: the control it stands beside, if there is one, and the words.
#[derive(Debug, Clone)]
pub(super) struct Wrong {
    pub(super) control: &'static str,
    pub(super) words: String,
}

impl Wrong {
    pub(super) fn at(control: &'static str, words: impl Into<String>) -> Self {
        Self { control, words: words.into() }
    }
}

/// What must be there before it is sent at all: who, what, how to answer; to whom and why for an offer.
pub(super) fn missing(speech: &Speech, form: &Form, offering: bool) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let mut need = |there: bool, control: &'static str, key: &str| {
        if !there {
            wrong.push(Wrong::at(control, speech.say(key)));
        }
    };
    let who = person(form);
    need(who != Person::Nobody, "who-box", "log-need-who");
    need(form.filled("narrative").is_some(), "narrative", "log-need-what");
    // Nobody can be answered who gave no name, and who is content has been answered.
    let answered = who == Person::Anonymous || form.filled("_settled").is_some();
    need(answered || answer_by(form).is_some(), "answer-by", "log-need-answer");
    if offering {
        need(form.filled("_offer.to").is_some(), "offer-to", "log-need-to");
        need(form.filled("_offer.reason").is_some(), "offer-reason", "log-need-reason");
        need(form.filled("_offer.request").is_some(), "offer-request", "log-need-request");
    }
    wrong
}

/// What the call refused, beside the control it is about.
pub(super) fn refused(speech: &Speech, problem: &Problem, form: &Form) -> Wrong {
    match problem.refusal() {
        Some(Refusal::Field { field, expected }) => {
            Wrong::at(control(field), words(speech, field, expected, form))
        }
        Some(Refusal::NotAReceiver { field, .. }) => Wrong::at(control(field), problem.words(speech)),
        Some(Refusal::CannotClose(missing)) if missing.missing == ["primary_cause"] => {
            Wrong::at("settled-cause-cause", speech.say("log-need-cause"))
        }
        Some(Refusal::CannotClose(missing)) if missing.missing.contains(&"open_promises") => {
            Wrong::at("settled", speech.say("log-promise-open"))
        }
        Some(Refusal::OpenPromises { .. }) => Wrong::at("settled", speech.say("log-promise-open")),
        Some(
            Refusal::LimitExceeded(_) | Refusal::RelatedParty { .. } | Refusal::AnotherPersonNeeded { .. },
        ) => Wrong::at("settled-award-value-amount", problem.words(speech)),
        Some(
            Refusal::FileTooLarge { .. } | Refusal::PictureTooLarge { .. } | Refusal::TooManyFiles { .. },
        ) => Wrong::at("attachments", problem.words(speech)),
        Some(Refusal::CannotClose(_)) => Wrong::at("settled", problem.words(speech)),
        _ => Wrong::at("", problem.words(speech)),
    }
}

/// The control of a field of the call.
fn control(field: &str) -> &'static str {
    let id = match field {
        "customer" | "customer.id" => "who-box".to_owned(),
        "settled.reply" => "settled-reply-body".to_owned(),
        field if field == "file" || field.starts_with("attachments") => "attachments".to_owned(),
        "settled.award.value" => "settled-award-value-amount".to_owned(),
        "settled.decision" | "settled.decision.outcome" => "settled".to_owned(),
        other => other.replace('.', "-"),
    };
    CONTROLS.iter().find(|known| **known == id).copied().unwrap_or_default()
}

fn words(speech: &Speech, field: &str, expected: &str, form: &Form) -> String {
    if let Some((limit, length)) = too_long(expected) {
        return speech.with2("log-too-long", "limit", limit, "length", length);
    }
    let key = match (field, expected) {
        ("promise.due_at" | "_offer.answer_by", "expected an instant in the future") => {
            return speech.with("log-passed", "time", written(speech, form.get(field)));
        }
        (_, "expected an instant that is not in the future") => "log-future",
        ("received_at" | "incident_at", _) => "log-no-time",
        ("customer.name", _) => "log-need-name",
        ("customer.phone", _) => "log-wrong-phone",
        ("customer.email", _) => "log-wrong-email",
        ("narrative", _) => "log-need-what",
        ("promise.text", _) => "log-need-promise",
        ("promise.due_at", _) => "log-need-due",
        ("settled.reply.body", _) => "log-need-told",
        ("settled.decision.reasons", _) => "log-need-reasons",
        ("settled.decision.alternative", _) => "log-need-alternative",
        ("settled.decision.next_route", _) => "log-need-next",
        ("settled.cause.cause", _) => "log-need-cause",
        ("settled.cause.evidence", _) => "log-need-evidence",
        ("handler", _) => "log-need-handler",
        _ => return speech.wrong(field, expected),
    };
    speech.say(key).into_owned()
}

/// A time from a field, as people write it; what is none as it is.
pub(super) fn written(speech: &Speech, field: &str) -> String {
    let at = field.parse::<jiff::civil::DateTime>().ok().and_then(|at| speech.zone().to_zoned(at).ok());
    at.map_or_else(
        || field.to_owned(),
        |at| speech.moment(Timestamp::from_micros(at.timestamp().as_microsecond())),
    )
}

/// `expected at most 200 characters, got 215`
fn too_long(expected: &str) -> Option<(usize, usize)> {
    let (limit, length) = expected.strip_prefix("expected at most ")?.split_once(" characters, got ")?;
    Some((limit.parse().ok()?, length.parse().ok()?))
}

/// The message for an offer that was refused after the complaint was saved; as it stands in an address.
pub(super) fn of_offer(problem: &Problem) -> &'static str {
    match problem.refusal() {
        Some(Refusal::NotAReceiver { why, .. }) => match why {
            NotAReceiver::Oneself => "receiver-oneself",
            NotAReceiver::AlreadyHandler => "receiver-already-handler",
            NotAReceiver::Disabled => "receiver-disabled",
            NotAReceiver::Auditor => "receiver-auditor",
            NotAReceiver::ComplainedAbout => "receiver-complained-about",
            NotAReceiver::KeptAway => "receiver-kept-away",
        },
        Some(Refusal::HandoffPending { .. }) => "refusal-handoff-pending",
        Some(Refusal::ComplainedAbout) => "refusal-complained-about",
        Some(Refusal::WrongStage { .. }) => "log-offer-closed",
        _ => "log-offer-failed",
    }
}

/// Every message that [`of_offer`] can give: an address can be written by anybody.
pub(super) const OFFER_REFUSED: &[&str] = &[
    "receiver-oneself",
    "receiver-already-handler",
    "receiver-disabled",
    "receiver-auditor",
    "receiver-complained-about",
    "receiver-kept-away",
    "refusal-handoff-pending",
    "refusal-complained-about",
    "log-offer-closed",
    "log-offer-failed",
];
