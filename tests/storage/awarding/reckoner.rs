//! The second hand: reads the facts as they come, sums what was given in the plainest way, and asks of every approval
//! whether it could be.

use std::collections::{BTreeMap, BTreeSet};

use firsthand_domain::authority::{Dimension, Weighed};
use firsthand_domain::code::{AwardState, AwardType, Basis, GrantState, Role};
use firsthand_domain::grant::{Grant, Holder};
use firsthand_domain::history::{Actor, Entry, Fact};
use firsthand_domain::id::{AwardId, ComplaintId, CustomerId, GrantId, StaffId};
use firsthand_domain::money::Money;
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;

/// One award as the facts tell it.
#[derive(Debug, Clone)]
pub(super) struct Book {
    pub(super) complaint: ComplaintId,
    pub(super) state: AwardState,
    pub(super) emergency: bool,
    pub(super) ratified: bool,
    /// Allowed, and neither changed nor stopped since; it may be over.
    pub(super) decided: bool,
    kind: AwardType,
    basis: Basis,
    value: Money,
    incident: Option<String>,
    askers: Vec<StaffId>,
    /// Who approved since it last stood open, and every grant they cited.
    approved_by: Vec<StaffId>,
    cited: BTreeSet<GrantId>,
    /// What a complete approval allowed.
    allowed: Option<Money>,
    taken: Option<Taken>,
}

/// What an approval takes up, of whom.
#[derive(Debug, Clone)]
struct Taken {
    at: Timestamp,
    amount: Money,
    holder: StaffId,
    unit: Option<String>,
    of_customer: bool,
    of_holder: bool,
}

/// A complaint as far as authority looks at it.
#[derive(Debug, Clone)]
pub(super) struct CaseOf {
    pub(super) customer: CustomerId,
    pub(super) team: Option<String>,
}

/// How often it happened.
#[derive(Debug, Default)]
pub(super) struct Seen {
    approved: u32,
    by_others: u32,
    by_two: u32,
    emergencies: u32,
    held: u32,
    amended: u32,
    executed: u32,
    reversed: u32,
    over_merged: u32,
    in_batches: u32,
    pub(super) refused: BTreeMap<String, u32>,
}

impl Seen {
    pub(super) fn add(&mut self, other: &Self) {
        for (mine, theirs) in [
            (&mut self.approved, other.approved),
            (&mut self.by_others, other.by_others),
            (&mut self.by_two, other.by_two),
            (&mut self.emergencies, other.emergencies),
            (&mut self.held, other.held),
            (&mut self.amended, other.amended),
            (&mut self.executed, other.executed),
            (&mut self.reversed, other.reversed),
            (&mut self.over_merged, other.over_merged),
            (&mut self.in_batches, other.in_batches),
        ] {
            *mine += theirs;
        }
        for (why, times) in &other.refused {
            *self.refused.entry(why.clone()).or_default() += times;
        }
    }

    pub(super) fn is_enough(&self) {
        for (what, times) in [
            ("approved", self.approved),
            ("approved by others", self.by_others),
            ("approved by two", self.by_two),
            ("emergencies", self.emergencies),
            ("held", self.held),
            ("amended", self.amended),
            ("executed", self.executed),
            ("reversed", self.reversed),
            ("over merged customers", self.over_merged),
            ("in batches", self.in_batches),
        ] {
            assert!(times > 0, "{what}: {self:?}");
        }
        for why in [
            "LimitExceeded",
            "SelfApproval",
            "RelatedParty",
            "AwardOver",
            "AnotherPersonNeeded",
            "ApprovedAlready",
        ] {
            assert!(self.refused.contains_key(why), "never refused for {why}: {self:?}");
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Reckoner {
    /// Grants as the last step left them, and as they were written.
    pub(super) grants: BTreeMap<GrantId, Grant>,
    pub(super) people: BTreeMap<StaffId, Staff>,
    pub(super) related: BTreeSet<(StaffId, StaffId)>,
    /// Whose record whom goes on under.
    pub(super) merged: BTreeMap<CustomerId, CustomerId>,
    /// People at the desk who are customers too.
    pub(super) also_staff: BTreeMap<CustomerId, StaffId>,
    pub(super) cases: BTreeMap<ComplaintId, CaseOf>,
    pub(super) books: BTreeMap<AwardId, Book>,
    pub(super) seen: Seen,
}

impl Reckoner {
    /// Takes in the next fact of a complaint, and asks whether it could be.
    pub(super) fn take(&mut self, complaint: ComplaintId, entry: &Entry) {
        let Some(id) = firsthand_domain::complaint::award_of(&entry.fact) else { return };
        let by = match entry.actor {
            Actor::Staff(by) => Some(by),
            Actor::System => None,
        };
        if let Fact::AwardProposed { award_type, basis, value, incident, emergency, .. } = &entry.fact {
            let book = Book {
                complaint,
                state: AwardState::Proposed,
                emergency: *emergency,
                ratified: false,
                decided: false,
                kind: *award_type,
                basis: *basis,
                value: *value,
                incident: incident.clone(),
                askers: by.into_iter().collect(),
                approved_by: Vec::new(),
                cited: BTreeSet::new(),
                allowed: None,
                taken: None,
            };
            assert!(self.books.insert(id, book).is_none());
            return;
        }
        if let Fact::AwardApproved { cited, unit, complete, .. } = &entry.fact {
            self.approved(id, by.unwrap(), cited, unit.as_ref(), *complete, entry.at);
            return;
        }
        let book = self.books.get_mut(&id).unwrap();
        let seen = &mut self.seen;
        match &entry.fact {
            Fact::AwardAmended { value, .. } => {
                seen.amended += 1;
                (book.value, book.emergency) = (*value, false);
                book.askers.extend(by);
                book.decided = false;
                book.opens(AwardState::Proposed);
            }
            Fact::AwardHeld { .. } => {
                seen.held += 1;
                book.decided = false;
                book.opens(AwardState::Held);
            }
            Fact::AwardRefused { .. } => book.opens(AwardState::Refused),
            Fact::AwardWithdrawn { .. } => book.opens(AwardState::Withdrawn),
            Fact::AwardDeclined { .. } => book.opens(AwardState::Declined),
            Fact::AwardLapsed { .. } => book.opens(AwardState::Lapsed),
            Fact::AwardOffered { .. } => book.goes_on(AwardState::Offered),
            Fact::AwardAccepted { .. } => book.goes_on(AwardState::Accepted),
            Fact::AwardExecuted { .. } => {
                seen.executed += 1;
                book.goes_on(AwardState::Executed);
                // I-43: above the threshold whoever gives it had no hand in it.
                let threshold = book.cited.iter().filter_map(|g| self.grants[g].terms.four_eyes_above).min();
                if threshold.is_some_and(|above| book.value.minor > above) {
                    let by = by.unwrap();
                    assert!(!book.askers.contains(&by) && !book.approved_by.contains(&by), "I-43");
                }
            }
            Fact::AwardReversed { cited, .. } => {
                seen.reversed += 1;
                // I-51: with authority of its own; what the period of its approver was used for stays used.
                assert!(cited.grant().is_some(), "I-51");
                book.state = AwardState::Reversed;
                book.taken.as_mut().unwrap().of_customer = false;
            }
            Fact::AwardRatified { .. } => book.ratified = true,
            other => panic!("{other:?}"),
        }
    }

    fn approved(
        &mut self,
        id: AwardId,
        by: StaffId,
        cited: &Weighed,
        unit: Option<&String>,
        complete: bool,
        at: Timestamp,
    ) {
        let book = self.books[&id].clone();
        let (value, actor) = (book.value, &self.people[&by]);
        let own = book.askers.contains(&by);
        let chain: Vec<&Grant> = cited.chain.iter().map(|c| &self.grants[&c.grant]).collect();

        // I-33, I-48: a chain from a grant of theirs to a root, each in force and speaking of this award.
        let leaf = chain.first().expect("I-33: an approval cites a grant");
        let held = match leaf.holder {
            Holder::Staff(id) => id == by,
            Holder::Role(role) => role == actor.role,
        };
        assert!(held, "I-33: {leaf:?} is not held by {actor:?}");
        for (place, grant) in chain.iter().enumerate() {
            let terms = &grant.terms;
            assert_eq!(grant.parent, chain.get(place + 1).map(|g| g.id), "I-33: the chain is the tree's");
            assert_eq!(cited.chain[place].version, grant.version, "I-33");
            assert!(grant.state == GrantState::Active && terms.valid_from <= at, "I-33, I-48: {grant:?}");
            assert!(terms.valid_until.is_none_or(|until| at < until), "I-33");
            let speaks = terms.types.contains(&book.kind) && terms.bases.contains(&book.basis);
            assert!(speaks && terms.currency == value.currency, "I-33: {terms:?} says nothing of {book:?}");
            let team = &self.cases[&book.complaint].team;
            let teams = &terms.scope.teams;
            assert!(teams.is_empty() || team.as_ref().is_some_and(|t| teams.contains(t)), "I-33");
        }

        // I-34 to I-39, I-53: each limit of the chain with the sum of what competed, in this currency alone.
        let mut limits = 0;
        for grant in &chain {
            for (dimension, limit) in of(grant, book.incident.is_some()) {
                let used = self.used(&book, by, unit, dimension, at);
                let bound = cited.bounds.iter().find(|b| b.grant == grant.id && b.dimension == dimension);
                let bound = bound.unwrap_or_else(|| panic!("{dimension:?} of {:?} is not cited", grant.id));
                assert_eq!((bound.limit, bound.used), (limit, used), "{dimension:?} of {book:?}");
                limits += 1;
                let within = used + value.minor <= limit;
                assert!(within || (own && book.emergency), "{dimension:?}: {used} + {value:?} > {limit}");
                if matches!(dimension, Dimension::Customer { .. })
                    && used > 0
                    && self.is_merged(book.complaint)
                {
                    self.seen.over_merged += 1;
                }
            }
        }
        assert_eq!(limits, cited.bounds.len());

        // I-50: however it is cut up, a case gets what one award could be.
        if !book.emergency {
            let one = chain
                .iter()
                .filter_map(|g| g.terms.limits.per_award.into_iter().chain(g.terms.limits.per_case).min());
            let case = self.used(&book, by, unit, Dimension::Case, at) + value.minor;
            assert!(one.min().is_none_or(|one| case <= one), "I-50: {case}");
        }

        // I-43: above the threshold not by whoever asked, and by as many as are asked for.
        let threshold = chain.iter().filter_map(|g| g.terms.four_eyes_above).min();
        let above = threshold.is_some_and(|threshold| value.minor > threshold);
        assert!(!own || !above || book.emergency, "I-43: {book:?}");
        assert!(!book.approved_by.contains(&by), "I-43: twice by one person");
        let needed = if above && !own { chain.iter().map(|g| g.terms.approvers).max().unwrap() } else { 1 };
        assert_eq!(complete, book.approved_by.len() + 1 >= needed as usize, "I-43: {needed} of {book:?}");
        if book.emergency && own {
            assert_eq!(actor.role, Role::Lead, "an emergency is a lead's");
        }

        // I-44: no party to it.
        let family = self.family(self.cases[&book.complaint].customer);
        let near = |other: &StaffId| *other == by || self.related.contains(&(by, *other));
        assert!(!self.also_staff.iter().any(|(c, s)| family.contains(c) && near(s)), "I-44: to oneself");
        assert!(!book.askers.iter().any(|a| self.related.contains(&(by, *a))), "I-44: for a relation");

        let book = self.books.get_mut(&id).unwrap();
        book.approved_by.push(by);
        book.cited.extend(cited.chain.iter().map(|c| c.grant));
        if complete {
            book.decided = true;
            book.allowed = Some(value);
            book.taken = Some(Taken {
                at,
                amount: value,
                holder: by,
                unit: unit.cloned(),
                of_customer: true,
                of_holder: true,
            });
            if book.state == AwardState::Proposed {
                book.state = AwardState::Approved;
            }
            self.seen.approved += 1;
            self.seen.by_others += u32::from(!own);
            self.seen.by_two += u32::from(book.approved_by.len() > 1);
            self.seen.emergencies += u32::from(own && book.emergency);
            self.seen.in_batches += u32::from(book.incident.is_some());
        }
    }

    /// Where an award stands after a review is what it was stopped from: that alone is taken from the complaint.
    pub(super) fn reviewed(&mut self, id: AwardId, state: AwardState) {
        let book = self.books.get_mut(&id).unwrap();
        if book.state == AwardState::Held && book.allowed.is_some() {
            book.state = state;
        }
    }

    fn used(&self, of: &Book, by: StaffId, unit: Option<&String>, over: Dimension, now: Timestamp) -> i64 {
        let family = self.family(self.cases[&of.complaint].customer);
        let mut sum = 0;
        for book in self.books.values() {
            let Some(taken) = &book.taken else { continue };
            let counts = match over {
                Dimension::Award => false,
                Dimension::Case => taken.of_customer && book.complaint == of.complaint,
                Dimension::Customer { .. } => {
                    taken.of_customer && family.contains(&self.cases[&book.complaint].customer)
                }
                Dimension::Holder { .. } => taken.of_holder && taken.holder == by,
                Dimension::Unit { .. } => taken.of_holder && unit.is_some() && taken.unit.as_ref() == unit,
                Dimension::Batch => {
                    taken.of_customer && book.incident.is_some() && book.incident == of.incident
                }
            };
            let recent = over.days().is_none_or(|days| taken.at > now.plus_days(-days));
            if counts && recent && taken.amount.currency == of.value.currency {
                sum += taken.amount.minor;
            }
        }
        sum
    }

    /// Every record of one person.
    fn family(&self, customer: CustomerId) -> Vec<CustomerId> {
        let root = |of: CustomerId| self.merged.get(&of).copied().unwrap_or(of);
        let all = self.cases.values().map(|case| case.customer);
        all.filter(|other| root(*other) == root(customer)).collect()
    }

    fn is_merged(&self, complaint: ComplaintId) -> bool {
        let family: BTreeSet<CustomerId> = self.family(self.cases[&complaint].customer).into_iter().collect();
        family.len() > 1
    }

    /// Awards not given yet, an approval of which rests on a grant.
    pub(super) fn resting_on(&self, grant: GrantId) -> usize {
        let under_way = |book: &&Book| {
            use AwardState::{Accepted, Approved, Held, Offered, Proposed};
            matches!(book.state, Proposed | Approved | Offered | Accepted | Held)
                && book.cited.contains(&grant)
        };
        self.books.values().filter(under_way).count()
    }
}

impl Book {
    /// It stands open again, or is over: nothing is taken up, every approval is gone.
    fn opens(&mut self, state: AwardState) {
        self.state = state;
        self.approved_by.clear();
        self.cited.clear();
        (self.allowed, self.taken) = (None, None);
    }

    /// I-41, I-42: only what was approved as it stands goes on.
    fn goes_on(&mut self, state: AwardState) {
        assert_eq!(self.allowed, Some(self.value), "I-41, I-42: {self:?}");
        self.state = state;
    }
}

/// The limits of a grant, read off its terms.
fn of(grant: &Grant, batch: bool) -> Vec<(Dimension, i64)> {
    let limits = grant.terms.limits;
    let mut all = Vec::new();
    all.extend(limits.per_award.map(|l| (Dimension::Award, l)));
    all.extend(limits.per_case.or(limits.per_award).map(|l| (Dimension::Case, l)));
    all.extend(limits.per_customer.map(|w| (Dimension::Customer { days: w.days }, w.amount)));
    all.extend(limits.per_holder.map(|w| (Dimension::Holder { days: w.days }, w.amount)));
    all.extend(limits.per_unit.map(|w| (Dimension::Unit { days: w.days }, w.amount)));
    all.extend(limits.per_batch.filter(|_| batch).map(|l| (Dimension::Batch, l)));
    all
}
