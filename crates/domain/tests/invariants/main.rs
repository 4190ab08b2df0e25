//! The invariants (I-…) and scenarios (S…) of the requirements, each a test named after its number.
//!
//! Most hold a property under random verbs: `world` is a small desk that plays the part of storage, `verbs` thinks up
//! what somebody might ask of it, `machine` lets them ask. `PROPTEST_CASES` makes the search longer.
#![cfg(test)]

mod causes;
mod clocks;
mod closing;
mod coverage;
mod fixing;
mod granting;
mod machine;
mod measuring;
mod ownership;
mod promises;
mod records;
mod replying;
mod routes;
mod say;
mod scenarios;
mod sight;
mod telling;
mod verbs;
mod world;
