//! How a mapping names the columns of a file.

use std::fmt;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// The name of a column as in the file's header, white space around it dropped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Column(String);

/// Columns read together. Written as one name or as a list of names; no column means nothing to read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns(pub(crate) Vec<Column>);

impl Column {
    /// The name.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Column {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let name = name.trim();
        if name.is_empty() { Err("expected the name of a column") } else { Ok(Self(name.to_owned())) }
    }
}

impl<'de> Deserialize<'de> for Columns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrSeveral;

        impl<'de> Visitor<'de> for OneOrSeveral {
            type Value = Columns;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                write!(f, "the name of a column or a list of names")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Columns, E> {
                Column::try_from(name.to_owned()).map(|column| Columns(vec![column])).map_err(E::custom)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, names: A) -> Result<Columns, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(names)).map(Columns)
            }
        }

        deserializer.deserialize_any(OneOrSeveral)
    }
}
