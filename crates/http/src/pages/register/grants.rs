//! The register of grants as it stands, or as it stood at the end of a day: who delegated what to whom, and who may give
//! which kind of award.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use firsthand_domain::authority::Dimension;
use firsthand_domain::code::{AwardType, GrantState};
use firsthand_domain::grant::{Grant, Holder};
use firsthand_domain::id::{GrantId, StaffId};
use firsthand_domain::money::{Currency, Money};
use firsthand_domain::time::Timestamp;
use firsthand_storage::awards::{report, standing};
use firsthand_storage::grants::{self, Filter};
use firsthand_storage::{Tx, staff};
use jiff::civil::Date;

use super::words::{self, Names};
use crate::call::{Answer, Call};
use crate::pages::{Frame, html};
use crate::problem::Problem;
use crate::query::encode;
use crate::rights::Right::Reader;
use crate::routes::{Route, page};

/// Grants that are shown, at most.
const MOST: i64 = 500;
/// People whose use of their authority is reckoned, at most.
const PEOPLE: usize = 60;
/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

pub(super) fn routes() -> Vec<Route> {
    vec![page("/grants", Reader, shown).asks(&["as_of", "view", "state", "currency"])]
}

/// A grant in the tree.
struct Branch {
    id: GrantId,
    /// How deep it stands, at most 6.
    depth: usize,
    holder: String,
    state: GrantState,
    types: String,
    limits: String,
    by: String,
    document: Option<String>,
    until: Option<String>,
    /// So many days to its end, if they are few.
    ends_in: Option<i64>,
}

/// What somebody may give of one kind under one grant.
struct May {
    id: GrantId,
    limit: String,
    by: String,
    until: String,
    ends_in: Option<i64>,
    /// Used and allowed in minor units for the bar, and in words.
    used: Option<(i64, i64, String)>,
}

/// A row of the matrix.
struct Person {
    name: String,
    cells: Vec<Vec<May>>,
}

#[derive(Template)]
#[template(path = "grants.html")]
struct GrantsPage {
    f: Frame,
    /// The day whose end is shown; none for now.
    as_of: Option<String>,
    as_of_words: Option<String>,
    matrix: bool,
    state: &'static str,
    currency: String,
    /// There are more than are shown.
    cut: bool,
    tree: Vec<Branch>,
    kinds: Vec<AwardType>,
    people: Vec<Person>,
    admin: bool,
}

impl GrantsPage {
    /// The address of the other view of the same register.
    fn link(&self, view: &str) -> String {
        let as_of = self.as_of.as_deref().unwrap_or_default();
        let (state, currency) = (self.state, encode(&self.currency));
        format!("/grants?view={view}&as_of={as_of}&state={state}&currency={currency}")
    }

    #[expect(clippy::unused_self, reason = "asked by the template")]
    fn states(&self) -> &'static [GrantState] {
        GrantState::ALL
    }

    fn first_only(&self) -> String {
        self.f.with("register-first-only", "count", MOST)
    }
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "grants", "register-nav-grants");
    let reader = call.caller()?;
    let now = call.app.database.now();
    let as_of = call.query.get("as_of").and_then(|day| day.trim().parse::<Date>().ok());
    // Today has not ended yet: it is now.
    let instant = as_of.and_then(|day| end_of(&f, day)).filter(|end| *end < now);
    let state = call.query.get("state").and_then(GrantState::from_code);
    let currency =
        call.query.get("currency").and_then(|c| Currency::from_code(&c.trim().to_ascii_uppercase()));
    let filter = Filter { holder: None, state, currency };
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let mut all = match instant {
        Some(instant) => grants::as_of(&mut tx, &filter, None, MOST + 1, instant).await?,
        None => grants::page(&mut tx, &filter, None, MOST + 1, now).await?,
    };
    let cut = i64::try_from(all.len()).is_ok_and(|count| count > MOST);
    all.truncate(usize::try_from(MOST).unwrap_or_default());
    let names = Names::in_grants(&mut tx, &all).await?;
    let matrix = call.query.get("view") == Some("matrix");
    let used = if matrix && instant.is_none() { used(&mut tx, &all, now).await? } else { BTreeMap::new() };
    drop(connection);
    let at = instant.unwrap_or(now);
    let kinds: BTreeSet<AwardType> =
        all.iter().filter(|g| g.in_force(at)).flat_map(|g| g.terms.types.iter().copied()).collect();
    let kinds: Vec<AwardType> = if matrix { kinds.into_iter().collect() } else { Vec::new() };
    let telling = Telling { f: &f, names: &names, at };
    let (tree, people) = if matrix {
        (Vec::new(), telling.matrix(&all, &kinds, &used))
    } else {
        (telling.tree(&all), Vec::new())
    };
    html(&GrantsPage {
        as_of: as_of.map(|day| day.to_string()),
        as_of_words: instant
            .map(|i| f.with("register-stood", "day", f.day(Timestamp::from_micros(i.micros() - 1)))),
        matrix,
        state: state.map_or("", GrantState::code),
        currency: currency.as_ref().map_or_else(String::new, |c| c.code().to_owned()),
        cut,
        tree,
        kinds,
        people,
        admin: reader.role == firsthand_domain::code::Role::Admin,
        f,
    })
}

/// The end of a day on the desk's clock.
pub(super) fn end_of(f: &Frame, day: Date) -> Option<Timestamp> {
    let next = day.tomorrow().ok()?;
    let at = f.zone().to_zoned(next.at(0, 0, 0, 0)).ok()?;
    Some(Timestamp::from_micros(at.timestamp().as_microsecond()))
}

/// What people have used of what they may give in a period, by grant: what was given and the limit.
async fn used(
    tx: &mut Tx<'_>,
    all: &[Grant],
    now: Timestamp,
) -> Result<BTreeMap<GrantId, (i64, Money)>, Problem> {
    let people: BTreeSet<StaffId> =
        all.iter().filter(|g| g.in_force(now)).filter_map(|g| words::person(g.holder)).collect();
    let mut used = BTreeMap::new();
    for id in people.into_iter().take(PEOPLE) {
        let Some(person) = staff::by_id(tx, id).await? else { continue };
        for standing in standing::of_person(tx, &person, now).await? {
            let (Some(grant), Ok(weighed)) = (standing.chain.first(), &standing.weighed) else { continue };
            let own = weighed
                .bounds
                .iter()
                .find(|b| b.grant == grant.id && matches!(b.dimension, Dimension::Holder { .. }));
            if let Some(bound) = own {
                used.insert(grant.id, (bound.used, Money::new(bound.limit, grant.terms.currency)));
            }
        }
    }
    Ok(used)
}

struct Telling<'a> {
    f: &'a Frame,
    names: &'a Names,
    at: Timestamp,
}

impl Telling<'_> {
    fn ends_in(&self, grant: &Grant) -> Option<i64> {
        ends_in(grant, self.at)
    }

    fn branch(&self, grant: &Grant, depth: usize) -> Branch {
        let terms = &grant.terms;
        Branch {
            id: grant.id,
            depth: depth.min(6),
            holder: self.names.holder(self.f, grant.holder),
            state: grant.state_at(self.at),
            types: words::listed(self.f, "award-type", terms.types.iter().map(|t| t.code())),
            limits: words::limits_in_line(self.f, terms),
            by: self.names.of(grant.written_by),
            document: grant.document.as_ref().map(|d| d.reference.as_str().to_owned()),
            until: terms.valid_until.map(|until| self.f.day(until)),
            ends_in: self.ends_in(grant),
        }
    }

    /// Each grant under the one above it, if that one is shown.
    fn tree(&self, all: &[Grant]) -> Vec<Branch> {
        let shown: BTreeSet<GrantId> = all.iter().map(|g| g.id).collect();
        let mut below: BTreeMap<Option<GrantId>, Vec<&Grant>> = BTreeMap::new();
        for grant in all {
            below.entry(grant.parent.filter(|p| shown.contains(p))).or_default().push(grant);
        }
        let mut tree = Vec::with_capacity(all.len());
        let mut waiting: Vec<(&Grant, usize)> =
            below.get(&None).into_iter().flatten().rev().map(|g| (*g, 0)).collect();
        while let Some((grant, depth)) = waiting.pop() {
            tree.push(self.branch(grant, depth));
            let children = below.get(&Some(grant.id)).into_iter().flatten().rev();
            waiting.extend(children.map(|g| (*g, depth + 1)));
        }
        tree
    }

    /// Who may give what, of grants in force.
    fn matrix(
        &self,
        all: &[Grant],
        kinds: &[AwardType],
        used: &BTreeMap<GrantId, (i64, Money)>,
    ) -> Vec<Person> {
        let mut held: BTreeMap<(bool, String, Holder), Vec<&Grant>> = BTreeMap::new();
        for grant in all.iter().filter(|g| g.in_force(self.at)) {
            let role = matches!(grant.holder, Holder::Role(_));
            held.entry((role, self.names.holder(self.f, grant.holder), grant.holder))
                .or_default()
                .push(grant);
        }
        let row = |((_, name, _), grants): ((bool, String, Holder), Vec<&Grant>)| {
            let cell = |kind: &AwardType| {
                let of_kind = grants.iter().filter(|g| g.terms.types.contains(kind));
                of_kind.map(|g| self.may(g, used.get(&g.id))).collect()
            };
            Person { cells: kinds.iter().map(cell).collect(), name }
        };
        held.into_iter().map(row).collect()
    }

    fn may(&self, grant: &Grant, used: Option<&(i64, Money)>) -> May {
        let terms = &grant.terms;
        let limit = match terms.limits.ceiling() {
            i64::MAX => terms.currency.code().to_owned(),
            most => self.f.money(Money::new(most, terms.currency)),
        };
        let bar = |(used, limit): &(i64, Money)| {
            let words = self.f.with2(
                "register-use",
                "used",
                self.f.money(Money::new(*used, limit.currency)),
                "limit",
                self.f.money(*limit),
            );
            (*used, limit.minor, words)
        };
        May {
            id: grant.id,
            limit: self.f.with("register-up-to", "value", limit),
            by: self.f.with("register-by", "name", self.names.of(grant.written_by)),
            until: until(self.f, grant),
            ends_in: self.ends_in(grant),
            used: used.map(bar),
        }
    }
}

/// So many days to the end of a grant in force, if they are few.
pub(super) fn ends_in(grant: &Grant, at: Timestamp) -> Option<i64> {
    let until = grant.terms.valid_until.filter(|_| grant.in_force(at))?;
    let left = until.micros().saturating_sub(at.micros());
    (until <= at.plus_days(report::SOON)).then(|| left.saturating_add(DAY - 1) / DAY)
}

/// Until when a grant is good, in words.
pub(super) fn until(f: &Frame, grant: &Grant) -> String {
    match grant.terms.valid_until {
        Some(until) => f.with("register-until", "day", f.day(until)),
        None => f.say("register-no-end").into_owned(),
    }
}
