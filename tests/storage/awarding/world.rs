//! A desk where people try things with awards at random.

use firsthand_domain::award::BatchAward;
use firsthand_domain::code::{AwardState, GrantState};
use firsthand_domain::customer::MergeCustomer;
use firsthand_domain::grant::{Grant, GrantStep, NewGrant};
use firsthand_domain::history::Fact;
use firsthand_domain::id::{AwardId, ComplaintId, CustomerId, GrantId};
use firsthand_domain::staff::{DeclareRelated, Staff};
use firsthand_domain::text::Reason;
use firsthand_domain::verb::Verb;
use firsthand_storage::awards::{self, list, reperform};
use firsthand_storage::{Error, Result, customers, grants, related};
use serde_json::{Value, json};

use super::chance::Chance;
use super::reckoner::{CaseOf, Reckoner, Seen};
use crate::support::{Desk, verbs};

pub(super) struct World<'a> {
    desk: &'a Desk,
    chance: Chance,
    admins: [Staff; 2],
    people: Vec<Staff>,
    customers: Vec<CustomerId>,
    complaints: Vec<ComplaintId>,
    /// The facts of each complaint that were reckoned with.
    read: std::collections::BTreeMap<ComplaintId, Vec<Fact>>,
    reckoner: Reckoner,
    /// Grants as they were written.
    written: Vec<(Value, Grant)>,
    incidents: [String; 2],
    /// What was tried last; people press twice.
    last: Option<(Staff, ComplaintId, Verb)>,
}

impl<'a> World<'a> {
    pub(super) async fn begin(desk: &'a Desk, chance: Chance) -> Self {
        let admins = [desk.hire("admin", None).await, desk.hire("admin", None).await];
        let n = desk.number();
        let (north, south) = (format!("north {n}"), format!("south {n}"));
        let mut people = Vec::new();
        for (role, team) in [
            ("lead", &north),
            ("lead", &south),
            ("agent", &north),
            ("agent", &north),
            ("agent", &south),
            ("agent", &south),
            ("lead", &north),
        ] {
            people.push(desk.hire(role, Some(team)).await);
        }
        let mut world = Self {
            desk,
            chance,
            admins,
            people,
            customers: Vec::new(),
            complaints: Vec::new(),
            read: std::collections::BTreeMap::new(),
            reckoner: Reckoner::default(),
            written: Vec::new(),
            incidents: [format!("storm {n}"), format!("strike {n}")],
            last: None,
        };
        for person in world.people.iter().chain(&world.admins) {
            world.reckoner.people.insert(person.id, person.clone());
        }
        world.relate(2, 3).await;
        // The fifth person complains too.
        let email = world.people[4].email.clone();
        for (place, customer) in [
            json!({ "name": "Mai", "email": format!("mai{n}@example.org") }),
            json!({ "name": "Mai T.", "email": format!("mai.t{n}@example.org") }),
            json!({ "name": "Cai", "email": email }),
        ]
        .into_iter()
        .enumerate()
        {
            for logger in [2, 4] {
                world.logs(place, &customer, logger).await;
            }
        }
        let also = world.customers[2];
        world.reckoner.also_staff.insert(also, world.people[4].id);
        world.writes_grants(&north).await;
        world
    }

    async fn relate(&mut self, one: usize, other: usize) {
        let (by, one, other) = (self.admins[0].id, self.people[one].id, self.people[other].id);
        let new: DeclareRelated = verbs::body(json!({ "staff": other, "reason": "siblings" }));
        let declared = self.desk.db.change(move |unit| {
            let new = new.clone();
            Box::pin(async move { related::declare(unit, by, one, &new).await })
        });
        declared.await.unwrap();
        self.reckoner.related.extend([(one, other), (other, one)]);
    }

    async fn logs(&mut self, place: usize, customer: &Value, logger: usize) {
        let logger = self.people[logger].clone();
        let log = json!({ "channel": "phone", "customer": customer, "narrative": "It came late.",
                          "desired_remedy": "my money back" });
        let complaint = self.desk.log(&logger, log).await;
        let customer = complaint.customer.unwrap();
        if self.customers.len() == place {
            self.customers.push(customer);
        }
        self.complaints.push(complaint.id);
        self.reckoner.cases.insert(complaint.id, CaseOf { customer, team: logger.team });
    }

    async fn writes_grants(&mut self, north: &str) {
        let root = |holder: Value, more: Value| {
            let mut body = json!({
                "holder": holder, "types": ["refund", "gift"], "bases": ["goodwill", "liability"], "currency": "EUR",
                "document": { "ref": "R 1", "sha256": "a".repeat(64) },
            });
            body.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
            body
        };
        let chief = json!(self.people[5].id);
        let deputy = json!(self.people[3].id);
        let until = self.desk.now().plus_days(25);
        let all = self
            .granted(
                0,
                root(
                    json!("lead"),
                    json!({
                "limits": { "per_award": "100.00", "per_customer": { "amount": "250.00", "days": 30 },
                            "per_holder": { "amount": "400.00", "days": 10 },
                            "per_unit": { "amount": "500.00", "days": 10 }, "per_batch": "260.00" },
                "four_eyes_above": "50.00", "approvers": 2, "may_subdelegate": true, "max_depth": 3 }),
                ),
            )
            .await;
        for (body, by) in [
            (
                json!({ "holder": "agent", "types": ["refund"], "bases": ["goodwill"], "currency": "EUR", "parent": all,
                     "limits": { "per_award": "40.00", "per_holder": { "amount": "90.00", "days": 5 } } }),
                2,
            ),
            (root(chief, json!({ "limits": { "per_award": "400.00", "per_case": "300.00" } })), 0),
            (
                root(
                    json!("lead"),
                    json!({ "currency": "USD",
                "limits": { "per_award": "100.00", "per_customer": { "amount": "150.00", "days": 30 } } }),
                ),
                0,
            ),
            (
                root(
                    deputy,
                    json!({ "limits": { "per_award": "60.00" }, "scope": { "teams": [north] }, "valid_until": until }),
                ),
                0,
            ),
        ] {
            self.granted(by, body).await;
        }
    }

    /// Writes a grant and puts it in force. `by` is 0 for an administrator, 2 for the first lead.
    async fn granted(&mut self, by: usize, body: Value) -> GrantId {
        let writer = if by == 0 { self.admins[0].clone() } else { self.people[0].clone() };
        let new: NewGrant = verbs::body(body.clone());
        let written = self.desk.db.change(move |unit| {
            let (by, new) = (writer.id, new.clone());
            Box::pin(async move { grants::write(unit, by, &new).await })
        });
        let grant = written.await.unwrap();
        let active = self.steps(grant.id, GrantStep::Activate).await.unwrap();
        self.reckoner.grants.insert(grant.id, active.clone());
        self.written.push((body, active));
        grant.id
    }

    async fn steps(&self, id: GrantId, step: GrantStep) -> Result<Grant> {
        let by = self.admins[1].id;
        let reason: Reason = verbs::body(json!("as resolved"));
        let stepped = self.desk.db.change(move |unit| {
            let reason = reason.clone();
            Box::pin(async move { grants::step(unit, by, id, step, Some(&reason), None).await })
        });
        stepped.await
    }

    pub(super) fn seen(&self) -> &Seen {
        &self.reckoner.seen
    }

    /// Somebody tries something.
    pub(super) async fn moves(&mut self) {
        match self.chance.below(44) {
            0 => self.moves_a_grant().await,
            1 => self.merges().await,
            2 => {
                let days = self.chance.below(8);
                self.desk.later_by_minutes(i64::try_from(days * 1_440 + self.chance.below(600)).unwrap());
            }
            3 => self.tries_a_batch().await,
            4 if self.complaints.len() < 10 => self.settles().await,
            5 => {
                let (place, logger) = (
                    [0, 1, 2][usize::try_from(self.chance.below(3)).unwrap()],
                    2 + usize::from(self.chance.one_in(2)),
                );
                let customer = json!({ "id": self.customers[place] });
                self.logs(place, &customer, logger).await;
            }
            6..=14 => self.tries_to_propose().await,
            15 | 16 => {
                if let Some((who, complaint, verb)) = self.last.clone() {
                    self.tries(&who, complaint, verb).await;
                }
            }
            _ => self.tries_a_step().await,
        }
    }

    fn amount(&mut self) -> String {
        let whole = [1, 10, 15, 20, 30, 40, 50, 60, 80, 81, 90, 100, 150, 300]
            [usize::try_from(self.chance.below(14)).unwrap()];
        format!("{whole}.{:02}", if self.chance.one_in(4) { self.chance.below(100) } else { 0 })
    }

    fn money(&mut self) -> Value {
        let currency = if self.chance.one_in(6) { "USD" } else { "EUR" };
        json!({ "amount": self.amount(), "currency": currency })
    }

    fn award(&mut self) -> Value {
        let kind = if self.chance.one_in(4) { "gift" } else { "refund" };
        let basis = if self.chance.one_in(6) { "statute" } else { "goodwill" };
        json!({ "type": kind, "basis": basis, "value": self.money(), "reason": "it was late" })
    }

    fn somebody_of(&mut self, places: &[usize]) -> Staff {
        self.people[*self.chance.of(places).unwrap()].clone()
    }

    /// Anyone, and a lead half the time.
    fn somebody(&mut self) -> Staff {
        if self.chance.one_in(2) {
            self.somebody_of(&[0, 1, 6])
        } else {
            self.somebody_of(&[0, 1, 2, 3, 4, 5, 6])
        }
    }

    async fn tries_to_propose(&mut self) {
        let complaint = *self.chance.of(&self.complaints).unwrap();
        let who =
            if self.chance.one_in(2) { self.people[0].clone() } else { self.in_charge(complaint).await };
        let mut body = self.award();
        body["emergency"] = json!(self.chance.one_in(8));
        self.tries(&who, complaint, Verb::ProposeAward(verbs::body(body))).await;
    }

    async fn in_charge(&self, complaint: ComplaintId) -> Staff {
        let first = self.desk.read(complaint).await.first_contact;
        self.people.iter().find(|p| p.id == first).unwrap().clone()
    }

    async fn tries_a_step(&mut self) {
        // Most of what is tried could go: an award that is not over, by whoever might.
        let (open, over): (Vec<_>, Vec<_>) =
            self.reckoner.books.iter().map(|(id, b)| (*id, b.complaint, b.state)).partition(
                |(_, _, state)| {
                    matches!(
                        state,
                        AwardState::Proposed
                            | AwardState::Approved
                            | AwardState::Offered
                            | AwardState::Accepted
                            | AwardState::Held
                    )
                },
            );
        let from = if over.is_empty() || !self.chance.one_in(5) { open } else { over };
        let Some(&(id, complaint, state)) = self.chance.of(&from) else { return };
        let why = || verbs::body(json!({ "reason": "because" }));
        let fitting = match (state, self.chance.below(10)) {
            (_, 0) => Verb::AmendAward(id, verbs::body(json!({ "value": self.money(), "reason": "more" }))),
            (_, 1) => Verb::HoldAward(id, why()),
            (_, 2) => Verb::RefuseAward(id, why()),
            (AwardState::Proposed | AwardState::Held, 3..) => Verb::ApproveAward(id),
            (AwardState::Approved, 3) => Verb::WithdrawAward(id, verbs::body(json!({}))),
            (AwardState::Approved, 4..) => Verb::OfferAward(id, verbs::body(json!({}))),
            (AwardState::Offered, 3) => Verb::AnswerAward(id, verbs::body(json!({ "answer": "declined" }))),
            (AwardState::Offered, 4..) => Verb::AnswerAward(id, verbs::body(json!({ "answer": "accepted" }))),
            (AwardState::Accepted, 3..) | (_, 7) => Verb::ExecuteAward(id, verbs::body(json!({}))),
            (AwardState::Executed, 3..=5) => Verb::ReverseAward(id, why()),
            (_, 6) => Verb::RatifyAward(id, verbs::body(json!({ "outcome": "ratified", "reason": "right" }))),
            _ => Verb::ApproveAward(id),
        };
        let who = match fitting {
            Verb::ApproveAward(_) if self.chance.one_in(2) => self.somebody_of(&[0, 1, 6]),
            _ if self.chance.one_in(3) => self.in_charge(complaint).await,
            _ => self.somebody(),
        };
        self.tries(&who, complaint, fitting).await;
    }

    async fn tries(&mut self, who: &Staff, complaint: ComplaintId, verb: Verb) {
        self.last = Some((who.clone(), complaint, verb.clone()));
        let (by, did) = (who.id, verb.clone());
        let tried = self.desk.db.change(move |unit| {
            let verb = did.clone();
            Box::pin(async move { awards::perform(unit, by, complaint, &verb, None).await })
        });
        match tried.await {
            Ok(Ok(_)) => {}
            Ok(Err(refusal)) | Err(Error::Refused(refusal)) => {
                let name: String =
                    format!("{refusal:?}").chars().take_while(|c| c.is_alphanumeric()).collect();
                *self.reckoner.seen.refused.entry(name).or_default() += 1;
            }
            Err(other) => panic!("{verb:?} by {who:?}: {other:?}"),
        }
        self.reckon(complaint).await;
    }

    async fn settles(&mut self) {
        let (who, mut award) = (self.somebody(), self.award());
        award["type"] = json!("refund");
        let log = json!({
            "channel": "phone", "customer": { "id": self.customers[0] }, "narrative": "It came late again.",
            "desired_remedy": "something",
            "settled": { "reply": { "body": "Sorry." }, "cause": { "cause": "billing-error" }, "award": award },
        });
        let Ok(complaint) = self.desk.try_log(&who, log).await else { return };
        let customer = complaint.customer.unwrap();
        self.complaints.push(complaint.id);
        self.reckoner.cases.insert(complaint.id, CaseOf { customer, team: who.team });
        self.reckon(complaint.id).await;
    }

    async fn tries_a_batch(&mut self) {
        let who = self.people[usize::from(self.chance.one_in(2))].clone();
        let incident = self.chance.of(&self.incidents).unwrap().clone();
        let mut complaints: Vec<ComplaintId> = Vec::new();
        for complaint in self.complaints.clone() {
            if complaints.len() < 5 && !self.chance.one_in(3) {
                complaints.push(complaint);
            }
        }
        if complaints.is_empty() {
            return;
        }
        let body: BatchAward = verbs::body(json!({
            "complaints": complaints, "incident": incident, "type": "refund", "basis": "goodwill",
            "value": { "amount": self.amount(), "currency": "EUR" }, "reason": "the incident",
        }));
        let (by, all) = (who.id, complaints.clone());
        let done = self.desk.db.change(move |unit| {
            let body = body.clone();
            Box::pin(async move { awards::batch(unit, by, &body).await })
        });
        done.await.unwrap();
        for complaint in all {
            self.reckon(complaint).await;
        }
    }

    async fn merges(&mut self) {
        let (by, one, other) = (self.admins[0].id, self.customers[0], self.customers[1]);
        let merged = self.reckoner.merged.contains_key(&other);
        let done = self.desk.db.change(move |unit| {
            Box::pin(async move {
                if merged {
                    customers::unmerge(unit, by, one, other).await
                } else {
                    let into_one = MergeCustomer { into: one, keep: Vec::new() };
                    customers::merge(unit, by, other, &into_one).await
                }
            })
        });
        done.await.unwrap();
        if merged {
            self.reckoner.merged.remove(&other);
        } else {
            self.reckoner.merged.insert(other, one);
        }
    }

    async fn moves_a_grant(&mut self) {
        let place = usize::try_from(self.chance.below(self.written.len() as u64)).unwrap();
        let (body, grant) = self.written[place].clone();
        let step = match (self.reckoner.grants[&grant.id].state, self.chance.below(3)) {
            (GrantState::Suspended, _) => GrantStep::Resume,
            (_, 0) => GrantStep::Suspend,
            (_, 1) => GrantStep::Revoke { for_cause: false },
            _ => GrantStep::Revoke { for_cause: true },
        };
        let resting = self.reckoner.resting_on(grant.id);
        let Ok(after) = self.steps(grant.id, step).await else { return };
        self.reckoner.grants.insert(grant.id, after.clone());
        let mut held = 0;
        for complaint in self.complaints.clone() {
            held += self.reckon(complaint).await;
        }
        // I-48, I-41: what was approved stands, but for a revocation for cause, which stops what is not given yet.
        let expected = if after.for_cause { resting } else { 0 };
        assert_eq!(held, expected, "I-41, I-48: {step:?} of {:?}", grant.id);
        // Authority that was taken back for good is given anew, so that the history goes on.
        if matches!(step, GrantStep::Revoke { .. }) && body.get("parent").is_none() {
            let children: Vec<Value> = self
                .written
                .iter()
                .filter(|(body, _)| body["parent"] == json!(grant.id))
                .map(|(body, _)| body.clone())
                .collect();
            self.written.retain(|(body, g)| g.id != grant.id && body["parent"] != json!(grant.id));
            let mut body = body;
            if let Some(body) = body.as_object_mut().filter(|b| b.contains_key("valid_until")) {
                body.insert("valid_until".to_owned(), json!(self.desk.now().plus_days(25)));
            }
            let anew = self.granted(0, body).await;
            for mut child in children {
                child["parent"] = json!(anew);
                self.granted(2, child).await;
            }
        }
    }

    /// Reads what is new on a complaint; so many facts about awards.
    async fn reckon(&mut self, complaint: ComplaintId) -> usize {
        let history = self.desk.history(complaint).await;
        let known = self.read.entry(complaint).or_default();
        let new: Vec<_> = history.into_iter().skip(known.len()).map(|item| item.entry).collect();
        let mut count = 0;
        let mut reviewed: Vec<AwardId> = Vec::new();
        for entry in new {
            known.push(entry.fact.clone());
            if let Some(award) = firsthand_domain::complaint::award_of(&entry.fact) {
                count += 1;
                reviewed.push(award);
                self.reckoner.take(complaint, &entry);
            }
        }
        if !reviewed.is_empty() {
            let after = self.desk.read(complaint).await;
            for id in reviewed {
                let award = after.award(id).unwrap();
                self.reckoner.reviewed(id, award.state);
                assert_eq!(award.state, self.reckoner.books[&id].state, "{award:?}");
            }
        }
        count
    }

    /// What holds of the whole history, at its end.
    pub(super) async fn ends(&mut self) {
        // I-49: what was cited is what was cited; a grant says what it said.
        for (complaint, facts) in &self.read {
            let now: Vec<Fact> =
                self.desk.history(*complaint).await.into_iter().map(|i| i.entry.fact).collect();
            assert_eq!(&now, facts, "I-49");
        }
        let mut connection = self.desk.db.read().await.unwrap();
        let mut tx = connection.tx();
        for (id, grant) in &self.reckoner.grants {
            let now = grants::by_id(&mut tx, *id).await.unwrap().unwrap();
            assert_eq!(&now, grant, "I-49");
        }
        // Every approval done again comes to what it cited.
        for complaint in &self.complaints {
            let found =
                firsthand_storage::complaints::read(&mut tx, *complaint).await.unwrap().unwrap().complaint;
            for award in &found.awards {
                for again in reperform::reperform(&mut tx, &found, award).await.unwrap() {
                    assert!(again.agrees(), "{again:?}");
                }
            }
        }
        // I-52: an emergency nobody has spoken to is found.
        let query = list::Query { unratified: true, limit: 1_000, ..list::Query::default() };
        let told: Vec<AwardId> =
            list::page(&mut tx, &self.people[0], &query).await.unwrap().into_iter().map(|l| l.id).collect();
        for (id, book) in &self.reckoner.books {
            let waits = book.emergency && !book.ratified && book.decided;
            assert_eq!(told.contains(id), waits, "I-52: {book:?}");
        }
        drop(connection);
        // Roles hold grants at the whole desk: the next history has its own.
        for grant in self.reckoner.grants.values().filter(|g| g.state != GrantState::Revoked) {
            self.steps(grant.id, GrantStep::Revoke { for_cause: false }).await.unwrap();
        }
    }
}
