//! Lists of awards: what waits for an approval, what was given by whom.

use firsthand_domain::code::{AwardState, AwardType, Basis, Ratification};
use firsthand_domain::id::{AwardId, ComplaintId, CustomerId, GrantId, StaffId};
use firsthand_domain::money::{Currency, Money};
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use sqlx::QueryBuilder;
use uuid::Uuid;

use crate::database::Tx;
use crate::list::sql::visible;
use crate::{Error, Result};

/// What a list is asked for; the newest proposal first.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// In these states; in any when empty.
    pub states: Vec<AwardState>,
    /// On this complaint.
    pub complaint: Option<ComplaintId>,
    /// To this customer.
    pub customer: Option<CustomerId>,
    /// Asked for by this person.
    pub proposed_by: Option<StaffId>,
    /// Decided by this person.
    pub approved_by: Option<StaffId>,
    /// Decided under this grant.
    pub grant: Option<GrantId>,
    /// In this currency.
    pub currency: Option<Currency>,
    /// Of this type.
    pub kind: Option<AwardType>,
    /// On this ground.
    pub basis: Option<Basis>,
    /// Over this incident.
    pub incident: Option<String>,
    /// Emergency awards nobody has spoken to.
    pub unratified: bool,
    /// Decided from this instant on.
    pub decided_from: Option<Timestamp>,
    /// Decided before this instant.
    pub decided_to: Option<Timestamp>,
    /// Further bounds, as reports set them.
    pub cut: Cut,
    /// After this row, in the order of the list.
    pub cursor: Option<(Timestamp, AwardId)>,
    /// So many rows.
    pub limit: i64,
}

impl Query {
    /// Everything decided in a period that stands: given, or on its way to be.
    #[must_use]
    pub fn standing(from: Timestamp, to: Timestamp) -> Self {
        let states = AwardState::ALL.iter().copied().filter(|state| state.is_committed()).collect();
        Self { states, decided_from: Some(from), decided_to: Some(to), ..Self::default() }
    }
}

/// Which awards a figure of a report counts.
#[derive(Debug, Clone, Default)]
pub struct Cut {
    /// Decided for this team; for none when empty.
    pub unit: Option<String>,
    /// On complaints whose primary cause has this code; has none when empty.
    pub cause: Option<String>,
    /// Of so many minor units at most.
    pub at_most: Option<i64>,
    /// Decided by whoever asked.
    pub own: bool,
    /// Of 90 to 100 percent of the most that the grant they were decided under allows.
    pub near: bool,
    /// Decided under a grant, or one above it, that was not in force.
    pub not_in_force: bool,
    /// Accepted, and not given within so many days, at this instant.
    pub late: Option<(i64, Timestamp)>,
}

row! {
    struct Row {
        id: Uuid,
        complaint: Uuid,
        reference: String,
        customer: Option<Uuid>,
        customer_name: Option<String>,
        version: i64,
        state: String,
        kind: String,
        basis: String,
        currency: String,
        amount: i64,
        proposed_by: Uuid,
        proposer: String,
        proposed_at: i64,
        approved_by: Option<Uuid>,
        approver: Option<String>,
        decided_at: Option<i64>,
        unit: Option<String>,
        grant_id: Option<Uuid>,
        incident: Option<String>,
        emergency: bool,
        ratified: Option<String>,
        executed_at: Option<i64>,
    }
}

/// One award of a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Which.
    pub id: AwardId,
    /// On which complaint.
    pub complaint: ComplaintId,
    /// Its reference.
    pub reference: String,
    /// To whom; the name is gone once the person has been erased.
    pub customer: Option<(CustomerId, Option<String>)>,
    /// Its version.
    pub version: i64,
    /// Where it stands.
    pub state: AwardState,
    /// What.
    pub kind: AwardType,
    /// On which ground.
    pub basis: Basis,
    /// How much.
    pub value: Money,
    /// Who asked.
    pub proposed_by: (StaffId, String),
    /// When.
    pub proposed_at: Timestamp,
    /// Who decided.
    pub approved_by: Option<(StaffId, String)>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// For which team.
    pub unit: Option<String>,
    /// Under which grant.
    pub grant: Option<GrantId>,
    /// Over which incident.
    pub incident: Option<String>,
    /// Beyond the limits, to be ratified.
    pub emergency: bool,
    /// What a holder said to that.
    pub ratified: Option<Ratification>,
    /// When it was given.
    pub executed_at: Option<Timestamp>,
}

impl TryFrom<Row> for Listed {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        fn read<T>(what: &str, value: Option<T>) -> Result<T> {
            value.ok_or_else(|| Error::Corrupt(format!("award.{what}")))
        }
        let currency = read("currency", Currency::from_code(&row.currency))?;
        Ok(Self {
            id: AwardId(row.id),
            complaint: ComplaintId(row.complaint),
            reference: row.reference,
            customer: row.customer.map(|id| (CustomerId(id), row.customer_name)),
            version: row.version,
            state: read("state", AwardState::from_code(&row.state))?,
            kind: read("type", AwardType::from_code(&row.kind))?,
            basis: read("basis", Basis::from_code(&row.basis))?,
            value: Money::new(row.amount, currency),
            proposed_by: (StaffId(row.proposed_by), row.proposer),
            proposed_at: Timestamp::from_micros(row.proposed_at),
            approved_by: row.approved_by.zip(row.approver).map(|(id, name)| (StaffId(id), name)),
            decided_at: row.decided_at.map(Timestamp::from_micros),
            unit: row.unit,
            grant: row.grant_id.map(GrantId),
            incident: row.incident,
            emergency: row.emergency,
            ratified: row.ratified.as_deref().and_then(Ratification::from_code),
            executed_at: row.executed_at.map(Timestamp::from_micros),
        })
    }
}

/// Awards on complaints the reader may know of, the newest proposal first; one more than the limit when there are more.
///
/// # Errors
/// The database could not.
pub async fn page(tx: &mut Tx<'_>, reader: &Staff, query: &Query) -> Result<Vec<Listed>> {
    let rows: Vec<Row> = on!(tx, |c| {
        let mut sql = QueryBuilder::<Db>::new(
            "select a.id, a.complaint, c.reference, c.customer, k.name as customer_name, a.version, a.state, \
             a.type as kind, a.basis, a.currency, a.amount, a.proposed_by, p.name as proposer, a.proposed_at, \
             a.approved_by, v.name as approver, a.decided_at, a.unit, a.grant_id, a.incident, a.emergency, a.ratified, \
             a.executed_at from award a join complaint c on c.id = a.complaint join staff p on p.id = a.proposed_by \
             left join staff v on v.id = a.approved_by left join customer k on k.id = c.customer where 1 = 1",
        );
        visible(&mut sql, reader);
        conditions(&mut sql, query);
        if let Some((at, id)) = query.cursor {
            sql.push(" and (a.proposed_at, a.id) < (").push_bind(at.micros()).push(", ");
            sql.push_bind(id.0).push(")");
        }
        sql.push(" order by a.proposed_at desc, a.id desc limit ").push_bind(query.limit);
        sql.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(Listed::try_from).collect()
}

/// The bounds of a query, but for its cursor.
pub(super) fn conditions<DB>(sql: &mut QueryBuilder<DB>, query: &Query)
where
    DB: sqlx::Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> &'q str: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    if !query.states.is_empty() {
        sql.push(" and a.state in (");
        let mut list = sql.separated(", ");
        for state in &query.states {
            list.push_bind(state.code());
        }
        sql.push(")");
    }
    let ids = [
        ("a.complaint", query.complaint.map(|id| id.0)),
        ("c.customer", query.customer.map(|id| id.0)),
        ("a.proposed_by", query.proposed_by.map(|id| id.0)),
        ("a.approved_by", query.approved_by.map(|id| id.0)),
        ("a.grant_id", query.grant.map(|id| id.0)),
    ];
    for (column, id) in ids {
        if let Some(id) = id {
            sql.push(format!(" and {column} = ")).push_bind(id);
        }
    }
    let words = [
        ("a.currency", query.currency.map(|c| c.code().to_owned())),
        ("a.type", query.kind.map(|k| k.code().to_owned())),
        ("a.basis", query.basis.map(|b| b.code().to_owned())),
        ("a.incident", query.incident.clone()),
    ];
    for (column, word) in words {
        if let Some(word) = word {
            sql.push(format!(" and {column} = ")).push_bind(word);
        }
    }
    if query.unratified {
        sql.push(" and a.emergency and a.ratified is null and a.decided_at is not null");
    }
    if let Some(from) = query.decided_from {
        sql.push(" and a.decided_at >= ").push_bind(from.micros());
    }
    if let Some(to) = query.decided_to {
        sql.push(" and a.decided_at < ").push_bind(to.micros());
    }
    cut(sql, &query.cut);
}

/// The last step of a grant before an approval, in the ledger's order.
const STOPPED: &str = " and exists (with recursive up (id, parent) as (\
     select g.id, g.parent from authority_grant g where g.id = a.grant_id \
     union all select g.id, g.parent from authority_grant g join up on g.id = up.parent) \
     select 1 from up join authority_grant g on g.id = up.id join award_usage u on u.award = a.id \
     where g.valid_until <= u.taken_at or g.valid_from > u.taken_at or coalesce((select l.kind from ledger l \
     where l.subject = g.id and l.seq < u.taken and l.kind in \
     ('grant_written', 'grant_activated', 'grant_suspended', 'grant_resumed', 'grant_revoked') \
     order by l.seq desc limit 1), '') not in ('grant_activated', 'grant_resumed'))";

fn cut<DB>(sql: &mut QueryBuilder<DB>, cut: &Cut)
where
    DB: sqlx::Database,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    const DAY: i64 = 86_400_000_000;
    match cut.unit.as_deref() {
        None => {}
        Some("") => {
            sql.push(" and a.unit is null");
        }
        Some(unit) => {
            sql.push(" and a.unit = ").push_bind(unit.to_owned());
        }
    }
    let primary = "exists (select 1 from cause_tag t join cause z on z.id = t.cause where t.complaint = a.complaint \
                   and t.current and t.role = 'primary'";
    match cut.cause.as_deref() {
        None => {}
        Some("") => {
            sql.push(" and not ").push(primary).push(")");
        }
        Some(code) => {
            sql.push(" and ").push(primary).push(" and z.code = ").push_bind(code.to_owned()).push(")");
        }
    }
    if let Some(most) = cut.at_most {
        sql.push(" and a.amount <= ").push_bind(most);
    }
    if cut.own {
        sql.push(" and a.approved_by = a.proposed_by");
    }
    if cut.near {
        sql.push(
            " and exists (select 1 from authority_grant g where g.id = a.grant_id and a.amount <= g.ceiling \
             and a.amount >= g.ceiling - g.ceiling / 10 and g.ceiling < 9223372036854775807)",
        );
    }
    if cut.not_in_force {
        sql.push(STOPPED);
    }
    if let Some((days, now)) = cut.late {
        sql.push(" and a.state in ('accepted', 'executed') and coalesce(a.executed_at, ")
            .push_bind(now.micros());
        sql.push(
            ") - (select max(l.at) from ledger l where l.subject = a.id and l.kind = 'award_accepted') > ",
        );
        sql.push_bind(days.saturating_mul(DAY));
    }
}
