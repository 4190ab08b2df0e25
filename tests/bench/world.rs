//! A database with so many complaints in it, somebody with a token, and the requests that are sent.

use std::path::PathBuf;
use std::sync::Arc;

use firsthand_domain::code::Role;
use firsthand_domain::contact::Email;
use firsthand_domain::id::StaffId;
use firsthand_domain::policy::Policy;
use firsthand_domain::staff::{NewStaff, Staff};
use firsthand_domain::text::Line;
use firsthand_domain::time::Timestamp;
use firsthand_storage::{Database, Settings, Wiring, imports, list, staff};
use uuid::Uuid;

use crate::Outcome;
use crate::seed::Seed;

/// Complaints published in one transaction while seeding.
const BATCH: u64 = 10_000;

/// What is measured besides the pairs: each filter and sort of lists that people use together.
pub(crate) const FILTERS: [&str; 12] = [
    "view=mine",
    "view=all&sort=received",
    "view=all&sort=waiting",
    "view=all&sort=due",
    "view=all&stage=received&sort=received",
    "view=all&channel=email&sort=received",
    "view=all&product=product+0&sort=received",
    "view=all&place=place+0&sort=received",
    "view=all&category=category+0&sort=received",
    "view=team&stage=received",
    "view=all&handler=me&sort=due",
    "view=all&customer=CUSTOMER&sort=received",
];

/// What is searched for: in about one complaint of seven.
pub(crate) const WORD: &str = "refund";

pub(crate) struct World {
    /// Complaints seeded in a second, by the importer.
    pub(crate) imported_per_second: f64,
    folder: PathBuf,
    pub(crate) url: String,
    pub(crate) token: String,
    pub(crate) reader: Staff,
    /// Some complaints that are there, to be read.
    pub(crate) known: Vec<Uuid>,
    customer: String,
}

fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// A UUID version 7 of that instant.
pub(crate) fn new_id(at: Timestamp) -> Uuid {
    let mut rest = [0; 10];
    // Ids need not be secret here, only different.
    let _ = getrandom::fill(&mut rest);
    let millis = u64::try_from(at.micros() / 1000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid()
}

pub(crate) async fn open(url: &str) -> Outcome<Database> {
    let wiring = Wiring { now: Arc::new(now), new_id: Arc::new(new_id), policy: Policy::DEFAULT };
    Ok(Database::open(&Settings { url: url.to_owned(), connections: 8 }, wiring).await?)
}

impl World {
    /// Seeds a database and leaves it closed.
    pub(crate) async fn make(engine: &str, rows: u64) -> Outcome<Self> {
        let folder = std::env::temp_dir().join(format!("firsthand_bench_{}_{rows}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let url = match engine {
            "sqlite" => format!("sqlite://{}", folder.join("desk.db").display()),
            url if url.starts_with("postgres://") => url.to_owned(),
            other => {
                return Err(format!(
                    "{other} is no engine: sqlite, or the postgres:// URL of an empty database"
                )
                .into());
            }
        };
        let database = open(&url).await?;
        let token = "fh_bench".to_owned();
        let hash = staff::token_hash(&token);
        let new = NewStaff {
            name: Line::parse("Ana").map_err(|e| e.to_string())?,
            email: Email::parse("ana@example.com")?,
            role: Role::Agent,
            team: Line::parse("phones").ok(),
        };
        let reader = database
            .change(move |unit| {
                let new = new.clone();
                Box::pin(async move { staff::add(unit, &new, Some(&hash)).await })
            })
            .await?;
        let imported_per_second = seed(&database, reader.id, rows).await?;
        let known = some_ids(&database, &reader).await?;
        let customer = some_customer(&database).await?;
        database.close().await;
        Ok(Self { imported_per_second, folder, url, token, reader, known, customer })
    }

    pub(crate) fn file_mib(&self) -> u64 {
        std::fs::metadata(self.folder.join("desk.db")).map_or(0, |m| m.len() >> 20)
    }

    fn get(&self, path: &str) -> String {
        format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {}\r\n\r\n", self.token)
    }

    /// A complaint by phone from somebody new, under a key of its own.
    pub(crate) fn log_request(&self, number: u64) -> String {
        let mut seed = Seed::new(number);
        let body = serde_json::json!({
            "channel": "phone", "narrative": seed.text(30), "product": format!("product {}", seed.skewed(40)),
            "customer": { "name": seed.name(), "phone": format!("+84 {number}") },
        })
        .to_string();
        format!(
            "POST /api/v1/complaints HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {}\r\nIdempotency-Key: k{number}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        )
    }

    fn pick(&self, number: u64) -> Uuid {
        let at = Seed::new(number).below(self.known.len());
        self.known.get(at).copied().unwrap_or_default()
    }

    pub(crate) fn request(&self, what: &str, number: u64) -> String {
        match what {
            "read one" => self.get(&format!("/api/v1/complaints/{}", self.pick(number))),
            "hello" => self.get("/healthz"),
            "search, newest" => self.get(&format!("/api/v1/complaints?view=all&sort=received&q={WORD}")),
            _ => self.get("/api/v1/complaints?view=all&sort=received"),
        }
    }

    pub(crate) fn floor_request(&self, path: &str, number: u64) -> String {
        if path == "/one/" { self.get(&format!("/one/{}", self.pick(number))) } else { self.get(path) }
    }

    pub(crate) fn list_request(&self, filter: &str, _number: u64) -> String {
        self.get(&format!("/api/v1/complaints?{}", filter.replace("CUSTOMER", &self.customer)))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn seed(database: &Database, by: StaffId, rows: u64) -> Outcome<f64> {
    let mut seed = Seed::new(2026);
    let start = std::time::Instant::now();
    let mut number = 0;
    while number < rows {
        let run = imports::begin(database);
        let until = rows.min(number + BATCH);
        let complaints = (number..until).filter_map(|n| seed.complaint(n, now()));
        let staged: Vec<_> = complaints.zip(1..).map(|(c, line)| (line, c)).collect();
        for batch in staged.chunks(500) {
            imports::stage(database, run, batch.to_vec()).await?;
        }
        imports::publish(database, run, "bench", by).await?;
        number = until;
    }
    let seconds = start.elapsed().as_secs_f64();
    eprintln!("{rows} complaints in {seconds:.1} s");
    Ok(f64::from(u32::try_from(rows)?) / seconds)
}

async fn some_ids(database: &Database, reader: &Staff) -> Outcome<Vec<Uuid>> {
    let mut connection = database.read().await?;
    let query =
        list::Query { scope: list::Scope::All, sort: list::Sort::Received, limit: 200, ..Default::default() };
    let page = list::page(&mut connection.tx(), reader, &query).await?;
    Ok(page.items.iter().map(|item| item.id.0).collect())
}

async fn some_customer(database: &Database) -> Outcome<String> {
    let mut connection = database.read().await?;
    let page = firsthand_storage::customers::page(&mut connection.tx(), None, 1).await?;
    Ok(page.first().map(|c| c.id.to_string()).unwrap_or_default())
}
