//! A decision done again: the limits and sums it cites, reckoned anew from what stood when it was made, with every award
//! that competed.

use firsthand_domain::authority::{Bound, Dimension};
use firsthand_domain::award::{Approval, Award};
use firsthand_domain::complaint::{Complaint, fold};
use firsthand_domain::id::{AwardId, ComplaintId, CustomerId, StaffId};
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use super::usage::{About, At, case_of, competing};
use crate::database::Tx;
use crate::statement::{pick, same};
use crate::{Result, complaints};

statements! {
    /// The entries of the approvals of an award, oldest first.
    ENTRIES = same("select seq, body from ledger where subject = $1 and kind = 'award_approved' order by seq");
    /// Everyone who was the same person before an entry of the ledger, by the merges that stood then.
    FAMILY_THEN = pick(
        "with recursive near (id, depth) as (select $1, 0 union \
         select case when m.customer = near.id then m.into_customer else m.customer end, near.depth + 1 \
         from customer_merge m join near on near.id = m.customer or near.id = m.into_customer \
         where m.merged_entry < $2 and (m.undone_at is null or m.undone_entry > $2) and near.depth < 32) \
         select distinct id from near",
        "with recursive near (id, depth) as (select cast($1 as uuid), 0 union \
         select case when m.customer = near.id then m.into_customer else m.customer end, near.depth + 1 \
         from customer_merge m join near on near.id = m.customer or near.id = m.into_customer \
         where m.merged_entry < $2 and (m.undone_at is null or m.undone_entry > $2) and near.depth < 32) \
         select distinct id from near",
    );
}

/// One award that competed.
#[derive(Debug, Clone)]
pub struct Competing {
    /// Which.
    pub award: AwardId,
    /// On which complaint.
    pub complaint: ComplaintId,
    /// Its reference.
    pub reference: String,
    /// Who approved it.
    pub holder: StaffId,
    /// When.
    pub at: Timestamp,
    /// How much, in minor units.
    pub amount: i64,
}

/// One limit as cited, and what is found now for that instant.
#[derive(Debug, Clone)]
pub struct Reckoned {
    /// As cited.
    pub bound: Bound,
    /// The sum of what competed.
    pub used: i64,
    /// What competed, oldest first.
    pub competing: Vec<Competing>,
}

impl Reckoned {
    /// Is what was cited what is found?
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.used == self.bound.used || self.bound.dimension == Dimension::Award
    }
}

/// An approval done again.
#[derive(Debug, Clone)]
pub struct Reperformed {
    /// As cited.
    pub approval: Approval,
    /// Its entry in the ledger; nothing when it has none, which is a fault.
    pub entry: Option<i64>,
    /// Its limits.
    pub bounds: Vec<Reckoned>,
}

impl Reperformed {
    /// Is everything that was cited what is found, in the ledger too?
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.entry.is_some() && self.bounds.iter().all(Reckoned::agrees)
    }
}

/// Does the approvals of an award again.
///
/// # Errors
/// The database could not.
pub async fn reperform(tx: &mut Tx<'_>, complaint: &Complaint, award: &Award) -> Result<Vec<Reperformed>> {
    let entries: Vec<(i64, String)> = all!(tx, ENTRIES, award.id.0)?;
    let mut done = Vec::new();
    for approval in &award.approvals {
        let mine = entries.iter().find(|(_, body)| names_fact(body, approval.seq));
        let entry = mine.map(|(seq, _)| *seq);
        let bounds = match entry {
            Some(entry) => reckon(tx, complaint, award, approval, entry).await?,
            None => Vec::new(),
        };
        done.push(Reperformed { approval: approval.clone(), entry, bounds });
    }
    Ok(done)
}

fn names_fact(body: &str, seq: i64) -> bool {
    let pairs: Vec<(String, String)> = serde_json::from_str(body).unwrap_or_default();
    pairs.iter().any(|(name, value)| name == "fact" && *value == seq.to_string())
}

async fn reckon(
    tx: &mut Tx<'_>,
    complaint: &Complaint,
    award: &Award,
    approval: &Approval,
    entry: i64,
) -> Result<Vec<Reckoned>> {
    let at = At { now: approval.at, entry };
    let about = About {
        case: case_then(tx, complaint, approval.seq).await?,
        family: family_then(tx, complaint.customer, entry).await?,
        holder: approval.by,
        unit: approval.unit.as_deref(),
        incident: award.incident.as_deref(),
        currency: award.value.currency,
    };
    let mut all: Vec<Reckoned> = Vec::new();
    for bound in &approval.cited.bounds {
        // Several grants of a chain may limit the same sum: it is found once.
        let known = all.iter().find(|r| r.bound.dimension == bound.dimension).map(|r| r.competing.clone());
        let competing = match known {
            Some(known) => known,
            None if about.has(bound.dimension) => competing_then(tx, &about, bound.dimension, at).await?,
            None => Vec::new(),
        };
        all.push(Reckoned { bound: *bound, used: competing.iter().map(|c| c.amount).sum(), competing });
    }
    Ok(all)
}

/// The complaint and what was merged into it when a fact was made.
async fn case_then(tx: &mut Tx<'_>, complaint: &Complaint, seq: i64) -> Result<Vec<ComplaintId>> {
    let history = complaints::history(tx, complaint.id, 0, seq).await?;
    let entries: Vec<_> = history.into_iter().map(|item| item.entry).filter(|e| e.seq <= seq).collect();
    Ok(fold(complaint.id, &entries).map_or_else(|| vec![complaint.id], |then| case_of(&then)))
}

async fn family_then(tx: &mut Tx<'_>, customer: Option<CustomerId>, entry: i64) -> Result<Vec<CustomerId>> {
    let Some(customer) = customer else { return Ok(Vec::new()) };
    let rows: Vec<(Uuid,)> = all!(tx, FAMILY_THEN, customer.0, entry)?;
    Ok(rows.into_iter().map(|r| CustomerId(r.0)).collect())
}

async fn competing_then(
    tx: &mut Tx<'_>,
    about: &About<'_>,
    dimension: Dimension,
    at: At,
) -> Result<Vec<Competing>> {
    let rows: Vec<(Uuid, Uuid, String, Uuid, i64, i64)> = on!(tx, |c| {
        let mut sql = sqlx::QueryBuilder::<Db>::new(
            "select u.award, u.complaint, c.reference, u.holder, u.taken_at, u.amount from (select * from award_usage where ",
        );
        competing(&mut sql, about, dimension, at);
        sql.push(") u join complaint c on c.id = u.complaint order by u.taken");
        sql.build_query_as().fetch_all(c).await
    })?;
    let read =
        |(award, complaint, reference, holder, at, amount): (Uuid, Uuid, String, Uuid, i64, i64)| Competing {
            award: AwardId(award),
            complaint: ComplaintId(complaint),
            reference,
            holder: StaffId(holder),
            at: Timestamp::from_micros(at),
            amount,
        };
    Ok(rows.into_iter().map(read).collect())
}
