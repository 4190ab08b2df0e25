//! What every request shares, handed in once by the program.

use std::sync::Arc;
use std::time::Duration;

use firsthand_storage::Database;
use firsthand_storage::ledger::Signer;
use uuid::Uuid;

use crate::doors::peers::Network;
use crate::limits::Limiter;
use crate::live::Live;
use crate::metrics::Metrics;
use crate::password::Passwords;
use crate::router::Router;
use crate::routes;
use crate::webhooks::{Outbound, Reach};

/// So many wrong passwords and codes a minute are looked at from one address.
const GUESSES_PER_MINUTE: u32 = 5;

/// How many may come, and how often.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections at once (`http.connections`).
    pub connections: usize,
    /// Of these, from one address (`http.connections_per_address`); trusted proxies are not counted.
    pub connections_per_address: usize,
    /// Whose `X-Forwarded-For` is believed (`http.trusted_proxies`).
    pub trusted_proxies: Vec<Network>,
    /// Requests a minute with one token (`limits.requests_per_minute`).
    pub requests_per_minute: u32,
    /// Failed authentications a minute from one address (`limits.failures_per_minute`).
    pub failures_per_minute: u32,
}

/// Figures, time and chance for the door.
#[derive(Clone)]
pub struct Settings {
    /// The most bytes of a body that are read (`http.body_limit_bytes`; 1 MiB is right for most).
    pub body_limit_bytes: usize,
    /// Where browsers reach the desk (`http.url`), as `https://desk.example.com`.
    pub url: String,
    /// The zone in which pages tell times (`desk.zone`).
    pub zone: jiff::tz::TimeZone,
    /// The language of pages for those who say nothing (`desk.language`).
    pub language: String,
    /// The longest a request may take; 30 seconds is right for most.
    pub deadline: Duration,
    /// How many may come, and how often.
    pub limits: Limits,
    /// What checkpoints of the ledger are signed with (`ledger.key`).
    pub ledger_key: Option<Arc<Signer>>,
    /// Where other programs that are told what happens may be (`webhooks`).
    pub outbound: Outbound,
    /// A new request id.
    pub new_id: Arc<dyn Fn() -> Uuid + Send + Sync>,
    /// Microseconds from some fixed moment, never going back: to tell how long a request took.
    pub micros: Arc<dyn Fn() -> u64 + Send + Sync>,
    /// A new token, which nobody can guess.
    pub new_token: Arc<dyn Fn() -> String + Send + Sync>,
}

/// The application: hand it to [`crate::serve`] and [`crate::serve_metrics`].
pub struct App {
    pub(crate) database: Database,
    pub(crate) settings: Settings,
    pub(crate) metrics: Metrics,
    pub(crate) router: Router,
    /// Requests, by token.
    pub(crate) requests: Limiter,
    /// Wrong passwords and codes, by address.
    pub(crate) guesses: Limiter,
    /// Whose turn it is to have a password checked.
    pub(crate) passwords: Passwords,
    /// Failed authentications, by address.
    pub(crate) failures: Limiter,
    /// Other programs.
    pub(crate) reach: Reach,
    /// What is told as it happens.
    pub(crate) live: Live,
}

/// Puts the application together.
///
/// # Errors
/// What is wrong with the table of routes or the metrics; a fault of the program, found at the start.
pub fn app(database: Database, settings: Settings) -> Result<Arc<App>, String> {
    App::with_routes(database, settings, routes::all())
}

impl App {
    pub(crate) fn with_routes(
        database: Database,
        settings: Settings,
        routes: Vec<routes::Route>,
    ) -> Result<Arc<Self>, String> {
        let metrics = Metrics::new().map_err(|e| e.to_string())?;
        let requests = Limiter::per_minute(settings.limits.requests_per_minute);
        let failures = Limiter::per_minute(settings.limits.failures_per_minute);
        let reach = Reach::new(settings.outbound.clone())?;
        let guesses = Limiter::per_minute(GUESSES_PER_MINUTE);
        let (router, passwords, live) = (Router::new(routes), Passwords::new(), Live::new());
        Ok(Arc::new(Self {
            database,
            settings,
            metrics,
            router,
            requests,
            guesses,
            passwords,
            failures,
            reach,
            live,
        }))
    }
}
