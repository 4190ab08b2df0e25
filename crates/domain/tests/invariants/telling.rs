//! Whom facts ask for something: those whose turn it is, and nobody of what they did themselves.

use firsthand_domain::code::NoticeKind;
use firsthand_domain::history::{Actor, Entry, Fact};
use firsthand_domain::notice::notices;

use crate::machine::under_random_verbs;

#[test]
fn nobody_is_told_of_what_they_did_and_whoever_is_told_has_a_part_in_it() {
    under_random_verbs(|turn| {
        for (id, entry, fact) in turn.facts() {
            let Some(after) = turn.complaints().find(|c| c.id == id) else { continue };
            let entries: [&Entry; 1] = [entry];
            for notice in notices(after, &entries) {
                assert_ne!(Actor::Staff(notice.staff), entry.actor, "{fact:?}");
                assert_eq!(notice.seq, entry.seq);
                let theirs = match (notice.kind, fact) {
                    (NoticeKind::HandoffOffered, Fact::HandoffOffered { to, .. })
                    | (NoticeKind::SuccessionOffered, Fact::SuccessionOffered { to, .. }) => {
                        *to == notice.staff
                    }
                    (NoticeKind::OfferDeclined | NoticeKind::OfferLapsed, _) => {
                        after.handoffs.iter().any(|h| h.from == notice.staff)
                            || after.successions.iter().any(|s| s.from == notice.staff)
                    }
                    (NoticeKind::CustomerWrote | NoticeKind::Reopened, _) => {
                        [after.first_contact, after.handler].contains(&notice.staff)
                    }
                    (NoticeKind::PromiseBroken, _) => {
                        after.promises.iter().any(|p| p.responsible == notice.staff)
                    }
                    _ => false,
                };
                assert!(theirs, "{notice:?} of {fact:?}");
            }
        }
    });
}
