//! What waits for a person who holds authority: awards they could approve now, and emergency awards to speak to; with why
//! each came to them, and what the customer and whoever asked had before.

use std::collections::{BTreeMap, BTreeSet};

use firsthand_domain::authority::{Authority, Claim, NotCovered, Weighed};
use firsthand_domain::award::Award;
use firsthand_domain::code::AwardState;
use firsthand_domain::complaint::Complaint;
use firsthand_domain::grant::Grant;
use firsthand_domain::history::Texts;
use firsthand_domain::id::{CustomerId, StaffId};
use firsthand_domain::money::{Currency, Money};
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use super::list::{self, Listed};
use super::standing::is_party;
use super::usage::{self, On, authority, family};
use super::{claim_of, texts_of};
use crate::database::Tx;
use crate::statement::same;
use crate::{Error, Result, complaints, grants, staff};

statements! {
    /// What somebody approved since then that was not taken back, by currency.
    APPROVED = same("select currency, count(*) as awards, cast(sum(amount) as bigint) as amount from award \
                     where approved_by = $1 and decided_at >= $2 \
                     and state in ('approved', 'offered', 'accepted', 'executed', 'held') \
                     group by currency order by currency");
}

/// Awards that are looked at, the newest; and that are shown.
const LOOKED_AT: i64 = 100;
const SHOWN: usize = 25;
/// How far back the history of a customer and of whoever asks is told.
const YEAR: i64 = 365;
const MONTH: i64 = 30;

/// Why whoever asked could not approve it themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// They hold nothing that speaks of it.
    NoAuthority(Option<NotCovered>),
    /// A limit of theirs leaves less.
    Beyond {
        /// Which, as grants name it.
        limit: &'static str,
        /// How much it leaves.
        remaining: Money,
    },
    /// Above this somebody else approves.
    FourEyes(Money),
    /// Its terms were changed, or it was stopped for review.
    Again,
}

/// So many awards, of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub awards: i64,
    /// How much together.
    pub amount: Money,
}

/// One award that waits for the reader.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The award with its complaint.
    pub listed: Listed,
    /// The award whole.
    pub award: Award,
    /// Why it is asked for, and to whom it goes.
    pub texts: Texts,
    /// What the complaint begins with.
    pub story: Texts,
    /// The language of the complaint.
    pub language: Option<String>,
    /// What the reader holds over it.
    pub own: Weighed,
    /// Why it came to the reader.
    pub why: Why,
    /// What this customer was given in a year.
    pub to_customer: Vec<Sum>,
    /// What whoever asks has asked for in thirty days, this award included.
    pub by_requester: Vec<Sum>,
}

/// What waits for a person, the newest first.
#[derive(Debug, Clone, Default)]
pub struct Inbox {
    /// To be approved or refused.
    pub waiting: Vec<Waiting>,
    /// Emergency awards, given, to be ratified.
    pub unratified: Vec<Waiting>,
}

/// What waits for a person who holds authority.
///
/// # Errors
/// The database could not.
pub async fn of(tx: &mut Tx<'_>, reader: &Staff, now: Timestamp) -> Result<Inbox> {
    let chains = grants::chains_of(tx, reader, None).await?;
    if chains.is_empty() || !reader.can_hold_duty() {
        return Ok(Inbox::default());
    }
    let open = vec![AwardState::Proposed, AwardState::Held];
    let proposed = list::Query { states: open, limit: LOOKED_AT, ..list::Query::default() };
    let emergency = list::Query { unratified: true, limit: LOOKED_AT, ..list::Query::default() };
    let mut inbox = Inbox {
        waiting: covered(tx, reader, &chains, &proposed, now).await?,
        unratified: covered(tx, reader, &chains, &emergency, now).await?,
    };
    histories(tx, &mut inbox, now).await?;
    Ok(inbox)
}

/// Those a chain of the reader covers, of which the reader is no party and to which they said nothing yet.
async fn covered(
    tx: &mut Tx<'_>,
    reader: &Staff,
    chains: &[Vec<Grant>],
    query: &list::Query,
    now: Timestamp,
) -> Result<Vec<Waiting>> {
    let related = usage::related(tx, reader.id).await?;
    let mut found = Vec::new();
    for listed in newest(tx, reader, chains, query).await? {
        if found.len() == SHOWN {
            break;
        }
        let speaks = |chain: &&Vec<Grant>| chain.first().is_some_and(|grant| speaks(grant, &listed));
        if listed.proposed_by.0 == reader.id || !chains.iter().any(|c| speaks(&c)) {
            continue;
        }
        let Some(referenced) = complaints::read(tx, listed.complaint).await? else { continue };
        let complaint = referenced.complaint;
        let Some(award) = complaint.award(listed.id).cloned() else { continue };
        let mut involved = award.askers();
        if involved.iter().any(|id| related.contains(id)) {
            continue;
        }
        involved.extend(award.approvals.iter().map(|a| a.by));
        if involved.contains(&reader.id) || is_party(tx, reader, &complaint).await? {
            continue;
        }
        let claim = claim_of(tx, &complaint, &award).await?;
        let own = held(tx, reader, &complaint, &claim, &award, now).await?.best(&claim, now);
        let Ok(own) = own else { continue };
        let enough = if query.unratified {
            own.bounds.iter().all(|b| b.limit >= award.value.minor)
        } else {
            own.remaining() >= award.value.minor
        };
        if !enough {
            continue;
        }
        // Of what was given already it is told by what was cited then.
        let why = match award.decision() {
            Some(decision) => between(&decision.cited, &award),
            None => why(tx, &complaint, &claim, &award, now).await?,
        };
        found.push(Waiting {
            texts: texts_of(tx, complaint.id, award.seq).await?,
            story: texts_of(tx, complaint.id, 1).await?,
            language: complaint.language.clone(),
            listed,
            award,
            own,
            why,
            to_customer: Vec::new(),
            by_requester: Vec::new(),
        });
    }
    Ok(found)
}

/// The newest in the currencies of these chains.
async fn newest(
    tx: &mut Tx<'_>,
    reader: &Staff,
    chains: &[Vec<Grant>],
    query: &list::Query,
) -> Result<Vec<Listed>> {
    let currencies: BTreeSet<Currency> =
        chains.iter().filter_map(|c| c.first().map(|g| g.terms.currency)).collect();
    let mut all = Vec::new();
    for currency in currencies {
        let query = list::Query { currency: Some(currency), ..query.clone() };
        all.extend(list::page(tx, reader, &query).await?);
    }
    all.sort_by_key(|listed| std::cmp::Reverse((listed.proposed_at, listed.id)));
    all.truncate(usize::try_from(LOOKED_AT).unwrap_or(usize::MAX));
    Ok(all)
}

/// Could the grant by itself speak of it at all? What it leaves is weighed afterwards.
fn speaks(grant: &Grant, listed: &Listed) -> bool {
    let terms = &grant.terms;
    terms.currency == listed.value.currency
        && terms.types.contains(&listed.kind)
        && terms.bases.contains(&listed.basis)
        && terms.limits.per_award.is_none_or(|most| most >= listed.value.minor)
}

async fn held(
    tx: &mut Tx<'_>,
    person: &Staff,
    complaint: &Complaint,
    claim: &Claim,
    award: &Award,
    now: Timestamp,
) -> Result<Authority> {
    let on = On { complaint: Some(complaint), customer: complaint.customer };
    authority(tx, person, on, claim.value.currency, award.incident.as_deref(), now).await
}

/// What stands between whoever asked and approving it in the same step.
async fn why(
    tx: &mut Tx<'_>,
    complaint: &Complaint,
    claim: &Claim,
    award: &Award,
    now: Timestamp,
) -> Result<Why> {
    let Some(asker) = staff::by_id(tx, award.proposed_by).await? else { return Ok(Why::NoAuthority(None)) };
    match held(tx, &asker, complaint, claim, award, now).await?.best(claim, now) {
        Ok(weighed) => Ok(between(&weighed, award)),
        Err(not) => Ok(Why::NoAuthority(not)),
    }
}

/// What an authority leaves short of an award.
fn between(weighed: &Weighed, award: &Award) -> Why {
    let money = |minor| Money::new(minor, award.value.currency);
    match (weighed.binding(), weighed.four_eyes_above) {
        (Some(bound), _) if bound.remaining() < award.value.minor => {
            Why::Beyond { limit: bound.dimension.name(), remaining: money(bound.remaining()) }
        }
        (_, Some(above)) if award.value.minor > above => Why::FourEyes(money(above)),
        _ => Why::Again,
    }
}

/// What the customers and whoever asked had before, for all of them in two statements.
async fn histories(tx: &mut Tx<'_>, inbox: &mut Inbox, now: Timestamp) -> Result<()> {
    let all = || inbox.waiting.iter().chain(&inbox.unratified);
    let askers: BTreeSet<StaffId> = all().map(|w| w.award.proposed_by).collect();
    let customers: BTreeSet<CustomerId> =
        all().filter_map(|w| w.listed.customer.as_ref().map(|(id, _)| *id)).collect();
    let mut head_of: BTreeMap<CustomerId, CustomerId> = BTreeMap::new();
    for customer in customers {
        for record in family(tx, Some(customer)).await? {
            head_of.insert(record, customer);
        }
    }
    let records: Vec<Uuid> = head_of.keys().map(|id| id.0).collect();
    let askers: Vec<Uuid> = askers.iter().map(|id| id.0).collect();
    let given = sums(
        tx,
        "select customer as who, currency, count(*) as awards, cast(sum(amount) as bigint) as amount from award_usage \
         where freed = 9223372036854775807 and taken_at > ",
        now.plus_days(-YEAR),
        "customer",
        &records,
    )
    .await?;
    let asked = sums(
        tx,
        "select proposed_by as who, currency, count(*) as awards, cast(sum(amount) as bigint) as amount from award \
         where proposed_at > ",
        now.plus_days(-MONTH),
        "proposed_by",
        &askers,
    )
    .await?;
    let mut to: BTreeMap<(CustomerId, Currency), Sum> = BTreeMap::new();
    for (record, sum) in given {
        let Some(head) = head_of.get(&CustomerId(record)) else { continue };
        let one = to.entry((*head, sum.amount.currency)).or_insert(Sum { awards: 0, ..sum });
        let before = if one.awards == 0 { 0 } else { one.amount.minor };
        one.awards += sum.awards;
        one.amount.minor = before.saturating_add(sum.amount.minor);
    }
    for waiting in inbox.waiting.iter_mut().chain(&mut inbox.unratified) {
        let customer = waiting.listed.customer.as_ref().map(|(id, _)| *id);
        waiting.to_customer =
            to.iter().filter(|((of, _), _)| Some(*of) == customer).map(|(_, sum)| *sum).collect();
        let asker = waiting.award.proposed_by;
        waiting.by_requester =
            asked.iter().filter(|(of, _)| StaffId(*of) == asker).map(|(_, sum)| *sum).collect();
    }
    Ok(())
}

row! {
    struct Grouped {
        who: Uuid,
        currency: String,
        awards: i64,
        amount: i64,
    }
}

async fn sums(
    tx: &mut Tx<'_>,
    select: &'static str,
    since: Timestamp,
    column: &'static str,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Sum)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Grouped> = on!(tx, |c| {
        let mut sql = sqlx::QueryBuilder::<Db>::new(select);
        sql.push_bind(since.micros()).push(" and ").push(column).push(" in (");
        let mut list = sql.separated(", ");
        for id in ids {
            list.push_bind(*id);
        }
        sql.push(") group by ").push(column).push(", currency order by currency");
        sql.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(|row| Ok((row.who, sum(&row.currency, row.awards, row.amount)?))).collect()
}

fn sum(currency: &str, awards: i64, minor: i64) -> Result<Sum> {
    let code = Currency::from_code(currency).ok_or_else(|| Error::Corrupt("award.currency".to_owned()))?;
    Ok(Sum { awards, amount: Money::new(minor, code) })
}

/// What a person approved since then and was not taken back, by currency.
///
/// # Errors
/// The database could not.
pub async fn approved_since(tx: &mut Tx<'_>, person: StaffId, since: Timestamp) -> Result<Vec<Sum>> {
    let rows: Vec<(String, i64, i64)> = all!(tx, APPROVED, person.0, since.micros())?;
    rows.iter().map(|(currency, awards, minor)| sum(currency, *awards, *minor)).collect()
}
