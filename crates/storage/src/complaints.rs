//! Complaints: load, let the domain decide, append the facts, update the row.

use firsthand_domain::code::Role;
use firsthand_domain::complaint::Complaint;
use firsthand_domain::history::{Actor, Entry, Texts};
use firsthand_domain::id::{ComplaintId, CustomerId, StaffId, SuccessionId};
use firsthand_domain::refusal::NotAReceiver;
use firsthand_domain::staff::{OfferSuccessions, Staff};
use firsthand_domain::text::{Line, Narrative};
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::{Log, OfferSuccession, Verb};
use firsthand_domain::{AuthorityNeed, Context, Intake, Known, Logged, Needs, Outcome, Refusal, Step};
use uuid::Uuid;

use crate::customers::Customer;
use crate::database::Tx;
use crate::statement::{keepable, pick, same};
use crate::writer::Unit;
use crate::{
    Error, Result, attachments, awards, causes, customers, feed, figures, lists, notices, parts, search,
    staff,
};

statements! {
    /// The row stays locked until the change is done.
    LOAD = pick(
        "select reference, state from complaint where id = $1",
        "select reference, state from complaint where id = $1 for update",
    );
    READ = same("select reference, state from complaint where id = $1");
    READ_BY_REFERENCE = same("select reference, state from complaint where reference = $1");
    ID_OF_REFERENCE = same("select id from complaint where reference = $1");
    NEXT_NUMBER = pick(
        "update counter set value = value + 1 where name = 'complaint' returning value",
        "select nextval('complaint_number')",
    );
    INSERT = same(
        "insert into complaint (id, reference, version, stage, cycle, closure, channel, severity, summary, product, \
         place, category, customer, first_contact, handler, logged_by, about_staff, restricted, imported, received_at, \
         closed_at, waiting_since, next_due, state, incident_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
         $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)"
    );
    UPDATE = same(
        "update complaint set version = $3, stage = $4, cycle = $5, closure = $6, severity = $7, product = $8, \
         place = $9, category = $10, first_contact = $11, handler = $12, about_staff = $13, restricted = $14, \
         closed_at = $15, waiting_since = $16, next_due = $17, state = $18, incident_at = $19 where id = $1 and version = $2"
    );
    APPEND = same("insert into history (complaint, seq, at, actor, kind, body) values ($1, $2, $3, $4, $5, $6)");
    APPEND_TEXT = same("insert into fact_text (complaint, seq, body) values ($1, $2, $3)");
    HISTORY = same(
        "select h.seq, h.at, h.actor, h.kind, h.body, t.body as text from history h \
         left join fact_text t on t.complaint = h.complaint and t.seq = h.seq \
         where h.complaint = $1 and h.seq > $2 order by h.seq limit $3"
    );
}

packed_row! {
    struct HistoryRow {
        seq: i64,
        at: i64,
        actor: Option<Uuid>,
        kind: String,
        body: String,
        text: Option<String>,
    }
}

/// One line of the history, with what its erasable text still holds.
#[derive(Debug, Clone)]
pub struct HistoryItem {
    /// The fact.
    pub entry: Entry,
    /// Its text.
    pub text: Texts,
}

/// A complaint and the reference people call it by.
#[derive(Debug, Clone)]
pub struct Referenced {
    /// As `C-2026-000123`.
    pub reference: String,
    /// The complaint.
    pub complaint: Complaint,
}

/// A complaint, for reading.
///
/// # Errors
/// The database could not.
pub async fn read(tx: &mut Tx<'_>, id: ComplaintId) -> Result<Option<Referenced>> {
    let row: Option<(String, String)> = find!(tx, READ, id.0)?;
    row.map(referenced).transpose()
}

pub(crate) fn referenced((reference, state): (String, String)) -> Result<Referenced> {
    Ok(Referenced { reference, complaint: serde_json::from_str(&state)? })
}

/// The id behind an id or a reference; nothing when there is no such reference.
///
/// # Errors
/// The database could not.
pub async fn id_of(tx: &mut Tx<'_>, name: &str) -> Result<Option<ComplaintId>> {
    if let Ok(id) = name.parse::<Uuid>() {
        return Ok(Some(ComplaintId(id)));
    }
    if !keepable(name) {
        return Ok(None);
    }
    let row: Option<(Uuid,)> = find!(tx, ID_OF_REFERENCE, name)?;
    Ok(row.map(|r| ComplaintId(r.0)))
}

/// The complaint of that id or reference.
///
/// # Errors
/// The database could not.
pub async fn named(tx: &mut Tx<'_>, name: &str) -> Result<Option<Referenced>> {
    let row: Option<(String, String)> = match name.parse::<Uuid>() {
        Ok(id) => find!(tx, READ, id)?,
        Err(_) if keepable(name) => find!(tx, READ_BY_REFERENCE, name)?,
        Err(_) => None,
    };
    row.map(referenced).transpose()
}

/// The history of a complaint after a fact, oldest first.
///
/// # Errors
/// The database could not, or a fact does not read back.
pub async fn history(tx: &mut Tx<'_>, id: ComplaintId, after: i64, limit: i64) -> Result<Vec<HistoryItem>> {
    let rows: Vec<HistoryRow> = all_packed!(tx, HISTORY, id.0, after, limit)?;
    rows.into_iter().map(HistoryItem::try_from).collect()
}

impl TryFrom<HistoryRow> for HistoryItem {
    type Error = Error;

    fn try_from(row: HistoryRow) -> Result<Self> {
        // A kind is a word of ours and the body is JSON already.
        let fact = serde_json::from_str(&format!("{{\"kind\":\"{}\",\"body\":{}}}", row.kind, row.body))?;
        let actor = row.actor.map_or(Actor::System, |id| Actor::Staff(StaffId(id)));
        let text = row.text.map(|t| serde_json::from_str(&t)).transpose()?.unwrap_or_default();
        Ok(Self { entry: Entry { seq: row.seq, at: Timestamp::from_micros(row.at), actor, fact }, text })
    }
}

async fn load(unit: &mut Unit<'_>, id: ComplaintId) -> Result<Option<Complaint>> {
    let row: Option<(String, String)> = find!(&mut unit.tx, LOAD, id.0)?;
    Ok(row.map(referenced).transpose()?.map(|r| r.complaint))
}

/// Who asks, as the database knows them in this change.
pub(crate) async fn actor(unit: &mut Unit<'_>, id: Option<StaffId>) -> Result<Option<Staff>> {
    let Some(id) = id else { return Ok(None) };
    let staff = staff::by_id_in_change(unit, id).await?;
    Ok(Some(staff.filter(|s| s.active).ok_or(Refusal::ReadOnly)?))
}

/// Takes a complaint.
///
/// # Errors
/// The domain said no, or the database could not.
pub async fn log(unit: &mut Unit<'_>, by: StaffId, log: &Log) -> Result<Complaint> {
    let logger = actor(unit, Some(by)).await?;
    if logger.as_ref().is_some_and(|s| s.role == Role::Auditor) {
        return Err(Refusal::ReadOnly.into());
    }
    let log = &lists::spelled(&mut unit.tx, log).await?;
    let uploads = log.attachments.clone();
    let needs = Needs { staff: log.staff(), cause: log.cause().cloned(), uploads, ..Needs::default() };
    let mut known = look_up(unit, &[], &needs).await?;
    customers::wait_for_twins(unit, &log.customer).await?;
    let customer = customers::resolve(unit, &log.customer).await?;
    if let Some(award) = log.award() {
        let need = AuthorityNeed { currency: award.value.currency, incident: None };
        let customer = customer.as_ref().map(|c| c.id);
        awards::know(unit, logger.as_ref(), None, customer, &need, &mut known).await?;
    }
    let words =
        Words { narrative: &log.narrative, summary: log.summary.as_ref(), order_ref: log.order_ref.as_ref() };
    take_in(unit, customer, &words, |unit, intake| {
        decide(unit, logger.as_ref(), &known, |context| Complaint::log(log, intake, context))
    })
    .await
}

/// What lists and customers keep of the words of a complaint.
pub(crate) struct Words<'a> {
    pub(crate) narrative: &'a Narrative,
    pub(crate) summary: Option<&'a Line>,
    pub(crate) order_ref: Option<&'a Line>,
}

/// Takes a complaint in by whichever way it came: the domain decides, then all of it is kept.
pub(crate) async fn take_in(
    unit: &mut Unit<'_>,
    customer: Option<Customer>,
    words: &Words<'_>,
    log: impl FnOnce(&Unit<'_>, &Intake) -> Result<Logged, Refusal>,
) -> Result<Complaint> {
    let intake = Intake {
        id: ComplaintId(unit.new_id()),
        customer: customer.as_ref().map(|c| c.id),
        language: customer.and_then(|c| c.language),
    };
    let logged = log(unit, &intake)?;
    if let (Some(customer), Some(order)) = (intake.customer, words.order_ref) {
        customers::note_order(unit, customer, order).await?;
    }
    let summary = words.summary.map_or_else(|| headline(words.narrative.as_str()), ToString::to_string);
    insert(unit, &logged.complaint, &logged.steps, &summary).await?;
    Ok(logged.complaint)
}

/// Asks the domain, with the time, the policy and the identifiers of this change.
pub(crate) fn decide<T>(
    unit: &Unit<'_>,
    actor: Option<&Staff>,
    known: &Known,
    verb: impl FnOnce(&mut Context<'_>) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let mut new_id = || unit.new_id();
    verb(&mut Context { actor, now: unit.now, policy: unit.policy(), new_id: &mut new_id, known })
}

/// The first line of a story, short enough for a list.
#[must_use]
pub fn headline(narrative: &str) -> String {
    narrative.lines().next().unwrap_or_default().chars().take(200).collect()
}

/// Keeps a new complaint.
pub(crate) async fn insert(
    unit: &mut Unit<'_>,
    complaint: &Complaint,
    steps: &[Step],
    summary: &str,
) -> Result<()> {
    let number: Option<(i64,)> = find!(&mut unit.tx, NEXT_NUMBER)?;
    let number = number.ok_or_else(|| Error::Corrupt("counter of complaints".to_owned()))?.0;
    let reference = format!("C-{}-{number:06}", complaint.logged_at.utc_year());
    let c = complaint;
    let (waiting_since, next_due) = parts::times(c);
    run!(
        &mut unit.tx,
        INSERT,
        c.id.0,
        reference.as_str(),
        c.version,
        c.stage.code(),
        i64::from(c.cycle),
        c.closure.map(firsthand_domain::code::Closure::code),
        c.channel.code(),
        c.severity.code(),
        summary,
        c.product.as_deref(),
        c.place.as_deref(),
        c.category.as_deref(),
        c.customer.map(|id| id.0),
        c.first_contact.0,
        c.handler.0,
        c.logged_by.0,
        c.about_staff.map(|id| id.0),
        c.restricted,
        c.imported,
        c.received_at.micros(),
        c.closed_at.map(Timestamp::micros),
        waiting_since,
        next_due,
        serde_json::to_string(c)?,
        c.incident_at.map(Timestamp::micros)
    )?;
    let kinds = append(unit, c.id, steps).await?;
    let entry = search::Entry {
        id: c.id,
        received_at: c.received_at.micros(),
        reference: &reference,
        summary: Some(summary),
        customer: c.customer,
    };
    search::write(unit, &entry, steps.iter().map(|step| &step.text)).await?;
    parts::save(unit, None, c).await?;
    figures::record(unit, None, c).await?;
    attachments::record(unit, c, steps).await?;
    awards::record::record(unit, c, steps).await?;
    // An import tells of all its rows at once.
    if c.imported { Ok(()) } else { tell(unit, None, c, steps, &kinds).await }
}

/// Tells those who look on, and those who are asked for something.
async fn tell(
    unit: &mut Unit<'_>,
    before: Option<&Complaint>,
    after: &Complaint,
    steps: &[Step],
    kinds: &[String],
) -> Result<()> {
    notices::record(unit, after, steps).await?;
    feed::note(unit, before, after, steps, kinds).await
}

/// Appends facts, and gives their kinds.
async fn append(unit: &mut Unit<'_>, id: ComplaintId, steps: &[Step]) -> Result<Vec<String>> {
    let mut kinds = Vec::with_capacity(steps.len());
    for Step { entry, text } in steps {
        let actor = match entry.actor {
            Actor::Staff(staff) => Some(staff.0),
            Actor::System => None,
        };
        let mut fact = serde_json::to_value(&entry.fact)?;
        let kind = fact["kind"].as_str().unwrap_or_default().to_owned();
        let body = fact["body"].take().to_string();
        run!(&mut unit.tx, APPEND, id.0, entry.seq, entry.at.micros(), actor, kind.as_str(), body)?;
        if !text.is_empty() {
            run!(&mut unit.tx, APPEND_TEXT, id.0, entry.seq, serde_json::to_string(text)?)?;
        }
        kinds.push(kind);
    }
    Ok(kinds)
}

/// Keeps what a verb did, unless somebody else was faster.
async fn update(unit: &mut Unit<'_>, before: &Complaint, after: &Complaint, steps: &[Step]) -> Result<()> {
    let c = after;
    let (waiting_since, next_due) = parts::times(c);
    let updated = run!(
        &mut unit.tx,
        UPDATE,
        c.id.0,
        before.version,
        c.version,
        c.stage.code(),
        i64::from(c.cycle),
        c.closure.map(firsthand_domain::code::Closure::code),
        c.severity.code(),
        c.product.as_deref(),
        c.place.as_deref(),
        c.category.as_deref(),
        c.first_contact.0,
        c.handler.0,
        c.about_staff.map(|id| id.0),
        c.restricted,
        c.closed_at.map(Timestamp::micros),
        waiting_since,
        next_due,
        serde_json::to_string(c)?,
        c.incident_at.map(Timestamp::micros)
    )?;
    if updated != 1 {
        return Err(Refusal::Stale { version: before.version }.into());
    }
    let kinds = append(unit, c.id, steps).await?;
    if steps.iter().flat_map(|step| step.text.keys()).any(|field| search::is_searched(field)) {
        search::write_again(unit, c.id).await?;
    }
    parts::save(unit, Some(before), after).await?;
    figures::record(unit, Some(before), after).await?;
    attachments::record(unit, after, steps).await?;
    awards::record::record(unit, after, steps).await?;
    tell(unit, Some(before), after, steps, &kinds).await
}

/// Does a verb on a complaint; `version` is the one the caller saw, if they said.
///
/// # Errors
/// The domain said no, the version is stale, or the database could not.
pub async fn perform(
    unit: &mut Unit<'_>,
    by: Option<StaffId>,
    id: ComplaintId,
    verb: &Verb,
    version: Option<i64>,
) -> Result<Outcome> {
    let actor = actor(unit, by).await?;
    let (before, other) = load_with_other(unit, id, verb).await?;
    let before =
        before.filter(|b| actor.as_ref().is_none_or(|a| b.visible_to(a))).ok_or(Refusal::NotFound)?;
    perform_on(unit, actor.as_ref(), before, other, verb, version).await
}

/// Does a verb on a complaint that is held already, and that whoever asks may know of.
pub(crate) async fn perform_on(
    unit: &mut Unit<'_>,
    actor: Option<&Staff>,
    before: Complaint,
    other: Option<Complaint>,
    verb: &Verb,
    version: Option<i64>,
) -> Result<Outcome> {
    let present = match verb.award() {
        Some(award) => before.award(award).ok_or(Refusal::NotFound)?.version,
        None => before.version,
    };
    if version.is_some_and(|v| v != present) {
        return Err(Refusal::Stale { version: present }.into());
    }
    let verb = &lists::spelled(&mut unit.tx, verb).await?;
    let needs = verb.needs(&before);
    let mut known = look_up(unit, &before.customers(), &needs).await?;
    if let Some(need) = &needs.authority {
        awards::know(unit, actor, Some(&before), before.customer, need, &mut known).await?;
    }
    if let Some(other) = other.filter(|o| actor.is_some_and(|a| o.visible_to(a))) {
        for id in verb.needs_of_other(&other) {
            if let Some(person) = staff::by_id_in_change(unit, id).await? {
                known.staff.insert(id, person);
            }
        }
        known.complaint = Some(Box::new(other));
    }
    let outcome = decide(unit, actor, &known, |context| before.perform(verb, context))?;
    if !outcome.steps.is_empty() {
        update(unit, &before, &outcome.complaint, &outcome.steps).await?;
    }
    if let (Some((after, steps)), Some(before)) = (&outcome.other, &known.complaint) {
        update(unit, before, after, steps).await?;
    }
    Ok(outcome)
}

/// The complaint of a verb, and the other one it names. Two that both move are locked in the order of their ids,
/// whichever is named first, so that two changes never wait for each other; one that is only looked at is not locked.
async fn load_with_other(
    unit: &mut Unit<'_>,
    id: ComplaintId,
    verb: &Verb,
) -> Result<(Option<Complaint>, Option<Complaint>)> {
    let other = match verb.other() {
        Some(name) => id_of(&mut unit.tx, name.as_str()).await?,
        None => None,
    };
    Ok(match other {
        None => (load(unit, id).await?, None),
        Some(other) if !verb.moves_other() => {
            (load(unit, id).await?, read(&mut unit.tx, other).await?.map(|r| r.complaint))
        }
        Some(other) if other < id => {
            let other = load(unit, other).await?;
            (load(unit, id).await?, other)
        }
        Some(other) => (load(unit, id).await?, load(unit, other).await?),
    })
}

async fn look_up(unit: &mut Unit<'_>, complainants: &[CustomerId], needs: &Needs) -> Result<Known> {
    let mut known = Known::default();
    for id in &needs.staff {
        if let Some(person) = staff::by_id_in_change(unit, *id).await? {
            known.staff.insert(*id, person);
        }
    }
    if let Some(name) = &needs.cause {
        known.cause = causes::held(unit, name.as_str()).await?;
    }
    if needs.contact_route {
        for customer in complainants {
            known.contact_route |= customers::has_contact_route(&mut unit.tx, *customer).await?;
        }
    }
    known.uploads = attachments::waiting(unit, &needs.uploads).await?;
    Ok(known)
}

/// Offers every open duty of a person to another, complaint by complaint: each is accepted or declined by itself.
/// Complaints the caller may not know of are left to another lead.
///
/// # Errors
/// There is no such person, or the database could not. A refusal on one complaint is told beside it.
pub async fn offer_successions(
    unit: &mut Unit<'_>,
    by: StaffId,
    from: StaffId,
    offer: &OfferSuccessions,
) -> Result<Vec<(ComplaintId, Result<SuccessionId, Refusal>)>> {
    staff::by_id_in_change(unit, from).await?.ok_or(Refusal::NotFound)?;
    if offer.to == from {
        return Err(Refusal::NotAReceiver { field: "to".into(), why: NotAReceiver::Oneself }.into());
    }
    let mut offered = Vec::new();
    for id in staff::complaints_of(&mut unit.tx, from).await? {
        let body = OfferSuccession { to: offer.to, reason: offer.reason.clone(), from: Some(from) };
        match perform(unit, Some(by), id, &Verb::OfferSuccession(body), None).await {
            Ok(outcome) => {
                if let Some(succession) = outcome.complaint.pending_successions().find(|s| s.from == from) {
                    offered.push((id, Ok(succession.id)));
                }
            }
            Err(Error::Refused(Refusal::NotFound)) => {}
            Err(Error::Refused(refusal)) => offered.push((id, Err(refusal))),
            Err(other) => return Err(other),
        }
    }
    Ok(offered)
}
