//! I-63 to I-66: nothing disappears, everything has its author and its place, and no text of people is in a fact.

use firsthand_domain::Step;
use firsthand_domain::complaint::{Complaint, fold};
use firsthand_domain::history::{Fact, point_field};
use firsthand_domain::refusal::Refusal;

use crate::machine::{Asked, under_random_verbs};

#[test]
fn i63_no_part_of_a_complaint_ever_disappears() {
    under_random_verbs(|turn| {
        for (was, is) in turn.pairs() {
            begins_with(&ids(&is.handoffs, |h| h.id), &ids(&was.handoffs, |h| h.id));
            begins_with(&ids(&is.successions, |s| s.id), &ids(&was.successions, |s| s.id));
            begins_with(&ids(&is.replies, |r| (r.id, r.seq)), &ids(&was.replies, |r| (r.id, r.seq)));
            begins_with(&ids(&is.promises, |p| p.id), &ids(&was.promises, |p| p.id));
            begins_with(&ids(&is.causes, |t| (t.seq, t.cause)), &ids(&was.causes, |t| (t.seq, t.cause)));
            begins_with(&is.decisions, &was.decisions);
            begins_with(&is.contacts, &was.contacts);
            begins_with(&is.links, &was.links);
            begins_with(&is.referrals, &was.referrals);
            begins_with(&is.former_handlers, &was.former_handlers);
            begins_with(&is.kept_away, &was.kept_away);
            let released = |from| is.merged.iter().all(|m| m.complaint != from);
            for point in &was.points {
                let there = is.points.iter().find(|p| p.id == point.id);
                assert!(there.is_some() || point.from.is_some_and(released), "{point:?} is gone");
                let answered = there.is_none_or(|p| point.answered_by.is_none() || p == point);
                assert!(answered, "an answered point stays answered");
            }
        }
        assert!(turn.before.keys().all(|id| turn.after.complaints.contains_key(id)));
    });
}

fn ids<T, U>(parts: &[T], id: impl Fn(&T) -> U) -> Vec<U> {
    parts.iter().map(id).collect()
}

fn begins_with<T: PartialEq + std::fmt::Debug>(is: &[T], was: &[T]) {
    assert!(is.starts_with(was), "{was:?} became {is:?}");
}

#[test]
fn i64_every_fact_has_its_place_time_and_author() {
    under_random_verbs(|turn| {
        for complaint in turn.complaints() {
            let history = turn.after.history(complaint.id);
            let places = history.iter().map(|s| s.entry.seq);
            assert!(places.eq(1..=complaint.version), "without gaps up to the version");
            assert!(history.is_sorted_by_key(|s| s.entry.at));
        }
        for (_, entry, _) in turn.facts() {
            assert_eq!((entry.at, crate::machine::person(entry)), (turn.after.now, turn.actor));
        }
    });
}

#[test]
fn i64_the_history_folds_to_the_state_and_any_part_of_it_to_the_state_of_then() {
    under_random_verbs(|turn| {
        for complaint in turn.complaints() {
            let history = turn.after.history(complaint.id);
            assert_eq!(folded(complaint, history).as_ref(), Some(complaint));
        }
        for (was, step) in turn.moves() {
            let before = usize::try_from(step.entry.seq - 1).expect("a place");
            let history = &turn.after.history(was.id)[..before];
            assert_eq!(folded(&was, history), Some(was));
        }
    });
}

fn folded(complaint: &Complaint, history: &[Step]) -> Option<Complaint> {
    fold(complaint.id, history.iter().map(|s| &s.entry))
}

#[test]
fn i64_a_history_that_does_not_begin_with_a_receipt_is_none() {
    under_random_verbs(|turn| {
        for complaint in turn.complaints() {
            assert_eq!(folded(complaint, &turn.after.history(complaint.id)[1..]), None);
        }
    });
}

#[test]
fn i64_complaints_and_facts_survive_being_written_and_read() {
    under_random_verbs(|turn| {
        for (_, _, fact) in turn.facts() {
            let json = serde_json::to_string(fact).expect("written");
            assert_eq!(&serde_json::from_str::<Fact>(&json).expect("read"), fact, "{json}");
        }
        if let (Some(complaint), Ok(_)) = (turn.after.complaints.get(&turn.on), &turn.result) {
            let json = serde_json::to_string(&**complaint).expect("written");
            assert_eq!(serde_json::from_str::<Complaint>(&json).expect("read"), **complaint, "{json}");
        }
    });
}

#[test]
fn i64_a_refusal_changes_nothing() {
    under_random_verbs(|turn| {
        if turn.result.is_err() {
            assert_eq!(turn.before, turn.after.complaints);
        }
    });
}

#[test]
fn i64_a_verb_moves_its_own_complaint_and_at_most_one_other() {
    under_random_verbs(|turn| {
        let moved = turn.pairs().filter(|(was, is)| was != is && was.id != turn.on).count();
        let merging = matches!(turn.asked, Asked::Verb(ref v) if crate::sight::is_merging(v));
        assert!(moved <= usize::from(merging), "{:?}", turn.asked);
    });
}

#[test]
fn i65_an_auditor_writes_nothing() {
    under_random_verbs(|turn| {
        let auditor = turn.actor.filter(|a| *a == crate::world::OTTO);
        if auditor.is_some() {
            let refusal = turn.result.as_ref().expect_err("refused");
            let hidden = turn.was().is_some_and(|c| c.about_staff == auditor);
            assert!(*refusal == Refusal::ReadOnly || hidden && *refusal == Refusal::NotFound);
        }
    });
}

#[test]
fn i66_what_people_wrote_is_beside_the_facts_and_never_in_them() {
    under_random_verbs(|turn| {
        for (_, step) in turn.steps() {
            let fact = serde_json::to_string(&step.entry.fact).expect("written");
            for words in step.text.values() {
                assert!(!fact.contains(words.as_str()), "{words} in {fact}");
            }
            if let Fact::Assessed(assessed) = &step.entry.fact {
                assert!(assessed.points.iter().all(|p| step.text.contains_key(&point_field(*p))));
            }
            if let Fact::NoteAdded {} = step.entry.fact {
                assert!(fact.len() < 40 && step.text.len() == 1, "a note is text and nothing else");
            }
        }
    });
}

/// The kind of a fact, as it is written.
pub(crate) fn kind(fact: &Fact) -> String {
    let json = serde_json::to_value(fact).expect("a fact is written");
    json["kind"].as_str().expect("with its kind").to_owned()
}
