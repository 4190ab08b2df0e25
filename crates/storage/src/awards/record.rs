//! What awards leave behind beside the complaint: a row to be found by, what they take up, a line of the ledger for each
//! step, a timer.

use firsthand_domain::Step;
use firsthand_domain::award::Award;
use firsthand_domain::code::AwardState;
use firsthand_domain::complaint::{Complaint, award_of};
use firsthand_domain::history::{Actor, Fact, Texts};
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use super::texts_of;
use crate::database::Tx;
use crate::ledger::{self, Line, Personal};
use crate::statement::same;
use crate::writer::Unit;
use crate::{Result, timers};

statements! {
    ROW = same(
        "insert into award (id, complaint, version, state, type, basis, currency, amount, proposed_by, proposed_at, \
         approved_by, decided_at, unit, grant_id, incident, emergency, ratified, executed_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) \
         on conflict (id) do update set version = excluded.version, state = excluded.state, amount = excluded.amount, \
         approved_by = excluded.approved_by, decided_at = excluded.decided_at, unit = excluded.unit, \
         grant_id = excluded.grant_id, emergency = excluded.emergency, ratified = excluded.ratified, \
         executed_at = excluded.executed_at"
    );
    ROWS_OF = same(
        "select id, complaint, version, state, type as kind, basis, currency, amount, proposed_by, proposed_at, approved_by, \
         decided_at, unit, grant_id, incident, emergency, ratified, executed_at from award where complaint = $1 order by id"
    );
    TAKE = same(
        "insert into award_usage (award, taken, taken_at, complaint, customer, holder, unit, incident, currency, amount, \
         freed, holder_freed) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 9223372036854775807, 9223372036854775807)"
    );
    CITE = same("insert into award_citation (award, grant_id) values ($1, $2) on conflict do nothing");
    FREE = same("update award_usage set freed = $2, holder_freed = $2 where award = $1 and freed = 9223372036854775807");
    FREE_CUSTOMER = same("update award_usage set freed = $2 where award = $1 and freed = 9223372036854775807");
}

/// Keeps what the steps did to awards. `after` is the complaint after all of them.
pub(crate) async fn record(unit: &mut Unit<'_>, after: &Complaint, steps: &[Step]) -> Result<()> {
    let mut seen: Vec<Uuid> = Vec::new();
    for award in steps.iter().filter_map(|s| award_of(&s.entry.fact)).filter_map(|id| after.award(id)) {
        if !seen.contains(&award.id.0) {
            seen.push(award.id.0);
            row(unit, after, award).await?;
        }
    }
    for step in steps {
        let Some(award) = award_of(&step.entry.fact).and_then(|id| after.award(id)) else { continue };
        let texts = unit_texts(unit, after, award, step).await?;
        let entry = ledger::append(unit, &line(&texts, after, award, step)).await?;
        take_up(unit, after, award, &step.entry.fact, entry).await?;
        if let Fact::AwardApproved { cited, .. } = &step.entry.fact
            && let Some(link) = cited.grant()
        {
            run!(&mut unit.tx, CITE, award.id.0, link.grant.0)?;
        }
        if let Fact::AwardOffered { answer_by, .. } = &step.entry.fact {
            timers::set(unit, timers::Kind::AwardLapses, award.id.0, after.id, *answer_by).await?;
        }
    }
    Ok(())
}

row! {
    /// What is kept of an award to be found by: every column follows from the complaint.
    #[derive(PartialEq)]
    pub(crate) struct AwardRow {
        id: Uuid,
        complaint: Uuid,
        version: i64,
        state: String,
        kind: String,
        basis: String,
        currency: String,
        amount: i64,
        proposed_by: Uuid,
        proposed_at: i64,
        approved_by: Option<Uuid>,
        decided_at: Option<i64>,
        unit: Option<String>,
        grant_id: Option<Uuid>,
        incident: Option<String>,
        emergency: bool,
        ratified: Option<String>,
        executed_at: Option<i64>,
    }
}

impl AwardRow {
    fn of(complaint: &Complaint, award: &Award) -> Self {
        let decision = award.decision();
        Self {
            id: award.id.0,
            complaint: complaint.id.0,
            version: award.version,
            state: award.state.code().to_owned(),
            kind: award.kind.code().to_owned(),
            basis: award.basis.code().to_owned(),
            currency: award.value.currency.code().to_owned(),
            amount: award.value.minor,
            proposed_by: award.proposed_by.0,
            proposed_at: award.proposed_at.micros(),
            approved_by: decision.map(|d| d.by.0),
            decided_at: award.decided_at.map(Timestamp::micros),
            unit: decision.and_then(|d| d.unit.clone()),
            grant_id: decision.and_then(|d| d.cited.grant()).map(|g| g.grant.0),
            incident: award.incident.clone(),
            emergency: award.emergency,
            ratified: award.ratification.map(|r| r.outcome.code().to_owned()),
            executed_at: award.executed_at.map(Timestamp::micros),
        }
    }
}

/// Are the rows of the awards of a complaint what it says?
pub(crate) async fn rows_are_those_of(tx: &mut Tx<'_>, complaint: &Complaint) -> Result<bool> {
    let rows: Vec<AwardRow> = all!(tx, ROWS_OF, complaint.id.0)?;
    let mut expected: Vec<AwardRow> = complaint.awards.iter().map(|a| AwardRow::of(complaint, a)).collect();
    expected.sort_by_key(|row| row.id);
    Ok(rows == expected)
}

async fn row(unit: &mut Unit<'_>, complaint: &Complaint, award: &Award) -> Result<()> {
    let row = AwardRow::of(complaint, award);
    run!(
        &mut unit.tx,
        ROW,
        row.id,
        row.complaint,
        row.version,
        row.state,
        row.kind,
        row.basis,
        row.currency,
        row.amount,
        row.proposed_by,
        row.proposed_at,
        row.approved_by,
        row.decided_at,
        row.unit,
        row.grant_id,
        row.incident,
        row.emergency,
        row.ratified,
        row.executed_at
    )
    .map(drop)
}

async fn take_up(
    unit: &mut Unit<'_>,
    complaint: &Complaint,
    award: &Award,
    fact: &Fact,
    entry: i64,
) -> Result<()> {
    match fact {
        Fact::AwardApproved { complete: true, unit: team, .. } => {
            let Some(by) = award.approvals.last().map(|a| a.by) else { return Ok(()) };
            run!(
                &mut unit.tx,
                TAKE,
                award.id.0,
                entry,
                unit.now.micros(),
                complaint.id.0,
                complaint.customer.map(|c| c.0),
                by.0,
                team.as_deref(),
                award.incident.as_deref(),
                award.value.currency.code(),
                award.value.minor
            )
            .map(drop)
        }
        Fact::AwardReversed { .. } => run!(&mut unit.tx, FREE_CUSTOMER, award.id.0, entry).map(drop),
        Fact::AwardAmended { .. }
        | Fact::AwardHeld { .. }
        | Fact::AwardRefused { .. }
        | Fact::AwardWithdrawn { .. }
        | Fact::AwardDeclined { .. }
        | Fact::AwardLapsed { .. } => run!(&mut unit.tx, FREE, award.id.0, entry).map(drop),
        _ => Ok(()),
    }
}

/// The texts an entry commits to: of an approval those of the terms, so that what is given can be held against them.
async fn unit_texts(unit: &mut Unit<'_>, complaint: &Complaint, award: &Award, step: &Step) -> Result<Texts> {
    if !matches!(step.entry.fact, Fact::AwardApproved { .. }) {
        return Ok(step.text.clone());
    }
    texts_of(&mut unit.tx, complaint.id, award.seq).await
}

/// The texts of a step as an entry commits to them.
pub(super) fn personal(complaint: &Complaint, texts: &Texts) -> Option<Personal> {
    let part = |name: &'static str| Some((name, texts.get(name)?.clone()));
    let parts = ["reason", "payee", "evidence"].into_iter().filter_map(part).collect();
    complaint.customer.map(|customer| Personal { customer, parts })
}

fn line(texts: &Texts, complaint: &Complaint, award: &Award, step: &Step) -> Line {
    let actor = match step.entry.actor {
        Actor::Staff(staff) => Some(staff),
        Actor::System => None,
    };
    let (kind, state) = kind_of(&step.entry.fact, award);
    let mut fields = vec![
        ("complaint", complaint.id.to_string()),
        ("fact", step.entry.seq.to_string()),
        ("type", award.kind.code().to_owned()),
        ("basis", award.basis.code().to_owned()),
        ("currency", award.value.currency.code().to_owned()),
        ("amount", amount(&step.entry.fact, award).to_string()),
        ("state", state.code().to_owned()),
    ];
    if award.emergency {
        fields.push(("emergency", "true".to_owned()));
    }
    fields.extend(award.incident.clone().map(|incident| ("incident", incident)));
    match &step.entry.fact {
        Fact::AwardApproved { cited, unit, complete, .. } => {
            fields.push(("complete", complete.to_string()));
            fields.extend(unit.clone().map(|unit| ("unit", unit)));
            for link in &cited.chain {
                fields.push(("grant", format!("{} {}", link.grant, link.version)));
            }
            for bound in &cited.bounds {
                let days = bound.dimension.days().map(|days| format!(" {days}")).unwrap_or_default();
                let told = format!(
                    "{} {}{days} {} {}",
                    bound.grant,
                    bound.dimension.name(),
                    bound.limit,
                    bound.used
                );
                fields.push(("bound", told));
            }
        }
        Fact::AwardReversed { cited, .. } => {
            fields.extend(cited.grant().map(|link| ("grant", format!("{} {}", link.grant, link.version))));
        }
        Fact::AwardRatified { outcome, .. } => fields.push(("outcome", outcome.code().to_owned())),
        _ => {}
    }
    Line { kind, actor, subject: Some(award.id.0), fields, personal: personal(complaint, texts) }
}

/// The value that a step speaks of; later steps of the same change may have set another.
fn amount(fact: &Fact, award: &Award) -> i64 {
    match fact {
        Fact::AwardProposed { value, .. } | Fact::AwardAmended { value, .. } => value.minor,
        _ => award.value.minor,
    }
}

/// How the ledger names a step, and where the award stands after it.
fn kind_of(fact: &Fact, award: &Award) -> (&'static str, AwardState) {
    match fact {
        Fact::AwardProposed { .. } => ("award_proposed", AwardState::Proposed),
        Fact::AwardAmended { .. } => ("award_amended", AwardState::Proposed),
        // After a review it goes on where it was; within one change nothing follows such an approval.
        Fact::AwardApproved { complete: true, .. } => {
            let on = if award.state.is_committed() && award.state != AwardState::Executed {
                award.state
            } else {
                AwardState::Approved
            };
            ("award_approved", on)
        }
        Fact::AwardApproved { .. } => ("award_approved", AwardState::Proposed),
        Fact::AwardRefused { .. } => ("award_refused", AwardState::Refused),
        Fact::AwardWithdrawn { .. } => ("award_withdrawn", AwardState::Withdrawn),
        Fact::AwardOffered { .. } => ("award_offered", AwardState::Offered),
        Fact::AwardAccepted { .. } => ("award_accepted", AwardState::Accepted),
        Fact::AwardDeclined { .. } => ("award_declined", AwardState::Declined),
        Fact::AwardLapsed { .. } => ("award_lapsed", AwardState::Lapsed),
        Fact::AwardExecuted { .. } => ("award_executed", AwardState::Executed),
        Fact::AwardReversed { .. } => ("award_reversed", AwardState::Reversed),
        Fact::AwardHeld { .. } => ("award_held", AwardState::Held),
        _ => ("award_ratified", award.state),
    }
}
