//! Keeps and finds: one statement text for SQLite and PostgreSQL, one transaction for each verb.
//!
//! A change runs in a [`Unit`]: load, let the domain decide, append the facts, update the row, commit. On SQLite all
//! changes go through one writer that commits them in groups; on PostgreSQL each runs in its own transaction and is
//! run again when the database asks for it.

#[macro_use]
mod statement;
#[macro_use]
mod packed;

pub mod absences;
pub mod accounts;
pub mod actions;
pub mod alerts;
pub mod analysis;
pub mod attachments;
pub mod attempts;
pub mod audit;
pub mod awards;
pub mod bulk;
pub mod causes;
pub mod complaints;
pub mod customers;
mod database;
pub mod desk;
pub mod devices;
pub mod drafts;
mod error;
pub mod exports;
pub mod exposure;
pub mod feed;
pub mod figures;
mod files;
pub mod floor;
pub mod grants;
mod hex;
pub mod idempotency;
pub mod imports;
pub mod intake;
pub mod invitations;
pub mod known;
pub mod ledger;
pub mod list;
pub mod lists;
pub mod metrics;
mod migrations;
pub mod notices;
pub mod palette;
pub mod parts;
pub mod problems;
pub mod related;
pub mod saved_views;
pub mod search;
pub mod second_factor;
pub mod sessions;
pub mod settings;
pub mod settled;
pub mod staff;
pub mod staff_acts;
pub mod suggestions;
pub mod timers;
pub mod tokens;
pub mod verify;
pub mod view;
pub mod webhooks;
mod writer;

pub use database::{Connection, Database, Engine, Settings, Tx, Wiring};
pub use error::{Error, describe};
pub use files::loose_modes;
pub use hex::hex;
pub use statement::{Sql, every_statement};
pub use writer::{Future, Unit};

/// What storage answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;
