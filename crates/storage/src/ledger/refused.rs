//! Refusals of authority, on record: who asked for what, and which fact stood in the way.

use std::fmt::Display;

use firsthand_domain::Refusal;
use firsthand_domain::id::StaffId;
use uuid::Uuid;

use super::{Line, append};
use crate::Result;
use crate::writer::Unit;

/// Appends that somebody was refused for want of authority; nothing for a refusal of another kind. `subject` is the
/// grant or award it was about; `verb` what was asked for, as `grant_activate`.
///
/// # Errors
/// The database could not.
pub async fn note_refusal(
    unit: &mut Unit<'_>,
    actor: StaffId,
    verb: &'static str,
    subject: Option<Uuid>,
    refusal: &Refusal,
) -> Result<()> {
    if !refusal.is_of_authority() {
        return Ok(());
    }
    let mut fields = vec![("verb", verb.to_owned()), ("refusal", refusal.name().to_owned())];
    fields.extend(facts(refusal));
    let line = Line { kind: "authority_refused", actor: Some(actor), subject, fields, personal: None };
    append(unit, &line).await.map(drop)
}

/// The facts of a refusal: amounts, codes and ids, no names.
fn facts(refusal: &Refusal) -> Vec<(&'static str, String)> {
    match refusal {
        Refusal::LimitExceeded(beyond) => {
            let mut fields =
                vec![("limit", beyond.limit.to_string()), ("remaining", beyond.remaining.to_string())];
            fields.extend(beyond.limited_by.map(|limit| ("limited_by", limit.to_owned())));
            fields.extend(beyond.grant.map(|grant| ("grant", grant.to_string())));
            fields.extend(beyond.not_covered.map(|why| ("not_covered", why.code().to_owned())));
            fields.push(("next", list(beyond.next_holders.iter().map(|next| next.id))));
            fields
        }
        Refusal::SelfApproval { askers: people } | Refusal::AnotherPersonNeeded { involved: people } => {
            vec![("people", list(people))]
        }
        Refusal::RelatedParty { staff } => vec![("people", staff.to_string())],
        Refusal::ApprovalBroken { differs } => vec![("differs", (*differs).to_owned())],
        Refusal::ParentNotInForce { grant, state } => {
            vec![("grant", grant.to_string()), ("state", state.code().to_owned())]
        }
        Refusal::NotYours { allowed } => vec![("allowed", allowed.join(","))],
        _ => Vec::new(),
    }
}

fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(",")
}
