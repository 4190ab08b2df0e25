//! Authority under random histories: whatever people try with awards, grants and customers, I-33 to I-44 and I-48 to I-53
//! hold, held against sums that are reckoned from the facts by a second hand.
//!
//! `FIRSTHAND_HISTORIES=500 tests/run awarding` makes the search longer; a failure names the history, and
//! `FIRSTHAND_HISTORY=17` repeats that one alone.

mod chance;
mod reckoner;
mod world;

use crate::support::Desk;
use chance::Chance;
use world::World;

stories!(whatever_people_try_authority_holds);

/// Moves of one history.
const MOVES: usize = 400;
/// Histories, each in currencies and at customers of its own, told one after the other at one desk.
const HISTORIES: u64 = 4;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|n| n.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

async fn whatever_people_try_authority_holds(desk: Desk) {
    let histories = match number("FIRSTHAND_HISTORY") {
        Some(one) => one..one + 1,
        None => 0..number("FIRSTHAND_HISTORIES").unwrap_or(HISTORIES),
    };
    let mut seen = reckoner::Seen::default();
    for history in histories {
        eprintln!("history {history}");
        let mut world = World::begin(&desk, Chance::new(history)).await;
        for _ in 0..MOVES {
            world.moves().await;
        }
        world.ends().await;
        seen.add(world.seen());
    }
    // Nothing above holds only because it never happened.
    eprintln!("{seen:?}");
    if number("FIRSTHAND_HISTORY").is_none() {
        seen.is_enough();
    }
}
