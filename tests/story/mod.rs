//! Stories told over HTTP to the built program, each on both engines.

mod analysis;
mod answering;
pub mod attaching;
pub mod awarding;
mod bad_input;
mod broken_files;
mod bulk;
mod canned;
mod causing;
mod clocked;
mod commands;
pub mod fixing;
mod granting;
mod importing;
mod knowing;
mod lists;
mod live;
mod macros;
mod merging;
mod owning;
mod palette;
mod reading;
pub mod rights;
mod rising;
mod searching;
mod settled;
mod suggesting;
pub mod telling;
mod transcript;
mod unsound;
mod views;

use crate::support::{Desk, Person};
