//! The register of grants: written, put in force, stopped, taken back; read as it stands and as it stood.

use firsthand_domain::Refusal;
use firsthand_domain::authority;
use firsthand_domain::code::GrantState;
use firsthand_domain::grant::{Grant, GrantStep, Holder, NewGrant, Revoke};
use firsthand_domain::id::{GrantId, StaffId};
use firsthand_domain::money::{Currency, Money};
use firsthand_domain::text::Reason;
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::MaybeWhy;
use firsthand_storage::awards::usage::{self, About, At};
use firsthand_storage::{Error, Result, Tx, Unit, grants, ledger, staff};
use uuid::Uuid;

use super::awards::names_of;
use crate::call::{Answer, Call};
use crate::json::Page;
use crate::json::awards::person;
use crate::json::grants::{self as told, GrantInFull, LimitUsage, Usage};
use crate::problem::Problem;
use crate::write::{Done, write};

/// What the register is asked by.
pub(crate) const FILTERS: &[&str] = &["holder", "state", "currency", "as_of", "limit", "cursor"];

pub(crate) async fn list(call: Call) -> Result<Answer, Problem> {
    let (query, now) = (&call.query, call.app.database.now());
    let limit = query.limit()?;
    let filter = grants::Filter {
        holder: query.read(
            "holder",
            "expected the id of a person, or one of agent, lead, admin",
            Holder::parse,
        )?,
        state: query.read(
            "state",
            "expected one of draft, active, suspended, expired, revoked",
            GrantState::from_code,
        )?,
        currency: query.read("currency", "expected the code of a currency, as EUR", Currency::from_code)?,
    };
    let time = |v: &str| Timestamp::parse_or_day(v).ok();
    let as_of = query.read("as_of", "expected an instant or a UTC day", time)?;
    let after = query.read("cursor", "expected the `next` of the page before", |v| v.parse().ok())?;
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let found = match as_of {
        Some(instant) => grants::as_of(&mut tx, &filter, after, limit + 1, instant).await?,
        None => grants::page(&mut tx, &filter, after, limit + 1, now).await?,
    };
    let names = names_of(&mut tx, told::people(&found)).await?;
    let stood = as_of.unwrap_or(now);
    let items = found.into_iter().map(|grant| told::Grant::of(grant, &names, stood)).collect();
    Ok(Answer::ok(&Page::cut(items, limit, |grant: &told::Grant| grant.id.to_string()))?)
}

pub(crate) async fn one(call: Call) -> Result<Answer, Problem> {
    let (id, now) = (GrantId(call.id()?), call.app.database.now());
    let mut connection = call.connection().await?;
    let (grant, version) = in_full(&mut connection.tx(), id, now).await?;
    Ok(Answer::ok(&grant)?.at_version(version))
}

pub(crate) async fn add(call: Call) -> Result<Answer, Problem> {
    let (body, caller): (NewGrant, _) = (call.body()?, call.caller()?.id);
    write(&call, move |unit| {
        let body = body.clone();
        Box::pin(async move {
            let written = grants::write(unit, caller, &body).await;
            let subject = body.parent.map(|parent| parent.0);
            let grant = match recorded(unit, caller, "grant_write", subject, written).await? {
                Ok(grant) => grant,
                Err(refusal) => return Ok(Done::refused(refusal)),
            };
            let now = unit.now;
            let (answer, version) = in_full(&mut unit.tx, grant.id, now).await?;
            let location = format!("/api/v1/grants/{}", grant.id);
            Ok(Done::plain(Answer::made(&answer, location)?.at_version(version)))
        })
    })
    .await
}

/// Puts it in force.
pub(crate) async fn activate(call: Call) -> Result<Answer, Problem> {
    let MaybeWhy { reason } = call.body()?;
    step(call, GrantStep::Activate, "grant_activate", reason).await
}

/// Stops it for a while.
pub(crate) async fn suspend(call: Call) -> Result<Answer, Problem> {
    let MaybeWhy { reason } = call.body()?;
    step(call, GrantStep::Suspend, "grant_suspend", reason).await
}

/// Puts it in force again.
pub(crate) async fn resume(call: Call) -> Result<Answer, Problem> {
    let MaybeWhy { reason } = call.body()?;
    step(call, GrantStep::Resume, "grant_resume", reason).await
}

/// Takes it back.
pub(crate) async fn revoke(call: Call) -> Result<Answer, Problem> {
    let Revoke { reason, for_cause } = call.body()?;
    step(call, GrantStep::Revoke { for_cause }, "grant_revoke", Some(reason)).await
}

async fn step(
    call: Call,
    step: GrantStep,
    verb: &'static str,
    reason: Option<Reason>,
) -> Result<Answer, Problem> {
    let (id, version, caller) = (GrantId(call.id()?), call.version()?, call.caller()?.id);
    write(&call, move |unit| {
        let reason = reason.clone();
        Box::pin(async move {
            let stepped = grants::step(unit, caller, id, step, reason.as_ref(), version).await;
            if let Err(refusal) = recorded(unit, caller, verb, Some(id.0), stepped).await? {
                return Ok(Done::refused(refusal));
            }
            let now = unit.now;
            let (answer, version) = in_full(&mut unit.tx, id, now).await?;
            Ok(Done::plain(Answer::ok(&answer)?.at_version(version)))
        })
    })
    .await
}

/// A refusal of authority goes into the ledger and stands there; nothing else was written. Other errors go on as they are.
async fn recorded(
    unit: &mut Unit<'_>,
    by: StaffId,
    verb: &'static str,
    subject: Option<Uuid>,
    done: Result<Grant>,
) -> Result<Result<Grant, Refusal>> {
    match done {
        Ok(grant) => Ok(Ok(grant)),
        Err(Error::Refused(refusal)) if refusal.is_of_authority() => {
            ledger::note_refusal(unit, by, verb, subject, &refusal).await?;
            Ok(Err(refusal))
        }
        Err(other) => Err(other),
    }
}

async fn in_full(tx: &mut Tx<'_>, id: GrantId, now: Timestamp) -> Result<(GrantInFull, i64)> {
    let chain = grants::chain(tx, id).await?;
    let names = names_of(tx, told::people(&chain)).await?;
    let steps = grants::steps(tx, id).await?;
    let children = grants::children(tx, id).await?;
    let mut chain = chain.into_iter();
    let grant = chain.next().ok_or(Refusal::NotFound)?;
    let version = grant.version;
    let full = GrantInFull {
        grant: told::Grant::of(grant, &names, now),
        chain: chain.map(|above| told::Grant::of(above, &names, now)).collect(),
        steps: steps.into_iter().map(told::Step::from).collect(),
        children,
    };
    Ok((full, version))
}

/// What was used of a grant by its holder; of one held by a role, by whoever asks.
pub(crate) async fn used(call: Call) -> Result<Answer, Problem> {
    let (id, caller) = (GrantId(call.id()?), call.caller()?.clone());
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let grant = grants::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let holder = match grant.holder {
        Holder::Role(_) => caller,
        Holder::Staff(id) => staff::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?,
    };
    let currency = grant.terms.currency;
    let about = About {
        case: Vec::new(),
        family: Vec::new(),
        holder: holder.id,
        unit: holder.team.as_deref(),
        incident: None,
        currency,
    };
    let dimensions = authority::limits(&grant.terms, true).map(|(dimension, _)| dimension).collect();
    let sums = usage::sums(&mut tx, &about, &dimensions, At::now(call.app.database.now())).await?;
    let money = |minor| Money::new(minor, currency);
    let limits = authority::limits(&grant.terms, true).map(|(dimension, limit)| {
        let used = sums.get(&dimension).copied();
        LimitUsage {
            over: dimension.name(),
            days: dimension.days(),
            limit: money(limit),
            used: used.map(money),
            remaining: used.map(|used| money(limit.saturating_sub(used).max(0))),
        }
    });
    let names = [(holder.id, holder.name.clone())].into();
    let usage = Usage { grant: id, holder: person(holder.id, &names), limits: limits.collect() };
    Ok(Answer::ok(&usage)?)
}
