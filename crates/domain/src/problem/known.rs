//! Which problem in progress a customer may have met, and what they are told of it while they are on the telephone.

use super::{About, Problem};
use crate::cause::CauseTree;
use crate::code::{ActionState, ProblemState};
use crate::corrective_action::Action;
use crate::id::CauseId;

/// Days of complaints about a product that tell which causes it has.
pub const LATELY: i64 = 90;
/// So many of them make a cause one of that product: a single one may be anything.
const FEWEST: i64 = 2;

/// What is told of a complaint so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Told<'a> {
    /// What it is about.
    pub product: Option<&'a str>,
    /// Where it happened.
    pub place: Option<&'a str>,
    /// Why it happened, where somebody said: nothing else is looked at then.
    pub causes: &'a [CauseId],
    /// How many complaints about the same product had which cause of late.
    pub lately: &'a [(CauseId, i64)],
}

impl Problem {
    /// How much speaks for it that a complaint is of this problem: nothing when the problem is over, is about another
    /// product or place, or has other causes. Where nobody said why, the causes that the product had of late decide.
    #[must_use]
    pub fn may_be(&self, tree: &CauseTree, actions: &[Action], told: &Told<'_>) -> Option<i64> {
        if self.state == ProblemState::Solved {
            return None;
        }
        let scope = self.scope(actions, told)?;
        let under = |cause: CauseId| {
            let counted = tree.counted_under(cause);
            let mut stands = std::iter::once(counted).chain(tree.ancestors(counted));
            stands.any(|at| self.causes.iter().any(|one| *one == at || tree.counted_under(*one) == at))
        };
        let says = |cause: &&CauseId| !tree.get(**cause).is_some_and(crate::cause::Cause::is_fixed);
        let said: Vec<&CauseId> = told.causes.iter().filter(says).collect();
        if !said.is_empty() {
            return said.into_iter().any(|cause| under(*cause)).then_some(i64::MAX);
        }
        told.product?;
        let lately = told.lately.iter().filter(|(cause, _)| under(*cause)).map(|(_, count)| count);
        let lately = lately.fold(0_i64, |sum, count| sum.saturating_add(*count));
        match scope {
            // It was said of this very product.
            Scope::Named => Some(lately.max(FEWEST)),
            Scope::Any => (lately >= FEWEST).then_some(lately),
        }
    }

    /// What the plans by which its actions are judged say of product and place; nothing when that is another one. A plan
    /// that names none is of all.
    fn scope(&self, actions: &[Action], told: &Told<'_>) -> Option<Scope> {
        let mine = actions.iter().filter(|a| a.terms.problem == self.id && a.state != ActionState::Closed);
        let plans: Vec<_> = mine.filter_map(|action| action.plan.as_ref()).collect();
        if plans.is_empty() {
            return Some(Scope::Any);
        }
        let fits = plans.iter().filter(|plan| {
            let of = |named: Option<&str>, told: Option<&str>| match (named, told) {
                (Some(named), Some(told)) => named == told,
                _ => true,
            };
            let exposure = &plan.exposure;
            of(exposure.product.as_ref().map(crate::text::Text::as_str), told.product)
                && of(exposure.place.as_ref().map(crate::text::Text::as_str), told.place)
        });
        let fits: Vec<_> = fits.collect();
        let named = fits.iter().any(|plan| plan.exposure.product.is_some()) && told.product.is_some();
        (!fits.is_empty()).then_some(if named { Scope::Named } else { Scope::Any })
    }

    /// What is being done about it: put in place just now, else decided, else in place and watched.
    #[must_use]
    pub fn in_progress<'a>(&self, actions: &'a [Action]) -> Option<&'a Action> {
        let order = [ActionState::Implementing, ActionState::Approved, ActionState::Implemented];
        let mine = |state: ActionState| {
            actions.iter().find(move |action| action.terms.problem == self.id && action.state == state)
        };
        order.into_iter().find_map(mine)
    }
}

/// How a problem is bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// By its causes alone.
    Any,
    /// By the product it names.
    Named,
}

impl About {
    /// What a customer is told, with the language it is in: the first of those wanted that there is, else English, else any.
    #[must_use]
    pub fn saying<'a>(&'a self, wanted: &[&str]) -> Option<(&'a str, &'a str)> {
        let say = self.say.as_ref()?;
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let of = |wanted: &str| {
            let exactly = say.get_key_value(wanted);
            exactly.or_else(|| say.iter().find(|(tag, _)| primary(tag) == primary(wanted)))
        };
        let found = wanted.iter().copied().chain(["en"]).find_map(of).or_else(|| say.iter().next());
        found.map(|(tag, words)| (tag.as_str(), words.as_str()))
    }
}
