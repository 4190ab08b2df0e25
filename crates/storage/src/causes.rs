//! Why complaints happen.

use firsthand_domain::Refusal;
use firsthand_domain::cause::{Cause, NewCause, RetireCause};
use firsthand_domain::code::{Family, Servqual, ValueCategory};
use firsthand_domain::id::CauseId;
use uuid::Uuid;

use crate::database::Tx;
use crate::statement::{keepable, same};
use crate::writer::Unit;
use crate::{Error, Result};

statements! {
    BY_ID = same("select id, code, name, value_category, servqual, family, retired_at, maps_to from cause where id = $1");
    BY_CODE = same("select id, code, name, value_category, servqual, family, retired_at, maps_to from cause \
                    where code = $1");
    PAGE = same("select id, code, name, value_category, servqual, family, retired_at, maps_to from cause \
                 where code > $1 order by code limit $2");
    INSERT = same("insert into cause (id, code, name, value_category, servqual, family, created_at) \
                   values ($1, $2, $3, $4, $5, $6, $7) on conflict (code) do nothing");
    RETIRE = same("update cause set retired_at = $2, maps_to = $3 where id = $1 and retired_at is null");
}

packed_row! {
    struct CauseRow {
        id: Uuid,
        code: String,
        name: String,
        value_category: Option<String>,
        servqual: Option<String>,
        family: Option<String>,
        retired_at: Option<i64>,
        maps_to: Option<Uuid>,
    }
}

impl TryFrom<CauseRow> for Cause {
    type Error = Error;

    fn try_from(row: CauseRow) -> Result<Self> {
        Ok(Self {
            id: CauseId(row.id),
            code: row.code,
            name: serde_json::from_str(&row.name)?,
            value_category: row.value_category.as_deref().and_then(ValueCategory::from_code),
            servqual: row.servqual.as_deref().and_then(Servqual::from_code),
            family: row.family.as_deref().and_then(Family::from_code),
            retired: row.retired_at.is_some(),
            maps_to: row.maps_to.map(CauseId),
        })
    }
}

/// A cause by its id or code.
///
/// # Errors
/// The database could not.
pub async fn named(tx: &mut Tx<'_>, name: &str) -> Result<Option<Cause>> {
    let row: Option<CauseRow> = match name.parse::<Uuid>() {
        Ok(id) => find!(tx, BY_ID, id)?,
        Err(_) if keepable(name) => find!(tx, BY_CODE, name)?,
        Err(_) => None,
    };
    row.map(Cause::try_from).transpose()
}

/// Causes in the order of their codes, after one of them; retired ones too.
///
/// # Errors
/// The database could not.
pub async fn page(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<Cause>> {
    let rows: Vec<CauseRow> = all_packed!(tx, PAGE, after, limit)?;
    rows.into_iter().map(Cause::try_from).collect()
}

/// Adds a cause.
///
/// # Errors
/// The code is taken or the names do not hold together.
pub async fn add(unit: &mut Unit<'_>, new: &NewCause) -> Result<Cause> {
    new.check()?;
    let id = unit.new_id();
    let added = run!(
        &mut unit.tx,
        INSERT,
        id,
        new.code.as_str(),
        serde_json::to_string(&new.name)?,
        new.value_category.code(),
        new.servqual.code(),
        new.family.code(),
        unit.now.micros()
    )?;
    if added == 0 {
        return Err(Refusal::Taken { field: "code".into() }.into());
    }
    named(&mut unit.tx, new.code.as_str()).await?.ok_or_else(|| Error::Corrupt("cause just added".to_owned()))
}

/// Retires a cause: no longer tagged, still counted (I-62). `unknown` and `other` stay.
///
/// # Errors
/// There is no such cause, or what it maps to is not one that stays.
pub async fn retire(unit: &mut Unit<'_>, name: &str, retire: &RetireCause) -> Result<Cause> {
    let cause = named(&mut unit.tx, name).await?.ok_or(Refusal::NotFound)?;
    if [firsthand_domain::cause::UNKNOWN, firsthand_domain::cause::OTHER].contains(&cause.code.as_str()) {
        return Err(Refusal::field(
            "cause",
            "expected another cause: `unknown` and `other` are always there",
        )
        .into());
    }
    let maps_to = match &retire.maps_to {
        None => None,
        Some(name) => {
            let to = named(&mut unit.tx, name.as_str()).await?.filter(|to| !to.retired && to.id != cause.id);
            Some(
                to.ok_or_else(|| Refusal::field("maps_to", "expected another cause that is not retired"))?.id,
            )
        }
    };
    run!(&mut unit.tx, RETIRE, cause.id.0, unit.now.micros(), maps_to.map(|c| c.0))?;
    named(&mut unit.tx, &cause.code).await?.ok_or_else(|| Refusal::NotFound.into())
}
