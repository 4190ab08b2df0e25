//! What administrators did to people: appended in the same change as the act, never changed.

use firsthand_domain::id::StaffId;
use firsthand_domain::time::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::Result;
use crate::database::Tx;
use crate::statement::same;
use crate::writer::Unit;

statements! {
    INSERT = same("insert into staff_act (id, at, actor, kind, staff, body) values ($1, $2, $3, $4, $5, $6)");
    PAGE = same("select l.id, l.at, l.kind, l.body, a.name as actor, s.name as staff from staff_act l \
                 left join staff a on a.id = l.actor left join staff s on s.id = l.staff \
                 where l.id < $1 order by l.id desc limit $2");
}

row! {
    struct ActRow {
        id: Uuid,
        at: i64,
        kind: String,
        body: String,
        actor: Option<String>,
        staff: Option<String>,
    }
}

/// One act.
#[derive(Debug, Clone)]
pub struct Act {
    /// Which; later ones have larger ids.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// What: `added`, `set_up`, `invited`, `reset`, `role_changed`, `disabled`, `absence`, `token_made`,
    /// `second_factor_ended`, and `webhook_` with what was done to one.
    pub kind: String,
    /// Who did it; nobody when it was done on the command line or by setting up.
    pub actor: Option<String>,
    /// To whom; nobody when it was done to a thing.
    pub staff: Option<String>,
    /// What else is known of it.
    pub body: Value,
}

/// Appends an act to the log.
///
/// # Errors
/// The database could not.
pub async fn note(
    unit: &mut Unit<'_>,
    actor: Option<StaffId>,
    kind: &str,
    staff: impl Into<Option<StaffId>> + Send,
    body: &Value,
) -> Result<()> {
    let (id, now, staff) = (unit.new_id(), unit.now.micros(), staff.into().map(|staff| staff.0));
    run!(&mut unit.tx, INSERT, id, now, actor.map(|a| a.0), kind, staff, body.to_string()).map(drop)
}

/// Acts, the latest first, before one of them.
///
/// # Errors
/// The database could not, or a row does not read back.
pub async fn page(tx: &mut Tx<'_>, before: Option<Uuid>, limit: i64) -> Result<Vec<Act>> {
    let rows: Vec<ActRow> = all!(tx, PAGE, before.unwrap_or(Uuid::max()), limit)?;
    let act = |row: ActRow| {
        Ok(Act {
            id: row.id,
            at: Timestamp::from_micros(row.at),
            kind: row.kind,
            actor: row.actor,
            staff: row.staff,
            body: serde_json::from_str(&row.body)?,
        })
    };
    rows.into_iter().map(act).collect()
}
