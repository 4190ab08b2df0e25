//! Problems in progress that a complaint may be one of, with what customers are told meanwhile.

use firsthand_domain::complaint::Complaint;
use firsthand_domain::corrective_action::Action;
use firsthand_domain::id::CauseId;
use firsthand_domain::problem::{LATELY, Problem, Told};
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;

use crate::Result;
use crate::causes;
use crate::database::Tx;
use crate::figures::{self, Asked, Filter, Group};
use crate::statement::{keepable, same};

statements! {
    GOING_ON = same("select body from problem where state <> 'solved' order by id desc limit $1");
    DONE_ABOUT = same("select a.body from corrective_action a join problem p on p.id = a.problem \
                       where p.state <> 'solved' and a.state <> 'closed' order by a.id");
}

/// Problems in progress that are looked at, the newest.
const LOOKED_AT: i64 = 200;
/// Problems that are told for one complaint.
const MOST: usize = 3;

/// A problem in progress.
#[derive(Debug, Clone)]
pub struct Known {
    /// Which.
    pub problem: Problem,
    /// What is being done about it.
    pub action: Option<Action>,
}

/// What is told of a complaint so far.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// What it is about.
    pub product: Option<String>,
    /// Where it happened.
    pub place: Option<String>,
    /// What went wrong, in the customer's terms.
    pub category: Option<String>,
    /// Why it happened, where somebody said.
    pub causes: Vec<CauseId>,
}

impl About {
    /// What is on record of a complaint.
    #[must_use]
    pub fn of(complaint: &Complaint) -> Self {
        let current = complaint.causes.iter().filter(|tag| tag.superseded_by.is_none());
        Self {
            product: complaint.product.clone(),
            place: complaint.place.clone(),
            category: complaint.category.clone(),
            causes: current.map(|tag| tag.cause).collect(),
        }
    }
}

/// The problems in progress that it may be one of, what speaks most for first.
///
/// # Errors
/// The database could not, or a row does not read back.
pub async fn of(tx: &mut Tx<'_>, reader: &Staff, now: Timestamp, about: &About) -> Result<Vec<Known>> {
    if about.product.is_none() && about.causes.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(String,)> = all!(tx, GOING_ON, LOOKED_AT)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let problems = rows.iter().map(|(body,)| serde_json::from_str(body));
    let problems = problems.collect::<std::result::Result<Vec<Problem>, _>>()?;
    let rows: Vec<(String,)> = all!(tx, DONE_ABOUT)?;
    let actions = rows.iter().map(|(body,)| serde_json::from_str(body));
    let actions = actions.collect::<std::result::Result<Vec<Action>, _>>()?;
    let tree = causes::tree(tx).await?;
    let lately = lately(tx, reader, now, about).await?;
    let (product, place) = (about.product.as_deref(), about.place.as_deref());
    let told = Told { product, place, causes: &about.causes, lately: &lately };
    let mut found: Vec<(i64, Problem)> = problems
        .into_iter()
        .filter_map(|problem| Some((problem.may_be(&tree, &actions, &told)?, problem)))
        .collect();
    // Of two for which as much speaks, the newer.
    found.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    found.truncate(MOST);
    let known =
        |(_, problem): (i64, Problem)| Known { action: problem.in_progress(&actions).cloned(), problem };
    Ok(found.into_iter().map(known).collect())
}

/// The causes that complaints about the product had of late, as far as the reader may know of them. A category narrows
/// them where the product was complained of under it.
async fn lately(
    tx: &mut Tx<'_>,
    reader: &Staff,
    now: Timestamp,
    about: &About,
) -> Result<Vec<(CauseId, i64)>> {
    let Some(product) = about.product.as_ref().filter(|product| keepable(product)) else {
        return Ok(Vec::new());
    };
    let today = now.utc_day();
    for category in [about.category.clone().filter(|category| keepable(category)), None] {
        let filter = Filter { product: Some(product.clone()), category, ..Filter::default() };
        let narrow = filter.category.is_some();
        let asked = Asked { from: today - LATELY, to: today + 1, filter, ..Asked::default() };
        let group = Group { cause: true, ..Group::default() };
        let rows = figures::sums(tx, reader, group, &asked).await?;
        let counted = rows.into_iter().filter(|row| row.currency.is_none());
        let counts: Vec<_> = counted
            .filter_map(|row| Some((row.cause?, row.sums.complaints)))
            .filter(|(_, n)| *n > 0)
            .collect();
        if !narrow || !counts.is_empty() {
            return Ok(counts);
        }
    }
    Ok(Vec::new())
}
