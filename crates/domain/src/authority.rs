//! What a grant allows at one instant for one award: the component-wise minimum along its chain to the root, less what
//! was given before.
//!
//! A sum counts every award by anyone that is approved and not taken back: on the case, to the customer (under every
//! record of that customer), by the holder, by the holder's team, over the incident. An award is taken under one grant;
//! two grants never add up.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::code::{AwardType, Basis, Channel};
use crate::grant::{Grant, Holder, Terms, Window};
use crate::id::{CauseId, GrantId, StaffId};
use crate::money::Money;
use crate::time::Timestamp;

/// What a limit is counted over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "over", rename_all = "snake_case")]
pub enum Dimension {
    /// This award alone.
    Award,
    /// The complaint and those merged into it.
    Case,
    /// The customer, over so many days back.
    Customer {
        /// How far back.
        days: i64,
    },
    /// Whoever approves, over so many days back.
    Holder {
        /// How far back.
        days: i64,
    },
    /// The team of whoever approves, over so many days back.
    Unit {
        /// How far back.
        days: i64,
    },
    /// The incident.
    Batch,
}

impl Dimension {
    /// As the API names the limit.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Award => "per_award",
            Self::Case => "per_case",
            Self::Customer { .. } => "per_customer",
            Self::Holder { .. } => "per_holder",
            Self::Unit { .. } => "per_unit",
            Self::Batch => "per_batch",
        }
    }

    /// How far back it counts, where it does.
    #[must_use]
    pub const fn days(self) -> Option<i64> {
        match self {
            Self::Customer { days } | Self::Holder { days } | Self::Unit { days } => Some(days),
            Self::Award | Self::Case | Self::Batch => None,
        }
    }
}

/// What was given before, by what it is counted over, in minor units of the currency of the award.
pub type Used = BTreeMap<Dimension, i64>;

/// What is to be given, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What.
    pub kind: AwardType,
    /// On which ground.
    pub basis: Basis,
    /// How much.
    pub value: Money,
    /// Over which incident, if it is one of many.
    pub batch: bool,
    /// The complaint it is for.
    pub case: Case,
}

/// What the scope of a grant looks at in a complaint.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Case {
    /// The team of its first contact.
    pub team: Option<String>,
    /// What it is about.
    pub product: Option<String>,
    /// How it came.
    pub channel: Option<Channel>,
    /// Its causes that no later tag has replaced.
    pub causes: Vec<CauseId>,
}

/// One limit of one grant of the chain, as it stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// Whose limit.
    pub grant: GrantId,
    /// Over what.
    #[serde(flatten)]
    pub dimension: Dimension,
    /// In minor units.
    pub limit: i64,
    /// What was given before, in minor units.
    pub used: i64,
}

impl Bound {
    /// What is left; never less than nothing.
    #[must_use]
    pub fn remaining(&self) -> i64 {
        self.limit.saturating_sub(self.used).max(0)
    }
}

/// A grant of the chain, as it was cited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cited {
    /// Which.
    pub grant: GrantId,
    /// In which version.
    pub version: i64,
    /// Who held it.
    pub holder: Holder,
}

/// What a chain allows, with all that it follows from: this is what an approval cites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weighed {
    /// The grant itself first, the root last.
    pub chain: Vec<Cited>,
    /// Every limit of the chain, in the order of the chain.
    pub bounds: Vec<Bound>,
    /// Above this amount the proposer does not approve: the lowest of the chain.
    pub four_eyes_above: Option<i64>,
    /// How many people approve above it: the most of the chain.
    pub approvers: u32,
}

impl Weighed {
    /// The grant that is cited.
    #[must_use]
    pub fn grant(&self) -> Option<&Cited> {
        self.chain.first()
    }

    /// The limit that leaves least, the nearest one of several; nothing when the chain has no limit that counts here.
    #[must_use]
    pub fn binding(&self) -> Option<&Bound> {
        self.bounds.iter().min_by_key(|bound| bound.remaining())
    }

    /// What may be given now, in minor units.
    #[must_use]
    pub fn remaining(&self) -> i64 {
        self.binding().map_or(crate::money::MOST, Bound::remaining)
    }

    /// How many people, the proposer not among them, approve so much; nothing when the proposer may.
    #[must_use]
    pub fn others_needed(&self, minor: i64) -> Option<u32> {
        self.four_eyes_above.filter(|above| minor > *above).map(|_| self.approvers.max(1))
    }
}

/// Why a chain has nothing to say about a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotCovered {
    /// Another currency; nothing is converted.
    Currency,
    /// Another type of award.
    Type,
    /// Another basis.
    Basis,
    /// Other teams, products, channels or causes.
    Scope,
    /// It, or a grant above it, is not in force.
    NotInForce,
}

impl NotCovered {
    /// As programs read it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Currency => "currency",
            Self::Type => "type",
            Self::Basis => "basis",
            Self::Scope => "scope",
            Self::NotInForce => "not_in_force",
        }
    }
}

/// What a chain (the grant first, the root last) allows for a claim at an instant, whatever its amount.
///
/// # Errors
/// Why it does not speak of this claim at all.
pub fn weigh(chain: &[Grant], claim: &Claim, used: &Used, now: Timestamp) -> Result<Weighed, NotCovered> {
    for grant in chain {
        covers(&grant.terms, claim)?;
    }
    stand(chain, claim.batch, used, now).ok_or(NotCovered::NotInForce)
}

/// What a chain allows wherever it speaks at all; nothing when it, or a grant above it, is not in force.
#[must_use]
pub fn stand(chain: &[Grant], batch: bool, used: &Used, now: Timestamp) -> Option<Weighed> {
    if chain.is_empty() || !chain.iter().all(|grant| grant.in_force(now)) || !crate::grant::is_rooted(chain) {
        return None;
    }
    let bounds = chain.iter().flat_map(|grant| bounds(grant, used, batch)).collect();
    let terms = || chain.iter().map(|grant| &grant.terms);
    Some(Weighed {
        chain: chain.iter().map(|g| Cited { grant: g.id, version: g.version, holder: g.holder }).collect(),
        bounds,
        four_eyes_above: terms().filter_map(|t| t.four_eyes_above).min(),
        approvers: terms().map(|t| t.approvers).max().unwrap_or(1),
    })
}

fn covers(terms: &Terms, claim: &Claim) -> Result<(), NotCovered> {
    let Case { team, product, channel, causes } = &claim.case;
    let scope = &terms.scope;
    if terms.currency != claim.value.currency {
        Err(NotCovered::Currency)
    } else if !terms.types.contains(&claim.kind) {
        Err(NotCovered::Type)
    } else if !terms.bases.contains(&claim.basis) {
        Err(NotCovered::Basis)
    } else if !scope.has_team(team.as_deref())
        || !scope.has_product(product.as_deref())
        || !(scope.channels.is_empty() || channel.is_some_and(|c| scope.channels.contains(&c)))
        || !(scope.causes.is_empty() || causes.iter().any(|c| scope.causes.contains(c)))
    {
        Err(NotCovered::Scope)
    } else {
        Ok(())
    }
}

/// The limits of a grant with what they are counted over.
pub fn limits(terms: &Terms, batch: bool) -> impl Iterator<Item = (Dimension, i64)> {
    let l = terms.limits;
    let over = |window: Option<Window>, dimension: fn(i64) -> Dimension| {
        window.map(|w| (dimension(w.days), w.amount))
    };
    [
        l.per_award.map(|limit| (Dimension::Award, limit)),
        l.of_case().map(|limit| (Dimension::Case, limit)),
        over(l.per_customer, |days| Dimension::Customer { days }),
        over(l.per_holder, |days| Dimension::Holder { days }),
        over(l.per_unit, |days| Dimension::Unit { days }),
        l.per_batch.filter(|_| batch).map(|limit| (Dimension::Batch, limit)),
    ]
    .into_iter()
    .flatten()
}

fn bounds(grant: &Grant, used: &Used, batch: bool) -> impl Iterator<Item = Bound> {
    limits(&grant.terms, batch).map(|(dimension, limit)| {
        let used = used.get(&dimension).copied().unwrap_or_default();
        Bound { grant: grant.id, dimension, limit, used }
    })
}

/// What must be summed before any of these chains can be weighed.
#[must_use]
pub fn dimensions<'a>(chains: impl IntoIterator<Item = &'a Vec<Grant>>, batch: bool) -> BTreeSet<Dimension> {
    let grants = chains.into_iter().flatten();
    let all = grants.flat_map(|grant| limits(&grant.terms, batch).map(|(dimension, _)| dimension));
    all.filter(|dimension| *dimension != Dimension::Award).collect()
}

/// What one person may do about an award now: every chain that begins at a grant of theirs, and what was given before.
#[derive(Debug, Clone, Default)]
pub struct Authority {
    /// Each with the grant first and the root last.
    pub chains: Vec<Vec<Grant>>,
    /// What was given before.
    pub used: Used,
}

impl Authority {
    /// The grant that leaves most for this claim; of equal ones the first written.
    ///
    /// # Errors
    /// Why no grant speaks of the claim: the nearest miss, or nothing when there is no grant at all.
    pub fn best(&self, claim: &Claim, now: Timestamp) -> Result<Weighed, Option<NotCovered>> {
        let (mut best, mut why): (Option<Weighed>, Option<NotCovered>) = (None, None);
        for chain in &self.chains {
            match weigh(chain, claim, &self.used, now) {
                Ok(weighed) if best.as_ref().is_none_or(|b| weighed.remaining() > b.remaining()) => {
                    best = Some(weighed);
                }
                Ok(_) => {}
                Err(not) => why = why.max(Some(not)),
            }
        }
        best.ok_or(why)
    }
}

/// Somebody whose authority covers a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextHolder {
    /// Who.
    pub id: StaffId,
    /// As others call them.
    pub name: String,
    /// How far their authority goes here and now.
    pub up_to: Money,
}
