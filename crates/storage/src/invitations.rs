//! Links that work once: the first administrator's, an invitation, a new password. Of the code in a link only the
//! SHA-256 is kept.

use firsthand_domain::Refusal;
use firsthand_domain::choices::{DeskLanguage, Looks};
use firsthand_domain::id::StaffId;
use firsthand_domain::staff::{NewStaff, Staff};
use firsthand_domain::time::Timestamp;
use serde_json::json;
use uuid::Uuid;

use crate::database::Tx;
use crate::statement::same;
use crate::writer::Unit;
use crate::{Result, accounts, staff, staff_acts};

statements! {
    INSERT = same("insert into invitation (hash, staff, kind, made_by, created_at, expires_at) \
                   values ($1, $2, $3, $4, $5, $6)");
    FIND = same("select staff, kind from invitation where hash = $1 and used_at is null and expires_at > $2");
    USE = same("update invitation set used_at = $2 where hash = $1 and used_at is null and expires_at > $2");
    DROP_SETUP = same("delete from invitation where kind = 'setup' and used_at is null");
    DROP_OF = same("delete from invitation where staff = $1 and used_at is null");
    OPEN_UNTIL = same("select expires_at from invitation where staff = $1 and used_at is null and expires_at > $2");
}

/// The first administrator's link: a day.
pub const SETUP_MINUTES: i64 = 24 * 60;
/// An invitation: a week.
pub const INVITE_MINUTES: i64 = 7 * 24 * 60;
/// A link to a new password: half an hour.
pub const RESET_MINUTES: i64 = 30;

/// What a link that works once is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invitation {
    /// The first administrator makes the desk theirs.
    Setup,
    /// This person chooses a first password.
    Invite(StaffId),
    /// This person chooses a new password.
    Reset(StaffId),
}

/// A link that was made: what for, and until when it is good.
#[derive(Debug, Clone, Copy)]
pub struct Made {
    /// What for.
    pub what: Invitation,
    /// Until when.
    pub until: Timestamp,
}

async fn keep(unit: &mut Unit<'_>, hash: &[u8; 32], what: Invitation, by: Option<StaffId>) -> Result<Made> {
    let (kind, staff, minutes) = match what {
        Invitation::Setup => ("setup", None, SETUP_MINUTES),
        Invitation::Invite(staff) => ("invite", Some(staff.0), INVITE_MINUTES),
        Invitation::Reset(staff) => ("reset", Some(staff.0), RESET_MINUTES),
    };
    let until = unit.now.plus_minutes(minutes);
    let (by, now) = (by.map(|b| b.0), unit.now.micros());
    run!(&mut unit.tx, INSERT, hash.as_slice(), staff, kind, by, now, until.micros())?;
    Ok(Made { what, until })
}

/// The link of the first administrator, in the place of earlier ones, while nobody is at the desk.
///
/// # Errors
/// The database could not.
pub async fn offer_setup(unit: &mut Unit<'_>, hash: &[u8; 32]) -> Result<Option<Made>> {
    if staff::any(&mut unit.tx).await? {
        return Ok(None);
    }
    run!(&mut unit.tx, DROP_SETUP)?;
    keep(unit, hash, Invitation::Setup, None).await.map(Some)
}

/// A link for a person, in the place of earlier ones: an invitation for who never chose a password, a new password
/// for who did.
///
/// # Errors
/// There is no such person, or they have left.
pub async fn make(unit: &mut Unit<'_>, actor: Option<StaffId>, id: StaffId, hash: &[u8; 32]) -> Result<Made> {
    staff::by_id_in_change(unit, id).await?.filter(|s| s.active).ok_or(Refusal::NotFound)?;
    let has_password = accounts::of(&mut unit.tx, id).await?.password.is_some();
    let what = if has_password { Invitation::Reset(id) } else { Invitation::Invite(id) };
    drop_of(unit, id).await?;
    let kind = if has_password { "reset" } else { "invited" };
    staff_acts::note(unit, actor, kind, id, &json!({})).await?;
    keep(unit, hash, what, actor).await
}

/// Ends the links of a person.
pub(crate) async fn drop_of(unit: &mut Unit<'_>, id: StaffId) -> Result<()> {
    run!(&mut unit.tx, DROP_OF, id.0).map(drop)
}

/// Until when a link of this person is open, if one is.
///
/// # Errors
/// The database could not.
pub async fn open_until(tx: &mut Tx<'_>, id: StaffId, now: Timestamp) -> Result<Option<Timestamp>> {
    let row: Option<(i64,)> = find!(tx, OPEN_UNTIL, id.0, now.micros())?;
    Ok(row.map(|(at,)| Timestamp::from_micros(at)))
}

/// What a link is for, and whose it is, while it is good. The first administrator's is not once anybody is there, and
/// nobody's who has left.
///
/// # Errors
/// The database could not.
pub async fn find(
    tx: &mut Tx<'_>,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<(Invitation, Option<Staff>)>> {
    let row: Option<(Option<Uuid>, String)> = find!(tx, FIND, hash.as_slice(), now.micros())?;
    let Some((id, kind)) = row else { return Ok(None) };
    let Some(id) = id.map(StaffId) else {
        return Ok((!staff::any(tx).await?).then_some((Invitation::Setup, None)));
    };
    let person = staff::by_id(tx, id).await?.filter(|s| s.active);
    let what = if kind == "invite" { Invitation::Invite(id) } else { Invitation::Reset(id) };
    Ok(person.map(|person| (what, Some(person))))
}

/// Uses a link up, by the one who comes first while it is good.
async fn take(unit: &mut Unit<'_>, hash: &[u8; 32]) -> Result<()> {
    let now = unit.now.micros();
    match run!(&mut unit.tx, USE, hash.as_slice(), now)? {
        1 => Ok(()),
        _ => Err(Refusal::NotFound.into()),
    }
}

/// The first administrator makes the desk theirs.
///
/// # Errors
/// The link is not good, or somebody is there already.
pub async fn set_up(
    unit: &mut Unit<'_>,
    hash: &[u8; 32],
    new: &NewStaff,
    password: &str,
    language: Option<&str>,
) -> Result<Staff> {
    if staff::any(&mut unit.tx).await? {
        return Err(Refusal::NotFound.into());
    }
    take(unit, hash).await?;
    let first = staff::add(unit, new, None).await?;
    accounts::set_password(unit, first.id, password).await?;
    accounts::set_looks(unit, first.id, Looks::usual(language.and_then(DeskLanguage::from_code))).await?;
    staff_acts::note(unit, Some(first.id), "set_up", first.id, &json!({ "role": first.role })).await?;
    Ok(first)
}

/// A person chooses the password their link is for. A new one ends everything that stood for them: sessions, tokens.
///
/// # Errors
/// The link is not good.
pub async fn choose(unit: &mut Unit<'_>, hash: &[u8; 32], password: &str) -> Result<StaffId> {
    let now = unit.now;
    let Some((what, Some(person))) = find(&mut unit.tx, hash, now).await? else {
        return Err(Refusal::NotFound.into());
    };
    take(unit, hash).await?;
    match what {
        Invitation::Reset(_) => accounts::change_password(unit, person.id, password).await?,
        _ => accounts::set_password(unit, person.id, password).await?,
    }
    Ok(person.id)
}
