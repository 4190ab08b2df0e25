//! Columns whose words are kept as labels: category, product and place.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::columns::{Column, Columns};

/// Columns from the general to the particular, and what their words are called here. Written as one name, as a list
/// of names, or as a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Labels {
    /// The columns.
    pub(crate) columns: Columns,
    map: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// One name or a list of names.
    column: Columns,
    /// The other system's words; any other word stays as it is, and one that becomes nothing is left out.
    map: BTreeMap<String, String>,
}

impl Labels {
    /// What a word is called here.
    pub(crate) fn called<'a>(&'a self, word: &'a str) -> &'a str {
        self.map.get(word).map_or(word, |label| label.trim())
    }
}

impl<'de> Deserialize<'de> for Labels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Labels;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                write!(f, "the name of a column or a list of names, or a table of column and map")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Labels, E> {
                let column = Column::try_from(name.to_owned()).map_err(E::custom)?;
                Ok(Labels { columns: Columns(vec![column]), map: BTreeMap::new() })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, names: A) -> Result<Labels, A::Error> {
                let columns = Vec::deserialize(SeqAccessDeserializer::new(names))?;
                Ok(Labels { columns: Columns(columns), map: BTreeMap::new() })
            }

            fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Labels, A::Error> {
                let table = Table::deserialize(MapAccessDeserializer::new(table))?;
                Ok(Labels { columns: table.column, map: table.map })
            }
        }

        deserializer.deserialize_any(Any)
    }
}
