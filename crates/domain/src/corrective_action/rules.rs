//! What may be done with corrective actions, by whom.

use super::{
    Action, ActionFact, ChangeOwner, ExtendWatch, Judgement, NewAction, NewPlan, Plan, Proposed,
    SayImplemented,
};
use crate::Refusal;
use crate::code::ActionState::{
    self, Approved, Effective, Implemented, Implementing, Inconclusive, Ineffective, Partial, Worse,
};
use crate::corrective_action::plan::{Around, Misfit};
use crate::id::{ActionId, CauseId, StaffId};
use crate::problem::{Problem, lead};
use crate::staff::Staff;
use crate::text::Reason;
use crate::time::Timestamp;

/// What is done with an action after it was proposed. Whether it helped is asked for by [`Action::judge`].
#[derive(Debug, Clone)]
pub enum ActionVerb {
    /// Allows it.
    Approve,
    /// Begins to put it in place.
    Start,
    /// Locks how it will be judged.
    Plan(Box<NewPlan>),
    /// It is in place.
    Implemented(SayImplemented),
    /// Watches longer.
    Extend(ExtendWatch),
    /// Somebody else sees to it.
    ChangeOwner(ChangeOwner),
    /// Done with.
    Close(Reason),
}

impl ActionVerb {
    /// The person it names.
    #[must_use]
    pub fn person(&self) -> Option<StaffId> {
        match self {
            Self::Plan(plan) => Some(plan.verifier),
            Self::ChangeOwner(change) => Some(change.owner),
            _ => None,
        }
    }
}

/// Who asks, and what was looked up.
pub struct ActionContext<'a> {
    /// Who asks.
    pub actor: &'a Staff,
    /// The present.
    pub now: Timestamp,
    /// What the action is done about.
    pub problem: &'a Problem,
    /// The person named, if one is and exists.
    pub person: Option<&'a Staff>,
    /// The causes named, as far as they exist, in their order.
    pub causes: &'a [Option<CauseId>],
}

/// Where a fix is in place and can be judged.
const JUDGED: [ActionState; 6] = [Implemented, Effective, Partial, Ineffective, Worse, Inconclusive];

fn owner(person: Option<&Staff>) -> Result<StaffId, Refusal> {
    match person {
        Some(person) if person.can_hold_duty() => Ok(person.id),
        _ => Err(Refusal::field("owner", "expected the id of a person who works here and is not an auditor")),
    }
}

impl Action {
    /// Asks for an action.
    ///
    /// # Errors
    /// The refusal with its facts.
    pub fn propose(
        id: ActionId,
        new: &NewAction,
        context: &ActionContext<'_>,
    ) -> Result<(Self, ActionFact), Refusal> {
        lead(context.actor)?;
        let owner = owner(context.person)?;
        if new.cost.is_some_and(|cost| cost.minor < 0) {
            return Err(Refusal::field("cost.amount", "expected an amount of 0 or more"));
        }
        let terms = Proposed {
            problem: context.problem.id,
            title: new.title.to_string(),
            owner,
            due_at: crate::rules::due("due_at", new.due_at, context.now)?,
            description: new.description.as_ref().map(ToString::to_string),
            cost: new.cost,
        };
        let fact = ActionFact::Proposed(Box::new(terms.clone()));
        Ok((Self::proposed(id, terms, context.actor.id, context.now), fact))
    }

    /// Does a verb, or says why not.
    ///
    /// # Errors
    /// The refusal with its facts.
    pub fn perform(&self, verb: &ActionVerb, context: &ActionContext<'_>) -> Result<ActionFact, Refusal> {
        let actor = context.actor;
        match verb {
            ActionVerb::Approve => {
                lead(actor)?;
                if actor.id == self.terms.owner {
                    return Err(Refusal::OwnAction);
                }
                self.stands(&[ActionState::Proposed])?;
                Ok(ActionFact::Approved {})
            }
            ActionVerb::Start => {
                self.owner_or_lead(actor)?;
                self.stands(&[Approved])?;
                Ok(ActionFact::Started {})
            }
            ActionVerb::Plan(new) => self.plan(new, context),
            ActionVerb::Implemented(say) => self.implemented(say, context),
            ActionVerb::Extend(extend) => self.extend(extend, context),
            ActionVerb::ChangeOwner(change) => self.change_owner(change, context),
            ActionVerb::Close(reason) => {
                lead(actor)?;
                // What was put in place is closed with a verdict; what was not may be given up (I-61).
                let mut allowed = vec![ActionState::Proposed, Approved, Implementing];
                allowed.extend(&JUDGED[1..]);
                self.stands(&allowed)?;
                Ok(ActionFact::Closed { reason: reason.to_string() })
            }
        }
    }

    fn plan(&self, new: &NewPlan, context: &ActionContext<'_>) -> Result<ActionFact, Refusal> {
        lead(context.actor)?;
        let mut allowed = vec![ActionState::Proposed, Approved, Implementing];
        allowed.extend(JUDGED);
        self.stands(&allowed)?;
        let reason = new.reason.as_ref().map(ToString::to_string);
        let around = Around {
            actor: context.actor,
            now: context.now,
            problem: context.problem,
            owner: self.terms.owner,
            verifier: context.person,
            causes: context.causes,
            implemented_at: self.implemented_at,
            before: self.plan.as_ref(),
            cost: self.terms.cost,
        };
        let plan = Box::new(Plan::lock(new, &around)?);
        let voided = self.verdict.as_ref().map(|judgement| judgement.verdict);
        Ok(ActionFact::PlanLocked { plan, voided, reason })
    }

    fn implemented(&self, say: &SayImplemented, context: &ActionContext<'_>) -> Result<ActionFact, Refusal> {
        self.owner_or_lead(context.actor)?;
        self.stands(&[Approved, Implementing])?;
        let plan = self.plan.as_ref().ok_or(Refusal::PlanMissing)?;
        let since = say.implemented_at.unwrap_or(context.now);
        let wrong = |expected: &'static str| Err(Refusal::field("implemented_at", expected));
        if since > context.now {
            return wrong("expected an instant that is not in the future");
        }
        match plan.fits(since) {
            Ok(()) => Ok(ActionFact::Implemented { since }),
            Err(Misfit::Baseline) => {
                wrong("expected an instant after the baseline of the plan, or another plan")
            }
            Err(Misfit::Watch) => {
                wrong("expected an instant so early that the watch begins after the washout, or another plan")
            }
        }
    }

    fn extend(&self, extend: &ExtendWatch, context: &ActionContext<'_>) -> Result<ActionFact, Refusal> {
        lead(context.actor)?;
        self.stands(&[Inconclusive])?;
        let plan = self.plan.as_ref().ok_or(Refusal::PlanMissing)?;
        if self.extended {
            return Err(Refusal::WatchExtended);
        }
        if extend.to <= plan.watch.to {
            return Err(Refusal::field("to", "expected a day after the end of the watch"));
        }
        let longer = super::Window { to: extend.to, ..plan.watch };
        longer
            .check("watch")
            .map_err(|_| Refusal::field("to", "expected a day within five years after `from`"))?;
        Ok(ActionFact::WatchExtended { to: extend.to, reason: extend.reason.to_string() })
    }

    fn change_owner(&self, change: &ChangeOwner, context: &ActionContext<'_>) -> Result<ActionFact, Refusal> {
        lead(context.actor)?;
        let mut allowed = vec![ActionState::Proposed, Approved, Implementing];
        allowed.extend(JUDGED);
        self.stands(&allowed)?;
        let to = owner(context.person)?;
        if to == self.terms.owner {
            return Err(Refusal::field("owner", "expected somebody other than the owner"));
        }
        if self.plan.as_ref().is_some_and(|plan| plan.verifier == to) {
            return Err(Refusal::field("owner", "expected somebody other than the verifier"));
        }
        Ok(ActionFact::OwnerChanged { from: self.terms.owner, to, reason: change.reason.to_string() })
    }

    /// May this person ask now whether it helped? The one the plan names, or a lead, and never the owner (I-57).
    ///
    /// # Errors
    /// The refusal with its facts.
    pub fn may_judge(&self, actor: &Staff) -> Result<&Plan, Refusal> {
        if !actor.can_hold_duty() {
            return Err(Refusal::ReadOnly);
        }
        if actor.id == self.terms.owner {
            return Err(Refusal::OwnAction);
        }
        let plan = self.plan.as_ref();
        if !actor.is_lead() && plan.is_none_or(|plan| plan.verifier != actor.id) {
            return Err(Refusal::NotYours { allowed: vec!["verifier", "lead"] });
        }
        self.stands(&JUDGED)?;
        plan.ok_or(Refusal::PlanMissing)
    }

    /// What follows from a judgement: nothing when it is none yet, or when it says what was said already.
    #[must_use]
    pub fn judge(&self, judgement: &Judgement) -> Option<ActionFact> {
        super::state_of(judgement.verdict)?;
        if self.verdict.as_ref().is_some_and(|before| before.says_the_same(judgement)) {
            return None;
        }
        Some(ActionFact::Judged(Box::new(judgement.clone())))
    }

    fn owner_or_lead(&self, actor: &Staff) -> Result<(), Refusal> {
        if !actor.can_hold_duty() {
            return Err(Refusal::ReadOnly);
        }
        if actor.id == self.terms.owner || actor.is_lead() {
            return Ok(());
        }
        Err(Refusal::NotYours { allowed: vec!["owner", "lead"] })
    }

    fn stands(&self, allowed: &[ActionState]) -> Result<(), Refusal> {
        if allowed.contains(&self.state) {
            Ok(())
        } else {
            Err(Refusal::ActionOver { state: self.state, allowed: allowed.to_vec() })
        }
    }
}
