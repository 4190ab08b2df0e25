//! The door: who is asking, what they ask for, and the answer or a problem that explains itself.
//!
//! One table of routes ([`routes`]) names the right each route needs; routing, the OpenAPI document and the page of
//! documentation are made from it. Handlers know nothing of the web framework, which is seen by one file only (`doors`).

mod analysis;
mod api;
mod app;
mod assets;
mod body;
mod call;
pub mod charts;
mod desk;
mod docs;
mod doors;
pub mod exposure;
mod files;
mod floor;
mod form;
mod given;
pub mod json;
mod limits;
mod live;
mod measured;
mod metrics;
mod multipart;
mod new_password;
mod openapi;
mod pages;
mod palette;
mod password;
mod problem;
mod query;
mod rights;
mod router;
mod routes;
mod session;
mod speech;
mod totp;
mod webhooks;
mod write;

pub use app::{App, Limits, Settings, app};
pub use doors::peers::Network;
pub use doors::{serve, serve_metrics};
pub use live::live;
pub use password::keep_password;
pub use problem::explain;
pub use webhooks::{Outbound, tell as tell_webhooks};
#[doc(hidden)]
pub use {doors::serve_fixed, pages::Fixed};

#[cfg(test)]
mod tests;
