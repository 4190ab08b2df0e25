//! Saved views in answers.

use firsthand_domain::id::SavedViewId;
use firsthand_domain::saved_view::{ColumnWidth, PlacedColumn, SavedView, Sharing, ViewColumn, ViewQuery};
use firsthand_storage::saved_views::Tally;
use schemars::JsonSchema;
use serde::Serialize;

use super::Person;

/// How many complaints a view holds, as far as it was counted.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub(crate) struct ViewCount {
    /// So many were found; at most 99.
    pub(crate) found: i64,
    /// There may be more.
    pub(crate) at_least: bool,
}

/// A column in its place.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ColumnOfView")]
pub(crate) struct ColumnTold {
    /// What it tells.
    pub(crate) column: ViewColumn,
    /// How wide it is.
    pub(crate) width: ColumnWidth,
}

impl From<PlacedColumn> for ColumnTold {
    fn from(PlacedColumn { column, width }: PlacedColumn) -> Self {
        Self { column, width }
    }
}

/// A saved view of the list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SavedView")]
pub(crate) struct ViewTold {
    /// Which.
    pub(crate) id: SavedViewId,
    /// As people call it.
    pub(crate) name: String,
    /// Whose it is.
    pub(crate) owner: Person,
    /// Who has it as well.
    pub(crate) sharing: Sharing,
    /// Which team, where it is shared with one.
    pub(crate) team: Option<String>,
    /// What is looked for, as in the address of the list.
    pub(crate) query: ViewQuery,
    /// The columns in their order; none for the usual ones.
    pub(crate) columns: Vec<ColumnTold>,
    /// Counted up with each change.
    pub(crate) version: i64,
    /// What it looks for that is gone since: a cause that was retired, a person who left, a customer who is erased or goes
    /// on elsewhere, or what can no longer be understood.
    pub(crate) gone: Vec<String>,
    /// How much it holds; null where that was not asked, or is not counted.
    pub(crate) count: Option<ViewCount>,
}

impl ViewTold {
    pub(crate) fn of(view: SavedView, owner: String, gone: Vec<String>, tally: Option<Tally>) -> Self {
        let SavedView { id, owner: by, name, sharing, team, query, columns, version } = view;
        let owner = Person { id: by, name: owner };
        let columns = columns.into_iter().map(Into::into).collect();
        let count = tally.map(|Tally { found, open }| ViewCount { found, at_least: open });
        Self { id, name, owner, sharing, team, query, columns, version, gone, count }
    }
}
