//! Two complaints about one incident: the later goes on under the earlier, so first contact and receipt never move.

use crate::code::{Closure, Detail, Stage};
use crate::complaint::Complaint;
use crate::history::{Details, Fact, Texts};
use crate::id::{PointId, StaffId};
use crate::refusal::Refusal;
use crate::verb::{Merge, Unmerge};

use super::{Step, Work, maybe, texts};

impl Work<'_, '_> {
    /// The later complaint closes as `merged`; its customers and open points go on under the earlier one, which
    /// closes only when each of them has been answered.
    pub(super) fn merge(&mut self, body: &Merge) -> Result<(), Refusal> {
        let actor = self.in_charge()?.id;
        self.at_stage(Stage::OPEN)?;
        let target = self.other_for(actor)?;
        if target.id == self.complaint.id {
            return Err(Refusal::field("into", "expected another complaint"));
        }
        if (target.received_at, target.id) > (self.complaint.received_at, self.complaint.id) {
            return Err(Refusal::MergeIntoEarlier { earlier: self.complaint.id });
        }
        if !target.is_open() {
            return Err(Refusal::OtherClosed { complaint: target.id });
        }
        let guarded = self.complaint.restricted && !target.restricted;
        let about = self.complaint.about_staff.is_some() && self.complaint.about_staff != target.about_staff;
        let away = self.complaint.kept_away.iter().any(|s| !target.kept_away.contains(s))
            || self.complaint.kept_away_teams.iter().any(|t| !target.kept_away_teams.contains(t));
        if guarded || about || away {
            return Err(Refusal::MergeLosesProtection);
        }
        self.no_open_promises()?;
        self.no_awards_under_way()?;
        let customers = self.complaint.customers();
        let open = |p: &&crate::complaint::Point| p.answered_by.is_none();
        let points: Vec<PointId> = self.complaint.points.iter().filter(open).map(|p| p.id).collect();
        let kept = self.kept(&body.keep)?;
        self.recall_pending_handoff();
        self.recall_pending_successions();
        let why = || texts([("reason", maybe(body.reason.as_ref()))]);
        self.record(Fact::MergedInto { complaint: target.id }, why());
        let taken = Fact::MergeTaken { complaint: self.complaint.id, customers, points, kept };
        self.record_on_other(target, taken, why());
        Ok(())
    }

    /// What this complaint says that stays in place of what the earlier one says.
    fn kept(&self, keep: &[Detail]) -> Result<Option<Box<Details>>, Refusal> {
        let (here, mut kept) = (self.complaint.details(), Details::default());
        for detail in keep {
            let one = here.only(*detail);
            let one = one.ok_or_else(|| Refusal::field("keep", "expected what this complaint says"))?;
            kept = kept.with(one);
        }
        Ok((kept != Details::default()).then(|| Box::new(kept)))
    }

    /// The verb is on the earlier complaint and names the later one, which stands again where it stood.
    pub(super) fn unmerge(&mut self, body: &Unmerge) -> Result<(), Refusal> {
        let actor = self.in_charge()?.id;
        let other = self.other_for(actor)?;
        if let Some(into) = self.complaint.merged_into {
            return Err(Refusal::UnmergeFirst { into: Some(into) });
        }
        let here = other.closure == Some(Closure::Merged) && other.merged_into == Some(self.complaint.id);
        if !here {
            return Err(Refusal::NotMerged { complaint: other.id });
        }
        let first_contact = other.first_contact;
        for owner in [first_contact, other.handler] {
            if !self.context.known.staff.get(&owner).is_some_and(crate::staff::Staff::can_hold_duty) {
                return Err(Refusal::FirstContactLeft { first_contact: owner });
            }
        }
        let why = || texts([("reason", maybe(body.reason.as_ref()))]);
        self.record(Fact::MergeReleased { complaint: other.id }, why());
        self.record_on_other(other, Fact::MergeUndone {}, why());
        Ok(())
    }

    /// The other complaint, which moves as well: so it must not be about the one who asks (I-09).
    fn other_for(&self, actor: StaffId) -> Result<Complaint, Refusal> {
        let other = self.context.known.complaint.as_deref().ok_or(Refusal::NotFound)?;
        if other.about_staff == Some(actor) { Err(Refusal::ComplainedAbout) } else { Ok(other.clone()) }
    }

    fn record_on_other(&mut self, mut other: Complaint, fact: Fact, text: Texts) {
        let entry = self.entry(other.version + 1, fact);
        other.apply(&entry);
        self.other = Some((other, vec![Step { entry, text }]));
    }
}
