//! Which rows are finished.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::columns::Column;
use super::words::Words;

/// Which rows are finished, as a column says: either `values`, any other meaning unfinished, or `map` with a `default`
/// for words it does not have, without which they are bad rows.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Table")]
pub(crate) struct Closed(Words<bool>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    column: Column,
    values: Option<Vec<String>>,
    map: Option<BTreeMap<String, bool>>,
    default: Option<bool>,
}

impl TryFrom<Table> for Closed {
    type Error = &'static str;

    fn try_from(table: Table) -> Result<Self, Self::Error> {
        let (map, default) = match (table.values, table.map) {
            (Some(values), None) => {
                let map = values.iter().map(|value| (value.trim().to_owned(), true)).collect();
                (map, Some(table.default.unwrap_or(false)))
            }
            (None, Some(map)) => (map, table.default),
            (None, None) => return Err("missing field `values` (or `map`)"),
            (Some(_), Some(_)) => return Err("expected either `values` or `map`, got both"),
        };
        Ok(Self(Words { column: table.column, map, default }))
    }
}

impl Closed {
    /// The column.
    pub(crate) fn column(&self) -> &Column {
        &self.0.column
    }

    /// Whether a row with this cell is finished.
    ///
    /// # Errors
    /// The mapping does not say.
    pub(crate) fn read(&self, cell: Option<&str>) -> Result<bool, String> {
        self.0.read(cell, "state")
    }
}
