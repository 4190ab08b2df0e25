//! Saved views of the list, and how much each holds.

use firsthand_domain::Refusal;
use firsthand_domain::id::{SavedViewId, StaffId};
use firsthand_domain::saved_view::{AmendView, MOST, NewView, SavedView, Sharing};
use firsthand_domain::staff::Staff;
use sqlx::QueryBuilder;
use uuid::Uuid;

use crate::database::Tx;
use crate::list::{self, Query, sql};
use crate::statement::{pick, same};
use crate::writer::Unit;
use crate::{Error, Result, staff};

statements! {
    INSERT = same("insert into saved_view (id, owner, name, sharing, team, query, columns, version, changed_at) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
    UPDATE = same("update saved_view set name = $2, sharing = $3, team = $4, query = $5, columns = $6, version = $7, \
                   changed_at = $8 where id = $1");
    DELETE = same("delete from saved_view where id = $1");
    BY_ID = same("select id, owner, name, sharing, team, query, columns, version from saved_view where id = $1");
    BY_ID_LOCKED = pick(
        "select id, owner, name, sharing, team, query, columns, version from saved_view where id = $1",
        "select id, owner, name, sharing, team, query, columns, version from saved_view where id = $1 for update",
    );
    HOW_MANY = same("select count(*) from saved_view where owner = $1");
    /// One's own before those of others, then by name. A lead has those of every team.
    OF = same(
        "select v.id, v.owner, v.name, v.sharing, v.team, v.query, v.columns, v.version from saved_view v \
         where v.owner = $1 or v.sharing = 'all' or (v.sharing = 'team' and ($3 or v.team = $2)) \
         order by case v.owner when $1 then 0 else 1 end, v.name, v.id limit $4"
    );
}

/// More than this is not counted, and so many rows of a list are looked at for it: a view that finds few among very many
/// says "at least", instead of holding up the page.
const COUNTED: i64 = 100;
const LOOKED_AT: i64 = 300;

row! {
    struct ViewRow {
        id: Uuid,
        owner: Uuid,
        name: String,
        sharing: String,
        team: Option<String>,
        query: String,
        columns: String,
        version: i64,
    }
}

impl TryFrom<ViewRow> for SavedView {
    type Error = Error;

    fn try_from(row: ViewRow) -> Result<Self> {
        let sharing = Sharing::from_code(&row.sharing)
            .ok_or_else(|| Error::Corrupt(format!("saved_view.sharing of {}", row.id)))?;
        Ok(Self {
            id: SavedViewId(row.id),
            owner: StaffId(row.owner),
            name: row.name,
            sharing,
            team: row.team,
            query: serde_json::from_str(&row.query)?,
            columns: serde_json::from_str(&row.columns)?,
            version: row.version,
        })
    }
}

/// The views somebody has, their own first.
///
/// # Errors
/// The database could not.
pub async fn of(tx: &mut Tx<'_>, reader: &Staff, limit: i64) -> Result<Vec<SavedView>> {
    let rows: Vec<ViewRow> = all!(tx, OF, reader.id.0, reader.team.clone(), reader.is_lead(), limit)?;
    rows.into_iter().map(SavedView::try_from).collect()
}

/// One of them.
///
/// # Errors
/// The database could not.
pub async fn by_id(tx: &mut Tx<'_>, id: SavedViewId, reader: &Staff) -> Result<Option<SavedView>> {
    let row: Option<ViewRow> = find!(tx, BY_ID, id.0)?;
    let found = row.map(SavedView::try_from).transpose()?;
    Ok(found.filter(|view| view.visible_to(reader)))
}

async fn maker(unit: &mut Unit<'_>, id: StaffId) -> Result<Staff> {
    let found = staff::by_id_in_change(unit, id).await?;
    Ok(found.filter(Staff::can_hold_duty).ok_or(Refusal::ReadOnly)?)
}

/// Keeps a new view.
///
/// # Errors
/// The domain said no, there are too many already, or the database could not.
pub async fn begin(unit: &mut Unit<'_>, by: StaffId, new: &NewView) -> Result<SavedView> {
    let by = maker(unit, by).await?;
    let many: Option<(i64,)> = find!(&mut unit.tx, HOW_MANY, by.id.0)?;
    if usize::try_from(many.map_or(0, |m| m.0)).is_ok_and(|many| many >= MOST) {
        return Err(Refusal::field("name", "expected at most 50 views of one person").into());
    }
    let view = SavedView::begin(SavedViewId(unit.new_id()), &by, new)?;
    let (query, columns) = (serde_json::to_string(&view.query)?, serde_json::to_string(&view.columns)?);
    run!(
        &mut unit.tx,
        INSERT,
        view.id.0,
        view.owner.0,
        view.name.as_str(),
        view.sharing.code(),
        view.team.as_deref(),
        query,
        columns,
        view.version,
        unit.now.micros()
    )?;
    Ok(view)
}

async fn held(unit: &mut Unit<'_>, id: SavedViewId, version: Option<i64>, by: &Staff) -> Result<SavedView> {
    let row: Option<ViewRow> = find!(&mut unit.tx, BY_ID_LOCKED, id.0)?;
    let view = SavedView::try_from(row.ok_or(Refusal::NotFound)?)?;
    view.kept_by(by)?;
    if version.is_some_and(|seen| seen != view.version) {
        return Err(Refusal::Stale { version: view.version }.into());
    }
    Ok(view)
}

/// Changes a view; `version` is the one the caller saw, if they said.
///
/// # Errors
/// The domain said no, the version is stale, or the database could not.
pub async fn amend(
    unit: &mut Unit<'_>,
    by: StaffId,
    id: SavedViewId,
    amend: &AmendView,
    version: Option<i64>,
) -> Result<SavedView> {
    let by = maker(unit, by).await?;
    let view = held(unit, id, version, &by).await?.amended(&by, amend)?;
    let (query, columns) = (serde_json::to_string(&view.query)?, serde_json::to_string(&view.columns)?);
    run!(
        &mut unit.tx,
        UPDATE,
        view.id.0,
        view.name.as_str(),
        view.sharing.code(),
        view.team.as_deref(),
        query,
        columns,
        view.version,
        unit.now.micros()
    )?;
    Ok(view)
}

/// Takes a view away, from everybody who has it.
///
/// # Errors
/// It belongs to somebody else, the version is stale, or the database could not.
pub async fn delete(
    unit: &mut Unit<'_>,
    by: StaffId,
    id: SavedViewId,
    version: Option<i64>,
) -> Result<SavedView> {
    let by = maker(unit, by).await?;
    let view = held(unit, id, version, &by).await?;
    run!(&mut unit.tx, DELETE, id.0)?;
    Ok(view)
}

/// How many complaints a view holds, as far as it was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// So many were found.
    pub found: i64,
    /// There may be more.
    pub open: bool,
}

/// How much each of these lists holds, in one statement with a limit each. What is looked for by words, or stands behind a
/// figure, is not counted.
///
/// # Errors
/// The database could not.
pub async fn tallies(tx: &mut Tx<'_>, reader: &Staff, queries: &[Query]) -> Result<Vec<Option<Tally>>> {
    let countable = |query: &&Query| {
        query.words.is_none() && query.counted.is_none() && query.measured.is_none() && query.among.is_none()
    };
    let mut tallies = vec![None; queries.len()];
    let asked: Vec<(usize, &Query)> =
        queries.iter().enumerate().filter(|(_, query)| countable(query)).collect();
    if asked.is_empty() {
        return Ok(tallies);
    }
    let way = list::plain_way(tx);
    let rows: Vec<(i64, i64, i64)> = on!(tx, |c| {
        let mut statement = QueryBuilder::<Db>::new("");
        for (turn, (at, query)) in asked.iter().enumerate() {
            if turn > 0 {
                statement.push(" union all ");
            }
            let most = if sql::leads_alone(query) { COUNTED } else { LOOKED_AT };
            statement.push(format_args!("select cast({at} as bigint) as place, "));
            sql::tally(&mut statement, reader, query, way, most);
        }
        statement.build_query_as().fetch_all(c).await
    })?;
    for (at, looked, found) in rows {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        let (Some(tally), Some(query)) = (tallies.get_mut(at), queries.get(at)) else { continue };
        let whole = if sql::leads_alone(query) { COUNTED } else { LOOKED_AT };
        *tally = Some(Tally { found: found.min(COUNTED - 1), open: looked >= whole || found >= COUNTED });
    }
    Ok(tallies)
}
