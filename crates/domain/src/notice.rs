//! What asks somebody to do something, and whom: read off the facts of one change.

use uuid::Uuid;

use crate::code::{AwardState, Direction, NoticeKind};
use crate::complaint::Complaint;
use crate::history::{Actor, Entry, Fact};
use crate::id::StaffId;

/// One person told of one fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// Who.
    pub staff: StaffId,
    /// The fact.
    pub seq: i64,
    /// Why.
    pub kind: NoticeKind,
    /// The part of the complaint it is about: told no longer once that needs nothing more.
    pub part: Option<Uuid>,
}

/// Whom the facts of one change ask for something, but for awards, of which [`waiting`] tells; nobody is told what they
/// did themselves.
#[must_use]
pub fn notices(after: &Complaint, entries: &[&Entry]) -> Vec<Notice> {
    let mut all = Vec::new();
    for entry in entries {
        let mut tell = |staff: StaffId, kind, part| {
            let told = all.iter().any(|n: &Notice| n.staff == staff && n.seq == entry.seq);
            if entry.actor != Actor::Staff(staff) && !told {
                all.push(Notice { staff, seq: entry.seq, kind, part });
            }
        };
        let handoff_from = |id| after.handoffs.iter().find(|h| h.id == id).map(|h| h.from);
        match &entry.fact {
            Fact::HandoffOffered { handoff, to, .. } => {
                tell(*to, NoticeKind::HandoffOffered, Some(handoff.0));
            }
            Fact::SuccessionOffered { succession, to, .. } => {
                tell(*to, NoticeKind::SuccessionOffered, Some(succession.0));
            }
            Fact::HandoffDeclined { handoff } => {
                if let Some(from) = handoff_from(*handoff) {
                    tell(from, NoticeKind::OfferDeclined, None);
                }
            }
            Fact::HandoffLapsed { handoff } => {
                if let Some(from) = handoff_from(*handoff) {
                    tell(from, NoticeKind::OfferLapsed, None);
                }
            }
            Fact::SuccessionDeclined { succession } => {
                if let Some(offer) = after.successions.iter().find(|s| s.id == *succession) {
                    tell(offer.from, NoticeKind::OfferDeclined, None);
                }
            }
            Fact::ContactRecorded { direction: Direction::In, .. } if after.is_open() => {
                tell(after.handler, NoticeKind::CustomerWrote, None);
                tell(after.first_contact, NoticeKind::CustomerWrote, None);
            }
            Fact::PromiseBroken { promise } => {
                if let Some(p) = after.promises.iter().find(|p| p.id == *promise) {
                    tell(p.responsible, NoticeKind::PromiseBroken, Some(p.id.0));
                }
            }
            Fact::Reopened { .. } => {
                tell(after.first_contact, NoticeKind::Reopened, None);
                tell(after.handler, NoticeKind::Reopened, None);
            }
            _ => {}
        }
    }
    all
}

/// The awards that the facts of one change left waiting for an approval, with the fact.
pub fn waiting<'a>(
    after: &'a Complaint,
    entries: &'a [&Entry],
) -> impl Iterator<Item = (i64, &'a crate::award::Award)> {
    entries.iter().filter_map(|entry| {
        let (Fact::AwardProposed { award, .. } | Fact::AwardAmended { award, .. }) = &entry.fact else {
            return None;
        };
        let award = after.award(*award)?;
        (award.state == AwardState::Proposed).then_some((entry.seq, award))
    })
}
