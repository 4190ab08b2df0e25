//! How people sign in and what they chose for the pages.

use firsthand_domain::contact::Email;
use firsthand_domain::id::StaffId;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use crate::Result;
use crate::database::Tx;
use crate::statement::same;
use crate::writer::Unit;

statements! {
    BY_EMAIL = same("select s.id, a.password, a.totp is not null as second_factor from staff s \
                     join account a on a.staff = s.id where s.email_key = $1 and s.disabled_at is null");
    SET_PASSWORD = same("insert into account (staff, password) values ($1, $2) \
                         on conflict (staff) do update set password = excluded.password");
    SET_LOOKS = same("insert into account (staff, language, theme, single_keys) values ($1, $2, $3, $4) \
                      on conflict (staff) do update set language = excluded.language, theme = excluded.theme, \
                      single_keys = excluded.single_keys");
    INVITE = same("insert into invitation (hash, staff, kind, made_by, created_at, expires_at) \
                   values ($1, $2, $3, $4, $5, $6)");
    INVITATION = same("select staff, kind from invitation where hash = $1 and used_at is null and expires_at > $2");
    USE_INVITATION = same("update invitation set used_at = $2 where hash = $1 and used_at is null and expires_at > $2");
}

/// How somebody signs in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Who.
    pub staff: StaffId,
    /// Their password as a PHC string; none while an invitation is out.
    pub password: Option<String>,
    /// Whether a second factor is asked for.
    pub second_factor: bool,
}

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

impl Invitation {
    const fn parts(self) -> (&'static str, Option<Uuid>) {
        match self {
            Self::Setup => ("setup", None),
            Self::Invite(staff) => ("invite", Some(staff.0)),
            Self::Reset(staff) => ("reset", Some(staff.0)),
        }
    }
}

/// How the person with that e-mail address signs in; nothing for those who never were invited, or have left.
///
/// # Errors
/// The database could not.
pub async fn by_email(tx: &mut Tx<'_>, email: &Email) -> Result<Option<SignIn>> {
    let row: Option<(Uuid, Option<String>, bool)> = find!(tx, BY_EMAIL, email.key())?;
    Ok(row.map(|(id, password, second_factor)| SignIn { staff: StaffId(id), password, second_factor }))
}

/// Sets a password (a PHC string).
///
/// # Errors
/// The database could not.
pub async fn set_password(unit: &mut Unit<'_>, staff: StaffId, phc: &str) -> Result<()> {
    run!(&mut unit.tx, SET_PASSWORD, staff.0, phc).map(drop)
}

/// Sets the language, the theme and whether single letters act as keys.
///
/// # Errors
/// The database could not.
pub async fn set_looks(
    unit: &mut Unit<'_>,
    staff: StaffId,
    language: Option<&str>,
    theme: Option<&str>,
    single_keys: bool,
) -> Result<()> {
    run!(&mut unit.tx, SET_LOOKS, staff.0, language, theme, single_keys).map(drop)
}

/// Keeps a link that works once, until then.
///
/// # Errors
/// The database could not.
pub async fn invite(
    unit: &mut Unit<'_>,
    hash: &[u8; 32],
    what: Invitation,
    by: Option<StaffId>,
    until: Timestamp,
) -> Result<()> {
    let (kind, staff) = what.parts();
    let now = unit.now.micros();
    run!(&mut unit.tx, INVITE, hash.as_slice(), staff, kind, by.map(|b| b.0), now, until.micros()).map(drop)
}

/// What a link is for, while it is good.
///
/// # Errors
/// The database could not.
pub async fn invitation(tx: &mut Tx<'_>, hash: &[u8; 32], now: Timestamp) -> Result<Option<Invitation>> {
    let row: Option<(Option<Uuid>, String)> = find!(tx, INVITATION, hash.as_slice(), now.micros())?;
    Ok(row.and_then(|(staff, kind)| match (kind.as_str(), staff) {
        ("setup", None) => Some(Invitation::Setup),
        ("invite", Some(staff)) => Some(Invitation::Invite(StaffId(staff))),
        ("reset", Some(staff)) => Some(Invitation::Reset(StaffId(staff))),
        _ => None,
    }))
}

/// Uses a link up: true for the one who came first, while it is good.
///
/// # Errors
/// The database could not.
pub async fn use_invitation(unit: &mut Unit<'_>, hash: &[u8; 32]) -> Result<bool> {
    let now = unit.now.micros();
    run!(&mut unit.tx, USE_INVITATION, hash.as_slice(), now).map(|used| used == 1)
}
