//! A complaint as people read it: the state, with the names and texts it points to.

use std::collections::{BTreeMap, BTreeSet};

use firsthand_domain::complaint::Complaint;
use firsthand_domain::history::{Texts, point_field};
use firsthand_domain::id::{CauseId, ComplaintId, CustomerId, PointId, StaffId};
use firsthand_domain::time::Timestamp;
use sqlx::{Database, QueryBuilder};
use uuid::Uuid;

use crate::complaints::{self, Referenced};
use crate::database::Tx;
use crate::{Error, Result};

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

    fn take(&mut self, row: Row) -> Result<()> {
        let Row { kind, id, seq, text, more, other } = row;
        let (kind, corrupt) = (kind.as_str(), || Error::Corrupt(format!("{kind} {id} of a view")));
        if kind == "customer" {
            // The name is gone once the person has been erased.
            self.customers.insert(CustomerId(id), text);
            return Ok(());
        }
        let text = text.ok_or_else(corrupt)?;
        match kind {
            "text" => {
                let texts: Texts = serde_json::from_str(&text)?;
                read_points(&texts, &mut self.points);
                if id == self.complaint.id.0 {
                    self.texts.insert(seq, texts);
                }
            }
            "person" => {
                self.people.insert(StaffId(id), text);
            }
            "stands_in" => {
                let substitute = StaffId(other.ok_or_else(corrupt)?);
                self.people.insert(substitute, text);
                self.substitutes.insert(StaffId(id), substitute);
            }
            "cause" => {
                let code = more.ok_or_else(corrupt)?;
                self.causes.insert(CauseId(id), (code, serde_json::from_str(&text)?));
            }
            "complaint" => {
                self.references.insert(ComplaintId(id), text);
            }
            _ => return Err(corrupt()),
        }
        Ok(())
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
    let around = Around::of(&complaint, now);
    let rows: Vec<Row> = built_packed!(tx, |Db| around.statement::<Db>())?;
    let mut view = View {
        reference,
        texts: BTreeMap::new(),
        points: BTreeMap::new(),
        people: BTreeMap::new(),
        substitutes: BTreeMap::new(),
        customers: BTreeMap::new(),
        causes: BTreeMap::new(),
        references: BTreeMap::new(),
        complaint,
    };
    for row in rows {
        view.take(row)?;
    }
    Ok(view)
}

/// Everything around a complaint is asked for in one statement: a statement costs more than the rows it finds.
#[derive(Debug)]
pub struct Around {
    /// Texts of these: itself, and those merged into it.
    pub complaints: Vec<ComplaintId>,
    /// Names of these.
    pub people: Vec<StaffId>,
    /// Who stands in for these.
    pub owners: Vec<StaffId>,
    /// At this instant.
    pub now: Timestamp,
    /// Names of these.
    pub customers: Vec<CustomerId>,
    /// Codes and names of these.
    pub causes: Vec<CauseId>,
    /// References of these.
    pub others: Vec<ComplaintId>,
}

packed_row! {
    struct Row {
        kind: String,
        id: Uuid,
        seq: i64,
        text: Option<String>,
        more: Option<String>,
        other: Option<Uuid>,
    }
}

impl Around {
    fn of(complaint: &Complaint, now: Timestamp) -> Self {
        let merged = complaint.merged.iter().map(|m| m.complaint);
        let mut others: BTreeSet<ComplaintId> = complaint.links.iter().map(|l| l.to).collect();
        others.extend(merged.clone());
        others.extend(complaint.merged_into);
        let tagged: BTreeSet<CauseId> = complaint.causes.iter().map(|t| t.cause).collect();
        let owners: BTreeSet<StaffId> = [complaint.first_contact, complaint.handler].into();
        Self {
            complaints: std::iter::once(complaint.id).chain(merged).collect(),
            people: people_in(complaint),
            owners: owners.into_iter().collect(),
            now,
            customers: complaint.customers(),
            causes: tagged.into_iter().collect(),
            others: others.into_iter().collect(),
        }
    }

    /// The one statement, one text for both engines.
    pub fn statement<DB>(&self) -> QueryBuilder<DB>
    where
        DB: Database,
        for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
        for<'q> i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    {
        let mut sql = QueryBuilder::<DB>::new(
            "select 'text' as kind, complaint as id, seq, body as text, null as more, cast(null as uuid) as other \
             from fact_text where complaint",
        );
        among(&mut sql, self.complaints.iter().map(|id| id.0));
        sql.push(" union all select 'person', id, 0, name, null, null from staff where id");
        among(&mut sql, self.people.iter().map(|id| id.0));
        // Of two absences at once, what was recorded last.
        sql.push(
            " union all select 'stands_in', a.staff, 0, s.name, null, a.substitute from absence a \
             join staff s on s.id = a.substitute where a.starts_at <= ",
        );
        sql.push_bind(self.now.micros()).push(" and a.ends_at > ").push_bind(self.now.micros());
        sql.push(" and not exists (select 1 from absence b where b.staff = a.staff and b.starts_at <= ");
        sql.push_bind(self.now.micros()).push(" and b.ends_at > ").push_bind(self.now.micros());
        sql.push(" and (b.recorded_at, b.id) > (a.recorded_at, a.id)) and a.staff");
        among(&mut sql, self.owners.iter().map(|id| id.0));
        if !self.customers.is_empty() {
            sql.push(" union all select 'customer', id, 0, name, null, null from customer where id");
            among(&mut sql, self.customers.iter().map(|id| id.0));
        }
        if !self.causes.is_empty() {
            sql.push(" union all select 'cause', id, 0, name, code, null from cause where id");
            among(&mut sql, self.causes.iter().map(|id| id.0));
        }
        if !self.others.is_empty() {
            sql.push(" union all select 'complaint', id, 0, reference, null, null from complaint where id");
            among(&mut sql, self.others.iter().map(|id| id.0));
        }
        sql
    }
}

fn among<DB>(sql: &mut QueryBuilder<DB>, ids: impl Iterator<Item = Uuid>)
where
    DB: Database,
    for<'q> Uuid: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    sql.push(" in (");
    let mut list = sql.separated(", ");
    for id in ids {
        list.push_bind(id);
    }
    sql.push(")");
}

fn people_in(c: &Complaint) -> Vec<StaffId> {
    let mut all: BTreeSet<StaffId> = [c.first_contact, c.handler, c.logged_by].into();
    all.extend(c.about_staff);
    all.extend(c.handoffs.iter().flat_map(|h| [h.from, h.to]));
    all.extend(c.successions.iter().flat_map(|s| [s.from, s.to]));
    all.extend(c.replies.iter().flat_map(|r| [r.by, r.on_behalf_of]));
    all.extend(c.promises.iter().map(|p| p.responsible));
    all.extend(c.decisions.iter().map(|d| d.by));
    all.extend(c.attachments.iter().map(|a| a.by));
    for award in &c.awards {
        all.extend(award.askers());
        all.extend(award.approvals.iter().map(|a| a.by));
        all.extend(award.executed_by);
        all.extend(award.ratification.map(|r| r.by));
    }
    all.into_iter().collect()
}

fn read_points(texts: &Texts, points: &mut BTreeMap<PointId, String>) {
    let prefix = point_field(PointId(Uuid::nil())).replace(&Uuid::nil().to_string(), "");
    for (field, text) in texts {
        if let Some(id) = field.strip_prefix(&prefix).and_then(|id| id.parse().ok()) {
            points.insert(id, text.clone());
        }
    }
}
