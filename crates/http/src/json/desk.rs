//! People at the desk, customers and causes.

use std::collections::BTreeMap;

use firsthand_domain::cause;
use firsthand_domain::code::{
    ControllableBy, Family, IdentifierKind, ProcessStep, Role, Servqual, ValueCategory,
};
use firsthand_domain::id::{
    AbsenceId, CauseId, ComplaintId, CustomerId, IdentifierId, StaffId, SuccessionId,
};
use firsthand_domain::staff;
use firsthand_domain::time::Timestamp;
use firsthand_storage::{absences, customers, desk};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A person at the desk.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Staff {
    /// Who.
    pub(crate) id: StaffId,
    /// As others call them.
    name: String,
    /// Where they sign in.
    email: String,
    /// What they are.
    role: Role,
    /// Whom they work with.
    team: Option<String>,
    /// Whether they still work here.
    active: bool,
}

impl From<staff::Staff> for Staff {
    fn from(s: staff::Staff) -> Self {
        Self { id: s.id, name: s.name, email: s.email, role: s.role, team: s.team, active: s.active }
    }
}

/// A new token.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NewToken {
    /// For whom.
    pub(crate) staff: StaffId,
    /// Told this once; null when the same request comes again under its Idempotency-Key.
    pub(crate) token: Option<String>,
}

/// A link by which a person chooses a password.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Invitation {
    /// For whom.
    pub(crate) staff: StaffId,
    /// Told this once; null when the same request comes again under its Idempotency-Key.
    pub(crate) link: Option<String>,
    /// Until when it is good.
    pub(crate) until: Timestamp,
}

/// A time away.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Absence {
    /// Which.
    id: AbsenceId,
    /// Who is away.
    staff: StaffId,
    /// When it begins.
    from: Timestamp,
    /// When it ends.
    to: Timestamp,
    /// Who is there meanwhile.
    substitute: StaffId,
}

impl Absence {
    pub(crate) fn new(staff: StaffId, a: &absences::Absence) -> Self {
        Self { id: a.id, staff, from: a.from, to: a.to, substitute: a.substitute }
    }
}

/// What became of offering every duty of a person to another, complaint by complaint.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OfferedSuccessions {
    /// One row for each complaint.
    pub(crate) items: Vec<OfferedSuccession>,
}

/// What became of one complaint.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OfferedSuccession {
    /// Which.
    pub(crate) complaint: ComplaintId,
    /// The offer, if it was made.
    pub(crate) succession: Option<SuccessionId>,
    /// Why it was not: a problem.
    pub(crate) problem: Option<Value>,
}

/// A customer.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Customer {
    /// Who.
    pub(crate) id: CustomerId,
    /// As they introduce themselves; null for an erased person.
    name: Option<String>,
    /// The language they want to be answered in.
    language: Option<String>,
    /// How to know them again; left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    identifiers: Option<Vec<Identifier>>,
    /// The record under which this person goes on.
    merged_into: Option<CustomerId>,
    /// The records that go on under this one; left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged: Option<Vec<CustomerId>>,
}

/// A record that may be the same person as another.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LikelySame {
    /// Which.
    customer: Customer,
    /// What both have in common: `name`, folded; `phone`, `email`, `order`.
    same: Vec<&'static str>,
}

impl From<desk::Likely> for LikelySame {
    fn from(likely: desk::Likely) -> Self {
        Self { customer: likely.customer.into(), same: likely.same }
    }
}

/// A way to know a customer again.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Identifier {
    /// Which.
    id: IdentifierId,
    /// Which kind.
    kind: IdentifierKind,
    /// As written.
    value: String,
}

impl From<customers::Customer> for Customer {
    fn from(c: customers::Customer) -> Self {
        let (identifiers, merged) = (None, None);
        Self { id: c.id, name: c.name, language: c.language, identifiers, merged_into: c.merged_into, merged }
    }
}

impl Customer {
    pub(crate) fn whole(
        customer: customers::Customer,
        identifiers: Vec<customers::Identifier>,
        merged: Vec<CustomerId>,
    ) -> Self {
        let identifier = |i: customers::Identifier| Identifier { id: i.id, kind: i.kind, value: i.value };
        let identifiers = Some(identifiers.into_iter().map(identifier).collect());
        Self { identifiers, merged: Some(merged), ..Self::from(customer) }
    }
}

/// A cause.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Cause {
    /// Which.
    pub(crate) id: CauseId,
    /// Short and lasting.
    pub(crate) code: String,
    /// By language tag; `en` is always there.
    name: BTreeMap<String, String>,
    /// What value it takes from the customer.
    value_category: Option<ValueCategory>,
    /// The dimension of service quality it harms.
    servqual: Option<Servqual>,
    /// Its branch of the cause-and-effect diagram.
    family: Option<Family>,
    /// The step of the work at which it arises.
    process_step: Option<ProcessStep>,
    /// Who can do something about it.
    controllable_by: Option<ControllableBy>,
    /// What it stands under; null at the root.
    parent: Option<CauseId>,
    /// Nothing stands under it, so complaints can be tagged with it.
    leaf: bool,
    /// No longer tagged, still counted.
    retired: bool,
    /// Under which cause a retired one is counted.
    maps_to: Option<CauseId>,
    /// The version of the tree in which it was added, moved or retired last.
    version: i64,
    /// Since when it is there.
    added_at: Timestamp,
}

impl From<cause::Cause> for Cause {
    fn from(c: cause::Cause) -> Self {
        Self {
            id: c.id,
            code: c.code,
            name: c.name,
            value_category: c.value_category,
            servqual: c.servqual,
            family: c.family,
            process_step: c.process_step,
            controllable_by: c.controllable_by,
            parent: c.parent,
            leaf: c.leaf,
            retired: c.retired,
            maps_to: c.maps_to,
            version: c.version,
            added_at: c.added_at,
        }
    }
}
