//! Grants: who may give what up to which limit, delegated by whom. A grant is never edited, only superseded: its terms
//! stay as they were written, and its state moves by steps that are on record.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::code::{AwardType, Basis, Channel, GrantState, Role};
use crate::id::{CauseId, GrantId, StaffId};
use crate::money::Currency;
use crate::object::{maybe_object, object};
use crate::text::{Line, Reason};
use crate::time::Timestamp;
use crate::verb::CauseRef;

mod rules;

pub use rules::{GrantContext, GrantStep, is_rooted};

/// Levels of delegation below a root, at most.
pub const DEEPEST: u32 = 20;
/// Days of a rolling window, at most: ten years.
pub const LONGEST: i64 = 3_653;

/// Who holds a grant: a person, or whoever has a role while they have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// One person.
    Staff(StaffId),
    /// Everybody of a role.
    Role(Role),
}

impl Holder {
    /// Reads the id of a person or the code of a role.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Role::from_code(text).map(Self::Role).or_else(|| text.parse().ok().map(Self::Staff))
    }

    /// Is this person a holder?
    #[must_use]
    pub fn is(&self, staff: StaffId, role: Role) -> bool {
        match self {
            Self::Staff(id) => *id == staff,
            Self::Role(held) => *held == role,
        }
    }
}

impl Serialize for Holder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Staff(id) => id.serialize(serializer),
            Self::Role(role) => role.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Holder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| de::Error::custom("expected the id of a person, or one of agent, lead, admin"))
    }
}

impl JsonSchema for Holder {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Holder".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "The id of a person, or the code of a role." })
    }
}

/// An amount over a rolling window of whole days, in the currency of the grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// In minor units.
    pub amount: i64,
    /// How far back it counts.
    pub days: i64,
}

/// What a grant allows, in minor units of its currency. What is not said bounds nothing, but for a case: without a limit
/// of its own a case gets what one award may be, so that splitting never helps (I-50).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Limits {
    /// One award.
    pub per_award: Option<i64>,
    /// All awards on one complaint, by anyone.
    pub per_case: Option<i64>,
    /// All awards to one customer, by anyone.
    pub per_customer: Option<Window>,
    /// All awards one person approves.
    pub per_holder: Option<Window>,
    /// All awards the people of one team approve.
    pub per_unit: Option<Window>,
    /// All awards over one incident.
    pub per_batch: Option<i64>,
}

impl Limits {
    /// The most that a single award could be, where nothing has been given yet.
    #[must_use]
    pub fn ceiling(&self) -> i64 {
        let windows = [self.per_customer, self.per_holder, self.per_unit].map(|w| w.map(|w| w.amount));
        let all = [self.per_award, self.per_case, self.per_batch].into_iter().chain(windows);
        all.flatten().min().unwrap_or(i64::MAX)
    }

    /// What a case may get: what is said of cases, else what is said of one award.
    #[must_use]
    pub fn of_case(&self) -> Option<i64> {
        self.per_case.or(self.per_award)
    }
}

/// Where a grant may be used; an empty list bounds nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Scope {
    /// The team of the first contact.
    pub teams: Vec<String>,
    /// What the complaint is about.
    pub products: Vec<String>,
    /// How it came.
    pub channels: Vec<Channel>,
    /// Why it happened: one of its causes.
    pub causes: Vec<CauseId>,
}

impl Scope {
    /// Does it speak of complaints whose first contact is in this team?
    #[must_use]
    pub fn has_team(&self, team: Option<&str>) -> bool {
        named(&self.teams, team)
    }

    /// Does it speak of this product?
    #[must_use]
    pub fn has_product(&self, product: Option<&str>) -> bool {
        named(&self.products, product)
    }
}

/// Is it one of these names, as people read them? Without any, everything is.
fn named(all: &[String], one: Option<&str>) -> bool {
    let same = |a: &String, one: &str| a == one || crate::text::fold(a) == crate::text::fold(one);
    all.is_empty() || one.is_some_and(|one| all.iter().any(|a| same(a, one)))
}

/// The instrument a root grant rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// How it is found: the number of a resolution, the place of a contract.
    #[serde(rename = "ref")]
    pub reference: Line,
    /// Its SHA-256, as 64 hexadecimal digits.
    pub sha256: Sha256Hex,
}

/// A SHA-256 as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Sha256Hex(String);

impl Sha256Hex {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Sha256Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?.to_ascii_lowercase();
        if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
            Ok(Self(text))
        } else {
            Err(de::Error::custom("expected a SHA-256 as 64 hexadecimal digits"))
        }
    }
}

impl JsonSchema for Sha256Hex {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Sha256".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9a-fA-F]{64}$" })
    }
}

/// What a grant says. It never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// What may be given.
    pub types: Vec<AwardType>,
    /// On which grounds.
    pub bases: Vec<Basis>,
    /// In which currency; in no other.
    pub currency: Currency,
    /// How much.
    pub limits: Limits,
    /// Where.
    pub scope: Scope,
    /// From when.
    pub valid_from: Timestamp,
    /// Until when, that instant left out.
    pub valid_until: Option<Timestamp>,
    /// Above this amount the proposer does not approve.
    pub four_eyes_above: Option<i64>,
    /// How many people approve above it.
    pub approvers: u32,
    /// Whether the holder may pass on a part of it.
    pub may_subdelegate: bool,
    /// Levels of delegation allowed below it.
    pub max_depth: u32,
}

/// An authority to award.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Which.
    pub id: GrantId,
    /// One for each step.
    pub version: i64,
    /// Who may.
    pub holder: Holder,
    /// Under which grant it was written; none for a root.
    pub parent: Option<GrantId>,
    /// What a root rests on.
    pub document: Option<Document>,
    /// Levels above it: 0 for a root.
    pub depth: u32,
    /// What it says.
    pub terms: Terms,
    /// Who wrote it.
    pub written_by: StaffId,
    /// When.
    pub written_at: Timestamp,
    /// Who put it in force.
    pub activated_by: Option<StaffId>,
    /// Where it stands, time left out of account: see [`Grant::state_at`].
    pub state: GrantState,
    /// Revoked for cause: what was approved under it and not yet given is held for review.
    pub for_cause: bool,
}

impl Grant {
    /// Where it stands at an instant.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> GrantState {
        let over = self.terms.valid_until.is_some_and(|until| now >= until);
        if over && self.state != GrantState::Revoked { GrantState::Expired } else { self.state }
    }

    /// May awards be made under it at this instant, as far as it alone goes?
    #[must_use]
    pub fn in_force(&self, now: Timestamp) -> bool {
        self.state_at(now) == GrantState::Active && now >= self.terms.valid_from
    }
}

/// An amount inside a grant: a decimal text in the grant's currency, or money of that currency.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Amount {
    /// As `"500.00"`.
    Text(String),
    /// As `{"amount": "500.00", "currency": "EUR"}`.
    Money {
        /// The decimal text.
        amount: String,
        /// The currency, which must be the grant's.
        currency: Currency,
    },
}

/// An amount over a window, as asked for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWindow {
    /// How much.
    pub amount: Amount,
    /// Over how many days back.
    pub days: i64,
}

/// Limits, as asked for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLimits {
    /// One award.
    pub per_award: Option<Amount>,
    /// All awards on one complaint.
    pub per_case: Option<Amount>,
    /// All awards to one customer over a window.
    #[serde(default, deserialize_with = "maybe_object")]
    pub per_customer: Option<NewWindow>,
    /// All awards of one holder over a window.
    #[serde(default, deserialize_with = "maybe_object")]
    pub per_holder: Option<NewWindow>,
    /// All awards of one team over a window.
    #[serde(default, deserialize_with = "maybe_object")]
    pub per_unit: Option<NewWindow>,
    /// All awards over one incident.
    pub per_batch: Option<Amount>,
}

/// Where it may be used, as asked for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewScope {
    /// Teams of the first contact.
    pub teams: Vec<Line>,
    /// Products.
    pub products: Vec<Line>,
    /// Channels.
    pub channels: Vec<Channel>,
    /// Causes, by id or code.
    pub causes: Vec<CauseRef>,
}

/// A new grant, as asked for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrant {
    /// The id of a person, or the code of a role.
    pub holder: Holder,
    /// What may be given.
    pub types: Vec<AwardType>,
    /// On which grounds.
    pub bases: Vec<Basis>,
    /// In which currency.
    pub currency: Currency,
    /// How much; at least one limit.
    #[serde(deserialize_with = "object")]
    pub limits: NewLimits,
    /// Where; everywhere when not said.
    #[serde(default, deserialize_with = "maybe_object")]
    pub scope: Option<NewScope>,
    /// From when; from now when not said.
    pub valid_from: Option<Timestamp>,
    /// Until when; until the parent's end, or without one.
    pub valid_until: Option<Timestamp>,
    /// The grant a part of which it passes on.
    pub parent: Option<GrantId>,
    /// For a root: the instrument it rests on.
    #[serde(default, deserialize_with = "maybe_object")]
    pub document: Option<Document>,
    /// Above this amount the proposer does not approve.
    pub four_eyes_above: Option<Amount>,
    /// How many people approve above it; one when not said.
    pub approvers: Option<u32>,
    /// Whether the holder may pass on a part of it.
    #[serde(default)]
    pub may_subdelegate: bool,
    /// Levels allowed below it; as many as the parent leaves when not said.
    pub max_depth: Option<u32>,
    /// Why it is given.
    pub reason: Option<Reason>,
}

/// Takes a grant back.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Revoke {
    /// Why.
    pub reason: Reason,
    /// Something was wrong with it: what was approved under it and not yet given is held for review.
    #[serde(default)]
    pub for_cause: bool,
}
