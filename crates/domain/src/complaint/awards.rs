//! How facts move the awards of a complaint.

use crate::award::{Approval, Award, Ratified};
use crate::code::AwardState;
use crate::history::{Entry, Fact};
use crate::id::AwardId;

use super::Complaint;
use super::apply::staff;

impl Complaint {
    pub(super) fn award_step(&mut self, entry: &Entry) {
        if let Fact::AwardProposed { award, award_type, basis, value, incident, emergency } = &entry.fact {
            let Some(by) = staff(entry.actor) else { return };
            self.awards.push(Award {
                id: *award,
                version: 1,
                seq: entry.seq,
                proposed_at: entry.at,
                proposed_by: by,
                amended_by: Vec::new(),
                kind: *award_type,
                basis: *basis,
                value: *value,
                incident: incident.clone(),
                emergency: *emergency,
                approvals: Vec::new(),
                decided_at: None,
                answer_by: None,
                executed_by: None,
                executed_at: None,
                ended_at: None,
                ratification: None,
                held_from: None,
                state: AwardState::Proposed,
            });
            return;
        }
        let Some(award) = award_of(&entry.fact).and_then(|id| self.awards.iter_mut().find(|a| a.id == id))
        else {
            return;
        };
        award.version += 1;
        award.step(entry);
    }
}

/// The award a fact is about.
#[must_use]
pub fn award_of(fact: &Fact) -> Option<AwardId> {
    match fact {
        Fact::AwardProposed { award, .. }
        | Fact::AwardAmended { award, .. }
        | Fact::AwardApproved { award, .. }
        | Fact::AwardRefused { award }
        | Fact::AwardWithdrawn { award }
        | Fact::AwardOffered { award, .. }
        | Fact::AwardAccepted { award, .. }
        | Fact::AwardDeclined { award, .. }
        | Fact::AwardLapsed { award }
        | Fact::AwardExecuted { award }
        | Fact::AwardReversed { award, .. }
        | Fact::AwardHeld { award }
        | Fact::AwardRatified { award, .. } => Some(*award),
        _ => None,
    }
}

impl Award {
    fn step(&mut self, entry: &Entry) {
        let (seq, at, by) = (entry.seq, entry.at, staff(entry.actor));
        match &entry.fact {
            Fact::AwardAmended { value, .. } => {
                self.seq = seq;
                self.value = *value;
                self.amended_by.extend(by);
                self.emergency = false;
                self.held_from = None;
                self.approve_anew(AwardState::Proposed);
            }
            Fact::AwardApproved { cited, unit, complete, .. } => {
                let Some(by) = by else { return };
                self.approvals.push(Approval { seq, by, at, unit: unit.clone(), cited: (**cited).clone() });
                if *complete {
                    self.decided_at = Some(at);
                    self.state = self.held_from.take().unwrap_or(AwardState::Approved);
                }
            }
            Fact::AwardRefused { .. } => self.end(AwardState::Refused, entry),
            Fact::AwardWithdrawn { .. } => self.end(AwardState::Withdrawn, entry),
            Fact::AwardOffered { answer_by, .. } => {
                self.answer_by = Some(*answer_by);
                self.state = AwardState::Offered;
            }
            Fact::AwardAccepted { .. } => self.state = AwardState::Accepted,
            Fact::AwardDeclined { .. } => self.end(AwardState::Declined, entry),
            Fact::AwardLapsed { .. } => self.end(AwardState::Lapsed, entry),
            Fact::AwardExecuted { .. } => {
                (self.executed_by, self.executed_at) = (by, Some(at));
                self.state = AwardState::Executed;
            }
            Fact::AwardReversed { .. } => self.end(AwardState::Reversed, entry),
            Fact::AwardHeld { .. } => {
                if !matches!(self.state, AwardState::Proposed | AwardState::Held) {
                    self.held_from = Some(self.state);
                }
                self.approve_anew(AwardState::Held);
            }
            Fact::AwardRatified { outcome, .. } => {
                self.ratification = by.map(|by| Ratified { by, at, outcome: *outcome });
            }
            _ => {}
        }
    }

    fn approve_anew(&mut self, state: AwardState) {
        self.approvals.clear();
        self.decided_at = None;
        self.state = state;
    }

    fn end(&mut self, state: AwardState, entry: &Entry) {
        self.ended_at = Some(entry.at);
        self.state = state;
    }
}
