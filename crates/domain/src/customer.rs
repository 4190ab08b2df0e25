//! The people who complain, and how to know them again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::code::{IdentifierKind, PersonDetail};
use crate::contact::{Email, Language, Phone};
use crate::id::CustomerId;
use crate::text::{Line, fold};

/// Who complains: someone known, someone new, or someone who does not say.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(try_from = "ComplainantBody")]
#[schemars(with = "ComplainantBody")]
pub enum Complainant {
    /// A customer on record.
    Known(CustomerId),
    /// A person described; reused when the folded name and a phone or e-mail match a customer exactly.
    Described(NewCustomer),
    /// Someone who does not want to be known. A real choice, not a gap.
    Anonymous,
}

/// A customer as described by whoever takes the complaint. No e-mail is needed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCustomer {
    /// As they introduce themselves.
    pub name: Line,
    /// Where they can be called.
    pub phone: Option<Phone>,
    /// Where they can be written to.
    pub email: Option<Email>,
    /// The language they want to be answered in, as `en`, `vi`, `zh`, `hu`.
    pub language: Option<Language>,
}

/// A further way to know a customer again.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewIdentifier {
    /// Which kind.
    pub kind: IdentifierKind,
    /// The number, address or reference.
    pub value: Line,
}

/// Two records are one person: this one goes on under the other.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeCustomer {
    /// The record it goes on under.
    pub into: CustomerId,
    /// What it says that stays, in place of what the other says.
    #[serde(default)]
    pub keep: Vec<PersonDetail>,
}

/// Two records are not one person after all.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnmergeCustomer {
    /// The record that stands alone again.
    pub customer: CustomerId,
}

impl NewIdentifier {
    /// The form in which two identifiers of a kind are compared.
    ///
    /// # Errors
    /// What was expected, when the value cannot be of that kind.
    pub fn key(&self) -> Result<String, &'static str> {
        match self.kind {
            IdentifierKind::Phone => Phone::parse(self.value.as_str()).map(|p| p.key()),
            IdentifierKind::Email => Email::parse(self.value.as_str()).map(|e| e.key()),
            IdentifierKind::Order => Ok(fold(self.value.as_str())),
        }
    }
}

/// The body: exactly one of `id`, `name` or `anonymous`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ComplainantBody {
    id: Option<CustomerId>,
    name: Option<Line>,
    phone: Option<Phone>,
    email: Option<Email>,
    language: Option<Language>,
    #[serde(default)]
    anonymous: bool,
}

impl TryFrom<ComplainantBody> for Complainant {
    type Error = &'static str;

    fn try_from(body: ComplainantBody) -> Result<Self, Self::Error> {
        let described = body.phone.is_some() || body.email.is_some() || body.language.is_some();
        match (body.id, body.name, body.anonymous) {
            (Some(id), None, false) if !described => Ok(Self::Known(id)),
            (None, Some(name), false) => Ok(Self::Described(NewCustomer {
                name,
                phone: body.phone,
                email: body.email,
                language: body.language,
            })),
            (None, None, true) if !described => Ok(Self::Anonymous),
            (None, None, false) => Err("missing field `name` (or `id`, or `anonymous`: true)"),
            _ => Err(
                "expected either `id` alone, or `name` with `phone`, `email`, `language`, or `anonymous` alone",
            ),
        }
    }
}
