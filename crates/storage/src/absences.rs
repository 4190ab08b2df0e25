//! Times away. They name a substitute and remove no duty (I-08).

use firsthand_domain::Refusal;
use firsthand_domain::id::{AbsenceId, StaffId};
use firsthand_domain::staff::NewAbsence;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use crate::database::Tx;
use crate::statement::same;
use crate::writer::Unit;
use crate::{Result, staff};

statements! {
    INSERT = same("insert into absence (id, staff, starts_at, ends_at, substitute, recorded_by, recorded_at) \
                   values ($1, $2, $3, $4, $5, $6, $7)");
    OF_STAFF = same("select id, starts_at, ends_at, substitute from absence where staff = $1 and ends_at > $2 \
                     order by starts_at, id");
}

/// A time away on record.
#[derive(Debug, Clone)]
pub struct Absence {
    /// Which.
    pub id: AbsenceId,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    pub to: Timestamp,
    /// Who is there meanwhile.
    pub substitute: StaffId,
}

/// Records a time away.
///
/// # Errors
/// No such person, or the absence does not hold together.
pub async fn add(unit: &mut Unit<'_>, actor: StaffId, absent: StaffId, new: &NewAbsence) -> Result<Absence> {
    staff::by_id_in_change(unit, absent).await?.ok_or(Refusal::NotFound)?;
    let substitute = staff::by_id_in_change(unit, new.substitute).await?;
    new.check(absent, substitute.as_ref())?;
    let id = unit.new_id();
    let (from, to) = (new.from.micros(), new.to.micros());
    run!(&mut unit.tx, INSERT, id, absent.0, from, to, new.substitute.0, actor.0, unit.now.micros())?;
    Ok(Absence { id: AbsenceId(id), from: new.from, to: new.to, substitute: new.substitute })
}

/// The times away of a person that are not over.
///
/// # Errors
/// The database could not.
pub async fn of(tx: &mut Tx<'_>, absent: StaffId, now: Timestamp) -> Result<Vec<Absence>> {
    let rows: Vec<(Uuid, i64, i64, Uuid)> = all!(tx, OF_STAFF, absent.0, now.micros())?;
    let absence = |(id, from, to, substitute)| Absence {
        id: AbsenceId(id),
        from: Timestamp::from_micros(from),
        to: Timestamp::from_micros(to),
        substitute: StaffId(substitute),
    };
    Ok(rows.into_iter().map(absence).collect())
}
