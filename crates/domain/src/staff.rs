//! The people at the desk.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::Refusal;
use crate::code::Role;
use crate::contact::Email;
use crate::id::StaffId;
use crate::text::{Line, Reason};
use crate::time::Timestamp;

/// A person at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Who.
    pub id: StaffId,
    /// As others call them.
    pub name: String,
    /// Where they sign in and are told things.
    pub email: String,
    /// What they are.
    pub role: Role,
    /// Whom they work with.
    pub team: Option<String>,
    /// Whether they still work here.
    pub active: bool,
}

impl Staff {
    /// Leads arbitrate and see restricted complaints.
    #[must_use]
    pub fn is_lead(&self) -> bool {
        self.role == Role::Lead
    }

    /// Are complaints that are restricted to a few open to this person as they are?
    #[must_use]
    pub fn sees_restricted(&self) -> bool {
        matches!(self.role, Role::Lead | Role::Auditor)
    }

    /// Can this person hold a duty towards a customer? Active, and allowed to write.
    #[must_use]
    pub fn can_hold_duty(&self) -> bool {
        self.active && self.role != Role::Auditor
    }
}

/// A new person at the desk, as asked for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStaff {
    /// As others call them.
    pub name: Line,
    /// Unique, whatever the case of its letters.
    pub email: Email,
    /// What they are.
    pub role: Role,
    /// Whom they work with.
    pub team: Option<Line>,
}

/// What a person is from now on, and whom they work with.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// What they are.
    pub role: Role,
    /// Whom they work with; nobody in particular when it is left out.
    pub team: Option<Line>,
}

/// A new token, as asked for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenFor {
    /// What it is for, in its owner's words.
    pub name: Option<Line>,
}

/// A time away, with a substitute. It removes no duty (I-08).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAbsence {
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    pub to: Timestamp,
    /// Who is there meanwhile.
    pub substitute: StaffId,
}

impl NewAbsence {
    /// Checks a time away of `absent` against the person named as substitute.
    ///
    /// # Errors
    /// It ends before it begins, or the substitute is the absent person or cannot hold a duty.
    pub fn check(&self, absent: StaffId, substitute: Option<&Staff>) -> Result<(), Refusal> {
        if self.to <= self.from {
            return Err(Refusal::field("to", "expected an instant after `from`"));
        }
        match substitute {
            Some(s) if s.id != absent && s.can_hold_duty() => Ok(()),
            _ => Err(Refusal::field("substitute", "expected another active person who is not an auditor")),
        }
    }
}

/// Offers every open duty of a person to another, or one complaint's duties.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferSuccessions {
    /// The successor.
    pub to: StaffId,
    /// Why the duties pass.
    pub reason: Reason,
}

/// Declares that a person is related to another, so that neither decides on what the other asks for or gets.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclareRelated {
    /// The other person.
    pub staff: StaffId,
    /// How they are related.
    pub reason: Reason,
}
