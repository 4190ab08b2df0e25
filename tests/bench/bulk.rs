//! Many complaints at once: the rows that an import makes, decided by the domain, written past the desk. So a million
//! are there in minutes, and alike in every run.

use std::collections::{BTreeMap, HashMap};

use firsthand_domain::cause::Cause;
use firsthand_domain::code::{CauseRole, Confidence, IdentifierKind};
use firsthand_domain::complaint::Complaint;
use firsthand_domain::figures::change;
use firsthand_domain::history::Actor;
use firsthand_domain::id::{ComplaintId, CustomerId};
use firsthand_domain::import::ImportedComplaint;
use firsthand_domain::policy::Policy;
use firsthand_domain::search::Document;
use firsthand_domain::staff::Staff;
use firsthand_domain::text::{Text, fold};
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::{TagCause, Verb};
use firsthand_domain::{Context, Intake, Known, Step};
use uuid::Uuid;

use crate::Outcome;
use crate::figures;
use crate::seed::Seed;
use crate::sink::{Sink, Value};

/// One open complaint in so many has a cause.
const TAGGED: usize = 5;
/// Some complaints to be read, one in so many of all.
const KNOWN: u64 = 1000;
/// Open complaints that are told.
const OPEN: usize = 5000;

/// The columns of each table that an import writes.
pub(crate) const TABLES: [(&str, &str); 10] = [
    ("customer", "id, name, name_key, language, created_at"),
    ("identifier", "id, customer, kind, value, value_key, created_at"),
    (
        "complaint",
        "id, reference, version, stage, cycle, closure, channel, severity, summary, product, place, category, \
         customer, first_contact, handler, logged_by, about_staff, restricted, imported, received_at, closed_at, \
         waiting_since, next_due, state",
    ),
    ("history", "complaint, seq, at, actor, kind, body"),
    ("fact_text", "complaint, seq, body"),
    ("cause_tag", "complaint, seq, cause, role, current, received_at, waiting_since, next_due"),
    ("import_key", "source, key, complaint"),
    ("words", "id, complaint, words"),
    ("customer_tail", "tail, customer"),
    (
        "figure_change",
        "complaint, seq, line, at, day, cause, category, product, place, channel, currency, complaints, \
         closed_seconds, open, open_since, given, folded",
    ),
];
const CUSTOMER: usize = 0;
const IDENTIFIER: usize = 1;
const COMPLAINT: usize = 2;
const HISTORY: usize = 3;
const FACT_TEXT: usize = 4;
const CAUSE_TAG: usize = 5;
const IMPORT_KEY: usize = 6;
const WORDS: usize = 7;
const CUSTOMER_TAIL: usize = 8;
const FIGURE_CHANGE: usize = 9;

/// Which complaints have a cause.
#[derive(Clone, Copy)]
pub(crate) enum Causes<'a> {
    /// A few of the open ones, the same.
    Few(&'a Cause),
    /// All of them, one of these.
    All(&'a [Cause]),
}

/// What is there afterwards.
#[derive(Debug, Default)]
pub(crate) struct Made {
    pub(crate) known: Vec<(Uuid, String)>,
    /// Some that are open.
    pub(crate) open: Vec<Uuid>,
    pub(crate) customer: Option<CustomerId>,
}

struct Maker<'a> {
    people: &'a [Staff],
    causes: Causes<'a>,
    now: Timestamp,
    ids: u64,
    seed: Seed,
    /// Complaints of one second: what numbers them in the index of words on SQLite.
    turns: HashMap<i64, i64>,
}

/// Writes so many complaints into an empty desk.
pub(crate) async fn fill(
    url: &str,
    people: &[Staff],
    causes: Causes<'_>,
    rows: u64,
    now: Timestamp,
) -> Outcome<Made> {
    let mut sink = Sink::open(url).await?;
    let mut maker = Maker { people, causes, now, ids: 0, seed: Seed::new(2026), turns: HashMap::new() };
    let mut made = Made::default();
    for number in 0..rows {
        let row = maker.seed.complaint(number, now).ok_or("a seed that is no complaint")?;
        let (id, customer) = maker.put(&row, number, &mut sink)?;
        if !row.closed && made.open.len() < OPEN {
            made.open.push(id.0);
        }
        if number % rows.div_ceil(KNOWN) == 0 {
            made.known.push((id.0, reference(number)));
            made.customer = customer;
        }
        sink.flush_if_full().await?;
    }
    sink.finish(rows).await?;
    figures::sum(url, rows).await?;
    Ok(made)
}

impl Maker<'_> {
    /// Ids as the desk gives them: later ones are larger.
    fn id(&mut self) -> Uuid {
        new_id(&mut self.ids, self.now)
    }

    fn put(
        &mut self,
        row: &ImportedComplaint,
        number: u64,
        sink: &mut Sink,
    ) -> Outcome<(ComplaintId, Option<CustomerId>)> {
        let person = self.people.get(self.seed.skewed(self.people.len())).ok_or("nobody is there")?.clone();
        let mut words = Document::default();
        let reference = reference(number);
        words.add_code(&reference);
        let customer = self.customer(row, sink, &mut words);
        let intake = Intake { id: ComplaintId(self.id()), customer, language: None };
        let (complaint, steps) = self.decided(row, &intake, &person)?;
        let summary = row.summary.as_ref().map(ToString::to_string).unwrap_or_default();
        words.add_text(&summary);
        words.add_text(row.narrative.as_str());
        if let Some(order) = &row.order_ref {
            words.add_code(order.as_str());
        }
        history(&complaint, &steps, sink)?;
        for tag in &complaint.causes {
            let (cause, role, current) = (tag.cause.0, tag.role.code(), tag.superseded_by.is_none());
            let row = [complaint.id.0.into(), tag.seq.into(), cause.into(), role.into(), current.into()];
            sink.put(CAUSE_TAG, row.into_iter().chain(times(&complaint)));
        }
        figure_lines(&complaint, sink);
        sink.put(IMPORT_KEY, ["bench".into(), row.key.as_str().into(), complaint.id.0.into()]);
        let second = row.received_at.micros() / 1_000_000;
        let turn = self.turns.entry(second).or_default();
        sink.put(WORDS, [(second * 16_777_216 + *turn).into(), complaint.id.0.into(), words.text().into()]);
        *turn += 1;
        sink.put(COMPLAINT, columns(&complaint, reference, summary)?);
        Ok((complaint.id, customer))
    }

    fn customer(
        &mut self,
        row: &ImportedComplaint,
        sink: &mut Sink,
        words: &mut Document,
    ) -> Option<CustomerId> {
        let new = row.customer.as_ref()?;
        let (id, now) = (self.id(), self.now.micros());
        let name = new.name.as_str();
        words.add_text(name);
        let folded = fold(name);
        // From each of its words on.
        let words_begin = folded.match_indices(' ').map(|(at, _)| at + 1);
        for at in std::iter::once(0).chain(words_begin) {
            sink.put(CUSTOMER_TAIL, [folded[at..].into(), id.into()]);
        }
        sink.put(CUSTOMER, [id.into(), name.into(), folded.into(), Value::Null, now.into()]);
        let mut route = |kind: IdentifierKind, value: &str, key: String| {
            let own = new_id(&mut self.ids, self.now);
            sink.put(
                IDENTIFIER,
                [own.into(), id.into(), kind.code().into(), value.into(), key.into(), now.into()],
            );
        };
        if let Some(phone) = &new.phone {
            words.add_code(phone.as_str());
            route(IdentifierKind::Phone, phone.as_str(), phone.key());
        }
        if let Some(order) = &row.order_ref {
            route(IdentifierKind::Order, order.as_str(), fold(order.as_str()));
        }
        Some(CustomerId(id))
    }

    /// What the domain makes of a row, with a cause on some.
    fn decided(
        &mut self,
        row: &ImportedComplaint,
        intake: &Intake,
        person: &Staff,
    ) -> Outcome<(Complaint, Vec<Step>)> {
        let (cause, tagged, now) = match self.causes {
            Causes::Few(cause) => (cause, !row.closed && self.seed.below(TAGGED) == 0, self.now),
            // As if each was tagged when it came in, or all of them would be news to whoever learns from tags.
            Causes::All(causes) => {
                let cause = causes.get(self.seed.skewed(causes.len())).ok_or("there are no causes")?;
                (cause, true, row.received_at)
            }
        };
        let known = Known { cause: Some(cause.clone()), ..Known::default() };
        let (ids, at) = (&mut self.ids, self.now);
        let mut next = || new_id(ids, at);
        let mut context =
            Context { actor: Some(person), now, policy: &Policy::DEFAULT, new_id: &mut next, known: &known };
        let logged = Complaint::import(row, intake, &mut context).map_err(|e| format!("{e:?}"))?;
        if !tagged {
            return Ok((logged.complaint, logged.steps));
        }
        let verb = Verb::TagCause(TagCause {
            cause: Text::parse(&cause.code).map_err(|e| format!("{e:?}"))?,
            role: CauseRole::Primary,
            confidence: Confidence::Suspected,
            whys: Vec::new(),
            escape_point: None,
            evidence: None,
        });
        let outcome = logged.complaint.perform(&verb, &mut context).map_err(|e| format!("{e:?}"))?;
        let mut steps = logged.steps;
        steps.extend(outcome.steps);
        Ok((outcome.complaint, steps))
    }
}

fn reference(number: u64) -> String {
    format!("C-2026-{:06}", number + 1)
}

fn new_id(count: &mut u64, now: Timestamp) -> Uuid {
    *count += 1;
    let mut rest = [7; 10];
    rest[..8].copy_from_slice(&count.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
    // A quarter of a millisecond each, up to now and a little beyond.
    let millis = u64::try_from(now.micros() / 1000).unwrap_or(0).saturating_sub(2_000_000) + *count / 4;
    uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid()
}

fn history(complaint: &Complaint, steps: &[Step], sink: &mut Sink) -> Outcome<()> {
    for Step { entry, text } in steps {
        let actor = match entry.actor {
            Actor::Staff(id) => id.0.into(),
            Actor::System => Value::Null,
        };
        let mut fact = serde_json::to_value(&entry.fact)?;
        let kind = fact["kind"].as_str().unwrap_or_default().to_owned();
        let body = fact["body"].take().to_string();
        let (id, seq, at) = (complaint.id.0, entry.seq, entry.at.micros());
        sink.put(HISTORY, [id.into(), seq.into(), at.into(), actor, kind.into(), body.into()]);
        if !text.is_empty() {
            sink.put(
                FACT_TEXT,
                [id.into(), seq.into(), serde_json::to_string::<BTreeMap<_, _>>(text)?.into()],
            );
        }
    }
    Ok(())
}

/// What the figures are made from, as if it had come to be as it is in one change.
fn figure_lines(c: &Complaint, sink: &mut Sink) {
    for (line, (place, sums)) in (0_i64..).zip(change(None, c)) {
        let at = c.logged_at.micros();
        let currency = place.currency.map(|currency| currency.code().to_owned()).unwrap_or_default();
        let row: [Value; 17] = [
            c.id.0.into(),
            c.version.into(),
            line.into(),
            at.into(),
            place.day.into(),
            place.cause.map(|cause| cause.0).into(),
            place.category.into(),
            place.product.into(),
            place.place.into(),
            place.channel.code().into(),
            currency.into(),
            sums.complaints.into(),
            sums.closed_seconds.into(),
            sums.open.into(),
            sums.open_since.into(),
            sums.given.into(),
            false.into(),
        ];
        sink.put(FIGURE_CHANGE, row);
    }
}

/// What lists are ordered by.
fn times(c: &Complaint) -> [Value; 3] {
    let or_never = |at: Option<Timestamp>| at.unwrap_or(Timestamp::NEVER).micros();
    [c.received_at.micros().into(), or_never(c.waiting_since).into(), or_never(c.next_due()).into()]
}

fn columns(c: &Complaint, reference: String, summary: String) -> Outcome<[Value; 24]> {
    let [received_at, waiting_since, next_due] = times(c);
    Ok([
        c.id.0.into(),
        reference.into(),
        c.version.into(),
        c.stage.code().into(),
        i64::from(c.cycle).into(),
        c.closure.map(firsthand_domain::code::Closure::code).into(),
        c.channel.code().into(),
        c.severity.code().into(),
        summary.into(),
        c.product.as_deref().into(),
        c.place.as_deref().into(),
        c.category.as_deref().into(),
        c.customer.map(|id| id.0).into(),
        c.first_contact.0.into(),
        c.handler.0.into(),
        c.logged_by.0.into(),
        c.about_staff.map(|id| id.0).into(),
        c.restricted.into(),
        c.imported.into(),
        received_at,
        c.closed_at.map(Timestamp::micros).into(),
        waiting_since,
        next_due,
        serde_json::to_string(c)?.into(),
    ])
}
