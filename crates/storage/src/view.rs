//! A complaint as people read it: the state, with the names and texts it points to.

use std::collections::{BTreeMap, BTreeSet};

use firsthand_domain::complaint::Complaint;
use firsthand_domain::history::{Texts, point_field};
use firsthand_domain::id::{CauseId, ComplaintId, CustomerId, PointId, StaffId};
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use crate::complaints::{self, Referenced};
use crate::database::Tx;
use crate::statement::same;
use crate::{Error, Result, absences, causes, customers, staff};

statements! {
    TEXTS = same("select seq, body from fact_text where complaint = $1");
}

/// A complaint with everything a page or an answer shows.
#[derive(Debug, Clone)]
pub struct View {
    /// As `C-2026-000123`.
    pub reference: String,
    /// The state.
    pub complaint: Complaint,
    /// Text by the fact beside which it is kept.
    pub texts: BTreeMap<i64, Texts>,
    /// Text of the points, those of merged complaints too.
    pub points: BTreeMap<PointId, String>,
    /// Names of the people in it.
    pub people: BTreeMap<StaffId, String>,
    /// Who stands in for those of them who are away now.
    pub substitutes: BTreeMap<StaffId, StaffId>,
    /// Names of the customers in it; gone for those who were erased.
    pub customers: BTreeMap<CustomerId, Option<String>>,
    /// Codes and names of the causes in it.
    pub causes: BTreeMap<CauseId, (String, BTreeMap<String, String>)>,
    /// References of the complaints it points to.
    pub references: BTreeMap<ComplaintId, String>,
}

impl View {
    /// One text beside a fact.
    #[must_use]
    pub fn text(&self, seq: i64, field: &str) -> Option<&str> {
        self.texts.get(&seq)?.get(field).map(String::as_str)
    }
}

/// The view of a complaint by its id.
///
/// # Errors
/// The database could not.
pub async fn by_id(tx: &mut Tx<'_>, id: ComplaintId, now: Timestamp) -> Result<Option<View>> {
    match complaints::read(tx, id).await? {
        Some(found) => of(tx, found, now).await.map(Some),
        None => Ok(None),
    }
}

/// The view of a complaint that has been read.
///
/// # Errors
/// The database could not.
pub async fn of(tx: &mut Tx<'_>, found: Referenced, now: Timestamp) -> Result<View> {
    let Referenced { reference, complaint } = found;
    let texts = texts_of(tx, complaint.id).await?;
    let mut points = BTreeMap::new();
    read_points(&texts, &mut points);
    for merged in &complaint.merged {
        read_points(&texts_of(tx, merged.complaint).await?, &mut points);
    }
    let mut people = staff::people(tx, &people_in(&complaint)).await?;
    let owners = [complaint.first_contact, complaint.handler];
    let substitutes = absences::substitutes(tx, &owners, now).await?;
    let standing_in: Vec<StaffId> = substitutes.values().copied().collect();
    people.extend(staff::people(tx, &standing_in).await?);
    let customers = customers::names(tx, &complaint.customers()).await?;
    let tagged: BTreeSet<CauseId> = complaint.causes.iter().map(|t| t.cause).collect();
    let causes = causes::names(tx, &tagged.into_iter().collect::<Vec<_>>()).await?;
    let mut others: BTreeSet<ComplaintId> = complaint.links.iter().map(|l| l.to).collect();
    others.extend(complaint.merged.iter().map(|m| m.complaint));
    others.extend(complaint.merged_into);
    let references = references(tx, &others.into_iter().collect::<Vec<_>>()).await?;
    Ok(View {
        reference,
        texts,
        points,
        people: people.into_iter().map(|(id, (name, _))| (id, name)).collect(),
        substitutes,
        customers,
        causes,
        references,
        complaint,
    })
}

fn people_in(c: &Complaint) -> Vec<StaffId> {
    let mut all: BTreeSet<StaffId> = [c.first_contact, c.handler, c.logged_by].into();
    all.extend(c.about_staff);
    all.extend(c.handoffs.iter().flat_map(|h| [h.from, h.to]));
    all.extend(c.successions.iter().flat_map(|s| [s.from, s.to]));
    all.extend(c.replies.iter().flat_map(|r| [r.by, r.on_behalf_of]));
    all.extend(c.promises.iter().map(|p| p.responsible));
    all.extend(c.decisions.iter().map(|d| d.by));
    all.into_iter().collect()
}

async fn texts_of(tx: &mut Tx<'_>, id: ComplaintId) -> Result<BTreeMap<i64, Texts>> {
    let rows: Vec<(i64, String)> = all!(tx, TEXTS, id.0)?;
    rows.into_iter().map(|(seq, body)| Ok((seq, serde_json::from_str(&body)?))).collect::<Result<_, Error>>()
}

fn read_points(texts: &BTreeMap<i64, Texts>, points: &mut BTreeMap<PointId, String>) {
    let prefix = point_field(PointId(Uuid::nil())).replace(&Uuid::nil().to_string(), "");
    for (field, text) in texts.values().flatten() {
        if let Some(id) = field.strip_prefix(&prefix).and_then(|id| id.parse().ok()) {
            points.insert(id, text.clone());
        }
    }
}

async fn references(tx: &mut Tx<'_>, ids: &[ComplaintId]) -> Result<BTreeMap<ComplaintId, String>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(Uuid, String)> =
        among!(tx, "select id, reference from complaint where id in (", ids, ")")?;
    Ok(rows.into_iter().map(|(id, reference)| (ComplaintId(id), reference)).collect())
}
