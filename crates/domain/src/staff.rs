//! The people at the desk.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Refusal;
use crate::code::Role;
use crate::id::StaffId;
use crate::text::{Line, Reason, fold};
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

/// An e-mail address: something, an at sign, a domain, nothing else around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Takes an address as people write it.
    ///
    /// # Errors
    /// The reason in words, when it cannot be an address.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const EXPECTED: &str = "expected an e-mail address such as ana@example.com";
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(EXPECTED)?;
        let clean = !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>(),;:\"\\[]".contains(c));
        let bounded = text.len() <= 254 && !local.is_empty() && !local.contains('@');
        if clean && bounded && !domain.is_empty() && !domain.starts_with('.') && !domain.ends_with('.') {
            Ok(Self(text.to_owned()))
        } else {
            Err(EXPECTED)
        }
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As compared.
    #[must_use]
    pub fn key(&self) -> String {
        fold(&self.0)
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Email {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Email".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "email", "maxLength": 254 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_address_is_one_address_and_nothing_else() {
        for good in ["ana@example.com", " A.B+c@Example.CO.uk ", "ő@példa.hu"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "ana", "@x", "a@", "a b@x.com", "a@x.com\r\nBcc: b@x.com", "Ana <a@x.com>", "a@b@c.d"]
        {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
    }
}
