//! Grants: what they say, what happened to them, and what was used of them.

use std::collections::BTreeSet;

use firsthand_domain::code::{AwardType, Basis, Channel, GrantState};
use firsthand_domain::grant::{self as state, Document, Holder};
use firsthand_domain::id::{CauseId, GrantId, StaffId};
use firsthand_domain::money::{Currency, Money};
use firsthand_domain::time::Timestamp;
use firsthand_storage::{grants, related};
use schemars::JsonSchema;
use serde::Serialize;

use super::Person;
use super::awards::{HolderOf, Names, person};

/// A grant: who may give what up to which limit, delegated by whom. Amounts are decimal texts in its currency.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Grant {
    /// Which.
    pub(crate) id: GrantId,
    /// One for each step; what `If-Match` compares with.
    version: i64,
    /// Where it stands.
    state: GrantState,
    /// Revoked for cause.
    for_cause: bool,
    /// Who may.
    holder: HolderOf,
    /// Under which grant it was written.
    parent: Option<GrantId>,
    /// What a root rests on.
    document: Option<Document>,
    /// Levels above it.
    depth: u32,
    /// What may be given.
    types: Vec<AwardType>,
    /// On which grounds.
    bases: Vec<Basis>,
    /// In which currency.
    currency: Currency,
    /// How much.
    limits: Limits,
    /// Where; an empty list bounds nothing.
    scope: Scope,
    /// From when.
    valid_from: Timestamp,
    /// Until when, that instant left out.
    valid_until: Option<Timestamp>,
    /// Above this amount the proposer does not approve.
    four_eyes_above: Option<String>,
    /// How many people approve above it.
    approvers: u32,
    /// Whether the holder may pass on a part of it.
    may_subdelegate: bool,
    /// Levels of delegation allowed below it.
    max_depth: u32,
    /// Who wrote it.
    written_by: Person,
    /// When.
    written_at: Timestamp,
    /// Who put it in force.
    activated_by: Option<Person>,
}

/// How much; what is null bounds nothing.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "GrantLimits")]
#[expect(clippy::struct_field_names, reason = "the names are the contract's")]
struct Limits {
    /// One award.
    per_award: Option<String>,
    /// All awards on one complaint, by anyone; as much as one award may be when null.
    per_case: Option<String>,
    /// All awards to one customer, by anyone.
    per_customer: Option<Window>,
    /// All awards one person approves.
    per_holder: Option<Window>,
    /// All awards the people of one team approve.
    per_unit: Option<Window>,
    /// All awards over one incident.
    per_batch: Option<String>,
}

/// An amount over a rolling window.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "GrantWindow")]
struct Window {
    /// How much.
    amount: String,
    /// How many days back.
    days: i64,
}

/// Where a grant may be used.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "GrantScope")]
struct Scope {
    /// Teams of the first contact.
    teams: Vec<String>,
    /// Products.
    products: Vec<String>,
    /// Channels.
    channels: Vec<Channel>,
    /// Causes.
    causes: Vec<CauseId>,
}

impl Grant {
    pub(crate) fn of(grant: state::Grant, names: &Names, now: Timestamp) -> Self {
        let state = grant.state_at(now);
        let state::Terms { types, bases, currency, limits, scope, .. } = grant.terms;
        let amount = |minor: Option<i64>| minor.map(|minor| currency.write(minor));
        let window = |window: Option<state::Window>| {
            window.map(|w| Window { amount: currency.write(w.amount), days: w.days })
        };
        Self {
            id: grant.id,
            version: grant.version,
            state,
            for_cause: grant.for_cause,
            holder: HolderOf::of(grant.holder, names),
            parent: grant.parent,
            document: grant.document,
            depth: grant.depth,
            types,
            bases,
            currency,
            limits: Limits {
                per_award: amount(limits.per_award),
                per_case: amount(limits.per_case),
                per_customer: window(limits.per_customer),
                per_holder: window(limits.per_holder),
                per_unit: window(limits.per_unit),
                per_batch: amount(limits.per_batch),
            },
            scope: Scope {
                teams: scope.teams,
                products: scope.products,
                channels: scope.channels,
                causes: scope.causes,
            },
            valid_from: grant.terms.valid_from,
            valid_until: grant.terms.valid_until,
            four_eyes_above: amount(grant.terms.four_eyes_above),
            approvers: grant.terms.approvers,
            may_subdelegate: grant.terms.may_subdelegate,
            max_depth: grant.terms.max_depth,
            written_by: person(grant.written_by, names),
            written_at: grant.written_at,
            activated_by: grant.activated_by.map(|by| person(by, names)),
        }
    }
}

/// The people grants speak of.
pub(crate) fn people<'g>(grants: impl IntoIterator<Item = &'g state::Grant>) -> BTreeSet<StaffId> {
    let of_one = |grant: &state::Grant| {
        let holder = match grant.holder {
            Holder::Staff(id) => Some(id),
            Holder::Role(_) => None,
        };
        [Some(grant.written_by), grant.activated_by, holder].into_iter().flatten()
    };
    grants.into_iter().flat_map(of_one).collect()
}

/// A grant with all that is above it, what happened to it, and how many were written under it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct GrantInFull {
    #[serde(flatten)]
    pub(crate) grant: Grant,
    /// The grants above it, the nearest first and the root last; empty for a root.
    pub(crate) chain: Vec<Grant>,
    /// What happened to it, in order.
    pub(crate) steps: Vec<Step>,
    /// How many grants were written directly under it.
    pub(crate) children: i64,
}

/// What happened to a grant.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "GrantStep")]
#[expect(clippy::struct_field_names, reason = "the name is the contract's")]
pub(crate) struct Step {
    /// The version it made.
    version: i64,
    /// `written`, `activated`, `suspended`, `resumed` or `revoked`.
    step: String,
    /// When.
    at: Timestamp,
    /// Who.
    by: Person,
    /// Why.
    reason: Option<String>,
}

impl From<grants::Step> for Step {
    fn from(step: grants::Step) -> Self {
        let by = Person { id: step.by, name: step.name };
        Self { version: step.version, step: step.kind, at: step.at, by, reason: step.reason }
    }
}

/// What was used of a grant.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Usage {
    /// Which grant.
    pub(crate) grant: GrantId,
    /// Over whom it is counted: its holder; of a grant held by a role, whoever asks.
    pub(crate) holder: Person,
    /// Each of its limits.
    pub(crate) limits: Vec<LimitUsage>,
}

/// What was used of a limit. On a case, a customer and an incident it depends on which: these stand on the complaint.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LimitUsage {
    /// Which limit, as grants name it.
    pub(crate) over: &'static str,
    /// How many days back.
    pub(crate) days: Option<i64>,
    /// How much.
    pub(crate) limit: Money,
    /// What was given; null where it depends on the complaint.
    pub(crate) used: Option<Money>,
    /// What is left; null where it depends on the complaint.
    pub(crate) remaining: Option<Money>,
}

/// Somebody a person is related to, by declaration.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Related {
    /// Who.
    staff: Person,
    /// How.
    reason: String,
    /// Who declared it.
    declared_by: Person,
    /// When.
    declared_at: Timestamp,
}

impl From<related::Related> for Related {
    fn from(related: related::Related) -> Self {
        let person = |(id, name)| Person { id, name };
        Self {
            staff: person((related.id, related.name)),
            reason: related.reason,
            declared_by: person(related.by),
            declared_at: related.at,
        }
    }
}
