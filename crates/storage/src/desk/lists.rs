//! The short lists of somebody's first page.

use std::collections::{BTreeMap, BTreeSet};

use firsthand_domain::code::Severity;
use firsthand_domain::complaint::{Complaint, Handoff};
use firsthand_domain::history::Texts;
use firsthand_domain::id::{ComplaintId, CustomerId, HandoffId, PromiseId, StaffId, SuccessionId};
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use sqlx::QueryBuilder;
use uuid::Uuid;

use crate::database::Tx;
use crate::statement::same;
use crate::{Error, Result, staff};

statements! {
    /// Oldest first; ids tell the order in which offers were made.
    OFFERED = same("select id, complaint, kind from (\
                    select id, complaint, 0 as kind from handoff where state = 'offered' and to_staff = $1 union all \
                    select id, complaint, 1 as kind from succession where state = 'offered' and to_staff = $1) as o \
                    order by id limit $2");
    PENDING = same("select id, complaint from handoff where state = 'offered' and from_staff = $1 order by id limit $2");
    PROMISED = same("select id, complaint, due_at from promise where state in ('made', 'broken') and responsible = $1 \
                     order by due_at, id limit $2");
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

/// The complaints of rows, of those the reader may know of; all in one statement, which costs more than the rows it
/// finds.
async fn about(
    tx: &mut Tx<'_>,
    ids: impl Iterator<Item = Uuid>,
    reader: &Staff,
) -> Result<BTreeMap<Uuid, (About, Complaint)>> {
    let ids: BTreeSet<ComplaintId> = ids.map(ComplaintId).collect();
    let mut found = BTreeMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let rows: Vec<Row> = among!(
        tx,
        "select c.reference, c.summary, c.state, k.name, k.language from complaint c \
         left join customer k on k.id = c.customer where c.id in (",
        ids,
        ")"
    )?;
    for row in rows {
        let complaint: Complaint = serde_json::from_str(&row.state)?;
        if !complaint.visible_to(reader) {
            continue;
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
        found.insert(complaint.id.0, (about, complaint));
    }
    Ok(found)
}

/// The texts beside facts.
async fn texts(tx: &mut Tx<'_>, facts: &[(ComplaintId, i64)]) -> Result<BTreeMap<(ComplaintId, i64), Texts>> {
    if facts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(Uuid, i64, String)> = on!(tx, |c| {
        let mut query = QueryBuilder::<Db>::new("select complaint, seq, body from fact_text where ");
        let mut list = query.separated(" or ");
        for (complaint, seq) in facts {
            list.push("(complaint = ").push_bind_unseparated(complaint.0);
            list.push_unseparated(" and seq = ").push_bind_unseparated(*seq).push_unseparated(")");
        }
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter()
        .map(|(id, seq, body)| Ok(((ComplaintId(id), seq), serde_json::from_str(&body)?)))
        .collect()
}

/// What waits for the reader's answer, the oldest first.
///
/// # Errors
/// The database could not.
pub async fn offered(tx: &mut Tx<'_>, reader: &Staff, limit: i64) -> Result<Vec<Offer>> {
    let rows: Vec<(Uuid, Uuid, i32)> = all!(tx, OFFERED, reader.id.0, limit)?;
    let known = about(tx, rows.iter().map(|row| row.1), reader).await?;
    let mut found = Vec::with_capacity(rows.len());
    for (id, complaint, kind) in rows {
        // Two offers may be on one complaint.
        let Some((about, state)) = known.get(&complaint).cloned() else { continue };
        let offer = if kind == 0 {
            let handoff = state.handoffs.iter().find(|h| h.id.0 == id);
            handoff.map(|h| (OfferKind::Handoff(h.id, h.answer_by), h.from, h.seq))
        } else {
            let succession = state.successions.iter().find(|s| s.id.0 == id);
            succession.map(|s| (OfferKind::Succession(s.id), s.from, s.seq))
        };
        found.push((about, offer.ok_or_else(|| Error::Corrupt(format!("the offer {id}")))?));
    }
    let facts: Vec<_> = found.iter().map(|(about, (_, _, seq))| (about.id, *seq)).collect();
    let from: Vec<_> = found.iter().map(|(_, (_, from, _))| *from).collect();
    let (mut texts, people) = (texts(tx, &facts).await?, staff::people(tx, &from).await?);
    let offer = |(about, (kind, from, seq)): (About, (OfferKind, StaffId, i64))| {
        let mut said = texts.remove(&(about.id, seq)).unwrap_or_default();
        Offer {
            kind,
            from: people.get(&from).map(|person| person.0.clone()).unwrap_or_default(),
            reason: said.remove("reason"),
            request: said.remove("request"),
            promised: said.remove("promised"),
            about,
        }
    };
    Ok(found.into_iter().map(offer).collect())
}

/// What the reader offered and nobody has taken yet, the oldest first.
///
/// # Errors
/// The database could not.
pub async fn pending(tx: &mut Tx<'_>, reader: &Staff, limit: i64) -> Result<Vec<Pending>> {
    let rows: Vec<(Uuid, Uuid)> = all!(tx, PENDING, reader.id.0, limit)?;
    // Of a complaint one offer is open at a time.
    let mut known = about(tx, rows.iter().map(|row| row.1), reader).await?;
    let mut found = Vec::with_capacity(rows.len());
    for (id, complaint) in rows {
        let Some((about, state)) = known.remove(&complaint) else { continue };
        let handoff = state.handoffs.into_iter().find(|h| h.id.0 == id);
        found.push((about, handoff.ok_or_else(|| Error::Corrupt(format!("the handoff {id}")))?));
    }
    let to: Vec<_> = found.iter().map(|(_, handoff)| handoff.to).collect();
    let people = staff::people(tx, &to).await?;
    let pending = |(about, handoff): (About, Handoff)| Pending {
        about,
        to: people.get(&handoff.to).map(|person| person.0.clone()).unwrap_or_default(),
        offered_at: handoff.offered_at,
        answer_by: handoff.answer_by,
    };
    Ok(found.into_iter().map(pending).collect())
}

/// What the reader owes customers, the soonest due first.
///
/// # Errors
/// The database could not.
pub async fn promised(tx: &mut Tx<'_>, reader: &Staff, limit: i64) -> Result<Vec<Promised>> {
    let rows: Vec<(Uuid, Uuid, i64)> = all!(tx, PROMISED, reader.id.0, limit)?;
    let known = about(tx, rows.iter().map(|row| row.1), reader).await?;
    let mut found = Vec::with_capacity(rows.len());
    for (id, complaint, due_at) in rows {
        let Some((about, state)) = known.get(&complaint) else { continue };
        let promise = state.promises.iter().find(|p| p.id.0 == id);
        let promise = promise.ok_or_else(|| Error::Corrupt(format!("the promise {id}")))?;
        found.push((about, promise.id, promise.seq, due_at));
    }
    let facts: Vec<_> = found.iter().map(|(about, _, seq, _)| (about.id, *seq)).collect();
    let mut texts = texts(tx, &facts).await?;
    let promised = |(about, id, seq, due_at): (&About, PromiseId, i64, i64)| Promised {
        about: about.clone(),
        id,
        text: texts.remove(&(about.id, seq)).and_then(|mut said| said.remove("text")),
        due_at: Timestamp::from_micros(due_at),
    };
    Ok(found.into_iter().map(promised).collect())
}
