//! The register of grants: as it stands, and as it stood at any instant.

use firsthand_domain::code::GrantState;
use firsthand_domain::grant::{Grant, Holder};
use firsthand_domain::id::{GrantId, StaffId};
use firsthand_domain::money::Currency;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use super::read;
use crate::database::Tx;
use crate::statement::same;
use crate::{Error, Result};

statements! {
    PAGE = same(
        "select body from authority_grant where id > $1 and (holder_staff = $2 or $2 is null) \
         and (holder_role = $3 or $3 is null) and (currency = $4 or $4 is null) \
         and ((case when state <> 'revoked' and valid_until <= $6 then 'expired' else state end) = $5 or $5 is null) \
         order by id limit $7"
    );
    AS_OF = same(
        "select g.body, s.version, s.kind from authority_grant g join grant_step s on s.grant_id = g.id \
         and s.version = (select max(t.version) from grant_step t where t.grant_id = g.id and t.at <= $6) \
         where g.id > $1 and (g.holder_staff = $2 or $2 is null) \
         and (g.holder_role = $3 or $3 is null) and (g.currency = $4 or $4 is null) \
         and ((case when s.kind <> 'revoked' and g.valid_until <= $6 then 'expired' when s.kind = 'written' then 'draft' \
               when s.kind in ('suspended', 'revoked') then s.kind else 'active' end) = $5 or $5 is null) \
         order by g.id limit $7"
    );
    STEPS = same("select s.version, s.at, s.actor, p.name, s.kind, s.reason from grant_step s \
                  join staff p on p.id = s.actor where s.grant_id = $1 order by s.version");
    CHILDREN = same("select count(*) from authority_grant where parent = $1");
}

row! {
    struct StepRow {
        version: i64,
        at: i64,
        actor: Uuid,
        name: String,
        kind: String,
        reason: Option<String>,
    }
}

/// Which grants of the register; what is not said bounds nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Held by whom.
    pub holder: Option<Holder>,
    /// Where they stand.
    pub state: Option<GrantState>,
    /// In which currency.
    pub currency: Option<Currency>,
}

/// What happened to a grant.
#[derive(Debug, Clone)]
pub struct Step {
    /// The version it made.
    pub version: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: StaffId,
    /// As others call them.
    pub name: String,
    /// What: `written`, `activated`, `suspended`, `resumed`, `revoked`.
    pub kind: String,
    /// Why.
    pub reason: Option<String>,
}

impl Filter {
    fn holder(&self) -> (Option<Uuid>, Option<&'static str>) {
        match self.holder {
            Some(Holder::Staff(id)) => (Some(id.0), None),
            Some(Holder::Role(role)) => (None, Some(role.code())),
            None => (None, None),
        }
    }
}

/// Grants in the order in which they were written, after one of them.
///
/// # Errors
/// The database could not, or a row does not read back.
pub async fn page(
    tx: &mut Tx<'_>,
    filter: &Filter,
    after: Option<GrantId>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Grant>> {
    let (after, (person, role)) = (after.map_or(Uuid::nil(), |g| g.0), filter.holder());
    let currency = filter.currency.as_ref().map(Currency::code);
    let state = filter.state.map(GrantState::code);
    let rows: Vec<(String,)> = all!(tx, PAGE, after, person, role, currency, state, now.micros(), limit)?;
    rows.iter().map(|(body,)| read(body)).collect()
}

/// The same as it stood at an instant: without what was written later, each in the state and version it had.
///
/// # Errors
/// The database could not, or a row does not read back.
pub async fn as_of(
    tx: &mut Tx<'_>,
    filter: &Filter,
    after: Option<GrantId>,
    limit: i64,
    instant: Timestamp,
) -> Result<Vec<Grant>> {
    let (after, (person, role)) = (after.map_or(Uuid::nil(), |g| g.0), filter.holder());
    let currency = filter.currency.as_ref().map(Currency::code);
    let state = filter.state.map(GrantState::code);
    let rows: Vec<(String, i64, String)> =
        all!(tx, AS_OF, after, person, role, currency, state, instant.micros(), limit)?;
    rows.iter().map(|(body, version, kind)| stood(read(body)?, *version, kind)).collect()
}

/// A grant at an earlier version, after a step of that kind. It is activated at most once, as its second version, and
/// nothing follows a revocation.
fn stood(mut grant: Grant, version: i64, kind: &str) -> Result<Grant> {
    grant.version = version;
    grant.state = match kind {
        "written" => GrantState::Draft,
        "activated" | "resumed" => GrantState::Active,
        "suspended" => GrantState::Suspended,
        "revoked" => GrantState::Revoked,
        _ => return Err(Error::Corrupt(format!("grant_step.kind of {}", grant.id))),
    };
    if version == 1 {
        grant.activated_by = None;
    }
    grant.for_cause &= grant.state == GrantState::Revoked;
    Ok(grant)
}

/// What happened to a grant, in order.
///
/// # Errors
/// The database could not.
pub async fn steps(tx: &mut Tx<'_>, id: GrantId) -> Result<Vec<Step>> {
    let rows: Vec<StepRow> = all!(tx, STEPS, id.0)?;
    let step = |row: StepRow| Step {
        version: row.version,
        at: Timestamp::from_micros(row.at),
        by: StaffId(row.actor),
        name: row.name,
        kind: row.kind,
        reason: row.reason,
    };
    Ok(rows.into_iter().map(step).collect())
}

/// How many grants were written under this one.
///
/// # Errors
/// The database could not.
pub async fn children(tx: &mut Tx<'_>, id: GrantId) -> Result<i64> {
    let row: Option<(i64,)> = find!(tx, CHILDREN, id.0)?;
    Ok(row.map_or(0, |r| r.0))
}
