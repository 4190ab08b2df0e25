//! Awards: asked for, decided, given, listed; and what the caller may give.

use std::collections::BTreeSet;

use firsthand_domain::award::{BatchAward, ProposeAward};
use firsthand_domain::code::{AwardState, AwardType, Basis};
use firsthand_domain::complaint::Complaint;
use firsthand_domain::grant::Holder;
use firsthand_domain::id::{AwardId, ComplaintId, StaffId};
use firsthand_domain::money::{Currency, Money};
use firsthand_domain::staff::Staff;
use firsthand_domain::text::Line;
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::Verb;
use firsthand_domain::{Outcome, Refusal};
use firsthand_storage::awards::list::Query as Asked;
use firsthand_storage::awards::standing::Standing;
use firsthand_storage::awards::{self, reperform, standing};
use firsthand_storage::view::{self, View};
use firsthand_storage::{Result, Tx, Unit, complaints, staff};
use serde::de::DeserializeOwned;

use super::verbs::read;
use crate::call::{Answer, Call, etag};
use crate::json::{self, awards::Names};
use crate::problem::Problem;
use crate::write::{Done, write};

/// Asks for an award on a complaint.
pub(crate) async fn propose(call: Call) -> Result<Answer, Problem> {
    let body: ProposeAward = call.body()?;
    let (caller, name) = (call.caller()?.clone(), call.param("id").to_owned());
    write(&call, move |unit| {
        let (body, name, caller) = (body.clone(), name.clone(), caller.clone());
        Box::pin(async move {
            let id = complaints::id_of(&mut unit.tx, &name).await?.ok_or(Refusal::NotFound)?;
            let verb = Verb::ProposeAward(body);
            let outcome = match awards::perform(unit, caller.id, id, &verb, None).await? {
                Ok(outcome) => outcome,
                Err(refusal) => return Ok(Done::refused(refusal)),
            };
            let made = outcome.complaint.awards.last().map(|a| a.id).ok_or(Refusal::NotFound)?;
            let (answer, version) = in_full(unit, &outcome, made).await?;
            let location = format!("/api/v1/awards/{made}");
            Ok(Done {
                complaint: Some(id),
                ..Done::plain(Answer::made(&answer, location)?.at_version(version))
            })
        })
    })
    .await
}

/// A verb on an award, which answers the changed award.
pub(crate) async fn on_award<B: DeserializeOwned>(
    call: Call,
    make: fn(AwardId, B) -> Verb,
) -> Result<Answer, Problem> {
    perform(call, make, false).await
}

/// The same, and it is told which version is meant.
pub(crate) async fn on_seen_award<B: DeserializeOwned>(
    call: Call,
    make: fn(AwardId, B) -> Verb,
) -> Result<Answer, Problem> {
    perform(call, make, true).await
}

async fn perform<B: DeserializeOwned>(
    call: Call,
    make: fn(AwardId, B) -> Verb,
    must_name_version: bool,
) -> Result<Answer, Problem> {
    let (caller, version) = (call.caller()?.clone(), call.version()?);
    let award = AwardId(call.id()?);
    let verb = make(award, call.body()?);
    if must_name_version && version.is_none() {
        return Err(Problem::version_needed());
    }
    write(&call, move |unit| {
        let (verb, caller) = (verb.clone(), caller.clone());
        Box::pin(async move {
            let id = awards::complaint_of(&mut unit.tx, award).await?.ok_or(Refusal::NotFound)?;
            let outcome = match awards::perform(unit, caller.id, id, &verb, version).await? {
                Ok(outcome) => outcome,
                Err(refusal) => return Ok(Done::refused(refusal)),
            };
            let (answer, version) = in_full(unit, &outcome, award).await?;
            Ok(Done { complaint: Some(id), ..Done::plain(Answer::ok(&answer)?.at_version(version)) })
        })
    })
    .await
}

/// The award as it stands inside the change. Its approvals are reckoned again only when it is read.
async fn in_full(
    unit: &mut Unit<'_>,
    outcome: &Outcome,
    award: AwardId,
) -> Result<(json::awards::AwardInFull, i64)> {
    let view = read(unit, outcome.complaint.id).await?;
    let next = next_holders(&mut unit.tx, &view.complaint, award, unit.now).await?;
    let version = view.complaint.award(award).map_or(0, |a| a.version);
    let full = json::awards::AwardInFull::of(&view, award, next, &[], &Names::new(), &|_| true);
    Ok((full.ok_or(Refusal::NotFound)?, version))
}

async fn next_holders(
    tx: &mut Tx<'_>,
    complaint: &Complaint,
    award: AwardId,
    now: Timestamp,
) -> Result<Vec<firsthand_domain::authority::NextHolder>> {
    let waits =
        |a: &&firsthand_domain::award::Award| matches!(a.state, AwardState::Proposed | AwardState::Held);
    let Some(award) = complaint.award(award).filter(waits) else { return Ok(Vec::new()) };
    let mut apart = award.askers();
    apart.extend(award.approvals.iter().map(|a| a.by));
    awards::holders_for(tx, complaint, award, &apart, now).await
}

/// One award, with every approval reckoned again.
pub(crate) async fn one(call: Call) -> Result<Answer, Problem> {
    let award = AwardId(call.id()?);
    let reader = call.caller()?;
    let now = call.app.database.now();
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let found = awards::find(&mut tx, award).await?.ok_or(Refusal::NotFound)?;
    if !found.complaint.visible_to(reader) {
        return Err(Refusal::NotFound.into());
    }
    let version = found.complaint.award(award).ok_or(Refusal::NotFound)?.version;
    if call.has(&etag(version)) {
        return Ok(Answer::unchanged(etag(version)));
    }
    let view = view::of(&mut tx, found, now).await?;
    let full = proven(&mut tx, &view, award, reader, now).await?;
    Ok(Answer::ok(&full)?.at_version(version))
}

/// An award with its approvals reckoned again, as the reader may know of it.
pub(crate) async fn proven(
    tx: &mut Tx<'_>,
    view: &View,
    award: AwardId,
    reader: &Staff,
    now: Timestamp,
) -> Result<json::awards::AwardInFull, Problem> {
    let state = view.complaint.award(award).ok_or(Refusal::NotFound)?;
    let done = reperform::reperform(tx, &view.complaint, state).await?;
    let mut people: BTreeSet<StaffId> = BTreeSet::new();
    let mut others: BTreeSet<ComplaintId> = BTreeSet::new();
    for approval in &done {
        people.insert(approval.approval.by);
        people.extend(approval.approval.cited.chain.iter().filter_map(|c| match c.holder {
            Holder::Staff(id) => Some(id),
            Holder::Role(_) => None,
        }));
        for competing in approval.bounds.iter().flat_map(|b| &b.competing) {
            people.insert(competing.holder);
            others.insert(competing.complaint);
        }
    }
    let names = names_of(tx, people).await?;
    let mut known = BTreeSet::new();
    for other in others {
        if complaints::read(tx, other).await?.is_some_and(|o| o.complaint.visible_to(reader)) {
            known.insert(other);
        }
    }
    let next = next_holders(tx, &view.complaint, award, now).await?;
    let full = json::awards::AwardInFull::of(view, award, next, &done, &names, &|id| known.contains(&id));
    Ok(full.ok_or(Refusal::NotFound)?)
}

/// What a list may be asked.
pub(crate) const FILTERS: &[&str] = &[
    "state",
    "complaint",
    "customer",
    "proposed_by",
    "approved_by",
    "grant",
    "currency",
    "type",
    "basis",
    "incident",
    "unratified",
    "decided_from",
    "decided_to",
    "limit",
    "cursor",
];

pub(crate) async fn list(call: Call) -> Result<Answer, Problem> {
    let reader = call.caller()?;
    let mut asked = asked(&call)?;
    let limit = asked.limit;
    asked.limit += 1;
    let mut connection = call.connection().await?;
    let rows = awards::list::page(&mut connection.tx(), reader, &asked).await?;
    let items = rows.into_iter().map(json::awards::AwardListItem::from).collect();
    Ok(Answer::ok(&json::Page::cut(items, limit, json::awards::AwardListItem::cursor))?)
}

fn asked(call: &Call) -> Result<Asked, Problem> {
    let (query, reader) = (&call.query, call.caller()?);
    let person = |v: &str| if v == "me" { Some(reader.id) } else { v.parse().ok() };
    let states = "expected states of awards, with commas between them";
    let read_states =
        |v: &str| v.split(',').map(|s| AwardState::from_code(s.trim())).collect::<Option<Vec<_>>>();
    let (id, me, when) =
        ("expected an id (a UUID)", "expected an id (a UUID), or me", "expected an instant or a UTC day");
    let time = |v: &str| Timestamp::parse_or_day(v).ok();
    let cursor = |v: &str| {
        let (at, id) = v.split_once('-')?;
        Some((Timestamp::from_micros(at.parse().ok()?), id.parse().ok()?))
    };
    Ok(Asked {
        states: query.read("state", states, read_states)?.unwrap_or_default(),
        complaint: query.read("complaint", id, |v| v.parse().ok())?,
        customer: query.read("customer", id, |v| v.parse().ok())?,
        proposed_by: query.read("proposed_by", me, person)?,
        approved_by: query.read("approved_by", me, person)?,
        grant: query.read("grant", id, |v| v.parse().ok())?,
        currency: query.read("currency", "expected the code of a currency, as EUR", Currency::from_code)?,
        kind: query.read("type", "expected a type of award", AwardType::from_code)?,
        basis: query.read("basis", "expected liability, contract, statute or goodwill", Basis::from_code)?,
        incident: query
            .read("incident", "expected a text", |v| Line::parse(v).ok().map(Line::into_string))?,
        unratified: query
            .read("unratified", "expected true or false", |v| v.parse().ok())?
            .unwrap_or_default(),
        decided_from: query.read("decided_from", when, time)?,
        decided_to: query.read("decided_to", when, time)?,
        cut: awards::list::Cut::default(),
        cursor: query.read("cursor", "expected the `next` of the page before", cursor)?,
        limit: query.limit()?,
    })
}

/// Complaints of one batch, at most.
const AT_ONCE: usize = 500;

/// The same award on many complaints over one incident.
pub(crate) async fn batch(call: Call) -> Result<Answer, Problem> {
    let body: BatchAward = call.body()?;
    if body.complaints.is_empty() || body.complaints.len() > AT_ONCE {
        return Err(Problem::field("complaints", "expected 1 to 500 complaints"));
    }
    let caller = call.caller()?.id;
    write(&call, move |unit| {
        let body = body.clone();
        Box::pin(async move {
            let rows = awards::batch(unit, caller, &body).await?;
            let (mut items, mut approved, mut proposed) = (Vec::with_capacity(rows.len()), 0, 0);
            for (complaint, row) in rows {
                items.push(match row {
                    Ok((id, award, state)) => {
                        *if state == AwardState::Approved { &mut approved } else { &mut proposed } +=
                            body.value.minor;
                        let _: ComplaintId = id;
                        json::awards::BatchRow {
                            complaint,
                            award: Some(award),
                            state: Some(state),
                            problem: None,
                        }
                    }
                    Err(refusal) => {
                        let problem = Some(Problem::from(refusal).as_row());
                        json::awards::BatchRow { complaint, award: None, state: None, problem }
                    }
                });
            }
            let money = |minor| Money::new(minor, body.value.currency);
            let answer = json::awards::Batch { items, approved: money(approved), proposed: money(proposed) };
            Ok(Done::plain(Answer::ok(&answer)?))
        })
    })
    .await
}

/// What the caller may give now, under each of their grants.
pub(crate) async fn mine(call: Call) -> Result<Answer, Problem> {
    let caller = call.caller()?;
    let now = call.app.database.now();
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let standings = standing::of_person(&mut tx, caller, now).await?;
    told(&mut tx, standings).await
}

/// What the caller may give now on one complaint, and who may give more.
pub(crate) async fn here(call: Call) -> Result<Answer, Problem> {
    let caller = call.caller()?;
    let now = call.app.database.now();
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let id = complaints::id_of(&mut tx, call.param("id")).await?.ok_or(Refusal::NotFound)?;
    let found = complaints::read(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    if !found.complaint.visible_to(caller) {
        return Err(Refusal::NotFound.into());
    }
    let standings = standing::on_complaint(&mut tx, caller, &found.complaint, now).await?;
    told(&mut tx, standings).await
}

async fn told(tx: &mut Tx<'_>, standings: Vec<Standing>) -> Result<Answer, Problem> {
    let names = names_in(tx, &standings).await?;
    let items = standings.into_iter().map(|s| json::awards::MayGive::of(s, &names)).collect();
    Ok(Answer::ok(&json::Page { items, next: None })?)
}

/// The names of the people a standing speaks of.
pub(crate) async fn names_in(tx: &mut Tx<'_>, standings: &[Standing]) -> Result<Names> {
    let people = standings.iter().flat_map(|s| {
        let holders = s.chain.iter().filter_map(|g| match g.holder {
            Holder::Staff(id) => Some(id),
            Holder::Role(_) => None,
        });
        holders.chain(s.chain.iter().map(|g| g.written_by))
    });
    let people: BTreeSet<StaffId> = people.collect();
    names_of(tx, people).await
}

pub(crate) async fn names_of(tx: &mut Tx<'_>, people: BTreeSet<StaffId>) -> Result<Names> {
    let people = staff::people(tx, &people.into_iter().collect::<Vec<_>>()).await?;
    Ok(people.into_iter().map(|(id, (name, _))| (id, name)).collect())
}
