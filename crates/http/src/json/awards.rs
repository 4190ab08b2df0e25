//! Awards by themselves: with the complaint they are on, what they were decided under, and what may be given now.

use std::collections::BTreeMap;

use firsthand_domain::authority::{Bound, NextHolder, NotCovered};
use firsthand_domain::code::{AwardState, AwardType, Basis, Ratification};
use firsthand_domain::grant::{Grant, Holder};
use firsthand_domain::id::{AwardId, ComplaintId, GrantId, StaffId};
use firsthand_domain::money::{Currency, Money};
use firsthand_domain::time::Timestamp;
use firsthand_storage::awards::list::Listed;
use firsthand_storage::awards::reperform::{Reckoned, Reperformed};
use firsthand_storage::awards::standing::{Standing, above};
use firsthand_storage::view::View;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{Award, CustomerRef, Person};

/// Names by id.
pub(crate) type Names = BTreeMap<StaffId, String>;

/// Who may give more.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "NextHolder")]
pub(crate) struct Next {
    /// Who.
    id: StaffId,
    /// As others call them.
    name: String,
    /// How far their authority goes here and now.
    up_to: Money,
}

impl From<NextHolder> for Next {
    fn from(next: NextHolder) -> Self {
        let NextHolder { id, name, up_to } = next;
        Self { id, name, up_to }
    }
}

/// Who holds a grant: a person, or everybody of a role.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "HolderOf")]
pub(crate) enum HolderOf {
    /// A person.
    Person(Person),
    /// A role.
    Role {
        /// Its code.
        role: firsthand_domain::code::Role,
    },
}

impl HolderOf {
    pub(crate) fn of(holder: Holder, names: &Names) -> Self {
        match holder {
            Holder::Staff(id) => Self::Person(person(id, names)),
            Holder::Role(role) => Self::Role { role },
        }
    }
}

pub(crate) fn person(id: StaffId, names: &Names) -> Person {
    Person { id, name: names.get(&id).cloned().unwrap_or_default() }
}

/// A limit as it stands, or stood.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "LimitStanding")]
pub(crate) struct LimitStanding {
    /// Which limit, as grants name it.
    over: &'static str,
    /// Over how many days back.
    days: Option<i64>,
    /// Whose limit.
    grant: GrantId,
    /// How much.
    limit: Money,
    /// What was given before.
    used: Money,
    /// What is left.
    remaining: Money,
}

impl LimitStanding {
    pub(crate) fn of(bound: &Bound, currency: Currency) -> Self {
        let money = |minor| Money::new(minor, currency);
        Self {
            over: bound.dimension.name(),
            days: bound.dimension.days(),
            grant: bound.grant,
            limit: money(bound.limit),
            used: money(bound.used),
            remaining: money(bound.remaining()),
        }
    }
}

/// A grant of the chain, as it was cited.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CitedGrant")]
struct CitedGrant {
    /// Which.
    grant: GrantId,
    /// In which version.
    version: i64,
    /// Who held it.
    holder: HolderOf,
}

/// An award that competed for a limit when a decision was made.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CompetingAward")]
struct CompetingAward {
    /// Which.
    award: AwardId,
    /// On which complaint; null when the reader may not know of it.
    complaint: Option<String>,
    /// Who approved it.
    approved_by: Person,
    /// When.
    at: Timestamp,
    /// How much.
    value: Money,
}

/// A limit as cited, and what is found for that instant now.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ReckonedLimit")]
struct ReckonedLimit {
    /// As cited.
    #[serde(flatten)]
    cited: LimitStanding,
    /// The sum of what competed.
    found: Money,
    /// Both are the same.
    agrees: bool,
    /// What competed.
    competing: Vec<CompetingAward>,
}

/// An approval with all it was made under, reckoned again.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Proof")]
struct Proof {
    /// Who approved.
    by: Person,
    /// When.
    at: Timestamp,
    /// For which team.
    unit: Option<String>,
    /// Its entry in the ledger.
    entry: Option<i64>,
    /// The grant first, the root last.
    chain: Vec<CitedGrant>,
    /// Above this the proposer did not approve.
    four_eyes_above: Option<Money>,
    /// How many approved above it.
    approvers: u32,
    /// The limit that left least.
    limit: Option<LimitStanding>,
    /// Every limit.
    limits: Vec<ReckonedLimit>,
    /// What was cited is what is found.
    agrees: bool,
}

/// An award with the complaint it is on and what it was decided under.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AwardInFull {
    #[serde(flatten)]
    award: Award,
    /// The complaint it is on.
    complaint: OnComplaint,
    /// Who may approve it, the lowest first, while it waits.
    next_holders: Vec<Next>,
    /// Each approval, reckoned again.
    proof: Vec<Proof>,
}

/// The complaint an award is on.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AwardComplaint")]
struct OnComplaint {
    /// Which.
    id: ComplaintId,
    /// As people call it.
    reference: String,
}

impl AwardInFull {
    /// `known` are the references the reader may know of.
    pub(crate) fn of(
        view: &View,
        id: AwardId,
        next: Vec<NextHolder>,
        done: &[Reperformed],
        names: &Names,
        known: &dyn Fn(ComplaintId) -> bool,
    ) -> Option<Self> {
        let award = view.complaint.award(id)?;
        let currency = award.value.currency;
        Some(Self {
            award: Award::of(view, award),
            complaint: OnComplaint { id: view.complaint.id, reference: view.reference.clone() },
            next_holders: next.into_iter().map(Next::from).collect(),
            proof: done.iter().map(|d| proof(d, currency, names, known)).collect(),
        })
    }
}

fn proof(
    done: &Reperformed,
    currency: Currency,
    names: &Names,
    known: &dyn Fn(ComplaintId) -> bool,
) -> Proof {
    let cited = &done.approval.cited;
    let limit = |reckoned: &Reckoned| ReckonedLimit {
        cited: LimitStanding::of(&reckoned.bound, currency),
        found: Money::new(reckoned.used, currency),
        agrees: reckoned.agrees(),
        competing: reckoned
            .competing
            .iter()
            .map(|c| CompetingAward {
                award: c.award,
                complaint: known(c.complaint).then(|| c.reference.clone()),
                approved_by: person(c.holder, names),
                at: c.at,
                value: Money::new(c.amount, currency),
            })
            .collect(),
    };
    Proof {
        by: person(done.approval.by, names),
        at: done.approval.at,
        unit: done.approval.unit.clone(),
        entry: done.entry,
        chain: cited
            .chain
            .iter()
            .map(|c| CitedGrant { grant: c.grant, version: c.version, holder: HolderOf::of(c.holder, names) })
            .collect(),
        four_eyes_above: cited.four_eyes_above.map(|minor| Money::new(minor, currency)),
        approvers: cited.approvers,
        limit: cited.binding().map(|bound| LimitStanding::of(bound, currency)),
        limits: done.bounds.iter().map(limit).collect(),
        agrees: done.agrees(),
    }
}

/// One award of a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AwardListItem {
    id: AwardId,
    version: i64,
    complaint: OnComplaint,
    customer: Option<CustomerRef>,
    #[serde(rename = "type")]
    kind: AwardType,
    basis: Basis,
    value: Money,
    state: AwardState,
    proposed_by: Person,
    proposed_at: Timestamp,
    approved_by: Option<Person>,
    decided_at: Option<Timestamp>,
    unit: Option<String>,
    grant: Option<GrantId>,
    incident: Option<String>,
    emergency: bool,
    ratified: Option<Ratification>,
    executed_at: Option<Timestamp>,
}

impl From<Listed> for AwardListItem {
    fn from(l: Listed) -> Self {
        let person = |(id, name)| Person { id, name };
        Self {
            id: l.id,
            version: l.version,
            complaint: OnComplaint { id: l.complaint, reference: l.reference },
            customer: l.customer.map(|(id, name)| CustomerRef::named(id, name)),
            kind: l.kind,
            basis: l.basis,
            value: l.value,
            state: l.state,
            proposed_by: person(l.proposed_by),
            proposed_at: l.proposed_at,
            approved_by: l.approved_by.map(person),
            decided_at: l.decided_at,
            unit: l.unit,
            grant: l.grant,
            incident: l.incident,
            emergency: l.emergency,
            ratified: l.ratified,
            executed_at: l.executed_at,
        }
    }
}

impl AwardListItem {
    /// Where the next page begins.
    pub(crate) fn cursor(&self) -> String {
        format!("{}-{}", self.proposed_at.micros(), self.id)
    }
}

/// What became of one complaint of a batch.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BatchRow {
    /// As it was named.
    pub(crate) complaint: String,
    /// The award.
    pub(crate) award: Option<AwardId>,
    /// Where it stands: `approved`, or `proposed` beyond the caller's authority.
    pub(crate) state: Option<AwardState>,
    /// Why there is none.
    pub(crate) problem: Option<Value>,
}

/// What became of a batch.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Batch {
    /// A row each, in the order they were named.
    pub(crate) items: Vec<BatchRow>,
    /// How much was approved.
    pub(crate) approved: Money,
    /// How much waits for a higher holder.
    pub(crate) proposed: Money,
}

/// What one grant lets the caller give now.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MayGive {
    /// The grant; null where the caller has none that is given in this currency.
    grant: Option<GrantId>,
    /// What may be given.
    types: Vec<AwardType>,
    /// On which grounds.
    bases: Vec<Basis>,
    /// The most that one award could be now.
    up_to: Money,
    /// Why the grant does not speak of this complaint.
    not_covered: Option<NotCovered>,
    /// The limit that leaves least, as grants name it.
    limited_by: Option<&'static str>,
    /// Every limit of the chain.
    limits: Vec<LimitStanding>,
    /// Above this amount somebody else approves.
    four_eyes_above: Option<Money>,
    /// Until when it is in force.
    valid_until: Option<Timestamp>,
    /// Who wrote it.
    delegated_by: Option<Person>,
    /// Who holds the grant above; null for a root.
    above: Option<HolderOf>,
    /// Who may give more on this complaint, the lowest first.
    next_holders: Vec<Next>,
}

impl MayGive {
    pub(crate) fn of(standing: Standing, names: &Names) -> Self {
        let Standing { chain, weighed, up_to, next } = standing;
        let above = above(&chain).map(|holder| HolderOf::of(holder, names));
        let grant = chain.into_iter().next();
        let terms = grant.as_ref().map(|g| g.terms.clone());
        let told = weighed.as_ref().ok();
        Self {
            not_covered: grant.as_ref().and_then(|_| weighed.as_ref().err().copied()),
            limited_by: told.and_then(|w| w.binding()).map(|b| b.dimension.name()),
            limits: told.map_or_else(Vec::new, |w| {
                w.bounds.iter().map(|b| LimitStanding::of(b, up_to.currency)).collect()
            }),
            four_eyes_above: told
                .and_then(|w| w.four_eyes_above)
                .map(|minor| Money::new(minor, up_to.currency)),
            types: terms.as_ref().map(|t| t.types.clone()).unwrap_or_default(),
            bases: terms.as_ref().map(|t| t.bases.clone()).unwrap_or_default(),
            valid_until: terms.and_then(|t| t.valid_until),
            delegated_by: grant.as_ref().map(|g: &Grant| person(g.written_by, names)),
            grant: grant.map(|g| g.id),
            up_to,
            above,
            next_holders: next.into_iter().map(Next::from).collect(),
        }
    }
}
