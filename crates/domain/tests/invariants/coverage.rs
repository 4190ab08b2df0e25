//! The machine itself: it must reach every verb, or the properties hold of nothing.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use firsthand_domain::Refusal;
use firsthand_domain::code::Closure;

use crate::machine::{Asked, run};
use crate::verbs::Dice;

const VERBS: [&str; 36] = [
    "Log",
    "Import",
    "Acknowledge",
    "Assess",
    "OfferHandoff",
    "AcceptHandoff",
    "DeclineHandoff",
    "RecallHandoff",
    "Arbitrate",
    "OfferSuccession",
    "AcceptSuccession",
    "DeclineSuccession",
    "AwaitCustomer",
    "RecordContact",
    "AddNote",
    "Decide",
    "SendReply",
    "ReplyDelivered",
    "ReplyFailed",
    "RecordAnswer",
    "MakePromise",
    "KeepPromise",
    "SupersedePromise",
    "VoidPromise",
    "AbandonPromise",
    "TagCause",
    "Close",
    "Reopen",
    "Withdraw",
    "Void",
    "Merge",
    "Unmerge",
    "Link",
    "Refer",
    "HandoffLapses",
    "PromiseFallsDue",
];

/// Every "no" of a complaint. (The others belong to the desk around it.)
const REFUSALS: [&str; 29] = [
    "not-found",
    "read-only",
    "not-yours",
    "complained-about",
    "kept-away",
    "not-the-receiver",
    "another-decider",
    "second-person-needed",
    "wrong-stage",
    "handoff-pending",
    "handoff-over",
    "arbitration-needed",
    "succession-over",
    "reply-over",
    "promise-over",
    "cannot-close",
    "open-promises",
    "attempts-missing",
    "already-answered",
    "merge-into-earlier",
    "other-closed",
    "merge-loses-protection",
    "not-merged",
    "unmerge-first",
    "hand-over-first",
    "reopen-window-over",
    "no-duty",
    "not-a-receiver",
    "invalid-field",
];

#[test]
fn every_refusal_is_met_under_random_verbs() {
    let met: RefCell<BTreeSet<&str>> = RefCell::default();
    let mut dice = Dice::new(1_926);
    for _ in 0..150 {
        let throws: Vec<u64> = (0..100).map(|_| dice.below(usize::MAX) as u64).collect();
        run(&throws, &|turn| met.borrow_mut().extend(turn.result.as_ref().err().map(Refusal::name)));
    }
    let met = met.into_inner();
    let never: Vec<_> = REFUSALS.iter().filter(|name| !met.contains(**name)).collect();
    assert!(never.is_empty(), "never met: {never:?}");
}

#[test]
fn every_verb_succeeds_under_random_verbs_and_every_closure_is_reached() {
    let done: RefCell<BTreeMap<String, usize>> = RefCell::default();
    let count = |name: String| *done.borrow_mut().entry(name).or_default() += 1;
    let mut dice = Dice::new(2026);
    for _ in 0..150 {
        let throws: Vec<u64> = (0..60).map(|_| dice.below(usize::MAX) as u64).collect();
        run(&throws, &|turn| {
            if turn.steps().is_empty() {
                return;
            }
            let asked = match &turn.asked {
                Asked::Verb(verb) => format!("{verb:?}"),
                other => format!("{other:?}"),
            };
            count(asked.split('(').next().unwrap_or_default().to_owned());
            if let (Some(was), Some(is)) = (turn.was(), turn.after.complaints.get(&turn.on))
                && was.closure != is.closure
            {
                count(format!("{:?}, cycle {}", is.closure, is.cycle.min(3)));
            }
        });
    }
    let done = done.into_inner();
    let never: Vec<_> = VERBS.iter().filter(|verb| !done.contains_key(**verb)).collect();
    assert!(never.is_empty(), "never succeeded: {never:?}\n{done:#?}");
    for closure in Closure::ALL.iter().filter(|c| **c != Closure::Imported) {
        let name = format!("Some({closure:?})");
        assert!(done.keys().any(|k| k.starts_with(&name)), "never closed as {name}\n{done:#?}");
    }
}
