//! Who is related to whom, by declaration. A declaration holds both ways and is not taken back.

use firsthand_domain::Refusal;
use firsthand_domain::id::StaffId;
use firsthand_domain::staff::DeclareRelated;
use firsthand_domain::time::Timestamp;
use serde_json::json;
use uuid::Uuid;

use crate::database::Tx;
use crate::grants::hash_of_reason;
use crate::statement::same;
use crate::writer::Unit;
use crate::{Result, ledger, staff, staff_acts};

statements! {
    INSERT = same(
        "insert into related_party (staff, other, reason, declared_by, declared_at) \
         select s.id, $2, $3, $4, $5 from staff s where s.id = $1 and not exists \
           (select 1 from related_party r where (r.staff = $1 and r.other = $2) or (r.staff = $2 and r.other = $1))"
    );
    OF_STAFF = same(
        "select r.other as id, o.name as name, r.reason, r.declared_by, d.name as declarer, r.declared_at \
           from related_party r join staff o on o.id = r.other join staff d on d.id = r.declared_by where r.staff = $1 \
         union all select r.staff, o.name, r.reason, r.declared_by, d.name, r.declared_at \
           from related_party r join staff o on o.id = r.staff join staff d on d.id = r.declared_by where r.other = $1 \
         order by 6, 1"
    );
}

row! {
    struct RelatedRow {
        id: Uuid,
        name: String,
        reason: String,
        declared_by: Uuid,
        declarer: String,
        declared_at: i64,
    }
}

/// Somebody a person is related to.
#[derive(Debug, Clone)]
pub struct Related {
    /// Who.
    pub id: StaffId,
    /// As others call them.
    pub name: String,
    /// How.
    pub reason: String,
    /// Who declared it.
    pub by: (StaffId, String),
    /// When.
    pub at: Timestamp,
}

/// Declares that two people are related. No decision on authority is made meanwhile.
///
/// # Errors
/// There is no such person, they are the same, it was declared before, or the database could not.
pub async fn declare(unit: &mut Unit<'_>, by: StaffId, person: StaffId, new: &DeclareRelated) -> Result<()> {
    ledger::hold(unit).await?;
    staff::by_id(&mut unit.tx, person).await?.ok_or(Refusal::NotFound)?;
    if person == new.staff {
        return Err(Refusal::field("staff", "expected the id of a person other than this one").into());
    }
    if staff::by_id(&mut unit.tx, new.staff).await?.is_none() {
        return Err(Refusal::field("staff", "expected the id of a person at the desk").into());
    }
    let (reason, now) = (new.reason.as_str(), unit.now.micros());
    if run!(&mut unit.tx, INSERT, person.0, new.staff.0, reason, by.0, now)? == 0 {
        return Err(Refusal::Taken { field: "staff".into() }.into());
    }
    staff_acts::note(unit, Some(by), "related", person, &json!({ "staff": new.staff })).await?;
    let fields = vec![("other", new.staff.to_string()), ("reason_sha256", hash_of_reason(&new.reason))];
    let (kind, subject) = ("related_declared", Some(person.0));
    ledger::append(unit, &ledger::Line { kind, actor: Some(by), subject, fields, personal: None })
        .await
        .map(drop)
}

/// Everybody a person is related to, whoever of the two was named first; the earliest declared first.
///
/// # Errors
/// The database could not.
pub async fn of(tx: &mut Tx<'_>, person: StaffId) -> Result<Vec<Related>> {
    let rows: Vec<RelatedRow> = all!(tx, OF_STAFF, person.0)?;
    let related = |row: RelatedRow| Related {
        id: StaffId(row.id),
        name: row.name,
        reason: row.reason,
        by: (StaffId(row.declared_by), row.declarer),
        at: Timestamp::from_micros(row.declared_at),
    };
    Ok(rows.into_iter().map(related).collect())
}
