//! What a form offers of the tree: all leaves where they are few, else those near the root, and the rest by typing.

use firsthand_domain::cause::Cause;
use firsthand_domain::text::fold;

use super::{CauseRow, causes, named, tree};
use crate::Result;
use crate::database::Tx;
use crate::statement::same;

/// So many are offered to choose from at most.
const MOST: usize = 200;
/// So many are offered for what was typed.
const FOUND: usize = 20;

statements! {
    LEAVES = causes!("where c.retired_at is null and not exists (select 1 from cause k where k.parent = c.id) \
                      order by c.code limit $1");
    /// Those at the root, and those right under it.
    NEAR = causes!("left join cause p on p.id = c.parent where c.retired_at is null and p.parent is null \
                    and not exists (select 1 from cause k where k.parent = c.id) order by c.code limit $1");
}

/// Leaves to choose from.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// In the order of their codes.
    pub causes: Vec<Cause>,
    /// There are more, which are found by typing.
    pub more: bool,
}

/// The leaves that can be tagged, as far as a form offers them.
///
/// # Errors
/// The database could not.
pub async fn choices(tx: &mut Tx<'_>) -> Result<Choices> {
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let mut rows: Vec<CauseRow> = all_packed!(tx, LEAVES, most + 1)?;
    let more = rows.len() > MOST;
    if more {
        rows = all_packed!(tx, NEAR, most)?;
    }
    let causes = rows.into_iter().map(Cause::try_from).collect::<Result<Vec<_>>>()?;
    Ok(Choices { causes, more })
}

/// Leaves whose code or name, in whatever language, has every word that was typed; those that begin so first.
///
/// # Errors
/// The database could not.
pub async fn find(tx: &mut Tx<'_>, typed: &str) -> Result<Vec<Cause>> {
    let typed = fold(typed);
    let words: Vec<&str> = typed.split_whitespace().collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let tree = tree(tx).await?;
    let mut found: Vec<(bool, &Cause)> = Vec::new();
    for cause in tree.all().filter(|c| c.leaf && !c.retired) {
        let said: Vec<String> = cause.name.values().map(|n| fold(n)).chain([cause.code.clone()]).collect();
        if said.iter().any(|said| words.iter().all(|word| said.contains(word))) {
            found.push((!said.iter().any(|said| said.starts_with(&typed)), cause));
        }
    }
    found.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.code.cmp(&other.code)));
    Ok(found.into_iter().take(FOUND).map(|(_, cause)| cause.clone()).collect())
}

/// The cause somebody typed into a form: by its id, its code, or a name that only one leaf has.
///
/// # Errors
/// The database could not.
pub async fn typed(tx: &mut Tx<'_>, text: &str) -> Result<Option<Cause>> {
    if let Some(cause) = named(tx, text).await? {
        return Ok(Some(cause));
    }
    let text = fold(text);
    let tree = tree(tx).await?;
    let mut so_named =
        tree.all().filter(|c| c.leaf && !c.retired && c.name.values().any(|name| fold(name) == text));
    let first = so_named.next().cloned();
    Ok(if so_named.next().is_some() { None } else { first })
}
