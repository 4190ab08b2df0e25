//! What every request shares, handed in once by the program.

use std::sync::Arc;
use std::time::Duration;

use firsthand_storage::Database;
use uuid::Uuid;

use crate::metrics::Metrics;
use crate::router::Router;
use crate::routes;

/// Figures, time and chance for the door.
#[derive(Clone)]
pub struct Settings {
    /// The most bytes of a body that are read (`http.body_limit_bytes`; 1 MiB is right for most).
    pub body_limit_bytes: usize,
    /// The longest a request may take; 30 seconds is right for most.
    pub deadline: Duration,
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
        Ok(Arc::new(Self { database, settings, metrics, router: Router::new(routes) }))
    }
}
