//! Why complaints happen: the tree, each change to it a version.

use std::collections::BTreeSet;

use firsthand_domain::Refusal;
use firsthand_domain::cause::{
    AddedCause, Cause, CauseChange, CauseTree, CauseVersion, MoveCause, NewCause, Place, RetireCause,
};
use firsthand_domain::code::{ControllableBy, Family, ProcessStep, Servqual, ValueCategory};
use firsthand_domain::id::{CauseId, StaffId};
use firsthand_domain::time::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::database::Tx;
use crate::statement::{keepable, pick, same};
use crate::writer::Unit;
use crate::{Error, Result};

pub(crate) mod choice;
pub(crate) mod kept;
pub mod rating;

pub use choice::{Choices, choices, find, typed};
pub use kept::NamedCause;

/// Selects causes with everything that is known of them.
macro_rules! causes {
    ($rest:literal) => {
        same(concat!(
            "select c.id, c.code, c.name, c.value_category, c.servqual, c.family, c.process_step, c.controllable_by, \
             c.parent, not exists (select 1 from cause k where k.parent = c.id) as leaf, c.retired_at, c.maps_to, \
             c.version, c.created_at from cause c ",
            $rest
        ))
    };
}
use causes;

statements! {
    BY_ID = causes!("where c.id = $1");
    BY_CODE = causes!("where c.code = $1");
    PAGE = causes!("where c.code > $1 order by c.code limit $2");
    ALL = causes!("order by c.code");
    INSERT = same("insert into cause (id, code, name, value_category, servqual, family, process_step, controllable_by, \
                   parent, version, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
                   on conflict (code) do nothing");
    RETIRE = same("update cause set retired_at = $2, maps_to = $3, version = $4 where id = $1 and retired_at is null");
    MOVE = same("update cause set parent = $2, version = $3 where id = $1");
    /// The cause and what it stands under, the nearest first.
    ABOVE = same("with recursive above (id, parent, step) as (select id, parent, 0 from cause where id = $1 \
                  union all select c.id, c.parent, a.step + 1 from cause c join above a on c.id = a.parent \
                  where a.step < 20) select id from above order by step");
    /// How many levels stand under it.
    UNDER = same("with recursive under (id, step) as (select id, 1 from cause where parent = $1 \
                  union all select c.id, u.step + 1 from cause c join under u on c.parent = u.id where u.step < 20) \
                  select cast(coalesce(max(step), 0) as bigint) from under");
    LIVING_CHILD = same("select id from cause where parent = $1 and retired_at is null limit 1");
    /// In two parts, each along its own index.
    TAGGED = same("select cause from cause_tag where cause = $1 and current \
                   union all select cause from cause_tag where cause = $1 and not current limit 1");
    /// One change to the tree at a time: SQLite has one writer anyway.
    ALONE = pick("select 1", "select pg_advisory_xact_lock(hashtextextended('cause_change', 13))");
    /// Until this change is done nothing is tagged with it.
    LOCK = pick("select id from cause where id = $1", "select id from cause where id = $1 for update");
    /// Until this change is done it stays as it is.
    HOLD = pick("select id from cause where id = $1", "select id from cause where id = $1 for share");
    LAST = same("select coalesce(max(version), 0), coalesce(max(at), 0) from cause_change");
    CHANGE = same("insert into cause_change (version, at, staff, cause, kind, body) values ($1, $2, $3, $4, $5, $6)");
    CHANGES_AFTER = same("select version, at, staff, cause, kind, body from cause_change where at > $1 \
                          order by version desc");
    CHANGES_OF = same("select version, at, staff, cause, kind, body from cause_change where cause = $1 \
                       order by version desc limit 100");
}

packed_row! {
    struct CauseRow {
        id: Uuid,
        code: String,
        name: String,
        value_category: Option<String>,
        servqual: Option<String>,
        family: Option<String>,
        process_step: Option<String>,
        controllable_by: Option<String>,
        parent: Option<Uuid>,
        leaf: bool,
        retired_at: Option<i64>,
        maps_to: Option<Uuid>,
        version: i64,
        created_at: i64,
    }
}

impl TryFrom<CauseRow> for Cause {
    type Error = Error;

    fn try_from(row: CauseRow) -> Result<Self> {
        Ok(Self {
            id: CauseId(row.id),
            code: row.code,
            name: serde_json::from_str(&row.name)?,
            value_category: row.value_category.as_deref().and_then(ValueCategory::from_code),
            servqual: row.servqual.as_deref().and_then(Servqual::from_code),
            family: row.family.as_deref().and_then(Family::from_code),
            process_step: row.process_step.as_deref().and_then(ProcessStep::from_code),
            controllable_by: row.controllable_by.as_deref().and_then(ControllableBy::from_code),
            parent: row.parent.map(CauseId),
            leaf: row.leaf,
            retired: row.retired_at.is_some(),
            maps_to: row.maps_to.map(CauseId),
            version: row.version,
            added_at: Timestamp::from_micros(row.created_at),
        })
    }
}

packed_row! {
    struct ChangeRow {
        version: i64,
        at: i64,
        staff: Option<Uuid>,
        cause: Uuid,
        kind: String,
        body: String,
    }
}

impl TryFrom<ChangeRow> for CauseVersion {
    type Error = Error;

    fn try_from(row: ChangeRow) -> Result<Self> {
        let body: Value = serde_json::from_str(&row.body)?;
        Ok(Self {
            version: row.version,
            at: Timestamp::from_micros(row.at),
            by: row.staff.map(StaffId),
            cause: CauseId(row.cause),
            change: serde_json::from_value(json!({ "kind": row.kind, "body": body }))?,
        })
    }
}

/// A cause by its id or code.
///
/// # Errors
/// The database could not.
pub async fn named(tx: &mut Tx<'_>, name: &str) -> Result<Option<Cause>> {
    let row: Option<CauseRow> = match name.parse::<Uuid>() {
        Ok(id) => find!(tx, BY_ID, id)?,
        Err(_) if keepable(name) => find!(tx, BY_CODE, name)?,
        Err(_) => None,
    };
    row.map(Cause::try_from).transpose()
}

/// A cause that is about to be tagged: it is not retired and gets nothing under it until the change is done.
///
/// # Errors
/// The database could not.
pub(crate) async fn held(unit: &mut Unit<'_>, name: &str) -> Result<Option<Cause>> {
    let found = named(&mut unit.tx, name).await?;
    match (&found, &mut unit.tx) {
        (Some(cause), Tx::Pg(_)) => {
            let _: Option<(Uuid,)> = find!(&mut unit.tx, HOLD, cause.id.0)?;
            // As it is now that it is held.
            named(&mut unit.tx, &cause.code).await
        }
        _ => Ok(found),
    }
}

/// Causes in the order of their codes, after one of them; retired ones too.
///
/// # Errors
/// The database could not.
pub async fn page(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<Cause>> {
    let rows: Vec<CauseRow> = all_packed!(tx, PAGE, after, limit)?;
    rows.into_iter().map(Cause::try_from).collect()
}

/// These causes, as far as they are there.
///
/// # Errors
/// The database could not.
pub async fn among(tx: &mut Tx<'_>, ids: &BTreeSet<CauseId>) -> Result<Vec<Cause>> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(named(tx, &id.to_string()).await?);
    }
    Ok(found)
}

/// The tree as it is.
///
/// # Errors
/// The database could not.
pub async fn tree(tx: &mut Tx<'_>) -> Result<CauseTree> {
    let rows: Vec<CauseRow> = all_packed!(tx, ALL)?;
    Ok(CauseTree::new(rows.into_iter().map(Cause::try_from).collect::<Result<Vec<_>>>()?))
}

/// The tree as it stood: what was added, moved and retired later is not so yet.
///
/// # Errors
/// The database could not.
pub async fn tree_at(tx: &mut Tx<'_>, at: Timestamp) -> Result<CauseTree> {
    let later: Vec<ChangeRow> = all_packed!(tx, CHANGES_AFTER, at.micros())?;
    let later = later.into_iter().map(CauseVersion::try_from).collect::<Result<Vec<_>>>()?;
    Ok(tree(tx).await?.before(&later))
}

/// What was done to a cause, the latest first; the last hundred of it.
///
/// # Errors
/// The database could not.
pub async fn changes(tx: &mut Tx<'_>, cause: CauseId) -> Result<Vec<CauseVersion>> {
    let rows: Vec<ChangeRow> = all_packed!(tx, CHANGES_OF, cause.0)?;
    rows.into_iter().map(CauseVersion::try_from).collect()
}

/// The number of the version that is made now, and its instant: none is before the one it follows.
async fn next_version(unit: &mut Unit<'_>) -> Result<(i64, i64)> {
    let last: Option<(i64, i64)> = find!(&mut unit.tx, LAST)?;
    let (version, at) = last.unwrap_or_default();
    Ok((version + 1, unit.now.micros().max(at)))
}

async fn note(
    unit: &mut Unit<'_>,
    (version, at): (i64, i64),
    by: Option<StaffId>,
    cause: CauseId,
    change: &CauseChange,
) -> Result<()> {
    let told = serde_json::to_value(change)?;
    let part = |name: &str| told.get(name).cloned().unwrap_or_default();
    let (kind, body) = (part("kind"), part("body").to_string());
    let kind = kind.as_str().unwrap_or_default().to_owned();
    run!(&mut unit.tx, CHANGE, version, at, by.map(|by| by.0), cause.0, kind, body)?;
    Ok(())
}

/// The place under a cause, named by its id or code.
async fn place(tx: &mut Tx<'_>, name: &str) -> Result<Place> {
    let parent = named(tx, name).await?;
    let parent = parent.ok_or_else(|| Refusal::field("parent", "expected the id or code of a cause"))?;
    let _: Option<(Uuid,)> = find!(tx, LOCK, parent.id.0)?;
    let above: Vec<(Uuid,)> = all!(tx, ABOVE, parent.id.0)?;
    let tagged: Option<(Uuid,)> = find!(tx, TAGGED, parent.id.0)?;
    let above = above.into_iter().skip(1).map(|(id,)| CauseId(id)).collect();
    Ok(Place { parent, above, tagged: tagged.is_some() })
}

/// Adds a cause.
///
/// # Errors
/// The code is taken, the names do not hold together, or nothing can stand there.
pub async fn add(unit: &mut Unit<'_>, by: Option<StaffId>, new: &NewCause) -> Result<Cause> {
    new.check()?;
    run!(&mut unit.tx, ALONE)?;
    let parent = match &new.parent {
        None => None,
        Some(name) => {
            let place = place(&mut unit.tx, name.as_str()).await?;
            place.takes(0)?;
            Some(place.parent)
        }
    };
    let (id, version) = (unit.new_id(), next_version(unit).await?);
    let name = new.name.iter().map(|(tag, name)| (tag.clone(), name.to_string())).collect();
    let added = AddedCause {
        code: new.code.as_str().to_owned(),
        name,
        parent: parent.as_ref().map(|parent| parent.code.clone()),
        value_category: Some(new.value_category.code().to_owned()),
        servqual: Some(new.servqual.code().to_owned()),
        family: Some(new.family.code().to_owned()),
        process_step: new.process_step.map(|step| step.code().to_owned()),
        controllable_by: new.controllable_by.map(|who| who.code().to_owned()),
    };
    let done = run!(
        &mut unit.tx,
        INSERT,
        id,
        added.code.as_str(),
        serde_json::to_string(&added.name)?,
        added.value_category.as_deref(),
        added.servqual.as_deref(),
        added.family.as_deref(),
        added.process_step.as_deref(),
        added.controllable_by.as_deref(),
        parent.map(|parent| parent.id.0),
        version.0,
        unit.now.micros()
    )?;
    if done == 0 {
        return Err(Refusal::Taken { field: "code".into() }.into());
    }
    note(unit, version, by, CauseId(id), &CauseChange::Added(Box::new(added))).await?;
    named(&mut unit.tx, new.code.as_str()).await?.ok_or_else(|| Error::Corrupt("cause just added".to_owned()))
}

/// A cause that can be changed: `unknown` and `other` stay as they are.
async fn changeable(unit: &mut Unit<'_>, name: &str) -> Result<Cause> {
    run!(&mut unit.tx, ALONE)?;
    let cause = named(&mut unit.tx, name).await?.ok_or(Refusal::NotFound)?;
    if cause.is_fixed() {
        let expected = "expected another cause: `unknown` and `other` are always there";
        return Err(Refusal::field("cause", expected).into());
    }
    Ok(cause)
}

/// Puts a cause, and all under it, elsewhere in the tree.
///
/// # Errors
/// There is no such cause, it is retired or always at the root, or it cannot stand there.
pub async fn put(unit: &mut Unit<'_>, by: Option<StaffId>, name: &str, to: &MoveCause) -> Result<Cause> {
    let cause = changeable(unit, name).await?;
    if cause.retired {
        return Err(Refusal::field("cause", "expected a cause that is not retired").into());
    }
    let parent = match &to.parent {
        None => None,
        Some(parent) => {
            let place = place(&mut unit.tx, parent.as_str()).await?;
            let under: Option<(i64,)> = find!(&mut unit.tx, UNDER, cause.id.0)?;
            let under = under.and_then(|(levels,)| usize::try_from(levels).ok()).unwrap_or_default();
            place.takes_moved(cause.id, under)?;
            Some(place.parent)
        }
    };
    if cause.parent == parent.as_ref().map(|parent| parent.id) {
        return Ok(cause);
    }
    let from = match cause.parent {
        None => None,
        Some(id) => named(&mut unit.tx, &id.to_string()).await?.map(|from| from.code),
    };
    let version = next_version(unit).await?;
    let change = CauseChange::Moved { from, to: parent.as_ref().map(|parent| parent.code.clone()) };
    run!(&mut unit.tx, MOVE, cause.id.0, parent.map(|parent| parent.id.0), version.0)?;
    note(unit, version, by, cause.id, &change).await?;
    named(&mut unit.tx, &cause.code).await?.ok_or_else(|| Refusal::NotFound.into())
}

/// Retires a cause: no longer tagged, still counted (I-62). `unknown` and `other` stay, and what others stand under.
///
/// # Errors
/// There is no such cause, others stand under it, or what it maps to is not one that stays.
pub async fn retire(
    unit: &mut Unit<'_>,
    by: Option<StaffId>,
    name: &str,
    retire: &RetireCause,
) -> Result<Cause> {
    let cause = changeable(unit, name).await?;
    let child: Option<(Uuid,)> = find!(&mut unit.tx, LIVING_CHILD, cause.id.0)?;
    if child.is_some() {
        let expected = "expected a cause with nothing under it: retire or move what stands there first";
        return Err(Refusal::field("cause", expected).into());
    }
    let maps_to = match &retire.maps_to {
        None => None,
        Some(name) => {
            let to = named(&mut unit.tx, name.as_str()).await?.filter(|to| !to.retired && to.id != cause.id);
            Some(to.ok_or_else(|| Refusal::field("maps_to", "expected another cause that is not retired"))?)
        }
    };
    let version = next_version(unit).await?;
    let change = CauseChange::Retired { maps_to: maps_to.as_ref().map(|to| to.code.clone()) };
    let to = maps_to.map(|to| to.id.0);
    if run!(&mut unit.tx, RETIRE, cause.id.0, unit.now.micros(), to, version.0)? > 0 {
        note(unit, version, by, cause.id, &change).await?;
    }
    named(&mut unit.tx, &cause.code).await?.ok_or_else(|| Refusal::NotFound.into())
}
