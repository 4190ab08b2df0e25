//! What a person may give now, and who may give more.

use std::collections::{BTreeMap, BTreeSet};

use firsthand_domain::authority::{self, Claim, NextHolder, NotCovered, Used, Weighed};
use firsthand_domain::code::{AwardType, Basis};
use firsthand_domain::complaint::Complaint;
use firsthand_domain::grant::{Grant, Holder};
use firsthand_domain::id::StaffId;
use firsthand_domain::money::{Currency, MOST, Money};
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;

use super::usage::{About, At, case_of, customer_is, family, next_holders, related, sums};
use crate::database::Tx;
use crate::statement::same;
use crate::{Error, Result, grants, staff};

statements! {
    /// What is given in which currency at all, so that somebody without authority is told who has it.
    LOWEST = same("select id from authority_grant where state = 'active' and valid_from <= $1 and valid_until > $1 \
                   order by currency, ceiling, id limit 200");
}

/// What one grant lets a person give now.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The grant first, the root last.
    pub chain: Vec<Grant>,
    /// What it leaves, with every limit; nothing when it does not speak of this complaint or is not in force.
    pub weighed: Result<Weighed, NotCovered>,
    /// The most that one award could be now.
    pub up_to: Money,
    /// Who may give more; on a complaint only.
    pub next: Vec<NextHolder>,
}

/// What a person may give now under each of their grants, wherever these speak; first those that speak of what their own
/// team is first contact of.
///
/// # Errors
/// The database could not.
pub async fn of_person(tx: &mut Tx<'_>, person: &Staff, now: Timestamp) -> Result<Vec<Standing>> {
    let mut chains = grants::chains_of(tx, person, None).await?;
    let own = |grant: &Grant| grant.terms.scope.has_team(person.team.as_deref());
    chains.sort_by_key(|chain| !chain.iter().all(own));
    let mut sums_of: BTreeMap<Currency, Used> = BTreeMap::new();
    for currency in chains.iter().filter_map(|c| Some(c.first()?.terms.currency)).collect::<BTreeSet<_>>() {
        let of_currency = chains.iter().filter(|c| c.first().is_some_and(|g| g.terms.currency == currency));
        let dimensions = authority::dimensions(of_currency, false);
        let unit = person.team.as_deref();
        let about =
            About { case: Vec::new(), family: Vec::new(), holder: person.id, unit, incident: None, currency };
        sums_of.insert(currency, sums(tx, &about, &dimensions, At::now(now)).await?);
    }
    let stand = |chain: Vec<Grant>| {
        let currency = chain.first()?.terms.currency;
        let weighed =
            authority::stand(&chain, false, sums_of.get(&currency)?, now).ok_or(NotCovered::NotInForce);
        let up_to = Money::new(weighed.as_ref().map_or(0, Weighed::remaining), currency);
        Some(Standing { chain, weighed, up_to, next: Vec::new() })
    };
    Ok(chains.into_iter().filter_map(stand).collect())
}

/// What a person may give on one complaint now, under each of their grants, and who may give more. Somebody without any is
/// told who may, in each currency in which something is given.
///
/// # Errors
/// The database could not.
pub async fn on_complaint(
    tx: &mut Tx<'_>,
    person: &Staff,
    complaint: &Complaint,
    now: Timestamp,
) -> Result<Vec<Standing>> {
    let team = staff::by_id(tx, complaint.first_contact).await?.and_then(|s| s.team);
    let case = complaint.case(team);
    let party = is_party(tx, person, complaint).await?;
    let chains = if party { Vec::new() } else { grants::chains_of(tx, person, None).await? };
    let mut all = Vec::new();
    for chain in chains {
        let Some((kind, basis, currency)) = chain.first().and_then(first_of) else { continue };
        let claim = Claim { kind, basis, value: Money::new(1, currency), batch: false, case: case.clone() };
        let about = About {
            case: case_of(complaint),
            family: family(tx, complaint.customer).await?,
            holder: person.id,
            unit: person.team.as_deref(),
            incident: None,
            currency,
        };
        let used = sums(tx, &about, &authority::dimensions([&chain], false), At::now(now)).await?;
        let weighed = authority::weigh(&chain, &claim, &used, now);
        let up_to = Money::new(weighed.as_ref().map_or(0, Weighed::remaining), currency);
        let above = Claim { value: Money::new(up_to.minor.saturating_add(1).min(MOST), currency), ..claim };
        let next = next_holders(tx, complaint, &above, None, &[person.id], now).await?;
        all.push(Standing { chain, weighed, up_to, next });
    }
    if all.is_empty() {
        all = lowest(tx, person.id, complaint, &case, now).await?;
    }
    Ok(all)
}

/// Is this person, or somebody related to them, the customer, or kept out of the complaint?
pub(super) async fn is_party(tx: &mut Tx<'_>, person: &Staff, complaint: &Complaint) -> Result<bool> {
    let customers = customer_is(tx, complaint.customer).await?;
    if customers.is_empty() {
        return Ok(complaint.keeps_out(person));
    }
    let near = related(tx, person.id).await?;
    let is = |id: &StaffId| *id == person.id || near.contains(id);
    Ok(customers.iter().any(is) || complaint.keeps_out(person))
}

/// A type and a basis a grant speaks of, and its currency.
fn first_of(grant: &Grant) -> Option<(AwardType, Basis, Currency)> {
    Some((*grant.terms.types.first()?, *grant.terms.bases.first()?, grant.terms.currency))
}

async fn lowest(
    tx: &mut Tx<'_>,
    person: StaffId,
    complaint: &Complaint,
    case: &authority::Case,
    now: Timestamp,
) -> Result<Vec<Standing>> {
    let rows: Vec<(uuid::Uuid,)> = all!(tx, LOWEST, now.micros())?;
    let mut found: Vec<Standing> = Vec::new();
    for (id,) in rows {
        let grant = grants::by_id(tx, firsthand_domain::id::GrantId(id)).await?;
        let grant = grant.ok_or_else(|| Error::Corrupt(format!("authority_grant {id}")))?;
        let Some((kind, basis, currency)) = first_of(&grant) else { continue };
        if found.iter().any(|f| f.up_to.currency == currency) {
            continue;
        }
        let none = Money::new(0, currency);
        let claim = Claim { kind, basis, value: Money::new(1, currency), batch: false, case: case.clone() };
        let next = next_holders(tx, complaint, &claim, None, &[person], now).await?;
        if !next.is_empty() {
            found.push(Standing {
                chain: Vec::new(),
                weighed: Err(NotCovered::NotInForce),
                up_to: none,
                next,
            });
        }
    }
    Ok(found)
}

/// Who is asked for more than a grant allows: whoever holds the grant above it.
#[must_use]
pub fn above(chain: &[Grant]) -> Option<Holder> {
    chain.get(1).map(|grant| grant.holder)
}
