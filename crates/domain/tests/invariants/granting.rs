//! Grants: nobody gives authority to themselves, a child is nowhere wider than its parent, the tree has no cycle.

use std::collections::BTreeSet;

use firsthand_domain::Refusal;
use firsthand_domain::authority::{Case, Claim, NotCovered, Used, weigh};
use firsthand_domain::code::{AwardType, Basis, GrantState, Role};
use firsthand_domain::grant::{Grant, GrantContext, GrantStep, Holder, NewGrant, is_rooted};
use firsthand_domain::id::{GrantId, StaffId};
use firsthand_domain::money::{Currency, Money};
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

const PEOPLE: u128 = 6;

fn now() -> Timestamp {
    Timestamp::parse("2026-03-02T09:00:00Z").unwrap()
}

/// Two administrators, a lead and three agents, the last of whom has left.
fn person(number: u128) -> Staff {
    let role = match number {
        0 | 1 => Role::Admin,
        2 => Role::Lead,
        _ => Role::Agent,
    };
    let id = StaffId(Uuid::from_u128(number + 1));
    let (name, email) = (format!("P{number}"), format!("p{number}@example.com"));
    Staff { id, name, email, role, team: None, active: number + 1 < PEOPLE }
}

/// A body that holds together: which types, limits in cents, days of validity.
#[derive(Debug, Clone)]
struct Wish {
    holder: u128,
    by_role: bool,
    types: Vec<&'static str>,
    per_award: u32,
    per_case: Option<u32>,
    window: Option<(u32, u32)>,
    teams: Vec<&'static str>,
    days: Option<i64>,
    starts: i64,
    subdelegate: bool,
    currency: &'static str,
}

fn wishes() -> impl Strategy<Value = Wish> {
    let types = prop::sample::subsequence(vec!["refund", "gift", "voucher"], 1..=3);
    let teams = prop::sample::subsequence(vec!["north", "south"], 0..=2);
    let limits = (1..1_000_u32, prop::option::of(1..1_000_u32), prop::option::of((1..1_000_u32, 1..60_u32)));
    let time = (prop::option::of(2..40_i64), 0..3_i64);
    let currency = prop::sample::select(vec!["EUR", "EUR", "EUR", "USD"]);
    (0..PEOPLE, any::<bool>(), types, limits, teams, time, any::<bool>(), currency).prop_map(
        |(
            holder,
            by_role,
            types,
            (per_award, per_case, window),
            teams,
            (days, starts),
            subdelegate,
            currency,
        )| Wish {
            holder,
            by_role,
            types,
            per_award,
            per_case,
            window,
            teams,
            days,
            starts,
            subdelegate,
            currency,
        },
    )
}

fn body(wish: &Wish, parent: Option<GrantId>) -> NewGrant {
    let money = |cents: u32| format!("{}.{:02}", cents / 100, cents % 100);
    let holder = person(wish.holder);
    let mut body = json!({
        "holder": if wish.by_role { json!(holder.role) } else { json!(holder.id) },
        "types": wish.types, "bases": ["goodwill"], "currency": wish.currency,
        "limits": {
            "per_award": money(wish.per_award), "per_case": wish.per_case.map(money),
            "per_holder": wish.window.map(|(amount, days)| json!({ "amount": money(amount), "days": days })),
        },
        "scope": { "teams": wish.teams },
        "valid_from": now().plus_days(wish.starts), "valid_until": wish.days.map(|d| now().plus_days(d + wish.starts)),
        "parent": parent, "may_subdelegate": wish.subdelegate,
    });
    if parent.is_none() {
        body["document"] = json!({ "ref": "R 1", "sha256": "a".repeat(64) });
    }
    serde_json::from_value::<NewGrant>(strip(body)).unwrap()
}

/// Members that are null are left out.
fn strip(value: Value) -> Value {
    match value {
        Value::Object(all) => {
            Value::Object(all.into_iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k, strip(v))).collect())
        }
        other => other,
    }
}

fn write(number: u128, wish: &Wish, by: &Staff, above: &[Grant]) -> Result<Grant, Refusal> {
    let new = body(wish, above.first().map(|parent| parent.id));
    let holder = person(wish.holder);
    let holder = matches!(new.holder, Holder::Staff(_)).then_some(&holder);
    let context = GrantContext { actor: by, now: now(), above, holder, causes: &[] };
    Grant::write(GrantId(Uuid::from_u128(1_000 + number)), &new, &context)
}

/// What is tried: who writes what under which of the grants there are, and who activates it.
type Try = (u128, Wish, Option<prop::sample::Index>, u128);

/// A register grown from tries; each grant with what is above it.
fn grown(tries: &[Try]) -> Vec<Vec<Grant>> {
    let mut chains: Vec<Vec<Grant>> = Vec::new();
    for (number, (by, wish, under, activates)) in (0..).zip(tries) {
        let above: Vec<Grant> = match under {
            Some(under) if !chains.is_empty() => under.get(&chains).clone(),
            _ => Vec::new(),
        };
        let Ok(grant) = write(number, wish, &person(*by), &above) else { continue };
        let grant = grant.step(GrantStep::Activate, &person(*activates), &above, now()).unwrap_or(grant);
        chains.push(std::iter::once(grant).chain(above).collect());
    }
    chains
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    prop::collection::vec(
        (0..3_u128, wishes(), prop::option::of(any::<prop::sample::Index>()), 0..3_u128),
        1..40,
    )
}

proptest! {
    #[test]
    fn i_45_nobody_writes_or_activates_authority_for_themselves(wish in wishes(), by in 0..PEOPLE, other in 0..PEOPLE) {
        let (writer, holder) = (person(by), person(wish.holder));
        match write(0, &wish, &writer, &[]) {
            Ok(grant) => {
                prop_assert_eq!(writer.role, Role::Admin);
                prop_assert!(!grant.holder.is(writer.id, writer.role));
                prop_assert!(wish.by_role || holder.active);
                prop_assert_eq!(grant.state, GrantState::Draft);
                let actor = person(other);
                let own = grant.holder.is(actor.id, actor.role) || actor.id == writer.id;
                match grant.step(GrantStep::Activate, &actor, &[], now()) {
                    Ok(active) => {
                        prop_assert!(!own && actor.role == Role::Admin);
                        prop_assert_eq!((active.state, active.version), (GrantState::Active, 2));
                    }
                    Err(refusal) => prop_assert!(own == (refusal == Refusal::SelfGrant), "{refusal:?}"),
                }
            }
            Err(refusal) => {
                if refusal == Refusal::SelfGrant {
                    let by_role = wish.by_role && holder.role == writer.role;
                    prop_assert!(by_role || holder.id == writer.id);
                }
            }
        }
    }

    #[test]
    fn i_46_a_child_is_nowhere_wider_than_its_parent(tries in tries(), minor in 1..1_200_i64, day in 0..50_i64) {
        for chain in grown(&tries) {
            let [child, parent, ..] = &*chain else { continue };
            let (c, p) = (&child.terms, &parent.terms);
            prop_assert!(c.types.iter().all(|t| p.types.contains(t)));
            prop_assert_eq!(c.currency, p.currency);
            prop_assert!(c.limits.per_award <= p.limits.per_award && c.valid_from >= p.valid_from);
            prop_assert!(p.valid_until.is_none_or(|until| c.valid_until.is_some_and(|c| c <= until)));
            prop_assert!(c.max_depth < p.max_depth && parent.terms.may_subdelegate);
            // Whatever the child allows, the parent allows.
            for kind in AwardType::ALL {
                for team in [None, Some("north"), Some("south")] {
                    let value = Money::new(minor, Currency::from_code("EUR").unwrap());
                    let case = Case { team: team.map(str::to_owned), ..Case::default() };
                    let claim = Claim { kind: *kind, basis: Basis::Goodwill, value, batch: false, case };
                    let at = now().plus_days(day);
                    if let Ok(below) = weigh(&chain, &claim, &Used::new(), at) {
                        let above = weigh(&chain[1..], &claim, &Used::new(), at);
                        prop_assert!(above.is_ok_and(|above| below.remaining() <= above.remaining()));
                    }
                }
            }
        }
    }

    #[test]
    fn i_46_what_stops_an_ancestor_stops_all_below(tries in tries(), place in any::<prop::sample::Index>(), by in 0..2_u128) {
        for mut chain in grown(&tries) {
            let value = Money::new(1, chain[0].terms.currency);
            let kind = chain[0].terms.types[0];
            let case = Case { team: Some("north".to_owned()), ..Case::default() };
            let claim = Claim { kind, basis: Basis::Goodwill, value, batch: false, case };
            let place = place.index(chain.len());
            let step = if by == 0 { GrantStep::Suspend } else { GrantStep::Revoke { for_cause: false } };
            let Ok(stopped) = chain[place].step(step, &person(by), &chain[place + 1..], now()) else { continue };
            chain[place] = stopped;
            let weighed = weigh(&chain, &claim, &Used::new(), now().plus_days(3));
            prop_assert!(matches!(weighed, Err(NotCovered::NotInForce | NotCovered::Scope)), "{weighed:?}");
        }
    }

    #[test]
    fn i_47_the_tree_has_roots_and_no_cycle(tries in tries()) {
        for chain in grown(&tries) {
            prop_assert!(is_rooted(&chain));
            let unique: BTreeSet<GrantId> = chain.iter().map(|grant| grant.id).collect();
            prop_assert_eq!(unique.len(), chain.len());
            prop_assert_eq!(usize::try_from(chain[0].depth).unwrap(), chain.len() - 1);
            // A chain that was bent into a ring, or cut off its root, is seen.
            let mut ring = chain.clone();
            if let Some(root) = ring.last_mut() {
                root.parent = Some(chain[0].id);
            }
            prop_assert!(!is_rooted(&ring));
            ring.extend(chain.iter().cloned());
            prop_assert!(!is_rooted(&ring));
            prop_assert!(chain.len() == 1 || !is_rooted(&chain[..chain.len() - 1]));
        }
    }
}
