//! Causes that may fit, as the forms offer them: with the words that speak for each and the complaints that had it.
//! Choosing one fills the field and nothing more.

use firsthand_domain::id::ComplaintId;
use firsthand_domain::staff::Staff;
use firsthand_storage::suggestions::{self, Suggested};
use firsthand_storage::{Database, Result, Tx};
use serde::Serialize;

use crate::speech::Speech;

/// One cause that may fit.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Offered {
    /// Its code.
    pub(super) code: String,
    /// Its name in the reader's language.
    pub(super) name: String,
    /// The words that speak for it, as a sentence; empty where none do.
    pub(super) because: String,
    /// Before the references that follow; empty where there are none.
    pub(super) like: String,
    /// Addresses and references of complaints that had it.
    pub(super) past: Vec<(String, String)>,
    /// All of that in one line.
    why: String,
}

impl Offered {
    fn new(speech: &Speech, one: Suggested) -> Self {
        let name = one.name.get(speech.lang()).or_else(|| one.name.get("en")).cloned();
        let because = if one.words.is_empty() {
            String::new()
        } else {
            speech.with("suggest-because", "words", speech.listed(one.words.iter()))
        };
        let past: Vec<_> = one
            .complaints
            .iter()
            .map(|past| (format!("/complaints/{}", past.reference), past.reference.clone()))
            .collect();
        let like = if past.is_empty() { String::new() } else { speech.say("suggest-like").into_owned() };
        let name = name.unwrap_or_else(|| one.code.clone());
        let mut why = because.clone();
        if !past.is_empty() {
            let references = speech.listed(past.iter().map(|(_, reference)| reference));
            let before = if why.is_empty() { "" } else { " · " };
            why = format!("{why}{before}{like} {references}");
        }
        Self { code: one.code, name, because, like, past, why }
    }

    /// In one line, for a list to choose from.
    pub(super) fn line(&self) -> String {
        if self.why.is_empty() { self.name.clone() } else { format!("{} · {}", self.name, self.why) }
    }
}

/// For a complaint as it is told now.
pub(super) async fn of_complaint(
    tx: &mut Tx<'_>,
    database: &Database,
    speech: &Speech,
    reader: &Staff,
    (id, product): (ComplaintId, Option<&str>),
) -> Result<Vec<Offered>> {
    let found = suggestions::of_complaint(tx, database, reader, id, product).await?;
    Ok(found.into_iter().map(|one| Offered::new(speech, one)).collect())
}

/// For what is being written.
pub(super) async fn of_text(
    tx: &mut Tx<'_>,
    database: &Database,
    speech: &Speech,
    reader: &Staff,
    (product, text): (Option<&str>, &str),
) -> Result<Vec<Offered>> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let found = suggestions::of_text(tx, database, reader, product, text).await?;
    Ok(found.into_iter().map(|one| Offered::new(speech, one)).collect())
}
