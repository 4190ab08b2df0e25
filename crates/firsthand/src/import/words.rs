//! The other system's words for what is a closed list here: channels and severities.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use firsthand_domain::code::{Channel, Severity};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::columns::Column;

/// A closed list of the trade.
pub(crate) trait Code: Copy + DeserializeOwned + 'static {
    /// What one of them is called, in messages.
    const CALLED: &'static str;
    /// All of them.
    const ALL: &'static [Self];
    /// Its code.
    fn code(self) -> &'static str;
}

impl Code for Channel {
    const CALLED: &'static str = "channel";
    const ALL: &'static [Self] = Self::ALL;
    fn code(self) -> &'static str {
        self.code()
    }
}

impl Code for Severity {
    const CALLED: &'static str = "severity";
    const ALL: &'static [Self] = Self::ALL;
    fn code(self) -> &'static str {
        self.code()
    }
}

/// Which of a list. Written as a code, the same for every row, or as a table.
#[derive(Debug, Clone)]
pub(crate) enum Which<T> {
    /// All of them so.
    Always(T),
    /// As a column says.
    Column(Words<T>),
}

/// Which of a list each row means, as a column says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, bound = "T: DeserializeOwned")]
pub(crate) struct Words<T> {
    /// The column.
    pub(crate) column: Column,
    /// The other system's words.
    pub(crate) map: BTreeMap<String, T>,
    /// What an empty cell and any other word mean; without it they are bad rows.
    pub(crate) default: Option<T>,
}

impl<T: Copy> Words<T> {
    /// What a cell means.
    ///
    /// # Errors
    /// The mapping does not say; the message names the words it knows, not the one that is there.
    pub(crate) fn read(&self, cell: Option<&str>, what: &str) -> Result<T, String> {
        cell.and_then(|word| self.map.get(word).copied()).or(self.default).ok_or_else(|| {
            let known = self.map.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            format!("expected a word the mapping has a {what} for: {known}")
        })
    }
}

// Written by hand because an untagged enum would answer "no variant matches" instead of naming the wrong key.
impl<'de, T: Code> Deserialize<'de> for Which<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);

        impl<'de, T: Code> Visitor<'de> for Either<T> {
            type Value = Which<T>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                let codes = T::ALL.iter().map(|value| value.code()).collect::<Vec<_>>().join(", ");
                write!(f, "a {} ({codes}) or a table of column, map and default", T::CALLED)
            }

            fn visit_str<E: de::Error>(self, code: &str) -> Result<Which<T>, E> {
                let value = T::ALL.iter().find(|value| value.code() == code);
                value
                    .map(|value| Which::Always(*value))
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Str(code), &self))
            }

            fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Which<T>, A::Error> {
                Words::deserialize(MapAccessDeserializer::new(table)).map(Which::Column)
            }
        }

        deserializer.deserialize_any(Either(PhantomData))
    }
}
