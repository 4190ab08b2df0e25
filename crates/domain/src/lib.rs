//! What is true of complaints, who may do what, and what follows.
//!
//! Pure: no database, no web, no async, no clock and no chance of its own. Every change is a [`history::Fact`]
//! that a verb allows ([`verb::Verb`], [`complaint::Complaint::perform`]) and that [`complaint::Complaint::apply`]
//! alone turns into state. Time and identifiers are handed in.

// First: what follows uses its macro.
#[macro_use]
mod object;

pub mod alert;
pub mod analysis;
pub mod attachment;
pub mod authority;
pub mod award;
pub mod bulk;
pub mod canned;
pub mod cause;
pub mod choices;
pub mod code;
pub mod complaint;
pub mod contact;
pub mod corrective_action;
pub mod customer;
pub mod exposure;
pub mod figures;
pub mod floor;
pub mod grant;
pub mod history;
pub mod id;
pub mod import;
pub mod lists;
pub mod macros;
pub mod metrics;
pub mod money;
pub mod notice;
pub mod policy;
pub mod problem;
pub mod refusal;
pub mod saved_view;
pub mod search;
pub mod sight;
pub mod staff;
pub mod statistics;
pub mod suggestion;
pub mod text;
pub mod time;
pub mod verb;
pub mod webhook;
pub mod why;

mod rules;

pub use refusal::Refusal;
pub use rules::{AuthorityNeed, Context, Intake, Known, Logged, Needs, Outcome, Step};
