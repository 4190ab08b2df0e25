//! Corrective actions: what is done so that a problem does not come back, the plan by which that is judged, locked before
//! it is done, and the verdict that is reckoned and never typed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::code::ActionState;
use crate::id::{ActionId, ProblemId, StaffId};
use crate::money::Money;
use crate::statistics::ratio::Verdict;
use crate::text::{Line, Reason};
use crate::time::{Day, Timestamp};

mod measure;
mod plan;
mod rules;

pub use measure::{Benefit, Counted, Found, Judgement, Outlook, lag_of};
pub use plan::{Exposed, NewPlan, Plan, Window};
pub use rules::{ActionContext, ActionVerb};

/// A new corrective action, as asked for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAction {
    /// What it is done about.
    pub problem: ProblemId,
    /// What is done, in one line.
    pub title: Line,
    /// Who sees to it.
    pub owner: StaffId,
    /// By when it is in place.
    pub due_at: Timestamp,
    /// What is done, at length.
    pub description: Option<Reason>,
    /// What it costs.
    pub cost: Option<Money>,
}

/// It is in place.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SayImplemented {
    /// Since when; since now when not said. It may lie in the past.
    pub implemented_at: Option<Timestamp>,
}

/// Watches longer, once.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtendWatch {
    /// The first day that is not watched any more.
    pub to: Day,
    /// Why.
    pub reason: Reason,
}

/// Somebody else sees to it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeOwner {
    /// Who.
    pub owner: StaffId,
    /// Why.
    pub reason: Reason,
}

/// What happened to an action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "snake_case")]
pub enum ActionFact {
    /// Somebody asked for it.
    Proposed(Box<Proposed>),
    /// A lead other than its owner allowed it.
    Approved {},
    /// It is being put in place.
    Started {},
    /// How it will be judged; from here on the plan does not change, another one takes its place.
    PlanLocked {
        /// The plan whole.
        plan: Box<Plan>,
        /// The verdict by the plan before, which is void now (I-56).
        voided: Option<Verdict>,
        /// Why another plan.
        reason: Option<String>,
    },
    /// It is in place.
    Implemented {
        /// Since when.
        since: Timestamp,
    },
    /// Whether it helped.
    Judged(Box<Judgement>),
    /// Nothing could be said, so it is watched longer.
    WatchExtended {
        /// The first day that is not watched any more.
        to: Day,
        /// Why.
        reason: String,
    },
    /// Somebody else sees to it.
    OwnerChanged {
        /// Who did.
        from: StaffId,
        /// Who does.
        to: StaffId,
        /// Why.
        reason: String,
    },
    /// Done with.
    Closed {
        /// Why.
        reason: String,
    },
}

/// As an action was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposed {
    /// What it is done about.
    pub problem: ProblemId,
    /// What is done, in one line.
    pub title: String,
    /// Who sees to it.
    pub owner: StaffId,
    /// By when it is in place.
    pub due_at: Timestamp,
    /// What is done, at length.
    pub description: Option<String>,
    /// What it costs.
    pub cost: Option<Money>,
}

/// What is done so that a problem does not come back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// Which.
    pub id: ActionId,
    /// One for each fact.
    pub version: i64,
    /// What it is done about, what is done, by whom, by when.
    #[serde(flatten)]
    pub terms: Proposed,
    /// Where it stands.
    pub state: ActionState,
    /// Who asked for it.
    pub proposed_by: StaffId,
    /// When.
    pub proposed_at: Timestamp,
    /// Who allowed it.
    pub approved_by: Option<StaffId>,
    /// Since when it is in place.
    pub implemented_at: Option<Timestamp>,
    /// How it is judged.
    pub plan: Option<Plan>,
    /// The watch was made longer.
    pub extended: bool,
    /// Whether it helped, by the plan that holds.
    pub verdict: Option<Judgement>,
}

/// One line of what happened to an action.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionEntry {
    /// Its place, from 1 without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: StaffId,
    /// What.
    pub fact: ActionFact,
}

impl Action {
    fn proposed(id: ActionId, terms: Proposed, by: StaffId, at: Timestamp) -> Self {
        Self {
            id,
            version: 1,
            terms,
            state: ActionState::Proposed,
            proposed_by: by,
            proposed_at: at,
            approved_by: None,
            implemented_at: None,
            plan: None,
            extended: false,
            verdict: None,
        }
    }

    /// The action after something happened: the only way it changes.
    #[must_use]
    pub fn apply(mut self, by: StaffId, fact: &ActionFact) -> Self {
        self.version += 1;
        match fact {
            // Only ever the first: see [`Action::fold`].
            ActionFact::Proposed(_) => {}
            ActionFact::Approved {} => {
                self.state = ActionState::Approved;
                self.approved_by = Some(by);
            }
            ActionFact::Started {} => self.state = ActionState::Implementing,
            ActionFact::PlanLocked { plan, .. } => {
                self.plan = Some((**plan).clone());
                self.extended = false;
                self.watch_again();
            }
            ActionFact::Implemented { since } => {
                self.state = ActionState::Implemented;
                self.implemented_at = Some(*since);
            }
            ActionFact::Judged(judgement) => {
                self.state = state_of(judgement.verdict).unwrap_or(self.state);
                self.verdict = Some((**judgement).clone());
            }
            ActionFact::WatchExtended { to, .. } => {
                if let Some(plan) = &mut self.plan {
                    plan.watch.to = *to;
                }
                self.extended = true;
                self.watch_again();
            }
            ActionFact::OwnerChanged { to, .. } => self.terms.owner = *to,
            ActionFact::Closed { .. } => self.state = ActionState::Closed,
        }
        self
    }

    /// What was said before holds no more; what is in place is watched.
    fn watch_again(&mut self) {
        self.verdict = None;
        if self.implemented_at.is_some() {
            self.state = ActionState::Implemented;
        }
    }

    /// The action that entries make; nothing when the first does not propose one.
    #[must_use]
    pub fn fold(id: ActionId, entries: &[ActionEntry]) -> Option<Self> {
        let (first, rest) = entries.split_first()?;
        let ActionFact::Proposed(terms) = &first.fact else { return None };
        let action = Self::proposed(id, (**terms).clone(), first.by, first.at);
        Some(rest.iter().fold(action, |action, entry| action.apply(entry.by, &entry.fact)))
    }

    /// Is it to be put in place still?
    #[must_use]
    pub fn is_to_do(&self) -> bool {
        matches!(self.state, ActionState::Proposed | ActionState::Approved | ActionState::Implementing)
    }

    /// Should it be in place already?
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.is_to_do() && self.terms.due_at < now
    }

    /// Where its last verdict left it, also after it was closed.
    #[must_use]
    pub fn judged_as(&self) -> Option<ActionState> {
        self.verdict.as_ref().and_then(|judgement| state_of(judgement.verdict))
    }
}

/// Where a verdict leaves an action; nowhere else when it is none.
fn state_of(verdict: Verdict) -> Option<ActionState> {
    match verdict {
        Verdict::Effective => Some(ActionState::Effective),
        Verdict::Partial => Some(ActionState::Partial),
        Verdict::Ineffective => Some(ActionState::Ineffective),
        Verdict::Worse => Some(ActionState::Worse),
        Verdict::Inconclusive => Some(ActionState::Inconclusive),
        Verdict::NotEvaluable | Verdict::TooEarly => None,
    }
}
