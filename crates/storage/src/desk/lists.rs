//! The short lists of somebody's first page.

use firsthand_domain::code::Severity;
use firsthand_domain::complaint::Complaint;
use firsthand_domain::history::Texts;
use firsthand_domain::id::{ComplaintId, CustomerId, HandoffId, PromiseId, StaffId, SuccessionId};
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use crate::database::Tx;
use crate::statement::same;
use crate::{Error, Result};

statements! {
    /// Oldest first; ids tell the order in which offers were made.
    OFFERED = same("select id, complaint, kind from (\
                    select id, complaint, 0 as kind from handoff where state = 'offered' and to_staff = $1 union all \
                    select id, complaint, 1 as kind from succession where state = 'offered' and to_staff = $1) as o \
                    order by id limit $2");
    PENDING = same("select id, complaint from handoff where state = 'offered' and from_staff = $1 order by id limit $2");
    PROMISED = same("select id, complaint, due_at from promise where state in ('made', 'broken') and responsible = $1 \
                     order by due_at, id limit $2");
    COMPLAINT = same("select c.reference, c.summary, c.state, k.name, k.language from complaint c \
                      left join customer k on k.id = c.customer where c.id = $1");
    TEXT = same("select body from fact_text where complaint = $1 and seq = $2");
    NAME = same("select name from staff where id = $1");
}

row! {
    struct Row {
        reference: String,
        summary: Option<String>,
        state: String,
        name: Option<String>,
        language: Option<String>,
    }
}

/// The complaint a row of a short list is about.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each field is the complaint's own, documented there")]
pub struct About {
    pub id: ComplaintId,
    pub reference: String,
    pub version: i64,
    pub summary: Option<String>,
    pub severity: Severity,
    pub customer: Option<(CustomerId, Option<String>)>,
    pub language: Option<String>,
    pub first_contact: StaffId,
}

/// What is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferKind {
    /// The handling, to be answered by then.
    Handoff(HandoffId, Timestamp),
    /// Every duty of somebody.
    Succession(SuccessionId),
}

/// Something that waits for the reader's answer.
#[derive(Debug, Clone)]
pub struct Offer {
    /// On which complaint.
    pub about: About,
    /// What.
    pub kind: OfferKind,
    /// Who asks.
    pub from: String,
    /// Why.
    pub reason: Option<String>,
    /// What they ask for.
    pub request: Option<String>,
    /// What the customer was told.
    pub promised: Option<String>,
}

/// Something the reader offered and nobody has taken yet.
#[derive(Debug, Clone)]
pub struct Pending {
    /// On which complaint.
    pub about: About,
    /// Who was asked.
    pub to: String,
    /// Since when.
    pub offered_at: Timestamp,
    /// Until when.
    pub answer_by: Timestamp,
}

/// Something the reader owes a customer.
#[derive(Debug, Clone)]
pub struct Promised {
    /// On which complaint.
    pub about: About,
    /// Which.
    pub id: PromiseId,
    /// What, as the customer hears it.
    pub text: Option<String>,
    /// By when.
    pub due_at: Timestamp,
}

/// The complaint of a row, for those who may know of it.
async fn about(tx: &mut Tx<'_>, id: Uuid, reader: &Staff) -> Result<Option<(About, Complaint)>> {
    let row: Option<Row> = find!(tx, COMPLAINT, id)?;
    let row = row.ok_or_else(|| Error::Corrupt(format!("the complaint {id} of a part is not there")))?;
    let complaint: Complaint = serde_json::from_str(&row.state)?;
    if !complaint.visible_to(reader) {
        return Ok(None);
    }
    let about = About {
        id: complaint.id,
        reference: row.reference,
        version: complaint.version,
        summary: row.summary,
        severity: complaint.severity,
        customer: complaint.customer.map(|id| (id, row.name)),
        language: row.language,
        first_contact: complaint.first_contact,
    };
    Ok(Some((about, complaint)))
}

async fn texts(tx: &mut Tx<'_>, complaint: ComplaintId, seq: i64) -> Result<Texts> {
    let row: Option<(String,)> = find!(tx, TEXT, complaint.0, seq)?;
    Ok(row.map(|(body,)| serde_json::from_str(&body)).transpose()?.unwrap_or_default())
}

async fn name(tx: &mut Tx<'_>, id: StaffId) -> Result<String> {
    let row: Option<(String,)> = find!(tx, NAME, id.0)?;
    Ok(row.map(|r| r.0).unwrap_or_default())
}

/// What waits for the reader's answer, the oldest first.
///
/// # Errors
/// The database could not.
pub async fn offered(tx: &mut Tx<'_>, reader: &Staff, limit: i64) -> Result<Vec<Offer>> {
    let rows: Vec<(Uuid, Uuid, i32)> = all!(tx, OFFERED, reader.id.0, limit)?;
    let mut offers = Vec::with_capacity(rows.len());
    for (id, complaint, kind) in rows {
        let Some((about, state)) = about(tx, complaint, reader).await? else { continue };
        let found = if kind == 0 {
            let handoff = state.handoffs.iter().find(|h| h.id.0 == id);
            handoff.map(|h| (OfferKind::Handoff(h.id, h.answer_by), h.from, h.seq))
        } else {
            let succession = state.successions.iter().find(|s| s.id.0 == id);
            succession.map(|s| (OfferKind::Succession(s.id), s.from, s.seq))
        };
        let (kind, from, seq) = found.ok_or_else(|| Error::Corrupt(format!("the offer {id}")))?;
        let mut said = texts(tx, about.id, seq).await?;
        offers.push(Offer {
            kind,
            from: name(tx, from).await?,
            reason: said.remove("reason"),
            request: said.remove("request"),
            promised: said.remove("promised"),
            about,
        });
    }
    Ok(offers)
}

/// What the reader offered and nobody has taken yet, the oldest first.
///
/// # Errors
/// The database could not.
pub async fn pending(tx: &mut Tx<'_>, reader: &Staff, limit: i64) -> Result<Vec<Pending>> {
    let rows: Vec<(Uuid, Uuid)> = all!(tx, PENDING, reader.id.0, limit)?;
    let mut all = Vec::with_capacity(rows.len());
    for (id, complaint) in rows {
        let Some((about, state)) = about(tx, complaint, reader).await? else { continue };
        let handoff = state.handoffs.iter().find(|h| h.id.0 == id);
        let handoff = handoff.ok_or_else(|| Error::Corrupt(format!("the handoff {id}")))?;
        let to = name(tx, handoff.to).await?;
        all.push(Pending { about, to, offered_at: handoff.offered_at, answer_by: handoff.answer_by });
    }
    Ok(all)
}

/// What the reader owes customers, the soonest due first.
///
/// # Errors
/// The database could not.
pub async fn promised(tx: &mut Tx<'_>, reader: &Staff, limit: i64) -> Result<Vec<Promised>> {
    let rows: Vec<(Uuid, Uuid, i64)> = all!(tx, PROMISED, reader.id.0, limit)?;
    let mut all = Vec::with_capacity(rows.len());
    for (id, complaint, due_at) in rows {
        let Some((about, state)) = about(tx, complaint, reader).await? else { continue };
        let promise = state.promises.iter().find(|p| p.id.0 == id);
        let promise = promise.ok_or_else(|| Error::Corrupt(format!("the promise {id}")))?;
        let text = texts(tx, about.id, promise.seq).await?.remove("text");
        all.push(Promised { about, id: promise.id, text, due_at: Timestamp::from_micros(due_at) });
    }
    Ok(all)
}
