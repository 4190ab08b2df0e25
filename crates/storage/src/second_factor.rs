//! The second factor: a secret shared with somebody's telephone, of which each time step counts once.

use firsthand_domain::Refusal;
use firsthand_domain::id::StaffId;
use serde_json::json;

use crate::statement::same;
use crate::writer::Unit;
use crate::{Result, accounts, sessions, staff, staff_acts};

statements! {
    OFFER = same("insert into account (staff, totp_offered) values ($1, $2) \
                  on conflict (staff) do update set totp_offered = excluded.totp_offered");
    TURN_ON = same("update account set totp = totp_offered, totp_offered = null, totp_step = $2 \
                    where staff = $1 and totp_offered = $3");
    TURN_OFF = same("update account set totp = null, totp_offered = null where staff = $1");
    USE_STEP = same("update account set totp_step = $2 \
                     where staff = $1 and totp is not null and (totp_step is null or totp_step < $2)");
}

/// Offers a secret, which counts once a first code was made with it.
///
/// # Errors
/// The database could not.
pub async fn offer(unit: &mut Unit<'_>, id: StaffId, secret: &[u8]) -> Result<()> {
    run!(&mut unit.tx, OFFER, id.0, secret).map(drop)
}

/// Turns it on, with the step of the first code. Everything that stood for the person before ends.
///
/// # Errors
/// The secret is not the one on offer.
pub async fn turn_on(unit: &mut Unit<'_>, id: StaffId, step: i64, secret: &[u8]) -> Result<()> {
    match run!(&mut unit.tx, TURN_ON, id.0, step, secret)? {
        1 => end_all(unit, id).await,
        _ => Err(Refusal::NotFound.into()),
    }
}

/// Turns it off. Everything that stood for the person before ends.
///
/// # Errors
/// The database could not.
pub async fn turn_off(unit: &mut Unit<'_>, id: StaffId) -> Result<()> {
    run!(&mut unit.tx, TURN_OFF, id.0)?;
    end_all(unit, id).await
}

/// Ends that of another person, who lost what makes the codes: the password alone lets them in until they set up anew.
/// Where none is on nothing is done, nor noted. `actor` is nobody for whoever keeps the machine, who helps a sole
/// administrator. True if one was on.
///
/// # Errors
/// There is no such person, or it is the one who asks.
pub async fn end(unit: &mut Unit<'_>, actor: Option<StaffId>, id: StaffId) -> Result<bool> {
    if actor == Some(id) {
        return Err(Refusal::NotYours { allowed: vec!["another administrator"] }.into());
    }
    staff::by_id(&mut unit.tx, id).await?.filter(|person| person.active).ok_or(Refusal::NotFound)?;
    if accounts::of(&mut unit.tx, id).await?.totp.is_none() {
        return Ok(false);
    }
    turn_off(unit, id).await?;
    staff_acts::note(unit, actor, "second_factor_ended", id, &json!({})).await?;
    Ok(true)
}

/// Uses a step up: true for who comes first with it, and while no later one was used.
///
/// # Errors
/// The database could not.
pub async fn use_step(unit: &mut Unit<'_>, id: StaffId, step: i64) -> Result<bool> {
    run!(&mut unit.tx, USE_STEP, id.0, step).map(|used| used == 1)
}

async fn end_all(unit: &mut Unit<'_>, id: StaffId) -> Result<()> {
    sessions::end_all(unit, id, None).await?;
    staff::drop_tokens(unit, id).await
}
