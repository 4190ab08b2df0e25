//! What was given before, summed over what a limit counts; and who may give more.

use std::collections::BTreeSet;

use firsthand_domain::authority::{
    self, Authority, Claim, Dimension, NextHolder, NotCovered, Used, Weighed, weigh,
};
use firsthand_domain::complaint::Complaint;
use firsthand_domain::grant::{Grant, Holder};
use firsthand_domain::id::{ComplaintId, CustomerId, GrantId, StaffId};
use firsthand_domain::money::{Currency, Money};
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use crate::database::Tx;
use crate::statement::same;
use crate::{Result, grants, staff};

statements! {
    /// Everyone who is the same person as this customer, by the records that go on under one another.
    FAMILY = same(
        "with recursive root (id, up, depth) as (select id, merged_into, 0 from customer where id = $1 \
         union all select c.id, c.merged_into, root.depth + 1 from customer c join root on c.id = root.up \
         where root.depth < 32), \
         family (id, depth) as (select id, 0 from root where up is null \
         union all select c.id, family.depth + 1 from customer c join family on c.merged_into = family.id \
         where family.depth < 32) select id from family"
    );
    RELATED = same("select other from related_party where staff = $1 union select staff from related_party where other = $1");
    /// People at the desk whose e-mail address is one of the customer's.
    IS_STAFF = same("select s.id from staff s join identifier i on i.value_key = s.email_key and i.kind = 'email' \
                     where i.customer = $1");
    NEXT = same("select id from authority_grant where state = 'active' and currency = $1 and ceiling >= $2 \
                 and valid_from <= $3 and valid_until > $3 order by ceiling, id limit $4");
    OF_ROLE = same("select id from staff where role = $1 and disabled_at is null order by name, id limit 20");
}

/// Grants that are looked at for somebody who may give more, at most; and how many people are named.
const LOOKED_AT: i64 = 60;
const NAMED: usize = 3;

/// Whom and what a sum is about.
#[derive(Debug, Clone)]
pub struct About<'a> {
    /// The complaint, and those merged into it.
    pub case: Vec<ComplaintId>,
    /// Every record of the customer.
    pub family: Vec<CustomerId>,
    /// Who approves.
    pub holder: StaffId,
    /// Their team.
    pub unit: Option<&'a str>,
    /// The incident.
    pub incident: Option<&'a str>,
    /// The currency.
    pub currency: Currency,
}

/// When a sum is taken.
#[derive(Debug, Clone, Copy)]
pub struct At {
    /// The instant from which windows reach back.
    pub now: Timestamp,
    /// The entry of the ledger before which everything counts; the largest integer for now.
    pub entry: i64,
}

impl At {
    /// The present.
    #[must_use]
    pub const fn now(now: Timestamp) -> Self {
        Self { now, entry: i64::MAX }
    }
}

/// The complaint and those that go on under it.
#[must_use]
pub fn case_of(complaint: &Complaint) -> Vec<ComplaintId> {
    std::iter::once(complaint.id).chain(complaint.merged.iter().map(|m| m.complaint)).collect()
}

/// Every record of one person.
///
/// # Errors
/// The database could not.
pub async fn family(tx: &mut Tx<'_>, customer: Option<CustomerId>) -> Result<Vec<CustomerId>> {
    let Some(customer) = customer else { return Ok(Vec::new()) };
    let rows: Vec<(Uuid,)> = all!(tx, FAMILY, customer.0)?;
    Ok(rows.into_iter().map(|r| CustomerId(r.0)).collect())
}

/// Sums what was given, by what it is counted over, in one statement.
///
/// # Errors
/// The database could not.
pub async fn sums(
    tx: &mut Tx<'_>,
    about: &About<'_>,
    dimensions: &BTreeSet<Dimension>,
    at: At,
) -> Result<Used> {
    let asked: Vec<Dimension> = dimensions.iter().copied().filter(|d| about.has(*d)).collect();
    if asked.is_empty() {
        return Ok(Used::new());
    }
    let rows: Vec<(i64, i64)> = on!(tx, |c| {
        let mut sql = sqlx::QueryBuilder::<Db>::new("");
        for (place, dimension) in asked.iter().enumerate() {
            sql.push(if place == 0 { "select cast(" } else { " union all select cast(" });
            sql.push(place.to_string()).push(
                " as bigint) as place, cast(coalesce(sum(amount), 0) as bigint) as used from award_usage where ",
            );
            competing(&mut sql, about, *dimension, at);
        }
        sql.build_query_as().fetch_all(c).await
    })?;
    let named = |(place, used): (i64, i64)| Some((*asked.get(usize::try_from(place).ok()?)?, used));
    Ok(rows.into_iter().filter_map(named).collect())
}

/// The condition on rows of `award_usage` that compete for a limit.
pub(super) fn competing<DB>(sql: &mut sqlx::QueryBuilder<DB>, about: &About<'_>, dimension: Dimension, at: At)
where
    DB: sqlx::Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let one_of = |sql: &mut sqlx::QueryBuilder<DB>, column: &str, ids: &mut dyn Iterator<Item = Uuid>| {
        sql.push(column).push(" in (");
        let mut list = sql.separated(", ");
        for id in ids {
            list.push_bind(id);
        }
        sql.push(")");
    };
    let mut until = "freed";
    match dimension {
        Dimension::Award | Dimension::Case => {
            one_of(sql, "complaint", &mut about.case.iter().map(|id| id.0));
        }
        Dimension::Customer { .. } => one_of(sql, "customer", &mut about.family.iter().map(|id| id.0)),
        Dimension::Holder { .. } => {
            until = "holder_freed";
            sql.push("holder = ").push_bind(about.holder.0);
        }
        Dimension::Unit { .. } => {
            until = "holder_freed";
            sql.push("unit = ").push_bind(about.unit.unwrap_or_default().to_owned());
        }
        Dimension::Batch => {
            sql.push("incident = ").push_bind(about.incident.unwrap_or_default().to_owned());
        }
    }
    sql.push(" and currency = ").push_bind(about.currency.code().to_owned());
    if let Some(days) = dimension.days() {
        sql.push(" and taken_at > ").push_bind(at.now.plus_days(-days).micros());
    }
    if at.entry == i64::MAX {
        sql.push(format!(" and {until} = 9223372036854775807"));
    } else {
        sql.push(" and taken < ").push_bind(at.entry);
        sql.push(format!(" and {until} >= ")).push_bind(at.entry);
    }
}

impl About<'_> {
    /// Is there anything to sum over?
    pub(super) fn has(&self, dimension: Dimension) -> bool {
        match dimension {
            Dimension::Award => false,
            Dimension::Case => !self.case.is_empty(),
            Dimension::Customer { .. } => !self.family.is_empty(),
            Dimension::Holder { .. } => true,
            Dimension::Unit { .. } => self.unit.is_some(),
            Dimension::Batch => self.incident.is_some(),
        }
    }
}

/// On what an award would be.
#[derive(Debug, Clone, Copy, Default)]
pub struct On<'a> {
    /// The complaint; none while it is being taken.
    pub complaint: Option<&'a Complaint>,
    /// The customer.
    pub customer: Option<CustomerId>,
}

/// What a person may give there now, in one currency.
///
/// # Errors
/// The database could not.
pub async fn authority(
    tx: &mut Tx<'_>,
    person: &Staff,
    on: On<'_>,
    currency: Currency,
    incident: Option<&str>,
    now: Timestamp,
) -> Result<Authority> {
    let chains = grants::chains_of(tx, person, Some(currency)).await?;
    if chains.is_empty() {
        return Ok(Authority::default());
    }
    let about = About {
        case: on.complaint.map(case_of).unwrap_or_default(),
        family: family(tx, on.customer).await?,
        holder: person.id,
        unit: person.team.as_deref(),
        incident,
        currency,
    };
    let dimensions = authority::dimensions(&chains, incident.is_some());
    let used = sums(tx, &about, &dimensions, At::now(now)).await?;
    Ok(Authority { chains, used })
}

/// People a person is related to by declaration.
///
/// # Errors
/// The database could not.
pub async fn related(tx: &mut Tx<'_>, staff: StaffId) -> Result<BTreeSet<StaffId>> {
    let rows: Vec<(Uuid,)> = all!(tx, RELATED, staff.0)?;
    Ok(rows.into_iter().map(|r| StaffId(r.0)).collect())
}

/// People at the desk who are the customer.
///
/// # Errors
/// The database could not.
pub async fn customer_is(tx: &mut Tx<'_>, customer: Option<CustomerId>) -> Result<Vec<StaffId>> {
    let mut all = Vec::new();
    for record in family(tx, customer).await? {
        let rows: Vec<(Uuid,)> = all!(tx, IS_STAFF, record.0)?;
        all.extend(rows.into_iter().map(|r| StaffId(r.0)));
    }
    Ok(all)
}

/// Whose authority covers a claim on a complaint: the lowest first, none who asked for it or is related to who did.
///
/// # Errors
/// The database could not.
pub async fn next_holders(
    tx: &mut Tx<'_>,
    complaint: &Complaint,
    claim: &Claim,
    incident: Option<&str>,
    askers: &[StaffId],
    now: Timestamp,
) -> Result<Vec<NextHolder>> {
    let mut apart: BTreeSet<StaffId> = askers.iter().copied().collect();
    for asker in askers {
        apart.extend(related(tx, *asker).await?);
    }
    for customer in customer_is(tx, complaint.customer).await? {
        apart.insert(customer);
        apart.extend(related(tx, customer).await?);
    }
    let Money { minor, currency } = claim.value;
    let family = family(tx, complaint.customer).await?;
    let rows: Vec<(Uuid,)> = all!(tx, NEXT, currency.code(), minor, now.micros(), LOOKED_AT)?;
    let mut found: Vec<NextHolder> = Vec::new();
    for (id,) in rows {
        let chain = grants::chain(tx, GrantId(id)).await?;
        let Some(grant) = chain.first() else { continue };
        for person in holders(tx, grant).await? {
            if found.len() == NAMED {
                return Ok(found);
            }
            if apart.contains(&person.id)
                || found.iter().any(|f| f.id == person.id)
                || !person.can_hold_duty()
                || complaint.keeps_out(&person)
                || !complaint.visible_to(&person)
            {
                continue;
            }
            let about = About {
                case: case_of(complaint),
                family: family.clone(),
                holder: person.id,
                unit: person.team.as_deref(),
                incident,
                currency,
            };
            if let Ok(weighed) = weighed(tx, &chain, claim, &about, now).await?
                && weighed.remaining() >= minor
            {
                let up_to = Money::new(weighed.remaining(), currency);
                found.push(NextHolder { id: person.id, name: person.name, up_to });
            }
        }
    }
    Ok(found)
}

async fn weighed(
    tx: &mut Tx<'_>,
    chain: &[Grant],
    claim: &Claim,
    about: &About<'_>,
    now: Timestamp,
) -> Result<Result<Weighed, NotCovered>> {
    // What does not speak of the claim costs no sum.
    if let Err(not) = weigh(chain, claim, &Used::new(), now) {
        return Ok(Err(not));
    }
    let dimensions = authority::dimensions([&chain.to_vec()], claim.batch);
    let used = sums(tx, about, &dimensions, At::now(now)).await?;
    Ok(weigh(chain, claim, &used, now))
}

async fn holders(tx: &mut Tx<'_>, grant: &Grant) -> Result<Vec<Staff>> {
    let ids: Vec<StaffId> = match grant.holder {
        Holder::Staff(id) => vec![id],
        Holder::Role(role) => {
            let rows: Vec<(Uuid,)> = all!(tx, OF_ROLE, role.code())?;
            rows.into_iter().map(|r| StaffId(r.0)).collect()
        }
    };
    let mut people = Vec::new();
    for id in ids {
        people.extend(staff::by_id(tx, id).await?);
    }
    Ok(people)
}
