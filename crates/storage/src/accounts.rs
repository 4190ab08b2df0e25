//! How people sign in and what they chose for the pages.

use std::collections::BTreeMap;

use firsthand_domain::choices::{Density, DeskLanguage, Looks, Theme};
use firsthand_domain::contact::Email;
use firsthand_domain::id::StaffId;
use uuid::Uuid;

use crate::database::Tx;
use crate::statement::same;
use crate::writer::Unit;
use crate::{Result, sessions, staff};

statements! {
    BY_EMAIL = same("select s.id, a.password, a.totp is not null as second_factor from staff s \
                     join account a on a.staff = s.id where s.email_key = $1 and s.disabled_at is null");
    OF = same("select a.password, a.totp, a.totp_offered from staff s left join account a on a.staff = s.id where s.id = $1");
    STATES = same("select staff, password is not null, totp is not null from account");
    SET_PASSWORD = same("insert into account (staff, password) values ($1, $2) \
                         on conflict (staff) do update set password = excluded.password");
    LOOKS = same("select language, theme, density, single_keys from account where staff = $1");
    SET_LOOKS = same("insert into account (staff, language, theme, density, single_keys) values ($1, $2, $3, $4, $5) \
                      on conflict (staff) do update set language = excluded.language, theme = excluded.theme, \
                      density = excluded.density, single_keys = excluded.single_keys");
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

/// How the person with that e-mail address signs in; nothing for those who never were invited, or have left.
///
/// # Errors
/// The database could not.
pub async fn by_email(tx: &mut Tx<'_>, email: &Email) -> Result<Option<SignIn>> {
    let row: Option<(Uuid, Option<String>, bool)> = find!(tx, BY_EMAIL, email.key())?;
    Ok(row.map(|(id, password, second_factor)| SignIn { staff: StaffId(id), password, second_factor }))
}

row! {
    struct AccountRow {
        password: Option<String>,
        totp: Option<Vec<u8>>,
        totp_offered: Option<Vec<u8>>,
    }
}

/// What is kept of somebody's ways to sign in.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// Their password as a PHC string.
    pub password: Option<String>,
    /// The secret of their second factor.
    pub totp: Option<Vec<u8>>,
    /// A secret that is offered and not yet confirmed with a code.
    pub totp_offered: Option<Vec<u8>>,
}

/// How that person signs in.
///
/// # Errors
/// The database could not.
pub async fn of(tx: &mut Tx<'_>, staff: StaffId) -> Result<Account> {
    let row: Option<AccountRow> = find!(tx, OF, staff.0)?;
    let account =
        |row: AccountRow| Account { password: row.password, totp: row.totp, totp_offered: row.totp_offered };
    Ok(row.map(account).unwrap_or_default())
}

/// Who has a password, and whether a second factor beside it.
///
/// # Errors
/// The database could not.
pub async fn states(tx: &mut Tx<'_>) -> Result<BTreeMap<StaffId, (bool, bool)>> {
    let rows: Vec<(Uuid, bool, bool)> = all!(tx, STATES)?;
    Ok(rows.into_iter().map(|(id, password, second)| (StaffId(id), (password, second))).collect())
}

/// Sets a new password (a PHC string). Everything that stood for the person before ends: sessions, tokens.
///
/// # Errors
/// The database could not.
pub async fn change_password(unit: &mut Unit<'_>, staff: StaffId, phc: &str) -> Result<()> {
    set_password(unit, staff, phc).await?;
    sessions::end_all(unit, staff, None).await?;
    staff::drop_tokens(unit, staff).await
}

/// Sets a password (a PHC string).
///
/// # Errors
/// The database could not.
pub async fn set_password(unit: &mut Unit<'_>, staff: StaffId, phc: &str) -> Result<()> {
    run!(&mut unit.tx, SET_PASSWORD, staff.0, phc).map(drop)
}

row! {
    struct LooksRow {
        language: Option<String>,
        theme: Option<String>,
        density: Option<String>,
        single_keys: bool,
    }
}

/// How the pages are for somebody.
///
/// # Errors
/// The database could not.
pub async fn looks(tx: &mut Tx<'_>, staff: StaffId) -> Result<Looks> {
    let row: Option<LooksRow> = find!(tx, LOOKS, staff.0)?;
    let looks = |row: LooksRow| Looks {
        language: row.language.as_deref().and_then(DeskLanguage::from_code),
        theme: row.theme.as_deref().and_then(Theme::from_code),
        density: row.density.as_deref().and_then(Density::from_code),
        single_keys: row.single_keys,
    };
    Ok(row.map_or_else(|| Looks::usual(None), looks))
}

/// Sets how the pages are for somebody.
///
/// # Errors
/// The database could not.
pub async fn set_looks(unit: &mut Unit<'_>, staff: StaffId, looks: Looks) -> Result<()> {
    let language = looks.language.map(DeskLanguage::code);
    let (theme, density) = (looks.theme.map(Theme::code), looks.density.map(Density::code));
    run!(&mut unit.tx, SET_LOOKS, staff.0, language, theme, density, looks.single_keys).map(drop)
}
