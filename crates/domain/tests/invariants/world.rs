//! A small desk. It plays the part of storage: looks up what a verb needs, keeps every history, refuses nothing
//! itself but the disabling of somebody who still holds a duty.

use std::collections::BTreeMap;
use std::rc::Rc;

use firsthand_domain::cause::{Cause, OTHER, UNKNOWN};
use firsthand_domain::code::Role;
use firsthand_domain::complaint::Complaint;
use firsthand_domain::id::{CauseId, ComplaintId, CustomerId, StaffId};
use firsthand_domain::import::ImportedComplaint;
use firsthand_domain::policy::Policy;
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::{Log, Verb};
use firsthand_domain::{Context, Intake, Known, Logged, Refusal, Step};
use uuid::Uuid;

/// An agent of the north team; takes most complaints.
pub(crate) const ANA: StaffId = StaffId(Uuid::from_u128(1));
/// An agent of the north team.
pub(crate) const BEN: StaffId = StaffId(Uuid::from_u128(2));
/// An agent of the south team.
pub(crate) const CAM: StaffId = StaffId(Uuid::from_u128(3));
/// The lead of the north team.
pub(crate) const LEA: StaffId = StaffId(Uuid::from_u128(4));
/// The lead of the south team.
pub(crate) const LEO: StaffId = StaffId(Uuid::from_u128(5));
/// The administrator.
pub(crate) const ADA: StaffId = StaffId(Uuid::from_u128(6));
/// The auditor.
pub(crate) const OTTO: StaffId = StaffId(Uuid::from_u128(7));
/// Worked in the south team, and no longer does.
pub(crate) const DAN: StaffId = StaffId(Uuid::from_u128(8));

/// A customer with a telephone.
pub(crate) const MRS_PHAM: CustomerId = CustomerId(Uuid::from_u128(21));
/// Another customer with a telephone.
pub(crate) const MR_KISS: CustomerId = CustomerId(Uuid::from_u128(22));
/// A customer with neither telephone nor e-mail address.
pub(crate) const MR_LI: CustomerId = CustomerId(Uuid::from_u128(23));

/// What a verb did: each step, and to which complaint.
pub(crate) type Steps = Vec<(ComplaintId, Step)>;

pub(crate) struct World {
    pub(crate) staff: BTreeMap<StaffId, Staff>,
    pub(crate) causes: Vec<Cause>,
    pub(crate) complaints: BTreeMap<ComplaintId, Rc<Complaint>>,
    pub(crate) histories: BTreeMap<ComplaintId, Vec<Step>>,
    pub(crate) now: Timestamp,
    pub(crate) policy: Policy,
    last_id: u128,
}

impl World {
    pub(crate) fn small() -> Self {
        let staff = [
            person(ANA, "Ana", Role::Agent, Some("north"), true),
            person(BEN, "Ben", Role::Agent, Some("north"), true),
            person(CAM, "Cam", Role::Agent, Some("south"), true),
            person(LEA, "Lea", Role::Lead, Some("north"), true),
            person(LEO, "Leo", Role::Lead, Some("south"), true),
            person(ADA, "Ada", Role::Admin, Some("office"), true),
            person(OTTO, "Otto", Role::Auditor, None, true),
            person(DAN, "Dan", Role::Agent, Some("south"), false),
        ];
        Self {
            staff: staff.into_iter().map(|s| (s.id, s)).collect(),
            causes: [UNKNOWN, OTHER, "late-courier"].into_iter().zip(31..).map(cause).collect(),
            complaints: BTreeMap::new(),
            histories: BTreeMap::new(),
            now: at("2026-03-02T09:00:00Z"),
            policy: Policy::DEFAULT,
            last_id: 1_000,
        }
    }

    pub(crate) fn complaint(&self, id: ComplaintId) -> &Complaint {
        &self.complaints[&id]
    }

    pub(crate) fn history(&self, id: ComplaintId) -> &[Step] {
        &self.histories[&id]
    }

    pub(crate) fn later_by_minutes(&mut self, minutes: i64) {
        self.now = self.now.plus_minutes(minutes);
    }

    pub(crate) fn later_by_days(&mut self, days: i64) {
        self.now = self.now.plus_days(days);
    }

    /// Takes a complaint of this customer; panics when it is refused.
    pub(crate) fn takes(&mut self, actor: StaffId, customer: Option<CustomerId>, log: &Log) -> ComplaintId {
        let (id, taken) = self.log(actor, customer, log);
        match taken {
            Ok(_) => id,
            Err(refusal) => panic!("not taken: {refusal:?}"),
        }
    }

    /// Somebody does something; panics when it is refused.
    pub(crate) fn does(&mut self, actor: StaffId, id: ComplaintId, verb: &Verb) -> Steps {
        self.perform(Some(actor), id, verb)
            .unwrap_or_else(|refusal| panic!("{verb:?} was refused: {refusal:?}"))
    }

    /// Somebody may not do something; panics when they may.
    pub(crate) fn refuses(&mut self, actor: StaffId, id: ComplaintId, verb: &Verb) -> Refusal {
        self.perform(Some(actor), id, verb).expect_err("expected a refusal")
    }

    /// A timer fires.
    pub(crate) fn timer(&mut self, id: ComplaintId, verb: &Verb) -> Steps {
        self.perform(None, id, verb).expect("a timer is never refused")
    }

    pub(crate) fn log(
        &mut self,
        actor: StaffId,
        customer: Option<CustomerId>,
        log: &Log,
    ) -> (ComplaintId, Result<Steps, Refusal>) {
        let cause = log.cause().map(ToString::to_string);
        let known = Known { cause: cause.and_then(|c| self.cause(&c)), ..self.people(log.staff()) };
        self.begin(actor, customer, &known, |intake, context| Complaint::log(log, intake, context))
    }

    pub(crate) fn import(
        &mut self,
        actor: StaffId,
        customer: Option<CustomerId>,
        row: &ImportedComplaint,
    ) -> (ComplaintId, Result<Steps, Refusal>) {
        let take = |intake: &Intake, context: &mut Context<'_>| Complaint::import(row, intake, context);
        self.begin(actor, customer, &Known::default(), take)
    }

    fn begin(
        &mut self,
        actor: StaffId,
        customer: Option<CustomerId>,
        known: &Known,
        take: impl FnOnce(&Intake, &mut Context<'_>) -> Result<Logged, Refusal>,
    ) -> (ComplaintId, Result<Steps, Refusal>) {
        self.last_id += 1;
        let id = ComplaintId(Uuid::from_u128(self.last_id));
        let actor = self.staff[&actor].clone();
        let intake = Intake { id, customer, language: customer.map(|_| "vi".to_owned()) };
        let taken = self.within(Some(&actor), known, |context| take(&intake, context));
        (id, taken.map(|taken| self.keep(taken.complaint, taken.steps)))
    }

    pub(crate) fn perform(
        &mut self,
        actor: Option<StaffId>,
        id: ComplaintId,
        verb: &Verb,
    ) -> Result<Steps, Refusal> {
        let actor = actor.map(|id| self.staff[&id].clone());
        let complaint = Rc::clone(&self.complaints[&id]);
        let known = self.look_up(actor.as_ref(), verb, &complaint);
        let outcome = self.within(actor.as_ref(), &known, |context| complaint.perform(verb, context))?;
        if outcome.steps.is_empty() {
            assert_eq!(outcome.complaint, *complaint, "a verb without steps changes nothing");
        }
        let mut steps = self.keep(outcome.complaint, outcome.steps);
        if let Some((other, more)) = outcome.other {
            steps.extend(self.keep(other, more));
        }
        Ok(steps)
    }

    /// A person leaves the desk, unless a duty is still theirs (I-05).
    pub(crate) fn disable(&mut self, staff: StaffId) -> Result<(), Refusal> {
        if self.complaints.values().any(|c| c.has_duty(staff)) {
            return Err(Refusal::OpenDuties(Box::default()));
        }
        self.staff.get_mut(&staff).expect("known").active = false;
        Ok(())
    }

    pub(crate) fn enable(&mut self, staff: StaffId) {
        self.staff.get_mut(&staff).expect("known").active = true;
    }

    fn within<T>(
        &mut self,
        actor: Option<&Staff>,
        known: &Known,
        run: impl FnOnce(&mut Context<'_>) -> T,
    ) -> T {
        let mut last_id = self.last_id;
        let mut new_id = || {
            last_id += 1;
            Uuid::from_u128(last_id)
        };
        let (now, policy) = (self.now, &self.policy);
        let result = run(&mut Context { actor, now, policy, new_id: &mut new_id, known });
        self.last_id = last_id;
        result
    }

    fn keep(&mut self, complaint: Complaint, steps: Vec<Step>) -> Steps {
        let id = complaint.id;
        self.complaints.insert(id, Rc::new(complaint));
        self.histories.entry(id).or_default().extend(steps.iter().cloned());
        steps.into_iter().map(|step| (id, step)).collect()
    }

    fn look_up(&self, actor: Option<&Staff>, verb: &Verb, complaint: &Complaint) -> Known {
        let needs = verb.needs(complaint);
        let other = needs.complaint.and_then(|name| {
            let other = self.complaints.get(&name.as_str().parse().ok()?)?;
            actor.is_some_and(|a| other.visible_to(a)).then(|| Box::new(Complaint::clone(other)))
        });
        let mut staff = needs.staff;
        staff.extend(other.iter().flat_map(|other| verb.needs_of_other(other)));
        let route = complaint.customers().iter().any(|c| *c != MR_LI);
        Known {
            complaint: other,
            cause: needs.cause.and_then(|c| self.cause(c.as_str())),
            contact_route: needs.contact_route && route,
            ..self.people(staff)
        }
    }

    fn people(&self, ids: Vec<StaffId>) -> Known {
        let found = ids.into_iter().filter_map(|id| self.staff.get(&id));
        Known { staff: found.map(|s| (s.id, s.clone())).collect(), ..Known::default() }
    }

    fn cause(&self, name: &str) -> Option<Cause> {
        self.causes.iter().find(|c| c.code == name || c.id.to_string() == name).cloned()
    }
}

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("an instant")
}

fn person(id: StaffId, name: &str, role: Role, team: Option<&str>, active: bool) -> Staff {
    let (name, email) = (name.to_owned(), format!("{name}@example.com"));
    Staff { id, name, email, role, team: team.map(str::to_owned), active }
}

fn cause((code, id): (&str, u128)) -> Cause {
    Cause {
        id: CauseId(Uuid::from_u128(id)),
        code: code.to_owned(),
        name: BTreeMap::from([("en".to_owned(), code.to_owned())]),
        value_category: None,
        servqual: None,
        family: None,
        process_step: None,
        controllable_by: None,
        parent: None,
        leaf: true,
        retired: false,
        maps_to: None,
        version: 1,
        added_at: at("2026-01-01T00:00:00Z"),
    }
}
