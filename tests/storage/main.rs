//! One suite of stories about storage, each told on both engines: `…::on_sqlite` and `…::on_postgres`.
//!
//! SQLite runs on a fresh file, PostgreSQL in a fresh database of the cluster that `tests/run` starts. Time and ids are
//! handed in: a story sets the clock, and nothing sleeps.

// Says to clippy that the helpers here are test code too, which may panic.
#![cfg(test)]

#[macro_use]
mod support;

mod alerts;
mod attachments;
mod awarding;
mod causes;
mod changes;
mod customers;
mod desk;
mod figures;
mod finding;
mod fixes;
mod floor;
mod grants;
mod guards;
mod imports;
mod keys;
mod ledger;
mod lists;
mod locked;
mod metrics;
mod opening;
mod paging;
mod proof;
mod races;
mod schema;
mod search;
mod second_rating;
mod sight;
mod statements;
mod succession;
mod suggestions;
mod text;
mod timers;
mod verify;
mod whole_way;
