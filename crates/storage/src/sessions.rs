//! Who is signed in at a browser. A session is known by a long random number of which only the SHA-256 is kept.

use firsthand_domain::code::Role;
use firsthand_domain::id::StaffId;
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use crate::database::Tx;
use crate::statement::same;
use crate::writer::Unit;
use crate::{Error, Result, desk, feed};

statements! {
    INSERT = same("insert into session (hash, staff, created_at, seen_at, confirmed_at, half, agent) \
                   values ($1, $2, $3, $3, $3, $4, $5)");
    BY_HASH = same("select s.id, s.name, s.email, s.role, s.team, s.disabled_at, n.created_at, n.seen_at, \
                    n.confirmed_at, n.half, a.language, a.theme, a.density, coalesce(a.single_keys, true) as single_keys, \
                    a.columns \
                    from session n join staff s on s.id = n.staff left join account a on a.staff = n.staff \
                    where n.hash = $1");
    SEEN = same("update session set seen_at = $2 where hash = $1 and seen_at < $2");
    CONFIRM = same("update session set confirmed_at = $2 where hash = $1");
    OF = same("select hash, created_at, seen_at, agent from session where staff = $1 and not half \
               order by seen_at desc");
    END = same("delete from session where hash = $1 returning staff");
    END_OWN = same("delete from session where staff = $1 and hash = $2");
    END_ALL = same("delete from session where staff = $1");
    END_OTHERS = same("delete from session where staff = $1 and hash <> $2");
    END_OLD = same("delete from session where created_at < $1 or seen_at < $2");
}

/// A session may rest this long: half an hour.
pub const IDLE_MINUTES: i64 = 30;
/// And last this long in all: twelve hours.
pub const LONGEST_MINUTES: i64 = 12 * 60;

row! {
    struct SessionRow {
        id: Uuid,
        name: String,
        email: String,
        role: String,
        team: Option<String>,
        disabled_at: Option<i64>,
        created_at: i64,
        seen_at: i64,
        confirmed_at: i64,
        half: bool,
        language: Option<String>,
        theme: Option<String>,
        density: Option<String>,
        single_keys: bool,
        columns: Option<String>,
    }
}

/// A session that is still good.
#[derive(Debug, Clone)]
pub struct Session {
    /// SHA-256 of its number.
    pub hash: [u8; 32],
    /// Whose it is.
    pub staff: Staff,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// When its person last showed a password or a second factor.
    pub confirmed_at: Timestamp,
    /// The password was right and the second factor is still owed.
    pub half: bool,
    /// Their language, if they chose one.
    pub language: Option<String>,
    /// `light` or `dark`, if they chose one.
    pub theme: Option<String>,
    /// `comfortable` or `compact`, if they chose one.
    pub density: Option<String>,
    /// Whether single letters act as keys.
    pub single_keys: bool,
    /// The columns of the list that its person leaves out.
    pub hidden_columns: Vec<String>,
}

/// A session as its owner sees it in a list.
#[derive(Debug, Clone)]
pub struct Own {
    /// SHA-256 of its number.
    pub hash: Vec<u8>,
    /// Since when.
    pub created_at: Timestamp,
    /// Last used.
    pub seen_at: Timestamp,
    /// What the browser called itself.
    pub agent: Option<String>,
}

/// The session of that hash, if it is neither too old nor too long unused and its person still works here.
///
/// # Errors
/// The database could not.
pub async fn by_hash(tx: &mut Tx<'_>, hash: &[u8; 32], now: Timestamp) -> Result<Option<Session>> {
    let row: Option<SessionRow> = find!(tx, BY_HASH, hash.as_slice())?;
    let Some(row) = row else { return Ok(None) };
    let (created, seen) = (Timestamp::from_micros(row.created_at), Timestamp::from_micros(row.seen_at));
    let over = now >= created.plus_minutes(LONGEST_MINUTES) || now >= seen.plus_minutes(IDLE_MINUTES);
    if over || row.disabled_at.is_some() {
        return Ok(None);
    }
    let role =
        Role::from_code(&row.role).ok_or_else(|| Error::Corrupt(format!("staff.role of {}", row.id)))?;
    Ok(Some(Session {
        hash: *hash,
        staff: Staff {
            id: StaffId(row.id),
            name: row.name,
            email: row.email,
            role,
            team: row.team,
            active: true,
        },
        seen_at: seen,
        confirmed_at: Timestamp::from_micros(row.confirmed_at),
        half: row.half,
        language: row.language,
        theme: row.theme,
        density: row.density,
        single_keys: row.single_keys,
        hidden_columns: desk::names(row.columns.as_deref()),
    }))
}

/// Begins a session; `half` when a second factor is still owed.
///
/// # Errors
/// The database could not.
pub async fn begin(
    unit: &mut Unit<'_>,
    hash: &[u8; 32],
    staff: StaffId,
    half: bool,
    agent: Option<&str>,
) -> Result<()> {
    let now = unit.now.micros();
    run!(&mut unit.tx, INSERT, hash.as_slice(), staff.0, now, half, agent).map(drop)
}

/// Notes that a session was used.
///
/// # Errors
/// The database could not.
pub async fn seen(unit: &mut Unit<'_>, hash: &[u8; 32]) -> Result<()> {
    let now = unit.now.micros();
    run!(&mut unit.tx, SEEN, hash.as_slice(), now).map(drop)
}

/// Notes that its person has just shown a password or a second factor again.
///
/// # Errors
/// The database could not.
pub async fn confirm(unit: &mut Unit<'_>, hash: &[u8; 32]) -> Result<()> {
    let now = unit.now.micros();
    run!(&mut unit.tx, CONFIRM, hash.as_slice(), now).map(drop)
}

/// The sessions of a person, last used first.
///
/// # Errors
/// The database could not.
pub async fn of(tx: &mut Tx<'_>, staff: StaffId) -> Result<Vec<Own>> {
    let rows: Vec<(Vec<u8>, i64, i64, Option<String>)> = all!(tx, OF, staff.0)?;
    let own = |(hash, created, seen, agent)| Own {
        hash,
        created_at: Timestamp::from_micros(created),
        seen_at: Timestamp::from_micros(seen),
        agent,
    };
    Ok(rows.into_iter().map(own).collect())
}

/// Ends one session.
///
/// # Errors
/// The database could not.
pub async fn end(unit: &mut Unit<'_>, hash: &[u8]) -> Result<()> {
    let whose: Option<(Uuid,)> = find!(&mut unit.tx, END, hash)?;
    match whose {
        Some((staff,)) => feed::note_access(unit, StaffId(staff)).await,
        None => Ok(()),
    }
}

/// Ends one session of a person, if it is theirs.
///
/// # Errors
/// The database could not.
pub async fn end_own(unit: &mut Unit<'_>, staff: StaffId, hash: &[u8]) -> Result<()> {
    run!(&mut unit.tx, END_OWN, staff.0, hash)?;
    feed::note_access(unit, staff).await
}

/// Ends every session of a person, but one if one is named.
///
/// # Errors
/// The database could not.
pub async fn end_all(unit: &mut Unit<'_>, staff: StaffId, but: Option<&[u8; 32]>) -> Result<()> {
    match but {
        None => run!(&mut unit.tx, END_ALL, staff.0)?,
        Some(but) => run!(&mut unit.tx, END_OTHERS, staff.0, but.as_slice())?,
    };
    feed::note_access(unit, staff).await
}

/// Forgets sessions that are over.
///
/// # Errors
/// The database could not.
pub async fn forget_old(unit: &mut Unit<'_>) -> Result<()> {
    let (created, seen) = (unit.now.plus_minutes(-LONGEST_MINUTES), unit.now.plus_minutes(-IDLE_MINUTES));
    run!(&mut unit.tx, END_OLD, created.micros(), seen.micros()).map(drop)
}
