//! I-54, I-55 and I-62: one primary cause, tags that stay, and a tree in which nothing is lost from the count.

use std::collections::{BTreeMap, BTreeSet};

use firsthand_domain::cause::{Cause, CauseChange, CauseTree, CauseVersion, DEEPEST, Facet, Place};
use firsthand_domain::code::{CauseRole, Confidence, ValueCategory};
use firsthand_domain::complaint::fold;
use firsthand_domain::history::Fact;
use firsthand_domain::id::{CauseId, ComplaintId};
use firsthand_domain::refusal::Refusal;
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::{TagCause, Verb};
use firsthand_domain::why::{self, WhyStep};
use proptest::prelude::{Strategy, any, prop};
use proptest::{prop_assert, prop_assert_eq, proptest};
use uuid::Uuid;

use crate::machine::under_random_verbs;
use crate::say::{plain, primary, tag, text};
use crate::world::{ANA, MRS_PHAM, World, at};

#[test]
fn i54_a_complaint_has_one_primary_cause_from_the_first_tag_on() {
    under_random_verbs(|turn| {
        for complaint in turn.complaints() {
            let standing = || complaint.causes.iter().filter(|t| t.superseded_by.is_none());
            let primary = standing().filter(|t| t.role == CauseRole::Primary).count();
            let ever = complaint.causes.iter().any(|t| t.role == CauseRole::Primary);
            assert_eq!(primary, usize::from(ever), "{:?}", complaint.causes);
            let causes: BTreeSet<CauseId> = standing().map(|t| t.cause).collect();
            assert_eq!(causes.len(), standing().count(), "a cause stands once, in whatever role");
        }
    });
}

#[test]
fn i54_a_new_primary_takes_the_place_of_the_old_and_of_its_own_contributing_tag() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    desk.does(ANA, id, &primary("late-courier"));
    desk.does(ANA, id, &tag("other", CauseRole::Contributing, false));
    desk.does(ANA, id, &primary("other"));
    let tags = desk.complaint(id).causes.clone();
    let last = tags[2].seq;
    assert_eq!(tags.iter().map(|t| t.superseded_by).collect::<Vec<_>>(), [Some(last), Some(last), None]);
    // What is primary contributes no more.
    desk.refuses(ANA, id, &tag("other", CauseRole::Contributing, false));
    desk.does(ANA, id, &tag("late-courier", CauseRole::Contributing, false));
    assert_eq!(desk.complaint(id).primary_cause().map(|t| t.seq), Some(last));
}

#[test]
fn i55_tags_stay_and_the_past_can_be_told_again() {
    under_random_verbs(|turn| {
        for (was, is) in turn.pairs() {
            for (before, after) in was.causes.iter().zip(&is.causes) {
                let as_before = |t: &firsthand_domain::complaint::CauseTag| {
                    (t.seq, t.cause, t.role, t.confidence, t.external)
                };
                assert_eq!(as_before(before), as_before(after));
                assert!(before.superseded_by.is_none() || before.superseded_by == after.superseded_by);
            }
            // Folded as far as it went then, the history tells what was said then.
            let history = turn.after.history(is.id).iter().map(|s| &s.entry);
            let then = fold(is.id, history.take_while(|e| e.seq <= was.version)).expect("it had begun");
            assert_eq!(then.causes, was.causes);
        }
        for (_, _, fact) in turn.facts() {
            if let Fact::CauseTagged { cause, .. } = fact {
                let cause = turn.after.causes.iter().find(|c| c.id == *cause).expect("a cause there is");
                assert!(cause.leaf && !cause.retired);
            }
        }
    });
}

fn chain(whys: Vec<WhyStep>) -> Verb {
    Verb::TagCause(TagCause {
        cause: text("late-courier"),
        role: CauseRole::Primary,
        confidence: Confidence::Confirmed,
        whys,
        escape_point: Some(text("the gate at the depot")),
        evidence: None,
    })
}

fn step(answer: &str, evidence: Option<&str>, external: bool) -> WhyStep {
    WhyStep { answer: text(answer), evidence: evidence.map(text), external }
}

fn tagged(desk: &World, id: ComplaintId) -> (bool, Vec<(String, Option<String>)>) {
    let last = desk.history(id).last().expect("tagged");
    let owned = |(answer, shown): (&str, Option<&str>)| (answer.to_owned(), shown.map(str::to_owned));
    assert_eq!(last.text["escape_point"], "the gate at the depot");
    let external = desk.complaint(id).primary_cause().expect("tagged").external;
    (external, why::chain(&last.text).map(owned).collect())
}

#[test]
fn a_chain_of_whys_ends_at_something_of_ours_or_says_that_it_lies_outside() {
    let mut desk = World::small();
    let id = desk.takes(ANA, Some(MRS_PHAM), &plain());
    desk.does(
        ANA,
        id,
        &chain(vec![step("the van broke down", Some("the log book"), false), step("old", None, false)]),
    );
    let told = [("the van broke down".to_owned(), Some("the log book".to_owned())), ("old".to_owned(), None)];
    assert_eq!(tagged(&desk, id), (false, told.to_vec()));
    desk.does(ANA, id, &chain(vec![step("the road", None, false), step("a flood", Some("the news"), true)]));
    assert!(tagged(&desk, id).0);
    let refusal = desk.refuses(ANA, id, &chain(vec![step("a flood", None, true), step("rain", None, true)]));
    assert!(
        matches!(refusal, Refusal::Field { ref field, .. } if field == "whys[0].external"),
        "{refusal:?}"
    );
    let many = (0..21).map(|n| step(&n.to_string(), None, false)).collect();
    assert_eq!(desk.refuses(ANA, id, &chain(many)).name(), "invalid-field");
    // Twenty keep their order.
    let many: Vec<WhyStep> = (0..20).map(|n| step(&n.to_string(), Some("e"), false)).collect();
    desk.does(ANA, id, &chain(many));
    let order: Vec<String> = tagged(&desk, id).1.into_iter().map(|(answer, _)| answer).collect();
    assert_eq!(order, (0..20).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[test]
fn an_answer_to_why_is_a_text_or_has_evidence_beside_it() {
    let read = |json: &str| serde_json::from_str::<WhyStep>(json);
    assert_eq!(read("\"no seal\"").unwrap(), step("no seal", None, false));
    let whole = r#"{"answer": "no seal", "evidence": "a photograph", "external": true}"#;
    assert_eq!(read(whole).unwrap(), step("no seal", Some("a photograph"), true));
    assert_eq!(read(r#"{"answer": "no seal"}"#).unwrap(), step("no seal", None, false));
    for wrong in ["\"\"", "7", "[\"no seal\"]", "{}", r#"{"answer": "a", "more": 1}"#, r#"{"evidence": "a"}"#]
    {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}

fn cause(number: u128, parent: Option<u128>) -> Cause {
    let id = |n| CauseId(Uuid::from_u128(n));
    Cause {
        id: id(number),
        code: format!("c{number:03}"),
        name: BTreeMap::new(),
        value_category: None,
        servqual: None,
        family: None,
        process_step: None,
        controllable_by: None,
        parent: parent.map(id),
        leaf: true,
        retired: false,
        maps_to: None,
        version: 1,
        added_at: at("2026-01-01T00:00:00Z"),
    }
}

/// Forests with a parent, or a retirement, for each cause; `wild` ones may go round in circles.
fn forest(wild: bool) -> impl Strategy<Value = CauseTree> {
    let one = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4_u8, any::<bool>());
    prop::collection::vec(one, 1..40).prop_map(move |all| {
        let count = all.len();
        CauseTree::new(all.iter().enumerate().map(|(n, (parent, to, kind, retired))| {
            let number = |n: usize| u128::try_from(n).expect("small");
            let of = if wild { count } else { n };
            let parent = (*kind > 0 && of > 0).then(|| number(parent.index(of)));
            let maps_to = (*kind < 3).then(|| CauseId(Uuid::from_u128(number(to.index(count)))));
            Cause { retired: *retired, maps_to: maps_to.filter(|_| *retired), ..cause(number(n), parent) }
        }))
    })
}

proptest! {
    #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..proptest::test_runner::Config::default() })]

    #[test]
    fn i62_every_cause_is_counted_once_and_what_is_counted_stays(tree in forest(true)) {
        for cause in tree.all() {
            let under = tree.counted_under(cause.id);
            prop_assert!(tree.get(under).is_some());
            prop_assert_eq!(tree.counted_under(under), under, "counted where it is counted");
            if !cause.retired {
                prop_assert_eq!(under, cause.id, "what is in use is counted as itself");
            }
        }
    }

    #[test]
    fn i62_retiring_one_more_moves_its_count_and_no_other(tree in forest(false), which: prop::sample::Index,
                                                            to: prop::sample::Index) {
        let living: Vec<CauseId> = tree.all().filter(|c| !c.retired).map(|c| c.id).collect();
        if living.len() < 2 {
            return Ok(());
        }
        let (gone, to) = (living[which.index(living.len())], living[to.index(living.len())]);
        if gone == to {
            return Ok(());
        }
        let after = CauseTree::new(tree.all().cloned().map(|c| if c.id == gone {
            Cause { retired: true, maps_to: Some(to), ..c }
        } else { c }));
        for cause in tree.all() {
            let was = tree.counted_under(cause.id);
            prop_assert_eq!(after.counted_under(cause.id), if was == gone { to } else { was });
        }
    }

    #[test]
    fn every_cause_belongs_to_one_branch(tree in forest(false)) {
        let mut below: Vec<CauseId> = Vec::new();
        for root in tree.roots() {
            below.push(*root);
            below.extend(tree.descendants(*root));
        }
        prop_assert_eq!(below.len(), tree.len());
        prop_assert_eq!(below.iter().collect::<BTreeSet<_>>().len(), tree.len());
        for cause in tree.all() {
            prop_assert!(tree.descendants(tree.branch_of(cause.id)).contains(&cause.id)
                || tree.branch_of(cause.id) == cause.id);
            prop_assert_eq!(cause.leaf, tree.children(cause.id).is_empty());
            prop_assert!(!tree.siblings(cause.id).contains(&cause.id));
            prop_assert_eq!(tree.depth(cause.id), tree.ancestors(cause.id).len() + 1);
        }
    }

    #[test]
    fn what_goes_round_in_a_circle_still_ends(tree in forest(true)) {
        for cause in tree.all() {
            prop_assert!(tree.ancestors(cause.id).len() < tree.len());
            prop_assert!(tree.descendants(cause.id).len() < tree.len());
            prop_assert!(Facet::ALL.iter().all(|facet| tree.facet(cause.id, *facet).is_none()));
        }
    }

    #[test]
    fn i55_the_tree_before_a_change_is_the_tree_before_it(tree in forest(false), which: prop::sample::Index, kind in 0..3) {
        let all: Vec<Cause> = tree.all().cloned().collect();
        let chosen = all[which.index(all.len())].clone();
        let parent = chosen.parent.and_then(|p| tree.get(p)).map(|p| p.code.clone());
        let mut after: Vec<Cause> = all.clone();
        let (cause, change) = match kind {
            0 if !chosen.retired => {
                for c in after.iter_mut().filter(|c| c.id == chosen.id) {
                    (c.retired, c.maps_to) = (true, None);
                }
                (chosen.id, CauseChange::Retired { maps_to: None })
            }
            1 => {
                after.iter_mut().filter(|c| c.id == chosen.id).for_each(|c| c.parent = None);
                (chosen.id, CauseChange::Moved { from: parent, to: None })
            }
            _ => {
                after.push(Cause { code: "new".to_owned(), ..self::cause(999, None) });
                (CauseId(Uuid::from_u128(999)), added())
            }
        };
        let version = CauseVersion { version: 2, at: Timestamp::from_micros(0), by: None, cause, change };
        let told = CauseTree::new(after).before([&version]);
        prop_assert_eq!(told.version(), 1);
        prop_assert_eq!(told.all().collect::<Vec<_>>(), tree.all().collect::<Vec<_>>());
    }
}

fn added() -> CauseChange {
    let body = serde_json::json!({ "kind": "added", "body": { "code": "new", "name": {}, "parent": null,
        "value_category": null, "servqual": null, "family": null, "process_step": null, "controllable_by": null } });
    serde_json::from_value(body).expect("a change")
}

#[test]
fn a_place_takes_what_can_stand_there() {
    let parent = cause(1, None);
    let place = |above: usize, tagged, parent: &Cause| Place {
        parent: parent.clone(),
        above: (0..above).map(|n| CauseId(Uuid::from_u128(100 + n as u128))).collect(),
        tagged,
    };
    for above in 0..DEEPEST {
        for levels in 0..DEEPEST {
            let fits = above + 2 + levels <= DEEPEST;
            assert_eq!(place(above, false, &parent).takes(levels).is_ok(), fits, "{above} {levels}");
        }
    }
    assert!(place(0, true, &parent).takes(0).is_err());
    assert!(place(0, false, &Cause { retired: true, ..parent.clone() }).takes(0).is_err());
    assert!(place(0, false, &Cause { code: "unknown".to_owned(), ..parent.clone() }).takes(0).is_err());
    assert!(place(1, false, &parent).takes_moved(parent.id, 0).is_err());
    assert!(place(1, false, &parent).takes_moved(CauseId(Uuid::from_u128(100)), 0).is_err());
    assert!(place(1, false, &parent).takes_moved(CauseId(Uuid::from_u128(7)), 0).is_ok());
}

#[test]
fn a_facet_is_its_own_or_that_of_the_branch() {
    let branch = Cause { value_category: Some(ValueCategory::Mindset), ..cause(1, None) };
    let other = Cause { value_category: Some(ValueCategory::Product), ..cause(3, Some(1)) };
    let tree = CauseTree::new([branch, cause(2, Some(1)), other]);
    let category = |n| tree.facet(CauseId(Uuid::from_u128(n)), Facet::ValueCategory);
    assert_eq!((category(2), category(3)), (Some("mindset"), Some("product")));
    assert_eq!(tree.facet(CauseId(Uuid::from_u128(2)), Facet::Family), None);
}
