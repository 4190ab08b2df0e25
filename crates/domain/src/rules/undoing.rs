//! Which verb takes a step back. Nothing is ever unsaid: it is another step, by the same rules, and both stay in the
//! history.

use crate::code::CauseRole;
use crate::complaint::Complaint;
use crate::history::{Assessed, Fact};
use crate::text::{Line, Reason, Text};
use crate::verb::{Assess, MaybeWhy, TagCause, Verb, Why};

impl Complaint {
    /// The verb that takes the last step of this complaint back to how it stood `before` it. An offer is recalled, a cause
    /// gives way to the one it took the place of, an assessment is set back, what was closed is taken up again in a new
    /// round. Nothing where the domain has no way back: a first cause can be replaced and not taken away, and what was
    /// not known before cannot become unknown.
    #[must_use]
    pub fn way_back(&self, last: &Fact, before: &Self, reason: &Reason) -> Option<Verb> {
        match last {
            Fact::HandoffOffered { handoff, .. } => {
                Some(Verb::RecallHandoff(*handoff, MaybeWhy { reason: Some(reason.clone()) }))
            }
            Fact::CauseTagged { .. } => self.tagged_before(reason).map(Verb::TagCause),
            Fact::Assessed(assessed) => {
                before.assessed_before(assessed).map(|body| Verb::Assess(Box::new(body)))
            }
            Fact::Closed { .. } => Some(Verb::Reopen(Why { reason: reason.clone() })),
            _ => None,
        }
    }

    /// The tag that the last one took the place of, if one alone brings back what was there.
    fn tagged_before(&self, reason: &Reason) -> Option<TagCause> {
        let last = self.causes.last()?;
        let mut replaced = self.causes.iter().filter(|tag| tag.superseded_by == Some(last.seq));
        let (tag, None) = (replaced.next()?, replaced.next()) else { return None };
        // A contributing cause that became the primary one cannot stand aside again without another in its place.
        if tag.role != last.role || (tag.role == CauseRole::Contributing && tag.cause != last.cause) {
            return None;
        }
        Some(TagCause {
            cause: Text::parse(&tag.cause.to_string()).ok()?,
            role: tag.role,
            confidence: tag.confidence,
            whys: Vec::new(),
            escape_point: None,
            evidence: Some(reason.clone()),
        })
    }

    /// What an assessment changed, as it stands here.
    fn assessed_before(&self, assessed: &Assessed) -> Option<Assess> {
        let more = assessed.desired_remedy || !assessed.points.is_empty() || assessed.about_staff.is_some();
        if more {
            return None;
        }
        let line = |said: &Option<String>, here: &Option<String>| match (said, here) {
            (None, _) => Some(None),
            (Some(_), here) => Line::parse(here.as_deref()?).ok().map(Some),
        };
        Some(Assess {
            severity: assessed.severity.map(|_| self.severity),
            category: line(&assessed.category, &self.category)?,
            product: line(&assessed.product, &self.product)?,
            place: line(&assessed.place, &self.place)?,
            desired_remedy: None,
            points: Vec::new(),
            about_staff: None,
            restricted: assessed.restricted.map(|_| self.restricted),
            incident_at: match assessed.incident_at {
                None => None,
                Some(_) => Some(self.incident_at?),
            },
        })
    }
}
