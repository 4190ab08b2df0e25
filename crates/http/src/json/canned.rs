//! Reply texts in answers.

use std::collections::BTreeMap;

use firsthand_domain::canned::{CannedField, CannedLanguage, CannedReply, Filled};
use firsthand_domain::time::Timestamp;
use firsthand_storage::settings::{Kept, Version};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::Person;

/// A text by language.
type Texts = BTreeMap<String, String>;

fn texts(texts: BTreeMap<CannedLanguage, String>) -> Texts {
    texts.into_iter().map(|(language, text)| (language.code().to_owned(), text)).collect()
}

/// A reply text.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CannedReply")]
pub(crate) struct CannedTold {
    /// Which.
    id: Uuid,
    /// What it is found by.
    name: String,
    /// The text by language, with its fields.
    texts: Texts,
    /// Counted up with each change.
    version: i64,
    /// It is offered to nobody any more.
    retired: bool,
}

impl From<Kept<CannedReply>> for CannedTold {
    fn from(kept: Kept<CannedReply>) -> Self {
        let Kept { id, version, said, retired } = kept;
        Self { id, name: said.name, texts: texts(said.texts), version, retired }
    }
}

/// A version there was of a reply text.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CannedVersion {
    /// Which.
    version: i64,
    /// When it came to be.
    at: Timestamp,
    /// By whom.
    by: Person,
    /// What it was found by.
    name: String,
    /// The text by language.
    texts: Texts,
    /// It was offered to nobody.
    retired: bool,
}

impl From<Version<CannedReply>> for CannedVersion {
    fn from(version: Version<CannedReply>) -> Self {
        let Version { version, at, by: (id, name), said, retired } = version;
        Self { version, at, by: Person { id, name }, name: said.name, texts: texts(said.texts), retired }
    }
}

/// A reply text, filled in for one complaint.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct FilledReply {
    /// Which.
    pub(crate) id: Uuid,
    /// What it is found by.
    pub(crate) name: String,
    /// The language it is in: the one asked for, the customer's, the desk's, or any it is in.
    pub(crate) language: CannedLanguage,
    /// The text; a field without a value stands in it as it was written.
    pub(crate) text: String,
    /// The fields without a value: they are filled in by hand before it can be sent.
    pub(crate) missing: Vec<CannedField>,
}

impl FilledReply {
    pub(crate) fn of(
        kept: &Kept<CannedReply>,
        language: CannedLanguage,
        Filled { text, missing }: Filled,
    ) -> Self {
        Self { id: kept.id, name: kept.said.name.clone(), language, text, missing }
    }
}
