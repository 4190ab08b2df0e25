//! A database with so many complaints in it, people with a token each, and the requests that are sent.

use std::sync::Arc;
use std::time::Instant;

use firsthand_domain::cause::{Cause, NewCause};
use firsthand_domain::code::Role;
use firsthand_domain::contact::Email;
use firsthand_domain::id::StaffId;
use firsthand_domain::policy::Policy;
use firsthand_domain::staff::{NewStaff, Staff};
use firsthand_domain::text::Line;
use firsthand_domain::time::Timestamp;
use firsthand_storage::{Database, Settings, Wiring, causes, imports, staff};
use uuid::Uuid;

use crate::Outcome;
use crate::analysis::{self, Question};
use crate::bulk::{self, Causes};
use crate::engine::{Pool, on};
use crate::lists::{List, lists};
use crate::place::Place;
use crate::seed::Seed;

/// Complaints that the importer itself takes in, on top of those that are there.
pub(crate) const IMPORTED: u64 = 5_000;
/// People at the desk, in these teams by turns.
const PEOPLE: usize = 24;
const TEAMS: [&str; 4] = ["phones", "repairs", "shops", "letters"];

pub(crate) struct World<'p> {
    pub(crate) place: &'p Place,
    pub(crate) url: String,
    pub(crate) rows: u64,
    pub(crate) token: String,
    pub(crate) reader: Staff,
    /// Somebody else at the desk, and their token.
    pub(crate) other: (StaffId, String),
    /// Some complaints that are there, to be read; and by what people call them.
    known: Vec<Uuid>,
    pub(crate) references: Vec<String>,
    /// Everybody else, who hold grants.
    pub(crate) holders: Vec<StaffId>,
    /// What is listed.
    pub(crate) lists: Vec<List>,
    /// Some complaints that are open.
    pub(crate) open: Vec<Uuid>,
    /// What complaints are tagged with.
    pub(crate) causes: Vec<Uuid>,
    /// Of a lead.
    pub(crate) lead: String,
    /// What the analysis is asked.
    pub(crate) questions: Vec<Question>,
}

pub(crate) fn now() -> Timestamp {
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

/// Lets the database look at what it holds, as the importer does.
async fn look(url: &str) -> Outcome<()> {
    let pool = Pool::open_to_write(url).await?;
    let mut link = pool.link().await?;
    on!(&mut link, |c| sqlx::query("analyze").execute(c).await.map(drop))?;
    drop(link);
    pool.close().await;
    Ok(())
}

impl<'p> World<'p> {
    /// Fills a database and leaves it closed; with a cause on each complaint, or on a few.
    pub(crate) async fn make(place: &'p Place, rows: u64, all_tagged: bool) -> Outcome<Self> {
        let start = Instant::now();
        let url = place.url();
        let database = open(&url).await?;
        let mut people = Vec::new();
        let token = "fh_bench".to_owned();
        for number in 0..PEOPLE {
            let hash = staff::token_hash(&format!("{token}{number}"));
            people.push(hire(&database, number, Role::Agent, hash).await?);
        }
        let lead = format!("{token}lead");
        hire(&database, 900, Role::Lead, staff::token_hash(&lead)).await?;
        let cause = causes::named(&mut database.read().await?.tx(), "late").await?;
        let cause = cause.ok_or("there are no causes")?;
        let leaves = if all_tagged { leaves(&database, analysis::CAUSES).await? } else { Vec::new() };
        database.close().await;
        let causes = if all_tagged { Causes::All(&leaves) } else { Causes::Few(&cause) };
        let made = bulk::fill(&url, &people, causes, rows, now()).await?;
        look(&url).await?;
        eprintln!("{rows} complaints in {:.1} s", start.elapsed().as_secs_f64());
        let reader = people.remove(0);
        let other = people.pop().ok_or("nobody else is there")?.id;
        let (token, other) = (format!("{token}0"), (other, format!("{token}{}", PEOPLE - 1)));
        let lists = lists(&reader, made.customer, cause.id);
        let holders = people.iter().map(|person| person.id).collect();
        let (known, references) = made.known.into_iter().unzip();
        let causes = leaves.iter().map(|cause| cause.id.0).collect();
        let open = made.open;
        Ok(Self {
            place,
            url,
            rows,
            token,
            reader,
            other,
            known,
            references,
            holders,
            lists,
            open,
            causes,
            lead,
            questions: analysis::questions(),
        })
    }

    /// Complaints taken in a second by the importer.
    pub(crate) async fn import(&self) -> Outcome<f64> {
        let database = open(&self.url).await?;
        let mut seed = Seed::new(1848);
        let complaints = (0..IMPORTED).filter_map(|n| seed.complaint(self.rows + n, now()));
        let rows: Vec<_> = (1..).zip(complaints).collect();
        let start = Instant::now();
        let run = imports::begin(&database);
        for batch in rows.chunks(500) {
            imports::stage(&database, run, batch.to_vec()).await?;
        }
        imports::publish(&database, run, "imported", self.reader.id).await?;
        let seconds = start.elapsed().as_secs_f64();
        database.close().await;
        Ok(f64::from(u32::try_from(IMPORTED)?) / seconds)
    }

    pub(crate) fn get(&self, path: &str) -> String {
        format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {}\r\n\r\n", self.token)
    }

    pub(crate) fn post(token: &str, path: &str, body: &str) -> String {
        format!(
            "POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    /// The same under a key of its own.
    pub(crate) fn post_once(token: &str, path: &str, body: &str, key: u64) -> String {
        let keyed = format!("Authorization: Bearer {token}\r\nIdempotency-Key: k{key}");
        Self::post(token, path, body).replacen(&format!("Authorization: Bearer {token}"), &keyed, 1)
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

    /// A complaint that is there; another each time.
    pub(crate) fn pick(&self, number: u64) -> Uuid {
        self.known.get(self.at(number)).copied().unwrap_or_default()
    }

    /// The same as people call it.
    pub(crate) fn named(&self, number: u64) -> &str {
        self.references.get(self.at(number)).map_or("", String::as_str)
    }

    fn at(&self, number: u64) -> usize {
        Seed::new(number).below(self.known.len())
    }
}

/// So many causes that may be tagged: those that are there, and more beside them.
async fn leaves(database: &Database, all: usize) -> Outcome<Vec<Cause>> {
    let tree = causes::tree(&mut database.read().await?.tx()).await?;
    let may_be_tagged = |cause: &&Cause| cause.leaf && !cause.retired && !cause.is_fixed();
    let mut leaves: Vec<Cause> = tree.all().filter(may_be_tagged).cloned().collect();
    let parents: Vec<String> =
        tree.all().filter(|cause| !cause.leaf).map(|cause| cause.code.clone()).collect();
    for number in leaves.len()..all {
        let parent = parents.get(number % parents.len().max(1)).ok_or("there are no branches")?;
        let new: NewCause = serde_json::from_value(serde_json::json!({
            "code": format!("more-{number}"), "name": { "en": format!("Cause {number}") }, "parent": parent,
            "value_category": "product", "servqual": "reliability", "family": "method",
        }))?;
        let added = database.change(move |unit| {
            let new = new.clone();
            Box::pin(async move { causes::add(unit, None, &new).await })
        });
        leaves.push(added.await?);
    }
    Ok(leaves)
}

pub(crate) async fn hire(database: &Database, number: usize, role: Role, hash: [u8; 32]) -> Outcome<Staff> {
    let new = NewStaff {
        name: Line::parse(&format!("Ana {number}")).map_err(|e| e.to_string())?,
        email: Email::parse(&format!("ana{number}@example.com"))?,
        role,
        team: TEAMS.get(number % TEAMS.len()).and_then(|team| Line::parse(team).ok()),
    };
    let added = database.change(move |unit| {
        let new = new.clone();
        Box::pin(async move { staff::add(unit, &new, Some(&hash)).await })
    });
    Ok(added.await?)
}
