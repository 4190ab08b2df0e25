//! Why complaints happen: a flat list, with `unknown` and `other` always there.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Refusal;
use crate::code::{Family, Servqual, ValueCategory};
use crate::id::CauseId;
use crate::object::each_once;
use crate::text::{Line, Text};

/// The code of the cause for "looked, and could not find out"; tagging it takes evidence of the looking.
pub const UNKNOWN: &str = "unknown";
/// The code of the cause for what has no cause of its own yet.
pub const OTHER: &str = "other";

/// A cause on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Which.
    pub id: CauseId,
    /// Short and lasting, as in reports.
    pub code: String,
    /// The name by language tag; `en` is always there.
    pub name: BTreeMap<String, String>,
    /// What value it takes from the customer.
    pub value_category: Option<ValueCategory>,
    /// The dimension of service quality it harms.
    pub servqual: Option<Servqual>,
    /// Its branch of the cause-and-effect diagram.
    pub family: Option<Family>,
    /// No longer tagged, still counted.
    pub retired: bool,
    /// Under which cause a retired one is counted.
    pub maps_to: Option<CauseId>,
}

/// A new cause, as asked for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCause {
    /// Lower-case letters, digits, dashes and underscores.
    pub code: CauseCode,
    /// The name by language tag; `en` is required.
    #[serde(deserialize_with = "each_once")]
    pub name: BTreeMap<String, Line>,
    /// What value it takes from the customer.
    pub value_category: ValueCategory,
    /// The dimension of service quality it harms.
    pub servqual: Servqual,
    /// Its branch of the cause-and-effect diagram.
    pub family: Family,
}

impl NewCause {
    /// Checks what types alone do not.
    ///
    /// # Errors
    /// The English name is missing or a language tag is none.
    pub fn check(&self) -> Result<(), Refusal> {
        if !self.name.contains_key("en") {
            return Err(Refusal::field("name.en", "expected a name in English"));
        }
        match self.name.keys().find(|tag| crate::contact::Language::parse(tag).is_err()) {
            Some(tag) => {
                Err(Refusal::field(format!("name.{tag}"), "expected a language tag such as en, vi, zh or hu"))
            }
            None => Ok(()),
        }
    }
}

/// Retires a cause.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetireCause {
    /// Under which cause it is counted from now on (id or code).
    pub maps_to: Option<Text<100>>,
}

/// A lasting code: 1 to 64 lower-case ASCII letters, digits, dashes, underscores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct CauseCode(String);

impl CauseCode {
    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for CauseCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let good = (1..=64).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_');
        if good {
            Ok(Self(text))
        } else {
            Err(serde::de::Error::custom("expected 1 to 64 of a-z, 0-9, - and _, a letter first"))
        }
    }
}

impl JsonSchema for CauseCode {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CauseCode".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[a-z][a-z0-9_-]{0,63}$" })
    }
}
