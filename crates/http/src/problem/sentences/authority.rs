//! Refusals about awards and the authority to give them, in a sentence.

use firsthand_domain::Refusal;
use firsthand_domain::authority::NotCovered;
use firsthand_domain::refusal::Beyond;

use super::list;

pub(super) fn of(refusal: &Refusal) -> String {
    match refusal {
        Refusal::LimitExceeded(beyond) => limit_exceeded(beyond),
        Refusal::SelfApproval { .. } => {
            "You asked for this award or amended it, so somebody else decides on it.".to_owned()
        }
        Refusal::RelatedParty { .. } => {
            "You, or somebody you are related to, is a party to this award. Leave it to somebody else.".to_owned()
        }
        Refusal::ApprovedAlready => {
            "You have approved this award already. It takes the approval of somebody else.".to_owned()
        }
        Refusal::AnotherPersonNeeded { .. } => {
            "At this amount whoever asked, whoever approved and whoever gives are different people. Ask a colleague."
                .to_owned()
        }
        Refusal::AwardOver { state, allowed } => {
            format!("The award is {state}. This has its place while it is one of: {}.", list(allowed))
        }
        Refusal::AwardsUnderWay { awards } => {
            format!("{} awards are under way. Give, withdraw or refuse them first.", awards.len())
        }
        Refusal::RemedyMissing => {
            "What the customer wants is not on record. Assess the complaint with `desired_remedy` first.".to_owned()
        }
        Refusal::ApprovalBroken { differs } => {
            format!("The {differs} is not what was approved. Amend the award and have it approved anew.")
        }
        Refusal::NothingToRatify => {
            "It is no emergency award that was approved, or somebody has spoken to it already.".to_owned()
        }
        Refusal::SelfGrant => {
            "Nobody gives authority to themselves or activates what they wrote. Ask a colleague.".to_owned()
        }
        Refusal::GrantOver { state, allowed } => {
            format!("The grant is {state}. This has its place while it is one of: {}.", list(allowed))
        }
        Refusal::ParentNotInForce { grant, state } => {
            format!("Grant {grant}, above this one, is {state}. It must be active first.")
        }
        other => format!("Refused: {}.", other.name()),
    }
}

fn limit_exceeded(beyond: &Beyond) -> String {
    let fact = match (beyond.limited_by, beyond.not_covered) {
        (Some(limit), _) => {
            format!("The limit `{limit}` is {}, of which {} remains.", beyond.limit, beyond.remaining)
        }
        (None, Some(why)) => format!("No grant of yours covers this: {}.", not_covered(why)),
        (None, None) => "You hold no grant.".to_owned(),
    };
    if beyond.next_holders.is_empty() {
        return fact;
    }
    let next = beyond.next_holders.iter().map(|next| format!("{} (up to {})", next.name, next.up_to));
    format!("{fact} Ask {}.", next.collect::<Vec<_>>().join(", "))
}

const fn not_covered(why: NotCovered) -> &'static str {
    match why {
        NotCovered::Currency => "another currency",
        NotCovered::Type => "another type",
        NotCovered::Basis => "another basis",
        NotCovered::Scope => "another team, product, channel or cause",
        NotCovered::NotInForce => "it, or a grant above it, is not in force",
    }
}

#[cfg(test)]
pub(super) fn one_of_each() -> Vec<Refusal> {
    use firsthand_domain::authority::NextHolder;
    use firsthand_domain::code::{AwardState, GrantState};
    use firsthand_domain::id::{AwardId, GrantId, StaffId};
    use firsthand_domain::money::{Currency, Money};
    use uuid::Uuid;

    let staff = StaffId(Uuid::nil());
    let money = |minor| Money::new(minor, Currency::from_code("EUR").unwrap());
    let beyond = |limited_by, not_covered, next_holders| {
        Refusal::LimitExceeded(Box::new(Beyond {
            limit: money(10_000),
            remaining: money(1_250),
            limited_by,
            grant: None,
            not_covered,
            next_holders,
        }))
    };
    let next = NextHolder { id: staff, name: "Ana".to_owned(), up_to: money(50_000) };
    vec![
        beyond(Some("per_case"), None, vec![next]),
        beyond(None, Some(NotCovered::Scope), Vec::new()),
        beyond(None, None, Vec::new()),
        Refusal::SelfApproval { askers: vec![staff] },
        Refusal::RelatedParty { staff },
        Refusal::ApprovedAlready,
        Refusal::AnotherPersonNeeded { involved: vec![staff] },
        Refusal::AwardOver { state: AwardState::Executed, allowed: vec![AwardState::Proposed] },
        Refusal::AwardsUnderWay { awards: vec![AwardId(Uuid::nil())] },
        Refusal::RemedyMissing,
        Refusal::ApprovalBroken { differs: "value" },
        Refusal::NothingToRatify,
        Refusal::SelfGrant,
        Refusal::GrantOver { state: GrantState::Revoked, allowed: vec![GrantState::Draft] },
        Refusal::ParentNotInForce { grant: GrantId(Uuid::nil()), state: GrantState::Suspended },
    ]
}
