//! Grants: written and moved by steps while the head of the ledger is held, so that no decision is made under a grant that
//! is being changed. A grant is kept whole, its steps beside it, and every one of them is in the ledger.

use std::collections::BTreeMap;

use firsthand_domain::Refusal;
use firsthand_domain::code::{GrantState, Role};
use firsthand_domain::grant::{Grant, GrantContext, GrantStep, Holder, NewGrant};
use firsthand_domain::id::{GrantId, StaffId};
use firsthand_domain::money::Currency;
use firsthand_domain::staff::Staff;
use firsthand_domain::text::Reason;
use uuid::Uuid;

use crate::database::Tx;
use crate::statement::same;
use crate::writer::Unit;
use crate::{Error, Result, awards, causes, ledger, staff};

mod fields;
pub(crate) mod register;

pub use fields::fields;
pub(crate) use fields::hash_of_reason;
pub use register::{Filter, Step, as_of, children, page, steps};

statements! {
    BY_ID = same("select body from authority_grant where id = $1");
    /// The grant first, the root last.
    CHAIN = same(
        "with recursive up (id, parent) as (\
           select id, parent from authority_grant where id = $1 \
           union select g.id, g.parent from up join authority_grant g on g.id = up.parent) \
         select g.body from up join authority_grant g on g.id = up.id order by g.depth desc"
    );
    /// What a person holds, themselves or by their role, and everything above it.
    CHAINS = same(
        "with recursive up (id, parent) as (\
           select id, parent from authority_grant \
             where holder_staff = $1 and state = 'active' and (currency = $3 or $3 is null) \
           union select id, parent from authority_grant \
             where holder_role = $2 and state = 'active' and (currency = $3 or $3 is null) \
           union select g.id, g.parent from up join authority_grant g on g.id = up.parent) \
         select g.body from up join authority_grant g on g.id = up.id order by g.id"
    );
    /// A grant and all that was passed on of it.
    BELOW = same(
        "with recursive down (id) as (\
           select id from authority_grant where id = $1 \
           union select g.id from down join authority_grant g on g.parent = down.id) \
         select id from down order by id"
    );
    INSERT = same(
        "insert into authority_grant (id, version, holder_staff, holder_role, parent, depth, state, currency, ceiling, \
         valid_from, valid_until, written_by, written_at, body) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    );
    MOVE = same("update authority_grant set version = $3, state = $4, body = $5 where id = $1 and version = $2");
    STEP = same("insert into grant_step (grant_id, version, at, actor, kind, reason) values ($1, $2, $3, $4, $5, $6)");
}

fn read(body: &str) -> Result<Grant> {
    Ok(serde_json::from_str(body)?)
}

/// One grant.
///
/// # Errors
/// The database could not, or the row does not read back.
pub async fn by_id(tx: &mut Tx<'_>, id: GrantId) -> Result<Option<Grant>> {
    let row: Option<(String,)> = find!(tx, BY_ID, id.0)?;
    row.map(|(body,)| read(&body)).transpose()
}

/// A grant and everything above it: the grant first, the root last; nothing when there is no such grant.
///
/// # Errors
/// The database could not, or a row does not read back.
pub async fn chain(tx: &mut Tx<'_>, id: GrantId) -> Result<Vec<Grant>> {
    let rows: Vec<(String,)> = all!(tx, CHAIN, id.0)?;
    rows.iter().map(|(body,)| read(body)).collect()
}

/// Every chain that begins at an active grant held by this person or by their role, the first written first.
///
/// # Errors
/// The database could not, or a row does not read back.
pub async fn chains_of(
    tx: &mut Tx<'_>,
    person: &Staff,
    currency: Option<Currency>,
) -> Result<Vec<Vec<Grant>>> {
    let (role, code) = (person.role.code(), currency.as_ref().map(Currency::code));
    let rows: Vec<(String,)> = all!(tx, CHAINS, person.id.0, role, code)?;
    let mut grants: BTreeMap<GrantId, Grant> = BTreeMap::new();
    for (body,) in &rows {
        let grant = read(body)?;
        grants.insert(grant.id, grant);
    }
    let begins = |grant: &&Grant| {
        grant.state == GrantState::Active
            && grant.holder.is(person.id, person.role)
            && currency.is_none_or(|c| c == grant.terms.currency)
    };
    let up = |first: &Grant| {
        std::iter::successors(Some(first), |grant| grant.parent.and_then(|id| grants.get(&id)))
            .take(usize::try_from(firsthand_domain::grant::DEEPEST).unwrap_or(usize::MAX).saturating_add(1))
            .cloned()
            .collect()
    };
    Ok(grants.values().filter(begins).map(up).collect())
}

/// A grant and all that was passed on of it.
///
/// # Errors
/// The database could not.
pub async fn below(tx: &mut Tx<'_>, id: GrantId) -> Result<Vec<GrantId>> {
    let rows: Vec<(Uuid,)> = all!(tx, BELOW, id.0)?;
    Ok(rows.into_iter().map(|r| GrantId(r.0)).collect())
}

/// Writes a grant. What is refused is refused before anything is written.
///
/// # Errors
/// The refusal, or the database could not.
pub async fn write(unit: &mut Unit<'_>, by: StaffId, new: &NewGrant) -> Result<Grant> {
    ledger::hold(unit).await?;
    let actor = staff::by_id_in_change(unit, by).await?.ok_or(Refusal::ReadOnly)?;
    let above = match new.parent {
        Some(parent) => chain(&mut unit.tx, parent).await?,
        None => Vec::new(),
    };
    let holder = match new.holder {
        Holder::Staff(id) => staff::by_id_in_change(unit, id).await?,
        Holder::Role(_) => None,
    };
    let mut named = Vec::new();
    for cause in new.scope.iter().flat_map(|scope| &scope.causes) {
        named.push(causes::named(&mut unit.tx, cause.as_str()).await?.map(|cause| cause.id));
    }
    let context =
        GrantContext { actor: &actor, now: unit.now, above: &above, holder: holder.as_ref(), causes: &named };
    let grant = Grant::write(GrantId(unit.new_id()), new, &context)?;
    insert(unit, &grant).await?;
    record(unit, by, &grant, "written", new.reason.as_ref()).await?;
    Ok(grant)
}

/// Does a step with a grant; `version` is the one the caller has seen, if they said. What is refused is refused before
/// anything is written. A revocation for cause stops for review what was approved under the grant, or under what was
/// passed on of it, and is not given yet.
///
/// # Errors
/// The refusal, or the database could not.
pub async fn step(
    unit: &mut Unit<'_>,
    by: StaffId,
    id: GrantId,
    step: GrantStep,
    reason: Option<&Reason>,
    version: Option<i64>,
) -> Result<Grant> {
    ledger::hold(unit).await?;
    let actor = staff::by_id_in_change(unit, by).await?.ok_or(Refusal::ReadOnly)?;
    let chain = chain(&mut unit.tx, id).await?;
    let (before, above) = chain.split_first().ok_or(Refusal::NotFound)?;
    if version.is_some_and(|seen| seen != before.version) {
        return Err(Refusal::Stale { version: before.version }.into());
    }
    let after = before.step(step, &actor, above, unit.now)?;
    let body = serde_json::to_string(&after)?;
    let moved =
        run!(&mut unit.tx, MOVE, id.0, before.version, after.version, after.state.code(), body.as_str())?;
    if moved != 1 {
        return Err(Error::Corrupt(format!("authority_grant {id} moved while it was held")));
    }
    record(unit, by, &after, step.name(), reason).await?;
    if after.for_cause {
        let affected = below(&mut unit.tx, id).await?;
        let reason = reason.ok_or_else(|| Refusal::field("reason", "expected a text that is not empty"))?;
        awards::hold_resting_on(unit, &affected, reason).await?;
    }
    Ok(after)
}

async fn insert(unit: &mut Unit<'_>, grant: &Grant) -> Result<()> {
    let (person, role) = match grant.holder {
        Holder::Staff(id) => (Some(id.0), None),
        Holder::Role(role) => (None, Some(Role::code(role))),
    };
    let terms = &grant.terms;
    run!(
        &mut unit.tx,
        INSERT,
        grant.id.0,
        grant.version,
        person,
        role,
        grant.parent.map(|p| p.0),
        i64::from(grant.depth),
        grant.state.code(),
        terms.currency.code(),
        terms.limits.ceiling(),
        terms.valid_from.micros(),
        terms.valid_until.map_or(i64::MAX, firsthand_domain::time::Timestamp::micros),
        grant.written_by.0,
        grant.written_at.micros(),
        serde_json::to_string(grant)?,
    )
    .map(drop)
}

/// A step in the register and in the ledger. The ledger has a hash of the reason, which is free text.
async fn record(
    unit: &mut Unit<'_>,
    by: StaffId,
    grant: &Grant,
    step: &'static str,
    reason: Option<&Reason>,
) -> Result<()> {
    let now = unit.now.micros();
    run!(&mut unit.tx, STEP, grant.id.0, grant.version, now, by.0, step, reason.map(Reason::as_str))?;
    let mut fields = fields(grant);
    if let Some(reason) = reason {
        fields.push(("reason_sha256", hash_of_reason(reason)));
    }
    let kind = match step {
        "written" => "grant_written",
        "activated" => "grant_activated",
        "suspended" => "grant_suspended",
        "resumed" => "grant_resumed",
        _ => "grant_revoked",
    };
    let line = ledger::Line { kind, actor: Some(by), subject: Some(grant.id.0), fields, personal: None };
    ledger::append(unit, &line).await.map(drop)
}
