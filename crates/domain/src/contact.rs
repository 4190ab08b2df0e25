//! Ways to reach a person, as people write them and as they are compared.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::fold;

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

parsed!(Email, { "type": "string", "format": "email", "maxLength": 254 });
parsed!(Phone, { "type": "string", "maxLength": 80 });
parsed!(Language, { "type": "string", "minLength": 2, "maxLength": 35 });

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

    #[test]
    fn telephone_numbers_compare_by_their_digits() {
        assert_eq!(Phone::parse("+36 (1) 234-5678").unwrap().key(), "3612345678");
        assert_eq!(Phone::parse("０９０ １２３").unwrap().key(), "090123");
        assert!(Phone::parse("call me").is_err());
        assert!(Phone::parse("12").is_err());
        assert!(Phone::parse("+1234567890\r\nX: y").is_err());
    }
}
