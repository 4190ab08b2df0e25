//! The people who complain, and how to know them again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::code::IdentifierKind;
use crate::id::CustomerId;
use crate::staff::Email;
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

/// A telephone number as written, compared by its digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Phone(String);

impl Phone {
    /// Takes a number as people write it: digits with spaces, dots, dashes, slashes, brackets and a leading plus;
    /// an extension may follow after `x` or `ext`.
    ///
    /// # Errors
    /// What was expected, when it holds fewer than 3 or more than 24 digits or anything else.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const EXPECTED: &str = "expected a telephone number of 3 to 24 digits";
        let text = text.trim();
        let digits = digits(text).len();
        let clean = text.chars().all(|c| {
            fold_digit(c).is_some()
                || c.is_whitespace()
                || "+-.()/#*xXeEtT\u{2010}\u{2011}\u{2013}（）＋－".contains(c)
        });
        if clean && (3..=24).contains(&digits) && text.len() <= 80 && !text.contains(['\n', '\r']) {
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

    /// As compared: its digits.
    #[must_use]
    pub fn key(&self) -> String {
        digits(&self.0)
    }
}

fn fold_digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')),
        _ => None,
    }
}

fn digits(text: &str) -> String {
    text.chars().filter_map(fold_digit).collect()
}

/// A language tag such as `en` or `zh-Hant`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Language(String);

impl Language {
    /// Takes a tag of letters, digits and dashes.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let good = (2..=35).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if good { Ok(Self(text.to_owned())) } else { Err("expected a language tag such as en, vi, zh or hu") }
    }

    /// The tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! parsed {
    ($name:ident, $schema:tt) => {
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}

parsed!(Phone, { "type": "string", "maxLength": 80 });
parsed!(Language, { "type": "string", "minLength": 2, "maxLength": 35 });

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_compare_by_their_digits() {
        assert_eq!(Phone::parse("+36 (1) 234-5678").unwrap().key(), "3612345678");
        assert_eq!(Phone::parse("０９０ １２３").unwrap().key(), "090123");
        assert!(Phone::parse("call me").is_err());
        assert!(Phone::parse("12").is_err());
        assert!(Phone::parse("+1234567890\r\nX: y").is_err());
    }
}
