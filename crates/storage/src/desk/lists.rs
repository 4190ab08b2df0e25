//! The short lists of somebody's first page.

use std::collections::{BTreeMap, BTreeSet};

use firsthand_domain::code::Severity;
use firsthand_domain::complaint::{Complaint, Handoff};
use firsthand_domain::history::Texts;
use firsthand_domain::id::{ComplaintId, CustomerId, HandoffId, PromiseId, StaffId, SuccessionId};
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use sqlx::{Database, QueryBuilder};
use uuid::Uuid;

use crate::database::Tx;
use crate::statement::same;
use crate::{Error, Result, staff};

statements! {
    /// What waits for the reader's answer, what they wait for, what they owe; so many of each kind.
    PARTS = same("select 'handoff' as kind, id, complaint, cast(0 as bigint) as due_at from (select id, complaint \
                  from handoff where state = 'offered' and to_staff = $1 order by id limit $2) as a \
                  union all select 'succession', id, complaint, 0 from (select id, complaint from succession \
                  where state = 'offered' and to_staff = $1 order by id limit $2) as b \
                  union all select 'pending', id, complaint, 0 from (select id, complaint from handoff \
                  where state = 'offered' and from_staff = $1 order by id limit $2) as c \
                  union all select 'promise', id, complaint, due_at from (select id, complaint, due_at from promise \
                  where state in ('made', 'broken') and responsible = $1 order by due_at, id limit $2) as d");
}

packed_row! {
    struct Row {
        reference: String,
        summary: Option<String>,
        state: String,
        name: Option<String>,
        language: Option<String>,
    }
}
packed_row! {
    struct Part {
        kind: String,
        id: Uuid,
        complaint: Uuid,
        due_at: i64,
    }
}
packed_row! {
    struct TextRow {
        complaint: Uuid,
        seq: i64,
        body: String,
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
    let rows: Vec<Row> = among_packed!(
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
    let rows: Vec<TextRow> = built_packed!(tx, |Db| those::<Db>(facts))?;
    rows.into_iter()
        .map(|row| Ok(((ComplaintId(row.complaint), row.seq), serde_json::from_str(&row.body)?)))
        .collect()
}

fn those<DB>(facts: &[(ComplaintId, i64)]) -> QueryBuilder<DB>
where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let mut query = QueryBuilder::new("select complaint, seq, body from fact_text where ");
    let mut list = query.separated(" or ");
    for (complaint, seq) in facts {
        list.push("(complaint = ").push_bind_unseparated(complaint.0);
        list.push_unseparated(" and seq = ").push_bind_unseparated(*seq).push_unseparated(")");
    }
    query
}

/// The short lists of somebody's first page.
#[derive(Debug, Clone, Default)]
pub struct ShortLists {
    /// What waits for their answer, the oldest first.
    pub offered: Vec<Offer>,
    /// What they offered and nobody has taken yet, the oldest first.
    pub pending: Vec<Pending>,
    /// What they owe customers, the soonest due first.
    pub promised: Vec<Promised>,
}

/// Something in one of the lists, before the texts beside it and the names of people are known.
enum Found {
    Offer(OfferKind, StaffId, i64),
    Pending(Handoff),
    Promise(PromiseId, i64, Timestamp),
}

/// Reads the short lists, of so many rows each. All of them in the same few statements: a statement costs more than the
/// rows it finds.
///
/// # Errors
/// The database could not.
pub async fn short_lists(tx: &mut Tx<'_>, reader: &Staff, limit: i64) -> Result<ShortLists> {
    let mut parts: Vec<Part> = all_packed!(tx, PARTS, reader.id.0, limit)?;
    // Offers in the order in which they were made, as their ids tell; what is promised as it is due.
    parts.sort_unstable_by_key(|part| (part.due_at, part.id));
    let known = about(tx, parts.iter().map(|part| part.complaint), reader).await?;
    let mut found = Vec::with_capacity(parts.len());
    for part in &parts {
        // Several parts may be of one complaint.
        let Some((about, state)) = known.get(&part.complaint) else { continue };
        found.push((about, found_in(state, part)?));
    }
    let (mut facts, mut people) = (Vec::new(), Vec::new());
    for (about, part) in &found {
        match part {
            Found::Offer(_, from, seq) => {
                facts.push((about.id, *seq));
                people.push(*from);
            }
            Found::Pending(handoff) => people.push(handoff.to),
            Found::Promise(_, seq, _) => facts.push((about.id, *seq)),
        }
    }
    let (texts, people) = (texts(tx, &facts).await?, staff::people(tx, &people).await?);
    let name = |id: StaffId| people.get(&id).map(|person| person.0.clone()).unwrap_or_default();
    let said = |about: &About, seq: i64, field: &str| texts.get(&(about.id, seq))?.get(field).cloned();
    let mut lists = ShortLists::default();
    for (about, part) in found {
        match part {
            Found::Offer(kind, from, seq) => lists.offered.push(Offer {
                kind,
                from: name(from),
                reason: said(about, seq, "reason"),
                request: said(about, seq, "request"),
                promised: said(about, seq, "promised"),
                about: about.clone(),
            }),
            Found::Pending(handoff) => lists.pending.push(Pending {
                about: about.clone(),
                to: name(handoff.to),
                offered_at: handoff.offered_at,
                answer_by: handoff.answer_by,
            }),
            Found::Promise(id, seq, due_at) => lists.promised.push(Promised {
                about: about.clone(),
                id,
                text: said(about, seq, "text"),
                due_at,
            }),
        }
    }
    // Handoffs and successions are one list.
    lists.offered.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(lists)
}

fn found_in(state: &Complaint, part: &Part) -> Result<Found> {
    let id = part.id;
    let handoff = || state.handoffs.iter().find(|h| h.id.0 == id);
    let found = match part.kind.as_str() {
        "handoff" => handoff().map(|h| Found::Offer(OfferKind::Handoff(h.id, h.answer_by), h.from, h.seq)),
        "succession" => {
            let succession = state.successions.iter().find(|s| s.id.0 == id);
            succession.map(|s| Found::Offer(OfferKind::Succession(s.id), s.from, s.seq))
        }
        "pending" => handoff().cloned().map(Found::Pending),
        _ => {
            let promise = state.promises.iter().find(|p| p.id.0 == id);
            promise.map(|p| Found::Promise(p.id, p.seq, Timestamp::from_micros(part.due_at)))
        }
    };
    found.ok_or_else(|| Error::Corrupt(format!("the {} {id}", part.kind)))
}
