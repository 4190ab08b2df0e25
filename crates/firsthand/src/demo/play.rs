//! Makes the plan happen: every step through the verb that people use, at its own hour, with the timers between.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use firsthand_domain::code::{PromiseState, ReplyKind, Stage};
use firsthand_domain::complaint::Complaint;
use firsthand_domain::policy::Policy;
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::{ComplaintRef, LinkTo, Merge, Verb};
use firsthand_storage::{Database, Error, Result, Unit, Wiring, alerts, complaints, figures, timers};

use super::chance::Chance;
use super::fixes::Desk;
use super::people::People;
use super::plan::{Act, Step};
use crate::Failure;

/// Timers are looked at this often, in minutes of the told years.
const WINDOW: i64 = 240;

/// A clock that somebody sets.
#[derive(Clone)]
pub(super) struct Clock(Arc<AtomicI64>);

impl Clock {
    pub(super) fn at(at: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(at.micros())))
    }

    fn set(&self, at: Timestamp) {
        self.0.store(at.micros(), Ordering::Relaxed);
    }

    /// Time as this clock tells it, and chance that falls the same way each time.
    pub(super) fn wiring(&self) -> Wiring {
        let clock = self.clone();
        let chance = Mutex::new(Chance::new(1984));
        Wiring {
            now: Arc::new(move || Timestamp::from_micros(clock.0.load(Ordering::Relaxed))),
            new_id: Arc::new(move |at| {
                let mut chance = chance.lock().unwrap_or_else(PoisonError::into_inner);
                let mut rest = [0; 10];
                rest[2..].copy_from_slice(&chance.next().to_be_bytes());
                let micros = u64::try_from(at.micros()).unwrap_or(0);
                let fraction = u16::try_from((micros % 1000) * 4).unwrap_or_default();
                rest[..2].copy_from_slice(&fraction.to_be_bytes());
                uuid::Builder::from_unix_timestamp_millis(micros / 1000, &rest).into_uuid()
            }),
            policy: Policy::DEFAULT,
        }
    }
}

/// The complaints so far, by their number in the plan.
type Taken = Arc<Mutex<Vec<Option<Complaint>>>>;

/// Does every step in its turn, up to the present.
pub(super) async fn play(
    database: &Database,
    clock: &Clock,
    people: &People,
    steps: Vec<Step>,
    mut desk: Desk<'_>,
    now: Timestamp,
) -> Result<(), Failure> {
    let most = steps.iter().map(|step| step.complaint + 1).max().unwrap_or(0);
    let taken: Taken = Arc::new(Mutex::new(vec![None; most]));
    let mut steps = steps.into_iter().peekable();
    while let Some(first) = steps.peek().map(|step| step.at) {
        if let Some(at) = desk.next().filter(|at| *at <= first) {
            clock.set(at);
            desk.go_on(database).await?;
            continue;
        }
        clock.set(first);
        timers::fire_due(database).await?;
        // Up to what the leads do next.
        let end = first.plus_minutes(WINDOW).min(desk.next().unwrap_or(Timestamp::from_micros(i64::MAX)));
        let mut window = Vec::new();
        while let Some(step) = steps.next_if(|step| step.at < end) {
            window.push(step);
        }
        let last = window.last().map_or(end, |step| step.at);
        let (window, people, taken) = (Arc::new(window), people.clone(), Arc::clone(&taken));
        database
            .change(move |unit| {
                let (window, people, taken) = (Arc::clone(&window), people.clone(), Arc::clone(&taken));
                Box::pin(async move {
                    for step in window.iter() {
                        unit.now = step.at;
                        take(unit, &people, &taken, step).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        clock.set(last);
    }
    while let Some(at) = desk.next() {
        clock.set(at);
        desk.go_on(database).await?;
    }
    clock.set(now);
    timers::fire_due(database).await?;
    figures::fold_all(database).await?;
    alerts::look(database).await?;
    Ok(())
}

async fn take(unit: &mut Unit<'_>, people: &People, taken: &Taken, step: &Step) -> Result<()> {
    let by = people.id(step.by);
    let known = |at: usize| taken.lock().unwrap_or_else(PoisonError::into_inner).get(at).cloned().flatten();
    let keep = |at: usize, complaint: Complaint| {
        if let Some(place) = taken.lock().unwrap_or_else(PoisonError::into_inner).get_mut(at) {
            *place = Some(complaint);
        }
    };
    if let Act::Log(log) = &step.act {
        if let Some(complaint) = unless_refused(complaints::log(unit, by, log).await)? {
            keep(step.complaint, complaint);
        }
        return Ok(());
    }
    let Some(before) = known(step.complaint) else { return Ok(()) };
    for verb in verbs(&step.act, &before, &known) {
        let done = complaints::perform(unit, Some(by), before.id, &verb, None).await;
        let Some(outcome) = unless_refused(done)? else { return Ok(()) };
        if let (Act::Merge(other, _), Some((after, _))) = (&step.act, outcome.other) {
            keep(*other, after);
        }
        keep(step.complaint, outcome.complaint);
    }
    Ok(())
}

/// The plan hangs on the day it is made for, so now and then it asks for what the rules of the desk do not allow: then
/// it did not happen, as it would not have among people.
fn unless_refused<T>(done: Result<T>) -> Result<Option<T>> {
    match done {
        Err(Error::Refused(_)) => Ok(None),
        done => done.map(Some),
    }
}

/// What an act is, now that the parts it means have names.
fn verbs(act: &Act, before: &Complaint, known: &dyn Fn(usize) -> Option<Complaint>) -> Vec<Verb> {
    let offered = before.pending_handoff().map(|handoff| handoff.id);
    match act {
        Act::Log(_) => Vec::new(),
        Act::Do(verb) => match &**verb {
            Verb::SendReply(reply) if reply.kind == ReplyKind::Substantive => {
                let mut reply = reply.clone();
                reply.points_answered = before.points.iter().map(|point| point.id).collect();
                vec![Verb::SendReply(reply)]
            }
            verb => vec![verb.clone()],
        },
        Act::AcceptHandoff => offered.map(Verb::AcceptHandoff).into_iter().collect(),
        Act::DeclineHandoff(reason) => {
            let why = firsthand_domain::verb::Why { reason: reason.clone() };
            offered.map(|id| Verb::DeclineHandoff(id, why)).into_iter().collect()
        }
        Act::KeepPromise(body) => {
            before.open_promises().map(|promise| Verb::KeepPromise(promise.id, body.clone())).collect()
        }
        Act::Supersede(body) => {
            let made = before.promises.iter().find(|promise| promise.state == PromiseState::Made);
            made.map(|promise| Verb::SupersedePromise(promise.id, (**body).clone())).into_iter().collect()
        }
        Act::Award(doing) => doing.verbs(before),
        Act::Merge(other, reason) => {
            // Only into one that is not answered yet: its answer then goes to both customers.
            let other = known(*other).filter(|other| Stage::BEFORE_DECISION.contains(&other.stage));
            let into = other.and_then(|other| ComplaintRef::parse(&other.id.to_string()).ok());
            into.map(|into| Verb::Merge(Merge { into, reason: Some(reason.clone()), keep: Vec::new() }))
                .into_iter()
                .collect()
        }
        Act::Link(other, kind, reason) => {
            let to = known(*other).and_then(|other| ComplaintRef::parse(&other.id.to_string()).ok());
            to.map(|to| Verb::Link(LinkTo { to, kind: *kind, reason: Some(reason.clone()) }))
                .into_iter()
                .collect()
        }
    }
}
