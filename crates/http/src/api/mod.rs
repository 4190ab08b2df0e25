//! What each route does, noun by noun. Plain functions from a call to an answer.

pub(crate) mod actions;
pub(crate) mod analysis;
pub(crate) mod attachments;
pub(crate) mod awards;
pub(crate) mod bulk;
pub(crate) mod causes;
pub(crate) mod complaints;
pub(crate) mod customers;
pub(crate) mod exposure;
pub(crate) mod floor;
pub(crate) mod grants;
pub(crate) mod health;
pub(crate) mod known;
pub(crate) mod ledger;
pub(crate) mod live;
pub(crate) mod metrics;
pub(crate) mod parts;
pub(crate) mod problems;
pub(crate) mod related;
pub(crate) mod report;
pub(crate) mod staff;
pub(crate) mod suggestions;
pub(crate) mod verbs;
pub(crate) mod views;
pub(crate) mod webhooks;
