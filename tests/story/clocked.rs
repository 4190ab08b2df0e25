//! A desk served by this process, whose clock stands still until it is moved: weeks pass between two requests. What
//! people do, they do over HTTP; what the desk does by itself once a second, it does when it is told that time has passed.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use firsthand_domain::policy::Policy;
use firsthand_domain::staff::NewStaff;
use firsthand_domain::time::Timestamp;
use firsthand_http::{Limits, Settings};
use firsthand_storage::{Database, Wiring, alerts, figures, staff, timers};
use serde_json::json;
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::support::{Engine, Person, Scratch};

pub struct Clocked {
    runtime: Runtime,
    database: Database,
    now: Arc<AtomicI64>,
    address: String,
    /// The database goes after those who use it.
    _scratch: Scratch,
}

/// Ids in the order they were made, beginning with the instant.
fn ids() -> Arc<dyn Fn(Timestamp) -> Uuid + Send + Sync> {
    let number = AtomicU64::new(1);
    Arc::new(move |at| {
        let millis = u64::try_from(at.micros()).unwrap_or(0) / 1000;
        let mut rest = [0; 10];
        rest[2..].copy_from_slice(&number.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid()
    })
}

impl Clocked {
    /// Opens a desk at this instant.
    pub fn open(engine: Engine, start: &str) -> Self {
        let scratch = Scratch::new(engine);
        let now = Arc::new(AtomicI64::new(Timestamp::parse(start).unwrap().micros()));
        let (clock, present) = (Arc::clone(&now), Arc::clone(&now));
        let (new_id, count) = (ids(), AtomicU64::new(0));
        let wiring = Wiring {
            now: Arc::new(move || Timestamp::from_micros(clock.load(Ordering::SeqCst))),
            new_id: Arc::clone(&new_id),
            policy: Policy::DEFAULT,
        };
        let settings = Settings {
            body_limit_bytes: 1 << 20,
            url: "http://desk".to_owned(),
            zone: jiff::tz::TimeZone::UTC,
            language: "en".to_owned(),
            deadline: Duration::from_secs(30),
            limits: Limits {
                connections: 100,
                connections_per_address: 100,
                trusted_proxies: Vec::new(),
                requests_per_minute: 1_000_000,
                failures_per_minute: 60,
            },
            outbound: firsthand_http::Outbound::default(),
            ledger_key: None,
            new_id: Arc::new(move || new_id(Timestamp::from_micros(present.load(Ordering::SeqCst)))),
            micros: Arc::new(move || count.fetch_add(1, Ordering::Relaxed)),
            new_token: Arc::new(|| "fh_told".to_owned()),
        };
        let runtime = Runtime::new().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let place = firsthand_storage::Settings { url: scratch.url().to_owned(), connections: 8 };
        let database = runtime.block_on(Database::open(&place, wiring)).unwrap();
        let app = firsthand_http::app(database.clone(), settings).unwrap();
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            firsthand_http::serve(listener, app, std::future::pending()).await
        });
        Self { runtime, database, now, address, _scratch: scratch }
    }

    /// A person without a team.
    pub fn person(&self, name: &str, role: &str) -> Person {
        let token = format!("fh_{name}");
        let hash = staff::token_hash(&token);
        let email = format!("{}@example.com", name.to_lowercase());
        let body = json!({ "name": name, "email": email, "role": role });
        let added = self.database.change(move |unit| {
            let new: NewStaff = serde_json::from_value(body.clone()).unwrap();
            Box::pin(async move { staff::add(unit, &new, Some(&hash)).await })
        });
        self.runtime.block_on(added).unwrap();
        Person::new(self.address.clone(), name, token)
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.now.load(Ordering::SeqCst))
    }

    /// It is this late now. Gives how many alerts the desk finds by itself.
    pub fn becomes(&self, at: Timestamp) -> usize {
        assert!(at >= self.now(), "time does not go back");
        self.now.store(at.micros(), Ordering::SeqCst);
        self.runtime.block_on(async {
            timers::fire_due(&self.database).await.unwrap();
            figures::fold_all(&self.database).await.unwrap();
            alerts::look(&self.database).await.unwrap()
        })
    }
}
