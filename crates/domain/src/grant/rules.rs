//! What may be done with grants, by whom.

use crate::code::{GrantState, Role};
use crate::id::{CauseId, GrantId};
use crate::money::{Currency, MOST};
use crate::refusal::Refusal;
use crate::staff::Staff;
use crate::time::Timestamp;

use super::{
    Amount, DEEPEST, Grant, Holder, LONGEST, Limits, NewGrant, NewLimits, NewScope, NewWindow, Scope, Terms,
    Window,
};

/// Who asks, and what was looked up.
pub struct GrantContext<'a> {
    /// Who asks.
    pub actor: &'a Staff,
    /// The present.
    pub now: Timestamp,
    /// The parent and its parents, the root last; empty for a root.
    pub above: &'a [Grant],
    /// The person named as holder, if one is and exists.
    pub holder: Option<&'a Staff>,
    /// The causes named in the scope, as far as they exist, in their order.
    pub causes: &'a [Option<CauseId>],
}

/// What is done with a grant after it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantStep {
    /// Puts it in force.
    Activate,
    /// Stops it for a while.
    Suspend,
    /// Puts it in force again.
    Resume,
    /// Takes it back.
    Revoke {
        /// Something was wrong with it.
        for_cause: bool,
    },
}

impl GrantStep {
    /// As the register and the ledger name it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Activate => "activated",
            Self::Suspend => "suspended",
            Self::Resume => "resumed",
            Self::Revoke { .. } => "revoked",
        }
    }
}

impl Grant {
    /// Writes a grant: an administrator a root, a holder who may subdelegate a child that is nowhere wider than its
    /// parent (I-46). Nobody writes one for themselves (I-45).
    ///
    /// # Errors
    /// The refusal with its facts.
    pub fn write(id: GrantId, new: &NewGrant, context: &GrantContext<'_>) -> Result<Self, Refusal> {
        let GrantContext { actor, now, above, .. } = context;
        may_write(new, context)?;
        if new.holder.is(actor.id, actor.role) {
            return Err(Refusal::SelfGrant);
        }
        check_holder(new, context.holder)?;
        let parent = above.first();
        let terms = terms(new, context)?;
        if let Some(parent) = parent {
            no_wider(&terms, &parent.terms)?;
        }
        Ok(Self {
            id,
            version: 1,
            holder: new.holder,
            parent: parent.map(|p| p.id),
            document: new.document.clone(),
            depth: parent.map_or(0, |p| p.depth + 1),
            terms,
            written_by: actor.id,
            written_at: *now,
            activated_by: None,
            state: GrantState::Draft,
            for_cause: false,
        })
    }

    /// Does a step, or says why not. `above` is the parent and its parents.
    ///
    /// # Errors
    /// The refusal with its facts.
    pub fn step(
        &self,
        step: GrantStep,
        actor: &Staff,
        above: &[Self],
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let state = self.state_at(now);
        let holds_parent = above.first().is_some_and(|p| p.holder.is(actor.id, actor.role));
        let holds = self.holder.is(actor.id, actor.role);
        let allowed: &[GrantState] = match step {
            GrantStep::Activate => {
                // Neither the holder nor the writer (I-45).
                if holds || actor.id == self.written_by {
                    return Err(Refusal::SelfGrant);
                }
                if actor.role != Role::Admin && !holds_parent {
                    return Err(Refusal::NotYours { allowed: vec!["admin", "holder_of_parent"] });
                }
                &[GrantState::Draft]
            }
            GrantStep::Suspend | GrantStep::Resume | GrantStep::Revoke { .. } => {
                if actor.role != Role::Admin && !holds_parent && actor.id != self.written_by {
                    return Err(Refusal::NotYours { allowed: vec!["writer", "admin", "holder_of_parent"] });
                }
                match step {
                    GrantStep::Suspend => &[GrantState::Active],
                    GrantStep::Resume if holds => return Err(Refusal::SelfGrant),
                    GrantStep::Resume => &[GrantState::Suspended],
                    _ => &[GrantState::Draft, GrantState::Active, GrantState::Suspended, GrantState::Expired],
                }
            }
        };
        if !allowed.contains(&state) {
            return Err(Refusal::GrantOver { state, allowed: allowed.to_vec() });
        }
        if step == GrantStep::Activate
            && let Some(stopped) = above.iter().find(|g| g.state_at(now) != GrantState::Active)
        {
            return Err(Refusal::ParentNotInForce { grant: stopped.id, state: stopped.state_at(now) });
        }
        let mut after = self.clone();
        after.version += 1;
        match step {
            GrantStep::Activate => {
                after.state = GrantState::Active;
                after.activated_by = Some(actor.id);
            }
            GrantStep::Suspend => after.state = GrantState::Suspended,
            GrantStep::Resume => after.state = GrantState::Active,
            GrantStep::Revoke { for_cause } => {
                after.state = GrantState::Revoked;
                after.for_cause = for_cause;
            }
        }
        Ok(after)
    }
}

fn may_write(new: &NewGrant, context: &GrantContext<'_>) -> Result<(), Refusal> {
    let GrantContext { actor, now, above, .. } = context;
    if !actor.can_hold_duty() {
        return Err(Refusal::ReadOnly);
    }
    match (new.parent, &new.document) {
        (Some(_), Some(_)) => Err(Refusal::field(
            "document",
            "expected to be left out: a grant under another rests on that one",
        )),
        (None, None) => Err(Refusal::field(
            "document",
            "expected the instrument this grant rests on ({ref, sha256}), or a parent",
        )),
        (None, Some(_)) if actor.role == Role::Admin => Ok(()),
        (None, Some(_)) => Err(Refusal::NotYours { allowed: vec!["admin"] }),
        (Some(_), None) => {
            let parent =
                above.first().ok_or_else(|| Refusal::field("parent", "expected the id of a grant"))?;
            if !parent.holder.is(actor.id, actor.role) {
                return Err(Refusal::NotYours { allowed: vec!["holder_of_parent"] });
            }
            if !parent.terms.may_subdelegate || parent.terms.max_depth == 0 {
                return Err(Refusal::field("parent", "expected a grant that may be passed on"));
            }
            if let Some(stopped) = above.iter().find(|g| g.state_at(*now) != GrantState::Active) {
                return Err(Refusal::ParentNotInForce { grant: stopped.id, state: stopped.state_at(*now) });
            }
            Ok(())
        }
    }
}

fn check_holder(new: &NewGrant, holder: Option<&Staff>) -> Result<(), Refusal> {
    match new.holder {
        Holder::Role(Role::Auditor) => {
            Err(Refusal::field("holder", "expected a role that writes: auditors do not"))
        }
        Holder::Role(_) => Ok(()),
        Holder::Staff(_) => match holder {
            None => Err(Refusal::field("holder", "expected the id of a person at the desk, or a role")),
            Some(staff) if !staff.can_hold_duty() => {
                Err(Refusal::field("holder", "expected an active person who is not an auditor"))
            }
            Some(_) => Ok(()),
        },
    }
}

fn amount(field: &str, amount: Option<&Amount>, currency: Currency) -> Result<Option<i64>, Refusal> {
    let Some(amount) = amount else { return Ok(None) };
    let text = match amount {
        Amount::Text(text) => text,
        Amount::Money { amount, currency: named } if *named == currency => amount,
        Amount::Money { .. } => {
            let expected = format!("expected an amount in {currency}, the currency of the grant");
            return Err(Refusal::field(field.to_owned(), expected));
        }
    };
    match currency.read(text) {
        Ok(minor) if (1..=MOST).contains(&minor) => Ok(Some(minor)),
        Ok(_) => Err(Refusal::field(field.to_owned(), "expected more than nothing")),
        Err(expected) => Err(Refusal::field(field.to_owned(), expected)),
    }
}

fn window(field: &str, new: Option<&NewWindow>, currency: Currency) -> Result<Option<Window>, Refusal> {
    let Some(new) = new else { return Ok(None) };
    if !(1..=LONGEST).contains(&new.days) {
        return Err(Refusal::field(format!("{field}.days"), format!("expected 1 to {LONGEST} days")));
    }
    let amount = amount(&format!("{field}.amount"), Some(&new.amount), currency)?;
    Ok(amount.map(|amount| Window { amount, days: new.days }))
}

fn limits(new: &NewLimits, currency: Currency) -> Result<Limits, Refusal> {
    let limits = Limits {
        per_award: amount("limits.per_award", new.per_award.as_ref(), currency)?,
        per_case: amount("limits.per_case", new.per_case.as_ref(), currency)?,
        per_customer: window("limits.per_customer", new.per_customer.as_ref(), currency)?,
        per_holder: window("limits.per_holder", new.per_holder.as_ref(), currency)?,
        per_unit: window("limits.per_unit", new.per_unit.as_ref(), currency)?,
        per_batch: amount("limits.per_batch", new.per_batch.as_ref(), currency)?,
    };
    if limits == Limits::default() {
        return Err(Refusal::field("limits", "expected at least one limit"));
    }
    Ok(limits)
}

fn scope(new: &NewScope, causes: &[Option<CauseId>]) -> Result<Scope, Refusal> {
    let found: Option<Vec<CauseId>> = causes.iter().copied().collect();
    let causes = found
        .filter(|found| found.len() == new.causes.len())
        .ok_or_else(|| Refusal::field("scope.causes", "expected ids or codes of causes"))?;
    let lines = |all: &[crate::text::Line]| all.iter().map(|l| l.as_str().to_owned()).collect();
    Ok(Scope {
        teams: lines(&new.teams),
        products: lines(&new.products),
        channels: new.channels.clone(),
        causes,
    })
}

fn terms(new: &NewGrant, context: &GrantContext<'_>) -> Result<Terms, Refusal> {
    if new.types.is_empty() {
        return Err(Refusal::field("types", "expected at least one type of award"));
    }
    if new.bases.is_empty() {
        return Err(Refusal::field("bases", "expected at least one basis"));
    }
    let parent = context.above.first().map(|p| &p.terms);
    let valid_from = new.valid_from.unwrap_or(context.now.max(parent.map_or(context.now, |p| p.valid_from)));
    let valid_until = new.valid_until.or(parent.and_then(|p| p.valid_until));
    if valid_until.is_some_and(|until| until <= valid_from) {
        return Err(Refusal::field("valid_until", "expected an instant after `valid_from`"));
    }
    if valid_until.is_some_and(|until| until <= context.now) {
        return Err(Refusal::field("valid_until", "expected an instant in the future"));
    }
    let approvers = new.approvers.unwrap_or(1);
    if !(1..=5).contains(&approvers) {
        return Err(Refusal::field("approvers", "expected 1 to 5"));
    }
    if approvers > 1 && new.four_eyes_above.is_none() {
        return Err(Refusal::field("four_eyes_above", "expected the amount above which so many approve"));
    }
    let most = parent.map_or(DEEPEST, |p| p.max_depth.saturating_sub(1));
    let max_depth = match new.max_depth {
        Some(depth) if depth > most => {
            return Err(Refusal::field("max_depth", format!("expected at most {most} levels")));
        }
        Some(depth) => depth,
        None if new.may_subdelegate => most,
        None => 0,
    };
    if new.may_subdelegate && max_depth == 0 {
        return Err(Refusal::field("may_subdelegate", "expected false: no level is left below this grant"));
    }
    let mut types = new.types.clone();
    types.sort_unstable();
    types.dedup();
    let mut bases = new.bases.clone();
    bases.sort_unstable();
    bases.dedup();
    Ok(Terms {
        types,
        bases,
        currency: new.currency,
        limits: limits(&new.limits, new.currency)?,
        scope: scope(&new.scope.clone().unwrap_or_default(), context.causes)?,
        valid_from,
        valid_until,
        four_eyes_above: amount("four_eyes_above", new.four_eyes_above.as_ref(), new.currency)?,
        approvers,
        may_subdelegate: new.may_subdelegate,
        max_depth,
    })
}

/// A child is nowhere wider than its parent (I-46). What it leaves unsaid the parent bounds all the same.
fn no_wider(child: &Terms, parent: &Terms) -> Result<(), Refusal> {
    fn within<T: PartialEq>(
        field: &'static str,
        child: &[T],
        parent: &[T],
        all: bool,
    ) -> Result<(), Refusal> {
        // An empty list of a scope is everything: fine in a child, since the parent bounds it.
        let open = all && (parent.is_empty() || child.is_empty());
        if open || child.iter().all(|c| parent.contains(c)) {
            Ok(())
        } else {
            Err(Refusal::field(field, "expected nothing that the parent does not allow"))
        }
    }
    within("types", &child.types, &parent.types, false)?;
    within("bases", &child.bases, &parent.bases, false)?;
    within("scope.teams", &child.scope.teams, &parent.scope.teams, true)?;
    within("scope.products", &child.scope.products, &parent.scope.products, true)?;
    within("scope.channels", &child.scope.channels, &parent.scope.channels, true)?;
    within("scope.causes", &child.scope.causes, &parent.scope.causes, true)?;
    if child.currency != parent.currency {
        let expected = format!("expected {}, the currency of the parent", parent.currency);
        return Err(Refusal::field("currency", expected));
    }
    let (c, p) = (&child.limits, &parent.limits);
    let amounts = |w: Option<Window>| w.map(|w| w.amount);
    for (field, child_limit, parent_limit) in [
        ("limits.per_award", c.per_award, p.per_award),
        ("limits.per_case", c.of_case(), p.of_case()),
        ("limits.per_customer.amount", amounts(c.per_customer), amounts(p.per_customer)),
        ("limits.per_holder.amount", amounts(c.per_holder), amounts(p.per_holder)),
        ("limits.per_unit.amount", amounts(c.per_unit), amounts(p.per_unit)),
        ("limits.per_batch", c.per_batch, p.per_batch),
    ] {
        if let (Some(child_limit), Some(most)) = (child_limit, parent_limit)
            && child_limit > most
        {
            let most = parent.currency.write(most);
            return Err(Refusal::field(field, format!("expected at most {most}, which the parent allows")));
        }
    }
    if child.valid_from < parent.valid_from {
        return Err(Refusal::field("valid_from", "expected no earlier than the parent's"));
    }
    let ends_later = match (child.valid_until, parent.valid_until) {
        (Some(child), Some(parent)) => child > parent,
        (None, Some(_)) => true,
        (_, None) => false,
    };
    if ends_later {
        return Err(Refusal::field("valid_until", "expected no later than the parent's"));
    }
    Ok(())
}

/// Nobody is both above and below: the chain of a grant never meets itself (I-47). A parent exists before its child and
/// neither changes, so this cannot fail for what [`Grant::write`] wrote; it is asked of what was read.
#[must_use]
pub fn is_rooted(chain: &[Grant]) -> bool {
    let mut seen: Vec<GrantId> = Vec::new();
    for (grant, above) in chain.iter().zip(chain.iter().skip(1).map(Some).chain([None])) {
        if seen.contains(&grant.id) || grant.parent != above.map(|a| a.id) {
            return false;
        }
        seen.push(grant.id);
    }
    chain.last().is_some_and(|root| root.document.is_some())
}
