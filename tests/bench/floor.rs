//! The floors: the same statements with nothing around them. Writing is bare sqlx with group commit; reading is the
//! same SQL behind a bare endpoint with the token check.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use firsthand_domain::staff::Staff;
use firsthand_storage::{every_statement, list, staff};
use poem::listener::TcpAcceptor;
use poem::{EndpointExt as _, Route, Server, handler, web};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, Row as _, SqliteConnection, SqlitePool};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::Outcome;
use crate::client::{Measured, fresh};
use crate::seed::Seed;
use crate::world::{World, new_id};

pub(crate) struct Floor {
    pub(crate) address: String,
    writes: mpsc::Sender<(u64, oneshot::Sender<()>)>,
}

struct Shared {
    pool: SqlitePool,
    reader: Staff,
    list: String,
    search: String,
    words: String,
}

/// The desk's statements by name, gathered once: looking one up must cost the floor nothing that the desk does not pay.
static STATEMENTS: LazyLock<HashMap<String, &'static str>> =
    LazyLock::new(|| every_statement().into_iter().map(|(name, sql)| (name, sql.lite)).collect());

fn statement(name: &str) -> Outcome<&'static str> {
    STATEMENTS.get(name).copied().ok_or_else(|| format!("there is no statement {name}").into())
}

fn options(url: &str) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(url.trim_start_matches("sqlite://"))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(30))
}

impl Floor {
    /// Starts beside the desk, on the same database.
    pub(crate) async fn start(world: &World) -> Outcome<Self> {
        let pool = SqlitePoolOptions::new()
            .max_connections(8)
            .connect_with(options(&world.url).read_only(true))
            .await?;
        let query = list::Query {
            scope: list::Scope::All,
            sort: list::Sort::Received,
            limit: 50,
            ..Default::default()
        };
        let list = list::text_on_sqlite(&world.reader, &query);
        let words =
            firsthand_domain::search::Query::parse(crate::world::WORD).map_err(|e| format!("{e:?}"))?;
        let (lite, query) = (words.lite(), list::Query { words: Some(words), ..query });
        let search = list::text_on_sqlite(&world.reader, &query);
        let shared = Arc::new(Shared { pool, reader: world.reader.clone(), list, search, words: lite });
        let routes = Route::new()
            .at("/one/:id", one)
            .at("/list", fifty)
            .at("/search", search_newest)
            .at("/hello", hello)
            .data(shared);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let server = Server::new_with_acceptor(TcpAcceptor::from_tokio(listener)?);
        tokio::spawn(server.run(routes.map_to_response()));
        let (writes, waiting) = mpsc::channel(1024);
        let connection = SqliteConnection::connect_with(&options(&world.url)).await?;
        tokio::spawn(write_groups(connection, world.reader.id.0, waiting));
        Ok(Self { address, writes })
    }

    /// The rows of so many complaints in one transaction, with nothing decided: rows a second.
    pub(crate) async fn load(&self, url: &str, by: Uuid, rows: u64) -> Outcome<f64> {
        let mut connection = SqliteConnection::connect_with(&options(url)).await?;
        let base = fresh();
        let numbers: Vec<u64> = (base..base + rows).collect();
        let start = Instant::now();
        write_group(&mut connection, by, &numbers).await?;
        Ok(f64::from(u32::try_from(rows)?) / start.elapsed().as_secs_f64())
    }

    /// So many writers for so long, each waiting for its commit.
    pub(crate) async fn write(&self, writers: usize, time: Duration) -> Measured {
        let (start, base) = (Instant::now(), fresh());
        let mut tasks = tokio::task::JoinSet::new();
        for writer in 0..writers {
            let writes = self.writes.clone();
            tasks.spawn(async move {
                let mut times = Vec::new();
                for n in 0.. {
                    if start.elapsed() >= time {
                        break;
                    }
                    let (tell, told) = oneshot::channel();
                    let began = Instant::now();
                    let number = base + u64::try_from(writer).unwrap_or(0) * 100_000 + n;
                    if writes.send((number, tell)).await.is_err() || told.await.is_err() {
                        break;
                    }
                    times.push(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
                }
                times
            });
        }
        let times = tasks.join_all().await.into_iter().flatten().collect();
        Measured::of(times, 0, start.elapsed())
    }
}

/// One transaction for all that wait, one commit, then the answers: as the desk's writer, with nothing to decide.
async fn write_groups(
    mut connection: SqliteConnection,
    by: Uuid,
    mut waiting: mpsc::Receiver<(u64, oneshot::Sender<()>)>,
) {
    let mut group = Vec::new();
    while waiting.recv_many(&mut group, 256).await > 0 {
        let numbers: Vec<u64> = group.iter().map(|(n, _)| *n).collect();
        match write_group(&mut connection, by, &numbers).await {
            Ok(()) => group.drain(..).for_each(|(_, tell)| {
                let _ = tell.send(());
            }),
            Err(error) => {
                eprintln!("the floor cannot write: {error}");
                return;
            }
        }
    }
}

async fn write_group(connection: &mut SqliteConnection, by: Uuid, numbers: &[u64]) -> Outcome<()> {
    sqlx::query("begin immediate").execute(&mut *connection).await?;
    for number in numbers {
        write_one(connection, by, *number).await?;
    }
    sqlx::query("commit").execute(&mut *connection).await?;
    Ok(())
}

/// The rows of one complaint by phone from somebody new, under an idempotency key.
async fn write_one(c: &mut SqliteConnection, by: Uuid, number: u64) -> Outcome<()> {
    let at = firsthand_domain::time::Timestamp::from_micros(1_790_000_000_000_000);
    let (id, customer, now) = (new_id(at), new_id(at), at.micros());
    let mut seed = Seed::new(number);
    let (text, name) = (seed.text(30), seed.name());
    let key = format!("f{number}");
    sqlx::query(statement("idempotency::TAKE")?)
        .bind(by)
        .bind(&key)
        .bind(vec![7_u8; 32])
        .bind(now)
        .execute(&mut *c)
        .await?;
    let insert = statement("customers::INSERT")?;
    sqlx::query(insert)
        .bind(customer)
        .bind(&name)
        .bind(&name)
        .bind(None::<String>)
        .bind(now)
        .execute(&mut *c)
        .await?;
    let phone = format!("+84 {number}");
    let insert = statement("customers::INSERT_IDENTIFIER")?;
    sqlx::query(insert)
        .bind(new_id(at))
        .bind(customer)
        .bind("phone")
        .bind(&phone)
        .bind(&key)
        .bind(now)
        .execute(&mut *c)
        .await?;
    let next = sqlx::query(statement("complaints::NEXT_NUMBER")?).fetch_one(&mut *c).await?;
    let reference = format!("F-{:06}", next.get::<i64, _>(0));
    sqlx::query(statement("complaints::INSERT")?)
        .bind(id)
        .bind(&reference)
        .bind(1_i64)
        .bind("received")
        .bind(1_i64)
        .bind(None::<String>)
        .bind("phone")
        .bind("minor")
        .bind(&text)
        .bind("product 1")
        .bind(None::<String>)
        .bind(None::<String>)
        .bind(customer)
        .bind(by)
        .bind(by)
        .bind(by)
        .bind(None::<Uuid>)
        .bind(false)
        .bind(false)
        .bind(now)
        .bind(None::<i64>)
        .bind(now)
        .bind(now)
        .bind(format!("{{\"id\":\"{id}\",\"text\":\"{}\"}}", "x".repeat(1400)))
        .execute(&mut *c)
        .await?;
    let append = statement("complaints::APPEND")?;
    sqlx::query(append)
        .bind(id)
        .bind(1_i64)
        .bind(now)
        .bind(by)
        .bind("received")
        .bind("x".repeat(600))
        .execute(&mut *c)
        .await?;
    let append = statement("complaints::APPEND_TEXT")?;
    sqlx::query(append).bind(id).bind(1_i64).bind(&text).execute(&mut *c).await?;
    let write = statement("search::WRITE")?;
    sqlx::query(write).bind(id).bind(now).bind(&text).execute(&mut *c).await?;
    let keep = statement("idempotency::KEEP")?;
    sqlx::query(keep).bind(by).bind(&key).bind("x".repeat(1500)).bind(id).execute(&mut *c).await?;
    Ok(())
}

async fn caller(connection: &mut SqliteConnection, request: &poem::Request) -> poem::Result<()> {
    let token = request.header("authorization").and_then(|v| v.strip_prefix("Bearer ")).unwrap_or_default();
    let hash = staff::token_hash(token);
    let by_token = statement("staff::BY_TOKEN").map_err(|e| wrong(&*e))?;
    let found = sqlx::query(by_token)
        .bind(hash.as_slice())
        .fetch_optional(connection)
        .await
        .map_err(|e| wrong(&e))?;
    found.map(drop).ok_or_else(|| poem::Error::from_status(poem::http::StatusCode::UNAUTHORIZED))
}

fn wrong(error: &(dyn std::error::Error + 'static)) -> poem::Error {
    poem::Error::from_string(error.to_string(), poem::http::StatusCode::INTERNAL_SERVER_ERROR)
}

#[handler]
async fn one(
    web::Path(id): web::Path<String>,
    web::Data(shared): web::Data<&Arc<Shared>>,
    request: &poem::Request,
) -> poem::Result<String> {
    let mut c = shared.pool.acquire().await.map_err(|e| wrong(&e))?;
    caller(&mut c, request).await?;
    let id: Uuid = id.parse().map_err(|e: uuid::Error| wrong(&e))?;
    let sql = |name| statement(name).map_err(|e| wrong(&*e));
    let row =
        sqlx::query(sql("complaints::READ")?).bind(id).fetch_one(&mut *c).await.map_err(|e| wrong(&e))?;
    let texts = sqlx::query(sql("view::TEXTS")?).bind(id).fetch_all(&mut *c).await.map_err(|e| wrong(&e))?;
    for name in ["staff::BY_ID", "customers::BY_ID"] {
        sqlx::query(sql(name)?)
            .bind(shared.reader.id.0)
            .fetch_optional(&mut *c)
            .await
            .map_err(|e| wrong(&e))?;
    }
    Ok(format!("{}{}", row.get::<String, _>("state"), texts.len()))
}

#[handler]
async fn fifty(web::Data(shared): web::Data<&Arc<Shared>>, request: &poem::Request) -> poem::Result<String> {
    let mut c = shared.pool.acquire().await.map_err(|e| wrong(&e))?;
    caller(&mut c, request).await?;
    let me = shared.reader.id.0;
    // The statement is the desk's own, with the two ids of its rule of sight, the reader's sight and the limit.
    let query = sqlx::query(sqlx::AssertSqlSafe(shared.list.clone())).bind(me).bind(me).bind(me).bind(51_i64);
    told(&query.fetch_all(&mut *c).await.map_err(|e| wrong(&e))?)
}

/// A few columns of each row: the bare answer of a list.
fn told(rows: &[sqlx::sqlite::SqliteRow]) -> poem::Result<String> {
    let mut text = String::new();
    for row in rows {
        for column in ["reference", "summary", "stage", "first_contact_name", "handler_name"] {
            text.push_str(
                &row.try_get::<Option<String>, _>(column).map_err(|e| wrong(&e))?.unwrap_or_default(),
            );
        }
    }
    Ok(text)
}

#[handler]
async fn search_newest(
    web::Data(shared): web::Data<&Arc<Shared>>,
    request: &poem::Request,
) -> poem::Result<String> {
    let mut c = shared.pool.acquire().await.map_err(|e| wrong(&e))?;
    caller(&mut c, request).await?;
    let me = shared.reader.id.0;
    let query = sqlx::query(sqlx::AssertSqlSafe(shared.search.clone())).bind(shared.words.clone());
    let rows =
        query.bind(me).bind(me).bind(me).bind(51_i64).fetch_all(&mut *c).await.map_err(|e| wrong(&e))?;
    told(&rows)
}

#[handler]
fn hello() -> &'static str {
    "{\"status\":\"alive\"}"
}
