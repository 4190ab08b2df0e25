//! Awards: decided on the complaint, under authority that is read after the head of the ledger is held, so that decisions
//! come one after another and none overspends.

use firsthand_domain::authority::{Claim, NextHolder};
use firsthand_domain::award::{AmendAward, Award, BatchAward, ExecuteAward};
use firsthand_domain::code::AwardState;
use firsthand_domain::complaint::Complaint;
use firsthand_domain::history::Texts;
use firsthand_domain::id::{AwardId, ComplaintId, GrantId, StaffId};
use firsthand_domain::staff::Staff;
use firsthand_domain::text::{Line, Reason};
use firsthand_domain::verb::{Verb, Why};
use firsthand_domain::{AuthorityNeed, Known, Outcome, Refusal};
use uuid::Uuid;

use crate::complaints::{self, Referenced};
use crate::database::Tx;
use crate::statement::{pick, same};
use crate::writer::Unit;
use crate::{Error, Result, ledger, staff};

pub mod inbox;
pub mod list;
pub(crate) mod record;
pub mod reperform;
pub mod report;
pub mod standing;
pub mod usage;

statements! {
    OF_AWARD = same("select complaint from award where id = $1");
    APPROVED = same("select seq, at, kind, actor, subject, body, commitment, prev, hash from ledger \
                     where subject = $1 and kind = 'award_approved' order by seq desc limit 1");
    TEXT = same("select body from fact_text where complaint = $1 and seq = $2");
    /// Two batches at once over the same complaints take them in one order. The one writer of SQLite has no others.
    LOCK = pick("select id from complaint where id = $1", "select id from complaint where id = $1 for update");
    /// Awards not given yet that were ever approved under a grant.
    UNDER_WAY = same("select a.complaint, a.id from award_citation c join award a on a.id = c.award where c.grant_id = $1 \
                      and a.state in ('proposed', 'approved', 'offered', 'accepted', 'held') order by a.complaint, a.id");
}

/// The complaint an award is on.
///
/// # Errors
/// The database could not.
pub async fn complaint_of(tx: &mut Tx<'_>, award: AwardId) -> Result<Option<ComplaintId>> {
    let row: Option<(Uuid,)> = find!(tx, OF_AWARD, award.0)?;
    Ok(row.map(|r| ComplaintId(r.0)))
}

/// The complaint an award is on, with all of it.
///
/// # Errors
/// The database could not.
pub async fn find(tx: &mut Tx<'_>, award: AwardId) -> Result<Option<Referenced>> {
    match complaint_of(tx, award).await? {
        Some(id) => complaints::read(tx, id).await,
        None => Ok(None),
    }
}

/// Holds the head of the ledger, then reads by what an award is decided.
pub(crate) async fn know(
    unit: &mut Unit<'_>,
    actor: Option<&Staff>,
    complaint: Option<&Complaint>,
    customer: Option<firsthand_domain::id::CustomerId>,
    need: &AuthorityNeed,
    known: &mut Known,
) -> Result<()> {
    ledger::hold(unit).await?;
    let Some(actor) = actor else { return Ok(()) };
    known.authority = usage::authority(
        &mut unit.tx,
        actor,
        usage::On { complaint, customer },
        need.currency,
        need.incident.as_deref(),
        unit.now,
    )
    .await?;
    known.related = usage::related(&mut unit.tx, actor.id).await?;
    known.customer_is = usage::customer_is(&mut unit.tx, customer).await?;
    Ok(())
}

/// Does a verb on an award. A refusal of authority is recorded in the ledger, tells who may instead, and is given back;
/// everything else the change did stands.
///
/// # Errors
/// Any other refusal, or the database could not.
pub async fn perform(
    unit: &mut Unit<'_>,
    by: StaffId,
    complaint: ComplaintId,
    verb: &Verb,
    version: Option<i64>,
) -> Result<Result<Outcome, Refusal>> {
    match try_to(unit, by, complaint, verb, version).await {
        Ok(outcome) => Ok(Ok(outcome)),
        Err(Error::Refused(refusal)) if refusal.is_of_authority() => {
            let refusal = with_next_holders(unit, by, complaint, verb, refusal).await?;
            let subject = verb.award().map_or(complaint.0, |award| award.0);
            ledger::note_refusal(unit, by, verb.award_verb(), Some(subject), &refusal).await?;
            Ok(Err(refusal))
        }
        Err(other) => Err(other),
    }
}

async fn try_to(
    unit: &mut Unit<'_>,
    by: StaffId,
    id: ComplaintId,
    verb: &Verb,
    version: Option<i64>,
) -> Result<Outcome> {
    match verb {
        Verb::ExecuteAward(award, body) => is_as_approved(unit, by, id, *award, body).await?,
        Verb::AmendAward(award, body) if body.payee.is_none() => {
            // Whom it goes to stands beside the terms: new terms that do not say keep it.
            let body = AmendAward { payee: payee_of(unit, id, *award).await?, ..body.clone() };
            let verb = Verb::AmendAward(*award, body);
            return complaints::perform(unit, Some(by), id, &verb, version).await;
        }
        _ => {}
    }
    complaints::perform(unit, Some(by), id, verb, version).await
}

/// What is about to be given is what was approved: the amount and the payee of the complaint are those the ledger holds of
/// the approval. A person who was erased since can no longer be held against it.
async fn is_as_approved(
    unit: &mut Unit<'_>,
    by: StaffId,
    id: ComplaintId,
    award: AwardId,
    body: &ExecuteAward,
) -> Result<()> {
    let broken = |differs| Err(Refusal::ApprovalBroken { differs }.into());
    let found = complaints::read(&mut unit.tx, id).await?.ok_or(Refusal::NotFound)?;
    let reader = staff::by_id(&mut unit.tx, by).await?.ok_or(Refusal::ReadOnly)?;
    let complaint = found.complaint;
    let Some(award) = complaint.award(award).filter(|a| a.state == AwardState::Accepted) else {
        return Ok(());
    };
    if !complaint.visible_to(&reader) {
        return Err(Refusal::NotFound.into());
    }
    let texts = texts_of(&mut unit.tx, complaint.id, award.seq).await?;
    if let Some(payee) = &body.payee
        && texts.get("payee").map(String::as_str) != Some(payee.as_str())
    {
        return broken("payee");
    }
    let Some(entry) = ledger::last_of(&mut unit.tx, APPROVED, award.id.0).await? else {
        return broken("record");
    };
    let told = |name: &str| entry.field(name).map(ToOwned::to_owned);
    let value = (award.value.minor.to_string(), award.value.currency.code().to_owned());
    if told("amount") != Some(value.0) || told("currency") != Some(value.1) {
        return broken("value");
    }
    if let Some(personal) = record::personal(&complaint, &texts)
        && ledger::alias(&mut unit.tx, personal.customer).await?.is_some()
        && !ledger::is_committed(&mut unit.tx, &entry, &personal).await?
    {
        return broken("payee");
    }
    Ok(())
}

async fn payee_of(unit: &mut Unit<'_>, id: ComplaintId, award: AwardId) -> Result<Option<Line>> {
    let found = complaints::read(&mut unit.tx, id).await?;
    let Some(award) = found.as_ref().and_then(|f| f.complaint.award(award)) else { return Ok(None) };
    let texts = texts_of(&mut unit.tx, id, award.seq).await?;
    Ok(texts.get("payee").and_then(|payee| Line::parse(payee).ok()))
}

/// The texts beside a fact.
pub(crate) async fn texts_of(tx: &mut Tx<'_>, complaint: ComplaintId, seq: i64) -> Result<Texts> {
    let row: Option<(String,)> = find!(tx, TEXT, complaint.0, seq)?;
    Ok(row.map(|r| serde_json::from_str(&r.0)).transpose()?.unwrap_or_default())
}

async fn with_next_holders(
    unit: &mut Unit<'_>,
    by: StaffId,
    id: ComplaintId,
    verb: &Verb,
    refusal: Refusal,
) -> Result<Refusal> {
    let Refusal::LimitExceeded(mut beyond) = refusal else { return Ok(refusal) };
    let Some(Referenced { complaint, .. }) = complaints::read(&mut unit.tx, id).await? else {
        return Ok(Refusal::LimitExceeded(beyond));
    };
    if let Some(award) = verb.award().and_then(|award| complaint.award(award)) {
        let mut apart = award.askers();
        apart.push(by);
        apart.extend(award.approvals.iter().map(|a| a.by));
        beyond.next_holders = holders_for(&mut unit.tx, &complaint, award, &apart, unit.now).await?;
    }
    Ok(Refusal::LimitExceeded(beyond))
}

/// Who may approve an award, the lowest first, none of those named.
///
/// # Errors
/// The database could not.
pub async fn holders_for(
    tx: &mut Tx<'_>,
    complaint: &Complaint,
    award: &Award,
    apart: &[StaffId],
    now: firsthand_domain::time::Timestamp,
) -> Result<Vec<NextHolder>> {
    let claim = claim_of(tx, complaint, award).await?;
    usage::next_holders(tx, complaint, &claim, award.incident.as_deref(), apart, now).await
}

/// What an award asks for, with what the scope of a grant looks at.
///
/// # Errors
/// The database could not.
pub async fn claim_of(tx: &mut Tx<'_>, complaint: &Complaint, award: &Award) -> Result<Claim> {
    let team = staff::by_id(tx, complaint.first_contact).await?.and_then(|s| s.team);
    let Award { kind, basis, value, incident, .. } = award;
    let case = complaint.case(team);
    Ok(Claim { kind: *kind, basis: *basis, value: *value, batch: incident.is_some(), case })
}

/// One complaint of a batch: which, and what became of it.
pub type BatchRow = (String, Result<(ComplaintId, AwardId, AwardState), Refusal>);

/// The same award on many complaints over one incident, in the order they are named: approved while the caller's authority
/// lasts, to the last unit of it; asked for beyond, so that a higher holder finds it.
///
/// # Errors
/// The database could not. A refusal on one complaint is told beside it.
pub async fn batch(unit: &mut Unit<'_>, by: StaffId, body: &BatchAward) -> Result<Vec<BatchRow>> {
    let mut named = Vec::with_capacity(body.complaints.len());
    for name in &body.complaints {
        named.push((name.to_string(), complaints::id_of(&mut unit.tx, name.as_str()).await?));
    }
    let mut ids: Vec<ComplaintId> = named.iter().filter_map(|(_, id)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    for id in ids {
        let _: Option<(Uuid,)> = find!(&mut unit.tx, LOCK, id.0)?;
    }
    let verb = Verb::ProposeOfBatch(Box::new(body.clone()));
    let (mut rows, mut done) = (Vec::with_capacity(named.len()), Vec::new());
    for (name, id) in named {
        let row = match id {
            None => Err(Refusal::NotFound),
            Some(id) if done.contains(&id) => {
                Err(Refusal::field("complaints", "expected each complaint once"))
            }
            Some(id) => {
                done.push(id);
                let outcome = perform(unit, by, id, &verb, None).await;
                match outcome {
                    Ok(Ok(outcome)) => outcome
                        .complaint
                        .awards
                        .last()
                        .map(|award| (id, award.id, award.state))
                        .ok_or(Refusal::NotFound),
                    Ok(Err(refusal)) | Err(Error::Refused(refusal)) => Err(refusal),
                    Err(other) => return Err(other),
                }
            }
        };
        rows.push((name, row));
    }
    Ok(rows)
}

/// A grant was revoked for cause: what was approved under it, or under what it was passed on as, and is not given yet stops
/// for review.
///
/// # Errors
/// The database could not.
pub(crate) async fn hold_resting_on(
    unit: &mut Unit<'_>,
    grants: &[GrantId],
    reason: &Reason,
) -> Result<usize> {
    // An approval cites the grant it was made under first: the one revoked, or one below it.
    let mut rows: Vec<(Uuid, Uuid)> = Vec::new();
    for grant in grants {
        let under: Vec<(Uuid, Uuid)> = all!(&mut unit.tx, UNDER_WAY, grant.0)?;
        rows.extend(under);
    }
    rows.sort_unstable();
    rows.dedup();
    let mut held = 0;
    for (complaint, award) in rows.into_iter().map(|(c, a)| (ComplaintId(c), AwardId(a))) {
        let found = complaints::read(&mut unit.tx, complaint).await?;
        let award = found.as_ref().and_then(|found| found.complaint.award(award));
        // What was approved before the award was changed or stopped does not count any more.
        let Some(award) = award.filter(|award| grants.iter().any(|grant| award.rests_on(*grant))) else {
            continue;
        };
        let verb = Verb::HoldAward(award.id, Why { reason: reason.clone() });
        complaints::perform(unit, None, complaint, &verb, None).await?;
        held += 1;
    }
    Ok(held)
}
