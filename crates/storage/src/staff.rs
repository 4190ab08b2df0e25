//! The people at the desk and the tokens that stand for them.

use std::collections::BTreeMap;

use firsthand_domain::Refusal;
use firsthand_domain::code::Role;
use firsthand_domain::contact::Email;
use firsthand_domain::id::{ComplaintId, GrantId, PromiseId, StaffId};
use firsthand_domain::refusal::OpenDuties;
use firsthand_domain::staff::{NewStaff, Place, Staff};
use serde_json::json;
use uuid::Uuid;

use crate::database::Tx;
use crate::statement::{pick, same};
use crate::writer::Unit;
use crate::{Error, Result, actions, feed, invitations, lists, sessions, staff_acts};

statements! {
    INSERT = same("insert into staff (id, name, email, email_key, role, team, created_at) \
                   values ($1, $2, $3, $4, $5, $6, $7) on conflict (email_key) do nothing");
    INSERT_TOKEN = same("insert into token (hash, staff, created_at) values ($1, $2, $3)");
    BY_ID = same("select id, name, email, role, team, disabled_at from staff where id = $1");
    /// For a change: nobody is disabled while they are given a duty.
    BY_ID_SHARED = pick(
        "select id, name, email, role, team, disabled_at from staff where id = $1",
        "select id, name, email, role, team, disabled_at from staff where id = $1 for share",
    );
    BY_ID_LOCKED = pick(
        "select id, name, email, role, team, disabled_at from staff where id = $1",
        "select id, name, email, role, team, disabled_at from staff where id = $1 for update",
    );
    BY_EMAIL = same("select id, name, email, role, team, disabled_at from staff where email_key = $1");
    BY_TOKEN = same("select s.id, s.name, s.email, s.role, s.team, s.disabled_at \
                     from token t join staff s on s.id = t.staff where t.hash = $1");
    PAGE = same("select id, name, email, role, team, disabled_at from staff where id > $1 order by id limit $2");
    ANY = same("select count(*) from (select 1 from staff limit 1) s");
    HAS_TOKEN = same("select count(*) from token where staff = $1");
    DISABLE = same("update staff set disabled_at = $2, disabled_by = $3 where id = $1 and disabled_at is null");
    CHANGE = same("update staff set role = $2, team = $3 where id = $1");
    /// Two administrators who each take the other's role away at once wait for each other.
    ADMINS = pick(
        "select id from staff where role = 'admin' and disabled_at is null",
        "select id from staff where role = 'admin' and disabled_at is null order by id for update",
    );
    DROP_TOKENS = same("delete from token where staff = $1");
    FIRST_CONTACT_OF = same("select id from complaint where stage <> 'closed' and first_contact = $1 order by id");
    HANDLER_OF = same("select id from complaint where stage <> 'closed' and handler = $1 order by id");
    PROMISES_OF = same("select id from promise where state in ('made', 'broken') and responsible = $1 order by id");
    GRANTS_OF = same(
        "select distinct g.id from authority_grant g join award a on a.grant_id = g.id \
         where g.holder_staff = $1 and a.state in ('approved', 'offered', 'accepted') order by g.id"
    );
    COMPLAINTS_OF = same(
        "select id from complaint where stage <> 'closed' and first_contact = $1 \
         union select id from complaint where stage <> 'closed' and handler = $1 \
         union select complaint from promise where state in ('made', 'broken') and responsible = $1 order by 1"
    );
}

packed_row! {
    struct StaffRow {
        id: Uuid,
        name: String,
        email: String,
        role: String,
        team: Option<String>,
        disabled_at: Option<i64>,
    }
}
packed_row! {
    struct PersonRow {
        id: Uuid,
        name: String,
        team: Option<String>,
    }
}

impl TryFrom<StaffRow> for Staff {
    type Error = Error;

    fn try_from(row: StaffRow) -> Result<Self> {
        let role =
            Role::from_code(&row.role).ok_or_else(|| Error::Corrupt(format!("staff.role of {}", row.id)))?;
        Ok(Self {
            id: StaffId(row.id),
            name: row.name,
            email: row.email,
            role,
            team: row.team,
            active: row.disabled_at.is_none(),
        })
    }
}

/// What is kept of a token: its SHA-256. A token is long and random, so a fast hash is enough.
#[must_use]
pub fn token_hash(token: &str) -> [u8; 32] {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(token.as_bytes()).into()
}

fn one(row: Option<StaffRow>) -> Result<Option<Staff>> {
    row.map(Staff::try_from).transpose()
}

/// Adds a person, with a token if a hash of one is given.
///
/// # Errors
/// Somebody has the e-mail address already.
pub async fn add(unit: &mut Unit<'_>, new: &NewStaff, token_hash: Option<&[u8]>) -> Result<Staff> {
    let (id, new) = (unit.new_id(), &lists::spelled(&mut unit.tx, new).await?);
    let team = new.team.as_ref().map(ToString::to_string);
    let added = run!(
        &mut unit.tx,
        INSERT,
        id,
        new.name.as_str(),
        new.email.as_str(),
        new.email.key(),
        new.role.code(),
        team.clone(),
        unit.now.micros()
    )?;
    if added == 0 {
        return Err(Refusal::Taken { field: "email".into() }.into());
    }
    if let Some(hash) = token_hash {
        run!(&mut unit.tx, INSERT_TOKEN, hash, id, unit.now.micros())?;
    }
    Ok(Staff {
        id: StaffId(id),
        name: new.name.to_string(),
        email: new.email.as_str().to_owned(),
        role: new.role,
        team,
        active: true,
    })
}

/// A further token for a person.
///
/// # Errors
/// The database could not.
pub async fn add_token(unit: &mut Unit<'_>, staff: StaffId, hash: &[u8]) -> Result<()> {
    run!(&mut unit.tx, INSERT_TOKEN, hash, staff.0, unit.now.micros()).map(drop)
}

/// Has this person a token already?
///
/// # Errors
/// The database could not.
pub async fn has_token(tx: &mut Tx<'_>, id: StaffId) -> Result<bool> {
    let row: Option<(i64,)> = find!(tx, HAS_TOKEN, id.0)?;
    Ok(row.is_some_and(|r| r.0 > 0))
}

/// Ends every token of a person.
///
/// # Errors
/// The database could not.
pub async fn drop_tokens(unit: &mut Unit<'_>, id: StaffId) -> Result<()> {
    run!(&mut unit.tx, DROP_TOKENS, id.0).map(drop)
}

/// Whom a token stands for, active or not.
///
/// # Errors
/// The database could not.
pub async fn by_token(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Staff>> {
    one(find!(tx, BY_TOKEN, hash)?)
}

/// The person with that e-mail address.
///
/// # Errors
/// The database could not.
pub async fn by_email(tx: &mut Tx<'_>, email: &Email) -> Result<Option<Staff>> {
    one(find!(tx, BY_EMAIL, email.key())?)
}

/// The person with that id.
///
/// # Errors
/// The database could not.
pub async fn by_id(tx: &mut Tx<'_>, id: StaffId) -> Result<Option<Staff>> {
    one(find!(tx, BY_ID, id.0)?)
}

/// The person with that id, who cannot be disabled until this change is done.
pub(crate) async fn by_id_in_change(unit: &mut Unit<'_>, id: StaffId) -> Result<Option<Staff>> {
    one(find!(&mut unit.tx, BY_ID_SHARED, id.0)?)
}

/// Is there anybody yet?
///
/// # Errors
/// The database could not.
pub async fn any(tx: &mut Tx<'_>) -> Result<bool> {
    let row: Option<(i64,)> = find!(tx, ANY)?;
    Ok(row.is_some_and(|r| r.0 > 0))
}

/// People in the order they came, after one of them.
///
/// # Errors
/// The database could not.
pub async fn page(tx: &mut Tx<'_>, after: Option<StaffId>, limit: i64) -> Result<Vec<Staff>> {
    let rows: Vec<StaffRow> = all_packed!(tx, PAGE, after.map_or(Uuid::nil(), |a| a.0), limit)?;
    rows.into_iter().map(Staff::try_from).collect()
}

/// Names and teams of people.
///
/// # Errors
/// The database could not.
pub async fn people(tx: &mut Tx<'_>, ids: &[StaffId]) -> Result<BTreeMap<StaffId, (String, Option<String>)>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<PersonRow> = among_packed!(tx, "select id, name, team from staff where id in (", ids, ")")?;
    Ok(rows.into_iter().map(|row| (StaffId(row.id), (row.name, row.team))).collect())
}

/// How people call these complaints, by id.
///
/// # Errors
/// The database could not.
pub async fn references(tx: &mut Tx<'_>, ids: &[ComplaintId]) -> Result<Vec<(ComplaintId, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Uuid, String)> =
        among!(tx, "select id, reference from complaint where id in (", ids, ") order by reference")?;
    Ok(rows.into_iter().map(|(id, reference)| (ComplaintId(id), reference)).collect())
}

/// What a person still holds.
///
/// # Errors
/// The database could not.
pub async fn open_duties(tx: &mut Tx<'_>, id: StaffId) -> Result<OpenDuties> {
    let first_contact: Vec<(Uuid,)> = all!(tx, FIRST_CONTACT_OF, id.0)?;
    let handler: Vec<(Uuid,)> = all!(tx, HANDLER_OF, id.0)?;
    let promises: Vec<(Uuid,)> = all!(tx, PROMISES_OF, id.0)?;
    let grants: Vec<(Uuid,)> = all!(tx, GRANTS_OF, id.0)?;
    Ok(OpenDuties {
        first_contact: first_contact.into_iter().map(|r| ComplaintId(r.0)).collect(),
        handler: handler.into_iter().map(|r| ComplaintId(r.0)).collect(),
        promises: promises.into_iter().map(|r| PromiseId(r.0)).collect(),
        grants: grants.into_iter().map(|r| GrantId(r.0)).collect(),
        actions: actions::owned_by(tx, id).await?,
    })
}

/// The complaints on which a person holds any duty.
///
/// # Errors
/// The database could not.
pub async fn complaints_of(tx: &mut Tx<'_>, id: StaffId) -> Result<Vec<ComplaintId>> {
    let rows: Vec<(Uuid,)> = all!(tx, COMPLAINTS_OF, id.0)?;
    Ok(rows.into_iter().map(|r| ComplaintId(r.0)).collect())
}

/// Refuses what would leave the desk without an administrator.
async fn keeps_an_admin(unit: &mut Unit<'_>, without: &Staff) -> Result<()> {
    if without.role != Role::Admin || !without.active {
        return Ok(());
    }
    let admins: Vec<(Uuid,)> = all!(&mut unit.tx, ADMINS)?;
    if admins.iter().any(|(id,)| *id != without.id.0) {
        Ok(())
    } else {
        Err(Refusal::LastAdministrator.into())
    }
}

/// Refuses to take duties away from who holds them, and tells all of them.
async fn holds_nothing(unit: &mut Unit<'_>, id: StaffId) -> Result<()> {
    let duties = open_duties(&mut unit.tx, id).await?;
    if duties.is_empty() { Ok(()) } else { Err(Refusal::OpenDuties(Box::new(duties)).into()) }
}

/// Gives a person another role or team. With another role everything that stood for them ends: sessions, tokens.
///
/// # Errors
/// There is no such person, no administrator would be left, or an auditor-to-be holds duties.
pub async fn change_place(unit: &mut Unit<'_>, actor: StaffId, id: StaffId, new: &Place) -> Result<Staff> {
    let locked: Option<StaffRow> = find!(&mut unit.tx, BY_ID_LOCKED, id.0)?;
    let before = one(locked)?.filter(|staff| staff.active).ok_or(Refusal::NotFound)?;
    let new = &lists::spelled(&mut unit.tx, new).await?;
    let team = new.team.as_ref().map(ToString::to_string);
    if new.role != before.role {
        keeps_an_admin(unit, &before).await?;
        if new.role == Role::Auditor {
            holds_nothing(unit, id).await?;
        }
    }
    run!(&mut unit.tx, CHANGE, id.0, new.role.code(), team.clone())?;
    if new.role != before.role {
        sessions::end_all(unit, id, None).await?;
        drop_tokens(unit, id).await?;
        let body = json!({ "from": before.role, "to": new.role });
        staff_acts::note(unit, Some(actor), "role_changed", id, &body).await?;
    }
    if team != before.team {
        feed::note_access(unit, id).await?;
        let body = json!({ "from": before.team, "to": team });
        staff_acts::note(unit, Some(actor), "team_changed", id, &body).await?;
    }
    Ok(Staff { role: new.role, team, ..before })
}

/// Disables a person who holds nothing any more (I-05). Everything that stood for them ends at once: sessions, tokens,
/// links.
///
/// # Errors
/// There is no such person, no administrator would be left, or duties are open: all of them are named.
pub async fn disable(unit: &mut Unit<'_>, actor: StaffId, id: StaffId) -> Result<Staff> {
    let locked: Option<StaffRow> = find!(&mut unit.tx, BY_ID_LOCKED, id.0)?;
    let mut staff = one(locked)?.ok_or(Refusal::NotFound)?;
    holds_nothing(unit, id).await?;
    keeps_an_admin(unit, &staff).await?;
    if run!(&mut unit.tx, DISABLE, id.0, unit.now.micros(), actor.0)? == 1 {
        staff_acts::note(unit, Some(actor), "disabled", id, &json!({})).await?;
    }
    drop_tokens(unit, id).await?;
    sessions::end_all(unit, id, None).await?;
    invitations::drop_of(unit, id).await?;
    staff.active = false;
    Ok(staff)
}
