//! What people at a browser ask for, and its floors: pages from values held in memory, through the accept loop of the
//! desk; and for those who type a name the query alone, behind its session.

use std::sync::Arc;
use std::time::Duration;

use firsthand_http::{App, Fixed, Limits, Settings};
use firsthand_storage::{sessions, staff};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::Outcome;
use crate::client::ask;
use crate::desk::Desk;
use crate::world::{World, new_id, now, open};

/// The first page, and the list of everything.
pub(crate) const DESK: &str = "/";
pub(crate) const LIST: &str = "/complaints?view=all";

/// What people type to find a customer, letter by letter: names of every language, and numbers.
pub(crate) const TYPED: [&str; 16] = [
    "ma", "mai", "mai t", "ngu", "nguyen v", "kov", "kovacs p", "nag", "an", "ann sm", "tom b", "sza", "joe",
    "091", "09345", "0987",
];

/// Things of each kind that wait for the reader, one more than their first page shows.
const WAITING: u64 = 8;

/// The pages, held in memory, and somebody who is signed in.
pub(crate) struct Pages {
    pub(crate) address: String,
    /// The header by which a browser is known.
    cookie: String,
    stop: oneshot::Sender<()>,
}

impl Pages {
    /// Signs the reader in, gives them something to do, and takes what their pages show into memory.
    pub(crate) async fn start(world: &World<'_>, desk: &Desk) -> Outcome<Self> {
        let database = open(&world.url).await?;
        let number = new_id(now()).to_string();
        let (hash, reader) = (staff::token_hash(&number), world.reader.id);
        let begun = database.change(move |unit| {
            Box::pin(async move { sessions::begin(unit, &hash, reader, false, Some("bench")).await })
        });
        begun.await?;
        for number in 0..WAITING {
            give_work(world, desk, number).await?;
        }
        let cookie = format!("sid={number}");
        let app = app(database.clone())?;
        let mut addresses = world.references.iter().map(|r| complaint(r)).collect::<Vec<_>>();
        addresses.extend([DESK.to_owned(), LIST.to_owned()]);
        let fixed = Fixed::read(&app, &cookie, &addresses).await?;
        database.close().await;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(firsthand_http::serve_fixed(listener, app, fixed, async move {
            let _ = stopped.await;
        }));
        Ok(Self { address, cookie, stop })
    }

    pub(crate) fn get(&self, path: &str) -> String {
        format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAccept: text/html\r\nCookie: {}\r\n\r\n", self.cookie)
    }

    pub(crate) fn stop(self) {
        let _ = self.stop.send(());
    }
}

/// The page of a complaint.
pub(crate) fn complaint(reference: &str) -> String {
    format!("/complaints/{reference}")
}

/// Which of all that is typed comes at a number.
pub(crate) fn typed(number: u64) -> usize {
    usize::try_from(number).unwrap_or_default() % TYPED.len()
}

/// The same application as the desk runs, of which only the accept loop and the pages are used.
fn app(database: firsthand_storage::Database) -> Outcome<Arc<App>> {
    let start = std::time::Instant::now();
    let limits = Limits {
        connections: 1024,
        connections_per_address: 1024,
        trusted_proxies: Vec::new(),
        requests_per_minute: 60_000_000,
        failures_per_minute: 60,
    };
    let settings = Settings {
        body_limit_bytes: 1 << 20,
        url: "http://127.0.0.1:8080".to_owned(),
        zone: jiff::tz::TimeZone::UTC,
        language: "en".to_owned(),
        deadline: Duration::from_secs(30),
        limits,
        new_id: Arc::new(|| new_id(now())),
        micros: Arc::new(move || u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX)),
        new_token: Arc::new(|| new_id(now()).to_string()),
        ledger_key: None,
        outbound: firsthand_http::Outbound::default(),
    };
    Ok(firsthand_http::app(database, settings)?)
}

/// A promise of the reader's, something they offered, and something offered to them.
async fn give_work(world: &World<'_>, desk: &Desk, number: u64) -> Outcome<()> {
    let due = now().plus_days(2).to_string();
    let log = |promise: bool| {
        let mut body = serde_json::json!({
            "channel": "phone", "narrative": "The kettle leaks, and nobody answered for a week.",
            "summary": "Kettle leaks", "customer": { "name": format!("Mai Trần {number}") },
        });
        if promise {
            body["promise"] = serde_json::json!({ "text": "A call about the new kettle", "due_at": due });
        }
        body.to_string()
    };
    let offer = |to| {
        let request = "Please look at the kettle at the shop, and tell her what you found.";
        serde_json::json!({ "to": to, "reason": "Nearer to the shop.", "request": request }).to_string()
    };
    let (mine, other) = (world.token.as_str(), world.other.1.as_str());
    ask(&desk.address, &World::post(mine, "/api/v1/complaints", &log(true))).await?;
    for (from, to) in [(mine, world.other.0), (other, world.reader.id)] {
        let place = ask(&desk.address, &World::post(from, "/api/v1/complaints", &log(false))).await?;
        ask(&desk.address, &World::post(from, &format!("{place}/handoffs"), &offer(to.to_string()))).await?;
    }
    Ok(())
}
