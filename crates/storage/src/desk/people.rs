//! Which records may be one person.

use std::collections::{BTreeMap, BTreeSet};

use firsthand_domain::code::IdentifierKind;
use firsthand_domain::contact::{Email, Phone};
use firsthand_domain::id::CustomerId;
use firsthand_domain::text::fold;
use uuid::Uuid;

use crate::customers::{self, Customer};
use crate::database::Tx;
use crate::statement::{keepable, same};
use crate::{Error, Result};

statements! {
    /// The same name, or a way to know them again in common, and which; of records that stand alone.
    ALIKE = same("select id, why from (select * from (select o.id, 'name' as why from customer k \
                  join customer o on o.name_key = k.name_key where k.id = $1 and o.id <> $1 \
                  and o.merged_into is null limit $2) as named \
                  union select * from (select o.id, v.kind as why from identifier i join identifier v \
                  on v.kind = i.kind and v.value_key = i.value_key join customer o on o.id = v.customer \
                  where i.customer = $1 and o.id <> $1 and o.merged_into is null limit $2) as known) \
                  as alike order by id, why");
    NAMED = same("select id from customer where name_key = $1 order by id limit $2");
    REACHED = same("select customer from identifier where kind = $1 and value_key = $2 order by customer limit $3");
}

/// The most that are shown.
const MOST: i64 = 10;
/// So many of one kind are compared: of a name that a thousand people have, not all.
const EACH: i64 = 100;

/// A record that may be the same person.
#[derive(Debug, Clone)]
pub struct Likely {
    /// Which.
    pub customer: Customer,
    /// What both have in common: `name`, `phone`, `email`, `order`.
    pub same: Vec<&'static str>,
}

/// Records that have the name of this one, or a way to know them again, in common with it; those with most in common
/// first. Told when asked, and never joined by itself.
///
/// # Errors
/// The database could not.
pub async fn alike(tx: &mut Tx<'_>, id: CustomerId) -> Result<Vec<Likely>> {
    let rows: Vec<(Uuid, String)> = all!(tx, ALIKE, id.0, EACH)?;
    let mut same: BTreeMap<Uuid, Vec<&'static str>> = BTreeMap::new();
    for (other, why) in rows {
        let code = match why.as_str() {
            "name" => "name",
            kind => IdentifierKind::from_code(kind)
                .ok_or_else(|| Error::Corrupt(format!("identifier.kind of {other}")))?
                .code(),
        };
        same.entry(other).or_default().push(code);
    }
    let mut found: Vec<(Uuid, Vec<&'static str>)> = same.into_iter().collect();
    found.sort_by_key(|(_, same)| std::cmp::Reverse(same.len()));
    found.truncate(usize::try_from(MOST).unwrap_or_default());
    let mut likely = Vec::with_capacity(found.len());
    for (other, same) in found {
        let customer = customers::by_id(tx, CustomerId(other)).await?;
        likely.extend(customer.map(|customer| Likely { customer, same }));
    }
    Ok(likely)
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
