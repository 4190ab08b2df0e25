//! Stories told over HTTP to the built program, each on both engines.

#![cfg(test)]

#[path = "../support/mod.rs"]
mod support;

mod answering;
mod bad_input;
mod commands;
mod importing;
mod merging;
mod owning;
mod reading;
mod settled;
mod transcript;

use support::{Desk, Person};
