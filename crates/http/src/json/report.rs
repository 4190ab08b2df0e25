//! The report of awards.

use firsthand_domain::code::AwardType;
use firsthand_domain::grant::Grant;
use firsthand_domain::id::{AwardId, GrantId, StaffId};
use firsthand_domain::money::{Currency, Money};
use firsthand_domain::time::Timestamp;
use firsthand_storage::awards::report;
use schemars::JsonSchema;
use serde::Serialize;

use super::Person;

/// What was given to the same name in one currency; sums are of one currency each.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AwardSum")]
struct Given {
    /// Who, where it is by person.
    person: Option<StaffId>,
    /// The name, code or team; none where there is none.
    key: Option<String>,
    /// How many awards.
    count: i64,
    /// All of them.
    sum: Money,
    /// Half of them are at most this.
    median: Money,
}

/// So many of a currency are at most this.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AwardsWithinLimit")]
struct WithinLimit {
    /// The limit.
    limit: Money,
    /// How many awards.
    count: i64,
}

/// How much of what was given in a currency stays within limits.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AwardsWithin")]
struct Within {
    /// The currency.
    currency: Currency,
    /// How many awards.
    count: i64,
    /// How many were decided in one step by whoever asked.
    own: i64,
    /// Against the limits asked for; else those for one award that are in force.
    limits: Vec<WithinLimit>,
}

/// How often somebody decides from 90 to 100 percent of a limit.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "NearLimit")]
struct Close {
    /// Who.
    person: Person,
    /// Awards under a limit.
    count: i64,
    /// Those close to it.
    near: i64,
    /// The share of these among the awards of all others.
    peers: f64,
    /// The chance of so many, were this person like the others (binomial).
    chance: f64,
    /// It stands out among all who are compared (Benjamini and Hochberg, 5 %).
    flagged: bool,
}

/// What was given and nobody may give now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "AuthorityGap")]
enum Gap {
    /// A type of award in a currency.
    Type {
        /// The type.
        #[serde(rename = "type")]
        kind: AwardType,
        /// The currency.
        currency: Currency,
        /// Given so often in the period.
        count: i64,
    },
    /// An award that waits and that nobody may approve.
    Award {
        /// Which.
        award: AwardId,
        /// How much.
        value: Money,
    },
}

/// How many awards somebody who oversees looks at first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AwardExceptions")]
pub(crate) struct Exceptions {
    /// Emergency awards to which no holder spoke in time.
    pub(crate) unratified: i64,
    /// Decided under what was not in force: none, ever.
    pub(crate) not_in_force: i64,
    /// Accepted, and not given in time.
    pub(crate) late: i64,
}

/// A grant that ends soon.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ExpiringGrant")]
struct Expiring {
    /// Which.
    grant: GrantId,
    /// When.
    valid_until: Option<Timestamp>,
}

/// The report of awards over a period.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AwardReport")]
pub(crate) struct Report {
    /// Decided from this instant on.
    from: Timestamp,
    /// Decided before this instant.
    to: Timestamp,
    /// What sums are made by.
    by: &'static str,
    /// What was given and stands, the largest first.
    sums: Vec<Given>,
    /// How much of it stays within limits.
    within: Vec<Within>,
    /// Who decides close to the limit.
    near: Vec<Close>,
    /// What to look at first.
    exceptions: Exceptions,
    /// What nobody may give.
    gaps: Vec<Gap>,
    /// Grants that end soon.
    expiring: Vec<Expiring>,
}

impl Report {
    #[expect(clippy::too_many_arguments, reason = "one for each part of the report")]
    pub(crate) fn new(
        (from, to): (Timestamp, Timestamp),
        by: &'static str,
        sums: Vec<report::Sum>,
        within: Vec<report::Within>,
        near: Vec<report::Near>,
        exceptions: Exceptions,
        gaps: Vec<report::Gap>,
        expiring: Vec<Grant>,
    ) -> Self {
        let sum = |s: report::Sum| Given {
            person: s.person,
            key: s.key,
            count: s.count,
            sum: s.sum,
            median: s.median,
        };
        let within_of = |w: report::Within| Within {
            currency: w.currency,
            count: w.count,
            own: w.own,
            limits: w.limits.into_iter().map(|(limit, count)| WithinLimit { limit, count }).collect(),
        };
        let near_of = |n: report::Near| Close {
            person: Person { id: n.person, name: n.name },
            count: n.count,
            near: n.near,
            peers: n.peers,
            chance: n.chance,
            flagged: n.flagged,
        };
        let gap = |g: report::Gap| match g {
            report::Gap::Kind(kind, currency, count) => Gap::Type { kind, currency, count },
            report::Gap::Award(award, value) => Gap::Award { award, value },
        };
        let expires = |g: Grant| Expiring { grant: g.id, valid_until: g.terms.valid_until };
        Self {
            from,
            to,
            by,
            sums: sums.into_iter().map(sum).collect(),
            within: within.into_iter().map(within_of).collect(),
            near: near.into_iter().map(near_of).collect(),
            exceptions,
            gaps: gaps.into_iter().map(gap).collect(),
            expiring: expiring.into_iter().map(expires).collect(),
        }
    }
}
