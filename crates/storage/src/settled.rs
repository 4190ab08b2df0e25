//! What settled complaints: shown beside a new one that tells much the same.

use std::collections::BTreeMap;

use firsthand_domain::code::{AwardState, Finding};
use firsthand_domain::complaint::Complaint;
use firsthand_domain::id::{CauseId, ComplaintId};
use firsthand_domain::money::Money;
use uuid::Uuid;

use crate::database::Tx;
use crate::{Error, Result};

/// How one complaint was settled, as far as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settled {
    /// What was found in the end.
    pub decision: Option<Finding>,
    /// The primary cause: its id, code, and names by language tag.
    pub cause: Option<(CauseId, String, BTreeMap<String, String>)>,
    /// What was given, one sum for each currency.
    pub given: Vec<Money>,
    /// Whole days from receipt to the end; nothing while it is open.
    pub days: Option<i64>,
}

const DAY: i64 = 86_400_000_000;

/// What settled each of these; the reader must be known to see them.
///
/// # Errors
/// The database could not, or a state does not read back.
pub async fn of(tx: &mut Tx<'_>, ids: &[ComplaintId]) -> Result<BTreeMap<ComplaintId, Settled>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let states: Vec<(Uuid, String)> = among!(tx, "select id, state from complaint where id in (", ids, ")")?;
    let complaints = states
        .iter()
        .map(|(_, state)| serde_json::from_str(state).map_err(Error::from))
        .collect::<Result<Vec<Complaint>>>()?;
    let tagged: Vec<CauseId> = complaints.iter().filter_map(|c| Some(c.primary_cause()?.cause)).collect();
    let mut causes = BTreeMap::new();
    if !tagged.is_empty() {
        let rows: Vec<(Uuid, String, String)> =
            among!(tx, "select id, code, name from cause where id in (", &tagged, ")")?;
        for (id, code, name) in rows {
            causes.insert(CauseId(id), (code, serde_json::from_str(&name)?));
        }
    }
    let settled = complaints.iter().map(|c| {
        let cause = c.primary_cause().and_then(|tag| {
            let (code, name): &(String, BTreeMap<String, String>) = causes.get(&tag.cause)?;
            Some((tag.cause, code.clone(), name.clone()))
        });
        let (decision, given) = (c.decisions.last().map(|d| d.outcome), given(c));
        let days = c.closed_at.map(|at| (at.micros() - c.received_at.micros()) / DAY);
        (c.id, Settled { decision, cause, given, days })
    });
    Ok(settled.collect())
}

/// What the customer was given and kept, one sum for each currency.
fn given(c: &Complaint) -> Vec<Money> {
    let mut given: Vec<Money> = Vec::new();
    for award in c.awards.iter().filter(|award| award.state == AwardState::Executed) {
        match given.iter_mut().find(|sum| sum.currency == award.value.currency) {
            Some(sum) => sum.minor = sum.minor.saturating_add(award.value.minor),
            None => given.push(award.value),
        }
    }
    given
}
