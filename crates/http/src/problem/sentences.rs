//! A refusal in a sentence: what stands in the way and what to do about it.

mod authority;
mod files;
mod fixes;

use std::fmt::Display;

use firsthand_domain::Refusal;
use firsthand_domain::refusal::NotAReceiver;

fn list<T: Display>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[expect(clippy::too_many_lines, reason = "one arm for each refusal")]
pub(super) fn of(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotFound => "There is nothing here that you may know of.".to_owned(),
        Refusal::ReadOnly => "Auditors and people who have left read and do not write.".to_owned(),
        Refusal::NotYours { allowed } => {
            format!("This is for {} to do. Ask one of them.", list(allowed).replace('_', " "))
        }
        Refusal::ComplainedAbout => {
            "The complaint is about you, so you take no part in it. Leave it to its handler.".to_owned()
        }
        Refusal::KeptAway => {
            "The complaint is about handling in which you or your team took part. Leave it to others.".to_owned()
        }
        Refusal::NotTheReceiver => "Only the person it was offered to can answer this offer.".to_owned(),
        Refusal::AnotherDecider { .. } => {
            "A new cycle needs a decider who has not decided before. Hand the complaint to somebody else.".to_owned()
        }
        Refusal::SecondPersonNeeded => {
            "Voiding takes someone other than the logger and the first contact. Ask a colleague.".to_owned()
        }
        Refusal::WrongStage { stage, allowed } => {
            format!("The complaint is {stage}. This has its place while it is one of: {}.", list(allowed))
        }
        Refusal::HandoffPending { .. } => {
            "A handoff waits for its answer already. Wait for it, or recall it first.".to_owned()
        }
        Refusal::HandoffOver { state } => format!("The handoff is {state}. Offer a new one if it is still needed."),
        Refusal::ArbitrationNeeded { declines } => {
            format!("The handling was declined {declines} times. A lead assigns it now, by arbitration.")
        }
        Refusal::SuccessionOver { state } => {
            format!("The succession is {state}. A lead can offer a new one if it is still needed.")
        }
        Refusal::ReplyOver { state } => format!("The reply is {state} already. Send a new one if needed."),
        Refusal::PromiseOver { state, allowed } => {
            format!("The promise is {state}. This has its place while it is one of: {}.", list(allowed))
        }
        Refusal::CannotClose(missing) => {
            format!("Before it can be closed, this is missing: {}.", list(&missing.missing).replace('_', " "))
        }
        Refusal::OpenPromises { open_promises } => {
            format!("{} promises are open. Keep, void or abandon them first.", open_promises.len())
        }
        Refusal::AttemptsMissing { attempts, needed, spread, spread_needed } => format!(
            "{attempts} of {needed} attempts to reach the customer after the reply are on record, over {spread} of \
             {spread_needed} channels or days. Record further outbound contacts that did not reach the customer."
        ),
        Refusal::AlreadyAnswered => "The customer has already answered in this cycle.".to_owned(),
        Refusal::MergeIntoEarlier { .. } => {
            "Complaints merge into the one received first. Merge the later one into `earlier`.".to_owned()
        }
        Refusal::OtherClosed { .. } => "The other complaint is closed. Name an open one.".to_owned(),
        Refusal::MergeLosesProtection => {
            "Merging would show a restricted complaint, or one about a person, to those it is kept from. Link them \
             instead."
                .to_owned()
        }
        Refusal::CustomerMerged { into } => {
            format!("This record goes on under {into}. Name that one, or undo that merge first.")
        }
        Refusal::CustomerNotMerged { .. } => {
            "That record does not go on under this one. Name one that does.".to_owned()
        }
        Refusal::NotMerged { .. } => "That complaint is not merged into this one. Name one that is.".to_owned(),
        Refusal::UnmergeFirst { .. } => {
            "This complaint goes on under another. Undo the merge there to take it up again.".to_owned()
        }
        Refusal::HandOverFirst { .. } => {
            "The change would keep the present handler away. Let the handling pass to somebody else first.".to_owned()
        }
        Refusal::ReopenWindowOver { window_days, .. } => format!(
            "It was closed more than {window_days} days ago. Log a new complaint and link it to this one."
        ),
        Refusal::FirstContactLeft { .. } => {
            "Its first contact no longer works here. A lead offers a succession first.".to_owned()
        }
        Refusal::OpenDuties(duties) => format!(
            "This person still is first contact of {}, handler of {} and responsible for {} promises, holds {} \
             grants under which awards are still to be given, and sees to {} corrective actions. Pass these duties on \
             first.",
            duties.first_contact.len(),
            duties.handler.len(),
            duties.promises.len(),
            duties.grants.len(),
            duties.actions.len()
        ),
        Refusal::LastAdministrator => {
            "This is the last administrator. Make somebody else an administrator first.".to_owned()
        }
        Refusal::NoDuty { .. } => "The person named holds no duty on this complaint. Name one who does.".to_owned(),
        Refusal::NotAReceiver { field, why } => format!("`{field}` cannot take this: {}.", reason(*why)),
        Refusal::Field { field, expected } => format!("`{field}`: {}.", expected.trim_end_matches('.')),
        Refusal::Taken { field } => format!("This `{field}` is taken already. Choose another."),
        Refusal::Stale { version } => {
            format!("It has changed since you read it and is now at version {version}. Read it again.")
        }
        Refusal::KeyReused => {
            "This Idempotency-Key was used with another request. Use a new key for a new request.".to_owned()
        }
        Refusal::LimitExceeded(_)
        | Refusal::SelfApproval { .. }
        | Refusal::RelatedParty { .. }
        | Refusal::ApprovedAlready
        | Refusal::AnotherPersonNeeded { .. }
        | Refusal::AwardOver { .. }
        | Refusal::AwardsUnderWay { .. }
        | Refusal::RemedyMissing
        | Refusal::ApprovalBroken { .. }
        | Refusal::NothingToRatify
        | Refusal::SelfGrant
        | Refusal::GrantOver { .. }
        | Refusal::ParentNotInForce { .. } => authority::of(refusal),
        Refusal::OwnAction
        | Refusal::ActionOver { .. }
        | Refusal::PlanMissing
        | Refusal::WatchExtended
        | Refusal::ProblemOver { .. }
        | Refusal::NoFixProven => fixes::of(refusal),
        Refusal::FileTooLarge { .. }
        | Refusal::PictureTooLarge { .. }
        | Refusal::TooManyFiles { .. }
        | Refusal::AttachmentOver { .. } => files::of(refusal),
    }
}

fn reason(why: NotAReceiver) -> &'static str {
    match why {
        NotAReceiver::Oneself => "name somebody other than yourself",
        NotAReceiver::AlreadyHandler => "this person handles it already",
        NotAReceiver::Disabled => "name somebody who works here",
        NotAReceiver::Auditor => "auditors hold no duties",
        NotAReceiver::ComplainedAbout => "the complaint is about this person",
        NotAReceiver::KeptAway => "this person or their team took part in the handling complained of",
    }
}

/// One refusal of each kind, for the test that each has a status and a sentence.
#[cfg(test)]
pub(super) fn one_of_each() -> Vec<Refusal> {
    use firsthand_domain::code::{HandoffState, PromiseState, ReplyState, Stage, SuccessionState};
    use firsthand_domain::id::{ComplaintId, CustomerId, HandoffId, StaffId};
    use firsthand_domain::time::Timestamp;
    use uuid::Uuid;

    let (staff, complaint) = (StaffId(Uuid::nil()), ComplaintId(Uuid::nil()));
    let customer = CustomerId(Uuid::nil());
    let mut all = vec![
        Refusal::NotFound,
        Refusal::ReadOnly,
        Refusal::NotYours { allowed: vec!["first_contact", "lead"] },
        Refusal::ComplainedAbout,
        Refusal::KeptAway,
        Refusal::NotTheReceiver,
        Refusal::AnotherDecider { deciders: vec![staff] },
        Refusal::SecondPersonNeeded,
        Refusal::WrongStage { stage: Stage::Closed, allowed: vec![Stage::Decided] },
        Refusal::HandoffPending { handoff: HandoffId(Uuid::nil()) },
        Refusal::HandoffOver { state: HandoffState::Lapsed },
        Refusal::ArbitrationNeeded { declines: 2 },
        Refusal::SuccessionOver { state: SuccessionState::Declined },
        Refusal::ReplyOver { state: ReplyState::Failed },
        Refusal::PromiseOver { state: PromiseState::Kept, allowed: vec![PromiseState::Made] },
        Refusal::CannotClose(Box::default()),
        Refusal::OpenPromises { open_promises: Vec::new() },
        Refusal::AttemptsMissing { attempts: 1, needed: 3, spread: 1, spread_needed: 2 },
        Refusal::AlreadyAnswered,
        Refusal::MergeIntoEarlier { earlier: complaint },
        Refusal::OtherClosed { complaint },
        Refusal::MergeLosesProtection,
        Refusal::NotMerged { complaint },
        Refusal::CustomerMerged { into: customer },
        Refusal::CustomerNotMerged { customer },
        Refusal::UnmergeFirst { into: None },
        Refusal::HandOverFirst { handler: staff },
        Refusal::ReopenWindowOver { closed_at: Timestamp::from_micros(0), window_days: 30 },
        Refusal::FirstContactLeft { first_contact: staff },
        Refusal::OpenDuties(Box::default()),
        Refusal::LastAdministrator,
        Refusal::NoDuty { staff },
        Refusal::NotAReceiver { field: "to".into(), why: NotAReceiver::Auditor },
        Refusal::field("to", "expected somebody"),
        Refusal::Taken { field: "email".into() },
        Refusal::Stale { version: 4 },
        Refusal::KeyReused,
    ];
    all.extend(authority::one_of_each());
    all.extend(fixes::one_of_each());
    all.extend(files::one_of_each());
    all
}
