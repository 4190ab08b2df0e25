//! Names on lists, in answers.

use firsthand_domain::lists::ListName;
use firsthand_domain::time::Timestamp;
use firsthand_storage::settings::{Kept, Version};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::Person;

/// A name on a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ListName")]
pub(crate) struct ListNameTold {
    /// Which.
    id: Uuid,
    /// In the spelling of the list.
    name: String,
    /// Counted up with each change.
    version: i64,
    /// It is offered to nobody any more.
    retired: bool,
}

impl From<Kept<ListName>> for ListNameTold {
    fn from(kept: Kept<ListName>) -> Self {
        let Kept { id, version, said, retired } = kept;
        Self { id, name: said.name, version, retired }
    }
}

/// A version there was of a name on a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ListNameVersion {
    /// Which.
    version: i64,
    /// When it came to be.
    at: Timestamp,
    /// By whom.
    by: Person,
    /// In the spelling of the list.
    name: String,
    /// It was offered to nobody.
    retired: bool,
}

impl From<Version<ListName>> for ListNameVersion {
    fn from(version: Version<ListName>) -> Self {
        let Version { version, at, by: (id, name), said, retired } = version;
        Self { version, at, by: Person { id, name }, name: said.name, retired }
    }
}
