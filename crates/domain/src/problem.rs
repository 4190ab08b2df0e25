//! Problems: what goes wrong again and again, what contains it meanwhile, and what customers are told of it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Refusal;
use crate::code::{ActionState, ProblemState};
use crate::contact::Language;
use crate::corrective_action::Window;
use crate::id::{ActionId, CauseId, ProblemId, StaffId};
use crate::object::{each_once, maybe_object};
use crate::staff::Staff;
use crate::text::{Line, Reason, Text};
use crate::time::{Day, Timestamp};
use crate::verb::CauseRef;

mod known;

pub use known::{LATELY, Told};

/// What one may say to a customer.
pub type Saying = Text<1_000>;
/// Causes of a problem, or of a plan, at most.
pub const MOST_CAUSES: usize = 50;

/// What keeps the harm small until a fix is in place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Containment {
    /// What is done.
    pub text: Reason,
    /// Until when, that day included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

/// What is known of a problem beside its title and causes. In a change, what is not said stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    /// What keeps the harm small meanwhile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub containment: Option<Containment>,
    /// Which similar products and processes were checked, and what was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub similar: Option<Reason>,
    /// Which customers were harmed and did not complain, and what is done for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silent: Option<Reason>,
    /// What a fix may break elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side_effects: Option<Reason>,
    /// What customers are told meanwhile, by language tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub say: Option<BTreeMap<String, Saying>>,
}

/// A field that is an object of sayings; as it is never null, only missing.
fn maybe_sayings<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<BTreeMap<String, Saying>>, D::Error> {
    each_once(deserializer).map(Some)
}

impl About {
    fn check(&self) -> Result<(), Refusal> {
        match self.say.iter().flatten().find(|(tag, _)| Language::parse(tag).is_err()) {
            Some((tag, _)) => {
                Err(Refusal::field(format!("say.{tag}"), "expected a language tag such as en, vi, zh or hu"))
            }
            None => Ok(()),
        }
    }

    fn take(&mut self, new: &Self) {
        let Self { containment, similar, silent, side_effects, say } = new.clone();
        self.containment = containment.or(self.containment.take());
        self.similar = similar.or(self.similar.take());
        self.silent = silent.or(self.silent.take());
        self.side_effects = side_effects.or(self.side_effects.take());
        self.say = say.or(self.say.take());
    }
}

/// A body that may say what is known of a problem beside fields of its own.
macro_rules! telling {
    ($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $type:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$fdoc])* pub $field: $type,)+
            /// What keeps the harm small until a fix is in place.
            #[serde(default, deserialize_with = "maybe_object")]
            pub containment: Option<Containment>,
            /// Which similar products and processes were checked, and what was found.
            pub similar: Option<Reason>,
            /// Which customers were harmed and did not complain, and what is done for them.
            pub silent: Option<Reason>,
            /// What a fix may break elsewhere.
            pub side_effects: Option<Reason>,
            /// What customers are told meanwhile, by language tag.
            #[serde(default, deserialize_with = "maybe_sayings")]
            pub say: Option<BTreeMap<String, Saying>>,
        }

        impl $name {
            fn about(&self) -> About {
                let Self { containment, similar, silent, side_effects, say, .. } = self.clone();
                About { containment, similar, silent, side_effects, say }
            }
        }
    };
}

telling! {
    /// A new problem, as asked for.
    NewProblem {
        /// In one line.
        title: Line,
        /// Why it happens, as far as is known: ids or codes.
        causes: Vec<CauseRef>,
        /// The alert it is opened on.
        alert: Option<Uuid>,
        /// The time in which it stood out, beside that of the alert: a fix is never held against it (I-58).
        trigger: Option<Window>,
    }
}
telling! {
    /// What is known by now: what is not said stays.
    AmendProblem {
        /// In one line.
        title: Option<Line>,
        /// Why it happens: ids or codes.
        causes: Option<Vec<CauseRef>>,
    }
}

/// What is done with a problem after it was opened.
#[derive(Debug, Clone)]
pub enum ProblemVerb {
    /// More is known.
    Amend(AmendProblem),
    /// It is over.
    Solve(Reason),
    /// It is not.
    Reopen(Reason),
}

/// What happened to a problem.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "snake_case")]
pub enum ProblemFact {
    /// Somebody saw that it comes back.
    Opened(Box<Opened>),
    /// More is known.
    Amended(Box<Amended>),
    /// It is over.
    Solved {
        /// Why one may say so.
        reason: String,
    },
    /// It is not over.
    Reopened {
        /// Why.
        reason: Option<String>,
        /// The action that was judged not to help.
        action: Option<ActionId>,
    },
}

/// As a problem was opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// In one line.
    pub title: String,
    /// Why it happens.
    pub causes: Vec<CauseId>,
    /// What is known of it.
    pub about: About,
    /// The alert it was opened on.
    pub alert: Option<Uuid>,
    /// The time of that alert.
    pub trigger: Option<Window>,
}

/// What has changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Amended {
    /// In one line.
    pub title: Option<String>,
    /// Why it happens.
    pub causes: Option<Vec<CauseId>>,
    /// What is known of it.
    pub about: About,
}

/// Something that goes wrong again and again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// Which.
    pub id: ProblemId,
    /// One for each fact.
    pub version: i64,
    /// In one line.
    pub title: String,
    /// Where it stands.
    pub state: ProblemState,
    /// Why it happens, as far as is known.
    pub causes: Vec<CauseId>,
    /// What is known of it.
    pub about: About,
    /// The alert it was opened on.
    pub alert: Option<Uuid>,
    /// The time of that alert.
    pub trigger: Option<Window>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// By whom.
    pub opened_by: StaffId,
}

/// Who asks, and what was looked up.
pub struct ProblemContext<'a> {
    /// Who asks.
    pub actor: &'a Staff,
    /// The causes named, as far as they exist, in their order.
    pub causes: &'a [Option<CauseId>],
    /// The time of the alert named, if one is and exists.
    pub alerted: Option<Window>,
    /// Where each of its actions stands, and its verdict at that.
    pub actions: &'a [ActionState],
}

/// The causes named, each once.
pub(crate) fn known_causes(found: &[Option<CauseId>]) -> Result<Vec<CauseId>, Refusal> {
    if found.is_empty() || found.len() > MOST_CAUSES {
        return Err(Refusal::field("causes", "expected 1 to 50 causes"));
    }
    let mut causes: Vec<CauseId> = Vec::with_capacity(found.len());
    for (place, cause) in found.iter().enumerate() {
        let field = || format!("causes[{place}]");
        let cause = cause.ok_or_else(|| Refusal::field(field(), "expected the id or code of a cause"))?;
        if causes.contains(&cause) {
            return Err(Refusal::field(field(), "expected each cause only once"));
        }
        causes.push(cause);
    }
    Ok(causes)
}

pub(crate) fn lead(actor: &Staff) -> Result<(), Refusal> {
    if !actor.can_hold_duty() {
        return Err(Refusal::ReadOnly);
    }
    if actor.is_lead() { Ok(()) } else { Err(Refusal::NotYours { allowed: vec!["lead"] }) }
}

impl Problem {
    /// Opens a problem.
    ///
    /// # Errors
    /// The refusal with its facts.
    pub fn open(
        id: ProblemId,
        new: &NewProblem,
        context: &ProblemContext<'_>,
        now: Timestamp,
    ) -> Result<(Self, ProblemFact), Refusal> {
        lead(context.actor)?;
        let about = new.about();
        about.check()?;
        if let Some(trigger) = new.trigger {
            trigger.check("trigger")?;
        }
        if new.alert.is_some() && context.alerted.is_none() {
            return Err(Refusal::field("alert", "expected the id of an alert"));
        }
        // The time of the alert is always part of it, whatever else is said.
        let trigger = match (new.trigger, context.alerted) {
            (Some(told), Some(alerted)) => Some(told.and(alerted)),
            (told, alerted) => told.or(alerted),
        };
        let opened = Opened {
            title: new.title.to_string(),
            causes: known_causes(context.causes)?,
            about,
            alert: new.alert,
            trigger,
        };
        let problem = Self::opened(id, &opened, context.actor.id, now);
        Ok((problem, ProblemFact::Opened(Box::new(opened))))
    }

    fn opened(id: ProblemId, opened: &Opened, by: StaffId, at: Timestamp) -> Self {
        let Opened { title, causes, about, alert, trigger } = opened.clone();
        let state = ProblemState::Open;
        Self { id, version: 1, title, state, causes, about, alert, trigger, opened_at: at, opened_by: by }
    }

    /// Does a verb, or says why not.
    ///
    /// # Errors
    /// The refusal with its facts.
    pub fn perform(&self, verb: &ProblemVerb, context: &ProblemContext<'_>) -> Result<ProblemFact, Refusal> {
        lead(context.actor)?;
        match verb {
            ProblemVerb::Amend(new) => {
                let about = new.about();
                about.check()?;
                if new.title.is_none() && new.causes.is_none() && about == About::default() {
                    return Err(Refusal::field("body", "expected at least one field to change"));
                }
                let causes = match new.causes {
                    Some(_) => Some(known_causes(context.causes)?),
                    None => None,
                };
                let title = new.title.as_ref().map(ToString::to_string);
                Ok(ProblemFact::Amended(Box::new(Amended { title, causes, about })))
            }
            ProblemVerb::Solve(reason) => {
                self.stands(&[ProblemState::Open, ProblemState::Reopened])?;
                // Something was done, it helped, and nothing is still being tried.
                let helped = |s: &ActionState| matches!(s, ActionState::Effective | ActionState::Partial);
                if !context.actions.iter().any(helped) {
                    return Err(Refusal::NoFixProven);
                }
                Ok(ProblemFact::Solved { reason: reason.to_string() })
            }
            ProblemVerb::Reopen(reason) => {
                self.stands(&[ProblemState::Solved])?;
                Ok(ProblemFact::Reopened { reason: Some(reason.to_string()), action: None })
            }
        }
    }

    /// What a verdict does to it: a fix that did not help reopens it.
    #[must_use]
    pub fn after_verdict(&self, action: ActionId) -> Option<ProblemFact> {
        (self.state != ProblemState::Reopened)
            .then_some(ProblemFact::Reopened { reason: None, action: Some(action) })
    }

    fn stands(&self, allowed: &[ProblemState]) -> Result<(), Refusal> {
        if allowed.contains(&self.state) {
            Ok(())
        } else {
            Err(Refusal::ProblemOver { state: self.state, allowed: allowed.to_vec() })
        }
    }

    /// The problem after a fact: the only way it changes.
    #[must_use]
    pub fn apply(mut self, fact: &ProblemFact) -> Self {
        self.version += 1;
        match fact {
            // Only ever the first: see [`fold`].
            ProblemFact::Opened(_) => {}
            ProblemFact::Amended(amended) => {
                if let Some(title) = &amended.title {
                    self.title.clone_from(title);
                }
                if let Some(causes) = &amended.causes {
                    self.causes.clone_from(causes);
                }
                self.about.take(&amended.about);
            }
            ProblemFact::Solved { .. } => self.state = ProblemState::Solved,
            ProblemFact::Reopened { .. } => self.state = ProblemState::Reopened,
        }
        self
    }

    /// The problem that facts make, each with who and when; nothing when the first does not open one.
    #[must_use]
    pub fn fold(id: ProblemId, facts: &[(StaffId, Timestamp, ProblemFact)]) -> Option<Self> {
        let ((by, at, first), rest) = facts.split_first()?;
        let ProblemFact::Opened(opened) = first else { return None };
        let problem = Self::opened(id, opened, *by, *at);
        Some(rest.iter().fold(problem, |problem, (_, _, fact)| problem.apply(fact)))
    }
}
