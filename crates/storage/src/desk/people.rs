//! Which records may be one person.

use std::collections::BTreeSet;

use firsthand_domain::code::IdentifierKind;
use firsthand_domain::contact::{Email, Phone};
use firsthand_domain::id::CustomerId;
use firsthand_domain::text::fold;
use uuid::Uuid;

use crate::Result;
use crate::customers::{self, Customer};
use crate::database::Tx;
use crate::statement::{keepable, same};

statements! {
    /// The same name, or a way to reach them in common.
    ALIKE = same("select id from (select o.id from customer k join customer o on o.name_key = k.name_key \
                  where k.id = $1 union select o.customer as id from identifier i join identifier o \
                  on o.kind = i.kind and o.value_key = i.value_key where i.customer = $1) as alike \
                  where id <> $1 order by id limit $2");
    NAMED = same("select id from customer where name_key = $1 order by id limit $2");
    REACHED = same("select customer from identifier where kind = $1 and value_key = $2 order by customer limit $3");
}

/// The most that are shown.
const MOST: i64 = 10;

/// Records that have the name of this one, or a way to reach them, in common with it.
///
/// # Errors
/// The database could not.
pub async fn alike(tx: &mut Tx<'_>, id: CustomerId) -> Result<Vec<Customer>> {
    let rows: Vec<(Uuid,)> = all!(tx, ALIKE, id.0, MOST)?;
    read(tx, rows.into_iter().map(|r| r.0)).await
}

/// Records of that name, telephone number, e-mail address or order; whole ones, however they are written.
///
/// # Errors
/// The database could not.
pub async fn known_by(tx: &mut Tx<'_>, text: &str) -> Result<Vec<Customer>> {
    if !keepable(text) {
        return Ok(Vec::new());
    }
    let rows: Vec<(Uuid,)> = all!(tx, NAMED, fold(text), MOST)?;
    let mut found: BTreeSet<Uuid> = rows.into_iter().map(|r| r.0).collect();
    let keys = [
        (IdentifierKind::Phone, Phone::parse(text).ok().map(|p| p.key())),
        (IdentifierKind::Email, Email::parse(text).ok().map(|e| e.key())),
        (IdentifierKind::Order, Some(fold(text))),
    ];
    for (kind, key) in keys {
        let Some(key) = key else { continue };
        let rows: Vec<(Uuid,)> = all!(tx, REACHED, kind.code(), key, MOST)?;
        found.extend(rows.into_iter().map(|r| r.0));
    }
    read(tx, found.into_iter().take(usize::try_from(MOST).unwrap_or_default())).await
}

async fn read(tx: &mut Tx<'_>, ids: impl Iterator<Item = Uuid>) -> Result<Vec<Customer>> {
    let mut found = Vec::new();
    for id in ids {
        found.extend(customers::by_id(tx, CustomerId(id)).await?);
    }
    Ok(found)
}
