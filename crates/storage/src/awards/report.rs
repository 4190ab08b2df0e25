//! What was given, by whom, why and under what limits; what stands out, and what is missing. Sums are of one currency
//! each.

use std::collections::{BTreeMap, BTreeSet};

use firsthand_domain::code::{AwardType, GrantState, Role};
use firsthand_domain::grant::{Grant, Holder};
use firsthand_domain::id::{AwardId, GrantId, StaffId};
use firsthand_domain::money::{Currency, Money};
use firsthand_domain::policy::Policy;
use firsthand_domain::staff::Staff;
use firsthand_domain::statistics::{binomial_tail, stand_out};
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use super::list::{Cut, Query, conditions};
use super::{find, holders_for};
use crate::database::Tx;
use crate::list::sql::visible;
use crate::statement::same;
use crate::{Error, Result, grants};

statements! {
    /// Who works here, with their role.
    WORKING = same("select id, role from staff where disabled_at is null");
    EXPIRING = same("select id from authority_grant where state = 'active' and valid_until > $1 and valid_until <= $2 \
                     order by valid_until, id limit 200");
    /// The limits for one award that are in force.
    LIMITS = same("select distinct currency, ceiling from authority_grant where state = 'active' \
                   and ceiling < 9223372036854775807 and valid_from <= $1 and valid_until > $1 \
                   order by currency, ceiling limit 400");
    WAITING = same("select id from award where state = 'proposed' order by proposed_at, id limit 50");
}

/// No person, of the type both engines read one as.
const NOBODY: &str = "cast(null as uuid)";

/// What sums are made by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Who approved.
    Person,
    /// The primary cause of the complaint.
    Cause,
    /// The team of whoever approved, then.
    Unit,
    /// On which ground.
    Basis,
    /// What was given.
    Type,
}

impl By {
    /// Each of them.
    pub const ALL: [Self; 5] = [Self::Person, Self::Cause, Self::Unit, Self::Basis, Self::Type];

    /// As it is asked for.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Cause => "cause",
            Self::Unit => "unit",
            Self::Basis => "basis",
            Self::Type => "type",
        }
    }

    /// What is asked for.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.code() == code)
    }

    /// What rows are told apart by: a person, and a text.
    const fn columns(self) -> (&'static str, &'static str) {
        match self {
            Self::Person => ("a.approved_by", "v.name"),
            Self::Cause => (NOBODY, "z.code"),
            Self::Unit => (NOBODY, "a.unit"),
            Self::Basis => (NOBODY, "a.basis"),
            Self::Type => (NOBODY, "a.type"),
        }
    }
}

/// What somebody who oversees looks at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exception {
    /// Emergency awards to which no holder spoke within the days of the policy, whenever they were (I-52).
    Unratified,
    /// Decided under a grant, or one above it, that was not in force: none, ever.
    NotInForce,
    /// Accepted by the customer, and not given within the days of the policy, whenever that was.
    Late,
}

impl Exception {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Unratified, Self::NotInForce, Self::Late];

    /// As it is asked for.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unratified => "unratified",
            Self::NotInForce => "not_in_force",
            Self::Late => "late",
        }
    }

    /// What is asked for.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|exception| exception.code() == code)
    }

    /// The awards of it, of those decided in a period.
    #[must_use]
    pub fn of(self, period: &Query, now: Timestamp) -> Query {
        let all = Query { states: Vec::new(), ..period.clone() };
        let policy = Policy::DEFAULT;
        match self {
            Self::Unratified => Query {
                unratified: true,
                decided_from: None,
                decided_to: Some(now.plus_days(-policy.ratify_days)),
                ..all
            },
            Self::Late => {
                let cut = Cut { late: Some((policy.execute_days, now)), ..Cut::default() };
                Query { cut, decided_from: None, ..all }
            }
            Self::NotInForce => Query { cut: Cut { not_in_force: true, ..Cut::default() }, ..all },
        }
    }
}

/// What was given to the same name in one currency.
#[derive(Debug, Clone)]
pub struct Sum {
    /// Who, where it is by person.
    pub person: Option<StaffId>,
    /// The name, code or team; none where there is none.
    pub key: Option<String>,
    /// How many awards.
    pub count: i64,
    /// All of them.
    pub sum: Money,
    /// Half of them are at most this, in minor units; between two it is the lower half of the way.
    pub median: Money,
}

/// How much of what was given in a currency was decided by whoever asked, and stays within limits.
#[derive(Debug, Clone)]
pub struct Within {
    /// The currency.
    pub currency: Currency,
    /// How many awards.
    pub count: i64,
    /// How many were decided in one step by whoever asked.
    pub own: i64,
    /// How many are at most so much.
    pub limits: Vec<(Money, i64)>,
}

/// How often somebody decides close to the limit.
#[derive(Debug, Clone)]
pub struct Near {
    /// Who.
    pub person: StaffId,
    /// As others call them.
    pub name: String,
    /// Awards under a limit.
    pub count: i64,
    /// Those from 90 to 100 percent of it.
    pub near: i64,
    /// The share of these among the awards of all others.
    pub peers: f64,
    /// The chance of so many, were this person like the others.
    pub chance: f64,
    /// It stands out among all who are compared.
    pub flagged: bool,
}

/// What was given and what nobody may give now.
#[derive(Debug, Clone)]
pub enum Gap {
    /// A type of award in a currency, given so often.
    Kind(AwardType, Currency, i64),
    /// An award that waits and that nobody may approve.
    Award(AwardId, Money),
}

/// Days a report goes back when no period is named.
pub const PERIOD: i64 = 30;
/// A grant that ends within so many days ends soon.
pub const SOON: i64 = 30;
/// So many limits are told for a currency, at most.
const LIMITS_TOLD: usize = 8;
/// Of those who stand out for being close to their limits, this share at most is expected to be chance.
const BY_CHANCE: f64 = 0.05;

/// Person, name, currency, count, sum, and the two in the middle.
type SumRow = (Option<Uuid>, Option<String>, String, i64, i64, i64, i64);

fn share(part: i64, all: i64) -> f64 {
    let number = |n: i64| u32::try_from(n).map_or(f64::INFINITY, f64::from);
    if all == 0 { 0.0 } else { number(part) / number(all) }
}

/// What was given in a period and stands, by name and currency: the largest first.
///
/// # Errors
/// The database could not.
pub async fn sums(tx: &mut Tx<'_>, reader: &Staff, by: By, asked: &Query) -> Result<Vec<Sum>> {
    let (person, key) = by.columns();
    let rows: Vec<SumRow> = on!(tx, |c| {
        let mut sql = sqlx::QueryBuilder::<Db>::new("with w as (select ");
        sql.push(person)
            .push(" as person, ")
            .push(key)
            .push(" as name, a.currency, a.amount, row_number() over (partition by ");
        sql.push("a.currency, ").push(if by == By::Person { "a.approved_by" } else { key });
        sql.push(" order by a.amount) as n, count(*) over (partition by a.currency, ");
        sql.push(if by == By::Person { "a.approved_by" } else { key });
        sql.push(
            ") as m from award a join complaint c on c.id = a.complaint left join staff v on v.id = a.approved_by \
             left join cause_tag t on t.complaint = a.complaint and t.current and t.role = 'primary' \
             left join cause z on z.id = t.cause where 1 = 1",
        );
        visible(&mut sql, reader);
        conditions(&mut sql, asked);
        sql.push(
            ") select person, name, currency, count(*), cast(sum(amount) as bigint), \
             min(case when n = (m + 1) / 2 then amount end), min(case when n = m / 2 + 1 then amount end) \
             from w group by person, name, currency order by currency, 5 desc, name limit 500",
        );
        sql.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter()
        .map(|(person, key, currency, count, sum, low, high)| {
            let currency = currency_of(&currency)?;
            // Of the two in the middle: half of each, so that their sum never overflows.
            let median = low + (high - low) / 2;
            let (sum, median) = (Money::new(sum, currency), Money::new(median, currency));
            Ok(Sum { person: person.map(StaffId), key, count, sum, median })
        })
        .collect()
}

fn currency_of(code: &str) -> Result<Currency> {
    Currency::from_code(code).ok_or_else(|| Error::Corrupt("award.currency".to_owned()))
}

/// How many awards there are of what is asked for.
///
/// # Errors
/// The database could not.
pub async fn count(tx: &mut Tx<'_>, reader: &Staff, asked: &Query) -> Result<i64> {
    let rows = grouped(tx, reader, asked, "count(*)").await?;
    Ok(rows.iter().map(|(_, _, count)| count).sum())
}

/// Counts by currency, with one more figure of each.
async fn grouped(
    tx: &mut Tx<'_>,
    reader: &Staff,
    asked: &Query,
    figure: &'static str,
) -> Result<Vec<(String, i64, i64)>> {
    Ok(on!(tx, |c| {
        let mut sql = sqlx::QueryBuilder::<Db>::new("select a.currency, cast(");
        sql.push(figure)
            .push(" as bigint), count(*) from award a join complaint c on c.id = a.complaint where 1 = 1");
        visible(&mut sql, reader);
        conditions(&mut sql, asked);
        sql.push(" group by a.currency order by a.currency");
        sql.build_query_as().fetch_all(c).await
    })?)
}

/// How much of what was given stays within limits: those named, else those for one award that are in force.
///
/// # Errors
/// The database could not.
pub async fn within(
    tx: &mut Tx<'_>,
    reader: &Staff,
    asked: &Query,
    limits: &[Money],
    now: Timestamp,
) -> Result<Vec<Within>> {
    let own = "sum(case when a.approved_by = a.proposed_by then 1 else 0 end)";
    let rows = grouped(tx, reader, asked, own).await?;
    let in_force: Vec<(String, i64)> =
        if limits.is_empty() { all!(tx, LIMITS, now.micros())? } else { Vec::new() };
    let mut all = Vec::with_capacity(rows.len());
    for (code, own, count) in rows {
        let currency = currency_of(&code)?;
        let named = limits.iter().filter(|limit| limit.currency == currency).map(|limit| limit.minor);
        let found = in_force.iter().filter(|(of, _)| *of == code).map(|(_, minor)| *minor);
        let mut told = Vec::new();
        for minor in named.chain(found).take(LIMITS_TOLD) {
            let cut = Cut { at_most: Some(minor), ..asked.cut.clone() };
            let asked = Query { currency: Some(currency), cut, ..asked.clone() };
            told.push((Money::new(minor, currency), self::count(tx, reader, &asked).await?));
        }
        all.push(Within { currency, count, own, limits: told });
    }
    Ok(all)
}

/// Who decides close to the limit, and who more often than the others do.
///
/// # Errors
/// The database could not.
pub async fn near(tx: &mut Tx<'_>, reader: &Staff, asked: &Query) -> Result<Vec<Near>> {
    let rows: Vec<(Uuid, String, i64, i64)> = on!(tx, |c| {
        let mut sql = sqlx::QueryBuilder::<Db>::new(
            "select a.approved_by, v.name, count(*), cast(sum(case when a.amount >= g.ceiling - g.ceiling / 10 \
             and a.amount <= g.ceiling then 1 else 0 end) as bigint) from award a \
             join complaint c on c.id = a.complaint join staff v on v.id = a.approved_by \
             join authority_grant g on g.id = a.grant_id where g.ceiling < 9223372036854775807",
        );
        visible(&mut sql, reader);
        conditions(&mut sql, asked);
        sql.push(" group by a.approved_by, v.name order by 4 desc, 3 desc, v.name limit 500");
        sql.build_query_as().fetch_all(c).await
    })?;
    let (all, all_near) = rows.iter().fold((0, 0), |(n, k), row| (n + row.2, k + row.3));
    let mut found: Vec<Near> = Vec::with_capacity(rows.len());
    for (person, name, count, near) in rows {
        let others = all - count;
        let peers = share(all_near - near, others);
        // Of others that never come close it is not known that they never would: one in one more than they decided.
        let p = if peers > 0.0 { peers } else { share(1, others + 1) };
        let number = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        let chance = if others == 0 { 1.0 } else { binomial_tail(number(near), number(count), p) };
        found.push(Near { person: StaffId(person), name, count, near, peers, chance, flagged: false });
    }
    let chances: Vec<f64> = found.iter().map(|near| near.chance).collect();
    for (near, flagged) in found.iter_mut().zip(stand_out(&chances, BY_CHANCE)) {
        near.flagged = flagged;
    }
    Ok(found)
}

/// What was given in a period, or is asked for, and nobody may give now.
///
/// # Errors
/// The database could not.
pub async fn gaps(tx: &mut Tx<'_>, reader: &Staff, asked: &Query, now: Timestamp) -> Result<Vec<Gap>> {
    let given = sums(tx, reader, By::Type, asked).await?;
    let covered = covered(tx, now).await?;
    let mut gaps = Vec::new();
    for row in given {
        let kind = row.key.as_deref().and_then(AwardType::from_code);
        let kind = kind.ok_or_else(|| Error::Corrupt("award.type".to_owned()))?;
        if !covered.contains(&(kind, row.sum.currency)) {
            gaps.push(Gap::Kind(kind, row.sum.currency, row.count));
        }
    }
    let waiting: Vec<(Uuid,)> = all!(tx, WAITING)?;
    for (id,) in waiting {
        let id = AwardId(id);
        let Some(found) = find(tx, id).await?.filter(|found| found.complaint.visible_to(reader)) else {
            continue;
        };
        let Some(award) = found.complaint.award(id) else { continue };
        let mut apart = award.askers();
        apart.extend(award.approvals.iter().map(|approval| approval.by));
        if holders_for(tx, &found.complaint, award, &apart, now).await?.is_empty() {
            gaps.push(Gap::Award(id, award.value));
        }
    }
    Ok(gaps)
}

/// What somebody who works here may give now under a chain that is in force.
async fn covered(tx: &mut Tx<'_>, now: Timestamp) -> Result<BTreeSet<(AwardType, Currency)>> {
    let working: Vec<(Uuid, String)> = all!(tx, WORKING)?;
    let people: BTreeSet<StaffId> = working.iter().map(|(id, _)| StaffId(*id)).collect();
    let roles: BTreeSet<Role> = working.iter().filter_map(|(_, role)| Role::from_code(role)).collect();
    let mut in_force: BTreeMap<GrantId, Grant> = BTreeMap::new();
    let filter = grants::Filter { state: Some(GrantState::Active), ..grants::Filter::default() };
    let mut after = None;
    loop {
        let page = grants::page(tx, &filter, after, 1_000, now).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        in_force.extend(page.into_iter().filter(|g| g.in_force(now)).map(|g| (g.id, g)));
    }
    let held = |grant: &&Grant| match grant.holder {
        Holder::Staff(id) => people.contains(&id),
        Holder::Role(role) => roles.contains(&role),
    };
    let stands = |grant: &&Grant| {
        std::iter::successors(Some(*grant), |g| g.parent.and_then(|id| in_force.get(&id)))
            .last()
            .is_some_and(|root| root.parent.is_none())
    };
    let standing = in_force.values().filter(held).filter(stands);
    Ok(standing.flat_map(|g| g.terms.types.iter().map(|kind| (*kind, g.terms.currency))).collect())
}

/// Grants that end soon, the first to end first.
///
/// # Errors
/// The database could not, or a row does not read back.
pub async fn expiring(tx: &mut Tx<'_>, now: Timestamp, days: i64) -> Result<Vec<Grant>> {
    let rows: Vec<(Uuid,)> = all!(tx, EXPIRING, now.micros(), now.plus_days(days).micros())?;
    let mut all = Vec::with_capacity(rows.len());
    for (id,) in rows {
        all.extend(grants::by_id(tx, GrantId(id)).await?);
    }
    Ok(all)
}
