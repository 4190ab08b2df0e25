//! The names of the causes as they are looked for while somebody types: folded once and kept by each node, and read again
//! when the tree has another version.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use firsthand_domain::id::CauseId;
use firsthand_domain::text::fold;
use uuid::Uuid;

use crate::Result;
use crate::database::Tx;
use crate::statement::same;

statements! {
    VERSION = same("select coalesce(max(version), 0) from cause_change");
    NAMES = same("select id, code, name from cause where retired_at is null order by code");
}

/// A cause by its names.
#[derive(Debug, Clone)]
pub struct NamedCause {
    /// Which.
    pub id: CauseId,
    /// As programs call it.
    pub code: String,
    /// As people do, by language.
    pub name: BTreeMap<String, String>,
    /// Code and names, folded.
    said: Vec<String>,
}

/// What a node keeps: of which version of the tree, and the causes that are not retired in the order of their codes.
#[derive(Default)]
pub(crate) struct Kept(RwLock<Option<Names>>);

type Names = (i64, Arc<[NamedCause]>);

impl Kept {
    async fn now(&self, tx: &mut Tx<'_>) -> Result<Arc<[NamedCause]>> {
        let row: Option<(i64,)> = find!(tx, VERSION)?;
        let version = row.map_or(0, |row| row.0);
        if let Some((of, names)) = &*self.0.read().unwrap_or_else(PoisonError::into_inner)
            && *of == version
        {
            return Ok(Arc::clone(names));
        }
        let rows: Vec<(Uuid, String, String)> = all!(tx, NAMES)?;
        let named = |(id, code, name): (Uuid, String, String)| {
            let name: BTreeMap<String, String> = serde_json::from_str(&name)?;
            let said = name.values().map(|name| fold(name)).chain([fold(&code)]).collect();
            Ok(NamedCause { id: CauseId(id), code, name, said })
        };
        let names: Arc<[NamedCause]> = rows.into_iter().map(named).collect::<Result<_>>()?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((version, Arc::clone(&names)));
        Ok(names)
    }

    /// Causes that have every word, in whatever language; those that begin so first, and no more than so many.
    pub(crate) async fn find(&self, tx: &mut Tx<'_>, folded: &str, most: usize) -> Result<Vec<NamedCause>> {
        let names = self.now(tx).await?;
        let words: Vec<&str> = folded.split(' ').collect();
        let has = |said: &String| words.iter().all(|word| said.contains(word));
        let mut found: Vec<(bool, &NamedCause)> = names
            .iter()
            .filter(|cause| cause.said.iter().any(has))
            .map(|cause| (!cause.said.iter().any(|said| said.starts_with(folded)), cause))
            .collect();
        // Stable: among equals in the order of their codes.
        found.sort_by_key(|(later, _)| *later);
        Ok(found.into_iter().take(most).map(|(_, cause)| cause.clone()).collect())
    }
}
