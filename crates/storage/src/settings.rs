//! What the desk keeps for its work, such as reply texts: each with every version there was of it, so that any of them can
//! be taken up again. What was taken up again is a new version; nothing is ever taken away.

use std::marker::PhantomData;

use firsthand_domain::Refusal;
use firsthand_domain::canned::CannedReply;
use firsthand_domain::id::StaffId;
use firsthand_domain::lists::{ListKind, ListName, name_key};
use firsthand_domain::macros::MacroVerb;
use firsthand_domain::time::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::Result;
use crate::database::Tx;
use crate::statement::{pick, same};
use crate::writer::Unit;

statements! {
    LIST = same(
        "select id, version, body, retired from desk_setting where kind = $1 and (not retired or $2) order by name_key, id"
    );
    PART = same(
        "select id, version, body, retired from desk_setting where kind = $1 order by retired, name_key, id limit $2 offset $3"
    );
    IN_USE = pick(
        "select body from desk_setting where kind = $1 and retired = 0 order by name_key limit $2",
        "select body from desk_setting where kind = $1 and not retired order by name_key limit $2",
    );
    BY_ID = same("select id, version, body, retired from desk_setting where kind = $1 and id = $2");
    /// One change to settings at a time: SQLite has one writer anyway.
    ALONE = pick("select 1", "select pg_advisory_xact_lock(hashtextextended('desk_setting', 23))");
    NAMED = same("select id from desk_setting where kind = $1 and name_key = $2 and not retired and id <> $3");
    COUNT = same(
        "select count(case when not retired then 1 end), count(*) from desk_setting where kind = $1"
    );
    INSERT = same(
        "insert into desk_setting (id, kind, name_key, body, version, retired) values ($1, $2, $3, $4, 1, $5)"
    );
    UPDATE = same("update desk_setting set name_key = $2, body = $3, version = $4, retired = $5 where id = $1");
    KEEP = same(
        "insert into desk_setting_version (setting, version, at, staff, body, retired) values ($1, $2, $3, $4, $5, $6)"
    );
    VERSIONS = same(
        "select v.version, v.at, v.staff, s.name as writer, v.body, v.retired from desk_setting_version v \
         join staff s on s.id = v.staff where v.setting = $1 order by v.version desc"
    );
}

/// What is kept this way.
pub trait Setting: Serialize + DeserializeOwned + Clone + PartialEq + Send + Sync + 'static {
    /// What it is called; of those of one kind that are not retired no two have one name.
    fn name(&self) -> &str;
}

impl Setting for CannedReply {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Setting for ListName {
    fn name(&self) -> &str {
        &self.name
    }
}

/// A kind of thing that is kept this way.
#[derive(Debug)]
pub struct Kind<S> {
    /// Its code.
    code: &'static str,
    /// So many of it are not retired, at most.
    most: usize,
    said: PhantomData<fn() -> S>,
}

impl<S> Clone for Kind<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Kind<S> {}

impl<S> Kind<S> {
    const fn new(code: &'static str, most: usize) -> Self {
        Self { code, most, said: PhantomData }
    }
}

/// Reply texts.
pub const REPLY_TEXTS: Kind<CannedReply> = Kind::new("canned_reply", 500);
/// Macros.
pub const MACROS: Kind<Macro> = Kind::new("macro", 500);

/// The names of a list.
#[must_use]
pub const fn names(list: ListKind) -> Kind<ListName> {
    Kind::new(list.code(), list.most())
}

/// A step as it is kept: the verb, and the values it takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptStep {
    /// What is done.
    pub verb: MacroVerb,
    /// With what.
    pub body: Map<String, Value>,
}

/// A macro as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Macro {
    /// What it is found by.
    pub name: String,
    /// What is done, in this order.
    pub steps: Vec<KeptStep>,
}

impl Setting for Macro {
    fn name(&self) -> &str {
        &self.name
    }
}

row! {
    struct Row {
        id: Uuid,
        version: i64,
        body: String,
        retired: bool,
    }
}

row! {
    struct VersionRow {
        version: i64,
        at: i64,
        staff: Uuid,
        writer: String,
        body: String,
        retired: bool,
    }
}

/// One as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept<S> {
    /// Which.
    pub id: Uuid,
    /// Counted up with each change.
    pub version: i64,
    /// What it says.
    pub said: S,
    /// It is offered to nobody any more.
    pub retired: bool,
}

/// One as it was.
#[derive(Debug, Clone)]
pub struct Version<S> {
    /// Which.
    pub version: i64,
    /// When it came to be.
    pub at: Timestamp,
    /// By whom.
    pub by: (StaffId, String),
    /// What it said.
    pub said: S,
    /// It was offered to nobody.
    pub retired: bool,
}

impl<S: Setting> TryFrom<Row> for Kept<S> {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        let Row { id, version, body, retired } = row;
        Ok(Self { id, version, said: serde_json::from_str(&body)?, retired })
    }
}

/// All of a kind by name; those that are retired only where that is asked.
///
/// # Errors
/// The database could not.
pub async fn list<S: Setting>(tx: &mut Tx<'_>, kind: Kind<S>, retired: bool) -> Result<Vec<Kept<S>>> {
    let rows: Vec<Row> = all!(tx, LIST, kind.code, retired)?;
    rows.into_iter().map(Kept::try_from).collect()
}

/// A part of them: those that are not retired by name, then the others; after so many of them.
///
/// # Errors
/// The database could not.
pub async fn part<S: Setting>(
    tx: &mut Tx<'_>,
    kind: Kind<S>,
    limit: i64,
    after: i64,
) -> Result<Vec<Kept<S>>> {
    let rows: Vec<Row> = all!(tx, PART, kind.code, limit, after)?;
    rows.into_iter().map(Kept::try_from).collect()
}

/// What the first of them say that are not retired, by name.
///
/// # Errors
/// The database could not.
pub async fn in_use<S: Setting>(tx: &mut Tx<'_>, kind: Kind<S>, limit: i64) -> Result<Vec<S>> {
    let rows: Vec<(String,)> = all!(tx, IN_USE, kind.code, limit)?;
    rows.iter().map(|(body,)| Ok(serde_json::from_str(body)?)).collect()
}

/// How many of a kind are not retired, and how many there are.
///
/// # Errors
/// The database could not.
pub async fn count<S: Setting>(tx: &mut Tx<'_>, kind: Kind<S>) -> Result<(usize, usize)> {
    let (here, all): (i64, i64) = find!(tx, COUNT, kind.code)?.unwrap_or_default();
    Ok((usize::try_from(here).unwrap_or_default(), usize::try_from(all).unwrap_or_default()))
}

/// One of a kind.
///
/// # Errors
/// The database could not.
pub async fn by_id<S: Setting>(tx: &mut Tx<'_>, kind: Kind<S>, id: Uuid) -> Result<Option<Kept<S>>> {
    let row: Option<Row> = find!(tx, BY_ID, kind.code, id)?;
    row.map(Kept::try_from).transpose()
}

/// Every version there was of one, the newest first.
///
/// # Errors
/// The database could not.
pub async fn versions<S: Setting>(tx: &mut Tx<'_>, id: Uuid) -> Result<Vec<Version<S>>> {
    let rows: Vec<VersionRow> = all!(tx, VERSIONS, id)?;
    let read = |row: VersionRow| {
        Ok(Version {
            version: row.version,
            at: Timestamp::from_micros(row.at),
            by: (StaffId(row.staff), row.writer),
            said: serde_json::from_str(&row.body)?,
            retired: row.retired,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Nobody else may have the name, and there may not be too many.
async fn fits<S: Setting>(unit: &mut Unit<'_>, kind: Kind<S>, id: Uuid, said: &S) -> Result<()> {
    let taken: Option<(Uuid,)> = find!(&mut unit.tx, NAMED, kind.code, name_key(said.name()), id)?;
    if taken.is_some() {
        return Err(Refusal::Taken { field: "name".into() }.into());
    }
    Ok(())
}

async fn room<S: Setting>(unit: &mut Unit<'_>, kind: Kind<S>) -> Result<()> {
    if count(&mut unit.tx, kind).await?.0 >= kind.most {
        let expected = format!("expected no more than {} of a kind: retire one first", kind.most);
        return Err(Refusal::field("name", expected).into());
    }
    Ok(())
}

async fn keep<S: Setting>(unit: &mut Unit<'_>, by: StaffId, kept: &Kept<S>) -> Result<()> {
    let (body, now) = (serde_json::to_string(&kept.said)?, unit.now.micros());
    run!(&mut unit.tx, KEEP, kept.id, kept.version, now, by.0, body, kept.retired).map(drop)
}

/// Keeps a new one.
///
/// # Errors
/// The name is taken, there are too many, or the database could not.
pub async fn add<S: Setting>(unit: &mut Unit<'_>, kind: Kind<S>, by: StaffId, said: S) -> Result<Kept<S>> {
    run!(&mut unit.tx, ALONE)?;
    let id = unit.new_id();
    fits(unit, kind, id, &said).await?;
    room(unit, kind).await?;
    let kept = Kept { id, version: 1, said, retired: false };
    let body = serde_json::to_string(&kept.said)?;
    run!(&mut unit.tx, INSERT, id, kind.code, name_key(kept.said.name()), body, false)?;
    keep(unit, by, &kept).await?;
    Ok(kept)
}

/// One to be changed, if it is as it was seen.
async fn held<S: Setting>(
    unit: &mut Unit<'_>,
    kind: Kind<S>,
    id: Uuid,
    seen: Option<i64>,
) -> Result<Kept<S>> {
    run!(&mut unit.tx, ALONE)?;
    let kept = by_id(&mut unit.tx, kind, id).await?.ok_or(Refusal::NotFound)?;
    if seen.is_some_and(|seen| seen != kept.version) {
        return Err(Refusal::Stale { version: kept.version }.into());
    }
    Ok(kept)
}

async fn write<S: Setting>(
    unit: &mut Unit<'_>,
    kind: Kind<S>,
    by: StaffId,
    kept: Kept<S>,
    said: S,
    retired: bool,
) -> Result<Kept<S>> {
    if kept.said == said && kept.retired == retired {
        return Ok(kept);
    }
    if !retired {
        fits(unit, kind, kept.id, &said).await?;
        if kept.retired {
            room(unit, kind).await?;
        }
    }
    let kept = Kept { version: kept.version + 1, said, retired, ..kept };
    let body = serde_json::to_string(&kept.said)?;
    run!(&mut unit.tx, UPDATE, kept.id, name_key(kept.said.name()), body, kept.version, retired)?;
    keep(unit, by, &kept).await?;
    Ok(kept)
}

/// Puts something else in the place of what it says.
///
/// # Errors
/// There is none, it is not as it was seen, the name is taken, or the database could not.
pub async fn amend<S: Setting>(
    unit: &mut Unit<'_>,
    kind: Kind<S>,
    by: StaffId,
    id: Uuid,
    said: S,
    seen: Option<i64>,
) -> Result<Kept<S>> {
    let kept = held(unit, kind, id, seen).await?;
    let retired = kept.retired;
    write(unit, kind, by, kept, said, retired).await
}

/// Offers it to nobody any more.
///
/// # Errors
/// There is none, it is not as it was seen, or the database could not.
pub async fn retire<S: Setting>(
    unit: &mut Unit<'_>,
    kind: Kind<S>,
    by: StaffId,
    id: Uuid,
    seen: Option<i64>,
) -> Result<Kept<S>> {
    let kept = held(unit, kind, id, seen).await?;
    let said = kept.said.clone();
    write(unit, kind, by, kept, said, true).await
}

/// Takes up an earlier version again, as the newest; also of one that was retired since.
///
/// # Errors
/// There was no such version, it is not as it was seen, the name is taken by now, or the database could not.
pub async fn restore<S: Setting>(
    unit: &mut Unit<'_>,
    kind: Kind<S>,
    by: StaffId,
    id: Uuid,
    version: i64,
    seen: Option<i64>,
) -> Result<Kept<S>> {
    let kept = held(unit, kind, id, seen).await?;
    let mut versions = versions::<S>(&mut unit.tx, id).await?.into_iter();
    let earlier = versions.find(|v| v.version == version);
    let earlier =
        earlier.ok_or_else(|| Refusal::field("version", "expected a version that there was of it"))?;
    write(unit, kind, by, kept, earlier.said, earlier.retired).await
}
