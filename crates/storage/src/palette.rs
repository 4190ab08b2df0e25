//! What somebody may mean by a few letters, wherever they are in the desk: complaints, customers, causes, corrective
//! actions. Each kind is asked the way its own pages ask, so that what the reader may not know of is not found here
//! either; and each ends after a few.

use firsthand_domain::code::ActionState;
use firsthand_domain::id::ActionId;
use firsthand_domain::search;
use firsthand_domain::staff::Staff;
use firsthand_domain::text::fold;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use crate::causes::NamedCause;
use crate::customers::find::{number_of, says_enough};
use crate::database::Tx;
use crate::list::{self, Item, Scope, Sort};
use crate::statement::{keepable, same};
use crate::{Database, Error, Result, complaints, customers};

statements! {
    ACTIONS = same("select id, title, state from corrective_action order by id desc limit $1");
}

/// So many of a kind are told.
pub const MOST: usize = 5;
/// More than so many characters are not looked for.
pub const LONGEST: usize = 200;
/// Corrective actions among which a title is looked for, the newest.
const ACTIONS_LOOKED_AT: i64 = 500;

/// A corrective action by its title.
#[derive(Debug, Clone)]
pub struct NamedAction {
    /// Which.
    pub id: ActionId,
    /// What is done, in one line.
    pub title: String,
    /// Where it stands.
    pub state: ActionState,
}

/// What was found, each kind the likeliest first.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// By number or by words.
    pub complaints: Vec<Item>,
    /// The first of them is the one of that number.
    pub by_number: bool,
    /// By name, telephone, e-mail or order.
    pub customers: Vec<customers::Found>,
    /// By name or code.
    pub causes: Vec<NamedCause>,
    /// By title.
    pub actions: Vec<NamedAction>,
}

/// Looks in everything; what says too little finds nothing.
///
/// # Errors
/// The database could not.
pub async fn find(database: &Database, tx: &mut Tx<'_>, reader: &Staff, typed: &str) -> Result<Found> {
    let folded = fold(typed);
    if !keepable(&folded) || !says_enough(&folded) || folded.chars().count() > LONGEST {
        return Ok(Found::default());
    }
    let now = database.now();
    let mut customers = customers::find(tx, reader, typed, now).await?;
    customers.truncate(MOST);
    let (complaints, by_number) = complaints_of(tx, reader, typed, &folded, now).await?;
    Ok(Found {
        complaints,
        by_number,
        customers,
        causes: database.causes.find(tx, &folded, MOST).await?,
        actions: actions_of(tx, &folded).await?,
    })
}

/// The complaint of that number first, then the newest that have the words; and whether the first is of that number.
async fn complaints_of(
    tx: &mut Tx<'_>,
    reader: &Staff,
    typed: &str,
    folded: &str,
    now: Timestamp,
) -> Result<(Vec<Item>, bool)> {
    let limit = i64::try_from(MOST).unwrap_or(i64::MAX);
    let all = list::Query { scope: Scope::All, sort: Sort::Received, limit, ..list::Query::default() };
    let mut found = Vec::new();
    if let Some(reference) = number_of(folded, now)
        && let Some(id) = complaints::id_of(tx, &reference).await?
    {
        let among = Some(vec![id]);
        found = list::page(tx, reader, &list::Query { among, ..all.clone() }).await?.items;
    }
    let by_number = !found.is_empty();
    if let Ok(words) = search::Query::parse(typed) {
        let newest = list::page(tx, reader, &list::Query { words: Some(words), ..all }).await?.items;
        let first = found.first().map(|item| item.id);
        found.extend(newest.into_iter().filter(|item| Some(item.id) != first));
        found.truncate(MOST);
    }
    Ok((found, by_number))
}

async fn actions_of(tx: &mut Tx<'_>, folded: &str) -> Result<Vec<NamedAction>> {
    let rows: Vec<(Uuid, String, String)> = all!(tx, ACTIONS, ACTIONS_LOOKED_AT)?;
    let words: Vec<&str> = folded.split(' ').collect();
    let has = |(_, title, _): &(Uuid, String, String)| {
        let title = fold(title);
        words.iter().all(|word| title.contains(word))
    };
    let named = |(id, title, state): (Uuid, String, String)| {
        let state = ActionState::from_code(&state)
            .ok_or_else(|| Error::Corrupt(format!("corrective_action.state of {id}")))?;
        Ok(NamedAction { id: ActionId(id), title, state })
    };
    rows.into_iter().filter(has).take(MOST).map(named).collect()
}
