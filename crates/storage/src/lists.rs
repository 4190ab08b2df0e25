//! The lists of the desk: how a name that is given is written, and the names in use that are on no list.

use std::collections::{BTreeMap, BTreeSet};

use firsthand_domain::id::StaffId;
use firsthand_domain::lists::{ListKind, ListName, Listed, name_key};
use firsthand_domain::text::Line;

use crate::database::Tx;
use crate::statement::{pick, same};
use crate::{Result, settings};

statements! {
    /// The name of each list that is compared alike; null is on none.
    SPELLED = pick(
        "select kind, body from desk_setting where retired = 0 and (kind = 'team' and name_key = $1 \
         or kind = 'category' and name_key = $2 or kind = 'product' and name_key = $3 or kind = 'place' and name_key = $4)",
        "select kind, body from desk_setting where not retired and (kind = 'team' and name_key = $1 \
         or kind = 'category' and name_key = $2 or kind = 'product' and name_key = $3 or kind = 'place' and name_key = $4)",
    );
    KEYS = same("select distinct name_key from desk_setting where kind = $1");
    TEAMS = same(
        "select team, count(*) from (select team from staff where disabled_at is null order by id desc limit $1) s \
         where team is not null group by team"
    );
    CATEGORIES = same(
        "select category, count(*) from (select category, restricted, about_staff from complaint order by id desc limit $1) c \
         where category is not null and not restricted and (about_staff is null or about_staff <> $2) group by category"
    );
    PRODUCTS = same(
        "select product, count(*) from (select product, restricted, about_staff from complaint order by id desc limit $1) c \
         where product is not null and not restricted and (about_staff is null or about_staff <> $2) group by product"
    );
    PLACES = same(
        "select place, count(*) from (select place, restricted, about_staff from complaint order by id desc limit $1) c \
         where place is not null and not restricted and (about_staff is null or about_staff <> $2) group by place"
    );
}

/// Of so many complaints or people, the newest, the names are looked at.
pub const LOOKED_AT: i64 = 10_000;
/// So many names of a list are offered by forms.
const OFFERED: i64 = 200;
/// So many names that are on no list are told.
const TOLD: usize = 50;

/// What was given, with every name that is on a list in the spelling of the list. Whatever writes such a name asks here,
/// in its own change; the names of other lists it takes as they are.
pub(crate) async fn spelled<T: Listed + Clone>(tx: &mut Tx<'_>, given: &T) -> Result<T> {
    let mut spelled = given.clone();
    let mut names = spelled.listed();
    if names.is_empty() {
        return Ok(spelled);
    }
    let key =
        |kind: ListKind| names.iter().find(|(of, _)| *of == kind).map(|(_, name)| name_key(name.as_str()));
    let [team, category] = [ListKind::Team, ListKind::Category].map(key);
    let [product, place] = [ListKind::Product, ListKind::Place].map(key);
    let rows: Vec<(String, String)> = all!(tx, SPELLED, team, category, product, place)?;
    for (kind, body) in rows {
        let kept: ListName = serde_json::from_str(&body)?;
        let given = names.iter_mut().filter(|(of, _)| of.code() == kind);
        // What is kept was a line when it was taken.
        for ((_, name), kept) in given.zip(Line::parse(&kept.name)) {
            **name = kept;
        }
    }
    Ok(spelled)
}

/// The names of a list, as far as forms offer them.
///
/// # Errors
/// The database could not.
pub async fn offered(tx: &mut Tx<'_>, list: ListKind) -> Result<Vec<String>> {
    let all = settings::in_use(tx, settings::names(list), OFFERED).await?;
    Ok(all.into_iter().map(|kept| kept.name).collect())
}

/// A name in use that is on no list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlisted {
    /// As most people write it.
    pub name: String,
    /// So often, in every spelling.
    pub uses: i64,
}

/// The names that are used most and are on no list, and never were; as far as the reader may know of them.
///
/// # Errors
/// The database could not.
pub async fn unlisted(tx: &mut Tx<'_>, list: ListKind, reader: StaffId) -> Result<Vec<Unlisted>> {
    let rows: Vec<(String, i64)> = match list {
        ListKind::Team => all!(tx, TEAMS, LOOKED_AT)?,
        ListKind::Category => all!(tx, CATEGORIES, LOOKED_AT, reader.0)?,
        ListKind::Product => all!(tx, PRODUCTS, LOOKED_AT, reader.0)?,
        ListKind::Place => all!(tx, PLACES, LOOKED_AT, reader.0)?,
    };
    let keys: Vec<(String,)> = all!(tx, KEYS, list.code())?;
    let keys: BTreeSet<String> = keys.into_iter().map(|(key,)| key).collect();
    let mut found: BTreeMap<String, (Unlisted, i64)> = BTreeMap::new();
    for (name, uses) in rows {
        let key = name_key(&name);
        if keys.contains(&key) {
            continue;
        }
        let (one, most) = found.entry(key).or_insert_with(|| (Unlisted { name: name.clone(), uses: 0 }, 0));
        one.uses += uses;
        if uses > *most || uses == *most && name < one.name {
            (one.name, *most) = (name, uses);
        }
    }
    let mut found: Vec<Unlisted> = found.into_values().map(|(one, _)| one).collect();
    found.sort_by(|a, b| b.uses.cmp(&a.uses).then_with(|| a.name.cmp(&b.name)));
    found.truncate(TOLD);
    Ok(found)
}
