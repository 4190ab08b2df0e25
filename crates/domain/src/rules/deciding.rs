//! Finding out: assessment, decision, causes, links and referrals.

use crate::cause::Cause;
use crate::code::{CauseRole, Finding, LinkKind, Stage};
use crate::history::{Assessed, Fact, point_field};
use crate::id::{PointId, StaffId};
use crate::refusal::Refusal;
use crate::text::Reason;
use crate::verb::{Assess, Decide, LinkTo, Refer, TagCause};
use crate::why;

use super::intake::{evidence_for, point_texts};
use super::{Work, maybe, past, texts};

impl Work<'_, '_> {
    pub(super) fn assess(&mut self, body: &Assess) -> Result<(), Refusal> {
        self.in_charge()?;
        self.at_stage(Stage::OPEN)?;
        past("incident_at", body.incident_at, self.context.now)?;
        if let Some(about) = body.about_staff {
            self.can_be_about(about)?;
        }
        let points: Vec<PointId> = body.points.iter().map(|_| PointId((self.context.new_id)())).collect();
        let assessed = Assessed {
            severity: body.severity,
            category: maybe(body.category.as_ref()),
            product: maybe(body.product.as_ref()),
            place: maybe(body.place.as_ref()),
            points: points.clone(),
            about_staff: body.about_staff,
            restricted: body.restricted,
            incident_at: body.incident_at,
            desired_remedy: body.desired_remedy.is_some(),
        };
        if assessed == Assessed::default() {
            return Err(Refusal::field("body", "expected at least one field to assess"));
        }
        let mut text = texts([("desired_remedy", maybe(body.desired_remedy.as_ref()))]);
        text.extend(point_texts(&points, &body.points));
        debug_assert!(points.iter().all(|p| text.contains_key(&point_field(*p))));
        self.record(Fact::Assessed(Box::new(assessed)), text);
        Ok(())
    }

    /// The person complained about is never the handler (I-09): the handling passes on first. Offers that wait
    /// for that person are taken back.
    fn can_be_about(&mut self, about: StaffId) -> Result<(), Refusal> {
        if !self.context.known.staff.contains_key(&about) {
            return Err(Refusal::field("about_staff", "expected the id of a person at the desk"));
        }
        if about == self.complaint.handler {
            return Err(Refusal::HandOverFirst { handler: about });
        }
        self.recall_offers_to(&[about]);
        Ok(())
    }

    pub(super) fn decide(&mut self, body: &Decide) -> Result<(), Refusal> {
        let decider = self.in_charge()?;
        if self.complaint.keeps_away(decider) {
            return Err(Refusal::KeptAway);
        }
        self.at_stage(Stage::BEFORE_DECISION)?;
        let deciders: Vec<StaffId> = self.complaint.decisions.iter().map(|d| d.by).collect();
        if deciders.contains(&decider.id) {
            return Err(Refusal::AnotherDecider { deciders });
        }
        let (alternative, next_route) = (body.alternative.as_ref(), body.next_route.as_ref());
        self.record_decision(body.outcome, Some(&body.reasons), alternative, next_route)
    }

    /// A rejection carries reasons, an alternative and a next route (I-18).
    pub(super) fn record_decision(
        &mut self,
        outcome: Finding,
        reasons: Option<&Reason>,
        alternative: Option<&Reason>,
        next_route: Option<&Reason>,
    ) -> Result<(), Refusal> {
        if outcome == Finding::Rejected {
            if alternative.is_none() {
                return Err(Refusal::field(
                    "alternative",
                    "expected what the customer is offered instead, or why nothing",
                ));
            }
            if next_route.is_none() {
                return Err(Refusal::field("next_route", "expected where the customer can go next"));
            }
        }
        let text = texts([
            ("reasons", maybe(reasons)),
            ("alternative", maybe(alternative)),
            ("next_route", maybe(next_route)),
        ]);
        self.record(Fact::Decided { outcome }, text);
        Ok(())
    }

    /// Causes are tagged at any stage, after closing too: what is learned later still counts.
    pub(super) fn tag_cause(&mut self, body: &TagCause) -> Result<(), Refusal> {
        self.in_charge()?;
        let cause = self.cause_named("cause")?;
        evidence_for(&cause, body.evidence.as_ref(), "evidence")?;
        let primary = self.complaint.primary_cause().map(|t| t.cause);
        if body.role == CauseRole::Contributing && primary == Some(cause.id) {
            return Err(Refusal::field("role", "expected primary: this is the primary cause already"));
        }
        let external = why::ends_outside(&body.whys)?;
        let (role, confidence) = (body.role, body.confidence);
        let fact = Fact::CauseTagged { cause: cause.id, role, confidence, external };
        let mut text = texts([
            ("evidence", maybe(body.evidence.as_ref())),
            ("escape_point", maybe(body.escape_point.as_ref())),
        ]);
        text.extend(why::texts(&body.whys));
        self.record(fact, text);
        Ok(())
    }

    pub(super) fn cause_named(&self, field: &'static str) -> Result<Cause, Refusal> {
        let known = self.context.known.cause.clone();
        let cause = known.ok_or_else(|| Refusal::field(field, "expected the id or code of a cause"))?;
        cause.can_be_tagged(field)?;
        Ok(cause)
    }

    pub(super) fn link(&mut self, body: &LinkTo) -> Result<(), Refusal> {
        self.in_charge()?;
        let other = self.context.known.complaint.as_deref().ok_or(Refusal::NotFound)?;
        if other.id == self.complaint.id {
            return Err(Refusal::field("to", "expected another complaint"));
        }
        let (mut kept_away, mut kept_away_teams) = (Vec::new(), Vec::new());
        if body.kind == LinkKind::AboutHandling {
            kept_away = other.handlers_ever();
            let known = kept_away.iter().filter_map(|id| self.context.known.staff.get(id));
            kept_away_teams = known.filter_map(|s| s.team.clone()).collect();
            kept_away_teams.sort_unstable();
            kept_away_teams.dedup();
        }
        let away = |id: &StaffId| {
            let team = self.context.known.staff.get(id).and_then(|s| s.team.as_ref());
            kept_away.contains(id) || team.is_some_and(|team| kept_away_teams.contains(team))
        };
        // Whoever handles it now took part in what is complained of: the handling passes on first (I-10).
        let handler = self.complaint.handler;
        if away(&handler) {
            return Err(Refusal::HandOverFirst { handler });
        }
        self.recall_offers_to(&self.complaint.receivers().into_iter().filter(away).collect::<Vec<_>>());
        let fact = Fact::Linked { to: other.id, link: body.kind, kept_away, kept_away_teams };
        self.record(fact, texts([("reason", maybe(body.reason.as_ref()))]));
        Ok(())
    }

    /// The duty here continues (ISO 10003).
    pub(super) fn refer(&mut self, body: &Refer) -> Result<(), Refusal> {
        self.in_charge()?;
        past("date", Some(body.date.start()), self.context.now.plus_days(1))?;
        let text = texts([
            ("body", maybe(Some(&body.body))),
            ("reference", maybe(Some(&body.reference))),
            ("reason", maybe(body.reason.as_ref())),
        ]);
        self.record(Fact::Referred { date: body.date }, text);
        Ok(())
    }
}
